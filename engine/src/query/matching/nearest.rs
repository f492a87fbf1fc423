//! Greedy matching: round by round, each case takes the nearest control that is left.

use super::candidates::Candidates;
use super::{Pair, Problem};

/// Matches the cases in this order, up to `ratio` controls each: all cases take one before any
/// takes another, as in MatchIt's `method = "nearest"`. With `replace` a control may be taken by
/// several cases.
pub(super) fn run(
    problem: &Problem,
    candidates: &mut Candidates<'_>,
    order: &[u32],
    (ratio, replace): (usize, bool),
) -> Vec<Pair> {
    let mut taken = vec![false; problem.controls.len()];
    // How far down its list each case is.
    let mut next = vec![0_usize; problem.cases.len()];
    let mut pairs = Vec::new();
    for _ in 0..ratio {
        for &case in order {
            let at = &mut next[case as usize];
            loop {
                let Some(&(distance, control)) = candidates.of(case).get(*at) else {
                    if candidates.beyond(case).is_none() {
                        break;
                    }
                    candidates.widen(case);
                    continue;
                };
                *at += 1;
                if replace || !std::mem::replace(&mut taken[control as usize], true) {
                    pairs.push(Pair {
                        case,
                        control,
                        distance,
                    });
                    break;
                }
            }
        }
    }
    pairs
}
