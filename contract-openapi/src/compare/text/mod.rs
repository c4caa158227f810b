//! Parses structured values from text: queries, forms, header and path parameters.

mod multipart;
mod query;
mod style;

use crate::document::Object;

pub(super) use self::multipart::multipart_fields;
pub(super) use self::query::{QueryParser, deep_object, parse_query};
pub(super) use self::style::{Delimited, Encoding, Notation, list_or_object, styled};

/// Returns the fields of a form as they are named, by its media type; `None` of another text.
pub(super) fn form_fields(text: &str, content_type: &str) -> Option<Object> {
    let lower = content_type.to_ascii_lowercase();
    if lower.contains("application/x-www-form-urlencoded") {
        Some(parse_query(text, QueryParser::PLAIN))
    } else if lower.contains("multipart/form-data") {
        multipart_fields(text, content_type)
    } else {
        None
    }
}
