//! Optimal matching: a flow of least cost, by shortest augmenting paths with dual potentials.
//!
//! Each case has as many slots as the ratio says. A slot takes a control, or stays empty at a
//! price above any sum of distances, so that as many pairs as can be are made before distances
//! count; the last slot of a case is twice as dear, so that of as many pairs those are taken that
//! leave the fewest cases without any. Only the nearest controls of a case are looked at: what
//! is not in its list costs at least as much as its last, and stands in the queue of the search
//! at this cost. Where the search comes to it, the list is made longer (the incremental search of
//! U, Yiu, Mouratidis and Mamoulis 2008). So the potentials are feasible in the full graph at any
//! time, and the result is the optimum of the full graph.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::candidates::Candidates;
use super::{Pair, Problem};

/// Price of an empty slot: above the distances of 2^31 pairs.
const EMPTY: i128 = 1 << 96;
const FREE: u32 = u32::MAX;

/// Proof that a matching is optimal: a solution of the dual linear program of the same value.
/// Distances are in the unit of [`super::fixed`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Certificate {
    /// The sum of the distances.
    pub objective: i128,
    /// The value of the dual solution, without the price of empty slots: no matching of as many
    /// pairs and as many cases has a smaller sum.
    pub dual: i128,
    /// By how much the worst condition of optimality is violated, over all pairs of the full
    /// graph: 0 of an optimum.
    pub violation: i128,
    /// Pairs of case and control that were looked at.
    pub edges: u64,
    /// How many times a list of candidates was made longer.
    pub widened: u64,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Event {
    Control(u32),
    Empty(u32),
    /// The nearest control beyond a case's list.
    Beyond(u32),
}

struct Flow<'c, 'p> {
    candidates: &'c mut Candidates<'p>,
    ratio: usize,
    /// Empty slots of each case.
    empty: Vec<usize>,
    /// Potentials.
    case_dual: Vec<i128>,
    control_dual: Vec<i128>,
    owner: Vec<u32>,
    widened: u64,
    // The search at hand: distances, and from where a node was reached.
    heap: BinaryHeap<Reverse<(i128, Event)>>,
    /// The nearest end that was reached: what is further is not looked at.
    best: i128,
    case_at: Vec<Option<i128>>,
    case_from: Vec<u32>,
    control_at: Vec<i128>,
    control_from: Vec<u32>,
    cases_seen: Vec<u32>,
    controls_seen: Vec<u32>,
}

/// The price of the slot that would be empty next, where a case has `empty` of them.
fn price(empty: usize, ratio: usize) -> Option<i128> {
    match empty + 1 {
        n if n < ratio => Some(EMPTY),
        n if n == ratio => Some(2 * EMPTY),
        _ => None,
    }
}

/// Matches up to `ratio` controls to each case; `filled` hears of each slot.
pub(super) fn run(
    problem: &Problem,
    candidates: &mut Candidates<'_>,
    ratio: usize,
    filled: &dyn Fn(u64),
) -> (Vec<Pair>, Certificate) {
    let (cases, controls) = (problem.cases.len(), problem.controls.len());
    let mut flow = Flow {
        candidates,
        ratio,
        empty: vec![0; cases],
        case_dual: vec![0; cases],
        control_dual: vec![0; controls],
        owner: vec![FREE; controls],
        widened: 0,
        heap: BinaryHeap::new(),
        best: i128::MAX,
        case_at: vec![None; cases],
        case_from: vec![FREE; cases],
        control_at: vec![i128::MAX; controls],
        control_from: vec![FREE; controls],
        cases_seen: Vec::new(),
        controls_seen: Vec::new(),
    };
    for _ in 0..ratio {
        for case in 0..cases as u32 {
            flow.fill(case);
            filled(1);
        }
    }
    let pairs = flow.pairs();
    let certificate = flow.certificate(&pairs);
    (pairs, certificate)
}

impl Flow<'_, '_> {
    /// Fills a slot of a case by the shortest path to a free control or to a slot left empty.
    fn fill(&mut self, source: u32) {
        self.heap.clear();
        self.best = i128::MAX;
        self.reach(source, 0, FREE);
        while let Some(Reverse((at, event))) = self.heap.pop() {
            match event {
                Event::Beyond(case) => {
                    let start = self.candidates.widen(case);
                    self.widened += 1;
                    self.relax(case, start);
                }
                Event::Empty(case) => {
                    self.raise(at);
                    self.empty[case as usize] += 1;
                    let from = self.case_from[case as usize];
                    self.shift(source, case, from);
                    return;
                }
                Event::Control(control) => {
                    let c = control as usize;
                    if at > self.control_at[c] {
                        continue;
                    }
                    let owner = self.owner[c];
                    if owner == FREE {
                        self.raise(at);
                        let case = self.control_from[c];
                        self.owner[c] = case;
                        let from = self.case_from[case as usize];
                        self.shift(source, case, from);
                        return;
                    }
                    if self.case_at[owner as usize].is_none() {
                        self.reach(owner, at, control);
                    }
                }
            }
        }
        // Not met: an empty slot is always in reach of a case that has one to fill.
        self.forget();
    }

