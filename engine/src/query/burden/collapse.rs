//! A mask's genotype: the alleles of several variants, collapsed to one value a person.

use super::calls::Calls;

/// How a person's alleles are collapsed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Collapse {
    /// The most copies at one variant.
    Max,
    /// All copies.
    Sum,
    /// All copies, up to two.
    Comphet,
}

/// Collapses variants one by one. A person without a call at a variant counts as without copies
/// there, unless without a call at all of them.
#[derive(Debug)]
pub(super) struct Collapser {
    rule: Collapse,
    copies: Vec<u16>,
    uncalled: Vec<u16>,
    touched: Vec<u32>,
    /// Those with `uncalled` above zero.
    missing: Vec<u32>,
    variants: u16,
}

/// A collapsed genotype.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Collapsed {
    /// A number of copies above zero and who has it, ascending.
    pub(super) classes: Vec<(u16, Vec<u32>)>,
    /// People without a call at any of the variants.
    pub(super) missing: Vec<u32>,
}

impl Collapser {
    pub(super) fn new(rule: Collapse, samples: usize) -> Self {
        Self {
            rule,
            copies: vec![0; samples],
            uncalled: vec![0; samples],
            touched: Vec::new(),
            missing: Vec::new(),
            variants: 0,
        }
    }

    /// Back to no variant.
    pub(super) fn clear(&mut self) {
        for &s in &self.touched {
            self.copies[s as usize] = 0;
        }
        for &s in &self.missing {
            self.uncalled[s as usize] = 0;
        }
        self.touched.clear();
        self.missing.clear();
        self.variants = 0;
    }

    /// Adds a variant. With `flip`, copies of its reference allele are counted, of `included`.
    pub(super) fn add(&mut self, calls: &Calls, flip: Option<&[bool]>) {
        self.variants = self.variants.saturating_add(1);
        for &s in &calls.missing {
            let uncalled = &mut self.uncalled[s as usize];
            if *uncalled == 0 {
                self.missing.push(s);
            }
            *uncalled = uncalled.saturating_add(1);
        }
        match flip {
            None => {
                for (copies, samples) in [(1, &calls.het), (2, &calls.hom)] {
                    for &s in samples {
                        self.carry(s, copies);
                    }
                }
            }
            Some(included) => {
                let mut copies: Vec<u16> = included.iter().map(|i| 2 * u16::from(*i)).collect();
                for &s in &calls.het {
                    copies[s as usize] = 1;
                }
                for &s in calls.hom.iter().chain(&calls.missing) {
                    copies[s as usize] = 0;
                }
                for (s, copies) in copies.into_iter().enumerate().filter(|c| c.1 > 0) {
                    self.carry(s as u32, copies);
                }
            }
        }
    }

    fn carry(&mut self, sample: u32, copies: u16) {
        let at = &mut self.copies[sample as usize];
        if *at == 0 {
            self.touched.push(sample);
        }
        *at = match self.rule {
            Collapse::Max => (*at).max(copies),
            Collapse::Sum => at.saturating_add(copies),
            Collapse::Comphet => (*at + copies).min(2),
        };
    }

    /// What has come of the variants so far.
    pub(super) fn collapsed(&mut self) -> Collapsed {
        self.touched.sort_unstable();
        let mut out = Collapsed::default();
        for &s in &self.touched {
            let copies = self.copies[s as usize];
            out.carry(copies, s);
        }
        out.classes.sort_by_key(|c| c.0);
        let nowhere = |s: &&u32| self.uncalled[**s as usize] == self.variants;
        out.missing = self.missing.iter().filter(nowhere).copied().collect();
        out.missing.sort_unstable();
        out
    }
}

impl Collapsed {
    /// Adds a person, samples ascending.
    pub(super) fn carry(&mut self, copies: u16, sample: u32) {
        match self.classes.iter_mut().find(|c| c.0 == copies) {
            Some(class) => class.1.push(sample),
            None => self.classes.push((copies, vec![sample])),
        }
    }

    /// All copies.
    pub(super) fn total(&self) -> u64 {
        (self.classes.iter())
            .map(|(copies, s)| u64::from(*copies) * s.len() as u64)
            .sum()
    }
}
