//! What version 4 brought: interactions of every kind in one file, each with its type; bodies with attributes.

use serde_json::Value;

use super::place::{At, Read, take};
use super::{body, v1, v3};
use crate::contract::{
    HttpInteraction, Interaction, InteractionKind, Members, Message, Request, Response, SyncMessage,
};

/// An interaction of any type; a type that this library does not know is kept whole.
pub(super) fn interaction(members: Members, at: &At) -> Read<Interaction> {
    let (mut interaction, mut rest) = v3::annotations(members, at)?;
    let type_name = match take(&mut rest, "type") {
        Some(value) => at.member("type").string(value)?,
        None => guess(&rest, at)?.to_owned(),
    };
    interaction.kind = match type_name.as_str() {
        "Synchronous/HTTP" => InteractionKind::Http(Box::new(http(&mut rest, at)?)),
        "Asynchronous/Messages" => {
            let (message, left) = message_members(rest, at)?;
            rest = left;
            InteractionKind::Message(message)
        }
        "Synchronous/Messages" => InteractionKind::SyncMessage(sync_message(&mut rest, at)?),
        _ => InteractionKind::Unknown {
            type_name,
            members: std::mem::take(&mut rest),
        },
    };
    interaction.extra = rest;
    Ok(interaction)
}

/// The type of an interaction that does not say it.
fn guess(members: &Members, at: &At) -> Read<&'static str> {
    if members.contains_key("contents") {
        return Ok("Asynchronous/Messages");
    }
    match (members.get("request"), members.get("response")) {
        (_, Some(Value::Array(_))) => Ok("Synchronous/Messages"),
        (Some(Value::Object(request)), _) if request.contains_key("contents") => Ok("Synchronous/Messages"),
        (Some(_), Some(_)) => Ok("Synchronous/HTTP"),
        _ => Err(at.fault(
            "expected a `type` member: \"Synchronous/HTTP\", \"Asynchronous/Messages\" or \"Synchronous/Messages\"",
        )),
    }
}

fn http(rest: &mut Members, at: &At) -> Read<HttpInteraction> {
    let request = match take(rest, "request") {
        Some(value) => request(value, &at.member("request"))?,
        None => Request {
            method: "GET".to_owned(),
            path: "/".to_owned(),
            ..Request::default()
        },
    };
    let response = match take(rest, "response") {
        Some(value) => response(value, &at.member("response"))?,
        None => Response::default(),
    };
    Ok(HttpInteraction { request, response })
}

/// A request of version 4.
pub(crate) fn request(value: Value, at: &At) -> Read<Request> {
    let (mut request, mut rest) = v1::request_head(value, at)?;
    let header = v1::header_content_type(&request.headers);
    request.body = body::with_attributes(&mut rest, "body", header.as_ref(), at)?;
    request.extra = rest;
    Ok(request)
}

/// A response of version 4.
pub(crate) fn response(value: Value, at: &At) -> Read<Response> {
    let (mut response, mut rest) = v1::response_head(value, at)?;
    let header = v1::header_content_type(&response.headers);
    response.body = body::with_attributes(&mut rest, "body", header.as_ref(), at)?;
    response.extra = rest;
    Ok(response)
}

/// A message of version 4, without description and provider states.
pub(crate) fn message(value: Value, at: &At) -> Read<Message> {
    let (mut message, rest) = message_members(at.object(value)?, at)?;
    message.extra = rest;
    Ok(message)
}

fn message_members(mut rest: Members, at: &At) -> Read<(Message, Members)> {
    let metadata = v3::metadata(&mut rest, at)?;
    let named = body::metadata_content_type(&metadata);
    let message = Message {
        contents: body::with_attributes(&mut rest, "contents", named.as_ref(), at)?,
        metadata,
        rules: v1::matching_rules(&mut rest, &["matchingRules"], at)?,
        generators: v1::generator_member(&mut rest, at)?,
        extra: Members::new(),
    };
    Ok((message, rest))
}

fn sync_message(rest: &mut Members, at: &At) -> Read<SyncMessage> {
    let request = match take(rest, "request") {
        Some(value) => message(value, &at.member("request"))?,
        None => return Err(at.fault("expected a `request` member: the message that is sent")),
    };
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
