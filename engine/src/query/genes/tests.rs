//! Genes of a store by any of their names, against looking at every row.
#![allow(clippy::unwrap_used, reason = "a test may panic, its helpers too")]

use std::path::Path;

use proptest::prelude::*;

use super::*;
use crate::format::annotations::ColumnBuilder;
use crate::format::disk::OsDisk;
use crate::format::manifest::{
    ColumnEntry, ColumnType, ContigEntry, LayerEntry, LayerKind, Manifest,
};
use crate::format::row::encode_row;
use crate::format::samples::SampleTableBuilder;
use crate::format::sites::SiteBuf;
use crate::genotype::CallPlanes;
use crate::knowledge::{Genes, Knowledge};
use crate::query::columns::{rows_where, values};
use crate::store::StoreWriter;

const GENES: &[u8] = b"hgnc_id\tsymbol\tname\taliases\talias_names\tprevious\tprevious_names\tformer_ids\tlocus_type\tcytoband\tensembl\tentrez\tuniprot\tomim\tmane_select\tgrch38\tgrch37\tstrand\tpli\tloeuf\tmis_z\ttier\tmodalities\tacmg_sf
HGNC:1\tNEWA\tA\tALA|TWIN\t\tOLDA\t\t\tgene with protein product\t\tENSG01\t11\t\t\t\t1:10-30\t\t+\t\t\t\t\t\t
HGNC:2\tNEWB\tB\tALB|TWIN|NEWC\t\t\t\t\tgene with protein product\t\tENSG02\t12\t\t\t\t1:300-400\t\t+\t\t\t\t\t\t
HGNC:3\tNEWC\tC\t\t\t\t\t\tgene with protein product\t\tENSG03\t13\t\t\t\t\t\t+\t\t\t\t\t\t
";

fn known() -> Knowledge {
    Knowledge::from_tables([("genes.tsv", GENES)]).unwrap()
}

fn text_column(name: &str) -> ColumnEntry {
    ColumnEntry {
        name: name.to_owned(),
        kind: ColumnType::Text,
        number: ".".to_owned(),
        description: String::new(),
        terms: false,
    }
}

/// What a layer says: its name, its columns, and of each shard and row the value of each column.
type Said<'a> = (&'a str, &'a [&'a str], &'a [Vec<Vec<&'a str>>]);

/// A store of shards on contig 1 with a row at 10, 20 and so on, and layers.
fn store(root: &Path, rows: &[usize], layers: &[Said<'_>], table: &[StoreGene]) -> Store {
    let writer = StoreWriter::create(&OsDisk, root, false).unwrap();
    let samples = SampleTableBuilder::new(["S".to_owned()]).unwrap();
    let samples = samples.finish().unwrap();
    let samples = writer
        .write_table("samples.arrow", samples.batch())
        .unwrap();
    let mut manifest = Manifest {
        generation: writer.generation(),
        contigs: vec![ContigEntry {
            name: "chr1".to_owned(),
            length: None,
        }],
        ..Manifest::new("GRCh38".to_owned(), 1, samples)
    };
    let mut pos = 0;
    for (number, &n) in rows.iter().enumerate() {
        let mut shard = writer.shard(number, (0, "chr1"), 1).unwrap();
        for row in 0..n {
            pos += 10;
            let site = SiteBuf {
                pos,
                end: pos,
                id: ".".to_owned(),
                reference: "A".to_owned(),
                alternate: "C".to_owned(),
                record: row as u32,
                allele: 1,
                alleles: 1,
                ..SiteBuf::default()
            };
            let calls = encode_row(&CallPlanes::new(1));
            shard.push(&site.as_site(), calls).unwrap();
        }
        let mut entry = shard.finish().unwrap();
        for (name, names, said) in layers {
            let columns: Vec<ColumnEntry> = names.iter().map(|n| text_column(n)).collect();
            let mut builders: Vec<_> = columns.iter().map(ColumnBuilder::new).collect();
            for (row, cells) in said[number].iter().enumerate() {
                for (builder, cell) in builders.iter_mut().zip(cells) {
                    builder.fill(row);
                    if !cell.is_empty() {
                        builder.push_text(cell);
                    }
                }
            }
            let files = writer.write_layer(number, name, &columns, builders, n);
            entry.layers.insert((*name).to_owned(), files.unwrap());
        }
        manifest.shards.push(entry);
    }
    for (name, names, _) in layers {
        manifest.layers.push(LayerEntry {
            name: (*name).to_owned(),
            kind: LayerKind::Columns,
            source: "test".to_owned(),
            columns: names.iter().map(|n| text_column(n)).collect(),
        });
    }
    if !table.is_empty() {
        let batch = GeneTable::batch(table.iter()).unwrap();
        let entry = writer.write_table("genes.arrow", &batch).unwrap();
        manifest.tables.insert(GENE_TABLE.to_owned(), entry);
    }
    writer.commit(&manifest).unwrap();
    Store::open(root).unwrap()
}

fn find<'s>(names: &GeneNames<'s>, text: &str) -> (Vec<(usize, u32)>, FoundBy) {
    let gene = names.find(text).unwrap();
    let (rows, by) = names.rows(&gene).unwrap();
    (rows.iter().collect(), by)
}

