//! One page: distributions, thresholds, and who and what stands out.

mod people;
mod variants;

use std::path::Path;

use genodex_engine::query::qc::Rules;

use super::Inputs;
use super::measure::Bounded;
use crate::output::Target;
use crate::page::number::{real, whole};
use crate::page::{Page, Table};

/// Rows of a table on the page.
const MOST_ROWS: usize = 200;
/// Points of a plot that get a name.
const MOST_LABELS: usize = 20;

pub(super) fn write(inputs: &Inputs<'_>, path: &Path) -> anyhow::Result<()> {
    let counted = inputs.count(Rules::Calls)?;
    let mendel = inputs.mendel()?;
    let people = super::people::all(&counted);
    let bounded = Bounded::all(&people, inputs.args);
    let found = variants::find(inputs, mendel.as_ref())?;
    let name = inputs.args.store.file_name().unwrap_or_default();
    let mut page = Page::new(&format!("Quality control of {}", name.to_string_lossy()));
    page.subtitle(&format!(
        "{} people ({}), {} variants, generation {}",
        whole(people.len() as u64),
        inputs.cohort_name(),
        whole(counted.answer.rows()?),
        inputs.store.manifest().generation,
    ));
    people::write(&mut page, inputs, &people, &bounded)?;
    variants::write(&mut page, inputs, &found);
    if let Some(mendel) = &mendel {
        families(&mut page, inputs, mendel);
    }
    let mut target = Target::create(path)?;
    target.write_all(page.finish().as_bytes())?;
    target.finish()
}

/// A table of at most so many rows, and a note on how many more there are.
fn add_table(page: &mut Page, table: &Table, rows: usize, what: &str) {
    if rows == 0 {
        page.paragraph("None.");
        return;
    }
    page.table(table);
    if rows > table.len() {
        page.note(&format!(
            "The first {} of {} {what}.",
            whole(table.len() as u64),
            whole(rows as u64)
        ));
    }
}

/// Errors by family.
fn families(page: &mut Page, inputs: &Inputs<'_>, mendel: &super::mendel::Mendel<'_>) {
    use super::mendel::{Who, family_of};
    page.section("Mendel errors");
    let samples = inputs.store.samples();
    let id = |sample: u32| samples.id(sample as usize).unwrap_or(".").to_owned();
    let mut families: Vec<_> = (mendel.families().into_iter())
        .map(|f| {
            let errors: u64 = f.trios.clone().map(|t| mendel.of_trio(t, Who::Child)).sum();
            (errors, f)
        })
        .collect();
    let (trios, all) = (
        mendel.plan.trios().len() as u64,
        families.iter().map(|f| f.0).sum::<u64>(),
    );
    page.paragraph(&format!(
        "{} trios in {} families; {} errors, {} a trio.",
        whole(trios),
        whole(families.len() as u64),
        whole(all),
        real(all as f64 / trios as f64, 3),
    ));
    families.sort_by_key(|f| std::cmp::Reverse(f.0));
    let mut table = Table::new()
        .text("Family")
        .text("Father")
        .text("Mother")
        .number("Children")
        .number("Errors")
        .number("Errors a child");
    for (errors, f) in families.iter().take(MOST_ROWS) {
        table.row([
            family_of(inputs, mendel, &f.trios).to_owned(),
            id(f.father),
            id(f.mother),
            whole(f.trios.len() as u64),
            whole(*errors),
            real(*errors as f64 / f.trios.len().max(1) as f64, 3),
        ]);
    }
    add_table(
        page,
        &table,
        families.len(),
        "families, those with most errors",
    );
}
