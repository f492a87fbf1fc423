//! Files of regions, as for bcftools' `-R`.

use std::collections::BTreeMap;
use std::io::BufRead;
use std::path::Path;

use super::parse::list_of;
use super::{Region, RegionError, RegionSet};
use crate::genome::{ContigNames, MAX_POS, Pos1};
use crate::lines::{LineError, Lines};

/// How the lines of a region file are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RegionFormat {
    /// `contig, start, end`, or `contig, position`: 1-based, both ends included. Which of the
    /// two, the first line says, by whether its third column is a number. Further columns are
    /// passed over, so that a VCF will do.
    Tab,
    /// BED: `contig, start, end`, 0-based, the end not included.
    Bed,
}

impl RegionFormat {
    /// By the name of the file, as bcftools does: BED where it ends with `.bed`, with or
    /// without `.gz`.
    #[must_use]
    pub fn from_path(path: &Path) -> Self {
        let name = path.to_string_lossy().to_ascii_lowercase();
        let name = name.strip_suffix(".gz").unwrap_or(&name);
        if name.ends_with(".bed") {
            Self::Bed
        } else {
            Self::Tab
        }
    }
}

/// A contig that a file names and that is not there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownContig {
    /// Its name in the file.
    pub name: String,
    /// How many lines name it.
    pub lines: u64,
}

/// The regions of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegionFile {
    /// Those of contigs that are there.
    pub regions: RegionSet,
    /// The contigs passed over, by name: to be said, not to be an error.
    pub unknown: Vec<UnknownContig>,
}

/// Reads regions. Empty lines and lines that start with `#` are passed over, in BED also
/// `track` and `browser` lines. `path` is for messages only.
///
/// # Errors
/// [`RegionError::Line`] for a line that is not a region; [`RegionError::NoContig`] where there
/// are regions, but none of a contig in `contigs`, or no regions at all; [`RegionError::Io`].
pub fn read_regions(
    reader: impl BufRead,
    format: RegionFormat,
    path: &Path,
    contigs: &ContigNames,
) -> Result<RegionFile, RegionError> {
    let mut regions = Vec::new();
    let mut unknown = BTreeMap::<String, u64>::new();
    let mut with_end = None;
    let bad = |line: u64, reason: String| RegionError::Line {
        path: path.to_owned(),
        line,
        reason,
    };
    let mut lines = Lines::new(reader);
    loop {
        let next = lines.next_line().map_err(|e| match e {
            LineError::Io(source) => RegionError::Io {
                path: path.to_owned(),
                source,
            },
            LineError::Line(line, reason) => bad(line, reason),
        })?;
        let Some((text, line)) = next else { break };
        let parsed = parse_line(text, format, &mut with_end).map_err(|reason| bad(line, reason))?;
        let Some((name, start, end)) = parsed else {
            continue;
        };
        match contigs.find(name).and_then(|ix| contigs.name(ix)) {
            Some(contig) => regions.push(Region {
                contig: contig.to_owned(),
                start,
                end,
            }),
            None => *unknown.entry(name.to_owned()).or_default() += 1,
        }
    }
    if regions.is_empty() {
        let reason = match unknown.keys().next() {
            None => "there are no regions in it".to_owned(),
            Some(first) => format!(
                "none of its contigs is there (the first is {first:?}); {}",
                list_of(contigs)
            ),
        };
        return Err(RegionError::NoContig {
            path: path.to_owned(),
            reason,
        });
    }
    Ok(RegionFile {
        regions: RegionSet::new(regions, contigs),
        unknown: unknown
            .into_iter()
            .map(|(name, lines)| UnknownContig { name, lines })
            .collect(),
    })
}

type Line<'a> = Option<(&'a str, Pos1, Pos1)>;

fn parse_line<'a>(
    text: &'a str,
    format: RegionFormat,
    with_end: &mut Option<bool>,
) -> Result<Line<'a>, String> {
    if text.trim().is_empty() || text.starts_with('#') {
        return Ok(None);
    }
    // bcftools asks for TABs; files in the field have blanks too, and no contig name has any.
    let mut fields = text.split(['\t', ' ']).filter(|f| !f.is_empty());
    let name = fields.next().unwrap_or_default();
    if format == RegionFormat::Bed && matches!(name, "track" | "browser") {
        return Ok(None);
    }
    let number = |field: &str, what: &str| {
        let digits = field.bytes().all(|b| b.is_ascii_digit());
        let value = digits.then(|| field.parse::<u64>());
        match value {
            Some(Ok(value)) => Ok(value),
            _ => Err(format!("the {what} {field:?} is not a whole number")),
        }
    };
    let expected = match format {
        RegionFormat::Tab => "expected a contig, TAB, a 1-based position, TAB, an end",
        RegionFormat::Bed => "expected a contig, TAB, a 0-based start, TAB, an end",
    };
    let first = fields
        .next()
        .ok_or_else(|| format!("only one column; {expected}"))?;
    let first = number(first, "start")?;
    let last = match (fields.next(), format) {
        (Some(field), RegionFormat::Bed) => number(field, "end")?,
        (None, RegionFormat::Bed) => return Err(format!("only two columns; {expected}")),
        (field, RegionFormat::Tab) => {
            let end = number(field.unwrap_or_default(), "end");
            match (*with_end.get_or_insert(end.is_ok()), field) {
                (true, Some(_)) => end?,
                _ => first,
            }
        }
    };
    let (start, end) = match format {
        RegionFormat::Tab => (Some(first), last),
        RegionFormat::Bed => (first.checked_add(1), last),
    };
    let start = start
        .and_then(|s| Pos1::new(u32::try_from(s).ok()?))
        .ok_or_else(|| format!("the start is beyond {MAX_POS}"))?;
    let end = end.min(u64::from(MAX_POS)) as u32;
    let end = Pos1::new(end).unwrap_or(Pos1::MAX);
    if end < start {
        // An empty BED interval is well-formed and holds no base.
        return if format == RegionFormat::Bed && first == last {
            Ok(None)
        } else {
            Err("the end is before the start".to_owned())
        };
    }
    Ok(Some((name, start, end)))
}
