//! `genodex burden`.

pub(crate) mod arguments;
mod members;
mod output;
mod sets;
mod summary;
pub(crate) mod table;

use std::path::PathBuf;

use anyhow::{Context, bail};
use genodex_engine::association::Analysis;
use genodex_engine::compute::{Compute, ComputeError, DeviceChoice, Workload};
use genodex_engine::format::disk::OsDisk;
use genodex_engine::query::burden::{
    Collapse, Correction, Options, Permutation, Plan, ScoreOptions, SetAnswer, StoredResult, Tests,
    keep_results,
};
use genodex_engine::query::sets::{Bins, VariantSet, VariantSets};
use genodex_engine::stats::Tails;
use genodex_engine::store::Store;

use super::association::arguments::{CorrectionArgs, TraitArgs};
use super::association::nulls::Nulls;
use super::association::page::{self, Kept};
use super::association::{Report, traits};
use super::gene::GeneArgs;
use super::regions::Regions;
use super::{Global, PROGRAM};
use crate::output::{Choice, Target};
use crate::progress::Progress;
use arguments::{Build, GenotypeTestArgs, SetArgs, TestArgs, TestName};
use members::Members;
use output::Results;

/// Gene-based association: burden, SKAT, SKAT-O, ACAT-V and ACAT-O, for many traits at once
///
/// Sets of variants come from regenie's or SAIGE's files, from masks over the store's
/// annotations by gene, or from windows.
#[derive(clap::Args)]
#[command(after_help = HELP)]
pub(crate) struct Args {
    /// The store
    store: PathBuf,
    #[command(flatten)]
    traits: TraitArgs,
    #[command(flatten)]
    sets: SetArgs,
    #[command(flatten)]
    regions: Regions,
    #[command(flatten)]
    genes: GeneArgs,
    #[command(flatten)]
    tests: TestArgs,
    #[command(flatten)]
    more_tests: GenotypeTestArgs,
    #[command(flatten)]
    correction: CorrectionArgs,
    /// File to write; with --format regenie, the prefix of files PREFIX_TRAIT.regenie
    #[arg(short, long, value_name = "FILE", help_heading = "Output")]
    output: Option<PathBuf>,
    /// How to write [default: by the name of the output file, else a table on a terminal and
    /// TSV in a pipe]
    #[arg(short = 'O', long, value_parser = Choice::<Report>::parser(), help_heading = "Output")]
    format: Option<Choice<Report>>,
    /// Write scores and covariances of each set, too, for genodex burden-meta: no genotypes; .gz is
    /// compressed
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    summary: Option<PathBuf>,
    /// Keep the results in the store, too, under this name, for genodex target
    #[arg(long, value_name = "NAME", value_parser = study_name, help_heading = "Output")]
    store_results: Option<String>,
    /// Write a page of its own, too: Manhattan and quantile plots, lambda, the top sets
    #[arg(long, value_name = "FILE.html", help_heading = "Output")]
    report: Option<PathBuf>,
}

const HELP: &str = "\
Rows: one for each trait, set, mask, frequency bin and test. BETA is the effect of one copy of the
mask's allele, in the trait's units or as a log odds ratio; LOG10P is -log10 of the p-value.

Examples:
  genodex burden cohort.gdx --pheno traits.txt --covar covar.txt \\
      --mask 'pLoF=LOF==\"HC\"' --mask 'damaging=IMPACT in (\"HIGH\",\"MODERATE\")' --tests burden,skat,skato
  genodex burden cohort.gdx --pheno traits.txt --covar covar.txt --bt --firth \\
      --anno-file g.anno --set-list g.sets --mask-def g.masks --aaf-bins 0.01,0.001 \\
      --format regenie -o results
  genodex burden cohort.gdx --pheno-col ldl --covar-col age,sex --windows 5kb --aaf-bins 0.05
";

