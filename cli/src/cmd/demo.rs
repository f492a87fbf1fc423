//! `genodex demo`: a tour on real genotypes that travel inside the program.

#[path = "demo_store.rs"]
mod store;
#[path = "demo_text.rs"]
mod text;

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::Context;
use genodex_datasets::embedded;
use genodex_engine::genotype::CallCounts;
use genodex_engine::store::Store;

use self::store::{Counted, Row};
use super::Global;

/// Indexes real genotypes and takes a short tour
///
/// The genotypes are those of the 1000 Genomes Project (phase 3): 2,504 people on a piece of
/// chromosome 22, and 1,126 of them on chromosome X. They are inside the program: nothing is
/// downloaded.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Keep the genotypes and the stores in DIR, to go on with [default: a folder that is
    /// removed at the end]
    #[arg(long, value_name = "DIR")]
    keep: Option<PathBuf>,
}

/// The continental groups of the panel.
const GROUPS: [(&str, &str); 5] = [
    ("AFR", "African"),
    ("AMR", "American"),
    ("EAS", "East Asian"),
    ("EUR", "European"),
    ("SAS", "South Asian"),
];
/// A frequency below which an allele counts as all but absent from a group.
const ABSENT: f64 = 0.005;

pub(crate) fn run(args: Args, global: &Global) -> anyhow::Result<()> {
    let (folder, _removed_at_the_end) = match &args.keep {
        Some(path) => {
            fs::create_dir_all(path)
                .with_context(|| format!("cannot create {}", path.display()))?;
            (path.clone(), None)
        }
        None => {
            let folder = tempfile::tempdir().context("cannot create a temporary folder")?;
            (folder.path().to_owned(), Some(folder))
        }
    };
    for file in embedded::ALL {
        let path = folder.join(file.name);
        fs::write(&path, file.bytes).with_context(|| format!("cannot write {}", path.display()))?;
    }
    let mut out = io::stdout().lock();
    writeln!(
        out,
        "A tour of genodex on real genotypes: the 1000 Genomes Project, phase 3 (GRCh37).\n"
    )?;
    continents(&mut out, &folder, global)?;
    sexes(&mut out, &folder, global)?;
    match &args.keep {
        Some(path) => writeln!(
            out,
            "All files are in {0}: `cd {0}` and type the commands above.",
            path.display()
        )?,
        None => writeln!(
            out,
            "All files are removed now. `genodex demo --keep genodex-demo` keeps them, to type the \
             commands\nabove in that folder. Your own data: `genodex index --help`."
        )?,
    }
    Ok(())
}

/// Indexes one of the files, as the user would.
fn index(
    out: &mut impl Write,
    folder: &Path,
    input: &str,
    output: &str,
    global: &Global,
) -> anyhow::Result<(Store, Duration)> {
    let panel = embedded::PANEL.name;
    writeln!(
        out,
        "  $ genodex index {input} --samples-table {panel} -o {output}"
    )?;
    out.flush()?;
    let start = Instant::now();
    let path = folder.join(output);
    store::index(&folder.join(input), &folder.join(panel), &path, global)?;
    let took = start.elapsed();
    let store = Store::open(&path)?;
    let manifest = store.manifest();
    writeln!(
        out,
        "  {} people, {} variants; {} of VCF became {}; {}\n",
        text::thousands(manifest.n_samples),
        text::thousands(manifest.n_rows()),
        text::size(fs::metadata(folder.join(input))?.len()),
        text::size(manifest.files().map(|f| f.length).sum()),
        text::time(took),
    )?;
    Ok((store, took))
}

fn continents(out: &mut impl Write, folder: &Path, global: &Global) -> anyhow::Result<()> {
    writeln!(out, "1. Index a VCF file, with a table of the people.\n")?;
    let (store, _) = index(out, folder, embedded::CHR22.name, "chr22.gdx", global)?;

    writeln!(
        out,
        "2. Ask for the frequency of every variant in five groups of people.\n"
    )?;
    let cohorts: Vec<(String, String)> = GROUPS
        .iter()
        .map(|(code, _)| ((*code).to_owned(), format!("super_pop == \"{code}\"")))
        .collect();
    write!(out, "  $ genodex freq chr22.gdx")?;
    for (name, expression) in &cohorts {
        write!(out, " \\\n      --cohort '{name}={expression}'")?;
    }
    writeln!(out, "\n")?;
    out.flush()?;
    let start = Instant::now();
    let counted = store::count(&store, &cohorts)?;
    let took = start.elapsed();
    let told = format!(
        "{} variants x {} groups in {}, from finding the people to the last count, on this \
         machine's {}. Why there: {}.",
        text::thousands(counted.rows.len() as u64),
        cohorts.len(),
        text::time(took),
        counted.device,
        counted.reason,
    );
    writeln!(out, "{}", text::wrap(&told))?;

    writeln!(
        out,
        "  For each group, the allele that is most frequent there and all but absent (< {}%)\n  \
         elsewhere; then the allele whose frequency differs most.\n",
        100.0 * ABSENT
    )?;
    let mut shown: Vec<&Row> = (0..GROUPS.len())
        .filter_map(|group| private(&counted, group))
        .collect();
    shown.extend(widest(&counted, &|_| true));
    text::table(out, &GROUPS.map(|g| g.0), &shown)?;
    let legend: Vec<String> = GROUPS
        .iter()
        .zip(&counted.sizes)
        .map(|((code, name), size)| format!("{code} {name} ({size})"))
        .collect();
    writeln!(out, "\n  {}\n", legend.join(", "))?;
    Ok(())
}

