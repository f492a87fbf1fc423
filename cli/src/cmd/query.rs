//! `genodex query`.

mod explain;
mod records;
mod rows;
pub(super) mod samples;

use std::path::PathBuf;

use anyhow::bail;
use clap::ValueEnum;
use genodex_engine::compute::{Compute, DeviceChoice};
use genodex_engine::query::expr::Expr;
use genodex_engine::query::select::{self, Plan, Request, SelectError, Timings};
use genodex_engine::query::template::Template;
use genodex_engine::store::Store;
use genodex_indexer::writer::OutputKind;

use super::Global;
use super::regions::Regions;
use super::selection::{self, TableFormat};
use crate::output::{Style, Target, Writer};

/// Variants by region and by an expression over their fields, genotypes and cohorts
///
/// The expression language is that of bcftools, with cohorts and annotations beside it. Without
/// -f, -O or --format, a table with a row for each ALT allele is written.
#[derive(clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct Args {
    /// The store
    store: PathBuf,
    #[command(flatten)]
    regions: Regions,
    /// Only variants whose POS lies in these regions; ^ before the first: in none of them
    #[arg(
        short,
        long,
        value_name = "[^]REGIONS",
        conflicts_with = "targets_file"
    )]
    targets: Option<String>,
    /// As -t, with the regions of a file
    #[arg(short = 'T', long, value_name = "[^]FILE")]
    targets_file: Option<String>,
    /// Only variants for which the expression holds
    #[arg(short, long, value_name = "EXPR", conflicts_with = "exclude")]
    include: Option<String>,
    /// Only variants for which the expression does not hold
    #[arg(short, long, value_name = "EXPR")]
    exclude: Option<String>,
    /// Samples to look at and to show, in this order; ^ before the first: all but these
    #[arg(short, long, value_name = "[^]IDS", conflicts_with = "samples_file")]
    samples: Option<String>,
    /// As -s, with the ids of a file, one a line
    #[arg(short = 'S', long, value_name = "[^]FILE")]
    samples_file: Option<String>,
    /// A cohort: NAME=EXPRESSION over the sample table, or NAME=@FILE of sample ids; may be
    /// given any number of times
    #[arg(short, long = "cohort", value_name = "NAME=EXPR|@FILE")]
    cohorts: Vec<String>,
    /// A template of what to print of each record, as of `bcftools query`: see below
    #[arg(short, long = "template", value_name = "TEMPLATE", conflicts_with_all = ["vcf", "format"])]
    f: Option<String>,
    /// With -f: a line of names first
    #[arg(short = 'H', long, requires = "f")]
    print_header: bool,
    /// With -O: without genotypes
    #[arg(short = 'G', long)]
    drop_genotypes: bool,
    /// Records: v for VCF, z for compressed VCF, b for BCF, u for BCF without compression
    /// [default: by the name of the output file, where it says]
    #[arg(
        short = 'O',
        long = "output-type",
        value_name = "v|z|u|b",
        conflicts_with = "format"
    )]
    vcf: Option<VcfKind>,
    /// File to write
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// How to write a table [default: by the name of the output file, else a table on a terminal
    /// and TSV in a pipe]
    #[arg(long, value_enum)]
    format: Option<TableFormat>,
    /// Each ALT allele by itself, normalised, also with -f and -O
    #[arg(long, conflicts_with = "records")]
    split: bool,
    /// Records as the input had them, also in tables
    #[arg(long)]
    records: bool,
    /// Only the number of variants
    #[arg(long, conflicts_with_all = ["f", "vcf", "format"])]
    count: bool,
    /// Not the variants, but how they are found: conditions in their order, rows expected and
    /// looked at, and the time of each
    #[arg(long)]
    explain: bool,
    /// Where to count cohorts: auto, cpu or gpu
    #[arg(long, default_value = "auto", value_name = "DEVICE")]
    device: DeviceChoice,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum VcfKind {
    V,
    Z,
    U,
    B,
}

impl VcfKind {
    pub(super) const fn kind(self) -> OutputKind {
        match self {
            Self::V => OutputKind::Vcf,
            Self::Z => OutputKind::VcfGz,
            Self::U => OutputKind::BcfUncompressed,
            Self::B => OutputKind::Bcf,
        }
    }
}

const EXAMPLES: &str = "\
Expressions are those of bcftools -i and -e. AF, AC and AN are INFO's where the file has them,
else counted; AF[cases] is always counted, in the cohort that --cohort names, AF[ALL] in everybody.
CONSEQUENCE>=\"missense_variant\" compares by severity; GENE in (\"BRCA1\",\"BRCA2\") is one of a list.

Templates: %CHROM %POS %POS0 %END %END0 %ID %REF %ALT %FIRST_ALT %QUAL %FILTER %TYPE %INFO
%INFO/TAG %TAG %TAG{0}; within brackets, once for each sample, %SAMPLE %GT %TGT %PS; annotation
columns such as %GENE; and counts in a cohort: %AC{cases} %AF{ALL}.

Examples:
  genodex query cohort.gdx -r chr22:16050000-16060000
  genodex query cohort.gdx -i 'TYPE=\"snp\" && AC[ALL]>=2' -f '%CHROM\\t%POS\\t%REF\\t%ALT\\t%AF{ALL}\\n'
  genodex query cohort.gdx --cohort 'jpt=pop==\"JPT\"' -i 'AF[jpt]>0.05 && AF[ALL]<0.01'
  genodex query cohort.gdx -r chr22:16050075 -i 'GT=\"alt\"' -f '[%SAMPLE\\t%GT\\n]'
  genodex query cohort.gdx -i 'QUAL>30' -O v -o out.vcf
