//! Large sets of people of whom no two are a pair.

use super::graph::components;

/// Members of a family for which a largest set is looked for among all.
const EXACT: usize = 64;
/// Steps of that search, after which what was found so far is taken.
const STEPS: u32 = 200_000;

/// Whom plink2's `--king-cutoff` leaves out, in the order in which it does: as long as there are
/// pairs, the partner of the first person with one partner alone, or else the first of those with
/// the most partners.
#[must_use]
pub fn king_cutoff(n: usize, pairs: &[(u32, u32)]) -> Vec<u32> {
    let mut partners = neighbours(n, pairs);
    let mut out = Vec::new();
    loop {
        let alone = partners.iter().position(|of| of.len() == 1);
        let leaves = match alone {
            Some(person) => partners[person][0],
            None => {
                let most = partners.iter().map(Vec::len).max().unwrap_or(0);
                if most == 0 {
                    return out;
                }
                partners.iter().position(|of| of.len() == most).unwrap_or(0) as u32
            }
        };
        for partner in std::mem::take(&mut partners[leaves as usize]) {
            partners[partner as usize].retain(|p| *p != leaves);
        }
        out.push(leaves);
    }
}

fn neighbours(n: usize, pairs: &[(u32, u32)]) -> Vec<Vec<u32>> {
    let mut out = vec![Vec::new(); n];
    for &(a, b) in pairs {
        out[a as usize].push(b);
        out[b as usize].push(a);
    }
    for of in &mut out {
        of.sort_unstable();
        of.dedup();
    }
    out
}

/// Whom to leave out, ascending, so that no pair is left: as few as there can be in families of up
/// to 64 (where the search ends soon enough), and never more than [`king_cutoff`].
#[must_use]
pub fn unrelated(n: usize, pairs: &[(u32, u32)]) -> Vec<u32> {
    let partners = neighbours(n, pairs);
    let mut place = vec![0u32; n];
    let mut out = Vec::new();
    for family in components(n, pairs) {
        for (at, &person) in (0..).zip(&family) {
            place[person as usize] = at;
        }
        let of: Vec<Vec<u32>> = (family.iter())
            .map(|&p| {
                partners[p as usize]
                    .iter()
                    .map(|q| place[*q as usize])
                    .collect()
            })
            .collect();
        let within: Vec<(u32, u32)> = (0..)
            .zip(&of)
            .flat_map(|(a, of)| of.iter().filter(move |b| **b > a).map(move |b| (a, *b)))
            .collect();
        let greedy = king_cutoff(family.len(), &within);
        let mut leave = vec![false; family.len()];
        for person in &greedy {
            leave[*person as usize] = true;
        }
        let kept = family.len() - greedy.len();
        if let Some(best) = (family.len() <= EXACT).then(|| largest(&of)).flatten()
            && best.count_ones() as usize > kept
        {
            for (at, leave) in leave.iter_mut().enumerate() {
                *leave = best >> at & 1 == 0;
            }
        }
        let leaving = family.iter().zip(&leave).filter(|p| *p.1);
        out.extend(leaving.map(|p| *p.0));
    }
    out.sort_unstable();
    out
}

/// A largest set of up to 64 people without a pair, the first of several; `None` where the search
/// takes too long.
fn largest(partners: &[Vec<u32>]) -> Option<u64> {
    let masks: Vec<u64> = (partners.iter())
        .map(|of| of.iter().fold(0, |mask, p| mask | 1 << p))
        .collect();
    let all = u64::MAX >> (64 - partners.len());
    let mut search = Search {
        masks: &masks,
        best: 0,
        steps: STEPS,
    };
    search.extend(0, all);
    (search.steps > 0).then_some(search.best)
}

struct Search<'m> {
    masks: &'m [u64],
    best: u64,
    steps: u32,
}

impl Search<'_> {
    /// Tries all sets of `chosen` and some of `left`.
    fn extend(&mut self, mut chosen: u64, mut left: u64) {
        loop {
            if self.steps == 0 || chosen.count_ones() + left.count_ones() <= self.best.count_ones()
            {
                return;
            }
            self.steps -= 1;
            // Who has at most one partner left is in some largest set.
            let mut most = (0, 0);
            let mut free = None;
            let mut rest = left;
            while rest != 0 {
                let person = rest.trailing_zeros();
                rest &= rest - 1;
                let partners = (self.masks[person as usize] & left).count_ones();
                if partners <= 1 {
                    free = Some(person);
                    break;
                }
                if partners > most.1 {
                    most = (person, partners);
                }
            }
            if let Some(person) = free {
                chosen |= 1 << person;
                left &= !(1 << person | self.masks[person as usize]);
                continue;
            }
            if left == 0 {
                self.best = chosen;
                return;
            }
            // With the one who has the most partners, then without.
            let person = most.0;
            self.extend(
                chosen | 1 << person,
                left & !(1 << person | self.masks[person as usize]),
            );
            left &= !(1 << person);
        }
    }
}
