//! `genodex info`: what a store holds.

use std::path::PathBuf;

use genodex_engine::format::manifest::{ColumnType, LayerEntry, Manifest};
use genodex_engine::store::Store;
use serde_json::json;

use super::Global;
use crate::say::say;

/// Show what a store holds
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  genodex info cohort.gdx
  genodex info cohort.gdx --format json | jq .samples")]
pub(crate) struct Args {
    /// The store
    #[arg(value_name = "STORE")]
    store: PathBuf,
    /// Output format
    #[arg(long, value_enum, default_value = "table")]
    format: Format,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Format {
    /// For people
    Table,
    /// One JSON object
    Json,
}

/// Sums over the shards of one contig.
#[derive(Default)]
struct ContigSum {
    variants: u64,
    dense: u64,
    bytes: u64,
    span: Option<(u32, u32)>,
}

pub(crate) fn run(args: &Args, _global: &Global) -> anyhow::Result<()> {
    let store = Store::open(&args.store)?;
    let m = store.manifest();
    let mut contigs: Vec<ContigSum> = m.contigs.iter().map(|_| ContigSum::default()).collect();
    for s in &m.shards {
        let c = &mut contigs[s.contig as usize];
        c.variants += s.rows;
        c.dense += s.dense_rows;
        let layers = s
            .layers
            .values()
            .flat_map(|l| std::iter::once(&l.table).chain(&l.index));
        let more = s.site_index.iter().chain(layers);
        c.bytes += s.genotypes.length + s.sites.length + more.map(|f| f.length).sum::<u64>();
        let first = c.span.map_or(s.first, |span| span.0);
        c.span = Some((first, s.last));
    }
    let bytes: u64 = m.files().map(|f| f.length).sum();
    let columns: Vec<&str> = store.samples().names().collect();
    match args.format {
        Format::Json => {
            let contigs: Vec<_> = (m.contigs.iter().zip(&contigs))
                .filter_map(|(c, sum)| {
                    sum.span.map(|(first, last)| {
                        json!({"name": c.name, "length": c.length, "variants": sum.variants,
                               "dense": sum.dense, "first": first, "last": last,
                               "bytes": sum.bytes})
                    })
                })
                .collect();
            let out = json!({
                "path": args.store.to_string_lossy(), "format_version": m.format_version,
                "generation": m.generation, "build": m.build,
                "samples": store.active().len(), "withdrawn": m.withdrawn.len(),
                "sample_columns": columns, "variants": m.n_rows(), "shards": m.shards.len(),
                "bytes": bytes, "layers": layers(m), "contigs": contigs, "provenance": m.provenance,
            });
            say!("{out:#}");
        }
        Format::Table => {
            say!("Store       {}", args.store.display());
            say!(
                "Format      {}, generation {}",
                m.format_version,
                m.generation
            );
            say!("Build       {}", m.build);
            say!("Samples     {}", grouped(store.active().len()));
            if !m.withdrawn.is_empty() {
                say!("Withdrawn   {}", grouped(m.withdrawn.len() as u64));
            }
            say!("Variants    {}", grouped(m.n_rows()));
            say!(
                "Size        {} bytes in {} shards",
                grouped(bytes),
                m.shards.len()
            );
            say!("Columns     {}", columns.join(", "));
            for layer in &m.layers {
                let bytes = grouped(layer_bytes(m, &layer.name));
                let kinds = [
                    (ColumnType::Integer, "whole numbers"),
                    (ColumnType::Float, "floats"),
                    (ColumnType::Text, "text"),
                    (ColumnType::Flag, "flags"),
                ];
                say!(
                    "Layer       {} ({bytes} bytes, from {})",
                    layer.name,
                    layer.source
                );
                for (kind, what) in kinds {
                    let columns = layer.columns.iter().filter(|c| c.kind == kind);
                    let names: Vec<&str> = columns.map(|c| c.name.as_str()).collect();
                    print_wrapped(&format!("{what}: {}", names.join(", ")), names.is_empty())?;
                }
            }
            for p in &m.provenance {
                let inputs: Vec<_> = p.inputs.iter().map(|i| i.name.as_str()).collect();
                say!(
                    "History     {}: {} {}",
                    p.generation,
                    p.action,
                    inputs.join(" ")
                );
            }
            say!("");
            say!(
                "{:<16} {:>13} {:>11} {:>24} {:>15}",
                "Contig",
                "Variants",
                "Dense",
                "Positions",
                "Bytes"
            );
            for (c, sum) in m.contigs.iter().zip(&contigs) {
                if let Some((first, last)) = sum.span {
                    say!(
                        "{:<16} {:>13} {:>11} {:>24} {:>15}",
                        c.name,
                        grouped(sum.variants),
                        grouped(sum.dense),
                        format!("{first}-{last}"),
                        grouped(sum.bytes)
                    );
                }
            }
        }
    }
    Ok(())
}

/// Bytes of a layer in all shards.
fn layer_bytes(m: &Manifest, name: &str) -> u64 {
    let files = m.shards.iter().filter_map(|s| s.layers.get(name));
    files
        .map(|l| l.table.length + l.index.as_ref().map_or(0, |i| i.length))
        .sum()
}

fn layers(m: &Manifest) -> Vec<serde_json::Value> {
    let layer = |l: &LayerEntry| {
        json!({"name": l.name, "kind": l.kind, "source": l.source,
               "bytes": layer_bytes(m, &l.name), "columns": l.columns})
    };
    m.layers.iter().map(layer).collect()
}

/// Lines of up to 88 characters under the second column.
fn print_wrapped(text: &str, empty: bool) -> anyhow::Result<()> {
    if empty {
        return Ok(());
    }
    let mut line = String::new();
    for word in text.split_inclusive(' ') {
        if !line.is_empty() && line.len() + word.trim_end().len() > 76 {
            say!("            {}", line.trim_end());
            line = "  ".to_owned();
        }
        line.push_str(word);
    }
    say!("            {}", line.trim_end());
    Ok(())
}

/// Digits in groups of three.
fn grouped(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::new();
    for (i, d) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(d);
    }
    out
}
