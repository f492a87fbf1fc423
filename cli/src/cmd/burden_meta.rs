//! `genodex burden-meta`.

use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hasher};
use std::io::BufRead;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use genodex_engine::query::burden::{Options, SUMMARY_VERSION, SetSummary, Sites, SummaryHead};
use genodex_indexer::sample_table::open_text;

use super::Global;
use super::association::arguments::count;
use super::association::output::Table;
use super::association::traits::some;
use super::burden::arguments::TestArgs;
use super::burden::{of_tests, table};
use crate::output::Style;

/// Gene-based association over several sites, from what `genodex burden --summary` wrote
///
/// Without genotypes: scores and covariances are added. The tests are those of all people together
/// under a null model in which each site has covariates of its own.
#[derive(clap::Args)]
#[command(after_help = HELP)]
pub(crate) struct Args {
    /// Summaries, one of each site
    #[arg(required = true, value_name = "SUMMARY")]
    summaries: Vec<PathBuf>,
    /// Upper bounds of the alternative allele's frequency over all sites, a mask for each
    #[arg(
        long,
        value_name = "BOUNDS",
        value_delimiter = ',',
        default_value = "0.01"
    )]
    aaf_bins: Vec<String>,
    /// Masks of fewer copies of their alleles are not tested
    #[arg(long, alias = "minMAC", value_name = "N", value_parser = count, default_value_t = 5.0)]
    min_mac: f64,
    #[command(flatten)]
    tests: TestArgs,
    /// File to write [default: standard output]
    #[arg(short, long, value_name = "FILE", help_heading = "Output")]
    output: Option<PathBuf>,
    /// How to write [default: by the name of the output file, else a table on a terminal and
    /// TSV in a pipe]
    #[arg(short = 'O', long, value_enum, help_heading = "Output")]
    format: Option<Style>,
}

const HELP: &str = "\
A mask's burden is the sum of its variants (as --build-mask sum), and variants of at most
--vc-mac-threshold copies are summed for SKAT and its like. Binary traits have score tests, without
Firth or the saddlepoint approximation. A variant that a site does not have counts as its reference
allele there.

Examples:
  genodex burden a.gdx --pheno a.txt --mask 'pLoF=LOF==\"HC\"' --summary a.summary.gz -o a.tsv
  genodex burden-meta a.summary.gz b.summary.gz --tests burden,skato -o both.tsv
";

pub(crate) fn run(args: &Args, global: &Global) -> anyhow::Result<()> {
    let options = of_tests(&args.tests, (&args.aaf_bins, args.min_mac))?;
    let mut heads = Vec::with_capacity(args.summaries.len());
    let mut read_before: Vec<(u64, &Path)> = Vec::new();
    let mut sets: Vec<Vec<(usize, SetSummary)>> = Vec::new();
    let mut known: HashMap<String, usize> = HashMap::new();
    for (site, path) in args.summaries.iter().enumerate() {
        let (head, digest) = read(path, |summary| {
            let place = *known.entry(summary.set.clone()).or_insert(sets.len());
            match sets.get_mut(place) {
                Some(set) if set.iter().any(|s| s.0 == site) => {
                    bail!("set {} is there twice", summary.set)
                }
                Some(set) => set.push((site, summary)),
                None => sets.push(vec![(site, summary)]),
            }
            Ok(())
        })?;
        if let Some((_, before)) = read_before.iter().find(|b| b.0 == digest) {
            bail!(
                "{} and {} are the same summary: its people would count twice",
                before.display(),
                path.display()
            );
        }
        read_before.push((digest, path));
        heads.push(head);
    }
    let sites = Sites::new(&heads).map_err(anyhow::Error::msg)?;
    global.note(format_args!(
        "{}, {} people, {}, {}",
        some(heads.len(), "site"),
        heads.iter().map(|h| h.people).sum::<u64>(),
        some(sites.traits.len(), "trait"),
        some(sets.len(), "set")
    ));
    write(args, &sites, &sets, &options)
}

