//! INFO of the same alleles from another file.

use std::collections::BTreeMap;

use genodex_engine::format::FormatError;
use genodex_engine::format::manifest::InputEntry;
use genodex_engine::genome::ContigNames;

use super::{AnnotateError, FromFile, StepReport, Work};
use crate::annotation::consequence::{
    ConsequenceFormat, ConsequenceTallies, Consequences, ShardTexts, layer, texts,
};
use crate::annotation::matching::{AlleleSource, Match, MatchOptions, MatchReport, StoreAllele};
use crate::fasta::Reference;
use crate::import::info::{InfoColumns, Of, RecordInfo, ShardInfo, SourceInfo};
use crate::import::{InfoSelection, Tallies};
use crate::reader::{FieldLine, InfoValue};

/// The shard and the row that a number stands for.
const fn place(number: u64) -> (usize, usize) {
    ((number >> 32) as usize, (number & 0xffff_ffff) as usize)
}

impl Work<'_, '_> {
    /// Takes a file's INFO.
    pub(super) fn take_file(
        &mut self,
        from: &FromFile,
        progress: &mut dyn FnMut(u64),
    ) -> Result<(), AnnotateError> {
        let reference = from.fasta.as_deref().map(Reference::open).transpose()?;
        let open = |info: Option<Vec<String>>| {
            let options = MatchOptions {
                threads: self.options.threads,
                info,
                reference,
            };
            AlleleSource::open(&from.path, options)
        };
        let (source, step) = if from.consequence {
            let header = AlleleSource::open(&from.path, MatchOptions::default())?;
            let format = ConsequenceFormat::find(&header.header().text)?.ok_or_else(|| {
                AnnotateError::NoConsequence(format!(
                    "{}: its header says nothing of consequences (CSQ, ANN or BCSQ)",
                    from.path.display()
                ))
            })?;
            let there = header.fields().iter().map(|f| f.id.clone());
            let wanted = |id: &String| id == format.key() || id == "LOF" || id == "NMD";
            let mut source = open(Some(there.filter(wanted).collect()))?;
            let step = self.take_consequences(&mut source, format, from, progress)?;
            (source, step)
        } else {
            let mut source = open(match &from.info {
                InfoSelection::Only(names) => Some(names.clone()),
                _ => None,
            })?;
            let step = self.take_fields(&mut source, from, progress)?;
            (source, step)
        };
        self.report.warnings.extend_from_slice(source.warnings());
        self.inputs.push(InputEntry {
            name: from.path.to_string_lossy().into_owned(),
            length: source.bytes_read(),
            blake3: source.checksum(),
        });
        self.report.steps.push(step);
        Ok(())
    }

    fn take_fields(
        &mut self,
        source: &mut AlleleSource,
        from: &FromFile,
        progress: &mut dyn FnMut(u64),
    ) -> Result<StepReport, AnnotateError> {
        let renamed = |line: &FieldLine| {
            let new = from.rename.iter().find(|(_, old)| *old == line.id);
            FieldLine {
                id: new.map_or_else(|| line.id.clone(), |(new, _)| new.clone()),
                ..line.clone()
            }
        };
        let lines: Vec<FieldLine> = source.fields().iter().map(renamed).collect();
        let mut columns = InfoColumns::new(Of::Info);
        let selection = match &from.info {
            // The source gives these alone, under their new names.
            InfoSelection::Only(_) => InfoSelection::All,
            other => other.clone(),
        };
        let fields: SourceInfo = columns.add_lines(&from.path, &lines, &selection)?;
        let mut made = columns.layer(true).unwrap_or_else(|| layer(""));
        made.name.clone_from(&from.layer);
        self.make_room(&made)?;
        let mut shards: BTreeMap<usize, ShardInfo> = BTreeMap::new();
        let mut tallies = Tallies::default();
        let mut rows = 0;
        let report = self.join(source, progress, &mut |allele, found| {
            let mut record = RecordInfo::default();
            for (field, line) in lines.iter().enumerate() {
                let value = match found.value(field) {
                    None => continue,
                    Some("") => InfoValue::None,
                    Some(text) => InfoValue::Text(text),
                };
                let alleles = usize::from(found.alleles());
                record.push(&line.id, value, &fields, alleles, &mut tallies);
            }
            if record.is_empty() {
                return;
            }
            rows += 1;
            let (shard, row) = place(allele.row);
            let shard = shards.entry(shard).or_default();
            shard.fill(row);
            shard.push(&made.columns, Some(&record), found.allele, true);
        })?;
        let parts = shards.into_iter().map(|(shard, mut info)| {
            info.fill(self.store.shards().get(shard).map_or(0, |s| s.n_rows()));
            (shard, info.finish())
        });
        let parts = parts.collect();
        let step = StepReport {
            layer: made.name.clone(),
            rows,
            matching: Some(report),
            tallies,
            ..StepReport::default()
        };
        self.add_layer(made, parts)?;
        Ok(step)
    }

