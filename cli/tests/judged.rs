//! What other programs and other machines' users hold against the program: plink2's regions,
//! exit codes, the same bytes from any device, damage that must not be passed on.
#![allow(clippy::unwrap_used, reason = "a test may panic, its helpers too")]

mod common;

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use common::{fails, genodex, run, stdout, vcf, write};

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

fn index(dir: &Path, input: &Path) -> PathBuf {
    let store = dir.join("s.gdx");
    stdout(["index", text(input), "-o", text(&store)]);
    store
}

/// Around every border: plink2's `--split-par` takes the ends of X up to the last base of PAR1
/// and from the first of PAR2, telomeres included, and leaves Y alone.
#[test]
fn pseudo_autosomal_borders_are_those_of_plink2() {
    let sites = [
        (
            "X",
            155_270_560,
            "10000 X PAR1,60000 X PAR1,2699520 X PAR1,2699521 X X,\
          154931043 X X,154931044 X PAR2,155270560 X PAR2",
        ),
        (
            "Y",
            59_373_566,
            "10001 Y Y,2649520 Y Y,2649521 Y Y,59034050 Y Y",
        ),
    ];
    let mut input = String::from("##fileformat=VCFv4.2\n");
    for (contig, length, _) in sites {
        let _ = writeln!(input, "##contig=<ID={contig},length={length}>");
    }
    input += "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tM\tF\n";
    let mut expected = String::new();
    for (contig, _, rows) in sites {
        for row in rows.split(',') {
            let [pos, _, printed] = row.split_whitespace().collect::<Vec<_>>()[..] else {
                panic!("{row}");
            };
            let _ = writeln!(
                input,
                "{contig}\t{pos}\tv{pos}\tA\tC\t.\t.\t.\tGT\t0/1\t1/1"
            );
            // plink2 2.00a3.5 --split-par b37 --freq counts on these rows.
            let counts = match printed {
                "X" => "2.5\t3",
                "Y" => "0.5\t1",
                _ => "3\t4",
            };
            let _ = writeln!(expected, "{printed}\tv{pos}\tA\tC\t{counts}");
        }
    }
    let dir = tempfile::tempdir().unwrap();
    let d = dir.path();
    let one = write(d, "one.vcf", &input);
    let table = write(d, "one.psam", "#IID\tSEX\nM\t1\nF\t2\n");
    let store = d.join("s.gdx");
    let samples = ["--samples-table", text(&table)];
    stdout([&["index", text(&one), "-o", text(&store)][..], &samples].concat());
    let freq = ["freq", text(&store), "--format", "acount", "--split-par"];
    let found = stdout(freq);
    assert_eq!(found.split_once('\n').unwrap().1, expected);

    // Where the build is not known, so are the regions.
    let one = write(d, "bare.vcf", vcf("X", 4, 3));
    stdout(["index", text(&one), "-o", text(&store), "--force"]);
    assert!(fails(2, freq).contains("no genome build"));
}

/// Blocks that a GPU counts are longer than the CPU's: the file must not show it, nor how many
/// rows a limit lets through.
#[test]
fn columnar_files_have_batches_of_one_length() {
    let dir = tempfile::tempdir().unwrap();
    let d = dir.path();
    let store = index(d, &write(d, "one.vcf", vcf("1", 5, 20_000)));
    let out = d.join("out.arrow");
    for limit in ["0", "1"] {
        stdout(["freq", text(&store), "-o", text(&out), "--mac", limit]);
        let file = fs::File::open(&out).unwrap();
        let reader = arrow_ipc::reader::FileReader::try_new(file, None).unwrap();
        let rows: Vec<usize> = reader.map(|b| b.unwrap().num_rows()).collect();
        let shown = stdout(["freq", text(&store), "--format", "tsv", "--mac", limit]);
        let shown = shown.lines().count() - 1;
        assert!(shown > 2048, "{shown}");
        assert_eq!(rows.iter().sum::<usize>(), shown);
        assert!(
            rows[..rows.len() - 1].iter().all(|&n| n == 1 << 14),
            "{rows:?}"
        );
    }
}

