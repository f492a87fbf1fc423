//! Keeping what was found in the store, for questions that come later: columns `qc.*` of the
//! sample table, and a layer of INFO fields.

use std::path::Path;

use rayon::prelude::*;

use super::{Answer, Plan, SexRules};
use crate::compute::Compute;
use crate::format::FormatError;
use crate::format::annotations::ColumnBuilder;
use crate::format::disk::Disk;
use crate::format::manifest::{
    ColumnEntry, ColumnType, FORMAT_VERSION, LayerEntry, LayerKind, Provenance,
};
use crate::format::samples::{SampleTable, SampleTableBuilder, SampleTableError, Sex};
use crate::query::freq::{self, FreqError};
use crate::stats::HweTest;
use crate::store::{Store, StoreWriter};

/// Name of the layer.
pub const LAYER: &str = "qc";
/// The columns of the sample table, without [`PREFIX`].
const COLUMNS: [&str; 9] = [
    "call_rate",
    "het",
    "hom_alt",
    "singletons",
    "het_rate",
    "ti_tv",
    "f_x",
    "y_call_rate",
    "inferred_sex",
];
/// INFO fields of variants.
const FIELDS: [&str; 3] = ["HWE", "HWE_LOG10P", "MENDEL"];
/// How the names of the columns of the sample table begin.
pub const PREFIX: &str = "qc.";

/// What the store's history calls it.
const ACTION: &str = "qc";

fn is_ours(name: &str) -> bool {
    let bare = name.strip_prefix(PREFIX);
    bare.is_some_and(|bare| COLUMNS.contains(&bare))
}

/// Values of one field by shard of the store, then by row.
pub type ByRow<T> = Vec<Vec<T>>;

/// What is kept of variants.
#[derive(Clone, Debug, Default)]
pub struct VariantValues {
    /// p-values of Hardy-Weinberg equilibrium; NaN where there is no test.
    pub hwe: Option<ByRow<f64>>,
    /// Mendel errors, where there are trios.
    pub mendel: Option<ByRow<u32>>,
}

/// The test of Hardy-Weinberg equilibrium of everybody at every row: of females on X, none on Y
/// and MT.
///
/// # Errors
/// [`FreqError`].
pub fn hwe_by_row(store: &Store) -> Result<ByRow<f64>, FreqError> {
    let request = freq::Request {
        hwe: Some(HweTest::Exact),
        ..freq::Request::default()
    };
    let plan = freq::Plan::new(store, request)?;
    let compute = Compute::with_cpu("one pass over everybody");
    let mut values: ByRow<f64> = vec![Vec::new(); store.shards().len()];
    freq::run(
        &plan,
        Some(&compute),
        |block| {
            let of = |i| block.calls(i, 0).hwe.unwrap_or(f64::NAN);
            Ok::<_, FreqError>((block.shard(), (0..block.len()).map(of).collect::<Vec<_>>()))
        },
        |(shard, more)| {
            if let Some(values) = values.get_mut(shard) {
                values.extend(more);
            }
            Ok(())
        },
    )?;
    Ok(values)
}

/// INFO fields of other layers that the layer cannot have as well.
#[must_use]
pub fn taken(store: &Store) -> Vec<&'static str> {
    let others = || store.layers().iter().filter(|l| l.name != LAYER);
    let is_taken = |name: &&str| {
        others().any(|l| l.kind == LayerKind::Info && l.columns.iter().any(|c| c.name == **name))
    };
    FIELDS.into_iter().filter(is_taken).collect()
}

/// Writes a generation of the store at `root` in which the sample table has the columns `qc.*`
/// of the people in `answer`, and rows have the fields `HWE`, `HWE_LOG10P` and `MENDEL`; those of an earlier
/// run are replaced. Gives its number.
///
/// # Errors
/// [`FormatError`]; the store is then what it was. [`FormatError::Unsuitable`] where it is no
/// longer the generation that was counted, or its sample table has a column of such a name that
/// is somebody else's.
pub fn keep(
    disk: &dyn Disk,
    root: &Path,
    plan: &Plan<'_>,
    answer: &Answer,
    rules: &SexRules,
    variants: VariantValues,
    program: &str,
) -> Result<u64, FormatError> {
    let counted = plan.store().manifest();
    let writer = StoreWriter::extend(disk, root)?;
    let mut manifest = match writer.base() {
        Some(base) if base.generation == counted.generation => base.clone(),
        _ => {
            let reason = "the store changed while it was counted: run this again";
            return Err(FormatError::Unsuitable(reason.to_owned()));
        }
    };
    let ours = manifest.provenance.iter().any(|p| p.action == ACTION);
    if let Some(name) = plan.store().samples().names().find(|n| !ours && is_ours(n)) {
        return Err(FormatError::Unsuitable(format!(
            "the sample table has a column {name:?} that qc did not write and would replace: \
             import it under another name"
        )));
    }
    let samples = with_people(plan, answer, rules)
        .map_err(|e| FormatError::Unsuitable(format!("cannot write the sample table: {e}")))?;
    manifest.samples = writer.write_table("samples.arrow", samples.batch())?;
    manifest.layers.retain(|l| l.name != LAYER);
    for shard in &mut manifest.shards {
        shard.layers.remove(LAYER);
    }
    let layer = layer(&variants, program);
    if !layer.columns.is_empty() {
        let parts: Result<Vec<_>, FormatError> = (plan.store().shards().par_iter())
            .map(|shard| {
                let rows = shard.n_rows();
                let values = columns(&variants, &layer, shard.index(), rows);
                writer.write_layer(shard.index(), LAYER, &layer.columns, values, rows)
            })
            .collect();
        for (shard, files) in manifest.shards.iter_mut().zip(parts?) {
            shard.layers.insert(LAYER.to_owned(), files);
        }
        manifest.layers.push(layer);
    }
    manifest.format_version = FORMAT_VERSION;
    manifest.generation = writer.generation();
    manifest.provenance.push(Provenance {
        generation: writer.generation(),
        program: program.to_owned(),
        action: ACTION.to_owned(),
        options: Vec::new(),
        inputs: Vec::new(),
    });
    let generation = writer.generation();
    writer.commit(&manifest)?;
    Ok(generation)
}

