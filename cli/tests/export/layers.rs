//! Annotations of other files among the fields that are exported.

use crate::common::{fails, index, stdout, write};
use crate::{export, records};

#[test]
fn annotations_of_other_files_are_written_and_never_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    let head = "##fileformat=VCFv4.2\n##contig=<ID=1,length=1000>\n";
    let columns = "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO";
    let input = format!(
        "{head}##FORMAT=<ID=GT,Number=1,Type=String,Description=\"g\">\n{columns}\tFORMAT\tA\tB\n\
         1\t10\t.\tA\tC\t.\t.\t.\tGT\t0/1\t1/1\n1\t20\t.\tA\tC,G\t.\t.\t.\tGT\t1/2\t0/0\n\
         1\t30\t.\tA\tC\t.\t.\t.\tGT\t0/0\t0/0\n"
    );
    let other = format!(
        "{head}##INFO=<ID=SIG,Number=.,Type=String,Description=\"s\">\n\
         ##INFO=<ID=AF,Number=A,Type=Float,Description=\"f\">\n\
         ##INFO=<ID=N,Number=1,Type=Integer,Description=\"n\">\n{columns}\n\
         1\t10\t.\tA\tC\t.\t.\tSIG=Benign;AF=0.25\n1\t20\t.\tA\tG\t.\t.\tSIG=x,y;AF=0.125;N=7\n"
    );
    let input = write(folder.path(), "in.vcf", input);
    let other = write(folder.path(), "other.vcf", other);
    let store = folder.path().join("s.gdx");
    index(&input, &store);
    let path = store.to_str().unwrap();
    let from = other.to_str().unwrap();
    stdout(["annotate", "-q", path, "--from", from, "--layer", "o"]);
    let error = fails(2, ["export", path]);
    assert!(
        error.contains("INFO/AF") && error.contains("--keep-info"),
        "{error}"
    );
    let text = export(&store, &["--keep-info", "-G"]);
    let info = |text: &str| -> Vec<String> {
        let lines = records(text).into_iter().skip(1);
        lines
            .map(|l| l.split('\t').nth(7).unwrap().to_owned())
            .collect()
    };
    assert_eq!(
        info(&text),
        ["SIG=Benign;AF=0.25", "SIG=x,y;AF=.,0.125;N=7", "."]
    );
    assert!(
        text.contains("##INFO=<ID=SIG,Number=.,Type=String"),
        "{text}"
    );
    let renamed = "SIG,N,OTHER_AF:=AF";
    stdout([
        "annotate",
        "-q",
        path,
        "--from",
        from,
        "--layer",
        "o",
        "--info",
        renamed,
        "--replace",
    ]);
    let text = export(&store, &["--split", "-G"]);
    let expected = [
        "SIG=Benign;OTHER_AF=0.25;AC=3;AN=4;AF=0.75",
        "AC=1;AN=4;AF=0.25",
        "SIG=x,y;N=7;OTHER_AF=0.125;AC=1;AN=4;AF=0.25",
        "AC=0;AN=4;AF=0",
    ];
    assert_eq!(info(&text), expected);
    let text = export(&store, &["--columns", "SIG", "-i", "INFO/N=7"]);
    assert_eq!(info(&text), ["SIG=x,y;AC=1,1;AN=4;AF=0.25,0.25"]);
    let error = fails(2, ["export", path, "--columns", "SIGG"]);
    assert!(
        error.contains("SIGG") && error.contains("\"SIG\""),
        "{error}"
    );
}