#[test]
fn no_gpu_is_a_matter_of_the_device() {
    let dir = tempfile::tempdir().unwrap();
    let d = dir.path();
    let store = index(d, &write(d, "one.vcf", vcf("1", 5, 20)));
    let out = genodex()
        .env("VK_DRIVER_FILES", "/dev/null")
        .env("VK_ICD_FILENAMES", "/dev/null")
        .env_remove("GENODEX_ALLOW_SOFTWARE_GPU")
        .args(["freq", text(&store), "--device", "gpu"])
        .output()
        .unwrap();
    let errors = String::from_utf8_lossy(&out.stderr);
    if !out.status.success() {
        assert!(errors.contains("no usable GPU"), "{errors}");
        assert_eq!(out.status.code(), Some(4), "{errors}");
    }
    let unknown = ["freq", text(&store), "--device", "tpu"];
    assert!(fails(2, unknown).contains("tpu"));
}

/// Flips each bit of every byte of the genotypes that `step` meets.
fn damage(file: &Path, step: usize, mut check: impl FnMut(usize)) {
    let whole = fs::read(file).unwrap();
    for at in (320..whole.len()).step_by(step) {
        let mut bytes = whole.clone();
        bytes[at] ^= 1 << (at % 8);
        fs::write(file, &bytes).unwrap();
        check(at);
    }
    fs::write(file, &whole).unwrap();
}

/// A withdrawal counts and writes anew. What is damaged but decodes must not get a checksum
/// and counts that agree with it.
#[test]
fn damage_is_not_passed_on_by_a_withdrawal() {
    let dir = tempfile::tempdir().unwrap();
    let d = dir.path();
    let store = index(d, &write(d, "one.vcf", vcf("1", 600, 8)));
    let left = write(d, "left.txt", "S3\n");
    let file = store.join("g000001/s00000.geno");
    let manifest = fs::read(store.join("manifest.json")).unwrap();
    damage(&file, 37, |at| {
        for rewrite in [&["--rewrite"][..], &[]] {
            let args = ["withdraw", text(&store), "--samples", text(&left)];
            let out = run([&args[..], rewrite].concat());
            let errors = String::from_utf8_lossy(&out.stderr);
            assert_eq!(out.status.code(), Some(3), "byte {at}: {errors}");
            let now = fs::read(store.join("manifest.json")).unwrap();
            assert!(now == manifest, "byte {at}");
        }
    });
    stdout([
        "withdraw",
        text(&store),
        "--samples",
        text(&left),
        "--rewrite",
    ]);
    stdout(["verify", text(&store)]);
}

/// A corrupt store is 3 for every command, however deep the damage is found.
#[test]
fn damage_is_exit_code_3() {
    let dir = tempfile::tempdir().unwrap();
    let d = dir.path();
    let store = index(d, &write(d, "one.vcf", vcf("1", 70, 8)));
    let third = write(d, "third.txt", "S1\nS2\n");
    let cohort = format!("c=@{}", text(&third));
    let freq = ["freq", text(&store), "--cohort", &cohort];
    for name in ["s00000.geno", "s00000.sites.arrow", "samples.arrow"] {
        let file = store.join("g000001").join(name);
        let whole = fs::read(&file).unwrap();
        fs::write(&file, &whole[..whole.len() / 2]).unwrap();
        assert!(fails(3, freq).contains("corrupt"), "{name}");
        fs::write(&file, &whole).unwrap();
    }
    stdout(freq);
}

