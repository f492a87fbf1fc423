//! Files as the makers write them, and searches against all genes one by one.

use std::io::Write as _;
use std::path::Path;

use proptest::prelude::*;

use super::*;

fn read(name: &str, text: &str) -> Result<GeneModels, GeneFileError> {
    let path = Path::new(name);
    GeneModels::from_reader(text.as_bytes(), path, GeneFileFormat::of_name(path))
}

fn only(models: &GeneModels, name: &str) -> Gene {
    let found = models.find(name).unwrap();
    assert_eq!(found.len(), 1, "{name}: {found:?}");
    found[0].clone()
}

const ENSEMBL_GFF3: &str = "##gff-version 3\r
1\thavana\tpseudogene\t11869\t14412\t.\t+\t.\tID=gene:ENSG00000223972;Name=DDX11L1;biotype=transcribed_unprocessed_pseudogene;gene_id=ENSG00000223972;version=4\r
1\tensembl\tgene\t69091\t70008\t.\t+\t.\tID=gene:ENSG00000186092;Name=OR4F5;biotype=protein_coding;gene_id=ENSG00000186092\r
1\tensembl\tmRNA\t69091\t70008\t.\t+\t.\tID=transcript:ENST1;Parent=gene:ENSG00000186092;biotype=protein_coding;transcript_id=ENST1\r
1\tensembl\texon\t69091\t69100\t.\t+\t.\tParent=transcript:ENST1\r
1\tensembl\tmRNA\t69091\t70008\t.\t+\t.\tID=transcript:ENST2;Parent=gene:ENSG00000186092;tag=basic,Ensembl_canonical\r
1\tensembl\texon\t69950\t70008\t.\t+\t.\tParent=transcript:ENST2\r
1\tensembl\texon\t69091\t69095\t.\t+\t.\tParent=transcript:ENST2\r
1\tensembl\tCDS\t69093\t69095\t.\t+\t0\tID=CDS:P1;Parent=transcript:ENST2\r
###\r
1\tmirbase\tncRNA_gene\t30366\t30503\t.\t+\t.\tID=gene:ENSG00000284332;Name=MIR1302-2;biotype=miRNA;gene_id=ENSG00000284332\r
";

const GENCODE_GTF: &str = r#"##description: x
chr1	HAVANA	gene	65419	71585	.	+	.	gene_id "ENSG00000186092.7"; gene_type "protein_coding"; gene_name "OR4F5"; level 2;
chr1	HAVANA	transcript	65419	71585	.	+	.	gene_id "ENSG00000186092.7"; transcript_id "ENST00000641515.2"; gene_type "protein_coding"; gene_name "OR4F5"; tag "basic"; tag "MANE_Select";
chr1	HAVANA	exon	65419	65433	.	+	.	gene_id "ENSG00000186092.7"; transcript_id "ENST00000641515.2"; gene_name "OR4F5"; exon_number 1;
chrX	HAVANA	gene	2609220	2741309	.	+	.	gene_id "ENSG00000002586.20"; gene_type "protein_coding"; gene_name "CD99";
chrY	HAVANA	gene	2609220	2741309	.	+	.	gene_id "ENSG00000002586.20_PAR_Y"; gene_type "protein_coding"; gene_name "CD99";
"#;

const REFSEQ_GFF3: &str = "NC_000001.11\tBestRefSeq\tgene\t65419\t71585\t.\t+\t.\tID=gene-OR4F5;Dbxref=GeneID:79501,HGNC:HGNC:14825;Name=OR4F5;gbkey=Gene;gene=OR4F5;gene_biotype=protein_coding
NC_000001.11\tBestRefSeq\tmRNA\t65419\t71585\t.\t+\t.\tID=rna-NM_001005484.2;Parent=gene-OR4F5;Dbxref=GeneID:79501;tag=MANE Select
NC_000001.11\tBestRefSeq\texon\t65419\t65433\t.\t+\t.\tID=exon-1;Parent=rna-NM_001005484.2
NC_000001.11\tRefSeq\tregion\t1\t248956422\t.\t+\t.\tID=NC_000001.11:1..248956422
";

