//! `genodex query`.

mod columns;
mod explain;
mod ids;
mod records;
mod rows;
pub(super) mod samples;

use std::path::PathBuf;

use anyhow::bail;
use clap::ValueEnum;
use genodex_engine::compute::{Compute, DeviceChoice};
use genodex_engine::query::expr::Expr;
use genodex_engine::query::select::{self, Names, Overlap, Plan, Request, SelectError, Timings};
use genodex_engine::query::template::{Template, Undefined};
use genodex_engine::store::Store;
use genodex_indexer::writer::OutputKind;

use super::Global;
use super::gene::{self, GeneArgs};
use super::regions::{Regions, Targets};
use super::selection;
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
    #[command(flatten)]
    targets: Targets,
    #[command(flatten)]
    genes: GeneArgs,
    /// What has to lie in the regions: 0 or pos for POS, 1 or record for any base of REF, 2 or
    /// variant for any base that an ALT changes [default: record]
    #[arg(long, value_name = "0|1|2", value_parser = overlap)]
    regions_overlap: Option<Overlap>,
    /// What has to lie in the targets, as for --regions-overlap [default: pos]
    #[arg(long, value_name = "0|1|2", value_parser = overlap)]
    targets_overlap: Option<Overlap>,
    /// Only variants with one of these ids: rs429358,rs7412, or @FILE with one a line
    #[arg(long, value_name = "IDS|@FILE")]
    id: Option<String>,
    /// Only variants for which the expression holds
    #[arg(short, long, value_name = "EXPR", conflicts_with = "exclude")]
    include: Option<String>,
    /// Only variants for which the expression does not hold. With an expression about samples
    /// and brackets in -f: variants with samples for which it does not hold, and these samples
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
    /// With -f or --columns: a field that is not there is shown as missing (.), not refused
    #[arg(short = 'u', long)]
    allow_undef_tags: bool,
    /// With -f: no end of line where the template has none
    #[arg(short = 'N', long, requires = "f")]
    disable_automatic_newline: bool,
    /// With -f and -i or -e: samples that fail are shown too, with this text for each value
    #[arg(short = 'F', long, value_name = "TEXT", requires = "f")]
    print_filtered: Option<String>,
    /// The columns of the table: names as in templates, without %; cohorts as AF{cases}
    #[arg(long, value_name = "NAMES", value_delimiter = ',', conflicts_with_all = ["f", "vcf", "count"])]
    columns: Vec<String>,
    /// Only the ids of the samples, one a line, in the order of the store
    #[arg(short = 'l', long, conflicts_with_all = ["f", "vcf", "format", "columns", "count"])]
    list_samples: bool,
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
    format: Option<Style>,
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

/// Bytes of a line of a template, about: room for a block of them is made at once.
const LINE_BYTES: usize = 32;

const EXAMPLES: &str = "\
Expressions are those of bcftools -i and -e. AF, AC and AN are INFO's where the file has them,
else counted; AF[cases] is always counted, in the cohort that --cohort names, AF[ALL] in everybody.
CONSEQUENCE>=\"missense_variant\" compares by severity, CONSEQUENCE=\"missense_variant\" with each
of a variant's terms, as VEP, SnpEff or bcftools csq spell them; GENE in (\"BRCA1\",\"BRCA2\") is
one of a list.

Templates: %CHROM %POS %POS0 %END %END0 %ID %REF %ALT %FIRST_ALT %QUAL %FILTER %TYPE %INFO
%INFO/TAG %TAG %TAG{0} %LINE %MASK %N_PASS(EXPR) %F_PASS(EXPR); within brackets, once for each
sample, %SAMPLE %GT %TGT %IUPACGT %PS and FORMAT fields that the store keeps (index
--format-fields) such as %DP or %AD{0}; annotation columns such as %GENE; and counts in a cohort:
%AC{cases} %AF{ALL}. %/TAG is of the site also within brackets.

Records without an ALT (ALT is . or only <*> or <NON_REF>) are not in a store: index counts them
as skipped.

Examples:
  genodex query cohort.gdx -r chr22:16050000-16060000
  genodex query cohort.gdx -i 'TYPE=\"snp\" && AC[ALL]>=2' -f '%CHROM\\t%POS\\t%REF\\t%ALT\\t%AF{ALL}\\n'
  genodex query cohort.gdx --cohort 'jpt=pop==\"JPT\"' -i 'AF[jpt]>0.05 && AF[ALL]<0.01'
  genodex query cohort.gdx -r chr22:16050075 -i 'GT=\"alt\"' -f '[%SAMPLE\\t%GT\\n]'
  genodex query cohort.gdx --gene PCSK9,ENSG00000130164 -i 'AC[ALL]>0'
  genodex query cohort.gdx --id rs429358,rs7412 --columns CHROM,POS,ID,AF{ALL} --format json
  genodex query cohort.gdx -i 'QUAL>30' -O v -o out.vcf
