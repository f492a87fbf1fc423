//! Reading what was exported.

use std::path::Path;

use arrow_array::RecordBatch;

/// The shape and the values of a matrix for NumPy, and whether samples lie together.
pub(crate) fn npy(path: &Path) -> (usize, usize, bool, Vec<u8>) {
    let bytes = std::fs::read(path).unwrap();
    assert_eq!(&bytes[..8], b"\x93NUMPY\x01\x00");
    let head = std::str::from_utf8(&bytes[10..128]).unwrap();
    let shape = head
        .split_once("'shape': (")
        .unwrap()
        .1
        .split_once(')')
        .unwrap()
        .0;
    let (samples, variants) = shape.split_once(", ").unwrap();
    let by_sample = head.contains("'fortran_order': False");
    (
        samples.parse().unwrap(),
        variants.parse().unwrap(),
        by_sample,
        bytes[128..].to_vec(),
    )
}

/// The batches of an Arrow file.
pub(crate) fn arrow(path: &Path) -> Vec<RecordBatch> {
    let file = std::fs::File::open(path).unwrap();
    let reader = arrow_ipc::reader::FileReader::try_new(file, None).unwrap();
    reader.map(Result::unwrap).collect()
}

/// The batches of a Parquet file.
pub(crate) fn parquet(path: &Path) -> Vec<RecordBatch> {
    let file = std::fs::File::open(path).unwrap();
    let reader = parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder::try_new(file);
    reader
        .unwrap()
        .build()
        .unwrap()
        .map(Result::unwrap)
        .collect()
}
