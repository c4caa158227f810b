//! Options of an import.

use std::collections::BTreeMap;

use super::Kind;

/// Options of an import.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Options {
    /// The kind of all files; `None` to recognise each.
    pub kind: Option<Kind>,
    /// How responses become patterns.
    pub patterns: Patterns,
    /// Names of headers, parameters and members that contain no secret, although they look like it. `*` keeps
    /// everything.
    pub keep: Vec<String>,
    /// Imports only exchanges with this host (`api.example.com`, or `localhost:8080`), if a recording has
    /// several.
    pub host: Option<String>,
    /// The status of the response to a request that was stored without one. The interaction is then pending.
    pub assume_status: Option<u16>,
    /// Values of `{{name}}` in collections and `.http` files, which take precedence over those of the file.
    pub variables: BTreeMap<String, String>,
}

/// How patterns are derived from responses without rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Patterns {
    /// From the types and formats of their values.
    #[default]
    Suggest,
    /// None: values exactly as recorded.
    Exact,
}

impl Options {
    /// Returns whether values with this name are kept.
    pub(super) fn keeps(&self, name: &str) -> bool {
        self.keep
            .iter()
            .any(|kept| kept == "*" || kept.eq_ignore_ascii_case(name))
    }
}
