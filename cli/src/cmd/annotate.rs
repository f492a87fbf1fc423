//! `genodex annotate`: layers for a store that is there.

use std::path::PathBuf;

use anyhow::bail;
use genodex_engine::format::disk::OsDisk;
use genodex_indexer::annotate::{
    AnnotateOptions, FromFile, GeneReport, GeneSource, Step, StepReport, annotate, default_name,
};
use genodex_indexer::import::InfoSelection;

use super::{Global, PROGRAM};
use crate::knowledge;
use crate::progress::Progress;

/// Contigs that are named where the store has not got them; the others are counted.
const ABSENT: usize = 5;

/// Add annotations to a store
///
/// Makes a new generation in which only annotation layers are new. INFO of another file is taken
/// for the same alleles: left-aligned and trimmed with --fasta, trimmed alone without.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  genodex annotate cohort.gdx --from clinvar.vcf.gz --info CLNSIG,CLNDN
  genodex annotate cohort.gdx --from gnomad.bcf --info GNOMAD_AF:=AF --layer gnomad
  genodex annotate cohort.gdx --consequence
  genodex annotate cohort.gdx --from vep.vcf.gz --consequence --replace
  genodex annotate cohort.gdx --genes gencode.v44.annotation.gtf.gz
  genodex annotate cohort.gdx --knowledge my-ontologies/
  genodex annotate cohort.gdx --remove clinvar")]
pub(crate) struct Args {
    /// The store
    #[arg(value_name = "STORE")]
    store: PathBuf,
    /// VCF or BCF file, sorted, whose INFO is taken for the same alleles
    #[arg(long, value_name = "FILE")]
    from: Option<PathBuf>,
    /// Fields to take, joined by commas; NEW:=OLD renames; ^ before the first: to leave out
    #[arg(long, value_name = "[^]LIST", requires = "from")]
    info: Option<String>,
    /// Name of the layer [default: the start of the file's name]
    #[arg(long, value_name = "NAME", requires = "from")]
    layer: Option<String>,
    /// Reference (FASTA) on which the file's alleles are left-aligned
    #[arg(short, long, value_name = "FASTA", requires = "from")]
    fasta: Option<PathBuf>,
    /// Columns GENE, CONSEQUENCE, LOF and more from the consequences that VEP, SnpEff or bcftools
    /// csq predicted: those of the store's INFO, or of --from
    #[arg(long, conflicts_with_all = ["info", "layer"])]
    consequence: bool,
    /// Gene models: GFF3 or GTF (GENCODE, Ensembl, RefSeq), BED, or plink's glist. Columns GENE
    /// and GENE_ID of the genes that a variant overlaps, where no consequence names one; and
    /// where genes lie, for --gene
    #[arg(long, value_name = "FILE")]
    genes: Option<PathBuf>,
    /// Bases before and after a gene in which a variant counts as its
    #[arg(
        long,
        value_name = "BASES",
        default_value = "0",
        requires = "genes",
        value_parser = clap::value_parser!(u32).range(0..=10_000_000)
    )]
    gene_flank: u32,
    /// Search by the names of these files (genes.tsv, hp.obo, mondo.obo, hgnc_complete_set.txt and
    /// others) in place of those that travel with the program
    #[arg(long, value_name = "FOLDER", conflicts_with = "no_knowledge")]
    knowledge: Option<PathBuf>,
    /// Search by the names that travel with the program again
    #[arg(long)]
    no_knowledge: bool,
    /// Layer to take away
    #[arg(long, value_name = "LAYER")]
    remove: Vec<String>,
    /// Replace a layer of the same name
    #[arg(long)]
    replace: bool,
}

pub(crate) fn run(args: &Args, global: &Global) -> anyhow::Result<()> {
    let steps = args.steps(global)?;
    if steps.is_empty() {
        bail!(
            "nothing to do: give --from FILE, --consequence, --genes FILE, --knowledge FOLDER or \
             --remove LAYER"
        );
    }
    let options = AnnotateOptions {
        threads: rayon::current_num_threads(),
        replace: args.replace,
        program: PROGRAM.to_owned(),
        given: args.given(),
    };
    let total = args.from.as_ref().and_then(|p| p.metadata().ok());
    let report = {
        let progress = match total {
            Some(file) => Progress::bytes(global, "Reading", file.len()),
            None => Progress::spinner(global, "Reading", "bytes"),
        };
        annotate(&OsDisk, &args.store, &steps, &options, &mut |bytes| {
            progress.set(bytes);
        })?
    };
    for warning in &report.warnings {
        global.note(format_args!("warning: {warning}"));
    }
    for (step, done) in steps.iter().zip(&report.steps) {
        match step {
            Step::Remove(name) => global.note(format_args!("layer {name} removed")),
            Step::TextIndex(Some(_)) => global.note("search knows the names of the folder"),
            Step::TextIndex(None) => global.note("search knows the program's own names"),
            _ => print_step(done, global),
        }
    }
    global.note(format_args!(
        "{}: generation {}",
        args.store.display(),
        report.generation
    ));
    Ok(())
}

impl Args {
    fn steps(&self, global: &Global) -> anyhow::Result<Vec<Step>> {
        let mut steps: Vec<Step> = self.remove.iter().cloned().map(Step::Remove).collect();
        match &self.from {
            Some(path) => {
                let (info, rename) = selection(self.info.as_deref())?;
                steps.push(Step::From(FromFile {
                    path: path.clone(),
                    info,
                    rename,
                    layer: self.layer.clone().unwrap_or_else(|| default_name(path)),
                    consequence: self.consequence,
                    fasta: self.fasta.clone(),
                }));
            }
            None if self.consequence => steps.push(Step::Consequence),
            None => {}
        }
        if let Some(path) = &self.genes {
            let source = GeneSource::read(path, self.gene_flank)?;
            steps.push(Step::Genes(Box::new(source)));
        }
        if let Some(folder) = &self.knowledge {
            let known = knowledge::with_folder(folder, global)?;
            let index = knowledge::build_index(&known, global)?;
            steps.push(Step::TextIndex(Some(index)));
        } else if self.no_knowledge {
            steps.push(Step::TextIndex(None));
        }
        Ok(steps)
    }

