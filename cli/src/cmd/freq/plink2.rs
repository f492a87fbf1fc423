//! plink2's `.gcount`, `.afreq` and `.acount`: one file for each cohort.

use std::path::{Path, PathBuf};

use anyhow::bail;
use clap::ValueEnum;
use genodex_engine::compute::Compute;
use genodex_engine::query::freq::{self, Answer, Block, Plan};

use crate::output::number::{push_g6, push_half, push_uint};
use crate::output::{self, Target};
use crate::progress::Progress;

/// Which of plink2's reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Report {
    /// What plink2 --geno-counts writes
    Gcount,
    /// What plink2 --freq writes
    Afreq,
    /// What plink2 --freq counts writes
    Acount,
}

impl output::Report for Report {}

impl Report {
    const fn extension(self) -> &'static str {
        match self {
            Self::Gcount => "gcount",
            Self::Afreq => "afreq",
            Self::Acount => "acount",
        }
    }

    const fn head(self) -> &'static str {
        match self {
            Self::Gcount => {
                "#CHROM\tID\tREF\tALT\tHOM_REF_CT\tHET_REF_ALT_CTS\tTWO_ALT_GENO_CTS\tHAP_REF_CT\tHAP_ALT_CTS\tMISSING_CT\n"
            }
            Self::Afreq => "#CHROM\tID\tREF\tALT\tALT_FREQS\tOBS_CT\n",
            Self::Acount => "#CHROM\tID\tREF\tALT\tALT_CTS\tOBS_CT\n",
        }
    }
}

/// Rows of this many bytes are written as they are; fewer wait for others.
const FLUSH: usize = 1 << 14;
/// Bytes of a site's columns that are copied at once, without asking how many there are.
const COPY: usize = 64;

/// Runs `plan` and writes a report for each cohort: to standard output or `path` for one, to
/// `path.COHORT.extension` for several.
pub(super) fn write(
    plan: &Plan<'_>,
    compute: Option<&Compute>,
    report: Report,
    path: Option<&Path>,
    progress: &Progress,
) -> anyhow::Result<Answer> {
    let mut targets = targets(plan, report, path)?;
    let mut pending = vec![report.head().as_bytes().to_vec(); targets.len()];
    let answer = freq::run(
        plan,
        compute,
        |block| {
            progress.add(block.n_read() as u64);
            anyhow::Ok(render(block, report, targets_len(plan)))
        },
        |rows: Vec<Vec<u8>>| {
            for ((target, pending), rows) in targets.iter_mut().zip(&mut pending).zip(rows) {
                if pending.is_empty() && rows.len() >= FLUSH {
                    target.write_all(&rows)?;
                    continue;
                }
                pending.extend_from_slice(&rows);
                if pending.len() >= FLUSH {
                    target.write_all(pending)?;
                    pending.clear();
                }
            }
            Ok(())
        },
    )?;
    for (target, pending) in targets.iter_mut().zip(&pending) {
        target.write_all(pending)?;
    }
    for target in targets {
        target.finish()?;
    }
    Ok(answer)
}

fn targets_len(plan: &Plan<'_>) -> usize {
    plan.cohorts().len()
}

fn targets(plan: &Plan<'_>, report: Report, path: Option<&Path>) -> anyhow::Result<Vec<Target>> {
    let extension = report.extension();
    match (path, plan.cohorts().len()) {
        (None, 0 | 1) => Ok(vec![Target::stdout()]),
        (Some(path), 0 | 1) => Ok(vec![Target::create(path)?]),
        (None, n) => bail!(
            "--format {extension} writes a file for each of the {n} cohorts: give -o PREFIX for \
             PREFIX.COHORT.{extension}"
        ),
        (Some(prefix), _) => {
            let file = |cohort: &str| {
                let mut name = prefix.as_os_str().to_owned();
                name.push(format!(".{cohort}.{extension}"));
                Target::create(&PathBuf::from(name))
            };
            plan.cohorts().map(file).collect()
        }
    }
}

/// The rows of a block, for each cohort.
fn render(block: &Block<'_>, report: Report, n_cohorts: usize) -> Vec<Vec<u8>> {
    let file = |_| Vec::with_capacity(block.len() * 40 + COPY);
    let mut files: Vec<Vec<u8>> = (0..n_cohorts).map(file).collect();
    // What is the same in every file.
    let mut site = Vec::new();
    for i in 0..block.len() {
        site.clear();
        let s = block.site(i);
        for text in [block.plink2_contig(i), s.id, s.reference, s.alternate] {
            site.extend_from_slice(text.as_bytes());
            site.push(b'\t');
        }
        let length = site.len();
        site.resize(length.max(COPY), 0);
        for (cohort, out) in files.iter_mut().enumerate() {
            match site.first_chunk::<COPY>() {
                Some(chunk) if length <= COPY => {
                    let end = out.len() + length;
                    out.extend_from_slice(chunk);
                    out.truncate(end);
                }
                _ => out.extend_from_slice(&site[..length]),
            }
            match report {
                Report::Gcount => {
                    let g = block.genotype_counts(i, cohort);
                    for count in [g.hom_ref, g.het, g.hom_alt, g.hap_ref, g.hap_alt] {
                        push_uint(out, count);
                        out.push(b'\t');
                    }
                    push_uint(out, g.missing);
                }
                Report::Afreq => {
                    let a = block.allele_counts(i, cohort);
                    match a.frequency() {
                        Some(frequency) => push_g6(out, frequency),
                        None => out.extend_from_slice(b"nan"),
                    }
                    out.push(b'\t');
                    push_uint(out, a.observed);
                }
                Report::Acount => {
                    let a = block.allele_counts(i, cohort);
                    push_half(out, a.twice_alt);
                    out.push(b'\t');
                    push_uint(out, a.observed);
                }
            }
            out.push(b'\n');
        }
    }
    files
}
