//! The page as one HTML file.

use genodex_engine::query::target::{
    Affected, DiseaseDossier, Dossier, GeneDossier, GeneFacts, TargetVariant,
};

use super::{plots, words};
use crate::page::number::{optional, whole};
use crate::page::{Page, Table};

/// Rows of the table of associations.
const ASSOCIATIONS: usize = 30;
/// Variants whose frequency is drawn by population: the most frequent ones.
const DRAWN: usize = 3;

pub(super) fn write(pages: &[Dossier], program: &str) -> String {
    let titles: Vec<String> = pages.iter().map(title).collect();
    let mut page = Page::new(&titles.join(", "));
    for (dossier, title) in pages.iter().zip(&titles) {
        if pages.len() > 1 {
            page.chapter(title);
        }
        match dossier {
            Dossier::Gene(dossier) => gene(dossier, &mut page),
            Dossier::Disease(dossier) => disease(dossier, &mut page),
        }
    }
    page.section("How this was made");
    page.note(&format!(
        "{program}. People are counted; none is named. Coordinates are 1-based."
    ));
    page.finish()
}

fn title(page: &Dossier) -> String {
    match page {
        Dossier::Gene(page) => page.symbol.clone(),
        Dossier::Disease(page) => page.term.label.clone(),
    }
}

fn gene(page: &GeneDossier, out: &mut Page) {
    if let Some(known) = &page.known {
        out.subtitle(&known.name);
    }
    for note in &page.notes {
        out.note(note);
    }
    out.section("What it is");
    match &page.known {
        Some(known) => {
            out.definitions(words::facts(known));
            diseases(known, out);
        }
        None => out.note("Nothing is known of it beside this store."),
    }
    out.section("Qualifying variants");
    out.paragraph(&words::which(page));
    let (caption, figure) = plots::along(page);
    out.figure(&caption, &figure);
    if !page.populations.is_empty() && !page.variants.is_empty() {
        let column = page.population_column.as_deref().unwrap_or_default();
        out.figure(&format!("By population ({column})"), &plots::burden(page));
        let mut frequent: Vec<&TargetVariant> = page.variants.iter().collect();
        frequent.sort_by(|a, b| {
            let af = |v: &TargetVariant| v.all.af.unwrap_or(0.0);
            af(b).total_cmp(&af(a)).then_with(|| a.name.cmp(&b.name))
        });
        for variant in frequent.into_iter().take(DRAWN) {
            let change = words::change(variant);
            let caption = format!("{} {change} by population", variant.name);
            out.figure(&caption, &plots::by_population(variant));
        }
    }
    variants(page, out);
    out.section("Clinical assertions");
    out.paragraph(&words::asserted(page));
    out.section("Loss of function");
    if let Some(lof) = &page.loss_of_function {
        out.paragraph(&words::lof_variants(lof.variants, &page.masks));
        affected("Carriers", &lof.carriers, page.people, out);
        affected("Knockouts", &lof.knockouts, page.people, out);
        out.note(&words::classes(&lof.classes));
        if lof.carriers.compared.tests > 0 {
            out.note(words::COMPARED);
        }
    } else {
        out.note("The store does not say which variants are loss of function.");
    }
    out.section("Associations");
    if page.associations.is_empty() {
        out.note(words::no_associations(page));
        return;
    }
    let mut table = Table::new();
    for (name, number) in words::ASSOCIATIONS {
        table = if number {
            table.number(name)
        } else {
            table.text(name)
        };
    }
    for of in page.associations.iter().take(ASSOCIATIONS) {
        table.row(words::association(of));
    }
    out.table(&table);
    if page.associations.len() > ASSOCIATIONS {
        let all = page.associations.len() as u64;
        out.note(&format!("The first {ASSOCIATIONS} of {}.", whole(all)));
    }
}

fn diseases(known: &GeneFacts, out: &mut Page) {
    out.heading("Diseases");
    let mut table = Table::new();
    for column in ["Disease", "日本語", "Identifier", "Mondo", "NANDO"] {
        table = table.text(column);
    }
    for disease in &known.diseases {
        let ids = |terms: &[genodex_engine::query::target::Named]| {
            let ids: Vec<&str> = terms.iter().map(|t| t.id.as_str()).collect();
            ids.join(", ")
        };
        table.row([
            disease.disease.label.clone(),
            disease.disease.label_ja.clone().unwrap_or_default(),
            disease.disease.id.clone(),
            ids(&disease.mondo),
            ids(&disease.nando),
        ]);
    }
    out.table(&table);
    if known.n_phenotypes > 0 {
        let phenotypes: Vec<String> = (known.phenotypes.iter())
            .map(|p| words::named(&p.phenotype))
            .collect();
        out.note(&format!(
            "Phenotypes of these diseases, {} in all; those of most diseases: {}.",
            whole(known.n_phenotypes as u64),
            phenotypes.join(", ")
        ));
    }
}

