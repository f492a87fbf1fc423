//! Running the program, and small inputs, for the tests of the whole program.
#![allow(dead_code, reason = "each test file uses its part")]
#![allow(clippy::unwrap_used, reason = "a test may panic, its helpers too")]

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The program, ready for arguments.
pub(crate) fn genodex() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_genodex"));
    // Names of genes and diseases are indexed once for all tests.
    command.env("GENODEX_CACHE", env!("CARGO_TARGET_TMPDIR"));
    // Who asks for a GPU by name gets a software one where there is no other.
    command.env("GENODEX_ALLOW_SOFTWARE_GPU", "1");
    command
}

/// Runs the program and returns what it did.
pub(crate) fn run<S: AsRef<std::ffi::OsStr>>(args: impl IntoIterator<Item = S>) -> Output {
    genodex().args(args).output().unwrap()
}

/// Runs the program, which must succeed; its standard output.
pub(crate) fn stdout<S: AsRef<std::ffi::OsStr>>(args: impl IntoIterator<Item = S>) -> String {
    let out = run(args);
    let errors = String::from_utf8_lossy(&out.stderr);
    assert!(out.status.success(), "{errors}");
    String::from_utf8(out.stdout).unwrap()
}

/// Makes a store of a file of variants.
pub(crate) fn index(input: &Path, store: &Path) {
    let words = ["index".as_ref(), "-q".as_ref(), input.as_os_str()];
    stdout(words.into_iter().chain(["-o".as_ref(), store.as_os_str()]));
}

/// Runs the program, which must fail with this code; its standard error.
pub(crate) fn fails<S: AsRef<std::ffi::OsStr>>(
    code: i32,
    args: impl IntoIterator<Item = S>,
) -> String {
    let out = run(args);
    let errors = String::from_utf8_lossy(&out.stderr).into_owned();
    assert_eq!(out.status.code(), Some(code), "{errors}");
    assert!(!errors.contains("panicked"), "{errors}");
    errors
}

/// Where to count: on a GPU too where there is one, software included; else this says so.
pub(crate) fn devices() -> Vec<&'static str> {
    let mut devices = vec!["cpu", "auto"];
    let listed = genodex().arg("devices").output().unwrap();
    if String::from_utf8_lossy(&listed.stdout).contains("GPU 0") {
        devices.push("gpu");
    } else {
        assert!(
            std::env::var_os("GENODEX_REQUIRE_GPU").is_none(),
            "GENODEX_REQUIRE_GPU is set, but there is no adapter"
        );
        eprintln!("SKIPPED: counting on a GPU, because there is no adapter");
    }
    devices
}

/// A VCF of one contig with genotypes that differ by sample, row and contig.
pub(crate) fn vcf(contig: &str, samples: usize, rows: usize) -> String {
    let mut text = format!("##fileformat=VCFv4.2\n##contig=<ID={contig},length=100000>\n");
    text.push_str("#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT");
    for s in 0..samples {
        let _ = write!(text, "\tS{s}");
    }
    text.push('\n');
    for row in 0..rows {
        let _ = write!(text, "{contig}\t{}\t.\tA\tC\t.\tPASS\t.\tGT", 10 + 3 * row);
        for s in 0..samples {
            let call = match (s * 7919 + row * 104_729 + contig.len()) % (11 + row % 97) {
                0 => "0|1",
                1 => "1|0",
                2 => "1|1",
                3 => "./.",
                4 => "./1",
                _ => "0|0",
            };
            text.push('\t');
            text.push_str(call);
        }
        text.push('\n');
    }
    text
}

/// Writes `text` under `name` in `dir`.
pub(crate) fn write(dir: &Path, name: &str, text: impl AsRef<[u8]>) -> PathBuf {
    let path = dir.join(name);
    std::fs::write(&path, text).unwrap();
    path
}

/// Words of a line, with what stands in single quotes as it is.
pub(crate) fn words(line: &str) -> Vec<String> {
    let mut out = Vec::new();
    for (i, part) in line.split('\'').enumerate() {
        if i % 2 == 1 {
            out.push(part.to_owned());
        } else {
            out.extend(part.split_whitespace().map(str::to_owned));
        }
    }
    out
}
