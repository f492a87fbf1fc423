//! One import: inputs in, shards out.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use genodex_engine::format::manifest::{ContigEntry, InputEntry, LayerEntry, Manifest, ShardEntry};
use genodex_engine::store::StoreWriter;

use super::info::{INFO_LAYER, InfoColumns, InfoSelection, Of, SourceFields};
use super::numbering::Contigs;
use super::order::Reorder;
use super::report::Tallies;
use super::sink::{Nowhere, RowSink, ShardSink};
use super::{ImportError, ImportOptions, batch};
use crate::annotation::consequence::{CONSEQUENCE_LAYER, ConsequenceFormat, Consequences, layer};
use crate::reader::{Source, merge_header};

/// Bases that left-alignment may move a row: what `bcftools norm` allows by default.
const WINDOW: u32 = 1000;

/// What an import read and wrote.
#[derive(Debug, Default)]
pub struct ImportReport {
    /// Contigs of all inputs, in order.
    pub contigs: Vec<ContigEntry>,
    /// Shards written, by contig and position; none for a dry run.
    pub shards: Vec<ShardEntry>,
    /// What became of records and calls.
    pub tallies: Tallies,
    /// Inputs, in order.
    pub inputs: Vec<InputEntry>,
    /// The layers of INFO and FORMAT fields, those of them that there are, with the columns of
    /// the store that was added to first.
    pub layers: Vec<LayerEntry>,
    /// What the predicted consequences are from, where there are any.
    pub consequence: Option<String>,
    /// The `##` lines of the first input's header, and what further ones declare beside.
    pub header: String,
    /// Oddities that were understood.
    pub warnings: Vec<String>,
}

/// Reads inputs whose headers were read first, so that samples and contigs are known before
/// anything is written.
pub struct Importer {
    paths: Vec<PathBuf>,
    /// The first input, opened.
    first: Source,
    threads: usize,
}

impl Importer {
    /// Opens the first of `paths` (`-`: standard input).
    ///
    /// # Errors
    /// [`ImportError::Read`].
    pub fn open(paths: Vec<PathBuf>, threads: usize) -> Result<Self, ImportError> {
        let empty = || ImportError::Samples {
            path: PathBuf::new(),
            reason: "no input was given".to_owned(),
        };
        let first = open(paths.first().ok_or_else(empty)?, threads)?;
        Ok(Self {
            paths,
            first,
            threads,
        })
    }

    /// Sample names of the first input.
    #[must_use]
    pub fn samples(&self) -> &[String] {
        &self.first.header().samples
    }

    /// Contigs of the first input's header.
    #[must_use]
    pub fn contigs(&self) -> Vec<ContigEntry> {
        let contigs = self.first.contigs().iter();
        contigs
            .map(|c| ContigEntry {
                name: c.name.clone(),
                length: c.length,
            })
            .collect()
    }

    /// Compressed bytes of all inputs, where known.
    #[must_use]
    pub fn total_bytes(&self) -> Option<u64> {
        let rest = self.paths.iter().skip(1);
        let rest: Option<u64> = rest
            .map(|p| std::fs::metadata(p).ok().map(|m| m.len()))
            .sum();
        Some(self.first.len()? + rest?)
    }

    /// Reads everything. Rows go to shards of `writer`, or nowhere: a dry run. A store being
    /// extended, `base`, keeps its contigs' indices. `progress` gets the compressed bytes read
    /// so far.
    ///
    /// # Errors
    /// [`ImportError`]; the first fault in the order of the inputs.
    pub fn run(
        self,
        options: &ImportOptions,
        writer: Option<&StoreWriter<'_>>,
        base: Option<&Manifest>,
        progress: &mut dyn FnMut(u64),
    ) -> Result<ImportReport, ImportError> {
        let n_samples = options
            .calls
            .keep
            .as_ref()
            .map_or(self.samples().len(), Vec::len);
        let mut contigs = Contigs::default();
        let mut columns = [InfoColumns::new(Of::Info), InfoColumns::new(Of::Format)];
        if let Some(base) = base {
            contigs.extend_store(&base.contigs, base.shards.iter().map(|s| s.contig));
            for c in &mut columns {
                c.extend_store(&base.layers);
            }
        }
        let mut report = ImportReport::default();
        match writer {
            None => {
                self.read_all(
                    options,
                    (&mut Nowhere, &mut columns),
                    contigs,
                    &mut report,
                    progress,
                )?;
            }
            Some(writer) => {
                let mut sink = ShardSink::new(writer, n_samples);
                let place = self.read_all(
                    options,
                    (&mut sink, &mut columns),
                    contigs,
                    &mut report,
                    progress,
                )?;
                report.shards = sink.finish()?;
                for shard in &mut report.shards {
                    shard.contig = place[shard.contig as usize];
                }
                report.shards.sort_by_key(|s| (s.contig, s.first, s.last));
            }
        }
        let used = (report.shards.iter()).any(|s| s.layers.contains_key(INFO_LAYER));
        let layers = columns.iter().filter_map(|c| c.layer(used && c.is_info()));
        report.layers = layers.collect();
        // A store that is added to may have it from before.
        let before = base.and_then(|b| b.layers.iter().find(|l| l.name == CONSEQUENCE_LAYER));
        match (before, &report.consequence) {
            (Some(layer), _) => report.layers.push(layer.clone()),
            (None, Some(source)) => report.layers.push(layer(source)),
            (None, None) => {}
        }
        Ok(report)
    }

