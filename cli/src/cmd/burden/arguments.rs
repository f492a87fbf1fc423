//! What is asked for: traits, sets, masks, tests. regenie's spellings are understood beside ours.

use std::path::PathBuf;

use clap::ValueEnum;
use genodex_engine::compute::DeviceChoice;

use crate::cmd::association::arguments::count;

/// Sets of variants, and masks.
#[derive(clap::Args, Debug)]
#[command(next_help_heading = "Variant sets and masks")]
pub(crate) struct SetArgs {
    /// Annotations: a line of VARIANT SET CATEGORY each (or VARIANT SET DOMAIN CATEGORY)
    #[arg(long, value_name = "FILE", requires_all = ["set_list", "mask_def"])]
    pub(crate) anno_file: Option<PathBuf>,
    /// Sets: a line of NAME CHROM POS VARIANT,VARIANT,... each
    #[arg(long, value_name = "FILE", requires = "anno_file")]
    pub(crate) set_list: Option<PathBuf>,
    /// Masks: a line of NAME CATEGORY,CATEGORY,... each, for --anno-file or --saige-group
    #[arg(long, value_name = "FILE")]
    pub(crate) mask_def: Option<PathBuf>,
    /// Frequencies to sort variants into bins by, instead of the counted ones: VARIANT AAF
    #[arg(long, value_name = "FILE")]
    pub(crate) aaf_file: Option<PathBuf>,
    /// The column of --anno-file that holds weights, counted from 1
    #[arg(long, value_name = "N")]
    pub(crate) weights_col: Option<std::num::NonZeroUsize>,
    /// Sets in the format of SAIGE-GENE+: lines of SET var|anno|weight VALUE ...
    #[arg(long, value_name = "FILE", conflicts_with = "anno_file")]
    pub(crate) saige_group: Option<PathBuf>,
    /// A mask over the store's annotations, by gene: NAME=EXPRESSION, as of genodex query -i;
    /// may be given any number of times
    #[arg(short, long = "mask", value_name = "NAME=EXPR", conflicts_with_all = ["anno_file", "saige_group"])]
    pub(crate) masks: Vec<String>,
    /// Genes as intervals, CHROM START END NAME; .bed is 0-based [default: the store's GENE]
    #[arg(long, value_name = "FILE")]
    pub(crate) genes: Option<PathBuf>,
    /// Windows of so many bases instead of genes: 5kb, or 10kb,5kb with a step
    #[arg(long, value_name = "SIZE[,STEP]")]
    pub(crate) windows: Option<String>,
    /// Only these sets, with commas between them, or @FILE
    #[arg(
        long,
        alias = "extract-setlist",
        value_name = "NAMES|@FILE",
        value_delimiter = ','
    )]
    pub(crate) sets: Vec<String>,
    /// Without these sets, with commas between them, or @FILE
    #[arg(
        long,
        alias = "exclude-setlist",
        value_name = "NAMES|@FILE",
        value_delimiter = ','
    )]
    pub(crate) exclude_sets: Vec<String>,
    /// Upper bounds of the alternative allele's frequency, a mask for each; singletons always
    /// make one
    #[arg(
        long,
        value_name = "BOUNDS",
        value_delimiter = ',',
        default_value = "0.01"
    )]
    pub(crate) aaf_bins: Vec<String>,
    /// How a person's alleles are collapsed: the most at one variant, their sum, or their sum
    /// up to two
    #[arg(long, value_enum, default_value = "max", value_name = "RULE")]
    pub(crate) build_mask: Build,
    /// Masks of fewer copies of the minor allele are not tested
    #[arg(long, alias = "minMAC", value_name = "N", value_parser = count, default_value_t = 5.0)]
    pub(crate) min_mac: f64,
    /// A singleton is carried by one person, homozygous or not
    #[arg(long)]
    pub(crate) singleton_carrier: bool,
    /// Also test each mask without each of its variants (as LOVO of regenie); give --sets with it
    #[arg(long, alias = "mask-lovo")]
    pub(crate) lovo: bool,
    /// Write the masks as sets, NAME CHROM POS VARIANTS, for --set-list
    #[arg(long, value_name = "FILE")]
    pub(crate) write_setlist: Option<PathBuf>,
    /// Write which variants are in each mask: a line of MASK VARIANTS each
    #[arg(long, value_name = "FILE")]
    pub(crate) write_mask_snplist: Option<PathBuf>,
    /// List variants of the sets that the store does not have
    #[arg(long, value_name = "FILE")]
    pub(crate) write_absent: Option<PathBuf>,
}

/// How a person's alleles are collapsed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Build {
    Max,
    Sum,
    Comphet,
}

/// Which tests, and how.
#[derive(clap::Args, Debug)]
#[command(next_help_heading = "Tests")]
pub(crate) struct TestArgs {
    /// Tests, with commas between them: burden, skat, skato, acatv, acato; gene combines those
    /// asked for over a set's masks and bins
    #[arg(
        long,
        alias = "vc-tests",
        value_enum,
        value_delimiter = ',',
        default_value = "burden",
        value_name = "TESTS"
    )]
    pub(crate) tests: Vec<TestName>,
    /// SKAT, SKAT-O and ACAT use variants up to this frequency; it is a bin of its own
    #[arg(
        long = "vc-max-aaf",
        alias = "vc-maxAAF",
        value_name = "AAF",
        default_value_t = 1.0
    )]
    pub(crate) vc_max_aaf: f64,
    /// Variants of at most so many copies are collapsed into one for SKAT, SKAT-O and ACAT
    #[arg(
        long = "vc-mac-threshold",
        alias = "vc-MACthr",
        value_name = "N",
        default_value_t = 10
    )]
    pub(crate) vc_mac_threshold: u32,
    /// Parameters of the beta density of the minor allele's frequency that weights variants
    #[arg(
        long = "weights-beta",
        alias = "skat-params",
        value_name = "A,B",
        value_delimiter = ',',
        num_args = 1,
        default_values_t = [1.0, 25.0]
    )]
    pub(crate) weights_beta: Vec<f64>,
    /// Mixtures that SKAT-O tries: the weights of the burden part
    #[arg(
        long = "skato-rho",
        value_name = "RHOS",
        value_delimiter = ',',
        default_values_t = [0.0, 0.01, 0.04, 0.09, 0.16, 0.25, 0.5, 1.0]
    )]
    pub(crate) skato_rho: Vec<f64>,
}

/// What needs genotypes.
#[derive(clap::Args, Debug)]
#[command(next_help_heading = "Tests")]
pub(crate) struct GenotypeTestArgs {
    /// Burden p-values by at most so many permutations, too; masks stop once theirs is known
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..1 << 40))]
    pub(crate) permute: Option<u64>,
    /// Of the permutations
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(crate) seed: u64,
    /// Where to sum genotypes: auto, cpu or gpu; auto takes a GPU for --permute alone
    #[arg(long, default_value = "auto", value_name = "DEVICE")]
    pub(crate) device: DeviceChoice,
    /// With --format regenie: not its approximations, but the more exact methods of the other
    /// formats
    #[arg(long)]
    pub(crate) exact: bool,
}

/// A test, as it is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum TestName {
    Burden,
    Skat,
    Skato,
    Acatv,
    Acato,
    Gene,
}
