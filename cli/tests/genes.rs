//! Genes: gene models in a store, and genes by any of their names in every command.
#![allow(clippy::unwrap_used, reason = "a test may panic, its helpers too")]

mod common;

use std::path::{Path, PathBuf};

use common::{fails, run, stdout, write};

/// KMT2D lies at 12:49,018,978-49,060,794 of GRCh38; it was called MLL2.
const VCF: &str = "##fileformat=VCFv4.2
##contig=<ID=chr12,length=133275309>
##contig=<ID=chr19,length=58617616>
#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\ta\tb\tc
chr12\t1000\trs1\tA\tG\t.\t.\t.\tGT\t0/1\t0/0\t0/0
chr12\t49020000\trs2\tA\tG\t.\t.\t.\tGT\t0/1\t1/1\t0/0
chr12\t49061000\trs3\tC\tT\t.\t.\t.\tGT\t0/0\t0/1\t0/0
chr19\t11090000\trs4\tCTT\tC\t.\t.\t.\tGT\t0/0\t0/0\t0/1
";
/// The gene under its old symbol, one that overlaps it, one on a contig that the store has not got.
const GTF: &str = "\u{feff}#!genome-build GRCh38\r
12\thavana\tgene\t49018978\t49060794\t.\t-\t.\tgene_id \"ENSG00000167548.14\"; gene_name \"MLL2\"; gene_type \"protein_coding\";\r
12\thavana\ttranscript\t49018978\t49060794\t.\t-\t.\tgene_id \"ENSG00000167548.14\"; transcript_id \"ENST1\"; gene_name \"MLL2\";\r
12\thavana\ttranscript\t49019978\t49060794\t.\t-\t.\tgene_id \"ENSG00000167548.14\"; transcript_id \"ENST2\"; gene_name \"MLL2\";\r
12\thavana\tgene\t49010000\t49020000\t.\t+\t.\tgene_id \"ENSG00000999999.1\"; gene_name \"LOCAL1\"; gene_type \"lncRNA\";\r
19\thavana\tgene\t11090001\t11133000\t.\t+\t.\tgene_id \"ENSG00000130164.9\"; gene_name \"LDLR\"; gene_type \"protein_coding\";\r
21\thavana\tgene\t1\t10\t.\t+\t.\tgene_id \"ENSG1\"; gene_name \"ELSEWHERE\"; gene_type \"protein_coding\";\r
";

fn indexed(dir: &Path) -> String {
    let vcf = write(dir, "in.vcf", VCF);
    let store = dir.join("s.gdx").to_str().unwrap().to_owned();
    stdout([
        "index".as_ref(),
        vcf.as_os_str(),
        "-o".as_ref(),
        store.as_ref(),
    ]);
    store
}

/// IDs that a query selects.
fn ids(store: &str, args: &[&str]) -> Vec<String> {
    let mut all = vec!["query", store, "-f", "%ID\\n"];
    all.extend(args);
    stdout(all).lines().map(str::to_owned).collect()
}

fn stderr<S: AsRef<std::ffi::OsStr>>(args: impl IntoIterator<Item = S>) -> String {
    let out = run(args);
    let errors = String::from_utf8_lossy(&out.stderr).into_owned();
    assert!(out.status.success(), "{errors}");
    errors
}

