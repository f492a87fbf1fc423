//! The calls of all samples at one split variant, as bit planes.

use super::{Plane, SampleSet};

/// A call at a split variant: how many copies of its ALT allele. The discriminants are the
/// two bits of a store, `hi << 1 | lo`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Genotype {
    /// No copy (in a split row, other ALT alleles count as reference).
    HomRef = 0,
    /// One copy of two.
    Het = 1,
    /// Every copy: two of two, or the one of a haploid call.
    HomAlt = 2,
    /// Not called, half-called, or refused at import.
    Missing = 3,
}

impl Genotype {
    /// From the two bits of the planes.
    #[must_use]
    pub const fn from_bits(lo: bool, hi: bool) -> Self {
        match (lo, hi) {
            (false, false) => Self::HomRef,
            (true, false) => Self::Het,
            (false, true) => Self::HomAlt,
            (true, true) => Self::Missing,
        }
    }
}

/// A diploid call of which one allele is missing (`./1`, `0|.`). Its genotype is
/// [`Genotype::Missing`]; the allele that was called is kept here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct HalfCall {
    /// Index of the sample.
    pub sample: u32,
    /// The called allele is this row's ALT (else it counts as reference).
    pub alt: bool,
    /// The called allele is written second (`./1`), not first (`1/.`).
    pub second: bool,
}

/// The phase set (`PS`) of one sample's phased heterozygous call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PhaseSet {
    /// Index of the sample.
    pub sample: u32,
    /// The value of `PS`.
    pub set: u32,
}

/// All samples' calls at one split variant. Bits beyond the samples are zero in every plane.
///
/// - `lo`, `hi`: the genotype ([`Genotype`]); 00 hom-ref, lo het, hi hom-alt, both missing.
/// - `phased`: the call is written with `|`. Never set for haploid calls.
/// - `flipped`: a heterozygous call whose ALT allele is written first (`1|0`, `1/0`). Only set
///   where the genotype is het.
/// - `haploid`: the call has one allele (`0`, `1`, `.`).
/// - `half_calls`, `phase_sets`: ascending by sample, at most one per sample.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CallPlanes {
    /// Number of samples.
    pub n_samples: usize,
    /// Low bits of the genotypes.
    pub lo: Plane,
    /// High bits of the genotypes.
    pub hi: Plane,
    /// Calls written with `|`.
    pub phased: Plane,
    /// Heterozygous calls whose ALT allele comes first.
    pub flipped: Plane,
    /// Haploid calls.
    pub haploid: Plane,
    /// Half calls kept beside their missing genotype.
    pub half_calls: Vec<HalfCall>,
    /// Phase sets of phased heterozygous calls, where the input has them.
    pub phase_sets: Vec<PhaseSet>,
}

impl CallPlanes {
    /// Everyone hom-ref, diploid, unphased.
    #[must_use]
    pub fn new(n_samples: usize) -> Self {
        let z = || Plane::zeros(n_samples);
        Self {
            n_samples,
            lo: z(),
            hi: z(),
            phased: z(),
            flipped: z(),
            haploid: z(),
            half_calls: Vec::new(),
            phase_sets: Vec::new(),
        }
    }

    /// Back to [`CallPlanes::new`], keeping the memory.
    pub fn clear(&mut self) {
        for p in [
            &mut self.lo,
            &mut self.hi,
            &mut self.phased,
            &mut self.flipped,
            &mut self.haploid,
        ] {
            p.clear();
        }
        self.half_calls.clear();
        self.phase_sets.clear();
    }

    /// The genotype of sample `s`.
    #[must_use]
    pub fn genotype(&self, s: usize) -> Genotype {
        Genotype::from_bits(self.lo.get(s), self.hi.get(s))
    }

    /// Sets the genotype of sample `s`; its other planes stay.
    pub fn set_genotype(&mut self, s: usize, genotype: Genotype) {
        let bits = genotype as u8;
        for (plane, on) in [(&mut self.lo, bits & 1 == 1), (&mut self.hi, bits & 2 == 2)] {
            if on { plane.set(s) } else { plane.unset(s) }
        }
    }

    /// Counts over all samples.
    #[must_use]
    pub fn counts(&self) -> CallCounts {
        let mut c = self.count_words(|_| !0);
        c.samples = self.n_samples as u64;
        c.half_called = self.half_calls.len() as u64;
        c.half_alt = self.half_calls.iter().filter(|h| h.alt).count() as u64;
        c
    }