";

pub(crate) fn run(args: Args, global: &Global) -> anyhow::Result<()> {
    let store = Store::open(&args.store)?;
    let request = request(&args, &store, global)?;
    if args.list_samples {
        let mut columns = request.samples.clone();
        if let Some(columns) = &mut columns {
            columns.sort_unstable();
        }
        let names = Names::new(&store, &[], columns.as_deref())?;
        let lines = names.sample_ids().iter();
        let text: String = lines.flat_map(|id| [id, "\n"]).collect();
        return write_text(target_of(&args)?, &text);
    }
    let mut plan = Plan::new(&store, request)?;
    for warning in plan.warnings() {
        global.note(format_args!("note: {warning}"));
    }
    gene::warn_of_names(&plan, &store, global)?;
    let template = template(&args, &plan)?;
    let kind = args.records_kind();
    let asked = match &args.columns[..] {
        [] => None,
        names => Some(columns::Columns::parse(names, &plan, args.undefined())?),
    };
    match (&template, &asked) {
        (Some(template), _) => plan.show(template.shows_cohorts(), template.shows_samples()),
        (_, Some(columns)) => plan.show(columns.shows_cohorts(), false),
        _ => plan.show(!args.count && !args.explain && kind.is_none(), false),
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
    let target = || target_of(&args);
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
    let style = (args.format).unwrap_or_else(|| Style::default_for(output));
    if let Some(asked) = &asked {
        let format = style.format(asked.columns().clone());
        let mut writer = Writer::begin(format.as_ref(), target()?)?;
        select::run(
            &plan,
            &compute,
            None,
            |block| format.encode(asked.batch(block)?),
            |piece| writer.append(piece).map(|()| true),
        )?;
        return writer.finish();
    }
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

fn target_of(args: &Args) -> anyhow::Result<Target> {
    let output = args.output.as_deref();
    output.map_or_else(|| Ok(Target::stdout()), Target::create)
}

/// The template of -f.
fn template(args: &Args, plan: &Plan<'_>) -> anyhow::Result<Option<Template>> {
    let Some(text) = args.f.as_deref() else {
        return Ok(None);
    };
    let mut template = Template::parse(text, plan.names().schema(), args.undefined())?;
    if !args.disable_automatic_newline {
        template.end_line();
    }
    if let Some(text) = &args.print_filtered {
        template.show_filtered(text);
    }
    Ok(Some(template))
}

/// As bcftools spells it.
fn overlap(text: &str) -> Result<Overlap, String> {
    match text {
        "0" | "pos" => Ok(Overlap::Position),
        "1" | "record" => Ok(Overlap::Record),
        "2" | "variant" => Ok(Overlap::Variant),
        _ => Err("expected 0 or pos, 1 or record, 2 or variant".to_owned()),
    }
}

impl Args {
    const fn undefined(&self) -> Undefined {
        match self.allow_undef_tags {
            true => Undefined::Missing,
            false => Undefined::Refused,
        }
    }

    /// The kind of VCF or BCF asked for, by -O or by the output file's name.
    fn records_kind(&self) -> Option<OutputKind> {
        let named = || {
            let free = self.f.is_none()
                && self.columns.is_empty()
                && self.format.is_none()
                && !self.count
                && !self.explain;
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
        let mut out = String::with_capacity(block.len() * LINE_BYTES);
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
    let filter = args.include.as_deref().or(args.exclude.as_deref());
    let kind = args.records_kind();
    if args.drop_genotypes && kind.is_none() {
        bail!("-G leaves genotypes out of VCF and BCF: give it with -O");
    }
    let lines = args.f.is_some() || kind.is_some();
    let by_id = match &args.id {
        Some(asked) => Some(ids::rows(asked, store, global)?),
        None => None,
    };
    let by_gene = args.genes.rows(store, global)?;
    let rows = match (by_id, by_gene) {
        (Some(a), Some(b)) => Some(a & &b),
        (a, b) => a.or(b),
    };
    Ok(Request {
        rows,
        regions_overlap: args.regions_overlap,
        targets_overlap: args.targets_overlap,
        regions: args.regions.of_store(store, global)?,
        targets: args.targets.of_store(store, global)?,
        filter: filter.map(Expr::parse).transpose()?,
        exclude: args.exclude.is_some(),
        samples: samples::chosen(args.samples.as_deref(), args.samples_file.as_deref(), store)?,
        split: args.split || !(lines || args.records),
        cohorts: selection::cohorts(&args.cohorts, store, global)?,
        allow_files: true,
    })
}
