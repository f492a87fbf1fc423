//! `genodex search` on small stores.
#![allow(clippy::unwrap_used, reason = "a test may panic, its helpers too")]

mod common;

use std::fs;
use std::path::PathBuf;

use common::{fails, run, stdout};

const VCF: &str = "##fileformat=VCFv4.2
##contig=<ID=chr1,length=100000>
##contig=<ID=chrX,length=100000>
#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\ta\tb\tc
chr1\t100\trs10\tA\tG\t.\t.\t.\tGT\t0/1\t1/1\t0/0
chr1\t200\trs20;rs21\tCTT\tC,CT\t.\t.\t.\tGT\t0/1\t0/2\t./.
chrX\t300\t.\tT\tC\t.\t.\t.\tGT\t1\t0/1\t0/0
";
const SAMPLES: &str =
    "id\tpop\thpo\tage\na\tJPT\tHP:0001638\t40\nb\tCHB\tHP:0001644;HP:0000001\t50\nc\tJPT\t.\t.\n";

fn store(folder: &tempfile::TempDir) -> PathBuf {
    let path = |name: &str| folder.path().join(name);
    fs::write(path("in.vcf"), VCF).unwrap();
    fs::write(path("samples.tsv"), SAMPLES).unwrap();
    let args = [
        "index".into(),
        path("in.vcf"),
        "-o".into(),
        path("s.gdx"),
        "--samples-table".into(),
    ];
    stdout(args.into_iter().chain([path("samples.tsv")]));
    path("s.gdx")
}

/// Rows of the answer: kind, identifier, AC or people.
fn rows(store: &std::path::Path, args: &[&str]) -> Vec<[String; 3]> {
    let mut all = vec!["search", store.to_str().unwrap()];
    all.extend(args);
    let text = stdout(all);
    let rows = text.lines().skip(1).map(|line| {
        let cells: Vec<&str> = line.split('\t').collect();
        assert_eq!(cells.len(), 13, "{line}");
        let count = if cells[11] == "." {
            cells[8]
        } else {
            cells[11]
        };
        [cells[0], cells[1], count].map(str::to_owned)
    });
    rows.collect()
}

#[test]
fn variants_columns_and_cohorts_are_found() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(&folder);
    for (query, kind, id, count) in [
        ("1-100-A-G", "variant", "chr1-100-A-G", "3"),
        ("chr1:100 a>g", "variant", "chr1-100-A-G", "3"),
        ("rs10", "variant", "chr1-100-A-G", "3"),
        ("rs21", "variant", "chr1-200-CTT-C", "1"),
        // The same deletion, written shorter.
        ("chr1-201-TT-T", "variant", "chr1-200-CTT-CT", "1"),
        ("X:300:T:C", "variant", "chrX-300-T-C", "2"),
        ("jpt", "cohort", "pop==\"JPT\"", "2"),
        ("POP", "column", "pop", "3"),
        ("age", "column", "age", "2"),
        ("kind:column hpo", "column", "hpo", "2"),
    ] {
        let found = rows(&store, &[query]);
        let wanted = [kind, id, count].map(str::to_owned);
        assert_eq!(found.first(), Some(&wanted), "{query}");
    }
    assert_eq!(rows(&store, &["column:pop"]).len(), 2);
    assert_eq!(rows(&store, &["rs10", "--kind", "cohort"]), [[""; 3]; 0]);
    assert_eq!(
        rows(&store, &["--suggest", "po", "--kind", "column"])[0][1],
        "pop"
    );
    let json = stdout([
        "search",
        store.to_str().unwrap(),
        "rs10",
        "--format",
        "json",
    ]);
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!((&json[0]["ac"], &json[0]["an"]), (&3.into(), &6.into()));
    let table = stdout([
        "search",
        store.to_str().unwrap(),
        "jpt",
        "--format",
        "table",
    ]);
    assert!(table.contains("2 people"), "{table}");
}

#[test]
fn nothing_found_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(&folder);
    let store = store.to_str().unwrap();
    for (query, said) in [
        (
            "9-5-A-G",
            "the store has no contig \"9\"; it has chr1, chrX",
        ),
        ("jptxxx", "nearest: JPT"),
        ("rs999", "nothing found for \"rs999\""),
        ("BRCA2:c.5946del", "annotations"),
    ] {
        let out = run(["search", store, query, "--format", "json"]);
        assert_eq!(out.status.code(), Some(0), "{query}");
        let errors = String::from_utf8_lossy(&out.stderr);
        assert!(errors.contains(said), "{query}: {errors}");
        assert_eq!(out.stdout, b"[]\n", "{query}");
    }
    let errors = fails(2, ["search", store, "colum:pop"]);
    assert!(errors.contains("did you mean \"column\"?"), "{errors}");
    let errors = fails(2, ["search", store, "kind:genes x"]);
    assert!(errors.contains("did you mean \"gene\"?"), "{errors}");
    fails(2, ["search", "no/such/store", "x"]);
}

