//! Lines of text files, plain or compressed.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};
use std::path::Path;

use super::SampleFileError;

/// A line longer than this is an error: memory stays bounded whatever the file is.
const MAX_LINE: u64 = 64 << 20;

/// The first bytes of gzip.
const GZIP: [u8; 2] = [0x1f, 0x8b];

/// The empty block with which `bgzip` ends a file (SAM specification, 4.1.2).
const BGZF_END: [u8; 28] = [
    0x1f, 0x8b, 8, 4, 0, 0, 0, 0, 0, 0xff, 6, 0, b'B', b'C', 2, 0, 0x1b, 0, 3, 0, 0, 0, 0, 0, 0, 0,
    0, 0,
];

/// Opens a text file; one that starts as gzip does is decompressed, and has to be written by
/// `bgzip`.
///
/// # Errors
/// As the operating system says; and where a compressed file is of another program, or has no
/// end: the reader would take it for a shorter one.
pub fn open_text(path: &Path) -> io::Result<Box<dyn BufRead>> {
    let invalid = |reason| io::Error::new(io::ErrorKind::InvalidData, reason);
    let mut file = File::open(path)?;
    let whole = file.metadata()?.is_file();
    let mut end = [0; BGZF_END.len()];
    let ended = whole
        && file.seek(SeekFrom::End(-(BGZF_END.len() as i64))).is_ok()
        && file.read_exact(&mut end).is_ok()
        && end == BGZF_END;
    if whole {
        file.rewind()?;
    }
    let mut file = BufReader::new(file);
    let start = file.fill_buf()?;
    if !start.starts_with(&GZIP) {
        return Ok(Box::new(file));
    }
    if start.get(12..14) != Some(b"BC") {
        return Err(invalid(
            "compressed, but not by bgzip: unpack it, or pack it with bgzip",
        ));
    }
    if whole && !ended {
        return Err(invalid(
            "the end is missing: the file was cut off, make it again",
        ));
    }
    Ok(Box::new(noodles_bgzf::io::Reader::new(file)))
}

/// Calls `visit` with each line and its 1-based number, without the line break and without a
/// byte order mark.
///
/// # Errors
/// [`SampleFileError::Io`], [`SampleFileError::Line`], and as `visit` says: the text is then
/// what is wrong with the line.
pub(super) fn each_line(
    mut reader: impl BufRead,
    path: &Path,
    mut visit: impl FnMut(&str, u64) -> Result<(), String>,
) -> Result<(), SampleFileError> {
    let mut buffer = Vec::new();
    for line in 1.. {
        buffer.clear();
        let read = reader
            .by_ref()
            .take(MAX_LINE)
            .read_until(b'\n', &mut buffer);
        let read = read.map_err(|source| SampleFileError::Io {
            path: path.to_owned(),
            source,
        })?;
        if read == 0 {
            break;
        }
        let bad = |reason: String| SampleFileError::Line {
            path: path.to_owned(),
            line,
            reason,
        };
        if read as u64 == MAX_LINE {
            return Err(bad(format!("longer than {MAX_LINE} bytes")));
        }
        let text = std::str::from_utf8(&buffer).map_err(|e| {
            let at = e.valid_up_to() + 1;
            bad(format!("byte {at} is not UTF-8: save the file in UTF-8"))
        })?;
        let text = text.strip_suffix('\n').unwrap_or(text);
        let text = text.strip_suffix('\r').unwrap_or(text);
        let text = match line {
            1 => text.strip_prefix('\u{feff}').unwrap_or(text),
            _ => text,
        };
        visit(text, line).map_err(bad)?;
    }
    Ok(())
}
