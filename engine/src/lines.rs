//! Lines of a text that a person gave: bounded, in UTF-8, with their numbers, whatever their
//! ends and with or without a byte order mark.

use std::io::{self, BufRead, Read};

/// A line longer than this is not of a text that a person wrote.
const MAX_LINE: u64 = 64 << 20;

/// Why there is no next line.
#[derive(Debug)]
pub enum LineError {
    /// The text cannot be read.
    Io(io::Error),
    /// A line is not as it should be: its number, from 1, and what is wrong.
    Line(u64, String),
}

/// Reads a text line by line.
#[derive(Debug)]
pub struct Lines<R> {
    reader: R,
    buffer: Vec<u8>,
    number: u64,
}

impl<R: BufRead> Lines<R> {
    /// Starts at the first line of `reader`.
    pub const fn new(reader: R) -> Self {
        Self {
            reader,
            buffer: Vec::new(),
            number: 0,
        }
    }

    /// The next line without its end (`\n` or `\r\n`), and its number from 1; `None` at the end.
    ///
    /// # Errors
    /// [`LineError`].
    pub fn next_line(&mut self) -> Result<Option<(&str, u64)>, LineError> {
        self.buffer.clear();
        let limited = &mut (&mut self.reader).take(MAX_LINE);
        let read = limited.read_until(b'\n', &mut self.buffer);
        match read.map_err(LineError::Io)? as u64 {
            0 => return Ok(None),
            MAX_LINE => {
                let reason = format!("longer than {MAX_LINE} bytes");
                return Err(LineError::Line(self.number + 1, reason));
            }
            _ => self.number += 1,
        }
        let text = std::str::from_utf8(&self.buffer).map_err(|e| {
            let at = e.valid_up_to() + 1;
            let reason = format!("byte {at} is not UTF-8: save the file in UTF-8");
            LineError::Line(self.number, reason)
        })?;
        let text = text.strip_suffix('\n').unwrap_or(text);
        let text = text.strip_suffix('\r').unwrap_or(text);
        let text = match self.number {
            1 => text.strip_prefix('\u{feff}').unwrap_or(text),
            _ => text,
        };
        Ok(Some((text, self.number)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_marks_and_bad_bytes() {
        let mut lines = Lines::new(&b"\xef\xbb\xbfa\r\nb\n\nlast"[..]);
        for expected in [("a", 1), ("b", 2), ("", 3), ("last", 4)] {
            assert_eq!(lines.next_line().unwrap(), Some(expected));
        }
        assert_eq!(lines.next_line().unwrap(), None);
        let mut lines = Lines::new(&b"good\nb\xffd\n"[..]);
        lines.next_line().unwrap();
        let error = lines.next_line().unwrap_err();
        assert!(matches!(error, LineError::Line(2, reason) if reason.contains("byte 2")));
    }
}
