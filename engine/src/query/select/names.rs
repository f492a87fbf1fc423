//! What a store calls things, for expressions: each name with the places of its values.

use std::collections::HashMap;
use std::sync::Arc;

use super::SelectError;
use crate::format::manifest::{ColumnType, LayerKind};
use crate::format::samples::SampleIds;
use crate::format::sites::FILTER;
use crate::genotype::SampleSet;
use crate::query::cohort::ALL;
use crate::query::expr::{ColumnKind, Field, FieldKind, Schema};
use crate::store::Store;

/// The layer of the INFO that the store's own files had; others came from other files.
pub(super) const OWN_INFO: &str = "info";

/// A column of a layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) layer: usize,
    pub(super) column: usize,
}

/// How the values of an INFO field go back together from the rows of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Joining {
    /// One of each row's ALT.
    Alternate,
    /// REF's, then one of each row's ALT.
    Reference,
    /// RR's, then RA's and AA's of each row's ALT; those of two ALTs are not kept.
    Genotypes,
    /// The same in every row.
    Whole,
}

#[derive(Clone, Debug)]
pub(super) struct InfoPlace {
    pub(super) name: String,
    pub(super) kind: FieldKind,
    pub(super) joining: Joining,
    pub(super) place: Place,
}

/// The names of a store, cohorts included, and where the values are.
#[derive(Debug)]
pub struct Names {
    schema: Schema,
    pub(super) info: Vec<InfoPlace>,
    /// By column of the schema: the first of these that has a value.
    pub(super) columns: Vec<Vec<Place>>,
    /// By FORMAT field of the schema; none for GT.
    pub(super) formats: Vec<Option<(String, Place)>>,
    pub(super) filters: HashMap<String, usize>,
    pub(super) cohorts: Vec<SampleSet>,
    /// Columns of the genotype matrix, in the order in which samples are shown.
    pub(super) samples: Arc<[u32]>,
    pub(super) sample_ids: SampleIds,
    /// Everybody who has not withdrawn is shown, in the store's order.
    pub(super) everybody: bool,
    /// No record has calls: the inputs had no GT.
    pub(super) without_calls: bool,
}

/// The ids of the lines `##KEY=<ID=...>` of a header.
fn ids<'a>(header: &'a str, key: &'a str) -> impl Iterator<Item = &'a str> {
    header.lines().filter_map(move |line| {
        let body = line
            .strip_prefix("##")?
            .strip_prefix(key)?
            .strip_prefix("=<")?;
        let mut parts = body.split(',').map(|p| p.trim_end_matches('>'));
        parts.find_map(|p| p.strip_prefix("ID="))
    })
}

pub(super) const fn kind(column: ColumnType) -> FieldKind {
    match column {
        ColumnType::Integer => FieldKind::Int,
        ColumnType::Float => FieldKind::Float,
        ColumnType::Text => FieldKind::Text,
        ColumnType::Flag => FieldKind::Flag,
    }
}

/// Whether anybody is called anywhere. Every row is looked at where nobody is: only to be asked
/// where no header declares GT.
fn has_calls(store: &Store) -> Result<bool, SelectError> {
    for shard in store.shards() {
        let sites = shard.sites()?;
        if (0..sites.len()).any(|row| sites.counts(row).allele_number() > 0) {
            return Ok(true);
        }
    }
    Ok(false)
}

