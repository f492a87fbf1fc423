//! Arrow IPC files of a store: one uncompressed record batch, read in place.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;

use arrow_array::RecordBatch;
use arrow_buffer::Buffer;
use arrow_ipc::convert::try_fb_to_schema;
use arrow_ipc::reader::{FileDecoder, read_footer_length};
use arrow_ipc::writer::{FileWriter, IpcWriteOptions};
use arrow_ipc::{MetadataVersion, root_as_footer, root_as_message};

use super::FormatError;
use super::disk::Disk;
use super::map::Mapped;
use super::matrix::WrittenFile;

/// Bytes after the footer: its length and the closing magic.
const TRAILER: usize = 10;

/// Writes `batch` to a new file and waits until it is on disk.
///
/// # Errors
/// [`FormatError::Io`].
pub fn write_arrow(
    disk: &dyn Disk,
    path: &Path,
    batch: &RecordBatch,
) -> Result<WrittenFile, FormatError> {
    let encode = || {
        let options = IpcWriteOptions::try_new(64, false, MetadataVersion::V5)?;
        let mut writer = FileWriter::try_new_with_options(Vec::new(), &batch.schema(), options)?;
        writer.write(batch)?;
        writer.into_inner()
    };
    let bytes = encode()
        .map_err(|e| FormatError::Unsuitable(format!("cannot write {}: {e}", path.display())))?;
    let io = |e| FormatError::io("cannot write", path)(e);
    let mut file = disk.create(path).map_err(io)?;
    file.write_all(&bytes).map_err(io)?;
    file.sync().map_err(io)?;
    Ok(WrittenFile {
        length: bytes.len() as u64,
        checksum: blake3::hash(&bytes),
    })
}

/// Maps a file written by [`write_arrow`], checks its checksum, and reads its batch without
/// copying the columns.
///
/// # Errors
/// [`FormatError::Io`] or [`FormatError::Corrupt`].
pub fn read_arrow(path: &Path, file: &WrittenFile) -> Result<RecordBatch, FormatError> {
    let mapped = Mapped::open(path, file.length)?;
    mapped.populate();
    if blake3::hash(mapped.as_ref()) != file.checksum {
        return Err(FormatError::corrupt(
            path,
            "the whole file",
            "the checksum is not the manifest's",
        ));
    }
    // The decoder checks what it reads, but some of its checks are assertions. A file with a
    // right checksum and wrong contents was made on purpose; it gets an error all the same.
    catch_unwind(AssertUnwindSafe(|| decode(mapped)))
        .unwrap_or_else(|_| Err("the Arrow decoder gave up".to_owned()))
        .map_err(|reason| FormatError::corrupt(path, "the Arrow data", reason))
}

fn decode(mapped: Mapped) -> Result<RecordBatch, String> {
    let text = |e: &dyn std::fmt::Display| e.to_string();
    let buffer = Buffer::from(bytes::Bytes::from_owner(mapped));
    let body = buffer
        .len()
        .checked_sub(TRAILER)
        .ok_or("the file is too short")?;
    let trailer: [u8; TRAILER] = buffer[body..]
        .try_into()
        .map_err(|_| "the file is too short")?;
    let length = read_footer_length(trailer).map_err(|e| text(&e))?;
    let start = body
        .checked_sub(length)
        .ok_or("the footer is longer than the file")?;
    let footer = root_as_footer(&buffer[start..body]).map_err(|e| text(&e))?;
    let schema = footer.schema().ok_or("no schema")?;
    let schema = try_fb_to_schema(schema).map_err(|e| text(&e))?;
    let mut decoder = FileDecoder::new(Arc::new(schema), footer.version());
    let slice = |block: &arrow_ipc::Block| {
        let offset = usize::try_from(block.offset()).ok()?;
        let meta = usize::try_from(block.metaDataLength()).ok()?;
        let length = usize::try_from(block.bodyLength())
            .ok()?
            .checked_add(meta)?;
        (offset.checked_add(length)? <= buffer.len())
            .then(|| buffer.slice_with_length(offset, length))
    };
    for block in footer.dictionaries().into_iter().flatten() {
        let data = slice(block).ok_or("a block lies outside the file")?;
        check_message(&data, block)?;
        decoder
            .read_dictionary(block, &data)
            .map_err(|e| text(&e))?;
    }
    let mut batches = footer.recordBatches().into_iter().flatten();
    let (Some(block), None) = (batches.next(), batches.next()) else {
        return Err("not one record batch".to_owned());
    };
    let data = slice(block).ok_or("a block lies outside the file")?;
    check_message(&data, block)?;
    let batch = decoder
        .read_record_batch(block, &data)
        .map_err(|e| text(&e))?;
    batch.ok_or_else(|| "the record batch is empty".to_owned())
}

/// Checks what the decoder takes for granted: that a block starts with a message, is not
/// compressed, and that its buffers lie within its body.
fn check_message(data: &[u8], block: &arrow_ipc::Block) -> Result<(), String> {
    // Lengths were checked to be those of `data`.
    let (meta, body) = data
        .split_at_checked(block.metaDataLength() as usize)
        .ok_or("no body")?;
    let prefix = if meta.starts_with(&[0xff; 4]) { 8 } else { 4 };
    let message = root_as_message(meta.get(prefix..).ok_or("the message is too short")?);
    let message = message.map_err(|e| e.to_string())?;
    let batch = match message.header_as_dictionary_batch() {
        Some(dictionary) => dictionary.data(),
        None => message.header_as_record_batch(),
    };
    let batch = batch.ok_or("the message is no batch")?;
    if batch.compression().is_some() {
        return Err("the batch is compressed".to_owned());
    }
    for buffer in batch.buffers().into_iter().flatten() {
        let end = buffer.offset().checked_add(buffer.length());
        let fits = buffer.offset() >= 0 && buffer.length() >= 0;
        if !fits || end.is_none_or(|end| end as u64 > body.len() as u64) {
            return Err("a buffer lies outside its block".to_owned());
        }
    }
    let nodes = batch.nodes().into_iter().flatten();
    let mut counts = nodes
        .flat_map(|n| [n.length(), n.null_count()])
        .chain([batch.length()]);
    if counts.any(|n| !(0..=i64::from(u32::MAX)).contains(&n)) {
        return Err("a length is out of range".to_owned());
    }
    Ok(())
}
