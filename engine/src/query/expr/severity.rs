//! Sequence-Ontology consequence terms in Ensembl's order of severity, and their impact.
//!
//! The order is that of Ensembl's "Calculated variant consequences". SnpEff, bcftools csq and
//! older versions of VEP have terms besides: each ranks with the term of Ensembl's that says
//! what it says, or the least that it says.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::diagnostic::nearest;

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

/// Terms of other programs and of older versions, each with the term it ranks with.
const OTHER_TERMS: [(&str, &str); 52] = [
    // VEP before Ensembl 76.
    ("initiator_codon_variant", "start_lost"),
    ("nc_transcript_variant", "non_coding_transcript_variant"),
    (
        "non_coding_exon_variant",
        "non_coding_transcript_exon_variant",
    ),
    ("complex_change_in_transcript", "splice_region_variant"),
    // SnpEff.
    ("chromosome_number_variation", "transcript_ablation"),
    ("exon_loss_variant", "transcript_ablation"),
    ("gene_fusion", "transcript_ablation"),
    ("bidirectional_gene_fusion", "transcript_ablation"),
    ("feature_ablation", "transcript_ablation"),
    ("rare_amino_acid_variant", "stop_lost"),
    ("start_gained", "5_prime_UTR_variant"),
    (
        "5_prime_UTR_premature_start_codon_gain_variant",
        "5_prime_UTR_variant",
    ),
    ("5_prime_UTR_truncation", "5_prime_UTR_variant"),
    ("3_prime_UTR_truncation", "3_prime_UTR_variant"),
    ("conservative_inframe_insertion", "inframe_insertion"),
    ("disruptive_inframe_insertion", "inframe_insertion"),
    ("conservative_inframe_deletion", "inframe_deletion"),
    ("disruptive_inframe_deletion", "inframe_deletion"),
    ("structural_interaction_variant", "missense_variant"),
    ("protein_protein_contact", "missense_variant"),
    ("splice_branch_variant", "splice_region_variant"),
    ("non_canonical_start_codon", "start_retained_variant"),
    ("start_retained", "start_retained_variant"),
    ("stop_retained", "stop_retained_variant"),
    ("exon_variant", "coding_sequence_variant"),
    ("exon_region", "coding_sequence_variant"),
    ("CDS", "coding_sequence_variant"),
    ("miRNA", "mature_miRNA_variant"),
    ("gene_variant", "coding_transcript_variant"),
    ("transcript_variant", "coding_transcript_variant"),
    ("transcript", "coding_transcript_variant"),
    ("conserved_intron_variant", "intron_variant"),
    ("intragenic_variant", "coding_transcript_variant"),
    ("sequence_feature", "sequence_variant"),
    ("conserved_intergenic_variant", "intergenic_variant"),
    ("intergenic_region", "intergenic_variant"),
    // bcftools csq.
    ("splice_acceptor", "splice_acceptor_variant"),
    ("splice_donor", "splice_donor_variant"),
    ("frameshift", "frameshift_variant"),
    ("missense", "missense_variant"),
    ("inframe_altering", "protein_altering_variant"),
    ("splice_region", "splice_region_variant"),
    ("synonymous", "synonymous_variant"),
    ("coding_sequence", "coding_sequence_variant"),
    ("5_prime_utr", "5_prime_UTR_variant"),
    ("3_prime_utr", "3_prime_UTR_variant"),
    ("non_coding", "non_coding_transcript_variant"),
    ("intron", "intron_variant"),
    ("regulatory", "regulatory_region_variant"),
    ("intergenic", "intergenic_variant"),
    ("protein_altering", "protein_altering_variant"),
    ("NMD_transcript", "NMD_transcript_variant"),
];

/// How much a consequence is expected to change, by Ensembl's and SnpEff's four classes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Impact {
    /// Not known, or none to speak of.
    Modifier,
    /// Unlikely to change the protein.
    Low,
    /// May change how well the protein works.
    Moderate,
    /// The protein is truncated, lost, or decays.
    High,
}

impl Impact {
    /// As VEP and SnpEff write it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Modifier => "MODIFIER",
            Self::Low => "LOW",
            Self::Moderate => "MODERATE",
            Self::High => "HIGH",
        }
    }
}

/// Places in [`TERMS`] by lower-case name.
static PLACES: LazyLock<HashMap<String, usize>> = LazyLock::new(|| {
    let own = TERMS.iter().enumerate();
    let mut places: HashMap<String, usize> = own.map(|(i, t)| (t.to_lowercase(), i)).collect();
    for (other, term) in OTHER_TERMS {
        if let Some(&place) = places.get(&term.to_lowercase()) {
            places.entry(other.to_lowercase()).or_insert(place);
        }
    }
    places
});

fn place(term: &str) -> Option<usize> {
    // bcftools csq marks what lies behind a stop that another variant makes.
    let term = term.trim_start_matches('*');
    // Most are written as they are here.
    let found = TERMS.iter().position(|t| *t == term);
    found.or_else(|| PLACES.get(&term.to_ascii_lowercase()).copied())
}

