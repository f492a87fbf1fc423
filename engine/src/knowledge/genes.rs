//! All genes, and finding one by any of its names.

use std::collections::HashMap;

use super::gene::{Constraint, Gene, GenePlace};
use super::table::{Row, Table};
use super::{File, KnowledgeError, LookupError, bytes};

/// Names offered where nothing goes by a name.
const OFFERED: usize = 3;
/// Nothing longer is the name of a gene.
const MAX_NAME: usize = 64;

/// How a gene was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Via {
    /// By its approved symbol.
    Symbol,
    /// By an identifier of HGNC, Ensembl or NCBI.
    Identifier,
    /// By a symbol that was approved once.
    Previous,
    /// By another symbol.
    Alias,
}

/// A gene that was found.
#[derive(Clone, Debug)]
pub struct FoundGene<'k> {
    /// The gene.
    pub gene: &'k Gene,
    /// What was asked for.
    pub asked: String,
    /// How it was found.
    pub via: Via,
}

impl FoundGene<'_> {
    /// What to tell the person who asked, where it was not by symbol or identifier.
    #[must_use]
    pub fn note(&self) -> Option<String> {
        let how = match self.via {
            Via::Symbol | Via::Identifier => return None,
            Via::Previous => "a previous symbol",
            Via::Alias => "an alias",
        };
        let (symbol, asked) = (&self.gene.symbol, &self.asked);
        Some(format!("{symbol} was asked for as {asked}, {how}"))
    }
}

/// A symbol of a gene, by its letters and digits.
#[derive(Clone, Copy, Debug)]
struct Name {
    gene: u32,
    via: Via,
    /// Which of the aliases or previous symbols.
    nth: u16,
}

/// All genes.
#[derive(Debug, Default)]
pub struct Genes {
    genes: Vec<Gene>,
    names: HashMap<String, Vec<Name>>,
    identifiers: HashMap<String, u32>,
}

/// Letters and digits alone, in upper case: `HLA-A` and `hlaa` are one.
fn squeeze(text: &str) -> String {
    let kept = text.chars().filter(|c| c.is_alphanumeric());
    kept.flat_map(char::to_uppercase).collect()
}

/// An identifier as it is kept: without the version of Ensembl's and RefSeq's, in upper case.
fn identifier(text: &str) -> Option<String> {
    let upper = text.to_ascii_uppercase();
    let digits = |t: &str| !t.is_empty() && t.bytes().all(|b| b.is_ascii_digit());
    let versioned = ["ENSG", "ENST", "NM_", "NR_"];
    if versioned.iter().any(|p| upper.starts_with(p)) {
        return upper.split('.').next().map(str::to_owned);
    }
    let number = ["NCBIGENE:", "NCBI:", "ENTREZ:", "GENEID:"]
        .iter()
        .find_map(|p| upper.strip_prefix(p))
        .unwrap_or(&upper);
    let of = |prefix| upper.strip_prefix(prefix).is_some_and(digits);
    let known = digits(number) || of("HGNC:") || of("OMIM:");
    known.then(|| number.to_owned())
}

impl Genes {
    pub(super) fn new(mut genes: Vec<Gene>) -> Result<Self, KnowledgeError> {
        genes.sort_by(|a, b| key(a).cmp(&key(b)));
        let mut all = Self {
            names: HashMap::with_capacity(genes.len() * 3),
            identifiers: HashMap::with_capacity(genes.len() * 3),
            genes,
        };
        for (number, gene) in all.genes.iter().enumerate() {
            let place = u32::try_from(number).unwrap_or(u32::MAX);
            let mut add = |text: &str, via, nth: usize| {
                let name = Name {
                    gene: place,
                    via,
                    nth: u16::try_from(nth).unwrap_or(u16::MAX),
                };
                all.names.entry(squeeze(text)).or_default().push(name);
            };
            add(&gene.symbol, Via::Symbol, 0);
            for (nth, alias) in gene.aliases.iter().enumerate() {
                add(alias, Via::Alias, nth);
            }
            for (nth, symbol) in gene.previous.iter().enumerate() {
                add(symbol, Via::Previous, nth);
            }
            let former = gene.former_ids.iter();
            let ids = [&gene.id, &gene.ensembl, &gene.entrez];
            for id in ids.into_iter().chain(former) {
                if let Some(id) = identifier(id) {
                    // An identifier of its own outweighs one that was merged in.
                    let entry = all.identifiers.entry(id.clone()).or_insert(place);
                    if id == gene.id {
                        *entry = place;
                    }
                }
            }
        }
        // What a gene has but is not: no number of NCBI's gives way to one of OMIM's.
        for (number, gene) in all.genes.iter().enumerate() {
            let place = u32::try_from(number).unwrap_or(u32::MAX);
            let transcripts = gene.mane_select.iter().filter_map(|t| identifier(t));
            let omim = gene
                .omim
                .iter()
                .flat_map(|n| [n.clone(), format!("OMIM:{n}")]);
            for id in transcripts.chain(omim) {
                all.identifiers.entry(id).or_insert(place);
            }
        }
        Ok(all)
    }