#[test]
fn gene_models_make_a_layer_and_a_table() {
    let dir = tempfile::tempdir().unwrap();
    let store = indexed(dir.path());
    let gtf = write(dir.path(), "models.gtf", GTF);
    let gtf = gtf.to_str().unwrap();
    let said = stderr(["annotate", &store, "--genes", gtf]);
    for part in [
        "4 genes read",
        "1 variants lie in several genes",
        "1 genes on 21, which the store has not got",
        "layer genes: 2 variants have values",
    ] {
        assert!(said.contains(part), "{part}: {said}");
    }
    stdout(["verify", &store]);
    let genes = stdout(["query", &store, "-f", "%ID %GENE %GENE_ID\\n"]);
    // What codes for a protein comes first; the base before a deletion counts.
    let expected = "rs1 . .\n\
                    rs2 MLL2,LOCAL1 ENSG00000167548,ENSG00000999999\n\
                    rs3 . .\n\
                    rs4 LDLR ENSG00000130164\n";
    assert_eq!(genes, expected);
    assert_eq!(ids(&store, &["-i", "GENE==\"LOCAL1\""]), ["rs2"]);
    let info = stdout(["info", &store, "--format", "json"]);
    let info: serde_json::Value = serde_json::from_str(&info).unwrap();
    let last = info["provenance"].as_array().unwrap().last().unwrap();
    assert_eq!(last["inputs"][0]["length"], GTF.len());
    assert_eq!(last["inputs"][0]["blake3"].as_str().unwrap().len(), 64);
    assert_eq!(last["options"][0], format!("--genes={gtf}"));
    assert_eq!(info["layers"][0]["source"], "models.gtf");

    let errors = fails(2, ["annotate", &store, "--genes", gtf]);
    assert!(errors.contains("--replace"), "{errors}");
    let flank = ["--gene-flank", "1000", "--replace"];
    stdout(["annotate", &store, "--genes", gtf].iter().chain(&flank));
    assert_eq!(ids(&store, &["-i", "GENE==\"MLL2\""]), ["rs2", "rs3"]);
    let opened = genodex_engine::store::Store::open(store.as_ref()).unwrap();
    let table = genodex_engine::query::genes::GeneTable::open(&opened);
    let table = table.unwrap().unwrap();
    let gene = table.find("mll2").remove(0);
    assert_eq!(
        (gene.start, gene.end, gene.transcripts),
        (49_018_978, 49_060_794, 2)
    );
    assert_eq!(
        (gene.biotype.as_str(), gene.strand.as_str()),
        ("protein_coding", "-")
    );
    drop(opened);
    stdout(["annotate", &store, "--remove", "genes"]);
    let opened = genodex_engine::store::Store::open(store.as_ref()).unwrap();
    assert!(opened.manifest().tables.is_empty());
}

