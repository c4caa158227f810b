//! Which comparison a content type gets.

use crate::contract::{ContentType, ContentTypeHint, Data};

/// The comparisons.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Json,
    Xml,
    Form,
    Multipart,
    Text,
    Binary,
}

impl Kind {
    /// By content type; where that says neither text nor a known format, by how the content was stored.
    pub(crate) fn of(content_type: &ContentType, data: &Data, hint: Option<ContentTypeHint>) -> Self {
        if content_type.is_json() {
            Self::Json
        } else if content_type.is_xml() {
            Self::Xml
        } else if content_type.is_form() {
            Self::Form
        } else if content_type.is_multipart() {
            Self::Multipart
        } else {
            match (hint, data) {
                (Some(ContentTypeHint::Text), _) => Self::Text,
                (None, Data::Json(_)) => Self::Json,
                (None, _) if content_type.is_text() => Self::Text,
                _ => Self::Binary,
            }
        }
    }
}
