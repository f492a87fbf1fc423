//! Contigs of several inputs as one list, and each record's number within its contig.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;

use genodex_engine::format::manifest::ContigEntry;
use genodex_engine::genome::canonical_name;

use super::ImportError;
use super::batch::Numbering;
use crate::reader::{HeaderContig, RawRecord, Source};

/// The contigs of an import.
#[derive(Default)]
pub(super) struct Contigs {
    path: PathBuf,
    pub(super) entries: Vec<ContigEntry>,
    names: Vec<Arc<str>>,
    by_name: HashMap<Arc<str>, u32>,
    by_canonical: HashMap<String, u32>,
    /// Records met so far, by contig; `None` before the first.
    records: Vec<Option<u32>>,
    /// The current input's contigs.
    of_source: Vec<u32>,
    /// The contig of the last record.
    current: Option<u32>,
}

impl Contigs {
    /// Starts with the contigs of a store, which may get no more records.
    pub(super) fn extend_store(
        &mut self,
        contigs: &[ContigEntry],
        used: impl Iterator<Item = u32>,
    ) {
        for c in contigs {
            self.insert(&c.name, c.length);
        }
        for contig in used {
            if let Some(records) = self.records.get_mut(contig as usize) {
                *records = Some(0);
            }
        }
    }

    fn insert(&mut self, name: &str, length: Option<u32>) -> u32 {
        let contig = self.entries.len() as u32;
        let shared: Arc<str> = Arc::from(name);
        self.entries.push(ContigEntry {
            name: name.to_owned(),
            length,
        });
        self.by_name.insert(Arc::clone(&shared), contig);
        self.by_canonical.insert(canonical_name(name), contig);
        self.names.push(shared);
        self.records.push(None);
        contig
    }

    /// Goes on to the next input, with its header's contigs.
    pub(super) fn start_source(&mut self, source: &Source) -> Result<(), ImportError> {
        self.path = source.header().path.to_path_buf();
        self.of_source.clear();
        self.add_contigs(source.contigs())
    }

    fn add_contigs(&mut self, contigs: &[HeaderContig]) -> Result<(), ImportError> {
        for c in contigs.iter().skip(self.of_source.len()) {
            let contig = match self.by_name.get(c.name.as_str()) {
                Some(&contig) => contig,
                None => match self.by_canonical.get(&canonical_name(&c.name)) {
                    // Headers may list both names; only records under both are refused.
                    Some(&other) if self.records[other as usize].is_some() => {
                        return Err(ImportError::ContigAlias {
                            path: self.path.clone(),
                            name: c.name.clone(),
                            other: self.entries[other as usize].name.clone(),
                        });
                    }
                    _ => self.insert(&c.name, c.length),
                },
            };
            let entry = &mut self.entries[contig as usize];
            if let (Some(before), Some(length)) = (entry.length, c.length)
                && before != length
            {
                return Err(ImportError::ContigLength {
                    path: self.path.clone(),
                    contig: c.name.clone(),
                    length,
                    before,
                });
            }
            entry.length = entry.length.or(c.length);
            self.of_source.push(contig);
        }
        Ok(())
    }
}

impl Numbering for Contigs {
    fn number(
        &mut self,
        source: &Source,
        raw: &RawRecord,
    ) -> Result<(u32, Arc<str>, u32), ImportError> {
        let of_source = raw.contig().0 as usize;
        if of_source >= self.of_source.len() {
            self.add_contigs(source.contigs())?;
        }
        // Invariant: the reader's contigs are those of its list.
        let contig = self.of_source.get(of_source).copied().unwrap_or(0);
        let name = Arc::clone(&self.names[contig as usize]);
        let records = &mut self.records[contig as usize];
        if self.current != Some(contig) && records.is_some() {
            return Err(ImportError::ContigAgain {
                path: self.path.clone(),
                place: raw.place(),
                contig: name.to_string(),
            });
        }
        self.current = Some(contig);
        let ordinal = records.unwrap_or(0);
        *records = Some(ordinal.checked_add(1).ok_or_else(|| ImportError::TooMany {
            path: self.path.clone(),
            reason: format!("more than 2^32 records on contig {name}"),
        })?);
        Ok((contig, name, ordinal))
    }
}
