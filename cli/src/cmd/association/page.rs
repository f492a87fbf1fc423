//! One page: for each trait a Manhattan plot, quantiles, the inflation factor and the top sets.

use std::path::Path;

use genodex_engine::association::Analysis;
use genodex_engine::stats::chi_square_of_log10p;

use crate::output::Target;
use crate::page::number::{optional, real, whole};
use crate::page::plot::{Manhattan, Mark, Peak, Quantiles, manhattan, quantiles};
use crate::page::{Page, Table};

/// Rows of the table of a trait.
const TOP: usize = 20;
/// So many results keep their names, whatever they say.
const ALL_NAMED: usize = 200_000;
/// `-log10 p` of those that keep theirs beyond.
const STRONG: f64 = 3.0;
/// Sets with a name in the plot.
const NAMED: usize = 8;
/// The median of a chi-square variable of one degree of freedom.
const MEDIAN: f64 = 0.454_936_423_119_572_8;

/// What the page keeps of a result.
pub(crate) struct Kept {
    /// The trait, by its place in the analysis.
    pub(crate) trait_index: usize,
    /// The set or the variant.
    pub(crate) name: String,
    /// Its mask, or its alleles.
    pub(crate) mask: String,
    /// Its contig, by its place in the store.
    pub(crate) contig: usize,
    /// 1-based.
    pub(crate) position: u64,
    /// The test's name.
    pub(crate) test: &'static str,
    /// Effect and its standard error.
    pub(crate) effect: (Option<f64>, Option<f64>),
    /// `-log10` of the p-value.
    pub(crate) log10p: f64,
}

/// Results on their way to a page.
pub(crate) struct Report {
    title: &'static str,
    /// What a result is of: `Set`, `Variant`.
    of: &'static str,
    kept: Vec<Kept>,
}

impl Report {
    /// Without results.
    pub(crate) const fn new(title: &'static str, of: &'static str) -> Self {
        Self {
            title,
            of,
            kept: Vec::new(),
        }
    }

    /// Keeps a result. Of millions, only those of some evidence keep their names.
    pub(crate) fn add(&mut self, mut kept: Kept) {
        if self.kept.len() >= ALL_NAMED && kept.log10p < STRONG {
            (kept.name, kept.mask) = (String::new(), String::new());
        }
        self.kept.push(kept);
    }

    /// Writes the page.
    pub(crate) fn write(
        &self,
        path: &Path,
        store: &str,
        analysis: &Analysis,
        contigs: &[String],
    ) -> anyhow::Result<()> {
        let mut page = Page::new(&format!("{} in {store}", self.title));
        page.subtitle(&format!(
            "{} people, {} traits, {} covariates with the intercept",
            whole(analysis.people),
            analysis.traits.len(),
            analysis.design.rank()
        ));
        for (t, of) in analysis.traits.iter().enumerate() {
            let mut rows: Vec<&Kept> = self.kept.iter().filter(|k| k.trait_index == t).collect();
            rows.sort_by(|a, b| b.log10p.total_cmp(&a.log10p));
            page.section(&of.name);
            let people = match of.cases {
                Some(cases) => format!("{} cases of {} people", whole(cases), whole(of.people)),
                None => format!("{} people", whole(of.people)),
            };
            page.paragraph(&format!("{people}; {} tests.", whole(rows.len() as u64)));
            if rows.is_empty() {
                continue;
            }
            plots(&mut page, &rows, contigs);
            top(&mut page, self.of, &rows, contigs);
        }
        let mut target = Target::create(path)?;
        target.write_all(page.finish().as_bytes())?;
        target.finish()
    }
}

fn plots(page: &mut Page, rows: &[&Kept], contigs: &[String]) {
    let mut named: Vec<&str> = Vec::new();
    let peaks: Vec<Peak> = rows
        .iter()
        .map(|k| {
            let new = named.len() < NAMED && !named.contains(&k.name.as_str());
            if new {
                named.push(&k.name);
            }
            Peak {
                chromosome: k.contig,
                position: k.position,
                log10p: k.log10p,
                title: format!("{} {} {}: {}", k.name, k.mask, k.test, real(k.log10p, 4)),
                label: new.then(|| k.name.clone()),
            }
        })
        .collect();
    let bonferroni = (rows.len() as f64 / 0.05).log10();
    let marks = [Mark {
        at: bonferroni,
        label: "0.05 over all tests",
    }];
    let plot = Manhattan {
        chromosomes: contigs,
        points: &peaks,
        marks: &marks,
    };
    page.figure("Evidence along the genome", &manhattan(&plot));
    let mut tests: Vec<(&str, Vec<f64>)> = Vec::new();
    for k in rows {
        match tests.iter_mut().find(|t| t.0 == k.test) {
            Some(test) => test.1.push(k.log10p),
            None => tests.push((k.test, vec![k.log10p])),
        }
    }
    tests.sort_by_key(|t| t.0);
    let mut lambda = Table::new().text("Test").number("Tests").number("Lambda");
    for (test, log10p) in &tests {
        lambda.row([
            (*test).to_owned(),
            whole(log10p.len() as u64),
            real(inflation(log10p), 3),
        ]);
    }
    let series: Vec<Quantiles<'_>> = tests
        .into_iter()
        .map(|(test, log10p)| Quantiles { name: test, log10p })
        .collect();
    page.figure("P-values against chance", &quantiles(&series));
    page.table(&lambda);
    page.note("Lambda is the median chi-square statistic over that of chance.");
}

/// The median statistic over that of chance.
fn inflation(log10p: &[f64]) -> f64 {
    let mut sorted = log10p.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.get(sorted.len() / 2).copied().unwrap_or(f64::NAN);
    chi_square_of_log10p(middle) / MEDIAN
}

fn top(page: &mut Page, of: &str, rows: &[&Kept], contigs: &[String]) {
    let mut table = Table::new()
        .text(of)
        .text("Mask")
        .text("Test")
        .text("Place")
        .number("Effect")
        .number("SE")
        .number("−log10 p");
    for k in rows.iter().take(TOP) {
        let contig = contigs.get(k.contig).map_or(".", String::as_str);
        table.row([
            k.name.clone(),
            k.mask.clone(),
            k.test.to_owned(),
            format!("{contig}:{}", whole(k.position)),
            optional(k.effect.0, 3),
            optional(k.effect.1, 3),
            real(k.log10p, 4),
        ]);
    }
    page.heading("Most significant");
    page.table(&table);
}
