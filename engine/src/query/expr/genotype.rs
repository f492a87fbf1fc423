//! Comparisons of GT: by class (`het`, `alt`, `RA`, ...) or as it is written (`0/1`).

use super::lex::Op;
use super::plan::TextTest;
use super::row::{Alleles, INT_END};
use super::text::{matches, text_test};
use crate::genotype::{CallCounts, CallPlanes, Plane};

/// What is compared of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    /// `hap`, `hom`, `het`; `.` where an allele is missing.
    Zygosity,
    /// `mis`, `ref`, `alt`.
    Content,
    /// `r`, `a`, `rr`, `ra`, `aa`, `aA`; `.` where an allele is missing.
    Alleles,
    /// `phased`, `unphased`; `.` where an allele is missing.
    Phase,
    /// As written: `0|1`.
    Written,
}

/// What the classes of a call follow from. Bits: 1 missing, 2 haploid, 4 has the reference,
/// 8 heterozygous, 16 phased.
type Summary = usize;

const MISSING: Summary = 1;
const HAPLOID: Summary = 2;
const REFERENCE: Summary = 4;
const HET: Summary = 8;
const PHASED: Summary = 16;

/// A comparison of GT with a constant.
#[derive(Clone, Debug)]
pub(super) struct GenotypeTest {
    class: Class,
    /// The answer for every summary.
    answers: [bool; 32],
    /// The answer where the record has no GT.
    absent: bool,
    test: TextTest,
}

/// Which calls of a record of one ALT a comparison holds of, where counts tell that.
#[derive(Clone, Copy, Debug)]
pub struct GenotypeClasses {
    hom_ref: bool,
    het: bool,
    hom_alt: bool,
    missing: bool,
    haploid_ref: bool,
    haploid_alt: bool,
}

impl GenotypeClasses {
    /// Samples of these classes.
    #[must_use]
    pub fn count(&self, counts: &CallCounts) -> u64 {
        let haploid_ref = counts.haploid_called.saturating_sub(counts.hemi_alt);
        [
            (self.hom_ref, counts.hom_ref().saturating_sub(haploid_ref)),
            (self.het, counts.het),
            (self.hom_alt, counts.hom_alt.saturating_sub(counts.hemi_alt)),
            (self.missing, counts.missing),
            (self.haploid_ref, haploid_ref),
            (self.haploid_alt, counts.hemi_alt),
        ]
        .iter()
        .map(|(is_in, n)| if *is_in { *n } else { 0 })
        .sum()
    }
}

/// The class that a constant names, and how it is spelled within.
fn class_of(text: &str) -> Option<(Class, &'static str)> {
    // The letters of the last two differ by case alone.
    match text {
        "aA" | "Aa" => return Some((Class::Alleles, "aA")),
        _ => {}
    }
    Some(match text.to_ascii_lowercase().as_str() {
        "hom" => (Class::Zygosity, "hom"),
        "het" => (Class::Zygosity, "het"),
        "hap" => (Class::Zygosity, "hap"),
        "mis" => (Class::Content, "mis"),
        "ref" => (Class::Content, "ref"),
        "alt" => (Class::Content, "alt"),
        "rr" => (Class::Alleles, "rr"),
        "ra" | "ar" => (Class::Alleles, "ra"),
        "aa" => (Class::Alleles, "aa"),
        "a" => (Class::Alleles, "a"),
        "r" => (Class::Alleles, "r"),
        "phased" => (Class::Phase, "phased"),
        "unphased" => (Class::Phase, "unphased"),
        _ => return None,
    })
}

impl GenotypeTest {
    /// `GT op text`.
    ///
    /// # Errors
    /// What is wrong with the text.
    pub(super) fn new(op: Op, text: &str) -> Result<Self, String> {
        let (class, text) = class_of(text).unwrap_or((Class::Written, text));
        if class == Class::Written && op.is_equality() {
            let written = |c: char| c.is_ascii_digit() || "./|,".contains(c);
            if text.is_empty() || !text.chars().all(written) {
                return Err(format!(
                    "{text:?} is neither a genotype nor a class of genotypes"
                ));
            }
        }
        let test = text_test(op, text)?;
        let mut answers = [false; 32];
        for (summary, answer) in answers.iter_mut().enumerate() {
            *answer = matches(&test, Some(name(class, summary)));
        }
        Ok(Self {
            class,
            answers,
            absent: matches(&test, None),
            test,
        })
    }

    /// The classes of calls for which it holds; `None` where it is about more than counts have.
    pub(super) fn classes(&self) -> Option<GenotypeClasses> {
        if matches!(self.class, Class::Written | Class::Phase) {
            return None;
        }
        let holds = |summary: Summary| self.answers[summary];
        Some(GenotypeClasses {
            hom_ref: holds(REFERENCE),
            het: holds(REFERENCE | HET),
            hom_alt: holds(0),
            missing: holds(MISSING),
            haploid_ref: holds(REFERENCE | HAPLOID),
            haploid_alt: holds(HAPLOID),
        })
    }

