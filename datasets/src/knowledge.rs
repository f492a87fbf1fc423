//! Genes, diseases and phenotypes inside the program, so that names are found out of the box.
//! Origin and licence of each table: `README.md` beside this code. What the tables mean is the
//! engine's `knowledge`.

use crate::embedded::EmbeddedFile;

macro_rules! table {
    ($name:literal) => {
        EmbeddedFile {
            name: $name,
            bytes: include_bytes!(concat!("../knowledge/", $name)),
        }
    };
}

/// All tables, gzipped.
pub const FILES: [EmbeddedFile; 7] = [
    table!("genes.tsv.gz"),
    table!("hpo.tsv.gz"),
    table!("mondo.tsv.gz"),
    table!("nando.tsv.gz"),
    table!("diseases.tsv.gz"),
    table!("gene_disease.tsv.gz"),
    table!("disease_phenotype.tsv.gz"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_table_of_the_folder_is_here_and_they_are_small() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/knowledge");
        let mut there: Vec<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter(|name| name.ends_with(".gz"))
            .collect();
        there.sort();
        let mut here = FILES.map(|f| f.name);
        here.sort_unstable();
        assert_eq!(there, here);
        let size: usize = FILES.iter().map(|f| f.bytes.len()).sum();
        assert!(size < 6_000_000, "{size}");
    }

    #[test]
    fn they_are_what_the_engine_reads() {
        let files = FILES.iter().map(|f| (f.name, f.bytes));
        let knowledge = genodex_engine::knowledge::Knowledge::from_tables(files).unwrap();
        assert!(knowledge.genes().unwrap().find("PCSK9").is_ok());
        assert!(knowledge.terms().unwrap().by_id("HP:0001638").is_some());
        assert!(!knowledge.genes_of("MONDO:0004976").unwrap().is_empty());
        assert!(knowledge.sources().unwrap().len() >= 10);
    }
}
