//! A gene and what is known of it.

/// A gene. Texts are empty, and numbers none, where they are not known.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Gene {
    /// HGNC's identifier: `HGNC:20001`.
    pub id: String,
    /// Approved symbol.
    pub symbol: String,
    /// Approved name.
    pub name: String,
    /// Other symbols.
    pub aliases: Vec<String>,
    /// Other names.
    pub alias_names: Vec<String>,
    /// Symbols that were approved once.
    pub previous: Vec<String>,
    /// Names that were approved once.
    pub previous_names: Vec<String>,
    /// HGNC's identifiers of genes that were merged into this one.
    pub former_ids: Vec<String>,
    /// HGNC's type of locus: `gene with protein product`.
    pub locus_type: String,
    /// Cytoband: `1p32.3`.
    pub cytoband: String,
    /// Ensembl's identifier, without a version.
    pub ensembl: String,
    /// NCBI's number.
    pub entrez: String,
    /// UniProt's accessions.
    pub uniprot: Vec<String>,
    /// OMIM's numbers of the gene.
    pub omim: Vec<String>,
    /// MANE Select transcript: Ensembl's and RefSeq's identifiers.
    pub mane_select: Vec<String>,
    /// Where it lies on GRCh38.
    pub grch38: Option<GenePlace>,
    /// Where it lies on GRCh37.
    pub grch37: Option<GenePlace>,
    /// Whether it lies on the forward strand.
    pub forward: Option<bool>,
    /// How much variation it tolerates.
    pub constraint: Constraint,
    /// Tier of the druggable genome: `1`, `2`, `3A`, `3B`.
    pub tier: String,
    /// `small_molecule`, `biotherapeutic`, `adme`, `protac`.
    pub modalities: Vec<String>,
    /// Disorders for which ACMG recommends to report secondary findings, with their inheritance.
    pub acmg_sf: Vec<String>,
}

/// An interval of a contig, 1-based and closed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GenePlace {
    /// The contig, without `chr`.
    pub contig: String,
    /// First base.
    pub start: u32,
    /// Last base.
    pub end: u32,
}

/// gnomAD's measures of constraint.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Constraint {
    /// Probability of loss-of-function intolerance, 0 to 1.
    pub pli: Option<f64>,
    /// Upper bound of observed over expected loss-of-function variants.
    pub loeuf: Option<f64>,
    /// Z of missense variants; positive where they are fewer than expected.
    pub mis_z: Option<f64>,
}

impl Gene {
    /// Whether it codes for a protein.
    #[must_use]
    pub fn is_protein_coding(&self) -> bool {
        self.locus_type == "gene with protein product"
    }
}

impl GenePlace {
    /// Reads `1:55039447-55064852`.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (contig, range) = text.rsplit_once(':')?;
        let (start, end) = range.split_once('-')?;
        let (start, end) = (start.parse().ok()?, end.parse().ok()?);
        (!contig.is_empty() && 0 < start && start <= end).then(|| Self {
            contig: contig.to_owned(),
            start,
            end,
        })
    }
}

impl std::fmt::Display for GenePlace {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}-{}", self.contig, self.start, self.end)
    }
}
