//! Runs a generation: blocks are made in parallel and written in order.

use std::io::{self, Write};
use std::path::PathBuf;

use genodex_engine::format::disk::OsDisk;
use genodex_engine::format::manifest::{ContigEntry, Manifest, Provenance};
use genodex_engine::format::row::{EncodedRow, encode_row};
use genodex_engine::format::sites::SiteBuf;
use genodex_engine::store::StoreWriter;
use noodles_bgzf as bgzf;
use rayon::prelude::*;

use super::bcf::{self, BcfRecords};
use super::block::{Maker, RowCalls};
use super::founders::{Copied, Founders};
use super::people::People;
use super::plan::{BlockPlace, Plan};
use super::sink::{Compressed, Shards, Sink, Truth};
use super::site::{Record, records};
use super::spectrum::Spectrum;
use super::vcf::{self, VcfLines};
use super::{GenerateError, Outputs, Spec};

/// The empty block that ends a BGZF file.
const BGZF_EOF: usize = 28;

/// What was generated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Generated {
    /// Rows, multi-allelic records split.
    pub rows: u64,
    /// Records.
    pub records: u64,
    /// Rows with one copy of ALT.
    pub singletons: u64,
    /// Rows with a minor allele frequency of 1 % and more.
    pub common: u64,
}

/// Generates a cohort into all outputs. `progress` hears of rows as they are written. The
/// current rayon pool does the work; the result is the same whatever its size.
///
/// # Errors
/// [`GenerateError`]. No store is left behind then, but files beside it may be.
pub fn generate(
    spec: &Spec,
    outputs: &Outputs,
    progress: &(dyn Fn(u64) + Sync),
) -> Result<Generated, GenerateError> {
    let plan = Plan::new(spec)?;
    let people = People::new(spec.samples, spec.seed);
    let disk = OsDisk;
    let store = match &outputs.store {
        Some(path) => Some(StoreWriter::create(&disk, path, outputs.replace)?),
        None => None,
    };
    let header = vcf::header(&plan, spec.samples);
    let mut sink = Sink {
        contigs: &plan,
        samples: spec.samples,
        store: store.as_ref().map(Shards::new),
        vcf: Compressed::create(outputs.vcf.as_deref(), header.as_bytes())?,
        bcf: Compressed::create(outputs.bcf.as_deref(), &bcf::header(&header))?,
        truth: Truth::create(outputs.truth.as_deref())?,
        done: Generated::default(),
    };
    drop(header);
    let made = Making {
        spec,
        plan: &plan,
        people: &people,
        spectrum: Spectrum::new(spec),
        founders: (0..plan.contigs.len())
            .map(|c| Founders::new(spec.seed, c, plan.window))
            .collect(),
        vcf: outputs.vcf.is_some().then(|| VcfLines::new(spec.samples)),
        bcf: outputs.bcf.is_some().then(|| BcfRecords::new(spec.samples)),
        store: store.is_some(),
        truth: outputs.truth.is_some(),
    };
    let places: Vec<BlockPlace> = plan.blocks().collect();
    let mut waiting: Vec<Block> = Vec::new();
    for batch in places.chunks(rayon::current_num_threads()) {
        // While a batch is made, the one before is written.
        let ready = std::mem::take(&mut waiting);
        let (next, written) = rayon::join(
            || {
                batch
                    .par_iter()
                    .map_init(
                        || Memory::new(spec.samples),
                        |memory, place| made.block(place, memory),
                    )
                    .collect::<Result<Vec<_>, _>>()
            },
            || {
                ready
                    .into_iter()
                    .try_for_each(|block| sink.take(block, progress))
            },
        );
        written?;
        waiting = next?;
    }
    for block in waiting {
        sink.take(block, progress)?;
    }
    let (shards, done) = sink.finish()?;
    if let Some(store) = store {
        let samples = people.table()?;
        let samples = store.write_table("samples.arrow", samples.batch())?;
        let manifest = Manifest {
            generation: store.generation(),
            contigs: plan
                .contigs
                .iter()
                .map(|c| ContigEntry {
                    name: c.name.clone(),
                    length: Some(c.length),
                })
                .collect(),
            shards,
            provenance: vec![Provenance {
                generation: store.generation(),
                program: format!("genodex {}", env!("CARGO_PKG_VERSION")),
                action: "generate".to_owned(),
                options: options(spec),
                inputs: Vec::new(),
            }],
            ..Manifest::new("GRCh38".to_owned(), spec.samples as u64, samples)
        };
        store.commit(&manifest)?;
    }
    Ok(done)
}

