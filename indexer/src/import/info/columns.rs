//! The columns of the INFO layer, and which of them a source's fields go to.

use std::collections::HashMap;
use std::path::Path;

use genodex_engine::diagnostic::nearest;
use genodex_engine::format::manifest::{ColumnEntry, ColumnType, LayerEntry, LayerKind};

use super::{FORMAT_LAYER, INFO_LAYER};
use crate::import::ImportError;
use crate::reader::{FieldLine, Header, field_lines};

/// Which INFO fields are kept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum InfoSelection {
    /// All.
    #[default]
    All,
    /// Those named, which the header must have.
    Only(Vec<String>),
    /// All but those named.
    Except(Vec<String>),
    /// None.
    None,
}

impl InfoSelection {
    fn has(&self, name: &str) -> bool {
        match self {
            Self::All => true,
            Self::Only(names) => names.iter().any(|n| n == name),
            Self::Except(names) => !names.iter().any(|n| n == name),
            Self::None => false,
        }
    }

    fn names(&self) -> &[String] {
        match self {
            Self::Only(names) | Self::Except(names) => names,
            _ => &[],
        }
    }
}

/// How the values of a field are shared among the rows of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Split {
    /// One value, the same in each row.
    One,
    /// All values in each row.
    All,
    /// One for each ALT.
    Alternates,
    /// One for each allele.
    Alleles,
    /// One for each genotype.
    Genotypes,
}

/// Where a field goes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FieldPlan {
    pub(crate) column: u32,
    pub(crate) kind: ColumnType,
    pub(crate) split: Split,
}

/// What becomes of a source's fields.
#[derive(Clone, Debug, Default)]
pub(crate) struct SourceInfo {
    /// By name; `None` for those that are not kept.
    fields: HashMap<String, Option<FieldPlan>>,
    /// Fields that the header does not declare are kept.
    pub(crate) undeclared: InfoSelection,
}

impl SourceInfo {
    /// The field's column. `Err` where the header does not declare the field.
    pub(crate) fn field(&self, name: &str) -> Result<Option<FieldPlan>, ()> {
        self.fields.get(name).copied().ok_or(())
    }

    /// Whether a field that is not declared is kept.
    pub(crate) fn keeps_undeclared(&self, name: &str) -> bool {
        self.undeclared.has(name)
    }

    /// Whether nothing is kept.
    pub(crate) fn is_none(&self) -> bool {
        self.undeclared == InfoSelection::None
    }
}

/// What a layer's columns are of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Of {
    /// INFO.
    Info,
    /// FORMAT.
    Format,
}

impl Of {
    /// The key of header lines.
    pub(crate) const fn key(self) -> &'static str {
        match self {
            Self::Info => "INFO",
            Self::Format => "FORMAT",
        }
    }

    const fn layer(self) -> &'static str {
        match self {
            Self::Info => INFO_LAYER,
            Self::Format => FORMAT_LAYER,
        }
    }
}

/// The columns of the layer so far.
#[derive(Clone, Debug)]
pub(crate) struct InfoColumns {
    of: Of,
    columns: Vec<ColumnEntry>,
    places: HashMap<String, u32>,
    source: Option<String>,
}

impl InfoColumns {
    /// No columns yet.
    pub(crate) fn new(of: Of) -> Self {
        Self {
            of,
            columns: Vec::new(),
            places: HashMap::new(),
            source: None,
        }
    }

    /// Starts with those of a store that is added to.
    pub(crate) fn extend_store(&mut self, layers: &[LayerEntry]) {
        if let Some(layer) = layers.iter().find(|l| l.name == self.of.layer()) {
            self.columns.clone_from(&layer.columns);
            self.source = Some(layer.source.clone());
            let names = layer.columns.iter().map(|c| c.name.clone());
            self.places = names.zip(0..).collect();
        }
    }

    /// Whether they are of INFO.
    pub(crate) fn is_info(&self) -> bool {
        self.of == Of::Info
    }

    /// The columns.
    pub(crate) fn columns(&self) -> &[ColumnEntry] {
        &self.columns
    }

    /// The layer; `None` where no input has any INFO.
    pub(crate) fn layer(&self, used: bool) -> Option<LayerEntry> {
        (used || !self.columns.is_empty()).then(|| LayerEntry {
            name: self.of.layer().to_owned(),
            kind: match self.of {
                Of::Info => LayerKind::Info,
                Of::Format => LayerKind::Format,
            },
            source: self.source.clone().unwrap_or_default(),
            columns: self.columns.clone(),
        })
    }

