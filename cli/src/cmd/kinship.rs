//! `genodex kinship`.

mod matrix;
mod table;

use std::path::PathBuf;

use anyhow::bail;
use clap::ValueEnum;
use genodex_engine::compute::{Compute, DeviceChoice, Workload};
use genodex_engine::genotype::SampleSet;
use genodex_engine::query::kinship::{
    Degree, Pair, Pairs, components, king_cutoff, run as go, unrelated,
};
use genodex_engine::query::panel::SnpPlanes;
use genodex_engine::query::rows::RowSet;
use genodex_engine::store::Store;

use super::Global;
use super::snps::{self, SnpArgs};
use crate::output::{self, Choice, Target};
use crate::progress::Progress;

/// Who is related to whom: KING-robust kinship coefficients of pairs of people
///
/// A pair has a coefficient of 0.5 if it is the same person or identical twins, 0.25 for parents and
/// children and siblings (told apart by the share of SNPs at which they have no allele in common),
/// 0.125 in the 2nd degree, 0.0625 in the 3rd.
#[derive(clap::Args)]
#[command(after_help = HELP)]
pub(crate) struct Args {
    /// The store
    store: PathBuf,
    #[command(flatten)]
    snps: SnpArgs,
    /// Only pairs of these people with the others: an expression, or @FILE of sample ids
    #[arg(long, value_name = "EXPR|@FILE", help_heading = "SNPs and people")]
    between: Option<String>,
    /// Only pairs with at least this kinship coefficient: 0.0442 is the 3rd degree, 0.0884 the 2nd,
    /// 0.177 the 1st, 0.354 the same person
    #[arg(
        long,
        alias = "king-table-filter",
        value_name = "KINSHIP",
        allow_negative_numbers = true
    )]
    min_kinship: Option<f64>,
    /// Counts of SNPs, not shares
    #[arg(long)]
    counts: bool,
    /// The largest set of people without a pair of at least this coefficient, as ids, instead of
    /// pairs; exact in families of up to 64 where the search ends
    #[arg(long, value_name = "KINSHIP", num_args = 0..=1, default_missing_value = "0.0442", conflicts_with_all = ["min_kinship", "counts", "format"])]
    unrelated: Option<f64>,
    /// The set that plink2's --king-cutoff keeps, as ids
    #[arg(long, value_name = "KINSHIP", conflicts_with_all = ["unrelated", "min_kinship", "counts", "format"])]
    king_cutoff: Option<f64>,
    /// Families, too: a line for each person who is in a pair, with a number for each group that
    /// pairs connect
    #[arg(long, value_name = "FILE")]
    families: Option<PathBuf>,
    /// Where to count: auto, cpu or gpu
    #[arg(long, default_value = "auto", value_name = "DEVICE")]
    device: DeviceChoice,
    /// File to write
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// How to write; kin0, king and king-square as plink2 does, dot for Graphviz [default: by the
    /// name of the output file, else a table on a terminal and TSV in a pipe]
    #[arg(short = 'O', long, value_parser = Choice::<Report>::parser())]
    format: Option<Choice<Report>>,
}

/// Reports beside the general formats.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Report {
    /// As plink2's --make-king-table.
    Kin0,
    /// As plink2's --make-king triangle.
    King,
    /// As plink2's --make-king square.
    KingSquare,
    /// A graph for Graphviz.
    Dot,
}

impl output::Report for Report {}

const HELP: &str = "\
NSNP is the number of SNPs at which both have a call, HETHET the share of them at which both are
heterozygous, IBS0 at which they have no allele in common, IBS the mean share of alleles in common. KINSHIP is equation 11 of Manichaikul et
al. 2010; DEGREE is by its bounds, parent-child where IBS0 is below 0.005.

Examples:
  genodex kinship cohort.gdx --all-variants --min-kinship 0.0442
  genodex kinship cohort.gdx --all-variants --unrelated -o unrelated.txt
  genodex kinship cohort.gdx --extract snps.txt -O kin0 -o cohort.kin0
  genodex kinship cohort.gdx --all-variants --between @new.txt --min-kinship 0.177