/// Higher is more severe, from 1; `None` of what is not a term. Case does not count.
#[must_use]
pub fn severity(term: &str) -> Option<usize> {
    place(term).map(|place| TERMS.len() - place)
}

/// A term without what is only there to end it: bcftools csq writes `missense`, Ensembl
/// `missense_variant`.
fn stem(term: &str) -> &str {
    const END: &str = "_variant";
    let cut = term.len().saturating_sub(END.len());
    match term.split_at_checked(cut) {
        Some((stem, end)) if end.eq_ignore_ascii_case(END) => stem,
        _ => term,
    }
}

/// The names of all programs, Ensembl's first.
fn names() -> impl Iterator<Item = &'static str> {
    TERMS.into_iter().chain(OTHER_TERMS.map(|(other, _)| other))
}

/// Every spelling of a term, Ensembl's first; none of what is not a term. Case does not count.
pub(super) fn spellings(term: &str) -> Vec<&'static str> {
    let stem_of_term = stem(term.trim_start_matches('*'));
    let same = |name: &&str| stem(name).eq_ignore_ascii_case(stem_of_term);
    names().filter(same).collect()
}

/// The term that is most like this text, as Ensembl spells it where it does.
pub(super) fn nearest_term(text: &str) -> Option<&'static str> {
    let found = nearest(text, names())?;
    spellings(found).first().copied()
}

/// Of several terms, separated by `&`, `+` or commas, the most severe one's.
#[must_use]
pub fn most_severe(terms: &str) -> Option<usize> {
    terms.split(['&', '+', ',']).filter_map(severity).max()
}

/// The impact of a term in Ensembl's table.
#[must_use]
pub fn impact(term: &str) -> Option<Impact> {
    let place = place(term)?;
    let first_of = |term: &str| TERMS.iter().position(|t| *t == term).unwrap_or(TERMS.len());
    Some(if place < first_of("inframe_insertion") {
        Impact::High
    } else if place < first_of("splice_donor_5th_base_variant") {
        Impact::Moderate
    } else if place < first_of("coding_sequence_variant") {
        Impact::Low
    } else {
        Impact::Modifier
    })
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

    #[test]
    fn newer_and_other_terms_have_their_rank() {
        let falling = [
            "inframe_deletion",
            "missense_variant",
            "protein_altering_variant",
            "splice_donor_5th_base_variant",
            "splice_region_variant",
            "splice_donor_region_variant",
            "splice_polypyrimidine_tract_variant",
            "incomplete_terminal_codon_variant",
            "non_coding_transcript_variant",
            "coding_transcript_variant",
            "upstream_gene_variant",
        ];
        let ranks: Vec<_> = falling.iter().map(|t| severity(t).unwrap()).collect();
        assert!(ranks.is_sorted_by(|a, b| a > b), "{ranks:?}");
        assert_eq!(PLACES.len(), TERMS.len() + OTHER_TERMS.len());
        for (other, term) in OTHER_TERMS {
            assert_eq!(severity(other), severity(term), "{other}");
        }
        assert_eq!(severity("*missense"), severity("missense_variant"));
    }

    #[test]
    fn a_term_has_the_spellings_of_all_programs() {
        for term in [
            "missense_variant",
            "missense",
            "*Missense",
            "MISSENSE_VARIANT",
        ] {
            assert_eq!(spellings(term), ["missense_variant", "missense"], "{term}");
        }
        assert_eq!(spellings("5_prime_UTR_variant").len(), 2);
        assert_eq!(spellings("stop_gained"), ["stop_gained"]);
        assert!(spellings("missens").is_empty() && spellings("_variant").is_empty());
        // Whoever has a spelling has the rank.
        for name in names() {
            let all = spellings(name);
            assert!(all.contains(&name) && all.iter().all(|s| severity(s) == severity(name)));
        }
        assert_eq!(nearest_term("missens"), Some("missense_variant"));
        assert_eq!(nearest_term("stop_gaind"), Some("stop_gained"));
        assert_eq!(nearest_term("gene_fusio"), Some("gene_fusion"));
        assert_eq!(nearest_term("?"), None);
    }

    #[test]
    fn impacts_are_ensembls() {
        for (term, expected) in [
            ("start_lost", "HIGH"),
            ("feature_truncation", "HIGH"),
            ("inframe_insertion", "MODERATE"),
            ("protein_altering_variant", "MODERATE"),
            ("splice_donor_5th_base_variant", "LOW"),
            ("synonymous", "LOW"),
            ("coding_sequence_variant", "MODIFIER"),
            ("sequence_variant", "MODIFIER"),
        ] {
            assert_eq!(impact(term).map(Impact::name), Some(expected), "{term}");
        }
        assert_eq!(impact("?"), None);
    }
}
