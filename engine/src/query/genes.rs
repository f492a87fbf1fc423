//! Which genes a variant lies in: from a column of the store or from a list of intervals.
//!
//! [`lookup`] finds a gene by any of its names, and its variants.

pub mod lookup;
mod table;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashMap};
use std::io::BufRead;
use std::path::{Path, PathBuf};

use crate::diagnostic::nearest;
use crate::format::FormatError;
use crate::genome::{ContigNames, MAX_POS};
use crate::knowledge::GenePlace;
use crate::query::columns::{self, SEPARATORS};
use crate::query::rows::RowSet;
use crate::store::{Shard, Store};

pub use lookup::{AskedGene, FoundBy, GeneNames};
pub use table::{GENE_TABLE, GeneTable, StoreGene};

pub use crate::query::columns::GENES_LAYER;

/// Why the genes of variants are not known.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum GeneError {
    /// The store has no column of genes.
    #[error(
        "the store has no column GENE: index or annotate it with consequences, or with gene \
         models (annotate --genes), or give a list of genes (CHROM START END NAME)"
    )]
    NoColumn,
    /// The list cannot be read.
    #[error("cannot read the genes of {}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// The reason.
        source: std::io::Error,
    },
    /// A line of the list is not a gene.
    #[error("{}: line {line}: {reason}", path.display())]
    Line {
        /// The file.
        path: PathBuf,
        /// 1-based line.
        line: u64,
        /// What is wrong, and what is expected.
        reason: String,
    },
    /// No variant that was selected lies in the gene.
    #[error("no selected variant lies in gene {gene:?}{}", did_you_mean(similar.as_deref()))]
    Unknown {
        /// The gene.
        gene: String,
        /// The nearest of the genes that are there.
        similar: Option<String>,
    },
    /// No gene goes by the name.
    #[error("no gene {gene:?}{}", did_you_mean_one_of(nearest))]
    NoSuch {
        /// As it was asked for.
        gene: String,
        /// The nearest names, the nearest first.
        nearest: Vec<String>,
    },
    /// Several genes go by the name, none of them by right.
    #[error("{asked:?} is another name of several genes: {}; ask for one of them", candidates.join(", "))]
    Ambiguous {
        /// As it was asked for.
        asked: String,
        /// Their symbols.
        candidates: Vec<String>,
    },
    /// Nothing says which variants lie in the gene.
    #[error(
        "where gene {gene} lies is not known: the store has no genes, and its genome build is \
         not known or the gene has no place on it; annotate it with gene models (genodex \
         annotate --genes FILE)"
    )]
    NoPlace {
        /// Its symbol.
        gene: String,
    },
    /// The store cannot be read.
    #[error("{0}")]
    Format(#[from] FormatError),
}

fn did_you_mean_one_of(nearest: &[String]) -> String {
    match nearest {
        [] => String::new(),
        names => format!("; did you mean {}?", names.join(", ")),
    }
}

fn did_you_mean(similar: Option<&str>) -> String {
    similar.map_or_else(String::new, |s| format!("; did you mean {s:?}?"))
}

/// Says which genes a row lies in.
pub trait GeneOf {
    /// Adds the names of the genes of a row to `out`; none where it lies in none.
    ///
    /// # Errors
    /// [`FormatError`].
    fn genes(&self, shard: &Shard, row: u32, out: &mut Vec<String>) -> Result<(), FormatError>;
}

/// The column `GENE` of a store: what is predicted of a variant (the layer of consequences), and
/// where that says nothing, the genes that it lies in by position (the layer of genes).
#[derive(Debug)]
pub struct GeneColumn<'s> {
    store: &'s Store,
    places: Vec<(usize, usize)>,
}

impl<'s> GeneColumn<'s> {
    /// Finds the column.
    ///
    /// # Errors
    /// [`GeneError::NoColumn`].
    pub fn new(store: &'s Store) -> Result<Self, GeneError> {
        let places = columns::places(store, "GENE");
        if places.is_empty() {
            return Err(GeneError::NoColumn);
        }
        Ok(Self { store, places })
    }
}

