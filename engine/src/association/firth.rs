//! Firth's penalised likelihood of one genotype, with the covariates' effects held fixed.
//!
//! The genotype is the residual of its regression on the covariates under the null weights; its
//! effect maximises `l(beta) + 1/2 ln I(beta)` (Firth 1993, *Biometrika* 80:27; Heinze & Schemper
//! 2002, *Stat. Med.* 21:2409), and the test is the likelihood ratio of it (the approximation of
//! Mbatchou et al. 2021, *Nat. Genet.* 53:1097, "approximate Firth").

const ITERATIONS: usize = 250;
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
    // The nearest places on either side where the penalised score is positive and negative.
    let mut rising: Option<(f64, f64)> = None;
    let mut falling: Option<(f64, f64)> = None;
    for _ in 0..ITERATIONS {
        if at.score.abs() <= CONVERGED * at.information.sqrt() {
            break;
        }
        let side = if at.score > 0.0 {
            &mut rising
        } else {
            &mut falling
        };
        *side = Some((beta, at.score));
        // The information is not the slope of the penalised score, and steps by it may swing from
        // side to side; between two sides the secant decides.
        let mut next = beta + (at.score / at.information).clamp(-LARGEST_STEP, LARGEST_STEP);
        if let (Some((low, up)), Some((high, down))) = (rising, falling) {
            let secant = low + up * (high - low) / (up - down);
            let width = high - low;
            next = secant.clamp(low.min(high), low.max(high));
            // Not at the ends, lest one of them stays.
            let inset = 1e-3 * width.abs();
            if (next - beta).abs() < 1e-15 * beta.abs() || width.abs() <= 1e-14 * beta.abs() {
                break;
            }
            if (next - low).abs() < inset {
                next = low + 2.0 * (next - low) + 1e-9 * width;
            } else if (next - high).abs() < inset {
                next = high + 2.0 * (next - high) - 1e-9 * width;
            }
        }
        beta = next;
        at = state(beta)?;
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
