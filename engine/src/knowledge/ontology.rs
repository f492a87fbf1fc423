//! The ontologies that are known.

use super::Part;

/// An ontology. Where a name is a term's in several, earlier ones come first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Ontology {
    /// Mondo Disease Ontology.
    Mondo,
    /// Nanbyo Disease Ontology: Japan's intractable diseases.
    Nando,
    /// Human Phenotype Ontology.
    Hpo,
}

impl Ontology {
    /// All of them, in order.
    pub const ALL: [Self; 3] = [Self::Mondo, Self::Nando, Self::Hpo];

    /// What it is called.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Mondo => "Mondo",
            Self::Nando => "NANDO",
            Self::Hpo => "HPO",
        }
    }

    /// How its identifiers begin.
    #[must_use]
    pub const fn prefix(self) -> &'static str {
        match self {
            Self::Mondo => "MONDO:",
            Self::Nando => "NANDO:",
            Self::Hpo => "HP:",
        }
    }

    /// The ontology of an identifier.
    #[must_use]
    pub fn of_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|o| id.starts_with(o.prefix()))
    }

    pub(super) const fn part(self) -> Part {
        match self {
            Self::Mondo => Part::Mondo,
            Self::Nando => Part::Nando,
            Self::Hpo => Part::Hpo,
        }
    }
}
