//! Mendel errors, and the tables of them.

use std::collections::HashMap;
use std::ops::Range;

use anyhow::bail;
use genodex_engine::query::qc::QcError;
use genodex_engine::query::qc::mendel::{self, Answer, Code, Plan, Request};
use genodex_engine::query::qc::stored::ByRow;

use super::arguments::Per;
use super::{Inputs, mendel_errors};
use crate::output::{Batch, Column, Kind, Style, Writer};

/// Errors counted.
pub(super) struct Mendel<'s> {
    pub(super) plan: Plan<'s>,
    answer: Answer,
    /// By shard of the store: rows with errors, ascending, and how many.
    rows: Vec<Vec<(u32, u32)>>,
    of_person: HashMap<u32, u64>,
}

/// A father, a mother, and the trios of their children.
pub(super) struct Family {
    pub(super) father: u32,
    pub(super) mother: u32,
    pub(super) trios: Range<usize>,
}

/// Who of a trio.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Who {
    Father,
    Mother,
    Child,
}

impl Who {
    pub(super) const fn is_implicated(self, code: Code) -> bool {
        match self {
            Self::Father => code.implicated().father,
            Self::Mother => code.implicated().mother,
            Self::Child => true,
        }
    }
}

/// Judges all trios. `list`: partials have each error.
pub(super) fn plan<'s>(inputs: &'s Inputs<'_>, list: bool) -> anyhow::Result<Plan<'s>> {
    let request = Request {
        cohort: inputs.members().cloned(),
        regions: inputs.regions.clone(),
        list,
    };
    Ok(Plan::new(inputs.store, &inputs.pedigree, &request)?)
}

impl<'s> Mendel<'s> {
    /// None where there are no trios.
    pub(super) fn count(inputs: &'s Inputs<'_>) -> anyhow::Result<Option<Self>> {
        let plan = plan(inputs, false)?;
        if plan.trios().is_empty() {
            return Ok(None);
        }
        let progress = inputs.progress("Judging trios", plan.n_rows());
        let mut rows = vec![Vec::new(); inputs.store.shards().len()];
        let answer = mendel::run::<QcError>(
            &plan,
            |rows| progress.add(rows),
            |partial| {
                let place = plan
                    .store_shard(partial.shard)
                    .and_then(|s| rows.get_mut(s));
                if let Some(place) = place {
                    *place = partial.by_row;
                }
                Ok(())
            },
        )?;
        let mut of_person: HashMap<u32, u64> = HashMap::new();
        for (place, trio) in plan.trios().iter().enumerate() {
            let people = [
                (trio.father, Who::Father),
                (trio.mother, Who::Mother),
                (trio.child, Who::Child),
            ];
            for (sample, who) in people {
                *of_person.entry(sample).or_default() += errors(&answer, place, who);
            }
        }
        Ok(Some(Self {
            plan,
            answer,
            rows,
            of_person,
        }))
    }

    /// Errors at a row of the store.
    pub(super) fn at(&self, shard: usize, row: u32) -> u32 {
        let rows = self.rows.get(shard).map_or(&[][..], Vec::as_slice);
        let found = rows.binary_search_by_key(&row, |r| r.0);
        found.ok().and_then(|i| rows.get(i)).map_or(0, |r| r.1)
    }

    /// Errors of every row of the store.
    pub(super) fn by_row(&self) -> ByRow<u32> {
        let shards = self.plan.store().shards().iter().zip(&self.rows);
        let of_shard = shards.map(|(shard, found)| {
            let mut rows = vec![0; shard.n_rows()];
            for &(row, n) in found {
                if let Some(place) = rows.get_mut(row as usize) {
                    *place = n;
                }
            }
            rows
        });
        of_shard.collect()
    }

    /// Errors in which a person is implicated.
    pub(super) fn of_person(&self, sample: u32) -> u64 {
        self.of_person.get(&sample).copied().unwrap_or(0)
    }

    /// Errors of a trio in which one of the three is implicated.
    pub(super) fn of_trio(&self, trio: usize, who: Who) -> u64 {
        errors(&self.answer, trio, who)
    }

    /// The same of the codes that plink 1.9 has.
    pub(super) fn of_plink(&self, trio: usize, who: Who) -> u64 {
        Code::all()
            .filter(|&code| code.is_plink() && who.is_implicated(code))
            .map(|code| u64::from(self.answer.of_trio(trio, code)))
            .sum()
    }

