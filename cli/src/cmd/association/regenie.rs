//! Results as regenie's step 2 writes them: a file for each trait, `PREFIX_TRAIT.regenie`.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use genodex_engine::query::burden::Outcome;

use crate::output::Target;
use crate::output::number::{push_g6, push_uint};

/// Bytes after which a file is written to.
const FLUSH: usize = 1 << 18;

/// A line of results.
pub(crate) struct Line<'t> {
    /// A number; X is 23.
    pub(crate) chromosome: &'t str,
    /// 1-based.
    pub(crate) position: u64,
    /// The parts of the ID.
    pub(crate) id: [&'t str; 3],
    /// The other allele, and the one whose effect is told.
    pub(crate) alleles: [&'t str; 2],
    /// Of the second allele.
    pub(crate) frequency: Option<f64>,
    /// People tested.
    pub(crate) people: u64,
    /// The test's name.
    pub(crate) test: &'t str,
    /// What came of it.
    pub(crate) outcome: &'t Outcome,
}

/// The files of all traits.
pub(crate) struct Files(Vec<One>);

struct One {
    path: PathBuf,
    target: Target,
    pending: Vec<u8>,
}

impl Files {
    /// Begins a file for each trait. `masks` are names and categories, for a line before the
    /// header where there are any.
    pub(crate) fn create(
        prefix: &Path,
        traits: &[String],
        masks: &[(String, String)],
    ) -> anyhow::Result<Self> {
        let mut head = String::new();
        if !masks.is_empty() {
            let named = |(name, categories): &(String, String)| format!("{name}=\"{categories}\"");
            let masks: Vec<String> = masks.iter().map(named).collect();
            head.push_str(&format!("##MASKS=<{}>\n", masks.join(";")));
        }
        head.push_str("CHROM GENPOS ID ALLELE0 ALLELE1 A1FREQ N TEST BETA SE CHISQ LOG10P EXTRA\n");
        // A trait's name may hold what a file's name cannot.
        let names: Vec<String> = traits.iter().map(|t| t.replace(['/', '\\'], "_")).collect();
        if let Some(place) = (1..names.len()).find(|&i| names[..i].contains(&names[i])) {
            let name = &traits[place];
            bail!("trait {name} and another would have one file: rename one of them");
        }
        let open = |name: &String| {
            let mut path = prefix.as_os_str().to_owned();
            path.push(format!("_{name}.regenie"));
            let path = PathBuf::from(path);
            Ok(One {
                target: Target::create(&path)?,
                path,
                pending: head.clone().into_bytes(),
            })
        };
        Ok(Self(names.iter().map(open).collect::<anyhow::Result<_>>()?))
    }

    /// Adds a line to a trait's file.
    pub(crate) fn append(&mut self, trait_index: usize, line: &Line<'_>) -> anyhow::Result<()> {
        let file = (self.0.get_mut(trait_index)).context("a result of no trait")?;
        push_line(&mut file.pending, line);
        if file.pending.len() > FLUSH {
            file.target.write_all(&file.pending)?;
            file.pending.clear();
        }
        Ok(())
    }

    /// Only now the files have their names.
    pub(crate) fn finish(self) -> anyhow::Result<Vec<PathBuf>> {
        let mut paths = Vec::with_capacity(self.0.len());
        for mut file in self.0 {
            file.target.write_all(&file.pending)?;
            file.target.finish()?;
            paths.push(file.path);
        }
        Ok(paths)
    }
}

fn push_line(out: &mut Vec<u8>, line: &Line<'_>) {
    out.extend_from_slice(line.chromosome.as_bytes());
    out.push(b' ');
    push_uint(out, line.position);
    out.push(b' ');
    for text in line.id {
        out.extend_from_slice(text.as_bytes());
    }
    for allele in line.alleles {
        out.push(b' ');
        out.extend_from_slice(allele.as_bytes());
    }
    push(out, line.frequency);
    out.push(b' ');
    push_uint(out, line.people);
    out.push(b' ');
    out.extend_from_slice(line.test.as_bytes());
    let o = line.outcome;
    for value in [o.beta, o.se, o.chisq, o.log10p] {
        push(out, value);
    }
    out.push(b' ');
    match o.permutations {
        Some((reached, tried)) => {
            out.extend_from_slice(format!("REACHED={reached};TRIED={tried}").as_bytes());
        }
        None => out.extend_from_slice(o.why.unwrap_or("NA").as_bytes()),
    }
    out.push(b'\n');
}

/// A space and a number of six digits, or NA.
fn push(out: &mut Vec<u8>, value: Option<f64>) {
    out.push(b' ');
    match value.filter(|v| v.is_finite()) {
        None => out.extend_from_slice(b"NA"),
        Some(v) => push_g6(out, v),
    }
}
