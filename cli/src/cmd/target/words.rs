//! What both pages say in the same words.

use genodex_engine::query::burden::StoredResult;
use genodex_engine::query::target::{
    Comparison, Comparisons, DiseaseDossier, Finding, Frequency, GeneDossier, GeneFacts, InGroup,
    KnockoutCounts, MaskUsed, Named, RankedGene, Share, TargetVariant,
};

use crate::page::number::{interval, optional, probability, real, whole};

pub(super) const COMPARED: &str = "Values: how many of those known have it, Fisher's exact test, \
     odds ratio (OR). Numbers: mean and how many are known, rank-sum test, difference of means \
     (diff), in standard deviations (d). Each with its 95 % interval; p adjusted for the number of \
     tests (Holm), not for ancestry, relatedness or anything else.";

/// What stands under "Associations" where there is no table of them.
pub(super) const fn no_associations(page: &GeneDossier) -> &'static str {
    if page.has_results {
        "The results that are stored (genodex burden --store-results) have no row of this gene."
    } else {
        "No burden results are stored: genodex burden --store-results keeps them here."
    }
}

/// The columns of a table of associations; whether they are numbers.
pub(super) const ASSOCIATIONS: [(&str, bool); 8] = [
    ("Trait", false),
    ("Mask", false),
    ("Test", false),
    ("People", true),
    ("Effect", true),
    ("SE", true),
    ("−log10 p", true),
    ("Study", false),
];

/// A row of it.
pub(super) fn association(of: &StoredResult) -> [String; 8] {
    let people = match of.cases {
        Some(cases) => format!("{} / {}", whole(cases), whole(of.people)),
        None => whole(of.people),
    };
    [
        of.trait_name.clone(),
        of.mask.clone(),
        of.test.clone(),
        people,
        optional(of.beta, 3),
        optional(of.se, 3),
        real(of.log10p, 3),
        of.study.clone(),
    ]
}

/// Facts of a gene, as terms and what is said of each; some are empty.
pub(super) fn facts(known: &GeneFacts) -> Vec<(&'static str, String)> {
    let place = known.location.as_ref().map(|location| {
        let strand = known.strand.map_or_else(String::new, |s| format!(" ({s})"));
        format!("{location}{strand} on {}", known.build)
    });
    let place = [place.unwrap_or_default(), known.cytoband.clone()];
    let ids = [
        known.id.clone(),
        known.ensembl.clone(),
        match known.entrez.is_empty() {
            true => String::new(),
            false => format!("NCBI {}", known.entrez),
        },
        match known.uniprot.is_empty() {
            true => String::new(),
            false => format!("UniProt {}", known.uniprot.join(" ")),
        },
        match known.mane_select.is_empty() {
            true => String::new(),
            false => format!("MANE Select {}", known.mane_select.join(" / ")),
        },
    ];
    let mut also = known.aliases.join(", ");
    if !known.previous.is_empty() {
        let before = known.previous.join(", ");
        also = match also.is_empty() {
            true => format!("before: {before}"),
            false => format!("{also}; before: {before}"),
        };
    }
    let mut druggable = Vec::new();
    if !known.druggable_tier.is_empty() {
        druggable.push(format!(
            "tier {} of the druggable genome ({})",
            known.druggable_tier,
            tier(&known.druggable_tier)
        ));
    }
    if !known.modalities.is_empty() {
        druggable.push(known.modalities.join(", ").replace('_', " "));
    }
    let druggable = match druggable.is_empty() {
        true => "not in the druggable genome".to_owned(),
        false => druggable.join("; "),
    };
    vec![
        ("Name", known.name.clone()),
        ("Identifiers", joined(&ids)),
        ("Locus", joined(&[known.locus_type.clone(), joined(&place)])),
        ("Also called", also),
        ("Constraint", constraint(known)),
        ("Druggability", druggable),
        ("ACMG secondary findings", known.acmg_sf.join("; ")),
    ]
}

/// What a tier of the druggable genome (Finan and others, 2017) holds.
fn tier(tier: &str) -> &'static str {
    match tier {
        "1" => "targets of approved drugs and of drugs in clinical trials",
        "2" => "like the targets of approved drugs, or bound by drug-like compounds",
        "3A" => "secreted or extracellular, close to a target or in a key family",
        "3B" => "secreted or extracellular, farther away",
        _ => "tier by Finan and others, 2017",
    }
}

