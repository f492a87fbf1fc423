//! Firth's likelihood of one genotype by regenie's steps.
//!
//! First ordinary logistic models of pseudo-responses `y + h (1/2 - p)` (Kosmidis & Firth 2009,
//! *Biometrika* 96:793), then Newton's method with halved steps. Where the information is small,
//! what is printed depends on where the search stops: the tolerances are those of regenie 4.1.2.

use super::FirthFit;

/// The fit is done where the penalised score is nearer to zero than this, after a step at least.
const CONVERGED: f64 = 2.5e-4;
const LARGEST_STEP: f64 = 5.0;
/// Rounds of pseudo-responses, of a common and of a rare genotype.
const ROUNDS: [usize; 2] = [50, 125];
/// Newton's steps in one round.
const ROUND_STEPS: usize = 25;
/// The fit to pseudo-responses is given up where a round this late still moves the effect by more
/// than [`LATE_MOVE`].
const LATE_ROUND: usize = 15;
const LATE_MOVE: f64 = 0.1;
/// Newton's steps on the penalised likelihood, and halvings of one.
const NEWTON_STEPS: usize = 125;
const HALVINGS: usize = 25;
/// What is added to a step that no halving made good.
const NUDGE: f64 = 1e-6;
/// Linear predictors beyond this count as this far, where probabilities are those of
/// [`EXTREME`].
const LARGEST_PREDICTOR: f64 = 30.0;
const EXTREME: f64 = 10.0 * f64::EPSILON;

/// Fits the effect of `genotype` (residuals on the covariates) with the linear predictor
/// `predictor` held fixed, as [`super::firth`] does, by regenie's steps. With `carriers` the
/// genotype of everybody else counts as zero. `None` where regenie's search fails.
#[must_use]
pub fn firth_like_regenie(
    genotype: &[f64],
    y: &[f64],
    predictor: &[f64],
    has: &[bool],
    carriers: Option<&[u32]>,
) -> Option<FirthFit> {
    let person = |s: usize| {
        has.get(s).filter(|has| **has)?;
        Some(Person {
            genotype: *genotype.get(s)?,
            y: *y.get(s)?,
            predictor: *predictor.get(s)?,
        })
    };
    let (people, rounds): (Vec<Person>, usize) = match carriers {
        Some(of) => {
            let of = of.iter().filter_map(|&s| person(s as usize));
            (of.collect(), ROUNDS[1])
        }
        None => ((0..genotype.len()).filter_map(person).collect(), ROUNDS[0]),
    };
    let null = State::at(&people, 0.0);
    if null.information.is_nan() || null.information <= 0.0 {
        return None;
    }
    by_pseudo_responses(&people, &null, rounds).or_else(|| by_newton(&people, &null))
}

/// What one person brings to the likelihood.
#[derive(Clone, Copy)]
struct Person {
    genotype: f64,
    y: f64,
    predictor: f64,
}

impl Person {
    fn probability(&self, beta: f64) -> f64 {
        let eta = beta.mul_add(self.genotype, self.predictor);
        if eta > LARGEST_PREDICTOR {
            1.0 / (1.0 + EXTREME)
        } else if eta < -LARGEST_PREDICTOR {
            EXTREME / (1.0 + EXTREME)
        } else {
            1.0 / (1.0 + (-eta).exp())
        }
    }
}

/// The penalised likelihood at an effect.
#[derive(Clone, Copy)]
struct State {
    beta: f64,
    /// Minus twice the penalised log likelihood.
    deviance: f64,
    /// Its derivative, with the penalty's part: `sum g (y - p + h (1/2 - p))`, where
    /// `h = w g^2 / I`.
    score: f64,
    /// `I = sum w g^2`.
    information: f64,
}

impl State {
    fn at(people: &[Person], beta: f64) -> Self {
        let (mut deviance, mut score, mut information, mut penalty) = (0.0, 0.0, 0.0, 0.0);
        for person in people {
            let g = person.genotype;
            let p = person.probability(beta);
            let likelihood = if person.y == 1.0 { p } else { 1.0 - p };
            deviance -= 2.0 * likelihood.ln();
            let weighted = g * g * p * (1.0 - p);
            information += weighted;
            score += g * (person.y - p);
            penalty += g * weighted * (0.5 - p);
        }
        Self {
            beta,
            deviance: deviance - information.ln(),
            score: score + penalty / information,
            information,
        }
    }

    /// The test of this effect; `None` where it is less likely than none.
    fn against(&self, null: &Self) -> Option<FirthFit> {
        let chisq = null.deviance - self.deviance;
        (chisq >= 0.0 && self.beta.is_finite()).then(|| FirthFit {
            beta: self.beta,
            se: 1.0 / self.information.sqrt(),
            chisq,
        })
    }
}

fn by_pseudo_responses(people: &[Person], null: &State, rounds: usize) -> Option<FirthFit> {
    let mut at = *null;
    let mut early = 0.0;
    let mut responses = vec![0.0; people.len()];
    for round in 1..=rounds {
        if round > 1 {
            at = State::at(people, at.beta);
            if at.score.abs() < CONVERGED {
                return at.against(null);
            }
        }
        if round == LATE_ROUND - 1 {
            early = at.beta;
        }
        if round == LATE_ROUND && (at.beta - early).abs() > LATE_MOVE {
            return None;
        }
        for (response, person) in responses.iter_mut().zip(people) {
            let (g, p) = (person.genotype, person.probability(at.beta));
            let hat = g * g * p * (1.0 - p) / at.information;
            *response = hat.mul_add(0.5 - p, person.y);
        }
        at.beta = fit_responses(people, &responses, &at)?;
    }
    None
}

