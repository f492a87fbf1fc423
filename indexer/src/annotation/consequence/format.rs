//! The header line of consequences: which fields there are, and what each is for.

use genodex_engine::diagnostic::nearest;

use super::ConsequenceError;
use crate::reader::{FieldLine, field_lines};

/// INFO fields that programs use, in the order in which one is chosen.
const USUAL_KEYS: [&str; 5] = ["CSQ", "vep", "VEP", "ANN", "BCSQ"];

/// Characters of a description that are shown.
const SHOWN: usize = 80;

/// Which program wrote the consequences.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// Ensembl's VEP.
    Vep,
    /// SnpEff, `ANN`.
    SnpEff,
    /// `bcftools csq`.
    Csq,
}

/// Places of the fields that have a meaning here.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Places {
    pub(super) allele: Option<usize>,
    pub(super) allele_number: Option<usize>,
    pub(super) consequence: usize,
    pub(super) impact: Option<usize>,
    pub(super) symbol: Option<usize>,
    pub(super) gene_id: Option<usize>,
    pub(super) feature: Option<usize>,
    pub(super) feature_type: Option<usize>,
    pub(super) biotype: Option<usize>,
    pub(super) hgvs_c: Option<usize>,
    pub(super) hgvs_p: Option<usize>,
    pub(super) canonical: Option<usize>,
    pub(super) mane: Option<usize>,
    pub(super) mane_select: Option<usize>,
    pub(super) mane_plus_clinical: Option<usize>,
    pub(super) lof: Option<usize>,
    pub(super) lof_filter: Option<usize>,
    pub(super) lof_flags: Option<usize>,
    pub(super) lof_info: Option<usize>,
    pub(super) sift: Option<usize>,
    pub(super) polyphen: Option<usize>,
    /// `POSITIONref>alt` of bcftools csq.
    pub(super) dna_change: Option<usize>,
}

/// An INFO field of consequences, as its header line describes it.
#[derive(Clone, Debug)]
pub struct ConsequenceFormat {
    key: String,
    dialect: Dialect,
    fields: Vec<String>,
    pub(super) places: Places,
}

impl ConsequenceFormat {
    /// The field of consequences in a header, all its lines as text: `CSQ` (or `vep`) before
    /// `ANN` before `BCSQ` before any other that is described as one. `None` where there is
    /// none.
    ///
    /// # Errors
    /// [`ConsequenceError`]: one of the usual names is there but not described; or there is only
    /// SnpEff's old `EFF`.
    pub fn find(header: &str) -> Result<Option<Self>, ConsequenceError> {
        let lines = field_lines(header, "INFO");
        let named = |key: &str| lines.iter().find(|l| l.id == key);
        for line in USUAL_KEYS.iter().filter_map(|key| named(key)) {
            // ANN may be another program's own.
            match Self::parse(&line.id, &line.description) {
                Err(_) if line.id == "ANN" => {}
                found => return found.map(Some),
            }
        }
        let others = lines.iter().filter(|l| !matches!(&*l.id, "LOF" | "NMD"));
        let other = others
            .filter(|l| l.description.contains('|'))
            .find_map(|l| Self::parse(&l.id, &l.description).ok());
        match other {
            None if named("EFF").is_some_and(is_old_snpeff) => Err(ConsequenceError::OldSnpEff),
            found => Ok(found),
        }
    }

    /// The INFO field `key` of a header.
    ///
    /// # Errors
    /// [`ConsequenceError`].
    pub fn named(header: &str, key: &str) -> Result<Self, ConsequenceError> {
        let lines = field_lines(header, "INFO");
        let Some(line) = lines.iter().find(|l| l.id == key) else {
            let nearest = nearest(key, lines.iter().map(|l| l.id.as_str()));
            return Err(ConsequenceError::UnknownKey {
                key: key.to_owned(),
                nearest: nearest.map(str::to_owned),
            });
        };
        Self::parse(key, &line.description)
    }

