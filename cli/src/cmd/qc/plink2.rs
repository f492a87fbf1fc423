//! plink2's `.scount`, `.smiss` and `.vmiss`.

use genodex_engine::compute::{Compute, DeviceChoice};
use genodex_engine::format::samples::Role;
use genodex_engine::query::freq::{self, Block, Counting};
use genodex_engine::query::qc::Rules;

use super::Inputs;
use super::arguments::Report;
use crate::output::number::{push_g6, push_uint};

const SCOUNT: &str = "HOM_REF_CT\tHOM_ALT_SNP_CT\tHET_SNP_CT\tDIPLOID_TRANSITION_CT\t\
                      DIPLOID_TRANSVERSION_CT\tDIPLOID_NONSNP_NONSYMBOLIC_CT\t\
                      DIPLOID_SINGLETON_CT\tHAP_REF_INCL_FEMALE_Y_CT\tHAP_ALT_INCL_FEMALE_Y_CT\t\
                      MISSING_INCL_FEMALE_Y_CT\n";

/// A rate, as plink2 writes it.
fn push_rate(out: &mut Vec<u8>, rate: Option<f64>) {
    match rate {
        Some(rate) => push_g6(out, rate),
        None => out.extend_from_slice(b"nan"),
    }
}

pub(super) fn people(inputs: &Inputs<'_>, report: Report) -> anyhow::Result<()> {
    let counted = inputs.count(Rules::Plink2 {
        split_par: inputs.args.split_par,
    })?;
    let (plan, answer) = (&counted.plan, &counted.answer);
    let table = inputs.store.samples();
    let family = table.role(Role::Family);
    let mut out = Vec::with_capacity(64 * table.len());
    out.extend_from_slice(if family.is_some() {
        b"#FID\tIID\t"
    } else {
        b"#IID\t"
    });
    let head = match report {
        Report::Scount => SCOUNT,
        _ => "MISSING_CT\tOBS_CT\tF_MISS\n",
    };
    out.extend_from_slice(head.as_bytes());
    for sample in plan.cohort().bitmap() {
        let sample = sample as usize;
        if let Some(family) = family {
            let id = family.text(sample).unwrap_or_else(|| "0".to_owned());
            out.extend_from_slice(id.as_bytes());
            out.push(b'\t');
        }
        out.extend_from_slice(table.id(sample).unwrap_or(".").as_bytes());
        if report == Report::Scount {
            let c = answer.sample_counts(plan, sample);
            let counts = [
                c.hom_ref,
                c.hom_alt_snp,
                c.het_snp,
                c.transitions,
                c.transversions,
                c.non_snp_non_symbolic,
                c.singletons,
                c.hap_ref,
                c.hap_alt,
                c.missing,
            ];
            for count in counts {
                out.push(b'\t');
                push_uint(&mut out, count);
            }
        } else {
            let m = answer.sample_missing(plan, sample);
            out.push(b'\t');
            push_uint(&mut out, m.missing);
            out.push(b'\t');
            push_uint(&mut out, m.observed);
            out.push(b'\t');
            push_rate(&mut out, m.rate());
        }
        out.push(b'\n');
    }
    let mut target = inputs.target()?;
    target.write_all(&out)?;
    target.finish()
}

/// Runs plink2's way of counting over the variants and writes what `render` makes of them.
pub(super) fn write_variants(
    inputs: &Inputs<'_>,
    counting: Counting,
    head: &str,
    render: impl Fn(&Block<'_>, &mut Vec<u8>) + Sync,
) -> anyhow::Result<()> {
    let request = freq::Request {
        cohorts: inputs.cohort.iter().cloned().collect(),
        regions: inputs.regions.clone(),
        counting,
        split_par: inputs.args.split_par,
        ..freq::Request::default()
    };
    let plan = freq::Plan::new(inputs.store, request)?;
    let compute = (plan.reads_genotypes())
        .then(|| Compute::new(DeviceChoice::Auto, &plan.workload()))
        .transpose()?;
    let progress = inputs.progress("Counting variants", plan.n_rows());
    let mut target = inputs.target()?;
    target.write_all(head.as_bytes())?;
    freq::run(
        &plan,
        compute.as_ref(),
        |block| {
            progress.add(block.n_read() as u64);
            let mut out = Vec::with_capacity(48 * block.len());
            render(block, &mut out);
            anyhow::Ok(out)
        },
        |rows| target.write_all(&rows),
    )?;
    target.finish()
}

pub(super) fn variants(inputs: &Inputs<'_>) -> anyhow::Result<()> {
    let head = "#CHROM\tID\tMISSING_CT\tOBS_CT\tF_MISS\n";
    write_variants(inputs, Counting::Plink2Genotypes, head, |block, out| {
        for i in 0..block.len() {
            out.extend_from_slice(block.plink2_contig(i).as_bytes());
            out.push(b'\t');
            out.extend_from_slice(block.site(i).id.as_bytes());
            out.push(b'\t');
            let m = block.missing_counts(i, 0);
            push_uint(out, m.missing);
            out.push(b'\t');
            push_uint(out, m.observed);
            out.push(b'\t');
            push_rate(out, m.rate());
            out.push(b'\n');
        }
    })
}
