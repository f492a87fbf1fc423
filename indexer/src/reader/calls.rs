//! From one sample's call to the bits of every row: the careful path of both formats, and the
//! meaning that the fast path must have too.

use genodex_engine::genotype::{CallPlanes, HalfCall, PhaseSet, ones};

use super::error::Fault;
use super::record::{CallTallies, HalfCallMode};

/// A missing allele.
pub(super) const MISSING: i32 = -1;

/// A call, up to its second allele.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Call {
    /// Number of alleles, missing ones too.
    pub(super) ploidy: usize,
    /// The first allele: its index, or [`MISSING`].
    pub(super) first: i32,
    /// The second allele, where there is one.
    pub(super) second: i32,
    /// The two are separated by `|`.
    pub(super) phased: bool,
}

impl Call {
    /// `.`
    pub(super) const NONE: Self = Self {
        ploidy: 1,
        first: MISSING,
        second: MISSING,
        phased: false,
    };

    /// One more allele; false where it is not among `n_alleles`. Without an ALT any is let pass:
    /// files that had their ALT alleles trimmed have such calls, and there is no row to put
    /// them in.
    pub(super) fn push(&mut self, allele: i32, phased: bool, n_alleles: usize) -> bool {
        match self.ploidy {
            0 => self.first = allele,
            1 => {
                self.second = allele;
                self.phased = phased;
            }
            _ => {}
        }
        self.ploidy += 1;
        allele < 0 || (allele as usize) < n_alleles || n_alleles == 1
    }
}

/// A phase set as a file gives it.
pub(super) enum PhaseSetValue {
    /// None is given.
    Absent,
    /// A number.
    Set(u32),
    /// Something else.
    Bad,
}

/// The rows of one record, one per ALT, being filled. Rows start clear.
pub(super) struct Rows<'a> {
    pub(super) rows: &'a mut [CallPlanes],
    pub(super) tallies: &'a mut CallTallies,
    pub(super) half_call: HalfCallMode,
}

impl Rows<'_> {
    /// Sets the call of `sample`, once and in order of samples. Its alleles are known to exist.
    pub(super) fn put(&mut self, sample: usize, mut call: Call) -> Result<(), Fault> {
        if self.rows.is_empty() && call.first.max(call.second) > 0 {
            self.tallies.unlisted_alleles += 1;
        }
        if call.ploidy > 2 {
            self.tallies.polyploid += 1;
            self.put_missing(sample);
            return Ok(());
        }
        if call.ploidy == 2 && (call.first < 0) != (call.second < 0) {
            self.tallies.half_calls += 1;
            let called = call.first.max(call.second);
            match self.half_call {
                HalfCallMode::Missing => {
                    for (row, alt) in self.rows.iter_mut().zip(1..) {
                        row.half_calls.push(HalfCall {
                            sample: sample as u32,
                            alt: called == alt,
                            second: call.first < 0,
                        });
                    }
                }
                HalfCallMode::Reference => {
                    call.first = call.first.max(0);
                    call.second = call.second.max(0);
                }
                HalfCallMode::Haploid => {
                    call.ploidy = 1;
                    call.first = called;
                }
                HalfCallMode::Error => {
                    let reason = "a half call; choose what it means with --half-call";
                    return Err(Fault::sample("GT", sample, reason));
                }
            }
        }
        if call.ploidy == 2 {
            if call.phased {
                for row in self.rows.iter_mut() {
                    row.phased.set(sample);
                }
            }
            if call.first < 0 || call.second < 0 {
                self.put_missing(sample);
            } else if call.first == call.second {
                if let Some(row) = self.row(call.first) {
                    row.hi.set(sample);
                }
            } else {
                if let Some(row) = self.row(call.first) {
                    row.lo.set(sample);
                    row.flipped.set(sample);
                }
                if let Some(row) = self.row(call.second) {
                    row.lo.set(sample);
                }
            }
        } else {
            for row in self.rows.iter_mut() {
                row.haploid.set(sample);
            }
            if call.ploidy == 0 || call.first < 0 {
                self.put_missing(sample);
            } else if let Some(row) = self.row(call.first) {
                row.hi.set(sample);
            }
        }
        Ok(())
    }

    /// Sets the phase sets of the calls in `word` of the planes that have a place for one:
    /// phased and heterozygous. Asked once for each sample, and once for each word in order.
    pub(super) fn put_phase_sets(&mut self, word: usize, of: impl Fn(usize) -> PhaseSetValue) {
        let hets = |row: &CallPlanes| {
            let planes = [&row.lo, &row.hi, &row.phased];
            let [lo, hi, phased] = planes.map(|p| p.words().get(word).map_or(0, |w| *w));
            lo & !hi & phased
        };
        let any = self.rows.iter().fold(0, |any, row| any | hets(row));
        for bit in ones(&[any]) {
            let sample = word * 64 + bit as usize;
            match of(sample) {
                PhaseSetValue::Absent => {}
                PhaseSetValue::Bad => self.tallies.bad_phase_sets += 1,
                PhaseSetValue::Set(set) => {
                    for row in self.rows.iter_mut() {
                        if hets(row) >> bit & 1 == 1 {
                            let sample = sample as u32;
                            row.phase_sets.push(PhaseSet { sample, set });
                        }
                    }
                }
            }
        }
    }

    /// Nothing is known of anyone.
    pub(super) fn put_no_gt(&mut self, n_samples: usize) {
        self.tallies.no_gt += u64::from(n_samples > 0);
        for row in self.rows.iter_mut() {
            for plane in [&mut row.lo, &mut row.hi] {
                fill_ones(plane.words_mut(), n_samples);
            }
        }
    }

    fn put_missing(&mut self, sample: usize) {
        for row in self.rows.iter_mut() {
            row.lo.set(sample);
            row.hi.set(sample);
        }
    }

    /// The row of an allele; none for the reference.
    fn row(&mut self, allele: i32) -> Option<&mut CallPlanes> {
        self.rows.get_mut((allele as usize).wrapping_sub(1))
    }
}

/// Sets the first `n` bits.
fn fill_ones(words: &mut [u64], n: usize) {
    for (i, word) in words.iter_mut().enumerate() {
        *word = match n.saturating_sub(i * 64) {
            0 => 0,
            left @ 1..64 => (1 << left) - 1,
            _ => !0,
        };
    }
}
