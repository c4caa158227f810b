//! `contentType`: content of a media type, detected from its bytes.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::failure::Rejected;
use super::matching_rule::{Inherited, MatchingRule};
use super::verdict::Verdict;
use crate::Error;
use crate::contract::ContentType;
use crate::json::Value;
use crate::matching::given::Given;
use crate::matching::{Unexpected, detect};

/// The expected media type. A base64 string in a JSON document is decoded first.
#[derive(Debug)]
pub(crate) struct ContentTypeRule {
    expected: ContentType,
}

impl ContentTypeRule {
    /// Parses the media type.
    ///
    /// # Errors
    ///
    /// If the text is not a media type.
    pub(crate) fn compile(text: &str) -> Result<Self, Error> {
        Ok(Self {
            expected: text.parse()?,
        })
    }
}

impl MatchingRule for ContentTypeRule {
    fn name(&self) -> &'static str {
        "contentType"
    }

    fn inherited(&self) -> Inherited {
        Inherited::Nothing
    }

    fn judge(&self, _: Option<&Value>, actual: &Value, _: Unexpected) -> Verdict {
        Verdict::holds_if(self.holds(Given::Json(actual)))
    }

    fn holds(&self, given: Given<'_>) -> bool {
        with_bytes(given, |bytes| detect::is_of_type(bytes, &self.expected, None))
    }

    fn checks_type(&self) -> bool {
        false
    }

    fn describe(&self, rejected: &Rejected<'_>) -> String {
        let (expected, detected) = (&self.expected, with_bytes(rejected.actual, detect::content_type));
        format!(
            "Expected binary contents to have content type '{expected}' but detected contents was '{detected}'"
        )
    }

    fn expect(&self, _: Option<Given<'_>>) -> String {
        format!("content of type {}", self.expected)
    }
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
