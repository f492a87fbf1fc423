//! Random records, written as VCF text and as BCF bytes, and what they mean, sample by sample.

use std::fmt::Write as _;

use genodex_engine::genotype::{CallPlanes, Genotype, HalfCall, PhaseSet};

use super::*;

/// A small generator of numbers (splitmix64).
pub(super) struct Random(pub(super) u64);

impl Random {
    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub(super) fn below(&mut self, n: usize) -> usize {
        (self.next() % n.max(1) as u64) as usize
    }

    fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }
}

#[derive(Clone, Debug, Default)]
pub(super) struct Sample {
    pub(super) alleles: Vec<Option<usize>>,
    /// The mark before each allele is `|`; that of the first is written only if `lead`.
    pub(super) phased: Vec<bool>,
    pub(super) lead: bool,
    pub(super) ps: Option<i64>,
    pub(super) gq: Option<u8>,
    pub(super) dp: Option<u8>,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Row {
    pub(super) n_alts: usize,
    pub(super) samples: Vec<Sample>,
    /// FORMAT, in order.
    pub(super) keys: Vec<&'static str>,
}

pub(super) const KEYS: [&str; 4] = ["GT", "PS", "GQ", "DP"];

impl Row {
    pub(super) fn random(random: &mut Random, n_samples: usize) -> Self {
        let n_alts = [1, 1, 1, 2, 3, 0, 9, 12, 70][random.below(9)];
        // Some records are plain, so that the fast way is taken.
        let odd = [0, 0, 500, 60, 3][random.below(5)];
        let all_phased = random.one_in(2);
        let keys = match random.below(4) {
            0 | 1 => vec!["GT"],
            2 => KEYS.to_vec(),
            _ => vec!["DP", "GT", "PS"],
        };
        let samples = (0..n_samples).map(|_| {
            let odd = odd > 0 && random.one_in(odd);
            let ploidy = if odd { 1 + random.below(4) } else { 2 };
            let gone = random.one_in(20);
            let alleles = (0..ploidy).map(|_| {
                let missing = if odd { random.one_in(3) } else { gone };
                (!missing).then(|| {
                    if random.one_in(3) {
                        random.below(n_alts + 1)
                    } else {
                        0
                    }
                })
            });
            let alleles: Vec<_> = alleles.collect();
            let mut value = |n: usize| (!random.one_in(5)).then(|| random.below(n));
            let (ps, gq, dp) = (value(300), value(100), value(100));
            let ps = ps.map(|p| p as i64 - 5);
            Sample {
                phased: (0..ploidy)
                    .map(|_| if odd { random.one_in(2) } else { all_phased })
                    .collect(),
                lead: odd && random.one_in(3),
                alleles,
                ps,
                gq: gq.map(|v| v as u8),
                dp: dp.map(|v| v as u8),
            }
        });
        Self {
            n_alts,
            samples: samples.collect(),
            keys,
        }
    }

