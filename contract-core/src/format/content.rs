//! Content as all kinds of bodies look at it.

use std::borrow::Cow;

use crate::contract::{Body, Content, ContentType, Data, Path, Token, Undecoded};
use crate::matching::detect;
use crate::wire::charset;

/// Returns the bytes of content. JSON that was parsed is written again.
pub(crate) fn bytes(data: &Data) -> Cow<'_, [u8]> {
    match data {
        Data::Json(value) => Cow::Owned(value.to_string().into_bytes()),
        Data::Text(text) => Cow::Borrowed(text.as_bytes()),
        Data::Binary(bytes) | Data::Undecoded(Undecoded { bytes, .. }) => Cow::Borrowed(bytes),
    }
}

/// Returns the text of a JSON document. Behind the media type of Confluent's schema registry, JSON follows a zero byte and the
/// four bytes of a schema's number.
///
/// # Errors
///
/// Why it cannot be decoded.
pub(crate) fn json_text<'a>(data: &'a Data, content_type: &ContentType) -> Result<Cow<'a, str>, String> {
    const REGISTERED: &str = "vnd.schemaregistry.v1+json";
    let bytes = match data {
        Data::Text(text) => text.as_bytes(),
        Data::Binary(bytes) => bytes,
        Data::Json(_) | Data::Undecoded(_) => return decoded(data, content_type),
    };
    match bytes {
        [0, _, _, _, _, document @ ..] if content_type.sub_type() == REGISTERED => {
            charset::decode(document, Some(content_type))
        }
        _ => decoded(data, content_type),
    }
}

/// Returns the text of content to be shown; bytes that are not UTF-8 are replaced.
pub(crate) fn text(data: &Data) -> Cow<'_, str> {
    match data {
        Data::Json(value) => Cow::Owned(value.to_string()),
        Data::Text(text) => Cow::Borrowed(text),
        Data::Binary(bytes) | Data::Undecoded(Undecoded { bytes, .. }) => String::from_utf8_lossy(bytes),
    }
}

/// Returns the characters of content of this type, without a byte order mark.
///
/// # Errors
///
/// Why it cannot be decoded.
pub(crate) fn decoded<'a>(data: &'a Data, content_type: &ContentType) -> Result<Cow<'a, str>, String> {
    match data {
        Data::Json(value) => Ok(Cow::Owned(value.to_string())),
        Data::Text(text) => Ok(Cow::Borrowed(
            text.strip_prefix(charset::BYTE_ORDER_MARK).unwrap_or(text),
        )),
        Data::Binary(bytes) => charset::decode(bytes, Some(content_type)),
        Data::Undecoded(undecoded) => Err(undecoded.problem.clone()),
    }
}

/// Returns the content type that a body comes with: its own, else the one of the `Content-Type` header.
pub(crate) fn declared_type<'a>(body: &'a Body, header: Option<&str>) -> Option<Cow<'a, ContentType>> {
    let own = body.content().and_then(|content| content.content_type.as_ref());
    own.map(Cow::Borrowed)
        .or_else(|| header?.parse().ok().map(Cow::Owned))
}

/// Returns the content type that a body comes with, otherwise the one that its content looks like.
pub(crate) fn type_of<'a>(body: &'a Body, content: &Content, header: Option<&str>) -> Cow<'a, ContentType> {
    declared_type(body, header).unwrap_or_else(|| Cow::Owned(type_of_data(&content.data)))
}

/// Returns the content type that a body looks like.
pub(crate) fn detected_type(body: &Body) -> ContentType {
    match body {
        Body::Present(content) => type_of_data(&content.data),
        Body::Null => ContentType::json(),
        Body::Missing | Body::Empty => ContentType::octet_stream(),
    }
}

fn type_of_data(data: &Data) -> ContentType {
    match data {
        Data::Json(_) => ContentType::json(),
        Data::Text(text) => detect::content_type(text.as_bytes()),
        Data::Binary(bytes) | Data::Undecoded(Undecoded { bytes, .. }) => detect::content_type(bytes),
    }
}

/// Returns whether received content can be compared with content of the expected type.
pub(crate) fn is_of_type(
    body: &Body,
    content: &Content,
    header: Option<&str>,
    expected: &ContentType,
) -> bool {
    let is_untyped = header.is_none() && content.content_type.is_none();
    if is_untyped && matches!(content.data, Data::Json(_)) && expected.is_json() {
        return true;
    }
    is_comparable(expected, &type_of(body, content, header))
}

/// Returns whether content of the actual type can be compared with that of the expected type: the same type without regard to
/// parameters (a multipart boundary is made anew for each message, and a header comparison looks at the others), the
/// same syntax by suffix (`application/hal+json` is JSON), or both XML. Some writers note `*/*` for a body whose type a rule
/// decides: a range holds every type within it (RFC 9110, section 12.5.1).
fn is_comparable(expected: &ContentType, actual: &ContentType) -> bool {
    let within = |expected: &str, actual: &str| expected == "*" || expected == actual;
    let same =
        within(expected.main_type(), actual.main_type()) && within(expected.sub_type(), actual.sub_type());
    let base = |suffixed: &ContentType, plain: &ContentType| {
        suffixed.suffix().is_some_and(|suffix| suffix == plain.sub_type())
            && plain.main_type() == "application"
    };
    let xml = |kind: &ContentType| kind.is_xml() && kind.sub_type() == "xml";
    same || base(expected, actual) || base(actual, expected) || (xml(expected) && xml(actual))
}

/// Why a path has nothing to work on that leads to no place in the body.
pub(crate) const NOWHERE: &str = "it matches nothing in the body";

/// Returns why a path has nothing to work on: the name of a step is nowhere in the content. `None` if the names of all steps
/// are, and the path may lead somewhere.
pub(crate) fn lacks_a_name(content: &Content, path: &Path) -> Option<&'static str> {
    let text = String::from_utf8_lossy(&bytes(&content.data)).to_lowercase();
    let holds_name = |step: &Token| {
        let Token::Field(name) = step else { return true };
        // `uri:name` and `prefix:name` are ways to write an XML name, `@name` is an attribute, `#text` its text.
        let local = name.rsplit_once(':').map_or(name.as_str(), |(_, local)| local);
        let local = local.strip_prefix('@').unwrap_or(local);
        local == "#text" || text.contains(&local.to_lowercase())
    };
    (!path.tokens().iter().all(holds_name)).then_some(NOWHERE)
}