fn constraint(known: &GeneFacts) -> String {
    let mut parts = Vec::new();
    if let Some(pli) = known.pli {
        let means = match pli {
            p if p >= 0.9 => "intolerant of loss of function: 0.9 or more",
            p if p <= 0.1 => "tolerant of loss of function: 0.1 or less",
            _ => "between tolerant (0.1 or less) and intolerant (0.9 or more)",
        };
        parts.push(format!("pLI {} ({means})", probability_of(pli)));
    }
    if let Some(loeuf) = known.loeuf {
        let means = match loeuf {
            l if l < 0.35 => {
                "constrained: at most this part of the loss-of-function variants that chance \
                would make is seen"
            }
            _ => "not among the constrained, below 0.35",
        };
        parts.push(format!("LOEUF {} ({means})", real(loeuf, 3)));
    }
    if let Some(z) = known.mis_z {
        parts.push(format!(
            "missense z {} (3.09 or more: fewer than expected)",
            real(z, 3)
        ));
    }
    match parts.is_empty() {
        true => "not known".to_owned(),
        false => parts.join("; "),
    }
}

/// Those that are not empty, with commas between them.
fn joined(parts: &[String]) -> String {
    let parts: Vec<&str> = (parts.iter().map(String::as_str))
        .filter(|p| !p.is_empty())
        .collect();
    parts.join(", ")
}

/// A name with its identifier and its Japanese name.
pub(super) fn named(named: &Named) -> String {
    let ja = named.label_ja.as_deref().filter(|ja| *ja != named.label);
    let ja = ja.map_or_else(String::new, |ja| format!(" {ja}"));
    format!("{}{ja} ({})", named.label, named.id)
}

/// What is asserted: `2 Pathogenic, 1 Benign`.
pub(super) fn asserted(dossier: &GeneDossier) -> String {
    let asserted = dossier.clinical.iter();
    let asserted: Vec<String> = asserted
        .map(|a| format!("{} {}", whole(a.variants), a.significance))
        .collect();
    match (asserted.is_empty(), dossier.has_clinical) {
        (false, _) => asserted.join(", "),
        (true, true) => "none of the qualifying variants".to_owned(),
        (true, false) => "the store has none: annotate it from a VCF of ClinVar".to_owned(),
    }
}

/// How many people have a disease, where that is known.
pub(super) fn people_with(page: &DiseaseDossier) -> Option<String> {
    let with = whole(page.people_with?);
    let of = number_of(page.people, "person", "people");
    Some(format!(
        "{with} of {of} have its code, or one below it, in the sample table."
    ))
}

/// Which variants are listed.
pub(super) fn which(dossier: &GeneDossier) -> String {
    let of = whole(dossier.variants_in_gene);
    let mut text = format!(
        "{} of the gene's {of} variants qualify ({}); found by {}.",
        whole(dossier.variants.len() as u64 + dossier.unseen),
        mask(&dossier.masks),
        dossier.found_by
    );
    if dossier.unseen > 0 {
        let unseen = whole(dossier.unseen);
        text.push_str(&format!(" Not listed: {unseen} that nobody has."));
    }
    text
}

/// The mask of qualifying variants.
pub(super) fn mask(masks: &MaskUsed) -> String {
    let mask = masks.qualifying.as_deref().unwrap_or("every variant");
    match masks.max_af {
        Some(af) => format!("{mask}; AF at most {}", real(af, 3)),
        None => mask.to_owned(),
    }
}

/// The mask of loss of function.
pub(super) fn lof_mask(masks: &MaskUsed) -> String {
    let mask = masks.lof.as_deref().unwrap_or("unknown");
    match masks.max_af {
        Some(af) => format!("{mask}; AF at most {}", real(af, 3)),
        None => mask.to_owned(),
    }
}

/// What a variant changes, in the fewest words.
pub(super) fn change(variant: &TargetVariant) -> String {
    let bare = |hgvs: &Option<String>| {
        let hgvs = hgvs.as_deref()?;
        Some(hgvs.rsplit_once(':').map_or(hgvs, |(_, c)| c).to_owned())
    };
    bare(&variant.hgvsp)
        .or_else(|| bare(&variant.hgvsc))
        .unwrap_or_default()
}

/// A frequency: `0.0123`.
pub(super) fn af(frequency: &Frequency) -> String {
    optional(frequency.af, 3)
}

/// A frequency by population with the counts: `0.0123 (3/244)`.
pub(super) fn counted(frequency: &Frequency) -> String {
    format!(
        "{} ({}/{})",
        af(frequency),
        whole(frequency.ac),
        whole(frequency.an)
    )
}