impl Names {
    /// The names of `store`, and `cohorts`. `samples` are shown, in their order: columns of the
    /// genotype matrix; everybody where there are none.
    ///
    /// # Errors
    /// [`SelectError`] where the header cannot be read, two cohorts have one name, or a shown
    /// sample has withdrawn.
    pub fn new(
        store: &Store,
        cohorts: &[(String, SampleSet)],
        samples: Option<&[u32]>,
    ) -> Result<Self, SelectError> {
        let mut schema = Schema::new();
        let header = store.header()?;
        let (mut info, mut columns) = (Vec::new(), Vec::<Vec<Place>>::new());
        let mut formats: Vec<Option<(String, Place)>> = Vec::new();
        for (layer, entry) in store.layers().iter().enumerate() {
            for (column, c) in entry.columns.iter().enumerate() {
                let place = Place { layer, column };
                match entry.kind {
                    LayerKind::Info => {
                        let at = schema.add_info(Field {
                            name: c.name.clone(),
                            kind: kind(c.kind),
                            single: c.number == "1",
                        });
                        if at == info.len() {
                            info.push(InfoPlace {
                                name: c.name.clone(),
                                kind: kind(c.kind),
                                joining: match c.number.as_str() {
                                    "A" => Joining::Alternate,
                                    "R" => Joining::Reference,
                                    "G" => Joining::Genotypes,
                                    _ => Joining::Whole,
                                },
                                place,
                            });
                        }
                    }
                    LayerKind::Columns => {
                        let kind = if c.terms {
                            ColumnKind::Consequence
                        } else {
                            ColumnKind::Text
                        };
                        let at = schema.add_column(&c.name, kind);
                        columns.resize_with(columns.len().max(at + 1), Vec::new);
                        columns[at].push(place);
                    }
                    LayerKind::Format => {
                        let at = schema.add_format(Field {
                            name: c.name.clone(),
                            kind: kind(c.kind),
                            single: c.number == "1",
                        });
                        formats.resize_with(formats.len().max(at + 1), || None);
                        formats[at].get_or_insert((c.name.clone(), place));
                    }
                }
            }
        }
        for places in &mut columns {
            places.sort_by_key(|p| crate::query::columns::is_genes(store, p.layer));
        }
        schema.add_format(Field {
            name: "GT".to_owned(),
            kind: FieldKind::Text,
            single: true,
        });
        let kept = |id: &str| schema.format_index(id).is_some();
        let not_kept: Vec<&str> = ids(&header, "FORMAT").filter(|id| !kept(id)).collect();
        for id in not_kept {
            let hint = format!("index again with --format-fields {id}");
            schema.add_format_not_kept(id, &hint);
        }
        let mut filters = HashMap::from([("PASS".to_owned(), 0)]);
        let mut add_filter = |schema: &mut Schema, name: &str| {
            let at = schema.add_filter(name);
            filters.insert(name.to_owned(), at);
        };
        for id in ids(&header, "FILTER") {
            add_filter(&mut schema, id);
        }
        for shard in store.shards() {
            if let Some(index) = shard.site_index()? {
                for (name, _) in index.values(FILTER).filter(|f| f.0 != ".") {
                    add_filter(&mut schema, name);
                }
            }
        }
        let (samples, sample_ids, everybody) = match samples {
            None => {
                let (samples, ids) = store.active_samples();
                (Arc::clone(samples), ids.clone(), true)
            }
            Some(samples) => {
                if let Some(s) = samples.iter().find(|s| !store.active().contains(**s)) {
                    return Err(SelectError::Sample(*s));
                }
                let samples: Arc<[u32]> = samples.into();
                // Active samples are in the table.
                let ids = store.samples().ids_of(Arc::clone(&samples));
                (samples, ids.unwrap_or_default(), false)
            }
        };
        schema.set_samples(sample_ids.clone());
        let mut sets = vec![store.active().clone()];
        schema.add_cohort(ALL);
        for (name, set) in cohorts.iter().filter(|c| c.0 != ALL) {
            if schema.add_cohort(name) != sets.len() || set.n_samples() != store.n_samples() {
                return Err(SelectError::DuplicateCohort(name.clone()));
            }
            // Who has withdrawn is in no count, whatever the file or expression says.
            sets.push(crate::query::carriers::members(store, set));
        }
        Ok(Self {
            schema,
            info,
            columns,
            formats,
            filters,
            cohorts: sets,
            samples,
            sample_ids,
            everybody,
            without_calls: !ids(&header, "FORMAT").any(|id| id == "GT") && !has_calls(store)?,
        })
    }

    /// The names that expressions are checked against.
    #[must_use]
    pub const fn schema(&self) -> &Schema {
        &self.schema
    }

    /// Lets expressions read files: for the user's own only.
    pub fn allow_files(&mut self) {
        self.schema.allow_files();
    }

    /// The samples that are shown, columns of the genotype matrix, in order.
    #[must_use]
    pub fn samples(&self) -> &[u32] {
        &self.samples
    }

    /// Ids of the samples that are shown, in order.
    #[must_use]
    pub const fn sample_ids(&self) -> &SampleIds {
        &self.sample_ids
    }

    /// FILTER as written, by places in the schema.
    pub(super) fn filters_of(&self, text: &str) -> Vec<usize> {
        let index = |f| self.filters.get(f).copied().unwrap_or(usize::MAX);
        match text {
            "" => Vec::new(),
            "PASS" => vec![0],
            text => text.split(';').map(index).collect(),
        }
    }

    /// The FORMAT fields kept: their index in the schema, and their names.
    pub(in crate::query) fn formats(&self) -> impl Iterator<Item = (usize, &str)> {
        let formats = self.formats.iter().enumerate();
        formats.filter_map(|(i, f)| Some((i, f.as_ref()?.0.as_str())))
    }

    /// The place of an INFO field.
    pub(super) fn info_named(&self, name: &str) -> Option<usize> {
        self.info.iter().position(|i| i.name == name)
    }

    /// Whether an INFO field has one value at most: in the view of rows also one of each ALT.
    #[must_use]
    pub fn has_one_value(&self, field: usize, split: bool) -> bool {
        let of_alt = self.info.get(field).map(|i| i.joining) == Some(Joining::Alternate);
        self.schema.info_is_single(field) || split && of_alt
    }

    /// The layer that an INFO field came with from another file; `None` where it is the store's
    /// own, or not there.
    pub(super) fn other_layer_of<'s>(&self, store: &'s Store, name: &str) -> Option<&'s str> {
        let place = self.info.iter().find(|i| i.name == name)?.place;
        let layer = store.layers().get(place.layer)?.name.as_str();
        (layer != OWN_INFO).then_some(layer)
    }

    /// Names of the INFO fields.
    pub fn info_names(&self) -> impl Iterator<Item = &str> {
        self.info.iter().map(|i| i.name.as_str())
    }
}
