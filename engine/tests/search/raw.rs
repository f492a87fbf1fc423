//! Variants from published files, as a store that is annotated with them would give them.

use std::io::Read;
use std::path::Path;

use genodex_engine::genome::canonical_name;
use genodex_engine::query::text::{Document, Kind, Name, NameKind};

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
