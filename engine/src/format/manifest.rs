//! The manifest: what a store consists of. One JSON file, checksummed, replaced as a whole.
//!
//! ```text
//! {"blake3":"<64 hex digits>",
//! "manifest":<body>}
//! ```
//!
//! The checksum is that of the body's bytes as written, so every changed byte is noticed.

use std::collections::{BTreeMap, HashSet};
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::FormatError;
use super::matrix::WrittenFile;

/// Name of the manifest in a store's folder.
pub const MANIFEST: &str = "manifest.json";
/// The format written, and the newest read.
pub const FORMAT_VERSION: u32 = 2;
/// The oldest format read.
pub const OLDEST_VERSION: u32 = 1;

const HEAD: &str = "{\"blake3\":\"";
const MIDDLE: &str = "\",\n\"manifest\":";
const TAIL: &str = "}\n";

/// A file of a store.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileEntry {
    /// Path within the store: `g000001/name`.
    pub path: String,
    /// Length in bytes.
    pub length: u64,
    /// BLAKE3, in hexadecimal: of the whole file, or for genotype files of the header and
    /// section table, which hold the sections' own.
    pub blake3: String,
}

impl FileEntry {
    /// An entry for a file just written.
    #[must_use]
    pub fn new(path: String, file: &WrittenFile) -> Self {
        Self {
            path,
            length: file.length,
            blake3: file.checksum.to_hex().to_string(),
        }
    }

    /// The checksum; manifests are checked to have valid ones when they are read.
    ///
    /// # Errors
    /// [`FormatError::Corrupt`] where the text is not a checksum.
    pub fn written(&self, path: &Path) -> Result<WrittenFile, FormatError> {
        let checksum = blake3::Hash::from_hex(&self.blake3)
            .map_err(|e| FormatError::corrupt(path, "the manifest", e))?;
        Ok(WrittenFile {
            length: self.length,
            checksum,
        })
    }
}

/// A contig of the reference, as the input names it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ContigEntry {
    /// Name as written in the input.
    pub name: String,
    /// Length in bases, where the input says it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub length: Option<u32>,
}

/// A shard: consecutive rows of one contig.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShardEntry {
    /// Index into the manifest's contigs.
    pub contig: u32,
    /// Rows, at least one.
    pub rows: u64,
    /// Rows whose genotypes are planes.
    pub dense_rows: u64,
    /// 1-based position of the first row.
    pub first: u32,
    /// 1-based position of the last row.
    pub last: u32,
    /// Bases that the longest row spans on the reference: how far before a region its rows
    /// may start.
    pub longest: u32,
    /// The genotype matrix.
    pub genotypes: FileEntry,
    /// The site table.
    pub sites: FileEntry,
    /// Bitmaps over the categories of the site table, where they were built.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub site_index: Option<FileEntry>,
    /// The shard's part of each annotation layer that has one, by the layer's name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub layers: BTreeMap<String, LayerFiles>,
}

/// A shard's part of an annotation layer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LayerFiles {
    /// The values: as many rows as the shard.
    pub table: FileEntry,
    /// Bitmaps over the rows for each value of the layer's categories.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub index: Option<FileEntry>,
}

/// What the values of a layer are called in questions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LayerKind {
    /// Fields of INFO.
    Info,
    /// Fields of FORMAT: values of each sample.
    Format,
    /// Columns of our own: GENE, CONSEQUENCE and the like.
    Columns,
}

/// Type of the values of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ColumnType {
    /// 32-bit whole numbers.
    Integer,
    /// 32-bit floats.
    Float,
    /// Text.
    Text,
    /// There or not.
    Flag,
}

/// A column of an annotation layer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ColumnEntry {
    /// The field's ID, or the column's name.
    pub name: String,
    /// Type of its values.
    pub kind: ColumnType,
    /// VCF's Number: `A`, `R`, `G`, `.`, or how many.
    pub number: String,
    /// What it means.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// Sequence-Ontology terms, which have an order of severity.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub terms: bool,
}

