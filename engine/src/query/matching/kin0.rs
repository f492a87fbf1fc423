//! Related pairs as `plink2 --make-king-table` and `genodex kinship` write them.

use std::io::BufRead;
use std::path::Path;

use super::MatchError;
use crate::format::samples::SampleTable;
use crate::lines::Lines;

/// Two samples of the store and their kinship.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RelatedPair {
    /// The one.
    pub first: u32,
    /// The other.
    pub second: u32,
    /// Kinship coefficient: 0.5 of the same genome, 0.25 of parent and child.
    pub kinship: f64,
}

/// Cells of a line, between tabs or blanks.
pub(super) fn fields(line: &str) -> Vec<&str> {
    line.split_whitespace().collect()
}

/// The number in a cell; NaN where it is missing.
pub(super) fn number_at(cells: &[&str], place: usize) -> Result<f64, String> {
    let text = cells.get(place).ok_or("the line is too short")?;
    if matches!(*text, "NA" | "nan" | ".") {
        return Ok(f64::NAN);
    }
    let value = text.parse::<f64>().ok().filter(|v| v.is_finite());
    value.ok_or_else(|| format!("{text:?} is not a number"))
}

/// Reads the pairs of a table with columns `IID1`, `IID2` and `KINSHIP` of whom both are in the
/// store; how many others there are comes with them. `path` is for messages.
///
/// # Errors
/// [`MatchError`].
pub fn read_kin0(
    reader: impl BufRead,
    path: &Path,
    table: &SampleTable,
) -> Result<(Vec<RelatedPair>, u64), MatchError> {
    let mut lines = Lines::new(reader);
    let at = |line, reason: String| MatchError::line(path, line, reason);
    let mut head: Option<[usize; 3]> = None;
    let (mut pairs, mut others) = (Vec::new(), 0);
    while let Some((line, number)) = lines.next_line().map_err(|e| MatchError::unread(path, e))? {
        let cells = fields(line);
        let Some([one, two, kinship]) = head else {
            let find = |names: &[&str]| {
                let is = |c: &&str| {
                    let c = c.trim_start_matches('#');
                    names.iter().any(|n| c.eq_ignore_ascii_case(n))
                };
                cells.iter().position(is).ok_or_else(|| {
                    let reason = format!(
                        "a header with IID1, IID2 and KINSHIP is expected, as plink2 \
                         --make-king-table writes it; {} is not there",
                        names[0]
                    );
                    at(number, reason)
                })
            };
            head = Some([
                find(&["IID1", "ID1"])?,
                find(&["IID2", "ID2"])?,
                find(&["KINSHIP"])?,
            ]);
            continue;
        };
        if cells.is_empty() {
            continue;
        }
        let id = |place: usize| {
            let cell = cells.get(place).copied();
            cell.ok_or_else(|| at(number, "the line is too short".to_owned()))
        };
        let kinship = number_at(&cells, kinship).map_err(|reason| at(number, reason))?;
        match (table.index_of(id(one)?), table.index_of(id(two)?)) {
            (Some(first), Some(second)) => pairs.push(RelatedPair {
                first: first as u32,
                second: second as u32,
                kinship,
            }),
            _ => others += 1,
        }
    }
    if head.is_none() {
        return Err(at(1, "the file is empty".to_owned()));
    }
    if pairs.is_empty() && others > 0 {
        return Err(at(
            1,
            format!("of none of its {others} pairs both are in the store"),
        ));
    }
    Ok((pairs, others))
}
