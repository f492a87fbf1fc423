//! plink 1.9's summaries of Mendel errors: `.imendel`, `.fmendel`, `.lmendel`.

use std::fmt::Write;

use genodex_engine::genome::ContigClass;

use super::Inputs;
use super::arguments::Report;
use super::mendel::{Mendel, Who, family_id, family_of, needs_trios};
use super::mendel_errors::{self, plink1_contig};

pub(super) fn write(inputs: &Inputs<'_>, report: Report) -> anyhow::Result<()> {
    if report == Report::Mendel {
        return mendel_errors::report(inputs);
    }
    let mendel = Mendel::count(inputs)?;
    needs_trios(inputs, mendel.is_some())?;
    let Some(mendel) = mendel else { return Ok(()) };
    let text = match report {
        Report::Imendel => people(inputs, &mendel)?,
        Report::Fmendel => families(inputs, &mendel)?,
        _ => variants(inputs, &mendel)?,
    };
    let mut target = inputs.target()?;
    target.write_all(text.as_bytes())?;
    target.finish()
}

/// Each family: father, mother, children; the errors of the codes that plink has.
fn people(inputs: &Inputs<'_>, mendel: &Mendel<'_>) -> Result<String, std::fmt::Error> {
    let samples = inputs.store.samples();
    let mut out = String::from("FID\tIID\tN\n");
    let mut line = |sample: u32, errors: u64| {
        let id = samples.id(sample as usize).unwrap_or(".");
        writeln!(out, "{}\t{id}\t{errors}", family_id(inputs, sample))
    };
    for family in mendel.families() {
        let of = |who| family.trios.clone().map(|t| mendel.of_plink(t, who)).sum();
        line(family.father, of(Who::Father))?;
        line(family.mother, of(Who::Mother))?;
        for t in family.trios.clone() {
            if let Some(trio) = mendel.plan.trios().get(t) {
                line(trio.child, mendel.of_plink(t, Who::Child))?;
            }
        }
    }
    Ok(out)
}

fn families(inputs: &Inputs<'_>, mendel: &Mendel<'_>) -> Result<String, std::fmt::Error> {
    let samples = inputs.store.samples();
    let id = |sample: u32| samples.id(sample as usize).unwrap_or(".");
    let mut out = String::from("FID\tPAT\tMAT\tCHLD\tN\n");
    for family in mendel.families() {
        let errors: u64 = (family.trios.clone())
            .map(|t| mendel.of_plink(t, Who::Child))
            .sum();
        writeln!(
            out,
            "{}\t{}\t{}\t{}\t{errors}",
            family_of(inputs, mendel, &family.trios),
            id(family.father),
            id(family.mother),
            family.trios.len(),
        )?;
    }
    Ok(out)
}

/// Y and MT are left out, as plink 1.9 does.
fn variants(inputs: &Inputs<'_>, mendel: &Mendel<'_>) -> anyhow::Result<String> {
    let mut out = String::from("CHR\tSNP\tN\n");
    let contigs = &inputs.store.manifest().contigs;
    for shard in inputs.store.shards() {
        let contig = contigs.get(shard.entry().contig as usize);
        let contig = contig.map_or(".", |c| c.name.as_str());
        if matches!(ContigClass::of(contig), ContigClass::Y | ContigClass::Mt) {
            continue;
        }
        let sites = shard.sites()?;
        let on = inputs.regions.as_ref().map(|r| r.on(contig));
        for row in 0..sites.len() {
            let site = sites.site(row);
            let asked = match &on {
                None => true,
                Some(None) => false,
                Some(Some(on)) => on.overlaps(site.pos, sites.end(row)),
            };
            if asked {
                // Rows fit 32 bits: a contig has fewer than 2^32 variants.
                let errors = mendel.at(shard.index(), row as u32);
                writeln!(out, "{}\t{}\t{errors}", plink1_contig(contig), site.id)?;
            }
        }
    }
    Ok(out)
}