/// People of groups: `AFR 3 of 661, EUR 0 of 503`.
pub(super) fn shares(groups: &[InGroup<Share>]) -> String {
    let share =
        |g: &InGroup<Share>| format!("{} {} of {}", g.group, whole(g.of.people), whole(g.of.of));
    groups.iter().map(share).collect::<Vec<_>>().join(", ")
}

/// How copies are hit: `1 homozygous, 2 hemizygous`.
pub(super) fn classes(counts: &KnockoutCounts) -> String {
    format!(
        "{} homozygous, {} hemizygous, {} compound heterozygous in trans; {} more may be \
         compound (phase unknown)",
        whole(counts.homozygous),
        whole(counts.hemizygous),
        whole(counts.compound),
        whole(counts.possible)
    )
}

/// Column and value: `case=true`.
pub(super) fn compared(comparison: &Comparison) -> String {
    match &comparison.finding {
        Finding::Fisher { value, .. } => format!("{} = {value}", comparison.column),
        Finding::RankSum { .. } => comparison.column.clone(),
    }
}

/// These people, everyone else, the effect and its interval.
pub(super) fn effect(comparison: &Comparison) -> [String; 4] {
    match &comparison.finding {
        Finding::Fisher {
            with,
            with_others,
            odds_ratio,
            low,
            high,
            ..
        } => [
            format!("{}/{}", whole(*with), whole(comparison.known)),
            format!("{}/{}", whole(*with_others), whole(comparison.known_others)),
            format!("OR {}", optional(*odds_ratio, 3)),
            interval(*low, *high, 3),
        ],
        Finding::RankSum {
            mean,
            mean_others,
            difference,
            interval: ends,
            effect,
        } => [
            format!("{} (n {})", real(*mean, 4), whole(comparison.known)),
            format!(
                "{} (n {})",
                real(*mean_others, 4),
                whole(comparison.known_others)
            ),
            format!("diff {} (d {})", real(*difference, 3), optional(*effect, 2)),
            ends.map_or_else(|| "–".to_owned(), |(low, high)| interval(low, high, 3)),
        ],
    }
}

/// Columns that are not compared, and why.
pub(super) fn left_out(compared: &Comparisons) -> String {
    let columns = compared.left_out.iter();
    let columns: Vec<String> = columns
        .map(|l| format!("{} ({})", l.column, l.reason))
        .collect();
    columns.join("; ")
}

/// p and adjusted p.
pub(super) fn p_values(comparison: &Comparison) -> [String; 2] {
    [comparison.p, comparison.p_holm].map(probability)
}

/// A gene's sources: the first ones.
pub(super) fn sources(gene: &RankedGene, most: usize) -> String {
    let shown = gene.sources.iter().take(most);
    let mut shown: Vec<String> = shown.map(|s| format!("{} ({})", s.label, s.id)).collect();
    if gene.sources.len() > most {
        shown.push(format!("{} more", gene.sources.len() - most));
    }
    shown.join("; ")
}

/// A pLI, which below a thousandth says no more: `0.034`, `<0.001`.
pub(super) fn probability_of(pli: f64) -> String {
    match pli < 0.001 {
        true => "<0.001".to_owned(),
        false => real(pli, 2),
    }
}

/// The same, of one that may not be known.
pub(super) fn pli(pli: Option<f64>) -> String {
    pli.map_or_else(|| "–".to_owned(), probability_of)
}

/// A number of things.
pub(super) fn number_of(n: u64, one: &str, many: &str) -> String {
    format!("{} {}", whole(n), if n == 1 { one } else { many })
}

/// What of a gene's variants is loss of function.
pub(super) fn lof_variants(n: u64, masks: &MaskUsed) -> String {
    format!(
        "{} that somebody has ({}).",
        number_of(n, "variant", "variants"),
        lof_mask(masks)
    )
}

/// How a disease's genes are ranked.
pub(super) fn ranked(page: &DiseaseDossier) -> String {
    format!(
        "{}, by the number of linked diseases, then of people here who carry loss of function, \
         then of qualifying variants here, then by constraint; among {}. Qualifying: {}. Loss of \
         function: {}.",
        number_of(page.genes.len() as u64, "gene", "genes"),
        number_of(page.people, "person", "people"),
        mask(&page.masks),
        lof_mask(&page.masks),
    )
}

/// A number that may not be known.
pub(super) fn known(value: Option<u64>) -> String {
    value.map_or_else(|| "–".to_owned(), whole)
}
