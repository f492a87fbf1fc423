//! Rows as typed columns.

/// Type of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Text; `.` is a missing value where `nullable`.
    Text {
        /// Whether `.` is a missing value.
        nullable: bool,
    },
    /// Whole numbers, never missing.
    UInt,
    /// Whole numbers; may be missing and below zero.
    Int,
    /// Real numbers; may be missing.
    Float,
}

/// Name and type of a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Column {
    pub(crate) name: String,
    pub(crate) kind: Kind,
}

impl Column {
    pub(crate) fn new(name: impl Into<String>, kind: Kind) -> Self {
        Self {
            name: name.into(),
            kind,
        }
    }
}

/// Text of many rows, end to end.
#[derive(Clone, Debug, Default)]
pub(crate) struct TextColumn {
    bytes: String,
    ends: Vec<usize>,
}

impl TextColumn {
    pub(crate) fn push(&mut self, text: &str) {
        self.bytes.push_str(text);
        self.ends.push(self.bytes.len());
    }

    pub(crate) const fn len(&self) -> usize {
        self.ends.len()
    }

    /// The text of a row; nothing beyond the last.
    pub(crate) fn get(&self, row: usize) -> &str {
        let start = match row {
            0 => 0,
            _ => self.ends.get(row - 1).copied().unwrap_or(usize::MAX),
        };
        self.ends
            .get(row)
            .and_then(|&end| self.bytes.get(start..end))
            .unwrap_or("")
    }
}

/// Values of a column.
#[derive(Clone, Debug)]
pub(crate) enum Values {
    Text(TextColumn),
    UInt(Vec<u64>),
    Int(Vec<Option<i64>>),
    /// NaN stands for a missing value and is never written.
    Float(Vec<f64>),
}

impl Values {
    /// No values yet, of a column of `kind`.
    pub(crate) const fn empty(kind: Kind) -> Self {
        match kind {
            Kind::Text { .. } => Self::Text(TextColumn {
                bytes: String::new(),
                ends: Vec::new(),
            }),
            Kind::UInt => Self::UInt(Vec::new()),
            Kind::Int => Self::Int(Vec::new()),
            Kind::Float => Self::Float(Vec::new()),
        }
    }

    pub(crate) const fn len(&self) -> usize {
        match self {
            Self::Text(t) => t.len(),
            Self::UInt(v) => v.len(),
            Self::Int(v) => v.len(),
            Self::Float(v) => v.len(),
        }
    }
}

/// Rows, column by column; all columns have the same length.
#[derive(Clone, Debug)]
pub(crate) struct Batch {
    pub(crate) columns: Vec<Values>,
}

impl Batch {
    /// No rows.
    pub(crate) fn empty(columns: &[Column]) -> Self {
        Self {
            columns: columns.iter().map(|c| Values::empty(c.kind)).collect(),
        }
    }

    /// Rows.
    pub(crate) fn len(&self) -> usize {
        self.columns.first().map_or(0, Values::len)
    }

    /// A new row, to be filled from the first column to the last.
    pub(crate) fn row(&mut self) -> Row<'_> {
        Row {
            columns: self.columns.iter_mut(),
        }
    }
}

/// Fills one row. A value of another type than its column's is left out.
pub(crate) struct Row<'a> {
    columns: std::slice::IterMut<'a, Values>,
}

impl Row<'_> {
    pub(crate) fn text(&mut self, text: &str) {
        if let Some(Values::Text(t)) = self.columns.next() {
            t.push(text);
        }
    }

    pub(crate) fn uint(&mut self, value: u64) {
        if let Some(Values::UInt(v)) = self.columns.next() {
            v.push(value);
        }
    }

    /// A whole number, or a missing one.
    pub(crate) fn int(&mut self, value: Option<i64>) {
        if let Some(Values::Int(v)) = self.columns.next() {
            v.push(value);
        }
    }

    /// A real number, or a missing one.
    pub(crate) fn float(&mut self, value: Option<f64>) {
        if let Some(Values::Float(v)) = self.columns.next() {
            v.push(value.unwrap_or(f64::NAN));
        }
    }
}
