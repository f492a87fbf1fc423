//! What `burden` and `assoc` have in common. regenie's spellings are understood beside ours.

use std::path::PathBuf;

use genodex_engine::query::burden::Correction;
use genodex_engine::stats::chi_square_of_log10p;

/// Traits and covariates.
#[derive(clap::Args, Debug)]
#[command(next_help_heading = "Traits and covariates")]
pub(crate) struct TraitArgs {
    /// Traits: a table with FID, IID and a column for each trait; NA is missing [default: the
    /// store's sample table]
    #[arg(long, alias = "phenoFile", value_name = "FILE")]
    pub(crate) pheno: Option<PathBuf>,
    /// The traits, by column, with commas between them; PC{1:4} stands for PC1,PC2,PC3,PC4
    /// [default: every column of --pheno]
    #[arg(
        long,
        aliases = ["phenoCol", "phenoColList"],
        value_name = "NAMES",
        value_delimiter = ','
    )]
    pub(crate) pheno_col: Vec<String>,
    /// Quantitative traits [default]
    #[arg(long, conflicts_with = "bt")]
    pub(crate) qt: bool,
    /// Binary traits: 0 control, 1 case
    #[arg(long)]
    pub(crate) bt: bool,
    /// Binary traits are coded 1 control, 2 case
    #[arg(long = "cc12", requires = "bt")]
    pub(crate) cc12: bool,
    /// Quantitative traits by the rank-based inverse normal transformation
    #[arg(long, conflicts_with = "bt")]
    pub(crate) apply_rint: bool,
    /// Covariates: a table with FID, IID and a column for each
    #[arg(long, alias = "covarFile", value_name = "FILE")]
    pub(crate) covar: Option<PathBuf>,
    /// The covariates, by column; without --covar, of the store's sample table [default: every
    /// column of --covar]
    #[arg(
        long,
        aliases = ["covarCol", "covarColList"],
        value_name = "NAMES",
        value_delimiter = ','
    )]
    pub(crate) covar_col: Vec<String>,
    /// Covariates whose values are categories
    #[arg(
        long,
        alias = "catCovarList",
        value_name = "NAMES",
        value_delimiter = ','
    )]
    pub(crate) cat_covar: Vec<String>,
    /// Conditional on these variants: their genotypes are covariates; IDs or CHROM:POS:REF:ALT,
    /// with commas between them, or @FILE
    #[arg(
        long,
        aliases = ["conditional", "condition-list"],
        value_name = "VARIANTS|@FILE",
        value_delimiter = ','
    )]
    pub(crate) condition: Vec<String>,
    /// Predictions of regenie's step 1, taken off each trait: lines of TRAIT FILE.loco
    #[arg(long, value_name = "LIST")]
    pub(crate) pred: Option<PathBuf>,
    /// No predictions of step 1 [default]
    #[arg(long, hide = true, conflicts_with = "pred")]
    pub(crate) ignore_pred: bool,
    /// Leave out people with any trait missing
    #[arg(long)]
    pub(crate) strict: bool,
    /// Only these people: an expression over the sample table, or @FILE of sample ids
    #[arg(long, value_name = "EXPR|@FILE")]
    pub(crate) keep: Option<String>,
    /// Without these people: an expression over the sample table, or @FILE of sample ids
    #[arg(long, value_name = "EXPR|@FILE")]
    pub(crate) remove: Option<String>,
}

/// What is done about binary traits' score tests that are not to be trusted.
#[derive(clap::Args, Debug)]
#[command(next_help_heading = "Tests")]
pub(crate) struct CorrectionArgs {
    /// Binary traits: Firth's penalised likelihood where the score test's p-value is small
    #[arg(long, requires = "bt", conflicts_with = "spa")]
    pub(crate) firth: bool,
    /// Firth by an approximation that estimates covariates once [always on]
    #[arg(long, hide = true)]
    pub(crate) approx: bool,
    /// Standard errors that fit the p-value of Firth's likelihood ratio [default: those of its
    /// information]
    #[arg(long, requires = "firth")]
    pub(crate) firth_se: bool,
    /// Binary traits: the saddlepoint approximation where the score test's p-value is small
    #[arg(long, requires = "bt")]
    pub(crate) spa: bool,
    /// The p-value below which Firth or the saddlepoint approximation is used
    #[arg(
        long = "p-threshold",
        alias = "pThresh",
        value_name = "P",
        default_value_t = 0.05
    )]
    pub(crate) p_threshold: f64,
}

impl CorrectionArgs {
    /// What is asked for.
    pub(crate) fn correction(&self) -> anyhow::Result<Correction> {
        let p = self.p_threshold;
        anyhow::ensure!(
            p > 0.0 && p <= 1.0,
            "--p-threshold {p}: a p-value above 0 and up to 1"
        );
        let from = chi_square_of_log10p(-p.log10());
        Ok(if self.firth {
            Correction::Firth {
                from,
                own_se: !self.firth_se,
            }
        } else if self.spa {
            Correction::Saddlepoint { from }
        } else {
            Correction::None
        })
    }
}

/// A number of copies: not below zero.
pub(crate) fn count(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(n) if n.is_finite() && n >= 0.0 => Ok(n),
        _ => Err("a number of 0 or more".to_owned()),
    }
}
