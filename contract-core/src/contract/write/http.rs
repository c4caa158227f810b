//! Requests and responses: what several versions write alike.

use std::borrow::Cow;

use super::body;
use super::target::{Write, put};
use crate::contract::read::header_content_type;
use crate::contract::{Body, Data, Headers, Members, Query, Request, Response};
use crate::map_of;

/// Returns what a request has in common in versions 2 and 3.
pub(super) fn request_without_rules(request: &Request) -> Write<Members> {
    let mut members = Members::new();
    members.insert("method".to_owned(), request.method.as_str().into());
    members.insert("path".to_owned(), request.path.as_str().into());
    let fields = fields(&request.headers, &request.body)?;
    put(&mut members, "headers", headers(&fields));
    let header = header_content_type(&fields);
    if let Some(body) = body::classic(&request.body, header.as_ref())? {
        members.insert("body".to_owned(), body);
    }
    Ok(members)
}

/// Returns what a response has in common in versions 2 and 3.
pub(super) fn response_without_rules(response: &Response) -> Write<Members> {
    let mut members = Members::new();
    if let Some(status) = response.status {
        members.insert("status".to_owned(), status.into());
    }
    let fields = fields(&response.headers, &response.body)?;
    put(&mut members, "headers", headers(&fields));
    let header = header_content_type(&fields);
    if let Some(body) = body::classic(&response.body, header.as_ref())? {
        members.insert("body".to_owned(), body);
    }
    Ok(members)
}

/// Returns the header fields, with the content type that only the body names: before version 4 it has no other place. JSON that is
/// a document needs none.
fn fields<'h>(headers: &'h Headers, body: &Body) -> Write<Cow<'h, Headers>> {
    let Some(content) = body.content() else {
        return Ok(Cow::Borrowed(headers));
    };
    let Some(own) = &content.content_type else {
        return Ok(Cow::Borrowed(headers));
    };
    match header_content_type(headers) {
        Some(header) if header.essence() != own.essence() => Err(format!(
            "its body names the content type {own} and its header {header}, and only version 4 has room for both; write version \
             4, or name one"
        )),
        Some(_) => Ok(Cow::Borrowed(headers)),
        None if own.is_json() && matches!(content.data, Data::Json(_)) => Ok(Cow::Borrowed(headers)),
        None => {
            let mut headers = headers.clone();
            headers.set("Content-Type", vec![own.as_str().to_owned()]);
            Ok(Cow::Owned(headers))
        }
    }
}

/// Values of one field are joined by commas, as HTTP allows (RFC 9110, section 5.3); the pairs of `Cookie` by semicolons
/// (RFC 6265, section 4.2.1).
fn headers(headers: &Headers) -> Members {
    let separator = |name: &str| {
        if name.eq_ignore_ascii_case("cookie") {
            "; "
        } else {
            ", "
        }
    };
    let written = |(name, values): (&str, &[String])| (name.to_owned(), values.join(separator(name)).into());
    map_of(headers.iter().map(written))
}

/// Values by name; `null` for a name without `=`.
pub(super) fn query(query: &Query) -> Members {
    let written =
        |(name, values): (&str, &[Option<String>])| (name.to_owned(), values.iter().cloned().collect());
    map_of(query.iter().map(written))
}