    /// What the calls mean, by the definitions, one sample after the other.
    pub(super) fn meaning(&self, options: &CallOptions) -> (Vec<CallPlanes>, CallTallies) {
        let n = self.samples.len();
        let kept: Vec<u32> = match &options.keep {
            Some(columns) => columns.clone(),
            None => (0..n as u32).collect(),
        };
        let mut tallies = CallTallies::default();
        let mut rows = vec![CallPlanes::new(kept.len()); self.n_alts];
        let has = |key| self.keys.contains(&key);
        for (column, sample) in self.samples.iter().enumerate() {
            let place = kept.iter().position(|&k| k as usize == column);
            let mut alleles = sample.alleles.clone();
            let phased = alleles.len() == 2 && sample.phased[1];
            let half = alleles.len() == 2 && alleles[0].is_some() != alleles[1].is_some();
            tallies.half_calls += u64::from(half);
            tallies.polyploid += u64::from(alleles.len() > 2);
            let mut half_call = None;
            match options.half_call {
                HalfCallMode::Missing if half => {
                    half_call = alleles[0].or(alleles[1]).map(|a| (a, alleles[0].is_none()));
                }
                HalfCallMode::Reference if half => {
                    alleles = alleles.iter().map(|a| Some(a.unwrap_or(0))).collect();
                }
                HalfCallMode::Haploid if half => alleles.retain(Option::is_some),
                _ => {}
            }
            let whole = alleles.len() == 2 && alleles.iter().all(Option::is_some);
            let phased_het = whole && phased && alleles[0] != alleles[1];
            let mut set = None;
            if has("PS") && phased_het {
                set = sample.ps.and_then(|p| u32::try_from(p).ok());
                tallies.bad_phase_sets += u64::from(sample.ps.is_some_and(|p| p < 0));
            }
            let low = |min: Option<f64>, key, v: Option<u8>| {
                has(key) && min.is_some_and(|m| v.is_some_and(|v| f64::from(v) < m))
            };
            let low_gq = low(options.min_gq, "GQ", sample.gq);
            let low_dp = low(options.min_dp.map(f64::from), "DP", sample.dp);
            let Some(place) = place else { continue };
            let called =
                half_call.is_some() || (alleles.len() <= 2 && alleles.iter().all(Option::is_some));
            if self.n_alts > 0 && called {
                tallies.low_gq += u64::from(low_gq);
                tallies.low_dp += u64::from(low_dp && !low_gq);
            }
            for (row, alt) in rows.iter_mut().zip(1..) {
                let copies = alleles.iter().filter(|a| **a == Some(alt)).count();
                let missing = !called || half_call.is_some() || low_gq || low_dp;
                row.set_genotype(
                    place,
                    match copies {
                        _ if missing => Genotype::Missing,
                        0 => Genotype::HomRef,
                        n if n == alleles.len() => Genotype::HomAlt,
                        _ => Genotype::Het,
                    },
                );
                if alleles.len() == 1 {
                    row.haploid.set(place);
                }
                if phased && alleles.len() == 2 {
                    row.phased.set(place);
                }
                let het = row.genotype(place) == Genotype::Het;
                if het && alleles[0] == Some(alt) {
                    row.flipped.set(place);
                }
                let sample = place as u32;
                if let Some(set) = set.filter(|_| het) {
                    row.phase_sets.push(PhaseSet { sample, set });
                }
                if let Some((allele, second)) = half_call.filter(|_| !low_gq && !low_dp) {
                    row.half_calls.push(HalfCall {
                        sample,
                        alt: allele == alt,
                        second,
                    });
                }
            }
        }
        (rows, tallies)
    }
}

fn alternates(n: usize) -> impl Iterator<Item = String> {
    (0..n).map(|i| format!("A{}", "C".repeat(i + 1)))
}

pub(super) fn header(n_samples: usize) -> String {
    let mut text = "##fileformat=VCFv4.4\n##contig=<ID=1,length=1000>\n##INFO=<ID=AC>\n\
        ##FORMAT=<ID=GT>\n##FORMAT=<ID=PS>\n##FORMAT=<ID=GQ>\n##FORMAT=<ID=DP>\n\
        #CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO"
        .to_owned();
    if n_samples > 0 {
        text.push_str("\tFORMAT");
    }
    for s in 0..n_samples {
        let _ = write!(text, "\ts{s}");
    }
    text.push('\n');
    text
}

pub(super) fn vcf(rows: &[Row], n_samples: usize) -> Vec<u8> {
    let mut text = header(n_samples);
    for (i, row) in rows.iter().enumerate() {
        let alts: Vec<_> = alternates(row.n_alts).collect();
        let alts = if alts.is_empty() {
            ".".to_owned()
        } else {
            alts.join(",")
        };
        let _ = write!(text, "1\t{}\t.\tA\t{alts}\t.\tPASS\tAC=1", i + 1);
        if n_samples > 0 {
            let _ = write!(text, "\t{}", row.keys.join(":"));
        }
        for sample in &row.samples {
            text.push('\t');
            for (i, &key) in row.keys.iter().enumerate() {
                if i > 0 {
                    text.push(':');
                }
                let number = |v: Option<i64>| v.map_or(".".to_owned(), |v| v.to_string());
                match key {
                    "GT" => {
                        for (i, allele) in sample.alleles.iter().enumerate() {
                            if i > 0 || sample.lead {
                                text.push(if sample.phased[i] { '|' } else { '/' });
                            }
                            text.push_str(&number(allele.map(|a| a as i64)));
                        }
                    }
                    "PS" => text.push_str(&number(sample.ps)),
                    "GQ" => text.push_str(&number(sample.gq.map(i64::from))),
                    _ => text.push_str(&number(sample.dp.map(i64::from))),
                }
            }
        }
        text.push('\n');
    }
    text.into_bytes()
}

/// A descriptor and its length.
fn descriptor(out: &mut Vec<u8>, kind: u8, len: usize) {
    if len < 15 {
        out.push((len as u8) << 4 | kind);
    } else {
        out.extend([0xf0 | kind, 0x12]);
        out.extend((len as i16).to_le_bytes());
    }
}

fn put_text(out: &mut Vec<u8>, text: &str) {
    descriptor(out, 7, text.len());
    out.extend(text.as_bytes());
}

pub(super) fn bcf(rows: &[Row], n_samples: usize, random: &mut Random) -> Vec<u8> {
    let text = header(n_samples);
    let mut out = b"BCF\x02\x02".to_vec();
    out.extend((text.len() as u32 + 1).to_le_bytes());
    out.extend(text.as_bytes());
    out.push(0);
    for (i, row) in rows.iter().enumerate() {
        let mut shared = Vec::new();
        shared.extend(0i32.to_le_bytes());
        shared.extend((i as i32).to_le_bytes());
        shared.extend(1i32.to_le_bytes());
        shared.extend(0x7f80_0001u32.to_le_bytes());
        shared.extend(1u16.to_le_bytes());
        shared.extend((row.n_alts as u16 + 1).to_le_bytes());
        let n_format = if n_samples > 0 { row.keys.len() } else { 0 };
        shared.extend(((n_format as u32) << 24 | n_samples as u32).to_le_bytes());
        put_text(&mut shared, ".");
        put_text(&mut shared, "A");
        for alt in alternates(row.n_alts) {
            put_text(&mut shared, &alt);
        }
        shared.extend([0x11, 0, 0x11, 1, 0x11, 1]);
        let mut indiv = Vec::new();
        for key in row.keys.iter().take(n_format) {
            let index = KEYS.iter().position(|k| k == key).expect("a key") + 2;
            indiv.extend([0x11, index as u8]);
            let values: Vec<Vec<Option<i32>>> = row
                .samples
                .iter()
                .map(|s| match *key {
                    "GT" => {
                        let coded = s.alleles.iter().enumerate().map(|(i, a)| {
                            let marked = (i > 0 || s.lead) && s.phased[i];
                            let allele = a.map_or(0, |a| (a as i32 + 1) << 1);
                            Some(allele | i32::from(marked))
                        });
                        coded.collect()
                    }
                    "PS" => vec![s.ps.map(|p| p as i32)],
                    "GQ" => vec![s.gq.map(i32::from)],
                    _ => vec![s.dp.map(i32::from)],
                })
                .collect();
            put_ints(&mut indiv, &values, random);
        }
        out.extend((shared.len() as u32).to_le_bytes());
        out.extend((indiv.len() as u32).to_le_bytes());
        out.extend(shared);
        out.extend(indiv);
    }
    out
}

/// A vector of integers for each sample, in a type that fits.
fn put_ints(out: &mut Vec<u8>, values: &[Vec<Option<i32>>], random: &mut Random) {
    let longest = values.iter().map(Vec::len).max().unwrap_or(0);
    let largest = values
        .iter()
        .flatten()
        .flatten()
        .max()
        .copied()
        .unwrap_or(0);
    let narrowest = match largest {
        ..=127 => 1,
        128..=32767 => 2,
        _ => 3,
    };
    let kind = if random.one_in(3) {
        narrowest + random.below(4 - narrowest)
    } else {
        narrowest
    };
    descriptor(out, kind as u8, longest);
    for vector in values {
        for i in 0..longest {
            let (missing, end) = (i32::MIN, i32::MIN + 1);
            let value = vector.get(i).map_or(end, |v| v.unwrap_or(missing));
            let low = |bits: u32| match value {
                i32::MIN => 1 << (bits - 1),
                v if v == end => (1 << (bits - 1)) | 1,
                v => v as u32,
            };
            match kind {
                1 => out.push(low(8) as u8),
                2 => out.extend((low(16) as u16).to_le_bytes()),
                _ => out.extend(low(32).to_le_bytes()),
            }
        }
    }
}
