//! Contig names: their aliases, and what kind of chromosome they are.

use std::collections::HashMap;

use crate::diagnostic::nearest;

/// What ploidy rules a contig follows. Names are read as those of a human genome.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ContigClass {
    /// 1 to 22, and the contigs `XY`, `PAR1` and `PAR2` into which plink puts the
    /// pseudo-autosomal regions: two copies in everybody.
    Autosome,
    /// X.
    X,
    /// Y.
    Y,
    /// The mitochondrial genome.
    Mt,
    /// Anything else: unplaced scaffolds, alternate contigs, decoys.
    Other,
}

impl ContigClass {
    /// The class of a contig by its name or any alias of it.
    #[must_use]
    pub fn of(name: &str) -> Self {
        match canonical_name(name).as_str() {
            "X" => Self::X,
            "Y" => Self::Y,
            "MT" => Self::Mt,
            "XY" | "PAR1" | "PAR2" => Self::Autosome,
            // Numbers are written in one way here: "+1" and "001" are other names.
            n if (1..=22).any(|number| number_name(number) == Some(n)) => Self::Autosome,
            _ => Self::Other,
        }
    }
}

/// The name under which all aliases of a contig are one: `1` for `chr1`, `CHR1`, `01` and
/// `NC_000001.11`; `X` for `chrX`, `x` and plink's `23`; `Y` for `24`, `XY` for `25`, `MT` for
/// `chrM`, `M` and `26`. Names that are not of a human chromosome lose only their `chr`.
#[must_use]
pub fn canonical_name(name: &str) -> String {
    let bare = match name.get(..3) {
        Some(prefix) if prefix.eq_ignore_ascii_case("chr") && name.len() > 3 => &name[3..],
        _ => name,
    };
    if let Some(number) = refseq_number(name) {
        return number_name(number).unwrap_or(name).to_owned();
    }
    if bare.len() <= 2
        && bare.bytes().all(|b| b.is_ascii_digit())
        && let Some(known) = bare.parse().ok().and_then(number_name)
    {
        return known.to_owned();
    }
    let upper = bare.to_ascii_uppercase();
    match upper.as_str() {
        "M" | "MT" => "MT".to_owned(),
        "X" | "Y" | "XY" | "PAR1" | "PAR2" => upper,
        _ => bare.to_owned(),
    }
}

/// The chromosome number in a RefSeq accession: 7 in `NC_000007.14`; 26 for `NC_012920.1`.
fn refseq_number(name: &str) -> Option<u8> {
    let (accession, _version) = name.strip_prefix("NC_")?.split_once('.')?;
    match accession {
        "012920" => Some(26),
        _ if accession.len() == 6 => {
            let number = accession.parse::<u32>().ok()?;
            u8::try_from(number).ok().filter(|n| (1..=24).contains(n))
        }
        _ => None,
    }
}

/// plink's numbers of human chromosomes.
fn number_name(number: u8) -> Option<&'static str> {
    const NAMES: [&str; 26] = [
        "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13", "14", "15", "16",
        "17", "18", "19", "20", "21", "22", "X", "Y", "XY", "MT",
    ];
    NAMES.get(usize::from(number).checked_sub(1)?).copied()
}

/// The contig names of a store or file, found by exact name first and by alias then.
#[derive(Clone, Debug, Default)]
pub struct ContigNames {
    names: Vec<String>,
    exact: HashMap<String, usize>,
    /// `None` where two contigs have the same canonical name: then only exact names count.
    canonical: HashMap<String, Option<usize>>,
}

impl ContigNames {
    /// Names in the order of their contigs. A name that comes twice is found at its first.
    #[must_use]
    pub fn new<S: Into<String>>(names: impl IntoIterator<Item = S>) -> Self {
        let mut all = Self::default();
        for name in names {
            let name: String = name.into();
            let ix = all.names.len();
            if !all.exact.contains_key(&name) {
                all.exact.insert(name.clone(), ix);
                all.canonical
                    .entry(canonical_name(&name))
                    .and_modify(|found| *found = None)
                    .or_insert(Some(ix));
            }
            all.names.push(name);
        }
        all
    }

    /// All names, in order.
    #[must_use]
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// The name of a contig.
    #[must_use]
    pub fn name(&self, contig: usize) -> Option<&str> {
        self.names.get(contig).map(String::as_str)
    }

    /// The contig of exactly this name.
    #[must_use]
    pub fn find_exact(&self, name: &str) -> Option<usize> {
        self.exact.get(name).copied()
    }

    /// The contig of this name or alias. `None` also where an alias fits two contigs.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<usize> {
        self.find_exact(name)
            .or_else(|| self.canonical.get(&canonical_name(name)).copied().flatten())
    }

    /// The most similar name, for "did you mean".
    #[must_use]
    pub fn nearest(&self, name: &str) -> Option<&str> {
        nearest(name, self.names.iter().map(String::as_str))
    }
}
