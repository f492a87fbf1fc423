//! What is built comes back.

use std::path::Path;

use roaring::RoaringBitmap;

use super::{
    AnnotationTable, BitmapIndex, BitmapIndexBuilder, ColumnBuilder, IRREGULAR, KEYS, SampleValues,
    Values, finish_table, index_categories,
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

/// The example of `docs/format.md`.
#[test]
fn the_documented_example_is_what_is_written() {
    let columns = vec![
        column("AC", ColumnType::Integer, "A"),
        column("DB", ColumnType::Flag, "0"),
    ];
    let mut ac = ColumnBuilder::new(&columns[0]);
    ac.push_ints([Some(1)]);
    let mut db = ColumnBuilder::new(&columns[1]);
    db.push_flag(true);
    let mut keys = ColumnBuilder::text(KEYS);
    keys.push_text("AC;DB");
    keys.fill(2);
    keys.push_text("AC");
    let mut irregular = ColumnBuilder::text(IRREGULAR);
    irregular.fill(2);
    irregular.push_text("AC=x");
    let batch = finish_table(vec![ac, db, keys, irregular], 3).unwrap();
    assert_eq!(batch.num_columns(), 4);
    let index = index_categories(&batch, &columns)
        .finish()
        .unwrap()
        .unwrap();
    assert_eq!(index.num_rows(), 1);
    let bytes = index
        .column(3)
        .as_any()
        .downcast_ref::<arrow_array::LargeBinaryArray>();
    let hex: Vec<String> = (bytes.unwrap().value(0).iter())
        .map(|b| format!("{b:02x}"))
        .collect();
    let documented = include_str!("../../../../docs/format.md");
    assert!(
        documented.contains(&format!("`{}`", hex.join(" "))),
        "{hex:?}"
    );
}

#[test]
fn categories_are_found_by_value_part_and_term() {
    let mut columns = vec![
        column("SIG", ColumnType::Text, "."),
        column("CONSEQUENCE", ColumnType::Text, "1"),
        column("LONG", ColumnType::Text, "1"),
    ];
    columns[1].terms = true;
    let mut builders: Vec<ColumnBuilder> = columns.iter().map(ColumnBuilder::new).collect();
    for (sig, so) in [("a,b", "x&y"), ("b", "x"), (".", "z")] {
        builders[0].push_text(sig);
        builders[1].push_text(so);
        builders[2].push_text(&sig.repeat(300));
    }
    let mut irregular = ColumnBuilder::text(IRREGULAR);
    irregular.fill(3);
    irregular.push_text("SIG=c,b;NEW=1");
    builders.push(irregular);
    let batch = finish_table(builders, 4).unwrap();
    let index = index_categories(&batch, &columns)
        .finish()
        .unwrap()
        .unwrap();
    let index = BitmapIndex::new(&index, Path::new("i"), 4).unwrap();
    let rows = |column, value| {
        index
            .rows(column, value)
            .unwrap()
            .iter()
            .collect::<Vec<_>>()
    };
    assert_eq!(rows("SIG", "b"), [0, 1, 3]);
    assert_eq!(rows("SIG", "a,b"), [0]);
    assert_eq!(rows("SIG", "c"), [3]);
    assert_eq!(rows("SIG", "."), [2, 3]);
    assert_eq!(rows("CONSEQUENCE", "x"), [0, 1]);
    assert_eq!(rows("CONSEQUENCE", "x&y"), [0]);
    assert_eq!(rows("CONSEQUENCE", "."), [3]);
    assert!(!index.has("LONG") && !index.has("NEW"));
}

#[test]
fn text_that_does_not_repeat_is_kept_by_row() {
    let columns = [column("A", ColumnType::Text, "1")];
    let mut builder = ColumnBuilder::new(&columns[0]);
    let value = |row: usize| format!("v{row}");
    (0..20_000).for_each(|row| builder.push_text(&value(row)));
    let batch = finish_table(vec![builder], 20_001).unwrap();
    let values = Values::new(batch.column(0)).unwrap();
    assert!(matches!(values, Values::Text(_)));
    assert!((0..20_000).all(|row| values.text(row) == Some(&value(row))));
    assert_eq!(values.text(20_000), None);
}

proptest::proptest! {
    #[test]
    fn values_of_samples_come_back(
        n_samples in 1usize..9,
        each in 0usize..4,
        range in proptest::sample::select(vec![2i32, 120, 130, 32_000, 40_000, i32::MAX]),
        seed in proptest::collection::vec(proptest::prelude::any::<i32>(), 40),
    ) {
        let n = n_samples * each;
        let int = |v: &i32| match v % 7 { 0 => i32::MIN, 1 => i32::MIN + 1, _ => v % range };
        let ints: Vec<i32> = seed[..n].iter().map(int).collect();
        let floats: Vec<u32> = seed[..n].iter().map(|v| v.cast_unsigned()).collect();
        let texts: Vec<String> = seed[..n_samples].iter().map(|v| (v % range).to_string()).collect();
        for values in [SampleValues::Ints(ints), SampleValues::Floats(floats), SampleValues::Text(texts)] {
            let bytes = values.encode(n_samples);
            proptest::prop_assert_eq!(SampleValues::decode(&bytes, n_samples), Ok(values));
            for len in 0..bytes.len() {
                proptest::prop_assert!(SampleValues::decode(&bytes[..len], n_samples).is_err());
            }
        }
    }

    #[test]
    fn any_bytes_decode_without_panic(bytes: Vec<u8>, n_samples in 0usize..300) {
        let _ = SampleValues::decode(&bytes, n_samples);
    }
}
