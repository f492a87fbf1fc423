//! Documents to one packed file.
//!
//! Each name is an entry of tantivy's, without content; they are sorted by their keys, so that
//! the names that start alike lie together and an answer needs no term dictionary to find them.
//! After the names come the documents themselves, in the order of their numbers. Everything is
//! written by one thread as one segment, and the segment's random name is replaced: the same
//! documents give the same bytes.

use std::collections::{BTreeSet, HashMap, HashSet};

use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use tantivy::directory::RamDirectory;
use tantivy::schema::{
    FAST, Field, IndexRecordOption, STORED, Schema, TextFieldIndexing, TextOptions,
};
use tantivy::store::Compressor;
use tantivy::tokenizer::{TextAnalyzer, TokenizerManager};
use tantivy::{Directory, Index, IndexSettings, TantivyDocument};

use super::document::{Document, NameKind};
use super::fold::{key, units};
use super::pack::pack;
use super::rank::{MAX_DOCUMENTS, MAX_NAMES, Rank, weight_bits};
use super::stored;
use super::tokenizer::{NameTokenizer, TOKENIZER};
use super::{TextError, TextIndex, VariantName};

/// File of the pack that says what is in the index.
pub(super) const HEAD: &str = "head.json";
/// Bytes to begin with; the writer takes what it needs.
const MEMORY: usize = 64 << 20;
/// Bytes of a block of documents: small, so that a few documents are soon read.
const BLOCK: usize = 16 << 10;

/// What is in the index.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Head {
    /// Names; their entries come first.
    pub(super) names: u32,
    /// Documents; their entries follow.
    pub(super) documents: u32,
    /// Names of fields that some document has.
    pub(super) fields: Vec<String>,
}

/// Fields of tantivy's schema.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fields {
    /// The name as one word.
    pub(super) key: Field,
    /// Its tokens, with places.
    pub(super) text: Field,
    /// What ranks it among the names of all documents, see [`Rank::name_bits`].
    pub(super) name: Field,
    /// Of a document: kind and weight.
    pub(super) weight: Field,
    /// Of a document: `field`, a zero byte, and the key of the value.
    pub(super) field: Field,
    /// Of a document: itself, see [`stored`].
    pub(super) body: Field,
}

pub(super) fn schema() -> (Schema, Fields) {
    let mut schema = Schema::builder();
    let indexed = |tokenizer: &str, option| {
        TextOptions::default().set_indexing_options(
            TextFieldIndexing::default()
                .set_tokenizer(tokenizer)
                .set_fieldnorms(false)
                .set_index_option(option),
        )
    };
    let fields = Fields {
        key: schema.add_text_field("key", indexed("raw", IndexRecordOption::Basic)),
        text: schema.add_text_field(
            "text",
            indexed(TOKENIZER, IndexRecordOption::WithFreqsAndPositions),
        ),
        name: schema.add_u64_field("name", FAST),
        weight: schema.add_u64_field("weight", FAST),
        field: schema.add_text_field("field", indexed("raw", IndexRecordOption::Basic)),
        body: schema.add_bytes_field("body", STORED),
    };
    (schema.build(), fields)
}

pub(super) fn tokenizers() -> TokenizerManager {
    let tokenizers = TokenizerManager::default();
    tokenizers.register(TOKENIZER, TextAnalyzer::from(NameTokenizer));
    tokenizers
}

/// The value of a `field:value` term.
pub(super) fn field_term(field: &str, value: &str) -> String {
    format!("{field}\0{}", key(&units(value)))
}

/// A name's keys: the words a person may type to mean it as a whole.
fn keys(text: &str, kind: NameKind) -> Vec<String> {
    let whole = key(&units(text));
    match kind {
        NameKind::Hgvs | NameKind::Rsid => match VariantName::recognise(text) {
            Some(name) => name.index_keys(),
            None => vec![whole],
        },
        // A variant's identifier is its place, which is typed in several ways.
        NameKind::Identifier => match VariantName::recognise(text) {
            Some(name @ VariantName::Place { .. }) => vec![whole, name.query_key()],
            _ => vec![whole],
        },
        _ => vec![whole],
    }
}

struct Entry<'a> {
    key: String,
    rank: Rank,
    text: &'a str,
    identifier: bool,
}

