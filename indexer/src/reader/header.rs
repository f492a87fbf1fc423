//! The header of a VCF or BCF file, read as leniently as bcftools reads it: lines that say
//! nothing we need are kept as text and never refused.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::error::{ReadError, quote};

/// A contig of the header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeaderContig {
    /// Name, as in CHROM.
    pub name: String,
    /// Length in bases, where the header says.
    pub length: Option<u32>,
}

/// Which format a file has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SourceFormat {
    /// Text.
    Vcf,
    /// Binary, version 2.
    Bcf,
}

/// The header: samples, contigs, and the text as it stands.
#[derive(Clone, Debug)]
pub struct Header {
    /// The file, for messages.
    pub path: Arc<Path>,
    /// VCF or BCF.
    pub format: SourceFormat,
    /// Sample names, in the order of their columns; all different.
    pub samples: Vec<String>,
    /// Contigs with a `##contig` line, in order. A VCF file may use others
    /// ([`super::Source::contigs`]).
    pub contigs: Vec<HeaderContig>,
    /// All lines up to and with `#CHROM`, ends of line as `\n`.
    pub text: String,
    /// BCF's dictionary of FILTER, INFO and FORMAT ids.
    strings: HashMap<u32, String>,
    /// BCF's dictionary of contigs: index to place in `contigs`.
    contig_places: HashMap<u32, u32>,
    /// Things that are odd but were understood.
    pub(super) warnings: Vec<String>,
}

/// The columns before FORMAT.
const COLUMNS: [&str; 8] = [
    "#CHROM", "POS", "ID", "REF", "ALT", "QUAL", "FILTER", "INFO",
];

/// An INFO or FORMAT field as a header line declares it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldLine {
    /// Its ID.
    pub id: String,
    /// `Number`; `.` where the line has none.
    pub number: String,
    /// `Type`; `String` where the line has none.
    pub kind: String,
    /// `Description`.
    pub description: String,
}

/// The fields that the `##INFO` (or `##FORMAT`) lines of a header's text declare, in order; of
/// two with the same ID the first counts.
#[must_use]
pub fn field_lines(text: &str, key: &str) -> Vec<FieldLine> {
    let start = format!("##{key}=");
    let mut seen = HashSet::new();
    let mut out = Vec::new();
    for body in text.lines().filter_map(|line| structured(line, &start)) {
        let attributes = attributes(body);
        let value = |key: &str| attribute(&attributes, key);
        let Some(id) = value("ID").filter(|id| !id.is_empty()) else {
            continue;
        };
        if seen.insert(id.to_owned()) {
            out.push(FieldLine {
                id: id.to_owned(),
                number: value("Number").unwrap_or(".").to_owned(),
                kind: value("Type").unwrap_or("String").to_owned(),
                description: value("Description").unwrap_or_default().to_owned(),
            });
        }
    }
    out
}

/// Appends to the `##` lines of `text` those of `more` (all lines of a header) that it has not
/// got: each line of the first header, of further ones those that declare something with an ID.
/// BCF's `IDX` is left out: it means something in its file alone.
pub fn merge_header(text: &mut String, more: &str) {
    let first = text.is_empty();
    let name = |line: &str| -> Option<(String, String)> {
        let (key, _) = line.split_once("=<")?;
        let body = structured(line, &format!("{key}="))?;
        let id = attribute(&attributes(body), "ID")?.to_owned();
        Some((key.to_owned(), id))
    };
    let mut known: HashSet<(String, String)> = text.lines().filter_map(name).collect();
    for line in more.lines().filter(|l| l.starts_with("##")) {
        let new = match name(line) {
            Some(name) => known.insert(name),
            None => first,
        };
        if new {
            text.push_str(&without_index(line));
            text.push('\n');
        }
    }
}

/// The line without BCF's `IDX=number` at its end.
fn without_index(line: &str) -> std::borrow::Cow<'_, str> {
    let found = line.strip_suffix('>').and_then(|l| l.rsplit_once(",IDX="));
    match found {
        Some((start, index)) if !index.is_empty() && index.bytes().all(|b| b.is_ascii_digit()) => {
            format!("{start}>").into()
        }
        _ => line.into(),
    }
}

