//! Reads what interactions and messages of all versions have besides their content: description, provider states,
//! metadata.

use crate::json::Value;

use super::place::{At, Read, keep_empty, remove, take, take_any};
use crate::contract::{Interaction, InteractionKind, Members, ProviderState};

/// Reads what every interaction has besides its content; returns it with the remaining members. A missing description
/// is read as empty: the document reader names the interaction.
///
/// Versions before 4 have no `key`, `pending`, `comments` and `transport`; if their files contain them in the form of
/// version 4, they have the same meaning.
pub(super) fn annotations(mut rest: Members, at: &At) -> Read<(Interaction, Members)> {
    let description = match take(&mut rest, "description") {
        Some(value) => at.member("description").text(value)?,
        None => String::new(),
    };
    let unknown = InteractionKind::Unknown {
        type_name: String::new(),
        members: Members::new(),
    };
    let mut interaction = Interaction::new(description, unknown);
    interaction.provider_states = provider_states(&mut rest, at)?;
    if rest.get("key").is_some_and(Value::is_string)
        && let Some(Value::String(key)) = remove(&mut rest, "key")
    {
        interaction.key = Some(key);
    }
    if let Some(Value::Bool(pending)) = rest.get("pending") {
        interaction.pending = *pending;
        remove(&mut rest, "pending");
    }
    if rest
        .get("comments")
        .and_then(Value::as_object)
        .is_some_and(|comments| !comments.is_empty())
        && let Some(Value::Object(comments)) = remove(&mut rest, "comments")
    {
        interaction.comments = comments;
    }
    if rest.get("transport").is_some_and(Value::is_string)
        && let Some(Value::String(transport)) = remove(&mut rest, "transport")
    {
        interaction.transport = Some(transport);
    }
    Ok((interaction, rest))
}

/// Reads metadata, which the text of the specification spells `metaData`.
pub(super) fn metadata(rest: &mut Members, at: &At) -> Read<Members> {
    let Some((name, value)) = take_any(rest, &["metadata", "metaData"]) else {
        return Ok(Members::new());
    };
    let metadata = at.member(name).object(value)?;
    if metadata.is_empty() {
        keep_empty(rest, "metadata", Members::new());
    }
    Ok(metadata)
}

/// Reads `providerStates` with parameters, or one `providerState` (also `provider_state`) without.
fn provider_states(rest: &mut Members, at: &At) -> Read<Vec<ProviderState>> {
    if let Some((name, value)) = take_any(rest, &["providerStates", "provider_states"]) {
        let at = at.member(name);
        if let Value::String(state) = value {
            return Ok(vec![ProviderState::new(state)]);
        }
        let states = at.array(value)?;
        if states.is_empty() {
            rest.insert("providerStates".to_owned(), Value::Array(Vec::new()));
        }
        return states
            .into_iter()
            .enumerate()
            .map(|(index, value)| provider_state(value, &at.element(index)))
            .collect();
    }
    match take_any(rest, &["providerState", "provider_state"]) {
        Some((name, Value::Array(states))) => {
            let at = at.member(name);
            states
                .into_iter()
                .enumerate()
                .map(|(index, value)| provider_state(value, &at.element(index)))
                .collect()
        }
        Some((name, value)) => Ok(vec![provider_state(value, &at.member(name))?]),
        None => Ok(Vec::new()),
    }
}

fn provider_state(value: Value, at: &At) -> Read<ProviderState> {
    let mut extra = match value {
        Value::String(name) => return Ok(ProviderState::new(name)),
        other => at.object(other)?,
    };
    let name = match take(&mut extra, "name") {
        Some(value) => at.member("name").text(value)?,
        None => return Err(at.fault("expected a `name` member: the provider state's name")),
    };
    let mut params = Members::new();
    if let Some(value) = take(&mut extra, "params") {
        params = at.member("params").object(value)?;
        if params.is_empty() {
            keep_empty(&mut extra, "params", Members::new());
        }
    }
    Ok(ProviderState { name, params, extra })
}
