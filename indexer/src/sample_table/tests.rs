//! Tables of every layout, the join, choosing and renaming.

use std::path::Path;

use genodex_engine::format::samples::{Column, Role, SampleTable, Sex};
use proptest::prelude::*;

use super::*;

fn parse(text: &str, format: SampleFileFormat) -> Result<SampleFile, SampleFileError> {
    SampleFile::parse(text.as_bytes(), format, Path::new("t"))
}

fn joined(text: &str, format: SampleFileFormat, ids: &[&str]) -> (SampleTable, JoinReport) {
    join(&parse(text, format).unwrap(), ids).unwrap()
}

fn column(table: &SampleTable, name: &str) -> Vec<String> {
    let column = table.column(table.find(name).unwrap()).unwrap();
    (0..table.len())
        .map(|s| column.text(s).unwrap_or_else(|| "-".to_owned()))
        .collect()
}

#[test]
fn a_table_with_a_header_is_joined_in_the_order_of_the_genotypes() {
    let text = "\u{feff}sample\tpop\tage\tbmi\tt2d\tcode\r\nS1\tJPT\t40\t20\tTRUE\t01\r\n\
                S2\tNA\t.\t21.5\tfalse\t02\r\n\r\nS3\tGBR\t7\tnan\t\tx y\r\n";
    let (table, report) = joined(text, SampleFileFormat::Header, &["S3", "S9", "S1"]);
    assert_eq!(
        table.names().collect::<Vec<_>>(),
        ["id", "pop", "age", "bmi", "t2d", "code"]
    );
    assert_eq!(column(&table, "sample"), ["S3", "S9", "S1"]);
    assert_eq!(column(&table, "pop"), ["GBR", "-", "JPT"]);
    assert_eq!(column(&table, "age"), ["7", "-", "40"]);
    assert_eq!(column(&table, "bmi"), ["-", "-", "20"]);
    assert_eq!(column(&table, "t2d"), ["-", "-", "true"]);
    assert_eq!(column(&table, "code"), ["x y", "-", "01"]);
    assert!(matches!(table.column(2), Some(Column::Int(_))));
    assert!(matches!(table.column(3), Some(Column::Float(_))));
    assert!(matches!(table.column(4), Some(Column::Bool(_))));
    assert!(matches!(
        table.role(Role::Population),
        Some(Column::Text(..))
    ));
    assert_eq!((report.matched, report.genotype_only), (2, 1));
    assert_eq!(report.table_only, ["S2"]);
    assert_eq!(report.sexes, None);
}

#[test]
fn csv_fields_may_be_quoted() {
    let text = "id,note,\"a,b\"\nS1,\"say \"\"hi\"\", ok\", 3\n\"S2\",\"\",4\n";
    let (table, _) = joined(text, SampleFileFormat::Csv, &["S1", "S2"]);
    assert_eq!(column(&table, "note"), ["say \"hi\", ok", "-"]);
    assert_eq!(column(&table, "a,b"), ["3", "4"]);
    let (table, _) = joined("id;x\nS1;2,5\n", SampleFileFormat::Csv, &["S1"]);
    assert_eq!(column(&table, "x"), ["2,5"]);
    for (bad, message) in [
        ("id,x\nS1,\"a\n", "line 2: a quote is not closed"),
        ("id,x\nS1,\"a\"b\n", "line 2: field 2 goes on"),
    ] {
        let error = parse(bad, SampleFileFormat::Csv).unwrap_err().to_string();
        assert!(error.contains(message), "{error}");
    }
    // Quotes that R puts around text in a TAB-separated file.
    let (table, _) = joined(
        "\"id\"\t\"x\"\n\"S1\"\t\"a\"\n",
        SampleFileFormat::Header,
        &["S1"],
    );
    assert_eq!(column(&table, "x"), ["a"]);
}

#[test]
fn the_panel_of_1000_genomes_is_read() {
    let text = "sample\tpop\tsuper_pop\tgender\t\t\nHG00096\tGBR\tEUR\tmale\n\
                NA18939\tJPT\tEAS\tfemale\t\t\n";
    let (table, report) = joined(text, SampleFileFormat::Header, &["NA18939", "HG00096"]);
    assert_eq!(column(&table, "super_population"), ["EAS", "EUR"]);
    assert_eq!((table.sex(0), table.sex(1)), (Sex::Female, Sex::Male));
    assert_eq!(report.sexes, Some([1, 1, 0]));
}

