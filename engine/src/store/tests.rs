//! A store written, read, extended, cut off at every step, and damaged.

use std::io;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use arrow_array::RecordBatch;

use super::*;
use crate::format::FormatError;
use crate::format::annotations::{ColumnBuilder, SampleValues};
use crate::format::disk::{Disk, DiskFile, OsDisk};
use crate::format::manifest::{
    ColumnEntry, ColumnType, ContigEntry, LayerEntry, LayerKind, Manifest, ShardEntry,
};
use crate::format::row::encode_row;
use crate::format::samples::SampleTableBuilder;
use crate::format::sites::SiteBuf;
use crate::genotype::{CallPlanes, Genotype};

const SAMPLES: usize = 70;

fn samples() -> RecordBatch {
    let ids = || (0..SAMPLES).map(|i| format!("S{i}"));
    let mut builder = SampleTableBuilder::new(ids()).unwrap();
    // Everyone's mother is the sample after.
    builder
        .text("MAT", ids().skip(1).map(Some).chain([None]))
        .unwrap();
    builder.int("age", (0..SAMPLES as i64).map(Some)).unwrap();
    builder.finish().unwrap().batch().clone()
}

fn calls(row: usize) -> CallPlanes {
    let mut c = CallPlanes::new(SAMPLES);
    for s in (0..SAMPLES).filter(|s| (s * 7 + row).is_multiple_of(5)) {
        c.set_genotype(
            s,
            [Genotype::Het, Genotype::HomAlt, Genotype::Missing][(s + row) % 3],
        );
    }
    c
}

/// Writes a generation of one contig more than the last.
fn write(disk: &dyn Disk, root: &Path, rows: usize) -> Result<(), FormatError> {
    let writer = if root.join("manifest.json").exists() {
        StoreWriter::extend(disk, root)?
    } else {
        StoreWriter::create(disk, root, false)?
    };
    let mut manifest = match writer.base() {
        Some(base) => base.clone(),
        None => {
            let samples = writer.write_table("samples.arrow", &samples())?;
            Manifest::new("unknown".to_owned(), SAMPLES as u64, samples)
        }
    };
    manifest.generation = writer.generation();
    let contig = manifest.contigs.len() as u32;
    let name = format!("{contig}");
    let mut shard = writer.shard(0, (contig, &name), SAMPLES)?;
    for row in 0..rows {
        let site = SiteBuf {
            pos: 10 + row as u32,
            end: 10 + row as u32,
            id: ".".to_owned(),
            reference: "A".to_owned(),
            alternate: "C".to_owned(),
            allele: 1,
            alleles: 1,
            ..SiteBuf::default()
        };
        shard.push(&site.as_site(), encode_row(&calls(row)))?;
    }
    let mut entry = shard.finish()?;
    write_layers(&writer, &mut entry, &mut manifest)?;
    manifest.shards.push(entry);
    manifest.contigs.push(ContigEntry { name, length: None });
    writer.commit(&manifest)?;
    Ok(())
}

/// A layer of INFO and one of FORMAT, and a header where there is none.
fn write_layers(
    writer: &StoreWriter<'_>,
    entry: &mut ShardEntry,
    manifest: &mut Manifest,
) -> Result<(), FormatError> {
    let column = |name: &str, kind| ColumnEntry {
        name: name.to_owned(),
        kind,
        number: "1".to_owned(),
        description: String::new(),
        terms: false,
    };
    let layer = |name: &str, kind, column| LayerEntry {
        name: name.to_owned(),
        kind,
        source: "test".to_owned(),
        columns: vec![column],
    };
    let layers = vec![
        layer("info", LayerKind::Info, column("SIG", ColumnType::Text)),
        layer(
            "format",
            LayerKind::Format,
            column("DP", ColumnType::Integer),
        ),
    ];
    let rows = entry.rows as usize;
    let mut sig = ColumnBuilder::new(&layers[0].columns[0]);
    let mut dp = ColumnBuilder::samples("DP");
    for row in 0..rows {
        sig.push_text(["benign", "pathogenic"][row % 2]);
        dp.push_samples(&depths(row).encode(SAMPLES));
    }
    for (layer, values) in layers.iter().zip([sig, dp]) {
        let files = writer.write_layer(0, &layer.name, &layer.columns, vec![values], rows)?;
        entry.layers.insert(layer.name.clone(), files);
    }
    manifest.layers = layers;
    if manifest.header.is_none() {
        manifest.header = Some(writer.write_bytes("header.vcf", b"##fileformat=VCFv4.2\n")?);
    }
    Ok(())
}

fn depths(row: usize) -> SampleValues {
    SampleValues::Ints((0..SAMPLES).map(|s| (s * row % 300) as i32).collect())
}

fn n_rows(root: &Path) -> u64 {
    Store::open(root).unwrap().manifest().n_rows()
}