#[test]
fn genes_diseases_and_phenotypes_are_found_out_of_the_box() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(&folder);
    for (query, kind, id, people) in [
        ("PCSK9", "gene", "HGNC:20001", "."),
        ("NARC1", "gene", "HGNC:20001", "."),
        ("ALS", "disease", "MONDO:0004976", "0"),
        ("筋萎縮性側索硬化症", "disease", "MONDO:0004976", "0"),
        ("もやもやびょう", "disease", "MONDO:0016820", "0"),
        // One has the term itself, one a term below it.
        ("HP:0001638", "phenotype", "HP:0001638", "2"),
        (
            "dilated cardiomyopathy kind:phenotype",
            "phenotype",
            "HP:0001644",
            "1",
        ),
    ] {
        let found = rows(&store, &[query]);
        let wanted = [kind, id, people].map(str::to_owned);
        assert_eq!(found.first(), Some(&wanted), "{query}");
    }
}

#[test]
fn names_that_cannot_be_kept_are_made_each_time() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(&folder);
    let file = folder.path().join("a-file");
    fs::write(&file, "").unwrap();
    let mut command = common::genodex();
    let command = command.args(["search", store.to_str().unwrap(), "PCSK9"]);
    let out = command.env("GENODEX_CACHE", &file).output().unwrap();
    assert!(String::from_utf8_lossy(&out.stdout).contains("HGNC:20001"));
    let errors = String::from_utf8_lossy(&out.stderr);
    assert!(errors.contains("cannot be kept"), "{errors}");
    // A damaged file is made anew.
    let kept = folder.path().join("kept");
    fs::create_dir(&kept).unwrap();
    let search = || {
        let mut command = common::genodex();
        let command = command.args(["search", store.to_str().unwrap(), "PCSK9"]);
        command.env("GENODEX_CACHE", &kept).output().unwrap().stdout
    };
    let first = search();
    let files = || fs::read_dir(&kept).unwrap().map(|f| f.unwrap().path());
    let files: Vec<PathBuf> = files().collect();
    assert_eq!(files.len(), 1, "{files:?}");
    let path = &files[0];
    let whole = fs::read(path).unwrap();
    fs::write(path, &whole[..whole.len() / 2]).unwrap();
    assert_eq!(search(), first);
    assert_eq!(fs::read(path).unwrap(), whole);
}

#[test]
fn a_folder_of_ones_own_takes_the_place_of_the_same_files() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(&folder);
    let store = store.to_str().unwrap();
    let own = folder.path().join("own");
    fs::create_dir(&own).unwrap();
    let obo =
        "format-version: 1.2\r\n\r\n[Term]\r\nid: HP:9999999\r\nname: Left-handed humming\r\n";
    fs::write(own.join("hp.obo"), obo).unwrap();
    fs::write(own.join("notes.txt"), "x").unwrap();
    let out = run(["annotate", store, "--knowledge", own.to_str().unwrap()]);
    let errors = String::from_utf8_lossy(&out.stderr);
    assert!(out.status.success(), "{errors}");
    assert!(errors.contains("taken: hp.obo"), "{errors}");
    assert!(errors.contains("left alone: notes.txt"), "{errors}");
    let path = std::path::Path::new(store);
    assert_eq!(rows(path, &["humming"])[0][1], "HP:9999999");
    assert_eq!(rows(path, &["PCSK9"])[0][1], "HGNC:20001");
    stdout(["verify", store]);
    stdout(["annotate", store, "--no-knowledge"]);
    assert!(
        rows(path, &["left-handed humming"])
            .iter()
            .all(|r| r[1] != "HP:9999999")
    );
    fs::write(own.join("hp.obo"), "[Term]\nname: Nobody\n").unwrap();
    let errors = fails(2, ["annotate", store, "--knowledge", own.to_str().unwrap()]);
    assert!(errors.contains("hp.obo: line "), "{errors}");
}

#[test]
fn terms_stand_for_those_below_them_in_cohorts() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(&folder);
    let store = store.to_str().unwrap();
    let ids = |expression: &str| stdout(["samples", store, "--ids", "-i", expression]);
    // By code, by an older spelling, by name; the second person has a term below it.
    for term in ["HP:0001638", "hp_0001638", "Cardiomyopathy", "心筋症"] {
        let found = ids(&format!("hpo(\"{term}\")"));
        let found: Vec<&str> = found.lines().collect();
        assert_eq!(found, ["a", "b"], "{term}");
    }
    assert_eq!(ids("hpo(\"HP:0001644\")"), "b\n");
    let freq = stdout(["freq", store, "--cohort", "hearts=hpo(\"HP:0001638\")"]);
    assert!(freq.contains("hearts"), "{freq}");
    let errors = fails(2, ["samples", store, "-i", "hpo(\"HP:9999999\")"]);
    assert!(errors.contains("hpo has no term"), "{errors}");
    let errors = fails(2, ["samples", store, "-i", "hpo(\"cardiomyopathie\")"]);
    assert!(
        errors
            .to_lowercase()
            .contains("did you mean \"cardiomyopathy"),
        "{errors}"
    );
}

