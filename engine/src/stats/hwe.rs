//! The exact test of Hardy-Weinberg equilibrium.
//!
//! Wigginton, Cutler and Abecasis (2005): given the allele counts, the probability of all
//! genotype counts that are at most as likely as those seen. With the mid-p adjustment
//! (Graffelman and Moreno, 2013) those exactly as likely count half. Terms come from one
//! another by a multiplication and a division; the relative error stays below 1e-9 for a
//! million samples.

/// Which p-value to give.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum HweTest {
    /// The exact test.
    #[default]
    Exact,
    /// The exact test with the mid-p adjustment.
    MidP,
}

/// Terms within this factor of the one seen are as likely as it: rounding cannot part them.
const TIE: f64 = 1e-8;
/// A term below this part of a sum changes nothing that is printed.
const NEGLIGIBLE: f64 = 1e-18;
/// Where the sum of more likely terms passes this, all sums are scaled down.
const LARGE: f64 = 1e250;

/// The p-value for the genotype counts of a diploid variant; 1 where there is nothing to test
/// (mid-p: 0.5). Below the smallest positive float it is 0.
#[must_use]
pub fn hwe_exact(hom_ref: u64, het: u64, hom_alt: u64, test: HweTest) -> f64 {
    let seen = Term {
        rare: hom_ref.min(hom_alt) as f64,
        het: het as f64,
        common: hom_ref.max(hom_alt) as f64,
        value: 1.0,
    };
    // By heterozygotes the terms rise to one maximum and fall. On the far side of the term
    // seen all are less likely; towards the maximum come more likely ones, then again less
    // likely ones.
    let value = |t: Option<Term>| t.map_or(0.0, |t| t.value);
    let (towards, away): (Step, Step) = if value(seen.more_het()) > value(seen.fewer_het()) {
        (Term::more_het, Term::fewer_het)
    } else {
        (Term::fewer_het, Term::more_het)
    };
    let mut tail = Tail::default();
    tail.add(1.0, 1.0);
    tail.walk(away(seen), away, 1.0);

    // The sum of more likely terms, in units of `1 / one` of the term seen.
    let (mut middle, mut one) = (0.0, 1.0);
    let mut next = towards(seen);
    while let Some(term) = next.filter(|t| t.value > one * (1.0 + TIE)) {
        middle += term.value;
        let mut at = term;
        if middle > LARGE {
            if one < 1.0 {
                return 0.0;
            }
            (middle, one) = (middle / LARGE, 1.0 / LARGE);
            at.value /= LARGE;
            tail.scale(one);
        }
        next = towards(at);
    }
    tail.walk(next, towards, one);
    let all = middle + tail.less + tail.ties;
    let least = match test {
        HweTest::Exact => tail.less + tail.ties,
        HweTest::MidP => tail.less + tail.ties / 2.0,
    };
    least / all
}

type Step = fn(Term) -> Option<Term>;

/// Genotype counts and their probability, as a multiple of that of the counts seen.
#[derive(Clone, Copy)]
struct Term {
    rare: f64,
    het: f64,
    common: f64,
    value: f64,
}

impl Term {
    fn more_het(self) -> Option<Self> {
        let ratio = 4.0 * self.rare * self.common / ((self.het + 2.0) * (self.het + 1.0));
        (self.rare > 0.0).then_some(Self {
            rare: self.rare - 1.0,
            het: self.het + 2.0,
            common: self.common - 1.0,
            value: self.value * ratio,
        })
    }

    fn fewer_het(self) -> Option<Self> {
        let ratio = self.het * (self.het - 1.0) / (4.0 * (self.rare + 1.0) * (self.common + 1.0));
        (self.het > 1.0).then_some(Self {
            rare: self.rare + 1.0,
            het: self.het - 2.0,
            common: self.common + 1.0,
            value: self.value * ratio,
        })
    }
}

/// Sums of the terms that are not more likely than the one seen.
#[derive(Default)]
struct Tail {
    less: f64,
    ties: f64,
}

