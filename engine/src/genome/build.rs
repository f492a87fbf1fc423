//! Genome builds, recognised by the lengths of their chromosomes.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::canonical_name;

/// A human genome build.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Build {
    /// GRCh37, hg19, b37, hs37d5.
    #[serde(rename = "GRCh37")]
    Grch37,
    /// GRCh38, hg38.
    #[serde(rename = "GRCh38")]
    Grch38,
    /// Another, or not known.
    #[default]
    #[serde(rename = "unknown")]
    Unknown,
}

impl fmt::Display for Build {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Grch37 => "GRCh37",
            Self::Grch38 => "GRCh38",
            Self::Unknown => "unknown",
        })
    }
}

/// A name that is not of a build this program knows.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown genome build {0:?}: use GRCh37 (hg19, b37) or GRCh38 (hg38, b38)")]
pub struct UnknownBuild(pub String);

impl FromStr for Build {
    type Err = UnknownBuild;

    /// Any usual name of the two builds, in any case.
    fn from_str(name: &str) -> Result<Self, UnknownBuild> {
        match name.to_ascii_lowercase().as_str() {
            "grch37" | "hg19" | "b37" | "37" | "hs37d5" | "19" => Ok(Self::Grch37),
            "grch38" | "hg38" | "b38" | "38" => Ok(Self::Grch38),
            "unknown" => Ok(Self::Unknown),
            _ => Err(UnknownBuild(name.to_owned())),
        }
    }
}

/// A build, and why it is thought to be it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BuildFound {
    /// The build.
    pub build: Build,
    /// The reason, as part of a sentence: "chr1 is 248956422 bases long".
    pub reason: String,
}

/// An assembly whose chromosome lengths are known.
struct Assembly {
    name: &'static str,
    build: Build,
    /// Of 1 to 22, X and Y; 0 where not listed.
    lengths: [u32; 24],
}

const CHROMOSOMES: [&str; 24] = [
    "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13", "14", "15", "16", "17",
    "18", "19", "20", "21", "22", "X", "Y",
];

const ASSEMBLIES: [Assembly; 4] = [
    Assembly {
        name: "GRCh37",
        build: Build::Grch37,
        lengths: [
            249_250_621,
            243_199_373,
            198_022_430,
            191_154_276,
            180_915_260,
            171_115_067,
            159_138_663,
            146_364_022,
            141_213_431,
            135_534_747,
            135_006_516,
            133_851_895,
            115_169_878,
            107_349_540,
            102_531_392,
            90_354_753,
            81_195_210,
            78_077_248,
            59_128_983,
            63_025_520,
            48_129_895,
            51_304_566,
            155_270_560,
            59_373_566,
        ],
    },
    Assembly {
        name: "GRCh38",
        build: Build::Grch38,
        lengths: [
            248_956_422,
            242_193_529,
            198_295_559,
            190_214_555,
            181_538_259,
            170_805_979,
            159_345_973,
            145_138_636,
            138_394_717,
            133_797_422,
            135_086_622,
            133_275_309,
            114_364_328,
            107_043_718,
            101_991_189,
            90_338_345,
            83_257_441,
            80_373_285,
            58_617_616,
            64_444_167,
            46_709_983,
            50_818_468,
            156_040_895,
            57_227_415,
        ],
    },
    Assembly {
        name: "NCBI36 (hg18)",
        build: Build::Unknown,
        lengths: [
            247_249_719,
            242_951_149,
            199_501_827,
            191_273_063,
            180_857_866,
            170_899_992,
            158_821_424,
            146_274_826,
            140_273_252,
            135_374_737,
            134_452_384,
            132_349_534,
            114_142_980,
            106_368_585,
            100_338_915,
            88_827_254,
            78_774_742,
            76_117_153,
            63_811_651,
            62_435_964,
            46_944_323,
            49_691_432,
            154_913_754,
            57_772_954,
        ],
    },
    Assembly {
        name: "T2T-CHM13v2.0",
        build: Build::Unknown,
        lengths: [
            248_387_328,
            242_696_752,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            154_259_566,
            62_460_029,
        ],
    },
];

impl Build {
    /// Bases of chromosomes 1 to 22, X and Y; none for [`Build::Unknown`].
    #[must_use]
    pub fn chromosome_lengths(self) -> Option<&'static [u32; 24]> {
        // Assemblies that are no build of their own are listed as unknown, too.
        let known = (self != Self::Unknown).then_some(self)?;
        let assembly = ASSEMBLIES.iter().find(|a| a.build == known)?;
        Some(&assembly.lengths)
    }

    /// Recognises the build from the names and lengths of contigs, where they agree. Contigs
    /// without a length, and those that are no chromosome of 1 to 22, X and Y, are passed over.
    #[must_use]
    pub fn recognise<'a>(contigs: impl IntoIterator<Item = (&'a str, Option<u64>)>) -> BuildFound {
        // Of each assembly: the first contig that fits it.
        let mut fits: [Option<(&str, u64)>; ASSEMBLIES.len()] = [None; ASSEMBLIES.len()];
        let mut stray: Option<(&str, u64)> = None;
        for (name, length) in contigs {
            let canonical = canonical_name(name);
            let (Some(length), Some(ix)) = (
                length.filter(|&l| l > 0),
                CHROMOSOMES.iter().position(|&c| c == canonical),
            ) else {
                continue;
            };
            let mut known = false;
            for (assembly, fit) in ASSEMBLIES.iter().zip(&mut fits) {
                if u64::from(assembly.lengths[ix]) == length {
                    known = true;
                    fit.get_or_insert((name, length));
                }
            }
            if !known {
                stray.get_or_insert((name, length));
            }
        }
        let mut found = ASSEMBLIES
            .iter()
            .zip(fits)
            .filter_map(|(assembly, fit)| Some((assembly, fit?)));
        match (found.next(), found.next(), stray) {
            (None, _, None) => BuildFound {
                build: Self::Unknown,
                reason: "no chromosome has a length".to_owned(),
            },
            (None, _, Some((name, length))) => BuildFound {
                build: Self::Unknown,
                reason: format!("{name} is {length} bases long, as in no build known here"),
            },
            (Some((assembly, (name, length))), None, None) => BuildFound {
                build: assembly.build,
                reason: match assembly.build {
                    Self::Unknown => {
                        format!(
                            "{name} is {length} bases long, as in {}, whose pseudo-autosomal \
                             regions are not known here",
                            assembly.name
                        )
                    }
                    _ => format!("{name} is {length} bases long"),
                },
            },
            (Some((a, (name, length))), Some((b, (other, other_length))), _) => BuildFound {
                build: Self::Unknown,
                reason: format!(
                    "{name} is {length} bases long, as in {}, but {other} is {other_length}, as \
                     in {}",
                    a.name, b.name
                ),
            },
            (Some((a, (name, length))), None, Some((other, other_length))) => BuildFound {
                build: Self::Unknown,
                reason: format!(
                    "{name} is {length} bases long, as in {}, but {other} is {other_length}",
                    a.name
                ),
            },
        }
    }
}
