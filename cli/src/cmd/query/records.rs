//! Records as BCF, or as VCF in BGZF.

use std::io::{self, Write};
use std::sync::Arc;

use genodex_engine::compute::Compute;
use genodex_engine::format::manifest::{ColumnType, LayerKind};
use genodex_engine::query::select::{self, Plan};
use genodex_engine::query::vcf;
use genodex_engine::record::{Header, Record};
use genodex_engine::store::Store;
use genodex_indexer::writer::{OutputKind, Writer};

use crate::output::Target;

/// A target as the writers know them.
struct Sink(Target);

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let done = self.0.write_all(bytes);
        done.map(|()| bytes.len()).map_err(|e| {
            // A pipe that was closed stays one.
            let kind = e.chain().find_map(|c| c.downcast_ref::<io::Error>());
            let kind = kind.map_or(io::ErrorKind::Other, io::Error::kind);
            io::Error::new(kind, format!("{e:#}"))
        })
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Writes the records of a plan.
pub(super) fn write(
    plan: &Plan<'_>,
    compute: &Compute,
    store: &Store,
    kind: OutputKind,
    genotypes: bool,
    target: Target,
) -> anyhow::Result<()> {
    let samples = genotypes.then(|| plan.names().sample_ids());
    let header = Arc::new(header(store, samples)?);
    let threads = rayon::current_num_threads();
    let mut writer = Writer::create(Sink(target), kind, Arc::clone(&header), threads)?;
    let encoder = writer.encoder().clone();
    let encode = |block: &select::Block<'_>| -> anyhow::Result<Vec<u8>> {
        let (mut record, mut out) = (Record::new(), Vec::new());
        block.each(|selected, _| {
            selected.copy_to(&header, genotypes, &mut record)?;
            Ok::<_, anyhow::Error>(encoder.encode(&record, &mut out)?)
        })?;
        Ok(out)
    };
    select::run(plan, compute, None, encode, |bytes| {
        writer.write_encoded(&bytes)?;
        Ok(true)
    })?;
    writer.finish()?.0.finish()
}

/// The header of the store, with the fields that were added to it later.
fn header(store: &Store, samples: Option<&[String]>) -> anyhow::Result<Header> {
    let text = vcf::header(store, samples)?;
    let mut header = Header::new(&text, samples.unwrap_or_default().to_vec());
    let layers = (store.layers().iter()).filter(|l| matches!(l.kind, LayerKind::Info));
    for column in layers.flat_map(|l| &l.columns) {
        let kind = match column.kind {
            ColumnType::Integer => "Integer",
            ColumnType::Float => "Float",
            ColumnType::Text => "String",
            ColumnType::Flag => "Flag",
        };
        let description = column.description.replace(['"', '\\'], "'");
        header.add_line(&format!(
            "##INFO=<ID={},Number={},Type={kind},Description=\"{description}\">",
            column.name, column.number
        ));
    }
    Ok(header)
}
