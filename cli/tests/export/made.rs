//! Small VCFs with every kind of call, and what must come of them.

use std::fmt::Write as _;

/// Calls that a VCF may have, of a variant with one ALT and with two.
const ONE: [&str; 10] = [
    "0/0", "0|1", "1|0", "1/1", "./.", "0|0", "1", "0", "./1", ".",
];
const TWO: [&str; 8] = ["0/0", "1|2", "2/2", "0|2", "./.", "2", "1/1", "2|1"];

/// A VCF, and what is in it.
pub(crate) struct Made {
    pub(crate) text: String,
    /// The calls of each record.
    pub(crate) calls: Vec<Vec<&'static str>>,
    /// How many ALTs each has.
    pub(crate) alts: Vec<usize>,
}

/// A small VCF.
pub(crate) fn made(seed: u64, samples: usize, rows: usize) -> Made {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut next = |n: usize| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % n
    };
    let mut text = String::from(
        "##fileformat=VCFv4.2\n##FILTER=<ID=PASS,Description=\"All filters passed\">\n\
         ##contig=<ID=1,length=100000>\n\
         ##INFO=<ID=DP,Number=1,Type=Integer,Description=\"d\">\n\
         ##INFO=<ID=XA,Number=A,Type=Float,Description=\"a\">\n\
         ##INFO=<ID=XS,Number=.,Type=String,Description=\"s\">\n\
         ##INFO=<ID=FL,Number=0,Type=Flag,Description=\"f\">\n\
         ##FORMAT=<ID=GT,Number=1,Type=String,Description=\"g\">\n\
         #CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT",
    );
    for s in 0..samples {
        write!(text, "\tS{s}").unwrap();
    }
    text.push('\n');
    let (mut calls, mut alts) = (Vec::new(), Vec::new());
    for row in 0..rows {
        let two = next(4) == 0;
        let rare = next(2) == 0;
        let info = match next(4) {
            0 => ".".to_owned(),
            1 => format!("DP={};XS=a,b", next(90)),
            2 => format!("FL;XA=0.5{}", if two { ",." } else { "" }),
            _ => format!("DP={}", next(90)),
        };
        let alt = if two { "C,G" } else { "C" };
        write!(
            text,
            "1\t{}\t.\tA\t{alt}\t{}\tPASS\t{info}\tGT",
            10 + 2 * row,
            row + 1
        )
        .unwrap();
        let of: &[&str] = if two { &TWO } else { &ONE };
        let row: Vec<&str> = (0..samples)
            .map(|_| {
                if rare && next(8) > 0 {
                    "0/0"
                } else {
                    of[next(of.len())]
                }
            })
            .collect();
        for call in &row {
            write!(text, "\t{call}").unwrap();
        }
        text.push('\n');
        calls.push(row);
        alts.push(1 + usize::from(two));
    }
    Made { text, calls, alts }
}

/// How often an ALT is called, and all alleles.
pub(crate) fn counted(calls: &[&str], alt: usize) -> (u64, u64) {
    let alleles = calls
        .iter()
        .flat_map(|c| c.split(['/', '|']))
        .filter(|a| *a != ".");
    let ac = alleles.clone().filter(|a| a.parse() == Ok(alt)).count();
    (ac as u64, alleles.count() as u64)
}

/// Copies of an ALT; of a haploid call `whole`.
pub(crate) fn copies(call: &str, alt: usize, whole: i8) -> i8 {
    let alleles: Vec<Option<usize>> = call.split(['/', '|']).map(|a| a.parse().ok()).collect();
    let n = alleles.iter().filter(|a| **a == Some(alt)).count() as i8;
    match alleles.as_slice() {
        a if a.contains(&None) => -1,
        [_] => n * whole,
        _ => n,
    }
}
