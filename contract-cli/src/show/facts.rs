//! What is shown of a thing.

use serde::Serialize;

/// A thing that commands list and show.
pub(crate) trait Shown: Serialize {
    /// What it is called: `application`.
    const NOUN: &'static str;
    /// Several of it: `applications`.
    const PLURAL: &'static str;

    /// The name of this one.
    fn name(&self) -> String;

    /// The columns of a list.
    fn columns() -> Vec<Fact<Self>>
    where
        Self: Sized;

    /// The lines of a description.
    fn lines() -> Vec<Fact<Self>>
    where
        Self: Sized,
    {
        Self::columns()
    }
}

/// Something that is said about a thing.
pub(crate) struct Fact<T> {
    pub(crate) title: &'static str,
    pub(crate) value: fn(&T) -> String,
}

impl<T> Fact<T> {
    pub(crate) fn new(title: &'static str, value: fn(&T) -> String) -> Self {
        Self { title, value }
    }
}

/// The text, or nothing.
pub(crate) fn or_dash(text: Option<&String>) -> String {
    text.cloned().unwrap_or_default()
}
