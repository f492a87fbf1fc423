//! Several sites' summaries, tested together without their genotypes.

use std::collections::HashMap;

use super::combined;
use super::options::Options;
use super::result::{MaskName, Outcome, ResultRow, SetAnswer, Test};
use super::single::NO_VARIANCE;
use super::summary::{SetSummary, SummaryHead, VariantSummary};
use crate::stats::{Kernel, cauchy_combination, chi_square_log10p};

/// What sites have in common, and what they are together.
#[derive(Clone, Debug)]
pub struct Sites {
    /// Names of the traits, in the order of the first site.
    pub traits: Vec<String>,
    /// People with each trait, and cases.
    pub people: Vec<(u64, Option<u64>)>,
    /// Names of the masks.
    pub masks: Vec<String>,
    /// For each site its people, and for each trait the degrees of freedom of its residuals.
    sizes: Vec<(u64, Vec<f64>)>,
    /// For each site, its place of each trait; `None` where it has no null model of it.
    places: Vec<Vec<Option<usize>>>,
    binary: bool,
}

/// A set of all sites: sums over them.
struct Together {
    variants: Vec<VariantSummary>,
    /// For each trait, the residuals' standard deviation, scores, and the covariance in rows.
    sd: Vec<f64>,
    scores: Vec<Vec<f64>>,
    covariances: Vec<Vec<f64>>,
}

/// A column of tests: a variant, or the rarest of a mask together.
struct Tested {
    score: f64,
    variants: Vec<usize>,
    weight: f64,
    acat: f64,
    /// Of the minor allele.
    copies: f64,
}

impl Together {
    /// -1 for a variant whose reference allele is the rarer: its copies are counted, as where
    /// genotypes are.
    fn sign(&self, variant: usize) -> f64 {
        let of = &self.variants[variant];
        if of.count > of.called { -1.0 } else { 1.0 }
    }
}

impl Sites {
    /// Of the sites' heads.
    ///
    /// # Errors
    /// What they do not have in common.
    pub fn new(heads: &[SummaryHead]) -> Result<Self, String> {
        let first = heads.first().ok_or("there is no summary")?;
        if heads.iter().any(|h| h.binary != first.binary) {
            return Err(
                "some summaries are of binary traits, some of quantitative ones".to_owned(),
            );
        }
        for head in heads {
            if head.masks != first.masks {
                return Err(format!(
                    "masks differ: {} and {}",
                    first.masks.join(","),
                    head.masks.join(",")
                ));
            }
        }
        let place = |head: &SummaryHead, name: &str| {
            (head.traits.iter()).position(|t| t.name == name && t.failed.is_empty())
        };
        let names = first.traits.iter().map(|t| t.name.clone());
        let traits: Vec<String> = names
            .filter(|name| {
                heads
                    .iter()
                    .all(|h| h.traits.iter().any(|t| t.name == *name))
            })
            .collect();
        if traits.is_empty() {
            return Err("no trait is in all summaries".to_owned());
        }
        let places: Vec<Vec<Option<usize>>> = (heads.iter())
            .map(|head| traits.iter().map(|name| place(head, name)).collect())
            .collect();
        let mut people = Vec::new();
        for t in 0..traits.len() {
            let of = heads.iter().zip(&places);
            let of: Vec<_> = of.filter_map(|(h, p)| h.traits.get(p[t]?)).collect();
            let cases = of.iter().filter_map(|t| t.cases).sum();
            let all = of.iter().map(|t| t.people).sum();
            people.push((all, first.binary.then_some(cases)));
        }
        let freedom = |h: &SummaryHead, p: &[Option<usize>]| -> Vec<f64> {
            let of = |p: &Option<usize>| p.and_then(|p| h.traits.get(p)).map_or(0.0, |t| t.freedom);
            p.iter().map(of).collect()
        };
        let sizes = heads
            .iter()
            .zip(&places)
            .map(|(h, p)| (h.people, freedom(h, p)));
        Ok(Self {
            traits,
            people,
            masks: first.masks.clone(),
            sizes: sizes.collect(),
            places,
            binary: first.binary,
        })
    }

