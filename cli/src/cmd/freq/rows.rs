//! The columns of `genodex freq`, but for plink2's formats.

use genodex_engine::query::freq::{Block, Plan};

use crate::output::{Batch, Column, Kind};

/// `CHROM POS ID REF ALT`, then those of each cohort.
pub(super) fn columns(plan: &Plan<'_>) -> Vec<Column> {
    let text = |name, nullable| Column::new(name, Kind::Text { nullable });
    let mut columns = vec![
        text("CHROM", false),
        Column::new("POS", Kind::UInt),
        text("ID", true),
        text("REF", false),
        text("ALT", false),
    ];
    for cohort in plan.cohorts() {
        let mut add =
            |name: &str, kind| columns.push(Column::new(format!("{name}_{cohort}"), kind));
        add("AC", Kind::UInt);
        add("AN", Kind::UInt);
        add("AF", Kind::Float);
        for name in ["HOMREF", "HET", "HOMALT", "HEMI", "MISSING"] {
            add(name, Kind::UInt);
        }
        if plan.hwe().is_some() {
            add("HWE_P", Kind::Float);
        }
    }
    columns
}

/// The rows of a block.
pub(super) fn batch(plan: &Plan<'_>, columns: &[Column], block: &Block<'_>) -> Batch {
    let mut batch = Batch::empty(columns);
    let n_cohorts = plan.cohorts().len();
    let contig = block.contig();
    for i in 0..block.len() {
        let site = block.site(i);
        let mut cells = batch.row();
        cells.text(contig);
        cells.uint(site.pos.into());
        cells.text(site.id);
        cells.text(site.reference);
        cells.text(site.alternate);
        for cohort in 0..n_cohorts {
            let row = block.calls(i, cohort);
            let c = &row.counts;
            cells.uint(c.allele_count());
            cells.uint(c.allele_number());
            cells.float(row.frequency());
            for value in [row.hom_ref(), c.het, row.hom_alt(), c.hemi_alt, c.missing] {
                cells.uint(value);
            }
            if plan.hwe().is_some() {
                cells.float(row.hwe);
            }
        }
    }
    batch
}
