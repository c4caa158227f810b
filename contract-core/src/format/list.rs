//! The list of all kinds of bodies.

use super::bytes::Bytes;
use super::form::Form;
use super::format::Format;
use super::json::Json;
use super::multipart::Multipart;
use super::text::Text;
use super::xml::Xml;
use crate::contract::{ContentType, ContentTypeHint, Data};

/// The kinds that a content type names. Text and bytes are what is left.
const BY_TYPE: &[&dyn Format] = &[&Json, &Xml, &Form, &Multipart];

/// Returns the kind of content: by its type; if that names neither text nor a known kind, by how the contract holds it.
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

/// Returns the kind of content of this type, if nothing else is known of it.
pub(crate) fn of_type(content_type: &ContentType) -> &'static dyn Format {
    let named = BY_TYPE.iter().find(|format| format.recognises(content_type));
    match named {
        Some(format) => *format,
        None if Text.recognises(content_type) => &Text,
        None => &Bytes,
    }
}
