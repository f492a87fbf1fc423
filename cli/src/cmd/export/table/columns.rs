//! Which columns a table of variants has, and what they say of a variant.

use std::collections::HashSet;

use anyhow::bail;
use genodex_engine::diagnostic::nearest;
use genodex_engine::format::manifest::{ColumnEntry, ColumnType, LayerKind};
use genodex_engine::query::expr::RowAccess;
use genodex_engine::query::select::Record;

use super::builder::{Builder, Kind};
use crate::cmd::export::Job;

/// A column.
pub(super) struct Column {
    pub(super) name: String,
    /// Another name that it is asked for by.
    alias: Option<String>,
    pub(super) kind: Kind,
    /// Every variant has a value.
    pub(super) always: bool,
    what: What,
}

/// What a column says.
#[derive(Clone, Copy)]
enum What {
    Chrom,
    Pos,
    Id,
    Ref,
    Alt,
    Qual,
    Filter,
    Info(usize),
    Annotation(usize),
    Count(usize, Count),
}

/// A count in a cohort.
#[derive(Clone, Copy)]
enum Count {
    Ac,
    An,
    Af,
    Hom,
    Het,
    Hemi,
    Missing,
}

const SITE: [(&str, Kind, bool, What); 7] = [
    ("CHROM", Kind::Text, true, What::Chrom),
    ("POS", Kind::UInt, true, What::Pos),
    ("ID", Kind::Text, false, What::Id),
    ("REF", Kind::Text, true, What::Ref),
    ("ALT", Kind::Text, true, What::Alt),
    ("QUAL", Kind::Float, false, What::Qual),
    ("FILTER", Kind::Text, false, What::Filter),
];

const COUNTS: [(&str, Count); 7] = [
    ("AC", Count::Ac),
    ("AN", Count::An),
    ("AF", Count::Af),
    ("HOM", Count::Hom),
    ("HET", Count::Het),
    ("HEMI", Count::Hemi),
    ("MISSING", Count::Missing),
];

/// The columns that were asked for, in their order; all where none were.
pub(super) fn chosen(job: &Job<'_>) -> anyhow::Result<Vec<Column>> {
    let mut all = all(job);
    let Some(names) = &job.args.columns else {
        return Ok(all);
    };
    let mut out: Vec<Column> = Vec::new();
    for name in names.iter().map(|n| n.trim()).filter(|n| !n.is_empty()) {
        let is = |c: &Column| c.name == name || c.alias.as_deref() == Some(name);
        let place = all.iter().position(is);
        let place = place.or_else(|| all.iter().position(|c| c.name.eq_ignore_ascii_case(name)));
        match place {
            Some(place) => out.push(all.remove(place)),
            None if out.iter().any(is) => bail!("--columns: {name:?} is there twice"),
            None => {
                let hint = nearest(name, all.iter().map(|c| c.name.as_str()));
                let mut hint = hint.map_or(String::new(), |h| format!("; did you mean {h:?}?"));
                let counts = counts_called(name, &all);
                if !counts.is_empty() {
                    hint = format!("; counts are of a cohort: {}", counts.join(", "));
                }
                bail!("--columns: there is no column {name:?}{hint}");
            }
        }
    }
    if out.is_empty() {
        bail!("--columns names no column: give some, or leave it out for all");
    }
    Ok(out)
}

/// The columns of a count, such as `AC`, one for each cohort.
fn counts_called<'c>(name: &str, all: &'c [Column]) -> Vec<&'c str> {
    let is = |label: &str| label.eq_ignore_ascii_case(name);
    let Some((label, _)) = COUNTS.iter().find(|c| is(c.0)) else {
        return Vec::new();
    };
    let of = |c: &&Column| {
        matches!(c.what, What::Count(..))
            && c.name
                .rsplit('/')
                .next()
                .is_some_and(|n| n.strip_prefix(label).is_some_and(|n| n.starts_with('_')))
    };
    all.iter().filter(of).map(|c| c.name.as_str()).collect()
}

