//! Contig aliases, builds, pseudo-autosomal regions, regions and region files.

use std::path::Path;

use proptest::prelude::*;

use super::region::{RegionFormat, read_regions};
use super::*;

fn contigs(names: &[&str]) -> ContigNames {
    ContigNames::new(names.iter().copied())
}

#[test]
fn aliases_are_one_name() {
    for (names, canonical) in [
        (
            &["chr1", "1", "CHR1", "Chr1", "01", "chr01", "NC_000001.11"][..],
            "1",
        ),
        (
            &["chrX", "X", "x", "chrx", "23", "chr23", "NC_000023.10"],
            "X",
        ),
        (&["Y", "24", "chrY"], "Y"),
        (&["XY", "25"], "XY"),
        (&["MT", "M", "chrM", "chrMT", "26", "NC_012920.1"], "MT"),
        (&["chrUn_KI270302v1", "Un_KI270302v1"], "Un_KI270302v1"),
        (&["chr"], "chr"),
        (&["NC_000099.1"], "NC_000099.1"),
        (&["é1"], "é1"),
    ] {
        for name in names {
            assert_eq!(canonical_name(name), canonical, "{name}");
        }
    }
    let names = contigs(&["chr1", "chrX", "chr1_KI270706v1_random"]);
    assert_eq!(names.find("1"), Some(0));
    assert_eq!(names.find("23"), Some(1));
    assert_eq!(names.find("2"), None);
    // An alias of two contigs is none; their own names are.
    let names = contigs(&["chr1", "1"]);
    assert_eq!(
        (names.find("1"), names.find("chr1"), names.find("01")),
        (Some(1), Some(0), None)
    );
}

#[test]
fn classes_follow_names() {
    for (name, class) in [
        ("chr22", ContigClass::Autosome),
        ("PAR1", ContigClass::Autosome),
        ("25", ContigClass::Autosome),
        ("chrX", ContigClass::X),
        ("24", ContigClass::Y),
        ("M", ContigClass::Mt),
        ("0", ContigClass::Other),
        ("27", ContigClass::Other),
        ("+1", ContigClass::Other),
        ("GL000192.1", ContigClass::Other),
    ] {
        assert_eq!(ContigClass::of(name), class, "{name}");
    }
}

#[test]
fn builds_are_recognised_by_length() {
    let found = Build::recognise([("MT", Some(16_569)), ("chr21", Some(46_709_983))]);
    assert_eq!(found.build, Build::Grch38);
    assert_eq!(found.reason, "chr21 is 46709983 bases long");
    assert_eq!(
        Build::recognise([("X", Some(155_270_560))]).build,
        Build::Grch37
    );
    for (contigs, reason) in [
        (vec![("1", None)], "no chromosome has a length"),
        (vec![("1", Some(247_249_719))], "as in NCBI36 (hg18)"),
        (vec![("1", Some(5))], "as in no build known here"),
        (
            vec![("1", Some(249_250_621)), ("2", Some(242_193_529))],
            "as in GRCh38",
        ),
        (
            vec![("1", Some(249_250_621)), ("2", Some(1000))],
            "but 2 is 1000",
        ),
    ] {
        let found = Build::recognise(contigs);
        assert_eq!(found.build, Build::Unknown);
        assert!(found.reason.contains(reason), "{}", found.reason);
    }
    assert_eq!("hg19".parse(), Ok(Build::Grch37));
    assert!("hg17".parse::<Build>().is_err());
}

#[test]
fn pars_are_closed_intervals() {
    assert!(!in_par(Build::Grch37, ContigClass::X, 60_000));
    assert!(in_par(Build::Grch37, ContigClass::X, 60_001));
    assert!(in_par(Build::Grch37, ContigClass::X, 2_699_520));
    assert!(!in_par(Build::Grch37, ContigClass::X, 2_699_521));
    assert!(in_par(Build::Grch38, ContigClass::Y, 57_217_415));
    assert!(!in_par(Build::Unknown, ContigClass::X, 100_000));
    // X and Y pair: both have the same number of bases.
    for build in [Build::Grch37, Build::Grch38] {
        let lengths = |class| {
            pars(build, class)
                .iter()
                .map(|p| p.end.get() - p.start.get())
                .collect::<Vec<_>>()
        };
        assert_eq!(lengths(ContigClass::X), lengths(ContigClass::Y));
    }
}