const ANNOTATED: &str = "##fileformat=VCFv4.2
##contig=<ID=chr19,length=58617616>
##INFO=<ID=CSQ,Number=.,Type=String,Description=\"Consequence annotations from Ensembl VEP. Format: Allele|Consequence|IMPACT|SYMBOL|Gene|Feature_type|Feature|BIOTYPE|HGVSc|HGVSp|LoF\">
##INFO=<ID=CLNSIG,Number=.,Type=String,Description=\"Clinical significance\">
#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\ta\tb\tc
chr19\t100\t.\tC\tT\t.\t.\tCSQ=T|missense_variant|MODERATE|LDLR|ENSG00000130164|Transcript|ENST00000558518|protein_coding|ENST00000558518.6:c.526C>T|ENSP00000454071.1:p.Arg176Trp|;CLNSIG=Pathogenic/Likely_pathogenic\tGT\t0/1\t0/0\t0/0
chr19\t200\t.\tG\tA\t.\t.\tCSQ=A|stop_gained|HIGH|LDLR|ENSG00000130164|Transcript|ENST00000558518|protein_coding|ENST00000558518.6:c.681C>A|ENSP00000454071.1:p.Cys227Ter|HC;CLNSIG=Pathogenic\tGT\t0/1\t0/1\t0/0
chr19\t300\t.\tG\tA\t.\t.\tCSQ=A|synonymous_variant|LOW|LDLR|ENSG00000130164|Transcript|ENST00000558518|protein_coding|ENST00000558518.6:c.690G>A|ENSP00000454071.1:p.Leu230%3D|;CLNSIG=Benign\tGT\t0/0\t0/0\t0/0
chr19\t400\t.\tG\tA\t.\t.\tCSQ=A|missense_variant|MODERATE|APOE|ENSG00000130203|Transcript|ENST00000252486|protein_coding|ENST00000252486.9:c.526G>A|ENSP00000252486.3:p.Arg176Cys|;CLNSIG=Pathogenic\tGT\t0/0\t0/0\t1/1
";

#[test]
fn variants_are_found_by_what_annotations_call_them() {
    let folder = tempfile::tempdir().unwrap();
    let (vcf, store) = (folder.path().join("in.vcf"), folder.path().join("s.gdx"));
    fs::write(&vcf, ANNOTATED).unwrap();
    stdout([
        "index",
        "-q",
        vcf.to_str().unwrap(),
        "-o",
        store.to_str().unwrap(),
    ]);
    for (query, ids) in [
        ("ENST00000558518.6:c.526C>T", &["chr19-100-C-T"][..]),
        ("ENST00000558518:c.526C>T", &["chr19-100-C-T"]),
        ("LDLR:c.526C>T", &["chr19-100-C-T"]),
        ("LDLR p.Arg176Trp", &["chr19-100-C-T"]),
        ("LDLR R176W", &["chr19-100-C-T"]),
        ("p.R176W", &["chr19-100-C-T"]),
        ("LDLR C227*", &["chr19-200-G-A"]),
        ("LDLR p.Leu230=", &["chr19-300-G-A"]),
        ("APOE R176C", &["chr19-400-G-A"]),
        ("LDLR R176C", &[]),
        (
            "gene:LDLR clinsig:pathogenic",
            &["chr19-100-C-T", "chr19-200-G-A"],
        ),
        ("gene:LDLR lof:hc", &["chr19-200-G-A"]),
        ("clinsig:benign", &["chr19-300-G-A"]),
        ("gene:LDLR consequence:stop_gained", &["chr19-200-G-A"]),
    ] {
        let found = rows(&store, &[query, "--kind", "variant"]);
        let found: Vec<&str> = found.iter().map(|row| row[1].as_str()).collect();
        assert_eq!(found, ids, "{query}");
    }
    // Beside a gene stands how many of its variants anybody has, and how many cost its function.
    let text = stdout(["search", store.to_str().unwrap(), "LDLR", "--kind", "gene"]);
    let cells: Vec<&str> = text.lines().nth(1).unwrap().split('\t').collect();
    assert_eq!((cells[9], cells[10]), ("2", "1"), "{text}");
}
