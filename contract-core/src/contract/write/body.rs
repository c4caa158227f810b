//! Bodies: as they are in versions 2 and 3, with attributes in version 4.

use crate::json::Value;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::target::Write;
use crate::contract::read::document_in_text;
use crate::contract::{Body, ContentType, ContentTypeHint, Data, Members, Undecoded};

/// Returns a body of versions 2 and 3; `content_type` is what the headers (a message's metadata) name, because from it a reader
/// knows what a string is.
pub(super) fn classic(body: &Body, content_type: Option<&ContentType>) -> Write<Option<Value>> {
    let content = match body {
        Body::Missing => return Ok(None),
        Body::Empty => return Ok(Some(Value::from(""))),
        Body::Null => return Ok(Some(Value::Null)),
        Body::Present(content) => content,
    };
    let is_json = content_type.is_some_and(ContentType::is_json);
    let is_bytes = content_type.is_some_and(|content_type| !content_type.is_text());
    Ok(Some(match &content.data {
        Data::Json(Value::String(text)) => json_string(text, is_json),
        Data::Json(value) => value.clone(),
        Data::Text(text) if is_json => match crate::json::from_str(text) {
            Ok(Value::String(text)) => json_string(&text, true),
            Ok(value) => value,
            Err(_) => {
                return Err(
                    "its content type is JSON and its body is not; write version 4, or name another content type"
                        .to_owned(),
                );
            }
        },
        Data::Text(text) if is_bytes && STANDARD.decode(text).is_ok() => STANDARD.encode(text).into(),
        Data::Text(text) => text.as_str().into(),
        Data::Binary(bytes) | Data::Undecoded(Undecoded { bytes, .. }) if is_bytes => {
            STANDARD.encode(bytes).into()
        }
        Data::Binary(_) | Data::Undecoded(_) => {
            return Err(
                "its body is binary and no content type says so; write version 4, or name the content type (application/octet-stream)"
                    .to_owned(),
            );
        }
    }))
}

/// Returns a JSON string, quoted once more where a reader would otherwise take it for a document or for text.
fn json_string(text: &str, is_json: bool) -> Value {
    if !is_json || text.is_empty() || document_in_text(text).is_some() {
        Value::from(text).to_string().into()
    } else {
        text.into()
    }
}

/// Returns a body of version 4; nothing if it is missing.
pub(super) fn with_attributes(body: &Body, header: Option<&ContentType>) -> Members {
    let mut members = Members::new();
    let content = match body {
        Body::Missing => return members,
        Body::Empty => {
            members.insert("content".to_owned(), "".into());
            return members;
        }
        Body::Null => {
            members.insert("content".to_owned(), Value::Null);
            return members;
        }
        Body::Present(content) => content,
    };
    let kind = content.content_type.as_ref().or(header);
    let is_json = kind.is_some_and(ContentType::is_json);
    let (written, encoded): (Value, Value) = match &content.data {
        // Without a content type that says JSON, or where it is empty, a reader would take the string for text.
        Data::Json(Value::String(text)) if !is_json || text.is_empty() => {
            (Value::from(text.as_str()).to_string().into(), "JSON".into())
        }
        Data::Json(value) => (value.clone(), false.into()),
        Data::Text(text) if is_json => (STANDARD.encode(text).into(), "base64".into()),
        Data::Text(text) => (text.as_str().into(), false.into()),
        Data::Binary(bytes) | Data::Undecoded(Undecoded { bytes, .. }) => {
            (STANDARD.encode(bytes).into(), "base64".into())
        }
    };
    members.insert("content".to_owned(), written);
    members.insert("encoded".to_owned(), encoded);
    if let Some(content_type) = &content.content_type {
        members.insert("contentType".to_owned(), content_type.as_str().into());
    }
    if let Some(hint) = content.hint {
        let hint = match hint {
            ContentTypeHint::Binary => "BINARY",
            ContentTypeHint::Text => "TEXT",
        };
        members.insert("contentTypeHint".to_owned(), hint.into());
    }
    members
}
