//! The qualifying variants of a gene, with what is said of each.

use serde::Serialize;

use super::clinical::{Clinical, ClinicalColumns};
use super::columns::TextColumn;
use super::count::{Frequency, InGroup, count};
use super::protein::protein_position;
use super::{Group, Question, TargetError};
use crate::query::expr::severity::{Impact, impact, severity};
use crate::query::rows::RowSet;
use crate::store::Store;

/// A variant.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TargetVariant {
    /// `chrom-pos-ref-alt`.
    pub name: String,
    /// rsID or the like; `None` where it has none.
    pub id: Option<String>,
    /// The contig, as the store has it.
    pub contig: String,
    /// 1-based position.
    pub pos: u32,
    /// Consequence terms, joined by `&`.
    pub consequence: Option<String>,
    /// What class its most severe consequence is of.
    pub class: EffectClass,
    /// HGVS on the transcript.
    pub hgvsc: Option<String>,
    /// HGVS on the protein.
    pub hgvsp: Option<String>,
    /// Residue of the protein, from 1: see [`protein_position`].
    pub residue: Option<u32>,
    /// Class of loss of function, as annotated: `HC`, `LC`.
    pub lof: Option<String>,
    /// Whether it is loss of function by the page's mask.
    pub is_lof: bool,
    /// Clinical assertions.
    pub clinical: Clinical,
    /// In the whole store.
    pub all: Frequency,
    /// By population.
    pub populations: Vec<InGroup<Frequency>>,
    /// By cohort.
    pub cohorts: Vec<InGroup<Frequency>>,
}

/// What a variant does to a gene's product, in few classes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum EffectClass {
    /// Impact `HIGH`.
    LossOfFunction,
    /// Another amino acid.
    Missense,
    /// Impact `MODERATE`, but no missense.
    Moderate,
    /// Impact `LOW`.
    Low,
    /// Impact `MODIFIER`.
    Modifier,
    /// Not annotated.
    Unknown,
}

impl EffectClass {
    /// All, the most severe first.
    pub const ALL: [Self; 6] = [
        Self::LossOfFunction,
        Self::Missense,
        Self::Moderate,
        Self::Low,
        Self::Modifier,
        Self::Unknown,
    ];

    /// In words.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::LossOfFunction => "high impact",
            Self::Missense => "missense",
            Self::Moderate => "other moderate impact",
            Self::Low => "low impact",
            Self::Modifier => "modifier",
            Self::Unknown => "not annotated",
        }
    }

    /// The class of the most severe of several terms.
    #[must_use]
    pub fn of(consequence: Option<&str>) -> Self {
        let terms = consequence
            .into_iter()
            .flat_map(|t| t.split(['&', '+', ',']));
        let Some(worst) = terms
            .filter(|t| severity(t).is_some())
            .max_by_key(|t| severity(t))
        else {
            return Self::Unknown;
        };
        match impact(worst) {
            Some(Impact::High) => Self::LossOfFunction,
            Some(Impact::Moderate) if severity(worst) == severity("missense_variant") => {
                Self::Missense
            }
            Some(Impact::Moderate) => Self::Moderate,
            Some(Impact::Low) => Self::Low,
            Some(Impact::Modifier) => Self::Modifier,
            None => Self::Unknown,
        }
    }
}

/// Describes `rows`, in their order.
pub(super) fn describe(
    store: &Store,
    rows: &RowSet,
    lof_rows: &RowSet,
    question: &Question,
) -> Result<Vec<TargetVariant>, TargetError> {
    let everybody = Group {
        name: crate::query::cohort::ALL.to_owned(),
        people: store.active().clone(),
    };
    let populations = question.populations.iter().flat_map(|p| &p.groups);
    let groups: Vec<&Group> = std::iter::once(&everybody)
        .chain(populations)
        .chain(&question.cohorts)
        .collect();
    let n_populations = question.populations.as_ref().map_or(0, |p| p.groups.len());
    let counts = count(store, rows, &groups)?;
    let column = |name: &'static str| TextColumn::new(store, name);
    let (consequence, lof) = (column("CONSEQUENCE"), column("LOF"));
    let (hgvsc, hgvsp) = (column("HGVSC"), column("HGVSP"));
    let clinical = ClinicalColumns::new(store);
    let contigs = &store.manifest().contigs;
    let mut found = Vec::new();
    for (index, rows) in rows.shards() {
        let shard = store.shard(*index)?;
        let sites = shard.sites()?;
        let contig = contigs.get(shard.entry().contig as usize);
        let contig = contig.map_or(".", |c| c.name.as_str());
        for row in rows.iter().take_while(|&row| (row as usize) < sites.len()) {
            let site = sites.site(row as usize);
            let of_row = counts.get(&(*index, row)).map_or(&[][..], Vec::as_slice);
            let mut named = (groups.iter().zip(of_row)).map(|(group, of)| InGroup {
                group: group.name.clone(),
                of: *of,
            });
            let all = named.next().map_or_else(Frequency::default, |g| g.of);
            let populations: Vec<_> = named.by_ref().take(n_populations).collect();
            let terms = consequence.text(shard, row)?;
            let (c, p) = (hgvsc.text(shard, row)?, hgvsp.text(shard, row)?);
            found.push(TargetVariant {
                name: format!(
                    "{contig}-{}-{}-{}",
                    site.pos, site.reference, site.alternate
                ),
                id: Some(site.id).filter(|id| *id != ".").map(str::to_owned),
                contig: contig.to_owned(),
                pos: site.pos,
                class: EffectClass::of(terms.as_deref()),
                residue: protein_position(p.as_deref(), c.as_deref()),
                consequence: terms,
                hgvsc: c,
                hgvsp: p,
                lof: lof.text(shard, row)?,
                is_lof: lof_rows.contains(*index, row),
                clinical: clinical.of(shard, row)?,
                all,
                populations,
                cohorts: named.collect(),
            });
        }
    }
    Ok(found)
}
