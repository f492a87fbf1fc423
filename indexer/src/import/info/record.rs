//! The INFO of one record, typed, before it is split by ALT.

use genodex_engine::format::annotations::ColumnBuilder;
use genodex_engine::format::manifest::ColumnType;

use super::{FieldPlan, SourceInfo, Split};
use crate::import::{Tallies, Tally};
use crate::reader::InfoValue;

/// `.` among whole numbers.
const MISSING_INT: i32 = i32::MIN;
/// The least whole number that BCF can hold; those below mean something else there.
const LEAST_INT: i32 = i32::MIN + 8;
/// Bits of `.` among floats.
const MISSING_FLOAT: u32 = 0x7f80_0001;

/// A record's INFO: its fields typed, its keys in order, and the fields that do not fit.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct RecordInfo {
    fields: Vec<Kept>,
    n_alts: usize,
    /// Whole numbers, and bits of floats.
    numbers: Vec<u32>,
    text: String,
    /// The keys kept, joined by `;`.
    pub(crate) keys: String,
    /// Fields that do not fit, joined by `;`.
    pub(crate) irregular: String,
}

/// A field that fits its column.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Kept {
    column: u32,
    split: Split,
    value: KeptValue,
}

/// Places in `numbers` or `text`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum KeptValue {
    Flag,
    Ints(usize, usize),
    Floats(usize, usize),
    Text(usize, usize),
}

/// Why a field does not fit.
enum Misfit {
    Number,
    Type,
}

impl RecordInfo {
    /// Adds a field of a record of `n_alts` ALTs.
    pub(crate) fn push(
        &mut self,
        key: &str,
        value: InfoValue<'_>,
        source: &SourceInfo,
        n_alts: usize,
        tallies: &mut Tallies,
    ) {
        self.n_alts = n_alts;
        let tally = match source.field(key) {
            Ok(None) => return,
            Err(()) if !source.keeps_undeclared(key) => return,
            Err(()) => Tally::UndeclaredInfo,
            Ok(Some(_)) if self.has_key(key) => Tally::RepeatedInfo,
            Ok(Some(plan)) => match self.put(plan, value, n_alts) {
                Ok(()) => {
                    self.add_key(key);
                    if plan.split == Split::Genotypes && n_alts > 1 {
                        // No row has the values of genotypes of two ALTs.
                        self.add_irregular(key, value);
                    }
                    return;
                }
                Err(Misfit::Number) => Tally::InfoNumber,
                Err(Misfit::Type) => Tally::InfoType,
            },
        };
        tallies.add(tally, 1);
        self.add_key(key);
        self.add_irregular(key, value);
    }

    fn has_key(&self, key: &str) -> bool {
        self.keys.split(';').any(|k| k == key)
    }

    fn add_key(&mut self, key: &str) {
        if !self.keys.is_empty() {
            self.keys.push(';');
        }
        self.keys.push_str(key);
    }

    fn add_irregular(&mut self, key: &str, value: InfoValue<'_>) {
        use std::fmt::Write as _;
        if !self.irregular.is_empty() {
            self.irregular.push(';');
        }
        let out = &mut self.irregular;
        out.push_str(key);
        // Writing to a string does not fail.
        match value {
            InfoValue::None => {}
            InfoValue::Text(text) => {
                let _ = write!(out, "={text}");
            }
            InfoValue::Ints(values) => {
                for (i, v) in values.iter().enumerate() {
                    out.push(if i == 0 { '=' } else { ',' });
                    let _ = match *v {
                        MISSING_INT => write!(out, "."),
                        v => write!(out, "{v}"),
                    };
                }
            }
            InfoValue::Floats(bits) => {
                for (i, b) in bits.iter().enumerate() {
                    out.push(if i == 0 { '=' } else { ',' });
                    let _ = match *b {
                        MISSING_FLOAT => write!(out, "."),
                        b => write!(out, "{}", f32::from_bits(b)),
                    };
                }
            }
        }
    }

    fn put(&mut self, plan: FieldPlan, value: InfoValue<'_>, n_alts: usize) -> Result<(), Misfit> {
        let (numbers, text) = (self.numbers.len(), self.text.len());
        let kept = self.put_value(plan, value).and_then(|(kept, n)| {
            if fits(plan.split, n, n_alts) {
                Ok(kept)
            } else {
                Err(Misfit::Number)
            }
        });
        match kept {
            Ok(value) => self.fields.push(Kept {
                column: plan.column,
                split: plan.split,
                value,
            }),
            Err(_) => {
                self.numbers.truncate(numbers);
                self.text.truncate(text);
            }
        }
        kept.map(|_| ())
    }

