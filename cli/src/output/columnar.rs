//! Parquet and Arrow IPC files.

use std::sync::Arc;

use arrow_array::{ArrayRef, Float64Array, Int64Array, RecordBatch, StringArray, UInt64Array};
use arrow_ipc::writer::FileWriter;
use arrow_schema::{DataType, Field, Schema, SchemaRef};
use arrow_select::coalesce::BatchCoalescer;
use parquet::arrow::ArrowWriter;
use parquet::basic::Compression;
use parquet::file::properties::WriterProperties;

use super::{Assembler, Batch, Column, Format, Kind, Piece, Values};

/// Rows of a record batch.
const BATCH_ROWS: usize = 1 << 14;

/// Bytes of a row group of Parquet, about: what is kept in memory until it is written.
const ROW_GROUP: usize = 64 << 20;

fn schema(columns: &[Column]) -> SchemaRef {
    let field = |c: &Column| match c.kind {
        Kind::Text { nullable } => Field::new(&c.name, DataType::Utf8, nullable),
        Kind::UInt => Field::new(&c.name, DataType::UInt64, false),
        Kind::Int => Field::new(&c.name, DataType::Int64, true),
        Kind::Float => Field::new(&c.name, DataType::Float64, true),
    };
    Arc::new(Schema::new(columns.iter().map(field).collect::<Vec<_>>()))
}

fn record_batch(schema: &SchemaRef, batch: Batch) -> anyhow::Result<RecordBatch> {
    let fields = schema.fields().iter();
    let arrays = fields
        .zip(batch.columns)
        .map(|(field, values)| -> ArrayRef {
            match values {
                Values::Text(text) => {
                    let value =
                        |row| Some(text.get(row)).filter(|&t| !(field.is_nullable() && t == "."));
                    Arc::new((0..text.len()).map(value).collect::<StringArray>())
                }
                Values::UInt(v) => Arc::new(UInt64Array::from(v)),
                Values::Int(v) => Arc::new(Int64Array::from(v)),
                Values::Float(v) => {
                    let value = |x: f64| Some(x).filter(|x| !x.is_nan());
                    Arc::new(v.into_iter().map(value).collect::<Float64Array>())
                }
            }
        });
    Ok(RecordBatch::try_new(schema.clone(), arrays.collect())?)
}

/// Takes what a writer has put into its buffer.
fn drain(buffer: &mut Vec<u8>, out: &mut Vec<u8>) {
    out.extend_from_slice(buffer);
    buffer.clear();
}

/// Either of the two.
pub(super) struct Columnar {
    schema: SchemaRef,
    parquet: bool,
}

impl Columnar {
    pub(super) fn parquet(columns: &[Column]) -> Self {
        Self::of_schema(schema(columns), true)
    }

    pub(super) fn arrow(columns: &[Column]) -> Self {
        Self::of_schema(schema(columns), false)
    }

    /// For rows that are record batches of this schema already.
    pub(super) const fn of_schema(schema: SchemaRef, parquet: bool) -> Self {
        Self { schema, parquet }
    }
}

impl Format for Columnar {
    fn encode(&self, batch: Batch) -> anyhow::Result<Piece> {
        Ok(Piece::Rows(record_batch(&self.schema, batch)?))
    }

    fn assembler(&self) -> anyhow::Result<Box<dyn Assembler>> {
        let batches = BatchCoalescer::new(self.schema.clone(), BATCH_ROWS);
        if !self.parquet {
            let writer = FileWriter::try_new(Vec::new(), &self.schema)?;
            return Ok(Box::new(Batched { batches, writer }));
        }
        let properties = WriterProperties::builder()
            .set_compression(Compression::SNAPPY)
            .set_max_row_group_bytes(Some(ROW_GROUP))
            .build();
        let schema = self.schema.clone();
        let writer = ArrowWriter::try_new(Vec::new(), schema, Some(properties))?;
        Ok(Box::new(Batched { batches, writer }))
    }
}

/// What writes record batches into a buffer.
trait BatchWriter {
    fn write_batch(&mut self, rows: &RecordBatch) -> anyhow::Result<()>;
    fn write_end(&mut self) -> anyhow::Result<()>;
    fn buffer(&mut self) -> &mut Vec<u8>;
}

impl BatchWriter for ArrowWriter<Vec<u8>> {
    fn write_batch(&mut self, rows: &RecordBatch) -> anyhow::Result<()> {
        Ok(self.write(rows)?)
    }

    fn write_end(&mut self) -> anyhow::Result<()> {
        self.finish()?;
        Ok(())
    }

    fn buffer(&mut self) -> &mut Vec<u8> {
        self.inner_mut()
    }
}

impl BatchWriter for FileWriter<Vec<u8>> {
    fn write_batch(&mut self, rows: &RecordBatch) -> anyhow::Result<()> {
        Ok(self.write(rows)?)
    }

    fn write_end(&mut self) -> anyhow::Result<()> {
        Ok(self.finish()?)
    }

    fn buffer(&mut self) -> &mut Vec<u8> {
        self.get_mut()
    }
}

/// Writes batches of [`BATCH_ROWS`] rows whatever the pieces that come: devices count blocks of
/// different lengths, and the file must not show it.
struct Batched<W> {
    batches: BatchCoalescer,
    writer: W,
}

impl<W: BatchWriter> Batched<W> {
    fn write_full(&mut self, out: &mut Vec<u8>) -> anyhow::Result<()> {
        while let Some(rows) = self.batches.next_completed_batch() {
            self.writer.write_batch(&rows)?;
            drain(self.writer.buffer(), out);
        }
        Ok(())
    }
}

impl<W: BatchWriter> Assembler for Batched<W> {
    fn begin(&mut self, out: &mut Vec<u8>) -> anyhow::Result<()> {
        drain(self.writer.buffer(), out);
        Ok(())
    }

    fn append(&mut self, piece: Piece, out: &mut Vec<u8>) -> anyhow::Result<()> {
        if let Piece::Rows(rows) = piece {
            self.batches.push_batch(rows)?;
            self.write_full(out)?;
        }
        Ok(())
    }

    fn end(&mut self, out: &mut Vec<u8>) -> anyhow::Result<()> {
        self.batches.finish_buffered_batch()?;
        self.write_full(out)?;
        self.writer.write_end()?;
        drain(self.writer.buffer(), out);
        Ok(())
    }
}
