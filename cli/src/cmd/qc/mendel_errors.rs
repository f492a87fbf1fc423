//! Each Mendel error, as a table and as plink 1.9's `.mendel`.

use genodex_engine::format::sites::Site;
use genodex_engine::query::qc::mendel::{self, Code, MendelError, Plan};
use genodex_engine::stats::plink2;

use super::Inputs;
use super::mendel::{family_id, needs_trios, plan};
use crate::output::{Batch, Column, Kind, Style, Writer};

/// The calls that contradict each other, as plink 1.9 writes them: `*/*` is any.
fn calls(code: Code, site: &Site<'_>) -> String {
    let (r, a) = (site.reference, site.alternate);
    let (rr, aa, any) = (format!("{r}/{r}"), format!("{a}/{a}"), "*/*".to_owned());
    let het = || format!("{a}/{r}");
    let [father, mother, child] = match code.number() {
        1 => [aa.clone(), aa, het()],
        2 => [rr.clone(), rr, het()],
        3 => [rr, any, aa],
        4 => [any, rr, aa],
        5 => [rr.clone(), rr, aa],
        6 => [aa, any, rr],
        7 => [any, aa, rr],
        8 => [aa.clone(), aa, rr],
        9 | 13 => [any, aa, rr],
        10 | 14 => [any, rr, aa],
        11 => [aa, any, rr],
        _ => [rr, any, aa],
    };
    format!("{father} x {mother} -> {child}")
}

/// Gives each error with its site and contig to `each`, in the order of the rows.
fn visit(
    inputs: &Inputs<'_>,
    mut each: impl FnMut(&Plan<'_>, &str, &Site<'_>, &MendelError) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let plan = plan(inputs, true)?;
    needs_trios(inputs, !plan.trios().is_empty())?;
    let progress = inputs.progress("Judging trios", plan.n_rows());
    let manifest = inputs.store.manifest();
    mendel::run::<anyhow::Error>(
        &plan,
        |rows| progress.add(rows),
        |partial| {
            let Some(shard) = plan.store_shard(partial.shard) else {
                return Ok(());
            };
            let shard = inputs.store.shard(shard)?;
            let contig = manifest.contigs.get(shard.entry().contig as usize);
            let contig = contig.map_or(".", |c| c.name.as_str());
            let sites = shard.sites()?;
            for error in &partial.errors {
                each(&plan, contig, &sites.site(error.row as usize), error)?;
            }
            Ok(())
        },
    )?;
    Ok(())
}

/// A line for each error.
pub(super) fn table(inputs: &Inputs<'_>, style: Style) -> anyhow::Result<()> {
    let text = |name: &str| Column::new(name, Kind::Text { nullable: true });
    let columns = vec![
        text("CHROM"),
        Column::new("POS", Kind::UInt),
        text("ID"),
        text("REF"),
        text("ALT"),
        text("FAMILY"),
        text("FATHER"),
        text("MOTHER"),
        text("CHILD"),
        Column::new("CODE", Kind::UInt),
        text("CALLS"),
    ];
    let format = style.format(columns.clone());
    let mut writer = Writer::begin(format.as_ref(), inputs.target()?)?;
    let mut batch = Batch::empty(&columns);
    let samples = inputs.store.samples();
    let id = |sample: u32| samples.id(sample as usize).unwrap_or(".");
    visit(inputs, |plan, contig, site, error| {
        let Some(trio) = plan.trios().get(error.trio as usize) else {
            return Ok(());
        };
        let mut cells = batch.row();
        cells.text(contig);
        cells.uint(site.pos.into());
        for text in [site.id, site.reference, site.alternate] {
            cells.text(text);
        }
        cells.text(family_id(inputs, trio.child));
        for sample in [trio.father, trio.mother, trio.child] {
            cells.text(id(sample));
        }
        cells.uint(error.code.number().into());
        cells.text(&calls(error.code, site));
        if batch.len() >= 1 << 14 {
            let full = std::mem::replace(&mut batch, Batch::empty(&columns));
            writer.append(format.encode(full)?)?;
        }
        Ok(())
    })?;
    writer.append(format.encode(batch)?)?;
    writer.finish()
}

/// plink 1.9's `.mendel`: the codes it has.
pub(super) fn report(inputs: &Inputs<'_>) -> anyhow::Result<()> {
    let mut target = inputs.target()?;
    let mut out = String::from("FID\tKID\tCHR\tSNP\tCODE\tERROR\n");
    let samples = inputs.store.samples();
    visit(inputs, |plan, contig, site, error| {
        let trio = plan.trios().get(error.trio as usize);
        let Some(trio) = trio.filter(|_| error.code.is_plink()) else {
            return Ok(());
        };
        let line = [
            family_id(inputs, trio.child),
            samples.id(trio.child as usize).unwrap_or("."),
            plink1_contig(contig),
            site.id,
            &error.code.number().to_string(),
            &calls(error.code, site),
        ];
        out.push_str(&line.join("\t"));
        out.push('\n');
        if out.len() >= 1 << 16 {
            target.write_all(out.as_bytes())?;
            out.clear();
        }
        Ok(())
    })?;
    target.write_all(out.as_bytes())?;
    target.finish()
}

/// A contig as plink 1.9 prints it: sex chromosomes and MT by number.
pub(super) fn plink1_contig(name: &str) -> &str {
    match plink2::chromosome(name).0 {
        "X" => "23",
        "Y" => "24",
        "XY" | "PAR1" | "PAR2" => "25",
        "MT" => "26",
        other => other,
    }
}
