//! An open index: where entries are, and what they are.

use std::sync::Arc;

use roaring::RoaringBitmap;
use tantivy::postings::Postings;
use tantivy::query::Query as TantivyQuery;
use tantivy::schema::Value;
use tantivy::store::StoreReader;
use tantivy::{DocSet, Index, ReloadPolicy, Searcher, SegmentReader, TERMINATED, TantivyDocument};

use super::TextError;
use super::build::{Fields, HEAD, Head, schema, tokenizers};
use super::candidates::{Best, Entries};
use super::document::Document;
use super::pack::{Packed, corrupt, guarded};
use super::query::Query;
use super::rank::Rank;
use super::stored;

/// Blocks of documents that are kept unpacked.
const BLOCKS: usize = 256;

/// An open index. Cheap to share between threads; answers do not depend on how many there are.
pub struct TextIndex {
    pub(super) fields: Fields,
    pub(super) head: Head,
    pub(super) searcher: Searcher,
    /// Of each name, then of each document.
    pub(super) ranks: Arc<[u64]>,
    segment: SegmentReader,
    store: StoreReader,
}

impl std::fmt::Debug for TextIndex {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TextIndex")
            .field("head", &self.head)
            .finish_non_exhaustive()
    }
}

impl TextIndex {
    /// Opens a packed index; its checksum is compared first, so that bytes that were damaged on
    /// their way are refused. Memory: one copy of the bytes, and eight for each name.
    ///
    /// # Errors
    /// [`TextError::Corrupt`] or [`TextError::Version`] where it is not a whole index that this
    /// program has written.
    pub fn open(bytes: &[u8]) -> Result<Self, TextError> {
        let packed = Packed::open(bytes)?;
        guarded(|| Self::of_packed(packed))
    }

    fn of_packed(packed: Packed) -> Result<Self, TextError> {
        let head: Head = serde_json::from_slice(&packed.get(HEAD)?)?;
        let mut index = Index::open(packed)?;
        let (known, fields) = schema();
        if index.schema() != known {
            return Err(corrupt("its fields are others"));
        }
        index.set_tokenizers(tokenizers());
        let reader = index
            .reader_builder()
            .reload_policy(ReloadPolicy::Manual)
            .try_into()?;
        let searcher = reader.searcher();
        let [segment] = searcher.segment_readers() else {
            return Err(corrupt("it is not one segment"));
        };
        let segment = segment.clone();
        // And one entry of nothing at the end.
        let entries = u64::from(head.names) + u64::from(head.documents) + 1;
        if entries != u64::from(segment.max_doc()) {
            return Err(corrupt("it has another number of entries than it says"));
        }
        let ranks = ranks(&segment, &head)?;
        Ok(Self {
            fields,
            head,
            store: segment.get_store_reader(BLOCKS)?,
            ranks,
            segment,
            searcher,
        })
    }

