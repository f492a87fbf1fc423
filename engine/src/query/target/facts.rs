//! What is known of a gene, whatever the store.

use serde::Serialize;

use crate::genome::Build;
use crate::knowledge::{DiseaseLink, Gene, Knowledge, KnowledgeError, Term};

/// Phenotypes that are named.
const PHENOTYPES: usize = 12;

/// A gene. Texts are empty, and numbers none, where they are not known.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct GeneFacts {
    /// HGNC's identifier.
    pub id: String,
    /// Approved symbol.
    pub symbol: String,
    /// Approved name.
    pub name: String,
    /// HGNC's type of locus.
    pub locus_type: String,
    /// Other symbols.
    pub aliases: Vec<String>,
    /// Symbols that were approved once.
    pub previous: Vec<String>,
    /// Ensembl's identifier.
    pub ensembl: String,
    /// NCBI's number.
    pub entrez: String,
    /// UniProt's accessions.
    pub uniprot: Vec<String>,
    /// MANE Select transcript.
    pub mane_select: Vec<String>,
    /// Cytoband.
    pub cytoband: String,
    /// Genome build of `location`: the store's, else GRCh38.
    pub build: String,
    /// Where it lies, 1-based and closed: `1:55039447-55064852`.
    pub location: Option<String>,
    /// Its strand: `+` or `-`.
    pub strand: Option<char>,
    /// Probability of loss-of-function intolerance.
    pub pli: Option<f64>,
    /// Upper bound of observed over expected loss-of-function variants.
    pub loeuf: Option<f64>,
    /// Z of missense variants.
    pub mis_z: Option<f64>,
    /// Tier of the druggable genome.
    pub druggable_tier: String,
    /// What kinds of drug it is known or thought to suit.
    pub modalities: Vec<String>,
    /// Disorders of ACMG's list of secondary findings.
    pub acmg_sf: Vec<String>,
    /// Diseases that come of it.
    pub diseases: Vec<DiseaseFacts>,
    /// Phenotypes of these diseases, those of more diseases first: some of them.
    pub phenotypes: Vec<PhenotypeFacts>,
    /// How many phenotypes there are.
    pub n_phenotypes: usize,
}

/// A name with its identifier.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Named {
    /// The identifier.
    pub id: String,
    /// The English name.
    pub label: String,
    /// The Japanese name.
    pub label_ja: Option<String>,
}

/// A disease of a gene.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DiseaseFacts {
    /// As its catalogue has it: `OMIM:603776`.
    #[serde(flatten)]
    pub disease: Named,
    /// Terms of Mondo that are the same.
    pub mondo: Vec<Named>,
    /// Japanese intractable diseases that are close.
    pub nando: Vec<Named>,
}

/// A phenotype of a gene's diseases.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PhenotypeFacts {
    /// The term of HPO.
    #[serde(flatten)]
    pub phenotype: Named,
    /// How many diseases of the gene have it.
    pub diseases: usize,
}

impl From<&Term> for Named {
    fn from(term: &Term) -> Self {
        Self {
            id: term.id.clone(),
            label: term.label.clone(),
            label_ja: term.label_ja.clone(),
        }
    }
}

impl GeneFacts {
    /// Gathers what is known of a gene; its place on `build`, else on GRCh38.
    pub(super) fn new(
        gene: &Gene,
        knowledge: &Knowledge,
        build: Build,
    ) -> Result<Self, KnowledgeError> {
        let diseases = knowledge.diseases_of(gene)?;
        let phenotypes = knowledge.phenotypes_of_gene(gene)?;
        let place = match build {
            Build::Grch37 => gene.grch37.as_ref(),
            Build::Grch38 | Build::Unknown => gene.grch38.as_ref(),
        };
        let build = if build == Build::Grch37 {
            "GRCh37"
        } else {
            "GRCh38"
        };
        Ok(Self {
            id: gene.id.clone(),
            symbol: gene.symbol.clone(),
            name: gene.name.clone(),
            locus_type: gene.locus_type.clone(),
            aliases: gene.aliases.clone(),
            previous: gene.previous.clone(),
            ensembl: gene.ensembl.clone(),
            entrez: gene.entrez.clone(),
            uniprot: gene.uniprot.clone(),
            mane_select: gene.mane_select.clone(),
            cytoband: gene.cytoband.clone(),
            build: build.to_owned(),
            location: place.map(ToString::to_string),
            strand: gene.forward.map(|f| if f { '+' } else { '-' }),
            pli: gene.constraint.pli,
            loeuf: gene.constraint.loeuf,
            mis_z: gene.constraint.mis_z,
            druggable_tier: gene.tier.clone(),
            modalities: gene.modalities.clone(),
            acmg_sf: gene.acmg_sf.clone(),
            diseases: diseases.iter().map(DiseaseFacts::from).collect(),
            n_phenotypes: phenotypes.len(),
            phenotypes: (phenotypes.iter().take(PHENOTYPES))
                .map(|link| PhenotypeFacts {
                    phenotype: link.phenotype.into(),
                    diseases: link.diseases.len(),
                })
                .collect(),
        })
    }
}

impl From<&DiseaseLink<'_>> for DiseaseFacts {
    fn from(link: &DiseaseLink<'_>) -> Self {
        let named = |terms: &[&Term]| terms.iter().map(|t| Named::from(*t)).collect::<Vec<_>>();
        let (mondo, nando) = (named(&link.mondo), named(&link.nando));
        let mut terms = mondo.iter().chain(&nando);
        Self {
            disease: Named {
                id: link.disease.id.clone(),
                label: link.disease.name.clone(),
                label_ja: terms.find_map(|t| t.label_ja.clone()),
            },
            mondo,
            nando,
        }
    }
}
