//! Records as BCF 2.2.

use super::block::RowCalls;
use super::site::Record;
use genodex_engine::genotype::ones;

/// `BCF`, major and minor version.
const MAGIC: [u8; 5] = *b"BCF\x02\x02";
/// Places in the dictionary of strings: the order of the header's lines, PASS first.
const LOW_QUAL: i8 = 1;
const AC: i8 = 2;
const AN: i8 = 3;
const GT: i8 = 4;
/// Types of values.
const INT8: u8 = 1;
const INT32: u8 = 3;
const CHAR: u8 = 7;
/// `0|0`: twice the allele plus one, the second marked as phased.
const HOM_REF: [u8; 2] = [2, 3];
/// `.|.`.
const MISSING: [u8; 2] = [0, 1];

/// The file's head: magic, length, text with its closing zero byte.
pub(super) fn header(text: &str) -> Vec<u8> {
    let mut out = MAGIC.to_vec();
    out.extend_from_slice(&(text.len() as u32 + 1).to_le_bytes());
    out.extend_from_slice(text.as_bytes());
    out.push(0);
    out
}

/// Records over one number of samples.
pub(super) struct BcfRecords {
    samples: u32,
    /// Everyone `0|0`.
    blank: Vec<u8>,
}

impl BcfRecords {
    pub(super) fn new(samples: usize) -> Self {
        // At most 2^29 samples.
        Self {
            samples: samples as u32,
            blank: HOM_REF.repeat(samples),
        }
    }

    /// Puts a record's bytes into `out`, in place of what was there.
    pub(super) fn write(
        &self,
        out: &mut Vec<u8>,
        contig: usize,
        record: &Record,
        rows: &[RowCalls],
    ) {
        out.clear();
        // The two lengths, filled in below.
        out.extend_from_slice(&[0; 8]);
        out.extend_from_slice(&(contig as u32).to_le_bytes());
        out.extend_from_slice(&(record.pos - 1).to_le_bytes());
        out.extend_from_slice(&(record.reference.len() as u32).to_le_bytes());
        out.extend_from_slice(&record.qual.to_le_bytes());
        // Two INFO fields, then REF and the ALTs.
        out.extend_from_slice(&2u16.to_le_bytes());
        out.extend_from_slice(&(1 + rows.len() as u16).to_le_bytes());
        // One FORMAT field in the highest byte.
        out.extend_from_slice(&(self.samples | 1 << 24).to_le_bytes());
        put_text(out, if record.id == "." { "" } else { &record.id });
        put_text(out, &record.reference);
        for alternate in &record.alternates {
            put_text(out, alternate);
        }
        put_key(out, if record.filter == "PASS" { 0 } else { LOW_QUAL });
        put_key(out, AC);
        put_integers(out, rows.iter().map(|r| r.allele_count));
        put_key(out, AN);
        put_integers(out, rows.iter().take(1).map(|r| r.allele_number));
        let shared = out.len() - 8;

        put_key(out, GT);
        out.push(2 << 4 | INT8);
        let start = out.len();
        out.extend_from_slice(&self.blank);
        let calls = out[start..].as_chunks_mut::<2>().0;
        for (row, allele) in rows.iter().zip(1u8..) {
            for (side, plane) in row.haplotypes().into_iter().enumerate() {
                for s in ones(plane.words()) {
                    calls[s as usize][side] = (allele + 1) << 1 | HOM_REF[side] & 1;
                }
            }
        }
        if let Some(row) = rows.first() {
            for s in row.missing() {
                calls[s as usize] = MISSING;
            }
        }
        let own = out.len() - 8 - shared;
        out[..4].copy_from_slice(&(shared as u32).to_le_bytes());
        out[4..8].copy_from_slice(&(own as u32).to_le_bytes());
    }
}

/// A type byte; a length of 15 and more follows as an integer of its own.
fn put_type(out: &mut Vec<u8>, length: usize, kind: u8) {
    if length < 15 {
        out.push((length as u8) << 4 | kind);
    } else {
        out.push(15 << 4 | kind);
        out.push(1 << 4 | INT32);
        out.extend_from_slice(&(length as u32).to_le_bytes());
    }
}

fn put_text(out: &mut Vec<u8>, text: &str) {
    put_type(out, text.len(), CHAR);
    out.extend_from_slice(text.as_bytes());
}

fn put_key(out: &mut Vec<u8>, key: i8) {
    out.push(1 << 4 | INT8);
    out.push(key as u8);
}

/// 32 bits each: counts are at most twice 2^29.
fn put_integers(out: &mut Vec<u8>, values: impl ExactSizeIterator<Item = u64>) {
    put_type(out, values.len(), INT32);
    for value in values {
        out.extend_from_slice(&(value as u32).to_le_bytes());
    }
}
