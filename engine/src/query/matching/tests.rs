//! Matching against brute force.

use proptest::prelude::*;

use super::*;

fn run(problem: &Problem, order: &[u32], ratio: usize, method: Method) -> Matched {
    super::run(problem, order, (ratio, method), &|_| {})
}

fn points(values: &[(f64, f64, u32)]) -> Points {
    Points {
        dims: 2,
        bounds: 1,
        places: values.iter().flat_map(|v| [v.0, v.1]).collect(),
        bounded: values.iter().map(|v| v.1).collect(),
        groups: values.iter().map(|v| v.2).collect(),
    }
}

/// Distance of each allowed pair.
fn all(problem: &Problem) -> Vec<Vec<Option<u64>>> {
    let (cases, controls) = (&problem.cases, &problem.controls);
    let one = |i: usize, j: usize| {
        let off = |k: usize| (cases.bounded(i)[k] - controls.bounded(j)[k]).abs();
        let allowed = cases.groups[i] == controls.groups[j] && off(0) <= problem.calipers[0];
        let square: f64 = (cases.place(i).iter().zip(controls.place(j)))
            .map(|(a, b)| (a - b) * (a - b))
            .sum();
        Some(fixed(square.sqrt())).filter(|d| allowed && *d <= problem.limit)
    };
    (0..cases.len())
        .map(|i| (0..controls.len()).map(|j| one(i, j)).collect())
        .collect()
}

/// The best of all matchings: pairs, cases with a control, and then the least distance.
fn best(costs: &[Vec<Option<u64>>], ratio: usize) -> (usize, usize, u64) {
    fn go(
        costs: &[Vec<Option<u64>>],
        ratio: usize,
        case: usize,
        taken: u32,
        sum: (usize, usize, u64),
        best: &mut (usize, usize, u64),
    ) {
        let Some(row) = costs.get(case) else {
            let better = (sum.0, sum.1, std::cmp::Reverse(sum.2));
            if better > (best.0, best.1, std::cmp::Reverse(best.2)) {
                *best = sum;
            }
            return;
        };
        let free = (0..row.len()).filter(|j| taken >> j & 1 == 0 && row[*j].is_some());
        let free: Vec<usize> = free.collect();
        for subset in 0_u32..1 << free.len() {
            if subset.count_ones() as usize > ratio {
                continue;
            }
            let chosen = free
                .iter()
                .enumerate()
                .filter(|(k, _)| subset >> k & 1 == 1);
            let (mut taken, mut sum) = (taken, sum);
            sum.1 += usize::from(subset > 0);
            for (_, j) in chosen {
                taken |= 1 << j;
                sum.0 += 1;
                sum.2 += row[*j].unwrap_or(0);
            }
            go(costs, ratio, case + 1, taken, sum, best);
        }
    }
    let mut found = (0, 0, u64::MAX);
    go(costs, ratio, 0, 0, (0, 0, 0), &mut found);
    found
}

fn person() -> impl Strategy<Value = (f64, f64, u32)> {
    // Few different values, so that there are ties.
    (0_u8..12, 0_u8..6, 0_u32..3).prop_map(|(x, y, g)| (f64::from(x) / 3.0, f64::from(y), g))
}

fn problem() -> impl Strategy<Value = Problem> {
    let people = |n| prop::collection::vec(person(), 1..n);
    (people(5), people(8), 0_u8..5, 1_u8..6).prop_map(|(cases, controls, caliper, limit)| Problem {
        cases: points(&cases),
        controls: points(&controls),
        calipers: vec![f64::from(caliper)],
        limit: fixed(f64::from(limit)),
    })
}

proptest! {
    #[test]
    fn optimal_is_the_best_of_all(problem in problem(), ratio in 1_usize..4) {
        let matched = run(&problem, &[], ratio, Method::Optimal);
        let costs = all(&problem);
        let certificate = matched.certificate.unwrap();
        prop_assert_eq!(certificate.violation, 0);
        prop_assert_eq!(certificate.dual, certificate.objective);
        for pair in &matched.pairs {
            let cost = costs[pair.case as usize][pair.control as usize];
            prop_assert_eq!(cost, Some(pair.distance));
        }
        let mut used: Vec<u32> = matched.pairs.iter().map(|p| p.control).collect();
        used.sort_unstable();
        prop_assert!(used.windows(2).all(|w| w[0] != w[1]));
        let cases = problem.cases.len() - matched.unmatched.len();
        let sum = matched.pairs.iter().map(|p| p.distance).sum();
        let expected = best(&costs, ratio);
        prop_assert_eq!((matched.pairs.len(), cases, sum), expected);
    }

    #[test]
    fn nearest_takes_what_is_left(
        problem in problem(),
        ratio in 1_usize..4,
        replace in any::<bool>(),
    ) {
        let mut order: Vec<u32> = (0..problem.cases.len() as u32).collect();
        order.reverse();
        let costs = all(&problem);
        let mut taken = vec![vec![false; problem.controls.len()]; problem.cases.len()];
        let mut expected = Vec::new();
        for _ in 0..ratio {
            for &case in &order {
                let row = costs[case as usize].iter().enumerate();
                let free = row.filter_map(|(j, d)| Some(((*d)?, j as u32)));
                let next = free.filter(|e| !taken[case as usize][e.1 as usize]).min();
                if let Some((distance, control)) = next {
                    expected.push(Pair { case, control, distance });
                    for (other, taken) in (0..).zip(&mut taken) {
                        taken[control as usize] |= !replace || other == case;
                    }
                }
            }
        }
        expected.sort_unstable_by_key(|p| (p.case, p.distance, p.control));
        let matched = run(&problem, &order, ratio, Method::Nearest { replace });
        prop_assert_eq!(matched.pairs, expected);
    }

    /// Many controls, so that the tree has branches and lists are made longer.
    #[test]
    fn lists_are_made_longer(
        cases in prop::collection::vec(person(), 30..60),
        controls in prop::collection::vec(person(), 60..300),
        ratio in 1_usize..4,
    ) {
        let problem = Problem {
            cases: points(&cases),
            controls: points(&controls),
            calipers: vec![9.0],
            limit: u64::MAX - 1,
        };
        let certificate = run(&problem, &[], ratio, Method::Optimal).certificate.unwrap();
        prop_assert_eq!((certificate.violation, certificate.dual), (0, certificate.objective));
        let mut candidates = Candidates::new(&problem, 1);
        let costs = all(&problem);
        for (case, row) in (0..).zip(&costs) {
            while candidates.beyond(case).is_some() {
                candidates.widen(case);
            }
            let mut expected: Vec<(u64, u32)> =
                row.iter().zip(0..).filter_map(|(d, j)| Some(((*d)?, j))).collect();
            expected.sort_unstable();
            prop_assert_eq!(candidates.of(case), expected.as_slice());
        }
    }
}

#[test]
fn a_case_that_can_have_one_does() {
    // One case could take all three; the other has only the first.
    let problem = Problem {
        cases: points(&[(0.0, 0.0, 0), (0.0, 9.0, 0)]),
        controls: points(&[(0.0, 4.0, 0), (0.0, 0.0, 0), (0.0, 1.0, 0)]),
        calipers: vec![5.0],
        limit: u64::MAX - 1,
    };
    let matched = run(&problem, &[], 3, Method::Optimal);
    assert!(matched.unmatched.is_empty());
    assert_eq!(matched.pairs.len(), 3);
}
