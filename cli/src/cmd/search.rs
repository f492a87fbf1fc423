//! `genodex search`: from a name to what it names.

mod in_store;
mod show;
mod vocabulary;

use std::path::{Path, PathBuf};

use clap::ValueEnum;
use genodex_engine::query::text::{
    Count, Counts, FoundVariant, Hit, Kind, Query, SampleCounts, TextError, TextIndex, VariantName,
    merge,
};
use genodex_engine::store::Store;

use self::in_store::InStore;
use self::show::{Found, Style};
use super::Global;
use crate::knowledge;

/// Find genes, diseases, phenotypes, variants, cohorts and columns by name
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// The store
    #[arg(value_name = "STORE")]
    store: PathBuf,
    /// What to find, in English or Japanese; field:value conditions are met by all hits
    #[arg(value_name = "TEXT", required = true, num_args = 1..)]
    text: Vec<String>,
    /// Only things of this kind
    #[arg(long, value_name = "KIND")]
    kind: Option<KindChoice>,
    /// Hits, at most
    #[arg(short = 'n', long, value_name = "N", default_value = "10")]
    limit: usize,
    /// Complete TEXT, as while it is typed: names that begin so come first
    #[arg(long)]
    suggest: bool,
    /// Output format [default: table on a terminal, tsv in a pipe]
    #[arg(long, value_name = "FORMAT")]
    format: Option<Style>,
    /// Output file [default: standard output]
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum KindChoice {
    Gene,
    Disease,
    Phenotype,
    Variant,
    Cohort,
    Column,
}

impl From<KindChoice> for Kind {
    fn from(kind: KindChoice) -> Self {
        match kind {
            KindChoice::Gene => Self::Gene,
            KindChoice::Disease => Self::Disease,
            KindChoice::Phenotype => Self::Phenotype,
            KindChoice::Variant => Self::Variant,
            KindChoice::Cohort => Self::Cohort,
            KindChoice::Column => Self::Column,
        }
    }
}

const EXAMPLES: &str = "\
Names of genes (HGNC), diseases (Mondo, NANDO) and phenotypes (HPO) travel with the program. The
first search indexes them, in some seconds; they are kept in the user's cache folder, or in
$GENODEX_CACHE. annotate --knowledge puts others in a store.

Better matches come first: a name as a whole, words in a row, beginnings, words in any order,
and, where there is nothing else, names that differ in a few letters. British and American
spelling, hyphens, case, width, katakana and hiragana do not matter. Beside a hit stands what it
counts for in the store: people, variants of a gene that anybody has, or copies of ALT and
called alleles (AC, AN). Conditions alone (column:value) find the variants that meet them all.

Examples:
  genodex search cohort.gdx ALS
  genodex search cohort.gdx もやもや病
  genodex search cohort.gdx 'gene:PCSK9 kind:disease'
  genodex search cohort.gdx 'gene:BRCA2 clinsig:pathogenic'
  genodex search cohort.gdx 'LDLR p.Arg3Trp'
  genodex search cohort.gdx chr22-16050822-G-A
  genodex search cohort.gdx rs587755077 --format json
  genodex search cohort.gdx --suggest hypertro
";

