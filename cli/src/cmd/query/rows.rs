//! The columns of `genodex query` where it writes a table.

use genodex_engine::format::manifest::{ColumnType, LayerKind};
use genodex_engine::query::columns::PREDICTED;
use genodex_engine::query::expr::{Info, RowAccess};
use genodex_engine::query::select::{Block, Plan, Record, SelectError};
use genodex_engine::store::Store;

use crate::output::{Batch, Column, Kind};

/// INFO fields that are worth a column without being asked for.
const WELL_KNOWN: [&str; 3] = ["CLNSIG", "CLNDN", "CLNREVSTAT"];
/// What is shown of each row.
pub(super) struct Shown {
    annotations: Vec<(String, usize)>,
    info: Vec<(String, usize)>,
    cohorts: Vec<(String, usize)>,
}

impl Shown {
    pub(super) fn new(plan: &Plan<'_>, store: &Store) -> Self {
        let schema = plan.names().schema();
        let mut annotations = Vec::new();
        for layer in store
            .layers()
            .iter()
            .filter(|l| l.kind == LayerKind::Columns)
        {
            for column in layer.columns.iter().filter(|c| c.kind == ColumnType::Text) {
                let wanted = PREDICTED.contains(&column.name.as_str());
                let known = annotations.iter().any(|(n, _)| *n == column.name);
                if let Some(at) = schema
                    .column_index(&column.name)
                    .filter(|_| wanted && !known)
                {
                    annotations.push((column.name.clone(), at));
                }
            }
        }
        let info = |name: &&str| Some(((*name).to_owned(), schema.info_index(name)?));
        let mut cohorts: Vec<(String, usize)> = schema
            .cohort_names()
            .enumerate()
            .map(|(i, name)| (name.to_owned(), i))
            .collect();
        if cohorts.len() > 1 {
            cohorts.rotate_left(1);
        }
        Self {
            annotations,
            info: WELL_KNOWN.iter().filter_map(info).collect(),
            cohorts,
        }
    }

    pub(super) fn columns(&self) -> Vec<Column> {
        let text = |name: &str, nullable| Column::new(name, Kind::Text { nullable });
        let mut out = vec![
            text("CHROM", false),
            Column::new("POS", Kind::UInt),
            text("ID", true),
            text("REF", false),
            text("ALT", false),
            Column::new("QUAL", Kind::Float),
            text("FILTER", true),
        ];
        let more = self.annotations.iter().chain(&self.info);
        out.extend(more.map(|(name, _)| text(name, true)));
        for (cohort, _) in &self.cohorts {
            out.push(Column::new(format!("AC_{cohort}"), Kind::UInt));
            out.push(Column::new(format!("AN_{cohort}"), Kind::UInt));
            out.push(Column::new(format!("AF_{cohort}"), Kind::Float));
        }
        out
    }

    /// The rows of a block; counts are of all ALT alleles together.
    pub(super) fn batch(
        &self,
        columns: &[Column],
        block: &Block<'_>,
    ) -> Result<Batch, SelectError> {
        let mut batch = Batch::empty(columns);
        block.each(|record, _| {
            self.push(&mut batch, record);
            Ok::<_, SelectError>(())
        })?;
        Ok(batch)
    }

    fn push(&self, batch: &mut Batch, record: &Record<'_>) {
        let mut cells = batch.row();
        cells.text(record.chrom());
        cells.uint(record.pos());
        cells.text(record.id());
        cells.text(record.reference());
        let alts: Vec<&str> = (0..record.n_alts()).map(|i| record.alt(i)).collect();
        cells.text(&alts.join(","));
        cells.float(record.qual().map(f64::from));
        cells.text(record.filter_text().unwrap_or("."));
        for (_, column) in &self.annotations {
            cells.text(record.column(*column).as_deref().unwrap_or("."));
        }
        for (_, field) in &self.info {
            match record.info(*field) {
                Info::Text(text) => cells.text(&text),
                _ => cells.text("."),
            }
        }
        for (_, cohort) in &self.cohorts {
            let counts: Vec<_> = (0..record.n_alts())
                .map(|alt| record.cohort_counts(*cohort, alt))
                .collect();
            let ac: u64 = counts.iter().map(|c| c.allele_count()).sum();
            let an = counts.iter().map(|c| c.allele_number()).max().unwrap_or(0);
            cells.uint(ac);
            cells.uint(an);
            cells.float((an > 0).then(|| ac as f64 / an as f64));
        }
    }
}
