//! What the tables that travel with the program say, and what damaged files are told of.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use proptest::prelude::*;

use super::*;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../datasets/knowledge")
}

fn shipped() -> &'static Knowledge {
    static SHIPPED: OnceLock<Knowledge> = OnceLock::new();
    SHIPPED.get_or_init(|| Knowledge::default().with_folder(&folder()).unwrap().0)
}

/// Knowledge of these files alone.
fn of(files: &[(&str, &[u8])]) -> Knowledge {
    let mut knowledge = Knowledge::default();
    for (name, bytes) in files {
        assert!(knowledge.add(name, Cow::Owned(bytes.to_vec())), "{name}");
    }
    knowledge
}

#[test]
fn counts_of_the_tables() {
    let genes = shipped().genes().unwrap();
    assert_eq!(genes.len(), 43_848);
    let coding = genes.iter().filter(|g| g.is_protein_coding()).count();
    assert!((19_000..20_000).contains(&coding), "{coding}");
    let known = |has: fn(&Gene) -> bool| genes.iter().filter(|g| has(g)).count();
    let loeuf = known(|g| g.constraint.loeuf.is_some());
    assert!((18_000..20_000).contains(&loeuf), "{loeuf}");
    assert!(known(|g| g.grch38.is_some()) > 35_000);
    assert!(known(|g| !g.tier.is_empty()) > 4_000);
    assert!((75..90).contains(&known(|g| !g.acmg_sf.is_empty())));
    let terms = shipped().terms().unwrap();
    let of = |o| terms.iter().filter(|t| t.ontology == o).count();
    assert_eq!(Ontology::ALL.map(of), [23_964, 2_775, 19_484]);
    assert_eq!(shipped().links().unwrap().diseases().len(), 12_687);
}

#[test]
fn sources_and_licences_are_named() {
    let sources = shipped().sources().unwrap();
    for (name, licence) in [
        ("HGNC", "CC0 1.0"),
        ("gnomAD constraint", "CC0 1.0"),
        ("Human Phenotype Ontology", "HPO licence"),
        ("Mondo Disease Ontology", "CC BY 4.0"),
        ("NANDO", "CC BY 4.0"),
    ] {
        let found = sources.iter().find(|s| s.name == name);
        assert_eq!(found.map(|s| s.licence.as_str()), Some(licence), "{name}");
    }
    let whole = |s: &Source| !s.version.is_empty() && s.url.starts_with("https://");
    assert!(sources.iter().all(whole), "{sources:?}");
    let readme = std::fs::read_to_string(folder().join("../README.md")).unwrap();
    for entry in folder().read_dir().unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        assert!(readme.contains(&name), "{name} is not in the README");
    }
}

#[test]
fn genes_by_all_their_names() {
    let genes = shipped().genes().unwrap();
    for (asked, via) in [
        ("PCSK9", Via::Symbol),
        ("pcsk9", Via::Symbol),
        (" PCSK9 ", Via::Symbol),
        ("NARC1", Via::Alias),
        ("NARC-1", Via::Alias),
        ("FH3", Via::Alias),
        ("HGNC:20001", Via::Identifier),
        ("hgnc:20001", Via::Identifier),
        ("ENSG00000169174", Via::Identifier),
        ("ENSG00000169174.11", Via::Identifier),
        ("255738", Via::Identifier),
        ("NCBIGene:255738", Via::Identifier),
        ("NCBI:255738", Via::Identifier),
    ] {
        let found = genes.find(asked).unwrap();
        assert_eq!(found.gene.symbol, "PCSK9", "{asked}");
        let same = found.via == via || (via == Via::Alias && found.via == Via::Previous);
        assert!(same, "{asked}: {:?}", found.via);
        assert_eq!(found.note().is_some(), via == Via::Alias, "{asked}");
    }
    for asked in [
        "NCBI:672",
        "OMIM:113705",
        "113705",
        "NM_007294",
        "NM_007294.3",
        "ENST00000357654",
        "enst00000357654.9",
    ] {
        let found = genes.find(asked).unwrap();
        assert_eq!(
            (found.gene.symbol.as_str(), found.via),
            ("BRCA1", Via::Identifier),
            "{asked}"
        );
    }
    let note = genes.find("FH3").unwrap().note().unwrap();
    assert!(note.starts_with("PCSK9 was asked for as FH3"), "{note}");
    let pcsk9 = genes.by_id("HGNC:20001").unwrap();
    assert_eq!(pcsk9.grch38.as_ref().unwrap().contig, "1");
    assert_eq!(pcsk9.cytoband, "1p32.3");
    assert!(pcsk9.is_protein_coding());
    // Much constrained, and not.
    assert!(genes.find("SCN1A").unwrap().gene.constraint.pli.unwrap() > 0.99);
    assert!(pcsk9.constraint.pli.unwrap() < 0.1);
    assert!(!genes.find("LDLR").unwrap().gene.acmg_sf.is_empty());
}

