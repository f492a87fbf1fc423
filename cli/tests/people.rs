//! `genodex samples` and `genodex knockouts` on a case made by hand.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::{fails, stdout, write};

/// What each is there for:
/// - `hom`: 1/1 at the first variant: both copies hit;
/// - `trans`: 0|1 and 1|0 in one phase set: one on each copy;
/// - `cis`: 0|1 twice in one phase set: the other copy is whole;
/// - `unph`: twice 0/1: perhaps;
/// - `sets`: 0|1 and 1|0 in two phase sets: perhaps;
/// - `multi`: 1/2: two ALTs in one call are on two copies, whatever the phase;
/// - `man`: one X, hit;
/// - `half`: ./1 is missing, and 0/1 alone leaves a copy.
const TEXT: &str = "\
##fileformat=VCFv4.2
##contig=<ID=1,length=249250621>
##contig=<ID=X,length=155270560>
##FORMAT=<ID=GT,Number=1,Type=String,Description=\"g\">
##FORMAT=<ID=PS,Number=1,Type=Integer,Description=\"p\">
#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\thom\ttrans\tcis\tunph\tsets\tmulti\tman\thalf
1\t100\t.\tA\tC\t.\t.\t.\tGT:PS\t1/1:.\t0|1:10\t0|1:10\t0/1:.\t0|1:10\t0/0:.\t0/0:.\t./1:.
1\t200\t.\tA\tC\t.\t.\t.\tGT:PS\t0/0:.\t1|0:10\t0|1:10\t0/1:.\t1|0:20\t0/0:.\t0/0:.\t0/1:.
1\t300\t.\tA\tC,G\t.\t.\t.\tGT:PS\t0/0:.\t0/0:.\t0/0:.\t0/0:.\t0/0:.\t1/2:.\t0/0:.\t0/0:.
X\t5000000\t.\tA\tC\t.\t.\t.\tGT:PS\t0/1:.\t0/0:.\t0/0:.\t0/0:.\t0/0:.\t0/0:.\t1:.\t0/0:.
";

struct Indexed {
    _folder: tempfile::TempDir,
    store: String,
    genes: String,
}

fn indexed() -> Indexed {
    let folder = tempfile::tempdir().unwrap();
    let input = write(folder.path(), "in.vcf", TEXT);
    let genes = write(
        folder.path(),
        "genes.list",
        "\u{feff}1 50 400 AAA\r\nX 4000000 6000000 XXX\r\n",
    );
    let store = folder.path().join("store").to_str().unwrap().to_owned();
    stdout(["index", "--quiet", input.to_str().unwrap(), "-o", &store]);
    Indexed {
        store,
        genes: genes.to_str().unwrap().to_owned(),
        _folder: folder,
    }
}

#[test]
fn each_person_counts_once_in_the_strongest_class() {
    let s = indexed();
    let run = |more: &[&str]| {
        let args = ["knockouts", "--quiet", &s.store, "--genes", &s.genes];
        stdout(args.iter().chain(more))
    };
    assert_eq!(
        run(&["--cohort", "some=id in ['hom', 'multi', 'man']"]),
        "#GENE\tMASK\tVARIANTS\tHOMOZYGOUS_some\tHEMIZYGOUS_some\tCOMPOUND_some\tPOSSIBLE_some\n\
         AAA\tALL\t4\t1\t0\t1\t0\n\
         XXX\tALL\t1\t0\t1\t0\t0\n"
    );
    assert_eq!(
        run(&[
            "--variants",
            "--mask",
            "first=POS<=200",
            "--mask",
            "all=POS>0",
            "--gene",
            "aaa"
        ]),
        "#GENE\tMASK\tSAMPLE\tCLASS\tCOHORTS\tVARIANTS\n\
         AAA\tfirst\thom\thomozygous\tALL\t1-100-A-C\n\
         AAA\tfirst\ttrans\tcompound\tALL\t1-100-A-C,1-200-A-C\n\
         AAA\tfirst\tunph\tpossible\tALL\t1-100-A-C,1-200-A-C\n\
         AAA\tfirst\tsets\tpossible\tALL\t1-100-A-C,1-200-A-C\n\
         AAA\tall\thom\thomozygous\tALL\t1-100-A-C\n\
         AAA\tall\ttrans\tcompound\tALL\t1-100-A-C,1-200-A-C\n\
         AAA\tall\tunph\tpossible\tALL\t1-100-A-C,1-200-A-C\n\
         AAA\tall\tsets\tpossible\tALL\t1-100-A-C,1-200-A-C\n\
         AAA\tall\tmulti\tcompound\tALL\t1-300-A-C,1-300-A-G\n"
    );
}

#[test]
fn people_are_selected_by_what_they_carry() {
    let s = indexed();
    let run = |more: &[&str]| stdout(["samples", "--quiet", &s.store].iter().chain(more));
    assert_eq!(run(&["--ids", "--carriers-of", "POS==300"]), "multi\n");
    assert_eq!(
        run(&["--ids", "-r", "1:1-250", "--at-least", "2"]),
        "trans\ncis\nunph\nsets\n"
    );
    assert_eq!(run(&["--ids", "-r", "X", "--pattern", "hom"]), "man\n");
    let either = [
        "--ids",
        "--any",
        "-i",
        "id=='cis'",
        "--carriers-of",
        "POS==300",
    ];
    assert_eq!(run(&either), "cis\nmulti\n");
    assert_eq!(run(&["-r", "X"]), "#COHORT\tSAMPLES\tSELECTED\nALL\t8\t2\n");
    assert_eq!(
        run(&["-r", "X", "--variants"]),
        "#SAMPLE\tCOHORTS\tVARIANT\tCALL\n\
         hom\tALL\tX-5000000-A-C\thet\n\
         man\tALL\tX-5000000-A-C\themi\n"
    );
    assert_eq!(
        run(&["--ids", "--pattern", "comphet", "--genes", &s.genes]),
        "trans\nmulti\n"
    );
}

#[test]
fn mistakes_say_what_to_do() {
    let s = indexed();
    let error = |args: &[&str]| fails(2, args);
    let text = error(&["knockouts", &s.store]);
    assert!(text.contains("no column GENE"), "{text}");
    let text = error(&["knockouts", &s.store, "--genes", &s.genes, "--gene", "AAB"]);
    assert!(text.contains("did you mean \"AAA\""), "{text}");
    let text = error(&["samples", &s.store, "--pattern", "dominant"]);
    assert!(text.contains("--ped"), "{text}");
    let text = error(&["samples", &s.store, "--columns", "idd"]);
    assert!(text.contains("did you mean \"id\""), "{text}");
}
