//! How an input starts: what it is, and the bytes of its header. And lines, which both the
//! header and VCF records are read by.

use std::io::{self, BufRead, Read};
use std::path::Path;

use super::ReadError;
use super::error::quote;
use super::header::SourceFormat;
use super::input::fill;

/// The longest header that is read.
const MAX_HEADER: usize = 256 << 20;

/// An error of the operating system or of the compressed bytes.
pub(super) fn failed(path: &Path, after: &str, error: io::Error) -> ReadError {
    if error.kind() == io::ErrorKind::UnexpectedEof {
        return ReadError::Truncated {
            path: path.to_owned(),
            after: after.to_owned(),
            reason: error.to_string(),
        };
    }
    ReadError::Io {
        action: "cannot read",
        path: path.to_owned(),
        source: error,
    }
}

/// VCF or BCF, by the first bytes.
pub(super) fn sniff(path: &Path, magic: &[u8]) -> Result<SourceFormat, ReadError> {
    let reason = match magic {
        [b'B', b'C', b'F', 2, 1 | 2, ..] => return Ok(SourceFormat::Bcf),
        [b'B', b'C', b'F', 2, minor, ..] => {
            format!("BCF version 2.{minor}; versions 2.1 and 2.2 are read")
        }
        [b'B', b'C', b'F', 4, ..] => "BCF version 1, of samtools 0.1".to_owned(),
        _ if magic.starts_with(b"##fileformat=VCF") => return Ok(SourceFormat::Vcf),
        [] => "it is empty".to_owned(),
        [b'B', b'A', b'M', 1, ..] => "it is a BAM file".to_owned(),
        [b'C', b'R', b'A', b'M', ..] => "it is a CRAM file".to_owned(),
        [0x6c, 0x1b, ..] => "it is a PLINK .bed or .pgen file".to_owned(),
        [0x28, 0xb5, 0x2f, 0xfd, ..] => "it is compressed by zstd; decompress it first".to_owned(),
        [b'P', b'K', ..] => "it is a zip archive; unpack it first".to_owned(),
        _ => format!(
            "it starts with {}, not with \"##fileformat=VCF\"",
            quote(magic)
        ),
    };
    Err(ReadError::NotVariants {
        path: path.to_owned(),
        reason,
    })
}

/// The lines up to and with `#CHROM`.
pub(super) fn vcf_header(path: &Path, input: &mut impl BufRead) -> Result<Vec<u8>, ReadError> {
    let mut text = Vec::new();
    let fault = |line: Option<u64>, reason: &str| ReadError::Header {
        path: path.to_owned(),
        line,
        reason: reason.to_owned(),
    };
    let mut number = 0;
    loop {
        number += 1;
        let start = text.len();
        let room = MAX_HEADER.saturating_sub(start);
        let whole = match take_line(input, room, |part| text.extend_from_slice(part)) {
            Ok(whole) => whole,
            Err(LineError::Io(e)) => return Err(failed(path, "a part of the header", e)),
            Err(LineError::TooLong) => {
                let reason = format!("longer than {MAX_HEADER} bytes");
                return Err(fault(Some(number), &reason));
            }
        };
        let line = &text[start..];
        let last = line.starts_with(b"#CHROM");
        if !whole && line.is_empty() {
            return Err(fault(None, "there is no #CHROM line"));
        }
        if !line.is_empty() && !line.starts_with(b"#") && line != b"\r" {
            return Err(fault(Some(number), "records start before the #CHROM line"));
        }
        text.push(b'\n');
        if last {
            return Ok(text);
        }
    }
}

/// The text of a BCF header, which ends with a NUL byte, and the offset of the first record.
pub(super) fn bcf_header(path: &Path, input: &mut impl Read) -> Result<(Vec<u8>, u64), ReadError> {
    let after = "a part of the header";
    let mut start = [0; 9];
    let got = fill(input, &mut start).map_err(|e| failed(path, after, e))?;
    if got < start.len() {
        return Err(failed(path, after, io::ErrorKind::UnexpectedEof.into()));
    }
    let [.., a, b, c, d] = start;
    let len = u32::from_le_bytes([a, b, c, d]) as usize;
    if len > MAX_HEADER {
        return Err(ReadError::Header {
            path: path.to_owned(),
            line: None,
            reason: format!("{len} bytes; at most {MAX_HEADER} are read"),
        });
    }
    let mut text = Vec::new();
    let got = input.take(len as u64).read_to_end(&mut text);
    if got.map_err(|e| failed(path, after, e))? < len {
        return Err(failed(path, after, io::ErrorKind::UnexpectedEof.into()));
    }
    let end = memchr::memchr(0, &text).unwrap_or(text.len());
    text.truncate(end);
    Ok((text, (start.len() + len) as u64))
}

/// Why a line cannot be read.
pub(super) enum LineError {
    Io(io::Error),
    TooLong,
}

/// Hands the bytes up to the next line end to `push`, without it; false where the input ends
/// before one. At most `limit` bytes.
pub(super) fn take_line(
    input: &mut impl BufRead,
    limit: usize,
    mut push: impl FnMut(&[u8]),
) -> Result<bool, LineError> {
    let mut len = 0;
    loop {
        let have = match input.fill_buf() {
            Ok(have) => have,
            Err(e) if e.kind() == io::ErrorKind::Interrupted => continue,
            Err(e) => return Err(LineError::Io(e)),
        };
        if have.is_empty() {
            return Ok(false);
        }
        let end = memchr::memchr(b'\n', have);
        let part = &have[..end.unwrap_or(have.len())];
        len += part.len();
        if len > limit {
            return Err(LineError::TooLong);
        }
        push(part);
        let used = part.len() + usize::from(end.is_some());
        input.consume(used);
        if end.is_some() {
            return Ok(true);
        }
    }
}
