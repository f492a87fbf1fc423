//! The fuzz targets over their kept corpus and a bounded number of mutations of it, so that
//! what was found once stays found without a fuzzer.
#![allow(clippy::unwrap_used, reason = "a test may panic, its helpers too")]

#[path = "../../fuzz/targets/cohort.rs"]
mod cohort;
#[path = "../../fuzz/targets/regions.rs"]
mod regions;
#[path = "../../fuzz/targets/store.rs"]
mod store;
#[path = "../../fuzz/targets/variants.rs"]
mod variants;

use std::path::Path;

/// Mutations of each input of the corpus.
const MUTATIONS: u64 = 400;

/// A small generator; its seed is the number of the mutation.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, n: usize) -> usize {
        (self.next() % n.max(1) as u64) as usize
    }
}

fn mutate(input: &[u8], random: &mut Random) -> Vec<u8> {
    let mut out = input.to_vec();
    for _ in 0..=random.below(4) {
        let at = random.below(out.len());
        match random.below(6) {
            0 if !out.is_empty() => out[at] ^= 1 << random.below(8),
            1 if !out.is_empty() => out[at] = random.next() as u8,
            2 => out.truncate(at),
            3 => out.insert(at, [0, 0xff, b'\t', b'(', b'"', b'/'][random.below(6)]),
            4 if !out.is_empty() => {
                let end = (at + random.below(9)).min(out.len());
                out.drain(at..end);
            }
            _ if !out.is_empty() => {
                let end = (at + random.below(33)).min(out.len());
                let part = out[at..end].to_vec();
                let to = random.below(out.len());
                out.splice(to..to, part);
            }
            _ => out.push(0),
        }
    }
    out
}

fn run(target: &str, check: fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../fuzz/corpus")
        .join(target);
    let mut files: Vec<_> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|f| f.unwrap().path())
        .collect();
    files.sort();
    assert!(
        files.len() >= 4,
        "the corpus of {target} is in {}",
        folder.display()
    );
    for file in files {
        let input = std::fs::read(&file).unwrap();
        check(&input);
        for seed in 0..MUTATIONS {
            let mut random = Random(seed);
            check(&mutate(&input, &mut random));
        }
    }
}

#[test]
fn store_files() {
    run("store", store::check);
}

#[test]
fn variant_files() {
    run("variants", variants::check);
}

#[test]
fn region_texts() {
    run("regions", regions::check);
}

#[test]
fn cohort_expressions() {
    run("cohort", cohort::check);
}
