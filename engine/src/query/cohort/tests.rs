//! Expressions, their messages, and files of ids.

use std::path::Path;

use proptest::prelude::*;

use super::*;
use crate::format::samples::SampleTableBuilder;

fn small() -> SampleTable {
    let mut t = SampleTableBuilder::new(["a", "b", "c", "d"]).unwrap();
    t.text("super_pop", [Some("EAS"), Some("EUR"), Some("EAS"), None])
        .unwrap();
    t.text("SEX", [Some("1"), Some("female"), Some("F"), Some("0")])
        .unwrap();
    t.int("age", [Some(40), None, Some(61), Some(7)]).unwrap();
    t.float("bmi", [Some(18.5), Some(f64::NAN), None, Some(30.0)])
        .unwrap();
    t.bool("t2d", [Some(true), Some(false), None, Some(true)])
        .unwrap();
    t.text("性別", [Some("男"), None, None, None]).unwrap();
    t.finish().unwrap()
}

fn ids(text: &str, table: &SampleTable) -> String {
    let selection = CohortExpr::parse(text).and_then(|e| e.evaluate(table));
    let samples = selection.unwrap_or_else(|e| panic!("{text}\n{e}")).samples;
    samples
        .bitmap()
        .iter()
        .filter_map(|s| table.id(s as usize))
        .collect()
}

#[test]
fn expressions_select() {
    let t = small();
    for (text, expected) in [
        ("age == 40", "a"),
        ("age != 40", "cd"),
        ("!(age == 40)", "bcd"),
        ("40 < age", "c"),
        ("age >= 40.0", "ac"),
        ("age < -1e3", ""),
        ("age in [7, 61.0, 8.5]", "cd"),
        ("age not in [7]", "ac"),
        ("age in [7, NA]", "bd"),
        ("age not in [7, NA]", "ac"),
        ("missing(age)", "b"),
        ("age == NA", "b"),
        ("NA != age", "acd"),
        ("bmi == NA", "bc"),
        ("bmi != NA", "ad"),
        ("bmi > 18.5", "d"),
        ("bmi in [18.5, 30]", "ad"),
        ("bmi not in [30]", "a"),
        ("t2d", "ad"),
        ("!t2d", "bc"),
        ("t2d == false", "b"),
        ("t2d == 1 || age == 61", "acd"),
        ("t2d in [true, NA]", "acd"),
        ("sex == 'F'", "bc"),
        ("sex != 'F'", "a"),
        ("SEX == 2", "bc"),
        ("SEX not in ['male']", "bc"),
        ("SEX == '0'", "d"),
        ("super_population == \"EAS\"", "ac"),
        ("SUPER_POP != \"EAS\"", "b"),
        ("super_pop >= 'EB'", "b"),
        ("super_pop in ['EAS', 'EUR',]", "abc"),
        ("super_pop in []", ""),
        ("id in ['a', 'd']", "ad"),
        ("IID == 'a'", "a"),
        ("missing(id)", ""),
        ("性別 == '男'", "a"),
        ("`age` == 7", "d"),
        // And binds closer than or.
        ("age == 7 || age == 61 && t2d", "d"),
        ("(age == 7 || age == 61) && missing(t2d)", "c"),
        ("!!t2d&&!(age<20)", "a"),
    ] {
        assert_eq!(ids(text, &t), expected, "{text}");
    }
}