impl TextIndex {
    /// Makes a packed index. The same documents, in any order, give the same bytes.
    ///
    /// # Errors
    /// Where two documents of one kind have one identifier, or there are too many of them.
    pub fn build(mut documents: Vec<Document>) -> Result<Vec<u8>, TextError> {
        documents.sort_by(|a, b| (a.kind, &a.id).cmp(&(b.kind, &b.id)));
        let twins = documents
            .windows(2)
            .find(|w| matches!(w, [a, b] if a.kind == b.kind && a.id == b.id));
        if let Some([twin, ..]) = twins {
            return Err(TextError::Duplicate(twin.id.clone()));
        }
        check("documents", documents.len(), MAX_DOCUMENTS)?;
        documents.par_iter_mut().for_each(drop_repeated);
        let entries = entries(&documents)?;
        check("names", entries.len() + documents.len(), i32::MAX as usize)?;

        let (schema, fields) = schema();
        let directory = RamDirectory::create();
        let mut writer = Index::builder()
            .schema(schema)
            .tokenizers(tokenizers())
            .settings(IndexSettings {
                docstore_compression: Compressor::Lz4,
                docstore_compress_dedicated_thread: false,
                docstore_blocksize: BLOCK,
                ..IndexSettings::default()
            })
            .single_segment_index_writer(directory.clone(), MEMORY)?;
        for entry in &entries {
            let mut doc = TantivyDocument::default();
            doc.add_text(fields.key, &entry.key);
            // Identifiers are found as wholes and by their beginnings.
            if !entry.identifier {
                doc.add_text(fields.text, entry.text);
            }
            doc.add_u64(fields.name, entry.rank.name_bits());
            writer.add_document(doc)?;
        }
        let mut names = BTreeSet::new();
        for document in &documents {
            let mut doc = TantivyDocument::default();
            doc.add_u64(fields.weight, weight_bits(document));
            for (name, value) in &document.fields {
                doc.add_text(fields.field, field_term(name, value));
            }
            doc.add_bytes(fields.body, &stored::write(document)?);
            writer.add_document(doc)?;
            names.extend(document.fields.iter().map(|(name, _)| name.clone()));
        }
        // The library cannot read an index without entries: the last one is of nothing.
        writer.add_document(TantivyDocument::default())?;
        let head = Head {
            names: entries.len() as u32,
            documents: documents.len() as u32,
            fields: names.into_iter().collect(),
        };
        pack_index(&writer.finalize()?, &directory, &head)
    }
}

/// Drops names that another name of the document stands for: those that differ in spelling
/// alone. The better kind stays, of equal ones the first.
fn drop_repeated(document: &mut Document) {
    let mut names = std::mem::take(&mut document.names);
    let mut known: HashSet<String> = HashSet::new();
    // The identifier is the least of names: a name that is its own identifier stays one.
    let titles = document
        .all_names()
        .filter(|(_, k)| *k != NameKind::Identifier);
    known.extend(titles.map(|(text, _)| key(&units(text))));
    names.sort_by_key(|n| n.kind.class());
    names.retain(|n| {
        matches!(n.kind, NameKind::Hgvs | NameKind::Rsid) || known.insert(key(&units(&n.text)))
    });
    document.names = names;
}

/// The names of all documents, sorted by key and rank, each key once for each document.
fn entries(documents: &[Document]) -> Result<Vec<Entry<'_>>, TextError> {
    let of_each = documents.par_iter().enumerate();
    let of_each: Vec<Vec<Entry<'_>>> = of_each
        .map(|(number, document)| document_entries(number, document))
        .collect::<Result<_, _>>()?;
    let mut entries: Vec<_> = of_each.into_iter().flatten().collect();
    entries.par_sort_unstable_by(|a, b| (&a.key, a.rank).cmp(&(&b.key, b.rank)));
    Ok(entries)
}

fn document_entries(number: usize, document: &Document) -> Result<Vec<Entry<'_>>, TextError> {
    let mut best: HashMap<String, (Rank, &str, bool)> = HashMap::new();
    let mut count = 0;
    for (i, (text, kind)) in document.all_names().enumerate() {
        count = i + 1;
        let places = units(text).iter().map(super::fold::Unit::len).sum();
        let rank = Rank::new(places, kind, document.weight, document.kind, number, i);
        for key in keys(text, kind).into_iter().filter(|key| !key.is_empty()) {
            let identifier = kind == NameKind::Identifier;
            let entry = best.entry(key).or_insert((rank, text, identifier));
            if rank.whole() < entry.0.whole() {
                *entry = (rank, text, identifier);
            }
        }
    }
    check("names of one document", count, MAX_NAMES)?;
    let entries = best.into_iter();
    Ok(entries
        .map(|(key, (rank, text, identifier))| Entry {
            key,
            rank,
            text,
            identifier,
        })
        .collect())
}

fn check(what: &'static str, count: usize, limit: usize) -> Result<(), TextError> {
    if count >= limit {
        return Err(TextError::TooMany { what, count, limit });
    }
    Ok(())
}

/// Packs the one segment of an index, under a name that is always the same.
fn pack_index(index: &Index, directory: &RamDirectory, head: &Head) -> Result<Vec<u8>, TextError> {
    let mut files = vec![(HEAD.to_owned(), serde_json::to_vec(head)?)];
    let mut meta = directory
        .atomic_read("meta.json".as_ref())
        .map_err(tantivy::TantivyError::from)?;
    let mut paths: Vec<_> = index.directory().list_managed_files().into_iter().collect();
    paths.sort();
    for segment in index.searchable_segment_metas()? {
        let id = segment.id().uuid_string();
        for path in paths
            .iter()
            .filter(|p| p.to_string_lossy().starts_with(&id))
        {
            let file = directory
                .open_read(path)
                .map_err(tantivy::TantivyError::from)?;
            let name = path.to_string_lossy().replace(&id, &"0".repeat(32));
            files.push((name, file.read_bytes()?.to_vec()));
        }
        // The description of the index writes the name with hyphens.
        let hyphens = [8, 12, 16, 20];
        let dashed: String = id
            .char_indices()
            .flat_map(|(i, c)| hyphens.contains(&i).then_some('-').into_iter().chain([c]))
            .collect();
        let text = String::from_utf8_lossy(&meta)
            .replace(&dashed, "00000000-0000-0000-0000-000000000000")
            .replace(&id, &"0".repeat(32));
        meta = text.into_bytes();
    }
    files.push(("meta.json".to_owned(), meta));
    files.sort();
    Ok(pack(&files))
}
