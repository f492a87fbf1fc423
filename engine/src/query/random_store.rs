//! Stores of random calls with phase, for tests of queries.

use std::path::Path;

use proptest::prelude::*;

use crate::format::disk::OsDisk;
use crate::format::manifest::{ContigEntry, Manifest};
use crate::format::row::encode_row;
use crate::format::samples::SampleTableBuilder;
use crate::format::sites::SiteBuf;
use crate::genotype::{CallPlanes, Genotype, HalfCall, PhaseSet};
use crate::store::StoreWriter;

/// A call as written.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Call {
    Diploid(Genotype),
    /// Heterozygous: ALT first, phased with this phase set.
    Het {
        first: bool,
        phase: Option<Option<u32>>,
    },
    Haploid(Genotype),
    Half(bool),
}

impl Call {
    pub(super) fn genotype(self) -> Genotype {
        match self {
            Self::Diploid(g) | Self::Haploid(g) => g,
            Self::Het { .. } => Genotype::Het,
            Self::Half(_) => Genotype::Missing,
        }
    }
}

#[derive(Clone, Debug)]
pub(super) struct Row {
    /// 0: chr1, 1: chrX.
    pub(super) contig: usize,
    /// Two rows of one record may follow each other.
    pub(super) record: u32,
    pub(super) allele: u16,
    pub(super) calls: Vec<Call>,
}

#[derive(Clone, Debug)]
pub(super) struct Cohort {
    /// 1: male, 2: female, 0: unknown.
    pub(super) sexes: Vec<i64>,
    pub(super) withdrawn: Vec<u32>,
    pub(super) rows: Vec<Row>,
}

fn a_call() -> impl Strategy<Value = Call> {
    let phase = prop_oneof![
        Just(None),
        Just(Some(None)),
        (1u32..3).prop_map(|set| Some(Some(set)))
    ];
    prop_oneof![
        8 => Just(Call::Diploid(Genotype::HomRef)),
        1 => Just(Call::Diploid(Genotype::HomAlt)),
        1 => Just(Call::Diploid(Genotype::Missing)),
        5 => (any::<bool>(), phase).prop_map(|(first, phase)| Call::Het { first, phase }),
        1 => prop_oneof![Just(Genotype::HomRef), Just(Genotype::HomAlt)].prop_map(Call::Haploid),
        1 => any::<bool>().prop_map(Call::Half),
    ]
}

pub(super) fn a_cohort() -> impl Strategy<Value = Cohort> {
    (1usize..70).prop_flat_map(|n| {
        let row = (
            prop::bool::weighted(0.3),
            any::<bool>(),
            any::<bool>(),
            prop::collection::vec(a_call(), n),
        );
        (
            prop::collection::vec(0i64..3, n),
            prop::collection::btree_set(0..n as u32, 0..3.min(n)),
            prop::collection::vec(row, 1..12),
        )
            .prop_map(|(sexes, withdrawn, rows)| {
                let mut rows: Vec<_> = rows.into_iter().collect();
                rows.sort_by_key(|r| r.0);
                let mut out: Vec<Row> = Vec::new();
                for (x, joined, rare, mut calls) in rows {
                    if rare {
                        calls.iter_mut().skip(2).for_each(|c| {
                            *c = Call::Diploid(Genotype::HomRef);
                        });
                    }
                    // The site table counts those who are there.
                    for &s in &withdrawn {
                        calls[s as usize] = Call::Diploid(Genotype::HomRef);
                    }
                    let contig = usize::from(x);
                    let last = out.last().filter(|l| l.contig == contig);
                    let (record, allele) = match last {
                        Some(l) if joined && l.allele == 1 => (l.record, 2),
                        Some(l) => (l.record + 1, 1),
                        None => (0, 1),
                    };
                    out.push(Row {
                        contig,
                        record,
                        allele,
                        calls,
                    });
                }
                Cohort {
                    sexes,
                    withdrawn: withdrawn.into_iter().collect(),
                    rows: out,
                }
            })
    })
}

fn planes(calls: &[Call]) -> CallPlanes {
    let mut planes = CallPlanes::new(calls.len());
    for (s, call) in calls.iter().enumerate() {
        planes.set_genotype(s, call.genotype());
        match *call {
            Call::Haploid(_) => planes.haploid.set(s),
            Call::Half(alt) => planes.half_calls.push(HalfCall {
                sample: s as u32,
                alt,
                second: true,
            }),
            Call::Het { first, phase } => {
                if first {
                    planes.flipped.set(s);
                }
                if let Some(set) = phase {
                    planes.phased.set(s);
                    if let Some(set) = set {
                        planes.phase_sets.push(PhaseSet {
                            sample: s as u32,
                            set,
                        });
                    }
                }
            }
            Call::Diploid(_) => {}
        }
    }
    planes
}

/// Writes a store; each contig in shards of at most `shard_rows`. Gives shard and row of each.
pub(super) fn write(root: &Path, cohort: &Cohort, shard_rows: usize) -> Vec<(usize, u32)> {
    let n = cohort.sexes.len();
    let writer = StoreWriter::create(&OsDisk, root, false).unwrap();
    let mut samples = SampleTableBuilder::new((0..n).map(|i| format!("S{i}"))).unwrap();
    samples
        .int("SEX", cohort.sexes.iter().map(|&s| Some(s)))
        .unwrap();
    let samples = samples.finish().unwrap();
    let contig = |name: &str| ContigEntry {
        name: name.to_owned(),
        length: None,
    };
    let samples = writer
        .write_table("samples.arrow", samples.batch())
        .unwrap();
    let mut manifest = Manifest {
        generation: writer.generation(),
        withdrawn: cohort.withdrawn.clone(),
        contigs: vec![contig("chr1"), contig("chrX")],
        ..Manifest::new("GRCh38".to_owned(), n as u64, samples)
    };
    let mut places = Vec::new();
    for rows in cohort.rows.chunk_by(|a, b| a.contig == b.contig) {
        for rows in rows.chunks(shard_rows) {
            let contig = rows[0].contig;
            let number = manifest.shards.len();
            let name = ["chr1", "chrX"][contig];
            let mut shard = writer.shard(number, (contig as u32, name), n).unwrap();
            for (i, row) in rows.iter().enumerate() {
                let pos = 5_000_000 + 10 * row.record;
                let site = SiteBuf {
                    pos,
                    end: pos,
                    id: ".".to_owned(),
                    reference: "A".to_owned(),
                    alternate: ["C", "G"][usize::from(row.allele - 1)].to_owned(),
                    record: row.record,
                    allele: row.allele,
                    alleles: 2,
                    ..SiteBuf::default()
                };
                shard
                    .push(&site.as_site(), encode_row(&planes(&row.calls)))
                    .unwrap();
                places.push((number, i as u32));
            }
            manifest.shards.push(shard.finish().unwrap());
        }
    }
    writer.commit(&manifest).unwrap();
    places
}