    /// How many documents can be found.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.head.documents as usize
    }

    /// Whether there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.head.documents == 0
    }

    /// How many different names they have.
    #[must_use]
    pub const fn n_names(&self) -> usize {
        self.head.names as usize
    }

    /// Names of fields that can be asked for beside `kind`.
    #[must_use]
    pub fn fields(&self) -> &[String] {
        &self.head.fields
    }

    /// Understands what was typed. See [`Query`].
    ///
    /// # Errors
    /// [`TextError::Query`] with the place and the nearest name where there is no such field or
    /// kind, or a quotation does not end.
    pub fn parse(&self, text: &str) -> Result<Query, TextError> {
        Query::parse_with(text, &self.head.fields)
    }

    /// A document by its number.
    pub(super) fn document(&self, number: u32) -> Result<Document, TextError> {
        let doc: TantivyDocument = self.store.get(self.head.names.saturating_add(number))?;
        let body = doc.get_first(self.fields.body).and_then(|v| v.as_bytes());
        let body = body.ok_or_else(|| corrupt("a document has no body"))?;
        Ok(stored::read(body)?)
    }

    /// The rank of an entry.
    pub(super) fn rank(&self, entry: u32) -> Option<Rank> {
        self.ranks.get(entry as usize).copied().map(Rank)
    }

    /// Names with exactly this key: their entries lie together.
    pub(super) fn with_key(&self, key: &str) -> Result<std::ops::Range<u32>, TextError> {
        let inverted = self.segment.inverted_index(self.fields.key)?;
        let Some(info) = inverted.terms().get(key)? else {
            return Ok(0..0);
        };
        let first = first_doc(&inverted, &info)?;
        Ok(first..first.saturating_add(info.doc_freq).min(self.head.names))
    }

    /// Names whose key begins so; entries are in the order of keys.
    pub(super) fn with_prefix(&self, prefix: &str) -> Result<std::ops::Range<u32>, TextError> {
        let start = self.lower_bound(prefix.as_bytes())?;
        let mut end = prefix.as_bytes().to_vec();
        // No byte of a text is 255.
        match end.last_mut() {
            Some(last) => *last = last.saturating_add(1),
            None => return Ok(0..self.head.names),
        }
        Ok(start..self.lower_bound(&end)?.max(start))
    }

    /// The first entry whose key is not below `key`.
    fn lower_bound(&self, key: &[u8]) -> Result<u32, TextError> {
        let inverted = self.segment.inverted_index(self.fields.key)?;
        let mut terms = inverted.terms().range().ge(key).into_stream()?;
        if !terms.advance() {
            return Ok(self.head.names);
        }
        first_doc(&inverted, terms.value()).map(|doc| doc.min(self.head.names))
    }

    /// All documents whose names or selves a query finds.
    pub(super) fn documents_with(
        &self,
        query: &dyn TantivyQuery,
    ) -> Result<RoaringBitmap, TextError> {
        let entries = self.searcher.search(query, &Entries)?;
        let ranks = entries.into_iter().filter_map(|entry| self.rank(entry));
        Ok(ranks.map(Rank::document).collect())
    }

    /// The rank of a document for what its names say together.
    pub(super) fn document_rank(&self, number: u32) -> Option<Rank> {
        self.rank(self.head.names.saturating_add(number))
    }

    /// The best entries that a query finds.
    pub(super) fn collect(
        &self,
        query: &dyn TantivyQuery,
        best: &Best<'_>,
    ) -> Result<Vec<Rank>, TextError> {
        Ok(self.searcher.search(query, &best.collector(&self.ranks))?)
    }
}

/// Ranks of the names, then of the documents.
fn ranks(segment: &SegmentReader, head: &Head) -> Result<Arc<[u64]>, TextError> {
    let column = |name| -> Result<Vec<u64>, TextError> {
        let column = segment.fast_fields().u64(name)?;
        Ok(column.first_or_default_col(0).iter().collect())
    };
    let (names, weights) = (column("name")?, column("weight")?);
    let entries = head.names as usize + head.documents as usize;
    let (Some(names), Some(weights)) = (
        names.get(..head.names as usize),
        weights.get(head.names as usize..entries),
    ) else {
        return Err(corrupt("entries have no rank"));
    };
    let of_document = |name: u64| {
        let document = Rank::from_bits(name, 0).document();
        let weight = weights.get(document as usize);
        weight
            .map(|&weight| Rank::from_bits(name, weight).0)
            .ok_or_else(|| corrupt("a name is of no document"))
    };
    let documents = weights.iter().enumerate().map(|(i, &weight)| {
        // As a label without a length.
        Ok(Rank::from_bits((i as u64) << 19 | 1 << 6, weight).0)
    });
    let ranks = names.iter().map(|&name| of_document(name)).chain(documents);
    ranks.collect()
}

fn first_doc(
    inverted: &tantivy::InvertedIndexReader,
    info: &tantivy::postings::TermInfo,
) -> Result<u32, TextError> {
    let postings =
        inverted.read_postings_from_terminfo(info, tantivy::schema::IndexRecordOption::Basic)?;
    // A term without entries is none.
    let _ = postings.term_freq();
    match postings.doc() {
        TERMINATED => Err(corrupt("a name has no entry")),
        doc => Ok(doc),
    }
}
