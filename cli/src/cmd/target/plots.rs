//! The plots of a gene's page.

use genodex_engine::query::target::{EffectClass, GeneDossier, InGroup, Share, TargetVariant};

use super::words;
use crate::page::number::{real, whole};
use crate::page::plot::{Axis, Bar, Figure, Lollipop, Span, Stem, bars, lollipop};

/// Stems that have a label: the highest.
const LABELLED: usize = 8;
/// The part of the variants that must have a residue for the protein to be the axis.
const MOSTLY: f64 = 0.8;

/// The variants along the protein, where most have a place on it, else along the gene. The
/// caption says how many have none.
pub(super) fn along(page: &GeneDossier) -> (String, Figure) {
    let with = page.variants.iter().filter(|v| v.residue.is_some()).count();
    let n = page.variants.len();
    let protein = with > 0 && with as f64 >= MOSTLY * n as f64;
    let mut by_frequency: Vec<&TargetVariant> = page.variants.iter().collect();
    by_frequency.sort_by(|a, b| {
        let af = |v: &TargetVariant| v.all.af.unwrap_or(0.0);
        af(b).total_cmp(&af(a)).then_with(|| a.name.cmp(&b.name))
    });
    let labelled: Vec<&str> = (by_frequency.iter().take(LABELLED))
        .map(|v| v.name.as_str())
        .collect();
    let stems: Vec<Stem> = page
        .variants
        .iter()
        .filter_map(|variant| {
            let x = match protein {
                true => f64::from(variant.residue?),
                false => f64::from(variant.pos),
            };
            let change = words::change(variant);
            let class = EffectClass::ALL.iter().position(|c| *c == variant.class);
            let label = match change.is_empty() {
                true => variant.name.clone(),
                false => change.clone(),
            };
            Some(Stem {
                x,
                y: variant.all.af.unwrap_or(0.0),
                series: class.unwrap_or(EffectClass::ALL.len() - 1),
                title: format!(
                    "{} {change} {}: {}",
                    variant.name,
                    variant.consequence.as_deref().unwrap_or_default(),
                    words::counted(&variant.all)
                ),
                label: (labelled.contains(&variant.name.as_str())).then_some(label),
            })
        })
        .collect();
    let contig = page.variants.first().map_or("", |v| v.contig.as_str());
    let position = format!("position on {contig}");
    let span = page
        .known
        .as_ref()
        .filter(|k| !protein && k.build == page.build);
    let span = span.and_then(|k| {
        let (_, range) = k.location.as_ref()?.rsplit_once(':')?;
        let (start, end) = range.split_once('-')?;
        Some(Span {
            start: start.parse().ok()?,
            end: end.parse().ok()?,
            label: page.symbol.clone(),
        })
    });
    let spans: Vec<Span> = span.into_iter().collect();
    let figure = lollipop(&Lollipop {
        stems: &stems,
        x: Axis::linear(if protein {
            "residue of the protein"
        } else {
            &position
        }),
        y: Axis::log("allele frequency"),
        series: &EffectClass::ALL.map(EffectClass::label),
        spans: &spans,
    });
    let mut caption = match protein {
        true => "Qualifying variants along the protein".to_owned(),
        false => "Qualifying variants along the chromosome".to_owned(),
    };
    if protein && with < n {
        let without = whole((n - with) as u64);
        caption.push_str(&format!("; {without} without a place on it are not drawn"));
    }
    (caption, figure)
}

/// For each population, the mean number of copies of qualifying variants that a person has.
pub(super) fn burden(page: &GeneDossier) -> Figure {
    let axis = Axis::from_zero("sum of the allele frequencies of the qualifying variants");
    let sums = page.populations.iter().enumerate().map(|(i, name)| {
        let of = page.variants.iter().filter_map(|v| v.populations.get(i));
        let sum: f64 = of.filter_map(|p| p.of.af).sum();
        Bar {
            label: name.clone(),
            value: sum,
            interval: None,
            title: format!("{name}: {}", real(sum, 3)),
            text: real(sum, 3),
        }
    });
    bars(&sums.collect::<Vec<_>>(), &axis)
}

/// The frequency of one variant in each population, with Wilson's 95 % interval.
pub(super) fn by_population(variant: &TargetVariant) -> Figure {
    let axis = Axis::from_zero("allele frequency, with the 95 % interval (Wilson)");
    let frequencies = variant.populations.iter().map(|p| Bar {
        label: p.group.clone(),
        value: p.of.af.unwrap_or(f64::NAN),
        interval: wilson(p.of.ac, p.of.an),
        title: format!("{}: {}", p.group, words::counted(&p.of)),
        text: format!("{} of {}", whole(p.of.ac), whole(p.of.an)),
    });
    bars(&frequencies.collect::<Vec<_>>(), &axis)
}

/// How many of each group are among some people, with Wilson's 95 % interval.
pub(super) fn shares(groups: &[InGroup<Share>]) -> Figure {
    let axis = Axis::from_zero("part of the people, with the 95 % interval (Wilson)");
    let shares = groups.iter().map(|g| Bar {
        label: g.group.clone(),
        value: match g.of.of {
            0 => f64::NAN,
            of => g.of.people as f64 / of as f64,
        },
        interval: wilson(g.of.people, g.of.of),
        title: format!("{}: {} of {}", g.group, whole(g.of.people), whole(g.of.of)),
        text: format!("{} of {}", whole(g.of.people), whole(g.of.of)),
    });
    bars(&shares.collect::<Vec<_>>(), &axis)
}

/// Wilson's interval of a part (1927), 95 %.
fn wilson(with: u64, of: u64) -> Option<(f64, f64)> {
    const Z: f64 = 1.959_963_984_540_054;
    if of == 0 {
        return None;
    }
    let (n, p) = (of as f64, with as f64 / of as f64);
    let middle = p + Z * Z / (2.0 * n);
    let half = Z * (p * (1.0 - p) / n + Z * Z / (4.0 * n * n)).sqrt();
    let all = 1.0 + Z * Z / n;
    let low = if with == 0 {
        0.0
    } else {
        (middle - half) / all
    };
    let high = if with == of {
        1.0
    } else {
        (middle + half) / all
    };
    Some((low, high))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By SciPy: `binomtest(3, 20).proportion_ci(method="wilson")` and the like.
    #[test]
    fn intervals_are_wilsons() {
        for (with, of, low, high) in [
            (3, 20, 0.052_368_745_896_216_62, 0.360_418_864_740_756_9),
            (0, 10, 0.0, 0.277_532_799_862_889_26),
            (10, 10, 0.722_467_200_137_110_9, 1.0),
        ] {
            let found = wilson(with, of).unwrap();
            assert!((found.0 - low).abs() < 1e-9, "{found:?}");
            assert!((found.1 - high).abs() < 1e-9, "{found:?}");
        }
        assert_eq!(wilson(0, 0), None);
    }
}
