//! Plain gzip, which has no blocks to inflate at once: one member after another, as a stream.

use std::io::{self, BufRead, Read};

use zlib_rs::{Inflate, InflateFlush, Status};

/// Inflated bytes held at a time.
const WINDOW: usize = 128 * 1024;

/// Inflates gzip members until the input ends.
pub(crate) struct GzipReader<R> {
    inner: R,
    state: Inflate,
    /// Within a member; else at the start or between two.
    open: bool,
    buf: Vec<u8>,
    start: usize,
    end: usize,
}

impl<R: BufRead> GzipReader<R> {
    pub(crate) fn new(inner: R) -> Self {
        Self {
            inner,
            state: fresh(),
            open: false,
            buf: vec![0; WINDOW],
            start: 0,
            end: 0,
        }
    }

    fn refill(&mut self) -> io::Result<()> {
        self.start = 0;
        self.end = 0;
        while self.end == 0 {
            let input = self.inner.fill_buf()?;
            if input.is_empty() {
                if self.open {
                    return Err(io::Error::new(
                        io::ErrorKind::UnexpectedEof,
                        "the gzip stream ends in the middle",
                    ));
                }
                return Ok(());
            }
            if !self.open {
                self.state = fresh();
                self.open = true;
            }
            let (read, written) = (self.state.total_in(), self.state.total_out());
            let status = self
                .state
                .decompress(input, &mut self.buf, InflateFlush::NoFlush)
                .map_err(|e| {
                    let what = e.as_str();
                    io::Error::new(io::ErrorKind::InvalidData, format!("gzip data: {what}"))
                })?;
            let used = (self.state.total_in() - read) as usize;
            self.end = (self.state.total_out() - written) as usize;
            self.inner.consume(used);
            match status {
                Status::StreamEnd => self.open = false,
                Status::Ok | Status::BufError if used == 0 && self.end == 0 => {
                    return Err(io::Error::new(
                        io::ErrorKind::InvalidData,
                        "the gzip stream does not advance",
                    ));
                }
                Status::Ok | Status::BufError => {}
            }
        }
        Ok(())
    }
}

fn fresh() -> Inflate {
    /// A 32 KiB window, in a gzip wrapper.
    const GZIP_WINDOW_BITS: u8 = 16 + 15;
    Inflate::new(true, GZIP_WINDOW_BITS)
}

impl<R: BufRead> BufRead for GzipReader<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.start == self.end {
            self.refill()?;
        }
        Ok(&self.buf[self.start..self.end])
    }

    fn consume(&mut self, n: usize) {
        self.start = (self.start + n).min(self.end);
    }
}

impl<R: BufRead> Read for GzipReader<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let mut have = self.fill_buf()?;
        let n = have.read(out)?;
        self.consume(n);
        Ok(n)
    }
}
