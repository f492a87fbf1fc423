//! What can be wrong with a header's description of consequences.

/// Why consequences cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ConsequenceError {
    /// A description names no fields.
    #[error(
        "INFO/{key}: its Description does not list fields (\"... Format: Allele|Consequence|...\"), but says {description:?}; copy the header line of the annotated file"
    )]
    NoFormat {
        /// The INFO field.
        key: String,
        /// Its description, or its start.
        description: String,
    },
    /// The fields have none for the consequence.
    #[error(
        "INFO/{key}: none of its fields is \"Consequence\" (VEP, bcftools csq) or \"Annotation\" (SnpEff); it has {fields}"
    )]
    NoConsequence {
        /// The INFO field.
        key: String,
        /// Its fields.
        fields: String,
    },
    /// SnpEff's format before version 4.1.
    #[error(
        "INFO/EFF is SnpEff's old format, which is not supported; annotate again with SnpEff 4.1 or later (without -formatEff), which writes INFO/ANN"
    )]
    OldSnpEff,
    /// No INFO field of this name.
    #[error(
        "the header has no INFO/{key}{}",
        nearest.as_ref().map_or_else(String::new, |n| format!("; did you mean {n}?"))
    )]
    UnknownKey {
        /// What was asked for.
        key: String,
        /// The most similar INFO field.
        nearest: Option<String>,
    },
    /// No sub-field of this name.
    #[error(
        "INFO/{key} has no field {name:?}{}; it has {fields}",
        nearest.as_ref().map_or_else(String::new, |n| format!(", did you mean {n:?}?"))
    )]
    UnknownField {
        /// The INFO field.
        key: String,
        /// What was asked for.
        name: String,
        /// The most similar field.
        nearest: Option<String>,
        /// The fields that there are.
        fields: String,
    },
}
