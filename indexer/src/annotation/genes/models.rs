//! Genes by contig and position, and by name.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::fmt;

use genodex_engine::diagnostic::nearest;
use genodex_engine::genome::canonical_name;

use super::GeneFileError;

/// Which strand a gene is read from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Strand {
    /// The reference's own.
    Plus,
    /// The other.
    Minus,
}

impl fmt::Display for Strand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Plus => "+",
            Self::Minus => "-",
        })
    }
}

/// The transcript that stands for a gene: MANE Select, else Ensembl's canonical, else that with
/// the most coding bases, then exonic bases, then the first of the file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GeneTranscript {
    /// Its identifier.
    pub id: String,
    /// Exons, 1-based and closed, ascending.
    pub exons: Vec<(u32, u32)>,
    /// Coding parts, 1-based and closed, ascending.
    pub coding: Vec<(u32, u32)>,
}

/// A gene.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gene {
    /// Symbol; the identifier where the file has none.
    pub symbol: String,
    /// Identifier: Ensembl's without its version, RefSeq's as `GeneID:675`; the symbol where the
    /// file has none.
    pub id: String,
    /// Contig, as the file names it.
    pub contig: String,
    /// 1-based first position.
    pub start: u32,
    /// 1-based last position.
    pub end: u32,
    /// Strand, where the file says.
    pub strand: Option<Strand>,
    /// Biotype, where the file says.
    pub biotype: Option<String>,
    /// Transcripts; 0 where the file has none.
    pub transcripts: u32,
    /// The transcript that stands for it, where the file has transcripts.
    pub transcript: Option<GeneTranscript>,
}

impl Gene {
    /// Whether it makes a protein; as far as the file says.
    #[must_use]
    pub fn is_protein_coding(&self) -> bool {
        self.biotype.as_deref() == Some("protein_coding")
    }

    /// Bases between it and `start..=end`; 0 where they overlap, 1 where they touch.
    #[must_use]
    pub const fn distance(&self, start: u32, end: u32) -> u32 {
        if end < self.start {
            self.start - end
        } else {
            start.saturating_sub(self.end)
        }
    }
}

/// The genes of one contig: those of a range, and how far they reach.
#[derive(Clone, Debug, Default)]
struct ContigGenes {
    /// Ascending by start.
    genes: Vec<Gene>,
    /// The largest end of the genes up to each.
    reach: Vec<u32>,
}

/// All genes of a file.
#[derive(Clone, Debug, Default)]
pub struct GeneModels {
    /// By canonical name of the contig.
    contigs: HashMap<String, ContigGenes>,
    /// Canonical name and place of genes, by upper-case symbol and identifier.
    names: HashMap<String, Vec<(String, usize)>>,
    warnings: Vec<String>,
}

impl GeneModels {
    /// From genes in any order.
    #[must_use]
    pub fn new(genes: impl IntoIterator<Item = Gene>) -> Self {
        let mut contigs: HashMap<String, ContigGenes> = HashMap::new();
        for gene in genes {
            let contig = contigs.entry(canonical_name(&gene.contig)).or_default();
            contig.genes.push(gene);
        }
        let mut names: HashMap<String, Vec<(String, usize)>> = HashMap::new();
        for (name, contig) in &mut contigs {
            let order = |a: &Gene, b: &Gene| {
                (a.start, a.end, &a.symbol, &a.id).cmp(&(b.start, b.end, &b.symbol, &b.id))
            };
            contig.genes.sort_by(order);
            let mut last = 0;
            for (place, gene) in contig.genes.iter().enumerate() {
                last = gene.end.max(last);
                contig.reach.push(last);
                let mut called = |text: &str| {
                    let places = names.entry(text.to_uppercase()).or_default();
                    places.push((name.clone(), place));
                };
                called(&gene.symbol);
                if !gene.id.eq_ignore_ascii_case(&gene.symbol) {
                    called(&gene.id);
                }
            }
        }
        for places in names.values_mut() {
            places.sort();
        }
        Self {
            contigs,
            names,
            warnings: Vec::new(),
        }
    }

    pub(super) fn with_warnings(mut self, warnings: Vec<String>) -> Self {
        self.warnings = warnings;
        self
    }

    /// Things that are odd but were understood.
    #[must_use]
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }

    /// Genes.
    #[must_use]
    pub fn len(&self) -> usize {
        self.contigs.values().map(|c| c.genes.len()).sum()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The genes of a contig, by name or alias, ascending by start.
    #[must_use]
    pub fn on(&self, contig: &str) -> &[Gene] {
        self.contigs
            .get(&canonical_name(contig))
            .map_or(&[], |c| &c.genes)
    }

    /// The genes that share a base with `start..=end` (1-based, closed): protein-coding ones
    /// first, then by start, then by symbol.
    #[must_use]
    pub fn overlapping(&self, contig: &str, start: u32, end: u32) -> Vec<&Gene> {
        self.near(contig, start, end, 0)
    }

    /// The genes at most `distance` bases from `start..=end` (1-based, closed): those that
    /// overlap it first, then by distance; of equal ones the protein-coding first, then by
    /// start, then by symbol.
    #[must_use]
    pub fn near(&self, contig: &str, start: u32, end: u32, distance: u32) -> Vec<&Gene> {
        let Some(contig) = self.contigs.get(&canonical_name(contig)) else {
            return Vec::new();
        };
        let end = end.max(start);
        let last = end.saturating_add(distance);
        let first = start.saturating_sub(distance);
        let after = contig.genes.partition_point(|g| g.start <= last);
        let before = contig.genes[..after].iter().zip(&contig.reach).rev();
        let mut found: Vec<&Gene> = before
            .take_while(|(_, reach)| **reach >= first)
            .map(|(gene, _)| gene)
            .filter(|gene| gene.end >= first)
            .collect();
        found.sort_by(|a, b| {
            let order = |g: &Gene| {
                let distance = g.distance(start, end);
                (distance, Reverse(g.is_protein_coding()), g.start)
            };
            (order(a), &a.symbol, &a.id).cmp(&(order(b), &b.symbol, &b.id))
        });
        found
    }

    /// The genes of a symbol or identifier (with or without its version), whatever its case;
    /// several where several contigs have one (X and Y), or a symbol is used twice.
    ///
    /// # Errors
    /// [`GeneFileError::UnknownGene`], with the most similar symbol.
    pub fn find(&self, name: &str) -> Result<Vec<&Gene>, GeneFileError> {
        let upper = name.trim().to_uppercase();
        let places = self.names.get(&upper).or_else(|| {
            let (bare, _) = upper.split_once('.')?;
            self.names.get(bare)
        });
        let Some(places) = places else {
            // The same answer whatever the order of the map.
            let mut symbols: Vec<&str> = self.genes().map(|g| g.symbol.as_str()).collect();
            symbols.sort_unstable();
            return Err(GeneFileError::UnknownGene {
                name: name.to_owned(),
                nearest: nearest(name, symbols).map(str::to_owned),
            });
        };
        let gene = |(contig, place): &(String, usize)| self.contigs.get(contig)?.genes.get(*place);
        Ok(places.iter().filter_map(gene).collect())
    }

    /// All genes, contigs in no order.
    pub fn genes(&self) -> impl Iterator<Item = &Gene> {
        self.contigs.values().flat_map(|c| &c.genes)
    }
}
