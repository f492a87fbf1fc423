//! The columns of `genodex query --columns`.

use anyhow::bail;
use genodex_engine::query::expr::{Count, FieldKind, Info, RowAccess};
use genodex_engine::query::select::{Block, Plan, Record, SelectError};
use genodex_engine::query::template::{Template, Undefined};

use crate::output::{Batch, Column, Kind, Row};

/// Where the value of a column comes from.
enum Cell {
    /// What a template prints of a record.
    Text(Template),
    Pos,
    End,
    Qual,
    Flag(usize),
    Int(usize),
    Float(usize),
    /// A count of the one ALT of a row, and the cohort.
    Count(Count, usize),
}

/// Columns that were asked for by name.
pub(super) struct Columns {
    columns: Vec<Column>,
    cells: Vec<Cell>,
}

impl Columns {
    /// Columns by the names that templates use, `AF[cases]` being `AF{cases}`. Numbers are typed
    /// where there is one for each line.
    pub(super) fn parse(
        names: &[String],
        plan: &Plan<'_>,
        undefined: Undefined,
    ) -> anyhow::Result<Self> {
        let (mut columns, mut cells) = (Vec::new(), Vec::new());
        for name in names {
            let name = name.trim().trim_start_matches('%');
            let name = name.replace('[', "{").replace(']', "}");
            if name.is_empty() {
                bail!("--columns: a name is empty: write CHROM,POS,AF{{ALL}}");
            }
            let source = format!("%{name}");
            let template = Template::parse(&source, plan.names().schema(), undefined)?;
            if !template.is_one() {
                bail!("--columns: {name:?} is more than a name: write CHROM,POS,AF{{ALL}}");
            }
            let cell = cell(&name, plan).unwrap_or(Cell::Text(template));
            let kind = match &cell {
                Cell::Pos | Cell::End | Cell::Flag(_) => Kind::UInt,
                Cell::Int(_) => Kind::Int,
                Cell::Count(count, _) if !count.is_part() => Kind::UInt,
                Cell::Qual | Cell::Float(_) | Cell::Count(..) => Kind::Float,
                Cell::Text(_) => Kind::Text { nullable: true },
            };
            let shown = match name.strip_suffix('}').and_then(|n| n.split_once('{')) {
                Some((count, cohort)) => format!("{count}_{cohort}"),
                None => name.trim_start_matches("INFO/").to_owned(),
            };
            if columns.iter().any(|c: &Column| c.name == shown) {
                bail!("--columns: {shown:?} is asked for twice");
            }
            columns.push(Column::new(shown, kind));
            cells.push(cell);
        }
        Ok(Self { columns, cells })
    }

    pub(super) const fn columns(&self) -> &Vec<Column> {
        &self.columns
    }

    /// Whether cohorts have to be counted.
    pub(super) fn shows_cohorts(&self) -> bool {
        self.cells.iter().any(|cell| match cell {
            Cell::Count(_, cohort) => *cohort > 0,
            Cell::Text(template) => template.shows_cohorts(),
            _ => false,
        })
    }

    /// The rows of a block.
    pub(super) fn batch(&self, block: &Block<'_>) -> Result<Batch, SelectError> {
        let mut batch = Batch::empty(&self.columns);
        let mut text = String::new();
        block.each(|record, _| {
            let mut row = batch.row();
            for cell in &self.cells {
                cell.push(record, &mut row, &mut text);
            }
            Ok::<_, SelectError>(())
        })?;
        Ok(batch)
    }
}

/// The typed value that a name stands for; `None` where it is text.
fn cell(name: &str, plan: &Plan<'_>) -> Option<Cell> {
    match name {
        "POS" => return Some(Cell::Pos),
        "END" => return Some(Cell::End),
        "QUAL" => return Some(Cell::Qual),
        _ => {}
    }
    let schema = plan.names().schema();
    if let Some((count, cohort)) = name.strip_suffix('}').and_then(|n| n.split_once('{')) {
        let count = Count::find(count).filter(|c| plan.is_split() || !c.is_of_alt())?;
        return Some(Cell::Count(count, schema.cohort_index(cohort)?));
    }
    let field = match name.strip_prefix("INFO/") {
        Some(field) => field,
        None if schema.predicted_index(name).is_some() => return None,
        None => name,
    };
    let at = schema.info_index(field)?;
    let one = plan.names().has_one_value(at, plan.is_split());
    match schema.info_kind(field)? {
        FieldKind::Flag => Some(Cell::Flag(at)),
        FieldKind::Int if one => Some(Cell::Int(at)),
        FieldKind::Float if one => Some(Cell::Float(at)),
        _ => None,
    }
}

impl Cell {
    fn push(&self, record: &Record<'_>, row: &mut Row<'_>, text: &mut String) {
        match self {
            Self::Text(template) => {
                text.clear();
                template.render(record, None, text);
                row.text(text);
            }
            Self::Pos => row.uint(record.pos()),
            Self::End => row.uint(u64::from(record.end())),
            Self::Qual => row.float(record.qual().map(f64::from)),
            Self::Flag(field) => row.uint(u64::from(record.info(*field) == Info::Flag)),
            Self::Int(field) => row.int(match record.info(*field) {
                Info::Ints(v) => v.first().filter(|v| is_value(**v)).map(|v| i64::from(*v)),
                _ => None,
            }),
            Self::Float(field) => row.float(match record.info(*field) {
                Info::Floats(v) => v.first().filter(|v| !v.is_nan()).map(|v| as_written(*v)),
                _ => None,
            }),
            Self::Count(count, cohort) => {
                let value = count.of(&record.cohort_counts(*cohort, 0));
                if count.is_part() {
                    row.float(value);
                } else {
                    // Numbers of people and alleles are exact in `f64`.
                    row.uint(value.unwrap_or(0.0) as u64);
                }
            }
        }
    }
}

/// The number that was written, not what 32 bits made of it: 0.1, not 0.10000000149.
fn as_written(v: f32) -> f64 {
    v.to_string().parse().unwrap_or_else(|_| f64::from(v))
}

const fn is_value(v: i32) -> bool {
    use genodex_engine::query::expr::{INT_END, INT_MISSING};
    v != INT_MISSING && v != INT_END
}
