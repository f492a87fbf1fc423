//! regenie's files of sets and annotations.

use std::collections::{HashMap, HashSet};
use std::io::BufRead;
use std::path::Path;

use super::masks::MaskDefinitions;
use super::read::{Chosen, look_up};
use super::{MOST_DOMAINS, Member, Report, SetError, VariantFinder, VariantSet, VariantSets};
use crate::lines::Lines;

/// A text and the name of its file.
pub(super) type Text<'t> = (Box<dyn BufRead + 't>, &'t Path);

/// Where the sets come from.
pub struct Sources<'t> {
    /// Lines of `NAME CHROM POS VARIANT,VARIANT,...`.
    pub set_list: Text<'t>,
    /// Lines of `VARIANT SET [DOMAIN] CATEGORY`.
    pub annotations: Text<'t>,
    /// The column of the annotations that holds weights, from 0.
    pub weights_column: Option<usize>,
    /// Lines of `VARIANT AAF`: frequencies for the bins.
    pub frequencies: Option<Text<'t>>,
    /// The masks.
    pub masks: MaskDefinitions,
    /// Only these sets.
    pub only: Option<HashSet<String>>,
    /// Without these sets.
    pub without: Option<HashSet<String>>,
    /// Whether all absent variants are to be listed.
    pub list_absent: bool,
}

#[derive(Clone, Copy, Debug, PartialEq)]
struct Annotation {
    masks: u64,
    domain: Option<u8>,
    weight: Option<f64>,
}

/// Reads sets, and what their variants are annotated with.
///
/// # Errors
/// [`SetError`] naming file, line and what is wrong.
pub fn read_sets(
    mut sources: Sources<'_>,
    finder: &VariantFinder<'_>,
) -> Result<VariantSets, SetError> {
    let chosen = Chosen {
        only: sources.only.as_ref(),
        without: sources.without.as_ref(),
    };
    let mut report = Report::default();
    let mut sets: Vec<VariantSet> = Vec::new();
    let (reader, path) = &mut sources.set_list;
    let mut lines = Lines::new(reader);
    let mut names: HashMap<String, u32> = HashMap::new();
    while let Some((line, number)) = lines.next_line().map_err(SetError::of(path))? {
        let fields: Vec<&str> = line.split_ascii_whitespace().collect();
        let [name, chromosome, position, variants] = fields[..] else {
            if fields.is_empty() {
                continue;
            }
            let reason = format!(
                "{} fields: a set is NAME CHROM POS VARIANT,VARIANT,...",
                fields.len()
            );
            return Err(SetError::line(path, number, reason));
        };
        if !chosen.has(name) {
            continue;
        }
        let at = |reason: String| SetError::line(path, number, reason);
        let position = position
            .parse()
            .map_err(|_| at(format!("position {position:?} is not a whole number")))?;
        let index = sets.len() as u32;
        if names.insert(name.to_owned(), index).is_some() {
            return Err(at(format!(
                "set {name} was there before: give each set its own name"
            )));
        }
        let contig = finder.contigs().find(chromosome);
        let mut members = Vec::new();
        for variant in variants.split(',').filter(|v| !v.is_empty()) {
            let Some(found) = look_up(finder, name, variant, sources.list_absent, &mut report)?
            else {
                continue;
            };
            let of = finder.contig_of(found.shard);
            if Some(of as usize) != contig {
                let on = finder
                    .contigs()
                    .name(of as usize)
                    .unwrap_or("another contig");
                return Err(at(format!(
                    "set {name} is on chromosome {chromosome}, its variant {variant} on {on}: a \
                     set is on one chromosome"
                )));
            }
            members.push(Member {
                shard: found.shard,
                row: found.row,
                masks: 0,
                domains: 0,
                weight: None,
                frequency: None,
            });
        }
        members.sort_by_key(|m| (m.shard, m.row));
        members.dedup_by_key(|m| (m.shard, m.row));
        sets.push(VariantSet {
            name: name.to_owned(),
            contig: contig.map_or(u32::MAX, |c| c as u32),
            position,
            domains: Vec::new(),
            members,
        });
    }
    annotate(&mut sources, finder, &names, &mut sets, &mut report)?;
    if let Some((reader, path)) = sources.frequencies {
        frequencies(reader, path, finder, &mut sets)?;
    }
    let all = VariantSets {
        masks: sources.masks.masks().to_vec(),
        sets,
        report,
    };
    Ok(all.tidy())
}

