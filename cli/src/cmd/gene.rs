//! Genes that the user names: `--gene`, by symbol, alias, previous symbol or identifier.

use std::path::{Path, PathBuf};

use anyhow::Context;
use genodex_engine::format::FormatError;
use genodex_engine::knowledge::Genes;
use genodex_engine::lines::{LineError, Lines};
use genodex_engine::query::genes::{AskedGene, FoundBy, GeneError, GeneNames, GeneOf};
use genodex_engine::query::rows::RowSet;
use genodex_engine::query::select::Plan;
use genodex_engine::store::{Shard, Store};
use genodex_indexer::sample_table::open_text;

use super::Global;
use crate::knowledge;

/// Names of a file that are told apart in notes; the others are counted.
const NOTES: usize = 5;

/// The genes that a question is about.
#[derive(clap::Args, Clone, Debug)]
pub(crate) struct GeneArgs {
    /// Only variants in these genes, by symbol, alias, previous symbol or identifier (HGNC,
    /// Ensembl, NCBI), with commas between them; @FILE: the genes of a file, one a line
    #[arg(
        short,
        long = "gene",
        value_name = "GENES|@FILE",
        value_delimiter = ','
    )]
    genes_asked: Vec<String>,
    /// Only variants in the genes of a file, one a line
    #[arg(long, value_name = "FILE")]
    gene_file: Option<PathBuf>,
}

/// Genes that were found, and what found them.
pub(crate) struct Asked<'s> {
    pub(crate) names: GeneNames<'s>,
    pub(crate) genes: Vec<AskedGene<'s>>,
}

impl GeneArgs {
    /// Whether any gene was asked for.
    pub(crate) const fn are_given(&self) -> bool {
        !self.genes_asked.is_empty() || self.gene_file.is_some()
    }

    /// The genes asked for; `None` where none was.
    pub(crate) fn find<'s>(
        &self,
        store: &'s Store,
        global: &Global,
    ) -> anyhow::Result<Option<Asked<'s>>> {
        self.find_or(store, global, false)
    }

    /// As [`find`](Self::find); with `own_list`, names may also be those of a list of the user's.
    pub(crate) fn find_or<'s>(
        &self,
        store: &'s Store,
        global: &Global,
        own_list: bool,
    ) -> anyhow::Result<Option<Asked<'s>>> {
        if !self.are_given() {
            return Ok(None);
        }
        let mut texts = Vec::new();
        for text in &self.genes_asked {
            match text.trim().strip_prefix('@') {
                Some(path) => texts.extend(read_names(Path::new(path))?),
                None if text.trim().is_empty() => {}
                None => texts.push((text.trim().to_owned(), None)),
            }
        }
        if let Some(path) = &self.gene_file {
            texts.extend(read_names(path)?);
        }
        anyhow::ensure!(!texts.is_empty(), "--gene: no gene is named");
        let names = names(store)?;
        let (mut genes, mut notes) = (Vec::<AskedGene<'_>>::new(), 0);
        for (text, place) in texts {
            let found = match names.find(&text) {
                Err(GeneError::NoSuch { gene, .. }) if own_list => Ok(AskedGene::literal(&gene)),
                found => found,
            };
            let gene = match place {
                Some((path, line)) => found.with_context(|| format!("{path}: line {line}"))?,
                None => found?,
            };
            if let Some(note) = &gene.note {
                notes += 1;
                if notes <= NOTES {
                    global.note(format_args!("note: {note}"));
                }
            }
            let same = |g: &AskedGene<'_>| g.symbol == gene.symbol;
            if !genes.iter().any(same) {
                genes.push(gene);
            }
        }
        if notes > NOTES {
            let more = notes - NOTES;
            global.note(format_args!(
                "note: {more} more were asked for by another name"
            ));
        }
        Ok(Some(Asked { names, genes }))
    }

    /// The rows of the genes asked for; `None` where none was.
    pub(crate) fn rows(&self, store: &Store, global: &Global) -> anyhow::Result<Option<RowSet>> {
        Ok(match self.find(store, global)? {
            Some(asked) => Some(asked.by_symbol(global)?.rows()),
            None => None,
        })
    }
}

impl Asked<'_> {
    /// Everything that they are called, for lists of genes that are no store's.
    pub(crate) fn names_of_all(&self) -> Vec<String> {
        let of = |g: &AskedGene<'_>| {
            let mut names = vec![g.symbol.clone(), g.asked.clone()];
            if let Some(known) = g.known {
                names.extend(self.names.own_names(known));
            }
            names
        };
        self.genes.iter().flat_map(of).collect()
    }

    /// Which of them a row lies in, under their symbols.
    pub(crate) fn by_symbol(&self, global: &Global) -> anyhow::Result<GenesByRow> {
        let mut found = Vec::new();
        for gene in &self.genes {
            found.push((gene.symbol.clone(), rows_of(&self.names, gene, global)?));
        }
        Ok(GenesByRow(found))
    }
}