#[test]
fn every_name_leads_to_the_rows_of_old_and_new_symbols() {
    let dir = tempfile::tempdir().unwrap();
    let said = [vec![
        vec!["OLDA", "ENSG01.4"],
        vec!["NEWB,NEWC", "ENSG02,ENSG03"],
        vec!["NEWC", "ENSG03"],
        vec!["LOCAL", ""],
        vec!["", "GeneID:11"],
    ]];
    let layer: Said<'_> = ("consequence", &["GENE", "GENE_ID"], &said);
    let store = store(&dir.path().join("s"), &[5], &[layer], &[]);
    let knowledge = known();
    let genes: &Genes = knowledge.genes().unwrap();
    let names = GeneNames::new(&store, Some(genes)).unwrap();
    for asked in [
        "NEWA", "newa", "OLDA", "ALA", "HGNC:1", "ENSG01", "ENSG01.9", "11",
    ] {
        let (rows, by) = find(&names, asked);
        assert_eq!(rows, [(0, 0), (0, 4)], "{asked}");
        assert_eq!(by, FoundBy::Column);
    }
    let note = names.find("OLDA").unwrap().note.unwrap();
    assert!(
        note.contains("NEWA was asked for as OLDA, a previous symbol"),
        "{note}"
    );
    // NEWC is an alias of NEWB, but it is a gene of its own.
    assert_eq!(find(&names, "NEWB").0, [(0, 1)]);
    assert_eq!(find(&names, "NEWC").0, [(0, 1), (0, 2)]);
    assert_eq!(find(&names, "local").0, [(0, 3)]);
    let error = names.find("TWIN").unwrap_err().to_string();
    assert!(error.contains("NEWA, NEWB"), "{error}");
    let error = names.find("LOCALE").unwrap_err().to_string();
    assert!(error.contains("did you mean LOCAL?"), "{error}");
    let error = names.find("NEWAA").unwrap_err().to_string();
    assert!(error.contains("NEWA"), "{error}");
    assert_eq!(names.also_called("NEWA"), Some(vec!["OLDA".to_owned()]));
    assert_eq!(names.also_called("OLDA"), None);
    assert_eq!(names.also_called("NOTHING"), None);
}

