//! Consequences of real files against `bcftools +split-vep`, where it is installed and
//! `GENODEX_CONFORMANCE_DATA` names the folder of the collections; else the test says so and
//! passes.
#![allow(clippy::unwrap_used, reason = "a test may panic, its helpers too")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use genodex_indexer::annotation::consequence::{ConsequenceFormat, Consequences, Dialect};
use genodex_indexer::reader::{CallOptions, Parser, RawRecord, Record, Source};

/// Files with the INFO field of consequences and the entries that they have at least.
const FILES: [(&str, &str, usize); 22] = [
    (
        "knowledge/annotated_vcf/bcftools_split-vep.vcf.gz",
        "CSQ",
        2219,
    ),
    ("knowledge/annotated_vcf/gemini_test.cadd.vcf", "CSQ", 73),
    (
        "knowledge/annotated_vcf/gemini_test.clinvar_gene_pheno.vcf",
        "CSQ",
        20,
    ),
    (
        "knowledge/annotated_vcf/gemini_test.region.vep.vcf",
        "CSQ",
        75,
    ),
    (
        "knowledge/annotated_vcf/gemini_test4.vep.snpeff.vcf",
        "CSQ",
        57,
    ),
    (
        "knowledge/annotated_vcf/scout_643594.clinical.vcf.gz",
        "CSQ",
        4418,
    ),
    (
        "knowledge/annotated_vcf/scout_643594.research.vcf.gz",
        "CSQ",
        5651,
    ),
    ("knowledge/annotated_vcf/vcfanno_exac.vcf.gz", "CSQ", 515),
    (
        "knowledge/gnomad_slices/gnomad-mtdna_example_gnomad-mtdna.vcf.bgz",
        "vep",
        4,
    ),
    (
        "knowledge/gnomad_slices/grch37_v2.1_gnomad-exomes.1.vcf.bgz",
        "vep",
        1067,
    ),
    (
        "knowledge/gnomad_slices/grch38_v4.0_gnomad-exomes.1.vcf.bgz",
        "vep",
        83,
    ),
    (
        "knowledge/gnomad_slices/grch38_v4.0_gnomad-exomes.X.vcf.bgz",
        "vep",
        891,
    ),
    (
        "knowledge/gnomad_slices/grch38_v4.0_gnomad-genomes.1.vcf.bgz",
        "vep",
        84,
    ),
    ("bcftools_tests/split-vep.2.vcf", "CSQ", 20),
    ("bcftools_tests/split-vep.2.vcf", "BCSQ", 3),
    ("bcftools_tests/split-vep.4.vcf", "BCSQ", 134),
    ("bcftools_tests/split-vep.5.vcf", "CSQ", 13),
    ("bcftools_tests/split-vep.6.vcf", "CSQ", 25),
    ("bcftools_tests/split-vep.7.vcf", "ANN", 5),
    ("bcftools_tests/split-vep.8.vcf", "BCSQ", 10),
    ("bcftools_tests/split-vep.gene-list.vcf", "CSQ", 10),
    ("bcftools_tests/split-vep.select-tr-expr.vcf", "CSQ", 57),
];

/// bcftools' own scale: parts of terms, the least severe first.
const SCALE: [&[&str]; 19] = [
    &["intergenic"],
    &["feature_truncation", "feature_elongation"],
    &["regulatory"],
    &["TF_binding_site", "TFBS"],
    &["downstream", "upstream"],
    &["non_coding_transcript", "non_coding", "nc_transcript"],
    &["intron", "NMD_transcript"],
    &["non_coding_transcript_exon"],
    &["5_prime_utr", "3_prime_utr"],
    &["coding_sequence", "mature_miRNA"],
    &["stop_retained", "start_retained", "synonymous"],
    &["incomplete_terminal_codon"],
    &["splice_region", "splice_polypyrimidine"],
    &["missense", "inframe", "protein_altering"],
    &["transcript_amplification"],
    &["exon_loss"],
    &["disruptive"],
    &[
        "start_lost",
        "stop_lost",
        "stop_gained",
        "frameshift",
        "initiator_codon",
    ],
    &["splice_acceptor", "splice_donor"],
];