#[test]
fn names_of_no_gene_and_of_several() {
    let genes = shipped().genes().unwrap();
    let error = genes.find("PCSK99").unwrap_err().to_string();
    assert!(error.contains("\"PCSK99\"; did you mean PCSK9"), "{error}");
    for odd in ["", "-", "\u{0}", "難病", &"x".repeat(100_000)] {
        assert!(genes.find(odd).is_err());
    }
    // An alias of several genes names them all.
    let mut ambiguous = 0;
    for alias in genes.iter().flat_map(|g| &g.aliases) {
        if let Err(LookupError::Ambiguous { candidates, .. }) = genes.find(alias) {
            assert!(candidates.len() > 1);
            for symbol in candidates {
                let gene = genes.find(&symbol).unwrap().gene;
                assert_eq!(gene.symbol, symbol);
            }
            ambiguous += 1;
        }
    }
    assert!(ambiguous > 100, "{ambiguous}");
}

#[test]
fn every_symbol_and_identifier_leads_to_its_gene() {
    let genes = shipped().genes().unwrap();
    for gene in genes {
        assert_eq!(genes.find(&gene.symbol).unwrap().gene.id, gene.id);
        assert_eq!(genes.by_id(&gene.id).unwrap().id, gene.id);
    }
}

#[test]
fn terms_above_and_below() {
    let terms = shipped().terms().unwrap();
    let ids = |terms: Vec<&Term>| -> BTreeSet<String> {
        terms.into_iter().map(|t| t.id.clone()).collect()
    };
    let below = ids(terms.descendants("HP:0001638"));
    assert!(below.contains("HP:0001644") && !below.contains("HP:0001638"));
    assert!(ids(terms.ancestors("HP:0001644")).contains("HP:0001638"));
    assert!(ids(terms.ancestors("HP:0001644")).contains("HP:0000118"));
    assert!(terms.descendants("HP:9999999").is_empty());
    // What is below a term has the term above it.
    for term in terms.iter().step_by(997) {
        for low in terms.descendants(&term.id) {
            assert!(ids(terms.ancestors(&low.id)).contains(&term.id));
        }
        for child in terms.children(&term.id) {
            assert!(child.parents.contains(&term.id), "{}", child.id);
        }
    }
}

#[test]
fn terms_by_name_in_both_languages() {
    let terms = shipped().terms().unwrap();
    for (asked, ontology, id) in [
        ("HP:0001638", None, "HP:0001638"),
        ("hp_0001638", None, "HP:0001638"),
        ("cardiomyopathy", Some(Ontology::Hpo), "HP:0001638"),
        ("心筋症", Some(Ontology::Hpo), "HP:0001638"),
        ("筋萎縮性側索硬化症", None, "NANDO:1200002"),
        (
            "きんいしゅくせいそくさくこうかしょう",
            None,
            "NANDO:1200002",
        ),
        ("ALS", Some(Ontology::Mondo), "MONDO:0004976"),
        ("Amyotrophic  Lateral Sclerosis", None, "MONDO:0004976"),
    ] {
        let found = terms.find(asked, ontology);
        let found = found.unwrap_or_else(|e| panic!("{asked}: {e}"));
        assert_eq!(found.term.id, id, "{asked}");
    }
    let error = terms.find("cardiomyopathie", None).unwrap_err().to_string();
    assert!(error.contains("did you mean"), "{error}");
    for odd in ["", "\u{0}", &"ぽ".repeat(100_000)] {
        assert!(terms.find(odd, None).is_err());
    }
    // From NANDO to Mondo and back.
    let mondo = terms.mondo_of("NANDO:1200002");
    assert!(mondo.iter().any(|t| t.id == "MONDO:0004976"), "{mondo:?}");
    let nando = terms.nando_of("MONDO:0004976");
    assert!(nando.iter().any(|t| t.id == "NANDO:1200002"), "{nando:?}");
    let numbered = terms.by_id("NANDO:1200002").unwrap();
    assert_eq!(numbered.number.as_deref(), Some("2"));
}

