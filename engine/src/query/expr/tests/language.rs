//! Errors, extensions and limits of the language.

use proptest::prelude::*;

use super::super::*;
use super::vcf::Vcf;

/// The identifiers are GENE;CONSEQUENCE of the rows.
const ROWS: &str = "\
##fileformat=VCFv4.2
##INFO=<ID=DP,Number=1,Type=Integer,Description=\"\">
##INFO=<ID=XX,Number=1,Type=Integer,Description=\"\">
##INFO=<ID=CLNSIG,Number=.,Type=String,Description=\"\">
##FORMAT=<ID=GT,Number=1,Type=String,Description=\"\">
##FORMAT=<ID=GQ,Number=1,Type=Integer,Description=\"\">
##FORMAT=<ID=XX,Number=1,Type=Integer,Description=\"\">
#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tA\tB\tC\tD
1\t1\tPCSK9;missense_variant\tA\tC\t.\tPASS\tDP=1;CLNSIG=Benign,risk\tGT:GQ\t0/1:9\t0/0:1\t1/1:2\t./.:3
1\t2\tBRCA1;stop_gained&intron_variant\tA\tC,G\t.\tPASS\tDP=2\tGT:GQ\t1/2:9\t0/0:1\t2/2:2\t1:3
1\t3\tBRCA2,PALB2;intron_variant\tA\tC\t.\tPASS\tDP=3\tGT:GQ\t0|0:9\t0|1:1\t0/0:2\t0:3
1\t4\t.\tA\tC\t.\tPASS\tDP=4\tGT:GQ\t./.:9\t./.:1\t./.:2\t.:3
";

fn rows() -> Vcf {
    let mut vcf = Vcf::parse(ROWS);
    vcf.schema.add_column("GENE", ColumnKind::Text);
    vcf.schema
        .add_column("CONSEQUENCE", ColumnKind::Consequence);
    vcf.schema
        .add_format_not_kept("PL", "index again with --format-fields PL");
    vcf
}

fn check(vcf: &Vcf, expression: &str) -> Checked {
    let parsed = Expr::parse(expression).unwrap_or_else(|e| panic!("{e}"));
    parsed.check(&vcf.schema).unwrap_or_else(|e| panic!("{e}"))
}

fn passing(expression: &str) -> Vec<u64> {
    let vcf = rows();
    let checked = check(&vcf, expression);
    let passes = |r: &&super::vcf::Row| checked.evaluate(*r).unwrap().passes;
    vcf.rows.iter().filter(passes).map(|r| r.pos).collect()
}

#[test]
fn cohorts_are_counted() {
    for (expression, positions) in [
        ("AC[ALL]=3", vec![1, 2]),
        ("AN[ALL]=6", vec![1]),
        ("AN[ALL]=7", vec![2, 3]),
        ("AF[ALL]=0.5", vec![1]),
        ("AF[ALL]>=0", vec![1, 2, 3]),
        ("MAF[ALL]<0.3", vec![2, 3]),
        ("HOMALT[ALL]=1", vec![1, 2]),
        ("HEMI[ALL]=1", vec![2]),
        ("HET[ALL]=1", vec![1, 2, 3]),
        ("HOMREF[ALL]>1", vec![2, 3]),
        ("MISSING[ALL]=1", vec![1]),
        ("CALLRATE[ALL]<1", vec![1, 4]),
        ("CALLRATE[ALL]=0.75", vec![1]),
        ("AC[first]=1 && AC[ALL]>AC[first]", vec![1, 2]),
        ("AF[first]=\".\"", vec![4]),
        ("AF[first]-AF[ALL]=0", vec![1]),
    ] {
        assert_eq!(passing(expression), positions, "{expression}");
    }
}

