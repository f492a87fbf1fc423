//! The page's part on variants.

use super::super::Inputs;
use super::super::mendel::Mendel;
use super::super::variants::{each, missing_rate};
use super::add_table;
use crate::page::number::{optional, probability, real, whole};
use crate::page::plot::{Axis, Histogram, Mark, histogram};
use crate::page::{Page, Table};

/// Worst variants shown of each kind.
const WORST: usize = 50;
/// Values of a distribution that are drawn; of more, every second, fourth, ... is.
const MOST_VALUES: usize = 1 << 20;

/// A variant that stands out.
#[derive(Clone, Debug, PartialEq)]
struct Odd {
    name: String,
    id: String,
    missing: f64,
    hwe: Option<f64>,
    af: Option<f64>,
    mendel: u32,
}

/// What was found of variants.
#[derive(Debug, Default)]
pub(super) struct Found {
    variants: u64,
    missing: Values,
    hwe: Values,
    by_missing: Worst,
    by_hwe: Worst,
    by_mendel: Worst,
    with_mendel: bool,
}

/// A distribution, thinned out where it is large.
#[derive(Debug)]
struct Values {
    values: Vec<f64>,
    step: u64,
    seen: u64,
}

impl Default for Values {
    fn default() -> Self {
        Self {
            values: Vec::new(),
            step: 1,
            seen: 0,
        }
    }
}

impl Values {
    fn add(&mut self, value: f64) {
        if self.seen.is_multiple_of(self.step) {
            if self.values.len() == MOST_VALUES {
                let mut place = 0_usize;
                self.values.retain(|_| {
                    place += 1;
                    place % 2 == 1
                });
                self.step *= 2;
            }
            if self.seen.is_multiple_of(self.step) {
                self.values.push(value);
            }
        }
        self.seen += 1;
    }
}

/// The worst of those beyond a threshold, worst first; equally bad ones in order.
#[derive(Debug, Default)]
struct Worst {
    beyond: u64,
    rows: Vec<(f64, Odd)>,
}

impl Worst {
    /// Larger is worse.
    fn add(&mut self, badness: f64, odd: &Odd) {
        self.beyond += 1;
        let place = self.rows.partition_point(|r| r.0 >= badness);
        if place < WORST {
            self.rows.insert(place, (badness, odd.clone()));
            self.rows.truncate(WORST);
        }
    }
}

type Row = (f64, Option<f64>, Option<Box<Odd>>);

pub(super) fn find(inputs: &Inputs<'_>, mendel: Option<&Mendel<'_>>) -> anyhow::Result<Found> {
    let args = inputs.args;
    let mut found = Found {
        with_mendel: mendel.is_some(),
        ..Found::default()
    };
    each(
        inputs,
        |block| {
            let row = |i| -> Row {
                let calls = block.calls(i, 0);
                let missing = missing_rate(block.expected(i, 0)).unwrap_or(0.0);
                let errors = mendel.map_or(0, |m| m.at(block.shard(), block.row(i)));
                let is_odd = missing > args.max_missing
                    || calls.hwe.is_some_and(|p| p < args.min_hwe)
                    || errors > 0;
                let odd = is_odd.then(|| {
                    let site = block.site(i);
                    Box::new(Odd {
                        name: format!(
                            "{}-{}-{}-{}",
                            block.contig(),
                            site.pos,
                            site.reference,
                            site.alternate
                        ),
                        id: site.id.to_owned(),
                        missing,
                        hwe: calls.hwe,
                        af: calls.frequency(),
                        mendel: errors,
                    })
                });
                (missing, calls.hwe, odd)
            };
            Ok((0..block.len()).map(row).collect::<Vec<_>>())
        },
        |rows| {
            for (missing, hwe, odd) in rows {
                found.variants += 1;
                found.missing.add(missing);
                if let Some(p) = hwe {
                    found.hwe.add(-p.max(f64::MIN_POSITIVE).log10());
                }
                let Some(odd) = odd else { continue };
                if missing > args.max_missing {
                    found.by_missing.add(missing, &odd);
                }
                if let Some(p) = hwe.filter(|p| *p < args.min_hwe) {
                    found.by_hwe.add(-p, &odd);
                }
                if odd.mendel > 0 {
                    found.by_mendel.add(odd.mendel.into(), &odd);
                }
            }
            Ok(())
        },
    )?;
    Ok(found)
}

pub(super) fn write(page: &mut Page, inputs: &Inputs<'_>, found: &Found) {
    let args = inputs.args;
    page.section("Variants");
    page.definitions([
        ("Variants", whole(found.variants)),
        (
            "Missing above the threshold",
            format!(
                "{} (more than {})",
                whole(found.by_missing.beyond),
                real(args.max_missing, 3)
            ),
        ),
        (
            "Hardy-Weinberg p below the threshold",
            format!(
                "{} (less than {})",
                whole(found.by_hwe.beyond),
                real(args.min_hwe, 3)
            ),
        ),
        (
            "With Mendel errors",
            if found.with_mendel {
                whole(found.by_mendel.beyond)
            } else {
                String::new()
            },
        ),
    ]);
    draw(
        page,
        &found.missing,
        "Fraction of missing calls",
        args.max_missing,
        "at most",
    );
    let least = -args.min_hwe.max(f64::MIN_POSITIVE).log10();
    let label = "-log10 of the p-value of Hardy-Weinberg equilibrium";
    draw(page, &found.hwe, label, least, "threshold");
    page.note(
        "The exact test of the diploid calls: on X of females alone outside the pseudo-autosomal \
         regions, none on Y and MT.",
    );
    let lists = [
        ("Most missing calls", &found.by_missing),
        ("Least likely in Hardy-Weinberg equilibrium", &found.by_hwe),
        ("Most Mendel errors", &found.by_mendel),
    ];
    for (heading, worst) in lists
        .into_iter()
        .take(if found.with_mendel { 3 } else { 2 })
    {
        page.heading(heading);
        let mut table = Table::new()
            .text("Variant")
            .text("ID")
            .number("Missing")
            .number("HWE p")
            .number("AF");
        if found.with_mendel {
            table = table.number("Mendel errors");
        }
        for (_, odd) in &worst.rows {
            let mut cells = vec![
                odd.name.clone(),
                odd.id.clone(),
                real(odd.missing, 4),
                odd.hwe.map_or_else(|| optional(None, 2), probability),
                optional(odd.af, 4),
            ];
            if found.with_mendel {
                cells.push(whole(odd.mendel.into()));
            }
            table.row(cells);
        }
        add_table(page, &table, worst.beyond as usize, "variants, the worst");
    }
}

fn draw(page: &mut Page, values: &Values, label: &str, mark: f64, mark_label: &str) {
    let figure = histogram(&Histogram {
        values: &values.values,
        x: Axis::linear(label),
        counted: "variants",
        bins: 60,
        marks: &[Mark {
            at: mark,
            label: mark_label,
        }],
    });
    page.figure(label, &figure);
    if values.step > 1 {
        page.note(&format!("Of every {}th variant.", whole(values.step)));
    }
}
