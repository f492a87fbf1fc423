//! Where bytes go: as they are, or in blocks of BGZF, compressed on one thread or several.
//!
//! Blocks hold as many bytes whatever the threads, so the file is the same.

use std::io::{self, Write};
use std::num::NonZero;

use noodles_bgzf::io::{MultithreadedWriter, Writer};

pub(super) enum Sink<W: Write + Send + 'static> {
    Plain(W),
    One(Writer<W>),
    Many(MultithreadedWriter<W>),
}

impl<W: Write + Send + 'static> Sink<W> {
    pub(super) const fn plain(sink: W) -> Self {
        Self::Plain(sink)
    }

    pub(super) fn compressed(sink: W, threads: usize) -> Self {
        match NonZero::new(threads).filter(|n| n.get() > 1) {
            Some(n) => Self::Many(MultithreadedWriter::with_worker_count(n, sink)),
            None => Self::One(Writer::new(sink)),
        }
    }

    pub(super) fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        match self {
            Self::Plain(w) => w.write_all(bytes),
            Self::One(w) => w.write_all(bytes),
            Self::Many(w) => w.write_all(bytes),
        }
    }

    /// Writes the empty block at the end of BGZF.
    pub(super) fn finish(self) -> io::Result<W> {
        let mut sink = match self {
            Self::Plain(w) => w,
            Self::One(w) => w.finish()?,
            Self::Many(mut w) => w.finish()?,
        };
        sink.flush()?;
        Ok(sink)
    }
}
