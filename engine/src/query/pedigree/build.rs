//! Putting people together, and checking that they fit.

use std::collections::HashMap;

use super::{Pedigree, PedigreeError, Person};
use crate::format::samples::{Column, Role, SampleTable, Sex};

/// Columns that hold whether somebody is affected, in any case.
const PHENOTYPES: [&str; 5] = ["affected", "phenotype", "pheno", "pheno1", "status"];

/// What a phenotype says: plink's codes and words; all else says nothing.
pub(super) fn affected(text: &str) -> Option<bool> {
    let is = |word| text.eq_ignore_ascii_case(word);
    if text == "2" || is("affected") || is("case") || is("true") {
        Some(true)
    } else if text == "1" || is("unaffected") || is("control") || is("false") {
        Some(false)
    } else {
        None
    }
}

/// Whether a text names no parent.
pub(super) fn is_nobody(text: &str) -> bool {
    matches!(text, "" | "0" | "." | "NA")
}

/// Collects people, each found again by family and id.
#[derive(Default)]
pub(super) struct Builder {
    people: Vec<Person>,
    places: HashMap<(String, String), usize>,
    /// Whether a place was seen as a father, as a mother.
    roles: Vec<[bool; 2]>,
}

/// The two parents, in the order of their roles.
const PARENTS: [(&str, Sex); 2] = [("father", Sex::Male), ("mother", Sex::Female)];

impl Builder {
    /// The place of somebody, made if need be.
    pub(super) fn place(&mut self, family: &str, id: &str) -> usize {
        let key = (family.to_owned(), id.to_owned());
        let people = &mut self.people;
        let roles = &mut self.roles;
        *self.places.entry(key).or_insert_with(|| {
            people.push(Person {
                family: family.to_owned(),
                id: id.to_owned(),
                father: None,
                mother: None,
                sex: Sex::Unknown,
                affected: None,
                sample: None,
            });
            roles.push([false; 2]);
            people.len() - 1
        })
    }

    pub(super) fn get_mut(&mut self, place: usize) -> Option<&mut Person> {
        self.people.get_mut(place)
    }

    /// Makes `parent` the father (0) or mother (1) of `child`; says why not where that cannot be.
    pub(super) fn set_parent(
        &mut self,
        child: usize,
        parent: usize,
        role: usize,
    ) -> Result<(), String> {
        let id = self
            .people
            .get(parent)
            .map(|p| p.id.clone())
            .unwrap_or_default();
        let (name, _) = PARENTS[role & 1];
        if child == parent {
            return Err(format!("{id:?} is recorded as their own {name}"));
        }
        if let Some(roles) = self.roles.get_mut(parent) {
            roles[role & 1] = true;
            if *roles == [true; 2] {
                return Err(format!(
                    "{id:?} is recorded as a father and as a mother: correct one of the two"
                ));
            }
        }
        if let Some(child) = self.people.get_mut(child) {
            *(if role == 0 {
                &mut child.father
            } else {
                &mut child.mother
            }) = Some(parent);
        }
        Ok(())
    }

    /// Matches people to samples, `warnings` first.
    pub(super) fn finish(mut self, mut warnings: Vec<String>) -> Result<Pedigree, PedigreeError> {
        for (person, roles) in self.people.iter_mut().zip(&self.roles) {
            for ((name, sex), _) in PARENTS.into_iter().zip(roles).filter(|(_, is)| **is) {
                match person.sex {
                    Sex::Unknown => person.sex = sex,
                    recorded if recorded != sex => warnings.push(format!(
                        "{:?} is a {name}, but recorded as {}",
                        person.id,
                        if sex == Sex::Male { "female" } else { "male" }
                    )),
                    _ => {}
                }
            }
        }
        refuse_cycles(&self.people)?;
        let by_sample = self.people.iter().enumerate();
        let by_sample = by_sample.filter_map(|(place, p)| Some((p.sample?, place)));
        Ok(Pedigree {
            by_sample: by_sample.collect(),
            people: self.people,
            warnings,
        })
    }
}

/// Walks from everybody to their parents; whoever is met again on the way up is an ancestor of
/// their own.
fn refuse_cycles(people: &[Person]) -> Result<(), PedigreeError> {
    #[derive(Clone, Copy, PartialEq)]
    enum State {
        New,
        OnTheWay,
        Done,
    }
    let mut states = vec![State::New; people.len()];
    let mut stack = Vec::new();
    for start in 0..people.len() {
        stack.push((start, false));
        while let Some((place, leaving)) = stack.pop() {
            let (Some(person), Some(state)) = (people.get(place), states.get_mut(place)) else {
                continue;
            };
            if leaving {
                *state = State::Done;
                continue;
            }
            match *state {
                State::Done => continue,
                State::OnTheWay => return Err(PedigreeError::Cycle(format!("{:?}", person.id))),
                State::New => *state = State::OnTheWay,
            }
            stack.push((place, true));
            stack.extend(
                [person.father, person.mother]
                    .into_iter()
                    .flatten()
                    .map(|p| (p, false)),
            );
        }
    }
    Ok(())
}

pub(super) fn from_samples(table: &SampleTable) -> Result<Pedigree, PedigreeError> {
    let parents = [Role::Father, Role::Mother].map(|role| table.role(role));
    let family = table.role(Role::Family);
    let phenotype = PHENOTYPES
        .iter()
        .find_map(|name| table.column(table.find(name)?))
        .filter(|column| !matches!(column, Column::Float(_)));
    let mut builder = Builder::default();
    let fill = |builder: &mut Builder, id: &str, sample: Option<usize>| {
        let label = sample
            .and_then(|s| family?.text(s))
            .unwrap_or_else(|| "0".to_owned());
        // Ids of a table are unique: they need no family beside them.
        let place = builder.place("", id);
        if let Some((person, sample)) = builder.get_mut(place).zip(sample) {
            person.sex = table.sex(sample);
            person.affected = phenotype.and_then(|c| affected(&c.text(sample)?));
            person.sample = u32::try_from(sample).ok();
        }
        if let Some(person) = builder.get_mut(place) {
            person.family = label;
        }
        place
    };
    for sample in 0..table.len() {
        let named = parents.map(|c| c.and_then(|c| c.text(sample)).filter(|id| !is_nobody(id)));
        if named.iter().all(Option::is_none) {
            continue;
        }
        let id = table.id(sample).unwrap_or_default();
        let child = fill(&mut builder, id, Some(sample));
        for (role, parent) in named.iter().enumerate() {
            let Some(parent) = parent else { continue };
            let place = fill(&mut builder, parent, table.index_of(parent));
            builder
                .set_parent(child, place, role)
                .map_err(|reason| PedigreeError::Sample {
                    sample: id.to_owned(),
                    reason,
                })?;
        }
    }
    builder.finish(Vec::new())
}
