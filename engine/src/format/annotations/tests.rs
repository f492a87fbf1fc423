//! What is built comes back.

use std::path::Path;

use roaring::RoaringBitmap;

use super::{
    AnnotationTable, BitmapIndex, BitmapIndexBuilder, ColumnBuilder, Values, finish_table,
};
use crate::format::manifest::{ColumnEntry, ColumnType, LayerEntry, LayerKind};

fn column(name: &str, kind: ColumnType, number: &str) -> ColumnEntry {
    ColumnEntry {
        name: name.to_owned(),
        kind,
        number: number.to_owned(),
        description: String::new(),
        terms: false,
    }
}

#[test]
fn values_come_back_by_row() {
    let columns = vec![
        column("AC", ColumnType::Integer, "A"),
        column("AD", ColumnType::Integer, "R"),
        column("AF", ColumnType::Float, "."),
        column("CLNSIG", ColumnType::Text, "."),
        column("DB", ColumnType::Flag, "0"),
        column("EMPTY", ColumnType::Integer, "1"),
    ];
    let mut builders: Vec<ColumnBuilder> = columns.iter().map(ColumnBuilder::new).collect();
    builders[0].push_ints([Some(3)]);
    builders[0].push_ints([None]);
    builders[1].fill(2);
    builders[1].push_ints([Some(7), None]);
    builders[2].push_floats([Some(0.5), None]);
    for text in ["Benign", "Benign", "Benign", "Pathogenic"] {
        builders[3].push_text(text);
    }
    builders[4].fill(3);
    builders[4].push_flag(true);
    let layer = LayerEntry {
        name: "info".to_owned(),
        kind: LayerKind::Info,
        source: "a.vcf".to_owned(),
        columns,
    };
    let batch = finish_table(builders, 4).unwrap();
    let table = AnnotationTable::new(batch.clone(), Path::new("t"), &layer, 4).unwrap();
    assert_eq!(table.column(0).ints(0, -1), Some(vec![3]));
    assert_eq!(table.column(0).ints(1, -1), None);
    assert_eq!(table.column(1).ints(2, -1), Some(vec![7, -1]));
    assert_eq!(table.column(1).ints(3, -1), None);
    assert_eq!(table.column(2).floats(0, 9.0), Some(vec![0.5, 9.0]));
    assert!(matches!(table.column(3), Values::Terms(..)));
    assert_eq!(table.column(3).text(3), Some("Pathogenic"));
    assert_eq!(
        [0, 3, 4].map(|r| table.column(4).flag(r)),
        [false, true, false]
    );
    assert!(matches!(table.column(5), Values::Absent));
    assert!(AnnotationTable::new(batch, Path::new("t"), &layer, 5).is_err());
}

#[test]
fn bitmaps_come_back_by_value() {
    let mut index = BitmapIndexBuilder::default();
    for row in 0..1000u32 {
        index.add("impact", ["HIGH", "LOW"][usize::from(row % 3 == 0)], row);
    }
    index.add("gene", "BRCA2", 7);
    let batch = index.finish().unwrap().unwrap();
    let index = BitmapIndex::new(&batch, Path::new("i"), 1000).unwrap();
    let low: RoaringBitmap = (0..1000).step_by(3).collect();
    assert_eq!(index.rows("impact", "LOW").unwrap(), low);
    assert_eq!(index.count("impact", "HIGH"), 666);
    assert!(index.rows("impact", "MODERATE").unwrap().is_empty());
    let values: Vec<_> = index.values("impact").collect();
    assert_eq!(values, [("HIGH", 666), ("LOW", 334)]);
    assert!(index.has("gene") && !index.has("clinsig"));
    // Rows beyond the shard's are refused.
    let short = BitmapIndex::new(&batch, Path::new("i"), 500).unwrap();
    assert!(short.rows("impact", "LOW").is_err());
}
