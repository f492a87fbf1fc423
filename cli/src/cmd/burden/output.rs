//! Where the results of sets go.

use anyhow::Context;
use genodex_engine::association::Analysis;
use genodex_engine::query::burden::SetAnswer;
use genodex_engine::query::sets::VariantSets;
use genodex_engine::store::Store;

use super::{Args, table};
use crate::cmd::Global;
use crate::cmd::association::output::Output;
use crate::cmd::association::{number_of, regenie};

/// An output that was begun, and what names its rows.
pub(super) struct Results<'o> {
    store: &'o Store,
    traits: Vec<String>,
    sets: &'o VariantSets,
    to: Output,
}

impl<'o> Results<'o> {
    pub(super) fn begin(
        args: &Args,
        store: &'o Store,
        analysis: &Analysis,
        sets: &'o VariantSets,
    ) -> anyhow::Result<Self> {
        let masks = sets
            .masks
            .iter()
            .map(|m| (m.name.clone(), m.categories.clone()));
        let masks: Vec<(String, String)> = masks.collect();
        let how = (args.format, args.output.as_deref());
        Ok(Self {
            store,
            traits: analysis.traits.iter().map(|t| t.name.clone()).collect(),
            sets,
            to: Output::begin(how, analysis, table::columns(), &masks)?,
        })
    }

    pub(super) fn append(&mut self, answer: &SetAnswer) -> anyhow::Result<()> {
        let set = (self.sets.sets.get(answer.set)).context("an answer of no set")?;
        let contig = self.store.manifest().contigs.get(set.contig as usize);
        let contig = contig.map_or(".", |c| c.name.as_str());
        match &mut self.to {
            Output::Regenie(files) => {
                let chromosome = number_of(contig);
                for row in &answer.rows {
                    let mask = answer.masks.get(row.mask);
                    let name = mask.map_or("", |m| m.name.as_str());
                    let line = regenie::Line {
                        chromosome: &chromosome,
                        position: set.position,
                        id: [&set.name, if name.is_empty() { "" } else { "." }, name],
                        alleles: ["ref", mask.map_or("", |m| m.allele.as_str())],
                        frequency: row.frequency,
                        people: row.people,
                        test: row.test.regenie_name(),
                        outcome: &row.outcome,
                    };
                    files.append(row.trait_index, &line)?;
                }
                Ok(())
            }
            Output::Table(to) => {
                let place = (set.name.as_str(), contig, set.position);
                to.append(|batch| table::add(batch, &self.traits, place, answer))
            }
        }
    }

    pub(super) fn finish(self, global: &Global) -> anyhow::Result<()> {
        self.to.finish(global)
    }
}
