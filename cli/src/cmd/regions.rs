//! Regions from `-r` and `-R`.

mod notes;

use std::path::{Path, PathBuf};

use anyhow::Context;
use genodex_engine::genome::region::{RegionFormat, read_regions};
use genodex_engine::genome::{ContigNames, RegionSet};
use genodex_engine::store::Store;
use genodex_indexer::sample_table::open_text;

use super::Global;

/// The regions that a question is about.
#[derive(clap::Args, Default)]
pub(crate) struct Regions {
    /// Only variants that overlap these regions: CHROM, CHROM:POS, CHROM:FROM-TO, with commas
    /// between them; 1-based, both ends included
    #[arg(short, long, value_name = "REGIONS", conflicts_with = "regions_file")]
    regions: Option<String>,
    /// Only variants that overlap the regions of a file: CHROM, FROM, TO separated by TABs
    /// (1-based, both ends included), or BED if its name ends in .bed
    #[arg(short = 'R', long, value_name = "FILE")]
    regions_file: Option<PathBuf>,
}

impl Regions {
    /// Whether there are any.
    pub(crate) const fn are_given(&self) -> bool {
        self.regions.is_some() || self.regions_file.is_some()
    }

    /// As [`parse`], on the contigs of a store.
    pub(crate) fn of_store(
        &self,
        store: &Store,
        global: &Global,
    ) -> anyhow::Result<Option<RegionSet>> {
        let contigs = store.manifest().contigs.iter().map(|c| c.name.as_str());
        let file = self.regions_file.as_deref();
        let regions = parse(self.regions.as_deref(), file, contigs, global)?;
        if let Some(regions) = &regions {
            notes::say(regions, store, global);
        }
        Ok(regions)
    }
}

/// Where variants have to start, or not.
#[derive(clap::Args)]
pub(crate) struct Targets {
    /// Only variants whose POS lies in these regions; ^ before the first: in none of them
    #[arg(
        short,
        long,
        value_name = "[^]REGIONS",
        conflicts_with = "targets_file"
    )]
    targets: Option<String>,
    /// As -t, with the regions of a file
    #[arg(short = 'T', long, value_name = "[^]FILE")]
    targets_file: Option<String>,
}

impl Targets {
    /// The regions, and whether they are those to leave out (`^`); `None` without.
    pub(crate) fn of_store(
        &self,
        store: &Store,
        global: &Global,
    ) -> anyhow::Result<Option<(RegionSet, bool)>> {
        let (text, file) = (self.targets.as_deref(), self.targets_file.as_deref());
        let not = text.or(file).is_some_and(|t| t.starts_with('^'));
        let plain = |t: &'_ str| t.strip_prefix('^').unwrap_or(t).to_owned();
        let (text, file) = (text.map(plain), file.map(plain).map(PathBuf::from));
        let contigs = store.manifest().contigs.iter().map(|c| c.name.as_str());
        let regions = parse(text.as_deref(), file.as_deref(), contigs, global)?;
        Ok(regions.map(|r| (r, not)))
    }
}

/// The regions that the user asked for; `None` where all are wanted. Contigs of a file that are
/// not there are said.
pub(crate) fn parse<'a>(
    text: Option<&str>,
    file: Option<&Path>,
    contigs: impl Iterator<Item = &'a str>,
    global: &Global,
) -> anyhow::Result<Option<RegionSet>> {
    let contigs = ContigNames::new(contigs);
    if let Some(text) = text {
        return Ok(Some(RegionSet::parse(text, &contigs)?));
    }
    let Some(path) = file else { return Ok(None) };
    let reader = open_text(path).with_context(|| format!("cannot open {}", path.display()))?;
    let found = read_regions(reader, RegionFormat::from_path(path), path, &contigs)?;
    for unknown in &found.unknown {
        global.note(format_args!(
            "note: {}: contig {} ({} lines) is not there",
            path.display(),
            unknown.name,
            unknown.lines
        ));
    }
    Ok(Some(found.regions))
}
