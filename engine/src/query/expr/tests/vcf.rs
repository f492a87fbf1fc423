//! Rows out of VCF text, parsed as plainly as can be, for the tests.

use std::borrow::Cow;
use std::collections::HashMap;

use super::super::*;
use crate::genotype::{CallCounts, CallPlanes, Genotype, HalfCall};

pub(super) struct Vcf {
    pub(super) schema: Schema,
    pub(super) samples: Vec<String>,
    pub(super) rows: Vec<Row>,
}

#[derive(Default)]
pub(super) struct Row {
    chrom: String,
    pub(super) pos: u64,
    id: String,
    reference: String,
    alts: Vec<String>,
    qual: Option<f32>,
    filters: Vec<usize>,
    info: HashMap<usize, Info<'static>>,
    format: HashMap<usize, Format<'static>>,
    alleles: Option<(usize, Vec<i32>)>,
    calls: Option<CallPlanes>,
}

/// `key="value"` of a header line.
fn attribute<'a>(line: &'a str, key: &str) -> &'a str {
    let start = line
        .find(&format!("{key}="))
        .map_or(line.len(), |i| i + key.len() + 1);
    line[start..].split([',', '>']).next().unwrap()
}

fn field(line: &str) -> Field {
    Field {
        name: attribute(line, "ID").to_owned(),
        kind: match attribute(line, "Type") {
            "Integer" => FieldKind::Int,
            "Float" => FieldKind::Float,
            "Flag" => FieldKind::Flag,
            _ => FieldKind::Text,
        },
        single: attribute(line, "Number") == "1",
    }
}

fn ints(text: &str) -> Vec<i32> {
    text.split(',')
        .map(|v| v.parse().unwrap_or(INT_MISSING))
        .collect()
}

fn floats(text: &str) -> Vec<f32> {
    let missing = f32::from_bits(FLOAT_MISSING);
    text.split(',')
        .map(|v| v.parse().unwrap_or(missing))
        .collect()
}

/// A value of each sample, padded to the longest.
fn padded<T: Copy>(of_samples: Vec<Vec<T>>, end: T) -> Cow<'static, [T]> {
    let per = of_samples.iter().map(Vec::len).max().unwrap_or(0);
    let pad = |mut v: Vec<T>| {
        v.resize(per, end);
        v
    };
    of_samples.into_iter().flat_map(pad).collect()
}

fn call(text: &str) -> Vec<i32> {
    let mut out = Vec::new();
    let mut phased = 0;
    for part in text.split_inclusive(['/', '|']) {
        let allele = part.trim_end_matches(['/', '|']);
        let code = allele.parse::<i32>().map_or(0, |a| (a + 1) << 1);
        out.push(code | phased);
        phased = i32::from(part.ends_with('|'));
    }
    out
}

/// The calls as planes, where there is one ALT and no call of more than two alleles.
fn planes(codes: &[Vec<i32>], n_alts: usize) -> Option<CallPlanes> {
    if n_alts != 1 || codes.iter().any(|c| c.len() > 2) {
        return None;
    }
    let mut planes = CallPlanes::new(codes.len());
    for (s, call) in codes.iter().enumerate() {
        let alts = call.iter().filter(|c| **c >> 1 == 2).count();
        let missing = call.iter().filter(|c| **c <= 1).count();
        let genotype = match (missing, alts) {
            (0, 0) => Genotype::HomRef,
            (0, n) if n == call.len() => Genotype::HomAlt,
            (0, _) => Genotype::Het,
            _ => Genotype::Missing,
        };
        planes.set_genotype(s, genotype);
        if missing == 1 && call.len() == 2 {
            let (sample, alt, second) = (s as u32, alts == 1, call[0] <= 1);
            planes.half_calls.push(HalfCall {
                sample,
                alt,
                second,
            });
        }
        if call.len() == 1 {
            planes.haploid.set(s);
        } else if call[1] & 1 == 1 {
            planes.phased.set(s);
        }
    }
    Some(planes)
}

impl Vcf {
    pub(super) fn parse(text: &str) -> Self {
        let mut vcf = Self {
            schema: Schema::new(),
            samples: Vec::new(),
            rows: Vec::new(),
        };
        vcf.schema.allow_files();
        for line in text.lines().filter(|l| !l.is_empty()) {
            if let Some(info) = line.strip_prefix("##INFO=<") {
                vcf.schema.add_info(field(info));
            } else if let Some(format) = line.strip_prefix("##FORMAT=<") {
                vcf.schema.add_format(field(format));
            } else if let Some(filter) = line.strip_prefix("##FILTER=<") {
                vcf.schema.add_filter(attribute(filter, "ID"));
            } else if let Some(names) = line.strip_prefix("#CHROM") {
                vcf.samples = names.split('\t').skip(9).map(str::to_owned).collect();
                vcf.schema.set_samples(vcf.samples[..].into());
                vcf.schema.add_cohort("ALL");
                vcf.schema.add_cohort("first");
            } else if !line.starts_with('#') {
                let row = vcf.row(line);
                vcf.rows.push(row);
            }
        }
        vcf
    }