    fn reach(&mut self, case: u32, at: i128, from: u32) {
        let c = case as usize;
        self.case_at[c] = Some(at);
        self.case_from[c] = from;
        self.cases_seen.push(case);
        if let Some(price) = price(self.empty[c], self.ratio) {
            let at = at + price - self.case_dual[c];
            self.best = self.best.min(at);
            self.heap.push(Reverse((at, Event::Empty(case))));
        }
        self.relax(case, 0);
    }

    /// Looks at a case's controls from `start` in its list on.
    fn relax(&mut self, case: u32, start: usize) {
        let Some(at) = self.case_at[case as usize] else {
            return;
        };
        let at = at - self.case_dual[case as usize];
        for &(distance, control) in self.candidates.of(case).get(start..).unwrap_or(&[]) {
            let c = control as usize;
            let least = at + i128::from(distance);
            // No potential of a control is above 0, and lists ascend.
            if least > self.best {
                return;
            }
            let reached = least - self.control_dual[c];
            if reached < self.control_at[c] && reached <= self.best {
                if self.control_at[c] == i128::MAX {
                    self.controls_seen.push(control);
                }
                if self.owner[c] == FREE {
                    self.best = reached;
                }
                self.control_at[c] = reached;
                self.control_from[c] = case;
                self.heap.push(Reverse((reached, Event::Control(control))));
            }
        }
        if let Some(distance) = self.candidates.beyond(case) {
            let at = at + i128::from(distance);
            self.heap.push(Reverse((at, Event::Beyond(case))));
        }
    }

    /// Raises the potentials by a search that ended at `end`, and forgets the search but for
    /// where nodes were reached from.
    fn raise(&mut self, end: i128) {
        for &case in &self.cases_seen {
            if let Some(at) = self.case_at[case as usize] {
                self.case_dual[case as usize] += end - at;
            }
        }
        for &control in &self.controls_seen {
            let at = self.control_at[control as usize];
            if at < end {
                self.control_dual[control as usize] += at - end;
            }
        }
        self.forget();
    }

    fn forget(&mut self) {
        for case in self.cases_seen.drain(..) {
            self.case_at[case as usize] = None;
        }
        for control in self.controls_seen.drain(..) {
            self.control_at[control as usize] = i128::MAX;
        }
    }

    /// Gives the controls on the path to the cases before them.
    fn shift(&mut self, source: u32, mut case: u32, mut lost: u32) {
        while case != source {
            let next = self.control_from[lost as usize];
            self.owner[lost as usize] = next;
            case = next;
            lost = self.case_from[case as usize];
        }
    }

    fn pairs(&self) -> Vec<Pair> {
        let mut pairs = Vec::new();
        for case in 0..self.empty.len() as u32 {
            let own = (self.candidates.of(case).iter())
                .filter(|edge| self.owner[edge.1 as usize] == case);
            pairs.extend(own.map(|&(distance, control)| Pair {
                case,
                control,
                distance,
            }));
        }
        pairs
    }

    fn certificate(&self, pairs: &[Pair]) -> Certificate {
        let mut violation = 0;
        let mut worst = |by: i128| violation = violation.max(by);
        let mut prices = 0;
        let mut dual: i128 = self.control_dual.iter().sum();
        for (c, &u) in self.case_dual.iter().enumerate() {
            let case = c as u32;
            dual += self.ratio as i128 * u;
            for slot in 0..self.ratio {
                let price = price(slot, self.ratio).unwrap_or(0);
                dual += (price - u).min(0);
                if slot < self.empty[c] {
                    prices += price;
                    worst(price - u);
                }
            }
            for &(distance, control) in self.candidates.of(case) {
                let v = self.control_dual[control as usize];
                let reduced = i128::from(distance) - u - v;
                worst(-reduced);
                if self.owner[control as usize] == case {
                    worst(reduced);
                }
            }
            // Of controls that are not in the list no potential is above 0.
            if let Some(distance) = self.candidates.beyond(case) {
                worst(u - i128::from(distance));
            }
        }
        for (v, owner) in self.control_dual.iter().zip(&self.owner) {
            worst(if *owner == FREE { v.abs() } else { *v });
        }
        Certificate {
            objective: pairs.iter().map(|p| i128::from(p.distance)).sum(),
            dual: dual - prices,
            violation,
            edges: self.candidates.edges(),
            widened: self.widened,
        }
    }
}