#[test]
fn errors_point_and_say_what_to_do() {
    let t = small();
    for (text, column, message, help) in [
        ("agee > 3", 1, "no column \"agee\"", "did you mean \"age\"?"),
        (
            "t2d && populaton == 'x'",
            8,
            "no column",
            "the columns are id, super_pop",
        ),
        ("age = 3", 5, "this is not an operator", "use == to compare"),
        ("t2d & age > 3", 5, "this is not an operator", "use && for"),
        ("t2d | age > 3", 5, "this is not an operator", "use || for"),
        (
            "t2d and age > 3",
            5,
            "this is not an operator",
            "use && for",
        ),
        ("t2d OR age > 3", 5, "this is not an operator", "use || for"),
        ("not t2d", 1, "\"not\" stands only before", "use !( )"),
        ("age <> 3", 5, "this is not an operator", "use != for"),
        (
            "super_pop == 3",
            14,
            "column \"super_pop\" holds text",
            "write \"3\"",
        ),
        (
            "age == '40'",
            8,
            "column \"age\" holds whole numbers",
            "write 40, without quotes",
        ),
        (
            "age == true",
            8,
            "column \"age\" holds whole numbers",
            "write 1",
        ),
        ("age", 1, "is no condition", "compare it: age == 1"),
        (
            "t2d == 2",
            8,
            "column \"t2d\" holds true or false",
            "write true or false",
        ),
        ("age < NA", 7, "NA has no order", "use == NA"),
        (
            "super_pop == EAS",
            14,
            "a column is compared with a value",
            "write \"EAS\"",
        ),
        (
            "super_pop in [EAS]",
            15,
            "a list holds values",
            "write \"EAS\"",
        ),
        ("1 < age < 3", 9, "comparisons do not chain", "join two"),
        ("age == 3)", 9, "no parenthesis is open here", ""),
        ("(age == 3", 10, "a parenthesis should close here", ""),
        ("age == ", 8, "the expression ends early", ""),
        ("", 1, "the expression ends early", ""),
        (
            "age == 3 t2d",
            10,
            "the expression should end here",
            "join conditions",
        ),
        ("age == 3x", 8, "this is not a number", "backticks"),
        ("age == 1e999", 8, "this is not a number", ""),
        ("super_pop == 'EAS", 14, "this quote is not closed", ""),
        (
            "median(age) == 3",
            1,
            "there is no such function",
            "missing(column)",
        ),
        ("3 == 3", 1, "one side of a comparison is a column", ""),
        ("'x'", 1, "a value alone is no condition", "compare it"),
        ("age ? 3", 5, "this character has no meaning here", ""),
    ] {
        let error = CohortExpr::parse(text)
            .and_then(|e| e.evaluate(&t))
            .unwrap_err();
        let CohortError::Expression(d) = error else {
            panic!("{text}: {error}");
        };
        assert!(d.message().contains(message), "{text}: {d}");
        assert!(d.help().unwrap_or("").contains(help), "{text}: {d}");
        assert_eq!(d.column(), column, "{text}: {d}");
    }
}

#[test]
fn a_value_no_sample_has_is_a_warning() {
    let selection = CohortExpr::parse("super_pop in ['EAS', 'EUS']").unwrap();
    let selection = selection.evaluate(&small()).unwrap();
    assert_eq!(selection.samples.len(), 2);
    let [warning] = &selection.warnings[..] else {
        panic!("{:?}", selection.warnings);
    };
    assert_eq!(
        warning.message(),
        "no sample has \"EUS\" in column \"super_pop\""
    );
    assert_eq!(warning.help(), Some("did you mean \"EAS\"?"));
}

#[test]
fn a_sex_column_of_other_codes_is_a_warning() {
    let mut t = SampleTableBuilder::new(["a", "b"]).unwrap();
    t.text("sex", [Some("XX"), Some("XY")]).unwrap();
    let t = t.finish().unwrap();
    let evaluate = |text| CohortExpr::parse(text).unwrap().evaluate(&t).unwrap();
    let selection = evaluate("sex == 'F'");
    assert_eq!((selection.samples.len(), selection.warnings.len()), (0, 1));
    let selection = evaluate("sex == 'XX'");
    assert_eq!((selection.samples.len(), selection.warnings.len()), (1, 0));
}

#[test]
fn deep_and_long_expressions_are_errors() {
    let t = small();
    for open in ["(", "!", "!("] {
        let n = MAX_DEPTH / open.len();
        let close = if open.contains('(') { ")" } else { "" };
        let deep = |n: usize| format!("{}t2d{}", open.repeat(n), close.repeat(n));
        assert!(CohortExpr::parse(&deep(n)).unwrap().evaluate(&t).is_ok());
        assert!(CohortExpr::parse(&deep(n + 1)).is_err());
        assert!(CohortExpr::parse(&open.repeat(MAX_LENGTH / 2)).is_err());
    }
    let many = |n: usize| "t2d||".repeat(n - 1) + "t2d";
    assert_eq!(ids(&many(MAX_CONDITIONS), &t), "ad");
    let error = CohortExpr::parse(&many(MAX_CONDITIONS + 1)).unwrap_err();
    assert!(
        error.to_string().starts_with("more than 1024 conditions"),
        "{error}"
    );
    let list = format!("age in [{}61]", "1,".repeat(30_000));
    assert_eq!(ids(&list, &t), "c");
    assert!(matches!(
        CohortExpr::parse(&list.repeat(2)),
        Err(CohortError::TooLong(_))
    ));
}

