//! What `index` and `add` share: how inputs are read, and the report at the end.

use std::path::{Path, PathBuf};

use anyhow::bail;
use genodex_engine::format::disk::{Disk, OsDisk};
use genodex_engine::format::manifest::{FORMAT_VERSION, Manifest, Provenance};
use genodex_engine::genome::Build;
use genodex_engine::store::{Store, StoreWriter};
use genodex_indexer::import::{
    ImportOptions, ImportReport, Importer, InfoSelection, SharedReference, Tally,
};
use genodex_indexer::reader::{CallOptions, HalfCallMode, merge_header};

use super::{Global, PROGRAM};
use crate::progress::Progress;
use crate::say::say;
use crate::staged_disk::StagedDisk;

/// How inputs are read.
#[derive(clap::Args)]
pub(crate) struct Reading {
    /// Only records that overlap these regions: chr1, chr1:100-200, several joined by commas
    #[arg(short, long, value_name = "REGIONS")]
    regions: Option<String>,
    /// Only records that overlap the regions in FILE (BED, or contig, start, end)
    #[arg(short = 'R', long, value_name = "FILE", conflicts_with = "regions")]
    regions_file: Option<PathBuf>,
    /// Samples to keep, joined by commas, in the input's order; ^ before the first: to leave out
    #[arg(short, long, value_name = "[^]LIST")]
    pub(super) samples: Option<String>,
    /// File of samples to keep, one on a line; ^ before it: to leave out
    #[arg(short = 'S', long, value_name = "[^]FILE", conflicts_with = "samples")]
    pub(super) samples_file: Option<String>,
    /// File of new sample ids: `old new` on each line, or one for each sample in order
    #[arg(long, value_name = "FILE")]
    pub(super) rename_samples: Option<PathBuf>,
    /// Table of the samples: TSV or CSV with a header, .psam, .fam, or a 1000 Genomes panel
    #[arg(long, value_name = "FILE")]
    pub(super) samples_table: Option<PathBuf>,
    /// Calls with a genotype quality (GQ) below this become missing
    #[arg(long, value_name = "GQ")]
    min_gq: Option<f64>,
    /// Calls with a depth (DP) below this become missing
    #[arg(long, value_name = "DP")]
    min_dp: Option<u32>,
    /// What a call like ./1 becomes
    #[arg(long, value_enum, default_value = "missing", value_name = "MODE")]
    half_call: HalfCall,
    /// Reference (FASTA, with or without .fai): REF is checked and indels are left-aligned
    #[arg(short, long, value_name = "FILE")]
    fasta: Option<PathBuf>,
    /// INFO fields to keep, joined by commas; ^ before the first: to leave out; none
    #[arg(long, value_name = "[^]LIST|none")]
    info: Option<String>,
    /// Leave predicted consequences (CSQ, ANN, BCSQ) as text in INFO: no GENE, CONSEQUENCE, LOF
    #[arg(long)]
    no_consequence: bool,
    /// FORMAT fields to keep beside GT, joined by commas: GQ,DP,AD,PL
    #[arg(long, value_name = "LIST", value_delimiter = ',')]
    format_fields: Vec<String>,
    /// Write each file in this folder first, then copy it to the store: for destinations that
    /// are slow or cannot seek
    #[arg(long, value_name = "DIR")]
    temp_dir: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum HalfCall {
    /// Missing in genotype counts, its one allele counted in allele counts
    Missing,
    /// The missing allele becomes the reference
    Reference,
    /// A haploid call of its one allele
    Haploid,
    /// An error that names the record
    Error,
}

/// Where rows go.
pub(crate) enum Target {
    /// Nowhere: a dry run of making a store, or of adding to the one that is named.
    Nothing {
        /// Folder of a store that the inputs would be added to.
        store: Option<PathBuf>,
    },
    /// A new store.
    New {
        /// Its folder.
        path: PathBuf,
        /// A store that is there is replaced.
        replace: bool,
    },
    /// The next generation of a store.
    Add {
        /// Its folder.
        path: PathBuf,
    },
}

pub(crate) fn run(
    inputs: Vec<PathBuf>,
    reading: &Reading,
    target: &Target,
    global: &Global,
) -> anyhow::Result<()> {
    let threads = rayon::current_num_threads();
    let importer = Importer::open(inputs, threads)?;
    let staged = reading.temp_dir.clone().map(StagedDisk::new);
    if let Some(temp) = reading.temp_dir.as_deref().filter(|t| !t.is_dir()) {
        bail!(
            "--temp-dir {} is not a folder that is there",
            temp.display()
        );
    }
    let disk: &dyn Disk = match &staged {
        Some(staged) => staged,
        None => &OsDisk,
    };
    let writer = match target {
        Target::Nothing { .. } => None,
        Target::New { path, replace } => Some(StoreWriter::create(disk, path, *replace)?),
        Target::Add { path } => Some(StoreWriter::extend(disk, path)?),
    };
    let base = match target {
        Target::Add { path } | Target::Nothing { store: Some(path) } => Some(Store::open(path)?),
        _ => None,
    };
    if base.is_some() && reading.samples_table.is_some() {
        bail!("--samples-table is for a new store: this one has its sample table already");
    }
    let columns = super::import_samples::columns(reading, importer.samples(), global)?;
    let table = match &base {
        Some(store) => {
            super::import_samples::same_as_store(&columns.ids, store)?;
            None
        }
        None => Some(super::import_samples::table(reading, &columns.ids, global)?),
    };
    let mut options = reading.options(&importer, columns.keep, threads, global)?;
    options.active = base
        .as_ref()
        .filter(|store| !store.manifest().withdrawn.is_empty())
        .map(|store| store.active().plane());
    let base_manifest = base.as_ref().map(|s| s.manifest().clone());
    let mut report = {
        let progress = match importer.total_bytes() {
            Some(total) => Progress::bytes(global, "Reading", total),
            None => Progress::spinner(global, "Reading", "bytes"),
        };
        importer.run(
            &options,
            writer.as_ref(),
            base_manifest.as_ref(),
            &mut |bytes| {
                progress.set(bytes);
            },
        )?
    };
    for warning in &report.warnings {
        global.note(format_args!("warning: {warning}"));
    }
    let found = Build::recognise(
        report
            .contigs
            .iter()
            .map(|c| (c.name.as_str(), c.length.map(u64::from))),
    );
    let (Some(writer), Some(path)) = (writer, target.path()) else {
        print_report(&report, global);
        say!("build: {} ({})", found.build, found.reason);
        say!("dry run: nothing was written");
        return Ok(());
    };
    let mut manifest = match base_manifest {
        Some(base) => base,
        None => {
            let samples = match &table {
                Some(table) => writer.write_table("samples.arrow", table.batch())?,
                None => bail!("a store without samples cannot be added to"),
            };
            Manifest::new(found.build.to_string(), columns.ids.len() as u64, samples)
        }
    };
    if manifest.build == Build::Unknown.to_string() {
        manifest.build = found.build.to_string();
    }
    manifest.format_version = FORMAT_VERSION;
    manifest.generation = writer.generation();
    manifest.contigs = std::mem::take(&mut report.contigs);
    manifest.shards.append(&mut report.shards.clone());
    note_unsaid(&manifest, &report, global);
    for layer in report.layers.drain(..) {
        match manifest.layers.iter_mut().find(|l| l.name == layer.name) {
            Some(before) => *before = layer,
            None => manifest.layers.push(layer),
        }
    }
    let mut header = match &base {
        Some(store) => store.header()?,
        None => String::new(),
    };
    merge_header(&mut header, &report.header);
    manifest.header = Some(writer.write_bytes("header.vcf", header.as_bytes())?);
    manifest.shards.sort_by_key(|s| (s.contig, s.first, s.last));
    manifest.provenance.push(Provenance {
        generation: manifest.generation,
        program: PROGRAM.to_owned(),
        action: if base.is_some() { "add" } else { "index" }.to_owned(),
        options: reading.changing_options(),
        inputs: report.inputs.clone(),
    });
    drop(base);
    writer.commit(&manifest)?;
    print_report(&report, global);
    let bytes: u64 = manifest.files().map(|f| f.length).sum();
    global.note(format_args!(
        "{}: {} samples, {} variants, {} bytes, {} ({})",
        path.display(),
        manifest.n_samples,
        manifest.n_rows(),
        bytes,
        found.build,
        found.reason
    ));
    Ok(())
}

impl Target {
    pub(crate) fn path(&self) -> Option<&Path> {
        match self {
            Self::Nothing { .. } => None,
            Self::New { path, .. } | Self::Add { path } => Some(path),
        }
    }
}

impl Reading {
    fn options(
        &self,
        importer: &Importer,
        keep: Option<Vec<u32>>,
        threads: usize,
        global: &Global,
    ) -> anyhow::Result<ImportOptions> {
        let contigs = importer.contigs();
        let regions = super::regions::parse(
            self.regions.as_deref(),
            self.regions_file.as_deref(),
            contigs.iter().map(|c| c.name.as_str()),
            global,
        )?;
        Ok(ImportOptions {
            threads,
            calls: CallOptions {
                half_call: match self.half_call {
                    HalfCall::Missing => HalfCallMode::Missing,
                    HalfCall::Reference => HalfCallMode::Reference,
                    HalfCall::Haploid => HalfCallMode::Haploid,
                    HalfCall::Error => HalfCallMode::Error,
                },
                min_gq: self.min_gq,
                min_dp: self.min_dp,
                keep,
            },
            regions,
            active: None,
            consequence: !self.no_consequence,
            format_fields: format_fields(&self.format_fields),
            info: info_selection(self.info.as_deref()),
            reference: self
                .fasta
                .as_deref()
                .map(SharedReference::open)
                .transpose()?,
        })
    }