/// Genes with their rows.
pub(crate) struct GenesByRow(Vec<(String, RowSet)>);

impl GenesByRow {
    /// The rows of all of them.
    pub(crate) fn rows(&self) -> RowSet {
        let all = self.0.iter();
        all.fold(RowSet::default(), |rows, (_, more)| rows | more)
    }
}

impl GeneOf for GenesByRow {
    fn genes(&self, shard: &Shard, row: u32, out: &mut Vec<String>) -> Result<(), FormatError> {
        let found = self.0.iter().filter(|g| g.1.contains(shard.index(), row));
        out.extend(found.map(|g| g.0.clone()));
        Ok(())
    }
}

/// What the store and the program know genes by.
pub(crate) fn names(store: &Store) -> anyhow::Result<GeneNames<'_>> {
    let known: &'static Genes = knowledge::shipped()?.genes()?;
    Ok(GeneNames::new(store, Some(known))?)
}

/// The rows of a gene, with a note where they are not by the column `GENE`.
pub(crate) fn rows_of(
    names: &GeneNames<'_>,
    gene: &AskedGene<'_>,
    global: &Global,
) -> anyhow::Result<RowSet> {
    let (rows, found_by) = names.rows(gene)?;
    if rows.is_empty() {
        global.note(format_args!(
            "note: no variant of the store lies in {}",
            gene.symbol
        ));
    } else {
        say_place(&found_by, gene, names.has_column(), global);
    }
    Ok(rows)
}

fn say_place(found_by: &FoundBy, gene: &AskedGene<'_>, has_column: bool, global: &Global) {
    let why = if has_column {
        "no variant has it in GENE"
    } else {
        "the store has no column GENE"
    };
    let symbol = &gene.symbol;
    match found_by {
        FoundBy::Column => {}
        FoundBy::Table(places) => {
            let places: Vec<String> = places.iter().map(ToString::to_string).collect();
            let places = places.join(", ");
            global.note(format_args!(
                "note: {symbol}: {why}; taken are variants in {places}, by the store's gene table"
            ));
        }
        FoundBy::Known(place) => global.note(format_args!(
            "note: {symbol}: {why}; taken are variants in {place}, where it lies on the store's \
             genome build"
        )),
    }
}

/// Says of texts that `GENE` is compared with where no variant has them, but has the same gene
/// under another name: an expression means what it says.
pub(crate) fn warn_of_names(plan: &Plan<'_>, store: &Store, global: &Global) -> anyhow::Result<()> {
    let texts = plan.texts_of_column("GENE");
    if texts.is_empty() || global.quiet {
        return Ok(());
    }
    let there = genodex_engine::query::columns::values(store, "GENE")?;
    let absent: Vec<&str> = (texts.into_iter())
        .filter(|t| *t != "." && !there.contains(*t))
        .collect();
    if absent.is_empty() {
        return Ok(());
    }
    let names = names(store)?;
    for text in absent {
        if let Some(others) = names.also_called(text) {
            let others: Vec<String> = others.iter().map(|o| format!("{o:?}")).collect();
            global.note(format_args!(
                "warning: no variant has GENE {text:?}, but the store has {}, the same gene: \
                 --gene {text} finds it by any name",
                others.join(", ")
            ));
        }
    }
    Ok(())
}

/// A name of a file, and where it stands.
type Named = (String, Option<(String, u64)>);

/// The first word of each line; comments and blank lines are passed over.
fn read_names(path: &Path) -> anyhow::Result<Vec<Named>> {
    let reader = open_text(path).with_context(|| format!("cannot open {}", path.display()))?;
    let mut lines = Lines::new(reader);
    let shown = path.display().to_string();
    let mut names = Vec::new();
    loop {
        match lines.next_line() {
            Ok(None) => break,
            Ok(Some((line, number))) => {
                let word = line.split_whitespace().next().unwrap_or_default();
                if !word.is_empty() && !word.starts_with('#') {
                    names.push((word.to_owned(), Some((shown.clone(), number))));
                }
            }
            Err(LineError::Io(error)) => {
                return Err(error).with_context(|| format!("cannot read {shown}"));
            }
            Err(LineError::Line(line, reason)) => anyhow::bail!("{shown}: line {line}: {reason}"),
        }
    }
    anyhow::ensure!(!names.is_empty(), "{shown}: there is no gene in it");
    Ok(names)
}
