//! Collects the sites of a shard into a record batch.

use std::sync::Arc;

use arrow_array::builder::{StringBuilder, StringDictionaryBuilder};
use arrow_array::types::UInt16Type;
use arrow_array::{Array, ArrayRef, Float32Array, RecordBatch, UInt16Array, UInt32Array};
use arrow_schema::{ArrowError, Field, Schema};

use super::{Site, column, default_end};
use crate::genotype::CallCounts;

/// Columns of a site table being filled.
#[derive(Default)]
pub struct SitesBuilder {
    pos: Vec<u32>,
    end: Vec<u32>,
    /// Some end is not the default.
    ends: bool,
    reference: StringBuilder,
    alternate: StringBuilder,
    record: Vec<u32>,
    allele: Vec<u16>,
    alleles: Vec<u16>,
    /// The counts, in the order of [`COUNTS`].
    counts: [Vec<u32>; 7],
    id: StringBuilder,
    qual: Vec<Option<f32>>,
    filter: StringDictionaryBuilder<UInt16Type>,
    pos_written: Vec<Option<u32>>,
    ref_written: StringBuilder,
    alt_written: StringBuilder,
    text: usize,
    filtered: bool,
}

/// Count columns; the first three are always written.
const COUNTS: [&str; 7] = [
    column::HET,
    column::HOM_ALT,
    column::MISSING,
    column::HAPLOID_CALLED,
    column::HEMI_ALT,
    column::HALF_CALLED,
    column::HALF_ALT,
];

impl SitesBuilder {
    /// Appends a site and its counts over everyone.
    ///
    /// # Errors
    /// Where the shard has more than 65,536 different FILTER values.
    pub fn push(&mut self, site: &Site<'_>, counts: &CallCounts) -> Result<(), ArrowError> {
        self.pos.push(site.pos);
        self.end.push(site.end);
        self.ends |= site.end != default_end(site.pos, site.reference.len());
        self.reference.append_value(site.reference);
        self.alternate.append_value(site.alternate);
        self.record.push(site.record);
        self.allele.push(site.allele);
        self.alleles.push(site.alleles);
        let values = [
            counts.het,
            counts.hom_alt,
            counts.missing,
            counts.haploid_called,
            counts.hemi_alt,
            counts.half_called,
            counts.half_alt,
        ];
        for (column, value) in self.counts.iter_mut().zip(values) {
            // Counts are at most the samples, of which there are at most 2^29.
            column.push(value as u32);
        }
        self.id.append_option((site.id != ".").then_some(site.id));
        self.qual.push(site.qual);
        self.filtered |= site.filter.is_some_and(|f| !f.is_empty());
        self.filter.append(site.filter.unwrap_or_default())?;
        self.pos_written.push(site.written.map(|w| w.pos));
        self.ref_written
            .append_option(site.written.map(|w| w.reference));
        self.alt_written
            .append_option(site.written.map(|w| w.alternate));
        let written = site
            .written
            .map_or(0, |w| w.reference.len() + w.alternate.len());
        self.text += site.id.len() + site.reference.len() + site.alternate.len() + written;
        Ok(())
    }

    /// Bytes of text so far: what bounds a shard with very long alleles.
    #[must_use]
    pub const fn text_bytes(&self) -> usize {
        self.text
    }

    /// The last site's position, if there is one.
    #[must_use]
    pub fn last_pos(&self) -> Option<u32> {
        self.pos.last().copied()
    }

    /// The table.
    ///
    /// # Errors
    /// [`ArrowError`] where columns cannot be joined.
    pub fn finish(mut self) -> Result<RecordBatch, ArrowError> {
        let mut fields = Vec::new();
        let mut columns: Vec<ArrayRef> = Vec::new();
        let mut add = |name: &str, array: ArrayRef, nullable: bool| {
            fields.push(Field::new(name, array.data_type().clone(), nullable));
            columns.push(array);
        };
        add(column::POS, Arc::new(UInt32Array::from(self.pos)), false);
        add(column::REF, Arc::new(self.reference.finish()), false);
        add(column::ALT, Arc::new(self.alternate.finish()), false);
        add(
            column::RECORD,
            Arc::new(UInt32Array::from(self.record)),
            false,
        );
        add(
            column::ALLELE,
            Arc::new(UInt16Array::from(self.allele)),
            false,
        );
        add(
            column::ALLELES,
            Arc::new(UInt16Array::from(self.alleles)),
            false,
        );
        for (i, (name, values)) in COUNTS.iter().zip(self.counts).enumerate() {
            if i < 3 || values.iter().any(|&v| v != 0) {
                add(name, Arc::new(UInt32Array::from(values)), false);
            }
        }
        if self.ends {
            add(column::END, Arc::new(UInt32Array::from(self.end)), false);
        }
        let id = self.id.finish();
        if id.null_count() < id.len() {
            add(column::ID, Arc::new(id), true);
        }
        if self.qual.iter().any(Option::is_some) {
            add(column::QUAL, Arc::new(Float32Array::from(self.qual)), true);
        }
        if self.filtered {
            add(column::FILTER, Arc::new(self.filter.finish()), false);
        }
        if self.pos_written.iter().any(Option::is_some) {
            add(
                column::POS_WRITTEN,
                Arc::new(UInt32Array::from(self.pos_written)),
                true,
            );
            add(
                column::REF_WRITTEN,
                Arc::new(self.ref_written.finish()),
                true,
            );
            add(
                column::ALT_WRITTEN,
                Arc::new(self.alt_written.finish()),
                true,
            );
        }
        RecordBatch::try_new(Arc::new(Schema::new(fields)), columns)
    }
}
