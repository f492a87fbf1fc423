//! SAIGE-GENE+'s group files: for each set a line `SET var VARIANT...`, a line `SET anno
//! CATEGORY...`, and a line `SET weight NUMBER...` where there are weights.

use std::collections::HashSet;
use std::io::BufRead;
use std::path::Path;

use super::masks::MaskDefinitions;
use super::read::{Chosen, look_up};
use super::{Member, Report, SetError, VariantFinder, VariantSet, VariantSets};
use crate::lines::Lines;

/// Reads a group file. Without masks, each category of it is one.
///
/// # Errors
/// [`SetError`] naming the line.
pub fn read_groups(
    reader: impl BufRead,
    path: &Path,
    masks: Option<MaskDefinitions>,
    (only, without): (Option<&HashSet<String>>, Option<&HashSet<String>>),
    list_absent: bool,
    finder: &VariantFinder<'_>,
) -> Result<VariantSets, SetError> {
    let chosen = Chosen { only, without };
    let mut lines = Lines::new(reader);
    let mut groups: Vec<Group> = Vec::new();
    let mut names = HashSet::new();
    let mut categories: Vec<String> = Vec::new();
    while let Some((line, number)) = lines.next_line().map_err(SetError::of(path))? {
        let mut fields = line.split_ascii_whitespace();
        let (Some(name), kind) = (fields.next(), fields.next()) else {
            continue;
        };
        let at = |reason: String| SetError::line(path, number, reason);
        let values = || fields.clone().map(str::to_owned).collect::<Vec<String>>();
        match kind {
            Some("var") => {
                if !names.insert(name.to_owned()) {
                    return Err(at(format!("set {name} was there before")));
                }
                groups.push(Group {
                    name: name.to_owned(),
                    line: number,
                    variants: values(),
                    ..Group::default()
                });
            }
            Some(kind @ ("anno" | "weight")) => {
                let group = groups.last_mut().filter(|g| g.name == name);
                let group = group.ok_or_else(|| {
                    at(format!(
                        "{kind} of set {name} without its line var just before"
                    ))
                })?;
                let values = values();
                if values.len() != group.variants.len() {
                    return Err(at(format!(
                        "{} values of {kind}, set {name} has {} variants",
                        values.len(),
                        group.variants.len()
                    )));
                }
                if kind == "anno" {
                    for category in &values {
                        if !categories.contains(category) {
                            categories.push(category.clone());
                        }
                    }
                    group.annotations = values;
                } else {
                    for text in values {
                        let weight = text
                            .parse::<f64>()
                            .ok()
                            .filter(|w| w.is_finite() && *w >= 0.0);
                        group.weights.push(weight.ok_or_else(|| {
                            at(format!("weight {text:?} is not a number from 0 on"))
                        })?);
                    }
                }
            }
            _ => {
                let reason = format!("set {name}: var, anno or weight should follow");
                return Err(at(reason));
            }
        }
    }
    let masks = match masks {
        Some(masks) => masks,
        None => MaskDefinitions::each_category(&categories)?,
    };
    let mut all = VariantSets {
        masks: masks.masks().to_vec(),
        ..VariantSets::default()
    };
    for group in groups.iter().filter(|g| chosen.has(&g.name)) {
        if let Some(set) = group.resolve(path, &masks, list_absent, finder, &mut all.report)? {
            all.sets.push(set);
        } else {
            all.report.empty_sets.push(group.name.clone());
        }
    }
    Ok(all.tidy())
}

#[derive(Default)]
struct Group {
    name: String,
    line: u64,
    variants: Vec<String>,
    annotations: Vec<String>,
    weights: Vec<f64>,
}

impl Group {
    fn resolve(
        &self,
        path: &Path,
        masks: &MaskDefinitions,
        list_absent: bool,
        finder: &VariantFinder<'_>,
        report: &mut Report,
    ) -> Result<Option<VariantSet>, SetError> {
        let mut set: Option<VariantSet> = None;
        for (i, variant) in self.variants.iter().enumerate() {
            let Some(found) = look_up(finder, &self.name, variant, list_absent, report)? else {
                continue;
            };
            let contig = finder.contig_of(found.shard);
            let set = set.get_or_insert_with(|| VariantSet {
                name: self.name.clone(),
                contig,
                position: u64::MAX,
                domains: Vec::new(),
                members: Vec::new(),
            });
            if set.contig != contig {
                let reason = format!("set {} has variants on two chromosomes", self.name);
                return Err(SetError::line(path, self.line, reason));
            }
            set.position = set.position.min(finder.position(found)?);
            let bits = self.annotations.get(i).map_or(0, |c| masks.of_category(c));
            if bits == 0 {
                report.without_mask += 1;
                continue;
            }
            set.members.push(Member {
                shard: found.shard,
                row: found.row,
                masks: bits,
                domains: 0,
                weight: self.weights.get(i).copied(),
                frequency: None,
            });
        }
        if let Some(set) = &mut set {
            set.members.sort_by_key(|m| (m.shard, m.row));
            set.members.dedup_by_key(|m| (m.shard, m.row));
        }
        Ok(set)
    }
}
