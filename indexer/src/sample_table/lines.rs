//! Lines of text files, plain or compressed.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};
use std::path::Path;

use genodex_engine::lines::{LineError, Lines};

use super::SampleFileError;
use crate::reader::GzipReader;

/// The first bytes of gzip.
const GZIP: [u8; 2] = [0x1f, 0x8b];

/// The empty block with which `bgzip` ends a file (SAM specification, 4.1.2).
const BGZF_END: [u8; 28] = [
    0x1f, 0x8b, 8, 4, 0, 0, 0, 0, 0, 0xff, 6, 0, b'B', b'C', 2, 0, 0x1b, 0, 3, 0, 0, 0, 0, 0, 0, 0,
    0, 0,
];

/// Opens a text file; one that starts as gzip does is decompressed.
///
/// # Errors
/// As the operating system says; and where a file of `bgzip` has no end: the reader would take
/// it for a shorter one.
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
        return Ok(Box::new(GzipReader::new(file)));
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
    reader: impl BufRead,
    path: &Path,
    mut visit: impl FnMut(&str, u64) -> Result<(), String>,
) -> Result<(), SampleFileError> {
    let mut lines = Lines::new(reader);
    loop {
        let next = lines.next_line().map_err(|e| match e {
            LineError::Io(source) => SampleFileError::Io {
                path: path.to_owned(),
                source,
            },
            LineError::Line(line, reason) => SampleFileError::Line {
                path: path.to_owned(),
                line,
                reason,
            },
        })?;
        let Some((text, line)) = next else {
            return Ok(());
        };
        visit(text, line).map_err(|reason| SampleFileError::Line {
            path: path.to_owned(),
            line,
            reason,
        })?;
    }
}
