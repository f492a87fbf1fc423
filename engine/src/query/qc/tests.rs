//! Counts beside a naive reading of the same calls.
#![allow(clippy::unwrap_used, reason = "a test may panic, its helpers too")]

use std::path::Path;

use proptest::prelude::*;

use super::*;
use crate::format::disk::OsDisk;
use crate::format::manifest::{ContigEntry, Manifest};
use crate::format::row::encode_row;
use crate::format::samples::{SampleTableBuilder, Sex};
use crate::format::sites::SiteBuf;
use crate::genotype::{CallPlanes, Genotype};
use crate::store::{Store, StoreWriter, withdraw};

/// A call: the genotype, and whether it is haploid.
pub(super) type Call = (Genotype, bool);

#[derive(Clone, Debug)]
pub(super) struct Row {
    pub(super) contig: usize,
    /// In the first pseudo-autosomal region, where the contig has one.
    pub(super) par: bool,
    pub(super) alleles: (&'static str, &'static str),
    pub(super) calls: Vec<Call>,
}

#[derive(Clone, Debug)]
pub(super) struct People {
    /// plink's codes.
    pub(super) sexes: Vec<i64>,
    pub(super) withdrawn: Vec<u32>,
    pub(super) chosen: Option<Vec<bool>>,
    pub(super) rows: Vec<Row>,
}

const CONTIGS: [&str; 4] = ["chr1", "chrX", "chrY", "chrM"];
const ALLELES: [(&str, &str); 5] = [
    ("A", "G"),
    ("A", "C"),
    ("A", "*"),
    ("A", "AT"),
    ("A", "<DEL>"),
];

fn a_call() -> impl Strategy<Value = Call> {
    use Genotype::{Het, HomAlt, HomRef, Missing};
    prop_oneof![
        9 => Just((HomRef, false)),
        3 => Just((Het, false)),
        2 => Just((HomAlt, false)),
        1 => Just((Missing, false)),
        1 => prop_oneof![Just(HomRef), Just(HomAlt), Just(Missing)].prop_map(|g| (g, true)),
    ]
}

pub(super) fn people() -> impl Strategy<Value = People> {
    (1usize..90).prop_flat_map(|n| {
        let row = (
            (0..CONTIGS.len(), any::<bool>(), 0..ALLELES.len()),
            0usize..4,
            prop::collection::vec(a_call(), n),
        );
        (
            prop::collection::vec(0i64..3, n),
            prop::collection::btree_set(0..n as u32, 0..3.min(n)),
            prop::option::of(prop::collection::vec(any::<bool>(), n)),
            prop::collection::vec(row, 1..30),
        )
            .prop_map(|(sexes, withdrawn, chosen, rows)| {
                let mut rows: Vec<Row> = (rows.into_iter())
                    .map(|((contig, par, alleles), rare, mut calls)| {
                        // Some rows are of few carriers, or of none.
                        if rare > 0 {
                            let rest = calls.iter_mut().skip(rare - 1);
                            rest.for_each(|c| *c = (Genotype::HomRef, false));
                        }
                        Row {
                            contig,
                            par: par && contig > 0 && contig < 3,
                            alleles: ALLELES[alleles],
                            calls,
                        }
                    })
                    .collect();
                rows.sort_by_key(|r| (r.contig, !r.par));
                let withdrawn = withdrawn.into_iter().collect();
                People {
                    sexes,
                    withdrawn,
                    chosen,
                    rows,
                }
            })
    })
}

impl People {
    pub(super) fn counted(&self) -> Vec<bool> {
        let there = |s: usize| {
            let chosen = self.chosen.as_ref().is_none_or(|c| c[s]);
            chosen && !self.withdrawn.contains(&(s as u32))
        };
        (0..self.sexes.len()).map(there).collect()
    }

    pub(super) fn cohort(&self) -> Option<SampleSet> {
        let chosen = self.chosen.as_ref()?;
        let bits = (0..chosen.len() as u32).filter(|&s| chosen[s as usize]);
        Some(SampleSet::from_bitmap(chosen.len(), bits.collect()))
    }

