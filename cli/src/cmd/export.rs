//! `genodex export`.

mod kind;
mod matrix;
mod people;
mod records;
mod table;

use std::path::{Path, PathBuf};

use anyhow::bail;
use clap::ValueEnum;
use genodex_engine::compute::{Compute, DeviceChoice};
use genodex_engine::query::expr::Expr;
use genodex_engine::query::matrix::Haploid;
use genodex_engine::query::select::{Plan, Request};
use genodex_engine::store::Store;
use genodex_indexer::writer::npy::{Number, Order};

use super::Global;
use super::gene::GeneArgs;
use super::query::VcfKind;
use super::regions::{Regions, Targets};
use super::selection;
use crate::output::Target;
use crate::progress::Progress;
use kind::{ExportFormat, Kind};

/// Write a selection as VCF, BCF, Parquet, Arrow or a matrix of genotypes
///
/// What is written follows from -O, --format or the name of the output file; VCF without any of
/// them. Variants are selected as by `genodex query`.
#[derive(clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct Args {
    /// The store
    store: PathBuf,
    #[command(flatten)]
    regions: Regions,
    #[command(flatten)]
    targets: Targets,
    #[command(flatten)]
    genes: GeneArgs,
    /// Only variants for which the expression holds
    #[arg(short, long, value_name = "EXPR", conflicts_with = "exclude")]
    include: Option<String>,
    /// Only variants for which the expression does not hold
    #[arg(short, long, value_name = "EXPR")]
    exclude: Option<String>,
    /// Samples to write, in this order; ^ before the first: all but these
    #[arg(short, long, value_name = "[^]IDS", conflicts_with = "samples_file")]
    samples: Option<String>,
    /// As -s, with the ids of a file, one a line
    #[arg(short = 'S', long, value_name = "[^]FILE")]
    samples_file: Option<String>,
    /// Only the people of a cohort: the name of a --cohort, an expression over the sample table,
    /// or @FILE of sample ids
    #[arg(long, value_name = "COHORT", conflicts_with_all = ["samples", "samples_file"])]
    keep: Option<String>,
    /// A cohort: NAME=EXPRESSION over the sample table, or NAME=@FILE of sample ids; may be
    /// given any number of times. Parquet and Arrow have counts of each
    #[arg(short, long = "cohort", value_name = "NAME=EXPR|@FILE")]
    cohorts: Vec<String>,
    /// VCF and BCF without genotypes; AC, AN and AF are still those of the people selected
    #[arg(short = 'G', long)]
    drop_genotypes: bool,
    /// v for VCF, z for compressed VCF, b for BCF, u for BCF without compression
    #[arg(
        short = 'O',
        long = "output-type",
        value_name = "v|z|u|b",
        conflicts_with_all = ["format", "matrix"]
    )]
    output_type: Option<VcfKind>,
    /// What to write [default: by the name of the output file, else VCF]
    #[arg(long, value_enum)]
    format: Option<ExportFormat>,
    /// File to write [default: standard output]
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// VCF and BCF: each ALT allele by itself, normalised. Tables and matrices always have them so
    #[arg(long)]
    split: bool,
    /// Compressed VCF and BCF: an index (CSI) beside the file
    #[arg(short = 'W', long, requires = "output")]
    write_index: bool,
    /// VCF and BCF: INFO as the store has it, with AC, AN and AF of the original file
    #[arg(long)]
    keep_info: bool,
    /// VCF and BCF: INFO fields to write, and annotation columns (GENE) to write as INFO. Parquet
    /// and Arrow: the columns, in this order. Separated by commas [default: all fields of INFO;
    /// all columns]
    #[arg(long, value_name = "LIST", value_delimiter = ',')]
    columns: Option<Vec<String>>,
    /// Copies of ALT of each sample at each variant, as .npy or Arrow; who and what they are is
    /// written beside the file, as .samples.tsv and .variants.tsv
    #[arg(long, conflicts_with_all = ["drop_genotypes", "columns", "keep_info"])]
    matrix: bool,
    /// With --matrix: what lies together on disk
    #[arg(long, value_enum, default_value = "samples")]
    orient: Orient,
    /// With --matrix: the value of a haploid call of ALT
    #[arg(long, value_name = "1|2", default_value = "1", value_parser = clap::value_parser!(u8).range(1..=2))]
    haploid_as: u8,
    /// With --matrix: 32-bit floats, NaN where a call is missing; .npy only
    #[arg(long)]
    float: bool,
    /// Where to count cohorts: auto, cpu or gpu
    #[arg(long, default_value = "auto", value_name = "DEVICE")]
    device: DeviceChoice,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Orient {
    /// All variants of a sample, then those of the next
    Samples,
    /// All samples of a variant, then those of the next
    Variants,
}

