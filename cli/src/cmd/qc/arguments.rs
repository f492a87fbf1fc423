//! The arguments of `genodex qc`.

use std::path::{Path, PathBuf};

use anyhow::bail;
use clap::ValueEnum;
use genodex_engine::query::qc::SexRules;

use super::Output;
use crate::cmd::regions::Regions;
use crate::output::{self, Choice};

/// Quality control: of each person, each variant and each family
///
/// Call rates, heterozygosity, Ti/Tv, singletons and the sex that X and Y tell, by person;
/// missingness and Hardy-Weinberg equilibrium by variant; Mendel errors where there are trios.
/// As a table, in the formats of plink, as one HTML page with the outliers, or kept in the store
/// for expressions.
#[derive(clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct Args {
    /// The store
    pub(super) store: PathBuf,
    #[command(flatten)]
    pub(super) regions: Regions,
    /// Only these people: NAME=EXPRESSION over the sample table, or NAME=@FILE of sample ids
    #[arg(short, long, value_name = "NAME=EXPR|@FILE")]
    pub(super) cohort: Option<String>,
    /// What a line is about [default: person]
    #[arg(long, value_enum)]
    per: Option<Per>,
    /// Families, as a .ped or .fam file [default: the sample table's]
    #[arg(long, value_name = "FILE")]
    pub(super) ped: Option<PathBuf>,
    /// File to write
    #[arg(short, long, value_name = "FILE")]
    pub(super) output: Option<PathBuf>,
    /// How to write [default: by the name of the output file, else a table on a terminal and
    /// TSV in a pipe]
    #[arg(short = 'O', long, value_parser = Choice::<Report>::parser())]
    format: Option<Choice<Report>>,
    /// With scount and smiss, vmiss and hardy: the pseudo-autosomal ends of X are diploid, as
    /// after plink2's --split-par
    #[arg(long)]
    pub(super) split_par: bool,
    /// Write a page with distributions, thresholds, outliers, and people whose sex does not
    /// match
    #[arg(long, value_name = "FILE")]
    pub(super) html: Option<PathBuf>,
    /// Keep the values in the store: columns qc.* of the sample table, and the INFO fields HWE,
    /// HWE_LOG10P and, where there are trios, MENDEL
    #[arg(long = "store", conflicts_with_all = ["cohort", "regions", "regions_file"])]
    pub(super) keep: bool,
    /// How many deviations from the median are outlying; a deviation is 1.4826 times the median
    /// absolute one
    #[arg(
        long,
        value_name = "K",
        default_value_t = 5.0,
        help_heading = "Thresholds"
    )]
    pub(super) mad: f64,
    /// Call rate of a person, at least
    #[arg(
        long,
        value_name = "RATE",
        default_value_t = 0.95,
        help_heading = "Thresholds"
    )]
    pub(super) min_call_rate: f64,
    /// Fraction of missing calls of a variant, at most
    #[arg(
        long,
        value_name = "RATE",
        default_value_t = 0.05,
        help_heading = "Thresholds"
    )]
    pub(super) max_missing: f64,
    /// p-value of Hardy-Weinberg equilibrium, at least
    #[arg(
        long,
        value_name = "P",
        default_value_t = 1e-6,
        help_heading = "Thresholds"
    )]
    pub(super) min_hwe: f64,
    /// F on X of a female, at most
    #[arg(
        long,
        value_name = "F",
        default_value_t = 0.2,
        allow_negative_numbers = true,
        help_heading = "Thresholds"
    )]
    female_max_f: f64,
    /// F on X of a male, at least
    #[arg(
        long,
        value_name = "F",
        default_value_t = 0.8,
        allow_negative_numbers = true,
        help_heading = "Thresholds"
    )]
    male_min_f: f64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Per {
    /// A person
    Person,
    /// A variant
    Variant,
    /// A father, a mother and all their children: Mendel errors by code
    Family,
    /// A child and its parents: Mendel errors by code
    Trio,
    /// A Mendel error
    Error,
}

/// A file of plink's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Report {
    /// What plink2 --sample-counts writes
    Scount,
    /// What plink2 --missing sample-only writes
    Smiss,
    /// What plink2 --missing variant-only writes
    Vmiss,
    /// What plink2 --hardy writes, X left out
    Hardy,
    /// What plink 1.9 --check-sex writes, with tabs
    Sexcheck,
    /// What plink 1.9 --mendel writes: each error, with tabs
    Mendel,
    /// The same: by person
    Imendel,
    /// The same: by family
    Fmendel,
    /// The same: by variant
    Lmendel,
}

impl output::Report for Report {}

