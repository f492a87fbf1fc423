//! Files of a store whose contents are anything and whose checksums match: opening and reading
//! them is an error or an answer.

use std::path::Path;

use genodex_engine::compute::{Cohorts, Compute};
use genodex_engine::format::arrow_file::read_arrow;
use genodex_engine::format::manifest::Manifest;
use genodex_engine::format::matrix::{GenotypeFile, WrittenFile};
use genodex_engine::format::samples::SampleTable;
use genodex_engine::format::sites::SiteTable;
use genodex_engine::genotype::{Plane, SampleSet};

/// Bytes that the checksum of a genotype file covers.
const HEADER: usize = 320;

fn number(bytes: &[u8], at: usize) -> u64 {
    let eight = bytes.get(at..at + 8).and_then(|b| b.try_into().ok());
    eight.map_or(0, u64::from_le_bytes)
}

/// Counts rows as a query does, which checks less than decoding does; counts that come of it
/// are ones that there can be.
fn count(file: &GenotypeFile) {
    let n = file.n_samples();
    let sets: Vec<SampleSet> = (1..=20u32)
        .map(|k| SampleSet::from_bitmap(n, (0..n as u32).step_by(k as usize).collect()))
        .collect();
    let compute = Compute::with_cpu("fuzzing");
    for sets in [&sets[..1], &sets] {
        let cohorts = Cohorts::new(n, sets);
        for row in 0..file.n_rows().min(70) {
            let mut counts = Vec::new();
            if compute
                .genotype_counts(file, row..row + 1, &cohorts, &mut counts)
                .is_ok()
            {
                for c in &counts {
                    assert!(c.hom_ref() <= c.samples && c.allele_number() <= 2 * c.samples);
                    assert!(c.allele_count() <= c.allele_number());
                }
            }
        }
    }
}

/// The first byte says what the others are.
pub(crate) fn check(bytes: &[u8]) {
    let Some((&kind, bytes)) = bytes.split_first() else {
        return;
    };
    let path = Path::new("fuzz");
    if kind % 4 == 0 {
        let body = String::from_utf8_lossy(bytes);
        let hash = blake3::hash(body.as_bytes()).to_hex();
        let text = format!("{{\"blake3\":\"{hash}\",\n\"manifest\":{body}}}\n");
        let _ = Manifest::decode(path, text.as_bytes());
        let _ = Manifest::decode(path, bytes);
        return;
    }
    let Ok(file) = tempfile::NamedTempFile::new() else {
        return;
    };
    if bytes.is_empty() || std::fs::write(file.path(), bytes).is_err() {
        return;
    }
    let length = bytes.len() as u64;
    if kind % 4 == 1 {
        // Samples are as many as the sample table has rows, so a file of few bytes cannot say
        // that they are many.
        let (samples, rows) = (number(bytes, 16) % (1 << 16), number(bytes, 24));
        let mut bytes = bytes.to_vec();
        if bytes.len() >= HEADER {
            bytes[16..24].copy_from_slice(&samples.to_le_bytes());
            let _ = std::fs::write(file.path(), &bytes);
        }
        let hash = blake3::hash(&bytes[..HEADER.min(bytes.len())]);
        if let Ok(geno) = GenotypeFile::open(file.path(), length, &hash, samples, rows) {
            let _ = geno.check_sums();
            let _ = geno.check_groups(0);
            count(&geno);
            let table = geno.haploid_table();
            let everyone = Plane::zeros(samples as usize);
            for row in geno.rows(0..200).take_while(Result::is_ok).flatten() {
                if let Ok(calls) = table
                    .as_ref()
                    .map_or(Ok(None), |t| row.1.calls(t).map(Some))
                {
                    let _ = calls.map(|c| c.counts_in(&everyone));
                }
            }
        }
        return;
    }
    let written = WrittenFile {
        length,
        checksum: blake3::hash(bytes),
    };
    let Ok(batch) = read_arrow(file.path(), &written) else {
        return;
    };
    let n = batch.num_rows() as u64;
    if kind % 4 == 2 {
        if let Ok(sites) = SiteTable::new(batch, path, 1000, n) {
            for row in 0..sites.len() {
                let _ = (sites.site(row), sites.counts(row).allele_count());
            }
        }
    } else if let Ok(samples) = SampleTable::from_batch(batch, path, n) {
        let _ = (samples.check(path), samples.sexes(), samples.founders());
        let _ = samples.index_of("S1");
    }
}
