//! Genotypes as a matrix that numpy opens: `.npy`, version 1.0, `int8`, samples x variants.
//!
//! Values are copies of the ALT allele (0, 1, 2; of a haploid call 0 or 1), and [`MISSING`] for
//! a missing or half call. The matrix is in Fortran order: variant after variant on disk, so
//! that it can be written as variants come and `numpy.load(path, mmap_mode="r")[:, j]` is one
//! variant without reading the others.

use std::io::{self, Seek, SeekFrom, Write};

use genodex_engine::genotype::{CallPlanes, Genotype};

/// The value of a missing call.
pub const MISSING: i8 = -1;

/// Bytes of the header: room for any shape, a multiple of 64.
const HEADER: usize = 128;

/// Copies of ALT of the given samples (columns of the planes, in the order to write); `MISSING`
/// for one that is not there.
pub fn push_copies(out: &mut Vec<i8>, calls: &CallPlanes, samples: &[u32]) {
    out.extend(samples.iter().map(|&s| {
        let s = s as usize;
        if s >= calls.n_samples {
            return MISSING;
        }
        match calls.genotype(s) {
            Genotype::HomRef => 0,
            Genotype::Het => 1,
            Genotype::HomAlt if calls.haploid.get(s) => 1,
            Genotype::HomAlt => 2,
            Genotype::Missing => MISSING,
        }
    }));
}

/// Writes a matrix variant by variant; how many there are is written at the end.
#[derive(Debug)]
pub struct NpyWriter<W: Write + Seek> {
    sink: W,
    samples: usize,
    variants: u64,
}

impl<W: Write + Seek> NpyWriter<W> {
    /// Begins a matrix of as many samples.
    ///
    /// # Errors
    /// Where the sink does.
    pub fn create(mut sink: W, samples: usize) -> io::Result<Self> {
        sink.write_all(&header(samples, 0))?;
        Ok(Self {
            sink,
            samples,
            variants: 0,
        })
    }

    /// Adds variants: for each the values of all samples.
    ///
    /// # Errors
    /// Where the sink does; [`io::ErrorKind::InvalidInput`] for values that are not as many
    /// for each variant as there are samples.
    pub fn write(&mut self, values: &[i8]) -> io::Result<()> {
        let whole = values.len().checked_rem(self.samples) == Some(0) || values.is_empty();
        if !whole {
            let message = format!("{} values for {} samples", values.len(), self.samples);
            return Err(io::Error::new(io::ErrorKind::InvalidInput, message));
        }
        self.sink.write_all(unsigned(values).as_slice())?;
        self.variants += values.len().checked_div(self.samples).unwrap_or(0) as u64;
        Ok(())
    }

    /// Writes the shape, and gives the sink back.
    ///
    /// # Errors
    /// Where the sink does.
    pub fn finish(mut self) -> io::Result<W> {
        self.sink.seek(SeekFrom::Start(0))?;
        self.sink.write_all(&header(self.samples, self.variants))?;
        self.sink.seek(SeekFrom::End(0))?;
        self.sink.flush()?;
        Ok(self.sink)
    }
}

/// The bytes of signed ones.
fn unsigned(values: &[i8]) -> Vec<u8> {
    values.iter().map(|v| v.cast_unsigned()).collect()
}

fn header(samples: usize, variants: u64) -> [u8; HEADER] {
    let mut out = [b' '; HEADER];
    let text =
        format!("{{'descr': '|i1', 'fortran_order': True, 'shape': ({samples}, {variants}), }}");
    let mut at = 0;
    let mut put = |bytes: &[u8]| {
        for b in bytes {
            if let Some(place) = out.get_mut(at) {
                *place = *b;
            }
            at += 1;
        }
    };
    put(b"\x93NUMPY\x01\x00");
    put(&((HEADER - 10) as u16).to_le_bytes());
    put(text.as_bytes());
    if let Some(last) = out.last_mut() {
        *last = b'\n';
    }
    out
}
