use super::number::{push_float, push_int};
use super::*;
use crate::query::expr::Expr;

fn float(value: f64) -> String {
    let mut out = Vec::new();
    push_float(&mut out, value);
    String::from_utf8(out).unwrap()
}

#[test]
fn floats_are_htslib_s() {
    // Printed by bcftools 1.16 from an INFO field of type Float.
    let cases = [
        ("0", 0.0),
        ("-0", -0.0),
        ("1", 1.0),
        ("0.1", f64::from(0.1f32)),
        ("0.0001", f64::from(0.0001f32)),
        ("9.999e-05", f64::from(0.000_099_99_f32)),
        ("0.333333", f64::from(1.0f32 / 3.0)),
        ("-12.5", -12.5),
        ("123457", f64::from(123_456.7_f32)),
        ("1e+06", 1e6),
        ("1.23457e+06", 1_234_567.0),
        ("999999", 999_999.0),
        ("100", f64::from(99.999_99_f32)),
        ("1e-30", f64::from(1e-30f32)),
        ("inf", f64::INFINITY),
        ("-inf", f64::NEG_INFINITY),
        ("nan", f64::NAN),
        ("59.2", f64::from(59.2f32)),
        ("0.00123457", f64::from(0.001_234_567_f32)),
    ];
    for (expected, value) in cases {
        assert_eq!(float(value), expected);
    }
}

#[test]
fn floats_between_are_near_what_they_say() {
    let mut value = 1e-4;
    while value < 999_999.0 {
        let shown: f64 = float(value).parse().unwrap();
        assert!((shown - value).abs() <= value * 5.1e-6, "{value} {shown}");
        assert!(float(value).len() <= 11, "{}", float(value));
        value *= 1.000_37;
    }
}

#[test]
fn ints() {
    for v in [0, 1, -1, 10, i64::from(i32::MIN), i64::MAX, i64::MIN] {
        let mut out = Vec::new();
        push_int(&mut out, v);
        assert_eq!(out, v.to_string().as_bytes());
    }
}

#[test]
fn headers_keep_their_lines() {
    let text = "##fileformat=VCFv4.1\n##FILTER=<ID=q10,Description=\"a, IDX=3, b\",IDX=4>\n\
        ##INFO=<ID=DP,Number=1,Type=Integer,Description=\"x > \\\" y\",IDX=1>\n\
        ##INFO=<ID=DP,Number=2,Type=Float,Description=\"again\">\n\
        ##contig=<ID=20,length=63025520,IDX=0>\n##other\n#CHROM\tPOS\n";
    let mut header = Header::new(text, vec!["a".to_owned(), "b".to_owned()]);
    assert_eq!(header.filters(), ["PASS", "q10"]);
    assert_eq!(header.infos().len(), 1);
    assert_eq!(header.infos()[0].number, "1");
    assert_eq!(header.contigs()[0].length, Some(63_025_520));
    assert_eq!(header.add_contig("20", None), 0);
    assert_eq!(header.add_contig("21", None), 1);
    assert_eq!(header.clone().add_contig("<22>", None), 2);
    assert_eq!(header.add_filter("low"), 2);
    assert_eq!(
        header.text(),
        "##fileformat=VCFv4.1\n##FILTER=<ID=PASS,Description=\"All filters passed\">\n\
        ##FILTER=<ID=q10,Description=\"a, IDX=3, b\">\n\
        ##INFO=<ID=DP,Number=1,Type=Integer,Description=\"x > \\\" y\">\n\
        ##contig=<ID=20,length=63025520>\n##other\n##contig=<ID=21>\n\
        ##FILTER=<ID=low,Description=\"Dummy\">\n\
        #CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\ta\tb\n"
    );
}

#[test]
fn records_answer_expressions() {
    let header = Header::new(
        "##INFO=<ID=DP,Number=1,Type=Integer,Description=\"\">\n\
         ##FORMAT=<ID=GT,Number=1,Type=String,Description=\"\">\n",
        vec!["a".to_owned(), "b".to_owned()],
    );
    let mut record = Record {
        chrom: "1".to_owned(),
        pos: 7,
        reference: "A".to_owned(),
        alts: vec!["C".to_owned()],
        ..Record::default()
    };
    record.info.push(InfoField {
        key: 0,
        value: Value::Ints(vec![12]),
    });
    record.calls = Calls {
        ploidy: 2,
        codes: vec![2, 4, 4, 4],
    };
    let holds = |text: &str| {
        let checked = Expr::parse(text).unwrap().check(&header.schema()).unwrap();
        checked.evaluate(&record.row()).unwrap().passes
    };
    assert!(holds("DP=12 && TYPE=\"snp\" && N_PASS(GT=\"het\")=1"));
    assert!(!holds("DP>12"));
}
