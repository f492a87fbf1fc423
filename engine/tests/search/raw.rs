//! Documents from the files of HGNC, HPO, Mondo and NANDO as they are published.

use std::collections::{BTreeMap, HashMap};
use std::io::Read;
use std::path::Path;

use genodex_engine::genome::canonical_name;
use genodex_engine::query::text::{
    Document, GeneEntry, Kind, Name, NameKind, TermEntry, TermSource, Vocabulary,
};

fn read(root: &Path, name: &str) -> String {
    let path = root.join(name);
    let bytes = std::fs::read(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let mut text = String::new();
    if bytes.starts_with(&[0x1f, 0x8b]) {
        flate2::read::MultiGzDecoder::new(&bytes[..])
            .read_to_string(&mut text)
            .unwrap();
    } else {
        text = String::from_utf8(bytes).unwrap();
    }
    text
}

fn table(text: &str) -> impl Iterator<Item = HashMap<&str, &str>> {
    let mut lines = text.lines().filter(|l| !l.starts_with('#'));
    let head: Vec<&str> = lines.next().unwrap_or_default().split('\t').collect();
    lines.map(move |line| head.iter().copied().zip(line.split('\t')).collect())
}

fn list(text: &str, separator: &str) -> Vec<String> {
    let parts = text.split(separator).map(str::trim);
    parts.filter(|p| !p.is_empty()).map(str::to_owned).collect()
}

/// The stanzas of an OBO file: keys and values.
fn obo(text: &str) -> impl Iterator<Item = Vec<(&str, &str)>> {
    let stanzas = text.split("\n[Term]\n").skip(1);
    stanzas.map(|s| {
        let lines = s.lines().take_while(|l| !l.starts_with('['));
        lines.filter_map(|l| l.split_once(": ")).collect()
    })
}

fn quoted(value: &str) -> Option<(String, &str)> {
    let rest = value.strip_prefix('"')?;
    let end = rest.find("\" ")?;
    Some((rest[..end].replace("\\\"", "\""), &rest[end + 2..]))
}

pub(crate) fn documents(root: &Path) -> Vec<Document> {
    let mut vocabulary = Vocabulary::default();
    let by_disease = genes(root, &mut vocabulary);
    hpo(root, &mut vocabulary);
    mondo(root, &mut vocabulary, &by_disease);
    nando(root, &mut vocabulary);
    vocabulary.documents()
}

/// Adds the genes, and gives the symbols of each disease.
fn genes(root: &Path, vocabulary: &mut Vocabulary) -> HashMap<String, Vec<String>> {
    let mut by_disease: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut diseases: HashMap<String, std::collections::HashSet<String>> = HashMap::new();
    let links = read(root, "hpo/genes_to_phenotype.txt.gz");
    for row in table(&links) {
        let (symbol, disease) = (row["gene_symbol"], row["disease_id"]);
        if diseases
            .entry(symbol.to_owned())
            .or_default()
            .insert(disease.to_owned())
        {
            by_disease
                .entry(disease.to_owned())
                .or_default()
                .push(symbol.to_owned());
        }
    }
    for row in table(&read(root, "genes/hgnc_entries.tsv.gz")) {
        if row["Status"] != "Approved" {
            continue;
        }
        let get = |name: &str| row.get(name).copied().unwrap_or_default();
        let symbol = row["Approved symbol"].to_owned();
        vocabulary.add_gene(GeneEntry {
            id: row["HGNC ID"].to_owned(),
            name: row["Approved name"].to_owned(),
            aliases: list(get("Alias symbols"), ", "),
            previous: list(get("Previous symbols"), ", "),
            identifiers: list(get("Ensembl gene ID"), ", "),
            protein_coding: get("Locus type") == "gene with protein product",
            diseases: diseases.get(&symbol).map_or(0, |d| d.len()),
            symbol,
            ..GeneEntry::default()
        });
    }
    by_disease.into_iter().collect()
}

fn hpo(root: &Path, vocabulary: &mut Vocabulary) {
    let text = read(root, "hpo/hp-ja.babelon.tsv.gz");
    let japanese: HashMap<String, String> = table(&text)
        .filter(|row| row["translation_value"] != "NA")
        .map(|row| {
            (
                row["subject_id"].to_owned(),
                row["translation_value"].to_owned(),
            )
        })
        .collect();
    let text = read(root, "hpo/hp.obo.gz");
    let children = children(obo(&text).flat_map(|s| {
        let id = s[0].1;
        let parents = s.into_iter().filter(|(k, _)| *k == "is_a");
        parents.map(move |(_, v)| (v.split(' ').next().unwrap().to_owned(), id.to_owned()))
    }));
    for stanza in obo(&text) {
        if stanza.contains(&("is_obsolete", "true")) {
            continue;
        }
        let mut term = TermEntry::new(TermSource::Hpo, stanza[0].1, stanza[1].1);
        term.descendants = below(&children, &term.id);
        term.label_ja = japanese.get(&term.id).cloned();
        for (key, value) in stanza {
            match key {
                "alt_id" => term.identifiers.push(value.to_owned()),
                "synonym" => {
                    let (name, scope) = quoted(value).unwrap();
                    if scope.starts_with("EXACT") {
                        term.synonyms.push(name);
                    } else {
                        term.related.push(name);
                    }
                }
                _ => {}
            }
        }
        vocabulary.add_term(term);
    }
}

fn children(pairs: impl Iterator<Item = (String, String)>) -> HashMap<String, Vec<String>> {
    let mut children: HashMap<String, Vec<String>> = HashMap::new();
    for (parent, child) in pairs {
        children.entry(parent).or_default().push(child);
    }
    children
}

fn below(children: &HashMap<String, Vec<String>>, id: &str) -> usize {
    let mut seen = std::collections::HashSet::new();
    let mut stack = vec![id];
    while let Some(id) = stack.pop() {
        for child in children.get(id).into_iter().flatten() {
            if seen.insert(child.as_str()) {
                stack.push(child);
            }
        }
    }
    seen.len()
}

fn mondo(root: &Path, vocabulary: &mut Vocabulary, genes: &HashMap<String, Vec<String>>) {
    let terms: serde_json::Value =
        serde_json::from_str(&read(root, "mondo/mondo.json.gz")).unwrap();
    let terms = terms.as_array().unwrap();
    let texts = |value: &serde_json::Value| -> Vec<String> {
        let texts = value.as_array().into_iter().flatten();
        texts
            .filter_map(|v| v.as_str().map(str::to_owned))
            .collect()
    };
    let children = children(terms.iter().flat_map(|t| {
        let id = t["id"].as_str().unwrap().to_owned();
        let parents = texts(&t["relations"]["is_a"]).into_iter();
        parents.map(move |p| (format!("MONDO:{p}"), format!("MONDO:{id}")))
    }));
    for t in terms {
        let id = format!("MONDO:{}", t["id"].as_str().unwrap());
        let mut term = TermEntry::new(TermSource::Mondo, id, t["name"].as_str().unwrap());
        term.synonyms = texts(&t["synonyms"]);
        term.descendants = below(&children, &term.id);
        for xref in t["xrefs"].as_array().into_iter().flatten() {
            let (space, id) = (xref["namespace"].as_str(), xref["id"].as_str());
            let (Some(space), Some(id)) = (space, id) else {
                continue;
            };
            if matches!(space, "OMIM" | "Orphanet") {
                let id = format!("{}:{id}", if space == "Orphanet" { "ORPHA" } else { space });
                term.genes
                    .extend(genes.get(&id).into_iter().flatten().cloned());
                term.identifiers.push(id);
            }
        }
        term.genes.sort();
        term.genes.dedup();
        vocabulary.add_term(term);
    }
}

fn nando(root: &Path, vocabulary: &mut Vocabulary) {
    let mut mondo: HashMap<String, Vec<String>> = HashMap::new();
    for row in table(&read(root, "nando/nando-mondo.sssom.tsv.gz")) {
        let ids = mondo.entry(row["subject_id"].to_owned()).or_default();
        ids.push(row["object_id"].to_owned());
    }
    let mut readings: HashMap<String, String> = HashMap::new();
    let mut id = String::new();
    for line in read(root, "nando/nando.ttl.gz").lines() {
        if let Some(rest) = line.strip_prefix("<http://nanbyodata.jp/ontology/NANDO_") {
            id = format!("NANDO:{}", rest.trim_end_matches('>'));
        }
        if let Some((before, _)) = line.split_once("\"@ja-Hira") {
            let reading = before.rsplit('"').next().unwrap();
            readings.insert(id.clone(), reading.to_owned());
        }
    }
    let mut genes: HashMap<String, Vec<String>> = HashMap::new();
    for line in read(root, "nando/nanbyo-gene-associations.tsv.gz").lines() {
        let (id, gene) = line.split_once('\t').unwrap();
        genes
            .entry(id.to_owned())
            .or_default()
            .push(gene.to_owned());
    }
    let bare = |text: &str| {
        let text = text.trim();
        let after = text.strip_prefix('[').and_then(|t| t.split_once(']'));
        after.map_or(text, |(_, t)| t).trim().to_owned()
    };
    for row in table(&read(root, "nando/nando.tsv.gz")) {
        let get = |name: &str| row.get(name).copied().unwrap_or_default();
        let label = bare(get("label_en"));
        let mut term = TermEntry::new(TermSource::Nando, row["id"], label);
        term.label_ja = Some(bare(get("label_ja"))).filter(|l| !l.is_empty());
        term.readings.extend(readings.get(&term.id).cloned());
        term.synonyms = list(get("synonym_en"), "|");
        term.synonyms.extend(list(get("synonym_ja"), "|"));
        term.mondo = mondo.remove(&term.id).unwrap_or_default();
        term.genes = genes.remove(&term.id).unwrap_or_default();
        vocabulary.add_term(term);
    }
}

/// Variants with what ClinVar says of them, and variants of dbSNP, as a store that is annotated
/// with them would give them.
pub(crate) fn variants(root: &Path) -> Vec<Document> {
    let mut documents = Vec::new();
    let mut add = |line: &str, fields: &[(&str, &str)], names: Vec<Name>| {
        let columns: Vec<&str> = line.split('\t').collect();
        for alternate in columns[4].split(',') {
            let contig = canonical_name(columns[0]);
            let id = format!("{contig}-{}-{}-{alternate}", columns[1], columns[3]);
            let mut document = Document::new(Kind::Variant, &id, &id);
            document.names.clone_from(&names);
            document.fields = (fields.iter())
                .map(|(f, v)| ((*f).to_owned(), (*v).to_owned()))
                .collect();
            documents.push(document);
        }
    };
    let clinvar = "clinvar/clinvar_alleles_example_750_rows.single.b38.vcf.gz";
    for line in read(root, clinvar).lines().filter(|l| !l.starts_with('#')) {
        let info = line.split('\t').nth(7).unwrap();
        let get = |key: &str| {
            let mut parts = info.split(';').filter_map(|p| p.split_once('='));
            parts.find(|(k, _)| *k == key).map_or("", |(_, v)| v)
        };
        let gene = get("SYMBOL");
        let mut names = Vec::new();
        for text in [get("HGVS_C"), get("HGVS_P")] {
            if let Some((_, change)) = text.split_once(':') {
                names.push(Name::new(text, NameKind::Hgvs));
                names.push(Name::new(format!("{gene}:{change}"), NameKind::Hgvs));
            }
        }
        let consequence = get("MOLECULAR_CONSEQUENCE").rsplit(':').next().unwrap();
        let clinsig = get("CLINICAL_SIGNIFICANCE");
        add(
            line,
            &[
                ("gene", gene),
                ("clinsig", clinsig),
                ("consequence", consequence),
            ],
            names,
        );
    }
    let dbsnp = "gnomad_slices/dbsnp_example_dbsnp.brca1.vcf.bgz";
    for line in read(root, dbsnp).lines().filter(|l| !l.starts_with('#')) {
        let id = line.split('\t').nth(2).unwrap();
        add(
            line,
            &[("gene", "BRCA1")],
            vec![Name::new(id, NameKind::Rsid)],
        );
    }
    documents.sort_by(|a, b| a.id.cmp(&b.id));
    documents.dedup_by(|a, b| a.id == b.id);
    documents
}