fn annotate(
    sources: &mut Sources<'_>,
    finder: &VariantFinder<'_>,
    names: &HashMap<String, u32>,
    sets: &mut [VariantSet],
    report: &mut Report,
) -> Result<(), SetError> {
    let (reader, path) = &mut sources.annotations;
    let mut lines = Lines::new(reader);
    // By set, shard and row.
    let mut known: HashMap<(u32, u32, u32), Annotation> = HashMap::new();
    let mut categories: HashMap<String, u64> = HashMap::new();
    let mut width = None;
    while let Some((line, number)) = lines.next_line().map_err(SetError::of(path))? {
        let mut fields: Vec<&str> = line.split_ascii_whitespace().collect();
        if fields.is_empty() {
            continue;
        }
        let at = |reason: String| SetError::line(path, number, reason);
        if fields.len() != *width.get_or_insert(fields.len()) {
            return Err(at(format!(
                "{} fields, lines before have {}",
                fields.len(),
                width.unwrap_or(0)
            )));
        }
        let mut weight = None;
        if let Some(column) = sources.weights_column {
            if column >= fields.len() {
                return Err(at(format!(
                    "there is no column {} for the weight",
                    column + 1
                )));
            }
            let text = fields.remove(column);
            let value = text
                .parse::<f64>()
                .ok()
                .filter(|w| w.is_finite() && *w >= 0.0);
            weight = Some(
                value.ok_or_else(|| at(format!("weight {text:?} is not a number from 0 on")))?,
            );
        }
        let (variant, set, domain, category) = match fields[..] {
            [variant, set, category] => (variant, set, None, category),
            [variant, set, domain, category] => (variant, set, Some(domain), category),
            _ => {
                let reason = "an annotation is VARIANT SET CATEGORY or VARIANT SET DOMAIN CATEGORY";
                return Err(at(reason.to_owned()));
            }
        };
        let Some(&index) = names.get(set) else {
            report.unused_annotations += 1;
            continue;
        };
        let Some(found) = finder.find(variant)? else {
            report.unused_annotations += 1;
            continue;
        };
        let masks = match categories.get(category) {
            Some(masks) => *masks,
            None => {
                let masks = sources.masks.of_category(category);
                categories.insert(category.to_owned(), masks);
                masks
            }
        };
        let of = &mut sets[index as usize];
        let domain = match domain {
            None => None,
            Some(name) => Some(match of.domains.iter().position(|d| d == name) {
                Some(place) => place as u8,
                None if of.domains.len() == MOST_DOMAINS => {
                    return Err(at(format!(
                        "set {set} has more than {MOST_DOMAINS} domains"
                    )));
                }
                None => {
                    of.domains.push(name.to_owned());
                    (of.domains.len() - 1) as u8
                }
            }),
        };
        let new = Annotation {
            masks,
            domain,
            weight,
        };
        let old = known.entry((index, found.shard, found.row)).or_insert(new);
        if *old != new {
            report.repeated_annotations += 1;
        }
    }
    for (index, set) in sets.iter_mut().enumerate() {
        let before = set.members.len();
        set.members.retain_mut(|m| {
            let key = (index as u32, m.shard, m.row);
            if let Some(annotation) = known.remove(&key) {
                m.masks = annotation.masks;
                m.domains = annotation.domain.map_or(0, |d| 1 << d);
                m.weight = annotation.weight;
            }
            m.masks != 0
        });
        report.without_mask += (before - set.members.len()) as u64;
    }
    report.unused_annotations += known.len() as u64;
    Ok(())
}

fn frequencies(
    reader: Box<dyn BufRead + '_>,
    path: &Path,
    finder: &VariantFinder<'_>,
    sets: &mut [VariantSet],
) -> Result<(), SetError> {
    let mut lines = Lines::new(reader);
    let mut known: HashMap<(u32, u32), f64> = HashMap::new();
    while let Some((line, number)) = lines.next_line().map_err(SetError::of(path))? {
        let mut fields = line.split_ascii_whitespace();
        let Some(variant) = fields.next() else {
            continue;
        };
        let text = fields.next().unwrap_or_default();
        let value = text.parse::<f64>().ok().filter(|f| (0.0..=1.0).contains(f));
        let Some(value) = value else {
            let reason = format!("{text:?} is not a frequency: VARIANT AAF are expected");
            return Err(SetError::line(path, number, reason));
        };
        if let Some(found) = finder.find(variant)? {
            known.insert((found.shard, found.row), value);
        }
    }
    for member in sets.iter_mut().flat_map(|s| &mut s.members) {
        member.frequency = known.get(&(member.shard, member.row)).copied();
    }
    Ok(())
}