    fn given(&self) -> Vec<String> {
        let mut out = Vec::new();
        let mut add = |name: &str, value: Option<String>| {
            out.extend(value.map(|v| format!("{name}={v}")));
        };
        let path = |p: &Option<PathBuf>| p.as_ref().map(|p| p.display().to_string());
        add("--from", path(&self.from));
        add("--info", self.info.clone());
        add("--layer", self.layer.clone());
        add("--fasta", path(&self.fasta));
        add("--genes", path(&self.genes));
        let flank = (self.gene_flank > 0).then(|| self.gene_flank.to_string());
        add("--gene-flank", flank);
        add("--knowledge", path(&self.knowledge));
        for name in &self.remove {
            add("--remove", Some(name.clone()));
        }
        if self.consequence {
            out.push("--consequence".to_owned());
        }
        if self.no_knowledge {
            out.push("--no-knowledge".to_owned());
        }
        if self.replace {
            out.push("--replace".to_owned());
        }
        out
    }
}

/// New and old names of fields.
type Renames = Vec<(String, String)>;

/// The fields that `--info` names.
fn selection(text: Option<&str>) -> anyhow::Result<(InfoSelection, Renames)> {
    let text = text.unwrap_or_default();
    let plain = |n: &str| {
        n.trim()
            .strip_prefix("INFO/")
            .unwrap_or(n.trim())
            .to_owned()
    };
    let names = |text: &str| {
        let names = text.split(',').map(plain).filter(|n| !n.is_empty());
        names.collect::<Vec<_>>()
    };
    if let Some(text) = text.strip_prefix('^') {
        if text.contains(":=") {
            bail!("--info ^LIST leaves fields out: it cannot rename them");
        }
        return Ok((InfoSelection::Except(names(text)), Vec::new()));
    }
    let (mut only, mut renames) = (Vec::new(), Vec::new());
    for name in names(text) {
        match name.split_once(":=") {
            None => only.push(name),
            Some((new, old)) if !new.is_empty() && !old.is_empty() => {
                let old = plain(old);
                renames.push((plain(new), old.clone()));
                only.push(old);
            }
            Some(_) => bail!("--info {name}: a name is missing beside :="),
        }
    }
    let selection = if only.is_empty() {
        InfoSelection::All
    } else {
        InfoSelection::Only(only)
    };
    Ok((selection, renames))
}

/// What became of a source's alleles, one kind on a line.
pub(super) fn print_step(step: &StepReport, global: &Global) {
    let line = |n: u64, what: &str| {
        if n > 0 {
            global.note(format_args!("{n:>12} {what}"));
        }
    };
    if let Some(m) = &step.matching {
        line(m.records, "records read");
        line(m.alleles, "alleles on the store's contigs");
        line(m.matched_alleles, "of them are the store's");
        line(m.unmatched_alleles(), "of them are not");
        line(m.unmatched_rows(), "variants of the store without a record");
        line(m.duplicates, "alleles repeated, of which the first counts");
        line(m.no_alternate, "records without an ALT, skipped");
        line(m.not_alleles, "ALTs *, <*> or <NON_REF>, skipped");
        line(m.mismatches, "alleles whose REF is not the reference's");
        line(m.far_moved, "alleles moved too far by left-alignment");
        for (contig, n) in m.absent_contigs.iter().take(5) {
            line(
                *n,
                &format!("records on {contig}, which the store has not got"),
            );
        }
        for example in m.duplicate.iter().chain(&m.mismatch) {
            global.note(format_args!("note: {example}"));
        }
    }
    for (tally, n) in step.tallies.iter() {
        line(n, tally.label());
    }
    if let Some(c) = &step.consequences {
        line(c.entries, "consequences read");
        line(
            c.unmatched,
            "consequences of none of the record's ALTs, not shown",
        );
        line(
            c.malformed,
            "consequences with another number of parts than the header says",
        );
        line(
            c.unknown_terms,
            "consequences with an unknown term, ranked below all others",
        );
    }
    if let Some(genes) = &step.genes {
        print_genes(genes, global);
    }
    global.note(format_args!(
        "layer {}: {} variants have values",
        step.layer, step.rows
    ));
}

/// What became of genes, one kind on a line.
fn print_genes(report: &GeneReport, global: &Global) {
    let line = |n: u64, what: &str| global.note(format_args!("{n:>12} {what}"));
    line(report.genes, "genes read");
    if report.in_several > 0 {
        line(report.in_several, "variants lie in several genes");
    }
    let mut absent: Vec<(&String, &u64)> = report.absent_contigs.iter().collect();
    absent.sort_by(|a, b| (b.1, a.0).cmp(&(a.1, b.0)));
    let (shown, rest) = absent.split_at(absent.len().min(ABSENT));
    for (contig, n) in shown {
        let what = format!("genes on {contig}, which the store has not got");
        line(**n, &what);
    }
    if !rest.is_empty() {
        let n = rest.iter().map(|(_, n)| **n).sum();
        let what = format!(
            "genes on {} more contigs that the store has not got",
            rest.len()
        );
        line(n, &what);
    }
}