    /// Adds the fields of a source's header.
    pub(crate) fn add_source(
        &mut self,
        header: &Header,
        selection: &InfoSelection,
    ) -> Result<SourceInfo, ImportError> {
        let lines = field_lines(&header.text, self.of.key());
        self.add_lines(&header.path, &lines, selection)
    }

    /// Adds fields as header lines declare them.
    pub(crate) fn add_lines(
        &mut self,
        path: &Path,
        lines: &[FieldLine],
        selection: &InfoSelection,
    ) -> Result<SourceInfo, ImportError> {
        let known = |name: &String| lines.iter().any(|l| l.id == *name);
        if let Some(name) = selection.names().iter().find(|n| !known(n)) {
            return Err(ImportError::UnknownField {
                path: path.to_owned(),
                of: self.of.key(),
                name: name.clone(),
                near: near(name, lines),
            });
        }
        if self.source.is_none() {
            let name = path.file_name().unwrap_or(path.as_os_str());
            self.source = Some(name.to_string_lossy().into_owned());
        }
        let mut fields = HashMap::new();
        for line in lines {
            let plan = if selection.has(&line.id) {
                Some(self.add_field(path, line)?)
            } else {
                None
            };
            fields.insert(line.id.clone(), plan);
        }
        Ok(SourceInfo {
            fields,
            undeclared: selection.clone(),
        })
    }

    fn add_field(&mut self, path: &Path, line: &FieldLine) -> Result<FieldPlan, ImportError> {
        let column = column(line);
        let split = split(&column);
        let kind = column.kind;
        let place = match self.places.get(&line.id) {
            Some(&place) => {
                // Invariant: places are of `columns`.
                let before = &self.columns[place as usize];
                if (before.kind, &before.number) != (column.kind, &column.number) {
                    let advice = match self.of {
                        Of::Info => format!("leave it out (--info ^{})", line.id),
                        Of::Format => "leave it out of --format-fields".to_owned(),
                    };
                    return Err(ImportError::FieldConflict {
                        path: path.to_owned(),
                        reason: format!(
                            "{} field {} is declared with {}, but with {} in what was read \
                             before; {advice}",
                            self.of.key(),
                            line.id,
                            described(&column),
                            described(before)
                        ),
                    });
                }
                place
            }
            None => {
                let place = self.columns.len() as u32;
                self.places.insert(line.id.clone(), place);
                self.columns.push(column);
                place
            }
        };
        Ok(FieldPlan {
            column: place,
            kind,
            split,
        })
    }
}

fn described(column: &ColumnEntry) -> String {
    format!("Number={}, {:?}", column.number, column.kind)
}

fn near(name: &str, lines: &[FieldLine]) -> String {
    match nearest(name, lines.iter().map(|l| l.id.as_str())) {
        Some(near) => format!("; did you mean {near}?"),
        None if lines.is_empty() => "; its header declares none".to_owned(),
        None => {
            let names: Vec<&str> = lines.iter().take(12).map(|l| l.id.as_str()).collect();
            let more = if lines.len() > 12 { ", ..." } else { "" };
            format!("; there are {}{more}", names.join(", "))
        }
    }
}

/// The column of a field.
pub(crate) fn column(line: &FieldLine) -> ColumnEntry {
    let kind = match line.kind.as_str() {
        "Integer" => ColumnType::Integer,
        "Float" => ColumnType::Float,
        "Flag" => ColumnType::Flag,
        _ => ColumnType::Text,
    };
    let known = matches!(line.number.as_str(), "A" | "R" | "G")
        || line.number.parse::<u32>().is_ok_and(|n| n > 0);
    let number = match kind {
        ColumnType::Flag => "0",
        _ if known => &line.number,
        _ => ".",
    };
    ColumnEntry {
        name: line.id.clone(),
        kind,
        number: number.to_owned(),
        description: line.description.clone(),
        terms: false,
    }
}

fn split(column: &ColumnEntry) -> Split {
    match column.number.as_str() {
        "1" => Split::One,
        "A" => Split::Alternates,
        "R" => Split::Alleles,
        "G" => Split::Genotypes,
        _ => Split::All,
    }
}