    /// The value typed, and how many it is.
    fn put_value(
        &mut self,
        plan: FieldPlan,
        value: InfoValue<'_>,
    ) -> Result<(KeptValue, usize), Misfit> {
        let start = self.numbers.len();
        match (plan.kind, value) {
            // Some programs write 1 for a flag in BCF.
            (ColumnType::Flag, InfoValue::None | InfoValue::Ints([1])) => {
                return Ok((KeptValue::Flag, 0));
            }
            (ColumnType::Text, InfoValue::Text(text)) => {
                let start = self.text.len();
                self.text.push_str(text);
                let n = match plan.split {
                    Split::One | Split::All => 1,
                    _ => text.split(',').count(),
                };
                return Ok((KeptValue::Text(start, self.text.len()), n));
            }
            (ColumnType::Integer, InfoValue::Text(text)) => {
                for part in text.split(',') {
                    self.numbers.push(parse_int(part)?.cast_unsigned());
                }
            }
            (ColumnType::Integer, InfoValue::Ints(values)) => {
                self.numbers
                    .extend(values.iter().map(|v| v.cast_unsigned()));
            }
            (ColumnType::Float, InfoValue::Text(text)) => {
                for part in text.split(',') {
                    self.numbers.push(parse_float(part)?);
                }
            }
            (ColumnType::Float, InfoValue::Floats(bits)) => self.numbers.extend_from_slice(bits),
            _ => return Err(Misfit::Type),
        }
        let end = self.numbers.len();
        let kept = if plan.kind == ColumnType::Integer {
            KeptValue::Ints(start, end)
        } else {
            KeptValue::Floats(start, end)
        };
        Ok((kept, end - start))
    }

    /// Hands the values of the row of ALT `allele` (from 1) to their columns.
    pub(crate) fn put_row(
        &self,
        allele: usize,
        mut push: impl FnMut(u32, &mut dyn FnMut(&mut ColumnBuilder)),
    ) {
        for field in &self.fields {
            push(field.column, &mut |column| match field.value {
                KeptValue::Flag => column.push_flag(true),
                KeptValue::Ints(start, end) => {
                    let values = self.numbers.get(start..end).unwrap_or_default();
                    let value = |i: usize| values.get(i).map(|v| v.cast_signed());
                    let ints = picked(field.split, (allele, self.n_alts), values.len()).map(value);
                    column.push_ints(ints.map(|v| v.filter(|v| *v != MISSING_INT)));
                }
                KeptValue::Floats(start, end) => {
                    let values = self.numbers.get(start..end).unwrap_or_default();
                    let floats = picked(field.split, (allele, self.n_alts), values.len());
                    let value = |i: usize| values.get(i).copied().filter(|v| *v != MISSING_FLOAT);
                    column.push_floats(floats.map(|i| value(i).map(f32::from_bits)));
                }
                KeptValue::Text(start, end) => {
                    let text = self.text.get(start..end).unwrap_or_default();
                    match field.split {
                        Split::One | Split::All => column.push_text(text),
                        split => {
                            let parts: Vec<&str> = text.split(',').collect();
                            let chosen = picked(split, (allele, self.n_alts), parts.len());
                            let chosen: Vec<&str> =
                                chosen.filter_map(|i| parts.get(i).copied()).collect();
                            column.push_text(&chosen.join(","));
                        }
                    }
                }
            });
        }
    }

    /// Bytes of its values in one row at most.
    pub(crate) const fn size(&self) -> usize {
        4 * self.numbers.len() + self.text.len() + self.irregular.len()
    }

    /// Whether the record has no field that is kept.
    pub(crate) const fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }
}

/// Whether a field has as many values as its Number says.
fn fits(split: Split, n: usize, n_alts: usize) -> bool {
    match split {
        Split::One => n == 1,
        Split::All => true,
        Split::Alternates => n == n_alts,
        Split::Alleles => n == n_alts + 1,
        Split::Genotypes => n == n_alts + 1 || n == (n_alts + 1) * (n_alts + 2) / 2,
    }
}

/// Places of the `n` values that the row of ALT `a` (from 1) of `n_alts` has.
fn picked(split: Split, (a, n_alts): (usize, usize), n: usize) -> impl Iterator<Item = usize> {
    // Of haploid genotypes there are as many as alleles. Genotypes j/k are in the order of k,
    // then j.
    let haploid = n == n_alts + 1;
    let (some, all) = match split {
        Split::One => ([0, usize::MAX, usize::MAX], 0),
        Split::All => ([usize::MAX; 3], n),
        Split::Alternates => ([a.saturating_sub(1), usize::MAX, usize::MAX], 0),
        Split::Alleles => ([0, a, usize::MAX], 0),
        Split::Genotypes if haploid => ([0, a, usize::MAX], 0),
        Split::Genotypes => ([0, a * (a + 1) / 2, a * (a + 1) / 2 + a], 0),
    };
    some.into_iter().filter(|i| *i != usize::MAX).chain(0..all)
}

fn parse_int(text: &str) -> Result<i32, Misfit> {
    if text == "." {
        return Ok(MISSING_INT);
    }
    let value = text.parse::<i32>().map_err(|_| Misfit::Type)?;
    if value < LEAST_INT {
        return Err(Misfit::Type);
    }
    Ok(value)
}

/// As bcftools reads floats: a double, rounded.
fn parse_float(text: &str) -> Result<u32, Misfit> {
    if text == "." {
        return Ok(MISSING_FLOAT);
    }
    let value: f64 = text.parse().map_err(|_| Misfit::Type)?;
    Ok((value as f32).to_bits())
}
