//! Firth's penalised likelihood of one genotype, with the covariates' effects held fixed.
//!
//! The genotype is the residual of its regression on the covariates under the null weights; its
//! effect maximises `l(beta) + 1/2 ln I(beta)` (Firth 1993, *Biometrika* 80:27; Heinze & Schemper
//! 2002, *Stat. Med.* 21:2409), and the test is the likelihood ratio of it (the approximation of
//! Mbatchou et al. 2021, *Nat. Genet.* 53:1097, "approximate Firth").

const ITERATIONS: usize = 250;
const STEP_HALVINGS: usize = 25;
const LARGEST_STEP: f64 = 5.0;
/// Where the penalised score is below this part of the root of the information, it is zero.
const CONVERGED: f64 = 1e-9;

/// An effect by Firth's likelihood.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FirthFit {
    /// Log odds ratio of one copy.
    pub beta: f64,
    /// Standard error from the information at `beta`.
    pub se: f64,
    /// Likelihood ratio statistic, chi-square of one degree of freedom.
    pub chisq: f64,
}

/// Fits the effect of `genotype` (residuals on the covariates) with the linear predictor
/// `predictor` held fixed. `None` where it does not converge.
#[must_use]
pub fn firth(genotype: &[f64], y: &[f64], predictor: &[f64], has: &[bool]) -> Option<FirthFit> {
    let state = |beta: f64| state(beta, genotype, y, predictor, has);
    let null = state(0.0)?;
    let (mut beta, mut at) = (0.0, null);
    for _ in 0..ITERATIONS {
        if at.score.abs() <= CONVERGED * at.information.sqrt() {
            break;
        }
        let mut step = (at.score / at.information).clamp(-LARGEST_STEP, LARGEST_STEP);
        let mut halvings = 0;
        let next = loop {
            match state(beta + step) {
                Some(s) if s.deviance <= at.deviance + 1e-10 => break s,
                _ if halvings == STEP_HALVINGS => return None,
                _ => {
                    step /= 2.0;
                    halvings += 1;
                }
            }
        };
        beta += step;
        at = next;
        if step.abs() <= 1e-12 * beta.abs() {
            break;
        }
    }
    let chisq = null.deviance - at.deviance;
    if at.score.abs() > 1e-4 * at.information.sqrt() || chisq.is_nan() {
        return None;
    }
    Some(FirthFit {
        beta,
        se: 1.0 / at.information.sqrt(),
        chisq: chisq.max(0.0),
    })
}

#[derive(Clone, Copy)]
struct State {
    deviance: f64,
    score: f64,
    information: f64,
}

fn state(beta: f64, g: &[f64], y: &[f64], predictor: &[f64], has: &[bool]) -> Option<State> {
    let (mut deviance, mut score, mut information) = (0.0, 0.0, 0.0);
    // With h = w g^2 / I, the penalty's part of the score is sum g h (1/2 - p).
    let mut penalty = 0.0;
    for (((g, y), predictor), has) in g.iter().zip(y).zip(predictor).zip(has) {
        if !has {
            continue;
        }
        let eta = predictor + beta * g;
        let e = (-eta.abs()).exp();
        deviance += 2.0 * (eta.max(0.0) + e.ln_1p() - y * eta);
        let p = if eta >= 0.0 {
            1.0 / (1.0 + e)
        } else {
            e / (1.0 + e)
        };
        let w = p * (1.0 - p);
        information += w * g * g;
        score += g * (y - p);
        penalty += g * g * g * w * (0.5 - p);
    }
    if information.is_nan() || information <= 0.0 || !f64::is_finite(deviance) {
        return None;
    }
    Some(State {
        deviance: deviance - information.ln(),
        score: score + penalty / information,
        information,
    })
}
