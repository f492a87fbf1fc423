//! BGZF inflated by several threads, many blocks at a time.
//!
//! Columns of a cohort's genotypes compress so well that a block of 64 KiB is a few hundred
//! bytes of the file, inflated in microseconds: handed from thread to thread one by one, blocks
//! spend more time waiting than at work. Here whole groups go round. The blocks themselves are
//! found and inflated, and their faults told, by noodles, as without threads.

use std::collections::VecDeque;
use std::io::{self, BufRead, Read};
use std::num::NonZero;
use std::thread;

use crossbeam_channel::{Receiver, Sender, bounded};
use noodles_bgzf as bgzf;

use super::input::fill;

/// Blocks of a group: at most 1 MiB inflated, so that a group is still in a core's cache when it
/// is read.
const GROUP_BLOCKS: usize = 16;
/// Inflated, a block has at most this many bytes (SAM specification, section 4.1).
const BLOCK_BYTES: usize = 1 << 16;
/// Of a block's header, the part that ends with its size (BSIZE).
const HEADER: usize = 18;

/// Whole blocks that lie one after another; the last one may be cut, where the input is.
#[derive(Debug, Default)]
struct Group {
    blocks: Vec<u8>,
    inflated: Vec<u8>,
    /// Bytes of `inflated` that are of this group.
    len: usize,
    /// Bytes of `blocks` that were inflated.
    size: u64,
    /// What ended the group before its time.
    error: Option<io::Error>,
}

impl Group {
    /// Takes the next blocks of `from`; false where it has ended. Where it fails, those before
    /// that are taken.
    fn take(&mut self, from: &mut impl Read) -> io::Result<bool> {
        self.blocks.clear();
        self.error = None;
        for _ in 0..GROUP_BLOCKS {
            let start = self.blocks.len();
            match self.take_block(from) {
                Ok(true) => {}
                Ok(false) => return Ok(false),
                Err(e) => {
                    self.blocks.truncate(start);
                    return Err(e);
                }
            }
        }
        Ok(true)
    }

    /// Takes a block, or what there is of it and false. What is not a block is kept as it is:
    /// it is refused when it is inflated.
    fn take_block(&mut self, from: &mut impl Read) -> io::Result<bool> {
        if self.append(from, HEADER)? < HEADER {
            return Ok(false);
        }
        let size = self.blocks.last_chunk();
        let size = size.map_or(0, |size| usize::from(u16::from_le_bytes(*size)) + 1);
        let rest = size.saturating_sub(HEADER);
        Ok(self.append(from, rest)? == rest)
    }

    /// Appends `n` bytes of `from`, or as many as there are.
    fn append(&mut self, from: &mut impl Read, n: usize) -> io::Result<usize> {
        let start = self.blocks.len();
        self.blocks.resize(start + n, 0);
        let got = fill(from, &mut self.blocks[start..]);
        let kept = *got.as_ref().unwrap_or(&0);
        self.blocks.truncate(start + kept);
        got
    }

    /// Inflates the blocks, up to the first that is at fault.
    fn inflate(&mut self) {
        // With room for one block more than there are, the reader inflates in place.
        self.inflated.resize((GROUP_BLOCKS + 1) * BLOCK_BYTES, 0);
        let mut reader = bgzf::io::Reader::new(self.blocks.as_slice());
        self.len = 0;
        loop {
            match reader.read(&mut self.inflated[self.len..]) {
                Ok(0) => break,
                Ok(n) => self.len += n,
                Err(e) => {
                    // What could not be read comes after these blocks.
                    self.error = Some(e);
                    break;
                }
            }
        }
        self.size = reader.position();
    }
}

/// A group to inflate, and where to bring it.
type Job = (Group, Sender<Group>);

/// Inflates BGZF in other threads.
pub(super) struct BlocksReader<R> {
    inner: R,
    /// Nothing more is to be read of `inner`.
    ended: bool,
    jobs: Sender<Job>,
    /// Groups at work, in order, and how to get them.
    ahead: VecDeque<Receiver<Group>>,
    /// Groups that may be at work at once.
    limit: usize,
    /// Groups that were used up.
    free: Vec<Group>,
    /// What is being read, and how far.
    group: Group,
    at: usize,
    position: u64,
}

impl<R: Read> BlocksReader<R> {
    /// Starts `threads` threads that inflate what `inner` has; they end with the reader.
    ///
    /// # Errors
    /// Where the system refuses a thread.
    pub(super) fn new(threads: NonZero<usize>, inner: R) -> io::Result<Self> {
        let limit = 2 * threads.get() + 1;
        let (jobs, todo) = bounded::<Job>(limit);
        for _ in 0..threads.get() {
            let todo = todo.clone();
            let work = move || {
                for (mut group, done) in todo {
                    group.inflate();
                    // Nobody waits for it where the reader is gone.
                    let _ = done.send(group);
                }
            };
            thread::Builder::new()
                .name("inflate".to_owned())
                .spawn(work)?;
        }
        Ok(Self {
            inner,
            ended: false,
            jobs,
            ahead: VecDeque::with_capacity(limit),
            limit,
            free: Vec::new(),
            group: Group::default(),
            at: 0,
            position: 0,
        })
    }

