//! Regions on a command line.

use std::ops::Range;

use super::{Region, RegionError};
use crate::diagnostic::Diagnostic;
use crate::genome::{ContigNames, Interval, MAX_POS, Pos1};

/// Parses regions with commas between them: `chr1`, `chr1:100`, `chr1:100-200`, `chr1:100-`,
/// `chr1:-200`.
///
/// - Numbers may have commas between groups of three digits: `1:1,000-2,000`. A comma is one
///   of these where one to three digits stand before it and exactly three after it, unless
///   these three are a contig's name.
/// - A contig name may contain `:` and `-`: the longest name that is there is taken, but where
///   a text is both a name and positions of another contig, it is these, as for bcftools. Braces
///   end all doubt: `{HLA-A*01:01}`, `{HLA-A*01:01}:1-5`.
/// - Names match by alias: `chr1` and `1`.
///
/// # Errors
/// [`RegionError::Syntax`] and [`RegionError::Contig`], with the place in `text`.
pub(super) fn parse_regions(text: &str, contigs: &ContigNames) -> Result<Vec<Region>, RegionError> {
    let regions = split(text, contigs)?
        .into_iter()
        .map(|span| parse_one(text, span, contigs))
        .collect::<Result<Vec<_>, _>>()?;
    if regions.is_empty() {
        return Err(syntax(text, 0..text.len(), "no region")
            .map_help("write a contig, or contig:start-end"));
    }
    Ok(regions)
}

fn syntax(text: &str, span: Range<usize>, message: &str) -> RegionError {
    RegionError::Syntax(Box::new(Diagnostic::new(message, text, span)))
}

impl RegionError {
    fn map_help(self, help: &str) -> Self {
        match self {
            Self::Syntax(d) => Self::Syntax(Box::new(d.with_help(help))),
            other => other,
        }
    }
}

/// The spans of the single regions, without the blanks around them.
fn split(text: &str, contigs: &ContigNames) -> Result<Vec<Range<usize>>, RegionError> {
    let mut spans = Vec::new();
    let mut start = 0;
    let mut at = 0;
    while at <= text.len() {
        match text.as_bytes().get(at) {
            Some(b'{') if text[start..at].trim().is_empty() => {
                let close = text[at..].find('}').ok_or_else(|| {
                    syntax(text, at..at + 1, "this brace is not closed")
                        .map_help("write {contig}:start-end")
                })?;
                at += close;
            }
            Some(b',') if is_in_number(&text[start..at], &text[at + 1..], contigs) => {}
            None | Some(b',') => {
                let piece = &text[start..at];
                let lead = piece.len() - piece.trim_start().len();
                let trimmed = piece.trim();
                if !trimmed.is_empty() {
                    spans.push(start + lead..start + lead + trimmed.len());
                }
                start = at + 1;
            }
            Some(_) => {}
        }
        at += 1;
    }
    Ok(spans)
}

/// Whether a comma between `before` (of the same region) and `after` groups digits.
fn is_in_number(before: &str, after: &str, contigs: &ContigNames) -> bool {
    let Some((_, range)) = before.rsplit_once(':') else {
        return false;
    };
    let number = range.rsplit('-').next().unwrap_or(range);
    let grouped = number.split(',').enumerate().all(|(i, group)| {
        let digits = group.bytes().all(|b| b.is_ascii_digit());
        digits && (group.len() == 3 || (i == 0 && (1..=3).contains(&group.len())))
    });
    let next = after.split([',', '-']).next().unwrap_or(after).trim_end();
    let group = next.len() == 3 && next.bytes().all(|b| b.is_ascii_digit());
    grouped && group && contigs.find_exact(next).is_none()
}

