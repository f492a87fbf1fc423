//! What `genodex match` is asked.

use std::path::PathBuf;

use clap::ValueEnum;
use genodex_engine::format::samples::Role;
use genodex_engine::query::matching::{Caliper, Distance, Method, Order};

use crate::output::Style;

/// Matched controls: for each case those most like it
///
/// Writes a line for each pair of case and control, with their distance. How alike both are before
/// and after is said on standard error, in --balance and on the page of --html.
#[derive(clap::Args)]
#[command(after_help = HELP)]
pub(crate) struct Args {
    /// The store
    pub(super) store: PathBuf,
    /// The cases: an expression over the sample table, or @FILE of sample ids
    #[arg(long, value_name = "EXPR|@FILE")]
    pub(super) cases: String,
    /// The controls to choose from: an expression over the sample table, or @FILE of sample ids
    #[arg(long, value_name = "EXPR|@FILE")]
    pub(super) controls: String,
    /// Columns whose values must be equal, with commas between them
    #[arg(
        long,
        value_name = "NAMES",
        value_delimiter = ',',
        help_heading = "Matching by"
    )]
    pub(super) exact: Vec<String>,
    /// A column of numbers, with :caliper= how far it may be off, in its unit or with sd in standard
    /// deviations: age, age:caliper=3, bmi:caliper=0.2sd; may be given any number of times
    #[arg(
        long,
        value_name = "NAME[:caliper=WIDTH]",
        value_parser = numeric,
        help_heading = "Matching by"
    )]
    pub(super) numeric: Vec<Numeric>,
    /// So many principal components, columns PC1, PC2, ... of the sample table
    #[arg(
        long,
        value_name = "N",
        value_parser = clap::value_parser!(u16).range(1..=1000),
        help_heading = "Matching by"
    )]
    pub(super) pcs: Option<u16>,
    /// The components of --pcs out of a file of plink2 --pca, not of the sample table
    #[arg(
        long,
        value_name = "FILE",
        requires = "pcs",
        help_heading = "Matching by"
    )]
    pub(super) eigenvec: Option<PathBuf>,
    /// How far people are apart
    #[arg(
        long,
        value_enum,
        default_value = "mahalanobis",
        help_heading = "Matching by"
    )]
    pub(super) distance: By,
    /// The largest distance of a pair; of propensity also in standard deviations, 0.2sd
    #[arg(long, value_name = "WIDTH", help_heading = "Matching by")]
    pub(super) caliper: Option<Caliper>,
    /// Leave out controls related to a case: pairs as plink2 --make-king-table or genodex kinship
    /// write them
    #[arg(long, value_name = "FILE.kin0", help_heading = "Matching by")]
    pub(super) exclude_related: Option<PathBuf>,
    /// From this kinship on they are related: 0.0442 is of the 3rd degree
    #[arg(
        long,
        value_name = "KINSHIP",
        default_value_t = 0.0442,
        requires = "exclude_related",
        help_heading = "Matching by"
    )]
    pub(super) min_kinship: f64,
    /// Controls for each case, at most
    #[arg(
        long,
        value_name = "1:N",
        default_value = "1:1",
        value_parser = ratio,
        help_heading = "Choosing"
    )]
    pub(super) ratio: usize,
    /// How pairs are chosen
    #[arg(long, value_enum, default_value = "nearest", help_heading = "Choosing")]
    pub(super) method: Choose,
    /// A control may be taken by several cases; of --method nearest
    #[arg(long, help_heading = "Choosing")]
    pub(super) replace: bool,
    /// In which order cases take their controls, of --method nearest [default: largest with
    /// --distance propensity, else data]
    #[arg(long, value_enum, help_heading = "Choosing")]
    pub(super) order: Option<CaseOrder>,
    /// What --order random starts from
    #[arg(long, value_name = "N", default_value_t = 1, help_heading = "Choosing")]
    pub(super) seed: u64,
    /// File of the pairs
    #[arg(short, long, value_name = "FILE", help_heading = "Output")]
    pub(super) output: Option<PathBuf>,
    /// How to write the pairs; json has the balance and the unmatched with them [default: by the
    /// name of the output file, else a table on a terminal and TSV in a pipe]
    #[arg(short = 'O', long, value_enum, help_heading = "Output")]
    pub(super) format: Option<Style>,
    /// File of the balance: means, standardised differences and variance ratios of each covariate
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    pub(super) balance: Option<PathBuf>,
    /// File of the cases without a control and of those left out, with the reason
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    pub(super) unmatched: Option<PathBuf>,
    /// A page with a Love plot, the balance, a scatter plot of people, and who is not matched
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    pub(super) html: Option<PathBuf>,
    /// Keep the cohort in the store: a column NAME of the sample table, 1 of matched cases and 0 of
    /// their controls, and NAME.group
    #[arg(long, value_name = "NAME", value_parser = cohort_name, help_heading = "Output")]
    pub(super) save_cohort: Option<String>,
    /// Then run another command of genodex on the store, with the cohort in it
    #[arg(
        long,
        value_name = "COMMAND",
        requires = "save_cohort",
        help_heading = "Output"
    )]
    pub(super) then: Option<String>,
}

