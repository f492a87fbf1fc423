//! The SNPs and people of kinship, principal components and the like.

use std::path::PathBuf;

use anyhow::{Context, bail};
use genodex_engine::genotype::SampleSet;
use genodex_engine::query::panel::{SnpPlanes, autosomal_snps, read_planes, stored_panel};
use genodex_engine::query::rows::RowSet;
use genodex_engine::query::sets::VariantFinder;
use genodex_engine::store::Store;

use super::Global;
use super::regions::Regions;
use super::selection;
use crate::progress::Progress;

/// Which SNPs, and whose.
#[derive(clap::Args)]
#[command(next_help_heading = "SNPs and people")]
pub(crate) struct SnpArgs {
    /// All SNPs of chromosomes 1 to 22 with one ALT, instead of the store's panel (genodex panel)
    #[arg(long)]
    pub(crate) all_variants: bool,
    /// Only the variants that a file names, one a line: an ID, or CHROM:POS:REF:ALT
    #[arg(long, value_name = "FILE", conflicts_with = "all_variants")]
    pub(crate) extract: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) regions: Regions,
    /// Only people for whom an expression over the sample table holds, or @FILE of sample ids
    #[arg(short, long, value_name = "EXPR|@FILE")]
    pub(crate) include: Option<String>,
}

/// The people of an expression over the sample table or of a file, without those who have
/// withdrawn.
pub(crate) fn people(text: &str, store: &Store, global: &Global) -> anyhow::Result<SampleSet> {
    let spec = [format!("people={text}")];
    let found = selection::cohorts(&spec, store, global)?;
    Ok(found
        .into_iter()
        .next()
        .map_or_else(|| SampleSet::none(store.n_samples()), |c| c.1))
}

impl SnpArgs {
    /// The SNPs, by the store's order.
    pub(crate) fn rows(&self, store: &Store, global: &Global) -> anyhow::Result<RowSet> {
        let within = if self.regions.are_given() {
            let none = (&self.regions, None);
            Some(selection::rows(None, none, &[], store, global)?)
        } else {
            None
        };
        let rows = match &self.extract {
            Some(_) => {
                let named = self.named(store, global)?;
                match within {
                    Some(within) => named & &within,
                    None => named,
                }
            }
            None if self.all_variants || within.is_some() => {
                within.unwrap_or_else(|| RowSet::all(store))
            }
            None => match stored_panel(store)? {
                Some(panel) => panel,
                None => bail!(
                    "the store has no panel of SNPs: `genodex panel {}` makes one; or say which                      SNPs: --all-variants, --extract, -r or -R",
                    store.path().display()
                ),
            },
        };
        let snps = autosomal_snps(store, Some(&rows))?;
        let others = rows.len() - snps.len();
        if others > 0 && self.extract.is_some() {
            global.note(format_args!(
                "note: {others} of the variants are no SNPs of chromosomes 1 to 22 with one ALT, \
                 and are left out"
            ));
        }
        if snps.is_empty() {
            bail!("there is no SNP of chromosomes 1 to 22 with one ALT among these variants");
        }
        Ok(snps)
    }

    fn named(&self, store: &Store, global: &Global) -> anyhow::Result<RowSet> {
        let mut rows = RowSet::default();
        let Some(path) = &self.extract else {
            return Ok(rows);
        };
        let finder = VariantFinder::new(store);
        let (mut absent, mut first) = (0, None);
        for name in super::read_file(path)?.split_whitespace() {
            match finder.find(name)? {
                Some(found) => rows.insert(found.shard as usize, found.row),
                None => {
                    absent += 1;
                    first.get_or_insert_with(|| name.to_owned());
                }
            }
        }
        if let Some(name) = first {
            global.note(format_args!(
                "note: {}: the store does not have {absent} of the variants ({name} is the first)",
                path.display()
            ));
        }
        Ok(rows)
    }

    /// The people asked for.
    pub(crate) fn people(&self, store: &Store, global: &Global) -> anyhow::Result<SampleSet> {
        let people = match &self.include {
            Some(text) => people(text, store, global).context("--include")?,
            None => store.active().clone(),
        };
        if people.is_empty() {
            bail!("nobody is left to compare: --include holds for no one");
        }
        Ok(people)
    }
}

/// Genotypes of people at SNPs.
pub(crate) fn planes(
    store: &Store,
    rows: &RowSet,
    people: Vec<u32>,
    global: &Global,
) -> anyhow::Result<SnpPlanes> {
    let progress = Progress::bar(global, "reading", rows.len(), "SNPs");
    Ok(read_planes(store, rows, people, &|n| progress.add(n))?)
}