impl Tail {
    fn add(&mut self, value: f64, one: f64) {
        if value >= one * (1.0 - TIE) {
            self.ties += value;
        } else {
            self.less += value;
        }
    }

    /// Adds falling terms while they matter.
    fn walk(&mut self, mut next: Option<Term>, step: Step, one: f64) {
        while let Some(term) = next.filter(|t| t.value > (self.less + self.ties) * NEGLIGIBLE) {
            self.add(term.value, one);
            next = step(term);
        }
    }

    fn scale(&mut self, by: f64) {
        self.less *= by;
        self.ties *= by;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Logarithms of factorials, summed.
    fn ln_factorial(n: u64) -> f64 {
        (1..=n).map(|i| (i as f64).ln()).sum()
    }

    /// Every possible count of heterozygotes, from the definition.
    fn naive(hom_ref: u64, het: u64, hom_alt: u64, test: HweTest) -> f64 {
        let (n, a) = (hom_ref + het + hom_alt, 2 * hom_ref + het);
        let ln = |h: u64| {
            let (x, y) = ((a - h) / 2, (2 * n - a - h) / 2);
            h as f64 * 2f64.ln() - ln_factorial(x) - ln_factorial(h) - ln_factorial(y)
        };
        let seen = ln(het);
        let (mut less, mut ties, mut all) = (0.0, 0.0, 0.0);
        for h in (a % 2..=a.min(2 * n - a)).step_by(2) {
            let relative = (ln(h) - seen).exp();
            all += relative;
            if (relative - 1.0).abs() < 1e-9 {
                ties += relative;
            } else if relative < 1.0 {
                less += relative;
            }
        }
        match test {
            HweTest::Exact => (less + ties) / all,
            HweTest::MidP => (less + ties / 2.0) / all,
        }
    }

    proptest! {
        #[test]
        fn is_the_definition(a in 0u64..60, h in 0u64..60, b in 0u64..60) {
            for test in [HweTest::Exact, HweTest::MidP] {
                let (p, q) = (hwe_exact(a, h, b, test), naive(a, h, b, test));
                prop_assert!((p - q).abs() <= 1e-9 * q, "{p} {q}");
                prop_assert_eq!(p.to_bits(), hwe_exact(b, h, a, test).to_bits());
            }
        }

        #[test]
        fn any_counts_give_a_probability(a in 0u64..400_000, h in 0u64..400_000, b in 0u64..9000) {
            let p = hwe_exact(a, h, b, HweTest::Exact);
            prop_assert!((0.0..=1.0).contains(&p));
            prop_assert!(hwe_exact(a, h, b, HweTest::MidP) <= p);
        }
    }

    /// Counts and p-values printed by plink2 2.00a3.5's `--hardy` and `--hardy midp`.
    #[test]
    fn as_plink2_prints_it() {
        let cases = [
            (500, 0, 500, 1.31967e-301, 6.59835e-302),
            (19998, 1, 1, 7.50019e-05, 3.75009e-05),
            (6000, 9500, 4000, 0.0333536, 0.0327657),
            (2, 1, 2, 0.365079, f64::NAN),
            (4, 1, 2, 0.104895, f64::NAN),
            (0, 0, 0, 1.0, f64::NAN),
            (539, 6, 255, f64::NAN, 6.04212e-205),
            (50, 2, 12, f64::NAN, 8.77089e-12),
            (58, 5, 1, 0.158794, f64::NAN),
            (395, 5, 395, 1.92755e-227, f64::NAN),
        ];
        for (a, h, b, exact, mid_p) in cases {
            for (printed, test) in [(exact, HweTest::Exact), (mid_p, HweTest::MidP)] {
                let p = hwe_exact(a, h, b, test);
                let close = printed.is_nan() || (p - printed).abs() <= printed * 5.1e-6;
                assert!(close, "{a} {h} {b}: {p} but plink2 says {printed}");
            }
        }
        assert_eq!(hwe_exact(5000, 0, 5000, HweTest::Exact), 0.0);
    }
}