#[test]
fn obsolete_terms_lead_on() {
    let terms = shipped().terms().unwrap();
    let mut led = 0;
    for term in terms.iter().filter(|t| t.obsolete) {
        let found = terms.find(&term.id, None).unwrap();
        if !term.replaced_by.is_empty() {
            assert!(!found.term.obsolete, "{}", term.id);
            assert_eq!(found.instead_of.as_deref(), Some(term.id.as_str()));
            led += 1;
        }
    }
    assert!(led > 100, "{led}");
}

#[test]
fn genes_and_phenotypes_of_diseases_and_back() {
    let known = shipped();
    let symbols = |id: &str| -> Vec<String> {
        let genes = known.genes_of(id).unwrap();
        genes.iter().map(|l| l.gene.symbol.clone()).collect()
    };
    for id in ["MONDO:0004976", "NANDO:1200002", "OMIM:105400"] {
        let symbols = symbols(id);
        assert!(symbols.iter().any(|s| s == "SOD1"), "{id}: {symbols:?}");
    }
    assert!(symbols("HP:0001638").iter().any(|s| s == "TTN"));
    assert_eq!(symbols("MONDO:9999999"), [""; 0]);
    let gene = known.genes().unwrap().find("SOD1").unwrap().gene;
    let diseases = known.diseases_of(gene).unwrap();
    let als = diseases.iter().find(|l| l.disease.id == "OMIM:105400");
    let als = als.unwrap();
    assert!(!als.disease.name.is_empty() && !als.mondo.is_empty());
    let phenotypes = known.phenotypes_of("OMIM:105400").unwrap();
    let weak = phenotypes.iter().find(|l| l.phenotype.id == "HP:0007354");
    assert!(weak.is_some(), "{} phenotypes", phenotypes.len());
    let with = known.diseases_with("HP:0007354").unwrap();
    assert!(with.iter().any(|l| l.disease.id == "OMIM:105400"));
    let of_gene = known.phenotypes_of_gene(gene).unwrap();
    assert!(of_gene.len() >= phenotypes.len());
}

/// A table of terms.
const HEAD: &str = "id\tlabel\tlabel_ja\treadings\tsynonyms\trelated\tparents\tformer_ids\txrefs\
\tobsolete\treplaced_by\tmondo\tnumber\n";

fn term_line(id: &str, parents: &str) -> String {
    format!("{id}\tname of {id}\t\t\t\t\t{parents}\t\t\t\t\t\t\n")
}

#[test]
fn byte_order_marks_and_line_ends_of_windows_are_no_matter() {
    let text = format!("{HEAD}{}", term_line("HP:0000001", ""));
    let windows = format!("\u{feff}{}", text.replace('\n', "\r\n"));
    let read = |text: &str| {
        let known = of(&[("hpo.tsv", text.as_bytes())]);
        known.terms().unwrap().iter().cloned().collect::<Vec<_>>()
    };
    assert_eq!(read(&text), read(&windows));
    assert_eq!(read(&text).len(), 1);
}

#[test]
fn cycles_are_refused_by_name() {
    let lines = [
        term_line("HP:0000001", "HP:0000002"),
        term_line("HP:0000002", "HP:0000001"),
        term_line("HP:0000003", ""),
    ];
    let text = format!("{HEAD}{}", lines.concat());
    let error = of(&[("hpo.tsv", text.as_bytes())]).terms().unwrap_err();
    let error = error.to_string();
    assert!(error.contains("HP:0000001, HP:0000002"), "{error}");
}

