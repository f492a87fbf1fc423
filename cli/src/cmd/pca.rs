//! `genodex pca`.

mod loadings;
mod write;

use std::path::PathBuf;

use anyhow::{Context, bail};
use genodex_engine::format::disk::OsDisk;
use genodex_engine::genotype::SampleSet;
use genodex_engine::query::panel::SnpPlanes;
use genodex_engine::query::pca::{Eigen, Loadings, Relationship, keep_components, leading};
use genodex_engine::store::Store;
use nalgebra::DMatrix;

use super::snps::{self, SnpArgs};
use super::{Global, PROGRAM};
use crate::output::Style;
use crate::progress::Progress;

/// Principal components of genotypes: the axes along which people differ most
///
/// Eigenvectors of the matrix of relationships, as of plink2's --pca, to a stated accuracy.
#[derive(clap::Args)]
#[command(after_help = HELP)]
pub(crate) struct Args {
    /// The store
    store: PathBuf,
    /// Components
    #[arg(short = 'k', long, value_name = "N", default_value_t = 10, value_parser = clap::value_parser!(u16).range(1..=200))]
    components: u16,
    #[command(flatten)]
    snps: SnpArgs,
    /// Bring these people onto the components of the others: an expression, or @FILE of sample ids
    #[arg(long, value_name = "EXPR|@FILE", conflicts_with = "onto")]
    project: Option<String>,
    /// Bring people onto components that are there already, of this or another store: a file of
    /// --loadings
    #[arg(long, value_name = "FILE", conflicts_with_all = ["loadings", "all_variants", "extract"])]
    onto: Option<PathBuf>,
    /// Write what each SNP adds to each component, for --onto
    #[arg(long, value_name = "FILE")]
    loadings: Option<PathBuf>,
    /// Keep the components in the store, too, as columns PC1, PC2, .. of the sample table, for
    /// genodex match; those that are there are replaced
    #[arg(long = "store")]
    keep: bool,
    /// The ancestry of people without a value in this column of the sample table, by the components
    /// of those who have one: the probability of each value
    #[arg(long, value_name = "COLUMN", conflicts_with = "onto")]
    ancestry: Option<String>,
    /// The largest residual of a component, relative to its eigenvalue
    #[arg(long, value_name = "X", default_value_t = 1e-3)]
    accuracy: f64,
    /// Products with genotypes at most
    #[arg(long, value_name = "N", default_value_t = 100)]
    most_products: usize,
    /// Of the first vectors
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// Write PREFIX.eigenvec and PREFIX.eigenval, as plink2 does
    #[arg(short, long, value_name = "PREFIX")]
    output: Option<PathBuf>,
    /// How to write where there is no prefix [default: a table on a terminal and TSV in a pipe]
    #[arg(long, value_enum)]
    format: Option<Style>,
}

const HELP: &str = "\
An eigenvalue is off by no more than its residual says, and mostly by its square. People who are
projected lie nearer to the middle than those of the components; this is corrected.

Examples:
  genodex pca cohort.gdx --all-variants -k 10 -o cohort
  genodex pca cohort.gdx --store
  genodex pca cohort.gdx --all-variants --ancestry pop
  genodex pca reference.gdx --all-variants --loadings reference.loadings
  genodex pca cohort.gdx --onto reference.loadings -o projected
";

/// Components of people, the samples ascending.
struct Components {
    samples: Vec<u32>,
    /// By person, as rows.
    of: DMatrix<f64>,
    /// None of people who were projected alone.
    values: Vec<f64>,
}

pub(crate) fn run(args: Args, global: &Global) -> anyhow::Result<()> {
    if !(args.accuracy > 0.0 && args.accuracy < 1.0) {
        bail!("--accuracy {}: a number above 0 and below 1", args.accuracy);
    }
    let store = Store::open(&args.store)?;
    let all = args.snps.people(&store, global)?;
    let found = match &args.onto {
        Some(path) => loadings::onto(path, (&args, &store), &all, global)?,
        None => fit(&args, &store, &all, global)?,
    };
    if args.keep {
        let of = (found.samples.as_slice(), &found.of);
        let generation = keep_components(&OsDisk, &args.store, &store, of, PROGRAM)?;
        global.note(format_args!(
            "components are columns of the sample table: {} is generation {generation} now",
            args.store.display()
        ));
    }
    if let Some(column) = &args.ancestry {
        return write::ancestry(&args, (&store, &found), column, global);
    }
    write::components(&args, &store, &found)
}

