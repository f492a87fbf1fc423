//! Expressions against an evaluation row by row, their messages, and files of ids.

use std::path::Path;

use proptest::prelude::*;

use super::*;
use crate::format::samples::SampleTableBuilder;

/// Rows of a table with a column of each type.
#[derive(Clone, Debug)]
struct Row {
    pop: Option<&'static str>,
    age: Option<i64>,
    bmi: Option<f64>,
    smoker: Option<bool>,
}

fn table(rows: &[Row]) -> SampleTable {
    let mut t = SampleTableBuilder::new((0..rows.len()).map(|i| format!("S{i}"))).unwrap();
    t.text("pop", rows.iter().map(|r| r.pop)).unwrap();
    t.int("age", rows.iter().map(|r| r.age)).unwrap();
    t.float("bmi (kg/m2)", rows.iter().map(|r| r.bmi)).unwrap();
    t.bool("smoker", rows.iter().map(|r| r.smoker)).unwrap();
    t.finish().unwrap()
}

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

/// An expression as text and as what it says of a row.
#[derive(Clone, Debug)]
enum Said {
    Or(Vec<Said>),
    And(Vec<Said>),
    Not(Box<Said>),
    Pop(&'static str, &'static str),
    PopIn(bool, Vec<&'static str>),
    Age(&'static str, i64),
    AgeReal(&'static str, f64),
    AgeIn(bool, Vec<i64>),
    Bmi(&'static str, f64),
    Smoker,
    Missing(usize),
}

const COLUMNS: [&str; 4] = ["pop", "age", "`bmi (kg/m2)`", "smoker"];

fn compare<T: PartialOrd>(op: &str, a: T, b: T) -> bool {
    match op {
        "==" => a == b,
        "!=" => a != b,
        "<" => a < b,
        "<=" => a <= b,
        ">" => a > b,
        _ => a >= b,
    }
}

impl Said {
    fn text(&self) -> String {
        let not = |negated: &bool| if *negated { " not" } else { "" };
        let join = |parts: &[Self], op: &str| {
            let parts: Vec<_> = parts.iter().map(Self::text).collect();
            format!("({})", parts.join(op))
        };
        match self {
            Self::Or(parts) => join(parts, " || "),
            Self::And(parts) => join(parts, "&&"),
            Self::Not(part) => format!("!({})", part.text()),
            Self::Pop(op, v) => format!("pop {op} \"{v}\""),
            Self::PopIn(n, list) => format!("pop{} in {list:?}", not(n)),
            Self::Age(op, v) => format!("age {op} {v}"),
            Self::AgeReal(op, v) => format!("age{op}{v:?}"),
            Self::AgeIn(n, list) => format!("age{} in {list:?}", not(n)),
            Self::Bmi(op, v) => format!("`bmi (kg/m2)` {op} {v:e}"),
            Self::Smoker => "smoker".to_owned(),
            Self::Missing(c) => format!("missing({})", COLUMNS[*c]),
        }
    }

    fn holds(&self, row: &Row) -> bool {
        match self {
            Self::Or(parts) => parts.iter().any(|p| p.holds(row)),
            Self::And(parts) => parts.iter().all(|p| p.holds(row)),
            Self::Not(part) => !part.holds(row),
            Self::Pop(op, v) => row.pop.is_some_and(|p| compare(op, p, v)),
            Self::PopIn(n, list) => row.pop.is_some_and(|p| list.contains(&p) != *n),
            Self::Age(op, v) => row.age.is_some_and(|a| compare(op, a, *v)),
            Self::AgeReal(op, v) => row.age.is_some_and(|a| compare(op, a as f64, *v)),
            Self::AgeIn(n, list) => row.age.is_some_and(|a| list.contains(&a) != *n),
            Self::Bmi(op, v) => {
                let bmi = row.bmi.filter(|b| !b.is_nan());
                bmi.is_some_and(|b| compare(op, b, *v))
            }
            Self::Smoker => row.smoker == Some(true),
            Self::Missing(0) => row.pop.is_none(),
            Self::Missing(1) => row.age.is_none(),
            Self::Missing(2) => row.bmi.is_none_or(f64::is_nan),
            Self::Missing(_) => row.smoker.is_none(),
        }
    }
}

const POPS: [&str; 4] = ["JPT", "GBR", "", "日 本'"];

fn rows() -> impl Strategy<Value = Vec<Row>> {
    let pop = prop::option::of(prop::sample::select(POPS.to_vec()));
    let age = prop::option::of(-3i64..4);
    let bmi = prop::option::of(prop::sample::select(vec![-1.5, 0.0, 0.5, 2.0, f64::NAN]));
    let row = (pop, age, bmi, prop::option::of(any::<bool>()));
    let row = row.prop_map(|(pop, age, bmi, smoker)| Row {
        pop,
        age,
        bmi,
        smoker,
    });
    prop::collection::vec(row, 0..40)
}

fn said() -> impl Strategy<Value = Said> {
    let op = || prop::sample::select(vec!["==", "!=", "<", "<=", ">", ">="]);
    let pop = || prop::sample::select(POPS.to_vec());
    let real = || prop::sample::select(vec![-1.5, 0.0, 0.5, 1.0, 2.0]);
    let leaf = prop_oneof![
        (op(), pop()).prop_map(|(o, v)| Said::Pop(o, v)),
        (any::<bool>(), prop::collection::vec(pop(), 0..3)).prop_map(|(n, l)| Said::PopIn(n, l)),
        (op(), -3i64..4).prop_map(|(o, v)| Said::Age(o, v)),
        (op(), real()).prop_map(|(o, v)| Said::AgeReal(o, v)),
        (any::<bool>(), prop::collection::vec(-3i64..4, 0..3)).prop_map(|(n, l)| Said::AgeIn(n, l)),
        (op(), real()).prop_map(|(o, v)| Said::Bmi(o, v)),
        Just(Said::Smoker),
        (0usize..4).prop_map(Said::Missing),
    ];
    leaf.prop_recursive(4, 24, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 1..4).prop_map(Said::Or),
            prop::collection::vec(inner.clone(), 1..4).prop_map(Said::And),
            inner.prop_map(|s| Said::Not(Box::new(s))),
        ]
    })
}

proptest! {
    #[test]
    fn expressions_select_as_row_by_row(rows in rows(), said in said()) {
        let text = said.text();
        let selection = CohortExpr::parse(&text).and_then(|e| e.evaluate(&table(&rows)));
        let found: Vec<u32> =
            selection.unwrap_or_else(|e| panic!("{text}\n{e}")).samples.bitmap().iter().collect();
        let naive: Vec<u32> =
            (0..rows.len()).filter(|&i| said.holds(&rows[i])).map(|i| i as u32).collect();
        prop_assert_eq!(found, naive, "{}", text);
    }

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
