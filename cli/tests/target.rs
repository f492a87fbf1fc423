//! `genodex target`: a gene or a disease on one page.
#![allow(clippy::unwrap_used, reason = "a test may panic, its helpers too")]

mod common;

use std::path::{Path, PathBuf};

use common::{fails, run, stdout, write};
use serde_json::Value;

/// The store of a small annotated file and a table of its people.
fn store(dir: &Path) -> PathBuf {
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/target");
    let (vcf, table) = (golden.join("pcsk9.vcf"), golden.join("people.tsv"));
    let store = dir.join("pcsk9.gdx");
    let text = |path: &Path| path.to_str().unwrap().to_owned();
    let table = format!("--samples-table={}", text(&table));
    stdout(["index", &text(&vcf), &table, "-o", &text(&store)]);
    store
}

fn json(store: &Path, args: &[&str]) -> Value {
    let mut all = vec!["target", store.to_str().unwrap(), "--format", "json"];
    all.extend(args);
    serde_json::from_str(&stdout(all)).unwrap()
}

fn close(value: &Value, expected: f64) -> bool {
    let value = value.as_f64().unwrap();
    (value - expected).abs() <= 1e-7 * expected.abs().max(1.0)
}

/// The same values; numbers may differ in the digits that a machine's logarithm decides.
fn assert_same(place: &str, found: &Value, golden: &Value) {
    match (found, golden) {
        (Value::Array(a), Value::Array(b)) => {
            assert_eq!(a.len(), b.len(), "{place}");
            for (i, (a, b)) in a.iter().zip(b).enumerate() {
                assert_same(&format!("{place}[{i}]"), a, b);
            }
        }
        (Value::Object(a), Value::Object(b)) => {
            let keys = |o: &serde_json::Map<String, Value>| o.keys().cloned().collect::<Vec<_>>();
            assert_eq!(keys(a), keys(b), "{place}");
            for (key, a) in a {
                assert_same(&format!("{place}.{key}"), a, &b[key]);
            }
        }
        (Value::Number(a), Value::Number(b)) if a.is_f64() => {
            let b = Value::Number(b.clone()).as_f64().unwrap();
            assert!(close(found, b), "{place}: {a} {b}");
        }
        _ => assert_eq!(found, golden, "{place}"),
    }
}

/// Everything of one page, as it was when each number of it had been checked by hand.
#[test]
fn a_page_is_as_it_was_checked() {
    let dir = tempfile::tempdir().unwrap();
    let store = store(dir.path());
    let args = ["PCSK9", "--cohort", "low=low_ldl==1"];
    let mut found = json(&store, &args);
    // What is known of the gene grows with the tables of knowledge.
    let known = found[0]["known"].take();
    assert_eq!(known["id"], "HGNC:20001");
    assert_eq!(known["location"], "1:55039447-55064852");
    assert!(known["loeuf"].as_f64().unwrap() > 0.6);
    assert_eq!(known["druggable_tier"], "1");
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/target/pcsk9.json");
    let text = format!("{}\n", serde_json::to_string_pretty(&found).unwrap());
    if std::env::var_os("GENODEX_UPDATE_GOLDEN").is_some() {
        std::fs::write(&golden, &text).unwrap();
    }
    let golden: Value = serde_json::from_str(&std::fs::read_to_string(&golden).unwrap()).unwrap();
    assert_same("page", &found, &golden);
}

