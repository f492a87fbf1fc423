//! `genodex bench query`: the query alone, on a store that is open.

use std::io::{self, Write};
use std::path::PathBuf;
use std::time::Instant;

use anyhow::bail;
use genodex_engine::compute::{Compute, DeviceChoice};
use genodex_engine::query::cohort::CohortSpec;
use genodex_engine::query::freq::{self, Plan, Request};
use genodex_engine::store::Store;

/// Weights of rows go round after this many, so that sums tell rows apart.
const WEIGHTS: u64 = 1000;

/// Counts cohorts at every variant of an open store, again and again, without writing the rows
///
/// Opens the store and reads the cohorts once. A round is planned anew and counts all variants.
/// Prints the median of the rounds in milliseconds, the number of variants, and for each cohort
/// the sums over variants of HOMREF, HET, HOMALT and MISSING, row i (from 0) having the weight
/// i % 1000 + 1: other programs that count the same print the same sums.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The store
    store: PathBuf,
    /// A cohort: NAME=EXPRESSION or NAME=@FILE; may be given any number of times [default: ALL,
    /// counted anew]
    #[arg(short, long = "cohort", value_name = "NAME=EXPR|@FILE")]
    cohorts: Vec<String>,
    /// Rounds
    #[arg(long, value_name = "N", default_value_t = 5)]
    rounds: usize,
    /// Where to count: auto, cpu or gpu
    #[arg(long, default_value = "auto", value_name = "DEVICE")]
    device: DeviceChoice,
}

pub(crate) fn run(args: &Args) -> anyhow::Result<()> {
    if args.rounds == 0 {
        bail!("--rounds 0: nothing would be measured; give at least 1");
    }
    let store = Store::open(&args.store)?;
    let mut request = Request {
        recount: true,
        ..Request::default()
    };
    for text in &args.cohorts {
        let cohort = text.parse::<CohortSpec>()?.resolve(store.samples())?;
        request.cohorts.push((cohort.name, cohort.samples));
    }
    let plan = Plan::new(&store, request.clone())?;
    let n_cohorts = plan.cohorts().len();
    let compute = Compute::new(args.device, &plan.workload())?;
    let mut taken = Vec::new();
    let mut answers = Vec::new();
    for _ in 0..args.rounds {
        let start = Instant::now();
        let answer = count(&store, request.clone(), &compute, n_cohorts)?;
        taken.push(start.elapsed().as_secs_f64() * 1e3);
        answers.push(answer);
    }
    if answers.windows(2).any(|pair| pair[0] != pair[1]) {
        bail!("two rounds gave different counts: run `genodex verify` on the store");
    }
    taken.sort_by(f64::total_cmp);
    let mut out = io::stdout().lock();
    if let Some((rows, sums)) = answers.pop() {
        write!(out, "{:.2}\t{rows}", taken[taken.len() / 2])?;
        for sum in sums.iter().flatten() {
            write!(out, "\t{sum}")?;
        }
        writeln!(out)?;
    }
    Ok(())
}

/// Rows, and for each cohort the weighted sums.
type Sums = (u64, Vec<[u64; 4]>);

fn count(
    store: &Store,
    request: Request,
    compute: &Compute,
    n_cohorts: usize,
) -> anyhow::Result<Sums> {
    let plan = Plan::new(store, request)?;
    let mut rows = 0;
    let mut sums = vec![[0u64; 4]; n_cohorts];
    freq::run(
        &plan,
        Some(compute),
        |block| {
            // What a caller would be given, row by row; the weights need the row's number, which
            // only the thread that takes blocks in order knows.
            let rows = (0..block.len()).flat_map(|i| {
                (0..n_cohorts).map(move |cohort| {
                    let c = block.calls(i, cohort).counts;
                    [c.hom_ref(), c.het, c.hom_alt, c.missing]
                })
            });
            anyhow::Ok(rows.collect::<Vec<_>>())
        },
        |block| {
            for counts in block.chunks_exact(n_cohorts.max(1)) {
                let weight = rows % WEIGHTS + 1;
                rows += 1;
                for (sum, counts) in sums.iter_mut().zip(counts) {
                    for (sum, count) in sum.iter_mut().zip(counts) {
                        *sum = sum.wrapping_add(weight * count);
                    }
                }
            }
            Ok(())
        },
    )?;
    Ok((rows, sums))
}
