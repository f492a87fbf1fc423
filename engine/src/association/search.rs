//! How far the search for a maximum or a saddle point goes.

/// How the maximum of a likelihood, or a saddle point, is sought.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Search {
    /// As far as the precision of numbers lets it, by a method that does not fail where there is
    /// an answer.
    #[default]
    Exact,
    /// By the steps of regenie 4.1.2, to its tolerances, failing where it fails.
    LikeRegenie,
}