#[test]
fn qualifying_variants_carriers_and_knockouts_are_counted() {
    let dir = tempfile::tempdir().unwrap();
    let found = json(&store(dir.path()), &["PCSK9"]);
    let page = &found[0];
    let names: Vec<&str> = (page["variants"].as_array().unwrap().iter())
        .map(|v| v["hgvsc"].as_str().unwrap().rsplit_once(':').unwrap().1)
        .collect();
    // Neither the synonymous one nor the one that nobody has.
    assert_eq!(names, ["c.63G>A", "c.300del", "c.620G>T", "c.1354+1G>C"]);
    assert_eq!(
        (&page["unseen"], &page["variants_in_gene"]),
        (&1.into(), &6.into())
    );
    let residues: Vec<u64> = (page["variants"].as_array().unwrap().iter())
        .map(|v| v["residue"].as_u64().unwrap())
        .collect();
    assert_eq!(residues, [21, 101, 207, 452]);
    let first = &page["variants"][0];
    assert_eq!(
        (&first["all"]["ac"], &first["all"]["an"]),
        (&7.into(), &24.into())
    );
    assert_eq!(first["populations"][0]["group"], "EAS");
    assert_eq!(first["populations"][0]["ac"], 4);
    assert_eq!(first["clinical"]["condition"], "Low LDL <&\">");
    // P12's missing call.
    assert_eq!(page["variants"][1]["all"]["an"], 22);
    let lof = &page["loss_of_function"];
    assert_eq!(
        (&lof["variants"], &lof["carriers"]["people"]),
        (&2.into(), &6.into())
    );
    assert_eq!(lof["knockouts"]["people"], 2);
    assert_eq!(
        lof["classes"],
        serde_json::json!({"homozygous": 1, "hemizygous": 0, "compound": 1, "possible": 1})
    );
    // Ids of people are on no page.
    let text = found.to_string();
    assert!(!text.contains("P4") && !text.contains("A4"));
}

/// By SciPy 1.17: `fisher_exact(t)`, `contingency.odds_ratio(t, kind="conditional")` with its
/// `confidence_interval(0.95)`; `mannwhitneyu(a, b, method="exact")`,
/// `ttest_ind(a, b, equal_var=False).confidence_interval(0.95)`.
#[test]
fn carriers_are_compared_with_everyone_else() {
    let dir = tempfile::tempdir().unwrap();
    let found = json(&store(dir.path()), &["PCSK9"]);
    let compared = &found[0]["loss_of_function"]["carriers"]["compared"];
    assert_eq!(compared["tests"], 6);
    let findings = compared["findings"].as_array().unwrap();
    let of = |column: &str, value: &str| {
        let is = |f: &&Value| f["column"] == column && (value.is_empty() || f["value"] == value);
        findings.iter().find(is).unwrap()
    };
    // [[5, 1], [1, 5]]; two values, of which the rarer, or where they are equal the later.
    let low = of("low_ldl", "1");
    assert_eq!((&low["with"], &low["with_others"]), (&5.into(), &1.into()));
    assert!(close(&low["p"], 0.080_086_580_086_580_08));
    assert!(close(&low["odds_ratio"], 16.603_127_859_845_873));
    assert!(close(&low["low"], 0.800_356_356_166_869));
    assert!(close(&low["high"], 1_410.230_235_471_709_4));
    // [1.1, 1.3, 0.9, 0.4, 0.6, 2.2] and [1.8, 2.9, 3.1, 3.4, 2.7]: P12 has no value.
    let ldl = of("ldl", "");
    assert_eq!(
        (&ldl["known"], &ldl["known_others"]),
        (&6.into(), &5.into())
    );
    assert!(close(&ldl["p"], 0.008_658_008_658_008_658));
    assert!(close(&ldl["difference"], -1.696_666_666_666_667));
    assert!(close(&ldl["interval"][0], -2.549_184_772_376_834));
    assert!(close(&ldl["interval"][1], -0.844_148_560_956_5));
    assert!(close(&ldl["effect"], -2.722_145_702_154_501_5));
    // [[4, 2], [0, 6]]: who has no code has not this one.
    let code = of("terms", "HP:0003146");
    assert!(close(&code["p"], 0.060_606_060_606_060_61));
    assert_eq!(code["odds_ratio"], "inf");
    // [[1, 5], [2, 4]].
    assert!(close(&of("terms", "HP:0001638")["p"], 1.0));
    // Holm: six times the least, then five times the next.
    assert_eq!(findings[0]["column"], "ldl");
    assert!(close(
        &findings[0]["p_holm"],
        6.0 * 0.008_658_008_658_008_658
    ));
    assert!(close(
        &findings[1]["p_holm"],
        5.0 * 0.060_606_060_606_060_61
    ));
    let left_out: Vec<&str> = (compared["left_out"].as_array().unwrap().iter())
        .map(|l| l["column"].as_str().unwrap())
        .collect();
    assert_eq!(left_out, ["family", "barcode", "centre"]);
}