";

pub(crate) fn run(args: Args, global: &Global) -> anyhow::Result<()> {
    for bound in [args.min_kinship, args.unrelated, args.king_cutoff]
        .into_iter()
        .flatten()
    {
        if !(-10.0..=0.5).contains(&bound) {
            bail!("{bound} is no kinship coefficient: it is at most 0.5");
        }
    }
    let store = Store::open(&args.store)?;
    let all = args.snps.people(&store, global)?;
    let (people, pairs) = order(&args, &store, &all, global)?;
    let rows = args.snps.rows(&store, global)?;
    let planes = snps::planes(&store, &rows, people, global)?;
    without_calls(&planes, &store, global);
    few(&store, &rows, global)?;
    let workload = Workload {
        samples: planes.samples.len() as u64,
        dense_bytes: 16 * (planes.planes.words() * planes.samples.len()) as u64,
        passes: planes.samples.len() as u64 / 8,
        ..Workload::default()
    };
    let compute = Compute::new(args.device, &workload)?;
    let found = Found {
        args: &args,
        store: &store,
        planes: &planes,
        pairs,
        compute: &compute,
        global,
    };
    match (args.unrelated, args.king_cutoff) {
        (Some(bound), _) => found.set(bound, unrelated),
        // plink2's own bound is that much above what was asked for.
        (None, Some(bound)) => found.set(bound * (1.0 + 2f64.powi(-44)), |n, pairs| {
            let mut out = king_cutoff(n, pairs);
            out.sort_unstable();
            out
        }),
        (None, None) => found.write(),
    }?;
    if global.verbose {
        global.note(compute.report());
    }
    Ok(())
}

/// Those who are compared, ascending, and which pairs; between two groups the first comes first.
fn order(
    args: &Args,
    store: &Store,
    all: &SampleSet,
    global: &Global,
) -> anyhow::Result<(Vec<u32>, Pairs)> {
    let Some(text) = &args.between else {
        let people: Vec<u32> = all.bitmap().iter().collect();
        if people.len() < 2 {
            bail!("there is one person: a pair takes two");
        }
        return Ok((people, Pairs::Within));
    };
    if args.unrelated.is_some() || args.king_cutoff.is_some() {
        bail!("a set of unrelated people is of all pairs: leave --between out");
    }
    let mut some = snps::people(text, store, global)?.bitmap().clone();
    some &= all.bitmap();
    let others = all.bitmap() - &some;
    if some.is_empty() || others.is_empty() {
        let who = if some.is_empty() {
            "nobody"
        } else {
            "everybody"
        };
        bail!("--between: it holds for {who}, so that there is no pair");
    }
    let n = some.len() as usize;
    Ok((some.iter().chain(others.iter()).collect(), Pairs::Across(n)))
}

/// Says where the SNPs cannot tell who is related.
fn few(store: &Store, rows: &RowSet, global: &Global) -> anyhow::Result<()> {
    let mut chromosomes = std::collections::BTreeSet::new();
    for (shard, _) in rows.shards() {
        chromosomes.insert(store.shard(*shard)?.entry().contig);
    }
    let n = rows.len();
    if n < FEW_SNPS || chromosomes.len() < FEW_CHROMOSOMES {
        global.note(format_args!(
            "note: {n} SNPs of {} chromosomes say little about who is related: people share long \
             parts of one chromosome by chance",
            chromosomes.len()
        ));
    }
    Ok(())
}

/// Fewer SNPs, or of fewer chromosomes, do not tell degrees apart.
const FEW_SNPS: u64 = 1000;
const FEW_CHROMOSOMES: usize = 5;

