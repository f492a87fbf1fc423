//! Gene-based association: which sets of variants are carried more, or otherwise, by the people
//! with a trait.

mod result;

pub use result::{MaskName, Outcome, ResultRow, SetAnswer, Test};
