//! Loadings as a file, and people brought onto them.

use std::collections::HashMap;
use std::io::BufRead;
use std::path::Path;

use anyhow::{Context, bail};
use genodex_engine::genome::canonical_name;
use genodex_engine::genotype::SampleSet;
use genodex_engine::query::panel::SnpPlanes;
use genodex_engine::query::pca::{Loadings, Variant};
use genodex_engine::query::rows::RowSet;
use genodex_engine::query::sets::{VariantFinder, allele_name};
use genodex_engine::store::Store;
use genodex_indexer::sample_table::open_text;

use super::{Args, Components};
use crate::cmd::{Global, snps};
use crate::output::Target;

/// The share of SNPs that has to be there for a projection.
const LEAST: f64 = 0.05;

/// Names of rows by which stores meet: `chrom:pos:ref:alt`, the chromosome without `chr`.
pub(super) fn names(store: &Store, rows: &RowSet) -> anyhow::Result<Vec<String>> {
    let name = |(shard, row): (usize, u32)| -> anyhow::Result<String> {
        let name = allele_name(store, shard, row, ':')?;
        let (contig, rest) = name.split_once(':').unwrap_or((&name, ""));
        Ok(format!("{}:{rest}", canonical_name(contig)))
    };
    rows.iter().map(name).collect()
}

pub(super) fn write(path: &Path, loadings: &Loadings) -> anyhow::Result<()> {
    let row = |values: &[f64]| -> String { values.iter().map(|v| format!("\t{v:e}")).collect() };
    let mut target = Target::create(path)?;
    let mut text = format!(
        "##eigenvalues{}\n##shrinkage{}\n#ID\tAF",
        row(&loadings.values),
        row(&loadings.shrinkage)
    );
    for k in 1..=loadings.values.len() {
        text.push_str(&format!("\tPC{k}"));
    }
    text.push('\n');
    for variant in &loadings.variants {
        text.push_str(&format!(
            "{}\t{:e}{}\n",
            variant.name,
            variant.frequency,
            row(&variant.loadings)
        ));
    }
    target.write_all(text.as_bytes())?;
    target.finish()
}

fn read(path: &Path) -> anyhow::Result<Loadings> {
    let reader = open_text(path).with_context(|| format!("cannot open {}", path.display()))?;
    let mut out = Loadings::default();
    for (number, line) in reader.lines().enumerate() {
        let line = line.with_context(|| format!("cannot read {}", path.display()))?;
        let at = || format!("{}: line {}", path.display(), number + 1);
        let mut cells = line.split('\t');
        let first = cells.next().unwrap_or_default();
        if first == "#ID" {
            continue;
        }
        let numbers = cells
            .map(str::parse::<f64>)
            .collect::<Result<Vec<f64>, _>>();
        let numbers = numbers.with_context(at).context("loadings are numbers")?;
        match (first, numbers.split_first()) {
            ("##eigenvalues", _) => out.values = numbers,
            ("##shrinkage", _) => out.shrinkage = numbers,
            (name, Some((frequency, loadings))) if loadings.len() == out.values.len() => {
                out.variants.push(Variant {
                    name: name.to_owned(),
                    frequency: *frequency,
                    loadings: loadings.to_vec(),
                });
            }
            _ => bail!("{}: other numbers than the eigenvalues at the head", at()),
        }
    }
    if out.variants.is_empty() || out.shrinkage.len() != out.values.len() {
        bail!("{}: no file of genodex pca --loadings", path.display());
    }
    Ok(out)
}

/// People of a store onto components of a file.
pub(super) fn onto(
    path: &Path,
    (args, store): (&Args, &Store),
    people: &SampleSet,
    global: &Global,
) -> anyhow::Result<Components> {
    let loadings = read(path)?;
    let finder = VariantFinder::new(store);
    let mut rows = RowSet::default();
    for variant in &loadings.variants {
        for name in [variant.name.clone(), turned(&variant.name)] {
            if let Some(found) = finder.find(&name)? {
                rows.insert(found.shard as usize, found.row);
            }
        }
    }
    if args.snps.regions.are_given() {
        bail!("--onto takes the SNPs of its file: leave -r and -R out");
    }
    let (there, all) = (rows.len(), loadings.variants.len());
    global.note(format_args!(
        "{there} of {all} SNPs of the components are in the store"
    ));
    if (there as f64) < LEAST * all as f64 {
        bail!("too few SNPs in common: {there} of {all}");
    }
    let planes = snps::planes(store, &rows, people.bitmap().iter().collect(), global)?;
    project(&loadings, store, &rows, &planes)
}

/// With the alleles the other way around.
fn turned(name: &str) -> String {
    let cells: Vec<&str> = name.split(':').collect();
    match cells[..] {
        [contig, pos, reference, alternate] => format!("{contig}:{pos}:{alternate}:{reference}"),
        _ => name.to_owned(),
    }
}

pub(super) fn project(
    loadings: &Loadings,
    store: &Store,
    rows: &RowSet,
    planes: &SnpPlanes,
) -> anyhow::Result<Components> {
    let known = loadings
        .variants
        .iter()
        .enumerate()
        .map(|(i, v)| (v.name.as_str(), i));
    let known: HashMap<&str, usize> = known.collect();
    let places: Vec<Option<(usize, bool)>> = (names(store, rows)?.iter())
        .map(|name| match known.get(name.as_str()) {
            Some(at) => Some((*at, false)),
            None => known.get(turned(name).as_str()).map(|at| (*at, true)),
        })
        .collect();
    Ok(Components {
        samples: planes.samples.clone(),
        of: loadings.project(planes, &places),
        values: Vec::new(),
    })
}