    /// Counts over the samples set in `cohort`, a plane over the same samples: the plain
    /// definition that faster ways are tested against.
    #[must_use]
    pub fn counts_in(&self, cohort: &Plane) -> CallCounts {
        let mut c = self.count_words(|i| cohort.words()[i]);
        c.samples = cohort.count();
        for h in self
            .half_calls
            .iter()
            .filter(|h| cohort.get(h.sample as usize))
        {
            c.half_called += 1;
            c.half_alt += u64::from(h.alt);
        }
        c
    }

    /// Makes the calls of all samples that are not in `set` missing: plain diploid `./.`.
    pub fn blank(&mut self, set: &Plane) {
        for i in 0..self.lo.words().len() {
            let stay = set.words()[i];
            // Bits beyond the samples stay clear.
            let first = (64 * i).min(self.n_samples);
            let there = (self.n_samples - first).min(64) as u32;
            let leave = !stay & u64::MAX.checked_shr(64 - there).unwrap_or(0);
            self.lo.words_mut()[i] |= leave;
            self.hi.words_mut()[i] |= leave;
            for plane in [&mut self.phased, &mut self.flipped, &mut self.haploid] {
                plane.words_mut()[i] &= stay;
            }
        }
        self.half_calls.retain(|h| set.get(h.sample as usize));
        self.phase_sets.retain(|p| set.get(p.sample as usize));
    }

    /// The calls of the samples in `set` alone, in their order.
    #[must_use]
    pub fn keep(&self, set: &SampleSet) -> Self {
        let n = set.len() as usize;
        let mut out = Self::new(n);
        let mut place = vec![None; self.n_samples];
        for (to, from) in set.bitmap().iter().enumerate() {
            place[from as usize] = Some(to as u32);
        }
        let planes = [
            &self.lo,
            &self.hi,
            &self.phased,
            &self.flipped,
            &self.haploid,
        ];
        let kept = [
            &mut out.lo,
            &mut out.hi,
            &mut out.phased,
            &mut out.flipped,
            &mut out.haploid,
        ];
        for (from, to) in planes.into_iter().zip(kept) {
            for s in from.iter().filter_map(|s| place[s as usize]) {
                to.set(s as usize);
            }
        }
        out.half_calls = (self.half_calls.iter())
            .filter_map(|h| place[h.sample as usize].map(|sample| HalfCall { sample, ..*h }))
            .collect();
        out.phase_sets = (self.phase_sets.iter())
            .filter_map(|p| place[p.sample as usize].map(|sample| PhaseSet { sample, ..*p }))
            .collect();
        out
    }

    fn count_words(&self, mask: impl Fn(usize) -> u64) -> CallCounts {
        let mut c = CallCounts::default();
        for i in 0..self.lo.words().len() {
            let (lo, hi) = (self.lo.words()[i], self.hi.words()[i]);
            let (hap, mask) = (self.haploid.words()[i], mask(i));
            let ones = |w: u64| u64::from((w & mask).count_ones());
            c.het += ones(lo & !hi);
            c.hom_alt += ones(hi & !lo);
            c.missing += ones(lo & hi);
            c.haploid_called += ones(hap & !(lo & hi));
            c.hemi_alt += ones(hap & hi & !lo);
        }
        c
    }
}

/// Counts of calls at one variant in one set of samples: what every frequency is computed from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CallCounts {
    /// Samples in the set.
    pub samples: u64,
    /// Heterozygous calls.
    pub het: u64,
    /// Calls with no other allele than ALT: diploid hom-alt and haploid ALT.
    pub hom_alt: u64,
    /// Missing genotypes, half calls among them.
    pub missing: u64,
    /// Haploid calls that are not missing.
    pub haploid_called: u64,
    /// Haploid calls of the ALT allele (also in `hom_alt`).
    pub hemi_alt: u64,
    /// Half calls (also in `missing`): one called allele each.
    pub half_called: u64,
    /// Half calls whose called allele is ALT.
    pub half_alt: u64,
}

impl CallCounts {
    /// Copies of the ALT allele, half calls included: `AC` as bcftools counts it.
    #[must_use]
    pub const fn allele_count(&self) -> u64 {
        self.het + 2 * self.hom_alt - self.hemi_alt + self.half_alt
    }

    /// Called alleles, half calls included: `AN` as bcftools counts it.
    #[must_use]
    pub const fn allele_number(&self) -> u64 {
        2 * (self.samples - self.missing) - self.haploid_called + self.half_called
    }

    /// Samples whose genotype is called and has no copy of ALT, haploid ones included.
    #[must_use]
    pub const fn hom_ref(&self) -> u64 {
        self.samples - self.missing - self.het - self.hom_alt
    }
}