    /// The samples for which it holds.
    pub(super) fn run(
        &self,
        alleles: Option<&Alleles<'_>>,
        used: Option<&Plane>,
        n: usize,
    ) -> Plane {
        let mut pass = Plane::zeros(n);
        let is_used = |s: usize| used.is_none_or(|u| u.get(s));
        let Some(alleles) = alleles else {
            if self.absent {
                (0..n).filter(|s| is_used(*s)).for_each(|s| pass.set(s));
            }
            return pass;
        };
        let mut last: (&[i32], bool) = (&[], self.answer(&[]));
        for (s, call) in alleles.calls().take(n).enumerate() {
            // Most calls are like the one before.
            if call != last.0 {
                last = (call, self.answer(call));
            }
            if last.1 && is_used(s) {
                pass.set(s);
            }
        }
        pass
    }

    fn answer(&self, call: &[i32]) -> bool {
        match self.class {
            Class::Written => matches(&self.test, Some(&written(call))),
            _ => self.answers[summary(call)],
        }
    }

    /// The same from planes, 64 samples at a time; `None` for what planes do not say.
    pub(super) fn run_planes(&self, calls: &CallPlanes, used: Option<&Plane>) -> Option<Plane> {
        if self.class == Class::Written || !calls.half_calls.is_empty() {
            return None;
        }
        let n = calls.n_samples;
        let mut pass = Plane::zeros(n);
        // Haploid or not, phased or not, times the four genotypes.
        let answer = |genotype: Summary, haploid: bool, phased: bool| {
            let haploid = if haploid { HAPLOID } else { 0 };
            let phased = if phased { PHASED } else { 0 };
            if self.answers[genotype | haploid | phased] {
                !0u64
            } else {
                0
            }
        };
        const GENOTYPES: [Summary; 4] = [REFERENCE, REFERENCE | HET, 0, MISSING];
        let table = GENOTYPES.map(|g| {
            [
                answer(g, false, false),
                answer(g, false, true),
                answer(g, true, false),
                answer(g, true, true),
            ]
        });
        for (i, out) in pass.words_mut().iter_mut().enumerate() {
            let word = |p: &Plane| p.words().get(i).copied().unwrap_or(0);
            let (lo, hi) = (word(&calls.lo), word(&calls.hi));
            let (phased, haploid) = (word(&calls.phased), word(&calls.haploid));
            let kinds = [
                !phased & !haploid,
                phased & !haploid,
                !phased & haploid,
                phased & haploid,
            ];
            let genotypes = [!lo & !hi, lo & !hi, hi & !lo, lo & hi];
            let mut word = 0;
            for (row, genotype) in table.iter().zip(genotypes) {
                for (answer, kind) in row.iter().zip(kinds) {
                    word |= answer & genotype & kind;
                }
            }
            let there = n.saturating_sub(64 * i).min(64) as u32;
            let mask = u64::MAX.checked_shr(64 - there).unwrap_or(0);
            *out = word & mask & used.map_or(!0, |u| u.words().get(i).copied().unwrap_or(0));
        }
        Some(pass)
    }
}

/// One missing allele makes a call missing; the ploidy is how many alleles come before.
fn summary(call: &[i32]) -> Summary {
    let mut out = 0;
    let mut ploidy = 0;
    let mut before = None;
    for code in call.iter().take_while(|c| **c != INT_END) {
        if *code <= 1 {
            return MISSING;
        }
        let allele = code >> 1;
        if allele == 1 {
            out |= REFERENCE;
        }
        if before.is_some_and(|b| b != allele) {
            out |= HET;
        }
        if ploidy > 0 && code & 1 == 1 {
            out |= PHASED;
        }
        before = Some(allele);
        ploidy += 1;
    }
    match ploidy {
        0 => MISSING,
        1 => out | HAPLOID,
        _ => out,
    }
}

fn name(class: Class, summary: Summary) -> &'static str {
    let has = |bit| summary & bit != 0;
    match class {
        Class::Content if has(MISSING) => "mis",
        _ if has(MISSING) => ".",
        Class::Content if has(HET) || !has(REFERENCE) => "alt",
        Class::Content => "ref",
        Class::Zygosity if has(HAPLOID) => "hap",
        Class::Zygosity if has(HET) => "het",
        Class::Zygosity => "hom",
        Class::Alleles => match (has(HAPLOID), has(HET), has(REFERENCE)) {
            (true, _, true) => "r",
            (true, _, false) => "a",
            (false, false, true) => "rr",
            (false, false, false) => "aa",
            (false, true, true) => "ra",
            (false, true, false) => "aA",
        },
        Class::Phase if has(PHASED) => "phased",
        Class::Phase => "unphased",
        Class::Written => "",
    }
}

/// A call as a VCF has it.
fn written(call: &[i32]) -> String {
    let mut out = String::new();
    for (i, code) in call.iter().take_while(|c| **c != INT_END).enumerate() {
        if i > 0 {
            out.push(if code & 1 == 1 { '|' } else { '/' });
        }
        if code >> 1 == 0 {
            out.push('.');
        } else {
            out.push_str(&((code >> 1) - 1).to_string());
        }
    }
    if out.is_empty() {
        out.push('.');
    }
    out
}
