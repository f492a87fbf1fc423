//! Results as regenie's step 2 writes them: a file for each trait, `PREFIX_TRAIT.regenie`.

use std::path::{Path, PathBuf};

use anyhow::Context;
use genodex_engine::query::burden::{ResultRow, SetAnswer};

use crate::output::Target;
use crate::output::number::{push_g6, push_uint};

/// Bytes after which a file is written to.
const FLUSH: usize = 1 << 18;

/// What stands at the head of a set's lines: chromosome and position as regenie has them.
pub(super) struct Place<'t> {
    /// The set's name.
    pub(super) set: &'t str,
    /// Its chromosome: a number, X is 23.
    pub(super) chromosome: &'t str,
    /// Its position, 1-based.
    pub(super) position: u64,
}

/// The files of all traits.
pub(super) struct Files(Vec<One>);

struct One {
    path: PathBuf,
    target: Target,
    pending: Vec<u8>,
}

impl Files {
    /// Begins a file for each trait. `masks` are names and categories, for the first line.
    pub(super) fn create(
        prefix: &Path,
        traits: &[String],
        masks: &[(String, String)],
    ) -> anyhow::Result<Self> {
        let mut head = String::from("##MASKS=<");
        for (i, (name, categories)) in masks.iter().enumerate() {
            if i > 0 {
                head.push(';');
            }
            head.push_str(&format!("{name}=\"{categories}\""));
        }
        head.push_str(
            ">\nCHROM GENPOS ID ALLELE0 ALLELE1 A1FREQ N TEST BETA SE CHISQ LOG10P EXTRA\n",
        );
        let open = |name: &String| {
            // A trait's name may hold what a file's name cannot.
            let name = name.replace(['/', '\\'], "_");
            let mut path = prefix.as_os_str().to_owned();
            path.push(format!("_{name}.regenie"));
            let path = PathBuf::from(path);
            Ok(One {
                target: Target::create(&path)?,
                path,
                pending: head.clone().into_bytes(),
            })
        };
        Ok(Self(
            traits.iter().map(open).collect::<anyhow::Result<_>>()?,
        ))
    }

    /// Adds the lines of a set.
    pub(super) fn append(&mut self, place: &Place<'_>, answer: &SetAnswer) -> anyhow::Result<()> {
        for row in &answer.rows {
            let file = (self.0.get_mut(row.trait_index)).context("a result of no trait")?;
            push_line(&mut file.pending, place, answer, row);
            if file.pending.len() > FLUSH {
                file.target.write_all(&file.pending)?;
                file.pending.clear();
            }
        }
        Ok(())
    }

    /// Only now the files have their names.
    pub(super) fn finish(self) -> anyhow::Result<Vec<PathBuf>> {
        let mut paths = Vec::with_capacity(self.0.len());
        for mut file in self.0 {
            file.target.write_all(&file.pending)?;
            file.target.finish()?;
            paths.push(file.path);
        }
        Ok(paths)
    }
}

fn push_line(out: &mut Vec<u8>, place: &Place<'_>, answer: &SetAnswer, row: &ResultRow) {
    let mask = answer.masks.get(row.mask);
    let (name, allele) = mask.map_or(("", ""), |m| (m.name.as_str(), m.allele.as_str()));
    out.extend_from_slice(place.chromosome.as_bytes());
    out.push(b' ');
    push_uint(out, place.position);
    for text in [" ", place.set, ".", name, " ref ", allele] {
        out.extend_from_slice(text.as_bytes());
    }
    push(out, row.frequency);
    out.push(b' ');
    push_uint(out, row.people);
    out.push(b' ');
    out.extend_from_slice(row.test.regenie_name().as_bytes());
    let o = &row.outcome;
    for value in [o.beta, o.se, o.chisq, o.log10p] {
        push(out, value);
    }
    out.push(b' ');
    out.extend_from_slice(o.why.unwrap_or("NA").as_bytes());
    out.push(b'\n');
}

/// A space and a number of six digits, or NA.
fn push(out: &mut Vec<u8>, value: Option<f64>) {
    out.push(b' ');
    match value.filter(|v| v.is_finite()) {
        None => out.extend_from_slice(b"NA"),
        Some(v) if v < 0.0 => {
            out.push(b'-');
            push_g6(out, -v);
        }
        Some(v) => push_g6(out, v),
    }
}
