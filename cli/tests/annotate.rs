//! Annotations, at import and later.
#![allow(clippy::unwrap_used, reason = "a test may panic, its helpers too")]

mod common;

use common::{fails, stdout, write};

const VCF: &str = "##fileformat=VCFv4.2
##contig=<ID=1,length=1000>
##INFO=<ID=AF,Number=A,Type=Float,Description=\"Frequency\">
##INFO=<ID=CSQ,Number=.,Type=String,Description=\"Consequence annotations from Ensembl VEP. Format: Allele|Consequence|IMPACT|SYMBOL|Gene\">
##FORMAT=<ID=GT,Number=1,Type=String,Description=\"Genotype\">
##FORMAT=<ID=DP,Number=1,Type=Integer,Description=\"Depth\">
#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tS1\tS2
1\t10\t.\tA\tC,G\t.\tPASS\tAF=0.5,0.25;CSQ=C|stop_gained|HIGH|ONE|E1,G|missense_variant|MODERATE|ONE|E1\tGT:DP\t0/1:7\t1/2:.
1\t20\t.\tAT\tA\t.\t.\tNEW=1\tGT:DP\t0/1:300\t0/0
";
const OTHER: &str = "##fileformat=VCFv4.2
##contig=<ID=chr1>
##INFO=<ID=AF,Number=A,Type=Float,Description=\"Frequency\">
##INFO=<ID=SIG,Number=.,Type=String,Description=\"Significance\">
#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO
chr1\t10\t.\tA\tT,G\t.\t.\tAF=0.1,0.2;SIG=Benign
chr1\t20\t.\tATT\tAT\t.\t.\tSIG=Pathogenic
";

fn layers(store: &str) -> Vec<(String, Vec<String>)> {
    let text = stdout(["info", store, "--format", "json"]);
    let info: serde_json::Value = serde_json::from_str(&text).unwrap();
    let name = |v: &serde_json::Value| v["name"].as_str().unwrap().to_owned();
    let of = |l: &serde_json::Value| {
        let columns = l["columns"].as_array().unwrap().iter().map(name);
        (name(l), columns.collect())
    };
    info["layers"].as_array().unwrap().iter().map(of).collect()
}

#[test]
fn layers_come_and_go() {
    let dir = tempfile::tempdir().unwrap();
    let path = |name: &str| dir.path().join(name).to_str().unwrap().to_owned();
    let (vcf, other, store) = (path("a.vcf"), path("other.vcf"), path("s.gdx"));
    std::fs::write(&vcf, VCF).unwrap();
    std::fs::write(&other, OTHER).unwrap();
    stdout(["index", &vcf, "-o", &store, "--format-fields", "DP"]);
    let names = |s: &str| layers(s).into_iter().map(|l| l.0).collect::<Vec<_>>();
    assert_eq!(names(&store), ["info", "format", "consequence"]);
    stdout(["verify", &store]);

    stdout([
        "annotate",
        &store,
        "--from",
        &other,
        "--info",
        "SIG,OTHER_AF:=AF",
    ]);
    let all = layers(&store);
    assert_eq!(all[3].0, "other");
    assert_eq!(all[3].1, ["SIG", "OTHER_AF"]);
    let opened = genodex_engine::store::Store::open(store.as_ref()).unwrap();
    let (shard, layer) = (&opened.shards()[0], &opened.layers()[3]);
    let table = shard.layer(3, layer).unwrap().unwrap();
    // 1:10 A>C is not there, A>G is its second ALT, and the deletion is written otherwise.
    let sig: Vec<_> = (0..3).map(|row| table.column(0).text(row)).collect();
    assert_eq!(sig, [None, Some("Benign"), Some("Pathogenic")]);
    assert_eq!(table.column(1).floats(1, 0.0), Some(vec![0.2]));
    let consequence = shard.layer(2, &opened.layers()[2]).unwrap().unwrap();
    assert_eq!(consequence.column(3).text(0), Some("stop_gained"));
    assert_eq!(consequence.column(3).text(1), Some("missense_variant"));
    assert_eq!(consequence.column(3).text(2), None);
    let depths = shard.format_values((1, &opened.layers()[1]), 0, 0).unwrap();
    let expected = genodex_engine::format::annotations::SampleValues::Ints(vec![7, i32::MIN]);
    assert_eq!(depths, Some(expected));
    drop(opened);

    // The same from INFO as at the import.
    stdout(["annotate", &store, "--remove", "consequence"]);
    assert_eq!(names(&store), ["info", "format", "other"]);
    stdout(["annotate", &store, "--consequence"]);
    assert_eq!(names(&store), ["info", "format", "other", "consequence"]);
    stdout(["verify", &store]);
}

