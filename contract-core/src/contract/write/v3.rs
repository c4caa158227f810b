//! Version 3: rules by category, generators, provider states with parameters, messages.
//!
//! Rules that only version 4 names are written all the same: their form is the same, and implementations that know them
//! read them in any version.

use crate::json::Value;

use super::target::{Target, Write, overlay, put};
use super::{body, generators, rules, v2};
use crate::contract::read::metadata_content_type;
use crate::contract::{
    Data, HttpInteraction, Interaction, InteractionKind, Members, Message, ProviderState, Query, Request,
    Response,
};

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

pub(super) fn interaction(interaction: &Interaction, target: Target) -> Write<Members> {
    let mut members = annotations(interaction, target)?;
    if !interaction.provider_states.is_empty() {
        members.insert(
            "providerStates".to_owned(),
            provider_states(&interaction.provider_states),
        );
    }
    match &interaction.kind {
        InteractionKind::Http(http) => members.extend(self::http(http, target)?),
        InteractionKind::Message(message) => members.extend(self::message(message, target)?),
        InteractionKind::SyncMessage(_) => {
            return Err("request and response messages came with version 4; write version 4".to_owned());
        }
        InteractionKind::Unknown { type_name, .. } => {
            return Err(format!(
                "interactions of the type {type_name:?} came with version 4; write version 4"
            ));
        }
    }
    Ok(overlay(target.start(&interaction.extra, KNOWN), members))
}

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

fn http(http: &HttpInteraction, target: Target) -> Write<Members> {
    Ok(Members::from_iter([
        ("request".to_owned(), request(&http.request, target)?.into()),
        ("response".to_owned(), response(&http.response, target)?.into()),
    ]))
}

fn request(request: &Request, target: Target) -> Write<Members> {
    let mut members = v2::request_without_rules(request)?;
    put(&mut members, "query", query(&request.query));
    put(&mut members, "matchingRules", rules::by_category(&request.rules));
    put(
        &mut members,
        "generators",
        generators::by_category(&request.generators),
    );
    Ok(overlay(target.start(&request.extra, KNOWN), members))
}

fn response(response: &Response, target: Target) -> Write<Members> {
    let mut members = v2::response_without_rules(response)?;
    put(&mut members, "matchingRules", rules::by_category(&response.rules));
    put(
        &mut members,
        "generators",
        generators::by_category(&response.generators),
    );
    Ok(overlay(target.start(&response.extra, KNOWN), members))
}

/// A message. Its content type has no place but the metadata, where it is put unless it is JSON or stands there.
fn message(message: &Message, target: Target) -> Write<Members> {
    let mut members = Members::new();
    let mut metadata = message.metadata.clone();
    if let Some(content) = message.contents.content()
        && let Some(content_type) = &content.content_type
        && !(matches!(content.data, Data::Json(_)) && content_type.is_json())
        && metadata_content_type(&metadata).is_none()
    {
        metadata.insert("contentType".to_owned(), content_type.as_str().into());
    }
    let named = metadata_content_type(&metadata);
    if let Some(contents) = body::classic(&message.contents, named.as_ref())? {
        members.insert("contents".to_owned(), contents);
    }
    put(&mut members, "metadata", metadata);
    put(&mut members, "matchingRules", rules::by_category(&message.rules));
    put(
        &mut members,
        "generators",
        generators::by_category(&message.generators),
    );
    let mut kept = target.start(&message.extra, KNOWN);
    kept.remove("contents");
    Ok(overlay(kept, members))
}

/// Values by name; `null` for a name without `=`.
pub(super) fn query(query: &Query) -> Members {
    query
        .iter()
        .map(|(name, values)| (name.to_owned(), values.iter().cloned().collect()))
        .collect()
}
