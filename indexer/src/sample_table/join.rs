//! Puts the rows of a table in the order of the genotypes.

use std::collections::HashMap;

use genodex_engine::format::samples::{Role, SampleTable, SampleTableBuilder, SampleTableError};

use super::{SampleFile, SampleFileError};

/// By what the samples of a table were found among the genotypes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JoinedBy {
    /// Their ids.
    Id,
    /// Family id, `_`, sample id: the names that plink gives to samples in a VCF.
    FamilyAndId,
}

/// How a table fitted the genotypes; to be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JoinReport {
    /// By what samples were found.
    pub joined_by: JoinedBy,
    /// Samples in both.
    pub matched: usize,
    /// Samples of the table that have no genotypes, in the order of the table. They are left
    /// out.
    pub table_only: Vec<String>,
    /// Samples with genotypes of which the table says nothing. All their values are missing.
    pub genotype_only: usize,
    /// Males, females, and samples whose sex is not known; `None` where the table has no column
    /// of sexes.
    pub sexes: Option<[u64; 3]>,
}

/// The sample table for genotypes of the samples `ids`, in this order. The type of a column
/// is that of all its values, those of samples without genotypes included.
///
/// # Errors
/// [`SampleFileError::NoneMatched`] where the table and the genotypes have no sample in common;
/// [`SampleFileError::Table`] where ids come twice.
pub fn join<S: AsRef<str>>(
    file: &SampleFile,
    ids: &[S],
) -> Result<(SampleTable, JoinReport), SampleFileError> {
    let mut joined_by = JoinedBy::Id;
    let mut rows = find_rows(ids, (0..file.len()).map(|row| file.ids.raw(row)));
    let family = file
        .columns
        .iter()
        .find(|c| Role::of_column(&c.name) == Some(Role::Family));
    if let Some(family) = family.filter(|_| rows.iter().all(Option::is_none)) {
        let names: Vec<String> = (0..file.len())
            .map(|row| format!("{}_{}", family.raw(row), file.ids.raw(row)))
            .collect();
        rows = find_rows(ids, names.iter().map(String::as_str));
        joined_by = JoinedBy::FamilyAndId;
    }
    let matched = rows.iter().flatten().count();
    if matched == 0 {
        return Err(SampleFileError::NoneMatched {
            path: file.path.clone(),
            rows: file.len(),
            table: file.ids.raw(0).to_owned(),
            genotypes: ids.first().map_or("", |id| id.as_ref()).to_owned(),
        });
    }
    let table = |source: SampleTableError| SampleFileError::Table {
        path: file.path.clone(),
        source,
    };
    let mut builder = SampleTableBuilder::new(ids).map_err(table)?;
    for column in &file.columns {
        column.add_to(&mut builder, &rows).map_err(table)?;
    }
    let samples = builder.finish().map_err(table)?;
    let mut in_genotypes = vec![false; file.len()];
    for row in rows.iter().flatten() {
        in_genotypes[*row] = true;
    }
    let table_only = (0..file.len())
        .filter(|&row| !in_genotypes[row])
        .map(|row| file.ids.raw(row).to_owned())
        .collect();
    let sexes = samples.role(Role::Sex).is_some().then(|| {
        let (males, females) = samples.sexes();
        let (males, females) = (males.len(), females.len());
        [males, females, ids.len() as u64 - males - females]
    });
    let report = JoinReport {
        joined_by,
        matched,
        table_only,
        genotype_only: ids.len() - matched,
        sexes,
    };
    Ok((samples, report))
}

/// Of each id the row with this name. Of several rows with one name, the first.
fn find_rows<'a, S: AsRef<str>>(
    ids: &[S],
    names: impl Iterator<Item = &'a str>,
) -> Vec<Option<usize>> {
    let mut by_name = HashMap::new();
    for (row, name) in names.enumerate() {
        by_name.entry(name).or_insert(row);
    }
    ids.iter()
        .map(|id| by_name.get(id.as_ref()).copied())
        .collect()
}
