//! Products against sums genotype by genotype, on every vector unit.

use super::*;
use crate::compute::tests::Numbers;

fn planes(
    rows: usize,
    places: usize,
    kinds: usize,
    numbers: &mut Numbers,
) -> (Vec<Vec<u8>>, SamplePlanes) {
    let words = SamplePlanes::words_of(places.div_ceil(64));
    let mut bits = vec![0u64; 2 * words * rows];
    let mut genotypes = Vec::new();
    for r in 0..rows {
        let row: Vec<u8> = (0..places).map(|_| numbers.below(kinds) as u8).collect();
        for (p, g) in row.iter().enumerate() {
            bits[2 * r * words + p / 64] |= u64::from(g & 1) << (p % 64);
            bits[(2 * r + 1) * words + p / 64] |= u64::from(g >> 1) << (p % 64);
        }
        genotypes.push(row);
    }
    (genotypes, SamplePlanes::new(places, words, bits))
}

#[test]
fn products_are_sums_over_genotypes() {
    let mut numbers = Numbers(5);
    for (rows, places, vectors, kinds) in [
        (1, 1, 1, 4),
        (3, 70, 0, 4),
        (9, 500, 3, 4),
        (6, 9000, 7, 3),
        (5, 4096, 2, 4),
    ] {
        let (genotypes, planes) = planes(rows, places, kinds, &mut numbers);
        let columns: Vec<Vec<f64>> = (0..vectors)
            .map(|v| {
                let size = 10f64.powi(4 * v - 6);
                let mut value = || size * (numbers.next() as f64 / u64::MAX as f64 - 0.5);
                (0..places).map(|_| value()).collect()
            })
            .collect();
        let quantised = QuantisedVectors::new(planes.words(), &columns);
        for isa in Isa::available() {
            let found = times_with(isa, &planes, &quantised);
            for (r, row) in genotypes.iter().enumerate() {
                for (v, column) in columns.iter().enumerate() {
                    let mut expected = Product::default();
                    for (p, g) in row.iter().enumerate() {
                        let value = i64::from(quantised.values[p * columns.len() + v]);
                        match g {
                            3 => expected.missing += value,
                            _ => expected.copies += i64::from(*g) * value,
                        }
                    }
                    assert_eq!(
                        found[r * columns.len() + v],
                        expected,
                        "{rows} {places} {v}"
                    );
                    let exact: f64 = (row.iter().zip(column))
                        .filter(|g| *g.0 < 3)
                        .map(|(g, x)| f64::from(*g) * x)
                        .sum();
                    let error = (expected.copies as f64 * quantised.unit(v) - exact).abs();
                    let largest = column.iter().fold(0.0f64, |m, x| m.max(x.abs()));
                    assert!(error <= places as f64 * largest * 2f64.powi(-28), "{error}");
                }
            }
        }
    }
}

#[test]
fn the_other_way_around_and_back() {
    let mut numbers = Numbers(8);
    let (genotypes, planes) = planes(70, 130, 4, &mut numbers);
    let other = transposed(&planes);
    for (r, row) in genotypes.iter().enumerate() {
        for (p, g) in row.iter().enumerate() {
            let [lo, hi] = other.sample(p);
            let found = lo[r / 64] >> (r % 64) & 1 | (hi[r / 64] >> (r % 64) & 1) << 1;
            assert_eq!(found, u64::from(*g));
        }
    }
    let back = transposed(&other);
    assert_eq!(back.sample(69)[0][..planes.words()], *planes.sample(69)[0]);
}
