//! The nearest controls of a case: a k-d tree whose nodes know the box of their points.
//!
//! Order is by distance in [`fixed`](super::fixed) point, then by number; it does not depend on
//! the tree. That a box is no nearer than its points holds in floating point too: differences,
//! squares and sums in one order are monotone.

use std::collections::BinaryHeap;

use super::{Points, fixed, real};

/// Points of a leaf.
const LEAF: usize = 16;

struct Node {
    start: usize,
    end: usize,
    /// The first of two children that stand beside each other; none of a leaf.
    child: Option<usize>,
}

/// Controls that differ in nothing that must be equal.
pub(super) struct Tree<'p> {
    points: &'p Points,
    /// Numbers of the controls, those of a node side by side.
    order: Vec<u32>,
    /// Their coordinates, and then what calipers bound, in this order.
    values: Vec<f64>,
    nodes: Vec<Node>,
    /// Of each node, for each value the least and the greatest.
    boxes: Vec<[f64; 2]>,
}

/// A case that asks.
pub(super) struct Asked<'q> {
    /// Its coordinates.
    pub(super) place: &'q [f64],
    /// Its values that calipers bound.
    pub(super) bounded: &'q [f64],
    /// How far each of these may be off.
    pub(super) calipers: &'q [f64],
    /// The largest distance.
    pub(super) limit: u64,
}

/// The nearest found so far.
struct Found {
    wanted: usize,
    heap: BinaryHeap<(u64, u32)>,
    limit: u64,
    /// No point whose squared distance is above this is wanted.
    square: f64,
}

impl Found {
    fn new(wanted: usize, limit: u64) -> Self {
        let mut found = Self {
            wanted,
            heap: BinaryHeap::with_capacity(wanted + 1),
            limit,
            square: 0.0,
        };
        found.narrow(limit);
        found
    }

    fn narrow(&mut self, limit: u64) {
        self.limit = limit;
        let above = real(limit.saturating_add(1));
        self.square = above * above * (1.0 + 1e-9);
    }

    fn offer(&mut self, square: f64, control: u32) {
        let entry = (fixed(square.sqrt()), control);
        if entry.0 > self.limit {
            return;
        }
        if self.heap.len() == self.wanted {
            if self.heap.peek().is_none_or(|worst| entry >= *worst) {
                return;
            }
            self.heap.pop();
        }
        self.heap.push(entry);
        if self.heap.len() == self.wanted
            && let Some(worst) = self.heap.peek()
        {
            let limit = worst.0;
            self.narrow(limit);
        }
    }
}

impl<'p> Tree<'p> {
    /// Of these of `points`.
    pub(super) fn new(points: &'p Points, order: Vec<u32>) -> Self {
        let n = order.len();
        let mut tree = Self {
            points,
            order,
            values: Vec::new(),
            nodes: vec![Node {
                start: 0,
                end: n,
                child: None,
            }],
            boxes: Vec::new(),
        };
        let width = tree.width();
        let mut next = 0;
        while next < tree.nodes.len() {
            let (start, end) = (tree.nodes[next].start, tree.nodes[next].end);
            let sides = tree.sides(start, end);
            let widest = (0..width).max_by(|&a, &b| {
                let spread = |i: usize| sides.get(i).map_or(0.0, |s: &[f64; 2]| s[1] - s[0]);
                spread(a).total_cmp(&spread(b)).then(b.cmp(&a))
            });
            tree.boxes.extend(&sides);
            let splits = widest.filter(|&w| end - start > LEAF && sides[w][1] > sides[w][0]);
            if let Some(widest) = splits {
                let middle = (end - start) / 2;
                let key = |control: &u32| points.value(*control as usize, widest);
                tree.order[start..end].select_nth_unstable_by(middle, |a, b| {
                    key(a).total_cmp(&key(b)).then(a.cmp(b))
                });
                let middle = start + middle;
                tree.nodes[next].child = Some(tree.nodes.len());
                for (start, end) in [(start, middle), (middle, end)] {
                    tree.nodes.push(Node {
                        start,
                        end,
                        child: None,
                    });
                }
            }
            next += 1;
        }
        let rows = tree.order.iter().map(|&c| c as usize);
        tree.values = rows
            .flat_map(|c| (0..width).map(move |i| points.value(c, i)))
            .collect();
        tree
    }

    fn width(&self) -> usize {
        self.points.dims + self.points.bounds
    }

    fn sides(&self, start: usize, end: usize) -> Vec<[f64; 2]> {
        let mut sides = vec![[f64::INFINITY, f64::NEG_INFINITY]; self.width()];
        for control in &self.order[start..end] {
            for (i, side) in sides.iter_mut().enumerate() {
                let value = self.points.value(*control as usize, i);
                side[0] = side[0].min(value);
                side[1] = side[1].max(value);
            }
        }
        sides
    }

    /// The `wanted` nearest controls that the calipers allow, nearest first; fewer where there
    /// are no more.
    pub(super) fn nearest(&self, asked: &Asked<'_>, wanted: usize) -> Vec<(u64, u32)> {
        let mut found = Found::new(wanted.max(1), asked.limit);
        if !self.order.is_empty()
            && let Some(square) = self.lower(0, asked, f64::INFINITY)
        {
            self.visit(0, square, asked, &mut found);
        }
        let mut out = found.heap.into_vec();
        out.sort_unstable();
        out
    }

    /// The squared distance of a node's box; `None` where it is above `most` or a caliper excludes
    /// all of it.
    fn lower(&self, node: usize, asked: &Asked<'_>, most: f64) -> Option<f64> {
        let width = self.width();
        let sides = self.boxes.get(node * width..(node + 1) * width)?;
        let (place, bounded) = sides.split_at(self.points.dims);
        let away = |x: f64, side: &[f64; 2]| (side[0] - x).max(x - side[1]).max(0.0);
        for ((x, side), caliper) in asked.bounded.iter().zip(bounded).zip(asked.calipers) {
            if away(*x, side) > *caliper {
                return None;
            }
        }
        let mut square = 0.0;
        for (x, side) in asked.place.iter().zip(place) {
            let away = away(*x, side);
            square += away * away;
            if square > most {
                return None;
            }
        }
        Some(square)
    }

    fn visit(&self, node: usize, square: f64, asked: &Asked<'_>, found: &mut Found) {
        if square > found.square {
            return;
        }
        let Some(Node { start, end, child }) = self.nodes.get(node) else {
            return;
        };
        if let Some(child) = *child {
            let mut children = [child, child + 1].map(|c| (self.lower(c, asked, found.square), c));
            if let (Some(a), Some(b)) = (children[0].0, children[1].0)
                && b < a
            {
                children.swap(0, 1);
            }
            for (square, child) in children {
                if let Some(square) = square {
                    self.visit(child, square, asked, found);
                }
            }
            return;
        }
        let width = self.width();
        for (at, control) in (*start..*end).zip(&self.order[*start..*end]) {
            let values = &self.values[at * width..(at + 1) * width];
            let (place, bounded) = values.split_at(self.points.dims);
            let squares = asked
                .place
                .iter()
                .zip(place)
                .map(|(x, y)| (x - y) * (x - y));
            let square: f64 = squares.sum();
            let within = || {
                let pairs = asked.bounded.iter().zip(bounded).zip(asked.calipers);
                pairs.into_iter().all(|((x, y), c)| (x - y).abs() <= *c)
            };
            if square <= found.square && within() {
                found.offer(square, *control);
            }
        }
    }
}
