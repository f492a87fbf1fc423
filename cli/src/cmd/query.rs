//! `genodex query`.

mod rows;

use std::path::PathBuf;

use anyhow::{Context, bail};
use clap::ValueEnum;
use genodex_engine::compute::{Compute, DeviceChoice};
use genodex_engine::query::cohort::CohortSpec;
use genodex_engine::query::expr::Expr;
use genodex_engine::query::select::{self, Plan, Request, SelectError, View};
use genodex_engine::store::Store;

use super::Global;
use crate::output::{Style, Target, Writer};

/// Variants by region and by an expression over their fields, genotypes and cohorts
///
/// The expression language is bcftools', and cohorts beside it: AF[cases]<0.001.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The store
    store: PathBuf,
    /// Only variants that overlap these regions: CHROM, CHROM:POS, CHROM:FROM-TO, with commas
    /// between them; 1-based, both ends included
    #[arg(short, long, value_name = "REGIONS", conflicts_with = "regions_file")]
    regions: Option<String>,
    /// Only variants that overlap the regions of a file
    #[arg(short = 'R', long, value_name = "FILE")]
    regions_file: Option<PathBuf>,
    /// Only variants whose POS lies in these regions; ^ before them: in none
    #[arg(short, long, value_name = "REGIONS", conflicts_with = "targets_file")]
    targets: Option<String>,
    /// Only variants whose POS lies in the regions of a file; ^ before it: in none
    #[arg(short = 'T', long, value_name = "FILE")]
    targets_file: Option<String>,
    /// Only variants for which the expression holds
    #[arg(short, long, value_name = "EXPR", conflicts_with = "exclude")]
    include: Option<String>,
    /// Only variants for which the expression does not hold
    #[arg(short, long, value_name = "EXPR")]
    exclude: Option<String>,
    /// Samples that GT in an expression is about, with commas between them; ^ before them: all
    /// others
    #[arg(short, long, value_name = "IDS", conflicts_with = "samples_file")]
    samples: Option<String>,
    /// Samples of a file, one a line; ^ before it: all others
    #[arg(short = 'S', long, value_name = "FILE")]
    samples_file: Option<String>,
    /// A cohort: NAME=EXPRESSION over the sample table, or NAME=@FILE of sample ids; may be
    /// given any number of times
    #[arg(short, long = "cohort", value_name = "NAME=EXPR|@FILE")]
    cohorts: Vec<String>,
    /// A row for each record, with all its ALT alleles, as the input had it
    #[arg(long, conflicts_with = "split")]
    records: bool,
    /// A row for each ALT allele, normalised; the default
    #[arg(long)]
    split: bool,
    /// Only the number of variants
    #[arg(long)]
    count: bool,
    /// File to write
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// How to write [default: by the name of the output file, else a table on a terminal and
    /// TSV in a pipe]
    #[arg(long, value_enum)]
    format: Option<OutputFormat>,
    /// Where to count cohorts: auto, cpu or gpu
    #[arg(long, default_value = "auto", value_name = "DEVICE")]
    device: DeviceChoice,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum OutputFormat {
    Tsv,
    Table,
    Csv,
    Json,
    Ndjson,
    Parquet,
    Arrow,
}

impl OutputFormat {
    const fn style(self) -> Style {
        match self {
            Self::Tsv => Style::Tsv,
            Self::Table => Style::Table,
            Self::Csv => Style::Csv,
            Self::Json => Style::Json,
            Self::Ndjson => Style::Ndjson,
            Self::Parquet => Style::Parquet,
            Self::Arrow => Style::Arrow,
        }
    }
}

