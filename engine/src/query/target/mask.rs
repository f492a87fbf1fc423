//! Which variants qualify, and which of them are loss of function.

use roaring::RoaringBitmap;
use serde::Serialize;

use super::columns::TextColumn;
use super::{Group, Question, TargetError};
use crate::compute::{Compute, DeviceChoice};
use crate::format::FormatError;
use crate::query::expr::Expr;
use crate::query::rows::RowSet;
use crate::query::select::{Plan, Request, SelectError, rows};
use crate::stats::allele_frequency;
use crate::store::Store;

/// Expressions over variants, as of `genodex query -i`.
#[derive(Clone, Debug, Default)]
pub struct Masks {
    /// Which variants qualify; all, where there is none.
    pub qualifying: Option<Expr>,
    /// Which of them are loss of function; nothing tells, where there is none.
    pub lof: Option<Expr>,
}

/// What a page says of its masks.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct MaskUsed {
    /// The expression; `None` where every variant counts.
    pub qualifying: Option<String>,
    /// The expression; `None` where nothing tells loss of function.
    pub lof: Option<String>,
    /// Largest frequency in the whole store.
    pub max_af: Option<f64>,
}

impl Masks {
    /// The masks that fit what a store says of consequences. Qualifying: missense or more
    /// severe, or LOFTEE's high confidence. Loss of function: LOFTEE's high confidence where
    /// LOFTEE has run, else what SnpEff predicts, else impact `HIGH`.
    ///
    /// # Errors
    /// [`FormatError`].
    pub fn of_store(store: &Store) -> Result<Self, FormatError> {
        let column = |name: &'static str| TextColumn::new(store, name);
        let (consequence, lof) = (column("CONSEQUENCE"), column("LOF"));
        let loftee = lof.any(|v| matches!(v, "HC" | "LC" | "OS"))?;
        let snpeff = !loftee && lof.any(|v| v == "LOF")?;
        let qualifying = match (consequence.is_there(), loftee) {
            (true, true) => Some("CONSEQUENCE>=\"missense_variant\" || LOF==\"HC\""),
            (true, false) => Some("CONSEQUENCE>=\"missense_variant\""),
            (false, _) => None,
        };
        let lof = match (loftee, snpeff) {
            (true, _) => Some("LOF==\"HC\""),
            (_, true) => Some("LOF==\"LOF\""),
            _ if column("IMPACT").is_there() => Some("IMPACT==\"HIGH\""),
            _ => None,
        };
        // The expressions are constants, which a test parses.
        let parse = |text: &str| Expr::parse(text).ok();
        Ok(Self {
            qualifying: qualifying.and_then(parse),
            lof: lof.and_then(parse),
        })
    }
}

impl Question {
    /// The masks in words.
    pub(super) fn mask_used(&self) -> MaskUsed {
        let text = |e: &Option<Expr>| e.as_ref().map(|e| e.source().to_owned());
        MaskUsed {
            qualifying: text(&self.masks.qualifying),
            lof: text(&self.masks.lof),
            max_af: self.max_af,
        }
    }

    /// Those of `within` that qualify.
    pub(super) fn qualifying(&self, store: &Store, within: &RowSet) -> Result<RowSet, TargetError> {
        let of = |source| TargetError::Mask {
            what: "qualifying variants",
            source,
        };
        let found = match &self.masks.qualifying {
            None => within.clone(),
            Some(expr) => holding(store, within, expr, &self.cohorts).map_err(of)?,
        };
        Ok(self.rare(store, found)?)
    }

    /// Those of `within` that are loss of function; `None` where nothing tells.
    pub(super) fn lof(
        &self,
        store: &Store,
        within: &RowSet,
    ) -> Result<Option<RowSet>, TargetError> {
        let of = |source| TargetError::Mask {
            what: "loss of function",
            source,
        };
        let Some(expr) = &self.masks.lof else {
            return Ok(None);
        };
        let found = holding(store, within, expr, &self.cohorts).map_err(of)?;
        Ok(Some(self.rare(store, found)?))
    }

    /// Those that are not too frequent.
    fn rare(&self, store: &Store, found: RowSet) -> Result<RowSet, FormatError> {
        let Some(most) = self.max_af else {
            return Ok(found);
        };
        let mut kept = vec![RoaringBitmap::new(); store.shards().len()];
        for (index, rows) in found.shards() {
            let sites = store.shard(*index)?.sites()?;
            let Some(kept) = kept.get_mut(*index) else {
                continue;
            };
            for row in rows.iter().take_while(|&row| (row as usize) < sites.len()) {
                let counts = sites.counts(row as usize);
                let af = allele_frequency(counts.allele_count(), counts.allele_number());
                if af.is_none_or(|af| af <= most) {
                    kept.insert(row);
                }
            }
        }
        Ok(kept.into())
    }
}

/// Those of `within` for which an expression holds. Cohorts may be named in it.
fn holding(
    store: &Store,
    within: &RowSet,
    expr: &Expr,
    cohorts: &[Group],
) -> Result<RowSet, SelectError> {
    // An expression that has no meaning is refused where no row is looked at as well.
    let cohorts = cohorts.iter().map(|c| (c.name.clone(), c.people.clone()));
    let request = Request {
        rows: Some(within.clone()).filter(|w| w.len() < store.manifest().n_rows()),
        filter: Some(expr.clone()),
        cohorts: cohorts.collect(),
        split: true,
        allow_files: true,
        ..Request::default()
    };
    let plan = Plan::new(store, request)?;
    let compute = if plan.counts_cohorts() {
        Compute::new(DeviceChoice::Cpu, &plan.workload())?
    } else {
        Compute::with_cpu("no cohort is counted")
    };
    Ok(rows(&plan, &compute)? & within)
}
