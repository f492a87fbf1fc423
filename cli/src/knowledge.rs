//! The genes, diseases and phenotypes that travel with the program.

use std::path::Path;
use std::sync::OnceLock;

use genodex_datasets::knowledge::FILES;
use genodex_engine::knowledge::{Knowledge, KnowledgeError};
use genodex_engine::query::cohort::Descendants;
use genodex_engine::query::text::{TextIndex, build_vocabulary, vocabulary_key};

use crate::cache;
use crate::cmd::Global;
use crate::progress::Progress;

/// What travels with the program; nothing is read before it is asked for.
pub(crate) fn shipped() -> Result<&'static Knowledge, KnowledgeError> {
    static SHIPPED: OnceLock<Knowledge> = OnceLock::new();
    if let Some(knowledge) = SHIPPED.get() {
        return Ok(knowledge);
    }
    let knowledge = tables()?;
    Ok(SHIPPED.get_or_init(|| knowledge))
}

fn tables() -> Result<Knowledge, KnowledgeError> {
    Knowledge::from_tables(FILES.iter().map(|f| (f.name, f.bytes)))
}

/// That, with the files of a folder in place of the same ones.
pub(crate) fn with_folder(folder: &Path, global: &Global) -> Result<Knowledge, KnowledgeError> {
    let (knowledge, report) = tables()?.with_folder(folder)?;
    global.note(format_args!("taken: {}", report.taken.join(", ")));
    if !report.ignored.is_empty() {
        let ignored = report.ignored.join(", ");
        global.note(format_args!("not known, and left alone: {ignored}"));
    }
    Ok(knowledge)
}

/// Terms for the expressions of cohorts, read when an expression has one.
pub(crate) struct CohortTerms;

impl Descendants for CohortTerms {
    // The tables are constants of the program, which a test reads: that they are damaged is no
    // case to tell the user of.
    fn descendants(&self, system: &str, code: &str) -> Option<Vec<String>> {
        Descendants::descendants(shipped().ok()?.terms().ok()?, system, code)
    }

    fn nearest(&self, system: &str, code: &str) -> Option<String> {
        Descendants::nearest(shipped().ok()?.terms().ok()?, system, code)
    }
}

/// The packed text index of all that is known.
pub(crate) fn build_index(knowledge: &Knowledge, global: &Global) -> anyhow::Result<Vec<u8>> {
    let _progress = Progress::spinner(global, "Indexing names of genes and diseases", "");
    Ok(TextIndex::build(build_vocabulary(knowledge)?)?)
}

/// The text index of what travels with the program: made once, then kept for the next time.
pub(crate) fn shipped_index(global: &Global) -> anyhow::Result<TextIndex> {
    let knowledge = shipped()?;
    let name = format!("names-{}.text", vocabulary_key(knowledge));
    // A damaged file is made anew.
    if let Some(index) = cache::read(&name).and_then(|bytes| TextIndex::open(&bytes).ok()) {
        return Ok(index);
    }
    let bytes = build_index(knowledge, global)?;
    match cache::keep(&name, &bytes) {
        Ok(Some(path)) if global.verbose => {
            global.note(format_args!("names are kept in {}", path.display()));
        }
        Ok(_) => {}
        Err(error) => global.note(format_args!(
            "note: names of genes and diseases cannot be kept for the next search: {error}; \
             GENODEX_CACHE names another folder, or none"
        )),
    }
    Ok(TextIndex::open(&bytes)?)
}
