//! `genodex freq`.

mod plink2;
mod rows;

use std::io::IsTerminal;
use std::path::{Path, PathBuf};

use anyhow::bail;
use clap::ValueEnum;
use genodex_engine::compute::{Compute, DeviceChoice};
use genodex_engine::query::freq::{self, Counting, Limit, LimitKind, Plan, Request};
use genodex_engine::stats::HweTest;
use genodex_engine::store::Store;

use super::Global;
use super::gene::GeneArgs;
use super::regions::Regions;
use super::selection;
use crate::output::{Choice, Style, Target, Writer};
use crate::progress::Progress;

/// Allele and genotype counts and frequencies, in any cohorts at once
///
/// Counts every variant of a store in every cohort, in one pass. A cohort is an expression over
/// the sample table or a file of sample ids; without any, ALL is shown, which is everybody.
#[derive(clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct Args {
    /// The store
    store: PathBuf,
    #[command(flatten)]
    regions: Regions,
    #[command(flatten)]
    genes: GeneArgs,
    /// A cohort: NAME=EXPRESSION over the sample table, or NAME=@FILE of sample ids; may be
    /// given any number of times
    #[arg(short, long = "cohort", value_name = "NAME=EXPR|@FILE")]
    cohorts: Vec<String>,
    #[command(flatten)]
    limits: Limits,
    /// Add HWE_P, the exact test of Hardy-Weinberg equilibrium, with or without the mid-p
    /// adjustment; of females on X, none on Y and MT
    #[arg(long, value_name = "midp", num_args = 0..=1, default_missing_value = "exact")]
    hwe: Option<Hwe>,
    /// File to write. With gcount, afreq or acount and several cohorts: the prefix of files
    /// PREFIX.COHORT.afreq
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// How to write [default: by the name of the output file, else a table on a terminal and
    /// TSV in a pipe]
    #[arg(short = 'O', long, value_parser = Choice::<plink2::Report>::parser())]
    format: Option<Choice<plink2::Report>>,
    /// With afreq and acount: count those whose parents are in the sample table, too
    #[arg(long)]
    nonfounders: bool,
    /// With gcount, afreq and acount: print the pseudo-autosomal ends of X as PAR1 and PAR2 and
    /// count them as diploid, as after plink2's --split-par; Y stays as it is
    #[arg(long)]
    split_par: bool,
    /// Where to count: auto, cpu or gpu
    #[arg(long, default_value = "auto", value_name = "DEVICE")]
    device: DeviceChoice,
}

/// Limits on the variants shown. Each is of ALL unless written COHORT:VALUE; bounds are
/// inclusive; where no allele is called there is no frequency, and the variant is left out.
#[derive(clap::Args)]
#[command(next_help_heading = "Limits (of ALL, or COHORT:VALUE; may be repeated)")]
struct Limits {
    /// Frequency of ALT, at least
    #[arg(long, value_name = "MIN")]
    min_af: Vec<String>,
    /// Frequency of ALT, at most
    #[arg(long, value_name = "MAX")]
    max_af: Vec<String>,
    /// Frequency of the rarer allele, at least
    #[arg(long, alias = "min-maf", value_name = "MIN")]
    maf: Vec<String>,
    /// Frequency of the rarer allele, at most
    #[arg(long, value_name = "MAX")]
    max_maf: Vec<String>,
    /// Copies of the rarer allele, at least
    #[arg(long, alias = "min-mac", value_name = "MIN")]
    mac: Vec<String>,
    /// Copies of the rarer allele, at most
    #[arg(long, value_name = "MAX")]
    max_mac: Vec<String>,
    /// Called alleles, at least
    #[arg(long, value_name = "MIN")]
    min_an: Vec<String>,
    /// Fraction of calls that are missing, at most
    #[arg(long, value_name = "MAX")]
    max_missing: Vec<String>,
}

#[derive(Clone, Copy, ValueEnum)]
enum Hwe {
    Exact,
    Midp,
}

const EXAMPLES: &str = "\
Columns, for each cohort: AC (copies of ALT), AN (called alleles), AF (AC/AN; a dot where AN is
0), HOMREF, HET, HOMALT (diploid calls), HEMI (haploid calls of ALT), MISSING. Haploid calls of
REF are in AN alone. A half call such as ./1 is missing, and its allele is in AC and AN.

