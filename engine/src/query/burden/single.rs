//! The test of one genotype against one trait.

use crate::association::{
    Analysis, FixedVectors, Linear, LogisticNull, Models, Null, Score, Search, TraitVectors, firth,
    firth_like_regenie, saddlepoint,
};
use crate::stats::{chi_square_log10p, chi_square_of_log10p};

use super::column::{ClassSums, Column};
use super::options::ScoreOptions;
use super::result::Outcome;

/// Variances below this are none.
pub(super) const NO_VARIANCE: f64 = 1e-12;
/// Copies of the minor allele below which regenie has carriers alone in Firth's likelihood.
pub(super) const FEW_COPIES: f64 = 50.0;

/// What is done where a binary trait's score test is not to be trusted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Correction {
    /// Nothing.
    None,
    /// Firth's penalised likelihood, where the score test's statistic is above a bound; the
    /// standard error from the likelihood's information, or else from the p-value.
    Firth {
        /// The least statistic, chi-square of one degree of freedom.
        from: f64,
        /// The standard error is that of the information.
        own_se: bool,
    },
    /// The saddlepoint approximation, where the score test's statistic is above a bound.
    Saddlepoint {
        /// The least statistic, chi-square of one degree of freedom.
        from: f64,
    },
}

impl Correction {
    /// The statistic from which on there is a correction.
    pub(super) const fn from(self) -> f64 {
        match self {
            Self::None => f64::INFINITY,
            Self::Firth { from, .. } | Self::Saddlepoint { from } => from,
        }
    }
}

/// Score and variance of a genotype in a trait.
#[derive(Clone, Debug)]
pub(super) struct Tested {
    pub(super) score: f64,
    pub(super) variance: f64,
    /// Products with the trait's basis.
    pub(super) basis: Vec<f64>,
}

/// Products of a column with vectors.
pub(super) struct Products<'c> {
    pub(super) column: &'c Column,
    pub(super) sums: &'c ClassSums,
    pub(super) vectors: &'c FixedVectors,
}

impl Products<'_> {
    pub(super) fn of(&self, v: usize) -> f64 {
        self.column.product(self.sums, self.vectors, v)
    }

    pub(super) fn squares(&self, v: usize) -> f64 {
        self.column.square(self.sums, self.vectors, v)
    }

    fn each(&self, vectors: &[usize]) -> Vec<f64> {
        vectors.iter().map(|&v| self.of(v)).collect()
    }

    /// Score of a quantitative trait: `r'(g - X X'g)`, and the sum of squares of the genotype's
    /// residuals among those who have the trait.
    fn linear(
        &self,
        analysis: &Analysis,
        at: &TraitVectors,
        of: &Linear,
        like_regenie: bool,
    ) -> Tested {
        let basis = self.each(&at.basis);
        let explained: f64 = of
            .residual_basis
            .iter()
            .zip(&basis)
            .map(|(r, b)| r * b)
            .sum();
        let score = self.of(at.residuals) - explained;
        let along: f64 = basis.iter().map(|b| b * b).sum();
        let variance = match at.has {
            None => self.column.moments(analysis.people).1 - along,
            Some(has) if at.masked_basis.is_empty() => self.squares(has) - along,
            Some(has) => {
                let masked = self.each(&at.masked_basis);
                let cross: f64 = basis.iter().zip(&masked).map(|(b, m)| b * m).sum();
                // What the covariates explain, among those with the trait; of a sparse genotype
                // regenie takes that of everybody.
                let within = if like_regenie && self.column.is_sparse(analysis.people) {
                    along
                } else {
                    let rows = of.masked_products.chunks(basis.len().max(1)).zip(&basis);
                    rows.map(|(row, b)| b * row.iter().zip(&basis).map(|(p, b)| p * b).sum::<f64>())
                        .sum()
                };
                self.squares(has) - 2.0 * cross + within
            }
        };
        Tested {
            score,
            variance,
            basis,
        }
    }

    /// Score of a binary trait: `(y - p)'g`, and `g'Wg - |U'g|^2`.
    pub(super) fn logistic(&self, at: &TraitVectors) -> Tested {
        let basis = self.each(&at.basis);
        let along: f64 = basis.iter().map(|b| b * b).sum();
        let weighted = at.weights.map_or(0.0, |w| self.squares(w));
        Tested {
            score: self.of(at.residuals),
            variance: weighted - along,
            basis,
        }
    }
}

