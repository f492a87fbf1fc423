//! Missing values and types of the columns of a table.

use genodex_engine::format::samples::{Role, SampleTableBuilder, SampleTableError};

/// A column as read: the values one after another in one piece of text.
#[derive(Clone, Debug, Default)]
pub(super) struct RawColumn {
    pub(super) name: String,
    text: String,
    ends: Vec<usize>,
    /// Whether -9 is a missing value.
    pub(super) plink_phenotype: bool,
    /// Whether 0 is a missing value.
    pub(super) zero_missing: bool,
}

/// The type of a column: the first of these that all its values have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum ColumnType {
    Bool,
    Int,
    Float,
    Text,
}

impl RawColumn {
    pub(super) fn new(name: String) -> Self {
        Self {
            name,
            ..Self::default()
        }
    }

    pub(super) fn push(&mut self, value: &str) {
        self.text.push_str(value);
        self.ends.push(self.text.len());
    }

    pub(super) const fn len(&self) -> usize {
        self.ends.len()
    }

    /// A value as written; empty beyond the end.
    pub(super) fn raw(&self, row: usize) -> &str {
        let Some(&end) = self.ends.get(row) else {
            return "";
        };
        let before = row.checked_sub(1).and_then(|r| self.ends.get(r));
        self.text
            .get(before.copied().unwrap_or(0)..end)
            .unwrap_or("")
    }

    /// A value, unless it is missing.
    pub(super) fn value(&self, row: usize) -> Option<&str> {
        let value = self.raw(row);
        let missing = matches!(value, "" | "NA" | ".")
            || value.eq_ignore_ascii_case("nan")
            || (self.plink_phenotype && value == "-9")
            || (self.zero_missing && value == "0");
        (!missing).then_some(value)
    }

    pub(super) fn values(&self) -> impl Iterator<Item = Option<&str>> {
        (0..self.len()).map(|row| self.value(row))
    }

    /// In plink's case-control coding (1 control, 2 case) 0 is a missing value. Without any 2
    /// the column is taken to be coded 0 and 1.
    pub(super) fn settle_case_control(&mut self) {
        let codes = self
            .values()
            .flatten()
            .all(|v| matches!(v, "0" | "1" | "2"));
        if self.plink_phenotype && codes && self.values().flatten().any(|v| v == "2") {
            self.zero_missing = true;
        }
    }

    /// The type, over all rows. Ids of families and parents are text whatever they look like,
    /// and so are columns without any value.
    pub(super) fn infer(&self) -> ColumnType {
        let role = Role::of_column(&self.name);
        if matches!(role, Some(Role::Family | Role::Father | Role::Mother)) {
            return ColumnType::Text;
        }
        let mut seen = None;
        for value in self.values().flatten() {
            let this = type_of(value);
            let all = match (seen, this) {
                (None, this) => this,
                (Some(seen), this) if seen == this => seen,
                (Some(ColumnType::Int), ColumnType::Float)
                | (Some(ColumnType::Float), ColumnType::Int) => ColumnType::Float,
                _ => ColumnType::Text,
            };
            if all == ColumnType::Text {
                return all;
            }
            seen = Some(all);
        }
        seen.unwrap_or(ColumnType::Text)
    }

    /// Adds the rows `rows` of this column to a table, `None` being a sample that has none.
    pub(super) fn add_to(
        &self,
        builder: &mut SampleTableBuilder,
        rows: &[Option<usize>],
    ) -> Result<(), SampleTableError> {
        let values = rows.iter().map(|row| self.value((*row)?));
        let name = &self.name;
        match self.infer() {
            ColumnType::Text => builder.text(name, values),
            ColumnType::Int => builder.int(name, values.map(|v| v?.parse().ok())),
            ColumnType::Float => builder.float(name, values.map(|v| v?.parse().ok())),
            ColumnType::Bool => {
                builder.bool(name, values.map(|v| Some(v?.eq_ignore_ascii_case("true"))))
            }
        }
    }
}

fn type_of(value: &str) -> ColumnType {
    if value.eq_ignore_ascii_case("true") || value.eq_ignore_ascii_case("false") {
        return ColumnType::Bool;
    }
    let digits = value.strip_prefix('-').unwrap_or(value);
    if !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()) {
        // "007" is a code, not a number, and so is what no 64 bits hold.
        let plain = digits == "0" || !digits.starts_with('0');
        return if plain && value.parse::<i64>().is_ok() {
            ColumnType::Int
        } else {
            ColumnType::Text
        };
    }
    let infinite = matches!(digits, "Inf" | "inf" | "INF");
    let real = value.bytes().any(|b| b.is_ascii_digit())
        && value
            .bytes()
            .all(|b| b.is_ascii_digit() || b"+-.eE".contains(&b));
    // A number too large to hold reads as infinite, which it is not.
    if infinite || (real && value.parse::<f64>().is_ok_and(f64::is_finite)) {
        ColumnType::Float
    } else {
        ColumnType::Text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn infer(values: &[&str]) -> ColumnType {
        let mut column = RawColumn::new("x".to_owned());
        values.iter().for_each(|v| column.push(v));
        column.infer()
    }

    #[test]
    fn a_type_is_what_all_values_have() {
        assert_eq!(infer(&["1", "NA", "-20", ""]), ColumnType::Int);
        assert_eq!(infer(&["1", "2.5", "1e-3", "Inf", ".5"]), ColumnType::Float);
        assert_eq!(infer(&["TRUE", "false", "."]), ColumnType::Bool);
        for text in [
            &["1", "TRUE"][..],
            &["007"],
            &["1", "x"],
            &["99999999999999999999"],
            &["1e999"],
            &["+"],
            &["2020-01-31"],
            &["NA", "nan"],
            &["-"],
        ] {
            assert_eq!(infer(text), ColumnType::Text, "{text:?}");
        }
    }
}
