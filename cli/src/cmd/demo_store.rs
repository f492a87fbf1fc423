//! What the tour asks of the rest of the program: to index a file, and to count in cohorts.

use std::path::Path;

use clap::{Args as _, FromArgMatches as _};
use genodex_engine::compute::{Compute, DeviceChoice};
use genodex_engine::genotype::CallCounts;
use genodex_engine::query::cohort::CohortExpr;
use genodex_engine::query::freq::{self, Block, FreqError, Plan, Request};
use genodex_engine::store::Store;

use super::super::{Global, index};

/// One variant with its counts by cohort.
#[derive(Clone, Debug)]
pub(super) struct Row {
    pub(super) contig: String,
    /// 1-based.
    pub(super) pos: u32,
    pub(super) id: String,
    pub(super) reference: String,
    pub(super) alternate: String,
    pub(super) counts: Vec<CallCounts>,
}

/// All variants of a store, and how they were counted.
#[derive(Clone, Debug)]
pub(super) struct Counted {
    pub(super) rows: Vec<Row>,
    /// Samples by cohort.
    pub(super) sizes: Vec<u64>,
    pub(super) device: String,
    /// Why on that device.
    pub(super) reason: String,
}

/// Runs `genodex index` as the user would, but for its notes.
pub(super) fn index(
    input: &Path,
    panel: &Path,
    output: &Path,
    global: &Global,
) -> anyhow::Result<()> {
    let command = index::Args::augment_args(clap::Command::new("index").no_binary_name(true));
    let matches = command.try_get_matches_from([
        input.as_os_str(),
        "--samples-table".as_ref(),
        panel.as_os_str(),
        "--force".as_ref(),
        "-o".as_ref(),
        output.as_os_str(),
    ])?;
    let global = Global {
        quiet: true,
        ..global.clone()
    };
    index::run(index::Args::from_arg_matches(&matches)?, &global)
}

/// Counts every variant in cohorts given as `(name, expression)`: the query of `genodex freq`.
pub(super) fn count(store: &Store, cohorts: &[(String, String)]) -> anyhow::Result<Counted> {
    let mut request = Request::default();
    for (name, expression) in cohorts {
        let selection = CohortExpr::parse(expression)?.evaluate(store.samples())?;
        request.cohorts.push((name.clone(), selection.samples));
    }
    let sizes = request.cohorts.iter().map(|c| c.1.len()).collect();
    let plan = Plan::new(store, request)?;
    let compute = Compute::new(DeviceChoice::Auto, &plan.workload())?;
    let mut rows = Vec::new();
    let render = |block: &Block<'_>| Ok::<_, FreqError>(rows_of(block, cohorts.len()));
    let answer = freq::run(&plan, Some(&compute), render, |mut block| {
        rows.append(&mut block);
        Ok(())
    })?;
    answer.totals()?;
    let report = compute.report();
    Ok(Counted {
        rows,
        sizes,
        device: report.device,
        reason: report.reason,
    })
}

fn rows_of(block: &Block<'_>, cohorts: usize) -> Vec<Row> {
    (0..block.len())
        .map(|i| {
            let site = block.site(i);
            Row {
                contig: block.contig().to_owned(),
                pos: site.pos,
                id: site.id.to_owned(),
                reference: site.reference.to_owned(),
                alternate: site.alternate.to_owned(),
                counts: (0..cohorts).map(|c| block.calls(i, c).counts).collect(),
            }
        })
        .collect()
}
