//! Every file of public collections of valid and invalid VCF and BCF is read or refused as a
//! table says, `conformance/outcomes.tsv`. The collections are found in the folder that
//! `GENODEX_CONFORMANCE_DATA` names; without it the test says so and passes.
//!
//! With `GENODEX_CONFORMANCE_WRITE` set the table is written anew, to be read before it is
//! committed.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use genodex_indexer::reader::{CallOptions, Parser, RawRecord, Record, Source};

/// Folders of the data that are read.
const FOLDERS: [&str; 8] = [
    "hts_specs_vcf",
    "htslib_vcf",
    "bcftools_tests",
    "vcftools_vcf",
    "gcp_vcf",
    "allel_vcf",
    "bio2zarr_vcf",
    "variantannotation",
];

fn table() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/conformance/outcomes.tsv")
}

/// Files below `folder` that are VCF or BCF by name.
fn find(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if path.is_dir() {
            find(&path, found);
        } else if [".vcf", ".vcf.gz", ".bcf"]
            .iter()
            .any(|e| name.ends_with(e))
        {
            found.push(path);
        }
    }
}

/// Reads everything there is to read.
fn read(path: &Path) -> Result<u64, String> {
    let text = |e: genodex_indexer::reader::ReadError| {
        let message = e.to_string();
        message.replace(&path.display().to_string(), "FILE")
    };
    let mut source = Source::open(path, 0).map_err(text)?;
    let mut parser = Parser::new(source.header().clone(), CallOptions::default()).map_err(text)?;
    let (mut raw, mut record) = (RawRecord::default(), Record::default());
    let (mut site, mut info) = (Record::default(), String::new());
    let mut records = 0;
    while source.read(&mut raw).map_err(text)? {
        parser.parse(&raw, &mut record).map_err(text)?;
        parser.parse_site(&raw, &mut site).map_err(text)?;
        parser.info(&raw, &mut info).map_err(text)?;
        info.clear();
        assert_eq!(
            (record.pos, &record.alternates),
            (site.pos, &site.alternates)
        );
        assert_eq!(record.calls.len(), record.alternates.len());
        records += 1;
    }
    Ok(records)
}

#[test]
fn outcomes_are_those_of_the_table() {
    let Some(data) = std::env::var_os("GENODEX_CONFORMANCE_DATA").map(PathBuf::from) else {
        eprintln!("skipped: GENODEX_CONFORMANCE_DATA does not name the folder of the collections");
        return;
    };
    let mut outcomes = BTreeMap::new();
    for folder in FOLDERS {
        let mut files = Vec::new();
        find(&data.join(folder), &mut files);
        for path in files {
            let name = path.strip_prefix(&data).expect("below the folder");
            let (outcome, reason) = match read(&path) {
                Ok(records) => ("ok", format!("{records} records")),
                Err(reason) => ("refused", reason.replace(['\t', '\n'], " ")),
            };
            outcomes.insert(name.display().to_string(), (outcome.to_owned(), reason));
        }
    }
    if std::env::var_os("GENODEX_CONFORMANCE_WRITE").is_some() {
        let mut text = "file\toutcome\treason\n".to_owned();
        for (name, (outcome, reason)) in &outcomes {
            writeln!(text, "{name}\t{outcome}\t{reason}").expect("a string");
        }
        std::fs::write(table(), text).expect("the table can be written");
    }
    let text = std::fs::read_to_string(table()).expect("the table is there");
    let expected: BTreeMap<String, (String, String)> = text
        .lines()
        .skip(1)
        .filter_map(|line| {
            let mut fields = line.split('\t').map(str::to_owned);
            Some((fields.next()?, (fields.next()?, fields.next()?)))
        })
        .collect();
    for (name, outcome) in &expected {
        assert_eq!(outcomes.get(name), Some(outcome), "{name}");
    }
    assert_eq!(outcomes.len(), expected.len(), "files compared");
    let count = |folder: &str, outcome: &str| {
        let of_folder = outcomes.iter().filter(|(name, _)| name.contains(folder));
        of_folder.filter(|(_, (o, _))| o == outcome).count()
    };
    assert_eq!(count("/passed/", "ok"), 76, "valid files of hts-specs");
    assert_eq!(count("/passed/", "refused"), 0, "valid files of hts-specs");
    let failed = count("/failed/", "ok") + count("/failed/", "refused");
    assert_eq!(failed, 607, "invalid files of hts-specs");
}
