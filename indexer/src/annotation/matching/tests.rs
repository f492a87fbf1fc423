//! Joins, by hand and against a map of all alleles.

use std::collections::HashMap;
use std::path::Path;

use genodex_engine::format::sites::SiteBuf;
use genodex_engine::genome::ContigNames;
use proptest::prelude::*;

use super::*;
use crate::fasta::Reference;
use crate::reader::Source;

const HEADER: &str = "##fileformat=VCFv4.2\n##INFO=<ID=S,Number=A,Type=String,Description=\"\">\n\
##INFO=<ID=R,Number=R,Type=Integer,Description=\"\">\n\
##INFO=<ID=F,Number=0,Type=Flag,Description=\"\">\n\
#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n";

fn source(lines: &[&str], reference: Option<Reference>) -> AlleleSource {
    let text = HEADER.to_owned() + &lines.concat();
    let path = Path::new("s.vcf");
    let source = Source::from_reader(path, std::io::Cursor::new(text.into_bytes()), 0).unwrap();
    let options = MatchOptions {
        reference,
        ..MatchOptions::default()
    };
    AlleleSource::new(path, source, options).unwrap()
}

fn site(pos: u32, reference: &str, alternate: &str) -> SiteBuf {
    SiteBuf {
        pos,
        reference: reference.to_owned(),
        alternate: alternate.to_owned(),
        end: pos + reference.len() as u32 - 1,
        ..SiteBuf::default()
    }
}

/// Rows matched, by contig and row, with the value of field `S` for the allele.
type Found = Vec<(usize, u64, String)>;

fn join(
    source: &mut AlleleSource,
    contigs: &[&str],
    rows: &[Vec<SiteBuf>],
) -> Result<(Found, MatchReport), MatchError> {
    let mut found = Vec::new();
    let report = source.join(
        &ContigNames::new(contigs.iter().copied()),
        |contig| {
            let numbered = (0..).zip(&rows[contig]);
            Ok::<_, MatchError>(numbered.map(|(row, site)| StoreAllele {
                row,
                site: site.as_site(),
            }))
        },
        |contig, allele, m| {
            let value = m.own_value(0).unwrap().unwrap_or_default();
            found.push((contig, allele.row, value.into_owned()));
            Ok(())
        },
        &mut |_| {},
    )?;
    Ok((found, report))
}

#[test]
fn alleles_are_matched_across_names_and_forms() {
    let lines = [
        "chr2\t5\t.\tA\tG\t.\t.\tS=two\n",
        "chrUn\t1\t.\tA\tG\t.\t.\t.\n",
        "chr1\t10\t.\tA\tC,T,*\t.\t.\tS=x,y,z;R=0,1,2,3\n",
        "chr1\t20\t.\tATTG\tATG,ATTC\t.\t.\tS=del,snv;F\n",
        "chr1\t23\t.\tG\tC\t.\t.\tS=again\n",
        "chr1\t30\t.\tA\t<DEL>\t.\t.\tS=sv;END=99\n",
        "chr1\t40\t.\tA\t.\t.\t.\t.\n",
    ];
    let mut sv = site(30, "A", "<DEL>");
    sv.end = 99;
    let mut other = sv.clone();
    other.end = 98;
    let mut written = site(50, "C", "CAA");
    written.pos = 12;
    written.written = Some((20, "AT".into(), "A".into()));
    let rows = vec![
        vec![site(10, "A", "T"), written, site(23, "G", "C"), sv, other],
        vec![site(5, "A", "G"), site(5, "A", "T")],
        vec![site(1, "A", "G")],
    ];
    let (found, report) = join(&mut source(&lines, None), &["1", "2", "3"], &rows).unwrap();
    let found: Vec<_> = found.iter().map(|(c, r, v)| (*c, *r, v.as_str())).collect();
    assert_eq!(
        found,
        [
            (1, 0, "two"),
            (0, 0, "y"),
            (0, 1, "del"),
            (0, 2, "snv"),
            (0, 3, "sv")
        ]
    );
    assert_eq!((report.rows, report.matched_rows), (7, 5));
    assert_eq!((report.alleles, report.matched_alleles), (7, 5));
    assert_eq!(
        (report.duplicates, report.not_alleles, report.no_alternate),
        (1, 1, 1)
    );
    assert!(report.duplicate.unwrap().contains("1:23 G>C"));
    assert_eq!(report.absent_contigs, [("chrUn".to_owned(), 1)]);
    assert_eq!(report.records, 7);
}

