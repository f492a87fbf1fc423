//! Files of sample ids: one a line, or plink's `FID IID`.

use std::io::{self, BufRead, Read};
use std::path::Path;

use roaring::RoaringBitmap;

use super::CohortError;
use crate::format::samples::{IdCursor, SampleTable};
use crate::genotype::SampleSet;

/// A line longer than this is not of a file of ids.
const MAX_LINE: u64 = 1 << 20;

/// Ids that are read before they are looked for together.
const WAITING: usize = 256;

/// Places that may hold the id: the first column of a line, the second, the whole line.
const PLACES: usize = 3;

/// Unknown ids that are kept to be shown.
const SHOWN: usize = 5;

/// The samples that a file names.
#[derive(Clone, Debug, PartialEq)]
pub struct IdFile {
    /// Those in the store.
    pub samples: SampleSet,
    /// How many lines name a sample that is not in the store.
    pub unknown: u64,
    /// The first few of these.
    pub examples: Vec<String>,
    /// How many lines name a sample that an earlier line names.
    pub repeated: u64,
}

impl IdFile {
    /// What should be told: ids that are not in the store.
    #[must_use]
    pub fn warning(&self, path: &Path) -> Option<String> {
        (self.unknown > 0).then(|| {
            let more = if self.unknown as usize > self.examples.len() {
                ", ..."
            } else {
                ""
            };
            format!(
                "{}: {} of {} sample ids are not in the store: {}{more}",
                path.display(),
                self.unknown,
                self.unknown + self.repeated + self.samples.len(),
                self.examples.join(", ")
            )
        })
    }
}

/// What one place on the lines says.
#[derive(Clone, Default)]
struct Reading {
    /// One bit for each sample named.
    bits: Vec<u64>,
    len: u64,
    unknown: u64,
    examples: Vec<String>,
    repeated: u64,
}

impl Reading {
    fn new(n_samples: usize) -> Self {
        Self {
            bits: vec![0; n_samples.div_ceil(64)],
            ..Self::default()
        }
    }

    fn add(&mut self, id: &str, found: Option<usize>) {
        let word = found.and_then(|sample| Some((self.bits.get_mut(sample / 64)?, sample % 64)));
        match word {
            Some((word, bit)) if *word >> bit & 1 == 0 => {
                *word |= 1 << bit;
                self.len += 1;
            }
            Some(_) => self.repeated += 1,
            None => {
                self.unknown += 1;
                if self.examples.len() < SHOWN {
                    self.examples.push(id.to_owned());
                }
            }
        }
    }

    fn samples(&self, n_samples: usize) -> SampleSet {
        let bytes: Vec<u8> = self.bits.iter().flat_map(|w| w.to_le_bytes()).collect();
        SampleSet::from_bitmap(n_samples, RoaringBitmap::from_lsb0_bytes(0, &bytes))
    }
}

/// Ids that were read and are to be found together.
#[derive(Default)]
struct Waiting {
    text: String,
    ends: Vec<usize>,
}

impl Waiting {
    /// Takes the lines at hand that are one id each, as most lines are, and says how many; the
    /// next line is not such, or not all of it is at hand.
    fn take_from(
        &mut self,
        reader: &mut impl BufRead,
        readings: &mut [Reading],
        cursor: &mut IdCursor<'_>,
        first_id: &mut Option<String>,
    ) -> io::Result<u64> {
        let bytes = reader.fill_buf()?;
        let (mut used, mut lines) = (0, 0);
        while let Some((id, length)) = simple_line(&bytes[used..]) {
            if first_id.is_none() {
                *first_id = Some(id.to_owned());
            }
            self.text.push_str(id);
            self.ends.push(self.text.len());
            if self.ends.len() == WAITING {
                self.add_to(readings, cursor);
            }
            used += length;
            lines += 1;
        }
        reader.consume(used);
        Ok(lines)
    }

    /// Finds them; each is the only column of its line.
    fn add_to(&mut self, readings: &mut [Reading], cursor: &mut IdCursor<'_>) {
        let mut start = 0;
        let ids = self.ends.iter().map(|&end| {
            let id = &self.text[start..end];
            start = end;
            id
        });
        let ids: Vec<&str> = ids.collect();
        let mut found = Vec::with_capacity(ids.len());
        cursor.find_all(&ids, &mut found);
        for reading in readings {
            for (id, found) in ids.iter().zip(&found) {
                reading.add(id, *found);
            }
        }
        self.text.clear();
        self.ends.clear();
    }
}

