//! Any expression selects what an evaluation row by row does.

use proptest::prelude::*;

use super::CohortExpr;
use crate::format::samples::{SampleTable, SampleTableBuilder};

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
}