#[test]
fn disorder_and_unknown_fields_are_refused() {
    let row = vec![vec![site(9, "A", "T")]];
    for (lines, expected) in [
        (
            &["1\t9\t.\tA\tT\t.\t.\t.\n", "1\t8\t.\tA\tT\t.\t.\t.\n"][..],
            "line 7",
        ),
        (
            &[
                "1\t9\t.\tA\tT\t.\t.\t.\n",
                "2\t8\t.\tA\tT\t.\t.\t.\n",
                "1\t10\t.\tA\tT\t.\t.\t.\n",
            ],
            "comes again",
        ),
        (
            &["1\t9\t.\tA\tT\t.\t.\t.\n", "chr1\t10\t.\tA\tT\t.\t.\t.\n"],
            "chr1 comes again",
        ),
    ] {
        let error = join(&mut source(lines, None), &["1"], &row)
            .unwrap_err()
            .to_string();
        assert!(
            error.contains(expected) && error.contains("bcftools sort"),
            "{error}"
        );
    }
    let text = std::io::Cursor::new(HEADER.as_bytes());
    let opened = Source::from_reader(Path::new("s.vcf"), text, 0).unwrap();
    let options = MatchOptions {
        info: Some(vec!["SS".to_owned()]),
        ..MatchOptions::default()
    };
    let error = AlleleSource::new(Path::new("s.vcf"), opened, options)
        .err()
        .unwrap();
    assert!(error.to_string().contains("did you mean S?"), "{error}");
}

/// Alleles over few letters and positions, so that many are the same.
fn alleles() -> impl Strategy<Value = Vec<(usize, u32, usize, String)>> {
    let one = (0..2usize, 1..40u32, 1..4usize, "[AC]{1,3}");
    proptest::collection::vec(one, 0..40).prop_map(|mut all| {
        all.sort_by_key(|a| (a.0, a.1));
        all
    })
}

proptest! {
    #[test]
    fn the_join_is_that_of_a_map(
        contig in "[AC]{50}",
        rows in alleles(),
        records in alleles(),
        with_reference in any::<bool>(),
    ) {
        let folder = tempfile::tempdir().unwrap();
        let fasta = folder.path().join("r.fa");
        std::fs::write(&fasta, format!(">1\n{contig}\n>2\n{contig}\n")).unwrap();
        let reference = with_reference.then(|| Reference::open(&fasta).unwrap());
        let bases = with_reference.then_some(contig.as_bytes());
        let reference_of = |pos: u32, len: usize| &contig[pos as usize - 1..][..len];
        let key = |(c, pos, len, alternate): &(usize, u32, usize, String)| {
            (*c, key::AlleleKey::new(bases, *pos, reference_of(*pos, *len), alternate, 0).0)
        };
        let mut map = HashMap::new();
        let mut lines = Vec::new();
        let mut duplicates = 0;
        for (i, record) in records.iter().enumerate() {
            let (c, pos, len, alternate) = record;
            let reference = reference_of(*pos, *len);
            lines.push(format!("chr{}\t{pos}\t.\t{reference}\t{alternate}\t.\t.\tS={i}\n", c + 1));
            match map.entry(key(record)) {
                std::collections::hash_map::Entry::Occupied(_) => duplicates += 1,
                std::collections::hash_map::Entry::Vacant(v) => { v.insert(i); }
            }
        }
        let mut sites = vec![Vec::new(), Vec::new()];
        let mut expected = Vec::new();
        for row in &rows {
            let (c, pos, len, alternate) = row;
            if let Some(i) = map.get(&key(row)) {
                expected.push((*c, sites[*c].len() as u64, i.to_string()));
            }
            sites[*c].push(site(*pos, reference_of(*pos, *len), alternate));
        }
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        let (found, report) = join(&mut source(&lines, reference), &["1", "2"], &sites).unwrap();
        prop_assert_eq!(&found, &expected);
        prop_assert_eq!(report.records, records.len() as u64);
        prop_assert_eq!(report.alleles, records.len() as u64);
        prop_assert_eq!(report.matched_rows, expected.len() as u64);
        let matched: std::collections::HashSet<_> = expected.iter().map(|e| &e.2).collect();
        prop_assert_eq!(report.matched_alleles, matched.len() as u64);
        // Records before or after all rows are passed over without a look at their alleles.
        prop_assert!(report.duplicates <= duplicates);
    }
}
