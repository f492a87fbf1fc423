//! The reader against a naive one, by properties, and its answers to damaged input.

mod examples;
mod model;
mod properties;

use std::io::Cursor;
use std::path::Path;

use super::*;

/// Reads everything, with `options`.
fn read_all(bytes: Vec<u8>, options: &CallOptions) -> Result<Vec<Record>, ReadError> {
    let mut source = Source::from_reader(Path::new("test"), Cursor::new(bytes), 0)?;
    let mut parser = Parser::new(source.header().clone(), options.clone())?;
    let mut raw = RawRecord::default();
    let mut records = Vec::new();
    let mut record = Record::default();
    while source.read(&mut raw)? {
        parser.parse(&raw, &mut record)?;
        parser.info(&raw, &mut String::new())?;
        records.push(record.clone());
    }
    Ok(records)
}

/// Compresses as bgzip does.
fn bgzip(bytes: &[u8]) -> Vec<u8> {
    let mut writer = noodles_bgzf::io::Writer::new(Vec::new());
    std::io::Write::write_all(&mut writer, bytes).expect("writes");
    writer.finish().expect("writes")
}