fn step(terms: &str) -> usize {
    let of = |term: &str| {
        let term = term.to_lowercase();
        let has = |parts: &[&str]| parts.iter().any(|p| term.contains(&p.to_lowercase()));
        SCALE
            .iter()
            .rposition(|parts| has(parts))
            .map_or(0, |i| i + 1)
    };
    terms.split(['&', ',']).map(of).max().unwrap_or(0)
}

/// What is shown where bcftools finds another to be worse: its scale is one of parts of terms,
/// so that it has `non_coding_transcript_exon` below `intron`'s step for the `non_coding` in it,
/// and does not know VEP's terms before Ensembl 76.
const DIFFERING: [(&str, &str); 6] = [
    (
        "3_prime_UTR_variant",
        "non_coding_exon_variant&nc_transcript_variant",
    ),
    (
        "missense_variant",
        "non_coding_exon_variant&nc_transcript_variant",
    ),
    (
        "non_coding_transcript_exon_variant",
        "intron_variant&non_coding_transcript_variant",
    ),
    (
        "non_coding_transcript_exon_variant&non_coding_transcript_variant",
        "intron_variant",
    ),
    (
        "non_coding_transcript_exon_variant&non_coding_transcript_variant",
        "intron_variant&non_coding_transcript_variant",
    ),
    (
        "non_coding_transcript_exon_variant&non_coding_transcript_variant&feature_elongation",
        "intron_variant&non_coding_transcript_variant&feature_elongation",
    ),
];

/// A record by its place and alleles.
type Key = String;

fn split_vep(path: &Path, key: &str, arguments: &[&str]) -> Option<BTreeMap<Key, Vec<String>>> {
    let output = Command::new("bcftools")
        .args(["+split-vep", "-a", key])
        .args(arguments)
        .arg(path)
        .output()
        .ok()?;
    // It gives up at entries with fewer fields than the header has ("Too few columns").
    if !output.status.success() {
        return None;
    }
    let mut found: BTreeMap<Key, Vec<String>> = BTreeMap::new();
    for line in String::from_utf8_lossy(&output.stdout).lines() {
        let columns: Vec<&str> = line.splitn(5, '\t').collect();
        let (key, rest) = (columns[..4].join("\t"), columns[4]);
        found.entry(key).or_default().push(rest.to_owned());
    }
    Some(found)
}

struct Ours {
    entries: BTreeMap<Key, Vec<String>>,
    /// The consequence that is shown, of records of one ALT.
    shown: BTreeMap<Key, String>,
    canonical: BTreeMap<Key, Vec<String>>,
    unmatched: u64,
    unknown: Vec<String>,
}

fn ours(path: &Path, key: &str) -> Ours {
    let mut source = Source::open(path, 0).unwrap();
    let format = ConsequenceFormat::named(&source.header().text, key).unwrap();
    let consequences = Consequences::new::<&str>(format, &[]).unwrap();
    let n_fields = consequences.format().fields().len();
    let feature = consequences.format().field("Feature").ok();
    let mut parser = Parser::new(Arc::clone(source.header()), CallOptions::default()).unwrap();
    let (mut raw, mut record, mut info) = (RawRecord::default(), Record::default(), String::new());
    let mut out = Ours {
        entries: BTreeMap::new(),
        shown: BTreeMap::new(),
        canonical: BTreeMap::new(),
        unmatched: 0,
        unknown: Vec::new(),
    };
    while source.read(&mut raw).unwrap() {
        parser.parse_site(&raw, &mut record).unwrap();
        info.clear();
        parser.info(&raw, &mut info).unwrap();
        let alternates: Vec<&str> = record.alternates.iter().map(String::as_str).collect();
        let found = consequences.read_info(&info, &record.reference, &alternates);
        let contig = &source.contigs()[record.contig.0 as usize].name;
        let (pos, reference) = (record.pos, &record.reference);
        let place = format!("{contig}\t{pos}\t{reference}\t{}", alternates.join(","));
        out.unmatched += found.tallies.unmatched;
        out.unknown.extend(found.unknown_term.map(str::to_owned));
        let csq = consequences.format().dialect() == Dialect::Csq;
        // An entry without an allele is of every ALT: bcftools lists it once.
        let alleles = if csq {
            &found.alleles[..1.min(alternates.len())]
        } else {
            &found.alleles
        };
        if csq && alternates.len() > 1 {
            continue;
        }
        let all = alleles
            .iter()
            .flat_map(|a| &a.transcripts)
            .chain(&found.unmatched);
        for transcript in all {
            let empty = |v: &str| if v.is_empty() { "." } else { v }.replace(',', "/");
            let mut values: Vec<String> = transcript.values().iter().map(|v| empty(v)).collect();
            values.resize(n_fields, ".".to_owned());
            out.entries
                .entry(place.clone())
                .or_default()
                .push(values.join("\t"));
            if transcript.is_canonical() {
                let feature = feature.and_then(|f| transcript.value(f)).unwrap_or(".");
                out.canonical
                    .entry(place.clone())
                    .or_default()
                    .push(feature.to_owned());
            }
        }
        if let [allele] = &found.alleles[..]
            && let Some(i) = allele.shown
            && found.unmatched.is_empty()
        {
            let consequence = allele.transcripts[i].consequence().unwrap_or(".");
            out.shown.insert(place, consequence.to_owned());
        }
    }
    out
}