pub(crate) fn run(args: Args, global: &Global) -> anyhow::Result<()> {
    let store = Store::open(&args.store)?;
    let text = args.text.join(" ");
    let counts = SampleCounts::new(store.samples(), store.active());
    let terms = match counts.has_codes() {
        true => Some(knowledge::shipped()?.terms()?),
        false => None,
    };
    let below = move |id: &str| -> Vec<String> {
        let below = terms.into_iter().flat_map(|terms| terms.descendants(id));
        below.map(|term| term.id.clone()).collect()
    };
    let counts = counts.with_descendants(&below);
    let own = TextIndex::open(&TextIndex::build(counts.documents())?)?;
    let vocabulary = vocabulary::open(&store, global)?;
    let indexes = [&vocabulary, &own];

    let mut in_store = InStore::new(&store);
    let query = parse(&indexes, &in_store, &text)?
        .with_kind(args.kind.map(Kind::from))
        .with_limit(args.limit);
    let hits = find(&indexes, &query, &args)?;
    let variants = in_store.variants(&query, args.limit)?;
    let named = query.variant().is_some();
    let mut found: Vec<Found> = Vec::new();
    for hit in hits {
        let mut counts = counts.counts(&hit.document);
        counts.extend(in_store.counts(&hit.document)?);
        found.push(Found { hit, counts });
    }
    // A variant that was named comes before what only resembles the name; those that meet
    // conditions come after what is about them.
    let place = if named { 0 } else { found.len() };
    found.splice(place..place, variants.into_iter().map(Found::variant));
    found.truncate(args.limit);
    if found.is_empty() {
        nothing(&indexes, &store, &query, &text, global)?;
    }
    let style = args
        .format
        .unwrap_or_else(|| Style::default_for(args.output.as_deref()));
    show::write(
        &found,
        query.is_japanese(),
        style,
        args.output.as_deref().map(Path::new),
    )
}

/// Understands the text by the fields of all indexes.
fn parse(indexes: &[&TextIndex], in_store: &InStore<'_>, text: &str) -> Result<Query, TextError> {
    let mut fields: Vec<String> = indexes.iter().flat_map(|i| i.fields()).cloned().collect();
    fields.extend(in_store.fields());
    fields.sort();
    fields.dedup();
    Query::parse_with(text, &fields)
}

fn find(indexes: &[&TextIndex], query: &Query, args: &Args) -> anyhow::Result<Vec<Hit>> {
    let answers = indexes.iter().map(|index| match args.suggest {
        true => index.complete(query),
        false => index.search(query),
    });
    let answers = answers.collect::<Result<Vec<_>, TextError>>()?;
    Ok(merge(answers, args.limit))
}

/// Says that there is nothing, and what there is instead.
fn nothing(
    indexes: &[&TextIndex],
    store: &Store,
    query: &Query,
    text: &str,
    global: &Global,
) -> anyhow::Result<()> {
    global.note(format_args!("nothing found for {text:?}"));
    match query.variant() {
        Some(VariantName::Place { contig, .. }) => {
            let contigs = &store.manifest().contigs;
            let names =
                genodex_engine::genome::ContigNames::new(contigs.iter().map(|c| c.name.as_str()));
            if names.find(contig).is_none() {
                let mut known: Vec<_> = (store.shards().iter())
                    .filter_map(|s| contigs.get(s.entry().contig as usize))
                    .map(|c| c.name.as_str())
                    .collect();
                known.dedup();
                global.note(format_args!(
                    "the store has no contig {contig:?}; it has {}",
                    known.join(", ")
                ));
            }
        }
        Some(VariantName::Hgvs { .. }) => global.note(
            "descriptions by HGVS' rules are those of the store's annotations (HGVSC, HGVSP, \
             CLNHGVS): see genodex annotate",
        ),
        Some(VariantName::Rsid(_)) => {}
        None => {
            // Beginnings of what was typed, the longest that begins something.
            let chars: Vec<char> = text.chars().collect();
            for end in (2..chars.len()).rev() {
                let start: String = chars.iter().take(end).collect();
                let answers = indexes.iter().map(|index| index.suggest(&start, 5));
                let hits = merge(answers.collect::<Result<Vec<_>, _>>()?, 5);
                if !hits.is_empty() {
                    let names: Vec<_> = hits.iter().map(|h| h.name.as_str()).collect();
                    global.note(format_args!("nearest: {}", names.join("; ")));
                    break;
                }
            }
        }
    }
    Ok(())
}

impl Found {
    fn variant(found: FoundVariant) -> Self {
        Self {
            hit: Hit::exact(found.document),
            counts: found.counts,
        }
    }

    /// A number by what it counts.
    fn count(&self, what: &str) -> Option<u64> {
        let count = self.counts.iter().find(|c: &&Count| c.what == what);
        count.map(|c| c.value)
    }
}
