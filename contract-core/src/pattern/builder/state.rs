//! Builds provider states.

use serde::Serialize;

use crate::contract::ProviderState;

/// Creates a provider state with this name: `state("user exists").with("id", 42)`.
pub fn state(name: impl Into<String>) -> ProviderState {
    ProviderState::new(name)
}

impl ProviderState {
    /// Adds a parameter.
    ///
    /// # Panics
    ///
    /// If the value cannot be serialised as JSON.
    #[track_caller]
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, value: impl Serialize) -> Self {
        let name = name.into();
        match crate::json::to_value(value) {
            Ok(value) => {
                self.params.insert(name, value);
                self
            }
            Err(error) => panic!("parameter {name:?} of provider state {:?}: {error}", self.name),
        }
    }
}

impl From<&str> for ProviderState {
    fn from(name: &str) -> Self {
        Self::new(name)
    }
}

impl From<String> for ProviderState {
    fn from(name: String) -> Self {
        Self::new(name)
    }
}