#[test]
fn damaged_files_are_told_of_by_file_and_line() {
    let whole = std::fs::read(folder().join("nando.tsv.gz")).unwrap();
    for length in [1, 20, whole.len() / 2, whole.len() - 1] {
        let cut = &whole[..length];
        let error = of(&[("nando.tsv.gz", cut)]).terms().unwrap_err();
        assert!(error.to_string().contains("nando.tsv.gz"), "{error}");
    }
    for (name, text, said) in [
        (
            "genes.tsv",
            "hgnc_id\tname\n".to_owned(),
            "no column \"symbol\"",
        ),
        (
            "hpo.tsv",
            format!("{HEAD}{}", term_line("X:1", "")),
            "line 2",
        ),
        ("hpo.tsv", format!("{HEAD}HP:0000001\n"), "line 2"),
        ("hp.obo", "[Term]\nname: nobody\n".to_owned(), "line "),
        ("hgnc_complete_set.txt", "hgnc_id\n".to_owned(), "no column"),
    ] {
        let known = of(&[(name, text.as_bytes())]);
        let error = match name.starts_with('h') && !name.starts_with("hgnc") {
            true => known.terms().map(|_| ()).unwrap_err(),
            false => known.genes().map(|_| ()).unwrap_err(),
        };
        let error = error.to_string();
        assert!(error.contains(name) && error.contains(said), "{error}");
    }
    let latin = of(&[("hp.obo", b"[Term]\nid: HP:0000001\nname: M\xe9nage\n")]);
    let error = latin.terms().unwrap_err().to_string();
    assert!(error.contains("line 3 is not UTF-8"), "{error}");
    let error = Knowledge::from_tables([("genes.csv", &b""[..])]).unwrap_err();
    assert!(error.to_string().contains("genes.csv"), "{error}");
}

#[test]
fn published_files_stand_for_tables_and_keep_what_only_those_know() {
    let obo = "format-version: 1.2\n\n[Term]\nid: HP:0001638\nname: Cardiomyopathy, new\n\
        synonym: \"Heart \\\"muscle\\\" disease\" EXACT []\nis_a: HP:0001637 ! Abnormal\n\n\
        [Typedef]\nid: part_of\n";
    let table = std::fs::read(folder().join("hpo.tsv.gz")).unwrap();
    let known = of(&[("hpo.tsv.gz", &table), ("hp.obo", obo.as_bytes())]);
    let terms = known.terms().unwrap();
    let term = terms.by_id("HP:0001638").unwrap();
    assert_eq!(term.label, "Cardiomyopathy, new");
    assert_eq!(term.synonyms, ["Heart \"muscle\" disease"]);
    assert_eq!(term.label_ja.as_deref(), Some("心筋症"));
    assert_eq!(terms.len(), 1);
    let absent: Vec<_> = terms.absent_parents().map(|(_, id)| id).collect();
    assert_eq!(absent, ["HP:0001637"]);
    assert_ne!(known.digest(), of(&[("hpo.tsv.gz", &table)]).digest());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Any bytes give terms or an error, whatever the file is called.
    #[test]
    fn any_bytes_are_read_or_refused(
        bytes in prop::collection::vec(any::<u8>(), 0..200),
        text in "(\\[Term\\]\n|id: HP:[0-9]{7}\n|name: .{0,5}\n|synonym: \".{0,5}\"?|\t|\n|is_a: ){0,12}",
    ) {
        for name in ["genes.tsv", "hpo.tsv.gz", "hp.obo", "nando_ja.obo", "phenotype.hpoa",
                     "genes_to_phenotype.txt", "hgnc_complete_set.txt", "disease_phenotype.tsv"] {
            for content in [&bytes[..], text.as_bytes()] {
                let known = of(&[(name, content)]);
                let _ = (known.genes().is_ok(), known.terms().is_ok(), known.links().is_ok());
                let _ = known.sources();
            }
        }
    }

    /// Descendants are those of a plain walk.
    #[test]
    fn descendants_are_those_of_a_plain_walk(
        parents in prop::collection::vec(prop::collection::vec(0..1000usize, 0..3), 1..25),
    ) {
        let id = |i: usize| format!("HP:{i:07}");
        // Parents have lower numbers: there is no cycle.
        let above = |i: usize| -> BTreeSet<usize> {
            parents[i].iter().filter(|_| i > 0).map(|p| p % i.max(1)).collect()
        };
        let mut text = HEAD.to_owned();
        for i in 0..parents.len() {
            let list: Vec<String> = above(i).into_iter().map(id).collect();
            text.push_str(&term_line(&id(i), &list.join("|")));
        }
        let known = of(&[("hpo.tsv", text.as_bytes())]);
        let terms = known.terms().unwrap();
        for top in 0..parents.len() {
            let mut below = BTreeSet::new();
            for i in top + 1..parents.len() {
                if above(i).iter().any(|p| *p == top || below.contains(p)) {
                    below.insert(i);
                }
            }
            let found = terms.descendants(&id(top));
            let found: Vec<_> = found.iter().map(|t| t.id.clone()).collect();
            let wanted: Vec<_> = below.into_iter().map(id).collect();
            prop_assert_eq!(found, wanted);
        }
    }
}
