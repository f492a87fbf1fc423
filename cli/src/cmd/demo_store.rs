//! What the tour asks of the rest of the program: to index a file, and to count in cohorts.
//!
//! A stand-in until the importer and cohort expressions are here: a synthetic store, and
//! samples dealt out to the cohorts in turn.

use std::path::Path;

use anyhow::Context;
use genodex_datasets::generator::{Outputs, Spec, generate};
use genodex_engine::genotype::{CallCounts, Plane};
use genodex_engine::store::Store;

use super::super::Global;

/// One variant with its counts by cohort.
#[derive(Clone, Debug)]
pub(super) struct Row {
    pub(super) contig: String,
    /// 1-based.
    pub(super) pos: u32,
    pub(super) id: String,
    pub(super) reference: String,
    pub(super) alternate: String,
    pub(super) counts: Vec<CallCounts>,
}

/// All variants of a store, and how they were counted.
#[derive(Clone, Debug)]
pub(super) struct Counted {
    pub(super) rows: Vec<Row>,
    /// Samples by cohort.
    pub(super) sizes: Vec<u64>,
    pub(super) device: String,
    /// Why on that device.
    pub(super) reason: String,
}

/// Makes a store from a file.
pub(super) fn index(
    _input: &Path,
    _panel: &Path,
    output: &Path,
    _global: &Global,
) -> anyhow::Result<()> {
    let spec = Spec {
        samples: 500,
        variants: 2000,
        seed: 1,
        common: None,
    };
    let outputs = Outputs {
        store: Some(output.to_owned()),
        replace: true,
        ..Outputs::default()
    };
    generate(&spec, &outputs, &|_| ())?;
    Ok(())
}

/// Counts every variant in cohorts given as `(name, expression)`.
pub(super) fn count(store: &Store, cohorts: &[(String, String)]) -> anyhow::Result<Counted> {
    let n = store.n_samples();
    let planes: Vec<Plane> = (0..cohorts.len())
        .map(|cohort| {
            let mut plane = Plane::zeros(n);
            (cohort..n)
                .step_by(cohorts.len())
                .for_each(|s| plane.set(s));
            plane
        })
        .collect();
    let mut rows = Vec::new();
    for shard in store.shards() {
        let (sites, genotypes) = (shard.sites()?, shard.genotypes()?);
        let haploid = genotypes.haploid_table()?;
        let contig = store
            .manifest()
            .contigs
            .get(shard.entry().contig as usize)
            .context("a shard without a contig")?;
        for row in 0..shard.n_rows() {
            let calls = genotypes.row(row)?.calls(haploid)?;
            let site = sites.site(row);
            rows.push(Row {
                contig: contig.name.clone(),
                pos: site.pos,
                id: site.id.to_owned(),
                reference: site.reference.to_owned(),
                alternate: site.alternate.to_owned(),
                counts: planes.iter().map(|p| calls.counts_in(p)).collect(),
            });
        }
    }
    Ok(Counted {
        rows,
        sizes: planes.iter().map(Plane::count).collect(),
        device: "CPU".to_owned(),
        reason: "a stand-in counts nowhere else".to_owned(),
    })
}