/// A set of columns that came from one source, one table in each shard.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LayerEntry {
    /// Its name: `info`, `consequence`, `genes`, `clinvar`.
    pub name: String,
    /// What its values are called.
    pub kind: LayerKind,
    /// What it was made from.
    pub source: String,
    /// Its columns; a shard's table has those of them that it has values for.
    pub columns: Vec<ColumnEntry>,
}

/// How a generation came to be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Provenance {
    /// Generation that this step made.
    pub generation: u64,
    /// Program and version.
    pub program: String,
    /// What was done: `index`, `add`, `withdraw`.
    pub action: String,
    /// Options that changed the result, as given.
    pub options: Vec<String>,
    /// Inputs, in order.
    pub inputs: Vec<InputEntry>,
}

/// An input of an import.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InputEntry {
    /// File name as given; `-` for standard input.
    pub name: String,
    /// Bytes read.
    pub length: u64,
    /// BLAKE3 of the bytes read, in hexadecimal.
    pub blake3: String,
}

/// All that a store is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// Version of the format.
    pub format_version: u32,
    /// Number of this state of the store; the first is 1.
    pub generation: u64,
    /// Genome build: `GRCh37`, `GRCh38`, or `unknown`.
    pub build: String,
    /// Columns of every genotype matrix.
    pub n_samples: u64,
    /// Columns whose participants have withdrawn, ascending: in no answer.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub withdrawn: Vec<u32>,
    /// The sample table.
    pub samples: FileEntry,
    /// Contigs, in the order of the input.
    pub contigs: Vec<ContigEntry>,
    /// Shards, by contig, then by position.
    pub shards: Vec<ShardEntry>,
    /// Regions in which a sample without a row was called, where they are known (BED).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub callable: Option<FileEntry>,
    /// The `##` lines of the first input's header, as they stand.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub header: Option<FileEntry>,
    /// Annotation layers, in the order they were added.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub layers: Vec<LayerEntry>,
    /// Tables over the whole store, by name: gene models, the text index, saved results.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub tables: BTreeMap<String, FileEntry>,
    /// How it came to be, oldest first.
    pub provenance: Vec<Provenance>,
}

/// The field read before all others, from any version.
#[derive(Deserialize)]
struct VersionOnly {
    format_version: u32,
}

impl Manifest {
    /// The first generation of a store without shards.
    #[must_use]
    pub fn new(build: String, n_samples: u64, samples: FileEntry) -> Self {
        Self {
            format_version: FORMAT_VERSION,
            generation: 1,
            build,
            n_samples,
            withdrawn: Vec::new(),
            samples,
            contigs: Vec::new(),
            shards: Vec::new(),
            callable: None,
            header: None,
            layers: Vec::new(),
            tables: BTreeMap::new(),
            provenance: Vec::new(),
        }
    }

    /// Rows of all shards.
    #[must_use]
    pub fn n_rows(&self) -> u64 {
        self.shards.iter().map(|s| s.rows).sum()
    }

    /// Every file of the store but the manifest.
    pub fn files(&self) -> impl Iterator<Item = &FileEntry> {
        let shards = self.shards.iter().flat_map(|s| {
            let layers = s.layers.values();
            [&s.genotypes, &s.sites]
                .into_iter()
                .chain(&s.site_index)
                .chain(layers.flat_map(|l| std::iter::once(&l.table).chain(&l.index)))
        });
        std::iter::once(&self.samples)
            .chain(shards)
            .chain(&self.callable)
            .chain(&self.header)
            .chain(self.tables.values())
    }