/// The effect that ordinary logistic regression on the responses has, from `start`; `None` where
/// its steps do not become smaller.
fn fit_responses(people: &[Person], responses: &[f64], start: &State) -> Option<f64> {
    let State {
        mut beta,
        mut score,
        mut information,
        ..
    } = *start;
    let mut last = f64::INFINITY;
    for _ in 0..ROUND_STEPS {
        let step = score / information;
        if step.is_nan() || step.abs() > last {
            return None;
        }
        last = step.abs();
        beta += step.clamp(-LARGEST_STEP, LARGEST_STEP);
        (score, information) = (0.0, 0.0);
        for (person, response) in people.iter().zip(responses) {
            let (g, p) = (person.genotype, person.probability(beta));
            score += g * (response - p);
            information += g * g * p * (1.0 - p);
        }
        if score.abs() < CONVERGED {
            return Some(beta);
        }
    }
    None
}

fn by_newton(people: &[Person], null: &State) -> Option<FirthFit> {
    let mut at = *null;
    for step_number in 1..=NEWTON_STEPS {
        if at.score.abs() < CONVERGED && step_number > 1 {
            return at.against(null);
        }
        let mut step = (at.score / at.information).clamp(-LARGEST_STEP, LARGEST_STEP);
        let mut next = State::at(people, at.beta + step);
        let mut halvings = 1;
        // The negation halves also where the likelihood is not a number.
        while !matches!(
            next.deviance.partial_cmp(&at.deviance),
            Some(std::cmp::Ordering::Less)
        ) {
            if halvings == HALVINGS {
                next.beta += NUDGE;
                break;
            }
            halvings += 1;
            step /= 2.0;
            next = State::at(people, at.beta + step);
        }
        at = next;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    /// People of whom some carry one copy, with a predictor that differs.
    fn people(n: usize, carriers: usize, cases: usize) -> (Vec<f64>, Vec<f64>, Vec<f64>) {
        let genotype: Vec<f64> = (0..n)
            .map(|s| if s < carriers { 1.0 } else { 0.0 })
            .collect();
        let y = (0..n)
            .map(|s| f64::from(u8::from(s < cases || s % 5 == 4)))
            .collect();
        let predictor = (0..n).map(|s| (s as f64 * 0.7).sin() - 1.0).collect();
        (genotype, y, predictor)
    }

    #[test]
    fn one_carrier_has_the_answer_on_paper() {
        // The score y - p + (1/2 - p) is zero where p = (y + 1/2) / 2: 3/4 of a case.
        let (g, y, predictor) = people(20, 1, 1);
        let has = vec![true; 20];
        let fit = firth_like_regenie(&g, &y, &predictor, &has, None).unwrap();
        assert!((fit.beta - (3f64.ln() + 1.0)).abs() < 1e-3, "{fit:?}");
        let se = 1.0 / (0.75f64 * 0.25).sqrt();
        assert!((fit.se - se).abs() < 1e-3);
        let p = 1.0 / (1.0 + 1f64.exp());
        let chisq = 2.0 * (0.75 / p).ln() + (0.75 * 0.25 / (p * (1.0 - p))).ln();
        assert!((fit.chisq - chisq).abs() < 1e-6, "{fit:?} {chisq}");
    }

    #[test]
    fn carriers_alone_are_all_where_others_have_zero() {
        for (carriers, cases) in [(1, 1), (4, 4), (9, 2), (12, 7)] {
            let (g, y, predictor) = people(60, carriers, cases);
            let mut has = vec![true; 60];
            has[carriers / 2 + 20] = false;
            let of: Vec<u32> = (0..carriers as u32).collect();
            let all = firth_like_regenie(&g, &y, &predictor, &has, None).unwrap();
            let few = firth_like_regenie(&g, &y, &predictor, &has, Some(&of)).unwrap();
            assert!((all.beta - few.beta).abs() < 1e-12);
            assert!((all.se - few.se).abs() < 1e-12);
            assert!((all.chisq - few.chisq).abs() < 1e-10);
        }
    }

    #[test]
    fn both_ways_find_the_same_maximum() {
        for (carriers, cases) in [(3, 3), (5, 0), (20, 13), (30, 2)] {
            let (g, y, predictor) = people(80, carriers, cases);
            let people: Vec<Person> = (0..80)
                .map(|s| Person {
                    genotype: g[s] - 0.1,
                    y: y[s],
                    predictor: predictor[s],
                })
                .collect();
            let null = State::at(&people, 0.0);
            let one = by_pseudo_responses(&people, &null, ROUNDS[1]).unwrap();
            let other = by_newton(&people, &null).unwrap();
            // Each stops where the score is nearly zero.
            let apart = 2.0 * CONVERGED * one.se * one.se;
            assert!(
                (one.beta - other.beta).abs() < 2.0 * apart,
                "{one:?} {other:?}"
            );
            // The penalised likelihood is lower on either side.
            for beta in [one.beta - 0.01, one.beta + 0.01] {
                let beside = State::at(&people, beta);
                assert!(null.deviance - beside.deviance < one.chisq);
            }
        }
    }

    #[test]
    fn a_genotype_of_nobody_has_no_fit() {
        let (_, y, predictor) = people(10, 1, 1);
        let has = vec![true; 10];
        assert_eq!(
            firth_like_regenie(&[0.0; 10], &y, &predictor, &has, None),
            None
        );
        assert_eq!(
            firth_like_regenie(&[1.0; 10], &y, &predictor, &[false; 10], None),
            None
        );
        assert_eq!(
            firth_like_regenie(&[f64::NAN; 10], &y, &predictor, &has, None),
            None
        );
        assert_eq!(
            firth_like_regenie(&[1.0; 10], &y, &predictor, &has, Some(&[99])),
            None
        );
    }
}