#[test]
fn gff3_of_ensembl_and_refseq() {
    let models = read("a.gff3", ENSEMBL_GFF3).unwrap();
    assert_eq!(models.len(), 3);
    let gene = only(&models, "or4f5");
    assert_eq!(
        (gene.start, gene.end, &*gene.id),
        (69091, 70008, "ENSG00000186092")
    );
    assert_eq!(gene.strand, Some(Strand::Plus));
    let transcript = gene.transcript.unwrap();
    assert_eq!(transcript.id, "ENST2");
    assert_eq!(transcript.exons, [(69091, 69095), (69950, 70008)]);
    assert_eq!(transcript.coding, [(69093, 69095)]);
    assert_eq!(only(&models, "MIR1302-2").biotype.as_deref(), Some("miRNA"));
    assert!(models.warnings().is_empty());

    let models = read("a.gff.gz", REFSEQ_GFF3).unwrap();
    let gene = only(&models, "GeneID:79501");
    assert_eq!((&*gene.symbol, gene.is_protein_coding()), ("OR4F5", true));
    assert_eq!(gene.transcript.unwrap().id, "NM_001005484.2");
    assert_eq!(models.overlapping("chr1", 65000, 65419).len(), 1);
}

#[test]
fn gtf_of_gencode_and_of_exons_alone() {
    let models = read("a.gtf", GENCODE_GTF).unwrap();
    let gene = only(&models, "ENSG00000186092.3");
    assert_eq!((&*gene.symbol, &*gene.id), ("OR4F5", "ENSG00000186092"));
    assert_eq!(gene.transcript.unwrap().exons, [(65419, 65433)]);
    let contigs: Vec<_> = models
        .find("CD99")
        .unwrap()
        .iter()
        .map(|g| g.contig.clone())
        .collect();
    assert_eq!(contigs, ["chrX", "chrY"]);
    assert_eq!(models.find("ENSG00000002586").unwrap().len(), 2);

    let text = "1\tx\texon\t50\t60\t.\t-\t.\tgene_id \"A\"; transcript_id \"T\";\n\
        1\tx\texon\t10\t20\t.\t-\t.\tgene_id \"A\"; transcript_id \"T\";\n";
    let gene = only(&read("a", text).unwrap(), "a");
    assert_eq!((gene.start, gene.end), (10, 60));
    assert_eq!(gene.transcript.unwrap().exons, [(10, 20), (50, 60)]);
}

#[test]
fn bed_and_ranges_have_their_own_starts() {
    let bed = "track name=x\nchr1\t11868\t14362\tDDX11L1\t0\t+\n";
    let gene = only(&read("a.bed", bed).unwrap(), "DDX11L1");
    assert_eq!(
        (gene.start, gene.end, gene.strand),
        (11869, 14362, Some(Strand::Plus))
    );
    let table = "chr1\t11868\t14362\t+\tENSG00000223972.4\tDDX11L1\tpseudogene\n";
    let gene = only(&read("a.tsv", table).unwrap(), "ENSG00000223972");
    assert_eq!(
        (gene.start, gene.biotype.as_deref()),
        (11869, Some("pseudogene"))
    );
    let ranges = "19 58858171 58864865 A1BG\n";
    for name in ["glist-hg19", "genes"] {
        let gene = only(&read(name, ranges).unwrap(), "A1BG");
        assert_eq!((gene.start, gene.end), (58_858_171, 58_864_865), "{name}");
    }
}