#[test]
fn masks_frequencies_and_groups_follow_their_flags() {
    let dir = tempfile::tempdir().unwrap();
    let store = store(dir.path());
    let names = |args: &[&str]| -> Vec<String> {
        let found = json(&store, args);
        let variants = found[0]["variants"].as_array().unwrap();
        variants.iter().map(|v| v["pos"].to_string()).collect()
    };
    assert_eq!(names(&["PCSK9", "--mask", "IMPACT==\"LOW\""]), ["55052400"]);
    assert_eq!(names(&["PCSK9", "--max-af", "0.05"]), ["55057400"]);
    // A cohort in the mask.
    let args = [
        "PCSK9",
        "--cohort",
        "eas=super_pop==\"EAS\"",
        "--mask",
        "AC[eas]>1",
    ];
    assert_eq!(names(&args), ["55039900", "55043900"]);
    let found = json(&store, &["PCSK9", "--lof-mask", "IMPACT==\"HIGH\""]);
    assert_eq!(found[0]["loss_of_function"]["carriers"]["people"], 7);
    let found = json(&store, &["PCSK9", "--populations", "sex"]);
    assert_eq!(found[0]["populations"], serde_json::json!(["1", "2"]));
}

#[test]
fn a_gene_goes_by_all_its_names() {
    let dir = tempfile::tempdir().unwrap();
    let store = store(dir.path());
    for name in [
        "pcsk9",
        "HGNC:20001",
        "ENSG00000169174.12",
        "NARC1",
        "255738",
        "NCBI:255738",
        "NCBIGene:255738",
    ] {
        let found = json(&store, &[name]);
        assert_eq!(found[0]["symbol"], "PCSK9", "{name}");
        assert_eq!(found[0]["variants"].as_array().unwrap().len(), 4, "{name}");
    }
}

#[test]
fn genes_of_a_disease_are_ranked_with_reasons() {
    let dir = tempfile::tempdir().unwrap();
    let store = store(dir.path());
    let found = json(
        &store,
        &[
            "familial hypercholesterolemia",
            "--cohort",
            "low=low_ldl==1",
        ],
    );
    let page = &found[0];
    assert_eq!(page["kind"], "disease");
    let genes = page["genes"].as_array().unwrap();
    let gene = genes.iter().find(|g| g["symbol"] == "PCSK9").unwrap();
    assert_eq!(
        (&gene["qualifying"], &gene["lof_variants"]),
        (&4.into(), &2.into())
    );
    assert_eq!(gene["lof_carriers"], 6);
    assert_eq!(gene["cohorts"][0]["people"], 5);
    let why = gene["why"].as_str().unwrap();
    assert!(
        why.contains("2 variants of loss of function in 6 people"),
        "{why}"
    );
    assert!(!gene["sources"].as_array().unwrap().is_empty());
    let heart = &json(&store, &["HP:0001638"])[0];
    assert_eq!(heart["people_with"], 3);
    // One name may be several terms'.
    let heart = &json(&store, &["Cardiomyopathy"])[0];
    assert_eq!(heart["term"]["id"], "MONDO:0004994");
    assert!(heart["notes"].to_string().contains("HP:0001638"));
    let links = |g: &Value| g["sources"].as_array().unwrap().len();
    assert!(genes.windows(2).all(|w| links(&w[0]) >= links(&w[1])));
    // In Japanese, by identifier and by a phenotype.
    for (name, id) in [
        ("家族性高コレステロール血症", "NANDO"),
        ("MONDO:0005439", "MONDO:0005439"),
        ("HP:0003124", "HP:0003124"),
        ("OMIM:603776", "OMIM:603776"),
    ] {
        let found = json(&store, &[name]);
        let term = found[0]["term"]["id"].as_str().unwrap();
        assert!(term.starts_with(id) || id == "NANDO", "{name}: {term}");
        let genes = found[0]["genes"].as_array().unwrap();
        assert!(genes.iter().any(|g| g["symbol"] == "PCSK9"), "{name}");
    }
}

