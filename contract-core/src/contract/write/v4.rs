//! Version 4: every kind of interaction, bodies with attributes, header fields as arrays.

use crate::json::Value;
use crate::map_of;

use super::target::{Target, overlay, put};
use super::{annotations, body, generators, http, rules};
use crate::contract::read::{header_content_type, metadata_content_type};
use crate::contract::{
    Body, Generators, Headers, HttpInteraction, Interaction, InteractionKind, MatchingRules, Members,
    Message, Request, Response,
};

/// Members that version 4 and the versions before it write in different forms.
const KNOWN: &[&str] = &[
    "body",
    "contents",
    "comments",
    "generators",
    "headers",
    "key",
    "matchingRules",
    "metadata",
    "pending",
    "providerState",
    "providerStates",
    "provider_state",
    "provider_states",
    "query",
    "transport",
];

pub(super) fn interaction(interaction: &Interaction, target: Target) -> Members {
    let mut members = Members::new();
    members.insert("type".to_owned(), interaction.kind.type_name().into());
    members.insert("description".to_owned(), interaction.description.as_str().into());
    members.insert("pending".to_owned(), interaction.pending.into());
    if let Some(key) = &interaction.key {
        members.insert("key".to_owned(), key.as_str().into());
    }
    if let Some(transport) = &interaction.transport {
        members.insert("transport".to_owned(), transport.as_str().into());
    }
    put(&mut members, "comments", interaction.comments.clone());
    if !interaction.provider_states.is_empty() {
        members.insert(
            "providerStates".to_owned(),
            annotations::provider_states(&interaction.provider_states),
        );
    }
    match &interaction.kind {
        InteractionKind::Http(http) => members.extend(self::http(http, target)),
        InteractionKind::Message(message) => {
            let mut written = self::message(message, target);
            // A message's members stand beside those of the interaction, so that what was kept does as well.
            written = overlay(target.start(&interaction.extra, KNOWN), written);
            return overlay(written, members);
        }
        InteractionKind::SyncMessage(sync) => {
            members.insert("request".to_owned(), self::message(&sync.request, target).into());
            let responses: Vec<Value> = sync
                .responses
                .iter()
                .map(|message| self::message(message, target).into())
                .collect();
            members.insert("response".to_owned(), responses.into());
        }
        InteractionKind::Unknown { members: unknown, .. } => {
            members = overlay(unknown.clone(), members);
        }
    }
    overlay(target.start(&interaction.extra, KNOWN), members)
}

fn http(http: &HttpInteraction, target: Target) -> Members {
    Members::from_iter([
        ("request".to_owned(), request(&http.request, target).into()),
        ("response".to_owned(), response(&http.response, target).into()),
    ])
}

fn request(request: &Request, target: Target) -> Members {
    let mut members = Members::new();
    members.insert("method".to_owned(), request.method.as_str().into());
    members.insert("path".to_owned(), request.path.as_str().into());
    put(&mut members, "query", http::query(&request.query));
    put_content(
        &mut members,
        &request.headers,
        &request.body,
        &request.rules,
        &request.generators,
    );
    overlay(target.start(&request.extra, KNOWN), members)
}

fn response(response: &Response, target: Target) -> Members {
    let mut members = Members::new();
    if let Some(status) = response.status {
        members.insert("status".to_owned(), status.into());
    }
    put_content(
        &mut members,
        &response.headers,
        &response.body,
        &response.rules,
        &response.generators,
    );
    overlay(target.start(&response.extra, KNOWN), members)
}

/// Writes what requests and responses have in common.
fn put_content(
    members: &mut Members,
    fields: &Headers,
    content: &Body,
    matching_rules: &MatchingRules,
    made: &Generators,
) {
    put(members, "headers", headers(fields));
    let header = header_content_type(fields);
    put(members, "body", body::with_attributes(content, header.as_ref()));
    put(members, "matchingRules", rules::by_category(matching_rules));
    put(members, "generators", generators::by_category(made));
}

pub(super) fn message(message: &Message, target: Target) -> Members {
    let mut members = Members::new();
    let named = metadata_content_type(&message.metadata);
    put(
        &mut members,
        "contents",
        body::with_attributes(&message.contents, named.as_ref()),
    );
    put(&mut members, "metadata", message.metadata.clone());
    put(&mut members, "matchingRules", rules::by_category(&message.rules));
    put(
        &mut members,
        "generators",
        generators::by_category(&message.generators),
    );
    overlay(target.start(&message.extra, KNOWN), members)
}

fn headers(headers: &Headers) -> Members {
    let written =
        |(name, values): (&str, &[String])| (name.to_owned(), values.iter().map(String::as_str).collect());
    map_of(headers.iter().map(written))
}
