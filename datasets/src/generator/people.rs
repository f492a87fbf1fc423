//! The samples: population, sex, age, a disease and a quantitative trait.

use genodex_engine::format::samples::{SampleTable, SampleTableBuilder, SampleTableError};

use super::stream::{Purpose, Stream, key};

/// A population of the cohort.
pub(super) struct Population {
    pub(super) name: &'static str,
    /// Its share of the samples, in percent.
    share: u64,
    /// How far its founder weights lie from those of the others, 0 to 1.
    pub(super) spread: f64,
    /// Its share of the rare variants' origins relative to its share of the samples.
    pub(super) diversity: u64,
}

/// A cohort of several ancestries.
pub(super) const POPULATIONS: [Population; 5] = [
    Population {
        name: "AFR",
        share: 15,
        spread: 0.85,
        diversity: 3,
    },
    Population {
        name: "AMR",
        share: 10,
        spread: 0.6,
        diversity: 1,
    },
    Population {
        name: "EAS",
        share: 20,
        spread: 0.9,
        diversity: 1,
    },
    Population {
        name: "EUR",
        share: 40,
        spread: 0.8,
        diversity: 1,
    },
    Population {
        name: "SAS",
        share: 15,
        spread: 0.75,
        diversity: 1,
    },
];

/// The samples of a cohort.
pub(super) struct People {
    seed: u64,
    /// Index into [`POPULATIONS`], by sample.
    pub(super) population: Vec<u8>,
}

impl People {
    pub(super) fn new(samples: usize, seed: u64) -> Self {
        let stream_key = key(seed, Purpose::Sample as u64);
        let population = (0..samples as u64)
            .map(|s| {
                let mut u = Stream::new(key(stream_key, s)).below(100);
                let mut population = 0;
                while population + 1 < POPULATIONS.len() && u >= POPULATIONS[population].share {
                    u -= POPULATIONS[population].share;
                    population += 1;
                }
                population as u8
            })
            .collect();
        Self { seed, population }
    }

    /// Id of sample `s`: `SYN0000001` is the first.
    pub(super) fn id(s: usize) -> String {
        format!("SYN{:07}", s + 1)
    }

    /// The sample table: `id, sex, population, age, t2d, ldl`. Type 2 diabetes is 0 or 1 and
    /// more frequent with age; LDL cholesterol is in mmol/l; one in a hundred is missing.
    pub(super) fn table(&self) -> Result<SampleTable, SampleTableError> {
        let n = self.population.len();
        let trait_key = key(self.seed, Purpose::Trait as u64);
        let mut sex = Vec::with_capacity(n);
        let mut age = Vec::with_capacity(n);
        let mut t2d = Vec::with_capacity(n);
        let mut ldl = Vec::with_capacity(n);
        for (s, &population) in self.population.iter().enumerate() {
            let mut stream = Stream::new(key(trait_key, s as u64));
            let male = stream.chance(0.46);
            sex.push(if male { "M" } else { "F" });
            let years = 40 + stream.below(30) as i64 + stream.below(11) as i64;
            age.push(years);
            let risk = 0.02
                + 0.002 * (years - 40) as f64
                + if male { 0.02 } else { 0.0 }
                + [0.03, 0.03, 0.02, 0.0, 0.05][usize::from(population)];
            let case = stream.chance(risk);
            let known = !stream.chance(0.01);
            t2d.push(known.then_some(i64::from(case)));
            let level = 3.4 + 0.01 * (years - 55) as f64 + 0.85 * stream.normal();
            let known = !stream.chance(0.01);
            ldl.push(known.then(|| (level.clamp(0.6, 9.9) * 100.0).round() / 100.0));
        }
        let mut table = SampleTableBuilder::new((0..n).map(Self::id))?;
        table.text("sex", sex.into_iter().map(Some))?;
        let names = self.population.iter();
        let names = names.map(|&p| Some(POPULATIONS[usize::from(p)].name));
        table.text("population", names)?;
        table.int("age", age.into_iter().map(Some))?;
        table.int("t2d", t2d)?;
        table.float("ldl", ldl)?;
        table.finish()
    }
}
