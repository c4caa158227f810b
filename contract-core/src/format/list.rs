//! The list of all body formats.

use super::bytes::Bytes;
use super::form::Form;
use super::format::Format;
use super::json::Json;
use super::multipart::Multipart;
use super::text::Text;
use super::xml::Xml;
use crate::contract::{ContentType, ContentTypeHint, Data};

/// The formats identified by a content type; all others are text or bytes.
const BY_TYPE: &[&dyn Format] = &[&Json, &Xml, &Form, &Multipart];

/// Returns the format of content: by its type or, if that identifies neither text nor a known format, by how
/// the contract stores it.
pub(crate) fn of(
    content_type: &ContentType,
    data: &Data,
    hint: Option<ContentTypeHint>,
) -> &'static dyn Format {
    let named = BY_TYPE.iter().find(|format| format.recognises(content_type));
    match (named, hint, data) {
        (Some(format), _, _) => *format,
        (None, Some(ContentTypeHint::Text), _) => &Text,
        (None, None, Data::Json(_)) => &Json,
        (None, None, _) if Text.recognises(content_type) => &Text,
        _ => &Bytes,
    }
}

/// Returns the format for this content type, if nothing else is known.
pub(crate) fn of_type(content_type: &ContentType) -> &'static dyn Format {
    let named = BY_TYPE.iter().find(|format| format.recognises(content_type));
    match named {
        Some(format) => *format,
        None if Text.recognises(content_type) => &Text,
        None => &Bytes,
    }
}