impl GeneOf for GeneColumn<'_> {
    fn genes(&self, shard: &Shard, row: u32, out: &mut Vec<String>) -> Result<(), FormatError> {
        // Several genes of one variant stand with `,`, `&` or `;` between them.
        let text = columns::text(self.store, shard, &self.places, row as usize)?;
        let names = text.into_iter().flat_map(|t| t.split(SEPARATORS));
        for name in names.filter(|n| !n.is_empty() && *n != ".") {
            // Two genes may have one symbol.
            if !out.iter().any(|n| n == name) {
                out.push(name.to_owned());
            }
        }
        Ok(())
    }
}

/// Genes as intervals: a variant lies in a gene where it overlaps it.
#[derive(Clone, Debug, Default)]
pub struct GeneList {
    /// By contig of the store: start and end (1-based, closed), name; by start.
    by_contig: HashMap<u32, Vec<(u32, u32, String)>>,
    /// By contig, the length of the longest gene.
    longest: HashMap<u32, u32>,
    /// Contigs that the store does not have, with their lines.
    unknown: BTreeMap<String, u64>,
}

impl GeneList {
    /// Reads lines `CHROM START END NAME`, with tabs or spaces between them. A path that ends in
    /// `.bed` has 0-based half-open intervals; any other, such as plink's `glist-hg38`, 1-based
    /// closed ones. Comments (`#`), `track` and `browser` lines, a byte-order mark and Windows
    /// line ends are passed over.
    ///
    /// # Errors
    /// [`GeneError::Io`], [`GeneError::Line`].
    pub fn read(reader: impl BufRead, path: &Path, store: &Store) -> Result<Self, GeneError> {
        let contigs = &store.manifest().contigs;
        let names = ContigNames::new(contigs.iter().map(|c| c.name.as_str()));
        let name = path
            .file_name()
            .and_then(|n| n.to_str())
            .unwrap_or_default();
        let bed = name.trim_end_matches(".gz").ends_with(".bed");
        let mut list = Self::default();
        for (i, text) in reader.lines().enumerate() {
            let text = text.map_err(|source| GeneError::Io {
                path: path.to_owned(),
                source,
            })?;
            let text = text.trim_start_matches('\u{feff}').trim();
            if text.is_empty()
                || ["#", "track", "browser"]
                    .iter()
                    .any(|p| text.starts_with(p))
            {
                continue;
            }
            let fault = |reason: String| GeneError::Line {
                path: path.to_owned(),
                line: i as u64 + 1,
                reason,
            };
            let mut cells = text.split_ascii_whitespace();
            let (Some(chrom), Some(start), Some(end), Some(gene)) =
                (cells.next(), cells.next(), cells.next(), cells.next())
            else {
                return Err(fault("expected CHROM START END NAME".to_owned()));
            };
            let place = |text: &str, what: &str| {
                let number = text.parse::<u32>().ok().filter(|&n| n <= MAX_POS);
                number.ok_or_else(|| fault(format!("{what} {text:?} is not a position")))
            };
            let (start, end) = (place(start, "START")?, place(end, "END")?);
            let start = start + u32::from(bed);
            if start == 0 || end < start {
                let base = if bed {
                    "0-based, half-open"
                } else {
                    "1-based, closed"
                };
                return Err(fault(format!("START and END are no interval ({base})")));
            }
            match names.find(chrom) {
                // Contigs of a store fit 32 bits.
                Some(contig) => list.add(contig as u32, start, end, gene),
                None => *list.unknown.entry(chrom.to_owned()).or_default() += 1,
            }
        }
        list.by_contig.values_mut().for_each(|genes| genes.sort());
        Ok(list)
    }

    /// One gene in these places; those on contigs that the store does not have are left out.
    #[must_use]
    pub fn of(store: &Store, name: &str, places: &[GenePlace]) -> Self {
        let contigs = &store.manifest().contigs;
        let names = ContigNames::new(contigs.iter().map(|c| c.name.as_str()));
        let mut list = Self::default();
        for place in places {
            match names.find(&place.contig) {
                // Contigs of a store fit 32 bits.
                Some(contig) => list.add(contig as u32, place.start, place.end, name),
                None => *list.unknown.entry(place.contig.clone()).or_default() += 1,
            }
        }
        list.by_contig.values_mut().for_each(|genes| genes.sort());
        list
    }

