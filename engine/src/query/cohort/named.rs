//! Of whom an expression cannot tell, for want of a value.

use super::CohortExpr;
use super::ast::{Literal, Node, Test};
use crate::format::samples::{Role, SampleTable, Sex, select_rows};
use crate::genotype::SampleSet;

impl CohortExpr {
    /// Samples without a value in a column that the expression compares. Columns of which it asks
    /// whether a value is missing do not count, nor do the columns that `hpo()` and its like look
    /// through. Unknown sex is missing.
    #[must_use]
    pub fn without_value(&self, table: &SampleTable) -> SampleSet {
        let mut names = Vec::new();
        compared(&self.root, &mut names);
        let mut bits = roaring::RoaringBitmap::new();
        for ix in names.into_iter().filter_map(|name| table.find(name)) {
            let is_sex = table.role_column(Role::Sex) == Some(ix);
            if let Some(column) = table.column(ix) {
                bits |= select_rows(table.len(), |s| {
                    column.is_missing(s) || (is_sex && table.sex(s) == Sex::Unknown)
                });
            }
        }
        SampleSet::from_bitmap(table.len(), bits)
    }
}

fn compared<'n>(node: &'n Node, names: &mut Vec<&'n str>) {
    match node {
        Node::Or(nodes) | Node::And(nodes) => nodes.iter().for_each(|n| compared(n, names)),
        Node::Not(node) => compared(node, names),
        Node::Code { .. } => {}
        Node::Test { column, test } => {
            let asks = match test {
                Test::IsTrue => false,
                Test::IsMissing => true,
                Test::Compare(_, value) => value.literal == Literal::Missing,
                Test::In { list, .. } => list.iter().any(|v| v.literal == Literal::Missing),
            };
            if !asks {
                names.push(&column.text);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::format::samples::SampleTableBuilder;

    use super::CohortExpr;

    #[test]
    fn columns_that_are_compared() {
        let mut table = SampleTableBuilder::new(["a", "b", "c"]).unwrap();
        table.int("age", [Some(1), None, Some(3)]).unwrap();
        table
            .text("sex", [Some("F"), Some("M"), Some("0")])
            .unwrap();
        let table = table.finish().unwrap();
        let of = |text: &str| -> Vec<u32> {
            let expr = CohortExpr::parse(text).unwrap();
            expr.without_value(&table).bitmap().iter().collect()
        };
        assert_eq!(of("age > 2 && sex == \"F\""), [1, 2]);
        assert_eq!(of("!(age > 2)"), [1]);
        assert!(of("missing(age) || age != NA || id == \"b\"").is_empty());
    }
}