/// Components of the people, and of those who are projected.
fn fit(args: &Args, store: &Store, all: &SampleSet, global: &Global) -> anyhow::Result<Components> {
    let projected = match &args.project {
        Some(text) => {
            snps::people(text, store, global)
                .context("--project")?
                .bitmap()
                & all.bitmap()
        }
        None => roaring::RoaringBitmap::new(),
    };
    let rest = all.bitmap() - &projected;
    if args.project.is_some() && (projected.is_empty() || rest.is_empty()) {
        let who = if rest.is_empty() {
            "everybody"
        } else {
            "nobody"
        };
        bail!("--project holds for {who}: some people have to be in the components, some not");
    }
    if rest.len() < 3 {
        bail!(
            "there are {} people: components take three at least",
            rest.len()
        );
    }
    let k = usize::from(args.components);
    if k as u64 >= rest.len() {
        bail!(
            "-k {k}: there are {} people, and fewer components than people",
            rest.len()
        );
    }
    let rows = args.snps.rows(store, global)?;
    let planes = snps::planes(store, &rows, rest.iter().collect(), global)?;
    silent(&planes, store)?;
    let relationship = Relationship::new(&planes);
    if relationship.used() == 0 {
        bail!("none of the {} SNPs varies among these people", rows.len());
    }
    let eigen = eigen(args, &relationship, k, global);
    let needed = args.loadings.is_some() || args.project.is_some();
    let loadings = needed
        .then(|| {
            let names = loadings::names(store, &rows)?;
            anyhow::Ok(Loadings::new(
                &relationship,
                &planes,
                &eigen,
                names.into_iter(),
            ))
        })
        .transpose()?;
    if let (Some(path), Some(loadings)) = (&args.loadings, &loadings) {
        loadings::write(path, loadings)?;
    }
    let mut found = Components {
        samples: planes.samples.clone(),
        of: eigen.vectors,
        values: eigen.values,
    };
    if let Some(loadings) = loadings.filter(|_| !projected.is_empty()) {
        let others = snps::planes(store, &rows, projected.iter().collect(), global)?;
        found = joined(
            &found,
            &loadings::project(&loadings, store, &rows, &others)?,
        );
    }
    Ok(found)
}

fn eigen(args: &Args, of: &Relationship<'_>, k: usize, global: &Global) -> Eigen {
    let progress = Progress::spinner(global, "components", "products");
    let limits = (args.accuracy, args.most_products.max(1), args.seed);
    let found = leading((of.len(), k), limits, |x| of.times(x), &|_| progress.add(1));
    drop(progress);
    let worst = found.residuals.iter().copied().fold(0.0, f64::max);
    global.note(format_args!(
        "{} people, {} SNPs that vary; {} products; residuals are at most {worst:.2e} of the \
         eigenvalue",
        of.len(),
        of.used(),
        found.products
    ));
    if worst > args.accuracy {
        global.note(format_args!(
            "note: that is more than --accuracy {}: give --most-products more than {}",
            args.accuracy, args.most_products
        ));
    }
    found
}

/// People without a call have no component.
fn silent(planes: &SnpPlanes, store: &Store) -> anyhow::Result<()> {
    let n = planes.planes.variants() as u32;
    let silent = (0..planes.samples.len()).find(|i| planes.planes.missing(*i) == n);
    if let Some(sample) = silent.and_then(|i| planes.samples.get(i)) {
        bail!(
            "{} has no call at any of the SNPs: leave such people out, as in --include \
             'id!=\"{0}\"'",
            store.samples().id(*sample as usize).unwrap_or(".")
        );
    }
    Ok(())
}

/// Both, by sample.
fn joined(a: &Components, b: &Components) -> Components {
    let places = (0..a.samples.len()).map(|i| (a.samples[i], a, i));
    let mut all: Vec<(u32, &Components, usize)> = places.collect();
    all.extend((0..b.samples.len()).map(|i| (b.samples[i], b, i)));
    all.sort_unstable_by_key(|p| p.0);
    Components {
        samples: all.iter().map(|p| p.0).collect(),
        of: DMatrix::from_fn(all.len(), a.of.ncols(), |row, column| {
            let (_, from, at) = all[row];
            from.of[(at, column)]
        }),
        values: a.values.clone(),
    }
}
