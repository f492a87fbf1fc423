//! Kinship as matrices: all coefficients of a person on a line.

use std::path::Path;

use anyhow::{Context, bail};
use genodex_engine::query::kinship::Pairs;

use super::Found;
use crate::output::Target;
use crate::output::number::push_g6;

/// A line for each person from the second on, with those before, as plink2 writes it.
pub(super) fn triangle(found: &Found<'_>) -> anyhow::Result<()> {
    let mut target = begin(found)?;
    let mut line = Vec::new();
    found.each(None, |pairs| {
        for pair in pairs {
            number(&mut line, pair.kinship());
            line.push(if pair.second + 1 == pair.first {
                b'\n'
            } else {
                b'\t'
            });
        }
        target.write_all(&line)?;
        line.clear();
        Ok(())
    })?;
    target.finish()
}

/// A line for each person, with everybody.
pub(super) fn square(found: &Found<'_>) -> anyhow::Result<()> {
    let n = found.planes.samples.len();
    let mut target = begin(found)?;
    let mut all = vec![0.5; n * n];
    found.each(None, |pairs| {
        for pair in pairs {
            let (i, j) = (pair.first as usize, pair.second as usize);
            all[i * n + j] = pair.kinship();
            all[j * n + i] = pair.kinship();
        }
        Ok(())
    })?;
    let mut line = Vec::new();
    for row in all.chunks(n) {
        line.clear();
        for (place, value) in row.iter().enumerate() {
            if place > 0 {
                line.push(b'\t');
            }
            number(&mut line, *value);
        }
        line.push(b'\n');
        target.write_all(&line)?;
    }
    target.finish()
}

fn number(line: &mut Vec<u8>, value: f64) {
    if value.is_nan() {
        line.extend_from_slice(b"nan");
    } else {
        push_g6(line, value);
    }
}

/// The file, and its list of ids beside it.
fn begin(found: &Found<'_>) -> anyhow::Result<Target> {
    if found.args.min_kinship.is_some() || found.args.counts || found.pairs != Pairs::Within {
        bail!("a matrix is of all pairs: leave --min-kinship, --counts and --between out");
    }
    let Some(path) = &found.args.output else {
        return Ok(Target::stdout());
    };
    let mut name = path.clone().into_os_string();
    name.push(".id");
    let mut ids = Target::create(Path::new(&name)).context("the ids beside the matrix")?;
    let mut text = String::from("#IID\n");
    for place in 0..found.planes.samples.len() as u32 {
        text.push_str(found.id(place));
        text.push('\n');
    }
    ids.write_all(text.as_bytes())?;
    ids.finish()?;
    Target::create(path)
}
