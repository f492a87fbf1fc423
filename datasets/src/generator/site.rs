//! Positions, alleles, ids and quality of a block's records.

use super::plan::{BLOCK_MULTI, BLOCK_ROWS, BlockPlace};
use super::spectrum::{Class, Spectrum};
use super::stream::{Purpose, Stream, key};

/// Fraction of records that are insertions or deletions.
const INDELS: f64 = 0.1;
/// Fraction of SNVs that are transitions (two for each transversion).
const TRANSITIONS: f64 = 0.67;
/// Fraction of records that pass all filters.
const PASS: f64 = 0.97;
/// Fraction of records with missing calls.
const WITH_MISSING: f64 = 0.1;
const BASES: [u8; 4] = *b"ACGT";

/// A record to be: what its VCF line says, and how its calls are drawn.
#[derive(Clone, Debug)]
pub(super) struct Record {
    /// 1-based.
    pub(super) pos: u32,
    pub(super) id: String,
    pub(super) reference: String,
    /// One or two.
    pub(super) alternates: Vec<String>,
    pub(super) qual: f32,
    pub(super) filter: &'static str,
    /// Ordinal within the contig.
    pub(super) ordinal: u32,
    /// By ALT.
    pub(super) classes: Vec<Class>,
    /// Fraction of calls that are missing.
    pub(super) missing: f64,
    /// Key of the stream from which the calls are drawn.
    pub(super) key: u64,
}

/// The records of a block. `contig` is the contig's index, `window` the bases it may lie in.
pub(super) fn records(
    seed: u64,
    place: &BlockPlace,
    window: u32,
    spectrum: &Spectrum,
) -> Vec<Record> {
    let under = |purpose: Purpose| {
        key(
            key(key(seed, purpose as u64), place.contig as u64),
            place.block,
        )
    };
    let reference = Reference(key(
        key(seed, Purpose::Reference as u64),
        place.contig as u64,
    ));
    let calls = under(Purpose::Calls);
    let mut stream = Stream::new(under(Purpose::Sites));
    // A last block may have room for fewer records with two ALTs, or none.
    let multi = (place.rows * BLOCK_MULTI / BLOCK_ROWS) as usize;
    let n = place.rows as usize - multi;
    let offsets = distinct(&mut stream, n, window);
    let two_alts = distinct(&mut stream, multi, n as u32);
    (0..n)
        .map(|i| {
            let pos = place.start + offsets[i];
            let n_alts = 1 + usize::from(two_alts.binary_search(&(i as u32)).is_ok());
            let (reference, alternates) = alleles(&reference, pos, n_alts, &mut stream);
            let mut classes = vec![spectrum.draw(&mut stream)];
            if n_alts == 2 {
                classes.push(spectrum.draw_rare(&mut stream));
            }
            let number = 10_000_000 + (place.rows_before + i as u64) * 3 + stream.below(3);
            let passes = stream.chance(PASS);
            let qual = if passes {
                3_000 + stream.below(97_000)
            } else {
                1_000 + stream.below(2_000)
            };
            let missing = if stream.chance(WITH_MISSING) {
                let u = stream.unit();
                0.001 + 0.05 * u * u * u
            } else {
                0.0
            };
            Record {
                pos,
                id: if classes[0] == Class::Common {
                    format!("rs{number}")
                } else {
                    ".".to_owned()
                },
                reference,
                alternates,
                qual: qual as f32 / 100.0,
                filter: if passes { "PASS" } else { "LowQual" },
                ordinal: (place.records_before + i as u64) as u32,
                classes,
                missing,
                key: key(calls, i as u64),
            }
        })
        .collect()
}

/// `n` different numbers below `below`, ascending; all of them where there are no more.
fn distinct(stream: &mut Stream, n: usize, below: u32) -> Vec<u32> {
    let mut out: Vec<u32> = Vec::with_capacity(n);
    while out.len() < n.min(below as usize) {
        let missing = n - out.len();
        out.extend((0..missing).map(|_| stream.below(u64::from(below)) as u32));
        out.sort_unstable();
        out.dedup();
    }
    out
}

/// A reference sequence made up base by base, so that overlapping records agree on it.
struct Reference(u64);

impl Reference {
    fn base(&self, pos: u32) -> u8 {
        BASES[(key(self.0, u64::from(pos)) >> 62) as usize]
    }

    fn bases(&self, pos: u32, length: u32) -> String {
        (pos..pos + length)
            .map(|p| char::from(self.base(p)))
            .collect()
    }
}

/// REF and one or two ALTs at `pos`.
fn alleles(
    reference: &Reference,
    pos: u32,
    n_alts: usize,
    stream: &mut Stream,
) -> (String, Vec<String>) {
    let base = reference.base(pos);
    let mut alternates = Vec::with_capacity(n_alts);
    let mut length = 1;
    if stream.chance(INDELS) {
        // Half as many of each further base.
        let size = 1 + stream.next().trailing_zeros().min(30);
        if n_alts == 1 && stream.chance(0.6) {
            length += size;
            alternates.push(char::from(base).to_string());
        } else {
            let mut insertion = char::from(base).to_string();
            insertion.extend((0..size).map(|_| char::from(BASES[stream.below(4) as usize])));
            alternates.push(insertion);
        }
    } else {
        alternates.push(substitute(base, stream).to_string());
    }
    while alternates.len() < n_alts {
        let alternate = substitute(base, stream).to_string();
        if alternates[0] != alternate {
            alternates.push(alternate);
        }
    }
    (reference.bases(pos, length), alternates)
}

fn substitute(base: u8, stream: &mut Stream) -> char {
    let (transition, transversions) = match base {
        b'A' => ('G', ['C', 'T']),
        b'G' => ('A', ['C', 'T']),
        b'C' => ('T', ['A', 'G']),
        _ => ('C', ['A', 'G']),
    };
    if stream.chance(TRANSITIONS) {
        transition
    } else {
        transversions[stream.below(2) as usize]
    }
}
