//! Regions from `-r` and `-R`.

use std::path::Path;

use anyhow::Context;
use genodex_engine::genome::region::{RegionFormat, read_regions};
use genodex_engine::genome::{ContigNames, RegionSet};
use genodex_indexer::sample_table::open_text;

use super::Global;

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
