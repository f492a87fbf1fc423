//! Fields typed, split and put back together.

use std::path::Path;

use genodex_engine::format::manifest::ColumnType;
use proptest::prelude::*;

use super::{InfoColumns, InfoSelection, Of, RecordInfo};
use crate::import::{ImportError, Tallies, Tally};
use crate::reader::{FieldLine, InfoValue, field_lines, merge_header};

const HEADER: &str = "##fileformat=VCFv4.2
##INFO=<ID=AC,Number=A,Type=Integer,Description=\"Copies\">
##INFO=<ID=AD,Number=R,Type=Integer,Description=\"Depths\">
##INFO=<ID=GL,Number=G,Type=Float,Description=\"Likelihoods\">
##INFO=<ID=DP,Number=1,Type=Integer,Description=\"Depth\">
##INFO=<ID=DB,Number=0,Type=Flag,Description=\"dbSNP\">
##INFO=<ID=ANN,Number=.,Type=String,Description=\"a, \\\"b\\\"\",IDX=7>
##INFO=<ID=SIG,Number=A,Type=String,Description=\"\">
#CHROM
";

fn lines() -> Vec<FieldLine> {
    field_lines(HEADER, "INFO")
}

/// A record's rows as text, and what does not fit.
fn rows(info: &str, n_alts: usize) -> (Vec<Vec<String>>, RecordInfo, Tallies) {
    let mut columns = InfoColumns::new(Of::Info);
    let source = columns
        .add_lines(Path::new("t"), &lines(), &InfoSelection::All)
        .unwrap();
    let (mut record, mut tallies) = (RecordInfo::default(), Tallies::default());
    for field in info.split(';') {
        let (key, value) = match field.split_once('=') {
            Some((key, value)) => (key, InfoValue::Text(value)),
            None => (field, InfoValue::None),
        };
        record.push(key, value, &source, n_alts, &mut tallies);
    }
    let out = (1..=n_alts)
        .map(|allele| {
            let mut shard = super::ShardInfo::default();
            shard.push(columns.columns(), Some(&record), allele as u16, true);
            shown(shard, &columns)
        })
        .collect();
    (out, record, tallies)
}

fn shown(shard: super::ShardInfo, columns: &InfoColumns) -> Vec<String> {
    let (values, rows) = shard.finish().unwrap();
    let batch = genodex_engine::format::annotations::finish_table(values, rows).unwrap();
    let layer = columns.layer(true).unwrap();
    let table =
        genodex_engine::format::annotations::AnnotationTable::new(batch, Path::new("t"), &layer, 1)
            .unwrap();
    let text = |i: usize| {
        let v = table.column(i);
        let join = |v: Vec<String>| v.join(",");
        match layer.columns[i].kind {
            ColumnType::Integer => v
                .ints(0, i32::MIN)
                .map(|v| join(v.iter().map(ToString::to_string).collect())),
            ColumnType::Float => v
                .floats(0, f32::NAN)
                .map(|v| join(v.iter().map(ToString::to_string).collect())),
            ColumnType::Text => v.text(0).map(str::to_owned),
            ColumnType::Flag => v.flag(0).then(|| "set".to_owned()),
        }
    };
    let named = (0..layer.columns.len())
        .filter_map(|i| Some(format!("{}={}", layer.columns[i].name, text(i)?)));
    named.collect()
}

#[test]
fn values_are_split_by_alt() {
    let (rows, record, tallies) = rows(
        "DP=9;AC=3,5;AD=7,8,9;GL=0.5,1,2,3,4,5;DB;ANN=x,y;SIG=b,.",
        2,
    );
    assert_eq!(
        rows,
        [
            vec![
                "AC=3",
                "AD=7,8",
                "GL=0.5,1,2",
                "DP=9",
                "DB=set",
                "ANN=x,y",
                "SIG=b"
            ],
            vec![
                "AC=5",
                "AD=7,9",
                "GL=0.5,3,5",
                "DP=9",
                "DB=set",
                "ANN=x,y",
                "SIG=."
            ],
        ]
    );
    assert_eq!(record.keys, "DP;AC;AD;GL;DB;ANN;SIG");
    // No row has the likelihoods of both ALTs.
    assert_eq!(
        (record.irregular.as_str(), tallies),
        ("GL=0.5,1,2,3,4,5", Tallies::default())
    );
}

