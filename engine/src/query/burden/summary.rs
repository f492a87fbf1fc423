//! Score statistics of a set's variants and their covariance: what a site can give away instead of
//! genotypes, and what [`meta`](super::meta) combines.
//!
//! Scores are `S = G'r` with the residuals `r` of the null model in the units of the trait (binary:
//! `y - p`), covariances `G'WG - (U'G)'(U'G)` with `W` the identity (binary: `p (1 - p)`) and `U`
//! the covariates' orthonormal basis under it. A quantitative trait's covariance of scores is this
//! times the residual variance. With fixed covariates of each site, sums
//! over sites are the scores and the covariance of all people together (Lin & Zeng 2010, *Genet.
//! Epidemiol.* 34:60; Lee et al. 2013, *Am. J. Hum. Genet.* 93:42).

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::column::Column;
use super::covariance::Carried;
use super::device::class_sums;
use super::exec::Plan;
use super::single::Products;
use crate::association::{Null, TraitKind};
use crate::compute::ComputeError;
use crate::format::FormatError;
use crate::genome::canonical_name;
use crate::genotype::{Plane, SampleSet};
use crate::query::sets::allele_name;

/// The version of the format.
pub const SUMMARY_VERSION: u32 = 2;

/// The first line of a summary.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SummaryHead {
    /// [`SUMMARY_VERSION`].
    pub genodex_burden_summary: u32,
    /// Whether traits are binary.
    pub binary: bool,
    /// People analysed.
    pub people: u64,
    /// Sets, a line each; earlier versions do not say.
    #[serde(default)]
    pub sets: usize,
    /// The traits.
    pub traits: Vec<TraitSummary>,
    /// Names of the masks.
    pub masks: Vec<String>,
}

/// A trait and its null model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TraitSummary {
    /// Its name.
    pub name: String,
    /// People who have it.
    pub people: u64,
    /// Cases of a binary trait.
    pub cases: Option<u64>,
    /// Degrees of freedom of its residuals.
    pub freedom: f64,
    /// Why there is no null model; empty where there is one.
    pub failed: String,
}

/// A set's line.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SetSummary {
    /// The set.
    pub set: String,
    /// Its contig.
    pub contig: String,
    /// Its position, 1-based.
    pub position: u64,
    /// Its variants.
    pub variants: Vec<VariantSummary>,
    /// The residual variance of each trait in the null model of this contig, in its squared units;
    /// 1 of a binary trait.
    pub variances: Vec<f64>,
    /// What serves all traits (quantitative ones that everybody has), or one for each trait.
    pub covariances: Vec<CovarianceSummary>,
    /// For each trait the score of each variant; empty where there is no null model.
    pub scores: Vec<Vec<f64>>,
}

/// A variant of a set.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct VariantSummary {
    /// `chrom:pos:ref:alt`, the chromosome without `chr`: sites that have IDs and sites that have
    /// none meet.
    pub name: String,
    /// Copies of the alternative allele among the people analysed.
    pub count: u64,
    /// People with a call.
    pub called: u64,
    /// The masks it belongs to, by their places in the head.
    pub masks: Vec<usize>,
    /// Its weight, where annotations have one.
    pub weight: Option<f64>,
}

/// A covariance: the pairs that somebody carries both of, less products of rows of the basis.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct CovarianceSummary {
    /// Two variants (the first not after the second) and their sum.
    pub pairs: Vec<(u32, u32, f64)>,
    /// For each variant its products with the covariates' basis.
    pub basis: Vec<Vec<f64>>,
}

