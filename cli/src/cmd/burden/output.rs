//! Where results go: regenie's files, or a table.

use anyhow::Context;
use genodex_engine::association::Analysis;
use genodex_engine::query::burden::SetAnswer;
use genodex_engine::query::sets::VariantSets;
use genodex_engine::store::Store;

use super::{Args, table};
use crate::cmd::Global;
use crate::cmd::association::{Report, number_of, regenie};
use crate::output::{Batch, Choice, Target, Writer};

/// Where results go.
pub(super) struct Output<'o> {
    store: &'o Store,
    traits: Vec<String>,
    sets: &'o VariantSets,
    to: To,
}

enum To {
    Regenie(regenie::Files),
    Table(Box<dyn crate::output::Format>, Writer),
}

impl<'o> Output<'o> {
    pub(super) fn begin(
        args: &Args,
        store: &'o Store,
        analysis: &Analysis,
        sets: &'o VariantSets,
    ) -> anyhow::Result<Self> {
        let traits: Vec<String> = analysis.traits.iter().map(|t| t.name.clone()).collect();
        let path = args.output.as_deref();
        let style = match Choice::or_default_for(args.format, path) {
            Choice::General(style) => style,
            Choice::Report(Report::Regenie) => {
                let prefix =
                    path.context("--format regenie writes files: -o gives their prefix")?;
                let masks = sets.masks.iter();
                let masks: Vec<(String, String)> = masks
                    .map(|m| (m.name.clone(), m.categories.clone()))
                    .collect();
                let to = To::Regenie(regenie::Files::create(prefix, &traits, &masks)?);
                return Ok(Self {
                    store,
                    traits,
                    sets,
                    to,
                });
            }
        };
        let format = style.format(table::columns());
        let target = match path {
            Some(path) => Target::create(path)?,
            None => Target::stdout(),
        };
        let writer = Writer::begin(format.as_ref(), target)?;
        let to = To::Table(format, writer);
        Ok(Self {
            store,
            traits,
            sets,
            to,
        })
    }

    pub(super) fn append(&mut self, answer: &SetAnswer) -> anyhow::Result<()> {
        let set = self
            .sets
            .sets
            .get(answer.set)
            .context("an answer of no set")?;
        let contig = self.store.manifest().contigs.get(set.contig as usize);
        let contig = contig.map_or(".", |c| c.name.as_str());
        match &mut self.to {
            To::Regenie(files) => {
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
            To::Table(format, writer) => {
                let mut batch = Batch::empty(&table::columns());
                let place = (set.name.as_str(), contig, set.position);
                table::add(&mut batch, &self.traits, place, answer);
                writer.append(format.encode(batch)?)
            }
        }
    }

    pub(super) fn finish(self, global: &Global) -> anyhow::Result<()> {
        match self.to {
            To::Regenie(files) => {
                for path in files.finish()? {
                    global.note(format_args!("{}", path.display()));
                }
                Ok(())
            }
            To::Table(_, writer) => writer.finish(),
        }
    }
}