const EXAMPLES: &str = "\
VCF and BCF: INFO/AC, AN and AF are counted again in the people written, as by `bcftools view -s`
and `bcftools +fill-tags -- -t AC,AN,AF`. Other INFO fields stay what they are, also those that
were computed for the whole file, as bcftools leaves them. Fields that `genodex annotate --from`
added are written, too. Phase, haploid calls and missing alleles are as the store has them.

Parquet and Arrow: a row for each ALT; INFO and annotation columns with their types, lists as
lists; and for each cohort AC, AN, AF, HOM (homozygous for ALT), HET, HEMI (haploid calls of ALT)
and MISSING (half calls among them). With -s, -S or --keep the cohort SAMPLES is those people.

Matrices: 8-bit integers 0, 1 and 2, and -1 for missing and half calls. In .npy the shape is
(samples, variants); numpy.load(FILE, mmap_mode=\"r\") reads it in place.

With --split, and in tables and matrices, an expression is asked of each ALT by itself; N_ALT
alone is that of the record, as bcftools has it before anything is split.

Examples:
  genodex export cohort.gdx -r chr22 -s HG00096,HG00097 -o two.vcf.gz
  genodex export cohort.gdx --keep 'pop==\"JPT\"' -i 'AF[ALL]<0.01' -O b -o rare.bcf
  genodex export cohort.gdx --cohort 'cases=t2d==1' -o variants.parquet
  genodex export cohort.gdx -i 'AF[ALL]>=0.05' --matrix -o common.npy
";

/// Bytes of a call in VCF.
pub(super) const BYTES_PER_CALL: usize = 4;

/// The people selected, as a cohort of the plan.
const SAMPLES: &str = "SAMPLES";

pub(crate) fn run(args: Args, global: &Global) -> anyhow::Result<()> {
    let kind = args.kind(global)?;
    let store = Store::open(&args.store)?;
    let mut cohorts = selection::cohorts(&args.cohorts, &store, global)?;
    let samples = people::chosen(&args, &cohorts, &store, global)?;
    let counted = match (&kind, &samples) {
        (Kind::Records(_), Some(_)) => args.drop_genotypes && !args.keep_info,
        (Kind::Table { .. }, Some(_)) => true,
        _ => false,
    };
    if let Some(samples) = samples.as_deref().filter(|_| counted) {
        cohorts.push((SAMPLES.to_owned(), people::set(samples, &store)));
    }
    let request = args.request(&kind, cohorts, samples, &store, global)?;
    let mut plan = Plan::new(&store, request)?;
    for warning in plan.warnings() {
        global.note(format_args!("note: {warning}"));
    }
    plan.show(counted || matches!(kind, Kind::Table { .. }), false);
    if matches!(kind, Kind::Records(_)) && !args.drop_genotypes {
        plan.bound_blocks(BYTES_PER_CALL * plan.names().samples().len());
    }
    let compute = if plan.counts_cohorts() {
        Compute::new(args.device, &plan.workload())?
    } else {
        Compute::with_cpu("no cohort is counted")
    };
    let job = Job {
        args: &args,
        store: &store,
        plan: &plan,
        compute: &compute,
        global,
    };
    let written = match kind {
        Kind::Records(kind) => records::write(&job, kind, counted.then_some(SAMPLES))?,
        Kind::Table { parquet } => table::write(&job, parquet)?,
        Kind::Matrix(format) => matrix::write(&job, format)?,
    };
    if written == 0 {
        global.note("note: no variant was selected: the file has none");
    }
    Ok(())
}

/// What is to be written.
struct Job<'a> {
    args: &'a Args,
    store: &'a Store,
    plan: &'a Plan<'a>,
    compute: &'a Compute,
    global: &'a Global,
}