pub(crate) fn run(args: Args, global: &Global) -> anyhow::Result<()> {
    let store = Store::open(&args.store)?;
    let request = request(&args, &store, global)?;
    let plan = Plan::new(&store, &request)?;
    if let Some(checked) = plan.expression() {
        for warning in checked.warnings() {
            global.note(format_args!("note: {warning}"));
        }
    }
    let compute = plan
        .counts_cohorts()
        .then(|| Compute::new(args.device, &plan.workload()))
        .transpose()?;
    let path = args.output.as_deref();
    let target = || match path {
        Some(path) => Target::create(path),
        None => Ok(Target::stdout()),
    };
    if args.count {
        let n = select::run(
            &plan,
            compute.as_ref(),
            |_| Ok::<_, SelectError>(()),
            |()| Ok(()),
        )?;
        let mut target = target()?;
        target.write_all(format!("{n}\n").as_bytes())?;
        return target.finish();
    }
    let style = args
        .format
        .map_or_else(|| Style::default_for(path), OutputFormat::style);
    let shown = rows::Shown::new(&plan, &request);
    let columns = shown.columns();
    let format = style.format(columns.clone());
    let mut writer = Writer::begin(format.as_ref(), target()?)?;
    select::run(
        &plan,
        compute.as_ref(),
        |records| -> anyhow::Result<_> { format.encode(shown.batch(&columns, records)) },
        |piece| writer.append(piece),
    )?;
    writer.finish()
}

fn request(args: &Args, store: &Store, global: &Global) -> anyhow::Result<Request> {
    let contigs = || store.manifest().contigs.iter().map(|c| c.name.as_str());
    let regions = args.regions.as_deref();
    let regions = super::regions::parse(regions, args.regions_file.as_deref(), contigs(), global)?;
    let (targets, not) = inverted(args.targets.as_deref());
    let (file, not_file) = inverted(args.targets_file.as_deref());
    let file = file.map(PathBuf::from);
    let targets = super::regions::parse(targets, file.as_deref(), contigs(), global)?;
    let expression = match (&args.include, &args.exclude) {
        (Some(text), _) => Some((Expr::parse(text)?, false)),
        (None, Some(text)) => Some((Expr::parse(text)?, true)),
        (None, None) => None,
    };
    let mut cohorts = Vec::new();
    for text in &args.cohorts {
        let spec: CohortSpec = text.parse()?;
        let cohort =
            (spec.resolve(store.samples())).with_context(|| format!("cohort {}", spec.name))?;
        for warning in &cohort.warnings {
            global.note(format_args!("cohort {}: {warning}", cohort.name));
        }
        cohorts.push((cohort.name, cohort.samples));
    }
    Ok(Request {
        regions,
        targets: targets.map(|t| (t, not || not_file)),
        expression,
        cohorts,
        samples: samples(args, store)?,
        view: if args.records {
            View::Records
        } else {
            View::Rows
        },
        annotations: true,
        files: true,
    })
}

fn inverted(text: Option<&str>) -> (Option<&str>, bool) {
    match text.and_then(|t| t.strip_prefix('^')) {
        Some(rest) => (Some(rest), true),
        None => (text, false),
    }
}

/// The samples asked for, in the order given.
fn samples(args: &Args, store: &Store) -> anyhow::Result<Option<Vec<u32>>> {
    let (text, not) = inverted(args.samples.as_deref());
    let (file, not_file) = inverted(args.samples_file.as_deref());
    let ids: Vec<String> = match (text, file) {
        (Some(text), _) => text.split(',').map(str::to_owned).collect(),
        (None, Some(file)) => {
            let text = super::read_file(file.as_ref())?;
            let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
            let lines = text.lines().map(str::trim_end);
            lines.filter(|l| !l.is_empty()).map(str::to_owned).collect()
        }
        (None, None) => return Ok(None),
    };
    let table = store.samples();
    let mut found = Vec::new();
    for id in &ids {
        let Some(sample) = table.index_of(id) else {
            let hint = genodex_engine::diagnostic::nearest(id, table.names());
            let hint = hint.map_or(String::new(), |h| format!("; did you mean {h:?}?"));
            bail!("sample {id:?} is not in the store{hint}");
        };
        // Samples fit 32 bits.
        let sample = sample as u32;
        if !store.active().contains(sample) {
            bail!("sample {id:?} has withdrawn from the store");
        }
        if found.contains(&sample) {
            bail!("sample {id:?} is asked for twice");
        }
        found.push(sample);
    }
    if not || not_file {
        let all = store.active().bitmap().iter();
        found = all.filter(|s| !found.contains(s)).collect();
    }
    Ok(Some(found))
}
