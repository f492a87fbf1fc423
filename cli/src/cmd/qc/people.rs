//! A line for each person.

use genodex_engine::format::samples::Sex;
use genodex_engine::query::qc::{Person, Rules};

use super::measure::{Bounded, LEAST_PEOPLE, outlying};
use super::{Counted, Inputs};
use crate::output::{Batch, Column, Kind, Style, Writer};

/// Sex as the tables say it.
pub(super) const fn sex_name(sex: Sex) -> &'static str {
    match sex {
        Sex::Male => "male",
        Sex::Female => "female",
        Sex::Unknown => ".",
    }
}

/// Everybody counted, in the order of the samples.
pub(super) fn all(counted: &Counted<'_>) -> Vec<(u32, Person)> {
    let Counted { plan, answer } = counted;
    let samples = plan.cohort().bitmap().iter();
    samples
        .map(|s| (s, answer.person(plan, s as usize)))
        .collect()
}

fn columns(with_mendel: bool) -> Vec<Column> {
    let text = |name: &str, nullable| Column::new(name, Kind::Text { nullable });
    let mut columns = vec![text("SAMPLE", false)];
    let mut add = |names: &[&str], kind| {
        columns.extend(names.iter().map(|name| Column::new(*name, kind)));
    };
    add(&["VARIANTS", "CALLED", "MISSING"], Kind::UInt);
    add(&["CALL_RATE"], Kind::Float);
    add(
        &[
            "HOMREF",
            "HET_SNP",
            "HET_OTHER",
            "HOMALT_SNP",
            "HOMALT_OTHER",
            "HAP_REF",
            "HAP_ALT",
            "TI",
            "TV",
            "SINGLETONS",
        ],
        Kind::UInt,
    );
    add(&["HET_RATE", "HET_HOM", "TI_TV"], Kind::Float);
    add(&["X_CALLED", "X_HET"], Kind::UInt);
    add(&["F_X", "Y_CALL_RATE"], Kind::Float);
    columns.extend([
        text("SEX", true),
        text("INFERRED_SEX", true),
        text("SEX_CHECK", false),
        text("SEX_REASON", false),
    ]);
    if with_mendel {
        columns.push(Column::new("MENDEL", Kind::UInt));
    }
    columns.push(text("OUTLIER", true));
    columns
}

pub(super) fn write(inputs: &Inputs<'_>, style: Style) -> anyhow::Result<()> {
    let rules = inputs.args.sex_rules()?;
    let counted = inputs.count(Rules::Calls)?;
    let mendel = inputs.mendel()?;
    let people = all(&counted);
    let bounded = Bounded::all(&people, inputs.args);
    if people.len() < LEAST_PEOPLE {
        inputs.global.note(format_args!(
            "note: fewer than {LEAST_PEOPLE} people: OUTLIER goes by the call rate alone"
        ));
    }
    let columns = columns(mendel.is_some());
    let format = style.format(columns.clone());
    let mut writer = Writer::begin(format.as_ref(), inputs.target()?)?;
    let table = inputs.store.samples();
    for people in people.chunks(1 << 14) {
        let mut batch = Batch::empty(&columns);
        for (sample, p) in people {
            let recorded = table.sex(*sample as usize);
            let (inferred, check) = p.check_sex(recorded, &rules);
            let mut cells = batch.row();
            cells.text(table.id(*sample as usize).unwrap_or("."));
            [p.variants, p.called(), p.missing]
                .into_iter()
                .for_each(|n| cells.uint(n));
            cells.float(p.call_rate());
            let calls = [
                p.hom_ref,
                p.het_snp,
                p.het_other,
                p.hom_alt_snp,
                p.hom_alt_other,
                p.hap_ref,
                p.hap_alt,
                p.transitions,
                p.transversions,
                p.singletons,
            ];
            calls.into_iter().for_each(|n| cells.uint(n));
            [p.het_rate(), p.het_hom(), p.ti_tv()]
                .into_iter()
                .for_each(|x| cells.float(x));
            cells.uint(p.x_called);
            cells.uint(p.x_het);
            cells.float(p.f_x);
            cells.float(p.y_call_rate());
            cells.text(sex_name(recorded));
            cells.text(sex_name(inferred.sex));
            cells.text(check.name());
            cells.text(&inferred.reason);
            if let Some(mendel) = &mendel {
                cells.uint(mendel.of_person(*sample));
            }
            cells.text(&outlying(&bounded, p));
        }
        writer.append(format.encode(batch)?)?;
    }
    writer.finish()
}