";

pub(crate) fn run(args: Args, global: &Global) -> anyhow::Result<()> {
    let store = Store::open(&args.store)?;
    let request = request(&args, &store, global)?;
    let mut plan = Plan::new(&store, request)?;
    for warning in plan.warnings() {
        global.note(format_args!("note: {warning}"));
    }
    let template = args.f.as_deref();
    let template = template.map(|t| Template::parse(t, plan.names().schema()));
    let template = template.transpose()?;
    let kind = args.records_kind();
    match &template {
        Some(template) => plan.show(template.shows_cohorts(), template.shows_samples()),
        None => plan.show(!args.count && !args.explain && kind.is_none(), false),
    }
    if kind.is_some() && !args.drop_genotypes {
        plan.bound_blocks(super::export::BYTES_PER_CALL * plan.names().samples().len());
    }
    let compute = if plan.counts_cohorts() {
        Compute::new(args.device, &plan.workload())?
    } else {
        Compute::with_cpu("no cohort is counted")
    };
    let output = args.output.as_deref();
    let target = || output.map_or_else(|| Ok(Target::stdout()), Target::create);
    if args.explain {
        let timings = Timings::new(&plan);
        let started = std::time::Instant::now();
        let found = select::run(
            &plan,
            &compute,
            Some(&timings),
            |_| Ok::<_, SelectError>(()),
            |()| Ok(true),
        )?;
        let text = explain::text(&plan, &compute, &timings, &found, started.elapsed())?;
        return write_text(target()?, &text);
    }
    if args.count {
        let count = |block: &select::Block<'_>| Ok::<_, SelectError>(block.len());
        let mut n = 0;
        let add = |more: usize| {
            n += more;
            Ok(true)
        };
        select::run(&plan, &compute, None, count, add)?;
        return write_text(target()?, &format!("{n}\n"));
    }
    if let Some(template) = &template {
        let mut target = target()?;
        if args.print_header {
            let header = template.header(plan.names().sample_ids());
            target.write_all(header.as_bytes())?;
        }
        return lines(&plan, &compute, target, |record, samples, out| {
            template.render(record, samples, out);
        });
    }
    if let Some(kind) = kind {
        return records::write(&plan, &compute, kind, !args.drop_genotypes, target()?);
    }
    let style = args
        .format
        .map_or_else(|| Style::default_for(output), TableFormat::style);
    let shown = rows::Shown::new(&plan, &store);
    let columns = shown.columns();
    let format = style.format(columns.clone());
    let mut writer = Writer::begin(format.as_ref(), target()?)?;
    select::run(
        &plan,
        &compute,
        None,
        |block| format.encode(shown.batch(&columns, block)?),
        |piece| writer.append(piece).map(|()| true),
    )?;
    writer.finish()
}

impl Args {
    /// The kind of VCF or BCF asked for, by -O or by the output file's name.
    fn records_kind(&self) -> Option<OutputKind> {
        let named = || {
            let free = self.f.is_none() && self.format.is_none() && !self.count && !self.explain;
            let name = self.output.as_ref().filter(|_| free)?.file_name()?;
            OutputKind::from_name(name.to_str()?)
        };
        self.vcf.map(VcfKind::kind).or_else(named)
    }
}

/// Writes the text of each record.
fn lines(
    plan: &Plan<'_>,
    compute: &Compute,
    mut target: Target,
    push: impl Fn(&select::Record<'_>, Option<&genodex_engine::genotype::Plane>, &mut String) + Sync,
) -> anyhow::Result<()> {
    let render = |block: &select::Block<'_>| -> anyhow::Result<String> {
        let mut out = String::new();
        block.each(|record, samples| {
            push(record, samples, &mut out);
            Ok::<_, SelectError>(())
        })?;
        Ok(out)
    };
    select::run(plan, compute, None, render, |text| {
        target.write_all(text.as_bytes())?;
        Ok(true)
    })?;
    target.finish()
}

fn write_text(mut target: Target, text: &str) -> anyhow::Result<()> {
    target.write_all(text.as_bytes())?;
    target.finish()
}

fn request(args: &Args, store: &Store, global: &Global) -> anyhow::Result<Request> {
    let (targets, file) = (args.targets.as_deref(), args.targets_file.as_deref());
    let filter = args.include.as_deref().or(args.exclude.as_deref());
    let kind = args.records_kind();
    if args.drop_genotypes && kind.is_none() {
        bail!("-G leaves genotypes out of VCF and BCF: give it with -O");
    }
    let lines = args.f.is_some() || kind.is_some();
    Ok(Request {
        regions: args.regions.of_store(store, global)?,
        targets: super::regions::targets(targets, file, store, global)?,
        filter: filter.map(Expr::parse).transpose()?,
        exclude: args.exclude.is_some(),
        samples: samples::chosen(args.samples.as_deref(), args.samples_file.as_deref(), store)?,
        split: args.split || !(lines || args.records),
        cohorts: selection::cohorts(&args.cohorts, store, global)?,
        allow_files: true,
    })
}