    fn take_consequences(
        &mut self,
        source: &mut AlleleSource,
        format: ConsequenceFormat,
        from: &FromFile,
        progress: &mut dyn FnMut(u64),
    ) -> Result<StepReport, AnnotateError> {
        let name = from.path.file_name().unwrap_or(from.path.as_os_str());
        let made = layer(&format!("{} {}", name.to_string_lossy(), format.key()));
        self.make_room(&made)?;
        let keys: Vec<String> = source.fields().iter().map(|f| f.id.clone()).collect();
        let reader = Consequences::new::<&str>(format, &[])?;
        let mut shards: BTreeMap<usize, ShardTexts> = BTreeMap::new();
        let mut tallies = ConsequenceTallies::default();
        let mut rows = 0;
        let report = self.join(source, progress, &mut |allele, found| {
            let said = keys.iter().enumerate().filter_map(|(field, key)| {
                let value = found.value(field)?;
                Some(format!("{key}={value};"))
            });
            let said: String = said.collect();
            let record = found.record;
            let alternates: Vec<&str> = record.alternates.iter().map(String::as_str).collect();
            let read = reader.read_info(&said, &record.reference, &alternates);
            tallies += read.tallies;
            let of_allele = read.alleles.get(usize::from(found.allele).wrapping_sub(1));
            let values = texts(of_allele.and_then(|a| a.row.as_ref()));
            if values.is_empty() {
                return;
            }
            rows += 1;
            let (shard, row) = place(allele.row);
            let shard = shards.entry(shard).or_default();
            shard.fill(row);
            shard.push(&made.columns, &values);
        })?;
        let parts = shards.into_iter().map(|(shard, mut texts)| {
            texts.fill(self.store.shards().get(shard).map_or(0, |s| s.n_rows()));
            (shard, texts.finish())
        });
        let parts = parts.collect();
        let step = StepReport {
            layer: made.name.clone(),
            rows,
            matching: Some(report),
            consequences: Some(tallies),
            ..StepReport::default()
        };
        self.add_layer(made, parts)?;
        Ok(step)
    }

    /// Joins a source to the rows of the store.
    fn join(
        &self,
        source: &mut AlleleSource,
        progress: &mut dyn FnMut(u64),
        take: &mut dyn FnMut(StoreAllele<'_>, Match<'_>),
    ) -> Result<MatchReport, AnnotateError> {
        let store = self.store;
        let names = store.manifest().contigs.iter().map(|c| c.name.as_str());
        let contigs = ContigNames::new(names);
        source.join(
            &contigs,
            |contig| {
                let shards = store.shards().iter();
                let of_contig = shards.filter(|s| s.entry().contig as usize == contig);
                let sites: Result<Vec<_>, FormatError> = of_contig
                    .map(|s| s.sites().map(|sites| (s.index(), sites)))
                    .collect();
                let rows = sites?.into_iter().flat_map(|(shard, sites)| {
                    (0..sites.len()).map(move |row| StoreAllele {
                        row: (shard as u64) << 32 | row as u64,
                        site: sites.site(row),
                    })
                });
                Ok::<_, AnnotateError>(rows)
            },
            |_, allele, found| {
                take(allele, found);
                Ok(())
            },
            progress,
        )
    }
}
