//! Columns of Arrow in the making.

use std::sync::Arc;

use arrow_array::ArrayRef;
use arrow_array::builder::{
    BooleanBuilder, Float32Builder, Float64Builder, Int32Builder, ListBuilder, StringBuilder,
    UInt64Builder,
};
use arrow_schema::{DataType, Field};
use genodex_engine::query::expr::{FLOAT_END, FLOAT_MISSING, INT_END, INT_MISSING, Info};

/// Type of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    UInt,
    Double,
    Flag,
    Int,
    Float,
    Texts,
    Ints,
    Floats,
}

impl Kind {
    pub(super) fn data_type(self) -> DataType {
        let list = |item| DataType::List(Arc::new(Field::new_list_field(item, true)));
        match self {
            Self::Text => DataType::Utf8,
            Self::UInt => DataType::UInt64,
            Self::Double => DataType::Float64,
            Self::Flag => DataType::Boolean,
            Self::Int => DataType::Int32,
            Self::Float => DataType::Float32,
            Self::Texts => list(DataType::Utf8),
            Self::Ints => list(DataType::Int32),
            Self::Floats => list(DataType::Float32),
        }
    }
}

/// A column in the making.
pub(super) enum Builder {
    Text(StringBuilder),
    UInt(UInt64Builder),
    Double(Float64Builder),
    Flag(BooleanBuilder),
    Int(Int32Builder),
    Float(Float32Builder),
    Texts(ListBuilder<StringBuilder>),
    Ints(ListBuilder<Int32Builder>),
    Floats(ListBuilder<Float32Builder>),
}

impl Builder {
    pub(super) fn new(kind: Kind) -> Self {
        match kind {
            Kind::Text => Self::Text(StringBuilder::new()),
            Kind::UInt => Self::UInt(UInt64Builder::new()),
            Kind::Double => Self::Double(Float64Builder::new()),
            Kind::Flag => Self::Flag(BooleanBuilder::new()),
            Kind::Int => Self::Int(Int32Builder::new()),
            Kind::Float => Self::Float(Float32Builder::new()),
            Kind::Texts => Self::Texts(ListBuilder::new(StringBuilder::new())),
            Kind::Ints => Self::Ints(ListBuilder::new(Int32Builder::new())),
            Kind::Floats => Self::Floats(ListBuilder::new(Float32Builder::new())),
        }
    }

    pub(super) fn finish(self) -> ArrayRef {
        match self {
            Self::Text(mut b) => Arc::new(b.finish()),
            Self::UInt(mut b) => Arc::new(b.finish()),
            Self::Double(mut b) => Arc::new(b.finish()),
            Self::Flag(mut b) => Arc::new(b.finish()),
            Self::Int(mut b) => Arc::new(b.finish()),
            Self::Float(mut b) => Arc::new(b.finish()),
            Self::Texts(mut b) => Arc::new(b.finish()),
            Self::Ints(mut b) => Arc::new(b.finish()),
            Self::Floats(mut b) => Arc::new(b.finish()),
        }
    }

    pub(super) fn text(&mut self, text: Option<&str>) {
        if let Self::Text(b) = self {
            b.append_option(text);
        }
    }

    pub(super) fn uint(&mut self, value: u64) {
        if let Self::UInt(b) = self {
            b.append_value(value);
        }
    }

    pub(super) fn double(&mut self, value: Option<f64>) {
        if let Self::Double(b) = self {
            b.append_option(value);
        }
    }

    pub(super) fn float(&mut self, value: Option<f32>) {
        if let Self::Float(b) = self {
            b.append_option(value);
        }
    }

    /// The values of a field of INFO. Says whether they are all there: of several, a column of
    /// single values takes the first.
    pub(super) fn info(&mut self, info: &Info<'_>) -> bool {
        let mut whole = true;
        match self {
            Self::Flag(b) => b.append_value(*info == Info::Flag),
            Self::Text(b) => match info {
                Info::Text(t) => b.append_value(t),
                _ => b.append_null(),
            },
            Self::Int(b) => {
                let mut values = ints(info);
                b.append_option(values.next().flatten());
                whole = values.next().is_none();
            }
            Self::Float(b) => {
                let mut values = floats(info);
                b.append_option(values.next().flatten());
                whole = values.next().is_none();
            }
            Self::Texts(b) => {
                if let Info::Text(text) = info {
                    for part in text.split(',') {
                        b.values().append_option(Some(part).filter(|p| *p != "."));
                    }
                }
                b.append(matches!(info, Info::Text(_)));
            }
            Self::Ints(b) => {
                b.values().extend(ints(info));
                b.append(matches!(info, Info::Ints(_)));
            }
            Self::Floats(b) => {
                b.values().extend(floats(info));
                b.append(matches!(info, Info::Floats(_)));
            }
            Self::UInt(b) => b.append_null(),
            Self::Double(b) => b.append_null(),
        }
        whole
    }
}

fn ints<'a>(info: &'a Info<'_>) -> impl Iterator<Item = Option<i32>> + 'a {
    let values: &[i32] = match info {
        Info::Ints(v) => v,
        _ => &[],
    };
    let there = values.iter().take_while(|v| **v != INT_END);
    there.map(|&v| Some(v).filter(|v| *v != INT_MISSING))
}

fn floats<'a>(info: &'a Info<'_>) -> impl Iterator<Item = Option<f32>> + 'a {
    let values: &[f32] = match info {
        Info::Floats(v) => v,
        _ => &[],
    };
    let there = values.iter().take_while(|v| v.to_bits() != FLOAT_END);
    there.map(|&v| Some(v).filter(|v| v.to_bits() != FLOAT_MISSING))
}
