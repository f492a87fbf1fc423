//! The genes that a store was annotated with: where they lie and what they are called.

use std::collections::HashMap;
use std::sync::Arc;

use arrow_array::{Array, RecordBatch, StringArray, UInt32Array};
use arrow_schema::{ArrowError, DataType, Field, Schema};

use crate::format::FormatError;
use crate::format::arrow_file::read_arrow;
use crate::store::Store;

/// Name of the table in a store's manifest.
pub const GENE_TABLE: &str = "genes";

const TEXTS: [&str; 5] = ["id", "symbol", "biotype", "contig", "strand"];
const NUMBERS: [&str; 3] = ["start", "end", "transcripts"];

/// A gene of a store. Texts are empty where they are not known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StoreGene {
    /// Identifier, without Ensembl's version: `ENSG00000169174`, `GeneID:255738`.
    pub id: String,
    /// Symbol, as its file has it.
    pub symbol: String,
    /// Biotype: `protein_coding`.
    pub biotype: String,
    /// Contig, as its file names it.
    pub contig: String,
    /// `+` or `-`.
    pub strand: String,
    /// First base, 1-based.
    pub start: u32,
    /// Last base, 1-based.
    pub end: u32,
    /// Transcripts; 0 where its file has none.
    pub transcripts: u32,
}

/// All of them, in the order of contigs and positions in which they were written.
#[derive(Debug)]
pub struct GeneTable {
    texts: [StringArray; 5],
    numbers: [UInt32Array; 3],
    /// Genes by symbol and by identifier, in upper case.
    names: HashMap<String, Vec<u32>>,
}

impl GeneTable {
    /// The table of a store; `None` where it was not annotated with gene models.
    ///
    /// # Errors
    /// [`FormatError`].
    pub fn open(store: &Store) -> Result<Option<Self>, FormatError> {
        let Some(entry) = store.manifest().tables.get(GENE_TABLE) else {
            return Ok(None);
        };
        let path = store.path().join(&entry.path);
        let batch = read_arrow(&path, &entry.written(&path)?)?;
        let table = Self::from_batch(&batch);
        let damaged = || FormatError::corrupt(&path, "the genes", "a column is absent or odd");
        table.ok_or_else(damaged).map(Some)
    }

    fn from_batch(batch: &RecordBatch) -> Option<Self> {
        fn typed<A: Array + Clone + 'static>(batch: &RecordBatch, name: &str) -> Option<A> {
            let column = batch.column_by_name(name)?;
            let column = column.as_any().downcast_ref::<A>()?;
            (column.null_count() == 0).then(|| column.clone())
        }
        let text = |name| typed::<StringArray>(batch, name);
        let number = |name| typed::<UInt32Array>(batch, name);
        let [id, symbol, biotype, contig, strand] = TEXTS.map(text);
        let [start, end, transcripts] = NUMBERS.map(number);
        let mut table = Self {
            texts: [id?, symbol?, biotype?, contig?, strand?],
            numbers: [start?, end?, transcripts?],
            names: HashMap::new(),
        };
        for i in 0..table.len() {
            let place = u32::try_from(i).ok()?;
            let (id, symbol) = (table.texts[0].value(i), table.texts[1].value(i));
            for name in [symbol, id] {
                let genes = table.names.entry(name.to_uppercase()).or_default();
                if genes.last() != Some(&place) {
                    genes.push(place);
                }
            }
        }
        Some(table)
    }

    /// The table of these genes.
    ///
    /// # Errors
    /// [`ArrowError`] where columns cannot be joined.
    pub fn batch<'g>(
        genes: impl Iterator<Item = &'g StoreGene> + Clone,
    ) -> Result<RecordBatch, ArrowError> {
        type Text = fn(&StoreGene) -> &str;
        type Number = fn(&StoreGene) -> u32;
        let texts: [Text; 5] = [
            |g| &g.id,
            |g| &g.symbol,
            |g| &g.biotype,
            |g| &g.contig,
            |g| &g.strand,
        ];
        let numbers: [Number; 3] = [|g| g.start, |g| g.end, |g| g.transcripts];
        let mut fields = Vec::new();
        let mut columns: Vec<Arc<dyn Array>> = Vec::new();
        for (name, of) in TEXTS.into_iter().zip(texts) {
            fields.push(Field::new(name, DataType::Utf8, false));
            let values = StringArray::from_iter_values(genes.clone().map(of));
            columns.push(Arc::new(values));
        }
        for (name, of) in NUMBERS.into_iter().zip(numbers) {
            fields.push(Field::new(name, DataType::UInt32, false));
            let values = UInt32Array::from_iter_values(genes.clone().map(of));
            columns.push(Arc::new(values));
        }
        RecordBatch::try_new(Arc::new(Schema::new(fields)), columns)
    }

    /// How many genes there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.numbers[0].len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// A gene by its place in the table.
    #[must_use]
    pub fn gene(&self, i: usize) -> Option<StoreGene> {
        (i < self.len()).then(|| {
            let text = |c: usize| self.texts[c].value(i).to_owned();
            let number = |c: usize| self.numbers[c].value(i);
            StoreGene {
                id: text(0),
                symbol: text(1),
                biotype: text(2),
                contig: text(3),
                strand: text(4),
                start: number(0),
                end: number(1),
                transcripts: number(2),
            }
        })
    }

    /// The genes of a symbol or identifier, whatever its case: several where a symbol is used
    /// twice, or lies on X and Y.
    #[must_use]
    pub fn find(&self, name: &str) -> Vec<StoreGene> {
        let places = self.names.get(&name.to_uppercase());
        let places = places.into_iter().flatten();
        places.filter_map(|&i| self.gene(i as usize)).collect()
    }

    /// All symbols, some of them more than once.
    pub fn symbols(&self) -> impl Iterator<Item = &str> {
        (0..self.len()).map(|i| self.texts[1].value(i))
    }
}
