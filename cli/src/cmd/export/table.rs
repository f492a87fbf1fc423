//! Variants as typed columns, in Parquet and Arrow.

mod builder;
mod columns;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use arrow_array::RecordBatch;
use arrow_schema::{Field, Schema, SchemaRef};
use genodex_engine::query::select::{self, Block, SelectError};

use super::Job;
use crate::output::{Piece, Writer, columnar};
use builder::Builder;
use columns::Column;

/// Writes the variants, and gives their number.
pub(super) fn write(job: &Job<'_>, parquet: bool) -> anyhow::Result<u64> {
    let columns = columns::chosen(job)?;
    let field = |c: &Column| Field::new(&c.name, c.kind.data_type(), !c.always);
    let schema: SchemaRef = Arc::new(Schema::new(columns.iter().map(field).collect::<Vec<_>>()));
    let format = columnar(Arc::clone(&schema), parquet);
    let mut writer = Writer::begin(format.as_ref(), job.target()?)?;
    let progress = job.progress();
    let cut: Vec<AtomicU64> = columns.iter().map(|_| AtomicU64::new(0)).collect();
    let render = |block: &Block<'_>| -> anyhow::Result<_> {
        let mut builders: Vec<Builder> = columns.iter().map(|c| Builder::new(c.kind)).collect();
        block.each(|record, _| {
            for ((column, builder), cut) in columns.iter().zip(&mut builders).zip(&cut) {
                if !column.push(record, builder) {
                    cut.fetch_add(1, Ordering::Relaxed);
                }
            }
            Ok::<_, SelectError>(())
        })?;
        let arrays = builders.into_iter().map(Builder::finish).collect();
        let rows = RecordBatch::try_new(Arc::clone(&schema), arrays)?;
        Ok((block.len() as u64, block.looked_at() as u64, rows))
    };
    let mut written = 0;
    select::run(
        job.plan,
        job.compute,
        None,
        render,
        |(n, looked_at, rows)| {
            written += n;
            progress.add(looked_at);
            if n > 0 {
                writer.append(Piece::Rows(rows))?;
            }
            Ok(true)
        },
    )?;
    writer.finish()?;
    for (column, cut) in columns.iter().zip(&cut) {
        let n = cut.load(Ordering::Relaxed);
        if n > 0 {
            job.global.note(format_args!(
                "note: {}: {n} variants have more values than the header's one; the first is \
                 written",
                column.name
            ));
        }
    }
    Ok(written)
}
