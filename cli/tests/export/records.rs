//! VCF and BCF against the input, and bytes for any number of threads.

use crate::common::{fails, index, stdout, write};
use crate::made::{counted, made};
use crate::read::npy;
use crate::{export, records};

#[test]
fn what_is_exported_is_what_was_indexed() {
    for seed in 0..12 {
        let folder = tempfile::tempdir().unwrap();
        let made = made(seed, 1 + 17 * seed as usize % 70, 40);
        let input = write(folder.path(), "in.vcf", &made.text);
        let store = folder.path().join("s.gdx");
        index(&input, &store);
        let kept = export(&store, &["--keep-info"]);
        assert_eq!(records(&kept), records(&made.text), "{seed}");
        let text = export(&store, &[]);
        for (i, line) in records(&text)[1..].iter().enumerate() {
            let fields: Vec<&str> = line.split('\t').collect();
            let counts = (1..=made.alts[i]).map(|alt| counted(&made.calls[i], alt));
            let (ac, an): (Vec<u64>, Vec<u64>) = counts.unzip();
            let ac: Vec<String> = ac.iter().map(u64::to_string).collect();
            let ends = format!("AC={};AN={};AF=", ac.join(","), an[0]);
            assert!(fields[7].contains(&ends), "{line}");
            assert_eq!(&fields[9..], made.calls[i], "{seed} {line}");
        }
        for name in ["o.vcf.gz", "o.bcf", "o.vcf"] {
            let file = folder.path().join(name);
            export(&store, &["-o", file.to_str().unwrap()]);
            let again = folder.path().join(format!("{name}.gdx"));
            index(&file, &again);
            assert_eq!(export(&again, &[]), text, "{seed} {name}");
        }
    }
}

#[test]
fn who_withdrew_is_not_exported() {
    let folder = tempfile::tempdir().unwrap();
    let made = made(5, 9, 30);
    let input = write(folder.path(), "in.vcf", &made.text);
    let store = folder.path().join("s.gdx");
    index(&input, &store);
    let left = write(folder.path(), "left.txt", "S4\n");
    stdout([
        "withdraw",
        "-q",
        store.to_str().unwrap(),
        "--samples",
        left.to_str().unwrap(),
    ]);
    let text = export(&store, &[]);
    assert!(text.contains("\tS3\tS5\t"), "{text}");
    for (i, line) in records(&text)[1..].iter().enumerate() {
        let mut calls = made.calls[i].clone();
        calls.remove(4);
        let (ac, an) = counted(&calls, 1);
        let fields: Vec<&str> = line.split('\t').collect();
        let ends = format!("AN={an};");
        assert!(
            fields[7].contains(&ends) && fields[7].contains(&format!("AC={ac}")),
            "{line}"
        );
        assert_eq!(&fields[9..], calls);
    }
    let file = folder.path().join("m.npy");
    export(&store, &["-o", file.to_str().unwrap()]);
    assert_eq!(npy(&file).0, 8);
    let ids = std::fs::read_to_string(folder.path().join("m.samples.tsv")).unwrap();
    assert!(!ids.contains("S4"), "{ids}");
    fails(2, ["export", store.to_str().unwrap(), "-s", "S4"]);
}

#[test]
fn the_bytes_do_not_depend_on_the_threads() {
    let folder = tempfile::tempdir().unwrap();
    let made = made(11, 150, 5_000);
    let input = write(folder.path(), "in.vcf", &made.text);
    let store = folder.path().join("s.gdx");
    index(&input, &store);
    for name in ["o.vcf.gz", "o.bcf", "o.parquet", "o.arrow", "o.npy"] {
        let mut all = Vec::new();
        for threads in ["1", "2", "5"] {
            let file = folder.path().join(name);
            let words = ["-j", threads, "-s", "^S3", "-o", file.to_str().unwrap()];
            export(&store, &words);
            all.push(std::fs::read(&file).unwrap());
        }
        assert!(all.windows(2).all(|w| w[0] == w[1]), "{name}");
        assert!(all[0].len() > 10_000);
    }
}

