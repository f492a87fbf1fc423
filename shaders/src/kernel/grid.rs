//! Workgroups beyond the limit of one dimension.

/// Workgroups that every device takes in one dimension.
pub const MAX_GROUPS: u32 = 65_535;

/// A row of workgroups folded into two dimensions: workgroup `(x, y)` is number `y * width + x`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grid {
    /// Workgroups in a row.
    pub width: u32,
    /// Rows.
    pub height: u32,
}

impl Grid {
    /// At least `groups` workgroups, fewer than a row more; none where that is more than
    /// `max` rows of `max`.
    #[must_use]
    pub fn of(groups: u64, max: u32) -> Option<Self> {
        let max = u64::from(max.max(1));
        let height = groups.div_ceil(max);
        let width = groups.div_ceil(height.max(1));
        (height <= max).then_some(Self {
            width: width as u32,
            height: height as u32,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_group_has_a_place() {
        for (groups, max) in [
            (0, 5),
            (1, 5),
            (5, 5),
            (6, 5),
            (25, 5),
            (65_536, MAX_GROUPS),
        ] {
            let grid = Grid::of(groups, max).unwrap();
            let places = u64::from(grid.width) * u64::from(grid.height);
            assert!(places >= groups && places < groups + u64::from(grid.width.max(1)));
            assert!(grid.width <= max && grid.height <= max);
        }
        assert_eq!(Grid::of(26, 5), None);
    }
}