fn layer(variants: &VariantValues, program: &str) -> LayerEntry {
    let column = |name: &str, kind, description: &str| ColumnEntry {
        name: name.to_owned(),
        kind,
        number: "A".to_owned(),
        description: description.to_owned(),
        terms: false,
    };
    let mut columns = Vec::new();
    if variants.hwe.is_some() {
        let p = "p-value of the exact test of Hardy-Weinberg equilibrium, no less than 1.2e-38";
        let log = "-log10 of the p-value of the exact test of Hardy-Weinberg equilibrium";
        columns.push(column("HWE", ColumnType::Float, p));
        columns.push(column("HWE_LOG10P", ColumnType::Float, log));
    }
    if variants.mendel.is_some() {
        let mendel = "Trios whose calls contradict each other";
        columns.push(column("MENDEL", ColumnType::Integer, mendel));
    }
    LayerEntry {
        name: LAYER.to_owned(),
        kind: LayerKind::Info,
        source: format!("{program} qc"),
        columns,
    }
}

fn columns(
    variants: &VariantValues,
    layer: &LayerEntry,
    shard: usize,
    rows: usize,
) -> Vec<ColumnBuilder> {
    let build = |column: &ColumnEntry| {
        let mut builder = ColumnBuilder::new(column);
        let (hwe, mendel) = (of(&variants.hwe, shard), of(&variants.mendel, shard));
        for row in 0..rows {
            let p = hwe.get(row).copied().filter(|p| !p.is_nan());
            match column.name.as_str() {
                // A layer has 32-bit floats: 0 would say something else than a small number.
                "HWE" => builder.push_floats([p.map(|p| p.max(f32::MIN_POSITIVE.into()) as f32)]),
                "HWE_LOG10P" => {
                    let log = |p: f64| -p.max(f64::MIN_POSITIVE).log10() as f32;
                    // Of 1 it is 0, not -0.
                    builder.push_floats([p.map(|p| log(p) + 0.0)]);
                }
                _ => {
                    let n = mendel.get(row).copied().unwrap_or(0);
                    builder.push_ints([i32::try_from(n).ok()]);
                }
            }
        }
        builder
    };
    layer.columns.iter().map(build).collect()
}

fn of<T>(values: &Option<ByRow<T>>, shard: usize) -> &[T] {
    values
        .as_ref()
        .and_then(|v| v.get(shard))
        .map_or(&[], Vec::as_slice)
}

/// The sample table with the columns `qc.*` of those counted in place of those it had.
fn with_people(
    plan: &Plan<'_>,
    answer: &Answer,
    rules: &SexRules,
) -> Result<SampleTable, SampleTableError> {
    let table = plan.store().samples();
    let mut builder = SampleTableBuilder::copy(table, |name| !is_ours(name))?;
    let people: Vec<_> = (0..table.len())
        .map(|s| {
            let counted = plan.cohort().contains(s as u32);
            counted.then(|| answer.person(plan, s))
        })
        .collect();
    let name = |name: &str| format!("{PREFIX}{name}");
    macro_rules! column {
        ($kind:ident, $name:literal, $of:expr) => {
            builder.$kind(
                &name($name),
                people.iter().map(|p| p.as_ref().and_then($of)),
            )?
        };
    }
    let whole = |n: u64| i64::try_from(n).ok();
    column!(float, "call_rate", |p| p.call_rate());
    column!(int, "het", |p| whole(p.het()));
    column!(int, "hom_alt", |p| whole(p.hom_alt()));
    column!(int, "singletons", |p| whole(p.singletons));
    column!(float, "het_rate", |p| p.het_rate());
    column!(float, "ti_tv", |p| p.ti_tv());
    column!(float, "f_x", |p| p.f_x);
    column!(float, "y_call_rate", |p| p.y_call_rate());
    column!(text, "inferred_sex", |p| match p.infer_sex(rules).sex {
        Sex::Male => Some("male"),
        Sex::Female => Some("female"),
        Sex::Unknown => None,
    });
    builder.finish()
}
