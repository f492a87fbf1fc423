//! Results as a table of ours.

use genodex_engine::query::burden::{SetAnswer, Test};

use crate::output::{Batch, Column, Kind};

/// The columns.
pub(crate) fn columns() -> Vec<Column> {
    let text = |name: &str| Column::new(name, Kind::Text { nullable: true });
    let float = |name: &str| Column::new(name, Kind::Float);
    vec![
        text("TRAIT"),
        text("SET"),
        text("CHROM"),
        Column::new("POS", Kind::UInt),
        text("MASK"),
        text("TEST"),
        Column::new("VARIANTS", Kind::Int),
        Column::new("CARRIERS", Kind::Int),
        float("AF"),
        Column::new("N", Kind::UInt),
        Column::new("CASES", Kind::Int),
        float("BETA"),
        float("SE"),
        float("CHISQ"),
        float("LOG10P"),
        text("EXTRA"),
    ]
}

/// Adds the rows of a set; its name, contig and position are given.
pub(crate) fn add(
    batch: &mut Batch,
    traits: &[String],
    (set, contig, position): (&str, &str, u64),
    answer: &SetAnswer,
) {
    for row in &answer.rows {
        let mask = answer.masks.get(row.mask);
        let o = &row.outcome;
        let mut cells = batch.row();
        cells.text((traits.get(row.trait_index)).map_or(".", String::as_str));
        cells.text(set);
        cells.text(contig);
        cells.uint(position);
        let name = mask.map_or("", |m| m.name.as_str());
        cells.text(if name.is_empty() { "." } else { name });
        cells.text(row.test.name());
        let named = mask.filter(|m| !m.name.is_empty());
        cells.int(named.map(|m| i64::from(m.variants)));
        cells.int(
            named
                .filter(|_| row.test == Test::Burden)
                .and_then(|m| m.carriers)
                .map(|c| c as i64),
        );
        cells.float(row.frequency);
        cells.uint(row.people);
        cells.int(row.cases.map(|c| c as i64));
        for value in [o.beta, o.se, o.chisq, o.log10p] {
            cells.float(value.filter(|v| v.is_finite()));
        }
        match o.permutations {
            Some((reached, tried)) => cells.text(&format!("REACHED={reached};TRIED={tried}")),
            None => cells.text(o.why.or(o.method).unwrap_or(".")),
        };
    }
}
