//! Genes from the features of GFF3 and GTF files.

use std::collections::HashMap;

use super::error::Fault;
use super::feature::{Feature, Part};
use super::{Gene, GeneTranscript};

/// How much a transcript is the one to stand for its gene.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
enum Tag {
    #[default]
    None,
    Canonical,
    ManeSelect,
}

#[derive(Debug, Default)]
struct Transcript {
    id: String,
    /// The gene's key, where a line of the transcript has said so.
    gene: Option<String>,
    tag: Tag,
    exons: Vec<(u32, u32)>,
    coding: Vec<(u32, u32)>,
    /// Which it was in the file.
    order: usize,
}

/// A gene so far.
#[derive(Debug)]
struct Building {
    gene: Gene,
    /// Whether a line of its own gave its bounds.
    whole: bool,
}

/// Takes the features of a file, in any order, and makes genes of them.
#[derive(Debug, Default)]
pub(super) struct GffGenes {
    /// By key: the ID of GFF3, the `gene_id` and contig of GTF.
    genes: HashMap<String, Building>,
    /// Keys in the order of the file.
    order: Vec<String>,
    transcripts: HashMap<String, Transcript>,
    /// Lines that belong to no gene.
    orphans: u64,
}

impl GffGenes {
    /// Takes a line.
    pub(super) fn add(&mut self, feature: &Feature<'_>) -> Result<(), Fault> {
        let part = feature.part();
        if feature.is_gtf {
            self.add_gtf(feature, part)
        } else {
            self.add_gff3(feature, part);
            Ok(())
        }
    }

    fn add_gtf(&mut self, feature: &Feature<'_>, part: Part) -> Result<(), Fault> {
        let Some(gene_id) = feature.first(&["gene_id"]) else {
            return Err(Fault::new(
                "attributes",
                "there is no gene_id, which GTF has in each line",
            ));
        };
        let key = format!("{gene_id}\t{}", feature.contig);
        let make = || describe(feature, gene_id);
        match self.genes.get_mut(&key) {
            None => {
                self.order.push(key.clone());
                let whole = part == Part::Gene;
                self.genes.insert(
                    key.clone(),
                    Building {
                        gene: make(),
                        whole,
                    },
                );
            }
            Some(known) if part == Part::Gene && !known.whole => {
                *known = Building {
                    gene: make(),
                    whole: true,
                };
            }
            // Files of exons alone: a gene is what they span.
            Some(known) if !known.whole => {
                known.gene.start = known.gene.start.min(feature.start);
                known.gene.end = known.gene.end.max(feature.end);
            }
            Some(_) => {}
        }
        if let (Part::Transcript | Part::Exon | Part::Coding, Some(id)) =
            (part, feature.first(&["transcript_id"]))
        {
            let transcript = self.transcript(&format!("{id}\t{}", feature.contig), id);
            transcript.gene.get_or_insert(key);
            transcript.put(feature, part);
        }
        Ok(())
    }

    fn add_gff3(&mut self, feature: &Feature<'_>, part: Part) {
        let id = feature.first(&["ID"]);
        match part {
            Part::Gene => {
                let name = feature.first(&["gene_id", "Name", "gene"]);
                let Some(key) = id.or(name) else {
                    self.orphans += 1;
                    return;
                };
                // Pseudo-autosomal genes may have one ID on X and on Y.
                let key = format!("{key}\t{}", feature.contig);
                if !self.genes.contains_key(&key) {
                    self.order.push(key.clone());
                    let gene = describe(feature, id.or(name).unwrap_or_default());
                    self.genes.insert(key, Building { gene, whole: true });
                }
            }
            Part::Transcript => {
                let Some(id) = id else {
                    return;
                };
                let own = feature.first(&["transcript_id"]).unwrap_or(bare(id));
                let gene = feature
                    .first(&["Parent"])
                    .map(|p| format!("{p}\t{}", feature.contig));
                let transcript = self.transcript(&format!("{id}\t{}", feature.contig), own);
                transcript.gene = gene.or_else(|| transcript.gene.take());
                transcript.put(feature, part);
            }
            Part::Exon | Part::Coding => {
                let parents: Vec<String> = feature.all("Parent").map(str::to_owned).collect();
                for parent in parents {
                    let transcript =
                        self.transcript(&format!("{parent}\t{}", feature.contig), bare(&parent));
                    transcript.put(feature, part);
                }
            }
            Part::Other => {}
        }
    }

    fn transcript(&mut self, key: &str, id: &str) -> &mut Transcript {
        let order = self.transcripts.len();
        self.transcripts
            .entry(key.to_owned())
            .or_insert_with(|| Transcript {
                id: id.to_owned(),
                order,
                ..Transcript::default()
            })
    }