pub(crate) fn run(args: Args, global: &Global) -> anyhow::Result<()> {
    let store = Store::open(&args.store)?;
    let options = options(&args)?;
    let (analysis, predictions) = traits::analysis(&args.traits, &store, global)?;
    let sets = sets::sets(&args.sets, (&args.regions, &args.genes), &store, global)?;
    let compute = device(args.more_tests.device)?;
    let mut nulls = Nulls::new(&analysis, predictions, options.score);
    let progress = Progress::bar(global, "testing", sets.sets.len() as u64, "sets");
    let mut out = Results::begin(&args, &store, &analysis, &sets)?;
    let mut report =
        (args.report.as_ref()).map(|_| page::Report::new("Gene-based association", "Set"));
    if let Some(path) = &args.report {
        // What cannot be written is known before the work.
        Target::create(path)?;
    }
    let mut results: Vec<StoredResult> = Vec::new();
    let mut members = Members::create(&args.sets, &store)?;
    let mut summary = match &args.summary {
        Some(path) => Some(summary::File::create(path)?),
        None => None,
    };
    // With predictions each chromosome has models of its own.
    let all: Vec<usize> = (0..sets.sets.len()).collect();
    let contig = |set: &usize| sets.sets.get(*set).map_or(0, |s| s.contig);
    let apart = nulls.by_chromosome();
    for part in all.chunk_by(|a, b| !apart || contig(a) == contig(b)) {
        let name = part.first().and_then(|set| {
            let contig = store.manifest().contigs.get(contig(set) as usize);
            contig.map(|c| c.name.as_str())
        });
        let models = nulls.fit(name.unwrap_or("."), global)?;
        let plan = Plan {
            store: &store,
            analysis: &analysis,
            models: &models,
            sets: &sets,
            options: &options,
            compute: &compute,
        };
        if let Some(file) = &mut summary {
            file.add(&plan, part)?;
        }
        let limits = (args.more_tests.permute.unwrap_or(0), args.more_tests.seed);
        let mut permutation = Permutation::new(&analysis, &models, limits);
        plan.run(part, |mut answer| -> anyhow::Result<()> {
            progress.add(1);
            if args.store_results.is_some() {
                results.extend(kept(&sets, &analysis, &answer));
            }
            permutation.add(&mut answer);
            members.add(&store, &sets, &answer)?;
            if let (Some(report), Some(set)) = (&mut report, sets.sets.get(answer.set)) {
                keep(report, set, &answer);
            }
            out.append(&answer)
        })?;
        if limits.0 > 0 {
            for answer in permuted(&permutation, &args, global)? {
                if args.store_results.is_some() {
                    results.extend(kept(&sets, &analysis, &answer));
                }
                out.append(&answer)?;
            }
        }
    }
    members.finish()?;
    if let Some(file) = summary {
        file.finish()?;
    }
    drop(progress);
    out.finish(global)?;
    if let (Some(report), Some(path)) = (report, &args.report) {
        let name = args.store.file_name().unwrap_or_default().to_string_lossy();
        let contigs = store.manifest().contigs.iter().map(|c| c.name.clone());
        report.write(path, &name, &analysis, &contigs.collect::<Vec<_>>())?;
    }
    if let Some(name) = &args.store_results {
        let generation = keep_results(&OsDisk, &args.store, name, &results, PROGRAM)?;
        global.note(format_args!(
            "{} results are kept as {name}: {} is generation {generation} now",
            results.len(),
            args.store.display()
        ));
    }
    Ok(())
}

/// Where sets are summed: a set is read once, and the CPU is done with it before a GPU has it. Who
/// names a device wants that.
fn device(choice: DeviceChoice) -> Result<Compute, ComputeError> {
    match choice {
        DeviceChoice::Gpu => Compute::new(choice, &Workload::default()),
        DeviceChoice::Auto | DeviceChoice::Cpu => Ok(Compute::with_cpu("sets are read once")),
    }
}

fn options(args: &Args) -> anyhow::Result<Options> {
    let tests = &args.tests;
    let asked = |name: TestName| tests.tests.contains(&name);
    if args.more_tests.permute.is_some() && !asked(TestName::Burden) {
        bail!("--permute is of the burden test: --tests has to name it");
    }
    if tests.tests.iter().all(|t| *t == TestName::Gene) {
        bail!("--tests gene combines tests: name those, too, as in burden,acatv,gene");
    }
    if args.sets.lovo && asked(TestName::Gene) {
        bail!("--lovo tests masks by themselves: leave gene out of --tests");
    }
    let like_regenie =
        args.format == Some(Choice::Report(Report::Regenie)) && !args.more_tests.exact;
    Ok(Options {
        singleton_by_carrier: args.sets.singleton_carrier,
        collapse: match args.sets.build_mask {
            Build::Max => Collapse::Max,
            Build::Sum => Collapse::Sum,
            Build::Comphet => Collapse::Comphet,
        },
        leave_one_out: args.sets.lovo,
        keep_members: args.sets.write_setlist.is_some() || args.sets.write_mask_snplist.is_some(),
        keep_columns: args.more_tests.permute.is_some(),
        tails: if like_regenie {
            Tails::Approximated
        } else {
            Tails::Exact
        },
        score: ScoreOptions {
            like_regenie,
            correction: args.correction.correction()?,
        },
        ..of_tests(tests, (&args.sets.aaf_bins, args.sets.min_mac))?
    })
}

