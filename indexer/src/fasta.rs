//! Reference sequences: a FASTA file, plain or bgzipped, with its index beside it or made in
//! memory.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use noodles_core::Region;
use noodles_fasta as fasta;

/// Why a reference cannot be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FastaError {
    /// The file or its index cannot be read.
    #[error("cannot read {}: {source}{hint}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// The reason.
        source: io::Error,
        /// What to do, with a separator before it; or nothing.
        hint: &'static str,
    },
    /// The file does not have the contig.
    #[error(
        "{} has no contig {name:?}; it has {known}. Use the reference that the variants were called on",
        path.display()
    )]
    NoContig {
        /// The file.
        path: PathBuf,
        /// The contig.
        name: String,
        /// Some that there are.
        known: String,
    },
    /// The file and its index differ.
    #[error(
        "{}: contig {name:?} has {found} bases, but its index says {expected}; make the index again (`samtools faidx`)",
        path.display()
    )]
    StaleIndex {
        /// The file.
        path: PathBuf,
        /// The contig.
        name: String,
        /// Bases read.
        found: u64,
        /// Bases by the index.
        expected: u64,
    },
}

/// A reference.
pub struct Reference {
    path: PathBuf,
    reader: fasta::io::IndexedReader<fasta::io::BufReader<File>>,
}

impl Reference {
    /// Opens the FASTA file at `path`. Without a `.fai` beside it a plain file is read once to
    /// find its contigs; a bgzipped one needs `.fai` and `.gzi`.
    ///
    /// # Errors
    /// [`FastaError::Io`].
    pub fn open(path: &Path) -> Result<Self, FastaError> {
        let failed = |hint| {
            move |source| FastaError::Io {
                path: path.to_owned(),
                source,
                hint,
            }
        };
        let gzipped = path.extension().is_some_and(|e| e == "gz" || e == "bgz");
        let index = match fasta::fs::read_associated_index(path) {
            Ok(index) => index,
            Err(e) if e.kind() == io::ErrorKind::NotFound && !gzipped => {
                fasta::fs::index(path).map_err(failed(""))?
            }
            Err(e) => {
                let hint = "; its .fai index is made by `samtools faidx`";
                return Err(failed(hint)(e));
            }
        };
        let hint = if gzipped {
            "; it has to be compressed by bgzip and indexed by `samtools faidx`"
        } else {
            ""
        };
        let reader = fasta::io::indexed_reader::Builder::default()
            .set_index(index)
            .build_from_path(path)
            .map_err(failed(hint))?;
        Ok(Self {
            path: path.to_owned(),
            reader,
        })
    }

    /// Names and lengths of the contigs, in the order of the file.
    pub fn contigs(&self) -> impl Iterator<Item = (String, u64)> {
        let records = self.reader.index().as_ref().iter();
        records.map(|r| (r.name().to_string(), r.length()))
    }

    /// The bases of the contig `name`, or of the one that it is an alias of (`chr1` and `1`,
    /// `chrM`, `M` and `MT`): upper case, `N` for the codes of several bases, as bcftools
    /// reads them.
    ///
    /// # Errors
    /// [`FastaError`].
    pub fn read_contig(&mut self, name: &str) -> Result<Vec<u8>, FastaError> {
        let found = self.contigs().find(|(n, _)| n == name);
        let found = found.or_else(|| self.contigs().find(|(n, _)| plain(n) == plain(name)));
        let Some((own, expected)) = found else {
            let known: Vec<_> = self.contigs().take(4).map(|(n, _)| n).collect();
            return Err(FastaError::NoContig {
                path: self.path.clone(),
                name: name.to_owned(),
                known: format!("{}, ...", known.join(", ")),
            });
        };
        let record = self
            .reader
            .query(&Region::new(own.clone(), ..))
            .map_err(|source| FastaError::Io {
                path: self.path.clone(),
                source,
                hint: "",
            })?;
        let mut bases = record.sequence().as_ref().to_vec();
        if bases.len() as u64 != expected {
            return Err(FastaError::StaleIndex {
                path: self.path.clone(),
                name: own,
                found: bases.len() as u64,
                expected,
            });
        }
        for base in &mut bases {
            *base = plain_base(*base);
        }
        Ok(bases)
    }
}

/// A contig name without what aliases differ in.
fn plain(name: &str) -> &str {
    match name.strip_prefix("chr").unwrap_or(name) {
        "M" => "MT",
        other => other,
    }
}

/// A base in upper case, `N` for the codes of several.
pub(crate) const fn plain_base(code: u8) -> u8 {
    match code.to_ascii_uppercase() {
        base @ (b'A' | b'C' | b'G' | b'T') => base,
        b'A'..=b'Z' => b'N',
        _ => code,
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    fn write(folder: &Path, name: &str, text: &str) -> PathBuf {
        let path = folder.join(name);
        let mut file = File::create(&path).expect("creates");
        file.write_all(text.as_bytes()).expect("writes");
        path
    }

    #[test]
    fn contigs_are_found_by_name_and_alias() {
        let folder = tempfile::tempdir().expect("a folder");
        let text = ">chr1 first\nacgtn\nRY\n>chrM\nGGGG\nGG\n";
        let path = write(folder.path(), "a.fa", text);
        let mut reference = Reference::open(&path).expect("opens");
        let contigs: Vec<_> = reference.contigs().collect();
        assert_eq!(contigs, [("chr1".to_owned(), 7), ("chrM".to_owned(), 6)]);
        for name in ["chr1", "1"] {
            assert_eq!(reference.read_contig(name).expect("reads"), b"ACGTNNN");
        }
        for name in ["MT", "M", "chrM"] {
            assert_eq!(reference.read_contig(name).expect("reads"), b"GGGGGG");
        }
        let error = reference.read_contig("2").expect_err("refused").to_string();
        assert!(
            error.contains("\"2\"") && error.contains("chr1, chrM"),
            "{error}"
        );
    }

    #[test]
    fn a_stale_index_is_named() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = write(folder.path(), "a.fa", ">1\nACGT\n");
        write(folder.path(), "a.fa.fai", "1\t9\t3\t4\t5\n");
        let mut reference = Reference::open(&path).expect("opens");
        let error = reference.read_contig("1").expect_err("refused").to_string();
        assert!(error.contains("samtools faidx"), "{error}");
    }
}