Cohort expressions compare columns of the sample table with == != < <= > >= and in [..], and join
with && || ! ( ): pop in [\"JPT\", \"CHB\"] && age >= 40. A comparison with a missing value is false,
also with !=; missing(age) asks for it. sex compares by meaning: sex==\"F\" and sex==2 are the same.
A file of ids has one on each line; ids that are not in the store are counted and named.

gcount, afreq and acount follow plink2 2.00a3.5 instead: copies by chromosome and sex, half calls
missing, founders only in afreq and acount.

Examples:
  genodex freq cohort.gdx -r chr22:16050000-16060000
  genodex freq cohort.gdx --cohort 'jpt=pop==\"JPT\"' --cohort 'rest=pop!=\"JPT\"' --maf jpt:0.05
  genodex freq cohort.gdx --cohort cases=@cases.txt --hwe -o cases.tsv
  genodex freq cohort.gdx --cohort a=@a.txt --cohort b=@b.txt --format acount -o counts
";

impl Limits {
    fn parse(&self) -> anyhow::Result<Vec<Limit>> {
        let kinds = [
            (LimitKind::MinAf, &self.min_af),
            (LimitKind::MaxAf, &self.max_af),
            (LimitKind::MinMaf, &self.maf),
            (LimitKind::MaxMaf, &self.max_maf),
            (LimitKind::MinMac, &self.mac),
            (LimitKind::MaxMac, &self.max_mac),
            (LimitKind::MinAn, &self.min_an),
            (LimitKind::MaxMissing, &self.max_missing),
        ];
        let texts = kinds
            .into_iter()
            .flat_map(|(kind, texts)| texts.iter().map(move |t| Limit::parse(kind, t)));
        Ok(texts.collect::<Result<_, _>>()?)
    }
}

pub(crate) fn run(args: Args, global: &Global) -> anyhow::Result<()> {
    let path = args.output.as_deref();
    let output = Choice::or_default_for(args.format, path);
    let is_general = matches!(output, Choice::General(_));
    let mut request = Request {
        limits: args.limits.parse()?,
        counting: match output {
            Choice::General(_) => Counting::Calls,
            Choice::Report(plink2::Report::Gcount) => Counting::Plink2Genotypes,
            Choice::Report(_) => Counting::Plink2Alleles {
                nonfounders: args.nonfounders,
            },
        },
        hwe: args.hwe.map(|hwe| match hwe {
            Hwe::Exact => HweTest::Exact,
            Hwe::Midp => HweTest::MidP,
        }),
        split_par: args.split_par,
        // Whoever names a device wants it to count.
        recount: args.device == DeviceChoice::Gpu,
        ..Request::default()
    };
    if !is_general && request.hwe.is_some() {
        bail!(
            "--hwe adds a column to the general formats: give it with --format tsv, not with plink2's"
        );
    }
    if is_general && (args.nonfounders || args.split_par) {
        bail!("--nonfounders and --split-par are of --format gcount, afreq and acount");
    }
    let specs = selection::cohort_specs(&args.cohorts)?;

    let store = Store::open(&args.store)?;
    request.regions = args.regions.of_store(&store, global)?;
    request.rows = args.genes.rows(&store, global)?;
    request.cohorts = selection::resolve(&specs, &store, global)?;
    let plan = Plan::new(&store, request)?;
    let compute = (plan.reads_genotypes() || args.device == DeviceChoice::Gpu)
        .then(|| Compute::new(args.device, &plan.workload()))
        .transpose()?;
    let progress = progress(&plan, path, global);
    let answer = match output {
        Choice::General(style) => write_rows(&plan, compute.as_ref(), style, path, &progress)?,
        Choice::Report(report) => plink2::write(&plan, compute.as_ref(), report, path, &progress)?,
    };
    drop(progress);
    let (rows, shown) = answer.totals()?;
    if global.verbose {
        global.note(format_args!("{shown} of {rows} variants shown"));
        if let Some(compute) = &compute {
            global.note(format_args!("{}", compute.report()));
        }
    }
    Ok(())
}

fn write_rows(
    plan: &Plan<'_>,
    compute: Option<&Compute>,
    style: Style,
    path: Option<&Path>,
    progress: &Progress,
) -> anyhow::Result<freq::Answer> {
    let columns = rows::columns(plan);
    let format = style.format(columns.clone());
    let target = match path {
        Some(path) => Target::create(path)?,
        None => Target::stdout(),
    };
    let mut writer = Writer::begin(format.as_ref(), target)?;
    let answer = freq::run(
        plan,
        compute,
        |block| {
            progress.add(block.n_read() as u64);
            format.encode(rows::batch(plan, &columns, block))
        },
        |piece| writer.append(piece),
    )?;
    writer.finish()?;
    Ok(answer)
}

/// A bar over the rows of the planned shards, unless the answer goes to the same terminal.
fn progress(plan: &Plan<'_>, path: Option<&Path>, global: &Global) -> Progress {
    let quiet = global.quiet || (path.is_none() && std::io::stdout().is_terminal());
    let global = Global {
        quiet,
        ..global.clone()
    };
    Progress::bar(&global, "Counting", plan.n_rows(), "variants")
}