/// Reads a summary: its head and a digest of its text, and each set into `add`.
fn read(
    path: &Path,
    mut add: impl FnMut(SetSummary) -> anyhow::Result<()>,
) -> anyhow::Result<(SummaryHead, u64)> {
    if path.is_dir() {
        bail!(
            "{} is a folder: burden-meta reads what genodex burden --summary writes",
            path.display()
        );
    }
    let reader = open_text(path).with_context(|| format!("cannot open {}", path.display()))?;
    let at = |line: usize| format!("{}: line {}", path.display(), line + 1);
    let mut head: Option<SummaryHead> = None;
    let (mut digest, mut sets) = (DefaultHasher::new(), 0);
    for (number, line) in reader.lines().enumerate() {
        let line = line.with_context(|| format!("cannot read {}", path.display()))?;
        if line.trim().is_empty() {
            continue;
        }
        digest.write(line.as_bytes());
        let Some(head) = &head else {
            let found: SummaryHead = serde_json::from_str(&line)
                .with_context(|| at(number))
                .context("this is no summary of genodex burden --summary")?;
            if found.genodex_burden_summary != SUMMARY_VERSION {
                bail!(
                    "{}: a summary of version {}: this program reads {SUMMARY_VERSION}",
                    path.display(),
                    found.genodex_burden_summary
                );
            }
            head = Some(found);
            continue;
        };
        let summary: SetSummary = serde_json::from_str(&line).with_context(|| at(number))?;
        check(head, &summary).with_context(|| at(number))?;
        add(summary).with_context(|| at(number))?;
        sets += 1;
    }
    let head = head.with_context(|| format!("{}: the file is empty", path.display()))?;
    if sets != head.sets {
        bail!(
            "{}: {sets} sets of {}: the file was cut short",
            path.display(),
            head.sets
        );
    }
    Ok((head, digest.finish()))
}

/// Whether the parts of a line belong together.
fn check(head: &SummaryHead, of: &SetSummary) -> anyhow::Result<()> {
    let m = of.variants.len();
    let traits = head.traits.len();
    let scores = |s: &Vec<f64>| s.is_empty() || s.len() == m;
    if of.scores.len() != traits || of.variances.len() != traits || !of.scores.iter().all(scores) {
        bail!(
            "set {}: scores of other traits or variants than named",
            of.set
        );
    }
    for covariance in &of.covariances {
        let pair = |p: &(u32, u32, f64)| p.0 <= p.1 && (p.1 as usize) < m;
        let empty = covariance.basis.is_empty() && covariance.pairs.is_empty();
        if !empty && (covariance.basis.len() != m || !covariance.pairs.iter().all(pair)) {
            bail!("set {}: a covariance of other variants than named", of.set);
        }
    }
    let mask = |v: &genodex_engine::query::burden::VariantSummary| {
        v.masks.iter().all(|m| *m < head.masks.len())
    };
    let mut names = HashSet::new();
    if let Some(twice) = of.variants.iter().find(|v| !names.insert(v.name.as_str())) {
        bail!("set {}: variant {} is there twice", of.set, twice.name);
    }
    if !of.variants.iter().all(mask) {
        bail!("set {}: a mask that is not in the head", of.set);
    }
    Ok(())
}

fn write(
    args: &Args,
    sites: &Sites,
    sets: &[Vec<(usize, SetSummary)>],
    options: &Options,
) -> anyhow::Result<()> {
    let path = args.output.as_deref();
    let style = args.format.unwrap_or_else(|| Style::default_for(path));
    let mut out = Table::begin(style, path, table::columns())?;
    for set in sets {
        let Some((_, first)) = set.first() else {
            continue;
        };
        let answer = sites.test(set, options);
        let place = (first.set.as_str(), first.contig.as_str(), first.position);
        out.append(|batch| table::add(batch, &sites.traits, place, &answer))?;
    }
    out.finish()
}