    /// Compressed bytes of the blocks that were inflated and handed out.
    pub(super) const fn position(&self) -> u64 {
        self.position
    }

    /// Keeps the threads at work and sets `group` to the next group. It stays as it is, used up,
    /// where the input has ended.
    fn next_group(&mut self) -> io::Result<()> {
        if let Some(error) = self.group.error.take() {
            self.ended = true;
            self.ahead.clear();
            return Err(error);
        }
        let gone = || io::Error::other("a thread that inflates has ended");
        while !self.ended && self.ahead.len() < self.limit {
            let mut group = self.free.pop().unwrap_or_default();
            let more = group.take(&mut self.inner);
            let (done, result) = bounded(1);
            self.jobs.send((group, done)).map_err(|_| gone())?;
            self.ahead.push_back(result);
            self.ended = !matches!(more, Ok(true));
            if let Err(e) = more {
                self.ahead.push_back(failed(e));
            }
        }
        if let Some(result) = self.ahead.pop_front() {
            let group = result.recv().map_err(|_| gone())?;
            self.position += group.size;
            self.at = 0;
            self.free.push(std::mem::replace(&mut self.group, group));
        }
        Ok(())
    }
}

/// A group of nothing but an error.
fn failed(error: io::Error) -> Receiver<Group> {
    let (done, result) = bounded(1);
    let group = Group {
        error: Some(error),
        ..Group::default()
    };
    // The channel has room for it.
    let _ = done.send(group);
    result
}

impl<R: Read> Read for BlocksReader<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let have = self.fill_buf()?;
        let n = have.len().min(buf.len());
        buf[..n].copy_from_slice(&have[..n]);
        self.consume(n);
        Ok(n)
    }
}

impl<R: Read> BufRead for BlocksReader<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        // Groups may be empty: blocks that end a file may be anywhere.
        while self.at >= self.group.len
            && (self.group.error.is_some() || !self.ended || !self.ahead.is_empty())
        {
            self.next_group()?;
        }
        Ok(&self.group.inflated[self.at.min(self.group.len)..self.group.len])
    }

    fn consume(&mut self, n: usize) {
        self.at = (self.at + n).min(self.group.len);
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use proptest::prelude::*;

    use super::*;

    /// `parts`, each in blocks of its own, and the offsets where blocks end.
    fn compress(parts: &[Vec<u8>]) -> Vec<u8> {
        let mut writer = bgzf::io::Writer::new(Vec::new());
        for part in parts {
            writer.write_all(part).unwrap();
            writer.flush().unwrap();
        }
        writer.finish().unwrap()
    }

    /// All bytes up to the end or a fault, the fault, and the position.
    fn read_all(mut reader: impl Read) -> (Vec<u8>, Option<(io::ErrorKind, String)>) {
        let mut bytes = Vec::new();
        let error = reader.read_to_end(&mut bytes).err();
        (bytes, error.map(|e| (e.kind(), e.to_string())))
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        /// Whole, cut anywhere or with a byte changed: the same bytes, the same fault and the
        /// same position as by one thread.
        #[test]
        fn threads_read_what_one_thread_reads(
            parts in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..300), 0..80),
            long in 0usize..200_000,
            threads in 1usize..4,
            cut in prop::option::of(0.0..1.0f64),
            flip in prop::option::of((0.0..1.0f64, 1u8..)),
        ) {
            let mut parts = parts;
            parts.push(vec![b'x'; long]);
            let mut bytes = compress(&parts);
            if let Some((at, mask)) = flip {
                let at = (at * bytes.len() as f64) as usize;
                bytes[at] ^= mask;
            }
            if let Some(cut) = cut {
                bytes.truncate((cut * bytes.len() as f64) as usize);
            }
            let mut one = bgzf::io::Reader::new(bytes.as_slice());
            let threads = NonZero::new(threads).unwrap();
            let mut many = BlocksReader::new(threads, bytes.as_slice()).unwrap();
            let expected = read_all(&mut one);
            let found = read_all(&mut many);
            prop_assert_eq!(&found, &expected);
            if expected.1.is_none() {
                prop_assert_eq!(many.position(), one.position());
            }
            // After a fault there is nothing more.
            prop_assert_eq!(read_all(&mut many), (Vec::new(), None));
        }
    }

    #[test]
    fn an_error_of_the_input_comes_after_what_was_read() {
        struct Failing<'a>(&'a [u8]);
        impl Read for Failing<'_> {
            fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
                match self.0.read(buf)? {
                    0 => Err(io::Error::other("the disk is gone")),
                    n => Ok(n),
                }
            }
        }
        let bytes = compress(&[vec![1; 100], vec![2; 100]]);
        let reader = BlocksReader::new(NonZero::<usize>::MIN, Failing(&bytes)).unwrap();
        let (read, error) = read_all(reader);
        assert_eq!(error.map(|e| e.1).as_deref(), Some("the disk is gone"));
        assert_eq!(read.len(), 200);
    }
}