    /// Tests a set; `summaries` are those of the sites that have it, with their places. Masks are
    /// burdened by the sum of their variants, and the rarest variants are summed for tests of
    /// variance: sums of scores are known, those of collapsed genotypes are not.
    #[must_use]
    pub fn test(&self, summaries: &[(usize, SetSummary)], options: &Options) -> SetAnswer {
        let together = self.together(summaries);
        let mut answer = SetAnswer::default();
        let bins = &options.bins;
        let frequency = |v: &VariantSummary| v.count as f64 / (2 * v.called).max(1) as f64;
        let minor = |v: &VariantSummary| v.count.min((2 * v.called).saturating_sub(v.count));
        for (m, mask) in self.masks.iter().enumerate() {
            let mut members: Vec<usize> = Vec::new();
            for bin in 0..bins.count() {
                members.extend((0..together.variants.len()).filter(|&v| {
                    let of = &together.variants[v];
                    let binned = bins.first(frequency(of), minor(of) == 1);
                    of.masks.contains(&m) && minor(of) > 0 && binned == Some(bin)
                }));
                let copies: u64 = members.iter().map(|&v| together.variants[v].count).sum();
                if members.is_empty() {
                    continue;
                }
                let bound = bin.checked_sub(1).and_then(|b| bins.bounds().get(b));
                let place = answer.masks.len();
                let allele = format!("{mask}.{}", bins.name(bin));
                answer.masks.push(MaskName {
                    name: allele.clone(),
                    allele,
                    variants: members.len() as u32,
                    ..MaskName::default()
                });
                let called = members.iter().map(|&v| together.variants[v].called).max();
                let sites = members.len() as f64;
                let frequency = copies as f64 / (2.0 * called.unwrap_or(1) as f64 * sites);
                for t in 0..self.traits.len() {
                    let row = |test, frequency, outcome| ResultRow {
                        trait_index: t,
                        mask: place,
                        test,
                        frequency,
                        people: self.people[t].0,
                        cases: self.people[t].1,
                        outcome,
                    };
                    if bound.is_some_and(|b| *b == options.variant_bound) {
                        let tests = self.of_variants(&together, t, &members, options);
                        answer
                            .rows
                            .extend(tests.into_iter().map(|(test, o)| row(test, None, o)));
                    }
                    if options.tests.burden && copies as f64 >= options.least_count {
                        let outcome = self.burden(&together, t, &members);
                        answer
                            .rows
                            .push(row(Test::Burden, Some(frequency), outcome));
                    }
                }
            }
        }
        if options.tests.gene {
            combined::add(&self.people, options.tests.skato, &mut answer);
        }
        answer
    }

    fn burden(&self, together: &Together, t: usize, members: &[usize]) -> Outcome {
        let m = together.variants.len();
        let score: f64 = members.iter().map(|&v| together.scores[t][v]).sum();
        let mut variance = 0.0;
        for &j in members {
            variance += members
                .iter()
                .map(|&k| together.covariances[t][j * m + k])
                .sum::<f64>();
        }
        if variance <= 0.0 {
            return Outcome {
                why: Some("NO_VARIANCE"),
                ..Outcome::default()
            };
        }
        let chisq = (score / together.sd[t]).powi(2) / variance;
        Outcome {
            beta: Some(score / variance),
            se: Some(together.sd[t] / variance.sqrt()),
            chisq: Some(chisq),
            log10p: Some(chi_square_log10p(chisq)),
            method: self.binary.then_some("SCORE"),
            ..Outcome::default()
        }
    }

    fn of_variants(
        &self,
        together: &Together,
        t: usize,
        members: &[usize],
        options: &Options,
    ) -> Vec<(Test, Outcome)> {
        let mut columns: Vec<Tested> = Vec::new();
        let mut rare: Vec<usize> = Vec::new();
        let column = |variants: Vec<usize>| {
            let of = variants.iter().map(|&v| &together.variants[v]);
            let count: u64 = of.clone().map(|v| v.count).sum();
            let called = of.clone().map(|v| v.called).max().unwrap_or(1).max(1);
            let mean = count as f64 / called as f64;
            let maf = (mean / 2.0).min(1.0 - mean / 2.0).max(0.0);
            let given = match variants.as_slice() {
                [one] => together.variants[*one].weight,
                _ => None,
            };
            let weight = given.unwrap_or_else(|| options.weight(maf));
            Tested {
                score: (variants.iter())
                    .map(|&v| together.sign(v) * together.scores[t][v])
                    .sum::<f64>()
                    / together.sd[t],
                copies: maf * 2.0 * called as f64,
                variants,
                weight,
                acat: given.unwrap_or(weight * weight * maf * (1.0 - maf)),
            }
        };
        for &v in members {
            let of = &together.variants[v];
            let minor = of.count.min((2 * of.called).saturating_sub(of.count));
            if minor <= u64::from(options.collapse_count) {
                rare.push(v);
            } else {
                columns.push(column(vec![v]));
            }
        }
        if !rare.is_empty() {
            columns.push(column(rare));
        }
        let m = together.variants.len();
        let entry = |a: &Tested, b: &Tested| -> f64 {
            let mut sum = 0.0;
            for &j in &a.variants {
                for &k in &b.variants {
                    let signs = together.sign(j) * together.sign(k);
                    sum += signs * together.covariances[t][j * m + k];
                }
            }
            sum
        };
        let mut covariance = Vec::with_capacity(columns.len() * columns.len());
        for a in &columns {
            covariance.extend(columns.iter().map(|b| a.weight * b.weight * entry(a, b)));
        }
        let mut out = Vec::new();
        let tests = options.tests;
        let pairs: Vec<(f64, f64)> = (columns.iter())
            // What the covariates explain says nothing.
            .filter(|c| entry(c, c) > NO_VARIANCE * c.copies)
            .map(|c| (chi_square_log10p(c.score * c.score / entry(c, c)), c.acat))
            .collect();
        let acatv = cauchy_combination(&pairs);
        let grid = if tests.skato || tests.acato {
            options.rho.clone()
        } else {
            vec![0.0]
        };
        let scores: Vec<f64> = columns.iter().map(|c| c.weight * c.score).collect();
        let p = Kernel::new(&covariance, &grid, options.tails)
            .map(|mut k| k.test(&scores))
            .unwrap_or_default();
        let mut add = |asked: bool, test, log10p: Option<f64>| {
            out.extend(
                log10p
                    .filter(|_| asked)
                    .map(|p| (test, Outcome::of_log10p(p))),
            );
        };
        let mut all: Vec<(f64, f64)> = p.grid.iter().map(|p| (*p, 1.0)).collect();
        all.extend(acatv.map(|p| (p, 1.0)));
        add(tests.acato, Test::AcatO, cauchy_combination(&all));
        add(tests.acatv, Test::AcatV, acatv);
        add(tests.skat, Test::Skat, p.skat);
        add(tests.skato, Test::SkatO, p.skato);
        out
    }

