//! `genodex feasibility` on a case made by hand.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod common;

use common::{fails, run, stdout, write};

const TEXT: &str = "\
##fileformat=VCFv4.2
##contig=<ID=1,length=249250621>
#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tA\tB\tC\tD\tE\tF\tG\tH
1\t100\t.\tA\tC\t50\t.\t.\tGT\t0/1\t0/0\t./.\t0/0\t1/1\t0/0\t0/0\t0/0
1\t200\t.\tA\tC\t9\t.\t.\tGT\t0/0\t0/1\t0/1\t./.\t0/0\t0/0\t0/1\t0/0
";

const PEOPLE: &str = "id\tsex\tage\tt2d\nA\tF\t40\t1\nB\tM\t50\t1\nC\tF\tNA\t1\nD\tF\t17\t0
E\tM\t70\t0\nF\tNA\t35\t0\nG\tF\t36\tNA\nH\tM\t90\t0\n";

fn indexed() -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let input = write(folder.path(), "in.vcf", TEXT);
    let people = write(folder.path(), "people.tsv", PEOPLE);
    let store = folder.path().join("s.gdx").to_str().unwrap().to_owned();
    let (input, people) = (input.to_str().unwrap(), people.to_str().unwrap());
    stdout([
        "index",
        "-q",
        input,
        "--samples-table",
        people,
        "-o",
        &store,
    ]);
    (folder, store)
}

#[test]
fn each_step_is_counted() {
    let (folder, store) = indexed();
    let kin = "#IID1 IID2 KINSHIP\nB G 0.25\nB E 0.2\nE H 0.05\n";
    let kin = write(folder.path(), "k.kin0", kin);
    let text = format!(
        "# a trial\ninclude adults: age>=18\nexclude carriers: carriers(\"POS==100\")\n\
         exclude old: age>80\ninclude unrelated: unrelated({}, 0.0442)\n",
        kin.display()
    );
    let criteria = write(folder.path(), "c.txt", text);
    let (criteria, ids) = (criteria.to_str().unwrap(), folder.path().join("ids"));
    let words = ["feasibility", "-q", &store, "--criteria", criteria, "--ids"];
    let out = stdout(words.into_iter().chain([ids.to_str().unwrap()]));
    let rows: Vec<Vec<&str>> = out.lines().map(|l| l.split('\t').collect()).collect();
    let names = [
        "#STEP",
        "KIND",
        "NAME",
        "CRITERION",
        "BEFORE",
        "LEFT_OUT",
        "LEFT",
        "ALONE",
        "UNKNOWN",
    ];
    assert_eq!(rows[0], names);
    let numbers: Vec<&[&str]> = rows[1..].iter().map(|r| &r[4..]).collect();
    // C has no age; C and D lack a genotype, but C is gone and D has one at 100.
    let expected = [
        ["8", "0", "8", "8", "0"],
        ["8", "2", "6", "6", "1"],
        ["6", "2", "4", "6", "0"],
        ["4", "1", "3", "7", "0"],
        ["3", "1", "2", "6", "0"],
    ];
    assert_eq!(numbers, expected);
    // Of B and G, who have one relative each among those left, the later leaves.
    assert_eq!(std::fs::read_to_string(ids).unwrap(), "B\nF\n");
    let words = [
        "feasibility",
        "-q",
        &store,
        "--criteria",
        criteria,
        "-O",
        "json",
    ];
    let json: serde_json::Value = serde_json::from_str(&stdout(words)).unwrap();
    assert_eq!(json[2]["NAME"], "carriers");
    assert_eq!(json[2]["LEFT"], 4);
}

#[test]
fn unknown_people_are_counted_apart() {
    let (folder, store) = indexed();
    let text = "exclude both: carriers('POS>0')\ninclude f: sex==\"F\" && !missing(age)\n";
    let criteria = write(folder.path(), "c.txt", text);
    let words = [
        "feasibility",
        "-q",
        &store,
        "--criteria",
        criteria.to_str().unwrap(),
    ];
    let out = stdout(words);
    let rows: Vec<&str> = out.lines().skip(2).collect();
    // A, B, C, E and G carry one; D carries none, and lacks a genotype. F's sex is not known.
    assert!(rows[0].ends_with("\t8\t5\t3\t3\t1"), "{out}");
    assert!(rows[1].ends_with("\t3\t2\t1\t3\t1"), "{out}");
}

#[test]
fn nobody_is_left() {
    let (folder, store) = indexed();
    let criteria = write(
        folder.path(),
        "c.txt",
        "include women: sex==\"F\"\ninclude giants: age>200\ninclude rare: carriers('POS==7')\n",
    );
    let out = run([
        "feasibility",
        &store,
        "--criteria",
        criteria.to_str().unwrap(),
    ]);
    assert_eq!(out.status.code(), Some(1));
    let (said, table) = (
        String::from_utf8_lossy(&out.stderr),
        String::from_utf8_lossy(&out.stdout),
    );
    assert_eq!(table.lines().count(), 5, "{table}");
    assert!(
        said.contains("line 2, giants: nobody in the store meets it"),
        "{said}"
    );
    assert!(said.contains("line 3: there is no such variant"), "{said}");
    assert!(
        said.contains("nobody is left after giants (line 2); 4 were before it"),
        "{said}"
    );
}

#[test]
fn mistakes_are_shown_at_their_place() {
    let (folder, store) = indexed();
    let said = |text: &str, word: &str| {
        let criteria = write(folder.path(), "c.txt", text);
        let words = [
            "feasibility",
            &store,
            "--criteria",
            criteria.to_str().unwrap(),
        ];
        let said = fails(2, words);
        assert!(said.contains(word), "{text}: {said}");
        said
    };
    let shown = said(
        "include a: age>3\ninclude b: agee>3\n",
        "did you mean \"age\"?",
    );
    assert!(shown.contains("c.txt: line 2"), "{shown}");
    said("include a: age>\n", "line 1: ");
    said("inclde a: age>3\n", "^^^^^^");
    said("include a: carriers('NOTHING>3')\n", "line 1");
    said("include a: unrelated(/none)\n", "cannot open /none");
    said("# nothing\n", "no criterion");
    let words = ["feasibility", &store, "--criteria", "/none"];
    assert!(fails(2, words).contains("cannot read /none"));
}
