//! Selected records as VCF or BCF.

use std::sync::Arc;

use genodex_engine::compute::Compute;
use genodex_engine::query::select::{self, Plan};
use genodex_engine::query::vcf;
use genodex_engine::record::{Header, Record};
use genodex_engine::store::Store;
use genodex_indexer::writer::{OutputKind, Writer};

use crate::output::Target;

/// Writes them, with the calls of the samples shown where `genotypes`.
pub(super) fn write(
    plan: &Plan<'_>,
    compute: &Compute,
    kind: OutputKind,
    genotypes: bool,
    target: Target,
    store: &Store,
) -> anyhow::Result<()> {
    let samples = if genotypes {
        plan.names().sample_ids().to_vec()
    } else {
        Vec::new()
    };
    let shown = Some(samples.as_slice()).filter(|_| genotypes);
    let header = Arc::new(Header::new(&vcf::header(store, shown)?, samples.clone()));
    let threads = rayon::current_num_threads();
    let mut writer = Writer::create(target, kind, Arc::clone(&header), threads)?;
    let text = matches!(kind, OutputKind::Vcf | OutputKind::VcfGz);
    let encoder = writer.encoder().clone();
    let render = |block: &select::Block<'_>| -> anyhow::Result<Vec<u8>> {
        if text {
            let mut out = String::new();
            block.each(|record, _| {
                vcf::push_line(&mut out, record, genotypes);
                Ok::<_, anyhow::Error>(())
            })?;
            return Ok(out.into_bytes());
        }
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