    /// The options that change what is stored, without sample ids: those are nobody's to keep.
    fn changing_options(&self) -> Vec<String> {
        let mut out = Vec::new();
        let mut add = |name: &str, value: Option<String>| {
            out.extend(value.map(|v| format!("{name}={v}")));
        };
        let path = |p: &Option<PathBuf>| p.as_ref().map(|p| p.display().to_string());
        add("--regions", self.regions.clone());
        add("--regions-file", path(&self.regions_file));
        add(
            "--samples",
            self.samples.as_ref().map(|_| "(a list)".to_owned()),
        );
        add("--samples-file", self.samples_file.clone());
        add("--rename-samples", path(&self.rename_samples));
        add("--samples-table", path(&self.samples_table));
        add("--min-gq", self.min_gq.map(|v| v.to_string()));
        add("--min-dp", self.min_dp.map(|v| v.to_string()));
        add("--info", self.info.clone());
        add(
            "--no-consequence",
            self.no_consequence.then(|| "yes".to_owned()),
        );
        let fields = (!self.format_fields.is_empty()).then(|| self.format_fields.join(","));
        add("--format-fields", fields);
        add("--fasta", path(&self.fasta));
        let half_call = format!("{:?}", self.half_call).to_lowercase();
        add("--half-call", (half_call != "missing").then_some(half_call));
        out
    }
}

/// What `--format-fields` says; genotypes are kept whatever it says.
fn format_fields(list: &[String]) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for name in list {
        let name = name.trim();
        let name = name.strip_prefix("FORMAT/").unwrap_or(name);
        if !name.is_empty() && name != "GT" && !out.iter().any(|n| n == name) {
            out.push(name.to_owned());
        }
    }
    out
}

