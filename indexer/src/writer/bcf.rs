//! Records as BCF 2.2.

use std::collections::HashMap;

use genodex_engine::record::{FLOAT_MISSING, Header, Record, SampleValues, Value};

use super::Fault;
use super::typed::{
    push_floats, push_int, push_ints, push_sample_floats, push_sample_ints, push_sample_texts,
    push_text,
};
use super::vcf::check_values;

/// Where BCF has contigs, filters and fields of a header.
#[derive(Clone, Debug)]
pub(super) struct Dictionary {
    contigs: HashMap<String, i32>,
    filters: Vec<i32>,
    infos: Vec<i32>,
    formats: Vec<i32>,
    gt: Option<i32>,
}

impl Dictionary {
    pub(super) fn new(header: &Header) -> Self {
        let place = |name: &str| {
            let at = header.string_index(name).unwrap_or(0);
            i32::try_from(at).unwrap_or(i32::MAX)
        };
        let contigs = header.contigs().iter().zip(0..);
        Self {
            contigs: contigs.map(|(c, i)| (c.name.clone(), i)).collect(),
            filters: header.filters().iter().map(|f| place(f)).collect(),
            infos: (header.infos().iter())
                .map(|d| place(&d.field.name))
                .collect(),
            formats: (header.formats().iter())
                .map(|d| place(&d.field.name))
                .collect(),
            gt: header.format_index("GT").map(|_| place("GT")),
        }
    }
}

/// Appends the magic, the length of the header and its text with a zero at the end.
pub(super) fn encode_header(text: &str, out: &mut Vec<u8>) -> Result<(), Fault> {
    let length = fits("bytes of header", text.len() + 1, u64::from(u32::MAX))?;
    out.extend_from_slice(b"BCF\x02\x02");
    out.extend_from_slice(&(length as u32).to_le_bytes());
    out.extend_from_slice(text.as_bytes());
    out.push(0);
    Ok(())
}

fn fits(what: &'static str, count: usize, limit: u64) -> Result<u64, Fault> {
    let count = count as u64;
    if count <= limit {
        Ok(count)
    } else {
        Err(Fault::TooMany { what, count, limit })
    }
}

fn place(places: &[i32], what: &'static str, index: usize) -> Result<i32, Fault> {
    let known = places.len();
    places
        .get(index)
        .copied()
        .ok_or(Fault::Undeclared { what, index, known })
}

/// Appends a record.
pub(super) fn encode(
    dictionary: &Dictionary,
    header: &Header,
    record: &Record,
    out: &mut Vec<u8>,
) -> Result<(), Fault> {
    let start = out.len();
    let samples = header.samples().len();
    let contig = (dictionary.contigs.get(&record.chrom))
        .ok_or_else(|| Fault::Contig(record.chrom.clone()))?;
    let alleles = fits("alleles", record.alts.len() + 1, u64::from(u16::MAX))?;
    let infos = fits("INFO fields", record.info.len(), u64::from(u16::MAX))?;
    let formats = record.formats.len() + usize::from(record.has_calls());
    let formats = if samples == 0 { 0 } else { formats };
    let formats = fits("FORMAT fields", formats, u64::from(u8::MAX))?;
    let n_samples = fits("samples", samples, (1 << 24) - 1)?;
    let limit = i32::MAX as u64;
    let span = record.span(header).min(limit) as i32;
    if record.pos > limit {
        let (what, count) = ("bases to its position", record.pos);
        return Err(Fault::TooMany { what, count, limit });
    }
    out.extend_from_slice(&[0; 8]);
    out.extend_from_slice(&contig.to_le_bytes());
    out.extend_from_slice(&(record.pos as i32).wrapping_sub(1).to_le_bytes());
    out.extend_from_slice(&span.to_le_bytes());
    let qual = record.qual.map_or(FLOAT_MISSING, f32::to_bits);
    out.extend_from_slice(&qual.to_le_bytes());
    out.extend_from_slice(&((alleles as u32) << 16 | infos as u32).to_le_bytes());
    out.extend_from_slice(&((formats as u32) << 24 | n_samples as u32).to_le_bytes());
    match record.ids.as_slice() {
        [] => push_text(out, "."),
        [id] => push_text(out, id),
        ids => push_text(out, &ids.join(";")),
    }
    push_text(out, &record.reference);
    for alt in &record.alts {
        push_text(out, alt);
    }
    let filters: Result<Vec<i32>, Fault> = (record.filters.iter())
        .map(|f| place(&dictionary.filters, "FILTER", *f))
        .collect();
    push_ints(out, &filters?);
    for field in &record.info {
        push_int(out, place(&dictionary.infos, "INFO", field.key)?);
        match &field.value {
            Value::Flag => out.push(0),
            Value::Ints(v) => push_ints(out, v),
            Value::Floats(v) => push_floats(out, v),
            Value::Text(t) => push_text(out, t),
        }
    }
    let shared = out.len() - start - 8;
    if samples > 0 {
        push_formats(dictionary, header, record, out)?;
    }
    let limit = u64::from(u32::MAX);
    let individual = fits(
        "bytes of genotypes and fields",
        out.len() - start - 8 - shared,
        limit,
    )?;
    let shared = fits("bytes of alleles and INFO", shared, limit)?;
    let lengths = [shared as u32, individual as u32].map(u32::to_le_bytes);
    if let Some(place) = out.get_mut(start..start + 8) {
        place.copy_from_slice(lengths.as_flattened());
    }
    Ok(())
}

fn push_formats(
    dictionary: &Dictionary,
    header: &Header,
    record: &Record,
    out: &mut Vec<u8>,
) -> Result<(), Fault> {
    let samples = header.samples().len();
    let calls = &record.calls;
    if calls.codes.len() != calls.ploidy * samples {
        return Err(Fault::Values {
            field: "GT".to_owned(),
            count: calls.codes.len(),
            samples,
        });
    }
    if record.has_calls() {
        let gt = dictionary.gt.ok_or(Fault::Undeclared {
            what: "FORMAT GT",
            index: 0,
            known: header.formats().len(),
        })?;
        push_int(out, gt);
        push_sample_ints(out, calls.ploidy, &calls.codes);
    }
    for field in &record.formats {
        push_int(out, place(&dictionary.formats, "FORMAT", field.key)?);
        let name = header.formats().get(field.key);
        check_values(
            name.map_or("", |d| d.field.name.as_str()),
            &field.values,
            samples,
        )?;
        match &field.values {
            SampleValues::Ints { width, values } => push_sample_ints(out, *width, values),
            SampleValues::Floats { width, values } => push_sample_floats(out, *width, values),
            SampleValues::Text(texts) => push_sample_texts(out, texts),
        }
    }
    Ok(())
}
