//! What `genodex query` writes as VCF and BCF is what was read, and leaves out who withdrew.
#![allow(clippy::unwrap_used, reason = "a test may panic, its helpers too")]

mod common;

use std::path::{Path, PathBuf};

use common::{stdout, write};

fn index(input: &Path, store: &Path) {
    let mut words = vec!["index".as_ref(), "-q".as_ref(), input.as_os_str()];
    words.extend(["-o".as_ref(), store.as_os_str()]);
    // Fields of the second file, and of all that were made of it.
    if input
        .file_name()
        .unwrap()
        .to_str()
        .unwrap()
        .starts_with(['1', 'm'])
    {
        words.push("--format-fields=DP,PL".as_ref());
    }
    stdout(words);
}

fn query(store: &Path, words: &[&str]) -> String {
    let head = ["query", "-q", store.to_str().unwrap()];
    stdout(head.iter().chain(words))
}

fn golden() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/query/info.vcf")
}

const MORE: &str = "\
##fileformat=VCFv4.2
##contig=<ID=20,length=64444167>
##FORMAT=<ID=GT,Number=1,Type=String,Description=\"g\">
##FORMAT=<ID=DP,Number=1,Type=Integer,Description=\"d\">
##FORMAT=<ID=PL,Number=G,Type=Integer,Description=\"l\">
##FORMAT=<ID=PS,Number=1,Type=Integer,Description=\"p\">
#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tA\tB\tC
20\t100\trs1\tA\tC\t30\tPASS\t.\tGT:DP:PL:PS\t0|1:5:0,9,8:7\t1|1:6:9,8,0:.\t./.:.:.:.
20\t200\t.\tG\tA,T\t.\tnew\tUNDECLARED=x;FLAGGED\tGT:DP:PL\t1/2:1:1,2,3,4,5,6\t0/0:.:.\t0/1:3:.
";

#[test]
fn records_come_back_from_every_kind_of_file() {
    let folder = tempfile::tempdir().unwrap();
    let more = write(folder.path(), "more.vcf", MORE);
    // Numbers are written as bcftools writes them.
    let viewed = std::fs::read_to_string(golden().with_file_name("info.view.txt")).unwrap();
    for (i, (input, expected)) in [(golden(), viewed.as_str()), (more, MORE)]
        .iter()
        .enumerate()
    {
        let store = folder.path().join(format!("{i}.gdx"));
        index(input, &store);
        let text = query(&store, &["-O", "v"]);
        let records = |text: &str| -> Vec<String> {
            text.lines()
                .filter(|l| !l.starts_with('#'))
                .map(str::to_owned)
                .collect()
        };
        assert_eq!(records(&text), records(expected));
        for name in ["o.vcf.gz", "o.bcf", "o.vcf"] {
            let file = folder.path().join(format!("{i}{name}"));
            query(&store, &["-o", file.to_str().unwrap()]);
            let again = folder.path().join(format!("{i}{name}.gdx"));
            index(&file, &again);
            assert_eq!(query(&again, &["-O", "v"]), text, "{name}");
        }
        let file = folder.path().join(format!("{i}.u"));
        query(&store, &["-O", "u", "-o", file.to_str().unwrap()]);
        let again = folder.path().join(format!("{i}u.gdx"));
        index(&file, &again);
        assert_eq!(query(&again, &["-O", "v"]), text);
        let sites = query(&store, &["-O", "v", "-G"]);
        assert!(
            records(&sites).iter().all(|l| l.split('\t').count() == 8),
            "{sites}"
        );
    }
}

#[test]
fn who_withdrew_is_in_no_answer() {
    let folder = tempfile::tempdir().unwrap();
    let input = write(folder.path(), "more.vcf", MORE);
    let store = folder.path().join("s.gdx");
    index(&input, &store);
    let left = write(folder.path(), "left.txt", "B\n");
    let path = store.to_str().unwrap();
    stdout(["withdraw", "-q", path, "--samples", left.to_str().unwrap()]);
    // An expression that holds of a row without any value.
    let cohort = "c=!(id==\"A\")";
    let counts = query(
        &store,
        &["--cohort", cohort, "-f", "%POS %AC{c} %AN{c} %AC{ALL}\\n"],
    );
    assert_eq!(counts, "100 0 0 1\n200 1,0 2 2,1\n");
    let text = query(&store, &["-O", "v"]);
    assert!(
        text.contains("FORMAT\tA\tC\n") && !text.contains("1|1"),
        "{text}"
    );
    assert!(text.contains("\t0|1:5:0,9,8:7\t./.:.:.:.\n"), "{text}");
    assert_eq!(query(&store, &["-i", "GT=\"1|1\"", "--count"]), "0\n");
}
