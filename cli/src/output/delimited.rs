//! TSV and CSV. A missing value is `.`; TSV's first name is marked with `#`.

use super::number::{push_g6, push_int, push_uint};
use super::{Assembler, Batch, Column, Format, Piece, Values};

pub(super) struct Delimited {
    columns: Vec<Column>,
    separator: u8,
    quotes: bool,
}

impl Delimited {
    pub(super) const fn tsv(columns: Vec<Column>) -> Self {
        Self {
            columns,
            separator: b'\t',
            quotes: false,
        }
    }

    pub(super) const fn csv(columns: Vec<Column>) -> Self {
        Self {
            columns,
            separator: b',',
            quotes: true,
        }
    }

    fn push_text(&self, out: &mut Vec<u8>, text: &str) {
        let quoted = self.quotes
            && text
                .bytes()
                .any(|b| matches!(b, b',' | b'"' | b'\n' | b'\r'));
        if quoted {
            out.push(b'"');
            for b in text.bytes() {
                if b == b'"' {
                    out.push(b'"');
                }
                out.push(b);
            }
            out.push(b'"');
        } else {
            out.extend_from_slice(text.as_bytes());
        }
    }
}

/// A head, then text as it comes.
pub(crate) struct Plain {
    pub(crate) head: Vec<u8>,
}

impl Assembler for Plain {
    fn begin(&mut self, out: &mut Vec<u8>) -> anyhow::Result<()> {
        out.append(&mut self.head);
        Ok(())
    }

    fn append(&mut self, piece: Piece, out: &mut Vec<u8>) -> anyhow::Result<()> {
        if let Piece::Bytes(bytes) = piece {
            out.extend_from_slice(&bytes);
        }
        Ok(())
    }

    fn end(&mut self, _out: &mut Vec<u8>) -> anyhow::Result<()> {
        Ok(())
    }
}

impl Format for Delimited {
    fn assembler(&self) -> anyhow::Result<Box<dyn Assembler>> {
        let mut head = Vec::new();
        for (i, column) in self.columns.iter().enumerate() {
            match i {
                0 if !self.quotes => head.push(b'#'),
                0 => {}
                _ => head.push(self.separator),
            }
            self.push_text(&mut head, &column.name);
        }
        head.push(b'\n');
        Ok(Box::new(Plain { head }))
    }

    fn encode(&self, batch: Batch) -> anyhow::Result<Piece> {
        let mut out = Vec::with_capacity(batch.len() * 6 * batch.columns.len());
        for row in 0..batch.len() {
            for (i, values) in batch.columns.iter().enumerate() {
                if i > 0 {
                    out.push(self.separator);
                }
                match values {
                    Values::Text(text) => self.push_text(&mut out, text.get(row)),
                    Values::UInt(v) => push_uint(&mut out, v[row]),
                    Values::Int(v) => push_int(&mut out, v[row]),
                    Values::Float(v) if v[row].is_nan() => out.push(b'.'),
                    Values::Float(v) => push_g6(&mut out, v[row]),
                }
            }
            out.push(b'\n');
        }
        Ok(Piece::Bytes(out))
    }
}