fn parse_one(text: &str, span: Range<usize>, contigs: &ContigNames) -> Result<Region, RegionError> {
    let piece = &text[span.clone()];
    let region = |contig: usize, interval: Interval| Region {
        contig: contigs.name(contig).unwrap_or_default().to_owned(),
        start: interval.start,
        end: interval.end,
    };
    if let Some(braced) = piece.strip_prefix('{') {
        let (name, rest) = braced
            .split_once('}')
            .ok_or_else(|| syntax(text, span.clone(), "this brace is not closed"))?;
        let at = span.start + 1;
        let contig = contigs
            .find(name)
            .ok_or_else(|| unknown(text, at..at + name.len(), contigs))?;
        let at = at + name.len() + 1;
        return match rest.strip_prefix(':') {
            None if rest.is_empty() => Ok(region(contig, Interval::WHOLE)),
            None => Err(syntax(
                text,
                at..span.end,
                "after the brace, : and positions",
            )),
            Some(_) => Ok(region(contig, parse_range(text, at + 1..span.end)?)),
        };
    }
    // From the longest name to the shortest: all of it, then up to each colon from the last.
    // Aliases count too, but a contig that has the name itself is tried first.
    let ends: Vec<usize> = std::iter::once(piece.len())
        .chain(piece.rmatch_indices(':').map(|(i, _)| i))
        .collect();
    let find: [fn(&ContigNames, &str) -> Option<usize>; 2] =
        [ContigNames::find_exact, ContigNames::find];
    for find in find {
        for (i, &end) in ends.iter().enumerate() {
            let ends = ends.get(i..).unwrap_or_default();
            let end = positions(piece, ends, contigs).unwrap_or(end);
            if let Some(contig) = find(contigs, &piece[..end]) {
                let interval = if end == piece.len() {
                    Interval::WHOLE
                } else {
                    parse_range(text, span.start + end + 1..span.end)?
                };
                return Ok(region(contig, interval));
            }
        }
    }
    let name = match piece.rsplit_once(':') {
        Some((name, range)) if range.bytes().all(|b| b"0123456789,-".contains(&b)) => name,
        Some((name, _)) if !name.contains(':') => name,
        _ => piece,
    };
    Err(unknown(text, span.start..span.start + name.len(), contigs))
}

/// Where all of `piece` is a contig's name, and also positions of another: the end of that one's
/// name.
fn positions(piece: &str, ends: &[usize], contigs: &ContigNames) -> Option<usize> {
    let (&whole, &colon) = ends.first().zip(ends.get(1))?;
    let both = whole == piece.len()
        && contigs.find_exact(piece).is_some()
        && contigs.find_exact(&piece[..colon]).is_some()
        && parse_range(piece, colon + 1..piece.len()).is_ok();
    both.then_some(colon)
}

fn unknown(text: &str, span: Range<usize>, contigs: &ContigNames) -> RegionError {
    let name = &text[span.clone()];
    let d = Diagnostic::new(format!("no contig {name:?}"), text, span.clone());
    let d = match contigs.nearest(name) {
        Some(similar) => d.with_similar(Some(similar)),
        None => d.with_help(list_of(contigs)),
    };
    RegionError::Contig(Box::new(d))
}

/// "the contigs are chr1, chr2 and 23 more".
pub(super) fn list_of(contigs: &ContigNames) -> String {
    const SHOWN: usize = 5;
    let names = contigs.names();
    let shown = names[..names.len().min(SHOWN)].join(", ");
    match names.len() {
        0 => "there are no contigs".to_owned(),
        1 => format!("the only contig is {shown}"),
        n if n <= SHOWN => format!("the contigs are {shown}"),
        n => format!("the contigs are {shown} and {} more", n - SHOWN),
    }
}

fn parse_range(text: &str, span: Range<usize>) -> Result<Interval, RegionError> {
    let range = &text[span.clone()];
    let expected = |span| {
        syntax(text, span, "these are not positions")
            .map_help("write start, start-end, start- or -end, 1-based")
    };
    let (start, end) = match range.split_once('-') {
        None => {
            let pos = parse_pos(text, span.clone())?.ok_or_else(|| expected(span.clone()))?;
            (pos, pos)
        }
        Some((first, _)) => {
            let dash = span.start + first.len();
            let start = parse_pos(text, span.start..dash)?;
            let end = parse_pos(text, dash + 1..span.end)?;
            if start.is_none() && end.is_none() {
                return Err(expected(span));
            }
            (start.unwrap_or(0), end.unwrap_or(u64::from(MAX_POS)))
        }
    };
    // An end beyond what there can be is the end of the contig; a start there is a mistake.
    let Some(start) = u32::try_from(start).ok().and_then(Pos1::new) else {
        return Err(syntax(text, span, "positions end at 2147483647"));
    };
    let end = Pos1::new(end.min(u64::from(MAX_POS)) as u32).unwrap_or(Pos1::MAX);
    if end < start {
        return Err(syntax(text, span, "the end is before the start"));
    }
    Ok(Interval { start, end })
}

/// A number with or without commas; `None` for nothing.
fn parse_pos(text: &str, span: Range<usize>) -> Result<Option<u64>, RegionError> {
    let digits: String = text[span.clone()].trim().replace(',', "");
    if digits.is_empty() {
        return Ok(None);
    }
    if !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(syntax(text, span, "this is not a position")
            .map_help("positions are whole numbers, 1-based"));
    }
    // Saturating: whatever does not fit is beyond the end as well.
    Ok(Some(digits.parse().unwrap_or(u64::MAX)))
}