fn damage(root: &Path) -> Vec<String> {
    let report = verify(root, &|_| ()).unwrap();
    report.damage.iter().map(ToString::to_string).collect()
}

#[test]
fn a_generation_in_use_is_not_collected() {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().join("s.gdx");
    write(&OsDisk, &root, 100).unwrap();
    let old = Store::open(&root).unwrap();
    assert_eq!(damage(&root), Vec::<String>::new());
    // A generation that replaces all of it.
    let writer = StoreWriter::extend(&OsDisk, &root).unwrap();
    let mut shard = writer.shard(0, (0, "0"), SAMPLES).unwrap();
    let site = SiteBuf {
        pos: 5,
        end: 5,
        reference: "A".into(),
        alternate: "G".into(),
        ..SiteBuf::default()
    };
    shard.push(&site.as_site(), encode_row(&calls(1))).unwrap();
    let mut manifest = writer.base().unwrap().clone();
    manifest.generation = writer.generation();
    manifest.layers.clear();
    manifest.header = None;
    manifest.samples = writer.write_table("samples.arrow", &samples()).unwrap();
    manifest.shards = vec![shard.finish().unwrap()];
    let stay = writer.commit(&manifest).unwrap();
    assert_eq!(stay.len(), 8, "{stay:?}");
    // The old snapshot reads on, files it had not touched yet included.
    assert_eq!(old.shards()[0].sites().unwrap().len(), 100);
    assert_eq!(old.shards()[0].genotypes().unwrap().n_rows(), 100);
    assert_eq!(n_rows(&root), 1);
    drop(old);
    assert_eq!(collect(&root).unwrap(), Vec::<std::path::PathBuf>::new());
    assert!(!root.join("g000001").exists());
    assert_eq!(damage(&root), Vec::<String>::new());
}

#[test]
fn one_writer_at_a_time_and_nothing_foreign_is_overwritten() {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().join("s.gdx");
    write(&OsDisk, &root, 3).unwrap();
    let writer = StoreWriter::extend(&OsDisk, &root).unwrap();
    assert!(matches!(
        StoreWriter::extend(&OsDisk, &root),
        Err(FormatError::Locked { .. })
    ));
    drop(writer);
    assert!(!root.join("g000002").exists());
    assert!(StoreWriter::create(&OsDisk, &root, false).is_err());
    std::fs::write(root.join("notes.txt"), "mine").unwrap();
    let error = StoreWriter::create(&OsDisk, &root, true).err().unwrap();
    assert!(error.to_string().contains("notes.txt"), "{error}");
}

/// Fails every operation from the `left`-th on.
struct FailingDisk(Arc<AtomicI64>);

impl FailingDisk {
    fn step(&self) -> io::Result<()> {
        step(&self.0)
    }
}

fn step(left: &AtomicI64) -> io::Result<()> {
    if left.fetch_sub(1, Ordering::Relaxed) > 0 {
        Ok(())
    } else {
        Err(io::ErrorKind::StorageFull.into())
    }
}

struct FailingFile(Box<dyn DiskFile>, Arc<AtomicI64>);

impl io::Write for FailingFile {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        step(&self.1)?;
        self.0.write(buf)
    }
    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

impl io::Seek for FailingFile {
    fn seek(&mut self, pos: io::SeekFrom) -> io::Result<u64> {
        self.0.seek(pos)
    }
}

impl DiskFile for FailingFile {
    fn sync(&mut self) -> io::Result<()> {
        step(&self.1)?;
        self.0.sync()
    }
}

impl Disk for FailingDisk {
    fn create_dir(&self, path: &Path) -> io::Result<()> {
        self.step()?;
        OsDisk.create_dir(path)
    }
    fn create(&self, path: &Path) -> io::Result<Box<dyn DiskFile>> {
        self.step()?;
        Ok(Box::new(FailingFile(OsDisk.create(path)?, self.0.clone())))
    }
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.step()?;
        OsDisk.rename(from, to)
    }
    fn sync_dir(&self, path: &Path) -> io::Result<()> {
        self.step()?;
        OsDisk.sync_dir(path)
    }
}

#[test]
fn a_failure_at_any_write_leaves_the_old_store_or_none() {
    let dir = tempfile::tempdir().unwrap();
    let (fresh, kept) = (dir.path().join("fresh.gdx"), dir.path().join("kept.gdx"));
    write(&OsDisk, &kept, 20).unwrap();
    let mut failures = 0;
    for steps in 0.. {
        let disk = FailingDisk(Arc::new(AtomicI64::new(steps)));
        match write(&disk, &fresh, 20) {
            Ok(()) => break,
            Err(e) => {
                failures += 1;
                assert!(e.to_string().contains("free some space"), "{e}");
                // Only after the rename may the new store stand although the caller heard an error.
                assert!(
                    !fresh.exists() || (n_rows(&fresh) == 20 && damage(&fresh).is_empty()),
                    "step {steps}"
                );
                if fresh.exists() {
                    std::fs::remove_dir_all(&fresh).unwrap();
                }
            }
        }
    }
    assert!(failures > 15, "{failures}");
    assert_eq!(n_rows(&fresh), 20);
    for steps in 0.. {
        let before = n_rows(&kept);
        let disk = FailingDisk(Arc::new(AtomicI64::new(steps)));
        let done = write(&disk, &kept, 20);
        let after = n_rows(&kept);
        assert!(after == before || after == before + 20, "step {steps}");
        assert!(damage(&kept).is_empty());
        if done.is_ok() {
            assert_eq!(after, before + 20);
            break;
        }
    }
}

