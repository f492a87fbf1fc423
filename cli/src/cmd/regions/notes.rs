//! What should be told of regions in which there can be nothing.

use genodex_engine::genome::RegionSet;
use genodex_engine::store::Store;

use crate::cmd::Global;

/// Contigs that are named.
const SHOWN: usize = 5;

/// Says of which contigs the store has no variants, and which regions lie beyond the end of
/// their contig.
pub(super) fn say(regions: &RegionSet, store: &Store, global: &Global) {
    for text in notes(regions, store) {
        global.note(format_args!("note: {text}"));
    }
}

fn notes(regions: &RegionSet, store: &Store) -> Vec<String> {
    let contigs = &store.manifest().contigs;
    let mut there: Vec<&str> = (store.shards().iter())
        .filter_map(|s| contigs.get(s.entry().contig as usize))
        .map(|c| c.name.as_str())
        .collect();
    there.dedup();
    let mut out = Vec::new();
    for (contig, intervals) in regions.iter() {
        if !there.contains(&contig) {
            let named = there.iter().take(SHOWN).copied().collect::<Vec<_>>();
            let more = match there.len().saturating_sub(SHOWN) {
                0 => String::new(),
                n => format!(" and {n} more"),
            };
            out.push(format!(
                "the store has no variants of contig {contig}; it has those of {}{more}",
                named.join(", ")
            ));
            continue;
        }
        let length = contigs.iter().find(|c| c.name == contig);
        let Some(length) = length.and_then(|c| c.length) else {
            continue;
        };
        for interval in intervals.as_slice() {
            if interval.start.get() > length {
                let start = interval.start.get();
                out.push(format!(
                    "contig {contig} is {length} bases long: {contig}:{start} is beyond its end"
                ));
            }
        }
    }
    out
}
