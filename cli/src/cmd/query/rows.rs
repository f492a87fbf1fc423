//! The columns of `genodex query`'s tables.

use genodex_engine::query::expr::RowAccess;
use genodex_engine::query::select::{Plan, Record, Request, View};

use crate::output::{Batch, Column, Kind};

/// What is shown of each record.
pub(super) struct Shown {
    annotations: Vec<String>,
    /// Several ALT alleles a row.
    joined: bool,
    /// There are genotypes to count.
    counts: bool,
}

impl Shown {
    pub(super) fn new(plan: &Plan<'_>, request: &Request) -> Self {
        Self {
            annotations: (plan.bindings().column_names())
                .map(str::to_owned)
                .collect(),
            joined: request.view == View::Records,
            counts: plan.store().n_samples() > 0,
        }
    }

    pub(super) fn columns(&self) -> Vec<Column> {
        let text = |name: &str, nullable| Column::new(name, Kind::Text { nullable });
        let mut columns = vec![
            text("CHROM", false),
            Column::new("POS", Kind::UInt),
            text("ID", true),
            text("REF", false),
            text("ALT", true),
            Column::new("QUAL", Kind::Float),
            text("FILTER", true),
        ];
        columns.extend(self.annotations.iter().map(|name| text(name, true)));
        if self.counts {
            let by_alt = |name: &str, kind| {
                if self.joined {
                    text(name, true)
                } else {
                    Column::new(name, kind)
                }
            };
            columns.push(by_alt("AC", Kind::UInt));
            columns.push(Column::new("AN", Kind::UInt));
            columns.push(by_alt("AF", Kind::Float));
        }
        columns
    }

    pub(super) fn batch(&self, columns: &[Column], records: &[Record<'_>]) -> Batch {
        let mut batch = Batch::empty(columns);
        for record in records {
            let mut cells = batch.row();
            cells.text(record.chrom());
            cells.uint(record.pos());
            cells.text(record.id());
            cells.text(record.reference());
            match record.alternates() {
                [] => cells.text("."),
                alts => cells.text(&alts.join(",")),
            }
            cells.float(record.qual().map(f64::from));
            cells.text(record.filter());
            for i in 0..self.annotations.len() {
                cells.text(record.column(i).as_deref().unwrap_or("."));
            }
            if !self.counts {
                continue;
            }
            let an = record.counts(0).allele_number();
            let count = |alt| record.counts(alt).allele_count();
            let frequency = |alt| (an > 0).then(|| count(alt) as f64 / an as f64);
            let alts = 0..record.n_alts();
            if self.joined {
                let joined = |texts: Vec<String>| match texts.as_slice() {
                    [] => ".".to_owned(),
                    texts => texts.join(","),
                };
                cells.text(&joined(
                    alts.clone().map(|a| count(a).to_string()).collect(),
                ));
                cells.uint(an);
                let frequency = |a| frequency(a).map_or(".".to_owned(), |f| f.to_string());
                cells.text(&joined(alts.map(frequency).collect()));
            } else {
                cells.uint(count(0));
                cells.uint(an);
                cells.float(frequency(0));
            }
        }
        batch
    }
}
