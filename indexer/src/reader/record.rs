//! What a record says, and how its calls are to be read.

use std::ops::AddAssign;

use genodex_engine::genotype::CallPlanes;

use super::ContigId;

/// What becomes of a call with one allele missing (`./1`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum HalfCallMode {
    /// The genotype is missing; the called allele is kept as a half call.
    #[default]
    Missing,
    /// The missing allele becomes the reference.
    Reference,
    /// The call becomes haploid.
    Haploid,
    /// The record is refused.
    Error,
}

/// How calls are read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CallOptions {
    /// What becomes of half calls.
    pub half_call: HalfCallMode,
    /// Calls with a GQ below this become missing. A call without GQ stays.
    pub min_gq: Option<f64>,
    /// Calls with a DP below this become missing. A call without DP stays.
    pub min_dp: Option<u32>,
    /// Sample columns to keep, from 0, ascending; all where `None`.
    pub keep: Option<Vec<u32>>,
}

/// How many calls of a record were special, over the kept samples unless said otherwise. They
/// count calls, not rows: a half call in a record of three ALTs counts once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CallTallies {
    /// Calls with one of two alleles missing, before `half_call` was applied. Counted over all
    /// columns.
    pub half_calls: u64,
    /// Calls of more than two alleles, read as missing. Counted over all columns.
    pub polyploid: u64,
    /// Calls made missing by `min_gq`.
    pub low_gq: u64,
    /// Calls made missing by `min_dp` (and not already by `min_gq`).
    pub low_dp: u64,
    /// Records with samples but without GT: every call missing.
    pub no_gt: u64,
    /// Phased heterozygous calls whose PS is not an integer from 0; read as without. Counted
    /// over all columns.
    pub bad_phase_sets: u64,
    /// Calls of an ALT allele in records that list none (ALT is `.`), which give no row. In
    /// other records an allele that is not listed is an error. Counted over all columns.
    pub unlisted_alleles: u64,
}

impl AddAssign for CallTallies {
    fn add_assign(&mut self, other: Self) {
        self.half_calls += other.half_calls;
        self.polyploid += other.polyploid;
        self.low_gq += other.low_gq;
        self.low_dp += other.low_dp;
        self.no_gt += other.no_gt;
        self.bad_phase_sets += other.bad_phase_sets;
        self.unlisted_alleles += other.unlisted_alleles;
    }
}

/// One record, understood. Reuse one: its memory is kept.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Record {
    /// The contig.
    pub contig: ContigId,
    /// Position of the first base of REF, from 1; 0 is the telomere.
    pub pos: u32,
    /// ID as written; `None` for `.`.
    pub id: Option<String>,
    /// REF as written.
    pub reference: String,
    /// ALT alleles as written; none for `.`.
    pub alternates: Vec<String>,
    /// QUAL.
    pub qual: Option<f32>,
    /// FILTER, `;`-separated; `None` for `.`.
    pub filter: Option<String>,
    /// The calls, one entry per ALT in order: copies of that ALT, others counted as
    /// reference. Empty after [`super::Parser::parse_site`].
    pub calls: Vec<CallPlanes>,
    /// What was special among them.
    pub tallies: CallTallies,
}

impl Record {
    /// Back to nothing, keeping the memory of the text fields.
    pub(super) fn clear_site(&mut self) {
        self.contig = ContigId(0);
        self.pos = 0;
        self.id = None;
        self.reference.clear();
        self.alternates.clear();
        self.qual = None;
        self.filter = None;
        self.tallies = CallTallies::default();
    }
}