/// Two files of two contigs each, indexed in another order than that of their headers.
fn contigs_apart(folder: &std::path::Path) -> std::path::PathBuf {
    let head = "##fileformat=VCFv4.3\n##contig=<ID=1>\n##contig=<ID=2>\n##contig=<ID=10>\n\
        ##contig=<ID=X>\n##INFO=<ID=Q,Number=1,Type=String,Description=\"say \"hi\" \\\">\n\
        ##FORMAT=<ID=GT,Number=1,Type=String,Description=\"a \\\"b\\\" c\">\n\
        #CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tA\tB\n";
    let ten = format!("{head}10\t5\t.\tA\tC\t.\t.\tQ=a\tGT\t0/1\t1/1\n");
    let two = format!(
        "{head}2\t5\t.\tA\tC,G\t.\t.\tQ=b\tGT\t0/1\t2/1\n2\t7\t.\tA\tG\t.\t.\t.\tGT\t0/1\t0/0\n"
    );
    let files = [write(folder, "10.vcf", ten), write(folder, "2.vcf", two)];
    let store = folder.join("s.gdx");
    let mut words = vec!["index".as_ref(), "-q".as_ref()];
    words.extend(files.iter().map(|f| f.as_os_str()));
    stdout(words.into_iter().chain(["-o".as_ref(), store.as_os_str()]));
    store
}

#[test]
fn contigs_are_declared_in_the_order_of_the_records() {
    let folder = tempfile::tempdir().unwrap();
    let store = contigs_apart(folder.path());
    let text = export(&store, &[]);
    let contigs: Vec<&str> = text.lines().filter(|l| l.starts_with("##contig")).collect();
    assert_eq!(
        contigs,
        ["1", "10", "2", "X"].map(|c| format!("##contig=<ID={c}>"))
    );
    let chroms: Vec<&str> = records(&text)[1..]
        .iter()
        .map(|l| l.split('\t').next().unwrap())
        .collect();
    assert_eq!(chroms, ["10", "2", "2"]);
    for name in ["o.vcf.gz", "o.bcf"] {
        let file = folder.path().join(name);
        export(&store, &["-W", "-o", file.to_str().unwrap()]);
        assert!(folder.path().join(format!("{name}.csi")).exists(), "{name}");
        let again = folder.path().join(format!("{name}.gdx"));
        index(&file, &again);
        assert_eq!(records(&export(&again, &[])), records(&text), "{name}");
    }
}

#[test]
fn quotes_within_a_description_are_escaped() {
    let folder = tempfile::tempdir().unwrap();
    let text = export(&contigs_apart(folder.path()), &[]);
    for line in [
        "##INFO=<ID=Q,Number=1,Type=String,Description=\"say \\\"hi\\\" \\\\\">",
        "##FORMAT=<ID=GT,Number=1,Type=String,Description=\"a \\\"b\\\" c\">",
    ] {
        assert!(text.lines().any(|l| l == line), "{text}");
    }
}

/// As for bcftools, which sees the record before anything splits it.
#[test]
fn the_alts_counted_are_those_of_the_record() {
    let folder = tempfile::tempdir().unwrap();
    let store = contigs_apart(folder.path());
    for (filter, rows) in [("N_ALT>1", 2), ("N_ALT=1", 2), ("N_ALT>1 && AC=2", 1)] {
        let found = export(&store, &["--split", "-G", "-i", filter]);
        assert_eq!(records(&found).len() - 1, rows, "{filter}");
    }
    assert_eq!(records(&export(&store, &["-i", "N_ALT>1"])).len() - 1, 1);
}

#[test]
fn fields_that_qc_keeps_are_written() {
    let folder = tempfile::tempdir().unwrap();
    let store = contigs_apart(folder.path());
    stdout(["qc", "-q", store.to_str().unwrap(), "--store"]);
    let text = export(&store, &["-G", "--columns", "HWE,HWE_LOG10P"]);
    let infos: Vec<&str> = records(&text)[1..]
        .iter()
        .map(|l| l.split('\t').nth(7).unwrap())
        .collect();
    assert!(infos[1].starts_with("HWE=1,1;HWE_LOG10P=0,0"), "{text}");
    for word in ["o.bcf", "o.vcf"] {
        let file = folder.path().join(word);
        let words = [
            "query",
            "-q",
            store.to_str().unwrap(),
            "-o",
            file.to_str().unwrap(),
        ];
        stdout(words);
        let again = folder.path().join(format!("{word}.gdx"));
        index(&file, &again);
        let kept = export(&again, &["-G", "-i", "HWE_LOG10P=0"]);
        assert_eq!(records(&kept).len() - 1, 3, "{word}");
    }
}
