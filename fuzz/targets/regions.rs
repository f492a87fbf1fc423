//! Any text as regions: an error that can be shown, or regions in order.

use std::path::Path;

use genodex_engine::genome::region::{RegionFormat, read_regions};
use genodex_engine::genome::{ContigNames, RegionSet};

/// Parses the bytes as `-r` and as `-R`.
pub(crate) fn check(bytes: &[u8]) {
    let contigs = ContigNames::new(["1", "chr2", "HLA-A*01:01", "X"]);
    let text = String::from_utf8_lossy(bytes);
    match RegionSet::parse(&text, &contigs) {
        Ok(set) => {
            for (name, intervals) in set.iter() {
                assert!(contigs.find(name).is_some());
                assert!(!intervals.as_slice().is_empty());
            }
        }
        Err(e) => assert!(!e.to_string().is_empty()),
    }
    for format in [RegionFormat::Tab, RegionFormat::Bed] {
        if let Err(e) = read_regions(bytes, format, Path::new("fuzz"), &contigs) {
            assert!(!e.to_string().is_empty());
        }
    }
}
