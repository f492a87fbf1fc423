//! A coordinate-sorted index (CSI) of what is written, as `bcftools index` makes it.

use std::collections::VecDeque;
use std::io;

use noodles_bgzf::VirtualPosition;
use noodles_core::Position;
use noodles_csi::binning_index::Indexer;
use noodles_csi::binning_index::index::header::Builder;
use noodles_csi::binning_index::index::reference_sequence::bin::Chunk;
use noodles_csi::binning_index::index::reference_sequence::index::BinnedIndex;

use genodex_engine::record::Header;

use super::blocks::{Block, Seen};
use super::{OutputKind, WriteError};

/// Bins of the smallest kind have 2^14 bases, as htslib's.
const MIN_SHIFT: u8 = 14;
/// Six levels above them reach all positions that BCF has.
const DEPTH: u8 = 6;

/// Where a record is on the genome, and how many bytes of the file it takes before compression.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Its contig's index in the header.
    pub contig: usize,
    /// 1-based first base.
    pub start: u64,
    /// 1-based last base.
    pub end: u64,
    /// Bytes.
    pub bytes: usize,
}

/// An index in the making.
pub(super) struct Index {
    indexer: Indexer<BinnedIndex>,
    contigs: usize,
    seen: Seen,
    blocks: VecDeque<Block>,
    /// Records whose end is in a block that has not been seen: their place, and where they end.
    waiting: VecDeque<(Place, u64)>,
    /// Where the last record ends.
    end: u64,
    /// Where the next record to leave `waiting` starts in the file, once that is known.
    start: Option<VirtualPosition>,
    first: u64,
}

impl Index {
    /// An index of a file that begins with `head` bytes before its first record.
    pub(super) fn new(seen: Seen, kind: OutputKind, header: &Header, head: usize) -> Option<Self> {
        let names = header.contigs().iter().map(|c| c.name.as_str().into());
        let mut indexer = Indexer::new(MIN_SHIFT, DEPTH)?;
        if kind == OutputKind::VcfGz {
            let of_vcf = Builder::vcf().set_reference_sequence_names(names.collect());
            indexer = indexer.set_header(of_vcf.build());
        }
        Some(Self {
            indexer,
            contigs: header.contigs().len(),
            seen,
            blocks: VecDeque::new(),
            waiting: VecDeque::new(),
            end: head as u64,
            start: None,
            first: head as u64,
        })
    }

    /// Adds the next records.
    pub(super) fn push(&mut self, places: &[Place]) -> Result<(), WriteError> {
        for place in places {
            self.end += place.bytes as u64;
            self.waiting.push_back((*place, self.end));
        }
        self.settle(false)
    }

    /// Where in the file byte `at` (before compression) is; none if its block did not come yet.
    fn locate(&mut self, at: u64, last: bool) -> Option<VirtualPosition> {
        loop {
            let block = *self.blocks.front()?;
            // The empty block at the end is where the last record ends.
            if at < block.end || (last && block.start == block.end && at == block.end) {
                let within = u16::try_from(at - block.start.min(at)).ok()?;
                return VirtualPosition::new(block.at, within);
            }
            self.blocks.pop_front();
        }
    }

    fn settle(&mut self, last: bool) -> Result<(), WriteError> {
        if let Ok(mut seen) = self.seen.lock() {
            self.blocks.extend(seen.drain(..));
        }
        while let Some(&(place, end)) = self.waiting.front() {
            if self.start.is_none() {
                self.start = self.locate(self.first, last);
            }
            let Some(start) = self.start else { break };
            let Some(to) = self.locate(end, last) else {
                break;
            };
            self.add(place, start, to)?;
            self.start = Some(to);
            self.waiting.pop_front();
        }
        Ok(())
    }

    fn add(
        &mut self,
        place: Place,
        from: VirtualPosition,
        to: VirtualPosition,
    ) -> Result<(), WriteError> {
        let position = |at: u64| usize::try_from(at.max(1)).ok().and_then(Position::new);
        let (start, end) = (position(place.start), position(place.end.max(place.start)));
        let (Some(start), Some(end)) = (start, end) else {
            return Ok(());
        };
        let context = Some((place.contig, start, end, true));
        let added = self.indexer.add_record(context, Chunk::new(from, to));
        added.map_err(|e| WriteError::Order {
            pos: place.start,
            reason: e.to_string(),
        })
    }

    /// The bytes of the index file.
    pub(super) fn finish(mut self) -> Result<Vec<u8>, WriteError> {
        self.settle(true)?;
        if !self.waiting.is_empty() {
            let message = "the last records' blocks were not seen";
            return Err(io::Error::new(io::ErrorKind::InvalidData, message).into());
        }
        let index = self.indexer.build(self.contigs);
        let mut writer = noodles_csi::io::Writer::new(Vec::new());
        writer.write_index(&index)?;
        Ok(writer.into_inner().finish()?)
    }
}
