//! Families: who is whose father and mother, from the sample table or a `.fam`/`.ped` file.
//!
//! People are those that the source names; some have genotypes in the store ([`Person::sample`])
//! and some, such as a parent who was not sequenced, have none. What is done with trios is left
//! to the queries.

mod build;
mod file;

#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::path::PathBuf;

use crate::format::samples::{SampleTable, Sex};

/// Why there is no pedigree.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PedigreeError {
    /// The file cannot be read.
    #[error("cannot read the pedigree {}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// The reason.
        source: std::io::Error,
    },
    /// A line of the file is not as it should be.
    #[error("{}: line {line}: {reason}", path.display())]
    Line {
        /// The file.
        path: PathBuf,
        /// 1-based line.
        line: u64,
        /// What is wrong, and what is expected.
        reason: String,
    },
    /// The family columns of the sample table contradict each other.
    #[error("the sample table, sample {sample:?}: {reason}")]
    Sample {
        /// Id of the sample.
        sample: String,
        /// What is wrong, and what is expected.
        reason: String,
    },
    /// Somebody is their own ancestor.
    #[error(
        "the pedigree has a cycle: {0} is among their own ancestors; correct the parents recorded"
    )]
    Cycle(String),
    /// Nobody of the file is in the store.
    #[error("{}: none of its {people} people is in the store{}", path.display(), hint(.example.as_ref()))]
    NoneMatched {
        /// The file.
        path: PathBuf,
        /// People in it.
        people: usize,
        /// An id of the file and one of the store, to compare.
        example: Option<(String, String)>,
    },
}

fn hint(example: Option<&(String, String)>) -> String {
    example.map_or_else(String::new, |(file, store)| {
        format!(" (the file has {file:?}, the store {store:?})")
    })
}

/// Somebody in a pedigree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// Family id; `0` where none is given.
    pub family: String,
    /// Own id.
    pub id: String,
    /// The father, by place in [`Pedigree::people`].
    pub father: Option<usize>,
    /// The mother, by place in [`Pedigree::people`].
    pub mother: Option<usize>,
    /// Sex as recorded; a parent whose sex is not recorded has that of a father or mother.
    pub sex: Sex,
    /// Whether affected; `None` where that is not recorded.
    pub affected: Option<bool>,
    /// The sample of the store; `None` for somebody without genotypes.
    pub sample: Option<u32>,
}

/// A child and two parents, all with genotypes, by sample of the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Trio {
    /// The child.
    pub child: u32,
    /// The father.
    pub father: u32,
    /// The mother.
    pub mother: u32,
}

/// Who is whose parent. Nobody is their own ancestor.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pedigree {
    people: Vec<Person>,
    by_sample: HashMap<u32, usize>,
    warnings: Vec<String>,
}

impl Pedigree {
    /// Reads the columns of father and mother, and family, sex and phenotype beside them. Only
    /// samples with a recorded parent, and these parents, are part of it; none where the table
    /// has no parents. A missing value and `0` are no parent. The phenotype is the column
    /// `affected`, `phenotype`, `pheno` or `PHENO1`, in plink's codes (1 no, 2 yes), words or
    /// true and false.
    ///
    /// # Errors
    /// [`PedigreeError::Sample`] where a sample is both a father and a mother or its own parent;
    /// [`PedigreeError::Cycle`].
    pub fn from_samples(table: &SampleTable) -> Result<Self, PedigreeError> {
        build::from_samples(table)
    }

    /// Reads a `.fam` or `.ped` file: family, id, father, mother, sex, phenotype, then anything;
    /// or with a header (`#FID IID ...`, `#family_id ...`) the columns of these names. `0` is no
    /// parent. People are matched to the samples of `table` by id, else by `FAMILY_ID`; their
    /// sex, where the file does not have it, is the table's.
    ///
    /// # Errors
    /// [`PedigreeError`].
    pub fn read(
        reader: impl std::io::BufRead,
        path: &std::path::Path,
        table: &SampleTable,
    ) -> Result<Self, PedigreeError> {
        file::read(reader, path, table)
    }

    /// Everybody, in the order of the source; parents without a line of their own come where
    /// they are first named.
    #[must_use]
    pub fn people(&self) -> &[Person] {
        &self.people
    }

    /// A person by place in [`Pedigree::people`].
    #[must_use]
    pub fn person(&self, place: usize) -> Option<&Person> {
        self.people.get(place)
    }

    /// The person who is a sample of the store.
    #[must_use]
    pub fn of_sample(&self, sample: u32) -> Option<&Person> {
        self.people.get(*self.by_sample.get(&sample)?)
    }

    /// The samples of the father and the mother of a sample, where they have genotypes.
    #[must_use]
    pub fn parents(&self, sample: u32) -> (Option<u32>, Option<u32>) {
        let Some(child) = self.of_sample(sample) else {
            return (None, None);
        };
        let of = |place: Option<usize>| self.people.get(place?)?.sample;
        (of(child.father), of(child.mother))
    }

    /// Everyone with genotypes whose parents both have genotypes, in the order of
    /// [`Pedigree::people`].
    #[must_use]
    pub fn trios(&self) -> Vec<Trio> {
        let trio = |person: &Person| {
            let child = person.sample?;
            let (father, mother) = self.parents(child);
            Some(Trio {
                child,
                father: father?,
                mother: mother?,
            })
        };
        self.people.iter().filter_map(trio).collect()
    }

    /// Whether nobody is in it.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.people.is_empty()
    }

    /// What is likely a mistake, to be shown: a father recorded as female, people who are not in
    /// the store.
    #[must_use]
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }
}
