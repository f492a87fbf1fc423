//! From the bytes of a file to its text.

use std::io::Read;

use flate2::bufread::MultiGzDecoder;

use super::{File, KnowledgeError};

/// No file of knowledge unpacks to more: Mondo, the largest, has 60 MB.
const LIMIT: u64 = 1 << 30;

/// The text of a file, unpacked, without a byte-order mark.
pub(super) fn text(file: &File) -> Result<String, KnowledgeError> {
    let bytes: &[u8] = &file.bytes;
    let mut unpacked = Vec::new();
    if bytes.starts_with(&[0x1f, 0x8b]) {
        // The last four bytes say the length; a hint, no more.
        let hint = bytes
            .last_chunk::<4>()
            .map_or(0, |b| u32::from_le_bytes(*b));
        unpacked.reserve((hint as usize).min(64 << 20));
        let mut reader = MultiGzDecoder::new(bytes).take(LIMIT + 1);
        reader
            .read_to_end(&mut unpacked)
            .map_err(|source| KnowledgeError::Damaged {
                file: file.name.clone(),
                source,
            })?;
    } else {
        unpacked.extend_from_slice(bytes);
    }
    if unpacked.len() as u64 > LIMIT {
        return Err(KnowledgeError::TooLong {
            file: file.name.clone(),
            limit: LIMIT,
        });
    }
    let mut text = String::from_utf8(unpacked).map_err(|e| {
        let before = e.as_bytes().get(..e.utf8_error().valid_up_to());
        let lines = before.unwrap_or_default().iter().filter(|&&b| b == b'\n');
        KnowledgeError::NotUtf8 {
            file: file.name.clone(),
            line: lines.count() + 1,
        }
    })?;
    if text.starts_with('\u{feff}') {
        text.drain(..'\u{feff}'.len_utf8());
    }
    Ok(text)
}
