//! Records of the programs' own making.

use super::*;

const VEP: &str = "Consequence annotations from Ensembl VEP. Format: Allele|Consequence|IMPACT|SYMBOL|Gene|Feature_type|Feature|BIOTYPE|HGVSc|HGVSp|CANONICAL|MANE_SELECT|MANE_PLUS_CLINICAL|LoF|LoF_filter|LoF_flags|LoF_info|SIFT|REVEL";

fn vep() -> Consequences {
    let format = ConsequenceFormat::parse("CSQ", VEP).unwrap();
    Consequences::new(format, &["REVEL"]).unwrap()
}

fn shown<'a>(record: &'a RecordConsequences<'_>, allele: usize, column: Column) -> Option<&'a str> {
    record.alleles[allele].row.as_ref()?.get(column)
}

#[test]
fn the_most_severe_is_shown_and_ties_have_an_order() {
    let reader = vep();
    let entry = |terms: &str, transcript: &str, rest: &str| {
        format!("T|{terms}|X|A|ENSG1|Transcript|{transcript}|{rest}")
    };
    let plain = "lncRNA|||||||||||";
    let coding = "protein_coding|||||||||||";
    let canonical = "lncRNA|||YES||||||||";
    let clinical = "lncRNA|||||NM_2|||||||";
    let select = "lncRNA||||NM_1||||||||";
    let order = [plain, coding, canonical, clinical, select];
    for n in 1..=order.len() {
        let mut entries: Vec<String> = order[..n]
            .iter()
            .enumerate()
            .map(|(i, rest)| entry("missense_variant", &format!("ENST{i}"), rest))
            .collect();
        entries.push(entry("intron_variant", "ENST9", select));
        entries.push(entry("missense_variant", "ENST8", plain));
        let value = entries.join(",");
        let record = reader.read_value(&value, "A", &["T"]);
        let expected = format!("ENST{}", n - 1);
        assert_eq!(shown(&record, 0, Column::Transcript), Some(&*expected));
        assert_eq!(record.alleles[0].transcripts.len(), n + 2);
    }
    let value = [
        entry("missense_variant", "ENST1", select),
        entry("splice_region_variant&stop_gained", "ENST2", plain),
    ];
    let value = value.join(",");
    let record = reader.read_value(&value, "A", &["T"]);
    assert_eq!(
        shown(&record, 0, Column::Consequence),
        Some("splice_region_variant&stop_gained")
    );
}

#[test]
fn a_row_has_all_its_columns() {
    let info = "AC=1;CSQ=T|synonymous_variant|LOW|BRCA2|ENSG2|Transcript|ENST2|protein_coding|\
        ENST2.1:c.3A>T|ENSP2.1:p.Gln1%3D|YES|NM_1.2||HC||PHYLOCSF_WEAK&X|\
        PERCENTILE:0.7,GERP:1|tolerated(0.3)|0.25;DB";
    let reader = vep();
    let record = reader.read_info(info, "A", &["T"]);
    let found: Vec<_> = Column::ALL.map(|c| shown(&record, 0, c)).to_vec();
    let expected = [
        Some("BRCA2"),
        Some("ENSG2"),
        Some("ENST2"),
        Some("synonymous_variant"),
        Some("LOW"),
        Some("protein_coding"),
        Some("ENST2.1:c.3A>T"),
        Some("ENSP2.1:p.Gln1="),
        Some("HC"),
        None,
        Some("PHYLOCSF_WEAK&X"),
        Some("PERCENTILE:0.7,GERP:1"),
        Some("MANE_Select"),
        Some("YES"),
        Some("tolerated(0.3)"),
        None,
    ];
    assert_eq!(found, expected);
    let row = record.alleles[0].row.as_ref().unwrap();
    assert_eq!(row.extra, [Some("0.25".into())]);
    assert_eq!(record.tallies.malformed, 0);
}

