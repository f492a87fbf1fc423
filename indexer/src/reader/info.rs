//! A record's INFO, field by field, without a detour over text where the file is BCF.

use super::error::Fault;
use super::typed::{END_OF_VECTOR_FLOAT, END_OF_VECTOR_INT32, Kind, MISSING_INT32, Values};

/// The value of an INFO field as the file has it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum InfoValue<'a> {
    /// The key stands alone.
    None,
    /// What follows the `=` in VCF, or a BCF string.
    Text(&'a str),
    /// BCF's whole numbers; `i32::MIN` where missing.
    Ints(&'a [i32]),
    /// The bits of BCF's floats; `0x7f80_0001` where missing.
    Floats(&'a [u32]),
}

/// Memory for the numbers of a field.
#[derive(Clone, Debug, Default)]
pub(crate) struct InfoScratch {
    ints: Vec<i32>,
    bits: Vec<u32>,
}

impl InfoScratch {
    /// The values of a BCF vector.
    pub(super) fn take<'s>(&'s mut self, values: &Values<'s>) -> Result<InfoValue<'s>, Fault> {
        Ok(match values.kind {
            Kind::Null => InfoValue::None,
            Kind::Char => InfoValue::Text(values.text("INFO")?),
            Kind::Float => {
                self.bits.clear();
                let (chunks, _) = values.bytes.as_chunks::<4>();
                let bits = chunks.iter().map(|c| u32::from_le_bytes(*c));
                self.bits
                    .extend(bits.take_while(|b| *b != END_OF_VECTOR_FLOAT));
                InfoValue::Floats(&self.bits)
            }
            Kind::Int8 | Kind::Int16 | Kind::Int32 => {
                self.ints.clear();
                let ints = (0..values.len()).map(|i| values.int(i).unwrap_or(MISSING_INT32));
                self.ints
                    .extend(ints.take_while(|v| *v != END_OF_VECTOR_INT32));
                InfoValue::Ints(&self.ints)
            }
        })
    }
}

/// The fields of a VCF line's INFO; nothing of `.`.
pub(super) fn text_fields<'a>(
    info: &'a [u8],
) -> Result<impl Iterator<Item = (&'a str, InfoValue<'a>)>, Fault> {
    let text = str::from_utf8(info).map_err(|_| Fault::new("INFO", "it is not UTF-8"))?;
    let text = if text == "." { "" } else { text };
    let fields = text.split(';').filter(|f| !f.is_empty());
    Ok(fields.map(|field| match field.split_once('=') {
        Some((key, value)) => (key, InfoValue::Text(value)),
        None => (field, InfoValue::None),
    }))
}
