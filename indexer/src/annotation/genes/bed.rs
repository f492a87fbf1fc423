//! Genes from BED files and plink's ranges.

use genodex_engine::genome::MAX_POS;

use super::Gene;
use super::error::Fault;
use super::feature::{parse_strand, position};
use super::gff::without_version;

/// A line of BED: contig, start (0-based), end, and name, score, strand where they are there.
/// Where the fourth column is a strand, identifier, symbol and biotype follow it, as in the
/// tables of genes that GTEx and LocusCompare make. `None` of a line that holds no range.
pub(super) fn parse_bed(line: &str) -> Result<Option<Gene>, Fault> {
    if is_heading(line) {
        return Ok(None);
    }
    let columns: Vec<&str> = if line.contains('\t') {
        line.split('\t').map(str::trim).collect()
    } else {
        line.split_whitespace().collect()
    };
    let column = |i: usize| {
        columns
            .get(i)
            .copied()
            .filter(|c| !c.is_empty() && *c != ".")
    };
    let missing = |field| Fault::new(field, "it is missing; BED has contig, start, end and name");
    let contig = column(0).ok_or_else(|| missing("contig"))?;
    let start = column(1).ok_or_else(|| missing("start"))?;
    let end = column(2).ok_or_else(|| missing("end"))?;
    let start: u32 = start.parse().ok().filter(|s| *s < MAX_POS).ok_or_else(|| {
        Fault::new(
            "start",
            format!("{start:?} is not a position from 0 to {MAX_POS}"),
        )
    })?;
    let end = position(end, "end")?;
    if end <= start {
        let reason = format!("{end} is not after the start, {start}; BED's ranges are half-open");
        return Err(Fault::new("end", reason));
    }
    let (name, id, strand, biotype) = match column(3) {
        Some(strand @ ("+" | "-")) => {
            let id = column(4).ok_or_else(|| missing("identifier"))?;
            (column(5).unwrap_or(id), Some(id), Some(strand), column(6))
        }
        Some(name) => (name, None, column(5), None),
        None => return Err(missing("name")),
    };
    Ok(Some(Gene {
        symbol: name.to_owned(),
        id: without_version(id.unwrap_or(name)).to_owned(),
        contig: contig.to_owned(),
        start: start + 1,
        end,
        strand: parse_strand(strand.unwrap_or("."))?,
        biotype: biotype.map(str::to_owned),
        transcripts: 0,
        transcript: None,
    }))
}

/// A line of plink's ranges (`glist-hg38`): contig, first and last position (1-based), name.
pub(super) fn parse_range(line: &str) -> Result<Option<Gene>, Fault> {
    let mut columns = line.split_whitespace();
    let mut next = |field: &'static str| {
        let reason = "it is missing; ranges have contig, first and last position and name";
        columns.next().ok_or_else(|| Fault::new(field, reason))
    };
    let contig = next("contig")?;
    let start = position(next("start")?, "start")?;
    let end = position(next("end")?, "end")?;
    let name = next("name")?;
    if end < start {
        return Err(Fault::new(
            "end",
            format!("{end} is before the start, {start}"),
        ));
    }
    Ok(Some(Gene {
        symbol: name.to_owned(),
        id: name.to_owned(),
        contig: contig.to_owned(),
        start,
        end,
        strand: None,
        biotype: None,
        transcripts: 0,
        transcript: None,
    }))
}

/// Lines for genome browsers.
fn is_heading(line: &str) -> bool {
    let first = line.split_whitespace().next();
    first.is_some_and(|f| f == "track" || f == "browser")
}