impl Job<'_> {
    /// Where it goes.
    fn target(&self) -> anyhow::Result<Target> {
        let output = self.args.output.as_deref();
        output.map_or_else(|| Ok(Target::stdout()), Target::create)
    }

    fn progress(&self) -> Progress {
        Progress::bar(self.global, "Exporting", self.plan.n_rows(), "variants")
    }
}

impl Args {
    /// The file to write; none for standard output.
    fn file(&self) -> Option<&Path> {
        self.output.as_deref().filter(|p| *p != Path::new("-"))
    }

    fn kind(&self, global: &Global) -> anyhow::Result<Kind> {
        let output_type = self.output_type.map(VcfKind::kind);
        let (kind, note) = kind::choose(self.file(), output_type, self.format, self.matrix)?;
        if let Some(note) = note {
            global.note(format_args!("note: {note}"));
        }
        let records = matches!(kind, Kind::Records(_));
        let of_records = [
            (self.drop_genotypes, "-G"),
            (self.split, "--split"),
            (self.keep_info, "--keep-info"),
            (self.write_index, "--write-index"),
        ];
        if let Some((_, flag)) = of_records.iter().find(|f| f.0 && !records) {
            bail!("{flag} is for VCF and BCF: leave it out, or write one of them (-O)");
        }
        if self.write_index && self.file().is_none() {
            bail!("--write-index writes beside a file: give one (-o FILE)");
        }
        let matrix = matches!(kind, Kind::Matrix(_));
        let of_matrix = [
            (self.orient == Orient::Variants, "--orient"),
            (self.haploid_as != 1, "--haploid-as"),
            (self.float, "--float"),
        ];
        if let Some((_, flag)) = of_matrix.iter().find(|f| f.0 && !matrix) {
            bail!("{flag} is for matrices of genotypes: leave it out, or add --matrix");
        }
        if matrix && self.columns.is_some() {
            bail!("--columns is not for matrices of genotypes: leave it out");
        }
        if self.float && kind == Kind::Matrix(kind::MatrixFormat::Arrow) {
            bail!("--float is for .npy: leave it out, or give --format npy");
        }
        Ok(kind)
    }

    fn request(
        &self,
        kind: &Kind,
        cohorts: Vec<(String, genodex_engine::genotype::SampleSet)>,
        samples: Option<Vec<u32>>,
        store: &Store,
        global: &Global,
    ) -> anyhow::Result<Request> {
        let filter = self.include.as_deref().or(self.exclude.as_deref());
        Ok(Request {
            regions: self.regions.of_store(store, global)?,
            rows: self.genes.rows(store, global)?,
            targets: self.targets.of_store(store, global)?,
            filter: filter.map(Expr::parse).transpose()?,
            exclude: self.exclude.is_some(),
            samples,
            split: self.split || !matches!(kind, Kind::Records(_)),
            cohorts,
            allow_files: true,
            ..Request::default()
        })
    }

    const fn haploid(&self) -> Haploid {
        match self.haploid_as {
            2 => Haploid::Two,
            _ => Haploid::One,
        }
    }

    const fn order(&self) -> Order {
        match self.orient {
            Orient::Samples => Order::Samples,
            Orient::Variants => Order::Variants,
        }
    }

    const fn number(&self) -> Number {
        if self.float {
            Number::Float32
        } else {
            Number::Int8
        }
    }
}
