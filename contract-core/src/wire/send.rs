//! Converts contract messages for sending.

use bytes::Bytes;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};

use super::coding::{Codings, Problem};
#[cfg(feature = "consumer")]
use super::set_cookie;
use super::{BODY_LIMIT, charset, framing};
#[cfg(feature = "provider")]
use crate::contract::Request;
#[cfg(feature = "consumer")]
use crate::contract::Response;
use crate::contract::{Body, ContentType, Data, Headers, Undecoded};
use crate::format;
use crate::{Error, ErrorKind};

/// A message ready to be sent.
#[derive(Debug)]
pub(crate) struct Outgoing {
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

/// Converts a request's header fields and body. Several values of a field are joined into one line, as most servers
/// expect. The contract's values of computed fields were [removed](framing::remove_computed) before filters ran.
///
/// # Errors
///
/// `Invalid` if HTTP forbids a header field, or the charset lacks a character of the body; `MissingFeature` if a coding
/// or charset needs one.
#[cfg(feature = "provider")]
pub(crate) fn request(request: &Request) -> Result<Outgoing, Error> {
    let mut outgoing = message(
        "request",
        &request.headers,
        &request.body,
        framing::ends_body,
        joined,
    )?;
    let has_content = ["POST", "PUT", "PATCH"]
        .iter()
        .any(|method| method.eq_ignore_ascii_case(&request.method));
    if outgoing.body.is_empty() && has_content {
        // RFC 9110, section 8.6: servers may require it for methods that define content.
        outgoing
            .headers
            .insert(CONTENT_LENGTH, HeaderValue::from_static("0"));
    }
    Ok(outgoing)
}

/// Converts a response's header fields and body; `to_head` for a response to `HEAD`. Several values of a field are sent
/// as several lines.
///
/// # Errors
///
/// See [`request`].
#[cfg(feature = "consumer")]
pub(crate) fn response(response: &Response, to_head: bool) -> Result<Outgoing, Error> {
    let mut outgoing = message(
        "response",
        &response.headers,
        &response.body,
        framing::is_computed,
        separate,
    )?;
    if to_head {
        outgoing.body = Bytes::new();
        // It is the length of the response to GET, and frames nothing.
        if let Some(length) = response.headers.first("content-length")
            && let Ok(value) = HeaderValue::try_from(length)
        {
            outgoing.headers.insert(CONTENT_LENGTH, value);
        }
    }
    Ok(outgoing)
}

/// Joins several values of a field into one line. The pairs of `Cookie` have their own separator (RFC 6265, section
/// 4.2.1).
#[cfg(feature = "provider")]
fn joined(name: &str, values: &[String]) -> Vec<String> {
    let separator = if name.eq_ignore_ascii_case("cookie") {
        "; "
    } else {
        ", "
    };
    vec![values.join(separator)]
}

/// Returns several values of a field as separate lines, including cookies joined by a contract.
#[cfg(feature = "consumer")]
fn separate(name: &str, values: &[String]) -> Vec<String> {
    if !name.eq_ignore_ascii_case("set-cookie") {
        return values.to_vec();
    }
    let cookies = values.iter().flat_map(|value| set_cookie::lines(value));
    cookies.map(str::to_owned).collect()
}

/// Number of header fields that room is made for in advance.
const MOST_EXPECTED: usize = 32;

/// Returns header fields without computed ones, and the body encoded accordingly.
fn message(
    what: &str,
    headers: &Headers,
    body: &Body,
    is_computed: impl Fn(&str) -> bool,
    lines: impl Fn(&str, &[String]) -> Vec<String>,
) -> Result<Outgoing, Error> {
    // A mock provider keeps many of these: room for a line of each field, and for a content type.
    let mut fields = HeaderMap::with_capacity(headers.iter().take(MOST_EXPECTED).count().max(1));
    for (name, values) in headers.iter().filter(|(name, _)| !is_computed(name)) {
        let forbidden = |part: &str| {
            Error::new(
                ErrorKind::Invalid,
                format!(
                    "header {name:?} of the contract's {what} cannot be sent: its {part} holds characters that HTTP forbids"
                ),
            )
        };
        let field = HeaderName::try_from(name).map_err(|_| forbidden("name"))?;
        for value in lines(name, values) {
            // As bytes: non-ASCII characters are UTF-8.
            let value = HeaderValue::from_bytes(value.as_bytes()).map_err(|_| forbidden("value"))?;
            fields.append(field.clone(), value);
        }
    }
    let content_type = headers
        .first("content-type")
        .and_then(|value| value.parse::<ContentType>().ok())
        .or_else(|| body.content()?.content_type.clone());
    if !fields.contains_key(CONTENT_TYPE)
        && let Some(content_type) = &content_type
        && body.content().is_some()
        && let Ok(value) = HeaderValue::try_from(content_type.as_str())
    {
        fields.insert(CONTENT_TYPE, value);
    }
    let invalid =
        |error: Error| error.context(format_args!("the body of the contract's {what} cannot be sent"));
    let body = content(body, content_type.as_ref()).map_err(invalid)?;
    if let Some(content_type) = &content_type
        && let Some(corrected) = format::of_type(content_type).content_type_to_send(content_type, &body)
        && let Ok(value) = HeaderValue::try_from(corrected)
    {
        fields.insert(CONTENT_TYPE, value);
    }
    Ok(Outgoing {
        body: coded(body, &Codings::of(headers)).map_err(invalid)?,
        headers: fields,
    })
}

/// Returns the bytes of a body, its text in the charset of its content type.
fn content(body: &Body, content_type: Option<&ContentType>) -> Result<Bytes, Error> {
    let text = |text: &str| {
        charset::encode(text, content_type)
            .map(|bytes| Bytes::from(bytes.into_owned()))
            .map_err(|problem| Error::new(ErrorKind::Invalid, problem))
    };
    match body.content().map(|content| &content.data) {
        None => Ok(Bytes::new()),
        Some(Data::Json(value)) => text(&value.to_string()),
        Some(Data::Text(document)) => text(document),
        Some(Data::Binary(bytes) | Data::Undecoded(Undecoded { bytes, .. })) => Ok(bytes.clone()),
    }
}

/// Encodes the body. Bytes that already are encoded, as written by a recording proxy, are unchanged, as is everything
/// under an unknown coding.
fn coded(body: Bytes, codings: &Codings) -> Result<Bytes, Error> {
    let is_done = body.is_empty()
        || codings.is_empty()
        || codings.has_unknown()
        || codings.decode(body.clone(), BODY_LIMIT).is_ok();
    if is_done {
        return Ok(body);
    }
    codings.encode(body).map_err(|problem| {
        let kind = match &problem {
            Problem::Feature(_) => ErrorKind::MissingFeature,
            _ => ErrorKind::Invalid,
        };
        Error::new(kind, problem.to_string())
    })
}
