//! Version 3: rules by category, generators, provider states with parameters, messages.
//!
//! Rules that only version 4 names are written all the same: their form is the same, and implementations that know them
//! read them in any version.

use super::annotations::{KNOWN, annotations, provider_states};
use super::http::{query, request_without_rules, response_without_rules};
use super::target::{Target, Write, overlay, put};
use super::{body, generators, rules};
use crate::contract::read::metadata_content_type;
use crate::contract::{
    Data, HttpInteraction, Interaction, InteractionKind, Members, Message, Request, Response,
};

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

fn http(http: &HttpInteraction, target: Target) -> Write<Members> {
    Ok(Members::from_iter([
        ("request".to_owned(), request(&http.request, target)?.into()),
        ("response".to_owned(), response(&http.response, target)?.into()),
    ]))
}

fn request(request: &Request, target: Target) -> Write<Members> {
    let mut members = request_without_rules(request)?;
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
    let mut members = response_without_rules(response)?;
    put(&mut members, "matchingRules", rules::by_category(&response.rules));
    put(
        &mut members,
        "generators",
        generators::by_category(&response.generators),
    );
    Ok(overlay(target.start(&response.extra, KNOWN), members))
}

/// Returns a message. Its content type has no place but the metadata, where it is put unless it is JSON or already there.
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
