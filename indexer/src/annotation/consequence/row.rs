//! The one row that is shown of an ALT.

use std::borrow::Cow;

use genodex_engine::query::expr::severity::{impact, severity};

use super::loss::Loss;
use super::{ConsequenceFormat, Transcript};
use crate::annotation::percent::decode;

/// A column of the row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Column {
    /// Gene symbol.
    Gene,
    /// Gene identifier (`ENSG...`), as written.
    GeneId,
    /// Transcript, as written; other features where VEP's are not regulatory.
    Transcript,
    /// Consequence terms, as written, joined by `&`.
    Consequence,
    /// `HIGH`, `MODERATE`, `LOW` or `MODIFIER`: as written, else by Ensembl's table.
    Impact,
    /// Biotype of the transcript.
    Biotype,
    /// HGVS on the transcript.
    HgvsC,
    /// HGVS on the protein.
    HgvsP,
    /// Loss of function: LOFTEE's `HC`, `LC` or `OS`; `LOF` where SnpEff predicts it for the
    /// row's gene and its impact is `HIGH`.
    Lof,
    /// LOFTEE's filters, why `LC`.
    LofFilter,
    /// LOFTEE's flags; `NMD` where SnpEff predicts decay.
    LofFlags,
    /// LOFTEE's details; of SnpEff `TRANSCRIPTS:n,PERCENT:x`.
    LofInfo,
    /// `MANE_Select` or `MANE_Plus_Clinical`.
    Mane,
    /// `YES` of the canonical transcript.
    Canonical,
    /// SIFT, as written: `deleterious(0.01)`.
    Sift,
    /// PolyPhen, as written.
    Polyphen,
}

impl Column {
    /// All, in order.
    pub const ALL: [Self; 16] = [
        Self::Gene,
        Self::GeneId,
        Self::Transcript,
        Self::Consequence,
        Self::Impact,
        Self::Biotype,
        Self::HgvsC,
        Self::HgvsP,
        Self::Lof,
        Self::LofFilter,
        Self::LofFlags,
        Self::LofInfo,
        Self::Mane,
        Self::Canonical,
        Self::Sift,
        Self::Polyphen,
    ];

    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Gene => "GENE",
            Self::GeneId => "GENE_ID",
            Self::Transcript => "TRANSCRIPT",
            Self::Consequence => "CONSEQUENCE",
            Self::Impact => "IMPACT",
            Self::Biotype => "BIOTYPE",
            Self::HgvsC => "HGVSC",
            Self::HgvsP => "HGVSP",
            Self::Lof => "LOF",
            Self::LofFilter => "LOF_FILTER",
            Self::LofFlags => "LOF_FLAGS",
            Self::LofInfo => "LOF_INFO",
            Self::Mane => "MANE",
            Self::Canonical => "CANONICAL",
            Self::Sift => "SIFT",
            Self::Polyphen => "POLYPHEN",
        }
    }

    /// Whether the values are terms joined by `&`, each of which may be asked for.
    #[must_use]
    pub const fn is_terms(self) -> bool {
        matches!(self, Self::Consequence | Self::LofFilter | Self::LofFlags)
    }
}

/// The one row that is shown of an ALT, its values decoded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConsequenceRow<'a> {
    values: [Option<Cow<'a, str>>; Column::ALL.len()],
    /// The fields asked for by name, in the order asked.
    pub extra: Vec<Option<Cow<'a, str>>>,
}

impl<'a> ConsequenceRow<'a> {
    pub(super) fn new(
        format: &ConsequenceFormat,
        transcript: &Transcript<'a>,
        losses: &[Loss<'a>],
        extra: &[usize],
    ) -> Self {
        let places = &format.places;
        let at = |place| transcript.at(place).map(decode);
        let consequence = transcript.consequence();
        let mane = if transcript.is_mane_select() {
            Some("MANE_Select")
        } else {
            transcript
                .is_mane_plus_clinical()
                .then_some("MANE_Plus_Clinical")
        };
        let impact = at(places.impact).or_else(|| {
            let terms = consequence?.split(['&', ',']);
            let worst = terms.max_by_key(|t| severity(t))?;
            impact(worst).map(|i| Cow::Borrowed(i.name()))
        });
        let mut row = Self {
            values: [
                at(places.symbol),
                at(places.gene_id),
                transcript.transcript().map(decode),
                consequence.map(decode),
                impact,
                at(places.biotype),
                at(places.hgvs_c),
                at(places.hgvs_p),
                at(places.lof),
                at(places.lof_filter),
                at(places.lof_flags),
                at(places.lof_info),
                mane.map(Cow::Borrowed),
                transcript.is_canonical().then_some(Cow::Borrowed("YES")),
                at(places.sift),
                at(places.polyphen),
            ],
            extra: extra
                .iter()
                .map(|&place| transcript.value(place).map(decode))
                .collect(),
        };
        row.put_losses(losses);
        row
    }

    /// What SnpEff says of the row's gene.
    fn put_losses(&mut self, losses: &[Loss<'a>]) {
        if losses.is_empty() || self.get(Column::Impact) != Some("HIGH") {
            return;
        }
        let of_gene = |loss: &&Loss<'_>| {
            let id = self.get(Column::GeneId);
            (id.is_some() && id == loss.gene_id)
                || (loss.gene.is_some() && loss.gene == self.get(Column::Gene))
        };
        let found: Vec<&Loss<'_>> = losses.iter().filter(of_gene).collect();
        let lof = found.iter().find(|l| !l.is_decay);
        let info = lof.map(|l| format!("TRANSCRIPTS:{},PERCENT:{}", l.transcripts, l.percent));
        let decays = found.iter().any(|l| l.is_decay);
        if let Some(info) = info {
            self.set(Column::Lof, "LOF".into());
            self.set(Column::LofInfo, info.into());
        }
        if decays {
            self.set(Column::LofFlags, "NMD".into());
        }
    }

    /// Sets a column that is empty.
    fn set(&mut self, column: Column, value: Cow<'a, str>) {
        if let Some(place) = self.values.get_mut(column as usize) {
            place.get_or_insert(value);
        }
    }

    /// The value of a column; `None` where it is empty.
    #[must_use]
    pub fn get(&self, column: Column) -> Option<&str> {
        self.values.get(column as usize)?.as_deref()
    }
}
