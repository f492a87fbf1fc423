//! The page's part on people.

use std::collections::HashSet;

use genodex_engine::format::samples::Sex;
use genodex_engine::query::qc::{Person, SexCheck};

use super::super::Inputs;
use super::super::measure::{Bounded, LEAST_PEOPLE, outlying};
use super::super::people::sex_name;
use super::{MOST_LABELS, MOST_ROWS, add_table};
use crate::page::number::{optional, real, whole};
use crate::page::plot::{Axis, Histogram, Mark, Point, Scatter, histogram, scatter};
use crate::page::{Page, Table};

pub(super) fn write(
    page: &mut Page,
    inputs: &Inputs<'_>,
    people: &[(u32, Person)],
    bounded: &[Bounded],
) -> anyhow::Result<()> {
    page.section("People");
    thresholds(page, inputs, people, bounded);
    for b in bounded {
        let values: Vec<f64> = people.iter().filter_map(|p| b.measure.of(&p.1)).collect();
        let marks: Vec<Mark<'_>> = [(b.bounds.low, "at least"), (b.bounds.high, "at most")]
            .into_iter()
            .filter(|m| m.0.is_finite())
            .map(|(at, label)| Mark { at, label })
            .collect();
        let figure = histogram(&Histogram {
            values: &values,
            x: Axis::linear(b.measure.label),
            counted: "people",
            bins: 60,
            marks: &marks,
        });
        page.figure(b.measure.label, &figure);
    }
    outliers(page, inputs, people, bounded);
    sexes(page, inputs, people)
}

fn thresholds(page: &mut Page, inputs: &Inputs<'_>, people: &[(u32, Person)], bounded: &[Bounded]) {
    let args = inputs.args;
    page.paragraph(&format!(
        "Outlying is what lies more than {} deviations from the median; a deviation is 1.4826 \
         times the median absolute one. A call rate below {} is outlying whatever the others are. \
         Where at least half of the people have the median itself, or there are fewer than {} \
         people, there is no other threshold.",
        real(args.mad, 4),
        real(args.min_call_rate, 4),
        LEAST_PEOPLE,
    ));
    let mut table = Table::new()
        .text("Measure")
        .number("Median")
        .number("Deviation")
        .number("At least")
        .number("At most")
        .number("People beyond");
    for b in bounded {
        let bound = |value: f64| {
            if value.is_finite() {
                real(value, 5)
            } else {
                optional(None, 5)
            }
        };
        table.row([
            b.measure.label.to_owned(),
            optional(b.center.map(|c| c.median), 5),
            optional(b.center.map(|c| c.mad), 3),
            bound(b.bounds.low),
            bound(b.bounds.high),
            whole(people.iter().filter(|p| b.excludes(&p.1)).count() as u64),
        ]);
    }
    page.table(&table);
}

/// How far beyond its bounds somebody is, at most, in deviations.
fn distance(bounded: &[Bounded], person: &Person) -> f64 {
    let of = |b: &Bounded| {
        let (value, center) = (b.measure.of(person)?, b.center?);
        let far = (value - center.median).abs();
        b.excludes(person).then(|| {
            if center.mad > 0.0 {
                far / center.mad
            } else {
                f64::MAX
            }
        })
    };
    bounded.iter().filter_map(of).fold(0.0, f64::max)
}