    fn read_all(
        self,
        options: &ImportOptions,
        (sink, [info, format]): (&mut dyn RowSink, &mut [InfoColumns; 2]),
        mut contigs: Contigs,
        report: &mut ImportReport,
        progress: &mut dyn FnMut(u64),
    ) -> Result<Vec<u32>, ImportError> {
        let samples = self.samples().to_vec();
        let mut done = 0;
        let mut first = Some(self.first);
        let mut taker = Taker {
            path: Path::new(""),
            reorder: Reorder::new(if options.reference.is_some() {
                WINDOW
            } else {
                0
            }),
            at: None,
            sink,
        };
        for path in &self.paths {
            let mut source = match first.take() {
                Some(source) => source,
                None => open(path, self.threads)?,
            };
            if source.header().samples != samples {
                return Err(different_samples(path, &samples, &source.header().samples));
            }
            contigs.start_source(&source)?;
            let kept = match options.format_fields.as_slice() {
                [] => InfoSelection::None,
                names => InfoSelection::Only(names.to_vec()),
            };
            let header = &source.header().text;
            let consequence = match ConsequenceFormat::find(header) {
                Ok(Some(format)) if options.consequence => {
                    report.consequence.get_or_insert_with(|| {
                        let name = path.file_name().unwrap_or(path.as_os_str());
                        format!("{} {}", name.to_string_lossy(), format.key())
                    });
                    Consequences::new::<&str>(format, &[]).ok()
                }
                Err(e) if options.consequence => {
                    report
                        .warnings
                        .push(format!("consequences are not read: {e}"));
                    None
                }
                _ => None,
            };
            let fields = Arc::new(SourceFields {
                info: info.add_source(source.header(), &options.info)?,
                format: format.add_source(source.header(), &kept)?,
                consequence,
            });
            taker.sink.set_columns(info.columns(), format.columns());
            merge_header(&mut report.header, &source.header().text);
            taker.path = path;
            let tallies = &mut report.tallies;
            batch::run(&mut source, options, &fields, &mut contigs, &mut |batch| {
                *tallies += std::mem::take(&mut batch.tallies);
                progress(done + batch.bytes_read);
                batch.rows.drain(..).try_for_each(|row| taker.take(row))
            })?;
            done += source.bytes_read();
            report.warnings.extend_from_slice(source.warnings());
            report.inputs.push(InputEntry {
                name: path.to_string_lossy().into_owned(),
                length: source.bytes_read(),
                blake3: source.checksum(),
            });
        }
        taker.end_contig()?;
        let (entries, place) = contigs.in_order();
        report.contigs = entries;
        Ok(place)
    }
}

/// Opens an input. Inflating is two thirds of the work of a BCF import, half of a VCF's.
fn open(path: &Path, threads: usize) -> Result<Source, ImportError> {
    let more = if threads > 1 {
        (3 * threads).div_ceil(4)
    } else {
        0
    };
    Ok(Source::open(path, more)?)
}

fn different_samples(path: &Path, first: &[String], here: &[String]) -> ImportError {
    let at = first.iter().zip(here).position(|(a, b)| a != b);
    let reason = match at {
        Some(i) => format!(
            "sample column {} is {:?}, but {:?} in the first input",
            i + 1,
            here[i],
            first[i]
        ),
        None => format!(
            "{} samples, but {} in the first input",
            here.len(),
            first.len()
        ),
    };
    ImportError::Samples {
        path: path.to_owned(),
        reason,
    }
}

/// Checks the order of rows and hands them to the sink.
struct Taker<'a> {
    path: &'a Path,
    reorder: Reorder,
    /// Contig of the last row and POS of its record.
    at: Option<(u32, std::sync::Arc<str>, u32)>,
    sink: &'a mut dyn RowSink,
}

impl Taker<'_> {
    fn take(&mut self, made: batch::MadeRow) -> Result<(), ImportError> {
        match &mut self.at {
            Some((contig, name, last)) if *contig == made.contig => {
                if made.pos < *last {
                    return Err(ImportError::Unsorted {
                        path: self.path.to_owned(),
                        place: made.place,
                        contig: name.to_string(),
                        pos: made.pos,
                        last: *last,
                    });
                }
                *last = made.pos;
            }
            _ => {
                self.end_contig()?;
                self.at = Some((made.contig, std::sync::Arc::clone(&made.name), made.pos));
            }
        }
        let (moved_to, record_pos) = (made.row.site.pos, made.pos);
        let contig = (made.contig, &*made.name);
        if !self.reorder.push(made.row) {
            return Err(ImportError::Moved {
                path: self.path.to_owned(),
                place: made.place,
                contig: made.name.to_string(),
                pos: moved_to,
                window: WINDOW,
            });
        }
        let starts = made.starts_record;
        let sink = &mut *self.sink;
        self.reorder
            .release(record_pos, |row| sink.push(contig, row, starts))?;
        Ok(())
    }

    fn end_contig(&mut self) -> Result<(), ImportError> {
        if let Some((contig, name, _)) = &self.at {
            let sink = &mut *self.sink;
            self.reorder
                .finish(|row| sink.push((*contig, name), row, true))?;
        }
        Ok(())
    }
}
