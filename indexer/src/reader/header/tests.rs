//! Headers as they are met.

use super::*;

fn parse(format: SourceFormat, text: &str) -> Result<Header, ReadError> {
    Header::parse(&Arc::from(Path::new("x.vcf")), format, text.as_bytes())
}

const END: &str = "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO";

#[test]
fn attributes_hold_commas_and_quotes() {
    let pairs = attributes(r#"ID=x,Description="a, \"b\"=c",Number=1"#);
    let expected = [("ID", "x"), ("Description", "a, \"b\"=c"), ("Number", "1")];
    assert_eq!(pairs.len(), 3);
    for ((k, v), e) in pairs.iter().zip(expected) {
        assert_eq!((*k, v.as_str()), e);
    }
}

#[test]
fn dictionaries_follow_idx_and_order() {
    let header = parse(
        SourceFormat::Bcf,
        &format!(
            "##fileformat=VCFv4.2\n##contig=<ID=a,length=5,IDX=3>\n##contig=<ID=b>\n\
             ##INFO=<ID=DP>\n##FORMAT=<ID=DP>\n##FORMAT=<ID=GT,IDX=7>\n##FILTER=<ID=q>\n{END}\n"
        ),
    )
    .expect("reads");
    assert_eq!(
        (header.contig_place(3), header.contig_place(4)),
        (Some(0), Some(1))
    );
    assert_eq!(header.contig_place(0), None);
    assert_eq!(header.contigs[0].length, Some(5));
    let names = [0, 1, 7, 8].map(|i| header.string(i));
    assert_eq!(names, [Some("PASS"), Some("DP"), Some("GT"), Some("q")]);
}

#[test]
fn duplicate_samples_are_named() {
    let error = parse(SourceFormat::Vcf, &format!("{END}\tFORMAT\ta\tb\ta\n"));
    let message = error.expect_err("refused").to_string();
    assert!(
        message.contains("\"a\"") && message.contains("1 and 3"),
        "{message}"
    );
}

#[test]
fn windows_line_ends_are_accepted() {
    let header = parse(
        SourceFormat::Vcf,
        &format!("##x\r\n{END}\tFORMAT\ta\tb\r\n"),
    );
    assert_eq!(header.expect("reads").samples, ["a", "b"]);
}