    /// Writes a store; each contig in shards of at most `shard_rows`.
    pub(super) fn write(&self, root: &Path, shard_rows: usize) {
        let n = self.sexes.len();
        let writer = StoreWriter::create(&OsDisk, root, false).unwrap();
        let mut samples = SampleTableBuilder::new((0..n).map(|i| format!("S{i}"))).unwrap();
        let sexes = self.sexes.iter().map(|&s| Some(s));
        samples.int("SEX", sexes).unwrap();
        let samples = samples.finish().unwrap();
        let samples = (writer.write_table("samples.arrow", samples.batch())).unwrap();
        let contig = |name: &&str| ContigEntry {
            name: (*name).to_owned(),
            length: None,
        };
        let mut manifest = Manifest {
            generation: writer.generation(),
            contigs: CONTIGS.iter().map(contig).collect(),
            ..Manifest::new("GRCh38".to_owned(), n as u64, samples)
        };
        for rows in self.rows.chunk_by(|a, b| a.contig == b.contig) {
            for (start, rows) in rows.chunks(shard_rows).enumerate() {
                let contig = rows[0].contig;
                let number = manifest.shards.len();
                let name = (contig as u32, CONTIGS[contig]);
                let mut shard = writer.shard(number, name, n).unwrap();
                for (i, row) in rows.iter().enumerate() {
                    let pos = if row.par { 20_000 } else { 5_000_000 };
                    let pos = pos + 10 * (start * shard_rows + i) as u32;
                    let mut planes = CallPlanes::new(n);
                    for (s, &(genotype, haploid)) in row.calls.iter().enumerate() {
                        planes.set_genotype(s, genotype);
                        if haploid {
                            planes.haploid.set(s);
                        }
                    }
                    let site = SiteBuf {
                        pos,
                        end: pos,
                        id: ".".to_owned(),
                        reference: row.alleles.0.to_owned(),
                        alternate: row.alleles.1.to_owned(),
                        record: i as u32,
                        allele: 1,
                        alleles: 1,
                        ..SiteBuf::default()
                    };
                    shard.push(&site.as_site(), encode_row(&planes)).unwrap();
                }
                manifest.shards.push(shard.finish().unwrap());
            }
        }
        writer.commit(&manifest).unwrap();
        if !self.withdrawn.is_empty() {
            withdraw(&OsDisk, root, &self.withdrawn, false, "test").unwrap();
        }
    }
}

/// By the words of [`Person`], one call at a time.
fn naive(people: &People, s: usize) -> Person {
    let counted = people.counted();
    let mut p = Person::default();
    let mut x_expected = 0.0;
    let mut x_found = 0;
    for row in &people.rows {
        let (genotype, haploid) = row.calls[s];
        let carriers = || (0..counted.len()).filter(|&o| counted[o] && carries(row.calls[o].0));
        if carries(genotype) && counted[s] && carriers().count() == 1 {
            p.singletons += 1;
        }
        let sex_specific = !row.par;
        if row.contig == 1 && sex_specific && genotype != Genotype::Missing {
            p.x_called += 1;
            p.x_het += u64::from(genotype == Genotype::Het);
            let expected = 1.0 - expected_homozygous(people, row);
            x_expected += expected;
            x_found += u64::from(genotype == Genotype::Het && expected > 0.0);
        }
        if row.contig == 2 && sex_specific {
            p.y_variants += 1;
            p.y_called += u64::from(genotype != Genotype::Missing);
            if people.sexes[s] != 1 {
                continue;
            }
        }
        p.variants += 1;
        if row.contig == 0 && genotype != Genotype::Missing {
            p.autosomes[0] += 1;
            p.autosomes[1] += u64::from(genotype == Genotype::Het);
            p.autosomes[2] += u64::from(genotype == Genotype::HomAlt && !haploid);
        }
        let snp = row.alleles.1.len() == 1 && row.alleles.1 != "*";
        let place = match (genotype, haploid, snp) {
            (Genotype::Missing, ..) => &mut p.missing,
            (Genotype::HomRef, false, _) => &mut p.hom_ref,
            (Genotype::HomRef, true, _) => &mut p.hap_ref,
            (Genotype::HomAlt, true, _) => &mut p.hap_alt,
            (Genotype::HomAlt, false, true) => &mut p.hom_alt_snp,
            (Genotype::HomAlt, false, false) => &mut p.hom_alt_other,
            (Genotype::Het, _, true) => &mut p.het_snp,
            (Genotype::Het, _, false) => &mut p.het_other,
        };
        *place += 1;
        if carries(genotype) {
            p.transitions += u64::from(row.alleles.1 == "G");
            p.transversions += u64::from(row.alleles.1 == "C");
        }
    }
    p.x_expected_het = x_expected;
    p.f_x = (x_expected > 1e-6).then(|| 1.0 - x_found as f64 / x_expected);
    p
}

fn carries(genotype: Genotype) -> bool {
    matches!(genotype, Genotype::Het | Genotype::HomAlt)
}

fn expected_homozygous(people: &People, row: &Row) -> f64 {
    let (mut n, mut alt) = (0.0, 0.0);
    for (s, (genotype, _)) in row.calls.iter().enumerate() {
        let male = people.sexes[s] == 1;
        if !people.counted()[s] || (male && *genotype == Genotype::Het) {
            continue;
        }
        let copies = if male { 1.0 } else { 2.0 };
        match genotype {
            Genotype::Missing => continue,
            Genotype::HomRef => {}
            Genotype::Het => alt += 1.0,
            Genotype::HomAlt => alt += copies,
        }
        n += copies;
    }
    if n == 0.0 {
        return 1.0;
    }
    let p: f64 = alt / n;
    1.0 - 2.0 * p * (1.0 - p)
}

