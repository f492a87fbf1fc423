//! One line of VCF text. Every byte that decides something is checked.

use super::calls::{Call, MISSING, PhaseSetValue, Rows};
use super::error::{Fault, quote};
use super::record::Record;
use super::simd;
use super::thresholds::Thresholds;

/// CHROM to INFO.
const SITE_COLUMNS: usize = 8;

/// Positions end at 2^31 - 1, as BCF's do.
const MAX_POS: u32 = i32::MAX as u32;

/// The columns of a line.
pub(super) struct Columns<'a> {
    site: [&'a [u8]; SITE_COLUMNS],
    format: Option<&'a [u8]>,
    /// What follows FORMAT and a tab.
    samples: Option<&'a [u8]>,
}

impl<'a> Columns<'a> {
    /// The INFO column.
    pub(super) const fn info(&self) -> &'a [u8] {
        self.site[7]
    }
}

/// The texts of a FORMAT field for the samples that `kept` says; `None` where FORMAT has not
/// got it.
pub(super) fn format_texts<'a>(
    columns: &Columns<'a>,
    key: &str,
    kept: impl Fn(usize) -> bool,
) -> Result<Option<Vec<&'a str>>, Fault> {
    let format = columns.format.unwrap_or_default();
    let Some(at) = format
        .split(|&b| b == b':')
        .position(|k| k == key.as_bytes())
    else {
        return Ok(None);
    };
    let samples = columns.samples.unwrap_or_default();
    let mut out = Vec::new();
    for (sample, column) in samples.split(|&b| b == b'\t').enumerate() {
        if kept(sample) {
            // Fields at the end may be left out.
            let text = str::from_utf8(field(column, at).unwrap_or(b"."));
            let text = text.map_err(|_| Fault::new("FORMAT", "it is not UTF-8"))?;
            out.push(text);
        }
    }
    Ok(Some(out))
}

/// Finds the columns; those of the samples stay together.
pub(super) fn columns(line: &[u8]) -> Result<Columns<'_>, Fault> {
    let mut site = [&line[..0]; SITE_COLUMNS];
    let mut rest = Some(line);
    for (i, slot) in site.iter_mut().enumerate() {
        let Some(here) = rest else {
            let reason = format!("{i} columns; records have at least {SITE_COLUMNS}");
            return Err(Fault::new("record", reason));
        };
        (*slot, rest) = split(here, b'\t');
    }
    let (format, samples) = match rest {
        None => (None, None),
        Some(here) => {
            let (format, samples) = split(here, b'\t');
            (Some(format), samples)
        }
    };
    Ok(Columns {
        site,
        format,
        samples,
    })
}

/// What is before `by`, and what is after it.
fn split(text: &[u8], by: u8) -> (&[u8], Option<&[u8]>) {
    match memchr::memchr(by, text) {
        Some(at) => (&text[..at], Some(&text[at + 1..])),
        None => (text, None),
    }
}

/// CHROM to INFO.
pub(super) fn put_site(columns: &Columns<'_>, record: &mut Record) -> Result<(), Fault> {
    let [_, pos, id, reference, alternates, qual, filter, _] = columns.site;
    record.pos = parse_pos(pos)?;
    record.id = optional("ID", id)?.map(str::to_owned);
    let reference = text("REF", reference)?;
    check_reference(reference)?;
    record.reference.push_str(reference);
    if alternates != b"." {
        for allele in text("ALT", alternates)?.split(',') {
            check_alternate(allele)?;
            record.alternates.push(allele.to_owned());
        }
    }
    if let Some(qual) = optional("QUAL", qual)? {
        let value = qual.parse().map_err(|_| {
            let reason = format!("{} is not a number", quote(qual.as_bytes()));
            Fault::new("QUAL", reason)
        })?;
        record.qual = Some(value);
    }
    record.filter = optional("FILTER", filter)?.map(str::to_owned);
    Ok(())
}

fn parse_pos(text: &[u8]) -> Result<u32, Fault> {
    let not_a_number = || Fault::new("POS", format!("{} is not a position", quote(text)));
    if text.is_empty() || !text.iter().all(u8::is_ascii_digit) {
        return Err(not_a_number());
    }
    let digits = str::from_utf8(text).map_err(|_| not_a_number())?;
    match digits.parse::<u32>() {
        Ok(pos) if pos <= MAX_POS => Ok(pos),
        _ => {
            let reason = format!("{digits} is beyond {MAX_POS}, the last position there can be");
            Err(Fault::new("POS", reason))
        }
    }
}

