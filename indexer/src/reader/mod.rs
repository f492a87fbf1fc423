//! VCF and BCF files, read into call planes.
//!
//! [`Source`] opens an input and frames its records, in one thread; [`Parser`] understands
//! them, in as many as there are. Splitting records into rows of a store, left-alignment and
//! the store itself are left to others.

mod bcf;
mod calls;
mod error;
mod format;
mod gzip;
mod header;
mod info;
mod input;
mod opening;
mod parser;
mod raw;
mod record;
mod simd;
mod source;
mod thresholds;
mod typed;
mod vcf;

#[cfg(test)]
mod tests;

pub use error::{Place, ReadError};
pub(crate) use gzip::GzipReader;
pub use header::{FieldLine, Header, HeaderContig, SourceFormat, field_lines, merge_header};
pub(crate) use info::InfoScratch;
pub use info::InfoValue;
pub use parser::Parser;
pub use raw::{ContigId, RawRecord};
pub use record::{CallOptions, CallTallies, HalfCallMode, Record};
pub use source::Source;
