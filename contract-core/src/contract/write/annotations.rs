//! What interactions of all versions carry beside their content: description, provider states, and what version 4 added.

use crate::json::Value;

use super::target::{Target, Write, overlay, put};
use crate::contract::{Interaction, Members, ProviderState};

/// Members that other versions write in another form.
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

/// Description, and what version 4 added where the contract is not written in an older version than it came in.
///
/// `key`, `comments` and `transport` are dropped from a downgrade: they change nothing that is verified. `pending` does.
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
