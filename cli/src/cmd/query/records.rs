//! Selected records as VCF or BCF.

use std::sync::Arc;

use genodex_engine::compute::Compute;
use genodex_engine::query::select::{self, Plan};
use genodex_engine::record::Record;
use genodex_indexer::writer::{OutputKind, Writer};

use crate::output::Target;

/// Writes them, with the calls of the samples shown where `genotypes`.
pub(super) fn write(
    plan: &Plan<'_>,
    compute: &Compute,
    kind: OutputKind,
    genotypes: bool,
    target: Target,
) -> anyhow::Result<()> {
    let header = Arc::new(plan.header(genotypes)?);
    let threads = rayon::current_num_threads();
    let mut writer = Writer::create(target, kind, Arc::clone(&header), threads)?;
    let encoder = writer.encoder().clone();
    let render = |block: &select::Block<'_>| -> anyhow::Result<Vec<u8>> {
        let (mut out, mut copy) = (Vec::new(), Record::new());
        block.each(|record, _| {
            record.copy_to(&header, genotypes, &mut copy)?;
            Ok::<_, anyhow::Error>(encoder.encode(&copy, &mut out)?)
        })?;
        Ok(out)
    };
    select::run(plan, compute, None, render, |bytes| {
        writer.write_encoded(&bytes)?;
        Ok(true)
    })?;
    writer.finish()?.finish()
}