#[test]
fn psam_and_fam_have_missing_codes() {
    let psam = "##comment\n#FID IID PAT MAT SEX PHENO1 q\n0 a 0 0 1 2 -9\nf b a 0 2 0 1.5\n\
                f c 0 0 0 -9 0\nf d x y NA 1 -1\n";
    let (table, report) = joined(psam, SampleFileFormat::Psam, &["a", "b", "c", "d"]);
    assert_eq!(column(&table, "FID"), ["-", "f", "f", "f"]);
    assert_eq!(column(&table, "PHENO1"), ["2", "-", "-", "1"]);
    assert_eq!(column(&table, "q"), ["-", "1.5", "0", "-1"]);
    assert_eq!(report.sexes, Some([1, 1, 2]));
    // As plink2 2.00a3.5 counts them: whether a parent is in the data does not matter.
    assert_eq!(table.founders().bitmap().iter().collect::<Vec<_>>(), [0, 2]);
    let (males, females) = table.sexes();
    assert!(males.contains(0) && females.contains(1));

    let fam = "f a 0 0 1 -9\nf b a 0 2 1\n";
    for format in [SampleFileFormat::Fam, SampleFileFormat::Psam] {
        let (table, _) = joined(fam, format, &["b", "a"]);
        assert_eq!(column(&table, "PHENO1"), ["1", "-"]);
        assert_eq!(column(&table, "father"), ["a", "-"]);
        assert_eq!(table.founders().len(), 1);
    }
    // Without a 2 the coding is 0 and 1.
    let (table, _) = joined("#IID y\na 0\nb 1\n", SampleFileFormat::Psam, &["b", "a"]);
    assert_eq!(column(&table, "y"), ["1", "0"]);
}

#[test]
fn plink_names_in_a_vcf_are_found() {
    let (table, report) = joined(
        "f a 0 0 1 1\ng b 0 0 1 1\n",
        SampleFileFormat::Fam,
        &["g_b"],
    );
    assert_eq!(report.joined_by, JoinedBy::FamilyAndId);
    assert_eq!(report.table_only, ["a"]);
    assert_eq!(column(&table, "FID"), ["g"]);
}

#[test]
fn bad_tables_are_errors_that_say_where() {
    for (text, message) in [
        ("", "t: the file is empty"),
        ("#\t\n1\n", "t: line 1: the header names no column"),
        ("id\tx\n", "t: there is a header but no row"),
        (
            "id\tx\na\t1\nb\n",
            "t: line 3: 1 fields, but the header has 2",
        ),
        (
            "id\tx\na\t1\t2\n",
            "t: line 2: 3 fields, but the header has 2",
        ),
        (
            "id\tx\na\t1\n\nb\t2\na\t3\n",
            "t: line 5: sample \"a\" is already on line 2",
        ),
        (
            "id\tx\tx\n",
            "t: line 1: columns 2 and 3 are both named \"x\"",
        ),
        ("id\t\tx\n", "t: line 1: column 2 has no name"),
        ("id\tx\n\t1\n", "t: line 2: the sample id is empty"),
        (
            "IID\tid\na\t1\n",
            "t: line 1: column 2 is named \"id\", but the sample ids are in column 1",
        ),
    ] {
        let error = parse(text, SampleFileFormat::Header)
            .unwrap_err()
            .to_string();
        assert!(error.starts_with(message), "{error}");
    }
    let error = parse("f a 0 0\n", SampleFileFormat::Fam)
        .unwrap_err()
        .to_string();
    assert!(
        error.starts_with("t: line 1: 4 columns, but a .fam has 6"),
        "{error}"
    );
    let latin = SampleFile::parse(
        &b"id\na\xe9\n"[..],
        SampleFileFormat::Header,
        Path::new("t"),
    );
    assert_eq!(
        latin.unwrap_err().to_string(),
        "t: line 2: byte 2 is not UTF-8: save the file in UTF-8"
    );
    let file = parse("id\tx\na\t1\n", SampleFileFormat::Header).unwrap();
    let error = join(&file, &["b"]).unwrap_err().to_string();
    assert!(
        error.contains("the table has \"a\", the genotypes \"b\""),
        "{error}"
    );
    assert!(matches!(
        join(&file, &["a", "a"]),
        Err(SampleFileError::Table { .. })
    ));
}

#[test]
fn files_are_known_by_name_and_may_be_compressed() {
    use std::io::Write;

    for (name, format) in [
        ("a.psam", SampleFileFormat::Psam),
        ("a.FAM", SampleFileFormat::Fam),
        ("a.csv.gz", SampleFileFormat::Csv),
        ("panel", SampleFileFormat::Header),
    ] {
        assert_eq!(SampleFileFormat::from_path(Path::new(name)), format);
    }
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("x.tsv.gz");
    let mut writer = noodles_bgzf::io::Writer::new(std::fs::File::create(&path).unwrap());
    writer.write_all(b"id\tx\na\t1\n").unwrap();
    writer.finish().unwrap();
    assert_eq!(SampleFile::read(&path).unwrap().len(), 1);
    let whole = std::fs::read(&path).unwrap();
    for end in 2..whole.len() {
        std::fs::write(&path, &whole[..end]).unwrap();
        let error = SampleFile::read(&path).unwrap_err();
        assert!(matches!(error, SampleFileError::Io { .. }), "{error}");
    }
    assert!(matches!(
        SampleFile::read(&dir.path().join("no")),
        Err(SampleFileError::Io { .. })
    ));
}

