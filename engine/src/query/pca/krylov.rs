//! Leading eigenvectors of a symmetric matrix that is known by its products.

use nalgebra::{DMatrix, DVector};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// Vectors beside those asked for.
const MORE: usize = 2;
/// A direction that is shorter than this beside others adds none.
const NOTHING: f64 = 1e-9;

/// Leading eigenvalues and eigenvectors.
#[derive(Clone, Debug)]
pub struct Eigen {
    /// Eigenvalues, the largest first.
    pub values: Vec<f64>,
    /// Eigenvectors of length one, as columns; the component of largest size is positive.
    pub vectors: DMatrix<f64>,
    /// The length of `A v - lambda v` of each, over the eigenvalue: an eigenvalue is at most so far
    /// from an exact one, relatively.
    pub residuals: Vec<f64>,
    /// Products with the matrix that were taken, of a block of vectors each.
    pub products: usize,
    /// An estimate of the sum of squares of all eigenvalues.
    pub squares: f64,
}

/// The `k` leading eigenvectors of the `n` by `n` matrix that `times` multiplies with, until all
/// residuals are at most `accuracy`, or after `most` products. `seed` gives the first vectors;
/// `done` hears of each product, with the largest residual.
#[must_use]
pub fn leading(
    (n, k): (usize, usize),
    (accuracy, most, seed): (f64, usize, u64),
    times: impl Fn(&DMatrix<f64>) -> DMatrix<f64>,
    done: &dyn Fn(f64),
) -> Eigen {
    let k = k.min(n);
    let width = (k + MORE).min(n);
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    // Uniform numbers do as well as normal ones.
    let start = DMatrix::from_fn(n, width, |_, _| random.random_range(-1.0..1.0));
    let mut basis = DMatrix::zeros(n, 0);
    let mut images = DMatrix::zeros(n, 0);
    let mut block = added(&basis, start);
    let mut squares = 0.0;
    let mut products = 0;
    loop {
        let image = times(&block);
        products += 1;
        if products == 1 {
            squares = image.norm_squared() * n as f64 / width.max(1) as f64;
        }
        basis = joined(&basis, &block);
        images = joined(&images, &image);
        let found = ritz(&basis, &images, k);
        let worst = found.1.iter().copied().fold(0.0, f64::max);
        done(worst);
        let next = added(&basis, image);
        if worst <= accuracy || products >= most || next.ncols() == 0 {
            let (values, residuals, vectors) = found;
            return Eigen {
                values,
                vectors,
                residuals,
                products,
                squares,
            };
        }
        block = next;
    }
}

fn joined(a: &DMatrix<f64>, b: &DMatrix<f64>) -> DMatrix<f64> {
    let mut out = DMatrix::zeros(b.nrows(), a.ncols() + b.ncols());
    out.columns_mut(0, a.ncols()).copy_from(a);
    out.columns_mut(a.ncols(), b.ncols()).copy_from(b);
    out
}

/// An orthonormal basis of what the columns of `more` add to an orthonormal `basis`.
fn added(basis: &DMatrix<f64>, mut more: DMatrix<f64>) -> DMatrix<f64> {
    for mut column in more.column_iter_mut() {
        let length = column.norm();
        if length > 0.0 {
            column /= length;
        }
    }
    // Twice is enough (Giraud et al. 2005).
    for _ in 0..2 {
        let along = basis.tr_mul(&more);
        more -= basis * along;
    }
    let mut kept: Vec<DVector<f64>> = Vec::new();
    for column in more.column_iter() {
        let mut column = column.into_owned();
        for _ in 0..2 {
            for other in &kept {
                let along = other.dot(&column);
                column.axpy(-along, other, 1.0);
            }
        }
        let length = column.norm();
        if length > NOTHING {
            kept.push(column / length);
        }
    }
    if kept.is_empty() {
        return DMatrix::zeros(more.nrows(), 0);
    }
    // What was very short has errors along the basis.
    let mut out = DMatrix::from_columns(&kept);
    let along = basis.tr_mul(&out);
    out -= basis * along;
    out
}

type Ritz = (Vec<f64>, Vec<f64>, DMatrix<f64>);

/// The `k` largest eigenvalues within a space, their residuals and vectors; `images` are the
/// products of the matrix with the basis.
fn ritz(basis: &DMatrix<f64>, images: &DMatrix<f64>, k: usize) -> Ritz {
    let within = basis.tr_mul(images);
    let eigen = ((&within + within.transpose()) * 0.5).symmetric_eigen();
    let mut order: Vec<usize> = (0..eigen.eigenvalues.len()).collect();
    order.sort_by(|a, b| eigen.eigenvalues[*b].total_cmp(&eigen.eigenvalues[*a]));
    order.truncate(k);
    let coordinates = DMatrix::from_columns(
        &order
            .iter()
            .map(|i| eigen.eigenvectors.column(*i))
            .collect::<Vec<_>>(),
    );
    let values: Vec<f64> = order.iter().map(|i| eigen.eigenvalues[*i]).collect();
    let mut vectors = basis * &coordinates;
    let images = images * &coordinates;
    let mut residuals = Vec::with_capacity(values.len());
    for (place, value) in values.iter().enumerate() {
        let rest = images.column(place) - vectors.column(place) * *value;
        residuals.push(rest.norm() / value.abs().max(f64::MIN_POSITIVE));
    }
    for mut column in vectors.column_iter_mut() {
        let largest = column
            .iter()
            .copied()
            .fold(0.0f64, |m, x| if x.abs() > m.abs() { x } else { m });
        let sign = if largest < 0.0 { -1.0 } else { 1.0 };
        let length = column.norm();
        column *= sign / length.max(f64::MIN_POSITIVE);
    }
    (values, residuals, vectors)
}
