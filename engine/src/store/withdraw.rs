//! Withdrawal of consent: a generation that leaves participants out of every answer, or out of
//! every byte.

use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::leave;
use super::open::{Shard, Store};
use super::write::StoreWriter;
use crate::format::FormatError;
use crate::format::annotations::ColumnBuilder;
use crate::format::disk::Disk;
use crate::format::manifest::{FORMAT_VERSION, LayerKind, Manifest, Provenance, ShardEntry};
use crate::format::row::encode_row;
use crate::format::sites::{SiteIndexBuilder, SitesBuilder};
use crate::genotype::SampleSet;

/// What a withdrawal did.
#[derive(Debug)]
pub struct Withdrawal {
    /// The generation it made.
    pub generation: u64,
    /// Participants it took out, beside those that had left before.
    pub withdrawn: u64,
    /// Files of older generations that still hold their data, because someone is reading them.
    pub still_read: Vec<PathBuf>,
}

/// Takes the samples of `leave`, columns of the current generation, out of the store at
/// `root`. Their rows of the sample table are emptied and stored counts leave them out. With
/// `rewrite`, their columns are taken out of the genotype files too, with those of everyone
/// who left before.
///
/// # Errors
/// [`FormatError`]; the store is then what it was. [`FormatError::Corrupt`] where the genotypes
/// do not have their checksums.
pub fn withdraw(
    disk: &dyn Disk,
    root: &Path,
    leave: &[u32],
    rewrite: bool,
    program: &str,
) -> Result<Withdrawal, FormatError> {
    let writer = StoreWriter::extend(disk, root)?;
    // Opened under the writer's lock: no other generation can come between.
    let store = Store::open(root)?;
    let mut active = store.active().clone();
    let before = active.len();
    active.remove_all(leave);
    let withdrawn = before - active.len();
    let mut manifest = store.manifest().clone();
    manifest.format_version = FORMAT_VERSION;
    manifest.generation = writer.generation();
    let samples = if rewrite {
        leave::keep(store.samples(), &active)?
    } else {
        leave::blank(store.samples(), &active)?
    };
    manifest.samples = writer.write_table("samples.arrow", samples.batch())?;
    let everyone = SampleSet::all(store.n_samples());
    manifest.n_samples = if rewrite {
        active.len()
    } else {
        everyone.len()
    };
    manifest.withdrawn = if rewrite {
        Vec::new()
    } else {
        (everyone.bitmap() - active.bitmap()).iter().collect()
    };
    let shards: Result<Vec<ShardEntry>, FormatError> = store
        .shards()
        .par_iter()
        .map(|shard| {
            if rewrite {
                rewrite_shard(&writer, &manifest, shard, (&active, store.n_samples()))
            } else {
                recount_shard(&writer, shard, &active)
            }
        })
        .collect();
    manifest.shards = shards?;
    manifest.provenance.push(Provenance {
        generation: writer.generation(),
        program: program.to_owned(),
        action: "withdraw".to_owned(),
        options: rewrite
            .then(|| "--rewrite".to_owned())
            .into_iter()
            .collect(),
        inputs: Vec::new(),
    });
    let generation = writer.generation();
    // This process's own snapshot must not keep the old generation.
    drop(store);
    let still_read = writer.commit(&manifest)?;
    Ok(Withdrawal {
        generation,
        withdrawn,
        still_read,
    })
}

/// A site table with the counts of those who stay; the genotypes stay as they are.
fn recount_shard(
    writer: &StoreWriter<'_>,
    shard: &Shard,
    active: &SampleSet,
) -> Result<ShardEntry, FormatError> {
    let (file, sites) = (shard.genotypes()?, shard.sites()?);
    // Damage that decodes would get counts and checksums that agree with it.
    file.check_sums()?;
    let plane = active.plane();
    let table = file.haploid_table()?;
    let mut builder = SitesBuilder::default();
    let mut index = SiteIndexBuilder::default();
    for row in file.rows(0..file.n_rows()) {
        let (row, view, _) = row?;
        let calls = view
            .calls(table)
            .map_err(FormatError::row(file.path(), row))?;
        let (site, counts) = (sites.site(row), calls.counts_in(&plane));
        builder
            .push(&site, &counts)
            .map_err(|e| FormatError::Unsuitable(e.to_string()))?;
        index.push(&site, &counts);
    }
    let batch = builder
        .finish()
        .map_err(|e| FormatError::Unsuitable(e.to_string()))?;
    let mut entry = shard.entry().clone();
    let name = format!("s{:05}.sites.arrow", shard.index());
    entry.sites = writer.write_table(&name, &batch)?;
    let index = index
        .finish()
        .map_err(|e| FormatError::Unsuitable(e.to_string()))?;
    let name = format!("s{:05}.sites.index.arrow", shard.index());
    entry.site_index = index
        .map(|batch| writer.write_table(&name, &batch))
        .transpose()?;
    Ok(entry)
}

/// The shard without the columns of those who left.
fn rewrite_shard(
    writer: &StoreWriter<'_>,
    manifest: &Manifest,
    shard: &Shard,
    (active, n_before): (&SampleSet, usize),
) -> Result<ShardEntry, FormatError> {
    let (file, sites) = (shard.genotypes()?, shard.sites()?);
    // Damage that decodes would get counts and checksums that agree with it.
    file.check_sums()?;
    let table = file.haploid_table()?;
    let contig = shard.entry().contig;
    let name = &manifest.contigs[contig as usize].name;
    let n = active.len() as usize;
    let mut out = writer.shard(shard.index(), (contig, name), n)?;
    for row in file.rows(0..file.n_rows()) {
        let (row, view, _) = row?;
        let calls = view
            .calls(table)
            .map_err(FormatError::row(file.path(), row))?;
        out.push(&sites.site(row), encode_row(&calls.keep(active)))?;
    }
    let mut entry = out.finish()?;
    // What is said of rows stays as it is; they are the same.
    entry.layers.clone_from(&shard.entry().layers);
    // But of FORMAT fields, which are said of samples.
    for (i, layer) in manifest.layers.iter().enumerate() {
        if layer.kind != LayerKind::Format || !entry.layers.contains_key(&layer.name) {
            continue;
        }
        let mut builders = Vec::new();
        for (c, column) in layer.columns.iter().enumerate() {
            let mut builder = ColumnBuilder::samples(&column.name);
            for row in 0..shard.n_rows() {
                if let Some(values) = shard.format_values((i, layer), c, row)? {
                    builder.fill(row);
                    let kept = values.keep(n_before, active.bitmap().iter());
                    builder.push_samples(&kept.encode(n));
                }
            }
            builders.push(builder);
        }
        let rows = shard.n_rows();
        let files =
            writer.write_layer(shard.index(), &layer.name, &layer.columns, builders, rows)?;
        entry.layers.insert(layer.name.clone(), files);
    }
    Ok(entry)
}
