//! Parquet and Arrow tables against the input.

use arrow_array::Array;
use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, Int32Type, UInt64Type};

use crate::common::{index, write};
use crate::made::{copies, counted, made};
use crate::read::{arrow, parquet};
use crate::{export, records};

#[test]
fn tables_have_typed_columns_and_the_counts_of_each_cohort() {
    let folder = tempfile::tempdir().unwrap();
    let made = made(3, 30, 50);
    let input = write(folder.path(), "in.vcf", &made.text);
    let store = folder.path().join("s.gdx");
    index(&input, &store);
    let (p, a) = (
        folder.path().join("t.parquet"),
        folder.path().join("t.arrow"),
    );
    let ids = write(folder.path(), "few.txt", "S1\nS4\nS20\n");
    let cohort = format!("few=@{}", ids.display());
    for path in [&p, &a] {
        let words = [
            "--cohort",
            &cohort,
            "-s",
            "S2,S3",
            "-o",
            path.to_str().unwrap(),
        ];
        export(&store, &words);
    }
    let (p, a) = (parquet(&p), arrow(&a));
    let batch = &p[0];
    assert_eq!((p.len(), a.len()), (1, 1));
    assert_eq!(batch.columns(), a[0].columns());
    let rows: Vec<(usize, usize)> = (made.alts.iter().enumerate())
        .flat_map(|(i, &alts)| (1..=alts).map(move |alt| (i, alt)))
        .collect();
    assert_eq!(batch.num_rows(), rows.len());
    let column = |name: &str| {
        batch
            .column_by_name(name)
            .unwrap_or_else(|| panic!("{name}"))
    };
    let uint = |name: &str, i: usize| column(name).as_primitive::<UInt64Type>().value(i);
    let all: Vec<usize> = (0..30).collect();
    for (name, of) in [
        ("few", &[1, 4, 20][..]),
        ("SAMPLES", &[2, 3]),
        ("ALL", &all),
    ] {
        for (i, &(row, alt)) in rows.iter().enumerate() {
            let calls: Vec<&str> = of.iter().map(|&s| made.calls[row][s]).collect();
            let (ac, an) = counted(&calls, alt);
            let found = (
                uint(&format!("AC_{name}"), i),
                uint(&format!("AN_{name}"), i),
            );
            assert_eq!(found, (ac, an), "{name} {i}");
            let af = column(&format!("AF_{name}")).as_primitive::<Float64Type>();
            assert_eq!(af.is_null(i), an == 0);
            assert!(an == 0 || af.value(i) == ac as f64 / an as f64);
            let of = |n: i8| calls.iter().filter(|c| copies(c, alt, 3) == n).count() as u64;
            let label = |what: &str| uint(&format!("{what}_{name}"), i);
            assert_eq!(
                [label("HET"), label("HOM"), label("HEMI"), label("MISSING")],
                [of(1), of(2), of(3), of(-1)],
                "{name} {i} {calls:?}"
            );
        }
    }
    let lines = records(&made.text);
    for (i, &(row, alt)) in rows.iter().enumerate() {
        let fields: Vec<&str> = lines[row + 1].split('\t').collect();
        assert_eq!(uint("POS", i).to_string(), fields[1]);
        let alts: Vec<&str> = fields[4].split(',').collect();
        assert_eq!(column("ALT").as_string::<i32>().value(i), alts[alt - 1]);
        let depth = column("DP").as_primitive::<Int32Type>();
        let said = fields[7].split(';').find_map(|f| f.strip_prefix("DP="));
        assert_eq!(
            depth
                .is_valid(i)
                .then(|| depth.value(i).to_string())
                .as_deref(),
            said
        );
        let list = column("XS").as_list::<i32>();
        assert_eq!(list.is_valid(i), fields[7].contains("XS="));
        if list.is_valid(i) {
            let texts = list.value(i);
            let texts: Vec<_> = texts.as_string::<i32>().iter().flatten().collect();
            assert_eq!(texts, ["a", "b"]);
        }
        assert_eq!(column("FL").as_boolean().value(i), fields[7].contains("FL"));
    }
    let few = folder.path().join("few.arrow");
    export(
        &store,
        &[
            "--columns",
            "pos,INFO/DP,AC_ALL",
            "-o",
            few.to_str().unwrap(),
        ],
    );
    let names: Vec<String> = arrow(&few)[0]
        .schema()
        .fields()
        .iter()
        .map(|f| f.name().clone())
        .collect();
    assert_eq!(names, ["POS", "DP", "AC_ALL"]);
}
