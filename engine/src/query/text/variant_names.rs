//! Names of a store's variants, for stores with too many variants for a text index.
//!
//! rsIDs are numbers: four bytes and eight for the place, twelve for each, found and completed
//! by halving. Other names (HGVS) are sorted and written in blocks, each without what it shares
//! with the one before.
//!
//! ```text
//! magic      8  "gdxnames"
//! version    4  u32, little-endian        rsids   8  u64   blocks  8  u64   names  8  u64
//! numbers       u32 for each rsID, ascending
//! places        u64 for each: shard << 32 | row
//! offsets       u64 for each block, from the start of the file
//! blocks        for each name: u16 shared, u16 rest, the rest, u64 place
//! ```

use bytes::Bytes;

use super::TextError;
use super::VariantName;
use super::pack::corrupt;

const MAGIC: &[u8; 8] = b"gdxnames";
const VERSION: u32 = 1;
const HEAD: usize = 36;
/// Names of a block.
const BLOCK: usize = 32;
/// Longer names are cut on both sides.
const MAX_NAME: usize = 1000;

/// Gathers names.
#[derive(Clone, Debug, Default)]
pub struct VariantNamesBuilder {
    rsids: Vec<(u32, u64)>,
    names: Vec<(String, u64)>,
}

/// Names that were gathered.
#[derive(Clone, Debug)]
pub struct VariantNames {
    bytes: Bytes,
    rsids: usize,
    blocks: usize,
    names: usize,
}

/// The shard's ordinal in its store, and the row in the shard.
type Place = (u32, u32);

fn cut(name: &str) -> &str {
    name.get(..name.floor_char_boundary(MAX_NAME)).unwrap_or("")
}

impl VariantNamesBuilder {
    /// Adds a name of the variant at a row of a shard: an rsID, or a description by HGVS' rules;
    /// several rsIDs may be joined by `;`. Anything else is kept as it is, in lower case.
    pub fn add(&mut self, name: &str, shard: u32, row: u32) {
        let place = u64::from(shard) << 32 | u64::from(row);
        for name in name.split(';').filter(|n| !matches!(*n, "" | ".")) {
            match VariantName::recognise(name) {
                Some(VariantName::Rsid(n)) if u32::try_from(n).is_ok() => {
                    self.rsids.push((n as u32, place));
                }
                Some(known) => {
                    let keys = known.index_keys();
                    self.names
                        .extend(keys.iter().map(|k| (cut(k).to_owned(), place)));
                }
                None => self
                    .names
                    .push((cut(&name.to_lowercase()).to_owned(), place)),
            }
        }
    }

    /// Writes them down.
    #[must_use]
    pub fn finish(mut self) -> Vec<u8> {
        self.rsids.sort_unstable();
        self.rsids.dedup();
        self.names.sort_unstable();
        self.names.dedup();
        let blocks = self.names.len().div_ceil(BLOCK);
        let mut out = Vec::with_capacity(HEAD + self.rsids.len() * 12 + self.names.len() * 24);
        out.extend_from_slice(MAGIC);
        out.extend_from_slice(&VERSION.to_le_bytes());
        for n in [self.rsids.len(), blocks, self.names.len()] {
            out.extend_from_slice(&(n as u64).to_le_bytes());
        }
        for (number, _) in &self.rsids {
            out.extend_from_slice(&number.to_le_bytes());
        }
        for (_, place) in &self.rsids {
            out.extend_from_slice(&place.to_le_bytes());
        }
        let offsets = out.len();
        out.resize(offsets + blocks * 8, 0);
        for (i, block) in self.names.chunks(BLOCK).enumerate() {
            let here = (out.len() as u64).to_le_bytes();
            if let Some(slot) = out.get_mut(offsets + i * 8..offsets + i * 8 + 8) {
                slot.copy_from_slice(&here);
            }
            let mut before: &[u8] = &[];
            for (name, place) in block {
                let name = name.as_bytes();
                let shared = before.iter().zip(name).take_while(|(a, b)| a == b).count();
                let rest = name.get(shared..).unwrap_or(&[]);
                out.extend_from_slice(&(shared as u16).to_le_bytes());
                out.extend_from_slice(&(rest.len() as u16).to_le_bytes());
                out.extend_from_slice(rest);
                out.extend_from_slice(&place.to_le_bytes());
                before = name;
            }
        }
        out
    }
}

impl VariantNames {
    /// Opens what [`VariantNamesBuilder::finish`] has written.
    ///
    /// # Errors
    /// Where it is not that, or not all of it.
    pub fn open(bytes: Bytes) -> Result<Self, TextError> {
        if bytes.get(..8) != Some(MAGIC) {
            return Err(corrupt("it does not begin as a table of names does"));
        }
        let found = u32_at(&bytes, 8).unwrap_or(0);
        if found != VERSION {
            return Err(TextError::Version {
                found,
                known: VERSION,
            });
        }
        let count = |at| {
            let n = u64_at(&bytes, at).filter(|&n| n <= bytes.len() as u64);
            n.map(|n| n as usize)
                .ok_or_else(|| corrupt("a table of names claims more than it has"))
        };
        let (rsids, blocks, names) = (count(12)?, count(20)?, count(28)?);
        let least = HEAD + rsids * 12 + blocks * 8;
        if least > bytes.len() || blocks != names.div_ceil(BLOCK) {
            return Err(corrupt("a table of names ends early"));
        }
        Ok(Self {
            bytes,
            rsids,
            blocks,
            names,
        })
    }

