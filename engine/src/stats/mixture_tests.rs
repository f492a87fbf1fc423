use super::*;

/// Made by `golden/mixture.py`.
const GOLDEN: &str = include_str!("golden/mixture.tsv");

#[test]
fn tails_are_those_of_arbitrary_precision() {
    let mut worst = 0.0f64;
    let mut deepest = 0.0f64;
    for line in GOLDEN.lines() {
        let fields: Vec<&str> = line.split('\t').collect();
        let q: f64 = fields[0].parse().unwrap();
        let expected: f64 = fields[1].parse().unwrap();
        let weights: Vec<f64> = fields[2].split(',').map(|w| w.parse().unwrap()).collect();
        let found = mixture_log10p(q, &weights).unwrap();
        let apart = (found - expected).abs();
        assert!(apart <= 1e-8 * expected.max(1e-2), "{line}: {found}");
        worst = worst.max(apart);
        deepest = deepest.max(expected);
    }
    assert!(GOLDEN.lines().count() > 60 && deepest > 300.0 && worst < 1e-6);
}

#[test]
fn one_weight_and_no_weight() {
    assert_eq!(mixture_log10p(3.0, &[]), None);
    assert_eq!(mixture_log10p(3.0, &[0.0, -1.0]), None);
    assert_eq!(mixture_log10p(0.0, &[1.0, 2.0]), Some(0.0));
    assert_eq!(mixture_log10p(f64::NAN, &[1.0]), None);
    let one = mixture_log10p(20.0, &[2.0]).unwrap();
    assert!((one - super::super::chi_square_log10p(10.0)).abs() < 1e-12);
    // Far beyond what a float holds as a number.
    let deep = mixture_log10p(1e6, &[1.0, 0.5, 0.2]).unwrap();
    assert!(deep > 2e5 && deep.is_finite());
}

/// `scipy.stats.ncx2.sf(x, k, nc)`.
#[test]
fn squares_that_are_not_central() {
    for (k, shift, x, expected) in [
        (3, 2.5, 0.4, 0.9811465093572243),
        (3, 2.5, 5.0, 0.459761014209185),
        (3, 2.5, 30.0, 0.00017645166362253035),
        (1, 4.0, 1.0, 0.8426946441001731),
        (1, 4.0, 40.0, 7.6419923878989e-06),
        (12, 30.0, 20.0, 0.983075233149263),
        (12, 30.0, 120.0, 8.707059802144315e-07),
    ] {
        let found = shifted_mixture_ln_survival(x, &vec![1.0; k], &[shift])
            .unwrap()
            .exp();
        assert!(
            (found / expected - 1.0).abs() < 1e-8,
            "{k} {shift} {x}: {found}"
        );
        // The scale does not matter, nor in how many squares the shift is.
        let parts = vec![3.0 * shift / k as f64; k];
        let scaled = shifted_mixture_ln_survival(3.0 * x, &vec![3.0; k], &parts).unwrap();
        assert!((scaled.exp() / expected - 1.0).abs() < 1e-8);
    }
}