#[test]
fn index_takes_gene_models_and_refuses_bad_ones_first() {
    let dir = tempfile::tempdir().unwrap();
    let vcf = write(dir.path(), "in.vcf", VCF);
    let bed = write(dir.path(), "genes.bed", "12\t49018977\t49060794\tKMT2D\r\n");
    let bad = write(dir.path(), "bad.bed", "12\t1\t5\tA\n12\tx\t9\tB\n");
    let store = dir.path().join("s.gdx");
    let args = |genes: &PathBuf| {
        let args: [&std::ffi::OsStr; 6] = [
            "index".as_ref(),
            vcf.as_ref(),
            "-o".as_ref(),
            store.as_ref(),
            "--genes".as_ref(),
            genes.as_ref(),
        ];
        args.map(std::ffi::OsStr::to_owned)
    };
    let errors = fails(2, args(&bad));
    assert!(errors.contains("line 2: start: \"x\""), "{errors}");
    assert!(!store.exists());
    stdout(args(&bed));
    let store = store.to_str().unwrap();
    assert_eq!(ids(store, &["-i", "GENE==\"KMT2D\""]), ["rs2"]);
    // Cut files, and what is no file of genes.
    let cut = dir.path().join("cut.gtf.gz");
    std::fs::write(&cut, b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03cut").unwrap();
    let errors = fails(2, ["annotate", store, "--genes", cut.to_str().unwrap()]);
    assert!(errors.contains("cut.gtf.gz"), "{errors}");
    let none = write(dir.path(), "none.gtf", "#nothing\n");
    let errors = fails(2, ["annotate", store, "--genes", none.to_str().unwrap()]);
    assert!(errors.contains("no genes found"), "{errors}");
    fails(2, ["annotate", store, "--genes", "no/such/file"]);
}

#[test]
fn genes_go_by_every_name_in_every_command() {
    let dir = tempfile::tempdir().unwrap();
    let store = indexed(dir.path());
    // Without gene models: by what is known of GRCh38.
    assert_eq!(ids(&store, &["--gene", "KMT2D"]), ["rs2"]);
    let said = stderr(["query", &store, "--gene", "MLL2", "--count"]);
    assert!(said.contains("KMT2D was asked for as MLL2"), "{said}");
    assert!(said.contains("the store has no column GENE"), "{said}");
    let gtf = write(dir.path(), "models.gtf", GTF);
    stdout(["annotate", &store, "--genes", gtf.to_str().unwrap()]);
    // The store has the old symbol.
    for name in [
        "KMT2D",
        "mll2",
        "ENSG00000167548",
        "ENSG00000167548.3",
        "HGNC:7133",
        "8085",
    ] {
        assert_eq!(ids(&store, &["--gene", name]), ["rs2"], "{name}");
    }
    assert_eq!(ids(&store, &["-g", "LOCAL1"]), ["rs2"]);
    assert_eq!(ids(&store, &["-g", "KMT2D, LDLR"]), ["rs2", "rs4"]);
    assert_eq!(
        ids(&store, &["-g", "KMT2D,LDLR", "-e", "AC[ALL]>1"]),
        ["rs4"]
    );
    let list = write(
        dir.path(),
        "list.txt",
        "\u{feff}LDLR\tx\r\n#no\r\n\r\nMLL2\r\n",
    );
    let list = list.to_str().unwrap();
    assert_eq!(ids(&store, &["--gene-file", list]), ["rs2", "rs4"]);
    assert_eq!(
        ids(&store, &["--gene", &format!("@{list}")]),
        ["rs2", "rs4"]
    );
    let freq = stdout(["freq", &store, "--gene", "MLL2", "--format", "tsv"]);
    let rows: Vec<&str> = freq.lines().skip(1).collect();
    assert_eq!(rows.len(), 1);
    assert!(rows[0].starts_with("chr12\t49020000"), "{freq}");
    let people = |args: &[&str]| {
        let all = ["samples", &store, "--ids"].into_iter();
        stdout(all.chain(args.iter().copied()))
    };
    assert_eq!(people(&["--gene", "MLL2"]), "a\nb\n");
    assert_eq!(people(&["--gene", "LDLR"]), "c\n");
    assert_eq!(
        people(&["--gene", "KMT2D", "--carriers-of", "AC[ALL]>9"]),
        ""
    );
    assert_eq!(people(&["--gene", "KMT2D", "--pattern", "hom"]), "b\n");
    let knockouts = stdout(["knockouts", &store, "--gene", "MLL2", "--ids"]);
    let line = knockouts.lines().nth(1).unwrap();
    assert_eq!(line, "KMT2D\tALL\tb\thomozygous\tALL");
    // A list of one's own has its own names.
    let own = write(dir.path(), "own.bed", "12\t49000000\t49100000\tREGION7\n");
    let own = own.to_str().unwrap();
    let knockouts = stdout([
        "knockouts",
        &store,
        "--genes",
        own,
        "--gene",
        "region7",
        "--ids",
    ]);
    assert!(
        knockouts.contains("REGION7\tALL\tb\thomozygous"),
        "{knockouts}"
    );

    // Expressions mean what they say, but a name that only others know is pointed out.
    let said = stderr(["query", &store, "-i", "GENE==\"KMT2D\"", "--count"]);
    assert!(
        said.contains("the store has \"MLL2\", the same gene"),
        "{said}"
    );
    let said = stderr([
        "query",
        &store,
        "-i",
        "GENE in (\"MLL2\",\"XYZ\")",
        "--count",
    ]);
    assert!(!said.contains("warning"), "{said}");

    let errors = fails(2, ["query", &store, "--gene", "LOCAL12"]);
    assert!(errors.contains("did you mean LOCAL1"), "{errors}");
    let errors = fails(2, ["samples", &store, "--gene", "PCSKK9"]);
    assert!(errors.contains("PCSK9"), "{errors}");
    let bad = write(dir.path(), "bad.txt", "LDLR\nNOSUCHGENE\n");
    let errors = fails(2, ["freq", &store, "--gene-file", bad.to_str().unwrap()]);
    assert!(errors.contains("bad.txt: line 2"), "{errors}");
    fails(2, ["freq", &store, "--gene-file", "no/such/file"]);
    fails(2, ["freq", &store, "--gene", ""]);
}

#[test]
fn a_gene_without_any_place_says_what_to_do() {
    let dir = tempfile::tempdir().unwrap();
    let vcf = VCF
        .replace(",length=133275309", "")
        .replace(",length=58617616", "");
    let vcf = write(dir.path(), "in.vcf", vcf);
    let store = dir.path().join("s.gdx").to_str().unwrap().to_owned();
    stdout(["index", vcf.to_str().unwrap(), "-o", &store]);
    let errors = fails(2, ["query", &store, "--gene", "KMT2D"]);
    assert!(errors.contains("annotate --genes"), "{errors}");
    let errors = fails(2, ["knockouts", &store, "--gene", "KMT2D"]);
    assert!(errors.contains("annotate --genes"), "{errors}");
}
