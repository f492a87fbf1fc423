//! Where variants lie: blocks of rows along a few human chromosomes.

use genodex_engine::genome::Build;

use super::{GenerateError, Spec};

/// Rows of a block, the unit of work.
pub(super) const BLOCK_ROWS: u64 = 128;
/// Records of a full block that have two ALT alleles, and so two rows.
pub(super) const BLOCK_MULTI: u64 = 3;
/// Contigs that are used even where fewer would do.
const FEWEST_CONTIGS: usize = 3;
/// Bases at the ends of a contig that stay empty.
const MARGIN: u64 = 1_000_000;

/// How many autosomes there are.
const AUTOSOMES: usize = 22;

/// Bases of GRCh38's autosomes.
fn autosomes() -> &'static [u32] {
    let lengths = Build::Grch38.chromosome_lengths();
    lengths.map_or(&[], |lengths| &lengths[..AUTOSOMES])
}

/// A contig with variants.
#[derive(Clone, Debug)]
pub(super) struct Contig {
    pub(super) name: String,
    pub(super) length: u32,
    /// 1-based position where the first block's window starts.
    pub(super) start: u32,
    pub(super) rows: u64,
    /// Rows on the contigs before.
    pub(super) rows_before: u64,
}

/// One block of rows.
#[derive(Clone, Copy, Debug)]
pub(super) struct BlockPlace {
    /// Index of the contig.
    pub(super) contig: usize,
    /// Number within the contig.
    pub(super) block: u64,
    /// 1-based first position of the window.
    pub(super) start: u32,
    pub(super) rows: u64,
    /// Records before it on the contig.
    pub(super) records_before: u64,
    /// Rows before it in all.
    pub(super) rows_before: u64,
}

/// The layout of a cohort's variants.
#[derive(Clone, Debug)]
pub(super) struct Plan {
    pub(super) contigs: Vec<Contig>,
    /// Bases of a full block's window.
    pub(super) window: u32,
}

impl Plan {
    pub(super) fn new(spec: &Spec) -> Result<Self, GenerateError> {
        if spec.samples == 0 || spec.samples > 1 << 29 {
            return Err(GenerateError::Spec(format!(
                "--samples is {}: give 1 to {}",
                spec.samples,
                1 << 29
            )));
        }
        if spec.variants == 0 {
            return Err(GenerateError::Spec(
                "--variants is 0: give 1 or more".to_owned(),
            ));
        }
        if spec.common.is_some_and(|c| !(0.0..=1.0).contains(&c)) {
            return Err(GenerateError::Spec(
                "--common is a fraction of the variants: give 0 to 1".to_owned(),
            ));
        }
        // One variant in 34 bases at 2,504 samples; the more people, the denser.
        let spacing = (34.0 * (2504.0 / spec.samples as f64).sqrt()).clamp(3.0, 1000.0);
        let window = (spacing * BLOCK_ROWS as f64) as u32;
        let room = |length: u32| (u64::from(length) - 2 * MARGIN) / u64::from(window) * BLOCK_ROWS;
        // From the shortest chromosomes on, as many as it takes.
        let lengths = autosomes();
        let mut chosen = Vec::new();
        let mut capacity = 0;
        for number in (0..lengths.len()).rev() {
            if chosen.len() >= FEWEST_CONTIGS && capacity >= spec.variants {
                break;
            }
            chosen.push(number);
            capacity += room(lengths[number]);
        }
        if capacity < spec.variants {
            return Err(GenerateError::Spec(format!(
                "--variants is {}: at most {capacity} find room on the autosomes with {} samples",
                spec.variants, spec.samples
            )));
        }
        chosen.reverse();
        let mut contigs: Vec<Contig> = Vec::new();
        let mut rows_before = 0;
        for (i, &number) in chosen.iter().enumerate() {
            let room = room(lengths[number]);
            let rest = spec.variants - rows_before;
            let share = u128::from(spec.variants) * u128::from(room) / u128::from(capacity);
            let rows = if i + 1 == chosen.len() {
                rest
            } else {
                (share as u64)
                    .next_multiple_of(BLOCK_ROWS)
                    .min(room)
                    .min(rest)
            };
            if rows == 0 {
                continue;
            }
            // In the middle of the contig where there is room to choose.
            let used = rows.div_ceil(BLOCK_ROWS) * u64::from(window);
            let spare = u64::from(lengths[number]).saturating_sub(2 * MARGIN + used);
            contigs.push(Contig {
                name: format!("chr{}", number + 1),
                length: lengths[number],
                start: (MARGIN + spare / 2 + 1) as u32,
                rows,
                rows_before,
            });
            rows_before += rows;
        }
        Ok(Self { contigs, window })
    }

    /// All blocks, by contig and position.
    pub(super) fn blocks(&self) -> impl Iterator<Item = BlockPlace> + '_ {
        self.contigs
            .iter()
            .enumerate()
            .flat_map(move |(contig, c)| {
                (0..c.rows.div_ceil(BLOCK_ROWS)).map(move |block| BlockPlace {
                    contig,
                    block,
                    start: c.start + block as u32 * self.window,
                    rows: (c.rows - block * BLOCK_ROWS).min(BLOCK_ROWS),
                    records_before: block * (BLOCK_ROWS - BLOCK_MULTI),
                    rows_before: c.rows_before + block * BLOCK_ROWS,
                })
            })
    }
}
