//! Sites written to a file and read back.

use super::*;
use crate::format::arrow_file::{read_arrow, write_arrow};
use crate::format::disk::OsDisk;
use crate::genotype::CallCounts;

fn sites() -> Vec<(SiteBuf, CallCounts)> {
    let counts = CallCounts {
        samples: 10,
        het: 2,
        hom_alt: 3,
        missing: 1,
        ..CallCounts::default()
    };
    let plain = SiteBuf {
        pos: 7,
        end: 7,
        id: ".".into(),
        reference: "A".into(),
        alternate: "<DEL>".into(),
        record: 4,
        allele: 1,
        alleles: 2,
        ..SiteBuf::default()
    };
    let full = SiteBuf {
        id: "rs1".into(),
        pos: 9,
        end: 90,
        qual: Some(0.5),
        filter: Some("q10;s50".into()),
        written: Some((11, "CAA".into(), "CA".into())),
        ..plain.clone()
    };
    let special = CallCounts {
        haploid_called: 4,
        hemi_alt: 2,
        half_called: 1,
        half_alt: 1,
        ..counts
    };
    vec![(plain, counts), (full, special)]
}

#[test]
fn sites_come_back() {
    let dir = tempfile::tempdir().unwrap();
    for take in 1..=2 {
        let mut builder = SitesBuilder::default();
        for (site, counts) in &sites()[..take] {
            builder.push(&site.as_site(), counts).unwrap();
        }
        let path = dir.path().join(format!("{take}.arrow"));
        let file = write_arrow(&OsDisk, &path, &builder.finish().unwrap()).unwrap();
        let table =
            SiteTable::new(read_arrow(&path, &file).unwrap(), &path, 10, take as u64).unwrap();
        for (row, (site, counts)) in sites()[..take].iter().enumerate() {
            assert_eq!(table.site(row), site.as_site());
            assert_eq!(&table.counts(row), counts);
        }
        assert!(SiteTable::new(read_arrow(&path, &file).unwrap(), &path, 4, take as u64).is_err());
    }
}

#[test]
fn a_damaged_file_is_an_error() {
    let dir = tempfile::tempdir().unwrap();
    let mut builder = SitesBuilder::default();
    for (site, counts) in &sites() {
        builder.push(&site.as_site(), counts).unwrap();
    }
    let path = dir.path().join("a.arrow");
    let good = write_arrow(&OsDisk, &path, &builder.finish().unwrap()).unwrap();
    let bytes = std::fs::read(&path).unwrap();
    let damaged = dir.path().join("b.arrow");
    for byte in (0..bytes.len()).step_by(3) {
        let mut copy = bytes.clone();
        copy[byte] ^= 0x41;
        std::fs::write(&damaged, &copy).unwrap();
        assert!(read_arrow(&damaged, &good).is_err(), "byte {byte}");
        // With a checksum to match, the decoder may take it or not, but does not panic through.
        let forged = crate::format::matrix::WrittenFile {
            checksum: blake3::hash(&copy),
            ..good.clone()
        };
        if let Ok(batch) = read_arrow(&damaged, &forged) {
            let _ = SiteTable::new(batch, &damaged, 10, 2);
        }
    }
}
