//! The typed values that BCF records are made of (VCF specification, "BCF2 typed values").

use super::error::{Fault, quote};

/// `.` among 32-bit integers.
pub(super) const MISSING_INT32: i32 = i32::MIN;

/// The padding behind a vector that is shorter than others, among 32-bit integers.
pub(super) const END_OF_VECTOR_INT32: i32 = i32::MIN + 1;

/// The bits of a missing `f32`.
pub(super) const MISSING_FLOAT: u32 = 0x7f80_0001;

/// The bits of the padding behind a vector of `f32`.
pub(super) const END_OF_VECTOR_FLOAT: u32 = 0x7f80_0002;

/// The type of the values in a vector.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Null,
    Int8,
    Int16,
    Int32,
    Float,
    Char,
}

impl Kind {
    /// Bytes of one value.
    pub(super) const fn width(self) -> usize {
        match self {
            Self::Null => 0,
            Self::Int8 | Self::Char => 1,
            Self::Int16 => 2,
            Self::Int32 | Self::Float => 4,
        }
    }
}

/// Values of one type. For FORMAT fields, those of one sample or of all.
#[derive(Clone, Copy, Debug)]
pub(super) struct Values<'a> {
    pub(super) kind: Kind,
    pub(super) bytes: &'a [u8],
}

impl<'a> Values<'a> {
    /// Value `i` as an integer, with the markers of `int32`; `None` beyond the end or where the
    /// type is another.
    pub(super) fn int(&self, i: usize) -> Option<i32> {
        let at = i.checked_mul(self.kind.width())?;
        let bytes = self.bytes.get(at..)?;
        match self.kind {
            Kind::Int8 => bytes.first().map(|&b| match b.cast_signed() {
                i8::MIN => MISSING_INT32,
                -127 => END_OF_VECTOR_INT32,
                v => i32::from(v),
            }),
            Kind::Int16 => bytes.first_chunk().map(|&b| match i16::from_le_bytes(b) {
                i16::MIN => MISSING_INT32,
                -32767 => END_OF_VECTOR_INT32,
                v => i32::from(v),
            }),
            Kind::Int32 => bytes.first_chunk().map(|&b| i32::from_le_bytes(b)),
            Kind::Null | Kind::Float | Kind::Char => None,
        }
    }

    /// Value `i` as a number; `None` where it is missing, beyond the end or not a number.
    pub(super) fn number(&self, i: usize) -> Option<f64> {
        if self.kind == Kind::Float {
            let bits = u32::from_le_bytes(*self.bytes.get(i.checked_mul(4)?..)?.first_chunk()?);
            return (bits != MISSING_FLOAT && bits != END_OF_VECTOR_FLOAT)
                .then(|| f64::from(f32::from_bits(bits)));
        }
        self.int(i)
            .filter(|&v| v != MISSING_INT32 && v != END_OF_VECTOR_INT32)
            .map(f64::from)
    }

    /// How many values.
    pub(super) const fn len(&self) -> usize {
        match self.kind {
            Kind::Null => 0,
            kind => self.bytes.len() / kind.width(),
        }
    }

    /// A string, without the padding.
    pub(super) fn text(&self, field: &'static str) -> Result<&'a str, Fault> {
        let bytes = match self.kind {
            Kind::Char => self.bytes,
            Kind::Null => &[],
            _ => return Err(Fault::new(field, "it is not a string")),
        };
        let end = memchr::memchr(0, bytes).unwrap_or(bytes.len());
        let bytes = &bytes[..end];
        str::from_utf8(bytes)
            .map_err(|_| Fault::new(field, format!("{} is not UTF-8", quote(bytes))))
    }
}

/// The bytes of a record, taken from the front.
pub(super) struct Cursor<'a>(pub(super) &'a [u8]);

impl<'a> Cursor<'a> {
    pub(super) fn take(&mut self, field: &'static str, n: usize) -> Result<&'a [u8], Fault> {
        let (head, tail) = self.0.split_at_checked(n).ok_or_else(|| {
            let reason = format!("{n} bytes needed, {} left in the record", self.0.len());
            Fault::new(field, reason)
        })?;
        self.0 = tail;
        Ok(head)
    }

    pub(super) fn array<const N: usize>(&mut self, field: &'static str) -> Result<[u8; N], Fault> {
        let bytes = self.take(field, N)?;
        // Never: `take` gave N bytes.
        bytes
            .first_chunk()
            .copied()
            .ok_or_else(|| Fault::new(field, "too short"))
    }

    /// The type and the number of values that follow.
    pub(super) fn descriptor(&mut self, field: &'static str) -> Result<(Kind, usize), Fault> {
        let [byte] = self.array(field)?;
        let kind = match byte & 15 {
            0 => Kind::Null,
            1 => Kind::Int8,
            2 => Kind::Int16,
            3 => Kind::Int32,
            5 => Kind::Float,
            7 => Kind::Char,
            other => {
                let reason = format!("type {other}; BCF has 0 to 3, 5 and 7");
                return Err(Fault::new(field, reason));
            }
        };
        let mut len = usize::from(byte >> 4);
        if len == 15 {
            len = usize::try_from(self.int(field)?)
                .map_err(|_| Fault::new(field, "a negative number of values"))?;
        }
        Ok((kind, len))
    }

    /// A vector.
    pub(super) fn values(&mut self, field: &'static str) -> Result<Values<'a>, Fault> {
        let (kind, len) = self.descriptor(field)?;
        self.values_of(field, kind, len, 1)
    }

    /// `len` values for each of `n`.
    pub(super) fn values_of(
        &mut self,
        field: &'static str,
        kind: Kind,
        len: usize,
        n: usize,
    ) -> Result<Values<'a>, Fault> {
        let bytes = len
            .checked_mul(kind.width())
            .and_then(|b| b.checked_mul(n))
            .ok_or_else(|| Fault::new(field, format!("{n} times {len} values")))?;
        Ok(Values {
            kind,
            bytes: self.take(field, bytes)?,
        })
    }

    /// A single integer, such as an index into a dictionary.
    pub(super) fn int(&mut self, field: &'static str) -> Result<i32, Fault> {
        let [byte] = self.array(field)?;
        Ok(match byte {
            0x11 => i32::from(self.array::<1>(field)?[0].cast_signed()),
            0x12 => i32::from(i16::from_le_bytes(self.array(field)?)),
            0x13 => i32::from_le_bytes(self.array(field)?),
            _ => {
                let reason = format!("type byte {byte:#04x} where one integer is expected");
                return Err(Fault::new(field, reason));
            }
        })
    }
}
