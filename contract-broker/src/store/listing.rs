//! Lists that are read in parts.

/// Which part of a list is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Slice {
    /// How many rows are wanted.
    pub(crate) limit: i64,
    /// How many rows are left out before them.
    pub(crate) offset: i64,
}

/// A part of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Listed<T> {
    pub(crate) rows: Vec<T>,
    /// How many rows the whole list has.
    pub(crate) total: i64,
}

impl Slice {
    /// All rows of a list.
    pub(crate) const WHOLE: Self = Self::first(i64::MAX);

    /// The first rows of a list.
    pub(crate) const fn first(limit: i64) -> Self {
        Self { limit, offset: 0 }
    }

    /// How many rows the whole list has, if this part of it tells: it begins at the first row and is not full.
    pub(super) fn total<T>(self, rows: &[T]) -> Option<i64> {
        let given = i64::try_from(rows.len()).unwrap_or(i64::MAX);
        (self.offset == 0 && given < self.limit).then_some(given)
    }
}
