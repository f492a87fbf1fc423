//! From a parsed record to the rows of a store: one for each ALT.

use std::path::Path;
use std::sync::Arc;

use genodex_engine::format::row::{EncodedRow, encode_row};
use genodex_engine::format::sites::{SiteBuf, default_end};

use super::info::{ConsequenceInfo, FormatReader, FormatValues, RecordInfo, SourceFields};
use super::reference::Normaliser;
use super::report::{Tallies, Tally};
use super::{ImportError, ImportOptions};
use crate::annotation::consequence::RowTexts;
use crate::reader::{Header, InfoScratch, Parser, RawRecord, Record};

/// A row ready for the store.
#[derive(Clone, Debug)]
pub(super) struct Row {
    pub(super) site: SiteBuf,
    pub(super) encoded: EncodedRow,
    /// The record's INFO, shared by its rows; `None` where it has none that is kept.
    pub(super) info: Option<Arc<RecordInfo>>,
    /// Values of FORMAT fields; none but in the record's first row.
    pub(super) format: FormatValues,
    /// The consequence that is shown of it.
    pub(super) consequence: RowTexts,
    /// First row of its record.
    pub(super) first_of_record: bool,
}

/// Turns raw records into rows; one per thread.
pub(super) struct RowMaker<'a> {
    options: &'a ImportOptions,
    path: Arc<Path>,
    normaliser: Option<Normaliser<'a>>,
    parser: Parser,
    record: Record,
    info: String,
    source: Arc<SourceFields>,
    consequence: ConsequenceInfo,
    format: FormatReader,
    scratch: InfoScratch,
    pub(super) tallies: Tallies,
}

impl<'a> RowMaker<'a> {
    pub(super) fn new(
        header: &Arc<Header>,
        options: &'a ImportOptions,
        source: &Arc<SourceFields>,
    ) -> Result<Self, ImportError> {
        Ok(Self {
            options,
            path: Arc::clone(&header.path),
            normaliser: options.reference.as_ref().map(Normaliser::new),
            parser: Parser::new(Arc::clone(header), options.calls.clone())?,
            info: String::new(),
            source: Arc::clone(source),
            format: FormatReader::new(&options.format_fields, &source.format),
            consequence: ConsequenceInfo::default(),
            scratch: InfoScratch::default(),
            record: Record::default(),
            tallies: Tallies::default(),
        })
    }

    /// Appends the rows of one record, on the contig of this name, and returns its POS.
    /// `ordinal` is the record's number within its contig.
    pub(super) fn make(
        &mut self,
        raw: &RawRecord,
        contig: &Arc<str>,
        ordinal: u32,
        out: &mut Vec<Row>,
    ) -> Result<u32, ImportError> {
        let tallies = &mut self.tallies;
        tallies.add(Tally::Records, 1);
        let record = &mut self.record;
        if let Some(regions) = &self.options.regions {
            self.parser.parse_site(raw, record)?;
            let (end, _) = last_base(&self.parser, raw, record, &mut self.info)?;
            if !regions.overlaps(contig, record.pos, end) {
                tallies.add(Tally::OutsideRegions, 1);
                return Ok(record.pos);
            }
        }
        self.parser.parse(raw, record)?;
        let t = &record.tallies;
        tallies.add(Tally::NoGenotypes, t.no_gt);
        tallies.add(Tally::HalfCalls, t.half_calls);
        tallies.add(Tally::Polyploid, t.polyploid);
        tallies.add(Tally::LowQuality, t.low_gq);
        tallies.add(Tally::LowDepth, t.low_dp);
        tallies.add(Tally::UnlistedAlleles, t.unlisted_alleles);
        tallies.add(Tally::BadPhaseSet, t.bad_phase_sets);
        let (end, bad_end) = last_base(&self.parser, raw, record, &mut self.info)?;
        tallies.add(Tally::BadEnd, u64::from(bad_end));
        let alternates = std::mem::take(&mut record.alternates);
        if alternates.is_empty() {
            tallies.add(Tally::NoAlternate, 1);
            return Ok(record.pos);
        }
        if record
            .reference
            .bytes()
            .any(|b| !b"ACGTNacgtn".contains(&b))
        {
            tallies.add(Tally::OddReference, 1);
        }
        let source = &*self.source;
        let mut info = RecordInfo::default();
        self.consequence.clear();
        if !source.info.is_none() || source.consequence.is_some() {
            let consequence = &mut self.consequence;
            self.parser
                .info_fields(raw, &mut self.scratch, &mut |key, value| {
                    if let Some(reader) = &source.consequence {
                        consequence.push(reader, key, value);
                    }
                    info.push(key, value, &source.info, alternates.len(), tallies);
                })?;
        }
        let info = (!info.is_empty()).then(|| Arc::new(info));
        let mut consequences = match &source.consequence {
            Some(reader) => self
                .consequence
                .rows(reader, &record.reference, &alternates, tallies),
            None => Vec::new(),
        };
        let mut format = self.format.read(&self.parser, raw, tallies)?;
        let before = out.len();
        for (i, alternate) in alternates.iter().enumerate() {
            if matches!(&**alternate, "<NON_REF>" | "<*>") {
                tallies.add(Tally::NonRef, 1);
                continue;
            }
            let mut site = SiteBuf {
                pos: record.pos,
                end,
                id: record.id.clone().unwrap_or_else(|| ".".to_owned()),
                reference: record.reference.clone(),
                alternate: alternate.clone(),
                qual: record.qual,
                filter: record.filter.clone(),
                record: ordinal,
                // More than 65,535 ALTs are refused by the parser.
                allele: (i + 1) as u16,
                alleles: alternates.len() as u16,
                written: None,
            };
            if let Some(normaliser) = &mut self.normaliser
                && normaliser.normalise(&self.path, raw.place(), contig, &mut site)?
            {
                tallies.add(Tally::Realigned, 1);
            }
            let encoded = match &self.options.active {
                None => encode_row(&record.calls[i]),
                Some(active) => {
                    record.calls[i].blank(active);
                    let calls = &record.calls[i];
                    encode_row(calls).with_counts(calls.counts_in(active))
                }
            };
            out.push(Row {
                site,
                encoded,
                info: info.clone(),
                format: std::mem::take(&mut format),
                consequence: (consequences.get_mut(i))
                    .map(std::mem::take)
                    .unwrap_or_default(),
                first_of_record: out.len() == before,
            });
        }
        if out.len() == before {
            tallies.add(Tally::Block, 1);
        } else if alternates.len() > 1 {
            tallies.add(Tally::Split, 1);
        }
        tallies.add(Tally::Rows, (out.len() - before) as u64);
        Ok(record.pos)
    }
}

/// Last base, 1-based, that a record spans on the reference: what INFO/END says, as bcftools has
/// it for every ALT, else that of REF; and whether an END was there that cannot be.
fn last_base(
    parser: &Parser,
    raw: &RawRecord,
    record: &Record,
    info: &mut String,
) -> Result<(u32, bool), ImportError> {
    let of_ref = default_end(record.pos, record.reference.len());
    info.clear();
    if !parser.info_value(raw, "END", info)? || info == "." {
        return Ok((of_ref, false));
    }
    match info.parse() {
        Ok(end) if end >= record.pos && end <= i32::MAX as u32 => Ok((end, false)),
        _ => Ok((of_ref, true)),
    }
}