fn variants(page: &GeneDossier, out: &mut Page) {
    let lof = page.variants.iter().any(|v| v.lof.is_some());
    let mut table = Table::new()
        .text("Variant")
        .text("Change")
        .text("Consequence");
    if lof {
        table = table.text("LOF");
    }
    for column in ["AC", "AN", "AF", "Het", "Hom", "Hemi"] {
        table = table.number(column);
    }
    for cohort in &page.cohorts {
        table = table.number(format!("{cohort}: AF (AC/AN)"));
    }
    for population in &page.populations {
        table = table.number(format!("AF {population}"));
    }
    if page.has_clinical {
        table = table.text("Clinical").text("Condition").text("Review");
    }
    table = table.text("ID").text("HGVSc").text("HGVSp");
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    for variant in &page.variants {
        let all = &variant.all;
        let mut row = vec![
            variant.name.clone(),
            words::change(variant),
            text(&variant.consequence),
        ];
        if lof {
            row.push(text(&variant.lof));
        }
        row.extend([
            whole(all.ac),
            whole(all.an),
            words::af(all),
            whole(all.het),
            whole(all.hom),
            whole(all.hemi),
        ]);
        row.extend(variant.cohorts.iter().map(|c| words::counted(&c.of)));
        row.extend(variant.populations.iter().map(|p| words::af(&p.of)));
        if page.has_clinical {
            let clinical = &variant.clinical;
            row.push(text(&clinical.significance));
            row.push(text(&clinical.condition));
            row.push(text(&clinical.review));
        }
        row.extend([&variant.id, &variant.hgvsc, &variant.hgvsp].map(text));
        table.row(row);
    }
    out.table(&table);
}

fn affected(term: &str, affected: &Affected, people: u64, out: &mut Page) {
    out.heading(term);
    let (n, of) = (whole(affected.people), whole(people));
    out.paragraph(&format!("{n} of {of} people."));
    if affected.people == 0 {
        return;
    }
    if !affected.populations.is_empty() {
        let caption = format!("{term} by population");
        out.figure(&caption, &plots::shares(&affected.populations));
    }
    if !affected.cohorts.is_empty() {
        let caption = format!("{term} by cohort");
        out.figure(&caption, &plots::shares(&affected.cohorts));
    }
    let compared = &affected.compared;
    let mut table = Table::new()
        .text("Column")
        .number(term)
        .number("Everyone else");
    table = table
        .number("Effect")
        .number("95 % interval")
        .number("p")
        .number("p (Holm)");
    for found in &compared.findings {
        let mut row = vec![words::compared(found)];
        row.extend(words::effect(found));
        row.extend(words::p_values(found));
        table.row(row);
    }
    out.paragraph(&format!(
        "Compared with everyone else, {}:",
        words::number_of(compared.tests as u64, "test", "tests")
    ));
    out.table(&table);
    let left_out = words::left_out(compared);
    if !left_out.is_empty() {
        out.note(&format!("Not compared: {left_out}."));
    }
}

fn disease(page: &DiseaseDossier, out: &mut Page) {
    out.subtitle(&words::named(&page.term));
    for note in &page.notes {
        out.note(note);
    }
    if let Some(text) = words::people_with(page) {
        out.paragraph(&text);
    }
    out.section("Genes");
    out.paragraph(&words::ranked(page));
    let mut table = Table::new()
        .text("Gene")
        .text("Name")
        .text("Why")
        .number("Links");
    table = table
        .number("Variants")
        .number("LoF variants")
        .number("LoF carriers");
    for cohort in &page.cohorts {
        table = table.number(format!("LoF carriers in {cohort}"));
    }
    table = table
        .number("pLI")
        .number("LOEUF")
        .text("Tier")
        .text("Linked by");
    for gene in &page.genes {
        let mut row = vec![
            gene.symbol.clone(),
            gene.name.clone(),
            gene.why.clone(),
            whole(gene.sources.len() as u64),
            whole(gene.qualifying),
            words::known(gene.lof_variants),
            words::known(gene.lof_carriers),
        ];
        for i in 0..page.cohorts.len() {
            row.push(gene.cohorts.get(i).map_or_else(
                || "–".to_owned(),
                |c| format!("{} of {}", whole(c.of.people), whole(c.of.of)),
            ));
        }
        row.extend([
            words::pli(gene.pli),
            optional(gene.loeuf, 3),
            gene.druggable_tier.clone(),
            words::sources(gene, 3),
        ]);
        table.row(row);
    }
    out.table(&table);
}
