//! Content as the comparisons look at it.

use std::borrow::Cow;

use crate::contract::{Body, Content, ContentType, Data};
use crate::matching::detect;

/// The bytes of content. JSON that was parsed is written again.
pub(crate) fn bytes(data: &Data) -> Cow<'_, [u8]> {
    match data {
        Data::Json(value) => Cow::Owned(value.to_string().into_bytes()),
        Data::Text(text) => Cow::Borrowed(text.as_bytes()),
        Data::Binary(bytes) => Cow::Borrowed(bytes),
    }
}

/// The bytes of a JSON document. Behind the media type of Confluent's schema registry, JSON follows a zero byte and the
/// four bytes of a schema's number.
pub(crate) fn json_bytes<'a>(data: &'a Data, content_type: &ContentType) -> Cow<'a, [u8]> {
    const REGISTERED: &str = "vnd.schemaregistry.v1+json";
    const PREFIX: usize = 5;
    let bytes = bytes(data);
    if content_type.sub_type() != REGISTERED || bytes.len() < PREFIX || bytes[0] != 0 {
        return bytes;
    }
    match bytes {
        Cow::Borrowed(bytes) => Cow::Borrowed(&bytes[PREFIX..]),
        Cow::Owned(mut bytes) => Cow::Owned(bytes.split_off(PREFIX)),
    }
}

/// The text of content; bytes that are no UTF-8 are replaced.
pub(crate) fn text(data: &Data) -> Cow<'_, str> {
    match data {
        Data::Json(value) => Cow::Owned(value.to_string()),
        Data::Text(text) => Cow::Borrowed(text),
        Data::Binary(bytes) => String::from_utf8_lossy(bytes),
    }
}

/// The content type that a body comes with: its own, else the one of the `Content-Type` header.
pub(crate) fn declared_type<'a>(body: &'a Body, header: Option<&str>) -> Option<Cow<'a, ContentType>> {
    let own = body.content().and_then(|content| content.content_type.as_ref());
    own.map(Cow::Borrowed)
        .or_else(|| header?.parse().ok().map(Cow::Owned))
}

/// The content type that a body comes with, or else the one that its content tells.
pub(crate) fn type_of<'a>(body: &'a Body, content: &Content, header: Option<&str>) -> Cow<'a, ContentType> {
    declared_type(body, header).unwrap_or_else(|| Cow::Owned(detected_type(&content.data)))
}

/// The content type that the content itself tells.
pub(crate) fn detected_type(data: &Data) -> ContentType {
    match data {
        Data::Json(_) => ContentType::json(),
        Data::Text(text) => detect::content_type(text.as_bytes()),
        Data::Binary(bytes) => detect::content_type(bytes),
    }
}

/// Whether content of the actual type can be compared with that of the expected type: the same type without regard to
/// parameters (a multipart boundary is made anew for each message, and a header comparison looks at the others), the
/// same syntax by suffix (`application/hal+json` is JSON), or both XML.
pub(crate) fn is_comparable(expected: &ContentType, actual: &ContentType) -> bool {
    let same = expected.main_type() == actual.main_type() && expected.sub_type() == actual.sub_type();
    let base = |suffixed: &ContentType, plain: &ContentType| {
        suffixed.suffix().is_some_and(|suffix| suffix == plain.sub_type())
            && plain.main_type() == "application"
    };
    let xml = |kind: &ContentType| kind.is_xml() && kind.sub_type() == "xml";
    same || base(expected, actual) || base(actual, expected) || (xml(expected) && xml(actual))
}