/// People without a call at any SNP are in no pair.
fn without_calls(planes: &SnpPlanes, store: &Store, global: &Global) {
    let n = planes.planes.variants() as u32;
    let mut silent = (planes.samples.iter().enumerate())
        .filter(|(place, _)| planes.planes.missing(*place) == n)
        .map(|(_, sample)| *sample);
    if let Some(first) = silent.next() {
        global.note(format_args!(
            "note: {} people have no call at any of the SNPs ({} is the first): their coefficients \
             are not numbers",
            1 + silent.count(),
            store.samples().id(first as usize).unwrap_or(".")
        ));
    }
}

/// What is compared, for those who write it.
struct Found<'f> {
    args: &'f Args,
    store: &'f Store,
    planes: &'f SnpPlanes,
    pairs: Pairs,
    compute: &'f Compute,
    global: &'f Global,
}

impl Found<'_> {
    /// Goes through the pairs.
    fn each(
        &self,
        least: Option<f64>,
        write: impl FnMut(&[Pair]) -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        let n = self.planes.samples.len();
        let all = match self.pairs {
            Pairs::Within => n as u64 * (n as u64 - 1) / 2,
            Pairs::Across(first) => (first * (n - first)) as u64,
        };
        let progress = Progress::bar(self.global, "comparing", all, "pairs");
        let counter = self.compute.pairs(&self.planes.planes)?;
        go(
            &counter,
            (n, self.pairs),
            least,
            &|n| progress.add(n),
            write,
        )
    }

    /// The id of the person at a place.
    fn id(&self, place: u32) -> &str {
        let sample = self.planes.samples.get(place as usize).copied();
        sample
            .and_then(|s| self.store.samples().id(s as usize))
            .unwrap_or(".")
    }

    /// Writes pairs, and families where they are asked for.
    fn write(&self) -> anyhow::Result<()> {
        let output = self.args.output.as_deref();
        let format = Choice::or_default_for(self.args.format, output);
        let mut related = Vec::new();
        let families = self.args.families.is_some();
        let mut keep = |pairs: &[Pair]| {
            if families {
                let degree = |p: &&Pair| self.degree(p) != Degree::Unrelated;
                related.extend(pairs.iter().filter(degree).map(|p| (p.first, p.second)));
            }
        };
        match format {
            Choice::Report(Report::King) => matrix::triangle(self)?,
            Choice::Report(Report::KingSquare) => matrix::square(self)?,
            Choice::Report(Report::Kin0) => table::kin0(self, &mut keep)?,
            Choice::Report(Report::Dot) => table::dot(self, &mut keep)?,
            Choice::General(style) => table::general(self, style, &mut keep)?,
        }
        if let Some(path) = &self.args.families {
            if matches!(format, Choice::Report(Report::King | Report::KingSquare)) {
                bail!("--families goes with formats that list pairs");
            }
            table::families(self, &components(self.planes.samples.len(), &related), path)?;
        }
        Ok(())
    }

    fn degree(&self, pair: &Pair) -> Degree {
        Degree::of(pair.kinship(), pair.share(pair.counts.ibs0))
    }

    /// Writes who is left of pairs of at least a coefficient.
    fn set(
        &self,
        least: f64,
        leave: impl Fn(usize, &[(u32, u32)]) -> Vec<u32>,
    ) -> anyhow::Result<()> {
        let mut related = Vec::new();
        self.each(Some(least), |pairs| {
            related.extend(pairs.iter().map(|p| (p.first, p.second)));
            Ok(())
        })?;
        let n = self.planes.samples.len();
        let left_out = leave(n, &related);
        let mut target = match &self.args.output {
            Some(path) => Target::create(path)?,
            None => Target::stdout(),
        };
        let mut text = String::from("#IID\n");
        for place in (0..n as u32).filter(|p| left_out.binary_search(p).is_err()) {
            text.push_str(self.id(place));
            text.push('\n');
        }
        target.write_all(text.as_bytes())?;
        target.finish()?;
        self.global.note(format_args!(
            "{} of {n} people are kept; {} pairs have a kinship coefficient of {least:.4} or more",
            n - left_out.len(),
            related.len(),
        ));
        Ok(())
    }
}
