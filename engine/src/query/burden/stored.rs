//! Results kept in a store, for the pages of its genes.

use std::path::Path;
use std::sync::Arc;

use arrow_array::{Array, Float64Array, RecordBatch, StringArray, UInt64Array};
use arrow_schema::{ArrowError, DataType, Field, Schema};
use serde::Serialize;

use crate::format::FormatError;
use crate::format::arrow_file::read_arrow;
use crate::format::disk::Disk;
use crate::format::manifest::{FORMAT_VERSION, Provenance};
use crate::store::{Store, StoreWriter};

/// How the names of these tables begin in a manifest.
pub const RESULTS: &str = "results.";

const TEXTS: [&str; 4] = ["TRAIT", "SET", "MASK", "TEST"];
const COUNTS: [&str; 2] = ["N", "CASES"];
const NUMBERS: [&str; 4] = ["AF", "BETA", "SE", "LOG10P"];

/// A result.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct StoredResult {
    /// What the results were kept as.
    pub study: String,
    /// The trait.
    pub trait_name: String,
    /// The set, which is a gene where sets are genes.
    pub set: String,
    /// The mask and its bin; empty of all of them.
    pub mask: String,
    /// The test.
    pub test: String,
    /// Frequency of the mask's allele.
    pub frequency: Option<f64>,
    /// People tested.
    pub people: u64,
    /// Of these, cases of a binary trait.
    pub cases: Option<u64>,
    /// Effect of one copy.
    pub beta: Option<f64>,
    /// Its standard error.
    pub se: Option<f64>,
    /// `-log10` of the p-value.
    pub log10p: f64,
}

/// Writes a generation of the store at `root` that has `results` as the study `name`; an earlier
/// study of the name is replaced. Gives its number.
///
/// # Errors
/// [`FormatError`]; the store is then what it was.
pub fn keep_results(
    disk: &dyn Disk,
    root: &Path,
    name: &str,
    results: &[StoredResult],
    program: &str,
) -> Result<u64, FormatError> {
    let writer = StoreWriter::extend(disk, root)?;
    let Some(mut manifest) = writer.base().cloned() else {
        let reason = "there is no store to keep results in";
        return Err(FormatError::Unsuitable(reason.to_owned()));
    };
    let batch = batch(results)
        .map_err(|e| FormatError::Unsuitable(format!("cannot write the results: {e}")))?;
    let table = format!("{RESULTS}{name}");
    let entry = writer.write_table(&format!("{table}.arrow"), &batch)?;
    manifest.tables.insert(table, entry);
    manifest.format_version = FORMAT_VERSION;
    manifest.generation = writer.generation();
    manifest.provenance.push(Provenance {
        generation: writer.generation(),
        program: program.to_owned(),
        action: "burden".to_owned(),
        options: vec![format!("--store-results {name}")],
        inputs: Vec::new(),
    });
    let generation = writer.generation();
    writer.commit(&manifest)?;
    Ok(generation)
}

fn batch(results: &[StoredResult]) -> Result<RecordBatch, ArrowError> {
    let texts = |of: fn(&StoredResult) -> &str| -> Arc<dyn Array> {
        Arc::new(StringArray::from_iter_values(results.iter().map(of)))
    };
    let counts = |of: fn(&StoredResult) -> Option<u64>| -> Arc<dyn Array> {
        Arc::new(results.iter().map(of).collect::<UInt64Array>())
    };
    let numbers = |of: fn(&StoredResult) -> Option<f64>| -> Arc<dyn Array> {
        Arc::new(results.iter().map(of).collect::<Float64Array>())
    };
    let columns = vec![
        texts(|r| &r.trait_name),
        texts(|r| &r.set),
        texts(|r| &r.mask),
        texts(|r| &r.test),
        counts(|r| Some(r.people)),
        counts(|r| r.cases),
        numbers(|r| r.frequency),
        numbers(|r| r.beta),
        numbers(|r| r.se),
        numbers(|r| Some(r.log10p)),
    ];
    let field = |kind: DataType| move |name: &&str| Field::new(*name, kind.clone(), true);
    let fields: Vec<Field> = (TEXTS.iter().map(field(DataType::Utf8)))
        .chain(COUNTS.iter().map(field(DataType::UInt64)))
        .chain(NUMBERS.iter().map(field(DataType::Float64)))
        .collect();
    RecordBatch::try_new(Arc::new(Schema::new(fields)), columns)
}

/// The results of all studies for sets that `is_named` says yes to, the strongest evidence first.
///
/// # Errors
/// [`FormatError`].
pub fn stored_results(
    store: &Store,
    is_named: impl Fn(&str) -> bool,
) -> Result<Vec<StoredResult>, FormatError> {
    let mut out = Vec::new();
    for (name, entry) in &store.manifest().tables {
        let Some(study) = name.strip_prefix(RESULTS) else {
            continue;
        };
        let path = store.path().join(&entry.path);
        let batch = read_arrow(&path, &entry.written(&path)?)?;
        read(&batch, study, &is_named, &mut out).ok_or_else(|| {
            FormatError::corrupt(&path, "the results", "a column is absent or odd")
        })?;
    }
    out.sort_by(|a, b| b.log10p.total_cmp(&a.log10p));
    Ok(out)
}

fn read(
    batch: &RecordBatch,
    study: &str,
    is_named: &impl Fn(&str) -> bool,
    out: &mut Vec<StoredResult>,
) -> Option<()> {
    fn typed<A: Array + Clone + 'static>(batch: &RecordBatch, name: &str) -> Option<A> {
        batch
            .column_by_name(name)?
            .as_any()
            .downcast_ref::<A>()
            .cloned()
    }
    let texts: Vec<StringArray> = TEXTS
        .iter()
        .map(|n| typed(batch, n))
        .collect::<Option<_>>()?;
    let counts: Vec<UInt64Array> = COUNTS
        .iter()
        .map(|n| typed(batch, n))
        .collect::<Option<_>>()?;
    let numbers: Vec<Float64Array> = NUMBERS
        .iter()
        .map(|n| typed(batch, n))
        .collect::<Option<_>>()?;
    let ([traits, sets, masks, tests], [people, cases], [af, beta, se, log10p]) =
        (texts.as_slice(), counts.as_slice(), numbers.as_slice())
    else {
        return None;
    };
    let number = |of: &Float64Array, i: usize| of.is_valid(i).then(|| of.value(i));
    for i in (0..batch.num_rows()).filter(|&i| is_named(sets.value(i))) {
        out.push(StoredResult {
            study: study.to_owned(),
            trait_name: traits.value(i).to_owned(),
            set: sets.value(i).to_owned(),
            mask: masks.value(i).to_owned(),
            test: tests.value(i).to_owned(),
            frequency: number(af, i),
            people: people.value(i),
            cases: cases.is_valid(i).then(|| cases.value(i)),
            beta: number(beta, i),
            se: number(se, i),
            log10p: number(log10p, i).unwrap_or(0.0),
        });
    }
    Some(())
}