const HELP: &str = "\
Mahalanobis distances are under the covariance pooled within cases and within controls; propensity
scores are of a logistic regression on --numeric and --pcs. nearest: each case in its order takes
the nearest control that is left, all cases one before any takes another. optimal: as many pairs as
can be, with as few cases without any as can be, and of these the least sum of distances, exactly.
Who lacks a value that is matched by is left out. With --exclude-related controls are left out who
are related to any case; cases related to each other stay, and controls related to each other.

--then puts the store after the command's name: --then 'freq -r chr1' is genodex freq STORE -r chr1.

Examples:
  genodex match chr22.gdx --cases 'pop==\"GBR\"' --controls 'super_pop==\"EUR\" && pop!=\"GBR\"' \\
      --exact sex --save-cohort gbr --then 'burden --pheno-col gbr --bt --windows 5kb'
  genodex qc chr22.gdx --store
  genodex match chr22.gdx --cases 'pop==\"FIN\"' --controls 'super_pop==\"EUR\" && pop!=\"FIN\"' \\
      --exact sex --numeric qc.het_rate:caliper=1sd --numeric qc.hom_alt --ratio 1:2 \\
      --method optimal --html match.html -o pairs.tsv
  genodex match chr22.gdx --cases 'pop==\"GBR\"' --controls 'super_pop==\"EUR\" && pop!=\"GBR\"' \\
      --numeric qc.het_rate --distance propensity --caliper 0.2sd --balance balance.tsv
  genodex match cohort.gdx --cases @cases.txt --controls t2d==0 --exact sex,site \\
      --numeric age:caliper=3 --pcs 10 --ratio 1:4 --exclude-related cohort.kin0
";

/// A column of numbers.
#[derive(Clone, Debug)]
pub(super) struct Numeric {
    pub(super) name: String,
    pub(super) caliper: Option<Caliper>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum By {
    /// All numbers together, under their covariance
    Mahalanobis,
    /// The probability of being a case
    Propensity,
}

impl By {
    pub(super) const fn distance(self) -> Distance {
        match self {
            Self::Mahalanobis => Distance::Mahalanobis,
            Self::Propensity => Distance::Propensity,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Choose {
    /// Case by case
    Nearest,
    /// The least sum of all distances
    Optimal,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum CaseOrder {
    /// From the largest propensity score
    Largest,
    /// From the smallest propensity score
    Smallest,
    /// As in the sample table
    Data,
    /// By chance
    Random,
}

impl CaseOrder {
    pub(super) const fn order(self) -> Order {
        match self {
            Self::Largest => Order::Largest,
            Self::Smallest => Order::Smallest,
            Self::Data => Order::Data,
            Self::Random => Order::Random,
        }
    }
}

impl Args {
    /// How pairs are chosen.
    pub(super) fn method(&self) -> anyhow::Result<Method> {
        match self.method {
            Choose::Nearest => Ok(Method::Nearest {
                replace: self.replace,
            }),
            Choose::Optimal if self.replace => anyhow::bail!(
                "--replace is of --method nearest: with replacement the nearest is optimal"
            ),
            Choose::Optimal if self.order.is_some() => {
                anyhow::bail!("--order is of --method nearest: what is optimal has no order")
            }
            Choose::Optimal => Ok(Method::Optimal),
        }
    }

    /// How to write the pairs; `None` where only something else is asked for.
    pub(super) fn style(&self) -> Option<Style> {
        let other = self.html.is_some() || self.balance.is_some() || self.save_cohort.is_some();
        let asked = self.output.is_some() || self.format.is_some();
        (asked || !other).then(|| {
            let path = self.output.as_deref();
            self.format.unwrap_or_else(|| Style::default_for(path))
        })
    }
}

fn numeric(text: &str) -> Result<Numeric, String> {
    let (name, caliper) = match text.rsplit_once(":caliper=") {
        Some((name, width)) => (name, Some(width.parse()?)),
        None => (text, None),
    };
    if name.is_empty() || name.contains(":caliper") {
        return Err("a column's name is expected, as in age or age:caliper=3".to_owned());
    }
    let name = name.to_owned();
    Ok(Numeric { name, caliper })
}

fn ratio(text: &str) -> Result<usize, String> {
    let number = text.strip_prefix("1:").unwrap_or(text);
    let number = number.parse().ok().filter(|n| (1..=1000).contains(n));
    number.ok_or_else(|| "1:N is expected, with N from 1 to 1000, as in 1:4".to_owned())
}

/// A name that expressions can have without backticks, and that means nothing else.
fn cohort_name(text: &str) -> Result<String, String> {
    let mut letters = text.chars();
    let starts = letters.next().is_some_and(|c| c.is_ascii_alphabetic());
    if !starts || text.len() > 64 || !letters.all(|c| c.is_ascii_alphanumeric() || c == '_') {
        return Err(
            "a name of up to 64 letters, digits and _ that begins with a letter".to_owned(),
        );
    }
    let words = [
        "id",
        "iid",
        "fid",
        "sample",
        "sample_id",
        "true",
        "false",
        "in",
        "not",
        "na",
    ];
    let lower = text.to_lowercase();
    if words.contains(&lower.as_str()) || Role::of_column(text).is_some() {
        return Err("the name means something else: choose another".to_owned());
    }
    Ok(text.to_owned())
}
