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
    /// Contigs with records, by the name that aliases share.
    by_canonical: HashMap<String, u32>,
    /// Records met so far, by contig; `None` before the first.
    records: Vec<Option<u32>>,
    /// Contigs in the order of their first record.
    met: Vec<u32>,
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
            let contig = self.insert(&c.name, c.length);
            // They keep their places.
            self.met.push(contig);
        }
        for contig in used {
            if let Some(records) = self.records.get_mut(contig as usize) {
                *records = Some(0);
                let name = canonical_name(&self.names[contig as usize]);
                self.by_canonical.insert(name, contig);
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
                None => self.insert(&c.name, c.length),
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

    /// Notes the first record of a contig. Headers may list a contig under two names; records
    /// under both are refused.
    fn meet(&mut self, contig: u32) -> Result<(), ImportError> {
        if !self.met.contains(&contig) {
            self.met.push(contig);
        }
        let name = &self.names[contig as usize];
        match self.by_canonical.insert(canonical_name(name), contig) {
            None => Ok(()),
            Some(other) => Err(ImportError::ContigAlias {
                path: self.path.clone(),
                name: name.to_string(),
                other: self.names[other as usize].to_string(),
            }),
        }
    }

    /// All contigs, those with records first, in the order of their first record, and for each
    /// contig as it was numbered its place among them.
    pub(super) fn in_order(mut self) -> (Vec<ContigEntry>, Vec<u32>) {
        let mut place = vec![u32::MAX; self.entries.len()];
        for contig in 0..self.entries.len() as u32 {
            if !self.met.contains(&contig) {
                self.met.push(contig);
            }
        }
        for (to, &from) in (0..).zip(&self.met) {
            place[from as usize] = to;
        }
        let entries = self.met.iter().map(|&c| self.entries[c as usize].clone());
        (entries.collect(), place)
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
        if self.records[contig as usize].is_none() {
            self.meet(contig)?;
        }
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