fn parsed(text: &str, names: &ContigNames) -> Vec<String> {
    Region::parse_list(text, names)
        .unwrap_or_else(|e| panic!("{text}: {e}"))
        .iter()
        .map(Region::to_string)
        .collect()
}

#[test]
fn regions_are_written_as_for_bcftools() {
    let names = contigs(&["chr1", "chr2", "HLA-A*01:01", "HLA-A*01:01:02", "200"]);
    for (text, expected) in [
        ("chr1", &["chr1"][..]),
        ("1", &["chr1"]),
        ("1:100", &["chr1:100"]),
        ("chr1:100-200", &["chr1:100-200"]),
        ("chr1:100-", &["chr1:100-"]),
        ("chr1:-200", &["chr1:0-200"]),
        ("chr1:1,000-2,000,300", &["chr1:1000-2000300"]),
        ("1:1,000,2", &["chr1:1000", "chr2"]),
        ("1:100,2:5-9 , 2", &["chr1:100", "chr2:5-9", "chr2"]),
        // 200 is a contig here: the comma is no group separator.
        ("1:100,200", &["chr1:100", "200"]),
        ("1:100,201", &["chr1:100201"]),
        ("HLA-A*01:01", &["{HLA-A*01:01}"]),
        // A name, and positions of another contig: these, as for bcftools.
        ("HLA-A*01:01:02", &["{HLA-A*01:01}:2"]),
        ("{HLA-A*01:01:02}", &["{HLA-A*01:01:02}"]),
        ("HLA-A*01:01:02:7", &["{HLA-A*01:01:02}:7"]),
        ("HLA-A*01:01:3", &["{HLA-A*01:01}:3"]),
        ("{HLA-A*01:01}:02", &["{HLA-A*01:01}:2"]),
        ("{HLA-A*01:01},1", &["{HLA-A*01:01}", "chr1"]),
        ("1:5-9999999999", &["chr1:5-"]),
        ("1:1-5,", &["chr1:1-5"]),
    ] {
        assert_eq!(parsed(text, &names), expected, "{text}");
    }
}

#[test]
fn region_errors_point() {
    let names = contigs(&["chr1", "chr10"]);
    for (text, message) in [
        (
            "",
            "no region\n  \n  ^\n  write a contig, or contig:start-end",
        ),
        (
            "1,chrr1:5",
            "no contig \"chrr1\"\n  1,chrr1:5\n    ^^^^^\n  did you mean \"chr1\"?",
        ),
        (
            "scaffold",
            "no contig \"scaffold\"\n  scaffold\n  ^^^^^^^^\n  the contigs are chr1, chr10",
        ),
        ("1:9-5", "the end is before the start\n  1:9-5\n    ^^^"),
        (
            "1:x",
            "this is not a position\n  1:x\n    ^\n  positions are whole numbers, 1-based",
        ),
        (
            "1:",
            "these are not positions\n  1:\n    ^\n  write start, start-end, start- or -end, 1-based",
        ),
        (
            "1:-",
            "these are not positions\n  1:-\n    ^\n  write start, start-end, start- or -end, 1-based",
        ),
        (
            "1:3000000000-",
            "positions end at 2147483647\n  1:3000000000-\n    ^^^^^^^^^^^",
        ),
        (
            "1:3000000000",
            "positions end at 2147483647\n  1:3000000000\n    ^^^^^^^^^^",
        ),
        (
            "{1:5",
            "this brace is not closed\n  {1:5\n  ^\n  write {contig}:start-end",
        ),
        ("{1}5", "after the brace, : and positions\n  {1}5\n     ^"),
    ] {
        let error = Region::parse_list(text, &names).unwrap_err();
        assert_eq!(error.to_string(), message, "{text}");
    }
}

fn read(text: &str, format: RegionFormat) -> Result<region::RegionFile, RegionError> {
    let names = contigs(&["chr1", "chr2"]);
    read_regions(text.as_bytes(), format, Path::new("r"), &names)
}

fn listed(set: &RegionSet) -> Vec<String> {
    let all = set.iter().flat_map(|(contig, intervals)| {
        let contig = contig.to_owned();
        intervals
            .as_slice()
            .iter()
            .map(move |i| format!("{contig}:{}-{}", i.start, i.end))
    });
    all.collect()
}

