//! The bytes of an input, inflated: a file or standard input; plain, gzip or BGZF, by content.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Cursor, Read};
use std::num::NonZero;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use noodles_bgzf as bgzf;

use super::gzip::GzipReader;

/// The empty block that ends a BGZF file (SAM specification, section 4.1.2).
const BGZF_EOF: [u8; 28] = [
    0x1f, 0x8b, 0x08, 0x04, 0, 0, 0, 0, 0, 0xff, 0x06, 0, 0x42, 0x43, 0x02, 0, 0x1b, 0, 0x03, 0, 0,
    0, 0, 0, 0, 0, 0, 0,
];

/// Read from the operating system at a time.
const BUFFER: usize = 256 * 1024;

/// What was read of the compressed bytes so far. Shared, as another thread may be reading.
#[derive(Debug, Default)]
struct Progress {
    bytes: AtomicU64,
    /// The last bytes read, to know the end-of-file block by.
    tail: Mutex<Vec<u8>>,
    /// Of all bytes read.
    hash: Mutex<blake3::Hasher>,
}

type RawBytes = BufReader<Tracked<io::Chain<Cursor<Vec<u8>>, Box<dyn Read + Send>>>>;

/// Inflated bytes.
enum Inflated {
    Plain(RawBytes),
    Gzip(Box<GzipReader<RawBytes>>),
    Bgzf(bgzf::io::Reader<RawBytes>),
    BgzfThreads(bgzf::io::MultithreadedReader<RawBytes>),
}

/// One input, inflated.
pub(super) struct Input {
    bytes: Inflated,
    progress: Arc<Progress>,
    len: Option<u64>,
}

/// How the compressed bytes ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// As they should.
    Whole,
    /// At a block border, but without the block that marks the end of a BGZF file.
    NoMarker,
    /// Within a BGZF block.
    Cut,
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
        let progress = Arc::new(Progress::default());
        let raw = BufReader::with_capacity(
            BUFFER,
            Tracked {
                inner: Cursor::new(head.clone()).chain(source),
                progress: Arc::clone(&progress),
            },
        );
        let bytes = if is_bgzf(&head) {
            match NonZero::new(threads) {
                None => Inflated::Bgzf(bgzf::io::Reader::new(raw)),
                Some(n) => {
                    let reader = bgzf::io::MultithreadedReader::with_worker_count(n, raw);
                    Inflated::BgzfThreads(reader)
                }
            }
        } else if head.starts_with(&[0x1f, 0x8b]) {
            Inflated::Gzip(Box::new(GzipReader::new(raw)))
        } else {
            Inflated::Plain(raw)
        };
        Ok(Self {
            bytes,
            progress,
            len,
        })
    }

    /// Compressed bytes read so far.
    pub(super) fn bytes_read(&self) -> u64 {
        self.progress.bytes.load(Ordering::Relaxed)
    }

    /// BLAKE3 of the compressed bytes read so far, in hexadecimal.
    pub(super) fn checksum(&self) -> String {
        let hash = self.progress.hash.lock().map(|hash| hash.finalize());
        hash.map_or_else(|_| String::new(), |hash| hash.to_hex().to_string())
    }

    /// Compressed bytes in all, where known.
    pub(super) const fn len(&self) -> Option<u64> {
        self.len
    }

    /// How the compressed bytes ended; asked once they have.
    pub(super) fn end(&self) -> End {
        let inflated_to = match &self.bytes {
            Inflated::Plain(_) | Inflated::Gzip(_) => return End::Whole,
            Inflated::Bgzf(r) => r.position(),
            Inflated::BgzfThreads(r) => r.position(),
        };
        let marked = self
            .progress
            .tail
            .lock()
            .is_ok_and(|tail| tail.ends_with(&BGZF_EOF));
        // A cut within a block's header looks like the end to the inflater, but leaves bytes.
        if inflated_to < self.bytes_read() {
            End::Cut
        } else if marked {
            End::Whole
        } else {
            End::NoMarker
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

/// Counts what passes, and remembers its end.
struct Tracked<R> {
    inner: R,
    progress: Arc<Progress>,
}

impl<R: Read> Read for Tracked<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buf)?;
        self.progress.bytes.fetch_add(n as u64, Ordering::Relaxed);
        if let (Ok(mut hash), Some(new)) = (self.progress.hash.lock(), buf.get(..n)) {
            hash.update(new);
        }
        if let (Ok(mut tail), Some(new)) = (self.progress.tail.lock(), buf.get(..n)) {
            tail.extend_from_slice(&new[n.saturating_sub(BGZF_EOF.len())..]);
            let extra = tail.len().saturating_sub(BGZF_EOF.len());
            tail.drain(..extra);
        }
        Ok(n)
    }
}

/// A gzip member whose first extra field is BGZF's.
fn is_bgzf(head: &[u8]) -> bool {
    head.len() >= 16 && head.starts_with(&[0x1f, 0x8b, 8, 4]) && head[12..16] == *b"BC\x02\x00"
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
