//! Ids of some samples, where they lie.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use arrow_array::{Array, LargeStringArray};

/// Ids of samples, in an order of their own. Cheap to clone; there may be hundreds of thousands,
/// and nothing is made of them before it is asked for.
#[derive(Clone, Debug, Default)]
pub struct SampleIds(Arc<Ids>);

#[derive(Debug)]
struct Ids {
    ids: LargeStringArray,
    /// Rows of `ids`, all within it; all of them where `None`.
    rows: Option<Arc<[u32]>>,
    places: OnceLock<HashMap<String, usize>>,
}

impl Default for Ids {
    fn default() -> Self {
        Self {
            ids: LargeStringArray::new_null(0),
            rows: None,
            places: OnceLock::new(),
        }
    }
}

impl From<&[String]> for SampleIds {
    fn from(ids: &[String]) -> Self {
        Self(Arc::new(Ids {
            ids: LargeStringArray::from_iter_values(ids),
            ..Ids::default()
        }))
    }
}

impl SampleIds {
    /// The ids of these rows; `None` where one is not there.
    pub(super) fn of_rows(ids: &LargeStringArray, rows: Arc<[u32]>) -> Option<Self> {
        let within = rows.iter().all(|&row| (row as usize) < ids.len());
        within.then(|| {
            Self(Arc::new(Ids {
                ids: ids.clone(),
                rows: Some(rows),
                places: OnceLock::new(),
            }))
        })
    }

    /// How many.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.rows.as_ref().map_or(self.0.ids.len(), |r| r.len())
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The id at a place.
    #[must_use]
    pub fn get(&self, place: usize) -> Option<&str> {
        let row = match &self.0.rows {
            Some(rows) => *rows.get(place)? as usize,
            None => place,
        };
        (row < self.0.ids.len()).then(|| self.0.ids.value(row))
    }

    /// All of them, in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &str> + DoubleEndedIterator {
        (0..self.len()).map(|place| self.get(place).unwrap_or_default())
    }

    /// The same as texts of one's own.
    #[must_use]
    pub fn to_vec(&self) -> Vec<String> {
        self.iter().map(str::to_owned).collect()
    }

    /// The place of an id, of two that are alike the first. The first call looks at all.
    #[must_use]
    pub fn place(&self, id: &str) -> Option<usize> {
        let places = self.0.places.get_or_init(|| {
            let ids = self.iter().enumerate().rev();
            ids.map(|(i, id)| (id.to_owned(), i)).collect()
        });
        places.get(id).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_those_of_their_rows() {
        let all = LargeStringArray::from_iter_values(["a", "b", "c", "b"]);
        let some = SampleIds::of_rows(&all, [3, 0, 1].into()).unwrap();
        assert_eq!(some.to_vec(), ["b", "a", "b"]);
        assert_eq!((some.place("b"), some.place("c")), (Some(0), None));
        assert_eq!((some.get(1), some.get(3)), (Some("a"), None));
        assert!(SampleIds::of_rows(&all, [4].into()).is_none());
        assert!(SampleIds::default().is_empty());
    }
}