/// Real genotypes of 2,504 people with SnpEff's consequences, counted by bcftools 1.16:
/// `bcftools +fill-tags FILE -- -t AC,AN -S POPULATIONS | bcftools query
/// -i 'ANN~"|MODERATE|OR4F5|" || ANN~"|HIGH|OR4F5|"' -f '%POS %AC %AN %AC_AFR/%AN_AFR ...'`.
#[test]
fn real_variants_have_the_counts_of_another_program() {
    let Some(data) = std::env::var_os("GENODEX_CONFORMANCE_DATA") else {
        println!("skipped: GENODEX_CONFORMANCE_DATA names no folder");
        return;
    };
    let data = PathBuf::from(data);
    let vcf = data.join("beacon_ri_1000G/test_1000G.norm.ann.dbnsfp.clinvar.vcf.gz");
    let panel = data.join("kg_labels/kg_phase3_panel_2504.tsv");
    let dir = tempfile::tempdir().unwrap();
    let store = dir.path().join("real.gdx");
    let text = |path: &Path| path.to_str().unwrap().to_owned();
    let table = format!("--samples-table={}", text(&panel));
    stdout(["index", &text(&vcf), &table, "-o", &text(&store)]);
    let found = json(&store, &["OR4F5"]);
    let variants = found[0]["variants"].as_array().unwrap();
    let rows: Vec<String> = (variants.iter())
        .map(|v| {
            let mut row = format!("{} {} {}", v["pos"], v["all"]["ac"], v["all"]["an"]);
            for population in v["populations"].as_array().unwrap() {
                row.push_str(&format!(" {}/{}", population["ac"], population["an"]));
            }
            row
        })
        .collect();
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/target/or4f5.txt");
    let golden = std::fs::read_to_string(golden).unwrap();
    assert_eq!(rows, golden.lines().collect::<Vec<_>>());
}

#[test]
fn several_names_are_several_pages() {
    let dir = tempfile::tempdir().unwrap();
    let store = store(dir.path());
    let found = json(&store, &["PCSK9", "LDLR", "HP:0003124"]);
    let kinds: Vec<&str> = (found.as_array().unwrap().iter())
        .map(|p| p["kind"].as_str().unwrap())
        .collect();
    assert_eq!(kinds, ["gene", "gene", "disease"]);
    assert_eq!(found[1]["variants_in_gene"], 0);
}

#[test]
fn a_page_for_the_terminal_fits_a_hundred_columns() {
    let dir = tempfile::tempdir().unwrap();
    let store = store(dir.path());
    let args = ["target", store.to_str().unwrap(), "PCSK9", "HP:0003124"];
    let text = stdout(args);
    for line in text.lines() {
        assert!(
            genodex_engine::diagnostic::display_width(line) <= 100,
            "{line}"
        );
    }
    for part in [
        "c.1354+1G>C",
        "6 of 12 people",
        "1 homozygous, 0 hemizygous, 1 compound",
        "low_ldl = 1",
        "No burden results are stored",
        "Not compared",
    ] {
        assert!(text.contains(part), "{part}\n{text}");
    }
    assert_eq!(text, stdout(args.iter().chain(&["-j", "1"])));
}

