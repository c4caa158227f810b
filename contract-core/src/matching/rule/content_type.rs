//! `contentType`: content of a media type, told by its bytes.

use crate::json::Value;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::contract::ContentType;
use crate::matching::detect;
use crate::matching::given::Given;

/// Whether the content is of the type. A string in a JSON document is decoded first where it is base64.
pub(crate) fn holds(expected: &ContentType, given: Given<'_>) -> bool {
    with_bytes(given, |bytes| detect::is_of_type(bytes, expected, None))
}

/// `Expected binary contents to have content type 'image/jpeg' but detected contents was 'application/pdf'`
pub(crate) fn description(expected: &ContentType, actual: Given<'_>) -> String {
    let detected = with_bytes(actual, detect::content_type);
    format!(
        "Expected binary contents to have content type '{expected}' but detected contents was '{detected}'"
    )
}

fn with_bytes<T>(given: Given<'_>, look: impl FnOnce(&[u8]) -> T) -> T {
    match given {
        Given::Bytes(bytes) => look(bytes),
        Given::Text(text) => look(text.as_bytes()),
        Given::Json(Value::String(text)) => match STANDARD.decode(text) {
            Ok(bytes) if !bytes.is_empty() => look(&bytes),
            _ => look(text.as_bytes()),
        },
        Given::Json(value) => look(value.to_string().as_bytes()),
    }
}
