//! Annotations for a store that is there: a new generation in which layers are added, replaced
//! or removed, and nothing else is written.

mod consequence;
mod error;
mod genes;
mod layers;
mod source;

use std::path::{Path, PathBuf};

use genodex_engine::format::disk::Disk;
use genodex_engine::format::manifest::{FORMAT_VERSION, InputEntry, Manifest, Provenance};
use genodex_engine::store::{Store, StoreWriter};

use crate::annotation::consequence::ConsequenceTallies;
use crate::annotation::matching::MatchReport;
use crate::import::{InfoSelection, Tallies};

pub use error::AnnotateError;
pub use genes::{GeneReport, GeneSource};
pub use layers::default_name;

/// The table of a store that holds a packed text index.
pub const TEXT_INDEX: &str = "text";

/// One change of a store's layers.
#[derive(Clone, Debug)]
pub enum Step {
    /// Takes a layer away.
    Remove(String),
    /// Makes the layer of consequences from what INFO says of them (`CSQ`, `ANN`, `BCSQ`).
    Consequence,
    /// Takes INFO of the same alleles from another file.
    From(FromFile),
    /// Makes the layer of genes by position, and the store's gene table.
    Genes(Box<GeneSource>),
    /// Keeps a packed index of names of genes, diseases and phenotypes in the store, in place of
    /// the one before; none takes that away.
    TextIndex(Option<Vec<u8>>),
}

/// Another file whose INFO is taken.
#[derive(Clone, Debug)]
pub struct FromFile {
    /// VCF or BCF; sorted.
    pub path: PathBuf,
    /// Its fields that are taken, by their names there.
    pub info: InfoSelection,
    /// New names of fields: new, old.
    pub rename: Vec<(String, String)>,
    /// Name of the layer.
    pub layer: String,
    /// Takes the consequences that its INFO predicts, as the layer of consequences, not the
    /// fields themselves.
    pub consequence: bool,
    /// Reference on which its alleles are left-aligned.
    pub fasta: Option<PathBuf>,
}

/// How layers are added.
#[derive(Clone, Debug, Default)]
pub struct AnnotateOptions {
    /// Threads that decompress.
    pub threads: usize,
    /// Layers of the same name are replaced; an error otherwise.
    pub replace: bool,
    /// Program and version, for provenance.
    pub program: String,
    /// Options as given, for provenance.
    pub given: Vec<String>,
}

/// What was done.
#[derive(Debug, Default)]
pub struct AnnotateReport {
    /// The generation that was made.
    pub generation: u64,
    /// What each step did.
    pub steps: Vec<StepReport>,
    /// Oddities that were understood.
    pub warnings: Vec<String>,
}

/// What one step did.
#[derive(Debug, Default)]
pub struct StepReport {
    /// The layer.
    pub layer: String,
    /// Rows of the store that have a value now.
    pub rows: u64,
    /// How alleles were found in the other file.
    pub matching: Option<MatchReport>,
    /// Fields that did not fit their header.
    pub tallies: Tallies,
    /// Predicted consequences.
    pub consequences: Option<ConsequenceTallies>,
    /// Genes by position.
    pub genes: Option<GeneReport>,
}

/// Changes the layers of the store at `root`, all steps in one generation. `progress` hears of
/// compressed bytes read.
///
/// # Errors
/// [`AnnotateError`]; the store is then what it was.
pub fn annotate(
    disk: &dyn Disk,
    root: &Path,
    steps: &[Step],
    options: &AnnotateOptions,
    progress: &mut dyn FnMut(u64),
) -> Result<AnnotateReport, AnnotateError> {
    let writer = StoreWriter::extend(disk, root)?;
    // Opened under the writer's lock: no other generation can come between.
    let store = Store::open(root)?;
    let mut work = Work {
        manifest: store.manifest().clone(),
        inputs: Vec::new(),
        report: AnnotateReport {
            generation: writer.generation(),
            ..AnnotateReport::default()
        },
        writer,
        store: &store,
        options,
    };
    for step in steps {
        match step {
            Step::Remove(name) => work.remove(name)?,
            Step::Consequence => work.consequence()?,
            Step::From(from) => work.take_file(from, progress)?,
            Step::Genes(source) => work.genes(source)?,
            Step::TextIndex(bytes) => work.text_index(bytes.as_deref())?,
        }
    }
    let Work {
        mut manifest,
        inputs,
        report,
        writer,
        ..
    } = work;
    manifest.format_version = FORMAT_VERSION;
    manifest.generation = writer.generation();
    manifest.provenance.push(Provenance {
        generation: writer.generation(),
        program: options.program.clone(),
        action: "annotate".to_owned(),
        options: options.given.clone(),
        inputs,
    });
    // This process's own snapshot must not keep the old generation.
    drop(store);
    writer.commit(&manifest)?;
    Ok(report)
}

/// A generation in the making.
struct Work<'s, 'd> {
    store: &'s Store,
    writer: StoreWriter<'d>,
    manifest: Manifest,
    inputs: Vec<InputEntry>,
    report: AnnotateReport,
    options: &'s AnnotateOptions,
}