    /// Fathers and mothers with their children, in the order of the trios.
    pub(super) fn families(&self) -> Vec<Family> {
        let mut families: Vec<Family> = Vec::new();
        for (place, trio) in self.plan.trios().iter().enumerate() {
            match families.last_mut() {
                Some(f) if (f.father, f.mother) == (trio.father, trio.mother) => {
                    f.trios.end = place + 1;
                }
                _ => families.push(Family {
                    father: trio.father,
                    mother: trio.mother,
                    trios: place..place + 1,
                }),
            }
        }
        families
    }
}

fn errors(answer: &Answer, trio: usize, who: Who) -> u64 {
    Code::all()
        .filter(|&code| who.is_implicated(code))
        .map(|code| u64::from(answer.of_trio(trio, code)))
        .sum()
}

/// Says that there is nothing to judge.
pub(super) fn needs_trios(inputs: &Inputs<'_>, there: bool) -> anyhow::Result<()> {
    if there {
        return Ok(());
    }
    bail!(
        "Mendel errors need people whose father and mother have genotypes too: {}",
        match (inputs.args.ped.is_some(), inputs.pedigree.is_empty()) {
            (false, true) => "the sample table records no parents; give the families with --ped",
            _ => "there is nobody like this in the store and the cohort",
        }
    )
}

/// A line for each family or trio, errors by code; or for each error.
pub(super) fn table(inputs: &Inputs<'_>, per: Per, style: Style) -> anyhow::Result<()> {
    if per == Per::Error {
        return mendel_errors::table(inputs, style);
    }
    let mendel = Mendel::count(inputs)?;
    needs_trios(inputs, mendel.is_some())?;
    let Some(mendel) = mendel else { return Ok(()) };
    let text = |name: &str| Column::new(name, Kind::Text { nullable: true });
    let mut columns = vec![text("FAMILY"), text("FATHER"), text("MOTHER")];
    columns.push(match per {
        Per::Family => Column::new("CHILDREN", Kind::UInt),
        _ => text("CHILD"),
    });
    columns.push(Column::new("ERRORS", Kind::UInt));
    columns.extend(Code::all().map(|c| Column::new(format!("CODE_{}", c.number()), Kind::UInt)));
    let table = inputs.store.samples();
    let id = |sample: u32| table.id(sample as usize).unwrap_or(".");
    let mut batch = Batch::empty(&columns);
    let mut line = |family: &Family, trios: Range<usize>, child: Option<u32>| {
        let mut cells = batch.row();
        cells.text(family_of(inputs, &mendel, &trios));
        cells.text(id(family.father));
        cells.text(id(family.mother));
        match child {
            Some(child) => cells.text(id(child)),
            None => cells.uint(trios.len() as u64),
        }
        let of = |code| -> u64 {
            let of_trio = |t| u64::from(mendel.answer.of_trio(t, code));
            trios.clone().map(of_trio).sum()
        };
        cells.uint(Code::all().map(of).sum());
        Code::all().map(of).for_each(|n| cells.uint(n));
    };
    for family in mendel.families() {
        if per == Per::Family {
            line(&family, family.trios.clone(), None);
            continue;
        }
        for t in family.trios.clone() {
            let child = mendel.plan.trios().get(t).map(|trio| trio.child);
            line(&family, t..t + 1, child);
        }
    }
    let format = style.format(columns);
    let mut writer = Writer::begin(format.as_ref(), inputs.target()?)?;
    writer.append(format.encode(batch)?)?;
    writer.finish()
}

/// The family id of the first child of some trios; `0` where none is given.
pub(super) fn family_of<'i>(
    inputs: &'i Inputs<'_>,
    mendel: &Mendel<'_>,
    trios: &Range<usize>,
) -> &'i str {
    let child = mendel.plan.trios().get(trios.start).map(|t| t.child);
    child.map_or("0", |child| family_id(inputs, child))
}

/// The family id of a sample.
pub(super) fn family_id<'i>(inputs: &'i Inputs<'_>, sample: u32) -> &'i str {
    let person = inputs.pedigree.of_sample(sample);
    person.map_or("0", |p| p.family.as_str())
}