impl Header {
    /// The id that a BCF record means by `index`.
    pub(super) fn string(&self, index: u32) -> Option<&str> {
        self.strings.get(&index).map(String::as_str)
    }

    /// The place in `contigs` that a BCF record means by `index`.
    pub(super) fn contig_place(&self, index: u32) -> Option<u32> {
        self.contig_places.get(&index).copied()
    }

    /// From the lines up to and with `#CHROM`.
    pub(super) fn parse(
        path: &Arc<Path>,
        format: SourceFormat,
        bytes: &[u8],
    ) -> Result<Self, ReadError> {
        let mut header = Self {
            path: Arc::clone(path),
            format,
            samples: Vec::new(),
            contigs: Vec::new(),
            text: String::with_capacity(bytes.len()),
            strings: HashMap::from([(0, "PASS".to_owned())]),
            contig_places: HashMap::new(),
            warnings: Vec::new(),
        };
        let mut indices = HashMap::from([("PASS".to_owned(), 0)]);
        let mut next_string = 1;
        let mut next_contig = 0;
        let mut names = HashSet::new();
        let mut lossy = false;
        let mut lines = bytes.split(|&b| b == b'\n').zip(1u64..);
        for (line, number) in lines.by_ref() {
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            if line.starts_with(b"#CHROM") {
                header.parse_columns(line, number)?;
                header.text.push('\n');
                if lossy {
                    let warning = "the header has bytes that are not UTF-8; they are replaced";
                    header.warnings.push(warning.to_owned());
                }
                return Ok(header);
            }
            let text = String::from_utf8_lossy(line);
            lossy |= matches!(text, std::borrow::Cow::Owned(_));
            header.text.push_str(&text);
            header.text.push('\n');
            if !text.starts_with("##") && !text.is_empty() {
                let reason = format!(
                    "{} is neither a ## line nor the #CHROM line",
                    quote(text.as_bytes())
                );
                return Err(header.fault(Some(number), reason));
            }
            if let Some(body) = structured(&text, "##contig=") {
                header.add_contig(&attributes(body), number, &mut names, &mut next_contig)?;
            }
            for kind in ["##FILTER=", "##INFO=", "##FORMAT="] {
                if let Some(body) = structured(&text, kind) {
                    let attributes = attributes(body);
                    header.add_string(&attributes, number, &mut indices, &mut next_string)?;
                }
            }
        }
        Err(header.fault(None, "there is no #CHROM line".to_owned()))
    }

    fn add_contig(
        &mut self,
        attributes: &[(&str, String)],
        line: u64,
        names: &mut HashSet<String>,
        next: &mut u32,
    ) -> Result<(), ReadError> {
        let Some(name) = attribute(attributes, "ID").filter(|n| !n.is_empty()) else {
            self.warnings
                .push(format!("header, line {line}: ##contig has no ID; ignored"));
            return Ok(());
        };
        let index = match attribute(attributes, "IDX") {
            Some(text) => self.index(text, line)?,
            None => *next,
        };
        if !names.insert(name.to_owned()) {
            self.warnings.push(format!(
                "header, line {line}: contig {name:?} is listed twice; the first counts"
            ));
            return Ok(());
        }
        *next = (*next).max(index.saturating_add(1));
        let length = attribute(attributes, "length").and_then(|text| {
            let length = text.parse().ok();
            if length.is_none() {
                self.warnings.push(format!(
                    "header, line {line}: length {text:?} of contig {name:?} is not a number; ignored"
                ));
            }
            length
        });
        let place = self.contigs.len() as u32;
        if self.contig_places.insert(index, place).is_some() && self.format == SourceFormat::Bcf {
            let reason = format!("contig {name:?} has the IDX {index} of another");
            return Err(self.fault(Some(line), reason));
        }
        self.contigs.push(HeaderContig {
            name: name.to_owned(),
            length,
        });
        Ok(())
    }