#[test]
fn what_does_not_fit_is_kept_as_written() {
    let info = "AC=1;DP=a;DB=1;DP=3;NEW=x;GL=1,2,3;AD";
    let (rows, record, tallies) = rows(info, 2);
    assert_eq!(rows[0], ["GL=1,2"]);
    assert_eq!(rows[1], ["GL=1,3"]);
    assert_eq!(record.irregular, "AC=1;DP=a;DB=1;DP=3;NEW=x;GL=1,2,3;AD");
    assert_eq!(record.keys, "AC;DP;DB;DP;NEW;GL;AD");
    let n = |tally| tallies.get(tally);
    assert_eq!(n(Tally::InfoNumber), 1);
    assert_eq!(n(Tally::InfoType), 3);
    assert_eq!(n(Tally::RepeatedInfo), 1);
    assert_eq!(n(Tally::UndeclaredInfo), 1);
    // Beyond BCF's whole numbers.
    let (_, record, _) = self::rows("DP=2147483648", 1);
    assert_eq!(record.irregular, "DP=2147483648");
    let (_, record, _) = self::rows("DP=-2147483648", 1);
    assert_eq!(record.irregular, "DP=-2147483648");
}

#[test]
fn selections_name_fields_and_conflicts() {
    let add = |selection: InfoSelection| {
        let mut columns = InfoColumns::new(Of::Info);
        let source = columns.add_lines(Path::new("t"), &lines(), &selection);
        source.map(|_| {
            let names = columns.columns().iter().map(|c| c.name.clone());
            names.collect::<Vec<_>>().join(",")
        })
    };
    let names = |list: &str| list.split(',').map(str::to_owned).collect();
    assert_eq!(add(InfoSelection::Only(names("DP,AC"))).unwrap(), "AC,DP");
    assert_eq!(
        add(InfoSelection::Except(names("GL,ANN,SIG"))).unwrap(),
        "AC,AD,DP,DB"
    );
    assert_eq!(add(InfoSelection::None).unwrap(), "");
    let error = add(InfoSelection::Only(names("SIGG"))).unwrap_err();
    assert!(error.to_string().contains("did you mean SIG?"), "{error}");
    let mut columns = InfoColumns::new(Of::Info);
    columns
        .add_lines(Path::new("a"), &lines(), &InfoSelection::All)
        .unwrap();
    let mut other = lines();
    other[3].kind = "Float".to_owned();
    let error = columns
        .add_lines(Path::new("b"), &other, &InfoSelection::All)
        .unwrap_err();
    assert!(matches!(error, ImportError::FieldConflict { .. }));
    assert!(error.to_string().contains("--info ^DP"), "{error}");
}

#[test]
fn headers_are_joined() {
    let mut text = String::new();
    merge_header(&mut text, HEADER);
    assert!(text.contains("Description=\"a, \\\"b\\\"\">\n"), "{text}");
    let before = text.clone();
    merge_header(&mut text, HEADER);
    assert_eq!(text, before);
    merge_header(
        &mut text,
        "##fileformat=VCFv4.3\n##INFO=<ID=NEW,Number=1>\n##INFO=<ID=AC,Number=1>\n##x=y\n",
    );
    assert_eq!(text, format!("{before}##INFO=<ID=NEW,Number=1>\n"));
}

proptest! {
    /// Against splitting the text itself.
    #[test]
    fn any_values_come_back_by_row(
        n_alts in 1usize..5,
        values in prop::collection::vec(prop::option::of(-1000i32..1000), 15),
        diploid: bool,
    ) {
        let text = |n: usize| {
            let parts = values[..n].iter().map(|v| v.map_or(".".to_owned(), |v| v.to_string()));
            parts.collect::<Vec<_>>()
        };
        let n_genotypes = if diploid { (n_alts + 1) * (n_alts + 2) / 2 } else { n_alts + 1 };
        let (ac, ad, gl) = (text(n_alts), text(n_alts + 1), text(n_genotypes));
        let info = format!("AC={};AD={};GL={}", ac.join(","), ad.join(","), gl.join(","));
        let (rows, record, tallies) = rows(&info, n_alts);
        let whole = if n_alts > 1 { format!("GL={}", gl.join(",")) } else { String::new() };
        prop_assert_eq!(&record.irregular, &whole);
        prop_assert_eq!(tallies, Tallies::default());
        for (i, row) in rows.iter().enumerate() {
            let a = i + 1;
            let mut expected = Vec::new();
            if ac[i] != "." {
                expected.push(format!("AC={}", ac[i]));
            }
            let shown = |v: &str, missing: &str| if v == "." { missing.to_owned() } else { v.to_owned() };
            let int = |v: &str| shown(v, &i32::MIN.to_string());
            expected.push(format!("AD={},{}", int(&ad[0]), int(&ad[a])));
            let picks = if diploid {
                // The order of the specification, spelled out.
                let mut order = Vec::new();
                for k in 0..=n_alts { for j in 0..=k { order.push((j, k)); } }
                let at = |g| order.iter().position(|o| *o == g).unwrap();
                vec![at((0, 0)), at((0, a)), at((a, a))]
            } else { vec![0, a] };
            let gl: Vec<String> = picks.iter().map(|&p| shown(&gl[p], "NaN")).collect();
            expected.push(format!("GL={}", gl.join(",")));
            prop_assert_eq!(row, &expected);
        }
    }
}