    fn row(&mut self, line: &str) -> Row {
        let columns: Vec<&str> = line.split('\t').collect();
        let list = |text: &str, by: char| match text {
            "." => Vec::new(),
            _ => text.split(by).map(str::to_owned).collect::<Vec<_>>(),
        };
        let mut row = Row {
            chrom: columns[0].to_owned(),
            pos: columns[1].parse().unwrap(),
            id: columns[2].to_owned(),
            reference: columns[3].to_owned(),
            alts: list(columns[4], ','),
            qual: columns[5].parse().ok(),
            filters: list(columns[6], ';')
                .iter()
                .map(|f| self.schema.add_filter(f))
                .collect(),
            ..Row::default()
        };
        for entry in columns[7].split(';').filter(|e| *e != ".") {
            let (key, value) = entry.split_once('=').unwrap_or((entry, ""));
            let Some((place, field)) = self.schema.info(key) else {
                continue;
            };
            let value = match field.kind {
                FieldKind::Flag => Info::Flag,
                FieldKind::Int => Info::Ints(ints(value).into()),
                FieldKind::Float => Info::Floats(floats(value).into()),
                FieldKind::Text => Info::Text(value.to_owned().into()),
            };
            row.info.insert(place, value);
        }
        let samples: Vec<Vec<&str>> = (columns.iter().skip(9))
            .map(|s| s.split(':').collect())
            .collect();
        for (i, key) in columns.get(8).map_or("", |f| f).split(':').enumerate() {
            let values = samples.iter().map(|s| s.get(i).copied().unwrap_or("."));
            if key == "GT" {
                let codes: Vec<Vec<i32>> = values.map(call).collect();
                row.calls = planes(&codes, row.alts.len());
                let ploidy = codes.iter().map(Vec::len).max().unwrap_or(0);
                row.alleles = Some((ploidy, padded(codes, INT_END).into_owned()));
                continue;
            }
            let Some((place, field)) = self.schema.format(key) else {
                continue;
            };
            let value = match field.kind {
                FieldKind::Int => Format::Ints(padded(values.map(ints).collect(), INT_END)),
                FieldKind::Float => {
                    let end = f32::from_bits(FLOAT_END);
                    Format::Floats(padded(values.map(floats).collect(), end))
                }
                _ => Format::Text(values.map(|v| v.to_owned().into()).collect()),
            };
            row.format.insert(place, value);
        }
        row
    }
}

impl Row {
    /// The same row without the faster way to its calls.
    pub(super) fn forget_planes(&mut self) {
        self.calls = None;
    }
}

impl RowAccess for Row {
    fn chrom(&self) -> &str {
        &self.chrom
    }
    fn pos(&self) -> u64 {
        self.pos
    }
    fn id(&self) -> &str {
        &self.id
    }
    fn reference(&self) -> &str {
        &self.reference
    }
    fn n_alts(&self) -> usize {
        self.alts.len()
    }
    fn alt(&self, i: usize) -> &str {
        &self.alts[i]
    }
    fn qual(&self) -> Option<f32> {
        self.qual
    }
    fn filters(&self) -> Cow<'_, [usize]> {
        Cow::Borrowed(&self.filters)
    }
    fn info(&self, field: usize) -> Info<'_> {
        self.info.get(&field).cloned().unwrap_or(Info::Absent)
    }
    fn format(&self, field: usize) -> Format<'_> {
        self.format.get(&field).cloned().unwrap_or(Format::Absent)
    }
    fn alleles(&self) -> Option<Alleles<'_>> {
        let (ploidy, codes) = self.alleles.as_ref()?;
        Some(Alleles {
            ploidy: *ploidy,
            codes: Cow::Borrowed(codes),
        })
    }
    /// Columns are the INFO fields of the tests that add some: GENE is 0, CONSEQUENCE 1.
    fn column(&self, column: usize) -> Option<Cow<'_, str>> {
        let text = self.id.split(';').nth(column)?;
        (text != ".").then_some(Cow::Borrowed(text))
    }
    fn cohort_counts(&self, cohort: usize, alt: usize) -> CallCounts {
        let mut counts = CallCounts::default();
        let Some((ploidy, codes)) = &self.alleles else {
            return counts;
        };
        for call in codes
            .chunks(*ploidy)
            .take(if cohort == 0 { usize::MAX } else { 1 })
        {
            let call: Vec<i32> = call.iter().copied().filter(|c| *c != INT_END).collect();
            let alts = call.iter().filter(|c| **c >> 1 == alt as i32 + 2).count();
            counts.samples += 1;
            if call.iter().any(|c| *c <= 1) {
                counts.missing += 1;
            } else if call.len() == 1 {
                counts.haploid_called += 1;
                counts.hom_alt += alts as u64;
                counts.hemi_alt += alts as u64;
            } else {
                counts.het += u64::from(alts == 1);
                counts.hom_alt += u64::from(alts == 2);
            }
        }
        counts
    }
    fn calls(&self) -> Option<&CallPlanes> {
        self.calls.as_ref()
    }
}