fn all(job: &Job<'_>) -> Vec<Column> {
    let schema = job.plan.names().schema();
    let mut out = Vec::new();
    let mut taken = HashSet::new();
    // The first of a name has it; others say where they come from.
    let mut add = |prefix: &str, name: String, kind: Kind, always: bool, what: What| {
        let long = format!("{prefix}/{name}");
        let (name, alias) = match taken.insert(name.clone()) {
            true => (name, Some(long)),
            false => (long, None),
        };
        out.push(Column {
            name,
            alias,
            kind,
            always,
            what,
        });
    };
    for (name, kind, always, what) in SITE {
        add("SITE", name.to_owned(), kind, always, what);
    }
    let layers = job.store.layers();
    let of_kind = |kind: LayerKind| {
        let layers = layers.iter().filter(move |l| l.kind == kind);
        layers.flat_map(|l| &l.columns)
    };
    let mut seen = HashSet::new();
    for column in of_kind(LayerKind::Info) {
        let Some(field) = schema.info_index(&column.name).filter(|&i| seen.insert(i)) else {
            continue;
        };
        let flag = column.kind == ColumnType::Flag;
        add(
            "INFO",
            column.name.clone(),
            kind(column),
            flag,
            What::Info(field),
        );
    }
    seen.clear();
    for column in of_kind(LayerKind::Columns) {
        let Some(place) = schema
            .column_index(&column.name)
            .filter(|&i| seen.insert(i))
        else {
            continue;
        };
        add(
            "ANNOTATION",
            column.name.clone(),
            Kind::Text,
            false,
            What::Annotation(place),
        );
    }
    let mut cohorts: Vec<_> = schema.cohort_names().enumerate().collect();
    // Everybody stands first in a plan, and last in a table where others were asked for.
    if cohorts.len() > 1 {
        cohorts.rotate_left(1);
    }
    for (cohort, name) in cohorts {
        for (label, count) in COUNTS {
            let kind = match count {
                Count::Af => Kind::Double,
                _ => Kind::UInt,
            };
            let always = kind == Kind::UInt;
            add(
                "COUNT",
                format!("{label}_{name}"),
                kind,
                always,
                What::Count(cohort, count),
            );
        }
    }
    out
}

/// Of a row of one ALT: fields of one value for each ALT have one.
fn kind(column: &ColumnEntry) -> Kind {
    let one = matches!(column.number.as_str(), "1" | "A");
    match (column.kind, one) {
        (ColumnType::Flag, _) => Kind::Flag,
        (ColumnType::Integer, true) => Kind::Int,
        (ColumnType::Integer, false) => Kind::Ints,
        (ColumnType::Float, true) => Kind::Float,
        (ColumnType::Float, false) => Kind::Floats,
        (ColumnType::Text, true) => Kind::Text,
        (ColumnType::Text, false) => Kind::Texts,
    }
}

impl Column {
    /// Adds what it says of a variant. Says whether nothing was left out.
    pub(super) fn push(&self, record: &Record<'_>, to: &mut Builder) -> bool {
        match self.what {
            What::Chrom => to.text(Some(record.chrom())),
            What::Pos => to.uint(record.pos()),
            What::Id => to.text(Some(record.id()).filter(|id| *id != ".")),
            What::Ref => to.text(Some(record.reference())),
            What::Alt => to.text(Some(record.alt(0))),
            What::Qual => to.float(record.qual()),
            What::Filter => to.text(record.filter_text()),
            What::Info(field) => return to.info(&record.info(field)),
            What::Annotation(column) => to.text(record.column(column).as_deref()),
            What::Count(cohort, count) => {
                let counts = record.cohort_counts(cohort, 0);
                let (ac, an) = (counts.allele_count(), counts.allele_number());
                match count {
                    Count::Ac => to.uint(ac),
                    Count::An => to.uint(an),
                    Count::Af => to.double((an > 0).then(|| ac as f64 / an as f64)),
                    Count::Hom => to.uint(counts.hom_alt - counts.hemi_alt),
                    Count::Het => to.uint(counts.het),
                    Count::Hemi => to.uint(counts.hemi_alt),
                    Count::Missing => to.uint(counts.missing),
                }
            }
        }
        true
    }
}
