//! Summaries for a meta-analysis: a line of JSON for the head, one for each set.

use std::io::Write;
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;
use genodex_engine::query::burden::{Options, Plan};
use genodex_engine::query::sets::Bins;

use crate::output::Target;

/// The file, plain or gzipped.
pub(super) struct File {
    target: Target,
    compressed: bool,
    begun: bool,
}

impl File {
    pub(super) fn create(path: &Path) -> anyhow::Result<Self> {
        Ok(Self {
            target: Target::create(path)?,
            compressed: path.extension().is_some_and(|e| e == "gz"),
            begun: false,
        })
    }

    /// Adds sets; all their variants, whatever the bins of the tests.
    pub(super) fn add(&mut self, plan: &Plan<'_>, sets: &[usize]) -> anyhow::Result<()> {
        let options = Options {
            bins: Bins::parse(&["1".to_owned()], None).map_err(anyhow::Error::msg)?,
            ..plan.options.clone()
        };
        let plan = Plan {
            options: &options,
            ..*plan
        };
        if !std::mem::replace(&mut self.begun, true) {
            let head = serde_json::to_string(&plan.summary_head())?;
            self.line(&head)?;
        }
        plan.summarise(sets, |summary| self.line(&serde_json::to_string(&summary)?))
    }

    fn line(&mut self, text: &str) -> anyhow::Result<()> {
        if !self.compressed {
            self.target.write_all(text.as_bytes())?;
            return self.target.write_all(b"\n");
        }
        // Members of gzip may follow each other.
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(text.as_bytes())?;
        encoder.write_all(b"\n")?;
        self.target.write_all(&encoder.finish()?)
    }

    pub(super) fn finish(self) -> anyhow::Result<()> {
        self.target.finish()
    }
}