    /// The bytes of the file.
    ///
    /// # Errors
    /// [`FormatError::Unsuitable`]; in practice never.
    pub fn encode(&self) -> Result<Vec<u8>, FormatError> {
        let body = serde_json::to_string_pretty(self)
            .map_err(|e| FormatError::Unsuitable(format!("cannot write the manifest: {e}")))?;
        let hash = blake3::hash(body.as_bytes()).to_hex();
        Ok(format!("{HEAD}{hash}{MIDDLE}{body}{TAIL}").into_bytes())
    }

    /// Reads the bytes of `path` and checks them.
    ///
    /// # Errors
    /// [`FormatError::Version`] for another format, else [`FormatError::Corrupt`].
    pub fn decode(path: &Path, bytes: &[u8]) -> Result<Self, FormatError> {
        let corrupt = |reason: String| FormatError::corrupt(path, "the manifest", reason);
        let text = std::str::from_utf8(bytes).map_err(|e| corrupt(e.to_string()))?;
        let parts = text
            .strip_prefix(HEAD)
            .and_then(|t| t.split_at_checked(64))
            .and_then(|(hash, t)| Some((hash, t.strip_prefix(MIDDLE)?.strip_suffix(TAIL)?)));
        let (hash, body) = parts.ok_or_else(|| corrupt("it has not the form of one".to_owned()))?;
        // Hexadecimal digits have two forms, of which one is written.
        if blake3::hash(body.as_bytes()).to_hex().as_str() != hash {
            return Err(corrupt("the checksum differs".to_owned()));
        }
        let version: VersionOnly =
            serde_json::from_str(body).map_err(|e| corrupt(e.to_string()))?;
        if !(OLDEST_VERSION..=FORMAT_VERSION).contains(&version.format_version) {
            return Err(FormatError::Version {
                path: path.to_owned(),
                found: version.format_version,
                oldest: OLDEST_VERSION,
                newest: FORMAT_VERSION,
            });
        }
        let manifest: Self = serde_json::from_str(body).map_err(|e| corrupt(e.to_string()))?;
        manifest.check().map_err(corrupt)?;
        Ok(manifest)
    }

    fn check(&self) -> Result<(), String> {
        if self.generation == 0 {
            return Err("generation 0".to_owned());
        }
        if self.n_samples > 1 << 29 {
            return Err(format!(
                "{} samples; at most 2^29 are supported",
                self.n_samples
            ));
        }
        let ascending = self.withdrawn.is_sorted_by(|a, b| a < b);
        if !ascending
            || self
                .withdrawn
                .last()
                .is_some_and(|&s| u64::from(s) >= self.n_samples)
        {
            return Err("the withdrawn samples are out of order or range".to_owned());
        }
        let mut names = HashSet::new();
        if let Some(c) = self.contigs.iter().find(|c| !names.insert(c.name.as_str())) {
            return Err(format!("contig {} is there twice", c.name));
        }
        let mut layers = HashSet::new();
        for layer in &self.layers {
            if !plain(&layer.name) || !layers.insert(layer.name.as_str()) {
                return Err(format!("layer {:?} is there twice or misnamed", layer.name));
            }
            let mut columns = HashSet::new();
            if let Some(c) = layer.columns.iter().find(|c| !columns.insert(&c.name)) {
                return Err(format!("layer {} has {} twice", layer.name, c.name));
            }
        }
        let of_shards = self.shards.iter().flat_map(|s| s.layers.keys());
        if let Some(name) = of_shards.into_iter().find(|n| !layers.contains(n.as_str())) {
            return Err(format!("a shard has layer {name:?}, which is not listed"));
        }
        let mut paths = HashSet::new();
        for file in self.files() {
            if !safe_path(&file.path) {
                return Err(format!("{:?} is not a path within the store", file.path));
            }
            if !paths.insert(file.path.as_str()) {
                return Err(format!("file {} is there twice", file.path));
            }
            if blake3::Hash::from_hex(&file.blake3).is_err() {
                return Err(format!("file {} has no valid checksum", file.path));
            }
        }
        for (i, s) in self.shards.iter().enumerate() {
            let fits = (s.contig as usize) < self.contigs.len()
                && s.rows > 0
                && s.rows <= u64::from(u32::MAX)
                && s.dense_rows <= s.rows
                && s.first <= s.last;
            let follows = i == 0 || {
                let before = &self.shards[i - 1];
                (before.contig, before.last) <= (s.contig, s.first) || before.contig < s.contig
            };
            if !fits || !follows {
                return Err(format!("shard {i} is out of order or range"));
            }
        }
        Ok(())
    }
}