#[test]
fn every_truncation_and_every_flipped_bit_is_found() {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().join("s.gdx");
    write(&OsDisk, &root, 9).unwrap();
    let files: Vec<_> = [
        "manifest.json",
        "g000001/s00000.geno",
        "g000001/s00000.sites.index.arrow",
        "g000001/s00000.info.arrow",
        "g000001/s00000.info.index.arrow",
        "g000001/s00000.format.arrow",
        "g000001/header.vcf",
        "g000001/s00000.sites.arrow",
        "g000001/samples.arrow",
    ]
    .map(|f| root.join(f))
    .into();
    let found = || match verify(&root, &|_| ()) {
        Err(_) => true,
        Ok(report) => !report.damage.is_empty(),
    };
    assert!(!found());
    for file in files {
        let good = std::fs::read(&file).unwrap();
        for len in (0..good.len()).step_by(5) {
            std::fs::write(&file, &good[..len]).unwrap();
            assert!(found(), "{} cut to {len}", file.display());
        }
        let mut bytes = good.clone();
        // Every byte, and each bit somewhere.
        let step = if file.extension().is_some_and(|e| e == "arrow") {
            5
        } else {
            1
        };
        for byte in (0..good.len()).step_by(step) {
            bytes[byte] ^= 1 << (byte % 8);
            std::fs::write(&file, &bytes).unwrap();
            assert!(found(), "{} byte {byte}", file.display());
            bytes[byte] = good[byte];
        }
        std::fs::write(&file, &good).unwrap();
    }
    assert!(!found());
    std::fs::write(root.join("g000001/old"), "x").unwrap();
    assert_eq!(verify(&root, &|_| ()).unwrap().leftovers.len(), 1);
}

#[test]
fn who_withdraws_is_in_no_answer_and_then_in_no_byte() {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().join("s.gdx");
    write(&OsDisk, &root, 50).unwrap();
    let left = [3, 40];
    let done = withdraw(&OsDisk, &root, &left, false, "test").unwrap();
    assert_eq!((done.withdrawn, done.still_read.len()), (2, 0));
    assert_eq!(damage(&root), Vec::<String>::new());
    let store = Store::open(&root).unwrap();
    assert_eq!(store.active().len(), SAMPLES as u64 - 2);
    assert_eq!(store.samples().index_of("S3"), None);
    assert_eq!(store.samples().index_of("S4"), Some(4));
    let counts = |store: &Store, row| store.shards()[0].sites().unwrap().counts(row);
    let expected = |row: usize| calls(row).counts_in(&store.active().plane());
    assert!((0..50).all(|row| counts(&store, row) == expected(row)));
    let ids = || ["S3", "S40", "S4"].into_iter();
    let found = present(&root, ids()).unwrap();
    assert!(found[0].contains("2 withdrawn"), "{found:?}");
    assert!(found.iter().any(|f| f.contains("\"S4\"")), "{found:?}");
    assert_eq!(found.len(), 2, "{found:?}");

    let expected: Vec<_> = (0..50).map(expected).collect();
    drop(store);
    withdraw(&OsDisk, &root, &[], true, "test").unwrap();
    assert_eq!(damage(&root), Vec::<String>::new());
    assert_eq!(
        present(&root, ["S3", "S40"].into_iter()).unwrap(),
        Vec::<String>::new()
    );
    let store = Store::open(&root).unwrap();
    assert_eq!(store.n_samples(), SAMPLES - 2);
    assert!((0..50).all(|row| counts(&store, row) == expected[row]));
    // The people left by their columns: sample S4 has moved to column 3.
    assert_eq!(store.samples().index_of("S4"), Some(3));
    let format = |row| {
        let layer = (1, &store.layers()[1]);
        store.shards()[0]
            .format_values(layer, 0, row)
            .unwrap()
            .unwrap()
    };
    let stay = (0..SAMPLES as u32).filter(|s| !left.contains(s));
    assert!((0..50).all(|row| format(row) == depths(row).keep(SAMPLES, stay.clone())));
    let index = store.shards()[0]
        .layer_index(0, &store.layers()[0])
        .unwrap();
    assert_eq!(index.unwrap().count("SIG", "benign"), 25);
    assert_eq!(store.samples().len(), SAMPLES - 2);
}