/// The one id of the first line, and the length of the line, where it is nothing else.
fn simple_line(bytes: &[u8]) -> Option<(&str, usize)> {
    let end = bytes.iter().position(|b| !b.is_ascii_graphic())?;
    let length = match &bytes[end..] {
        [b'\n', ..] => end + 1,
        [b'\r', b'\n', ..] => end + 2,
        _ => return None,
    };
    let id = std::str::from_utf8(&bytes[..end]).ok()?;
    (!id.is_empty() && !id.starts_with('#')).then_some((id, length))
}

/// Reads sample ids. The id is the first column; in files with plink's header `#FID IID` or
/// `#IID` it is the column `IID`; without a header it is the second column, or the whole line,
/// where more of these are in the store. Columns are separated by TABs, or by blanks where a
/// line has no TAB. Empty lines and other lines that start with `#` are passed over. `path` is
/// for messages only.
///
/// # Errors
/// [`CohortError::NoneMatched`] where no id is in the store, or there is none;
/// [`CohortError::Line`], [`CohortError::Io`].
pub fn read_ids(
    mut reader: impl BufRead,
    path: &Path,
    table: &SampleTable,
) -> Result<IdFile, CohortError> {
    let mut cursor = table.id_cursor();
    let mut waiting = Waiting::default();
    // One says it all until a line has several columns.
    let mut readings = vec![Reading::new(table.len())];
    // The column that a header names.
    let mut headed: Option<usize> = None;
    let mut ids = 0;
    let mut first_id = None;
    let mut buffer = Vec::new();
    let mut line = 0;
    let io = |source: io::Error| CohortError::Io {
        path: path.to_owned(),
        source,
    };
    loop {
        if headed.is_none_or(|column| column == 0) {
            let lines = waiting.take_from(&mut reader, &mut readings, &mut cursor, &mut first_id);
            let lines = lines.map_err(io)?;
            line += lines;
            ids += lines;
        }
        line += 1;
        buffer.clear();
        let read = reader
            .by_ref()
            .take(MAX_LINE)
            .read_until(b'\n', &mut buffer);
        let read = read.map_err(io)?;
        if read == 0 {
            break;
        }
        let bad = |reason: String| CohortError::Line {
            path: path.to_owned(),
            line,
            reason,
        };
        if read as u64 == MAX_LINE {
            return Err(bad("the line is too long for a sample id".to_owned()));
        }
        let text = std::str::from_utf8(&buffer).map_err(|_| bad("not text in UTF-8".to_owned()))?;
        let text = text.strip_prefix('\u{feff}').unwrap_or(text).trim();
        if text.is_empty() {
            continue;
        }
        waiting.add_to(&mut readings, &mut cursor);
        if let [all] = readings.as_slice() {
            readings = vec![all.clone(); PLACES];
        }
        let columns = columns(text);
        if text.starts_with('#') || (ids == 0 && matches!(columns[..], ["FID", "IID", ..])) {
            let iid = |c: &str| c.trim_start_matches('#').eq_ignore_ascii_case("iid");
            if ids == 0 && headed.is_none() {
                headed = columns.iter().position(|c| iid(c));
            }
            continue;
        }
        ids += 1;
        match headed {
            Some(column) => {
                let id = columns.get(column).ok_or_else(|| {
                    bad(format!(
                        "{} columns, but the IID is column {}",
                        columns.len(),
                        column + 1
                    ))
                })?;
                first_id.get_or_insert_with(|| (*id).to_owned());
                readings[1].add(id, cursor.find(id));
            }
            None => {
                let first = columns.first().copied().unwrap_or(text);
                first_id.get_or_insert_with(|| first.to_owned());
                let second = columns.get(1).copied().unwrap_or(text);
                for (reading, id) in readings.iter_mut().zip([first, second, text]) {
                    reading.add(id, table.index_of(id));
                }
            }
        }
    }
    waiting.add_to(&mut readings, &mut cursor);
    // The first column unless another is better, and the line only where both are worse.
    let best = readings.into_iter().rev().max_by_key(|r| r.len);
    let best = best.unwrap_or_default();
    if best.len == 0 {
        return Err(CohortError::NoneMatched {
            path: path.to_owned(),
            ids,
            example: first_id.zip(table.id(0).map(str::to_owned)),
        });
    }
    Ok(IdFile {
        samples: best.samples(table.len()),
        unknown: best.unknown,
        examples: best.examples,
        repeated: best.repeated,
    })
}

fn columns(text: &str) -> Vec<&str> {
    if text.contains('\t') {
        text.split('\t').map(str::trim).collect()
    } else {
        text.split_whitespace().collect()
    }
}