/// By the words of plink2's help.
fn naive_plink2(people: &People, s: usize) -> (SampleCounts, SampleMissing) {
    let counted = people.counted();
    let (mut c, mut m) = (SampleCounts::default(), SampleMissing::default());
    for row in &people.rows {
        let one_copy = match row.contig {
            0 => false,
            1 => people.sexes[s] == 1,
            _ => true,
        };
        let genotype = row.calls[s].0;
        if row.contig != 2 || people.sexes[s] == 1 {
            m.observed += 1;
            m.missing += u64::from(genotype == Genotype::Missing);
        }
        if one_copy {
            match genotype {
                Genotype::HomRef => c.hap_ref += 1,
                Genotype::HomAlt => c.hap_alt += 1,
                _ => c.missing += 1,
            }
            continue;
        }
        let two_copies = |o: &usize| counted[*o] && (row.contig == 0 || people.sexes[*o] != 1);
        let carriers = (0..counted.len()).filter(|o| two_copies(o) && carries(row.calls[*o].0));
        c.singletons += u64::from(carries(genotype) && two_copies(&s) && carriers.count() == 1);
        let (snp, with_alt) = (row.alleles.1.len() == 1, u64::from(carries(genotype)));
        match genotype {
            Genotype::HomRef => c.hom_ref += 1,
            Genotype::Missing => c.missing += 1,
            Genotype::Het => c.het_snp += u64::from(snp),
            Genotype::HomAlt => c.hom_alt_snp += u64::from(snp),
        }
        match row.alleles.1 {
            "G" => c.transitions += with_alt,
            "C" => c.transversions += with_alt,
            "AT" => c.non_snp_non_symbolic += with_alt,
            _ => {}
        }
    }
    (c, m)
}

fn same_person(found: &Person, expected: &Person) -> bool {
    let close = |a: f64, b: f64| (a - b).abs() < 1e-6;
    let f = match (found.f_x, expected.f_x) {
        // A small expectation makes much of its rounding.
        (Some(a), Some(b)) => (a - b).abs() < 1e-6 * a.abs().max(1.0),
        (a, b) => a.is_none() == b.is_none(),
    };
    let exact = |p: &Person| Person {
        f_x: None,
        x_expected_het: 0.0,
        ..p.clone()
    };
    f && close(found.x_expected_het, expected.x_expected_het) && exact(found) == exact(expected)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn people_have_the_calls_they_have(people in people(), shard_rows in 1usize..20) {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("store");
        people.write(&root, shard_rows);
        let store = Store::open(&root).unwrap();
        let request = Request { cohort: people.cohort(), ..Request::default() };
        let plan = Plan::new(&store, &request).unwrap();
        let answer = run(&plan, |_| {}).unwrap();
        prop_assert_eq!(answer.rows().unwrap(), people.rows.len() as u64);
        let plink2 = Request { rules: Rules::Plink2 { split_par: false }, ..request };
        let plan2 = Plan::new(&store, &plink2).unwrap();
        let answer2 = run(&plan2, |_| {}).unwrap();
        for s in (0..people.sexes.len()).filter(|&s| people.counted()[s]) {
            let (found, expected) = (answer.person(&plan, s), naive(&people, s));
            prop_assert!(same_person(&found, &expected), "{s}: {found:?}\n{expected:?}");
            let (counts, missing) = naive_plink2(&people, s);
            prop_assert_eq!(answer2.sample_counts(&plan2, s), counts, "{}", s);
            prop_assert_eq!(answer2.sample_missing(&plan2, s), missing, "{}", s);
        }
    }
}

#[test]
fn an_answer_needs_every_shard_once() {
    let call = |g| vec![(g, false); 3];
    let row = |contig| Row {
        contig,
        par: false,
        alleles: ALLELES[0],
        calls: call(Genotype::Het),
    };
    let people = People {
        sexes: vec![1, 2, 0],
        withdrawn: Vec::new(),
        chosen: None,
        rows: vec![row(0), row(1)],
    };
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("store");
    people.write(&root, 10);
    let store = Store::open(&root).unwrap();
    let plan = Plan::new(&store, &Request::default()).unwrap();
    let mut answer = Answer::new(&plan);
    let partial = run_shard(&plan, 0, |_| {}).unwrap();
    answer.merge(partial.clone()).unwrap();
    let said = answer.rows().unwrap_err().to_string();
    assert!(said.contains("shard 1"), "{said}");
    let said = answer.merge(partial).unwrap_err().to_string();
    assert!(said.contains("twice"), "{said}");
    let other = Request {
        cohort: Some(SampleSet::all(7)),
        ..Request::default()
    };
    let said = Plan::new(&store, &other).unwrap_err().to_string();
    assert!(said.contains("over 7 samples"), "{said}");
    assert_eq!(store.samples().sex(0), Sex::Male);
}
