//! The names that an expression over a store may use, and where their values are.

use std::collections::HashMap;

use super::SelectError;
use crate::format::manifest::{ColumnType, LayerKind};
use crate::query::expr::{ColumnKind, Field, FieldKind, Schema};
use crate::store::Store;

/// Where a field's values are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) layer: usize,
    pub(super) column: usize,
}

/// An INFO field and how its values are shared among the rows of a record.
#[derive(Clone, Debug)]
pub(super) struct InfoField {
    pub(super) name: String,
    pub(super) place: Place,
    pub(super) kind: ColumnType,
    pub(super) number: String,
}

/// What the indices of a [`Schema`] stand for in a store.
#[derive(Clone, Debug, Default)]
pub struct Bindings {
    pub(super) info: Vec<InfoField>,
    pub(super) columns: Vec<Place>,
    pub(super) column_names: Vec<String>,
    pub(super) filters: HashMap<String, usize>,
}

impl Bindings {
    /// Names of the INFO fields, by index.
    pub fn info_names(&self) -> impl ExactSizeIterator<Item = &str> {
        self.info.iter().map(|f| f.name.as_str())
    }

    /// Names of the text columns beside the VCF's own fields, by index.
    pub fn column_names(&self) -> impl ExactSizeIterator<Item = &str> {
        self.column_names.iter().map(String::as_str)
    }

    /// The index of an INFO field.
    #[must_use]
    pub fn info(&self, name: &str) -> Option<usize> {
        self.info.iter().position(|f| f.name == name)
    }
}

/// The schema of expressions over `store` about `samples` (columns of the genotype matrices, in
/// their order) and the cohorts named.
///
/// # Errors
/// [`SelectError::Format`] where the header or an index cannot be read.
pub fn schema<'a>(
    store: &Store,
    cohorts: impl IntoIterator<Item = &'a str>,
    samples: &[u32],
) -> Result<(Schema, Bindings), SelectError> {
    let mut schema = Schema::new();
    let mut bindings = Bindings::default();
    for (l, layer) in store.layers().iter().enumerate() {
        for (c, column) in layer.columns.iter().enumerate() {
            let place = Place {
                layer: l,
                column: c,
            };
            match layer.kind {
                LayerKind::Format => {}
                LayerKind::Columns if column.kind == ColumnType::Text => {
                    let kind = if column.terms {
                        ColumnKind::Consequence
                    } else {
                        ColumnKind::Text
                    };
                    if schema.add_column(&column.name, kind) == bindings.columns.len() {
                        bindings.columns.push(place);
                        bindings.column_names.push(column.name.clone());
                    }
                }
                LayerKind::Info | LayerKind::Columns => {
                    let field = Field {
                        name: column.name.clone(),
                        kind: field_kind(column.kind),
                        single: column.number == "1",
                    };
                    if schema.add_info(field) == bindings.info.len() {
                        bindings.info.push(InfoField {
                            name: column.name.clone(),
                            place,
                            kind: column.kind,
                            number: column.number.clone(),
                        });
                    }
                }
            }
        }
    }
    add_header(&mut schema, &mut bindings, &store.header()?);
    for shard in store.shards() {
        if let Some(index) = shard.site_index()? {
            for (filters, _) in index.values("filter") {
                for name in filters.split(';').filter(|f| *f != "." && !f.is_empty()) {
                    add_filter(&mut schema, &mut bindings, name);
                }
            }
        }
    }
    schema.add_format(Field {
        name: "GT".to_owned(),
        kind: FieldKind::Text,
        single: true,
    });
    for &sample in samples {
        if let Some(id) = store.samples().id(sample as usize) {
            schema.add_sample(id);
        }
    }
    for cohort in cohorts {
        schema.add_cohort(cohort);
    }
    Ok((schema, bindings))
}

fn add_filter(schema: &mut Schema, bindings: &mut Bindings, name: &str) {
    let index = schema.add_filter(name);
    bindings.filters.insert(name.to_owned(), index);
}

/// Filters of the header, and the FORMAT fields that the store has not kept.
fn add_header(schema: &mut Schema, bindings: &mut Bindings, header: &str) {
    add_filter(schema, bindings, "PASS");
    for line in header.lines() {
        if let Some(id) = id_of(line, "##FILTER=<") {
            add_filter(schema, bindings, id);
        } else if let Some(id) = id_of(line, "##FORMAT=<").filter(|id| *id != "GT") {
            let hint = "the store keeps no FORMAT fields but GT";
            schema.add_format_not_kept(id, hint);
        }
    }
}

/// The ID of a header line of one kind.
fn id_of<'a>(line: &'a str, kind: &str) -> Option<&'a str> {
    let fields = line.strip_prefix(kind)?;
    let start = if fields.starts_with("ID=") {
        3
    } else {
        fields.find(",ID=")? + 4
    };
    let id = fields.get(start..)?;
    id.split([',', '>']).next().filter(|id| !id.is_empty())
}

const fn field_kind(kind: ColumnType) -> FieldKind {
    match kind {
        ColumnType::Integer => FieldKind::Int,
        ColumnType::Float => FieldKind::Float,
        ColumnType::Text => FieldKind::Text,
        ColumnType::Flag => FieldKind::Flag,
    }
}