#[test]
fn columns_are_compared() {
    for (expression, positions) in [
        ("GENE in (\"PCSK9\", \"PALB2\")", vec![1, 3]),
        ("GENE not in (\"PCSK9\",'PALB2')", vec![2, 4]),
        ("GENE=\"BRCA1,PCSK9\"", vec![1, 2]),
        ("gene=\"BRCA1\"", vec![2]),
        ("GENE in (\".\")", vec![4]),
        ("ID in (\".\",\"x\")", vec![4]),
        ("CONSEQUENCE not in (\"intron_variant\")", vec![1, 4]),
        ("CONSEQUENCE in (\"intron\",\".\")", vec![2, 3, 4]),
        ("CONSEQUENCE=\"intron_variant\"", vec![2, 3]),
        ("CONSEQUENCE!=\"intron_variant\"", vec![1, 4]),
        ("CONSEQUENCE=\"missense\"", vec![1]),
        ("CONSEQUENCE=\"Stop_Gained,missense\"", vec![1, 2]),
        ("CONSEQUENCE!=\".\"", vec![1, 2, 3]),
        ("CONSEQUENCE~\"^stop_gained&\"", vec![2]),
        ("GENE=\".\"", vec![4]),
        ("GENE~\"^BRCA\"", vec![2, 3]),
        ("CONSEQUENCE>=\"missense_variant\"", vec![1, 2]),
        ("CONSEQUENCE>\"missense_variant\"", vec![2]),
        ("\"missense_variant\"<=CONSEQUENCE", vec![1, 2]),
        ("CONSEQUENCE<\"missense_variant\"", vec![3]),
        ("CONSEQUENCE=\"missense_variant\"", vec![1]),
        ("CLNSIG in (\"risk\")", vec![1]),
        ("GT=\"phased\"", vec![3]),
        ("GT=\"unphased\" & GT=\"alt\"", vec![1, 2]),
        ("PHRED(0.1+DP-1)>9.9 && DP=1", vec![1]),
    ] {
        assert_eq!(passing(expression), positions, "{expression}");
    }
}

#[test]
fn predicted_columns_go_before_info() {
    let mut vcf = rows();
    for name in ["LOF", "gene", "SIFT"] {
        vcf.schema.add_info(Field {
            name: name.to_owned(),
            kind: FieldKind::Int,
            single: true,
        });
    }
    vcf.schema.add_column("LOF", ColumnKind::Text);
    vcf.schema.add_column("SIFT", ColumnKind::Text);
    let fits = |expression: &str| Expr::parse(expression).unwrap().check(&vcf.schema).is_ok();
    // Columns are texts here, the fields are numbers.
    assert!(fits("LOF=\"HC\"") && !fits("LOF=1"));
    assert!(fits("INFO/LOF=1") && !fits("INFO/LOF=\"HC\""));
    // Of another case, or another name, the field goes before.
    assert!(fits("gene=1") && fits("GENE=\"A\""));
    assert!(fits("SIFT=1") && !fits("SIFT=\"x\""));
}

#[test]
fn errors_point_at_the_place() {
    let vcf = rows();
    for (expression, place, words) in [
        ("", "", "empty"),
        ("DP>", "", "after this"),
        ("DP>5 DP<3", "DP", "operator"),
        ("(DP>5", "(", "not closed"),
        ("DP>5)", ")", "no parenthesis"),
        ("DQ>5", "DQ", "did you mean \"DP\"?"),
        ("INFO/GQ>5", "INFO/GQ", "no INFO field"),
        ("XX>1", "XX", "INFO/XX or FORMAT/XX"),
        ("Q>1", "Q", "short for QUAL"),
        ("PL>1", "PL", "--format-fields PL"),
        ("AF[case]>1", "case", "no cohort"),
        ("AF[al]>1", "al", "did you mean \"ALL\"?"),
        ("DP[ALL]>1", "DP[ALL]", "HOMALT"),
        ("GQ[4]>1", "4", "no sample 4"),
        ("GQ[3-1]>1", "3-1", "empty"),
        ("GT=\"hets\"", "\"hets\"", "class"),
        ("GT>\"het\"", ">", "numbers"),
        ("FILTER=\"PAS\"", "\"PAS\"", "did you mean \"PASS\"?"),
        ("TYPE=\"snv\"", "\"snv\"", "types are snp"),
        ("CLNSIG~\"[\"", "\"[\"", "]"),
        ("CLNSIG<\"a\"", "<", "~"),
        ("DP=\"a\"", "DP=\"a\"", "without quotes"),
        ("DP+CLNSIG>1", "CLNSIG", "not a number"),
        ("DP", "DP", "not a condition"),
        ("DP>1 && CLNSIG", "CLNSIG", "not a condition"),
        ("!DP", "!", "-e"),
        ("foo(DP)>1", "foo(", "no function"),
        ("MEDIEN(DP)>1", "MEDIEN(", "did you mean \"MEDIAN\"?"),
        ("sSUM(DP)>1", "DP", "within samples"),
        ("N_PASS(DP>1)>1", "DP>1", "condition over GT"),
        (
            "CONSEQUENCE>\"missens\"",
            "\"missens\"",
            "\"missense_variant\"?",
        ),
        (
            "CONSEQUENCE=\"stop_gained&intron\"",
            "\"stop_gained&intron\"",
            "one term",
        ),
        (
            "CONSEQUENCE not in (\"stop\")",
            "\"stop\"",
            "no consequence",
        ),
        (
            "CONSEQUENCE=\"missense_varient\"",
            "\"missense_varient\"",
            "missense_variant",
        ),
        ("GENE in (\"A\"", "", ", or )"),
        ("GENE in (A)", "A", "in quotes"),
        ("ID=@/nowhere/at/all", "@/nowhere/at/all", "cannot read"),
        ("CLNSIG=\"\"", "\"\"", "\".\""),
        ("CLNSIG=\"a", "\"a", "closing quote"),
        ("GQ[1>1", "[1>1", "closing bracket"),
        ("ABS(DP,1)>1", "ABS(DP,1)", "one argument"),
        ("DP=1,2", ",", "between arguments"),
        ("1e400x=1", "1e400x", "no field"),
    ] {
        let error = match Expr::parse(expression).and_then(|e| e.check(&vcf.schema)) {
            Err(ExprError::Expression(error)) => error,
            other => panic!("{expression}: {other:?}"),
        };
        assert_eq!(&expression[error.span()], place, "{error}");
        assert!(error.to_string().contains(words), "{error}");
    }
    let mut schema = Schema::new();
    schema.set_samples(["A".to_owned()][..].into());
    let error = Expr::parse("ID=@ids").unwrap().check(&schema).unwrap_err();
    assert!(error.to_string().contains("cannot be named"), "{error}");
}

