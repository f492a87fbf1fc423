//! JSON: an array of objects, or one object a line. A missing value is `null`.

use super::number::{push_int, push_uint};
use super::{Assembler, Batch, Column, Format, Kind, Piece, Values};

pub(super) struct Json {
    /// `"name":`, for each column.
    keys: Vec<Vec<u8>>,
    nullable: Vec<bool>,
    lines: bool,
}

struct Rows {
    lines: bool,
    /// Some were written.
    started: bool,
}

impl Json {
    pub(super) fn array(columns: &[Column]) -> Self {
        Self::new(columns, false)
    }

    pub(super) fn lines(columns: &[Column]) -> Self {
        Self::new(columns, true)
    }

    fn new(columns: &[Column], lines: bool) -> Self {
        let key = |c: &Column| {
            let mut key = Vec::new();
            push_string(&mut key, &c.name);
            key.push(b':');
            key
        };
        Self {
            keys: columns.iter().map(key).collect(),
            nullable: columns
                .iter()
                .map(|c| c.kind == Kind::Text { nullable: true })
                .collect(),
            lines,
        }
    }
}

/// Appends a JSON string.
fn push_string(out: &mut Vec<u8>, text: &str) {
    out.push(b'"');
    for b in text.bytes() {
        match b {
            b'"' | b'\\' => out.extend_from_slice(&[b'\\', b]),
            0..0x20 => out.extend_from_slice(format!("\\u{b:04x}").as_bytes()),
            _ => out.push(b),
        }
    }
    out.push(b'"');
}

impl Format for Json {
    fn assembler(&self) -> anyhow::Result<Box<dyn Assembler>> {
        Ok(Box::new(Rows {
            lines: self.lines,
            started: false,
        }))
    }

    fn encode(&self, batch: Batch) -> anyhow::Result<Piece> {
        let mut out = Vec::with_capacity(batch.len() * 16 * batch.columns.len());
        for row in 0..batch.len() {
            // In an array, a comma stands before each row; before the first it is taken off.
            out.extend_from_slice(if self.lines { b"{" } else { b",\n{" });
            for (i, values) in batch.columns.iter().enumerate() {
                if i > 0 {
                    out.push(b',');
                }
                out.extend_from_slice(&self.keys[i]);
                match values {
                    Values::Text(text) => match text.get(row) {
                        "." if self.nullable[i] => out.extend_from_slice(b"null"),
                        text => push_string(&mut out, text),
                    },
                    Values::UInt(v) => push_uint(&mut out, v[row]),
                    Values::Int(v) if v[row].is_none() => out.extend_from_slice(b"null"),
                    Values::Int(v) => push_int(&mut out, v[row]),
                    Values::Float(v) if v[row].is_finite() => {
                        out.extend_from_slice(ryu::Buffer::new().format_finite(v[row]).as_bytes());
                    }
                    Values::Float(_) => out.extend_from_slice(b"null"),
                }
            }
            out.extend_from_slice(if self.lines { b"}\n" } else { b"}" });
        }
        Ok(Piece::Bytes(out))
    }
}

impl Assembler for Rows {
    fn begin(&mut self, out: &mut Vec<u8>) -> anyhow::Result<()> {
        if !self.lines {
            out.push(b'[');
        }
        Ok(())
    }

    fn append(&mut self, piece: Piece, out: &mut Vec<u8>) -> anyhow::Result<()> {
        if let Piece::Bytes(bytes) = piece
            && !bytes.is_empty()
        {
            let skip = usize::from(!self.lines && !self.started);
            out.extend_from_slice(&bytes[skip..]);
            self.started = true;
        }
        Ok(())
    }

    fn end(&mut self, out: &mut Vec<u8>) -> anyhow::Result<()> {
        if !self.lines {
            out.extend_from_slice(if self.started { b"\n]\n" } else { b"]\n" });
        }
        Ok(())
    }
}
