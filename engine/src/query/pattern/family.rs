//! Families of a pedigree, and their genotypes at a variant.

use std::collections::HashMap;

use crate::format::samples::Sex;
use crate::genome::{Build, ContigClass, in_par};
use crate::genotype::{CallPlanes, Genotype};
use crate::query::pedigree::Pedigree;
use crate::store::{Shard, Store};

/// Somebody of a family.
#[derive(Clone, Debug)]
pub(super) struct Member {
    /// None without genotypes, and for those who have withdrawn.
    pub(super) sample: Option<u32>,
    pub(super) affected: Option<bool>,
    sex: Sex,
    /// Places in the family.
    father: Option<usize>,
    mother: Option<usize>,
}

/// People joined by parents and by family id.
#[derive(Clone, Debug, Default)]
pub(super) struct Family {
    pub(super) people: Vec<Member>,
}

impl Family {
    pub(super) fn father(&self, person: &Member) -> Option<&Member> {
        self.people.get(person.father?)
    }

    pub(super) fn mother(&self, person: &Member) -> Option<&Member> {
        self.people.get(person.mother?)
    }

    pub(super) fn knows_affection(&self) -> bool {
        self.people.iter().any(|p| p.affected == Some(true))
    }
}

/// All families of a pedigree.
#[derive(Debug)]
pub(super) struct Families {
    families: Vec<Family>,
    /// By sample: family, and place in it.
    places: HashMap<u32, (usize, usize)>,
}

fn root(parent: &mut [usize], mut i: usize) -> usize {
    while let Some(&up) = parent.get(i) {
        if up == i {
            break;
        }
        let above = parent.get(up).copied().unwrap_or(up);
        if let Some(place) = parent.get_mut(i) {
            *place = above;
        }
        i = up;
    }
    i
}

impl Families {
    pub(super) fn new(store: &Store, pedigree: &Pedigree) -> Self {
        let people = pedigree.people();
        let mut joined: Vec<usize> = (0..people.len()).collect();
        let mut join = |a: usize, b: usize| {
            let (a, b) = (root(&mut joined, a), root(&mut joined, b));
            if let Some(place) = joined.get_mut(a.max(b)) {
                *place = a.min(b);
            }
        };
        let mut by_name: HashMap<&str, usize> = HashMap::new();
        for (i, person) in people.iter().enumerate() {
            for parent in [person.father, person.mother].into_iter().flatten() {
                join(i, parent);
            }
            if !matches!(person.family.as_str(), "" | "0") {
                let first = *by_name.entry(&person.family).or_insert(i);
                join(i, first);
            }
        }
        let mut of_root: HashMap<usize, usize> = HashMap::new();
        let mut families: Vec<Family> = Vec::new();
        let mut place_of = Vec::with_capacity(people.len());
        for (i, person) in people.iter().enumerate() {
            let root = root(&mut joined, i);
            let family = *of_root.entry(root).or_insert_with(|| {
                families.push(Family::default());
                families.len() - 1
            });
            let Some(members) = families.get_mut(family) else {
                continue;
            };
            place_of.push((family, members.people.len()));
            members.people.push(Member {
                sample: person.sample.filter(|&s| store.active().contains(s)),
                affected: person.affected,
                sex: person.sex,
                father: person.father,
                mother: person.mother,
            });
        }
        let within = |person: usize| place_of.get(person).map(|p| p.1);
        let mut places = HashMap::new();
        for (f, family) in families.iter_mut().enumerate() {
            for (i, person) in family.people.iter_mut().enumerate() {
                person.father = person.father.and_then(within);
                person.mother = person.mother.and_then(within);
                if let Some(sample) = person.sample {
                    places.insert(sample, (f, i));
                }
            }
        }
        Self { families, places }
    }

    /// The family of a sample, and the place in it.
    pub(super) fn of(&self, sample: u32) -> Option<(&Family, usize)> {
        let &(family, place) = self.places.get(&sample)?;
        Some((self.families.get(family)?, place))
    }
}

/// Genotypes at one variant, with what ploidy its place has.
#[derive(Clone, Copy, Debug)]
pub(super) struct Calls<'c> {
    planes: &'c CallPlanes,
    class: ContigClass,
}

impl<'c> Calls<'c> {
    pub(super) fn new(store: &Store, shard: &Shard, pos: u32, planes: &'c CallPlanes) -> Self {
        let manifest = store.manifest();
        let contig = manifest.contigs.get(shard.entry().contig as usize);
        let class = contig.map_or(ContigClass::Other, |c| ContigClass::of(&c.name));
        let build = manifest.build.parse().unwrap_or(Build::Unknown);
        Self {
            planes,
            class: if in_par(build, class, pos) {
                ContigClass::Autosome
            } else {
                class
            },
        }
    }

    /// On X, outside the pseudo-autosomal regions.
    pub(super) fn on_x(&self) -> bool {
        self.class == ContigClass::X
    }

    /// Whether a person has one copy here.
    pub(super) fn one_copy(&self, person: &Member) -> bool {
        match self.class {
            ContigClass::X | ContigClass::Y => person.sex == Sex::Male,
            _ => false,
        }
    }

    /// `None` without genotypes.
    pub(super) fn of(&self, person: &Member) -> Option<Genotype> {
        Some(self.planes.genotype(person.sample? as usize))
    }
}