#[test]
fn vectors_of_different_lengths_are_an_error_of_the_record() {
    let vcf = rows();
    let error = check(&vcf, "GQ+AC[ALL]>1")
        .evaluate(&vcf.rows[1])
        .unwrap_err();
    let shown = error.to_string();
    assert!(
        shown.starts_with("1:2: ") && shown.contains("\n    ^"),
        "{shown}"
    );
}

#[test]
fn what_bcftools_groups_from_the_right_is_said() {
    let vcf = rows();
    for (expression, warnings) in [
        ("10-5-2=7", 1),
        ("8/4*2=1", 1),
        ("1+2-3=0", 0),
        ("(10-5)-2=3", 0),
        ("10-5*2=0", 0),
    ] {
        let checked = check(&vcf, expression);
        assert_eq!(checked.warnings().len(), warnings, "{expression}");
        assert!(
            checked.evaluate(&vcf.rows[0]).unwrap().passes,
            "{expression}"
        );
    }
}

#[test]
fn conjuncts_say_what_they_cost_and_need() {
    let vcf = rows();
    let checked = check(
        &vcf,
        "GENE=\"A,B\" && (DP>1 & QUAL>3) && AF[ALL]<0.1 && AC>1 && (GT=\"het\" & GQ>3)",
    );
    let costs: Vec<Cost> = checked.conjuncts().iter().map(|c| c.cost).collect();
    assert_eq!(
        costs,
        [
            Cost::Index,
            Cost::Info,
            Cost::Site,
            Cost::Cohort,
            Cost::Counts,
            Cost::Format
        ]
    );
    let first = &checked.conjuncts()[0];
    assert_eq!(&checked.source()[first.span.clone()], "GENE=\"A,B\"");
    let values = vec!["A".to_owned(), "B".to_owned()];
    let category = Category::Column(0);
    assert_eq!(first.indexable, Some(Indexable { category, values }));
    let needs = checked.needs();
    assert!(needs.genotypes && needs.counts && needs.cohorts.contains(&0));
    assert_eq!(needs.format.len(), 1);
    assert!(checked.selects_samples());
    assert!(!check(&vcf, "N_PASS(GT=\"het\")>1").selects_samples());
}

