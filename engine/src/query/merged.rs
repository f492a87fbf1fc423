//! Which shards of a plan were answered. An answer is complete where exactly one partial of each
//! planned shard was merged.

/// An answer that is not complete.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("shard {shard}: {reason}; the answer is not complete and was given up")]
pub struct Incomplete {
    /// Index of the shard.
    pub shard: usize,
    /// What happened.
    pub reason: &'static str,
}

impl Incomplete {
    /// Of a shard, by its place in the plan, that is none of the plan's.
    pub(super) const fn unplanned(shard: usize) -> Self {
        let reason = "it is not part of the plan";
        Self { shard, reason }
    }
}

/// The shards of a plan, and whether a partial of each was merged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Merged(Vec<bool>);

impl Merged {
    /// None of so many.
    pub(super) fn none_of(n_shards: usize) -> Self {
        Self(vec![false; n_shards])
    }

    /// Takes note of a shard's partial.
    ///
    /// # Errors
    /// For a shard that is not planned, or was there before: then nothing should be merged.
    pub(super) fn add(&mut self, shard: usize) -> Result<(), Incomplete> {
        match self.0.get_mut(shard) {
            None => Err(Incomplete::unplanned(shard)),
            Some(true) => Err(Incomplete {
                shard,
                reason: "it was answered twice",
            }),
            Some(merged) => {
                *merged = true;
                Ok(())
            }
        }
    }

    /// Whether all were merged.
    ///
    /// # Errors
    /// The first shard that was not.
    pub(super) fn all(&self) -> Result<(), Incomplete> {
        match self.0.iter().position(|merged| !merged) {
            None => Ok(()),
            Some(shard) => Err(Incomplete {
                shard,
                reason: "it was not answered",
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shard_is_merged_once() {
        let mut merged = Merged::none_of(3);
        let refused = |r: Result<(), Incomplete>| r.map_err(|e| (e.shard, e.reason));
        assert_eq!(refused(merged.add(2)), Ok(()));
        assert_eq!(refused(merged.add(0)), Ok(()));
        assert_eq!(refused(merged.all()), Err((1, "it was not answered")));
        assert_eq!(refused(merged.add(0)), Err((0, "it was answered twice")));
        let unplanned = Err((3, "it is not part of the plan"));
        assert_eq!(refused(merged.add(3)), unplanned);
        assert_eq!(refused(merged.add(1)), Ok(()));
        assert_eq!(refused(merged.all()), Ok(()));
        assert_eq!(Merged::none_of(0).all(), Ok(()));
    }
}
