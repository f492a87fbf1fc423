//! The layer of genes by position, and the table of genes, from gene models.

use std::collections::BTreeMap;
use std::fs::File;
use std::io;
use std::path::Path;

use genodex_engine::format::FormatError;
use genodex_engine::format::manifest::{
    ColumnEntry, ColumnType, InputEntry, LayerEntry, LayerKind,
};
use genodex_engine::genome::ContigNames;
use genodex_engine::query::genes::{GENE_TABLE, GENES_LAYER, GeneTable, StoreGene};
use genodex_engine::store::Shard;
use rayon::prelude::*;

use super::layers::ShardPart;
use super::{AnnotateError, StepReport, Work};
use crate::annotation::consequence::{RowTexts, ShardTexts};
use crate::annotation::genes::{Gene, GeneFileError, GeneModels};

/// Gene models that were read from a file.
#[derive(Clone, Debug)]
pub struct GeneSource {
    models: GeneModels,
    input: InputEntry,
    /// Bases before and after a gene in which a variant still counts as its.
    pub flank: u32,
}

/// What became of the genes of a file.
#[derive(Clone, Debug, Default)]
pub struct GeneReport {
    /// Genes read.
    pub genes: u64,
    /// Contigs that the store has not got, and how many genes lie on them.
    pub absent_contigs: BTreeMap<String, u64>,
    /// Rows that lie in several genes.
    pub in_several: u64,
}

impl GeneSource {
    /// Reads GFF3, GTF, BED or plink's `glist`, plain or compressed.
    ///
    /// # Errors
    /// [`GeneFileError`], which names the line and the field.
    pub fn read(path: &Path, flank: u32) -> Result<Self, GeneFileError> {
        let fault = |source| GeneFileError::Io {
            path: path.to_owned(),
            source,
        };
        let mut file = File::open(path).map_err(fault)?;
        if !file.metadata().map_err(fault)?.is_file() {
            // It is read twice: for its checksum as well.
            let reason = "it is not a regular file: save it as one first";
            return Err(fault(io::Error::new(io::ErrorKind::InvalidInput, reason)));
        }
        let models = GeneModels::read(path)?;
        let mut hasher = blake3::Hasher::new();
        let length = io::copy(&mut file, &mut hasher).map_err(fault)?;
        Ok(Self {
            models,
            input: InputEntry {
                name: path.to_string_lossy().into_owned(),
                length,
                blake3: hasher.finalize().to_hex().to_string(),
            },
            flank,
        })
    }

    fn layer(&self) -> LayerEntry {
        let column = |name: &str, description: &str| ColumnEntry {
            name: name.to_owned(),
            kind: ColumnType::Text,
            number: ".".to_owned(),
            description: description.to_owned(),
            terms: false,
        };
        let name = Path::new(&self.input.name).file_name();
        let name = name.map_or_else(|| self.input.name.clone(), |n| n.to_string_lossy().into());
        let source = match self.flank {
            0 => name,
            n => format!("{name}, within {n} bases of a gene"),
        };
        LayerEntry {
            name: GENES_LAYER.to_owned(),
            kind: LayerKind::Columns,
            source,
            columns: vec![
                column("GENE", "Symbols of the genes, those that overlap first"),
                column("GENE_ID", "Their identifiers, in the same order"),
            ],
        }
    }
}

impl Work<'_, '_> {
    /// Makes the layer of genes and the table of genes. A row is in a gene where a base from its
    /// POS to its end is one of the gene's (the base before an indel included), or lies within
    /// the flank. Genes that overlap come first, then by distance; of equal ones those that code
    /// for proteins, then by start, then by symbol.
    pub(super) fn genes(&mut self, source: &GeneSource) -> Result<(), AnnotateError> {
        let made = source.layer();
        self.make_room(&made)?;
        let models = &source.models;
        let contigs = &self.store.manifest().contigs;
        let names = ContigNames::new(contigs.iter().map(|c| c.name.as_str()));
        let mut report = GeneReport {
            genes: models.len() as u64,
            ..GeneReport::default()
        };
        for gene in models.genes().filter(|g| names.find(&g.contig).is_none()) {
            let n = report.absent_contigs.entry(gene.contig.clone());
            *n.or_default() += 1;
        }
        let parts: Result<Vec<Part>, FormatError> = (self.store.shards().par_iter())
            .map(|shard| {
                let contig = contigs.get(shard.entry().contig as usize);
                let contig = contig.map_or("", |c| c.name.as_str());
                of_shard(shard, contig, source, &made.columns)
            })
            .collect();
        let mut step = StepReport {
            layer: made.name.clone(),
            ..StepReport::default()
        };
        let mut found: Vec<ShardPart> = Vec::new();
        for (part, rows, several) in parts? {
            step.rows += rows;
            report.in_several += several;
            found.push(part);
        }
        step.genes = Some(report);
        let table = table(models);
        let batch = GeneTable::batch(table.iter())
            .map_err(|e| FormatError::Unsuitable(format!("cannot write the genes: {e}")))?;
        let entry = self.writer.write_table("genes.arrow", &batch)?;
        self.manifest.tables.insert(GENE_TABLE.to_owned(), entry);
        self.add_layer(made, found)?;
        self.inputs.push(source.input.clone());
        self.report.warnings.extend_from_slice(models.warnings());
        self.report.steps.push(step);
        Ok(())
    }
}

/// A shard's part, its rows in genes, and those in several.
type Part = (ShardPart, u64, u64);

fn of_shard(
    shard: &Shard,
    contig: &str,
    source: &GeneSource,
    columns: &[ColumnEntry],
) -> Result<Part, FormatError> {
    let sites = shard.sites()?;
    let mut texts = ShardTexts::default();
    let (mut rows, mut several) = (0, 0);
    for row in 0..sites.len() {
        let (start, end) = (sites.positions()[row], sites.end(row));
        let genes = (source.models).near(contig, start, end, source.flank);
        let mut values = RowTexts::new();
        if !genes.is_empty() {
            rows += 1;
            several += u64::from(genes.len() > 1);
            let join = |of: fn(&Gene) -> &str| {
                let parts: Vec<String> = genes.iter().map(|g| plain(of(g))).collect();
                parts.join(",")
            };
            values.push((0, join(|g| &g.symbol)));
            values.push((1, join(|g| &g.id)));
        }
        texts.push(columns, &values);
    }
    Ok(((shard.index(), texts.finish()), rows, several))
}

/// A name without what separates several.
fn plain(name: &str) -> String {
    name.replace([',', ';', '&', ' '], "_")
}

/// All genes, by contig and position.
fn table(models: &GeneModels) -> Vec<StoreGene> {
    let gene = |g: &Gene| StoreGene {
        id: plain(&g.id),
        symbol: plain(&g.symbol),
        biotype: g.biotype.clone().unwrap_or_default(),
        contig: g.contig.clone(),
        strand: g.strand.map_or_else(String::new, |s| s.to_string()),
        start: g.start,
        end: g.end,
        transcripts: g.transcripts,
    };
    let mut genes: Vec<StoreGene> = models.genes().map(gene).collect();
    genes.sort_by(|a, b| {
        let key = |g: &StoreGene| (g.start, g.end);
        (&a.contig, key(a), &a.symbol, &a.id).cmp(&(&b.contig, key(b), &b.symbol, &b.id))
    });
    genes
}