    fn together(&self, summaries: &[(usize, SetSummary)]) -> Together {
        let everybody: u64 = self.sizes.iter().map(|s| s.0).sum();
        let mut variants: Vec<VariantSummary> = Vec::new();
        let mut known: HashMap<String, usize> = HashMap::new();
        let places: Vec<Vec<usize>> = (summaries.iter())
            .map(|(site, summary)| {
                let uncalled = |v: &VariantSummary| {
                    let people = self.sizes.get(*site).map_or(0, |s| s.0);
                    people.saturating_sub(v.called)
                };
                let place = |v: &VariantSummary| {
                    let place = *known.entry(v.name.clone()).or_insert(variants.len());
                    match variants.get_mut(place) {
                        Some(sum) => {
                            sum.count += v.count;
                            sum.called = sum.called.saturating_sub(uncalled(v));
                            let more = v.masks.iter().filter(|m| !sum.masks.contains(m));
                            let more: Vec<usize> = more.copied().collect();
                            sum.masks.extend(more);
                        }
                        // A site without the variant has the reference allele there.
                        None => variants.push(VariantSummary {
                            called: everybody.saturating_sub(uncalled(v)),
                            ..v.clone()
                        }),
                    }
                    place
                };
                summary.variants.iter().map(place).collect()
            })
            .collect();
        let m = variants.len();
        let (mut sd, mut scores, mut covariances) = (Vec::new(), Vec::new(), Vec::new());
        for t in 0..self.traits.len() {
            let (mut score, mut covariance) = (vec![0.0; m], vec![0.0; m * m]);
            let (mut freedom, mut squares) = (0.0, 0.0);
            for ((site, summary), place) in summaries.iter().zip(&places) {
                let Some(at) = self.places.get(*site).and_then(|p| p[t]) else {
                    continue;
                };
                for (&v, s) in place
                    .iter()
                    .zip(summary.scores.get(at).into_iter().flatten())
                {
                    score[v] += s;
                }
                let own = self.sizes.get(*site).and_then(|s| s.1.get(t));
                let variance = summary.variances.get(at).copied().unwrap_or(0.0);
                freedom += own.copied().unwrap_or(0.0);
                squares += own.copied().unwrap_or(0.0) * variance;
                // One may serve all traits.
                let of = if summary.covariances.len() == 1 {
                    0
                } else {
                    at
                };
                let Some(of) = summary.covariances.get(of) else {
                    continue;
                };
                for &(j, k, value) in &of.pairs {
                    let (Some(&j), Some(&k)) = (place.get(j as usize), place.get(k as usize))
                    else {
                        continue;
                    };
                    covariance[j * m + k] += value;
                    if j != k {
                        covariance[k * m + j] += value;
                    }
                }
                for (&j, a) in place.iter().zip(&of.basis) {
                    for (&k, b) in place.iter().zip(&of.basis) {
                        let along: f64 = a.iter().zip(b).map(|(a, b)| a * b).sum();
                        covariance[j * m + k] -= along;
                    }
                }
            }
            sd.push(if self.binary || freedom <= 0.0 {
                1.0
            } else {
                (squares / freedom).sqrt()
            });
            scores.push(score);
            covariances.push(covariance);
        }
        Together {
            variants,
            sd,
            scores,
            covariances,
        }
    }
}
