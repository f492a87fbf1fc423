//! The page for a terminal: at most a hundred columns.

use genodex_engine::diagnostic::display_width;
use genodex_engine::query::target::{Affected, DiseaseDossier, Dossier, GeneDossier};

use super::words;
use crate::page::number::{optional, whole};

/// The widest page, and where there is no terminal to ask.
const WIDTH: usize = 100;
/// No page is narrower.
const LEAST: usize = 60;
/// Texts of a table are cut to no fewer columns than this.
const MIN_TEXT: usize = 10;
/// Blanks between columns.
const GAP: usize = 2;
/// Comparisons that are shown, at most: the others say less.
const COMPARISONS: usize = 12;
/// Diseases that are named of those that link a gene.
const SOURCES: usize = 2;
/// Where a line under a row of a table begins.
const UNDER: usize = 4;
/// Where the text of a field begins.
const INDENT: usize = 16;

pub(super) fn write(pages: &[Dossier], limit: usize) -> String {
    let terminal = terminal_size::terminal_size().map_or(WIDTH, |(w, _)| usize::from(w.0));
    let mut lines = Lines {
        out: String::new(),
        width: terminal.clamp(LEAST, WIDTH),
        limit,
    };
    for (i, page) in pages.iter().enumerate() {
        if i > 0 {
            lines.out.push_str("\n\n");
        }
        match page {
            Dossier::Gene(page) => gene(page, &mut lines),
            Dossier::Disease(page) => disease(page, &mut lines),
        }
    }
    lines.out
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
    lines.paragraph(words::NO_ASSOCIATIONS);
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
        table.text("CLINICAL");
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
    table.number("pLI").number("LOEUF").text("TIER");
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

/// Lines of a page.
struct Lines {
    out: String,
    width: usize,
    /// Lines of a table, at most.
    limit: usize,
}

impl Lines {
    fn title(&mut self, text: &str) {
        let text = clean(text);
        self.out.push_str(&text);
        self.out.push('\n');
        let width = display_width(&text).min(self.width);
        self.out.push_str(&"=".repeat(width));
        self.out.push('\n');
    }

    fn heading(&mut self, text: &str) {
        self.out.push('\n');
        self.out.push_str(text);
        self.out.push('\n');
        self.out.push_str(&"-".repeat(display_width(text)));
        self.out.push('\n');
    }

    fn paragraph(&mut self, text: &str) {
        self.wrapped("", 0, text);
    }

    /// A term, and what is said of it; nothing where that is empty.
    fn field(&mut self, term: &str, text: &str) {
        if text.is_empty() {
            return;
        }
        if display_width(term) >= INDENT {
            self.wrapped("", 0, term);
            self.wrapped("", INDENT, text);
        } else {
            self.wrapped(term, INDENT, text);
        }
    }

    /// What a limit left out.
    fn more(&mut self, there: usize, shown: usize, what: &str) {
        if there > shown {
            let more = whole((there - shown) as u64);
            self.paragraph(&format!(
                "... and {more} more {what}: -n, --format json or html"
            ));
        }
    }

    fn wrapped(&mut self, term: &str, indent: usize, text: &str) {
        let text = clean(text);
        let mut line = format!(
            "{term}{}",
            " ".repeat(indent.saturating_sub(display_width(term)))
        );
        let (mut used, mut empty) = (indent, true);
        for word in text.split(' ').filter(|w| !w.is_empty()) {
            let width = display_width(word);
            if !empty && used + 1 + width > self.width {
                self.out.push_str(line.trim_end());
                self.out.push('\n');
                line = " ".repeat(indent);
                (used, empty) = (indent, true);
            }
            if !empty {
                line.push(' ');
                used += 1;
            }
            line.push_str(word);
            used += width;
            empty = false;
        }
        self.out.push_str(line.trim_end());
        self.out.push('\n');
    }

    /// Columns that fit: texts give way, the widest first; columns that do not fit at all are
    /// left out, and said.
    fn table(&mut self, table: &Table) {
        if table.rows.is_empty() {
            self.paragraph("None.");
            return;
        }
        let mut widths: Vec<usize> = table.columns.iter().map(|c| display_width(&c.0)).collect();
        for row in &table.rows {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = (*width).max(display_width(cell));
            }
        }
        let total =
            |widths: &[usize]| widths.iter().sum::<usize>() + GAP * widths.len().saturating_sub(1);
        loop {
            let texts = (0..widths.len()).filter(|&i| !table.columns[i].1);
            let widest = texts.max_by_key(|&i| widths[i]);
            match widest {
                Some(i) if total(&widths) > self.width && widths[i] > MIN_TEXT => widths[i] -= 1,
                _ => break,
            }
        }
        while total(&widths) > self.width && widths.len() > 1 {
            widths.pop();
        }
        let head: Vec<String> = table.columns.iter().map(|c| c.0.clone()).collect();
        let under = std::iter::once(&None).chain(&table.under);
        for (row, under) in std::iter::once(&head).chain(&table.rows).zip(under) {
            let mut line = String::new();
            for (i, width) in widths.iter().enumerate() {
                if i > 0 {
                    line.push_str(&" ".repeat(GAP));
                }
                let cell = fitted(row.get(i).map_or("", String::as_str), *width);
                let blanks = " ".repeat(width.saturating_sub(display_width(&cell)));
                if table.columns[i].1 {
                    line.push_str(&blanks);
                    line.push_str(&cell);
                } else {
                    line.push_str(&cell);
                    line.push_str(&blanks);
                }
            }
            self.out.push_str(line.trim_end());
            self.out.push('\n');
            if let Some(under) = under {
                self.wrapped("", UNDER, under);
            }
        }
        let left_out = table.columns.get(widths.len()..).unwrap_or_default();
        if !left_out.is_empty() {
            let names: Vec<&str> = left_out.iter().map(|c| c.0.as_str()).collect();
            self.paragraph(&format!(
                "No room for {}: --format json or html",
                names.join(", ")
            ));
        }
    }
}

/// Columns by name, with whether they are numbers, and rows.
struct Table {
    columns: Vec<(String, bool)>,
    rows: Vec<Vec<String>>,
    /// Lines under rows.
    under: Vec<Option<String>>,
}

impl Table {
    const fn new() -> Self {
        Self {
            columns: Vec::new(),
            rows: Vec::new(),
            under: Vec::new(),
        }
    }

    fn text(&mut self, name: &str) -> &mut Self {
        self.columns.push((clean(name), false));
        self
    }

    fn number(&mut self, name: &str) -> &mut Self {
        self.columns.push((clean(name), true));
        self
    }

    fn row(&mut self, cells: Vec<String>) {
        self.rows.push(cells.iter().map(|c| clean(c)).collect());
        self.under.push(None);
    }

    /// A line under the last row.
    fn under(&mut self, text: &str) {
        if let Some(under) = self.under.last_mut() {
            *under = Some(text.to_owned());
        }
    }
}

/// Without characters that a terminal obeys.
fn clean(text: &str) -> String {
    let blank = |c: char| if c.is_control() { ' ' } else { c };
    text.chars().map(blank).collect()
}

/// The text cut to a width in columns of a terminal.
fn fitted(text: &str, width: usize) -> String {
    if display_width(text) <= width {
        return text.to_owned();
    }
    let mut out = String::new();
    let mut used = 1;
    for c in text.chars() {
        used += display_width(c.encode_utf8(&mut [0; 4]));
        if used > width {
            break;
        }
        out.push(c);
    }
    out.push('…');
    out
}
