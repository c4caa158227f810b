//! Paged lists.

/// The requested part of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Slice {
    /// Number of rows.
    pub(crate) limit: i64,
    /// Number of skipped rows.
    pub(crate) offset: i64,
}

/// A part of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Listed<T> {
    pub(crate) rows: Vec<T>,
    /// Number of rows of the whole list.
    pub(crate) total: i64,
}

impl Slice {
    /// All rows of a list.
    pub(crate) const WHOLE: Self = Self::first(i64::MAX);

    /// Returns the slice of the first rows.
    pub(crate) const fn first(limit: i64) -> Self {
        Self { limit, offset: 0 }
    }

    /// Returns the number of rows of the whole list if this part determines it: it begins at the first row and is not
    /// full.
    pub(super) fn total<T>(self, rows: &[T]) -> Option<i64> {
        let given = i64::try_from(rows.len()).unwrap_or(i64::MAX);
        (self.offset == 0 && given < self.limit).then_some(given)
    }
}
