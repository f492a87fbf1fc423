//! Any bytes as VCF or BCF: an error or records.

use std::io::Cursor;
use std::path::Path;
use std::sync::Arc;

use genodex_indexer::reader::{CallOptions, Parser, RawRecord, Record, Source};

/// Reads the bytes as an input.
pub(crate) fn check(bytes: &[u8]) {
    let path = Path::new("fuzz");
    let Ok(mut source) = Source::from_reader(path, Cursor::new(bytes.to_vec()), 0) else {
        return;
    };
    let header = Arc::clone(source.header());
    let options = CallOptions {
        min_gq: Some(10.0),
        min_dp: Some(3),
        ..CallOptions::default()
    };
    let parsers = [CallOptions::default(), options].map(|o| Parser::new(Arc::clone(&header), o));
    let [Ok(mut plain), Ok(mut strict)] = parsers else {
        return;
    };
    let (mut raw, mut record, mut info) = (RawRecord::default(), Record::default(), String::new());
    while let Ok(true) = source.read(&mut raw) {
        for parser in [&mut plain, &mut strict] {
            let _ = parser.parse_site(&raw, &mut record);
            let _ = parser.info(&raw, &mut info);
            if parser.parse(&raw, &mut record).is_ok() {
                for calls in &record.calls {
                    let counts = calls.counts();
                    assert!(counts.allele_count() <= counts.allele_number());
                }
            }
        }
    }
    let _ = source.warnings();
}
