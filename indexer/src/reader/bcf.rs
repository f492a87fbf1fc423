//! One BCF record, from its bytes. Nothing in them is trusted.

use std::fmt::Write as _;

use super::calls::{Call, MISSING, PhaseSetValue, Rows};
use super::error::Fault;
use super::header::Header;
use super::info::{InfoScratch, InfoValue};
use super::record::Record;
use super::simd;
use super::thresholds::Thresholds;
use super::typed::{Cursor, END_OF_VECTOR_INT32, Kind, MISSING_FLOAT, MISSING_INT32, Values};
use super::vcf::{check_alternate, check_reference};

/// The part of a record before the samples, opened.
pub(super) struct Site<'a> {
    info: Cursor<'a>,
    n_info: usize,
    n_format: usize,
    n_samples: usize,
}

/// CHROM to INFO into `record`.
pub(super) fn put_site<'a>(
    shared: &'a [u8],
    header: &Header,
    record: &mut Record,
) -> Result<Site<'a>, Fault> {
    let mut cursor = Cursor(shared);
    // CHROM was read when the record was framed.
    cursor.take("CHROM", 4)?;
    let pos = i32::from_le_bytes(cursor.array("POS")?);
    record.pos = pos
        .checked_add(1)
        .and_then(|p| u32::try_from(p).ok())
        .ok_or_else(|| Fault::new("POS", format!("{pos} (from 0) is not a position")))?;
    cursor.take("rlen", 4)?;
    let qual = u32::from_le_bytes(cursor.array("QUAL")?);
    record.qual = (qual != MISSING_FLOAT).then(|| f32::from_bits(qual));
    let [info_low, info_high, alleles_low, alleles_high] = cursor.array("n_allele_info")?;
    let [a, b, c, n_format] = cursor.array("n_fmt_sample")?;
    let n_alleles = u16::from_le_bytes([alleles_low, alleles_high]);
    let n_samples = u32::from_le_bytes([a, b, c, 0]) as usize;

    record.id = optional(cursor.values("ID")?.text("ID")?);
    if n_alleles == 0 {
        return Err(Fault::new("REF", "the record has no allele"));
    }
    let reference = cursor.values("REF")?.text("REF")?;
    check_reference(reference)?;
    record.reference.push_str(reference);
    for _ in 1..n_alleles {
        let allele = cursor.values("ALT")?.text("ALT")?;
        check_alternate(allele)?;
        record.alternates.push(allele.to_owned());
    }
    let filters = cursor.values("FILTER")?;
    for i in 0..filters.len() {
        let name = filters.int(i).map_or_else(
            || Err(Fault::new("FILTER", "it is not a vector of integers")),
            |index| dictionary(header, "FILTER", index),
        )?;
        match &mut record.filter {
            None => record.filter = Some(name.to_owned()),
            Some(text) => {
                text.push(';');
                text.push_str(name);
            }
        }
    }
    Ok(Site {
        info: cursor,
        n_info: usize::from(u16::from_le_bytes([info_low, info_high])),
        n_format: usize::from(n_format),
        n_samples,
    })
}

/// The part of a record before the samples, opened at INFO, without reading what is before it.
pub(super) fn open_info(shared: &[u8]) -> Result<Site<'_>, Fault> {
    let mut cursor = Cursor(shared);
    cursor.take("CHROM", 16)?;
    let [info_low, info_high, alleles_low, alleles_high] = cursor.array("n_allele_info")?;
    let [a, b, c, n_format] = cursor.array("n_fmt_sample")?;
    let n_info = usize::from(u16::from_le_bytes([info_low, info_high]));
    // Most records of genotypes alone have none.
    if n_info > 0 {
        cursor.values("ID")?;
        for _ in 0..u16::from_le_bytes([alleles_low, alleles_high]) {
            cursor.values("ALT")?;
        }
        cursor.values("FILTER")?;
    }
    Ok(Site {
        info: cursor,
        n_info,
        n_format: usize::from(n_format),
        n_samples: u32::from_le_bytes([a, b, c, 0]) as usize,
    })
}

fn optional(text: &str) -> Option<String> {
    (!text.is_empty() && text != ".").then(|| text.to_owned())
}

fn dictionary<'h>(header: &'h Header, field: &'static str, index: i32) -> Result<&'h str, Fault> {
    u32::try_from(index)
        .ok()
        .and_then(|i| header.string(i))
        .ok_or_else(|| Fault::new(field, format!("id {index} is not in the header")))
}