#[test]
fn places_stand_in_where_no_column_tells() {
    let dir = tempfile::tempdir().unwrap();
    let knowledge = known();
    let genes: &Genes = knowledge.genes().unwrap();
    let bare = store(&dir.path().join("bare"), &[3, 3], &[], &[]);
    let names = GeneNames::new(&bare, Some(genes)).unwrap();
    // By what is known of GRCh38: 1:10-30.
    let (rows, by) = find(&names, "OLDA");
    assert_eq!(rows, [(0, 0), (0, 1), (0, 2)]);
    assert!(matches!(by, FoundBy::Known(place) if place.to_string() == "1:10-30"));
    assert_eq!(find(&names, "NEWB").0, []);
    let gene = names.find("NEWC").unwrap();
    let error = names.rows(&gene).unwrap_err().to_string();
    assert!(error.contains("annotate --genes"), "{error}");
    // The store's own table comes before that; a symbol may lie in two places.
    let gene = |id: &str, symbol: &str, start, end| StoreGene {
        id: id.to_owned(),
        symbol: symbol.to_owned(),
        contig: "1".to_owned(),
        start,
        end,
        ..StoreGene::default()
    };
    let table = [
        gene("ENSG01", "OLDA", 30, 40),
        gene("X1", "LOCAL", 1, 10),
        gene("X2", "LOCAL", 60, 60),
    ];
    let store = store(&dir.path().join("table"), &[3, 3], &[], &table);
    let names = GeneNames::new(&store, Some(genes)).unwrap();
    let (rows, by) = find(&names, "NEWA");
    assert_eq!(rows, [(0, 2), (1, 0)]);
    assert!(matches!(by, FoundBy::Table(places) if places.len() == 1));
    assert_eq!(find(&names, "local").0, [(0, 0), (1, 2)]);
    assert_eq!(find(&names, "x2").0, [(1, 2)]);
    assert_eq!(
        GeneTable::open(&store).unwrap().unwrap().gene(0),
        Some(table[0].clone())
    );
}

fn cell() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec!["", "", "A", "B", "A,B", "B&C", "C;A", ".", "AB"])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Set algebra over bitmaps gives what a look at each row gives, with one layer standing in
    /// where the other says nothing.
    #[test]
    fn rows_by_value_are_those_of_each_row(
        shards in prop::collection::vec(prop::collection::vec((cell(), cell()), 1..20), 1..4),
        wanted in prop::sample::subsequence(vec!["A", "B", "C", "AB", "D"], 0..4),
        genes_first in any::<bool>(),
    ) {
        let dir = tempfile::tempdir().unwrap();
        let of = |second: bool| -> Vec<Vec<Vec<&str>>> {
            let shard = |s: &Vec<(&'static str, &'static str)>| {
                s.iter().map(|c| vec![if second { c.1 } else { c.0 }]).collect()
            };
            shards.iter().map(shard).collect()
        };
        let (predicted, by_place) = (of(false), of(true));
        let mut layers: Vec<Said<'_>> = vec![
            ("consequence", &["GENE"], &predicted),
            (GENES_LAYER, &["GENE"], &by_place),
        ];
        if genes_first {
            layers.reverse();
        }
        let rows: Vec<usize> = shards.iter().map(Vec::len).collect();
        let store = store(&dir.path().join("s"), &rows, &layers, &[]);
        let found = rows_where(&store, "GENE", &|v| wanted.contains(&v)).unwrap();
        let column = GeneColumn::new(&store).unwrap();
        let mut all = std::collections::BTreeSet::new();
        for (s, shard) in shards.iter().enumerate() {
            for (row, (first, second)) in shard.iter().enumerate() {
                let text = if ["", "."].contains(first) { second } else { first };
                let parts: Vec<&str> = text
                    .split([',', '&', ';'])
                    .filter(|p| !p.is_empty() && *p != ".")
                    .collect();
                let holds = parts.iter().any(|p| wanted.contains(p));
                prop_assert_eq!(found.contains(s, row as u32), holds, "{}", text);
                let mut names = Vec::new();
                column.genes(&store.shards()[s], row as u32, &mut names).unwrap();
                prop_assert_eq!(&names, &parts);
                for text in [first, second] {
                    let parts = text.split([',', '&', ';']);
                    let parts = parts.filter(|p| !p.is_empty() && *p != ".");
                    all.extend(parts.map(str::to_owned));
                }
            }
        }
        prop_assert_eq!(values(&store, "GENE").unwrap(), all);
    }
}