fn sexes(out: &mut impl Write, folder: &Path, global: &Global) -> anyhow::Result<()> {
    writeln!(
        out,
        "3. Chromosome X: a male has one copy, and counts as such.\n"
    )?;
    let (store, _) = index(out, folder, embedded::CHR_X.name, "chrX.gdx", global)?;
    let by_group: Vec<(String, String)> = ["AFR", "EAS"]
        .map(|code| (code.to_owned(), format!("super_pop == \"{code}\"")))
        .to_vec();
    let counted = store::count(&store, &by_group)?;
    let haploid = |row: &Row| row.counts.iter().any(|c| c.haploid_called > 0);
    let Some(row) = widest(&counted, &haploid) else {
        return Ok(());
    };
    let region = format!("{}:{}", row.contig, row.pos);
    let by_sex: Vec<(String, String)> = [
        ("women", "gender == \"female\""),
        ("men", "gender == \"male\""),
        ("AFR_men", "super_pop == \"AFR\" && gender == \"male\""),
        ("EAS_men", "super_pop == \"EAS\" && gender == \"male\""),
    ]
    .map(|(name, expression)| (name.to_owned(), expression.to_owned()))
    .to_vec();
    write!(out, "  $ genodex freq chrX.gdx -r {region}")?;
    for (name, expression) in &by_sex {
        write!(out, " \\\n      --cohort '{name}={expression}'")?;
    }
    let counted = store::count(&store, &by_sex)?;
    let Some(same) = counted
        .rows
        .iter()
        .find(|r| r.pos == row.pos && r.alternate == row.alternate)
    else {
        return Ok(());
    };
    writeln!(
        out,
        "\n\n  {} at {region}, {}>{}\n\n  {:8} {:>7} {:>8} {:>8} {:>9}",
        row.id, row.reference, row.alternate, "", "people", "alleles", "ALT", "frequency"
    )?;
    for ((name, _), counts) in by_sex.iter().zip(&same.counts) {
        writeln!(
            out,
            "  {name:8} {:>7} {:>8} {:>8} {:>8.1}%",
            counts.samples,
            counts.allele_number(),
            counts.allele_count(),
            100.0 * frequency(counts).unwrap_or_default(),
        )?;
    }
    writeln!(out)?;
    Ok(())
}

/// Frequency of ALT; none where nobody is called.
fn frequency(counts: &CallCounts) -> Option<f64> {
    let number = counts.allele_number();
    (number > 0).then(|| counts.allele_count() as f64 / number as f64)
}

/// The variant that is most frequent in one group and all but absent from the others.
fn private(counted: &Counted, group: usize) -> Option<&Row> {
    let elsewhere = |row: &&Row| {
        let others = row.counts.iter().enumerate().filter(|(i, _)| *i != group);
        others
            .map(|(_, c)| frequency(c))
            .all(|f| f.is_some_and(|f| f < ABSENT))
    };
    let here = |row: &Row| frequency(&row.counts[group]).unwrap_or_default();
    let rows = counted.rows.iter().filter(elsewhere);
    rows.max_by(|a, b| here(a).total_cmp(&here(b)))
}

/// The variant whose frequencies lie farthest apart, among those that `which` lets pass.
fn widest<'a>(counted: &'a Counted, which: &dyn Fn(&Row) -> bool) -> Option<&'a Row> {
    let spread = |row: &Row| {
        let all = row.counts.iter().filter_map(frequency);
        let (low, high) = all.fold((1.0f64, 0.0f64), |(l, h), f| (l.min(f), h.max(f)));
        high - low
    };
    let rows = counted.rows.iter().filter(|row| which(row));
    rows.max_by(|a, b| spread(a).total_cmp(&spread(b)))
}
