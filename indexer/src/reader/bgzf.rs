//! BGZF: gzip members of at most 64 KiB that say how long they are (SAM specification,
//! section 4.1), inflated by the reading thread or by others ahead of it.

use std::io::{self, BufRead, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use crossbeam_channel::{Receiver, Sender, bounded, unbounded};
use libdeflater::{Decompressor, crc32};

use super::inflate::Inflater;

/// The largest block, inflated.
const MAX_BLOCK: usize = 1 << 16;

/// From this many inflated bytes for one, a block is mostly repeats.
const REPEATS: usize = 12;

/// Blocks handed to a thread at once.
const BATCH: usize = 16;

/// More threads than this would wait for the one that reads.
const MAX_THREADS: usize = 64;

/// Whether these bytes, the first of a file, are of a BGZF block.
pub(super) fn is_bgzf(head: &[u8]) -> bool {
    let Some((fixed, rest)) = head.split_first_chunk::<12>() else {
        return false;
    };
    fixed.starts_with(&[0x1f, 0x8b, 8, 4]) && rest.starts_with(b"BC\x02\x00")
}

/// A block as it lies in the file.
#[derive(Default)]
struct Block {
    /// Where it starts.
    offset: u64,
    /// The deflated bytes.
    data: Vec<u8>,
    crc: u32,
    /// Bytes when inflated.
    len: usize,
}

fn damaged(offset: u64, what: &str) -> io::Error {
    let text = format!("BGZF block at byte {offset}: {what}");
    io::Error::new(io::ErrorKind::InvalidData, text)
}

impl Block {
    /// Reads the next block, at `offset`; the offset behind it, or `None` at the end.
    fn read(&mut self, from: &mut impl BufRead, offset: u64) -> io::Result<Option<u64>> {
        loop {
            match from.fill_buf() {
                Ok([]) => return Ok(None),
                Ok(_) => break,
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(e) => return Err(e),
            }
        }
        self.offset = offset;
        let cut = |e: io::Error| match e.kind() {
            io::ErrorKind::UnexpectedEof => {
                let text = format!("it ends within the BGZF block at byte {offset}");
                io::Error::new(e.kind(), text)
            }
            _ => e,
        };
        let mut fixed = [0; 12];
        from.read_exact(&mut fixed).map_err(cut)?;
        let [id1, id2, method, flags, .., x0, x1] = fixed;
        if [id1, id2, method, flags] != [0x1f, 0x8b, 8, 4] {
            return Err(damaged(offset, "not a gzip member with an extra field"));
        }
        let extra_len = usize::from(u16::from_le_bytes([x0, x1]));
        self.data.resize(extra_len, 0);
        from.read_exact(&mut self.data).map_err(cut)?;
        let size = block_size(&self.data)
            .ok_or_else(|| damaged(offset, "it does not say how long it is"))?;
        let size = usize::from(size) + 1;
        let Some(left) = size.checked_sub(12 + extra_len + 8) else {
            return Err(damaged(offset, "shorter than its header"));
        };
        self.data.resize(left, 0);
        from.read_exact(&mut self.data).map_err(cut)?;
        let mut trailer = [0; 8];
        from.read_exact(&mut trailer).map_err(cut)?;
        let [a, b, c, d, e, f, g, h] = trailer;
        self.crc = u32::from_le_bytes([a, b, c, d]);
        self.len = u32::from_le_bytes([e, f, g, h]) as usize;
        if self.len > MAX_BLOCK {
            return Err(damaged(offset, "longer than 64 KiB"));
        }
        Ok(Some(offset + size as u64))
    }
}

/// BSIZE among the extra fields.
fn block_size(mut extra: &[u8]) -> Option<u16> {
    while let Some((&[id1, id2, l0, l1], rest)) = extra.split_first_chunk() {
        let len = usize::from(u16::from_le_bytes([l0, l1]));
        let (field, rest) = rest.split_at_checked(len)?;
        if let (b'B', b'C', &[s0, s1]) = (id1, id2, field) {
            return Some(u16::from_le_bytes([s0, s1]));
        }
        extra = rest;
    }
    None
}

/// Both decoders.
struct Inflaters {
    repeats: Inflater,
    general: Decompressor,
}

impl Inflaters {
    fn new() -> Self {
        Self {
            repeats: Inflater::new(),
            general: Decompressor::new(),
        }
    }

    /// Inflates `block` to exactly fill `out`.
    fn inflate(&mut self, block: &Block, out: &mut [u8]) -> io::Result<()> {
        if out.len() > REPEATS * block.data.len()
            && self.repeats.inflate(&block.data, out).is_some()
            && crc32(out) == block.crc
        {
            return Ok(());
        }
        match self.general.deflate_decompress(&block.data, out) {
            Ok(n) if n == out.len() => {}
            Ok(_) => return Err(damaged(block.offset, "shorter than it says")),
            Err(e) => return Err(damaged(block.offset, &e.to_string())),
        }
        if crc32(out) == block.crc {
            Ok(())
        } else {
            Err(damaged(block.offset, "its CRC is another"))
        }
    }
}

/// Inflates in the reading thread.
pub(super) struct BgzfReader<R> {
    inner: R,
    offset: u64,
    block: Block,
    inflaters: Box<Inflaters>,
    /// The last block seen was empty, as the one that ends a file is.
    marked: bool,
    out: Vec<u8>,
    start: usize,
    end: usize,
}

impl<R: BufRead> BgzfReader<R> {
    pub(super) fn new(inner: R) -> Self {
        Self {
            inner,
            offset: 0,
            block: Block::default(),
            inflaters: Box::new(Inflaters::new()),
            marked: false,
            out: vec![0; MAX_BLOCK],
            start: 0,
            end: 0,
        }
    }

    /// Whether the last block was the one that marks the end.
    pub(super) const fn marked(&self) -> bool {
        self.marked
    }

    /// Reads the next block that is not empty; false at the end.
    fn next(&mut self) -> io::Result<bool> {
        while let Some(next) = self.block.read(&mut self.inner, self.offset)? {
            self.offset = next;
            self.marked = self.block.len == 0;
            if self.block.len > 0 {
                return Ok(true);
            }
            self.inflaters.inflate(&self.block, &mut [])?;
        }
        Ok(false)
    }
}

impl<R: BufRead> BufRead for BgzfReader<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.start == self.end && self.next()? {
            let n = self.block.len;
            self.inflaters.inflate(&self.block, &mut self.out[..n])?;
            self.start = 0;
            self.end = n;
        }
        Ok(&self.out[self.start..self.end])
    }

    fn consume(&mut self, n: usize) {
        self.start = (self.start + n).min(self.end);
    }
}