    /// How many names there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.rsids + self.names
    }

    /// Whether there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Places of the variants with this name: shards' ordinals and rows, ascending.
    #[must_use]
    pub fn find(&self, name: &str) -> Vec<Place> {
        let known = VariantName::recognise(name);
        if let Some(VariantName::Rsid(n)) = known
            && let Ok(n) = u32::try_from(n)
        {
            let from = self.rsid_bound(u64::from(n));
            return (from..self.rsids)
                .take_while(|&i| self.number(i) == Some(n))
                .filter_map(|i| self.rsid_place(i))
                .collect();
        }
        let key = known.map_or_else(|| name.to_lowercase(), |k| k.query_key());
        let key = cut(&key);
        let mut places = Vec::new();
        self.scan(key, |name, place| {
            if name == key.as_bytes() {
                places.push(place);
            }
            name <= key.as_bytes()
        });
        places
    }

    /// The first `n` names that begin so, in order, with their places.
    #[must_use]
    pub fn complete(&self, prefix: &str, n: usize) -> Vec<(String, Place)> {
        let prefix = prefix.trim().to_lowercase();
        let mut found = Vec::new();
        if let Some(digits) = prefix.strip_prefix("rs")
            && let Ok(head) = digits.parse::<u64>()
            && !digits.starts_with('0')
        {
            // 12, 120 to 129, 1200 to 1299 and so on.
            let (mut low, mut high) = (head, head);
            while low <= u64::from(u32::MAX) && found.len() < n {
                let range = self.rsid_bound(low)..self.rsid_bound(high + 1);
                for i in range.take(n - found.len()) {
                    if let (Some(number), Some(place)) = (self.number(i), self.rsid_place(i)) {
                        found.push((format!("rs{number}"), place));
                    }
                }
                (low, high) = (low * 10, high * 10 + 9);
            }
            return found;
        }
        self.scan(&prefix, |name, place| {
            if name.starts_with(prefix.as_bytes()) && found.len() < n {
                found.push((String::from_utf8_lossy(name).into_owned(), place));
            }
            found.len() < n && (name < prefix.as_bytes() || name.starts_with(prefix.as_bytes()))
        });
        found
    }

    fn number(&self, i: usize) -> Option<u32> {
        u32_at(&self.bytes, HEAD + i * 4)
    }

    fn rsid_place(&self, i: usize) -> Option<Place> {
        u64_at(&self.bytes, HEAD + self.rsids * 4 + i * 8).map(place)
    }

    /// The first rsID whose number is not below `number`.
    fn rsid_bound(&self, number: u64) -> usize {
        let (mut low, mut high) = (0, self.rsids);
        while low < high {
            let middle = low + (high - low) / 2;
            if self.number(middle).is_some_and(|n| u64::from(n) < number) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low
    }

    fn block_start(&self, block: usize) -> Option<usize> {
        let at = HEAD + self.rsids * 12 + block * 8;
        usize::try_from(u64_at(&self.bytes, at)?).ok()
    }

    /// The first name of a block, which shares nothing.
    fn block_head(&self, block: usize) -> Option<&[u8]> {
        let at = self.block_start(block)?;
        let rest = usize::from(u16_at(&self.bytes, at.checked_add(2)?)?);
        let from = at.checked_add(4)?;
        self.bytes.get(from..from.checked_add(rest)?)
    }

    /// Gives names and places from the block in which `from` stands, until told to stop. Stops
    /// as well where the bytes make no sense.
    fn scan(&self, from: &str, mut each: impl FnMut(&[u8], Place) -> bool) {
        let (mut low, mut high) = (0, self.blocks);
        while low < high {
            let middle = low + (high - low) / 2;
            if self
                .block_head(middle)
                .is_some_and(|head| head < from.as_bytes())
            {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        // The block before may hold it too: heads of equal names.
        for block in low.saturating_sub(1)..self.blocks {
            if self.scan_block(block, &mut each).is_none() {
                return;
            }
        }
    }

    fn scan_block(&self, block: usize, each: &mut impl FnMut(&[u8], Place) -> bool) -> Option<()> {
        let mut at = self.block_start(block)?;
        let count = BLOCK.min(self.names.checked_sub(block * BLOCK)?);
        let mut name = Vec::new();
        for _ in 0..count {
            let shared = usize::from(u16_at(&self.bytes, at)?);
            let rest = usize::from(u16_at(&self.bytes, at.checked_add(2)?)?);
            at = at.checked_add(4)?;
            name.truncate(shared);
            name.extend_from_slice(self.bytes.get(at..at.checked_add(rest)?)?);
            at = at.checked_add(rest)?;
            let place = place(u64_at(&self.bytes, at)?);
            at = at.checked_add(8)?;
            if !each(&name, place) {
                return None;
            }
        }
        Some(())
    }
}

const fn place(bits: u64) -> Place {
    ((bits >> 32) as u32, bits as u32)
}

fn array<const N: usize>(bytes: &[u8], at: usize) -> Option<[u8; N]> {
    bytes.get(at..at.checked_add(N)?)?.try_into().ok()
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    array(bytes, at).map(u16::from_le_bytes)
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    array(bytes, at).map(u32::from_le_bytes)
}

fn u64_at(bytes: &[u8], at: usize) -> Option<u64> {
    array(bytes, at).map(u64::from_le_bytes)
}