/// Regions match by INFO/END whatever the ALT, as bcftools view -r does.
#[test]
fn regions_match_by_end() {
    let input = "##fileformat=VCFv4.2\n##contig=<ID=1,length=100000>\n\
        #CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\ts\n\
        1\t100\tdel\tA\t<DEL>\t.\t.\tEND=500\tGT\t0/1\n\
        1\t160\tsnv\tA\tC\t.\t.\tX=é;END=400\tGT\t0/1\n\
        1\t170\tbad\tA\tC\t.\t.\tEND=2\tGT\t0/1\n\
        1\t180\tlong\tACGT\tA\t.\t.\tAEND=900\tGT\t0/1\n";
    let dir = tempfile::tempdir().unwrap();
    let d = dir.path();
    let one = write(d, "one.vcf", input);
    let store = index(d, &one);
    for (region, ids) in [
        ("1:380", "del snv"),
        ("1:401", "del"),
        ("1:171", "del snv"),
        ("1:183", "del snv long"),
        ("1:501-900", ""),
    ] {
        let found = stdout(["freq", text(&store), "-r", region, "--format", "tsv"]);
        let rows = found.lines().skip(1).map(|l| l.split('\t').nth(2).unwrap());
        assert_eq!(rows.collect::<Vec<_>>().join(" "), ids, "{region}");
        let again = d.join("r.gdx");
        let args = [
            "index",
            text(&one),
            "-r",
            region,
            "-o",
            text(&again),
            "--force",
        ];
        stdout(args);
        let found = stdout(["freq", text(&again), "--format", "tsv"]);
        let rows = found.lines().skip(1).map(|l| l.split('\t').nth(2).unwrap());
        assert_eq!(rows.collect::<Vec<_>>().join(" "), ids, "index -r {region}");
    }
}

/// What cannot be added is said by a dry run too, and contigs of two builds are not mixed.
#[test]
fn adding_is_checked_against_the_store() {
    let dir = tempfile::tempdir().unwrap();
    let d = dir.path();
    let one = write(d, "one.vcf", vcf("1", 5, 20));
    let two = write(d, "two.vcf", vcf("2", 5, 20));
    let fewer = write(d, "fewer.vcf", vcf("2", 4, 20));
    let other = vcf("2", 5, 20).replace("##contig", "##contig=<ID=1,length=7>\n##contig");
    let other = write(d, "other.vcf", other);
    let table = write(d, "table.tsv", "id\tsex\nS0\t1\n");
    let store = index(d, &one);
    let manifest = fs::read(store.join("manifest.json")).unwrap();
    for check in [&["--check"][..], &[]] {
        let add = |input: &Path, more: &[&str]| {
            let args = ["add", text(&store), text(input)];
            fails(2, [&args[..], check, more].concat())
        };
        assert!(add(&one, &[]).contains("contig 1 starts again"));
        assert!(add(&fewer, &[]).contains("has 5 samples, the inputs have 4"));
        assert!(add(&other, &[]).contains("contig 1 is 7 bases long, but 100000"));
        assert!(add(&two, &["--samples-table", text(&table)]).contains("--samples-table"));
        assert!(add(&two, &["--temp-dir", "/nonexistent"]).contains("--temp-dir"));
        let nowhere = ["add", "/nonexistent", text(&two)];
        fails(2, [&nowhere[..], check].concat());
    }
    stdout(["add", text(&store), text(&two), "--check"]);
    assert!(fs::read(store.join("manifest.json")).unwrap() == manifest);
    stdout(["add", text(&store), text(&two)]);
}

/// With several cohorts a mistake says in which it is.
#[test]
fn mistakes_name_their_cohort() {
    let dir = tempfile::tempdir().unwrap();
    let d = dir.path();
    let store = index(d, &write(d, "one.vcf", vcf("1", 5, 20)));
    for wrong in ["b=sexx==1", "b=id==", "b=@/nonexistent"] {
        let args = [
            "freq",
            text(&store),
            "--cohort",
            "a=id==\"S1\"",
            "--cohort",
            wrong,
        ];
        let errors = fails(2, args);
        assert!(errors.starts_with("genodex: cohort b: "), "{errors}");
    }
}