#[test]
fn entries_go_to_their_allele_or_are_counted() {
    let description = "Format: Allele|Consequence|ALLELE_NUM";
    let format = ConsequenceFormat::parse("vep", description).unwrap();
    let reader = Consequences::new::<&str>(format, &[]).unwrap();
    // Two deletions by --minimal: the number tells them apart.
    let value = "-|frameshift_variant|1,-|inframe_deletion|2,?|stop_lost|2";
    let record = reader.read_value(value, "CAAG", &["CAG", "G"]);
    let terms = |i: usize| {
        record.alleles[i]
            .transcripts
            .iter()
            .map(|t| t.consequence())
    };
    assert_eq!(terms(0).collect::<Vec<_>>(), [Some("frameshift_variant")]);
    assert_eq!(
        terms(1).collect::<Vec<_>>(),
        [Some("inframe_deletion"), Some("stop_lost")]
    );
    // Split after it was annotated: numbers are the old record's.
    let value = "G|missense_variant|1,T|stop_gained|2";
    let record = reader.read_value(value, "A", &["T"]);
    assert_eq!(shown(&record, 0, Column::Consequence), Some("stop_gained"));
    assert_eq!(shown(&record, 0, Column::Impact), Some("HIGH"));
    assert_eq!((record.tallies.unmatched, record.unmatched.len()), (1, 1));
    let record = reader.read_value("G|wrong_term|1|x,G", "A", &["G", "T"]);
    assert_eq!(record.unknown_term, Some("wrong_term"));
    let t = record.tallies;
    let found = (t.entries, t.malformed, t.unknown_terms, t.bare_alleles);
    assert_eq!(found, (2, 2, 1, 1));
}

#[test]
fn snpeff_and_its_losses() {
    let description = "Functional annotations: 'Allele | Annotation | Annotation_Impact | Gene_Name | Gene_ID | Feature_Type | Feature_ID | Transcript_BioType | Rank | HGVS.c | HGVS.p | cDNA.pos / cDNA.length | CDS.pos / CDS.length | AA.pos / AA.length | Distance | ERRORS / WARNINGS / INFO' ";
    let format = ConsequenceFormat::parse("ANN", description).unwrap();
    assert_eq!(format.dialect(), Dialect::SnpEff);
    assert_eq!(format.fields().len(), 16);
    let reader = Consequences::new(format, &["Rank"]).unwrap();
    let info = "ANN=A|stop_gained|HIGH|G1|ENSG1|transcript|ENST1|protein_coding|3/7|c.1G>A|p.Q1*|||||,\
        T|intron_variant|MODIFIER|G1|ENSG1|transcript|ENST1|protein_coding|2/6|c.1G>T||||||;\
        LOF=(G1|ENSG1|3|0.33),(G2|ENSG2|1|1.00);NMD=(G1|ENSG1|3|0.33)";
    let record = reader.read_info(info, "G", &["A", "T"]);
    assert_eq!(shown(&record, 0, Column::Lof), Some("LOF"));
    assert_eq!(shown(&record, 0, Column::LofFlags), Some("NMD"));
    assert_eq!(
        shown(&record, 0, Column::LofInfo),
        Some("TRANSCRIPTS:3,PERCENT:0.33")
    );
    assert_eq!(shown(&record, 1, Column::Lof), None);
    assert_eq!(shown(&record, 0, Column::HgvsP), Some("p.Q1*"));
    assert_eq!(record.tallies.malformed, 0);
}

