//! What reports say about an interaction.

use crate::contract::{Interaction, ProviderState};
use crate::json::Value;
use crate::report::one_line;

/// What identifies and describes an interaction, without its request and response.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct InteractionSummary {
    /// Its description.
    pub description: String,
    /// Its provider states.
    pub provider_states: Vec<ProviderState>,
    /// Its key, if the contract has one (version 4).
    pub key: Option<String>,
    /// The id that a broker assigned.
    pub broker_id: Option<Value>,
    /// Whether the contract says that its failure does not fail the run.
    pub pending: bool,
    /// The test that wrote it.
    pub test_name: Option<String>,
    /// Comments for readers, a line each.
    pub comment_lines: Vec<String>,
    /// The line of its contract at which it begins, from 1; `None` for a contract given as a value.
    pub line: Option<usize>,
}

impl InteractionSummary {
    pub(crate) fn of(interaction: &Interaction) -> Self {
        Self {
            description: interaction.description.clone(),
            provider_states: interaction.provider_states.clone(),
            key: interaction.key.clone(),
            broker_id: interaction.extra.get("_id").cloned(),
            pending: interaction.pending,
            test_name: interaction.test_name().map(str::to_owned),
            comment_lines: interaction.comment_lines().map(str::to_owned).collect(),
            line: None,
        }
    }

    /// Returns `a request for user 42 [user exists]`.
    pub(crate) fn short_name(&self) -> String {
        let description = one_line(&self.description);
        if self.provider_states.is_empty() {
            return description.into_owned();
        }
        let states: Vec<_> = (self.provider_states.iter())
            .map(|state| one_line(&state.name))
            .collect();
        format!("{description} [{}]", states.join(", "))
    }
}
