//! The reference during an import: one contig at a time, shared by the threads.

use std::path::Path;
use std::sync::{Arc, Mutex};

use genodex_engine::format::sites::{SiteBuf, default_end};

use super::ImportError;
use crate::fasta::{FastaError, Reference};
use crate::normalise::normalise;
use crate::reader::Place;

/// A contig's bases, under its name in the input.
type Contig = (Arc<str>, Arc<[u8]>);

/// A reference that hands out contigs; it holds the last one that was asked for.
pub struct SharedReference(Mutex<(Reference, Option<Contig>)>);

impl SharedReference {
    /// Opens a FASTA file.
    ///
    /// # Errors
    /// [`FastaError`].
    pub fn open(path: &Path) -> Result<Self, FastaError> {
        Ok(Self(Mutex::new((Reference::open(path)?, None))))
    }

    fn contig(&self, name: &Arc<str>) -> Result<Contig, FastaError> {
        // A thread that panicked while it held the lock has ended the import.
        let mut inner = self
            .0
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some(contig) = &inner.1
            && contig.0 == *name
        {
            return Ok(contig.clone());
        }
        let contig = (Arc::clone(name), Arc::from(inner.0.read_contig(name)?));
        inner.1 = Some(contig.clone());
        Ok(contig)
    }
}

/// Normalises rows; one per thread.
pub(super) struct Normaliser<'a> {
    reference: &'a SharedReference,
    contig: Option<Contig>,
}

impl<'a> Normaliser<'a> {
    pub(super) const fn new(reference: &'a SharedReference) -> Self {
        Self {
            reference,
            contig: None,
        }
    }

    /// Puts a row into its normal form, keeping what was written; whether that changed it.
    pub(super) fn normalise(
        &mut self,
        path: &Path,
        place: Place,
        contig: &Arc<str>,
        site: &mut SiteBuf,
    ) -> Result<bool, ImportError> {
        let bases = match &self.contig {
            Some((name, bases)) if name == contig => bases,
            _ => &self.contig.insert(self.reference.contig(contig)?).1,
        };
        let normal = normalise(bases, site.pos, &site.reference, &site.alternate);
        let normal = normal.map_err(|source| ImportError::Reference {
            path: path.to_owned(),
            place,
            contig: contig.to_string(),
            source: Box::new(source),
        })?;
        let Some(normal) = normal else {
            return Ok(false);
        };
        let reference = std::mem::replace(&mut site.reference, normal.reference);
        let alternate = std::mem::replace(&mut site.alternate, normal.alternate);
        site.written = Some((site.pos, reference, alternate));
        site.pos = normal.pos;
        site.end = default_end(site.pos, site.reference.len());
        Ok(true)
    }
}
