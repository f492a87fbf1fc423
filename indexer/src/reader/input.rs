//! The bytes of an input, inflated: a file or standard input; plain, gzip or BGZF, by content.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Cursor, Read};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::bgzf::{BgzfReader, BgzfThreads, is_bgzf};
use super::gzip::GzipReader;

/// Read from the operating system at a time.
const BUFFER: usize = 256 * 1024;

type RawBytes = BufReader<Counted<io::Chain<Cursor<Vec<u8>>, Box<dyn Read + Send>>>>;

/// Inflated bytes.
enum Inflated {
    Plain(RawBytes),
    Gzip(Box<GzipReader<RawBytes>>),
    Bgzf(BgzfReader<RawBytes>),
    BgzfThreads(BgzfThreads),
}

/// One input, inflated.
pub(super) struct Input {
    bytes: Inflated,
    bytes_read: Arc<AtomicU64>,
    len: Option<u64>,
}

impl Input {
    /// Opens `path` (`-`: standard input). BGZF is inflated by `threads` more threads, or by
    /// the reading one where that is 0.
    pub(super) fn open(path: &Path, threads: usize) -> io::Result<Self> {
        if path.as_os_str() == "-" {
            return Self::new(Box::new(io::stdin()), None, threads);
        }
        let file = File::open(path)?;
        let meta = file.metadata()?;
        if meta.is_dir() {
            return Err(io::Error::new(
                io::ErrorKind::IsADirectory,
                "it is a directory",
            ));
        }
        let len = meta.is_file().then_some(meta.len());
        Self::new(Box::new(file), len, threads)
    }

    pub(super) fn new(
        mut source: Box<dyn Read + Send>,
        len: Option<u64>,
        threads: usize,
    ) -> io::Result<Self> {
        let mut head = vec![0; 18];
        let got = fill(&mut source, &mut head)?;
        head.truncate(got);
        let bytes_read = Arc::new(AtomicU64::new(0));
        let raw = BufReader::with_capacity(
            BUFFER,
            Counted {
                inner: Cursor::new(head.clone()).chain(source),
                bytes: Arc::clone(&bytes_read),
            },
        );
        let bytes = if is_bgzf(&head) {
            if threads == 0 {
                Inflated::Bgzf(BgzfReader::new(raw))
            } else {
                Inflated::BgzfThreads(BgzfThreads::new(raw, threads)?)
            }
        } else if head.starts_with(&[0x1f, 0x8b]) {
            Inflated::Gzip(Box::new(GzipReader::new(raw)))
        } else {
            Inflated::Plain(raw)
        };
        Ok(Self {
            bytes,
            bytes_read,
            len,
        })
    }

    /// Compressed bytes read so far.
    pub(super) fn bytes_read(&self) -> u64 {
        self.bytes_read.load(Ordering::Relaxed)
    }

    /// Compressed bytes in all, where known.
    pub(super) const fn len(&self) -> Option<u64> {
        self.len
    }

    /// Whether a block marks the end, or none has to; asked at the end.
    pub(super) fn marked(&self) -> bool {
        match &self.bytes {
            Inflated::Plain(_) | Inflated::Gzip(_) => true,
            Inflated::Bgzf(r) => r.marked(),
            Inflated::BgzfThreads(r) => r.marked(),
        }
    }
}

impl Read for Input {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        match &mut self.bytes {
            Inflated::Plain(r) => r.read(buf),
            Inflated::Gzip(r) => r.read(buf),
            Inflated::Bgzf(r) => r.read(buf),
            Inflated::BgzfThreads(r) => r.read(buf),
        }
    }
}

impl BufRead for Input {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        match &mut self.bytes {
            Inflated::Plain(r) => r.fill_buf(),
            Inflated::Gzip(r) => r.fill_buf(),
            Inflated::Bgzf(r) => r.fill_buf(),
            Inflated::BgzfThreads(r) => r.fill_buf(),
        }
    }

    fn consume(&mut self, n: usize) {
        match &mut self.bytes {
            Inflated::Plain(r) => r.consume(n),
            Inflated::Gzip(r) => r.consume(n),
            Inflated::Bgzf(r) => r.consume(n),
            Inflated::BgzfThreads(r) => r.consume(n),
        }
    }
}

/// Counts what passes.
struct Counted<R> {
    inner: R,
    /// Shared, as another thread may be reading.
    bytes: Arc<AtomicU64>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buf)?;
        self.bytes.fetch_add(n as u64, Ordering::Relaxed);
        Ok(n)
    }
}

/// Reads until `buf` is full or the input ends; how many bytes that was.
pub(super) fn fill(from: &mut impl Read, buf: &mut [u8]) -> io::Result<usize> {
    let mut at = 0;
    while at < buf.len() {
        match from.read(&mut buf[at..]) {
            Ok(0) => break,
            Ok(n) => at += n,
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) => return Err(e),
        }
    }
    Ok(at)
}
