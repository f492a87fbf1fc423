//! Records in batches: read by one thread, made into rows by many, taken in order by one.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::thread;

use crossbeam_channel::{Receiver, Sender, bounded};

use super::info::SourceFields;
use super::report::Tallies;
use super::rows::{Row, RowMaker};
use super::{ImportError, ImportOptions};
use crate::reader::{Header, Place, RawRecord, Source};

/// Bytes of raw records after which a batch is full.
const BATCH_BYTES: usize = 1 << 20;
/// Records after which a batch is full.
const BATCH_RECORDS: usize = 512;

/// Records on their way. The memory of a batch goes round: nothing is allocated anew.
#[derive(Default)]
pub(super) struct Batch {
    number: u64,
    raws: Vec<RawRecord>,
    /// How many of `raws` are filled.
    len: usize,
    /// For each record: its contig in the import, and its ordinal within it.
    at: Vec<(u32, u32)>,
    /// Name of each contig that `at` mentions, by change of contig.
    names: Vec<Arc<str>>,
    pub(super) rows: Vec<MadeRow>,
    pub(super) tallies: Tallies,
    /// Compressed bytes read so far.
    pub(super) bytes_read: u64,
    error: Option<ImportError>,
}

/// A row and where it came from.
pub(super) struct MadeRow {
    pub(super) contig: u32,
    pub(super) name: Arc<str>,
    /// POS of the record.
    pub(super) pos: u32,
    pub(super) place: Place,
    /// First row of its record.
    pub(super) starts_record: bool,
    pub(super) row: Row,
}

/// Gives records their contig in the import and their ordinal, in order of reading.
pub(super) trait Numbering {
    /// Contig and ordinal of the record.
    fn number(
        &mut self,
        source: &Source,
        raw: &RawRecord,
    ) -> Result<(u32, Arc<str>, u32), ImportError>;
}

impl Batch {
    /// Reads records until the batch is full; false where the input has ended.
    fn fill(&mut self, source: &mut Source, numbering: &mut dyn Numbering) -> bool {
        self.len = 0;
        self.at.clear();
        self.names.clear();
        self.error = None;
        let mut bytes = 0;
        let mut more = true;
        while bytes < BATCH_BYTES && self.len < BATCH_RECORDS {
            if self.len == self.raws.len() {
                self.raws.push(RawRecord::default());
            }
            let raw = &mut self.raws[self.len];
            let read = source
                .read(raw)
                .map_err(ImportError::from)
                .and_then(|more| match more {
                    true => numbering.number(source, raw).map(Some),
                    false => Ok(None),
                });
            match read {
                Ok(Some((contig, name, ordinal))) => {
                    bytes += raw.len();
                    self.at.push((contig, ordinal));
                    self.names.push(name);
                    self.len += 1;
                }
                Ok(None) => {
                    more = false;
                    break;
                }
                // Records before the fault are still good: the first fault in order counts.
                Err(e) => {
                    self.error = Some(e);
                    more = false;
                    break;
                }
            }
        }
        self.bytes_read = source.bytes_read();
        more
    }

    /// Makes the rows.
    fn make(&mut self, maker: &mut RowMaker<'_>) {
        self.rows.clear();
        let mut rows = Vec::new();
        for i in 0..self.len {
            let ((contig, ordinal), name) = (self.at[i], &self.names[i]);
            let raw = &self.raws[i];
            match maker.make(raw, name, ordinal, &mut rows) {
                Ok(pos) => {
                    let mut starts_record = true;
                    for row in rows.drain(..) {
                        self.rows.push(MadeRow {
                            contig,
                            name: Arc::clone(name),
                            pos,
                            place: raw.place(),
                            starts_record,
                            row,
                        });
                        starts_record = false;
                    }
                }
                Err(e) => {
                    self.error = Some(e);
                    break;
                }
            }
        }
        self.tallies = maker.tallies.take();
    }
}

/// Reads all of `source` and hands each batch to `take`, in order.
pub(super) fn run(
    source: &mut Source,
    options: &ImportOptions,
    info: &Arc<SourceFields>,
    numbering: &mut (dyn Numbering + Send),
    take: &mut dyn FnMut(&mut Batch) -> Result<(), ImportError>,
) -> Result<(), ImportError> {
    let header = Arc::clone(source.header());
    let mut take = |batch: &mut Batch| {
        take(batch)?;
        batch.error.take().map_or(Ok(()), Err)
    };
    if options.threads <= 1 {
        let mut maker = RowMaker::new(&header, options, info)?;
        let mut batch = Batch::default();
        loop {
            let more = batch.fill(source, numbering);
            batch.make(&mut maker);
            take(&mut batch)?;
            if !more {
                return Ok(());
            }
        }
    }
    run_threads(source, &header, (options, info), numbering, &mut take)
}

fn run_threads(
    source: &mut Source,
    header: &Arc<Header>,
    (options, info): (&ImportOptions, &Arc<SourceFields>),
    numbering: &mut (dyn Numbering + Send),
    take: &mut dyn FnMut(&mut Batch) -> Result<(), ImportError>,
) -> Result<(), ImportError> {
    let workers = options.threads.div_ceil(2);
    let makers = (0..workers).map(|_| RowMaker::new(header, options, info));
    let makers = makers.collect::<Result<Vec<_>, _>>()?;
    // As many batches as can be at work at once, and some waiting; the memory of an import is
    // theirs and the open shard's.
    let n_batches = 2 * workers + 3;
    let (free_in, free_out) = bounded::<Batch>(n_batches);
    let (raw_in, raw_out) = bounded::<Batch>(n_batches);
    let (made_in, made_out) = bounded::<Batch>(n_batches);
    for _ in 0..n_batches {
        // Invariant: the channel has room for all of them.
        let _ = free_in.send(Batch::default());
    }
    thread::scope(|scope| {
        scope.spawn(move || read_all(source, numbering, &free_out, &raw_in));
        for mut maker in makers {
            let (from, to) = (raw_out.clone(), made_in.clone());
            scope.spawn(move || {
                for mut batch in from {
                    batch.make(&mut maker);
                    if to.send(batch).is_err() {
                        break;
                    }
                }
            });
        }
        drop((raw_out, made_in));
        // Dropping both ends of the loop on return lets the threads end.
        let free_in = free_in;
        let made_out = made_out;
        let mut waiting = BTreeMap::new();
        let mut next = 0;
        for batch in &made_out {
            waiting.insert(batch.number, batch);
            while let Some(mut batch) = waiting.remove(&next) {
                next += 1;
                take(&mut batch)?;
                batch.rows.clear();
                let _ = free_in.send(batch);
            }
        }
        Ok(())
    })
}

/// The reading thread: fills free batches until the input ends or nobody listens.
fn read_all(
    source: &mut Source,
    numbering: &mut dyn Numbering,
    free: &Receiver<Batch>,
    out: &Sender<Batch>,
) {
    for (number, mut batch) in (0..).zip(free) {
        batch.number = number;
        let more = batch.fill(source, numbering);
        if out.send(batch).is_err() || !more {
            break;
        }
    }
}