#[test]
fn a_file_of_html_holds_everything_and_nothing_foreign() {
    let dir = tempfile::tempdir().unwrap();
    let store = store(dir.path());
    let out = dir.path().join("page.html");
    let args = ["target", store.to_str().unwrap(), "PCSK9", "LDLR", "-o"];
    stdout(args.iter().copied().chain([out.to_str().unwrap()]));
    let page = std::fs::read_to_string(&out).unwrap();
    assert!(page.starts_with("<!DOCTYPE html>"));
    assert!(page.contains("Low LDL &lt;&amp;&quot;&gt;"));
    assert!(!page.contains("<script") && !page.contains("http://") && !page.contains("https://"));
    // A lollipop plot with each qualifying variant, and bars by population.
    assert!(page.contains("residue of the protein"));
    assert_eq!(page.matches("class=\"stem\"").count(), 4);
    assert!(page.contains("Wilson"));
    for element in [
        "table", "svg", "section", "figure", "div", "td", "tr", "p", "text",
    ] {
        let opened = page.matches(&format!("<{element}>")).count()
            + page.matches(&format!("<{element} ")).count();
        assert_eq!(
            opened,
            page.matches(&format!("</{element}>")).count(),
            "{element}"
        );
    }
}

#[test]
fn without_consequences_every_variant_by_position_is_listed() {
    let dir = tempfile::tempdir().unwrap();
    let vcf = write(
        dir.path(),
        "plain.vcf",
        "##fileformat=VCFv4.2\n##contig=<ID=1,length=248956422>\n\
         #CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tA\tB\n\
         1\t55039446\t.\tC\tT\t.\t.\t.\tGT\t0/1\t0/0\n\
         1\t55039447\t.\tC\tT\t.\t.\t.\tGT\t0/1\t0/0\n\
         1\t55064852\t.\tC\tT\t.\t.\t.\tGT\t0/1\t0/1\n\
         1\t55064853\t.\tC\tT\t.\t.\t.\tGT\t0/1\t0/1\n",
    );
    let store = dir.path().join("plain.gdx");
    stdout([
        "index",
        vcf.to_str().unwrap(),
        "-o",
        store.to_str().unwrap(),
    ]);
    let found = json(&store, &["PCSK9"]);
    let positions: Vec<&Value> = (found[0]["variants"].as_array().unwrap().iter())
        .map(|v| &v["pos"])
        .collect();
    assert_eq!(positions, [55_039_447, 55_064_852]);
    assert!(found[0]["loss_of_function"].is_null());
    let notes = found[0]["notes"].to_string();
    assert!(notes.contains("every variant") && notes.contains("loss of function"));
    let disease = json(&store, &["HP:0003124"]);
    let genes = disease[0]["genes"].as_array().unwrap();
    let gene = genes.iter().find(|g| g["symbol"] == "PCSK9").unwrap();
    assert_eq!(gene["qualifying"], 2);
    assert!(gene["lof_carriers"].is_null());
    let page = stdout([
        "target",
        store.to_str().unwrap(),
        "PCSK9",
        "--format",
        "html",
    ]);
    assert!(page.contains("along the chromosome"));
}

