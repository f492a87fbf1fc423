//! The layer of consequences from the store's own INFO.

use std::collections::BTreeMap;

use genodex_engine::format::FormatError;
use genodex_engine::format::annotations::AnnotationTable;
use genodex_engine::format::manifest::{ColumnEntry, LayerEntry};
use genodex_engine::store::Shard;
use rayon::prelude::*;

use super::layers::ShardPart;
use super::{AnnotateError, StepReport, Work};
use crate::annotation::consequence::{
    ConsequenceFormat, ConsequenceTallies, Consequences, RowTexts, ShardTexts, layer, texts,
};
use crate::import::INFO_LAYER;

impl Work<'_, '_> {
    /// Makes the layer from the fields that the store's INFO has.
    pub(super) fn consequence(&mut self) -> Result<(), AnnotateError> {
        let header = self.store.header()?;
        let format = ConsequenceFormat::find(&header)?.ok_or_else(|| {
            let text = "the store's INFO says nothing of consequences (CSQ, ANN or BCSQ): give a \
                        file that does (--from FILE --consequence)";
            AnnotateError::NoConsequence(text.to_owned())
        })?;
        let layers = self.store.layers();
        let info = (0..).zip(layers).find(|(_, l)| l.name == INFO_LAYER);
        let has = |l: &LayerEntry| l.columns.iter().any(|c| c.name == format.key());
        let Some((i, info)) = info.filter(|(_, l)| has(l)) else {
            let key = format.key();
            return Err(AnnotateError::NoConsequence(format!(
                "{key} is in the header, but was not kept in the store (--info): give a file \
                 that has it (--from FILE --consequence)"
            )));
        };
        let source = format!("{} {}", info.source, format.key());
        let made = layer(&source);
        self.make_room(&made)?;
        let reader = Consequences::new::<&str>(format, &[])?;
        let parts: Result<Vec<_>, FormatError> = (self.store.shards().par_iter())
            .map(|shard| of_shard(shard, (i, info), &reader, &made.columns))
            .collect();
        let mut step = StepReport {
            layer: made.name.clone(),
            ..StepReport::default()
        };
        let mut tallies = ConsequenceTallies::default();
        let mut found: Vec<ShardPart> = Vec::new();
        for (part, rows, more) in parts? {
            step.rows += rows;
            tallies += more;
            found.push(part);
        }
        step.consequences = Some(tallies);
        self.add_layer(made, found)?;
        self.report.steps.push(step);
        Ok(())
    }
}

type Made = (ShardPart, u64, ConsequenceTallies);

/// The layer's part of one shard, and its rows with a value.
fn of_shard(
    shard: &Shard,
    (i, info): (usize, &LayerEntry),
    reader: &Consequences,
    columns: &[ColumnEntry],
) -> Result<Made, FormatError> {
    let mut tallies = ConsequenceTallies::default();
    let Some(table) = shard.layer(i, info)? else {
        return Ok(((shard.index(), None), 0, tallies));
    };
    let sites = shard.sites()?;
    let mut records: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
    for row in 0..sites.len() {
        records.entry(sites.site(row).record).or_default().push(row);
    }
    let mut rows: Vec<RowTexts> = vec![RowTexts::new(); sites.len()];
    for of_record in records.values() {
        let Some(&first) = of_record.first() else {
            continue;
        };
        let said = said(table, info, of_record, reader.format().key());
        if said.is_empty() {
            continue;
        }
        // ALTs that have no row (`<NON_REF>`) keep their place.
        let mut alternates = vec!["<*>"; usize::from(sites.site(first).alleles)];
        let mut reference = "";
        for &row in of_record {
            let site = sites.site(row);
            let written = site.written;
            reference = written.map_or(site.reference, |w| w.reference);
            if let Some(place) = alternates.get_mut(usize::from(site.allele).wrapping_sub(1)) {
                *place = written.map_or(site.alternate, |w| w.alternate);
            }
        }
        let record = reader.read_info(&said, reference, &alternates);
        tallies += record.tallies;
        for &row in of_record {
            let allele = usize::from(sites.site(row).allele).wrapping_sub(1);
            let found = record.alleles.get(allele);
            if let Some(place) = rows.get_mut(row) {
                *place = texts(found.and_then(|a| a.row.as_ref()));
            }
        }
    }
    let mut shard_texts = ShardTexts::default();
    let mut n = 0;
    for row in &rows {
        n += u64::from(!row.is_empty());
        shard_texts.push(columns, row);
    }
    Ok(((shard.index(), shard_texts.finish()), n, tallies))
}

/// What INFO says of a record's consequences, as VCF has it.
fn said(table: &AnnotationTable, info: &LayerEntry, rows: &[usize], key: &str) -> String {
    let mut out = String::new();
    let mut add = |key: &str, value: &str| {
        for part in [key, "=", value, ";"] {
            out.push_str(part);
        }
    };
    for key in [key, "LOF", "NMD"] {
        let column = info.columns.iter().position(|c| c.name == key);
        let value = column.and_then(|c| rows.iter().find_map(|&row| table.column(c).text(row)));
        if let Some(value) = value {
            add(key, value);
            continue;
        }
        let irregular = rows.iter().filter_map(|&row| table.irregular(row));
        let mut fields = irregular.flat_map(|text| text.split(';'));
        if let Some((_, value)) = fields.find_map(|f| f.split_once('=').filter(|(k, _)| *k == key))
        {
            add(key, value);
        }
    }
    out
}
