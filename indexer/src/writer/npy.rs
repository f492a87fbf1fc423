//! The head of a matrix that NumPy opens: `.npy`, version 1.0.
//!
//! A matrix has the shape (samples, variants), whichever of the two lies together on disk, so
//! that `numpy.load(path, mmap_mode="r")[i, j]` is sample `i` at variant `j`, and reads of
//! [`Order::Samples`] one sample, of [`Order::Variants`] one variant without the others. Values
//! are copies of the ALT allele; [`MISSING`] (as floats, NaN) where a call is missing.

use genodex_engine::query::matrix::MISSING;

/// What lies together on disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// The variants of a sample: C order.
    Samples,
    /// The samples of a variant: Fortran order.
    Variants,
}

/// What a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Number {
    /// A byte.
    Int8,
    /// Four bytes, little-endian.
    Float32,
}

/// Bytes of the head: room for any shape, and a multiple of 64.
const HEAD: usize = 128;

/// What stands before the values.
#[must_use]
pub fn head(samples: usize, variants: usize, order: Order, number: Number) -> Vec<u8> {
    let descr = match number {
        Number::Int8 => "|i1",
        Number::Float32 => "<f4",
    };
    let fortran = match order {
        Order::Samples => "False",
        Order::Variants => "True",
    };
    let mut out = b"\x93NUMPY\x01\x00".to_vec();
    out.extend_from_slice(&((HEAD - 10) as u16).to_le_bytes());
    let text = format!(
        "{{'descr': '{descr}', 'fortran_order': {fortran}, 'shape': ({samples}, {variants}), }}"
    );
    out.extend_from_slice(text.as_bytes());
    out.resize(HEAD - 1, b' ');
    out.push(b'\n');
    out
}

/// Appends values, each a byte that is an `i8`, as floats.
pub fn push_floats(out: &mut Vec<u8>, values: &[u8]) {
    let float = |value: &u8| {
        let value = value.cast_signed();
        let float = if value == MISSING {
            f32::NAN
        } else {
            f32::from(value)
        };
        float.to_le_bytes()
    };
    out.extend(values.iter().flat_map(float));
}
