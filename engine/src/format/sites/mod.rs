//! A shard's site table: one row for each row of the genotype matrix.

mod build;
mod index;
mod table;

#[cfg(test)]
mod tests;

pub use build::SitesBuilder;
pub use index::{FILTER, MAF, MAF_BINS, SiteIndexBuilder, TYPE, maf_bin};
pub use table::SiteTable;

/// What is said of one split variant, borrowed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Site<'a> {
    /// 1-based position, as in VCF's POS.
    pub pos: u32,
    /// 1-based position of the last base it spans on the reference: `pos + len(REF) - 1`, or
    /// what INFO/END says of a symbolic allele.
    pub end: u32,
    /// VCF's ID; `.` if there is none.
    pub id: &'a str,
    /// Reference allele.
    pub reference: &'a str,
    /// The one alternate allele of this row.
    pub alternate: &'a str,
    /// VCF's QUAL.
    pub qual: Option<f32>,
    /// VCF's FILTER, several joined by `;`; `None` for `.`.
    pub filter: Option<&'a str>,
    /// Ordinal of the input record within its contig, from 0.
    pub record: u32,
    /// Which ALT of the record this row is, from 1.
    pub allele: u16,
    /// How many ALTs the record has.
    pub alleles: u16,
    /// The record's own position and alleles, where normalisation changed them.
    pub written: Option<Written<'a>>,
}

/// POS, REF and ALT as the input had them, where normalisation changed them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Written<'a> {
    /// 1-based position.
    pub pos: u32,
    /// Reference allele.
    pub reference: &'a str,
    /// Alternate allele of this row.
    pub alternate: &'a str,
}

/// [`Site`], owned.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SiteBuf {
    /// See [`Site::pos`].
    pub pos: u32,
    /// See [`Site::end`].
    pub end: u32,
    /// See [`Site::id`].
    pub id: String,
    /// See [`Site::reference`].
    pub reference: String,
    /// See [`Site::alternate`].
    pub alternate: String,
    /// See [`Site::qual`].
    pub qual: Option<f32>,
    /// See [`Site::filter`].
    pub filter: Option<String>,
    /// See [`Site::record`].
    pub record: u32,
    /// See [`Site::allele`].
    pub allele: u16,
    /// See [`Site::alleles`].
    pub alleles: u16,
    /// See [`Site::written`]: position, REF, ALT.
    pub written: Option<(u32, String, String)>,
}

impl SiteBuf {
    /// Borrows.
    #[must_use]
    pub fn as_site(&self) -> Site<'_> {
        Site {
            pos: self.pos,
            end: self.end,
            id: &self.id,
            reference: &self.reference,
            alternate: &self.alternate,
            qual: self.qual,
            filter: self.filter.as_deref(),
            record: self.record,
            allele: self.allele,
            alleles: self.alleles,
            written: self
                .written
                .as_ref()
                .map(|(pos, reference, alternate)| Written {
                    pos: *pos,
                    reference,
                    alternate,
                }),
        }
    }
}

/// Column names. From `id` on, and `end`, columns are left out where every row has their
/// default.
pub(crate) mod column {
    pub(crate) const POS: &str = "pos";
    pub(crate) const END: &str = "end";
    pub(crate) const REF: &str = "ref";
    pub(crate) const ALT: &str = "alt";
    pub(crate) const RECORD: &str = "record";
    pub(crate) const ALLELE: &str = "allele";
    pub(crate) const ALLELES: &str = "alleles";
    pub(crate) const HET: &str = "het";
    pub(crate) const HOM_ALT: &str = "hom_alt";
    pub(crate) const MISSING: &str = "missing";
    pub(crate) const ID: &str = "id";
    pub(crate) const QUAL: &str = "qual";
    pub(crate) const FILTER: &str = "filter";
    pub(crate) const HAPLOID_CALLED: &str = "haploid_called";
    pub(crate) const HEMI_ALT: &str = "hemi_alt";
    pub(crate) const HALF_CALLED: &str = "half_called";
    pub(crate) const HALF_ALT: &str = "half_alt";
    pub(crate) const POS_WRITTEN: &str = "pos_written";
    pub(crate) const REF_WRITTEN: &str = "ref_written";
    pub(crate) const ALT_WRITTEN: &str = "alt_written";
}

/// Last base, 1-based, that an allele of `length` bases at `pos` spans.
#[must_use]
pub fn default_end(pos: u32, length: usize) -> u32 {
    let more = u32::try_from(length.max(1) - 1).unwrap_or(u32::MAX);
    pos.saturating_add(more)
}