#[test]
fn region_files_are_read() {
    let tab = read(
        "#CHROM\tPOS\n2\t5\t9\r\n1\t100\t200\textra\n\n1\t150\t300\n",
        RegionFormat::Tab,
    );
    assert_eq!(listed(&tab.unwrap().regions), ["chr1:100-300", "chr2:5-9"]);
    let sites = read("1\t100\trs1\tA\n1\t7\t9\n", RegionFormat::Tab).unwrap();
    assert_eq!(listed(&sites.regions), ["chr1:7-7", "chr1:100-100"]);
    let text = "track name=x\nchr1\t99\t200\t+\nchr1\t200\t300\n3\t1\t2\n3\t4\t5\nchr2\t5\t5\n";
    let bed = read(text, RegionFormat::Bed).unwrap();
    assert_eq!(listed(&bed.regions), ["chr1:100-300"]);
    assert_eq!((bed.unknown.len(), bed.unknown[0].lines), (1, 2));
    for (text, format, message) in [
        (
            "1\t9\t5\n",
            RegionFormat::Tab,
            "r: line 1: the end is before the start",
        ),
        ("1\t5\n1\n", RegionFormat::Tab, "r: line 2: only one column"),
        ("1\t5\n", RegionFormat::Bed, "r: line 1: only two columns"),
        (
            "1\tx\t5\n",
            RegionFormat::Bed,
            "the start \"x\" is not a whole number",
        ),
        (
            "1\t5\t6\n1\t5\tx\n",
            RegionFormat::Tab,
            "line 2: the end \"x\" is not a whole number",
        ),
        (
            "5\t5\n",
            RegionFormat::Tab,
            "none of its contigs is there (the first is \"5\")",
        ),
        ("# \n", RegionFormat::Tab, "there are no regions in it"),
    ] {
        let error = read(text, format).unwrap_err().to_string();
        assert!(error.contains(message), "{text:?}: {error}");
    }
    assert!(
        read_regions(
            &[0xff, b'\n'][..],
            RegionFormat::Tab,
            Path::new("r"),
            &contigs(&["1"])
        )
        .is_err()
    );
    assert_eq!(
        RegionFormat::from_path(Path::new("a/x.BED.gz")),
        RegionFormat::Bed
    );
    assert_eq!(
        RegionFormat::from_path(Path::new("x.bed.txt")),
        RegionFormat::Tab
    );
}

proptest! {
    #[test]
    fn a_set_asks_as_its_parts_do(parts in prop::collection::vec((0u32..60, 0u32..12), 0..12),
                                  queries in prop::collection::vec((0u32..70, 0u32..9), 1..20)) {
        let parts: Vec<Interval> = parts.iter().map(|&(s, n)| Interval::of(s, s + n)).collect();
        let set = Intervals::new(parts.clone());
        for (start, n) in queries {
            let end = start + n;
            let naive = parts.iter().any(|p| p.overlaps(start, end));
            prop_assert_eq!(set.overlaps(start, end), naive);
            prop_assert_eq!(set.contains(start), parts.iter().any(|p| p.contains(start)));
            let within: Vec<_> =
                set.as_slice().iter().filter(|i| i.overlaps(start, end)).copied().collect();
            prop_assert_eq!(set.within(start, end), &within[..]);
        }
        let bases = (0..80).filter(|&p| parts.iter().any(|i| i.contains(p))).count();
        prop_assert_eq!(set.bases(), bases as u64);
        prop_assert!(set.as_slice().is_sorted());
    }

    #[test]
    fn a_region_is_read_as_it_is_shown(contig in 0usize..3, start in 0u32..=MAX_POS, n in any::<u32>()) {
        let names = contigs(&["chr1", "HLA:01", "HLA:01:5-9"]);
        let end = start.saturating_add(n).min(MAX_POS);
        let region = Region {
            contig: names.name(contig).unwrap().to_owned(),
            start: Pos1::new(start).unwrap(),
            end: Pos1::new(end).unwrap(),
        };
        prop_assert_eq!(Region::parse_list(&region.to_string(), &names).unwrap(), [region]);
    }

    #[test]
    fn any_text_is_an_error_or_regions(text in "[{}:,\\-0-9a-cé *H1]{0,24}") {
        let names = contigs(&["1", "a:1", "a", "123", "é:1-2"]);
        for region in Region::parse_list(&text, &names).into_iter().flatten() {
            prop_assert!(region.start <= region.end);
            prop_assert!(names.find_exact(&region.contig).is_some());
        }
        let _ = read(&text.replace(' ', "\t"), RegionFormat::Bed);
    }
}