#[test]
fn samples_are_chosen_as_bcftools_does() {
    let samples = ["a", "b", "c d", "HG001"];
    let list = |text| SampleChoice::from_list(text).columns(&samples);
    assert_eq!(list("b,a").unwrap(), [1, 0]);
    assert_eq!(list("^b").unwrap(), [0, 2, 3]);
    assert_eq!(
        list("HG01").unwrap_err().to_string(),
        "there is no sample \"HG01\" among the 4 of the file; did you mean \"HG001\"?"
    );
    assert!(matches!(list("a,a"), Err(SampleFileError::Repeated(_))));
    assert!(matches!(
        list("a,"),
        Err(SampleFileError::UnknownSample { .. })
    ));
    assert!(matches!(
        list("^zz"),
        Err(SampleFileError::UnknownSample { .. })
    ));
    assert!(matches!(
        list("^a,b,c d,HG001"),
        Err(SampleFileError::NoneLeft(_))
    ));
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("s.txt");
    std::fs::write(&path, "c d\nb\tmale\n").unwrap();
    let path = path.to_str().unwrap();
    let file = |prefix: &str| SampleChoice::from_file(&format!("{prefix}{path}")).unwrap();
    assert_eq!(file("").columns(&samples).unwrap(), [2, 1]);
    assert_eq!(file("^").columns(&samples).unwrap(), [0, 3]);
}

#[test]
fn samples_are_renamed_as_bcftools_does() {
    let rename = |text: &str| rename_samples(text.as_bytes(), Path::new("r"), &["a", "b", "c"]);
    let pairs = rename("b x\\ y\nq z\n").unwrap();
    assert_eq!(pairs.samples, ["a", "x y", "c"]);
    assert_eq!((pairs.renamed, pairs.unknown), (1, vec!["q".to_owned()]));
    assert_eq!(rename("a b\nb a\n").unwrap().samples, ["b", "a", "c"]);
    // A line that is no pair makes all of them names.
    assert_eq!(rename("x y\nz\nw\n").unwrap().samples, ["x y", "z", "w"]);
    for (text, message) in [
        ("x\ny\n", "r: 2 names for 3 samples"),
        ("", "r: there is no name in it"),
        ("q z\n", "r: no sample has any of its old names"),
        ("b a\n", "r: line 1: two samples would be named \"a\""),
        (
            "b x\nb y\n",
            "r: line 2: \"b\" is already renamed on line 1",
        ),
        ("x\nx\ny\n", "r: line 2: two samples would be named \"x\""),
    ] {
        let error = rename(text).unwrap_err().to_string();
        assert!(error.starts_with(message), "{error}");
    }
}

proptest! {
    #[test]
    fn any_text_is_an_error_or_a_table(text in "[a-c\t\n ,;\"#0-9\\\\é.-]{0,80}", kind in 0usize..4) {
        use SampleFileFormat::{Csv, Fam, Header, Psam};
        if let Ok(file) = parse(&text, [Header, Csv, Psam, Fam][kind]) {
            prop_assert!(!file.is_empty());
            let _ = join(&file, &["a", "b", "1"]);
        }
        let _ = rename_samples(text.as_bytes(), Path::new("r"), &["a", "b"]);
        let _ = SampleChoice::from_list(&text).columns(&["a", "b"]);
    }

    #[test]
    fn rows_follow_the_genotypes(order in Just((0..12).collect::<Vec<usize>>()).prop_shuffle(),
                                 take in 1usize..12, extra in 0usize..3) {
        let mut text = "x\tIID\tsex\n".to_owned();
        for i in 0..take {
            text += &format!("{i}\ts{i}\t{}\n", i % 3);
        }
        let ids: Vec<String> = order.iter().skip(extra).map(|i| format!("s{i}")).collect();
        let file = parse(&text, SampleFileFormat::Header).unwrap();
        let shared = order.iter().skip(extra).filter(|&&i| i < take).count();
        match join(&file, &ids) {
            Err(e) => {
                let none = matches!(e, SampleFileError::NoneMatched { .. });
                prop_assert!(shared == 0 && none, "{}", e);
            }
            Ok((table, report)) => {
                prop_assert_eq!(report.matched, shared);
                prop_assert_eq!(report.table_only.len(), take - shared);
                for (row, &i) in order.iter().skip(extra).enumerate() {
                    prop_assert_eq!(table.index_of(&format!("s{i}")), Some(row));
                    let sex = [Sex::Unknown, Sex::Male, Sex::Female][i % 3];
                    prop_assert_eq!(table.sex(row), if i < take { sex } else { Sex::Unknown });
                    let x = table.column(1).unwrap().text(row);
                    prop_assert_eq!(x, (i < take).then(|| i.to_string()));
                }
            }
        }
    }
}
