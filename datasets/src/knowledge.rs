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
