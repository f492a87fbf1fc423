//! Parquet and Arrow IPC files.

use std::sync::Arc;

use arrow_array::{ArrayRef, Float64Array, RecordBatch, StringArray, UInt64Array};
use arrow_ipc::writer::FileWriter;
use arrow_schema::{DataType, Field, Schema, SchemaRef};
use parquet::arrow::ArrowWriter;
use parquet::basic::Compression;
use parquet::file::properties::WriterProperties;

use super::{Assembler, Batch, Column, Format, Kind, Piece, Values};

fn schema(columns: &[Column]) -> SchemaRef {
    let field = |c: &Column| match c.kind {
        Kind::Text { nullable } => Field::new(&c.name, DataType::Utf8, nullable),
        Kind::UInt => Field::new(&c.name, DataType::UInt64, false),
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
        Self {
            schema: schema(columns),
            parquet: true,
        }
    }

    pub(super) fn arrow(columns: &[Column]) -> Self {
        Self {
            schema: schema(columns),
            parquet: false,
        }
    }
}

impl Format for Columnar {
    fn encode(&self, batch: Batch) -> anyhow::Result<Piece> {
        Ok(Piece::Rows(record_batch(&self.schema, batch)?))
    }

    fn assembler(&self) -> anyhow::Result<Box<dyn Assembler>> {
        if !self.parquet {
            return Ok(Box::new(FileWriter::try_new(Vec::new(), &self.schema)?));
        }
        let properties = WriterProperties::builder()
            .set_compression(Compression::SNAPPY)
            .build();
        let schema = self.schema.clone();
        let writer = ArrowWriter::try_new(Vec::new(), schema, Some(properties))?;
        Ok(Box::new(writer))
    }
}

impl Assembler for ArrowWriter<Vec<u8>> {
    fn begin(&mut self, _out: &mut Vec<u8>) -> anyhow::Result<()> {
        Ok(())
    }

    fn append(&mut self, piece: Piece, out: &mut Vec<u8>) -> anyhow::Result<()> {
        if let Piece::Rows(rows) = piece {
            self.write(&rows)?;
            drain(self.inner_mut(), out);
        }
        Ok(())
    }

    fn end(&mut self, out: &mut Vec<u8>) -> anyhow::Result<()> {
        self.finish()?;
        drain(self.inner_mut(), out);
        Ok(())
    }
}

impl Assembler for FileWriter<Vec<u8>> {
    fn begin(&mut self, out: &mut Vec<u8>) -> anyhow::Result<()> {
        drain(self.get_mut(), out);
        Ok(())
    }

    fn append(&mut self, piece: Piece, out: &mut Vec<u8>) -> anyhow::Result<()> {
        if let Piece::Rows(rows) = piece
            && rows.num_rows() > 0
        {
            self.write(&rows)?;
            drain(self.get_mut(), out);
        }
        Ok(())
    }

    fn end(&mut self, out: &mut Vec<u8>) -> anyhow::Result<()> {
        self.finish()?;
        drain(self.get_mut(), out);
        Ok(())
    }
}
