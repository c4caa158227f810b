//! Parses structured values from text: queries, forms, header and path parameters.

mod multipart;
mod query;
mod style;

pub(super) use self::multipart::multipart_fields;
pub(super) use self::query::{QueryParser, deep_object, parse_query};
pub(super) use self::style::{Delimited, Encoding, Notation, list_or_object, styled};
