//! The page for a terminal: at most a hundred columns.

use genodex_engine::query::target::{Affected, DiseaseDossier, Dossier, GeneDossier};

use super::lines::{Lines, Table};
use super::words;
use crate::page::number::{optional, whole};

/// Comparisons that are shown, at most: the others say less.
const COMPARISONS: usize = 12;
/// Diseases that are named of those that link a gene.
const SOURCES: usize = 2;

pub(super) fn write(pages: &[Dossier], limit: usize) -> String {
    let mut lines = Lines::new(limit);
    for (i, page) in pages.iter().enumerate() {
        if i > 0 {
            lines.part();
        }
        match page {
            Dossier::Gene(page) => gene(page, &mut lines),
            Dossier::Disease(page) => disease(page, &mut lines),
        }
    }
    lines.finish()
}

fn gene(page: &GeneDossier, lines: &mut Lines) {
    lines.title(&page.symbol);
    if let Some(known) = &page.known {
        for (term, text) in words::facts(known) {
            lines.field(term, &text);
        }
        let n = known.diseases.len();
        for (i, disease) in known.diseases.iter().enumerate().take(lines.limit) {
            let term = if i == 0 { "Diseases" } else { "" };
            lines.field(term, &words::named(&disease.disease));
        }
        lines.more(n, lines.limit, "diseases");
    } else {
        lines.field("Name", "nothing is known of it beside this store");
    }
    for note in &page.notes {
        lines.field("Note", note);
    }
    lines.heading("Qualifying variants");
    lines.paragraph(&words::which(page));
    variants(page, lines);
    lines.heading("Clinical assertions");
    lines.paragraph(&words::asserted(page));
    lines.heading("Loss of function");
    if let Some(lof) = &page.loss_of_function {
        lines.paragraph(&words::lof_variants(lof.variants, &page.masks));
        affected("Carriers", &lof.carriers, page.people, lines);
        affected("Knockouts", &lof.knockouts, page.people, lines);
        lines.field("", &words::classes(&lof.classes));
        if lof.carriers.compared.tests > 0 {
            lines.paragraph(words::COMPARED);
        }
    } else {
        lines.paragraph("The store does not say which variants are loss of function.");
    }
    lines.heading("Associations");
    if page.associations.is_empty() {
        lines.paragraph(words::no_associations(page));
        return;
    }
    let mut table = Table::new();
    for (name, number) in words::ASSOCIATIONS {
        let name = name.to_uppercase();
        if number {
            table.number(&name);
        } else {
            table.text(&name);
        }
    }
    for of in page.associations.iter().take(lines.limit) {
        table.row(words::association(of).to_vec());
    }
    lines.table(&table);
}

fn variants(page: &GeneDossier, lines: &mut Lines) {
    let mut table = Table::new();
    table.text("VARIANT").text("CHANGE").text("CONSEQUENCE");
    let has =
        |f: fn(&genodex_engine::query::target::TargetVariant) -> bool| page.variants.iter().any(f);
    let lof = has(|v| v.lof.is_some());
    let clinical = has(|v| v.clinical.significance.is_some());
    if lof {
        table.text("LOF");
    }
    table.number("AC").number("AF");
    for cohort in &page.cohorts {
        table.number(&format!("AF {cohort}"));
    }
    if clinical {
        table.free("CLINICAL");
    }
    for variant in page.variants.iter().take(lines.limit) {
        let mut row = vec![
            variant.name.clone(),
            words::change(variant),
            variant.consequence.clone().unwrap_or_default(),
        ];
        if lof {
            row.push(variant.lof.clone().unwrap_or_default());
        }
        row.extend([whole(variant.all.ac), words::af(&variant.all)]);
        row.extend(variant.cohorts.iter().map(|c| words::af(&c.of)));
        if clinical {
            row.push(variant.clinical.significance.clone().unwrap_or_default());
        }
        table.row(row);
    }
    lines.table(&table);
    lines.more(page.variants.len(), lines.limit, "variants");
    let Some(column) = &page.population_column else {
        lines.field(
            "Populations",
            "no column of the sample table looks like one (--populations)",
        );
        return;
    };
    if page.variants.is_empty() || page.populations.is_empty() {
        return;
    }
    lines.paragraph(&format!("Frequency by population ({column}):"));
    let mut table = Table::new();
    table.text("VARIANT");
    for population in &page.populations {
        table.number(population);
    }
    for variant in page.variants.iter().take(lines.limit) {
        let mut row = vec![variant.name.clone()];
        row.extend(variant.populations.iter().map(|p| words::af(&p.of)));
        table.row(row);
    }
    lines.table(&table);
    lines.more(page.variants.len(), lines.limit, "variants");
}

fn affected(term: &str, affected: &Affected, people: u64, lines: &mut Lines) {
    let (n, of) = (whole(affected.people), whole(people));
    lines.field(term, &format!("{n} of {of} people"));
    lines.field("", &words::shares(&affected.populations));
    lines.field("", &words::shares(&affected.cohorts));
    let compared = &affected.compared;
    if compared.findings.is_empty() {
        return;
    }
    lines.paragraph(&format!(
        "{term} compared with everyone else, {}:",
        words::number_of(compared.tests as u64, "test", "tests")
    ));
    let mut table = Table::new();
    table
        .text("COLUMN")
        .number(&term.to_uppercase())
        .number("OTHERS");
    table
        .number("EFFECT")
        .number("95 % INTERVAL")
        .number("P")
        .number("P HOLM");
    let limit = lines.limit.min(COMPARISONS);
    for found in compared.findings.iter().take(limit) {
        let mut row = vec![words::compared(found)];
        row.extend(words::effect(found));
        row.extend(words::p_values(found));
        table.row(row);
    }
    lines.table(&table);
    lines.more(compared.findings.len(), limit, "comparisons");
    lines.field("Not compared", &words::left_out(compared));
}

fn disease(page: &DiseaseDossier, lines: &mut Lines) {
    lines.title(&words::named(&page.term));
    for note in &page.notes {
        lines.field("Note", note);
    }
    if let Some(text) = words::people_with(page) {
        lines.field("People", &text);
    }
    lines.heading("Genes");
    lines.paragraph(&words::ranked(page));
    let mut table = Table::new();
    table
        .text("GENE")
        .number("LINKS")
        .number("VARIANTS")
        .number("LOF");
    table.number("CARRIERS");
    for cohort in &page.cohorts {
        table.number(&format!("IN {cohort}"));
    }
    table.number("pLI").number("LOEUF").free("TIER");
    for gene in page.genes.iter().take(lines.limit) {
        let mut row = vec![
            gene.symbol.clone(),
            whole(gene.sources.len() as u64),
            whole(gene.qualifying),
            words::known(gene.lof_variants),
            words::known(gene.lof_carriers),
        ];
        for i in 0..page.cohorts.len() {
            let share = gene.cohorts.get(i).map(|c| c.of.people);
            row.push(words::known(share));
        }
        row.extend([
            words::pli(gene.pli),
            optional(gene.loeuf, 3),
            gene.druggable_tier.clone(),
        ]);
        table.row(row);
        table.under(&words::sources(gene, SOURCES));
    }
    lines.table(&table);
    lines.more(page.genes.len(), lines.limit, "genes");
}
