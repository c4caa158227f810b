//! Reads bodies: plain in versions 1 to 3, with attributes in version 4.

use crate::json::Value;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;

use super::place::{At, Read, remove, says_nothing, take};
use crate::contract::{Body, Content, ContentType, ContentTypeHint, Data, Members};

/// Reads a body of versions 1 to 3 from the member with this name: JSON as is; text as a string; bytes as a base64
/// string. The content type in the headers (or a message's metadata) decides how a string is read.
pub(super) fn classic(rest: &mut Members, name: &str, content_type: Option<&ContentType>) -> Body {
    match remove(rest, name) {
        None => Body::Missing,
        Some(value) => classic_value(value, content_type),
    }
}

fn classic_value(value: Value, content_type: Option<&ContentType>) -> Body {
    let data = match value {
        Value::Null => return Body::Null,
        Value::String(text) if text.is_empty() => return Body::Empty,
        Value::String(text) => classic_text(text, content_type),
        value => Data::Json(value),
    };
    Body::Present(Content {
        data,
        content_type: None,
        hint: None,
    })
}

fn classic_text(text: String, content_type: Option<&ContentType>) -> Data {
    match content_type {
        Some(content_type) if content_type.is_json() => {
            Data::Json(document_in_text(&text).unwrap_or(Value::String(text)))
        }
        Some(content_type) if !content_type.is_text() => match STANDARD.decode(&text) {
            Ok(bytes) => Data::Binary(Bytes::from(bytes)),
            Err(_) => Data::Text(text),
        },
        _ => Data::Text(text),
    }
}

/// Returns the JSON document in the string of a JSON body: libraries of version 2 wrote objects that way. A string that
/// contains anything but an object or a string is a JSON string itself.
pub(crate) fn document_in_text(text: &str) -> Option<Value> {
    if !text.trim_start().starts_with(['{', '"']) {
        return None;
    }
    crate::json::from_str(text).ok()
}

/// Reads a body of version 4 from the member with this name, with `content`, `contentType`, `encoded` and
/// `contentTypeHint`. Other members, and those without content, are kept in place.
pub(super) fn with_attributes(
    rest: &mut Members,
    name: &str,
    header: Option<&ContentType>,
    at: &At,
) -> Read<Body> {
    let at = at.member(name);
    let mut members = match remove(rest, name) {
        None => return Ok(Body::Missing),
        Some(Value::Object(members)) => members,
        Some(value) if says_nothing(&value) => Members::new(),
        Some(other) => return Ok(classic_value(other, header)),
    };
    let content = match remove(&mut members, "content") {
        Some(content) => content,
        None => match remove(&mut members, "contents") {
            Some(content) => content,
            None if members.keys().all(|key| is_attribute(key)) => {
                rest.insert(name.to_owned(), Value::Object(members));
                return Ok(Body::Missing);
            }
            None => return Ok(classic_value(Value::Object(members), header)),
        },
    };
    let body = match content {
        Value::Null => Body::Null,
        Value::String(text) if text.is_empty() => Body::Empty,
        content => Body::Present(attributed(content, &mut members, header, &at)?),
    };
    if !members.is_empty() {
        rest.insert(name.to_owned(), Value::Object(members));
    }
    Ok(body)
}

fn is_attribute(name: &str) -> bool {
    matches!(name, "contentType" | "contentTypeHint" | "encoded")
}

fn attributed(content: Value, members: &mut Members, header: Option<&ContentType>, at: &At) -> Read<Content> {
    let mut content_type = None;
    if let Some(text) = members.get("contentType").and_then(Value::as_str)
        && let Ok(parsed) = text.parse::<ContentType>()
        && parsed.as_str() == text
    {
        content_type = Some(parsed);
        remove(members, "contentType");
    }
    let hint = match members.get("contentTypeHint").and_then(Value::as_str) {
        Some("BINARY") => Some(ContentTypeHint::Binary),
        Some("TEXT") => Some(ContentTypeHint::Text),
        _ => None,
    };
    if hint.is_some() {
        remove(members, "contentTypeHint");
    }
    let kind = content_type.as_ref().or(header);
    let data = match encoding(members, at)? {
        Encoding::None => match content {
            Value::String(text) if !kind.is_some_and(ContentType::is_json) => Data::Text(text),
            content => Data::Json(content),
        },
        Encoding::Json => {
            let text = at.member("content").string(content)?;
            let value = crate::json::from_str(&text).map_err(|error| {
                at.member("content").fault(format!(
                    "expected JSON in this string (`encoded` is \"JSON\"): {error}"
                ))
            })?;
            Data::Json(value)
        }
        Encoding::Base64 => {
            let text = at.member("content").string(content)?;
            let bytes = STANDARD.decode(text.trim()).map_err(|error| {
                at.member("content").fault(format!(
                    "expected base64 in this string (`encoded` is \"base64\"): {error}"
                ))
            })?;
            decoded(bytes, kind, hint)
        }
    };
    Ok(Content {
        data,
        content_type,
        hint,
    })
}

enum Encoding {
    None,
    Json,
    Base64,
}

fn encoding(members: &mut Members, at: &At) -> Read<Encoding> {
    let Some(value) = take(members, "encoded") else {
        return Ok(Encoding::None);
    };
    match &value {
        Value::Bool(false) => Ok(Encoding::None),
        Value::Bool(true) => Ok(Encoding::Base64),
        Value::String(text) if text.eq_ignore_ascii_case("base64") => Ok(Encoding::Base64),
        Value::String(text) if text.eq_ignore_ascii_case("json") => Ok(Encoding::Json),
        Value::String(text) if text.is_empty() || text.eq_ignore_ascii_case("none") => Ok(Encoding::None),
        other => Err(at
            .member("encoded")
            .expected("false, \"base64\" or \"JSON\"", other)),
    }
}

/// Decodes bytes to JSON or text if possible, so that comparisons need not decode them again.
fn decoded(bytes: Vec<u8>, kind: Option<&ContentType>, hint: Option<ContentTypeHint>) -> Data {
    let is_text = match hint {
        Some(ContentTypeHint::Binary) => false,
        Some(ContentTypeHint::Text) => true,
        None => kind.is_some_and(ContentType::is_text),
    };
    if !is_text {
        return Data::Binary(Bytes::from(bytes));
    }
    if kind.is_some_and(ContentType::is_json)
        && let Ok(value) = crate::json::from_slice(&bytes)
    {
        return Data::Json(value);
    }
    match String::from_utf8(bytes) {
        Ok(text) => Data::Text(text),
        Err(error) => Data::Binary(Bytes::from(error.into_bytes())),
    }
}

/// Returns the content type in a message's metadata.
pub(crate) fn metadata_content_type(metadata: &Members) -> Option<ContentType> {
    ["contentType", "content-type", "Content-Type"]
        .iter()
        .find_map(|name| metadata.get(*name)?.as_str()?.parse().ok())
}
