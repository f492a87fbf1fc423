//! Sequence-Ontology consequence terms in Ensembl's order of severity.

/// The most severe first.
const TERMS: [&str; 41] = [
    "transcript_ablation",
    "splice_acceptor_variant",
    "splice_donor_variant",
    "stop_gained",
    "frameshift_variant",
    "stop_lost",
    "start_lost",
    "transcript_amplification",
    "feature_elongation",
    "feature_truncation",
    "inframe_insertion",
    "inframe_deletion",
    "missense_variant",
    "protein_altering_variant",
    "splice_donor_5th_base_variant",
    "splice_region_variant",
    "splice_donor_region_variant",
    "splice_polypyrimidine_tract_variant",
    "incomplete_terminal_codon_variant",
    "start_retained_variant",
    "stop_retained_variant",
    "synonymous_variant",
    "coding_sequence_variant",
    "mature_miRNA_variant",
    "5_prime_UTR_variant",
    "3_prime_UTR_variant",
    "non_coding_transcript_exon_variant",
    "intron_variant",
    "NMD_transcript_variant",
    "non_coding_transcript_variant",
    "coding_transcript_variant",
    "upstream_gene_variant",
    "downstream_gene_variant",
    "TFBS_ablation",
    "TFBS_amplification",
    "TF_binding_site_variant",
    "regulatory_region_ablation",
    "regulatory_region_amplification",
    "regulatory_region_variant",
    "intergenic_variant",
    "sequence_variant",
];

pub(super) fn terms() -> impl Iterator<Item = &'static str> {
    TERMS.into_iter()
}

/// Higher is more severe.
pub(super) fn severity(term: &str) -> Option<usize> {
    TERMS
        .iter()
        .position(|t| t.eq_ignore_ascii_case(term))
        .map(|place| TERMS.len() - place)
}

/// Of several terms, separated by `&` or commas, the most severe one's.
pub(super) fn most_severe(terms: &str) -> Option<usize> {
    terms.split(['&', ',']).filter_map(severity).max()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn severity_falls_along_the_list() {
        assert!(severity("stop_gained") > severity("missense_variant"));
        assert_eq!(
            most_severe("intron_variant&stop_gained"),
            severity("STOP_GAINED")
        );
        assert_eq!(most_severe("?"), None);
    }
}
