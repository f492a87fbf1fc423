//! A matrix of genotypes, and beside it who and what its rows and columns are.

use std::io::Write;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use anyhow::Context;
use arrow_array::{ArrayRef, FixedSizeListArray, Int8Array, RecordBatch, StringArray};
use arrow_ipc::writer::FileWriter;
use arrow_schema::{DataType, Field, Schema, SchemaRef};
use genodex_engine::format::samples::SampleIds;
use genodex_engine::query::matrix::Matrix;
use genodex_engine::query::rows::RowSet;
use genodex_engine::query::select;
use genodex_indexer::writer::npy::{self, Number, Order};

use super::Job;
use super::kind::MatrixFormat;
use crate::cmd::selection;
use crate::output::Target;
use crate::progress::Progress;

/// Bytes of values that are transposed at a time.
const STRIP: usize = 256 << 20;
/// Bytes of values in a batch of Arrow.
const BATCH: usize = 16 << 20;
/// Values that become floats at a time.
const FLOATS: usize = 1 << 18;

/// Writes the matrix, and gives its number of variants.
pub(super) fn write(job: &Job<'_>, format: MatrixFormat) -> anyhow::Result<u64> {
    let rows = select::rows(job.plan, job.compute)?;
    let ids = job.plan.names().sample_ids();
    let samples = job.plan.names().samples().to_vec();
    let matrix = Matrix::new(job.store, &rows, samples, job.args.haploid())?;
    match job.args.file() {
        Some(path) => {
            write_samples(ids, &path.with_extension("samples.tsv"))?;
            write_variants(job, &rows, &path.with_extension("variants.tsv"))?;
        }
        None => job.global.note(
            "note: which samples and variants these are is written beside a file (-o FILE) only",
        ),
    }
    match format {
        MatrixFormat::Npy => write_npy(job, &matrix)?,
        MatrixFormat::Arrow => write_arrow(job, &matrix, &rows)?,
    }
    job.global.note(format_args!(
        "{} samples x {} variants",
        matrix.n_samples(),
        matrix.n_variants()
    ));
    Ok(matrix.n_variants() as u64)
}

/// Gives the values to `write` in the order asked for.
fn each(
    job: &Job<'_>,
    matrix: &Matrix<'_>,
    mut write: impl FnMut(Range<usize>, &[u8]) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let (order, total) = match job.args.order() {
        Order::Samples => ("samples", matrix.n_samples()),
        Order::Variants => ("variants", matrix.n_variants()),
    };
    let progress = Progress::bar(job.global, "Exporting", total as u64, order);
    let write = |range: Range<usize>, values: &[u8]| {
        let end = range.end;
        write(range, values)?;
        progress.set(end as u64);
        Ok(())
    };
    match job.args.order() {
        Order::Samples => matrix.by_sample(STRIP, write),
        Order::Variants => matrix.by_variant(BATCH, write),
    }
}

fn write_npy(job: &Job<'_>, matrix: &Matrix<'_>) -> anyhow::Result<()> {
    let number = job.args.number();
    let mut target = job.target()?;
    let (samples, variants) = (matrix.n_samples(), matrix.n_variants());
    target.write_all(&npy::head(samples, variants, job.args.order(), number))?;
    let mut floats = Vec::new();
    each(job, matrix, |_, values| {
        if number == Number::Int8 {
            return target.write_all(values);
        }
        for values in values.chunks(FLOATS) {
            floats.clear();
            npy::push_floats(&mut floats, values);
            target.write_all(&floats)?;
        }
        Ok(())
    })?;
    target.finish()
}

fn write_arrow(job: &Job<'_>, matrix: &Matrix<'_>, rows: &RowSet) -> anyhow::Result<()> {
    let by_sample = job.args.order() == Order::Samples;
    let width = match by_sample {
        true => matrix.n_variants(),
        false => matrix.n_samples(),
    };
    let length =
        i32::try_from(width).context("a row of Arrow holds 2147483647 values: select less")?;
    let item = Arc::new(Field::new_list_field(DataType::Int8, false));
    let list = DataType::FixedSizeList(Arc::clone(&item), length);
    let label = if by_sample { "sample" } else { "variant" };
    let schema: SchemaRef = Arc::new(Schema::new(vec![
        Field::new(label, DataType::Utf8, false),
        Field::new("genotypes", list, false),
    ]));
    let ids = job.plan.names().sample_ids();
    let mut variants = rows.iter();
    let mut labels = |range: Range<usize>| -> anyhow::Result<StringArray> {
        if by_sample {
            return Ok(range.map(|sample| ids.get(sample)).collect());
        }
        let rows = variants.by_ref().take(range.len());
        let names = rows.map(|(shard, row)| selection::name(job.store, shard, row).map(Some));
        names.collect()
    };
    let mut writer = FileWriter::try_new(job.target()?, &schema)?;
    let at_once = (BATCH / width.max(1)).max(1);
    let mut batch = |range: Range<usize>, values: &[u8]| -> anyhow::Result<()> {
        for start in range.clone().step_by(at_once) {
            let end = (start + at_once).min(range.end);
            let part = (start - range.start) * width..(end - range.start) * width;
            let values = values.get(part).unwrap_or_default();
            let values: Vec<i8> = values.iter().map(|v| v.cast_signed()).collect();
            let list: ArrayRef = Arc::new(FixedSizeListArray::try_new_with_length(
                Arc::clone(&item),
                length,
                Arc::new(Int8Array::from(values)),
                None,
                end - start,
            )?);
            let columns = vec![Arc::new(labels(start..end)?) as ArrayRef, list];
            writer.write(&RecordBatch::try_new(Arc::clone(&schema), columns)?)?;
        }
        Ok(())
    };
    each(job, matrix, &mut batch)?;
    writer.finish()?;
    writer.into_inner()?.finish()
}

fn write_samples(ids: &SampleIds, path: &Path) -> anyhow::Result<()> {
    let mut target = Target::create(path)?;
    let mut text = String::from("#SAMPLE\n");
    for id in ids.iter() {
        text.push_str(id);
        text.push('\n');
    }
    target.write_all(text.as_bytes())?;
    target.finish()
}

fn write_variants(job: &Job<'_>, rows: &RowSet, path: &Path) -> anyhow::Result<()> {
    let mut target = Target::create(path)?;
    target.write_all(b"#CHROM\tPOS\tID\tREF\tALT\n")?;
    let mut text = Vec::new();
    for (shard, rows) in rows.shards() {
        let shard = job.store.shard(*shard)?;
        let contig = job
            .store
            .manifest()
            .contigs
            .get(shard.entry().contig as usize);
        let contig = contig.map_or(".", |c| c.name.as_str());
        let sites = shard.sites()?;
        for row in rows {
            let site = sites.site(row as usize);
            let (pos, id) = (site.pos, site.id);
            let (reference, alternate) = (site.reference, site.alternate);
            writeln!(text, "{contig}\t{pos}\t{id}\t{reference}\t{alternate}")?;
            if text.len() > 1 << 20 {
                target.write_all(&text)?;
                text.clear();
            }
        }
    }
    target.write_all(&text)?;
    target.finish()
}