impl Site<'_> {
    /// INFO as a VCF file would have it.
    pub(super) fn info(mut self, header: &Header, out: &mut String) -> Result<(), Fault> {
        for i in 0..self.n_info {
            if i > 0 {
                out.push(';');
            }
            let key = self.info.int("INFO")?;
            out.push_str(dictionary(header, "INFO", key)?);
            let values = self.info.values("INFO")?;
            if values.len() > 0 {
                out.push('=');
                put_values(&values, out)?;
            }
        }
        if self.n_info == 0 {
            out.push('.');
        }
        Ok(())
    }

    /// The vector of a FORMAT field and its values for each sample; `None` where the record has
    /// not got it.
    pub(super) fn format_values<'s>(
        &self,
        samples: &'s [u8],
        header: &Header,
        key: &str,
    ) -> Result<Option<(Values<'s>, usize)>, Fault> {
        let mut cursor = Cursor(samples);
        for _ in 0..self.n_format {
            let found = cursor.int("FORMAT")?;
            let here = dictionary(header, "FORMAT", found)? == key;
            let (kind, len) = cursor.descriptor("FORMAT")?;
            let values = cursor.values_of("FORMAT", kind, len, header.samples.len())?;
            if here {
                return Ok(Some((values, len)));
            }
        }
        Ok(None)
    }

    /// Hands on each field in order.
    pub(super) fn info_fields(
        mut self,
        header: &Header,
        scratch: &mut InfoScratch,
        take: &mut dyn FnMut(&str, InfoValue<'_>),
    ) -> Result<(), Fault> {
        for _ in 0..self.n_info {
            let key = self.info.int("INFO")?;
            let key = dictionary(header, "INFO", key)?;
            let values = self.info.values("INFO")?;
            take(key, scratch.take(&values)?);
        }
        Ok(())
    }

    /// Appends the value of the field `key`; whether there is one with a value.
    pub(super) fn info_value(
        mut self,
        header: &Header,
        key: &str,
        out: &mut String,
    ) -> Result<bool, Fault> {
        for _ in 0..self.n_info {
            let found = self.info.int("INFO")?;
            let here = dictionary(header, "INFO", found)? == key;
            let values = self.info.values("INFO")?;
            if here && values.len() > 0 {
                put_values(&values, out)?;
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Checks that INFO is what the record says it is, without reading it.
    fn check_info(&mut self, header: &Header) -> Result<(), Fault> {
        for _ in 0..self.n_info {
            let key = self.info.int("INFO")?;
            dictionary(header, "INFO", key)?;
            self.info.values("INFO")?;
        }
        Ok(())
    }

    /// The calls of all samples.
    pub(super) fn put_calls(
        mut self,
        samples: &[u8],
        header: &Header,
        rows: &mut Rows<'_>,
        thresholds: &mut Thresholds,
    ) -> Result<(), Fault> {
        self.check_info(header)?;
        let n = header.samples.len();
        if self.n_samples != n && !(self.n_samples == 0 && self.n_format == 0) {
            let reason = format!("{} samples, but the header names {n}", self.n_samples);
            return Err(Fault::new("record", reason));
        }
        let mut cursor = Cursor(samples);
        let (mut gt, mut gq, mut dp, mut ps) = (None, None, None, None);
        for _ in 0..self.n_format {
            let key = cursor.int("FORMAT")?;
            let name = dictionary(header, "FORMAT", key)?;
            let (kind, len) = cursor.descriptor("FORMAT")?;
            let values = cursor.values_of("FORMAT", kind, len, n)?;
            let slot = match name {
                "GT" => &mut gt,
                "GQ" if thresholds.wants_gq() => &mut gq,
                "DP" if thresholds.wants_dp() => &mut dp,
                "PS" => &mut ps,
                _ => continue,
            };
            // Of a key given twice the first counts.
            slot.get_or_insert((values, len));
        }
        if !cursor.0.is_empty() {
            let reason = format!("{} bytes follow the last field", cursor.0.len());
            return Err(Fault::new("record", reason));
        }
        let Some((gt, ploidy)) = gt.filter(|(_, len)| *len > 0 && n > 0) else {
            rows.put_no_gt(n);
            return Ok(());
        };
        if !matches!(gt.kind, Kind::Int8 | Kind::Int16 | Kind::Int32) {
            return Err(Fault::new("GT", "it is not of integers"));
        }
        put_gt(&gt, ploidy, n, ps, rows)?;
        for s in 0..n {
            // The first value of each sample.
            if let Some(value) = gq.and_then(|(values, len)| values.number(s * len)) {
                thresholds.put_gq(s, value);
            }
            if gq.is_none() && dp.is_none() {
                break;
            }
            if let Some(value) = dp.and_then(|(values, len)| values.number(s * len)) {
                thresholds.put_dp(s, value);
            }
        }
        Ok(())
    }
}

fn put_gt(
    gt: &Values<'_>,
    ploidy: usize,
    n_samples: usize,
    ps: Option<(Values<'_>, usize)>,
    rows: &mut Rows<'_>,
) -> Result<(), Fault> {
    let fast = gt.kind == Kind::Int8 && ploidy == 2;
    let mut sample = 0;
    while sample < n_samples {
        if fast && let Some(data) = gt.bytes.get(2 * sample..) {
            let done = simd::put_bcf_blocks(data, sample / 64, rows.rows);
            sample = (sample + 64 * done).min(n_samples);
        }
        // One block, so that the fast way can start again behind it.
        let end = n_samples.min((sample / 64 + 1) * 64);
        while sample < end {
            let call = call(gt, ploidy, sample, rows.rows.len() + 1)?;
            rows.put(sample, call)?;
            sample += 1;
        }
    }
    if let Some((values, len)) = ps {
        for word in 0..n_samples.div_ceil(64) {
            rows.put_phase_sets(word, |sample| phase_set(&values, len, sample));
        }
    }
    Ok(())
}

fn call(gt: &Values<'_>, ploidy: usize, sample: usize, n_alleles: usize) -> Result<Call, Fault> {
    let mut call = Call::default();
    let mut ended = false;
    for i in 0..ploidy {
        let value = gt.int(sample * ploidy + i).unwrap_or(END_OF_VECTOR_INT32);
        if value == END_OF_VECTOR_INT32 {
            ended = true;
            continue;
        }
        if ended {
            let reason = "an allele follows the end of the call";
            return Err(Fault::sample("GT", sample, reason));
        }
        let (allele, phased) = match value {
            MISSING_INT32 => (MISSING, false),
            0.. => ((value >> 1) - 1, value & 1 == 1),
            _ => {
                let reason = format!("{value} is not a coded allele");
                return Err(Fault::sample("GT", sample, reason));
            }
        };
        if !call.push(allele, phased, n_alleles) {
            let reason = format!("allele {allele}, but REF and ALT have {n_alleles}");
            return Err(Fault::sample("GT", sample, reason));
        }
    }
    if call.ploidy == 0 {
        call = Call::NONE;
    }
    Ok(call)
}

fn phase_set(values: &Values<'_>, len: usize, sample: usize) -> PhaseSetValue {
    if len == 0 {
        return PhaseSetValue::Absent;
    }
    if values.kind == Kind::Char {
        let first = values.bytes.get(sample * len);
        return match first {
            None | Some(0 | b'.') => PhaseSetValue::Absent,
            Some(_) => PhaseSetValue::Bad,
        };
    }
    match values.int(sample * len) {
        Some(MISSING_INT32 | END_OF_VECTOR_INT32) => PhaseSetValue::Absent,
        Some(set) => u32::try_from(set).map_or(PhaseSetValue::Bad, PhaseSetValue::Set),
        None => PhaseSetValue::Bad,
    }
}

/// A vector as VCF text.
fn put_values(values: &Values<'_>, out: &mut String) -> Result<(), Fault> {
    if values.kind == Kind::Char {
        out.push_str(values.text("INFO")?);
        return Ok(());
    }
    for i in 0..values.len() {
        let int = values.int(i);
        let bits = (values.kind == Kind::Float)
            .then(|| values.bytes.get(4 * i..).and_then(|b| b.first_chunk()))
            .flatten()
            .map(|b| u32::from_le_bytes(*b));
        if int == Some(END_OF_VECTOR_INT32) || bits == Some(super::typed::END_OF_VECTOR_FLOAT) {
            break;
        }
        if i > 0 {
            out.push(',');
        }
        // Writing to a string does not fail.
        let _ = match (int, bits) {
            (Some(MISSING_INT32), _) | (_, Some(MISSING_FLOAT)) | (None, None) => write!(out, "."),
            (Some(v), _) => write!(out, "{v}"),
            (None, Some(bits)) => write!(out, "{}", f32::from_bits(bits)),
        };
    }
    Ok(())
}
