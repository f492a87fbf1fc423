//! The controls of each case from the nearest on, as many as were asked for.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::Problem;
use super::tree::{Asked, Tree};

/// Cases that are looked up together.
const BLOCK: usize = 64;

/// Lists of the nearest controls. What is not in a list is no nearer than its last.
pub(super) struct Candidates<'p> {
    problem: &'p Problem,
    trees: BTreeMap<u32, Tree<'p>>,
    lists: Vec<List>,
}

#[derive(Clone, Default)]
struct List {
    /// Distance and control, ascending.
    edges: Vec<(u64, u32)>,
    complete: bool,
}

impl<'p> Candidates<'p> {
    /// Finds the `first` nearest of each case.
    pub(super) fn new(problem: &'p Problem, first: usize) -> Self {
        let mut groups: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        for (control, group) in (0..).zip(&problem.controls.groups) {
            groups.entry(*group).or_default().push(control);
        }
        let groups: Vec<(u32, Vec<u32>)> = groups.into_iter().collect();
        let trees = (groups.into_par_iter())
            .map(|(group, order)| (group, Tree::new(&problem.controls, order)));
        let mut candidates = Self {
            problem,
            trees: trees.collect(),
            lists: Vec::new(),
        };
        let lists = (0..problem.cases.len()).into_par_iter().with_min_len(BLOCK);
        candidates.lists = lists.map(|case| candidates.find(case, first)).collect();
        candidates
    }

    fn find(&self, case: usize, wanted: usize) -> List {
        let cases = &self.problem.cases;
        let group = cases.groups.get(case).and_then(|g| self.trees.get(g));
        let Some(tree) = group else {
            let complete = true;
            let edges = Vec::new();
            return List { edges, complete };
        };
        let asked = Asked {
            place: cases.place(case),
            bounded: cases.bounded(case),
            calipers: &self.problem.calipers,
            limit: self.problem.limit,
        };
        let edges = tree.nearest(&asked, wanted);
        List {
            complete: edges.len() < wanted,
            edges,
        }
    }

    /// The controls of a case found so far: distance and control, ascending.
    pub(super) fn of(&self, case: u32) -> &[(u64, u32)] {
        self.lists.get(case as usize).map_or(&[], |l| &l.edges)
    }

    /// What is not in the list is at least as far as this; `None` where all are in it.
    pub(super) fn beyond(&self, case: u32) -> Option<u64> {
        let list = self.lists.get(case as usize).filter(|l| !l.complete)?;
        Some(list.edges.last().map_or(0, |edge| edge.0))
    }

    /// Makes a list that is not complete about four times as long; where it ended.
    pub(super) fn widen(&mut self, case: u32) -> usize {
        let before = self.of(case).len();
        if self.beyond(case).is_some() {
            let list = self.find(case as usize, 4 * before.max(4));
            if let Some(old) = self.lists.get_mut(case as usize) {
                *old = list;
            }
        }
        before
    }

    /// Whether anybody has the same exact values.
    pub(super) fn has_group(&self, case: u32) -> bool {
        let group = self.problem.cases.groups.get(case as usize);
        group.is_some_and(|g| self.trees.contains_key(g))
    }

    /// Edges found.
    pub(super) fn edges(&self) -> u64 {
        self.lists.iter().map(|l| l.edges.len() as u64).sum()
    }
}