    /// All genes, in the order of HGNC's numbers.
    pub fn iter(&self) -> std::slice::Iter<'_, Gene> {
        self.genes.iter()
    }

    /// How many there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.genes.len()
    }

    /// Whether there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.genes.is_empty()
    }

    /// The gene of an identifier: `HGNC:20001`, `ENSG00000169174.11`, `255738`,
    /// `NCBI:255738`, `OMIM:607786`, or its MANE Select transcript with or without a version.
    #[must_use]
    pub fn by_id(&self, id: &str) -> Option<&Gene> {
        let place = self.identifiers.get(&identifier(id.trim())?)?;
        self.genes.get(*place as usize)
    }

    /// The gene of NCBI's number.
    pub(super) fn by_entrez(&self, number: &str) -> Option<&Gene> {
        self.by_id(number).filter(|gene| gene.entrez == number)
    }

    /// The gene that goes by a symbol, an identifier, a previous symbol or an alias, in that
    /// order. Upper and lower case are one; hyphens and the like count only where a name is
    /// written so.
    ///
    /// # Errors
    /// [`LookupError::Ambiguous`] where several genes have it as previous symbol or alias,
    /// [`LookupError::Unknown`] with the nearest symbols where none has.
    pub fn find(&self, text: &str) -> Result<FoundGene<'_>, LookupError> {
        let asked = text.trim();
        let found = |gene, via| FoundGene {
            gene,
            asked: asked.to_owned(),
            via,
        };
        let names = self
            .names
            .get(&squeeze(asked))
            .map_or(&[][..], Vec::as_slice);
        let names = if squeeze(asked).is_empty() {
            &[]
        } else {
            names
        };
        for exact in [true, false] {
            for via in [Via::Symbol, Via::Identifier, Via::Previous, Via::Alias] {
                if via == Via::Identifier {
                    if let Some(gene) = self.by_id(asked) {
                        return Ok(found(gene, via));
                    }
                    continue;
                }
                let mut genes: Vec<&Gene> = Vec::new();
                for name in names.iter().filter(|name| name.via == via) {
                    let Some((gene, text)) = self.named(*name) else {
                        continue;
                    };
                    let same = text.to_uppercase() == asked.to_uppercase();
                    if same == exact && !genes.iter().any(|g| g.id == gene.id) {
                        genes.push(gene);
                    }
                }
                match genes[..] {
                    [] => {}
                    [gene] => return Ok(found(gene, via)),
                    _ => {
                        let mut candidates: Vec<String> =
                            genes.iter().map(|g| g.symbol.clone()).collect();
                        candidates.sort();
                        return Err(LookupError::Ambiguous {
                            asked: asked.to_owned(),
                            candidates,
                        });
                    }
                }
            }
        }
        Err(LookupError::Unknown {
            what: "gene",
            asked: asked.to_owned(),
            nearest: self.nearest(asked),
        })
    }

    /// A name's gene and text.
    fn named(&self, name: Name) -> Option<(&Gene, &str)> {
        let gene = self.genes.get(name.gene as usize)?;
        let nth = usize::from(name.nth);
        let text = match name.via {
            Via::Symbol | Via::Identifier => Some(&gene.symbol),
            Via::Previous => gene.previous.get(nth),
            Via::Alias => gene.aliases.get(nth),
        };
        Some((gene, text?))
    }

    /// The symbols most similar to a text: a third of the letters may differ, at least one.
    fn nearest(&self, text: &str) -> Vec<String> {
        let upper = text.to_uppercase();
        let length = upper.chars().count();
        if length > MAX_NAME || length == 0 {
            return Vec::new();
        }
        let limit = (length / 3).max(1);
        let mut near: Vec<(usize, bool, &str)> = Vec::new();
        for gene in &self.genes {
            let symbol = gene.symbol.as_str();
            if symbol.len().abs_diff(upper.len()) > limit + upper.len() - length {
                continue;
            }
            let distance = strsim::osa_distance(&upper, &symbol.to_uppercase());
            if distance <= limit {
                near.push((distance, !gene.is_protein_coding(), symbol));
            }
        }
        near.sort_unstable();
        let near = near.into_iter().take(OFFERED);
        near.map(|(_, _, symbol)| symbol.to_owned()).collect()
    }
}

