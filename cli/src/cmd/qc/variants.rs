//! A line for each variant.

use genodex_engine::compute::{Compute, DeviceChoice};
use genodex_engine::query::freq::{self, Block, Plan, Request};
use genodex_engine::stats::HweTest;
use genodex_engine::stats::plink2::MissingCounts;

use super::Inputs;
use super::mendel::Mendel;
use crate::output::{Batch, Column, Kind, Style, Writer};

/// Missing calls over those expected, which on Y are none of females'; `None` where nobody is
/// counted.
pub(super) fn missing_rate(counts: MissingCounts) -> Option<f64> {
    (counts.observed > 0).then(|| counts.missing as f64 / counts.observed as f64)
}

fn columns(with_mendel: bool) -> Vec<Column> {
    let text = |name: &str, nullable| Column::new(name, Kind::Text { nullable });
    let mut columns = vec![
        text("CHROM", false),
        Column::new("POS", Kind::UInt),
        text("ID", true),
        text("REF", false),
        text("ALT", false),
    ];
    let mut add = |names: &[&str], kind| {
        columns.extend(names.iter().map(|name| Column::new(*name, kind)));
    };
    add(&["CALLED", "MISSING"], Kind::UInt);
    add(&["F_MISSING"], Kind::Float);
    add(&["AC", "AN"], Kind::UInt);
    add(&["AF"], Kind::Float);
    add(&["HOMREF", "HET", "HOMALT", "HEMI"], Kind::UInt);
    add(&["HWE"], Kind::Float);
    if with_mendel {
        add(&["MENDEL"], Kind::UInt);
    }
    columns
}

/// Counts variants by their calls, tests them, and hands on what `render` makes of each block.
pub(super) fn each<T: Send>(
    inputs: &Inputs<'_>,
    render: impl Fn(&Block<'_>) -> anyhow::Result<T> + Sync,
    write: impl FnMut(T) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let request = Request {
        cohorts: inputs.cohort.iter().cloned().collect(),
        regions: inputs.regions.clone(),
        hwe: Some(HweTest::Exact),
        ..Request::default()
    };
    let plan = Plan::new(inputs.store, request)?;
    let compute = (plan.reads_genotypes())
        .then(|| Compute::new(DeviceChoice::Auto, &plan.workload()))
        .transpose()?;
    let progress = inputs.progress("Counting variants", plan.n_rows());
    let rendered = |block: &Block<'_>| {
        progress.add(block.n_read() as u64);
        render(block)
    };
    freq::run(&plan, compute.as_ref(), rendered, write)?;
    Ok(())
}

pub(super) fn write(inputs: &Inputs<'_>, style: Style) -> anyhow::Result<()> {
    let mendel = inputs.mendel()?;
    let columns = columns(mendel.is_some());
    let format = style.format(columns.clone());
    let mut writer = Writer::begin(format.as_ref(), inputs.target()?)?;
    each(
        inputs,
        |block| format.encode(batch(&columns, block, mendel.as_ref())),
        |piece| writer.append(piece),
    )?;
    writer.finish()
}

fn batch(columns: &[Column], block: &Block<'_>, mendel: Option<&Mendel<'_>>) -> Batch {
    let mut batch = Batch::empty(columns);
    for i in 0..block.len() {
        let (site, row) = (block.site(i), block.calls(i, 0));
        let c = &row.counts;
        let mut cells = batch.row();
        cells.text(block.contig());
        cells.uint(site.pos.into());
        cells.text(site.id);
        cells.text(site.reference);
        cells.text(site.alternate);
        let expected = block.expected(i, 0);
        cells.uint(expected.observed.saturating_sub(expected.missing));
        cells.uint(expected.missing);
        cells.float(missing_rate(expected));
        cells.uint(c.allele_count());
        cells.uint(c.allele_number());
        cells.float(row.frequency());
        for count in [row.hom_ref(), c.het, row.hom_alt(), c.hemi_alt] {
            cells.uint(count);
        }
        cells.float(row.hwe);
        if let Some(mendel) = mendel {
            cells.uint(mendel.at(block.shard(), block.row(i)).into());
        }
    }
    batch
}
