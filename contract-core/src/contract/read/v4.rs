//! Version 4 added interactions of every kind in one file, each with its type, and bodies with attributes.

use crate::json::Value;

use super::place::{At, Read, take};
use super::{annotations, body, example, http, rule_member};
use crate::contract::{
    HttpInteraction, Interaction, InteractionKind, Members, Message, Request, Response, SyncMessage,
};

/// Reads an interaction of any type; an unknown type is kept as written.
pub(super) fn interaction(members: Members, at: &At) -> Read<Interaction> {
    let (mut interaction, mut rest) = annotations::annotations(members, at)?;
    let type_name = match take(&mut rest, "type") {
        Some(value) => at.member("type").string(value)?,
        None => guess(&rest, at)?.to_owned(),
    };
    interaction.kind = match Kind::named(&type_name) {
        Some(Kind::Http) => InteractionKind::Http(Box::new(http(&mut rest, at)?)),
        Some(Kind::Message) => {
            let (message, left) = message_members(rest, at)?;
            rest = left;
            InteractionKind::Message(Box::new(message))
        }
        Some(Kind::SyncMessage) => InteractionKind::SyncMessage(Box::new(sync_message(&mut rest, at)?)),
        None => InteractionKind::Unknown {
            type_name,
            members: std::mem::take(&mut rest),
        },
    };
    interaction.extra = rest;
    Ok(interaction)
}

/// Reads an entry of `messages`, the version 3 member for messages.
pub(super) fn message_interaction(mut members: Members, at: &At) -> Read<Interaction> {
    members
        .entry("type".to_owned())
        .or_insert_with(|| InteractionKind::MESSAGE.into());
    interaction(members, at)
}

/// The kind of an interaction, from its `type`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Http,
    Message,
    SyncMessage,
}

impl Kind {
    /// Returns the kind with this name: `Synchronous/HTTP`, `Asynchronous/Messages`, `Synchronous/Messages`, in any
    /// case, with abbreviated words (`Async`) or in the singular.
    pub(super) fn named(name: &str) -> Option<Self> {
        let name = name.to_ascii_lowercase();
        let (manner, what) = name.split_once('/')?;
        match (manner.trim(), what.trim()) {
            ("synchronous" | "sync", "http") => Some(Self::Http),
            ("asynchronous" | "async", "message" | "messages") => Some(Self::Message),
            ("synchronous" | "sync", "message" | "messages") => Some(Self::SyncMessage),
            _ => None,
        }
    }

    /// Returns the `type` as the specification spells it.
    pub(super) fn type_name(self) -> &'static str {
        match self {
            Self::Http => InteractionKind::HTTP,
            Self::Message => InteractionKind::MESSAGE,
            Self::SyncMessage => InteractionKind::SYNC_MESSAGE,
        }
    }
}

/// Returns the type of an interaction that does not name one.
fn guess(members: &Members, at: &At) -> Read<&'static str> {
    if members.contains_key("contents") {
        return Ok(InteractionKind::MESSAGE);
    }
    match (members.get("request"), members.get("response")) {
        (_, Some(Value::Array(responses))) if !responses.is_empty() => Ok(InteractionKind::SYNC_MESSAGE),
        (Some(Value::Object(request)), _) if request.contains_key("contents") => Ok(InteractionKind::SYNC_MESSAGE),
        (Some(_), _) | (_, Some(_)) => Ok(InteractionKind::HTTP),
        _ => Err(at.fault(
            "expected a `type` member: \"Synchronous/HTTP\", \"Asynchronous/Messages\" or \"Synchronous/Messages\"",
        )),
    }
}

fn http(rest: &mut Members, at: &At) -> Read<HttpInteraction> {
    let request = request(
        take(rest, "request").unwrap_or_else(http::nothing),
        &at.member("request"),
    )?;
    let response = response(
        take(rest, "response").unwrap_or_else(http::nothing),
        &at.member("response"),
    )?;
    Ok(HttpInteraction { request, response })
}

/// Returns a request of version 4.
pub(crate) fn request(value: Value, at: &At) -> Read<Request> {
    let (mut request, mut rest) = http::request_head(at.object(value)?, at)?;
    let header = http::header_content_type(&request.headers);
    request.body = body::with_attributes(&mut rest, "body", header.as_ref(), at)?;
    request.extra = rest;
    example::settle_request(&mut request);
    Ok(request)
}

/// Returns a response of version 4.
pub(crate) fn response(value: Value, at: &At) -> Read<Response> {
    let (mut response, mut rest) = http::response_head(at.object(value)?, at)?;
    let header = http::header_content_type(&response.headers);
    response.body = body::with_attributes(&mut rest, "body", header.as_ref(), at)?;
    response.extra = rest;
    example::settle_response(&mut response);
    Ok(response)
}

/// Returns a message of version 4, without description and provider states.
pub(crate) fn message(value: Value, at: &At) -> Read<Message> {
    let (mut message, rest) = message_members(at.object(value)?, at)?;
    message.extra = rest;
    Ok(message)
}

fn message_members(mut rest: Members, at: &At) -> Read<(Message, Members)> {
    let metadata = annotations::metadata(&mut rest, at)?;
    let named = body::metadata_content_type(&metadata);
    let mut message = Message {
        contents: body::with_attributes(&mut rest, "contents", named.as_ref(), at)?,
        metadata,
        rules: rule_member::matching_rules(&mut rest, &["matchingRules"], at)?,
        generators: rule_member::generators(&mut rest, at)?,
        extra: Members::new(),
    };
    example::settle_message(&mut message);
    Ok((message, rest))
}

fn sync_message(rest: &mut Members, at: &At) -> Read<SyncMessage> {
    let request = message(
        take(rest, "request").unwrap_or_else(http::nothing),
        &at.member("request"),
    )?;
    let at = at.member("response");
    let responses = match take(rest, "response") {
        Some(Value::Array(values)) => values
            .into_iter()
            .enumerate()
            .map(|(index, value)| message(value, &at.element(index)))
            .collect::<Read<_>>()?,
        Some(value) => vec![message(value, &at)?],
        None => Vec::new(),
    };
    Ok(SyncMessage { request, responses })
}
