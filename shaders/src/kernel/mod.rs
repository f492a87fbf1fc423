//! The kernels, one folder each.

mod grid;
pub mod wide;

pub use grid::{Grid, MAX_GROUPS};

macro_rules! kernels {
    ($($name:ident),* $(,)?) => {
        $(pub mod $name;)*
        /// Every kernel.
        pub const KERNELS: &[crate::Kernel] = &[$($name::KERNEL),*];
    };
}

kernels! {
    dense_counts,
    dense_sums,
    mask_collapse,
    pair_counts,
    set_covariance,
    sparse_counts,
    sparse_sums,
}