/// What tests are made, of which bins and masks.
pub(crate) fn of_tests(
    tests: &TestArgs,
    (bins, least_count): (&[String], f64),
) -> anyhow::Result<Options> {
    let has = |name: TestName| tests.tests.contains(&name);
    let chosen = Tests {
        burden: has(TestName::Burden),
        skat: has(TestName::Skat),
        skato: has(TestName::Skato),
        acatv: has(TestName::Acatv),
        acato: has(TestName::Acato),
        gene: has(TestName::Gene),
    };
    if !(tests.vc_max_aaf > 0.0 && tests.vc_max_aaf <= 1.0) {
        bail!(
            "--vc-max-aaf {}: a frequency above 0 and up to 1",
            tests.vc_max_aaf
        );
    }
    let extra = chosen.of_variants().then_some(tests.vc_max_aaf);
    let bins = Bins::parse(bins, extra)
        .map_err(anyhow::Error::msg)
        .context("--aaf-bins")?;
    let weights = match tests.weights_beta[..] {
        [a, b] if a > 0.0 && b > 0.0 => (a, b),
        _ => bail!("--weights-beta: two numbers above 0, as in 1,25"),
    };
    if tests.skato_rho.is_empty() || tests.skato_rho.iter().any(|r| !(0.0..=1.0).contains(r)) {
        bail!("--skato-rho: numbers from 0 to 1");
    }
    Ok(Options {
        tests: chosen,
        bins,
        collapse: Collapse::Max,
        least_count,
        singleton_by_carrier: false,
        variant_bound: tests.vc_max_aaf,
        collapse_count: tests.vc_mac_threshold,
        weights,
        rho: tests.skato_rho.clone(),
        tails: Tails::Exact,
        leave_one_out: false,
        keep_members: false,
        keep_columns: false,
        score: ScoreOptions {
            like_regenie: false,
            correction: Correction::None,
        },
    })
}

/// A name that is a part of a file's.
fn study_name(text: &str) -> Result<String, String> {
    let allowed = |c: char| c.is_alphanumeric() || "_-".contains(c);
    if text.is_empty() || text.len() > 64 || !text.chars().all(allowed) {
        return Err("a name of up to 64 letters, digits, _ and -".to_owned());
    }
    Ok(text.to_owned())
}

/// A set's results that have a p-value.
fn kept<'k>(
    sets: &'k VariantSets,
    analysis: &'k Analysis,
    answer: &'k SetAnswer,
) -> impl Iterator<Item = StoredResult> + 'k {
    let set = sets.sets.get(answer.set).map_or("", |s| s.name.as_str());
    answer.rows.iter().filter_map(move |row| {
        let of = analysis.traits.get(row.trait_index)?;
        Some(StoredResult {
            study: String::new(),
            trait_name: of.name.clone(),
            set: set.to_owned(),
            mask: answer.masks.get(row.mask)?.name.clone(),
            test: row.test.name().to_owned(),
            frequency: row.frequency,
            people: row.people,
            cases: row.cases,
            beta: row.outcome.beta,
            se: row.outcome.se,
            log10p: row.outcome.log10p?,
        })
    })
}

/// The permutations of all masks.
fn permuted(
    permutation: &Permutation<'_>,
    args: &Args,
    global: &Global,
) -> anyhow::Result<Vec<SetAnswer>> {
    let traits = permutation.analysis.traits.len() as u64;
    let workload = Workload {
        samples: permutation.analysis.people,
        dense_bytes: 0,
        sparse_bytes: 4 * permutation.calls(),
        cohorts: permutation.limit.min(64),
        passes: permutation.limit.div_ceil(64),
    };
    let compute = Compute::new(args.more_tests.device, &workload)?;
    let all = permutation.limit.saturating_mul(traits);
    let progress = Progress::bar(global, "permuting", all, "permutations");
    Ok(permutation.run(&compute, |n| progress.add(n))?)
}

/// Keeps a set's rows that have a p-value.
fn keep(report: &mut page::Report, set: &VariantSet, answer: &SetAnswer) {
    for row in &answer.rows {
        let Some(log10p) = row.outcome.log10p else {
            continue;
        };
        let mask = answer.masks.get(row.mask);
        report.add(Kept {
            trait_index: row.trait_index,
            name: set.name.clone(),
            mask: mask.map_or(String::new(), |m| m.name.clone()),
            contig: set.contig as usize,
            position: set.position,
            test: row.test.name(),
            effect: (row.outcome.beta, row.outcome.se),
            log10p,
        });
    }
}