fn sorted(mut map: BTreeMap<Key, Vec<String>>) -> BTreeMap<Key, Vec<String>> {
    map.values_mut().for_each(|v| v.sort());
    map
}

#[test]
fn entries_and_the_worst_are_those_of_split_vep() {
    let Some(data) = std::env::var_os("GENODEX_CONFORMANCE_DATA").map(PathBuf::from) else {
        eprintln!("skipped: GENODEX_CONFORMANCE_DATA does not name the folder of the collections");
        return;
    };
    if Command::new("bcftools").arg("--version").output().is_err() {
        eprintln!("skipped: bcftools is not installed");
        return;
    }
    let site = "%CHROM\t%POS\t%REF\t%ALT\t";
    let (mut compared, mut given_up) = (0, 0);
    let mut differing = BTreeSet::new();
    for (file, key, at_least) in FILES {
        let path = data.join(file);
        let mine = ours(&path, key);
        let format = format!("{site}%{key}\n");
        let Some(theirs) = split_vep(&path, key, &["-d", "-A", "tab", "-f", &format]) else {
            eprintln!("{file}: bcftools cannot read INFO/{key}");
            given_up += 1;
            continue;
        };
        let clean = |text: &String| text.replace(',', "/");
        let theirs = theirs
            .into_iter()
            .filter(|(k, _)| key != "BCSQ" || !k.rsplit('\t').next().unwrap_or("").contains(','))
            .map(|(k, v)| (k, v.iter().map(clean).collect()))
            .collect();
        let (mine_entries, theirs) = (sorted(mine.entries), sorted(theirs));
        for (place, expected) in &theirs {
            assert_eq!(
                mine_entries.get(place),
                Some(expected),
                "{file} {key} {place}"
            );
        }
        let n: usize = mine_entries.values().map(Vec::len).sum();
        assert!(key == "BCSQ" || n >= at_least, "{file}: {n}");
        // ExAC's records were split after they had been annotated: all ALTs' entries are in each.
        let unmatched = if file.contains("exac") { 46 } else { 0 };
        assert_eq!(mine.unmatched, unmatched, "{file}");
        assert_eq!(mine.unknown, [""; 0], "{file}");

        let format = format!("{site}%Consequence\n");
        let theirs = split_vep(&path, key, &["-s", "worst", "-f", &format]).unwrap();
        for (place, consequence) in &mine.shown {
            let Some(worst) = theirs.get(place).map(|w| w[0].as_str()) else {
                continue;
            };
            if step(consequence) != step(worst) {
                differing.insert((consequence.clone(), worst.to_owned()));
                continue;
            }
            compared += 1;
        }
        if mine.canonical.is_empty() {
            continue;
        }
        let format = format!("{site}%Feature\n");
        let theirs = split_vep(&path, key, &["-d", "-s", "primary", "-f", &format]).unwrap();
        // bcftools takes the first of a record.
        assert!(theirs.keys().eq(mine.canonical.keys()), "{file} primary");
        for (place, first) in &theirs {
            assert!(
                mine.canonical[place].contains(&first[0]),
                "{file} primary {place}"
            );
        }
    }
    let listed: Vec<_> = differing
        .iter()
        .map(|(a, b)| (a.as_str(), b.as_str()))
        .collect();
    assert_eq!(listed, DIFFERING);
    eprintln!("{compared} records have the worst that bcftools finds");
    assert!(given_up <= 3, "{given_up}");
    assert!(compared > 1000, "{compared}");
}