    /// The genes, in the order of the file, and what was odd.
    pub(super) fn finish(mut self) -> (Vec<Gene>, Vec<String>) {
        let mut best: HashMap<String, Transcript> = HashMap::new();
        let mut counts: HashMap<String, u32> = HashMap::new();
        for (key, mut transcript) in self.transcripts.drain() {
            // Exons right below a gene: it stands for itself.
            let gene = transcript.gene.take().unwrap_or(key);
            *counts.entry(gene.clone()).or_default() += 1;
            match best.entry(gene) {
                std::collections::hash_map::Entry::Vacant(place) => {
                    place.insert(transcript);
                }
                std::collections::hash_map::Entry::Occupied(mut place) => {
                    if transcript.rank() > place.get().rank() {
                        place.insert(transcript);
                    }
                }
            }
        }
        let mut genes = Vec::with_capacity(self.order.len());
        for key in &self.order {
            let Some(Building { mut gene, .. }) = self.genes.remove(key) else {
                continue;
            };
            gene.transcripts = counts.get(key).copied().unwrap_or(0);
            gene.transcript = best.remove(key).map(Transcript::finish);
            genes.push(gene);
        }
        let mut warnings = Vec::new();
        if self.orphans > 0 {
            warnings.push(format!(
                "{} genes have neither ID nor name; ignored",
                self.orphans
            ));
        }
        if !best.is_empty() && !genes.is_empty() {
            let n = best.len();
            warnings.push(format!(
                "{n} transcripts are of genes that are not in the file; ignored"
            ));
        }
        (genes, warnings)
    }
}

impl Transcript {
    fn put(&mut self, feature: &Feature<'_>, part: Part) {
        match part {
            Part::Exon => self.exons.push((feature.start, feature.end)),
            Part::Coding => self.coding.push((feature.start, feature.end)),
            _ => {}
        }
        for tag in feature.all("tag") {
            let tag = match tag {
                "MANE_Select" | "MANE Select" => Tag::ManeSelect,
                "Ensembl_canonical" | "RefSeq Select" => Tag::Canonical,
                _ => Tag::None,
            };
            self.tag = self.tag.max(tag);
        }
    }

    fn rank(&self) -> (Tag, u64, u64, std::cmp::Reverse<usize>) {
        let bases = |parts: &[(u32, u32)]| parts.iter().map(|(s, e)| u64::from(e - s) + 1).sum();
        let order = std::cmp::Reverse(self.order);
        (self.tag, bases(&self.coding), bases(&self.exons), order)
    }

    fn finish(mut self) -> GeneTranscript {
        self.exons.sort_unstable();
        self.exons.dedup();
        self.coding.sort_unstable();
        self.coding.dedup();
        GeneTranscript {
            id: self.id,
            exons: self.exons,
            coding: self.coding,
        }
    }
}

/// The gene that a line names.
fn describe(feature: &Feature<'_>, key: &str) -> Gene {
    let entrez = || {
        let references = ["Dbxref", "db_xref"]
            .into_iter()
            .flat_map(|k| feature.all(k));
        references.into_iter().find(|r| r.starts_with("GeneID:"))
    };
    // RefSeq's gene_id is the symbol.
    let id = entrez()
        .or_else(|| feature.first(&["gene_id"]))
        .unwrap_or(bare(key));
    let id = without_version(id);
    let symbol = feature.first(&["gene_name", "gene", "Name"]);
    let symbol = symbol.unwrap_or(if feature.is_gtf { key } else { id });
    Gene {
        symbol: without_version(symbol).to_owned(),
        id: id.to_owned(),
        contig: feature.contig.to_owned(),
        start: feature.start,
        end: feature.end,
        strand: feature.strand,
        biotype: feature
            .first(&["gene_type", "gene_biotype", "biotype"])
            .map(str::to_owned),
        transcripts: 0,
        transcript: None,
    }
}

/// An ID without Ensembl's `gene:` and RefSeq's `gene-`.
fn bare(id: &str) -> &str {
    const STARTS: [&str; 4] = ["gene:", "gene-", "transcript:", "rna-"];
    STARTS.iter().find_map(|s| id.strip_prefix(s)).unwrap_or(id)
}

/// An Ensembl identifier without its version, and without GENCODE's `_PAR_Y` behind it.
pub(super) fn without_version(id: &str) -> &str {
    match id.split_once('.') {
        Some((start, version))
            if start.starts_with("ENS")
                && version
                    .strip_suffix("_PAR_Y")
                    .unwrap_or(version)
                    .parse::<u32>()
                    .is_ok() =>
        {
            start
        }
        _ => id,
    }
}
