//! One page: for each trait a Manhattan plot, quantiles, the inflation factor and the top sets.

use std::path::Path;

use genodex_engine::association::Analysis;
use genodex_engine::query::burden::{SetAnswer, Test};
use genodex_engine::query::sets::VariantSet;
use genodex_engine::stats::chi_square_of_log10p;

use crate::output::Target;
use crate::page::number::{optional, real, whole};
use crate::page::plot::{Manhattan, Mark, Peak, Quantiles, manhattan, quantiles};
use crate::page::{Page, Table};

/// Rows of the table of a trait.
const TOP: usize = 20;
/// Sets with a name in the plot.
const NAMED: usize = 8;
/// The median of a chi-square variable of one degree of freedom.
const MEDIAN: f64 = 0.454_936_423_119_572_8;

/// What the page keeps of a row.
struct Kept {
    trait_index: usize,
    set: String,
    mask: String,
    contig: usize,
    position: u64,
    test: Test,
    beta: Option<f64>,
    se: Option<f64>,
    log10p: f64,
}

/// Results on their way to a page.
#[derive(Default)]
pub(super) struct Report(Vec<Kept>);

impl Report {
    /// Keeps the rows of a set that have a p-value.
    pub(super) fn add(&mut self, set: &VariantSet, answer: &SetAnswer) {
        for row in &answer.rows {
            let Some(log10p) = row.outcome.log10p else {
                continue;
            };
            let mask = answer.masks.get(row.mask);
            self.0.push(Kept {
                trait_index: row.trait_index,
                set: set.name.clone(),
                mask: mask.map_or(String::new(), |m| m.name.clone()),
                contig: set.contig as usize,
                position: set.position,
                test: row.test,
                beta: row.outcome.beta,
                se: row.outcome.se,
                log10p,
            });
        }
    }

    /// Writes the page.
    pub(super) fn write(
        &self,
        path: &Path,
        store: &str,
        analysis: &Analysis,
        contigs: &[String],
    ) -> anyhow::Result<()> {
        let mut page = Page::new(&format!("Gene-based association in {store}"));
        page.subtitle(&format!(
            "{} people, {} traits, {} covariates with the intercept",
            whole(analysis.people),
            analysis.traits.len(),
            analysis.design.rank()
        ));
        for (t, of) in analysis.traits.iter().enumerate() {
            let mut rows: Vec<&Kept> = self.0.iter().filter(|k| k.trait_index == t).collect();
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
            top(&mut page, &rows, contigs);
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
            let new = named.len() < NAMED && !named.contains(&k.set.as_str());
            if new {
                named.push(&k.set);
            }
            Peak {
                chromosome: k.contig,
                position: k.position,
                log10p: k.log10p,
                title: format!(
                    "{} {} {}: {}",
                    k.set,
                    k.mask,
                    k.test.name(),
                    real(k.log10p, 4)
                ),
                label: new.then(|| k.set.clone()),
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
    let tests = Test::OF_A_MASK.iter().filter_map(|&test| {
        let of = rows.iter().filter(|k| k.test == test).map(|k| k.log10p);
        let log10p: Vec<f64> = of.collect();
        (!log10p.is_empty()).then_some((test, log10p))
    });
    let tests: Vec<(Test, Vec<f64>)> = tests.collect();
    let mut lambda = Table::new().text("Test").number("Tests").number("Lambda");
    for (test, log10p) in &tests {
        lambda.row([
            test.name().to_owned(),
            whole(log10p.len() as u64),
            real(inflation(log10p), 3),
        ]);
    }
    let series: Vec<Quantiles<'_>> = tests
        .into_iter()
        .map(|(test, log10p)| Quantiles {
            name: test.name(),
            log10p,
        })
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

fn top(page: &mut Page, rows: &[&Kept], contigs: &[String]) {
    let mut table = Table::new()
        .text("Set")
        .text("Mask")
        .text("Test")
        .text("Place")
        .number("Effect")
        .number("SE")
        .number("−log10 p");
    for k in rows.iter().take(TOP) {
        let contig = contigs.get(k.contig).map_or(".", String::as_str);
        table.row([
            k.set.clone(),
            k.mask.clone(),
            k.test.name().to_owned(),
            format!("{contig}:{}", whole(k.position)),
            optional(k.beta, 3),
            optional(k.se, 3),
            real(k.log10p, 4),
        ]);
    }
    page.heading("Most significant");
    page.table(&table);
}
