//! Provider states: preconditions of an interaction.

use std::fmt;

use super::Members;

/// A state that the provider is set up in before an interaction is replayed, with its parameters.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ProviderState {
    /// The name by which the provider's tests know the state: `user exists`.
    pub name: String,
    /// Parameters by name (`params`).
    pub params: Members,
    /// Unknown members.
    pub extra: Members,
}

impl ProviderState {
    /// Creates a state without parameters.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            ..Self::default()
        }
    }
}

/// Writes the name, followed by the parameters in brackets if there are any: `user exists (id: 42)`.
impl fmt::Display for ProviderState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)?;
        for (index, (name, value)) in self.params.iter().enumerate() {
            f.write_str(if index == 0 { " (" } else { ", " })?;
            write!(f, "{name}: {value}")?;
        }
        if self.params.is_empty() {
            Ok(())
        } else {
            f.write_str(")")
        }
    }
}
