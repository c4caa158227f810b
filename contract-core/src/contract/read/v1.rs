//! Version 1: an HTTP request and its response, with a plain body.
//!
//! Versions 1.1, 2 and 3 have the same shape, so one reader serves all four. It accepts each member in every notation
//! of these versions and of known files.

use crate::json::Value;

use super::http::{header_content_type, nothing, request_head, response_head};
use super::place::{At, Read, take};
use super::{annotations, body, example, ruby};
use crate::contract::{HttpInteraction, Interaction, InteractionKind, Members, Request, Response};

/// Reads an HTTP interaction of versions 1 to 3. A missing request is `GET /`; a missing response is not checked.
pub(super) fn interaction(members: Members, at: &At) -> Read<Interaction> {
    let (mut interaction, mut rest) = annotations::annotations(members, at)?;
    let request = request(
        take(&mut rest, "request").unwrap_or_else(nothing),
        &at.member("request"),
    )?;
    let response = response(
        take(&mut rest, "response").unwrap_or_else(nothing),
        &at.member("response"),
    )?;
    interaction.kind = InteractionKind::Http(Box::new(HttpInteraction { request, response }));
    interaction.extra = rest;
    Ok(interaction)
}

/// Returns a request of versions 1 to 3.
pub(crate) fn request(value: Value, at: &At) -> Read<Request> {
    let mut members = at.object(value)?;
    let matchers = ruby::take_matchers(&mut members, at)?;
    let (mut request, mut rest) = request_head(members, at)?;
    let content_type = header_content_type(&request.headers);
    request.body = body::classic(&mut rest, "body", content_type.as_ref());
    request.extra = rest;
    matchers.put_into(&mut request.rules);
    example::settle_request(&mut request);
    Ok(request)
}

/// Returns a response of versions 1 to 3.
pub(crate) fn response(value: Value, at: &At) -> Read<Response> {
    let mut members = at.object(value)?;
    let matchers = ruby::take_matchers(&mut members, at)?;
    let (mut response, mut rest) = response_head(members, at)?;
    let content_type = header_content_type(&response.headers);
    response.body = body::classic(&mut rest, "body", content_type.as_ref());
    response.extra = rest;
    matchers.put_into(&mut response.rules);
    example::settle_response(&mut response);
    Ok(response)
}
