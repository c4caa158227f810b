//! The facts shown of an item.

use serde::Serialize;

/// An item that commands list and show.
pub(crate) trait Shown: Serialize {
    /// The singular noun: `application`.
    const NOUN: &'static str;
    /// The plural noun: `applications`.
    const PLURAL: &'static str;

    /// Returns the name of the item.
    fn name(&self) -> String;

    /// Returns the columns of a list.
    fn columns() -> Vec<Fact<Self>>
    where
        Self: Sized;

    /// Returns the lines of a description.
    fn lines() -> Vec<Fact<Self>>
    where
        Self: Sized,
    {
        Self::columns()
    }
}

/// A fact about an item.
pub(crate) struct Fact<T> {
    pub(crate) title: &'static str,
    pub(crate) value: fn(&T) -> String,
}

impl<T> Fact<T> {
    pub(crate) fn new(title: &'static str, value: fn(&T) -> String) -> Self {
        Self { title, value }
    }
}

/// Returns the text, or a dash.
pub(crate) fn or_dash(text: Option<&String>) -> String {
    text.cloned().unwrap_or_default()
}
