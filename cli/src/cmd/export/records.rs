//! Records as VCF and BCF, with AC, AN and AF of the people written.

use std::path::Path;
use std::sync::Arc;

use anyhow::bail;
use genodex_engine::diagnostic::nearest;
use genodex_engine::query::expr::{FieldKind, RowAccess};
use genodex_engine::query::select::{self, Block, Recount};
use genodex_engine::record::{Header, InfoField, Record, Value};
use genodex_indexer::writer::{OutputKind, Writer};

use super::Job;
use crate::output::Target;

/// Writes the records, and gives their number. `counted`: the cohort of the samples, where they
/// are not everybody and their calls are not written.
pub(super) fn write(job: &Job<'_>, kind: OutputKind, counted: Option<&str>) -> anyhow::Result<u64> {
    let genotypes = !job.args.drop_genotypes;
    let mut header = job.plan.header(genotypes)?;
    let chosen = match &job.args.columns {
        Some(names) => Some(Chosen::new(names, job, &mut header)?),
        None => None,
    };
    let recount = match job.args.keep_info {
        true => None,
        false => Some(Recount::declare(job.plan, &mut header, counted)?),
    };
    let header = Arc::new(header);
    let threads = rayon::current_num_threads();
    let to_index = job.args.file().filter(|_| job.args.write_index);
    let create = match to_index {
        Some(_) => Writer::create_indexed,
        None => Writer::create,
    };
    let mut writer = create(job.target()?, kind, Arc::clone(&header), threads)?;
    let encoder = writer.encoder().clone();
    let render = |block: &Block<'_>| -> anyhow::Result<_> {
        let (mut out, mut places, mut copy) = (Vec::new(), Vec::new(), Record::new());
        block.each(|record, _| {
            record.copy_to(&header, genotypes, &mut copy)?;
            if let Some(chosen) = &chosen {
                chosen.put(record, &mut copy);
            }
            if let Some(recount) = &recount {
                recount.put(record, &mut copy);
            }
            encoder.encode_placed(&copy, &mut out, &mut places)?;
            Ok::<_, anyhow::Error>(())
        })?;
        Ok((block.looked_at() as u64, out, places))
    };
    let progress = job.progress();
    let mut written = 0;
    select::run(
        job.plan,
        job.compute,
        None,
        render,
        |(looked_at, bytes, places)| {
            writer.write_placed(&bytes, &places)?;
            written += places.len() as u64;
            progress.add(looked_at);
            Ok(true)
        },
    )?;
    let (target, index) = writer.finish_indexed()?;
    target.finish()?;
    if let (Some(path), Some(bytes)) = (to_index, index) {
        let mut name = path.as_os_str().to_owned();
        name.push(".csi");
        let mut target = Target::create(Path::new(&name))?;
        target.write_all(&bytes)?;
        target.finish()?;
    }
    Ok(written)
}

/// The INFO that `--columns` asks for.
struct Chosen {
    /// For each INFO field of the header, whether it is kept.
    kept: Vec<bool>,
    /// Annotation columns: their field in the header, and their place in the store.
    added: Vec<(usize, usize)>,
}

impl Chosen {
    fn new(names: &[String], job: &Job<'_>, header: &mut Header) -> anyhow::Result<Self> {
        let schema = job.plan.names().schema();
        let (mut keep, mut columns) = (Vec::new(), Vec::new());
        for name in names.iter().map(|n| n.trim()).filter(|n| !n.is_empty()) {
            let plain = name.strip_prefix("INFO/").unwrap_or(name);
            if let Some(key) = header.info_index(plain) {
                keep.push(key);
            } else if let Some(column) = schema.column_index(name) {
                columns.push((name, column));
            } else if !job.args.keep_info && matches!(plain, "AC" | "AN" | "AF") {
                // Counted again and written in any case.
            } else {
                let infos = header.infos().iter().map(|d| d.field.name.as_str());
                let hint = nearest(plain, infos.chain(schema.info_names()));
                let hint = hint.map_or(String::new(), |h| format!("; did you mean {h:?}?"));
                bail!("--columns: {name:?} is neither a field of INFO nor an annotation{hint}");
            }
        }
        let mut added = Vec::new();
        for (name, column) in columns {
            let name = name.to_ascii_uppercase();
            if header.info_index(&name).is_some() {
                bail!(
                    "--columns: the annotation {name} cannot be written into INFO, which has \
                     another field of that name"
                );
            }
            let description = description(job, &name);
            let key = header.declare_info(&name, ".", FieldKind::Text, &description);
            added.push((key, column));
        }
        let mut kept = vec![false; header.infos().len()];
        for key in keep {
            if let Some(place) = kept.get_mut(key) {
                *place = true;
            }
        }
        Ok(Self { kept, added })
    }

    fn put(&self, record: &select::Record<'_>, out: &mut Record) {
        out.info.retain(|f| self.kept.get(f.key) == Some(&true));
        for &(key, column) in &self.added {
            if let Some(text) = record.column(column) {
                let value = Value::Text(escaped(&text));
                out.info.push(InfoField { key, value });
            }
        }
    }
}

fn description(job: &Job<'_>, name: &str) -> String {
    let mut columns = job.store.layers().iter().flat_map(|l| &l.columns);
    let found = columns.find(|c| c.name.eq_ignore_ascii_case(name) && !c.description.is_empty());
    found.map_or_else(|| "Annotation".to_owned(), |c| c.description.clone())
}

/// Text for a value of INFO: what would end it is written as in VCF 4.3, by its code. Commas
/// stand between values.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '%' | ';' | '=' | ' ' | '\t' | '\n' | '\r' => {
                out.push_str(&format!("%{:02X}", u32::from(c)));
            }
            c => out.push(c),
        }
    }
    out
}