#[test]
fn consequences_are_found_by_each_of_their_terms() {
    let dir = tempfile::tempdir().unwrap();
    let mut text = VCF.lines().take(7).collect::<Vec<_>>().join("\n");
    for (pos, terms) in [
        (10, "missense_variant&splice_region_variant"),
        (20, "missense"),
        (30, "*missense&inframe_altering"),
        (40, "intron_variant"),
    ] {
        text += &format!("\n1\t{pos}\t.\tA\tC\t.\t.\tCSQ=C|{terms}|LOW|ONE|E1\tGT\t0/1\t0/0");
    }
    text += "\n1\t50\t.\tA\tC\t.\t.\tAF=0.5\tGT\t0/1\t0/0\n";
    let vcf = write(dir.path(), "a.vcf", text);
    let store = dir.path().join("s.gdx");
    common::index(&vcf, &store);
    let store = store.to_str().unwrap();
    for (expression, positions) in [
        ("CONSEQUENCE=\"missense_variant\"", "10 20 30 "),
        ("CONSEQUENCE=\"missense\"", "10 20 30 "),
        ("CONSEQUENCE in (\"splice_region\",\"intron\")", "10 40 "),
        ("CONSEQUENCE!=\"missense\"", "40 50 "),
        ("CONSEQUENCE!=\"missense\" && CONSEQUENCE!=\".\"", "40 "),
        ("CONSEQUENCE not in (\"missense_variant\")", "40 50 "),
        ("CONSEQUENCE>=\"missense\"", "10 20 30 "),
        ("CONSEQUENCE~\"missense_variant\"", "10 "),
    ] {
        let found = stdout(["query", "-q", store, "-i", expression, "-f", "%POS ", "-N"]);
        assert_eq!(found, positions, "{expression}");
    }
    let said = fails(2, ["query", store, "-i", "CONSEQUENCE=\"missens\""]);
    assert!(
        said.contains("did you mean \"missense_variant\"?"),
        "{said}"
    );
}

#[test]
fn predicted_loss_of_function_goes_before_an_info_field_of_its_name() {
    let dir = tempfile::tempdir().unwrap();
    let text = VCF.lines().take(7).collect::<Vec<_>>().join("\n");
    let mut text = text.replace(
        "SYMBOL|Gene",
        "SYMBOL|Gene|LoF|LoF_filter|LoF_flags|LoF_info",
    );
    text = text.replace(
        "##FORMAT=<ID=DP",
        "##INFO=<ID=LOF,Number=.,Type=String,Description=\"SnpEff\">\n##FORMAT=<ID=DP",
    );
    for (pos, terms, class) in [
        (10, "stop_gained", "HC"),
        (20, "stop_gained", "LC"),
        (30, "missense_variant", ""),
    ] {
        text += &format!(
            "\n1\t{pos}\t.\tA\tC\t.\t.\tLOF=(ONE|E1|1|1.00);CSQ=C|{terms}|HIGH|ONE|E1|{class}|||\tGT\t0/1\t0/0"
        );
    }
    let vcf = write(dir.path(), "a.vcf", text + "\n");
    let store = dir.path().join("s.gdx");
    common::index(&vcf, &store);
    let store = store.to_str().unwrap();
    let query = |expression: &str, template: &str| {
        stdout(["query", "-q", store, "-i", expression, "-f", template, "-N"])
    };
    assert_eq!(
        query("LOF==\"HC\"", "%POS %LOF %INFO/LOF "),
        "10 HC (ONE|E1|1|1.00) "
    );
    assert_eq!(query("INFO/LOF~\"ONE\"", "%POS%LOF "), "10HC 20LC 30. ");
    for (column, value) in [("LOF", "LC"), ("INFO/LOF", "(ONE|E1|1|1.00)")] {
        let table = stdout(["query", "-q", store, "--columns", column, "-i", "POS=20"]);
        assert_eq!(table, format!("#LOF\n{value}\n"));
    }
    let page = stdout(["target", store, "ONE", "--format", "json"]);
    let page: serde_json::Value = serde_json::from_str(&page).unwrap();
    assert_eq!(page[0]["masks"]["lof"], "LOF==\"HC\"");
}
