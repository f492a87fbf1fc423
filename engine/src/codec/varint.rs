//! Unsigned LEB128: seven bits a byte, least significant first, the high bit set on all
//! bytes but the last. The shortest form is the only valid one.

use super::CodecError;

/// Appends `value`.
pub fn put_varint(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

/// Takes an integer off the front of `bytes`.
///
/// # Errors
/// [`CodecError::Truncated`] or [`CodecError::Varint`].
#[inline]
pub fn take_varint(bytes: &mut &[u8]) -> Result<u64, CodecError> {
    let (&first, rest) = bytes.split_first().ok_or(CodecError::Truncated)?;
    if first < 0x80 {
        *bytes = rest;
        return Ok(u64::from(first));
    }
    take_long(bytes)
}

fn take_long(bytes: &mut &[u8]) -> Result<u64, CodecError> {
    let mut value = 0u64;
    for (i, &b) in bytes.iter().enumerate().take(10) {
        let part = u64::from(b & 0x7f);
        if i == 9 && part > 1 {
            return Err(CodecError::Varint);
        }
        value |= part << (7 * i);
        if b < 0x80 {
            if b == 0 && i > 0 {
                return Err(CodecError::Varint);
            }
            *bytes = &bytes[i + 1..];
            return Ok(value);
        }
    }
    Err(if bytes.len() < 10 {
        CodecError::Truncated
    } else {
        CodecError::Varint
    })
}