/// Columns of every kind, and a gene by a list of intervals; whoever withdraws counts no more.
#[test]
fn columns_are_compared_by_what_they_are() {
    let dir = tempfile::tempdir().unwrap();
    let text = |path: &Path| path.to_str().unwrap().to_owned();
    let vcf = text(&write(dir.path(), "a.vcf", common::vcf("1", 60, 30)));
    let mut table = String::from("sample\tnumber\tcity\ttwo\tyes\tage\tpop\n");
    for i in 0..60 {
        let (city, two) = (i % 40, if i % 3 == 0 { "0.5" } else { "1.5" });
        let (yes, age) = (i % 4 == 0, 20 + i % 17);
        let line = format!(
            "S{i}\t{}\tC{city}\t{two}\t{yes}\t{age}\tP{}\n",
            1000 + 7 * i,
            i % 3
        );
        table.push_str(&line);
    }
    let table = text(&write(dir.path(), "a.tsv", table));
    let genes = text(&write(dir.path(), "genes.bed", "1\t0\t60\tPCSK9\n"));
    let store = dir.path().join("a.gdx");
    let table = format!("--samples-table={table}");
    stdout(["index", &vcf, &table, "-o", &text(&store)]);
    stdout(["annotate", &text(&store), "--genes", &genes]);
    // Half of the people or so.
    let page = &json(
        &store,
        &["PCSK9", "--lof-mask", "POS<30", "--mask", "POS>0"],
    )[0];
    assert_eq!(page["variants_in_gene"], 17);
    assert_eq!(page["population_column"], "pop");
    let compared = &page["loss_of_function"]["carriers"]["compared"];
    let tests: Vec<String> = (compared["findings"].as_array().unwrap().iter())
        .map(|f| format!("{} {}", f["column"], f["test"]).replace('"', ""))
        .collect();
    let count = |test: &str| tests.iter().filter(|t| *t == test).count();
    assert_eq!(
        ["two fisher", "yes fisher", "age rank_sum", "pop fisher"].map(count),
        [1, 1, 1, 3],
        "{tests:?}"
    );
    assert_eq!(tests.len(), 6);
    assert_eq!(
        compared["left_out"],
        serde_json::json!([
            {"column": "number", "reason": "different in everybody, as identifiers are"},
            {"column": "city", "reason": "40 different values"},
        ])
    );
    let people = |page: &Value| {
        page["loss_of_function"]["carriers"]["people"]
            .as_u64()
            .unwrap()
    };
    let ids = stdout(["samples", &text(&store), "--carriers-of", "POS<30", "--ids"]);
    let ids: Vec<&str> = ids.lines().collect();
    assert_eq!(people(page), ids.len() as u64);
    let list = text(&write(
        dir.path(),
        "gone.txt",
        format!("{}\n{}\n", ids[0], ids[1]),
    ));
    stdout(["withdraw", &text(&store), "--samples", &list]);
    let after = &json(
        &store,
        &["PCSK9", "--lof-mask", "POS<30", "--mask", "POS>0"],
    )[0];
    assert_eq!(
        (people(after), after["people"].as_u64()),
        (people(page) - 2, Some(58))
    );
}

#[test]
fn a_damaged_store_is_said_to_be_damaged() {
    let dir = tempfile::tempdir().unwrap();
    let store = store(dir.path());
    let mut damaged = 0;
    let mut folders = vec![store.clone()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.to_str().unwrap().to_owned();
            if path.is_dir() {
                folders.push(path);
            } else if name.contains("consequence") && name.ends_with(".arrow") {
                let mut bytes = std::fs::read(&path).unwrap();
                let middle = bytes.len() / 2;
                bytes[middle] ^= 0x55;
                bytes.truncate(bytes.len() - 8);
                std::fs::write(&path, bytes).unwrap();
                damaged += 1;
            }
        }
    }
    assert!(damaged > 0);
    fails(3, ["target", store.to_str().unwrap(), "PCSK9"]);
}

#[test]
fn bad_questions_say_what_is_wrong() {
    let dir = tempfile::tempdir().unwrap();
    let store = store(dir.path());
    let store = store.to_str().unwrap();
    let says = |args: &[&str], expected: &str| {
        let errors = fails(2, ["target", store].iter().chain(args));
        assert!(errors.contains(expected), "{args:?}: {errors}");
    };
    says(&["PCSK99"], "did you mean");
    says(&["PCSK99"], "PCSK9");
    says(&["*"], "letters or digits");
    for id in [
        "NCBI:999999999",
        "OMIM:999999",
        "ENST00000999999",
        "999999999",
    ] {
        says(&[id], "no such identifier");
    }
    says(&["zzzzqqqq"], "no gene, disease or phenotype");
    says(
        &["OR4F5", "--kind", "disease"],
        "no gene, disease or phenotype",
    );
    says(&["ALS", "--kind", "gene", "--mask", "NOPE==1"], "NOPE");
    says(&["PCSK9", "--mask", "AC=="], "--mask");
    says(&["PCSK9", "--populations", "superpop"], "super_pop");
    says(&["PCSK9", "--max-af", "2"], "between 0 and 1");
    says(&["PCSK9", "--cohort", "ALL=sex==1"], "ALL");
    // What fails leaves no file.
    let out = dir.path().join("x.html");
    run(["target", store, "PCSK99", "-o", out.to_str().unwrap()]);
    assert!(!out.exists());
}
