//! Entries that match, reduced to the best.

use std::collections::BinaryHeap;
use std::sync::Arc;

use roaring::RoaringBitmap;
use tantivy::collector::{Collector, SegmentCollector};
use tantivy::{DocId, Score, SegmentOrdinal, SegmentReader};

use super::document::Kind;
use super::rank::Rank;

/// Which entries are wanted, and how many.
#[derive(Clone, Copy, Debug)]
pub(super) struct Best<'a> {
    /// Documents of this kind alone.
    pub(super) kind: Option<Kind>,
    /// Of these documents alone, by number.
    pub(super) documents: Option<&'a Arc<RoaringBitmap>>,
    /// At most so many names.
    pub(super) limit: usize,
    /// Whether length counts: not where names match as wholes.
    pub(super) by_length: bool,
}

/// Keeps the least ranks.
#[derive(Debug)]
struct Least {
    heap: BinaryHeap<(u64, Rank)>,
    limit: usize,
}

impl Least {
    fn push(&mut self, order: u64, rank: Rank) {
        if self.heap.len() < self.limit {
            self.heap.push((order, rank));
        } else if let Some(mut worst) = self.heap.peek_mut()
            && (order, rank) < *worst
        {
            *worst = (order, rank);
        }
    }

    fn sorted(self) -> Vec<Rank> {
        let sorted = self.heap.into_sorted_vec();
        sorted.into_iter().map(|(_, rank)| rank).collect()
    }
}

impl Best<'_> {
    /// Whether a document is wanted.
    pub(super) fn wants(&self, rank: Rank) -> bool {
        (self.kind.is_none() || self.kind == rank.kind())
            && self.documents.is_none_or(|d| d.contains(rank.document()))
    }

    fn order(by_length: bool, rank: Rank) -> u64 {
        if by_length { rank.0 } else { rank.whole() }
    }

    /// The best of these ranks.
    pub(super) fn of(&self, ranks: impl IntoIterator<Item = Rank>) -> Vec<Rank> {
        let mut least = Least {
            heap: BinaryHeap::new(),
            limit: self.limit,
        };
        for rank in ranks.into_iter().filter(|&rank| self.wants(rank)) {
            least.push(Self::order(self.by_length, rank), rank);
        }
        least.sorted()
    }

    pub(super) fn collector(&self, ranks: &Arc<[u64]>) -> RankCollector {
        RankCollector {
            ranks: Arc::clone(ranks),
            kind: self.kind,
            documents: self.documents.cloned(),
            limit: self.limit,
            by_length: self.by_length,
        }
    }
}

/// [`Best`] for tantivy.
#[derive(Clone, Debug)]
pub(super) struct RankCollector {
    ranks: Arc<[u64]>,
    kind: Option<Kind>,
    documents: Option<Arc<RoaringBitmap>>,
    limit: usize,
    by_length: bool,
}

pub(super) struct Collecting {
    best: RankCollector,
    least: Least,
}

impl Collector for RankCollector {
    type Fruit = Vec<Rank>;
    type Child = Collecting;

    fn for_segment(
        &self,
        _ordinal: SegmentOrdinal,
        _segment: &SegmentReader,
    ) -> tantivy::Result<Collecting> {
        Ok(Collecting {
            best: self.clone(),
            least: Least {
                heap: BinaryHeap::new(),
                limit: self.limit,
            },
        })
    }

    fn requires_scoring(&self) -> bool {
        false
    }

    fn merge_fruits(&self, fruits: Vec<Vec<Rank>>) -> tantivy::Result<Vec<Rank>> {
        // An index is one segment.
        Ok(fruits.into_iter().flatten().collect())
    }
}

impl SegmentCollector for Collecting {
    type Fruit = Vec<Rank>;

    fn collect(&mut self, doc: DocId, _score: Score) {
        let Some(&rank) = self.best.ranks.get(doc as usize) else {
            return;
        };
        let rank = Rank(rank);
        let best = Best {
            kind: self.best.kind,
            documents: self.best.documents.as_ref(),
            limit: self.best.limit,
            by_length: self.best.by_length,
        };
        if best.wants(rank) {
            self.least.push(Best::order(best.by_length, rank), rank);
        }
    }

    fn harvest(self) -> Vec<Rank> {
        self.least.sorted()
    }
}

/// Every entry.
pub(super) struct Entries;

pub(super) struct CollectingEntries(Vec<DocId>);

impl Collector for Entries {
    type Fruit = Vec<DocId>;
    type Child = CollectingEntries;

    fn for_segment(
        &self,
        _ordinal: SegmentOrdinal,
        _segment: &SegmentReader,
    ) -> tantivy::Result<CollectingEntries> {
        Ok(CollectingEntries(Vec::new()))
    }

    fn requires_scoring(&self) -> bool {
        false
    }

    fn merge_fruits(&self, fruits: Vec<Vec<DocId>>) -> tantivy::Result<Vec<DocId>> {
        Ok(fruits.into_iter().flatten().collect())
    }
}

impl SegmentCollector for CollectingEntries {
    type Fruit = Vec<DocId>;

    fn collect(&mut self, doc: DocId, _score: Score) {
        self.0.push(doc);
    }

    fn harvest(self) -> Vec<DocId> {
        self.0
    }
}
