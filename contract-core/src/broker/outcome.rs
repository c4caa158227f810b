//! What a call that may be repeated found or did.

/// What became of something that should exist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ensured<T> {
    /// It did not exist and was created.
    Created(T),
    /// It existed with these settings.
    Unchanged(T),
}

/// What became of something that was set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Saved<T> {
    /// It did not exist and was created.
    Created(T),
    /// It existed and was changed.
    Updated {
        /// What it was.
        before: T,
        /// What it is.
        after: T,
    },
}
