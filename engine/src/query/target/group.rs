//! Groups of people whose counts stand beside each other: cohorts, and populations.

use arrow_array::Array;
use roaring::RoaringBitmap;

use super::TargetError;
use crate::diagnostic::nearest;
use crate::format::samples::{Column, Role};
use crate::genotype::SampleSet;
use crate::store::Store;

/// Populations that are shown at most: a column with more does not say populations.
const MOST: usize = 60;
/// Names of columns that say populations where none has the role, in any case.
const NAMES: [&str; 8] = [
    "super_pop",
    "superpopulation",
    "super_population",
    "pop",
    "population",
    "ancestry",
    "ancestry_group",
    "ethnicity",
];

/// People under a name.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    /// The name.
    pub name: String,
    /// The people.
    pub people: SampleSet,
}

/// Populations by a column of the sample table.
#[derive(Clone, Debug, PartialEq)]
pub struct Populations {
    /// The column.
    pub column: String,
    /// Its values, sorted; people without a value are in none.
    pub groups: Vec<Group>,
}

impl Populations {
    /// The populations by a column, or by the one that looks like it where none is named:
    /// the first that has the role of a population group or a population, else a usual name.
    /// `None` where there is no such column. People who have withdrawn are left out.
    ///
    /// # Errors
    /// [`TargetError::NoColumn`], [`TargetError::NotPopulations`] of a column that is named.
    pub fn of_store(store: &Store, column: Option<&str>) -> Result<Option<Self>, TargetError> {
        let samples = store.samples();
        let Some(name) = column else {
            let roles = [Role::SuperPopulation, Role::Population];
            let by_role = roles.into_iter().filter_map(|r| samples.role_column(r));
            let by_name = NAMES.iter().filter_map(|n| samples.find(n));
            for place in by_role.chain(by_name) {
                match Self::by(store, place) {
                    Ok(found) if !found.groups.is_empty() => return Ok(Some(found)),
                    _ => {}
                }
            }
            return Ok(None);
        };
        let place = samples.find(name).ok_or_else(|| TargetError::NoColumn {
            name: name.to_owned(),
            nearest: nearest(name, samples.names()).map(str::to_owned),
        })?;
        Self::by(store, place).map(Some)
    }

    fn by(store: &Store, place: usize) -> Result<Self, TargetError> {
        let samples = store.samples();
        let name = samples.names().nth(place).unwrap_or_default().to_owned();
        let mut groups: std::collections::BTreeMap<String, RoaringBitmap> = Default::default();
        let column = samples.column(place);
        let too_many = |values| TargetError::NotPopulations {
            name: name.clone(),
            values,
            most: MOST,
        };
        if let Some(Column::Text(keys, values)) = column {
            let mut people = vec![RoaringBitmap::new(); values.len()];
            for sample in store.active().bitmap() {
                if (sample as usize) < keys.len() && keys.is_valid(sample as usize) {
                    let key = keys.keys().value(sample as usize) as usize;
                    if let Some(people) = people.get_mut(key) {
                        people.insert(sample);
                    }
                }
            }
            let named = people
                .into_iter()
                .enumerate()
                .filter(|(_, p)| !p.is_empty());
            groups.extend(named.map(|(key, people)| (values.value(key).to_owned(), people)));
        } else if let Some(column) = column {
            for sample in store.active().bitmap() {
                if let Some(value) = column.text(sample as usize) {
                    groups.entry(value).or_default().insert(sample);
                }
                if groups.len() > MOST {
                    break;
                }
            }
        }
        if groups.len() > MOST {
            return Err(too_many(groups.len()));
        }
        let n = store.n_samples();
        let group = |(name, people)| Group {
            name,
            people: SampleSet::from_bitmap(n, people),
        };
        Ok(Self {
            column: name,
            groups: groups.into_iter().map(group).collect(),
        })
    }
}
