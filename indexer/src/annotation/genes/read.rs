//! Files of genes, told apart and read line by line.

use std::io::BufRead;
use std::path::Path;

use genodex_engine::lines::{LineError, Lines};

use super::bed::{parse_bed, parse_range};
use super::error::Fault;
use super::feature::Feature;
use super::gff::GffGenes;
use super::{GeneFileError, GeneModels};
use crate::sample_table::open_text;

/// The format of a file of genes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GeneFileFormat {
    /// GFF3 or GTF: each line says which.
    Gff,
    /// BED: 0-based, half-open.
    Bed,
    /// plink's ranges (`glist-hg38`): 1-based, closed.
    Ranges,
}

impl GeneFileFormat {
    /// From the name of a file: `.gff`, `.gff3`, `.gtf`; `.bed`; `glist` or `.range` or `.ranges`
    /// in it. A compressed file's name may end in `.gz` or `.bgz`.
    #[must_use]
    pub fn of_name(path: &Path) -> Option<Self> {
        let name = path.file_name()?.to_string_lossy().to_ascii_lowercase();
        let name = name
            .strip_suffix(".gz")
            .or(name.strip_suffix(".bgz"))
            .unwrap_or(&name);
        let ends = |ends: &[&str]| ends.iter().any(|e| name.ends_with(e));
        if ends(&[".gff", ".gff3", ".gtf"]) {
            Some(Self::Gff)
        } else if ends(&[".bed"]) {
            Some(Self::Bed)
        } else if name.contains("glist") || ends(&[".range", ".ranges"]) {
            Some(Self::Ranges)
        } else {
            None
        }
    }

    /// From a line: GFF has eight tabs; BED has tabs; plink's ranges have blanks.
    fn of_line(line: &str) -> Self {
        let columns: Vec<&str> = line.split('\t').collect();
        let is_position = |i: usize| columns.get(i).is_some_and(|c| c.parse::<u32>().is_ok());
        if columns.len() >= 8 && is_position(3) && is_position(4) {
            Self::Gff
        } else if columns.len() >= 3 {
            Self::Bed
        } else {
            Self::Ranges
        }
    }
}

impl GeneModels {
    /// Reads a file, plain or compressed; its format is told by its name, else by its first
    /// line: tabs make it BED, blanks plink's ranges.
    ///
    /// # Errors
    /// [`GeneFileError`], which names the line and the field.
    pub fn read(path: &Path) -> Result<Self, GeneFileError> {
        let reader = open_text(path).map_err(|source| GeneFileError::Io {
            path: path.to_owned(),
            source,
        })?;
        Self::from_reader(reader, path, GeneFileFormat::of_name(path))
    }

    /// From any text; `path` is for messages.
    ///
    /// # Errors
    /// As [`GeneModels::read`].
    pub fn from_reader(
        reader: impl BufRead,
        path: &Path,
        format: Option<GeneFileFormat>,
    ) -> Result<Self, GeneFileError> {
        let mut lines = Lines::new(reader);
        let mut format = format;
        let mut gff = GffGenes::default();
        let mut genes = Vec::new();
        loop {
            let next = lines.next_line().map_err(|e| match e {
                LineError::Io(source) => GeneFileError::Io {
                    path: path.to_owned(),
                    source,
                },
                LineError::Line(line, reason) => at(path, line, Fault::new("line", reason)),
            })?;
            let Some((line, number)) = next else {
                break;
            };
            // What follows in GFF3 is sequence.
            if line.starts_with("##FASTA") {
                break;
            }
            if line.trim().is_empty() || line.starts_with('#') {
                continue;
            }
            let known = *format.get_or_insert_with(|| GeneFileFormat::of_line(line));
            let taken = match known {
                GeneFileFormat::Gff => Feature::parse(line).and_then(|f| gff.add(&f)),
                GeneFileFormat::Bed => parse_bed(line).map(|gene| genes.extend(gene)),
                GeneFileFormat::Ranges => parse_range(line).map(|gene| genes.extend(gene)),
            };
            taken.map_err(|fault| at(path, number, fault))?;
        }
        let (more, warnings) = gff.finish();
        genes.extend(more);
        if genes.is_empty() {
            return Err(GeneFileError::NoGenes {
                path: path.to_owned(),
            });
        }
        Ok(Self::new(genes).with_warnings(warnings))
    }
}

fn at(path: &Path, line: u64, fault: Fault) -> GeneFileError {
    GeneFileError::Line {
        path: path.to_owned(),
        line,
        field: fault.field,
        reason: fault.reason,
    }
}
