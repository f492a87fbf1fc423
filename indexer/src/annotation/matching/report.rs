//! What became of both sides of a join.

/// What became of the alleles of both sides: nothing is lost in silence.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MatchReport {
    /// Records of the source.
    pub records: u64,
    /// ALTs of the source that are alleles, on contigs of the store.
    pub alleles: u64,
    /// Of them, those that a row has.
    pub matched_alleles: u64,
    /// Rows of the store on contigs of the source.
    pub rows: u64,
    /// Of them, those that the source has.
    pub matched_rows: u64,
    /// ALTs of the source that an earlier record of it has too: the first counts.
    pub duplicates: u64,
    /// One of them, in words.
    pub duplicate: Option<String>,
    /// Records of the source without an ALT.
    pub no_alternate: u64,
    /// ALTs `*`, `<*>` and `<NON_REF>` of the source.
    pub not_alleles: u64,
    /// ALTs of the source, and rows, whose REF is not the reference's: compared as without one.
    pub mismatches: u64,
    /// One of them, in words.
    pub mismatch: Option<String>,
    /// ALTs of the source that left-alignment moves further than [`super::REACH`]: they may not
    /// have been found.
    pub far_moved: u64,
    /// Contigs of the source that the store has not got, with their records.
    pub absent_contigs: Vec<(String, u64)>,
}

impl MatchReport {
    /// ALTs of the source that no row has, on contigs of the store.
    #[must_use]
    pub const fn unmatched_alleles(&self) -> u64 {
        self.alleles - self.matched_alleles
    }

    /// Rows that the source has not got, on contigs of the source.
    #[must_use]
    pub const fn unmatched_rows(&self) -> u64 {
        self.rows - self.matched_rows
    }
}