fn text<'a>(field: &'static str, bytes: &'a [u8]) -> Result<&'a str, Fault> {
    if bytes.is_empty() {
        return Err(Fault::new(
            field,
            "it is empty; what is missing is written \".\"",
        ));
    }
    str::from_utf8(bytes).map_err(|_| Fault::new(field, format!("{} is not UTF-8", quote(bytes))))
}

fn optional<'a>(field: &'static str, bytes: &'a [u8]) -> Result<Option<&'a str>, Fault> {
    text(field, bytes).map(|t| (t != ".").then_some(t))
}

/// REF: bases (any IUPAC code, as bcftools reads), not symbols.
pub(super) fn check_reference(allele: &str) -> Result<(), Fault> {
    let base = |b: u8| b.is_ascii_alphabetic() || matches!(b, b'.' | b'*' | b'-');
    if !allele.is_empty() && allele.bytes().all(base) {
        return Ok(());
    }
    let reason = format!("{} is not a sequence of bases", quote(allele.as_bytes()));
    Err(Fault::new("REF", reason))
}

/// ALT: bases, `*`, `<symbol>` or a breakend.
pub(super) fn check_alternate(allele: &str) -> Result<(), Fault> {
    let graphic = |c: char| !c.is_whitespace() && !c.is_control() && c != ',';
    if !allele.is_empty() && allele.chars().all(graphic) {
        return Ok(());
    }
    let reason = format!("{} is not an allele", quote(allele.as_bytes()));
    Err(Fault::new("ALT", reason))
}

/// Where the fields that are read stand in FORMAT.
#[derive(Default)]
struct Keys {
    gt: Option<usize>,
    gq: Option<usize>,
    dp: Option<usize>,
    ps: Option<usize>,
    /// FORMAT is just `GT`.
    gt_alone: bool,
}

impl Keys {
    fn parse(format: &[u8], thresholds: &Thresholds) -> Self {
        let mut keys = Self {
            gt_alone: format == b"GT",
            ..Self::default()
        };
        for (i, key) in format.split(|&b| b == b':').enumerate() {
            let slot = match key {
                b"GT" => &mut keys.gt,
                b"GQ" if thresholds.wants_gq() => &mut keys.gq,
                b"DP" if thresholds.wants_dp() => &mut keys.dp,
                b"PS" => &mut keys.ps,
                _ => continue,
            };
            // Of a key given twice the first counts.
            slot.get_or_insert(i);
        }
        keys
    }
}

/// The calls of all samples.
pub(super) fn put_calls(
    columns: &Columns<'_>,
    n_samples: usize,
    rows: &mut Rows<'_>,
    thresholds: &mut Thresholds,
) -> Result<(), Fault> {
    let text = match columns.samples {
        Some(text) if n_samples > 0 => text,
        None if n_samples == 0 => return Ok(()),
        other => {
            let found = other.map_or(0, |t| memchr::memchr_iter(b'\t', t).count() + 1);
            return Err(wrong_count(found, n_samples));
        }
    };
    let keys = Keys::parse(columns.format.unwrap_or_default(), thresholds);
    let Some(gt) = keys.gt else {
        let found = memchr::memchr_iter(b'\t', text).count() + 1;
        if found != n_samples {
            return Err(wrong_count(found, n_samples));
        }
        rows.put_no_gt(n_samples);
        return Ok(());
    };
    let mut rest = Some(text);
    let mut sample = 0;
    while sample < n_samples {
        if keys.gt_alone
            && sample % 64 == 0
            && let Some(text) = rest
        {
            let done = simd::put_vcf_blocks(text, sample / 64, n_samples - sample, rows.rows);
            sample = (sample + 64 * done).min(n_samples);
            // The last block may reach one byte beyond the line, where no tab is.
            rest = text.get(simd::VCF_BLOCK * done..);
        }
        // One block, so that the fast way can start again behind it.
        let n = (n_samples - sample).min(64);
        let mut columns = [&text[..0]; 64];
        if n > 0 {
            let Some(here) = rest else {
                return Err(wrong_count(sample, n_samples));
            };
            let mut ends = [0; 64];
            let found = simd::find_tabs(here, &mut ends[..n]);
            let mut start = 0;
            for (column, &end) in columns.iter_mut().zip(&ends[..found]) {
                *column = &here[start..end];
                start = end + 1;
            }
            rest = Some(&here[start..]);
            if found + 1 == n {
                columns[found] = &here[start..];
                rest = None;
            } else if found < n {
                return Err(wrong_count(sample + found + 1, n_samples));
            }
            put_block(&columns[..n], sample, gt, &keys, rows, thresholds)?;
        }
        sample += n;
    }
    if let Some(more) = rest {
        let found = n_samples + memchr::memchr_iter(b'\t', more).count() + 1;
        return Err(wrong_count(found, n_samples));
    }
    Ok(())
}

