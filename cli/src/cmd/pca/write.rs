//! Components as files and tables, and ancestry by them.

use std::path::PathBuf;

use anyhow::{Context, bail};
use genodex_engine::diagnostic::nearest;
use genodex_engine::query::pca::{Ancestry, Labelled};
use genodex_engine::store::Store;

use super::{Args, Components};
use crate::cmd::Global;
use crate::cmd::selection::write_table;
use crate::output::number::push_g6;
use crate::output::{Batch, Column, Kind, Target};

/// As plink2 does, or as a table.
pub(super) fn components(args: &Args, store: &Store, found: &Components) -> anyhow::Result<()> {
    let id = |sample: u32| store.samples().id(sample as usize).unwrap_or(".");
    let k = found.of.ncols();
    let Some(prefix) = &args.output else {
        let mut columns = vec![Column::new("SAMPLE", Kind::Text { nullable: false })];
        columns.extend((1..=k).map(|c| Column::new(format!("PC{c}"), Kind::Float)));
        let mut batch = Batch::empty(&columns);
        for (place, sample) in found.samples.iter().enumerate() {
            let mut row = batch.row();
            row.text(id(*sample));
            found
                .of
                .row(place)
                .iter()
                .for_each(|value| row.float(Some(*value)));
        }
        return write_table(&columns, batch, args.format, None);
    };
    if args.format.is_some() {
        bail!("--format is of the table on standard output: leave -o out");
    }
    let path = |ending: &str| {
        let mut path = prefix.clone().into_os_string();
        path.push(ending);
        PathBuf::from(path)
    };
    let mut text = b"#IID".to_vec();
    for c in 1..=k {
        text.extend_from_slice(format!("\tPC{c}").as_bytes());
    }
    text.push(b'\n');
    for (place, sample) in found.samples.iter().enumerate() {
        text.extend_from_slice(id(*sample).as_bytes());
        for value in found.of.row(place).iter() {
            text.push(b'\t');
            if value.is_nan() {
                text.extend_from_slice(b"nan");
            } else {
                push_g6(&mut text, *value);
            }
        }
        text.push(b'\n');
    }
    let mut target = Target::create(&path(".eigenvec"))?;
    target.write_all(&text)?;
    target.finish()?;
    if found.values.is_empty() {
        return Ok(());
    }
    let mut text = Vec::new();
    for value in &found.values {
        push_g6(&mut text, *value);
        text.push(b'\n');
    }
    let mut target = Target::create(&path(".eigenval"))?;
    target.write_all(&text)?;
    target.finish()
}

/// The probability of each value of a column, for people without one.
pub(super) fn ancestry(
    args: &Args,
    (store, found): (&Store, &Components),
    name: &str,
    global: &Global,
) -> anyhow::Result<()> {
    let table = store.samples();
    let place = table.find(name).with_context(|| {
        let near = nearest(name, table.names());
        let offer = near.map_or(String::new(), |n| format!("; did you mean {n}?"));
        format!("the sample table has no column {name}{offer}")
    })?;
    let column = table.column(place).context("a column that is there")?;
    let row = |place: usize| found.of.row(place).iter().copied().collect::<Vec<f64>>();
    let mut labelled = Labelled::default();
    let mut others = Vec::new();
    for (place, sample) in found.samples.iter().enumerate() {
        let Some(label) = column.text(*sample as usize) else {
            others.push(place);
            continue;
        };
        let known = labelled.labels.iter().position(|l| *l == label);
        labelled.of.push(known.unwrap_or(labelled.labels.len()));
        labelled.components.push(row(place));
        if known.is_none() {
            labelled.labels.push(label);
        }
    }
    if labelled.labels.len() < 2 {
        bail!(
            "column {name} has {} values: ancestry takes two",
            labelled.labels.len()
        );
    }
    let model = Ancestry::new(&labelled).with_context(|| {
        format!(
            "{} people with a value of {name} are too few for {} components and {} values",
            labelled.of.len(),
            found.of.ncols(),
            labelled.labels.len()
        )
    })?;
    let right = labelled
        .of
        .iter()
        .zip(&labelled.components)
        .filter(|(label, of)| best(&model.probabilities(of)).0 == **label);
    global.note(format_args!(
        "{} of {} people with a value of {name} are most probably what it says; {} have none",
        right.count(),
        labelled.of.len(),
        others.len()
    ));
    let mut columns = vec![
        Column::new("SAMPLE", Kind::Text { nullable: false }),
        Column::new("MOST_PROBABLE", Kind::Text { nullable: true }),
        Column::new("PROBABILITY", Kind::Float),
    ];
    columns.extend(
        model
            .labels
            .iter()
            .map(|l| Column::new(format!("P_{l}"), Kind::Float)),
    );
    let mut batch = Batch::empty(&columns);
    for place in others {
        let probabilities = model.probabilities(&row(place));
        let (most, probability) = best(&probabilities);
        let mut cells = batch.row();
        let sample = found.samples.get(place).and_then(|s| table.id(*s as usize));
        cells.text(sample.unwrap_or("."));
        cells.text(if probability.is_nan() {
            "."
        } else {
            &model.labels[most]
        });
        cells.float(Some(probability));
        probabilities.iter().for_each(|p| cells.float(Some(*p)));
    }
    write_table(&columns, batch, args.format, args.output.as_deref())
}

/// The most probable place, the first of several.
fn best(probabilities: &[f64]) -> (usize, f64) {
    let mut out = (0, f64::NAN);
    for (place, p) in probabilities.iter().enumerate() {
        if out.1.is_nan() || *p > out.1 {
            out = (place, *p);
        }
    }
    out
}
