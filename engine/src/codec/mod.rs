//! Codings of the sparse parts of a row: variable-length integers and lists of samples.
//!
//! Decoding never trusts its input: every length is checked, and what does not fit is a
//! [`CodecError`] that the reader turns into an error naming file and row.

mod id_list;
mod varint;

#[cfg(test)]
mod tests;

pub(crate) use id_list::encode_words;
pub use id_list::{IdList, ListCoding, ListParts, encode_set, encoded_len};
pub(crate) use id_list::{decode_set, set_len};
pub use varint::{put_varint, take_varint};

/// Why bytes are not a valid coding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CodecError {
    /// Fewer bytes than the coding says.
    #[error("the bytes end early")]
    Truncated,
    /// Bytes are left over where none may be.
    #[error("bytes are left over")]
    Trailing,
    /// A variable-length integer does not fit in 64 bits or is longer than it need be.
    #[error("an integer is malformed")]
    Varint,
    /// A coding number that this version does not know.
    #[error("unknown coding {0}")]
    Coding(u8),
    /// A sample at or beyond the number of samples.
    #[error("sample {0} is out of range")]
    Sample(u32),
    /// Samples are not strictly ascending.
    #[error("samples are not ascending")]
    Order,
    /// Two lists of one row name the same sample, or a count is impossible.
    #[error("lists of one row overlap")]
    Overlap,
}
