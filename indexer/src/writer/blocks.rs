//! A sink that sees blocks of BGZF pass, for an index of what is in them.

use std::io::{self, Write};
use std::sync::{Arc, Mutex};

/// A block: where it starts in the file and in the bytes before compression.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Block {
    pub(super) at: u64,
    pub(super) start: u64,
    pub(super) end: u64,
}

/// Blocks that went by and were not looked at yet.
pub(super) type Seen = Arc<Mutex<Vec<Block>>>;

/// Bytes of a block's head, as BGZF's own writer writes it: up to the size of the block.
const HEAD: usize = 18;

/// Hands bytes on; notes blocks where asked to.
pub(super) struct Blocks<W> {
    inner: W,
    watch: Option<Watch>,
}

struct Watch {
    seen: Seen,
    head: Vec<u8>,
    /// Bytes of the block after its head that did not come yet.
    left: usize,
    /// The last bytes that came: at the end of a block, its size before compression.
    tail: [u8; 4],
    at: u64,
    start: u64,
}

impl<W> Blocks<W> {
    pub(super) const fn plain(inner: W) -> Self {
        Self { inner, watch: None }
    }

    pub(super) fn watched(inner: W) -> (Self, Seen) {
        let seen = Seen::default();
        let watch = Watch {
            seen: Arc::clone(&seen),
            head: Vec::with_capacity(HEAD),
            left: 0,
            tail: [0; 4],
            at: 0,
            start: 0,
        };
        let blocks = Self {
            inner,
            watch: Some(watch),
        };
        (blocks, seen)
    }

    pub(super) fn into_inner(self) -> W {
        self.inner
    }
}

impl Watch {
    fn feed(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            if self.head.len() < HEAD {
                let (head, rest) = bytes.split_at(bytes.len().min(HEAD - self.head.len()));
                self.head.extend_from_slice(head);
                bytes = rest;
                if self.head.len() == HEAD {
                    self.left = self.size()?.saturating_sub(HEAD);
                }
                continue;
            }
            let (part, rest) = bytes.split_at(bytes.len().min(self.left));
            bytes = rest;
            self.left -= part.len();
            for &byte in part.iter().skip(part.len().saturating_sub(4)) {
                self.tail.rotate_left(1);
                self.tail[3] = byte;
            }
            if self.left == 0 {
                let size = self.size()?;
                let end = self.start + u64::from(u32::from_le_bytes(self.tail));
                let block = Block {
                    at: self.at,
                    start: self.start,
                    end,
                };
                if let Ok(mut seen) = self.seen.lock() {
                    seen.push(block);
                }
                self.at += size as u64;
                self.start = end;
                self.head.clear();
            }
        }
        Ok(())
    }

    /// Bytes of the block, by its head.
    fn size(&self) -> io::Result<usize> {
        match self.head.as_slice() {
            [
                0x1f,
                0x8b,
                8,
                4,
                _,
                _,
                _,
                _,
                _,
                _,
                6,
                0,
                b'B',
                b'C',
                2,
                0,
                low,
                high,
            ] => Ok(usize::from(u16::from_le_bytes([*low, *high])) + 1),
            _ => Err(io::Error::new(
                io::ErrorKind::InvalidData,
                "a block of BGZF has another head than the index can read",
            )),
        }
    }
}

impl<W: Write> Write for Blocks<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let n = self.inner.write(bytes)?;
        if let Some(watch) = &mut self.watch {
            watch.feed(bytes.get(..n).unwrap_or_default())?;
        }
        Ok(n)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}
