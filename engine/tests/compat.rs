//! Stores that released versions wrote are read: one small store for each version of the format,
//! written by that version, in `compat/v<N>`.
#![allow(clippy::unwrap_used, reason = "a test may panic, its helpers too")]

use std::path::Path;

use genodex_engine::format::manifest::{FORMAT_VERSION, OLDEST_VERSION};
use genodex_engine::store::{Store, verify};

/// What the store of each version holds: position, ALT, ALT's copies and alleles called.
const ROWS: [(u32, &str, u64, u64); 4] = [
    (10, "C", 3, 5),
    (10, "<DEL>", 1, 5),
    (20, "A", 1, 3),
    (5, "*", 3, 5),
];

#[test]
fn stores_of_all_versions_are_read() {
    for version in OLDEST_VERSION..=FORMAT_VERSION {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/compat/v{version}"));
        let report = verify(&root, &|_| ()).unwrap();
        assert!(report.damage.is_empty(), "{:?}", report.damage);
        assert_eq!(report.rows, 4);
        let store = Store::open(&root).unwrap();
        assert_eq!(store.manifest().format_version, version);
        assert_eq!(store.samples().id(2), Some("S3"));
        assert_eq!(
            store
                .samples()
                .sexes()
                .1
                .bitmap()
                .iter()
                .collect::<Vec<_>>(),
            [0]
        );
        let mut rows = Vec::new();
        for shard in store.shards() {
            let sites = shard.sites().unwrap();
            rows.extend((0..sites.len()).map(|row| {
                let (site, counts) = (sites.site(row), sites.counts(row));
                let copies = (counts.allele_count(), counts.allele_number());
                (site.pos, site.alternate.to_owned(), copies.0, copies.1)
            }));
        }
        let rows: Vec<_> = rows.iter().map(|r| (r.0, r.1.as_str(), r.2, r.3)).collect();
        assert_eq!(rows, ROWS);
        if version > 1 {
            has_annotations(&store);
        }
    }
}

/// From version 2 on: INFO, the header and the bitmaps.
fn has_annotations(store: &Store) {
    assert!(
        store
            .header()
            .unwrap()
            .starts_with("##fileformat=VCFv4.2\n")
    );
    let (layer, shard) = (&store.layers()[0], &store.shards()[0]);
    let names: Vec<&str> = layer.columns.iter().map(|c| c.name.as_str()).collect();
    assert_eq!(names, ["AC", "AF", "DP", "CLNSIG", "DB", "END"]);
    let table = shard.layer(0, layer).unwrap().unwrap();
    assert_eq!(table.column(0).ints(1, 0), Some(vec![1]));
    assert_eq!(table.column(1).floats(0, 0.0), Some(vec![0.6]));
    assert_eq!(table.column(3).text(0), Some("Benign,Pathogenic"));
    assert!(table.column(4).flag(2));
    assert_eq!(table.keys(2), Some("DP;NEW;DB"));
    assert_eq!(table.irregular(2), Some("DP=x;NEW=1"));
    let index = shard.layer_index(0, layer).unwrap().unwrap();
    assert_eq!(
        index
            .rows("CLNSIG", "Benign")
            .unwrap()
            .iter()
            .collect::<Vec<_>>(),
        [0, 1]
    );
    let sites = shard.site_index().unwrap().unwrap();
    assert_eq!(sites.count("filter", "PASS"), 2);
    assert_eq!(sites.count("type", "other"), 1);
    assert_eq!(sites.count("maf", "singleton"), 2);
}
