//! What is found: documents with names.

/// What a document is about. Among equal matches, earlier kinds come first.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A gene.
    Gene,
    /// A disease.
    Disease,
    /// A phenotype, of people.
    Phenotype,
    /// A variant of a store.
    Variant,
    /// A cohort of a store, or a value of a column that makes one.
    Cohort,
    /// A column of the sample table.
    Column,
}

impl Kind {
    /// All of them, in order.
    pub const ALL: [Self; 6] = [
        Self::Gene,
        Self::Disease,
        Self::Phenotype,
        Self::Variant,
        Self::Cohort,
        Self::Column,
    ];

    /// The word for it: "gene", "disease" and so on.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Gene => "gene",
            Self::Disease => "disease",
            Self::Phenotype => "phenotype",
            Self::Variant => "variant",
            Self::Cohort => "cohort",
            Self::Column => "column",
        }
    }

    /// The kind that is called so.
    #[must_use]
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|k| k.name().eq_ignore_ascii_case(name))
    }
}

/// What a name is to its document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NameKind {
    /// The approved symbol of a gene.
    Symbol,
    /// The preferred name.
    Label,
    /// Another name for the same.
    Synonym,
    /// How the name is read, in hiragana.
    Reading,
    /// Another symbol of a gene.
    Alias,
    /// A symbol or name that was approved once.
    Previous,
    /// A broader, narrower or related name.
    Related,
    /// An identifier of this or another catalogue.
    Identifier,
    /// A description by HGVS' rules: `NM_000059.4:c.5946del`, `BRCA2:p.Ser1982fs`.
    Hgvs,
    /// An rsID.
    Rsid,
}

impl NameKind {
    /// The word for it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Symbol => "symbol",
            Self::Label => "label",
            Self::Synonym => "synonym",
            Self::Reading => "reading",
            Self::Alias => "alias",
            Self::Previous => "previous",
            Self::Related => "related",
            Self::Identifier => "identifier",
            Self::Hgvs => "hgvs",
            Self::Rsid => "rsid",
        }
    }

    /// Order among equal matches: below 8.
    pub(super) const fn class(self) -> u64 {
        match self {
            Self::Symbol | Self::Hgvs | Self::Rsid => 0,
            Self::Label => 1,
            Self::Synonym | Self::Reading => 2,
            Self::Alias => 3,
            Self::Previous => 4,
            Self::Related => 5,
            Self::Identifier => 6,
        }
    }
}

/// A name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    /// As it is written.
    pub text: String,
    /// What it is to its document.
    pub kind: NameKind,
}

impl Name {
    /// A name of this kind.
    pub fn new(text: impl Into<String>, kind: NameKind) -> Self {
        Self {
            text: text.into(),
            kind,
        }
    }
}

/// Something that can be found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// What it is about.
    pub kind: Kind,
    /// Its identifier; unique among documents of its kind.
    pub id: String,
    /// What it is shown as: the symbol of a gene, the English label of a term.
    pub title: String,
    /// What it is shown as to those who asked in Japanese.
    pub title_ja: Option<String>,
    /// A few words more: the full name of a gene.
    pub about: Option<String>,
    /// Names beside the titles and the identifier.
    pub names: Vec<Name>,
    /// What can be asked for with `field:value`; names of fields are lower-case words.
    pub fields: Vec<(String, String)>,
    /// How much is known of it, 0 to 1000: more comes first among equal matches.
    pub weight: u16,
}

impl Document {
    /// A document with these titles and nothing more.
    pub fn new(kind: Kind, id: impl Into<String>, title: impl Into<String>) -> Self {
        Self {
            kind,
            id: id.into(),
            title: title.into(),
            title_ja: None,
            about: None,
            names: Vec::new(),
            fields: Vec::new(),
            weight: 0,
        }
    }

    /// Every name by which it is found: the titles, the words about it if it is a gene, the
    /// names, the identifier.
    pub fn all_names(&self) -> impl Iterator<Item = (&str, NameKind)> {
        let title = match self.kind {
            Kind::Gene => NameKind::Symbol,
            _ => NameKind::Label,
        };
        let about = self.about.as_deref().filter(|_| self.kind == Kind::Gene);
        let titles = [
            Some((self.title.as_str(), title)),
            self.title_ja.as_deref().map(|t| (t, NameKind::Label)),
            about.map(|t| (t, NameKind::Label)),
        ];
        titles
            .into_iter()
            .flatten()
            .chain(self.names.iter().map(|n| (n.text.as_str(), n.kind)))
            .chain(std::iter::once((self.id.as_str(), NameKind::Identifier)))
    }
}
