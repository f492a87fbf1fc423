//! When a record lies in a region: `--regions-overlap` and `--targets-overlap` of bcftools.

use crate::genome::Intervals;
use crate::query::expr::RowAccess;

use super::Record;

/// What of a record has to lie in a region.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Overlap {
    /// POS (bcftools' 0).
    Position,
    /// Any base of its span on the reference (1).
    #[default]
    Record,
    /// Any base that an ALT changes: what each ALT shares with the beginning of REF is left out
    /// (2). An insertion lies between two bases, and in a region that has both.
    Variant,
}

impl Overlap {
    /// Whether `record` lies in `intervals`.
    pub(super) fn holds(self, intervals: &Intervals, record: &Record<'_>) -> bool {
        let pos = u32::try_from(record.pos()).unwrap_or(u32::MAX);
        match self {
            Self::Position => intervals.contains(pos),
            Self::Record => intervals.overlaps(pos, record.end()),
            Self::Variant => {
                let start = pos.saturating_add(shared(record));
                let end = record.end();
                if start <= end {
                    return intervals.overlaps(start, end);
                }
                // Nothing of REF is changed: `end` is the base before the insertion.
                let both = intervals.within(end, end).first();
                both.is_some_and(|i| i.end.get() >= start)
            }
        }
    }
}

/// Bases at the beginning of REF that every ALT shares with it.
fn shared(record: &Record<'_>) -> u32 {
    let reference = record.reference().as_bytes();
    let of = |alt: &str| {
        let pairs = reference.iter().zip(alt.as_bytes());
        pairs.take_while(|(a, b)| a == b).count()
    };
    let alts = (0..record.n_alts()).map(|i| of(record.alt(i)));
    // A record is no longer than positions go.
    alts.min().unwrap_or(0).try_into().unwrap_or(u32::MAX)
}