impl Plan<'_> {
    /// The head of this analysis' summary.
    #[must_use]
    pub fn summary_head(&self) -> SummaryHead {
        let nulls = self.models.nulls.iter().zip(&self.analysis.traits);
        let rank = |null: &Result<Null, String>| match null {
            Ok(Null::Linear(linear)) if let Some(own) = &linear.null.basis => own.len(),
            _ => self.analysis.design.rank(),
        };
        let traits = nulls.map(|(null, of)| {
            let failed = null.as_ref().err().cloned().unwrap_or_default();
            TraitSummary {
                name: of.name.clone(),
                people: of.people,
                cases: of.cases,
                freedom: of.people as f64 - rank(null) as f64,
                failed,
            }
        });
        SummaryHead {
            genodex_burden_summary: SUMMARY_VERSION,
            binary: self.analysis.kind == TraitKind::Binary,
            people: self.analysis.people,
            sets: self.sets.sets.len(),
            traits: traits.collect(),
            masks: self.sets.masks.iter().map(|m| m.name.clone()).collect(),
        }
    }

    /// Summarises `sets` (places in the plan's) and hands the summaries on in their order.
    ///
    /// # Errors
    /// The first of `write`, or [`ComputeError`] of the store or a GPU.
    pub fn summarise<E: From<ComputeError>>(
        &self,
        sets: &[usize],
        mut write: impl FnMut(SetSummary) -> Result<(), E>,
    ) -> Result<(), E> {
        let samples = self.analysis.included.len();
        let included = (0..).zip(&self.analysis.included).filter(|i| *i.1);
        let members = SampleSet::from_bitmap(samples, included.map(|i| i.0).collect()).plane();
        let window = rayon::current_num_threads().max(1) * 8;
        for block in sets.chunks(window) {
            let found: Vec<Result<SetSummary, ComputeError>> = block
                .par_iter()
                .map(|&set| self.summary(set, &members))
                .collect();
            for summary in found {
                write(summary?)?;
            }
        }
        Ok(())
    }

    fn summary(&self, index: usize, members: &Plane) -> Result<SetSummary, ComputeError> {
        let Some(set) = self.sets.sets.get(index) else {
            return Ok(SetSummary::default());
        };
        let contig = self.store.manifest().contigs.get(set.contig as usize);
        let mut out = SetSummary {
            set: set.name.clone(),
            contig: contig.map_or(".", |c| c.name.as_str()).to_owned(),
            position: set.position,
            ..SetSummary::default()
        };
        let variants = self.read(set, members)?;
        let mut columns = Vec::with_capacity(variants.len());
        for variant in variants {
            let Some(member) = set.members.get(variant.place) else {
                continue;
            };
            let masks = 0..self.sets.masks.len();
            out.variants.push(VariantSummary {
                name: self.site_name(member.shard as usize, member.row, &out.variants)?,
                count: variant.calls.allele_count(),
                called: self.analysis.people - variant.calls.missing.len() as u64,
                masks: masks.filter(|m| variant.masks >> m & 1 == 1).collect(),
                weight: variant.weight,
            });
            columns.push(Column::of_variant(variant.calls, variant.frequency, false));
        }
        let views: Vec<&Column> = columns.iter().collect();
        let sums = class_sums(self.compute, &views, &self.models.vectors)?;
        let products: Vec<Products<'_>> = (columns.iter().zip(&sums))
            .map(|(column, sums)| Products {
                column,
                sums,
                vectors: &self.models.vectors,
            })
            .collect();
        self.scores(&columns, &products, &mut out)?;
        Ok(out)
    }

    /// The name under which sites meet; a record that is there again gets a number.
    fn site_name(
        &self,
        shard: usize,
        row: u32,
        before: &[VariantSummary],
    ) -> Result<String, FormatError> {
        let name = allele_name(self.store, shard, row, ':')?;
        let (contig, alleles) = name.split_once(':').unwrap_or((&name, ""));
        let name = format!(
            "{}:{}",
            canonical_name(contig),
            alleles.to_ascii_uppercase()
        );
        let same = |v: &&VariantSummary| {
            v.name
                .strip_prefix(&name)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('#'))
        };
        Ok(match before.iter().filter(same).count() {
            0 => name,
            n => format!("{name}#{}", n + 1),
        })
    }

    fn scores(
        &self,
        columns: &[Column],
        products: &[Products<'_>],
        out: &mut SetSummary,
    ) -> Result<(), ComputeError> {
        let samples = self.analysis.included.len();
        let carried = Carried::new(self.compute, columns, samples)?;
        let people = self.analysis.people as f64;
        let one_for_all = self.models.places.iter().all(|at| at.weights.is_none())
            && self.analysis.kind == TraitKind::Quantitative;
        for (t, (null, at)) in self
            .models
            .nulls
            .iter()
            .zip(&self.models.places)
            .enumerate()
        {
            let Ok(null) = null else {
                out.scores.push(Vec::new());
                out.variances.push(0.0);
                if !one_for_all {
                    out.covariances.push(CovarianceSummary::default());
                }
                continue;
            };
            let tested: Vec<_> = (products.iter())
                .filter_map(|p| p.tested(self.analysis, self.models, t))
                .collect();
            let scale = match null {
                Null::Linear(linear) => linear.null.scale,
                Null::Logistic(_) => 1.0,
            };
            out.variances.push(scale * scale);
            out.scores
                .push(tested.iter().map(|t| t.score * scale).collect());
            if one_for_all && !out.covariances.is_empty() {
                continue;
            }
            let basis: Vec<Vec<f64>> = tested.into_iter().map(|t| t.basis).collect();
            let covariance = match at.weights {
                None => {
                    let sums: Vec<f64> = columns
                        .iter()
                        .map(|c| c.moments(self.analysis.people).0)
                        .collect();
                    carried.covariance(None, (&sums, people), basis)?
                }
                Some(w) => {
                    let vectors = &self.models.vectors;
                    let sums: Vec<f64> = products.iter().map(|p| p.of(w)).collect();
                    carried.covariance(Some((vectors, w)), (&sums, vectors.total(w)), basis)?
                }
            };
            out.covariances.push(CovarianceSummary {
                pairs: covariance.pairs,
                basis: covariance.basis,
            });
        }
        Ok(())
    }
}
