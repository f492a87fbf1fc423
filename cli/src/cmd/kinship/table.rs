//! Kinship as tables: a line for each pair.

use std::path::Path;

use genodex_engine::format::samples::Role;
use genodex_engine::query::kinship::{Components, Pair};

use super::Found;
use crate::output::number::{push_g6, push_uint};
use crate::output::{Batch, Column, Kind, Style, Target, Writer};

/// As plink2's --make-king-table, with family ids where the sample table has them.
pub(super) fn kin0(found: &Found<'_>, keep: &mut dyn FnMut(&[Pair])) -> anyhow::Result<()> {
    let mut target = target(found)?;
    let families: Vec<String> = match found.store.samples().role(Role::Family) {
        Some(column) => (found.planes.samples.iter())
            .map(|s| column.text(*s as usize).unwrap_or_else(|| "0".to_owned()))
            .collect(),
        None => Vec::new(),
    };
    let mut text = Vec::new();
    text.extend_from_slice(match families.is_empty() {
        true => b"#IID1\tIID2\t",
        false => b"#FID1\tIID1\tFID2\tIID2\t",
    });
    text.extend_from_slice(b"NSNP\tHETHET\tIBS0\tKINSHIP\n");
    found.each(found.args.min_kinship, |pairs| {
        keep(pairs);
        for pair in pairs {
            for place in [pair.first, pair.second] {
                if let Some(family) = families.get(place as usize) {
                    text.extend_from_slice(family.as_bytes());
                    text.push(b'\t');
                }
                text.extend_from_slice(found.id(place).as_bytes());
                text.push(b'\t');
            }
            push_uint(&mut text, u64::from(pair.called));
            for count in [pair.counts.het_het, pair.counts.ibs0] {
                text.push(b'\t');
                match found.args.counts {
                    true => push_uint(&mut text, u64::from(count)),
                    false => number(&mut text, pair.share(count)),
                }
            }
            text.push(b'\t');
            number(&mut text, pair.kinship());
            text.push(b'\n');
        }
        target.write_all(&text)?;
        text.clear();
        Ok(())
    })?;
    target.write_all(&text)?;
    target.finish()
}

fn number(text: &mut Vec<u8>, value: f64) {
    if value.is_nan() {
        text.extend_from_slice(b"nan");
    } else {
        push_g6(text, value);
    }
}

/// In a general format, with degrees.
pub(super) fn general(
    found: &Found<'_>,
    style: Style,
    keep: &mut dyn FnMut(&[Pair]),
) -> anyhow::Result<()> {
    let text = |name: &str| Column::new(name, Kind::Text { nullable: false });
    let count = if found.args.counts {
        Kind::UInt
    } else {
        Kind::Float
    };
    let columns = vec![
        text("ID1"),
        text("ID2"),
        Column::new("NSNP", Kind::UInt),
        Column::new("HETHET", count),
        Column::new("IBS0", count),
        Column::new("IBS", Kind::Float),
        Column::new("KINSHIP", Kind::Float),
        text("DEGREE"),
    ];
    let format = style.format(columns.clone());
    let mut writer = Writer::begin(format.as_ref(), target(found)?)?;
    found.each(found.args.min_kinship, |pairs| {
        keep(pairs);
        let mut batch = Batch::empty(&columns);
        for pair in pairs {
            let mut row = batch.row();
            row.text(found.id(pair.first));
            row.text(found.id(pair.second));
            row.uint(u64::from(pair.called));
            for count in [pair.counts.het_het, pair.counts.ibs0] {
                match found.args.counts {
                    true => row.uint(u64::from(count)),
                    false => row.float(Some(pair.share(count))),
                }
            }
            row.float(Some(pair.ibs()));
            row.float(Some(pair.kinship()));
            row.text(found.degree(pair).name());
        }
        writer.append(format.encode(batch)?)
    })?;
    writer.finish()
}

/// As a graph: people, and pairs between them.
pub(super) fn dot(found: &Found<'_>, keep: &mut dyn FnMut(&[Pair])) -> anyhow::Result<()> {
    let mut target = target(found)?;
    target.write_all(b"graph kinship {\n  node [shape=ellipse];\n")?;
    // Without a bound, a graph has what is related.
    let least = found.args.min_kinship.unwrap_or(0.0442);
    let quoted = |place| found.id(place).replace('\\', "\\\\").replace('"', "\\\"");
    found.each(Some(least), |pairs| {
        keep(pairs);
        for pair in pairs {
            let line = format!(
                "  \"{}\" -- \"{}\" [label=\"{} {:.3}\"];\n",
                quoted(pair.first),
                quoted(pair.second),
                found.degree(pair).name(),
                pair.kinship()
            );
            target.write_all(line.as_bytes())?;
        }
        Ok(())
    })?;
    target.write_all(b"}\n")?;
    target.finish()
}

/// People of families, with the number of each family.
pub(super) fn families(
    found: &Found<'_>,
    families: &Components,
    path: &Path,
) -> anyhow::Result<()> {
    let columns = [
        Column::new("FAMILY", Kind::UInt),
        Column::new("SAMPLE", Kind::Text { nullable: false }),
        Column::new("MEMBERS", Kind::UInt),
    ];
    let mut batch = Batch::empty(&columns);
    for (number, members) in (1..).zip(families) {
        for place in members {
            let mut row = batch.row();
            row.uint(number);
            row.text(found.id(*place));
            row.uint(members.len() as u64);
        }
    }
    super::super::selection::write_table(&columns, batch, None, Some(path))
}

fn target(found: &Found<'_>) -> anyhow::Result<Target> {
    match &found.args.output {
        Some(path) => Target::create(path),
        None => Ok(Target::stdout()),
    }
}
