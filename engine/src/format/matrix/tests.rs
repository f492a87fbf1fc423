//! A file written and read back; every prefix and every flipped bit of a small one.

use super::*;
use crate::format::disk::OsDisk;
use crate::format::row::encode_row;
use crate::genotype::{CallPlanes, Genotype};

fn sample_calls(n: usize, row: usize) -> CallPlanes {
    let mut c = CallPlanes::new(n);
    for s in 0..n {
        let x = (s * 31 + row * 17) % (3 + row % 40);
        c.set_genotype(
            s,
            [
                Genotype::HomRef,
                Genotype::Het,
                Genotype::HomAlt,
                Genotype::Missing,
            ][x.min(4) % 4],
        );
        if row.is_multiple_of(3) && s.is_multiple_of(2) && x != 1 {
            c.haploid.set(s);
        } else if row.is_multiple_of(2) {
            c.phased.set(s);
        }
    }
    c
}

fn write(path: &std::path::Path, n: usize, rows: usize) -> WrittenFile {
    let mut w = GenotypeFileWriter::create(&OsDisk, path, n).unwrap();
    for r in 0..rows {
        w.push(encode_row(&sample_calls(n, r))).unwrap();
    }
    w.finish().unwrap()
}

#[test]
fn rows_come_back_in_any_range() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a.geno");
    for (i, n) in [0, 1, 33, 700].into_iter().enumerate() {
        let path = path.with_extension(i.to_string());
        let f = write(&path, n, 200);
        let file = GenotypeFile::open(&path, f.length, &f.checksum, n as u64, 200).unwrap();
        file.check_sums().unwrap();
        for range in [0..200, 0..0, 63..65, 130..131, 199..400] {
            let expected = range.clone().filter(|&r| r < 200);
            let mut n_rows = 0;
            for (got, want) in file.rows(range).zip(expected) {
                let (row, view, _) = got.unwrap();
                assert_eq!(row, want);
                assert_eq!(
                    view.calls(file.haploid_table().unwrap()).unwrap(),
                    sample_calls(n, row)
                );
                n_rows += 1;
            }
            assert!(n_rows <= 200);
        }
    }
}

#[test]
fn damage_is_an_error_never_a_panic() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a.geno");
    let f = write(&path, 90, 70);
    let good = std::fs::read(&path).unwrap();
    let open = |bytes: &[u8], name: &str| {
        let path = dir.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        let file = GenotypeFile::open(&path, f.length, &f.checksum, 90, 70);
        let out = file.and_then(|file| {
            // Rows of a damaged file must be readable without a panic, whatever they say.
            for row in file.rows(0..70).flatten() {
                if let Ok(table) = file.haploid_table() {
                    let _ = row.1.calls(table);
                }
            }
            file.check_sums()
        });
        std::fs::remove_file(&path).unwrap();
        out
    };
    assert!(open(&good, "good").is_ok());
    for len in 0..good.len() {
        assert!(open(&good[..len], "short").is_err(), "{len} bytes");
    }
    let mut bytes = good.clone();
    for bit in 0..good.len() * 8 {
        bytes[bit / 8] ^= 1 << (bit % 8);
        assert!(open(&bytes, "flipped").is_err(), "bit {bit}");
        bytes[bit / 8] ^= 1 << (bit % 8);
    }
}