    fn add_string(
        &mut self,
        attributes: &[(&str, String)],
        line: u64,
        indices: &mut HashMap<String, u32>,
        next: &mut u32,
    ) -> Result<(), ReadError> {
        let Some(id) = attribute(attributes, "ID") else {
            return Ok(());
        };
        // FILTER, INFO and FORMAT ids share one dictionary: the same id has the same index.
        if indices.contains_key(id) {
            return Ok(());
        }
        let index = match attribute(attributes, "IDX") {
            Some(text) => self.index(text, line)?,
            None => *next,
        };
        *next = (*next).max(index.saturating_add(1));
        indices.insert(id.to_owned(), index);
        match self.strings.insert(index, id.to_owned()) {
            Some(other) if self.format == SourceFormat::Bcf => {
                let reason = format!("{id:?} has the IDX {index} of {other:?}");
                Err(self.fault(Some(line), reason))
            }
            _ => Ok(()),
        }
    }

    fn index(&self, text: &str, line: u64) -> Result<u32, ReadError> {
        text.parse()
            .map_err(|_| self.fault(Some(line), format!("IDX {text:?} is not a number")))
    }

    fn parse_columns(&mut self, line: &[u8], number: u64) -> Result<(), ReadError> {
        let text = str::from_utf8(line).map_err(|_| {
            self.fault(
                Some(number),
                "a sample name is not UTF-8; rename it (`bcftools reheader -s`)".to_owned(),
            )
        })?;
        self.text.push_str(text);
        let mut columns = text.split('\t');
        for expected in COLUMNS {
            match columns.next() {
                Some(found) if found == expected => {}
                found => {
                    let found = found.unwrap_or("nothing");
                    let reason = format!(
                        "column {expected} expected, {} found; columns are separated by tabs",
                        quote(found.as_bytes())
                    );
                    return Err(self.fault(Some(number), reason));
                }
            }
        }
        match columns.next() {
            None => return Ok(()),
            Some("FORMAT") => {}
            Some(found) => {
                let reason = format!("column FORMAT expected, {} found", quote(found.as_bytes()));
                return Err(self.fault(Some(number), reason));
            }
        }
        let mut seen = HashMap::new();
        for (column, name) in columns.enumerate() {
            if name.is_empty() {
                let reason = format!("the name of sample column {} is empty", column + 1);
                return Err(self.fault(Some(number), reason));
            }
            if let Some(first) = seen.insert(name, column) {
                return Err(ReadError::DuplicateSample {
                    path: PathBuf::from(&*self.path),
                    name: name.to_owned(),
                    first: first + 1,
                    second: column + 1,
                });
            }
            self.samples.push(name.to_owned());
        }
        Ok(())
    }

    fn fault(&self, line: Option<u64>, reason: String) -> ReadError {
        ReadError::Header {
            path: PathBuf::from(&*self.path),
            line,
            reason,
        }
    }
}

/// What stands between `<` and `>` after `key`.
fn structured<'a>(line: &'a str, key: &str) -> Option<&'a str> {
    let body = line.strip_prefix(key)?.trim_end().strip_prefix('<')?;
    Some(body.strip_suffix('>').unwrap_or(body))
}

/// The pairs of `ID=x,Description="a, \"b\""`.
fn attributes(body: &str) -> Vec<(&str, String)> {
    let mut pairs = Vec::new();
    let mut rest = body;
    while let Some((key, after)) = rest.split_once('=') {
        let mut value = String::new();
        if let Some(quoted) = after.strip_prefix('"') {
            let mut chars = quoted.char_indices();
            let mut end = quoted.len();
            while let Some((i, c)) = chars.next() {
                match c {
                    '\\' => value.extend(chars.next().map(|(_, c)| c)),
                    '"' => {
                        end = i + 1;
                        break;
                    }
                    _ => value.push(c),
                }
            }
            rest = quoted.get(end..).unwrap_or("");
            rest = rest.split_once(',').map_or("", |(_, r)| r);
        } else {
            let (v, r) = after.split_once(',').unwrap_or((after, ""));
            value.push_str(v);
            rest = r;
        }
        pairs.push((key.trim(), value));
    }
    pairs
}

fn attribute<'a>(attributes: &'a [(&str, String)], key: &str) -> Option<&'a str> {
    attributes
        .iter()
        .find(|(k, _)| *k == key)
        .map(|(_, v)| v.as_str())
}

#[cfg(test)]
mod tests;