    /// From the ID and the Description of a header line.
    ///
    /// # Errors
    /// [`ConsequenceError`].
    pub fn parse(key: &str, description: &str) -> Result<Self, ConsequenceError> {
        if key == "EFF" {
            return Err(ConsequenceError::OldSnpEff);
        }
        let list = ["Format:", "Functional annotations:", "FORMAT:", "format:"]
            .iter()
            .find_map(|start| description.split_once(start))
            .map(|(_, list)| list);
        let Some(list) = list else {
            return Err(ConsequenceError::NoFormat {
                key: key.to_owned(),
                description: description.chars().take(SHOWN).collect(),
            });
        };
        // bcftools csq up to 1.9 wrote "'[*]Consequence|gene|...[|strand|...]'".
        let list = list.replace("[*]", "").replace(['[', ']'], "");
        let quotes = |c: char| c.is_whitespace() || matches!(c, '\'' | '"' | '.');
        let list = list.trim_matches(quotes);
        let fields: Vec<String> = list.split('|').map(|f| f.trim().to_owned()).collect();
        let place = |names: &[&str]| {
            let found = names
                .iter()
                .find_map(|name| fields.iter().position(|f| f == name));
            let any_case = || {
                names
                    .iter()
                    .find_map(|name| fields.iter().position(|f| f.eq_ignore_ascii_case(name)))
            };
            found.or_else(any_case)
        };
        let Some(consequence) = place(&["Consequence", "Annotation"]) else {
            return Err(ConsequenceError::NoConsequence {
                key: key.to_owned(),
                fields: fields.join(", "),
            });
        };
        let dialect = if place(&["dna_change"]).is_some() || key == "BCSQ" {
            Dialect::Csq
        } else if place(&["Annotation_Impact"]).is_some() {
            Dialect::SnpEff
        } else {
            Dialect::Vep
        };
        // "Gene" is VEP's identifier, and bcftools csq's symbol.
        let csq = dialect == Dialect::Csq;
        let places = Places {
            allele: place(&["Allele"]),
            allele_number: place(&["ALLELE_NUM"]),
            consequence,
            impact: place(&["IMPACT", "Annotation_Impact"]),
            symbol: if csq {
                place(&["gene", "SYMBOL"])
            } else {
                place(&["SYMBOL", "Gene_Name", "HGNC"])
            },
            gene_id: if csq {
                None
            } else {
                place(&["Gene", "Gene_ID"])
            },
            feature: place(&["Feature", "Feature_ID", "transcript"]),
            feature_type: place(&["Feature_type"]),
            biotype: place(&["BIOTYPE", "Transcript_BioType"]),
            hgvs_c: place(&["HGVSc", "HGVS.c"]),
            hgvs_p: place(&["HGVSp", "HGVS.p"]),
            canonical: place(&["CANONICAL"]),
            mane: place(&["MANE"]),
            mane_select: place(&["MANE_SELECT"]),
            mane_plus_clinical: place(&["MANE_PLUS_CLINICAL"]),
            lof: place(&["LoF"]),
            lof_filter: place(&["LoF_filter"]),
            lof_flags: place(&["LoF_flags"]),
            lof_info: place(&["LoF_info"]),
            sift: place(&["SIFT"]),
            polyphen: place(&["PolyPhen"]),
            dna_change: place(&["dna_change"]),
        };
        Ok(Self {
            key: key.to_owned(),
            dialect,
            fields,
            places,
        })
    }

    /// The INFO field.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }

    /// Which program wrote it.
    #[must_use]
    pub const fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// Names of the fields, in the order written.
    #[must_use]
    pub fn fields(&self) -> &[String] {
        &self.fields
    }

    /// The place of a field by its name.
    ///
    /// # Errors
    /// [`ConsequenceError::UnknownField`].
    pub fn field(&self, name: &str) -> Result<usize, ConsequenceError> {
        let found = self.fields.iter().position(|f| f == name);
        let found = found.or_else(|| {
            self.fields
                .iter()
                .position(|f| f.eq_ignore_ascii_case(name))
        });
        found.ok_or_else(|| ConsequenceError::UnknownField {
            key: self.key.clone(),
            name: name.to_owned(),
            nearest: nearest(name, self.fields.iter().map(String::as_str)).map(str::to_owned),
            fields: self.fields.join(", "),
        })
    }
}

fn is_old_snpeff(line: &FieldLine) -> bool {
    line.description.contains("Effect_Impact") || line.description.contains("Effect (")
}
