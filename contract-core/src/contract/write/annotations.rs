//! Writes the members of interactions of all versions other than their content: description, provider states,
//! and members added in version 4.

use crate::json::Value;

use super::target::{Target, Write, overlay, put};
use crate::contract::{Interaction, Members, ProviderState};

/// Members that other versions represent differently.
pub(super) const KNOWN: &[&str] = &[
    "body",
    "contents",
    "generators",
    "headers",
    "interactionMarkup",
    "matchingRules",
    "metadata",
    "pluginConfiguration",
    "providerState",
    "providerStates",
    "provider_state",
    "provider_states",
    "query",
];

/// Returns the description and, unless the contract is converted to an older version, the members added in
/// version 4.
///
/// `key`, `comments` and `transport` are dropped when converting to an older version, because they do not
/// affect verification. `pending` does.
pub(super) fn annotations(interaction: &Interaction, target: Target) -> Write<Members> {
    let mut members = Members::new();
    members.insert("description".to_owned(), interaction.description.as_str().into());
    if target.is_downgrade() {
        if interaction.pending {
            return Err(
                "it is pending, which only version 4 can say; write version 4, or take the mark off"
                    .to_owned(),
            );
        }
        return Ok(members);
    }
    if interaction.pending {
        members.insert("pending".to_owned(), true.into());
    }
    if let Some(key) = &interaction.key {
        members.insert("key".to_owned(), key.as_str().into());
    }
    if let Some(transport) = &interaction.transport {
        members.insert("transport".to_owned(), transport.as_str().into());
    }
    put(&mut members, "comments", interaction.comments.clone());
    Ok(members)
}

pub(super) fn provider_states(states: &[ProviderState]) -> Value {
    states
        .iter()
        .map(|state| {
            let mut members = Members::new();
            members.insert("name".to_owned(), state.name.as_str().into());
            put(&mut members, "params", state.params.clone());
            Value::Object(overlay(state.extra.clone(), members))
        })
        .collect()
}