fn outliers(page: &mut Page, inputs: &Inputs<'_>, people: &[(u32, Person)], bounded: &[Bounded]) {
    let samples = inputs.store.samples();
    let id = |sample: u32| samples.id(sample as usize).unwrap_or(".").to_owned();
    let mut odd: Vec<(f64, &(u32, Person))> = (people.iter())
        .map(|p| (distance(bounded, &p.1), p))
        .filter(|p| p.0 > 0.0)
        .collect();
    odd.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.0.cmp(&b.1.0)));
    let named: HashSet<u32> = odd.iter().take(MOST_LABELS).map(|p| p.1.0).collect();
    let points: Vec<Point> = (people.iter())
        .filter_map(|(sample, p)| {
            Some(Point {
                x: p.call_rate()?,
                y: p.het_rate()?,
                series: usize::from(distance(bounded, p) > 0.0),
                label: named.contains(sample).then(|| id(*sample)),
            })
        })
        .collect();
    let figure = scatter(&Scatter {
        points: &points,
        x: Axis::linear("Call rate"),
        y: Axis::linear("Heterozygous calls over called"),
        series: &["Within the thresholds", "Outlying"],
        marks_x: &[],
        marks_y: &[],
    });
    page.figure("Call rate and heterozygosity", &figure);
    page.heading("Outlying people");
    let mut table = Table::new()
        .text("Sample")
        .number("Call rate")
        .number("Het rate")
        .number("Het / hom")
        .number("Ti / Tv")
        .number("Singletons")
        .text("Beyond");
    for (_, (sample, p)) in odd.iter().take(MOST_ROWS) {
        table.row([
            id(*sample),
            optional(p.call_rate(), 4),
            optional(p.het_rate(), 4),
            optional(p.het_hom(), 4),
            optional(p.ti_tv(), 4),
            whole(p.singletons),
            outlying(bounded, p).replace(',', ", "),
        ]);
    }
    add_table(page, &table, odd.len(), "people, those farthest out");
}

fn sexes(page: &mut Page, inputs: &Inputs<'_>, people: &[(u32, Person)]) -> anyhow::Result<()> {
    let rules = inputs.args.sex_rules()?;
    page.section("Sex");
    if people
        .iter()
        .all(|p| p.1.x_called == 0 && p.1.y_variants == 0)
    {
        page.paragraph("There are no variants of X and Y outside the pseudo-autosomal regions.");
        return Ok(());
    }
    page.paragraph(&format!(
        "Inferred from F on X (female at most {}, male at least {}, on at least {} called variants \
         with {} heterozygous calls expected) and the call rate on Y (male at least {}, on at \
         least {} variants). Both must agree where both say something.",
        real(rules.female_f, 3),
        real(rules.male_f, 3),
        rules.min_x_variants,
        real(rules.min_x_heterozygous, 3),
        real(rules.male_y, 3),
        rules.min_y_variants,
    ));
    let samples = inputs.store.samples();
    let id = |sample: u32| samples.id(sample as usize).unwrap_or(".").to_owned();
    let mut counts = [0_u64; 4];
    let mut table = Table::new()
        .text("Sample")
        .text("Recorded")
        .text("Inferred")
        .text("Because")
        .number("F on X")
        .number("Y call rate");
    let (mut mismatches, mut points) = (0_usize, Vec::new());
    for (sample, p) in people {
        let recorded = samples.sex(*sample as usize);
        let (inferred, check) = p.check_sex(recorded, &rules);
        let place = match check {
            SexCheck::Agrees => 0,
            SexCheck::Differs => 1,
            SexCheck::NotRecorded => 2,
            SexCheck::Unclear => 3,
        };
        counts[place] += 1;
        let differs = check == SexCheck::Differs;
        if let Some(f) = p.f_x {
            points.push(Point {
                x: f,
                y: p.y_call_rate().unwrap_or(0.0),
                series: match recorded {
                    Sex::Female => 0,
                    Sex::Male => 1,
                    Sex::Unknown => 2,
                },
                label: (differs && mismatches < MOST_LABELS).then(|| id(*sample)),
            });
        }
        if differs {
            mismatches += 1;
            if table.len() < MOST_ROWS {
                table.row([
                    id(*sample),
                    sex_name(recorded).to_owned(),
                    sex_name(inferred.sex).to_owned(),
                    inferred.reason,
                    optional(p.f_x, 4),
                    optional(p.y_call_rate(), 4),
                ]);
            }
        }
    }
    let names = ["Agree", "Differ", "Not recorded", "Unclear"];
    page.definitions(names.into_iter().zip(counts.map(whole)));
    let figure = scatter(&Scatter {
        points: &points,
        x: Axis::linear("F on X"),
        y: Axis::linear("Call rate on Y"),
        series: &["Recorded as female", "Recorded as male", "Not recorded"],
        marks_x: &[
            Mark {
                at: rules.female_f,
                label: "female",
            },
            Mark {
                at: rules.male_f,
                label: "male",
            },
        ],
        marks_y: &[],
    });
    page.figure("F on X and the call rate on Y", &figure);
    page.heading("Recorded and inferred sex differ");
    add_table(page, &table, mismatches, "people");
    Ok(())
}
