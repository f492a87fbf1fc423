//! Products and eigenvectors against the whole matrix.

use nalgebra::DMatrix;

use super::*;
use crate::compute::SamplePlanes;
use crate::query::panel::SnpPlanes;

/// Two groups of people that differ at every SNP; every `missing`-th call is not there.
fn people(n: usize, m: usize, missing: usize) -> (Vec<Vec<u8>>, SnpPlanes) {
    let words = SamplePlanes::words_of(m.div_ceil(64));
    let mut bits = vec![0u64; 2 * words * n];
    let mut state = 7u64;
    let mut genotypes = vec![vec![0u8; m]; n];
    for (i, row) in genotypes.iter_mut().enumerate() {
        for (v, g) in row.iter_mut().enumerate() {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            let often = if i % 2 == v % 2 { 40 } else { 60 };
            let draw = |bits: u64| u8::from(bits % 100 < often);
            *g = draw(state >> 20 & 0xfff) + draw(state >> 40 & 0xfff);
            if missing > 0 && ((state >> 52) as usize).is_multiple_of(missing) {
                *g = 3;
            }
            bits[2 * i * words + v / 64] |= u64::from(*g & 1) << (v % 64);
            bits[(2 * i + 1) * words + v / 64] |= u64::from(*g >> 1) << (v % 64);
        }
    }
    let snps = SnpPlanes {
        samples: (0..n as u32).collect(),
        planes: SamplePlanes::new(m, words, bits),
        words: (0..m.div_ceil(64))
            .map(|w| 64 * w..(64 * w + 64).min(m))
            .collect(),
    };
    (genotypes, snps)
}

/// The whole matrix, over the SNPs that each pair has.
fn whole(genotypes: &[Vec<u8>]) -> DMatrix<f64> {
    let (n, m) = (genotypes.len(), genotypes[0].len());
    let mut z = vec![vec![None; m]; n];
    for v in 0..m {
        let called: Vec<f64> = genotypes
            .iter()
            .map(|g| g[v])
            .filter(|g| *g < 3)
            .map(f64::from)
            .collect();
        let p = called.iter().sum::<f64>() / (2.0 * called.len() as f64);
        for i in 0..n {
            let g = genotypes[i][v];
            z[i][v] = (g < 3).then(|| (f64::from(g) - 2.0 * p) / (2.0 * p * (1.0 - p)).sqrt());
        }
    }
    DMatrix::from_fn(n, n, |i, j| {
        let both = z[i]
            .iter()
            .zip(&z[j])
            .filter_map(|(a, b)| Some((*a)? * (*b)?));
        let (mut sum, mut count) = (0.0, 0.0);
        both.for_each(|product| {
            sum += product;
            count += 1.0;
        });
        sum / count
    })
}

#[test]
fn products_are_those_of_the_whole_matrix() {
    let (genotypes, snps) = people(50, 700, 0);
    let relationship = Relationship::new(&snps);
    let x = DMatrix::from_fn(50, 3, |i, v| ((i * 7 + v * 13) % 11) as f64 - 5.0);
    let expected = whole(&genotypes) * &x;
    let apart = (relationship.times(&x) - &expected).norm() / expected.norm();
    assert!(apart < 1e-7, "{apart}");
}

#[test]
fn eigenvectors_are_those_of_the_whole_matrix() {
    for (n, m, missing) in [(60, 900, 0), (80, 3000, 50), (5, 100, 0)] {
        let (genotypes, snps) = people(n, m, missing);
        let relationship = Relationship::new(&snps);
        let found = leading((n, 4), (1e-6, 50, 1), |x| relationship.times(x), &|_| {});
        let eigen = whole(&genotypes).symmetric_eigen();
        let mut order: Vec<usize> = (0..n).collect();
        order.sort_by(|a, b| eigen.eigenvalues[*b].total_cmp(&eigen.eigenvalues[*a]));
        // Shares of calls are taken as independent.
        let accuracy = if missing == 0 { 1e-6 } else { 3e-3 };
        for (k, &at) in order.iter().take(4).enumerate() {
            let exact = eigen.eigenvalues[at];
            let off = (found.values[k] - exact).abs() / eigen.eigenvalues[order[0]];
            assert!(off < accuracy, "{n} {k}: {} {exact}", found.values[k]);
        }
        let first = eigen
            .eigenvectors
            .column(order[0])
            .dot(&found.vectors.column(0));
        assert!(first.abs() > 0.9999, "{first}");
    }
}

/// People of the fit are projected onto themselves, and others fall among their group.
#[test]
fn people_are_projected_onto_components() {
    let (_, snps) = people(120, 2000, 0);
    let relationship = Relationship::new(&snps);
    let found = leading((120, 2), (1e-7, 50, 1), |x| relationship.times(x), &|_| {});
    let names = (0..2000).map(|v| v.to_string());
    let mut loadings = Loadings::new(&relationship, &snps, &found, names);
    assert!(
        loadings.shrinkage[0] < 1.0 && loadings.shrinkage[0] > 0.5,
        "{:?}",
        loadings.shrinkage
    );
    loadings.shrinkage.fill(1.0);
    let places: Vec<_> = (0..2000).map(|v| Some((v, false))).collect();
    let again = loadings.project(&snps, &places);
    assert!((again.column(0) - found.vectors.column(0)).norm() < 1e-5);
    let labelled = Labelled {
        labels: vec!["even".to_owned(), "odd".to_owned()],
        of: (0..60).map(|i| i % 2).collect(),
        components: (0..60)
            .map(|i| vec![found.vectors[(i, 0)], found.vectors[(i, 1)]])
            .collect(),
    };
    let ancestry = Ancestry::new(&labelled).unwrap();
    for i in 60..120 {
        let p = ancestry.probabilities(&[found.vectors[(i, 0)], found.vectors[(i, 1)]]);
        assert!(p[i % 2] > 0.99, "{i}: {p:?}");
    }
}
