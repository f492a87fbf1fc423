//! Regions of long-range linkage disequilibrium, which panels leave out: inversions, the HLA genes
//! and centromeres.
//!
//! GRCh37: Price et al. 2008 (*Am. J. Hum. Genet.* 83:132) and Weale 2010 (*Methods Mol. Biol.*
//! 628:341); GRCh38: Anderson et al. 2010 (*Nat. Protoc.* 5:1564), those of more than 10 kb. Each is
//! a chromosome, the first and the last kilobase.

use crate::genome::{Build, canonical_name};

const GRCH37: &[(u8, u32, u32)] = &[
    (1, 48_000, 52_000),
    (2, 86_000, 100_500),
    (2, 134_500, 138_000),
    (2, 183_000, 190_000),
    (3, 47_500, 50_000),
    (3, 83_500, 87_000),
    (3, 89_000, 97_500),
    (5, 44_500, 50_500),
    (5, 98_000, 100_500),
    (5, 129_000, 132_000),
    (5, 135_500, 138_500),
    (6, 25_000, 35_000),
    (6, 57_000, 64_000),
    (6, 140_000, 142_500),
    (7, 55_000, 66_000),
    (8, 7_000, 13_000),
    (8, 43_000, 50_000),
    (8, 112_000, 115_000),
    (10, 37_000, 43_000),
    (11, 46_000, 57_000),
    (11, 87_500, 90_500),
    (12, 33_000, 40_000),
    (12, 109_500, 112_000),
    (20, 32_000, 34_500),
];

const GRCH38: &[(u8, u32, u32)] = &[
    (1, 47_761, 51_762),
    (2, 85_919, 100_518),
    (2, 182_427, 189_428),
    (3, 47_483, 49_988),
    (3, 83_368, 86_869),
    (5, 44_464, 51_169),
    (5, 129_636, 132_637),
    (6, 25_391, 33_425),
    (6, 57_788, 58_454),
    (6, 61_109, 61_358),
    (6, 139_637, 142_138),
    (7, 54_964, 66_898),
    (8, 8_105, 12_106),
    (8, 43_025, 48_925),
    (8, 110_918, 113_919),
    (10, 36_671, 43_185),
    (11, 88_127, 91_128),
    (12, 32_955, 41_320),
    (20, 33_948, 36_439),
];

/// Whether a position (1-based) lies in such a region; never where the build is not known.
#[must_use]
pub fn in_long_range_ld(build: Build, contig: &str, position: u64) -> bool {
    let regions = match build {
        Build::Grch37 => GRCH37,
        Build::Grch38 => GRCH38,
        Build::Unknown => return false,
    };
    let Ok(chromosome) = canonical_name(contig).parse::<u8>() else {
        return false;
    };
    let within = |(of, from, to): &(u8, u32, u32)| {
        let (from, to) = (1000 * u64::from(*from), 1000 * u64::from(*to));
        *of == chromosome && (from..=to).contains(&position)
    };
    regions.iter().any(within)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hla_is_in_one_of_them() {
        for (build, position, inside) in [
            (Build::Grch37, 31_000_000, true),
            (Build::Grch38, 31_000_000, true),
            (Build::Grch38, 34_000_000, false),
            (Build::Grch37, 34_000_000, true),
            (Build::Unknown, 31_000_000, false),
        ] {
            assert_eq!(in_long_range_ld(build, "chr6", position), inside);
            assert!(!in_long_range_ld(build, "X", position));
        }
    }
}