#[test]
fn specs_have_names() {
    let spec: CohortSpec = "cases=t2d==1".parse().unwrap();
    assert_eq!(spec.name, "cases");
    let cohort = spec.resolve(&small()).unwrap();
    assert_eq!((cohort.samples.len(), cohort.warnings.len()), (2, 0));
    let file: CohortSpec = "a.b-c_1=@ids=1.txt".parse().unwrap();
    assert_eq!(file.source, CohortSource::File("ids=1.txt".into()));
    for bad in [
        "cases", "=t2d", "a b=t2d", "ALL=t2d", "x=@", "t2d==1", "x=", "a/b=t2d",
    ] {
        assert!(bad.parse::<CohortSpec>().is_err(), "{bad}");
    }
    let missing: CohortSpec = "x=@/no/such/file".parse().unwrap();
    assert!(matches!(
        missing.resolve(&small()),
        Err(CohortError::Io { .. })
    ));
}

fn ids_of(text: &str) -> Result<IdFile, CohortError> {
    let t = SampleTable::new(["S1", "S2", "F1", "S 4"]).unwrap();
    read_ids(text.as_bytes(), Path::new("ids"), &t)
}

#[test]
fn id_files_are_read() {
    for (text, samples) in [
        ("S2\nS1\n", vec![0, 1]),
        ("\u{feff}# comment\nS1\tsome text\r\n\nS2\t\n", vec![0, 1]),
        ("#FID IID\nF1 S1\nF1 S2\n", vec![0, 1]),
        ("#IID\tSEX\nS1\t1\n", vec![0]),
        ("FID\tIID\nF1\tS1\n", vec![0]),
        // No header: the column in which more ids are known.
        ("F1 S1\nF1 S2\n", vec![0, 1]),
        ("S1 x\nS2 y\n", vec![0, 1]),
        ("S 4\nS1\n", vec![0, 3]),
    ] {
        let file = ids_of(text).unwrap();
        assert_eq!(
            file.samples.bitmap().iter().collect::<Vec<_>>(),
            samples,
            "{text:?}"
        );
    }
    let file = ids_of("S1\nS1\nx\nS2\ny\n").unwrap();
    assert_eq!(
        (file.repeated, file.unknown, file.examples.len()),
        (1, 2, 2)
    );
    assert_eq!(
        file.warning(Path::new("ids")).unwrap(),
        "ids: 2 of 5 sample ids are not in the store: x, y"
    );
    let error = ids_of("x\ny\n").unwrap_err().to_string();
    assert_eq!(
        error,
        "ids: none of its 2 sample ids is in the store (the file has \"x\", the store \"S1\")"
    );
    assert!(ids_of("").is_err());
    assert!(
        ids_of("#FID\tIID\nF1\n")
            .unwrap_err()
            .to_string()
            .contains("line 2")
    );
}

proptest! {
    #[test]
    fn any_text_is_an_error_or_a_cohort(text in any::<String>()) {
        let _ = CohortExpr::parse(&text).and_then(|e| e.evaluate(&small())).map_err(|e| e.to_string());
        let _ = text.parse::<CohortSpec>();
        let _ = ids_of(&text);
    }

    #[test]
    fn tokens_in_any_order_are_an_error_or_a_cohort(
        tokens in prop::collection::vec(prop::sample::select(vec![
            "age", "sex", "t2d", "missing", "in", "not", "NA", "(", ")", "[", "]", ",", "!", "&&",
            "||", "==", "<", "3", "-2.5", "'F'", "\"EAS\"", "true", "`bmi`", "=", "&", "é", "'", "\\",
        ]), 0..16)) {
        let text = tokens.join(" ");
        let result = CohortExpr::parse(&text).and_then(|e| e.evaluate(&small()));
        if let Err(error) = result {
            prop_assert!(error.to_string().lines().count() >= 3, "{error}");
        }
    }
}
