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