/// The calls of up to 64 samples, from `first`, which starts a word of the planes.
fn put_block(
    columns: &[&[u8]],
    first: usize,
    gt: usize,
    keys: &Keys,
    rows: &mut Rows<'_>,
    thresholds: &mut Thresholds,
) -> Result<(), Fault> {
    let word = first / 64;
    let fast = gt == 0
        && plain_block(columns)
            .is_some_and(|block| simd::put_vcf_blocks(&block, word, 64, rows.rows) == 1);
    if !fast {
        for (column, sample) in columns.iter().zip(first..) {
            let call = match field(column, gt) {
                Some(text) => parse_gt(text, rows.rows.len() + 1)
                    .map_err(|reason| Fault::sample("GT", sample, reason))?,
                // Fields at the end may be left out.
                None => Call::NONE,
            };
            rows.put(sample, call)?;
        }
    }
    if let Some(ps) = keys.ps {
        rows.put_phase_sets(word, |sample| {
            match columns.get(sample - first).and_then(|c| field(c, ps)) {
                None | Some(b"." | b"") => PhaseSetValue::Absent,
                Some(text) => number(text).map_or(PhaseSetValue::Bad, PhaseSetValue::Set),
            }
        });
    }
    if keys.gq.is_none() && keys.dp.is_none() {
        return Ok(());
    }
    for (column, sample) in columns.iter().zip(first..) {
        if let Some(value) = threshold_field("GQ", column, keys.gq, sample)? {
            thresholds.put_gq(sample, value);
        }
        if let Some(value) = threshold_field("DP", column, keys.dp, sample)? {
            thresholds.put_dp(sample, value);
        }
    }
    Ok(())
}

/// The first three bytes of each column, where a field ends behind them, laid out as if there
/// were nothing else. Samples that are not there are 0/0, which sets no bit.
fn plain_block(columns: &[&[u8]]) -> Option<[u8; simd::VCF_BLOCK]> {
    let mut block = simd::HOM_REF_BLOCK;
    for (slot, column) in block.as_chunks_mut::<4>().0.iter_mut().zip(columns) {
        let &[a, separator, b, ref rest @ ..] = *column else {
            return None;
        };
        if !rest.is_empty() && rest[0] != b':' {
            return None;
        }
        *slot = [a, separator, b, b'\t'];
    }
    Some(block)
}

/// The number that a threshold applies to, where there is one.
fn threshold_field(
    name: &'static str,
    column: &[u8],
    key: Option<usize>,
    sample: usize,
) -> Result<Option<f64>, Fault> {
    match key.and_then(|k| field(column, k)) {
        None | Some(b"." | b"") => Ok(None),
        Some(text) => number(text).map(Some).ok_or_else(|| {
            let reason = format!("{} is not a number", quote(text));
            Fault::sample(name, sample, reason)
        }),
    }
}

/// The field at `index` of a sample's column.
fn field(column: &[u8], index: usize) -> Option<&[u8]> {
    let mut rest = Some(column);
    for _ in 0..index {
        rest = split(rest?, b':').1;
    }
    rest.map(|r| split(r, b':').0)
}

fn number<T: std::str::FromStr>(text: &[u8]) -> Option<T> {
    str::from_utf8(text).ok()?.parse().ok()
}

/// A call: alleles separated by `/` or `|`, since VCF 4.4 perhaps with a mark before the first.
fn parse_gt(text: &[u8], n_alleles: usize) -> Result<Call, String> {
    let mut call = Call::default();
    let mut phased = false;
    let mut rest = text;
    if let Some((b'/' | b'|', after)) = text.split_first() {
        rest = after;
    }
    loop {
        let end = rest
            .iter()
            .position(|b| matches!(b, b'/' | b'|'))
            .unwrap_or(rest.len());
        let (allele, after) = rest.split_at(end);
        let index = match allele {
            b"." => MISSING,
            &[digit @ b'0'..=b'9'] => i32::from(digit - b'0'),
            _ if !allele.is_empty() && allele.iter().all(u8::is_ascii_digit) => {
                number(allele).unwrap_or(i32::MAX)
            }
            _ => return Err(format!("{} is not a genotype", quote(text))),
        };
        if !call.push(index, phased, n_alleles) {
            return Err(format!(
                "{} names allele {}, but REF and ALT have {n_alleles}",
                quote(text),
                quote(allele)
            ));
        }
        match after.split_first() {
            None => return Ok(call),
            Some((&separator, after)) => {
                phased = separator == b'|';
                rest = after;
            }
        }
    }
}

fn wrong_count(found: usize, expected: usize) -> Fault {
    let reason = format!("{found} sample columns, but the header names {expected} samples");
    Fault::new("record", reason)
}