impl<R: BufRead> Read for BgzfReader<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        // A whole block goes where it is wanted, without a copy.
        if self.start == self.end && buf.len() >= MAX_BLOCK {
            if !self.next()? {
                return Ok(0);
            }
            let n = self.block.len;
            self.inflaters.inflate(&self.block, &mut buf[..n])?;
            return Ok(n);
        }
        let mut have = self.fill_buf()?;
        let n = have.read(buf)?;
        self.consume(n);
        Ok(n)
    }
}

/// Inflated bytes of a batch of blocks, or why there are none.
type Batch = io::Result<Vec<u8>>;

/// Inflates in other threads, in the order of the file.
pub(super) struct BgzfThreads {
    batches: Receiver<Receiver<Batch>>,
    used: Sender<Vec<u8>>,
    marked: Arc<AtomicBool>,
    out: Vec<u8>,
    start: usize,
}

impl BgzfThreads {
    /// One thread reads, `threads` inflate. They end when this is dropped.
    pub(super) fn new(inner: impl BufRead + Send + 'static, threads: usize) -> io::Result<Self> {
        let threads = threads.min(MAX_THREADS);
        let marked = Arc::new(AtomicBool::new(false));
        let (order, batches) = bounded(2 * threads);
        let (jobs, work) = bounded::<(Vec<Block>, Sender<Batch>)>(threads);
        let (used, spare) = unbounded::<Vec<u8>>();
        for _ in 0..threads {
            let (work, spare) = (work.clone(), spare.clone());
            let builder = thread::Builder::new().name("inflate".to_owned());
            builder.spawn(move || {
                let mut inflaters = Box::new(Inflaters::new());
                for (blocks, answer) in work {
                    let out = spare.try_recv().unwrap_or_default();
                    // Whoever asked may be gone.
                    let _ = answer.send(inflate_all(&mut inflaters, &blocks, out));
                }
            })?;
        }
        let ended = Arc::clone(&marked);
        let builder = thread::Builder::new().name("read".to_owned());
        builder.spawn(move || read_batches(inner, &order, &jobs, &ended))?;
        Ok(Self {
            batches,
            used,
            marked,
            out: Vec::new(),
            start: 0,
        })
    }

    /// Whether the last block was the one that marks the end; known at the end.
    pub(super) fn marked(&self) -> bool {
        self.marked.load(Ordering::Acquire)
    }
}

fn read_batches(
    mut inner: impl BufRead,
    order: &Sender<Receiver<Batch>>,
    jobs: &Sender<(Vec<Block>, Sender<Batch>)>,
    marked: &AtomicBool,
) {
    let mut offset = 0;
    let mut ended = None;
    while ended.is_none() {
        let mut blocks = Vec::with_capacity(BATCH);
        while blocks.len() < BATCH && ended.is_none() {
            let mut block = Block::default();
            match block.read(&mut inner, offset) {
                Ok(Some(next)) => {
                    offset = next;
                    marked.store(block.len == 0, Ordering::Release);
                    blocks.push(block);
                }
                Ok(None) => ended = Some(None),
                Err(e) => ended = Some(Some(e)),
            }
        }
        let (answer, result) = bounded(1);
        if order.send(result).is_err() || jobs.send((blocks, answer)).is_err() {
            return;
        }
    }
    if let Some(Some(error)) = ended {
        let (answer, result) = bounded(1);
        // The answer is there before it is asked for.
        let _ = answer.send(Err(error));
        let _ = order.send(result);
    }
}

fn inflate_all(inflaters: &mut Inflaters, blocks: &[Block], mut out: Vec<u8>) -> Batch {
    out.resize(blocks.iter().map(|b| b.len).sum(), 0);
    let mut rest = out.as_mut_slice();
    for block in blocks {
        let (here, after) = rest.split_at_mut(block.len);
        inflaters.inflate(block, here)?;
        rest = after;
    }
    Ok(out)
}

impl BufRead for BgzfThreads {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        while self.start == self.out.len() {
            let Ok(answer) = self.batches.recv() else {
                return Ok(&[]);
            };
            let next = answer
                .recv()
                .map_err(|_| io::Error::other("a thread that inflates has ended"))??;
            let used = std::mem::replace(&mut self.out, next);
            self.start = 0;
            let _ = self.used.send(used);
        }
        Ok(&self.out[self.start..])
    }

    fn consume(&mut self, n: usize) {
        self.start = (self.start + n).min(self.out.len());
    }
}

impl Read for BgzfThreads {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let mut have = self.fill_buf()?;
        let n = have.read(buf)?;
        self.consume(n);
        Ok(n)
    }
}