impl Products<'_> {
    /// Score and variance in trait `t`, where it has a null model.
    pub(super) fn tested(&self, analysis: &Analysis, models: &Models, t: usize) -> Option<Tested> {
        let at = models.places.get(t)?;
        match models.nulls.get(t)?.as_ref().ok()? {
            Null::Linear(linear) => Some(self.linear(analysis, at, linear, false)),
            Null::Logistic(_) => Some(self.logistic(at)),
        }
    }
}

/// Tests a genotype against trait `t`.
pub(super) fn test(
    products: &Products<'_>,
    analysis: &Analysis,
    models: &Models,
    t: usize,
    (options, count): (&ScoreOptions, f64),
) -> Outcome {
    let correction = options.correction;
    let (Some(Ok(null)), Some(at)) = (models.nulls.get(t), models.places.get(t)) else {
        return failed("NO_NULL_MODEL");
    };
    match null {
        Null::Linear(linear) => {
            let tested = products.linear(analysis, at, linear, options.like_regenie);
            if tested.variance <= NO_VARIANCE * products.column.moments(analysis.people).1 {
                return failed("NO_VARIANCE");
            }
            let chisq = tested.score * tested.score / tested.variance;
            Outcome {
                beta: Some(tested.score / tested.variance * linear.null.scale),
                se: Some(linear.null.scale / tested.variance.sqrt()),
                chisq: Some(chisq),
                log10p: Some(chi_square_log10p(chisq)),
                ..Outcome::default()
            }
        }
        Null::Logistic(null) => {
            let tested = products.logistic(at);
            if tested.variance <= NO_VARIANCE {
                return failed("NO_VARIANCE");
            }
            let chisq = tested.score * tested.score / tested.variance;
            let plain = Outcome {
                beta: Some(tested.score / tested.variance),
                se: Some(1.0 / tested.variance.sqrt()),
                chisq: Some(chisq),
                log10p: Some(chi_square_log10p(chisq)),
                method: Some("SCORE"),
                ..Outcome::default()
            };
            if chisq <= correction.from() {
                return plain;
            }
            let Some(has) = analysis.traits.get(t) else {
                return plain;
            };
            let carriers_alone = options.like_regenie && count < FEW_COPIES;
            let case = Case {
                analysis,
                null,
                has: &has.has,
                y: &has.values,
                correction,
                search: options.search(),
            };
            match case.correct(products.column, &tested, carriers_alone) {
                Some(fit) => fit.outcome(&tested, correction),
                // The effect stays, without a p-value.
                None => Outcome {
                    chisq: None,
                    log10p: None,
                    why: Some("TEST_FAIL"),
                    method: None,
                    ..plain
                },
            }
        }
    }
}

fn failed(why: &'static str) -> Outcome {
    Outcome {
        why: Some(why),
        ..Outcome::default()
    }
}

/// A corrected test.
#[derive(Clone, Copy, Debug)]
pub(super) struct Corrected {
    pub(super) chisq: f64,
    log10p: f64,
    /// Effect and its standard error, of Firth's likelihood.
    effect: Option<(f64, f64)>,
}

impl Corrected {
    fn outcome(&self, tested: &Tested, correction: Correction) -> Outcome {
        let (beta, se) = match (self.effect, correction) {
            // That which gives the p-value.
            (Some((beta, _)), Correction::Firth { own_se: false, .. }) if self.chisq > 0.0 => {
                (beta, beta.abs() / self.chisq.sqrt())
            }
            (Some(effect), _) => effect,
            (None, _) => {
                let se = 1.0 / tested.variance.sqrt();
                (tested.score.signum() * self.chisq.sqrt() * se, se)
            }
        };
        Outcome {
            beta: Some(beta),
            se: Some(se),
            chisq: Some(self.chisq),
            log10p: Some(self.log10p),
            method: match correction {
                Correction::None => None,
                Correction::Firth { .. } => Some("FIRTH"),
                Correction::Saddlepoint { .. } => Some("SPA"),
            },
            ..Outcome::default()
        }
    }
}

/// A binary trait, its null model, and what is done about its score tests.
pub(super) struct Case<'c> {
    pub(super) analysis: &'c Analysis,
    pub(super) null: &'c LogisticNull,
    pub(super) has: &'c [bool],
    pub(super) y: &'c [f64],
    pub(super) correction: Correction,
    pub(super) search: Search,
}