#[test]
fn consequences_of_bcftools_csq() {
    let description = "Local consequence annotation from BCFtools/csq, see http://samtools.github.io/bcftools/howtos/csq-calling.html for details. Format: '[*]Consequence|gene|transcript|biotype[|strand|amino_acid_change|dna_change]'";
    let format = ConsequenceFormat::parse("BCSQ", description).unwrap();
    assert_eq!(format.dialect(), Dialect::Csq);
    let reader = Consequences::new::<&str>(format, &[]).unwrap();
    let info = "BCSQ=missense|KCND1|ENST1|protein_coding|-|135T>135P|48T>G,\
        *stop_gained|KCND1|ENST2|protein_coding|-|1T>1*|48T>A,intron|X||lincRNA,@52";
    let record = reader.read_info(info, "T", &["G", "A"]);
    let found: Vec<_> = (0..2)
        .map(|i| {
            let columns = [Column::Consequence, Column::Gene, Column::Impact];
            columns.map(|c| shown(&record, i, c).unwrap().to_owned())
        })
        .collect();
    assert_eq!(found[0], ["missense", "KCND1", "MODERATE"]);
    assert_eq!(found[1], ["*stop_gained", "KCND1", "HIGH"]);
    assert_eq!(record.alleles[0].transcripts.len(), 2);
    assert_eq!((record.tallies.elsewhere, record.tallies.malformed), (1, 0));
}

#[test]
fn headers_are_found_and_faults_named() {
    let line = |id: &str, description: &str| {
        format!("##INFO=<ID={id},Number=.,Type=String,Description=\"{description}\">\n")
    };
    let both = line(
        "ANN",
        "Functional annotations: 'Allele | Annotation | Annotation_Impact'",
    ) + &line("CSQ", VEP);
    let found = ConsequenceFormat::find(&both).unwrap().unwrap();
    assert_eq!((found.key(), found.dialect()), ("CSQ", Dialect::Vep));
    // VEP under SnpEff's name, and under one of its own.
    for key in ["ANN", "my_vep"] {
        let found = ConsequenceFormat::find(&line(key, VEP)).unwrap().unwrap();
        assert_eq!((found.key(), found.dialect()), (key, Dialect::Vep));
    }
    assert!(ConsequenceFormat::find("##x\n").unwrap().is_none());
    assert!(
        ConsequenceFormat::find(&line("ANN", "Annotator"))
            .unwrap()
            .is_none()
    );
    let old = line(
        "EFF",
        "Predicted effects. Format: 'Effect ( Effect_Impact | Codon )'",
    );
    let error = ConsequenceFormat::find(&old).unwrap_err().to_string();
    assert!(error.contains("SnpEff 4.1"), "{error}");
    let error = ConsequenceFormat::find(&line("CSQ", "no list")).unwrap_err();
    assert!(error.to_string().contains("no list"), "{error}");
    let error = ConsequenceFormat::named(&both, "CSX").unwrap_err();
    assert!(error.to_string().contains("did you mean CSQ?"), "{error}");
    let format = ConsequenceFormat::named(&both, "CSQ").unwrap();
    let error = Consequences::new(format, &["REVELL"]).unwrap_err();
    assert!(error.to_string().contains("\"REVEL\""), "{error}");
}

proptest::proptest! {
    #[test]
    fn no_text_is_too_odd(
        value in "[ACGT|,&%@.\\-a-z0-9]{0,60}",
        reference in "[ACGTé<>*]{0,4}",
        alternates in proptest::collection::vec("[ACGTé<>*]{0,4}", 0..4),
    ) {
        let alternates: Vec<&str> = alternates.iter().map(String::as_str).collect();
        for description in [VEP, "Format: Allele|Consequence|ALLELE_NUM", "Format: Consequence"] {
            let format = ConsequenceFormat::parse("CSQ", description).unwrap();
            let reader = Consequences::new::<&str>(format, &[]).unwrap();
            let record = reader.read_value(&value, &reference, &alternates);
            proptest::prop_assert_eq!(record.alleles.len(), alternates.len());
            let t = record.tallies;
            let kept: usize = record.alleles.iter().map(|a| a.transcripts.len()).sum();
            proptest::prop_assert!(kept as u64 + t.unmatched + t.elsewhere >= t.entries || alternates.is_empty());
        }
    }
}
