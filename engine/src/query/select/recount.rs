//! INFO/AC, AN and AF counted again from the calls of the samples that are shown, as
//! `bcftools view -s` and `bcftools +fill-tags -- -t AC,AN,AF` write them.

use super::{Plan, Record, SelectError};
use crate::query::expr::{FLOAT_MISSING, FieldKind, RowAccess};
use crate::record::{self, Header, InfoField, Value};

/// Where a header has the fields that are counted again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recount {
    ac: usize,
    an: usize,
    af: usize,
    cohort: Option<usize>,
}

impl Recount {
    /// Declares the fields where `header` lacks them. A line that declares one with another type
    /// is replaced. `cohort`: the name of one that the plan counts and that has the samples
    /// shown, for records that are written without their calls.
    ///
    /// # Errors
    /// [`SelectError::Overwritten`] where one of the fields came from another file: what it says
    /// there would be lost.
    pub fn declare(
        plan: &Plan<'_>,
        header: &mut Header,
        cohort: Option<&str>,
    ) -> Result<Self, SelectError> {
        for name in ["AC", "AN", "AF"] {
            if let Some(layer) = plan.names.other_layer_of(plan.store, name) {
                return Err(SelectError::Overwritten {
                    field: name.to_owned(),
                    layer: layer.to_owned(),
                });
            }
        }
        let (int, float) = (FieldKind::Int, FieldKind::Float);
        Ok(Self {
            ac: header.declare_info("AC", "A", int, "Allele count in genotypes"),
            an: header.declare_info(
                "AN",
                "1",
                int,
                "Total number of alleles in called genotypes",
            ),
            af: header.declare_info("AF", "A", float, "Allele frequency"),
            cohort: cohort.and_then(|name| plan.names.schema().cohort_index(name)),
        })
    }

    /// Puts the counts of `record`'s shown samples into `out`, its copy: in the place of those
    /// that are there, else after all other fields. Nothing changes where the record has no
    /// genotypes.
    pub fn put(&self, record: &Record<'_>, out: &mut record::Record) {
        let Some((alts, an)) = self.counts(record) else {
            return;
        };
        let int = |n: u64| i32::try_from(n).unwrap_or(i32::MAX);
        let frequency = |&ac: &u64| match an {
            0 => f32::from_bits(FLOAT_MISSING),
            _ => (ac as f64 / an as f64) as f32,
        };
        let mut put = |key: usize, value: Value| match out.info.iter_mut().find(|f| f.key == key) {
            Some(field) => field.value = value,
            None => out.info.push(InfoField { key, value }),
        };
        if !alts.is_empty() {
            put(self.ac, Value::Ints(alts.iter().map(|&n| int(n)).collect()));
        }
        put(self.an, Value::Ints(vec![int(an)]));
        if !alts.is_empty() {
            put(self.af, Value::Floats(alts.iter().map(frequency).collect()));
        }
    }

    /// How often each ALT is called, and all alleles.
    fn counts(&self, record: &Record<'_>) -> Option<(Vec<u64>, u64)> {
        if let Some(cohort) = self.cohort {
            let counts = (0..record.n_alts()).map(|alt| record.cohort_counts(cohort, alt));
            let (mut alts, mut an) = (Vec::new(), 0);
            for counts in counts {
                alts.push(counts.allele_count());
                an = an.max(counts.allele_number());
            }
            return Some((alts, an));
        }
        let mut counts = record.allele_counts()?;
        let an = counts.iter().sum();
        counts.remove(0);
        Some((counts, an))
    }
}