const EXAMPLES: &str = "\
Of a person: VARIANTS at which a call is expected (Y of males alone), CALLED, MISSING (half calls
too) and CALL_RATE; diploid calls HOMREF, HET_SNP, HET_OTHER, HOMALT_SNP, HOMALT_OTHER and haploid
ones HAP_REF, HAP_ALT; TI and TV, transitions and transversions among the calls with ALT;
SINGLETONS, variants that nobody else counted carries; F_X, plink 1.9's F on X without the
pseudo-autosomal regions, and Y_CALL_RATE, from which INFERRED_SEX; MENDEL, errors in which they
are implicated; OUTLIER, the measures that are beyond the thresholds: of fewer than ten people the
call rate alone.

Of a variant on Y: CALLED, MISSING and F_MISSING are without females.

Mendel errors have plink's codes (1 to 10, with ALT for the first allele), hail's on Y (11, 12),
and 13 and 14 on MT: ALT or REF of the mother and the other of the child. All three have genotypes
in the store. A heterozygous call where there is one copy is as good as missing.

scount, smiss, vmiss and hardy follow plink2 2.00a3.5 on the same split variants: copies by
chromosome and sex, half calls missing. The formats of plink 1.9 have its columns and values; it
pads them with spaces, and here they are separated by tabs.

Once kept (--store), 'qc.call_rate>=0.98 && qc.inferred_sex==\"female\"' is a cohort, and
'HWE<1e-6 || MENDEL>0' an expression of query -i. HWE is no less than 1.2e-38; HWE_LOG10P, -log10
of it, goes on. They are what they were when counted: keep them
anew after people were added or withdrawn.

Examples:
  genodex qc cohort.gdx -o people.tsv --html qc.html
  genodex qc cohort.gdx --per variant --cohort 'controls=t2d==0' -r chr6
  genodex qc cohort.gdx --format scount -o cohort.scount
  genodex qc trios.gdx --ped trios.fam --per trio
  genodex qc cohort.gdx --store && genodex samples cohort.gdx -i 'qc.call_rate<0.95' --ids
";

/// Whether two names are of one file, which need not exist.
fn same_file(a: &Path, b: &Path) -> bool {
    let whole = |path: &Path| {
        let parent = path.parent().filter(|p| !p.as_os_str().is_empty());
        let parent = parent
            .unwrap_or_else(|| Path::new("."))
            .canonicalize()
            .ok()?;
        let name = parent.join(path.file_name()?);
        Some(name.canonicalize().unwrap_or(name))
    };
    whole(a).is_some_and(|a| whole(b) == Some(a))
}

impl Report {
    /// Whether plink2 writes it, which can split the pseudo-autosomal regions off.
    const fn is_plink2(self) -> bool {
        matches!(self, Self::Scount | Self::Smiss | Self::Vmiss | Self::Hardy)
    }
}

impl Args {
    /// What to write; nothing where only a page is wanted or values are only kept.
    pub(super) fn output(&self) -> anyhow::Result<Option<Output>> {
        let path = self.output.as_deref();
        let thresholds = [
            ("--mad", self.mad),
            ("--min-call-rate", self.min_call_rate),
            ("--max-missing", self.max_missing),
            ("--min-hwe", self.min_hwe),
        ];
        if let Some((name, value)) = thresholds.iter().find(|t| !(t.1.is_finite() && t.1 >= 0.0)) {
            bail!("{name} {value}: a number that is not negative is expected");
        }
        if let Some((name, value)) = thresholds.iter().skip(1).find(|t| t.1 > 1.0) {
            bail!("{name} {value}: it lies between 0 and 1");
        }
        if let (Some(path), Some(html)) = (path, &self.html)
            && same_file(path, html)
        {
            bail!(
                "-o and --html are both {}: give the page another name",
                path.display()
            );
        }
        let output = match Choice::or_default_for(self.format, path) {
            Choice::General(style) => Output::Table(self.per.unwrap_or(Per::Person), style),
            Choice::Report(_) if self.per.is_some() => {
                bail!("--per is of the general formats: plink's say what a line is about")
            }
            Choice::Report(report) => Output::Report(report),
        };
        if self.split_par && !matches!(&output, Output::Report(r) if r.is_plink2()) {
            bail!("--split-par is of --format scount, smiss, vmiss and hardy");
        }
        let alone = (self.html.is_some() || self.keep)
            && self.per.is_none()
            && self.format.is_none()
            && path.is_none();
        Ok((!alone).then_some(output))
    }

    /// What is said of a file whose name tells no format.
    pub(super) fn ending(&self) -> Option<String> {
        Choice::unknown_ending(self.format, self.output.as_deref())
    }

    /// How sex is inferred.
    pub(super) fn sex_rules(&self) -> anyhow::Result<SexRules> {
        let bounds = [self.female_max_f, self.male_min_f];
        if !bounds.is_sorted() {
            bail!(
                "--female-max-f {} and --male-min-f {}: the first should not be above the second",
                self.female_max_f,
                self.male_min_f
            );
        }
        Ok(SexRules {
            female_f: self.female_max_f,
            male_f: self.male_min_f,
            ..SexRules::default()
        })
    }
}
