//! Takes an expression apart into the conditions that must all hold.

use std::ops::Range;

use super::plan::{Category, Conjunct, Cost, Indexable, Instr, Needs, Pattern};

/// The conjuncts, in the order written. Every `&&` separates two, and every `&` of which one
/// side is about the site.
pub(super) fn conjuncts(
    code: &[Instr],
    parts: &[(usize, Range<usize>)],
    ac_an: Option<(usize, usize)>,
) -> Vec<Conjunct> {
    let start = |end: usize| parts.get(end).map_or(0, |p| p.0);
    let mut out = Vec::new();
    // Last instructions of the parts still to be looked at; the leftmost on top.
    let mut todo: Vec<usize> = code.len().checked_sub(1).into_iter().collect();
    while let Some(last) = todo.pop() {
        if let Some(Instr::And(false)) = code.get(last)
            && let Some(right) = last.checked_sub(1)
            && let Some(left) = start(right).checked_sub(1)
        {
            todo.push(right);
            todo.push(left);
            continue;
        }
        let steps = start(last)..last + 1;
        let of = code.get(steps.clone()).unwrap_or(&[]);
        let indexable = index(of);
        let mut needs = Needs::default();
        of.iter().for_each(|i| i.add_needs(&mut needs, ac_an));
        let mut cost = of.iter().map(Instr::cost).max().unwrap_or(Cost::Site);
        if needs.genotypes {
            cost = cost.max(Cost::Genotypes);
        }
        if indexable.is_some() {
            cost = Cost::Index;
        }
        let spans = parts.get(steps.clone()).unwrap_or(&[]);
        let from = spans.iter().map(|(_, s)| s.start).min().unwrap_or(0);
        let to = spans.iter().map(|(_, s)| s.end).max().unwrap_or(0);
        out.push(Conjunct {
            cost,
            needs,
            indexable,
            span: from..to,
            steps,
        });
    }
    out
}

/// How an index answers the condition.
fn index(code: &[Instr]) -> Option<Indexable> {
    let [value, Instr::Text(test)] = code else {
        return None;
    };
    let category = match value {
        Instr::Chrom => Category::Chrom,
        Instr::Column(column) => Category::Column(*column),
        Instr::InfoText {
            field,
            pick: super::subscript::Pick::All,
            ..
        } => Category::Info(*field),
        _ => return None,
    };
    if test.negated {
        return None;
    }
    let values = match &test.pattern {
        Pattern::Values(values) => values.clone(),
        Pattern::Set(set, false) | Pattern::Terms(set) => {
            let mut values: Vec<String> = set.iter().cloned().collect();
            values.sort_unstable();
            values
        }
        _ => return None,
    };
    Some(Indexable { category, values })
}