fn options(spec: &Spec) -> Vec<String> {
    let mut options = vec![
        format!("--samples={}", spec.samples),
        format!("--variants={}", spec.variants),
        format!("--seed={}", spec.seed),
    ];
    options.extend(spec.common.map(|c| format!("--common={c}")));
    options
}

/// All that making a block needs.
struct Making<'a> {
    spec: &'a Spec,
    plan: &'a Plan,
    people: &'a People,
    spectrum: Spectrum,
    founders: Vec<Founders>,
    vcf: Option<VcfLines>,
    bcf: Option<BcfRecords>,
    store: bool,
    truth: bool,
}

/// A thread's memory, used again from block to block.
struct Memory {
    maker: Maker,
    copied: Copied,
    line: Vec<u8>,
}

impl Memory {
    fn new(samples: usize) -> Self {
        Self {
            maker: Maker::new(samples),
            copied: Copied::default(),
            line: Vec::new(),
        }
    }
}

/// A block, coded for all outputs.
pub(super) struct Block {
    pub(super) contig: usize,
    pub(super) rows: Vec<(SiteBuf, Option<EncodedRow>)>,
    /// Compressed, without the empty block at the end.
    pub(super) vcf: Vec<u8>,
    pub(super) bcf: Vec<u8>,
    pub(super) truth: String,
    pub(super) tally: Generated,
}

impl Making<'_> {
    fn block(&self, place: &BlockPlace, memory: &mut Memory) -> Result<Block, GenerateError> {
        let founders = &self.founders[place.contig];
        let contig = &self.plan.contigs[place.contig].name;
        founders.copy(self.people, place.block, &mut memory.copied);
        let branches = founders.branches(place.block);
        let (mut vcf, mut bcf) = (
            bgzf::io::Writer::new(Vec::new()),
            bgzf::io::Writer::new(Vec::new()),
        );
        let mut block = Block {
            contig: place.contig,
            rows: Vec::with_capacity(place.rows as usize),
            vcf: Vec::new(),
            bcf: Vec::new(),
            truth: String::new(),
            tally: Generated::default(),
        };
        let line = &mut memory.line;
        for record in records(self.spec.seed, place, self.plan.window, &self.spectrum) {
            let rows = memory
                .maker
                .make(&record, self.people, &memory.copied, &branches);
            // Writing to memory does not fail.
            if let Some(lines) = &self.vcf {
                lines.write(line, contig, &record, rows);
                vcf.write_all(line).map_err(in_memory)?;
            }
            if let Some(records) = &self.bcf {
                records.write(line, place.contig, &record, rows);
                bcf.write_all(line).map_err(in_memory)?;
            }
            block.add(contig, &record, rows, self.store, self.truth);
        }
        block.vcf = finish(vcf)?;
        block.bcf = finish(bcf)?;
        Ok(block)
    }
}

pub(super) fn in_memory(source: io::Error) -> GenerateError {
    GenerateError::Io {
        path: PathBuf::from("a block in memory"),
        source,
    }
}

/// The compressed bytes, without the empty block that ends a file.
pub(super) fn finish(writer: bgzf::io::Writer<Vec<u8>>) -> Result<Vec<u8>, GenerateError> {
    let mut bytes = writer.finish().map_err(in_memory)?;
    bytes.truncate(bytes.len().saturating_sub(BGZF_EOF));
    Ok(bytes)
}

impl Block {
    fn add(&mut self, contig: &str, record: &Record, rows: &[RowCalls], store: bool, truth: bool) {
        self.tally.records += 1;
        for (i, (row, alternate)) in rows.iter().zip(&record.alternates).enumerate() {
            let (count, number) = (row.allele_count, row.allele_number);
            self.tally.rows += 1;
            self.tally.singletons += u64::from(count == 1);
            self.tally.common += u64::from(100 * count.min(number - count) >= number);
            if truth {
                let (pos, reference) = (record.pos, &record.reference);
                self.truth +=
                    &format!("{contig}\t{pos}\t{reference}\t{alternate}\t{count}\t{number}\n");
            }
            let site = SiteBuf {
                pos: record.pos,
                end: record.pos + record.reference.len() as u32 - 1,
                id: record.id.clone(),
                reference: record.reference.clone(),
                alternate: alternate.clone(),
                qual: Some(record.qual),
                filter: Some(record.filter.to_owned()),
                record: record.ordinal,
                allele: i as u16 + 1,
                alleles: rows.len() as u16,
                written: None,
            };
            self.rows
                .push((site, store.then(|| encode_row(&row.calls))));
        }
    }
}