impl<'k> IntoIterator for &'k Genes {
    type Item = &'k Gene;
    type IntoIter = std::slice::Iter<'k, Gene>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

/// The number of HGNC's identifier, then the identifier.
fn key(gene: &Gene) -> (u64, &str) {
    let number = gene.id.rsplit(':').next().and_then(|n| n.parse().ok());
    (number.unwrap_or(u64::MAX), &gene.id)
}

/// Reads this program's table of genes.
pub(super) fn read_table(file: &File) -> Result<Vec<Gene>, KnowledgeError> {
    let text = bytes::text(file)?;
    let table = Table::new(&file.name, &text);
    let names = [
        "hgnc_id",
        "symbol",
        "name",
        "aliases",
        "alias_names",
        "previous",
        "previous_names",
        "former_ids",
        "locus_type",
        "cytoband",
        "ensembl",
        "entrez",
        "uniprot",
        "omim",
        "mane_select",
        "grch38",
        "grch37",
        "strand",
        "pli",
        "loeuf",
        "mis_z",
        "tier",
        "modalities",
        "acmg_sf",
    ];
    let mut at = [0; 24];
    for (place, name) in at.iter_mut().zip(names) {
        *place = table.column(name)?;
    }
    let mut genes = Vec::new();
    table.read(|row| {
        genes.push(read_row(row, &at)?);
        Ok(())
    })?;
    Ok(genes)
}

fn read_row(row: &Row<'_, '_>, at: &[usize; 24]) -> Result<Gene, KnowledgeError> {
    let [
        id,
        symbol,
        name,
        aliases,
        alias_names,
        previous,
        previous_names,
        former_ids,
        locus_type,
        cytoband,
        ensembl,
        entrez,
        uniprot,
        omim,
        mane_select,
        grch38,
        grch37,
        strand,
        pli,
        loeuf,
        mis_z,
        tier,
        modalities,
        acmg_sf,
    ] = *at;
    require(row, id, "hgnc_id")?;
    require(row, symbol, "symbol")?;
    let place = |column: usize, name: &str| match row.get(column) {
        "" => Ok(None),
        text => GenePlace::parse(text).map(Some).ok_or_else(|| {
            row.fault(format!(
                "field {name}: {text:?} is not CONTIG:START-END, 1-based"
            ))
        }),
    };
    Ok(Gene {
        id: row.owned(id),
        symbol: row.owned(symbol),
        name: row.owned(name),
        aliases: row.list(aliases),
        alias_names: row.list(alias_names),
        previous: row.list(previous),
        previous_names: row.list(previous_names),
        former_ids: row.list(former_ids),
        locus_type: row.owned(locus_type),
        cytoband: row.owned(cytoband),
        ensembl: row.owned(ensembl),
        entrez: row.owned(entrez),
        uniprot: row.list(uniprot),
        omim: row.list(omim),
        mane_select: row.list(mane_select),
        grch38: place(grch38, "grch38")?,
        grch37: place(grch37, "grch37")?,
        forward: match row.get(strand) {
            "" => None,
            "+" => Some(true),
            "-" => Some(false),
            text => return Err(row.fault(format!("field strand: {text:?} is neither + nor -"))),
        },
        constraint: Constraint {
            pli: row.number(pli, "pli")?,
            loeuf: row.number(loeuf, "loeuf")?,
            mis_z: row.number(mis_z, "mis_z")?,
        },
        tier: row.owned(tier),
        modalities: row.list(modalities),
        acmg_sf: row.list(acmg_sf),
    })
}

/// A field that may not be empty.
pub(super) fn require(row: &Row<'_, '_>, column: usize, name: &str) -> Result<(), KnowledgeError> {
    match row.get(column) {
        "" => Err(row.fault(format!("field {name} is empty"))),
        _ => Ok(()),
    }
}

/// Gives genes of another source what only this program's table knows of them.
pub(super) fn keep_measures(genes: &mut [Gene], own: Vec<Gene>) {
    let mut own: HashMap<String, Gene> = own.into_iter().map(|g| (g.id.clone(), g)).collect();
    for gene in genes {
        if let Some(known) = own.remove(&gene.id) {
            gene.former_ids = known.former_ids;
            gene.grch38 = known.grch38;
            gene.grch37 = known.grch37;
            gene.forward = known.forward;
            gene.constraint = known.constraint;
            gene.tier = known.tier;
            gene.modalities = known.modalities;
            gene.acmg_sf = known.acmg_sf;
        }
    }
}