#[test]
fn long_expressions_end_in_an_error_or_an_answer() {
    let vcf = rows();
    let deep = format!("{}DP>0{}", "(".repeat(20_000), ")".repeat(20_000));
    assert!(check(&vcf, &deep).evaluate(&vcf.rows[0]).unwrap().passes);
    let long = vec!["DP=9"; 1000].join("||");
    assert!(!check(&vcf, &long).evaluate(&vcf.rows[0]).unwrap().passes);
    let minus = format!("{}1=1", "-".repeat(2000));
    assert!(check(&vcf, &minus).evaluate(&vcf.rows[0]).unwrap().passes);
    for text in [
        vec!["DP=9"; 3000].join("||"),
        "(".repeat(60_000),
        "-".repeat(60_000),
        "x".repeat(MAX_LENGTH + 1),
    ] {
        assert!(Expr::parse(&text).is_err());
    }
}

/// Pieces of expressions, so that chance comes upon what parses and checks.
const PIECES: &[&str] = &[
    "DP",
    "GQ",
    "GT",
    "QUAL",
    "ID",
    "FILTER",
    "TYPE",
    "ALT",
    "REF",
    "AC",
    "AF[ALL]",
    "GENE",
    "CONSEQUENCE",
    "CLNSIG",
    "\"het\"",
    "\".\"",
    "\"0/1\"",
    "\"snp\"",
    "\"PASS\"",
    "\"stop_gained\"",
    "1",
    "0.5",
    "1e9",
    "=",
    "!=",
    "<",
    ">=",
    "~",
    "!~",
    "&",
    "&&",
    "|",
    "||",
    "+",
    "-",
    "*",
    "/",
    "%",
    "(",
    ")",
    ",",
    "sMAX(",
    "COUNT(",
    "N_PASS(",
    "binom(",
    "STRLEN(",
    "PHRED(",
    "ABS(",
    "SUM(",
    " in (",
    " not in (",
    "[0]",
    "[*]",
    "[:1]",
    "[1-]",
    "[0,2]",
    "CLNSIG[1]",
    "GQ[1-2:0]",
    "@x",
    "!",
    "'",
    "é",
    "\u{feff}",
    "%ILEN",
    "N_MISSING",
    "INFO/",
    "FMT/XX",
];

fn never_panics(text: &str, vcf: &Vcf) {
    let Ok(expression) = Expr::parse(text) else {
        return;
    };
    match expression.check(&vcf.schema) {
        Err(error) => drop(error.to_string()),
        Ok(checked) => {
            for row in &vcf.rows {
                let Ok(outcome) = checked.evaluate(row) else {
                    continue;
                };
                // A site passes if and only if all its conjuncts do, and a sample passes only
                // where the site does.
                let mut all = true;
                for c in checked.conjuncts() {
                    all &= checked.evaluate_conjunct(c, row).unwrap();
                }
                assert_eq!(all, outcome.passes, "{text}");
                let samples = outcome.samples.map_or(0, |s| s.count());
                assert!(outcome.passes || samples == 0, "{text}");
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3000))]

    #[test]
    fn any_text_is_answered(text in "\\PC{0,40}") {
        never_panics(&text, &rows());
    }

    #[test]
    fn any_pieces_are_answered(pieces in prop::collection::vec(0..PIECES.len(), 1..12)) {
        let text: String = pieces.iter().map(|p| PIECES[*p]).collect();
        never_panics(&text, &rows());
    }

    /// Conditions joined at random; both forms of the calls give the same.
    #[test]
    fn any_conditions_are_answered(
        first in 0..CONDITIONS.len(),
        rest in prop::collection::vec((0..4usize, 0..CONDITIONS.len()), 0..5),
    ) {
        let mut text = CONDITIONS[first].to_owned();
        for (op, condition) in rest {
            text = format!("{text} {} {}", ["&", "&&", "|", "||"][op], CONDITIONS[condition]);
        }
        let mut vcf = rows();
        never_panics(&text, &vcf);
        let checked = check(&vcf, &text);
        for row in &mut vcf.rows {
            let by_planes = checked.evaluate(row).unwrap();
            row.forget_planes();
            prop_assert_eq!(&checked.evaluate(row).unwrap(), &by_planes, "{}", text);
        }
    }
}

const CONDITIONS: &[&str] = &[
    "DP>1",
    "GQ>2",
    "GT=\"het\"",
    "GT!=\"mis\"",
    "GT[1-2]=\"alt\"",
    "AC[ALL]>1",
    "AF>0.3",
    "GENE~\"BR\"",
    "N_PASS(GT=\"alt\")>1",
    "(DP=2 | GT=\"hap\")",
    "GQ[0]>5",
    "QUAL=\".\"",
];