impl Case<'_> {
    /// The corrected test of a column; `None` where it fails. With `carriers_alone`, people who
    /// do not carry a sparse genotype have no residuals in Firth's likelihood, as in regenie.
    pub(super) fn correct(
        &self,
        column: &Column,
        tested: &Tested,
        carriers_alone: bool,
    ) -> Option<Corrected> {
        let mut residual = column.values(&self.analysis.included);
        project(&mut residual, self.null, &tested.basis);
        if !column.is_sparse(self.analysis.people) {
            return self.of_residual(&residual, None, tested);
        }
        let carriers = column.carriers(&self.analysis.included);
        let whole = !carriers_alone && matches!(self.correction, Correction::Firth { .. });
        self.of_residual(&residual, (!whole).then_some(&carriers), tested)
    }

    /// As [`correct`](Self::correct) by Firth with carriers alone, as regenie tests a variant of few
    /// copies within SKAT. Its search starts at the carriers' log odds ratio, and the deviance of
    /// everybody else, who has the full residuals there, is taken at the start and not at the end:
    /// the statistic has the difference to that of no effect.
    pub(super) fn correct_within_skat(
        &self,
        column: &Column,
        tested: &Tested,
    ) -> Option<Corrected> {
        let alone = self.correct(column, tested, true)?;
        if !column.is_sparse(self.analysis.people) || alone.effect.is_none() {
            return Some(alone);
        }
        let mut residual = column.values(&self.analysis.included);
        let carries: Vec<bool> = residual.iter().map(|v| *v != 0.0).collect();
        project(&mut residual, self.null, &tested.basis);
        // Cases and controls among carriers, and among all others.
        let mut counts = [[0.5f64; 2]; 2];
        let people = || (0..residual.len()).filter(|s| self.has[*s]);
        for s in people() {
            counts[usize::from(carries[s])][usize::from(self.y[s] == 1.0)] += 1.0;
        }
        let [[controls, cases], [carrying_controls, carrying_cases]] = counts;
        // A single carrier makes the search fail, and begin again at no effect.
        if carrying_cases + carrying_controls < 2.5 {
            return Some(alone);
        }
        let start = (carrying_cases * controls / (cases * carrying_controls)).ln();
        let mut difference = 0.0;
        for s in people().filter(|s| !carries[*s]) {
            let eta = self.null.firth_predictor[s];
            let deviance = |eta: f64| {
                let margin = if self.y[s] == 1.0 { -eta } else { eta };
                2.0 * margin.exp().ln_1p()
            };
            difference += deviance(eta) - deviance(start.mul_add(residual[s], eta));
        }
        let chisq = alone.chisq + difference;
        Some(Corrected {
            chisq,
            log10p: chi_square_log10p(chisq),
            ..alone
        })
    }

    /// The corrected test of a genotype's residuals. Where there are `carriers`, all others have
    /// no residuals in regenie's likelihood, and are taken together in a saddle point.
    pub(super) fn of_residual(
        &self,
        residual: &[f64],
        carriers: Option<&[u32]>,
        tested: &Tested,
    ) -> Option<Corrected> {
        match self.correction {
            Correction::None => None,
            Correction::Firth { .. } => {
                let (y, eta) = (self.y, &self.null.firth_predictor);
                let fit = match self.search {
                    Search::Exact => firth(residual, y, eta, self.has),
                    Search::LikeRegenie => firth_like_regenie(residual, y, eta, self.has, carriers),
                }?;
                Some(Corrected {
                    chisq: fit.chisq,
                    log10p: chi_square_log10p(fit.chisq),
                    effect: Some((fit.beta, fit.se)),
                })
            }
            Correction::Saddlepoint { .. } => {
                let log10p = saddlepoint(&Score {
                    genotype: residual,
                    probability: &self.null.probability,
                    has: self.has,
                    carriers,
                    z: tested.score / tested.variance.sqrt(),
                    variance: tested.variance,
                    search: self.search,
                })?;
                Some(Corrected {
                    chisq: chi_square_of_log10p(log10p),
                    log10p,
                    effect: None,
                })
            }
        }
    }
}

/// Takes out of a genotype what the covariates explain under a null model.
pub(super) fn project(genotype: &mut [f64], null: &LogisticNull, along: &[f64]) {
    for (basis, along) in null.basis.iter().zip(along) {
        for (g, b) in genotype.iter_mut().zip(basis) {
            *g -= along * b;
        }
    }
}