    fn add(&mut self, contig: u32, start: u32, end: u32, name: &str) {
        let longest = self.longest.entry(contig).or_default();
        *longest = (*longest).max((end - start.min(end)).saturating_add(1));
        let genes = self.by_contig.entry(contig).or_default();
        genes.push((start, end, name.to_owned()));
    }

    /// All genes of another list as well.
    pub fn join(&mut self, other: Self) {
        for (contig, genes) in other.by_contig {
            for (start, end, name) in genes {
                self.add(contig, start, end, &name);
            }
        }
        for (contig, n) in other.unknown {
            *self.unknown.entry(contig).or_default() += n;
        }
        self.by_contig.values_mut().for_each(|genes| genes.sort());
    }

    /// The rows that overlap any of them.
    ///
    /// # Errors
    /// [`FormatError`].
    pub fn rows(&self, store: &Store) -> Result<RowSet, FormatError> {
        let mut rows = RowSet::default();
        let mut names = Vec::new();
        for shard in store.shards() {
            let entry = shard.entry();
            let Some(genes) = self.by_contig.get(&entry.contig) else {
                continue;
            };
            let last = entry.last.saturating_add(entry.longest);
            if !genes.iter().any(|g| g.0 <= last && g.1 >= entry.first) {
                continue;
            }
            let positions = shard.sites()?.positions();
            for &(start, end, _) in genes {
                let first = start.saturating_sub(entry.longest);
                let first = positions.partition_point(|&p| p < first);
                let after = positions.partition_point(|&p| p <= end);
                // Rows of a shard fit 32 bits.
                for row in first as u32..after as u32 {
                    names.clear();
                    self.genes(shard, row, &mut names)?;
                    if !names.is_empty() {
                        rows.insert(shard.index(), row);
                    }
                }
            }
        }
        Ok(rows)
    }

    /// Contigs that the store does not have, and how many genes lie on them.
    #[must_use]
    pub const fn unknown(&self) -> &BTreeMap<String, u64> {
        &self.unknown
    }
}

impl GeneOf for GeneList {
    fn genes(&self, shard: &Shard, row: u32, out: &mut Vec<String>) -> Result<(), FormatError> {
        let contig = shard.entry().contig;
        let sites = shard.sites()?;
        let (Some(genes), true) = (self.by_contig.get(&contig), (row as usize) < sites.len())
        else {
            return Ok(());
        };
        let site = sites.site(row as usize);
        let longest = self.longest.get(&contig).copied().unwrap_or(0);
        let first = genes.partition_point(|g| g.0 < site.pos.saturating_sub(longest));
        for (_, end, name) in genes.iter().skip(first).take_while(|g| g.0 <= site.end) {
            if *end >= site.pos && !out.contains(name) {
                out.push(name.clone());
            }
        }
        Ok(())
    }
}

/// The rows of each gene, by name.
///
/// # Errors
/// [`FormatError`].
pub fn by_gene(
    store: &Store,
    rows: &RowSet,
    genes: &dyn GeneOf,
) -> Result<BTreeMap<String, RowSet>, FormatError> {
    let mut found: BTreeMap<String, RowSet> = BTreeMap::new();
    let mut names = Vec::new();
    for (index, rows) in rows.shards() {
        let shard = store.shard(*index)?;
        for row in rows {
            names.clear();
            genes.genes(shard, row, &mut names)?;
            for name in &names {
                match found.get_mut(name) {
                    Some(rows) => rows.insert(*index, row),
                    None => found.entry(name.clone()).or_default().insert(*index, row),
                }
            }
        }
    }
    Ok(found)
}

/// Keeps the genes of these names, whatever the case they are written in.
///
/// # Errors
/// [`GeneError::Unknown`] where there is none of them, about the first.
pub fn only<S: AsRef<str>>(
    found: &mut BTreeMap<String, RowSet>,
    genes: &[S],
) -> Result<(), GeneError> {
    let asked = |name: &str| genes.iter().any(|g| g.as_ref().eq_ignore_ascii_case(name));
    if !found.keys().any(|name| asked(name)) {
        let gene = genes.first().map_or("", AsRef::as_ref);
        let similar = nearest(gene, found.keys().map(String::as_str)).map(|s| s.to_string());
        return Err(GeneError::Unknown {
            gene: gene.to_owned(),
            similar,
        });
    }
    found.retain(|name, _| asked(name));
    Ok(())
}