/// Whether `path` is `folder/name` of plain characters: it cannot leave the store.
fn safe_path(path: &str) -> bool {
    path.split_once('/')
        .is_some_and(|(folder, name)| plain(folder) && plain(name))
}

/// Whether `name` is a file name of plain characters.
fn plain(name: &str) -> bool {
    !name.is_empty()
        && !name.starts_with('.')
        && name
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &str) -> FileEntry {
        FileEntry {
            path: path.to_owned(),
            length: 7,
            blake3: blake3::hash(path.as_bytes()).to_hex().to_string(),
        }
    }

    fn manifest() -> Manifest {
        let shard = |n: u32, first| ShardEntry {
            contig: n,
            rows: 5,
            dense_rows: 2,
            first,
            last: first + 9,
            longest: 1,
            genotypes: file(&format!("g000001/{n}-{first}.geno")),
            sites: file(&format!("g000001/{n}-{first}.arrow")),
            site_index: None,
            layers: BTreeMap::new(),
        };
        let contig = |name: &str| ContigEntry {
            name: name.to_owned(),
            length: None,
        };
        Manifest {
            format_version: FORMAT_VERSION,
            generation: 1,
            build: "GRCh38".to_owned(),
            n_samples: 10,
            withdrawn: vec![3, 9],
            samples: file("g000001/samples.arrow"),
            contigs: vec![contig("1"), contig("HLA:A*01")],
            shards: vec![shard(0, 100), shard(0, 109), shard(1, 5)],
            callable: None,
            header: None,
            layers: Vec::new(),
            tables: BTreeMap::new(),
            provenance: Vec::new(),
        }
    }

    #[test]
    fn comes_back_and_every_flipped_bit_is_found() {
        let path = Path::new("m");
        let bytes = manifest().encode().unwrap();
        assert_eq!(Manifest::decode(path, &bytes).unwrap(), manifest());
        let mut copy = bytes.clone();
        for bit in 0..bytes.len() * 8 {
            copy[bit / 8] ^= 1 << (bit % 8);
            assert!(Manifest::decode(path, &copy).is_err(), "bit {bit}");
            copy[bit / 8] ^= 1 << (bit % 8);
        }
        for len in 0..bytes.len() {
            assert!(Manifest::decode(path, &bytes[..len]).is_err());
        }
    }

    #[test]
    fn wrong_contents_are_refused_by_name() {
        let wrong = |change: &dyn Fn(&mut Manifest)| {
            let mut m = manifest();
            change(&mut m);
            let error = Manifest::decode(Path::new("m"), &m.encode().unwrap());
            error.unwrap_err().to_string()
        };
        assert!(wrong(&|m| m.format_version = FORMAT_VERSION + 1).contains("update genodex"));
        assert!(
            wrong(&|m| m.samples.path = "g1/../../etc".to_owned()).contains("within the store")
        );
        assert!(wrong(&|m| m.shards.swap(0, 2)).contains("shard 1"));
        assert!(wrong(&|m| m.shards[1].sites = m.shards[0].sites.clone()).contains("twice"));
        assert!(wrong(&|m| m.withdrawn = vec![10]).contains("withdrawn"));
        assert!(wrong(&|m| m.contigs[1].name = "1".to_owned()).contains("contig 1"));
        assert!(wrong(&|m| m.samples.blake3.clear()).contains("checksum"));
    }
}