/// What `--info` says.
fn info_selection(text: Option<&str>) -> InfoSelection {
    let list = |text: &str| -> Vec<String> {
        let names = text.split(',').map(str::trim).filter(|n| !n.is_empty());
        // bcftools writes INFO/NAME where it could be FORMAT.
        names
            .map(|n| n.strip_prefix("INFO/").unwrap_or(n).to_owned())
            .collect()
    };
    match text {
        None | Some("") => InfoSelection::All,
        Some("none") => InfoSelection::None,
        Some(text) => match text.strip_prefix('^') {
            Some(text) => InfoSelection::Except(list(text)),
            None => InfoSelection::Only(list(text)),
        },
    }
}

/// Says which layers of a store that is added to say nothing of what is new.
fn note_unsaid(manifest: &Manifest, report: &ImportReport, global: &Global) {
    for layer in &manifest.layers {
        if !report.layers.iter().any(|new| new.name == layer.name) {
            global.note(format_args!(
                "note: layer {} says nothing of the new variants: genodex annotate --replace \
                 makes it anew",
                layer.name
            ));
        }
    }
}

/// What became of records and calls, one kind on a line.
fn print_report(report: &ImportReport, global: &Global) {
    if global.quiet {
        return;
    }
    for (tally, n) in report.tallies.iter() {
        crate::say::aside(format_args!("{n:>12} {}", tally.label()));
    }
    if report.tallies.get(Tally::Rows) == 0 {
        crate::say::aside(format_args!("note: no rows: the store is empty"));
    }
}