#[test]
fn faults_name_line_and_field() {
    for (name, text, expected) in [
        ("a.gff3", "1\tx\tgene\t1\t2\n", "line 1: score"),
        (
            "a.gff3",
            "#c\n1\tx\tgene\t0\t2\t.\t+\t.\tID=a\n",
            "line 2: start: \"0\"",
        ),
        ("a.gff3", "1\tx\tgene\t5\t2\t.\t+\t.\tID=a\n", "line 1: end"),
        (
            "a.gff3",
            "1\tx\tgene\t1\t2\t.\tx\t.\tID=a\n",
            "line 1: strand",
        ),
        (
            "a.gff3",
            "1\tx\tgene\t1\t2\t.\t+\t.\tID=a;b\n",
            "line 1: attributes",
        ),
        (
            "a.gtf",
            "1\tx\tgene\t1\t2\t.\t+\t.\tgene_name \"a\";\n",
            "gene_id",
        ),
        ("a.bed", "1\t5\t5\ta\n", "line 1: end"),
        ("a.bed", "1\t5\t9\n", "line 1: name"),
        ("a.bed", "1\t-1\t9\ta\n", "line 1: start"),
        ("glist", "1 9 5 a\n", "line 1: end"),
        ("glist", "1 9 2147483648 a\n", "line 1: end"),
        ("a.bed", "\u{feff}\n# nothing\n", "no genes"),
    ] {
        let error = read(name, text).unwrap_err().to_string();
        assert!(error.contains(expected), "{text:?}: {error}");
    }
    let models = read("a.gff3", ENSEMBL_GFF3).unwrap();
    let error = models.find("OR4F6").unwrap_err().to_string();
    assert!(error.contains("did you mean \"OR4F5\"?"), "{error}");
}

#[test]
fn compressed_files_are_read_and_cut_ones_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.gff3.gz");
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(ENSEMBL_GFF3.as_bytes()).unwrap();
    let bytes = encoder.finish().unwrap();
    std::fs::write(&path, &bytes).unwrap();
    assert_eq!(GeneModels::read(&path).unwrap().len(), 3);
    std::fs::write(&path, &bytes[..bytes.len() / 2]).unwrap();
    assert!(matches!(
        GeneModels::read(&path),
        Err(GeneFileError::Io { .. })
    ));
    let absent = GeneModels::read(&folder.path().join("b")).unwrap_err();
    assert!(matches!(absent, GeneFileError::Io { .. }));
}

#[test]
fn protein_coding_genes_come_first() {
    let text = "1\t0\t100\t+\tE1\tB\tlncRNA\n1\t10\t100\t+\tE2\tA\tprotein_coding\n\
        1\t10\t100\t+\tE3\tC\tprotein_coding\n1\t149\t160\t+\tE4\tD\tprotein_coding\n";
    let models = read("a.tsv", text).unwrap();
    let symbols = |genes: Vec<&Gene>| genes.iter().map(|g| g.symbol.clone()).collect::<String>();
    assert_eq!(symbols(models.overlapping("chr1", 50, 60)), "ACB");
    assert_eq!(symbols(models.overlapping("1", 101, 149)), "");
    assert_eq!(symbols(models.near("1", 148, 148, 50)), "DACB");
    assert_eq!(symbols(models.near("2", 148, 148, 50)), "");
}

proptest! {
    #[test]
    fn a_search_finds_what_a_scan_finds(
        ranges in proptest::collection::vec((1..200u32, 0..60u32), 1..40),
        start in 0..250u32,
        length in 0..30u32,
        distance in 0..30u32,
    ) {
        let text: String = ranges
            .iter()
            .enumerate()
            .map(|(i, (s, n))| format!("1 {s} {} G{i:03}\n", s + n))
            .collect();
        let models = read("glist", &text).unwrap();
        let end = start + length;
        let mut expected: Vec<String> = ranges
            .iter()
            .enumerate()
            .filter(|(_, (s, n))| *s <= end + distance && s + n + distance >= start)
            .map(|(i, _)| format!("G{i:03}"))
            .collect();
        let found = models.near("1", start, end, distance);
        let mut names: Vec<String> = found.iter().map(|g| g.symbol.clone()).collect();
        names.sort();
        expected.sort();
        prop_assert_eq!(names, expected);
        let distances: Vec<u32> = found.iter().map(|g| g.distance(start, end)).collect();
        prop_assert!(distances.is_sorted());
    }

    #[test]
    fn no_text_is_too_odd(text in "[0-9a-z\t\n \";=.+é-]{0,80}", name in "a\\.(gff3|gtf|bed|tsv|ranges)") {
        let _ = read(&name, &text);
        let line = format!("1\tx\tgene\t1\t2\t.\t+\t.\t{text}\n");
        let _ = read("a.gff3", &line);
    }
}
