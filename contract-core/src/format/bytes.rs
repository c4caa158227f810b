//! Bytes: the rules at the root, or equality.

use std::fmt::Write as _;

use super::content;
use super::format::{Actual, Comparison, Expected, ExpectedContent, Format};
use super::unreadable::Unreadable;
use crate::Error;
use crate::contract::{Content, ContentType, Data, Path};
use crate::json::Value;
use crate::matching::given::Given;
use crate::matching::place::Place;
use crate::matching::reporter::Reporter;
use crate::matching::rule::Failure;
use crate::matching::scope::Scope;
use crate::matching::{Mismatch, MismatchKind};
use crate::report::value::{counted, grouped};
use crate::wire::charset;

/// Bytes of no known structure.
#[derive(Debug)]
pub(super) struct Bytes;

/// Bytes of a content type.
#[derive(Debug)]
struct TypedBytes<'a> {
    bytes: &'a [u8],
    content_type: &'a ContentType,
}

/// Expected bytes.
#[derive(Debug)]
struct ExpectedBytes {
    bytes: bytes::Bytes,
    content_type: ContentType,
}

impl Format for Bytes {
    fn recognises(&self, _: &ContentType) -> bool {
        true
    }

    fn read(&self, expected: &Expected<'_>) -> Result<Option<Box<dyn ExpectedContent>>, Error> {
        let bytes = match &expected.content.data {
            Data::Binary(bytes) => bytes.clone(),
            other => bytes::Bytes::from(content::bytes(other).into_owned()),
        };
        Ok(Some(Box::new(ExpectedBytes {
            bytes,
            content_type: expected.content_type.clone(),
        })))
    }

    fn otherwise(&self) -> &'static dyn Format {
        &Bytes
    }

    fn leads_nowhere(&self, _: &Content, _: &ContentType, path: &Path) -> Option<&'static str> {
        (!path.tokens().is_empty()).then_some("bytes have no places inside")
    }
}

impl ExpectedContent for ExpectedBytes {
    fn compare(
        &self,
        actual: &Actual<'_>,
        comparison: &Comparison<'_>,
        out: &mut Vec<Mismatch>,
    ) -> Result<(), Unreadable> {
        if let Data::Text(text) = &actual.content.data
            && charset::decode(&self.bytes, Some(&self.content_type)).is_ok_and(|example| example == *text)
        {
            return Ok(());
        }
        let (bytes, content_type) = (actual.bytes(), actual.content_type());
        let actual = TypedBytes {
            bytes: &bytes,
            content_type: &content_type,
        };
        self.compare_bytes(
            &actual,
            comparison,
            &mut Reporter::new(comparison.unexpected, out),
        );
        Ok(())
    }

    fn shown(&self) -> Option<Value> {
        (!self.bytes.is_empty()).then(|| Value::from(count(&self.bytes)))
    }
}

impl ExpectedBytes {
    fn compare_bytes(
        &self,
        actual: &TypedBytes<'_>,
        comparison: &Comparison<'_>,
        reporter: &mut Reporter<'_>,
    ) {
        let scope = Scope::root(comparison.rules);
        let failures = match scope.applied() {
            Some(applied) => match applied.check_bytes(Some(&self.bytes), actual.bytes) {
                Ok(()) => return,
                Err(failures) => failures,
            },
            None if self.bytes == actual.bytes => return,
            None => vec![self.difference(actual)],
        };
        for mut failure in failures {
            let is_literal = matches!(failure.rule.as_str(), "" | "equality");
            let shown = if is_literal {
                failure.expectation = self.difference(actual).expectation;
                self.shown_beside(actual.bytes)
            } else {
                count(actual.bytes)
            };
            let decided = scope.applied().map(|applied| (applied, &scope));
            reporter.report_as(
                MismatchKind::Bytes,
                &Place::ROOT,
                Some(Given::Bytes(&self.bytes).to_value()),
                Value::from(shown),
                failure,
                decided,
            );
        }
    }

    /// Returns the number of the actual bytes, and those at the first difference: `1,024 bytes, with 0a 0b at offset 600`.
    fn shown_beside(&self, actual: &[u8]) -> String {
        format!("{}{}", count(actual), at_difference(actual, &self.bytes))
    }

    /// Returns the mismatch of bytes that differ: both by type, number and beginning, and where they begin to differ.
    fn difference(&self, actual: &TypedBytes<'_>) -> Failure {
        let example = TypedBytes {
            bytes: &self.bytes,
            content_type: &self.content_type,
        };
        Failure {
            expectation: format!(
                "the example's {} of {}{}",
                count(&self.bytes),
                self.content_type.essence(),
                at_difference(&self.bytes, actual.bytes)
            ),
            description: format!(
                "Actual body [{}] is not equal to the expected body [{}]",
                actual.summary(),
                example.summary()
            ),
            rule: String::new(),
        }
    }
}

impl TypedBytes<'_> {
    /// `image/jpeg, 30922 bytes, starting with ffd8ffe0…`
    fn summary(&self) -> String {
        format!("{}, {}", self.content_type.essence(), beginning(self.bytes))
    }
}

/// How many bytes from the first difference on are shown.
const SHOWN: usize = 8;

/// `1,024 bytes`
fn count(bytes: &[u8]) -> String {
    counted(bytes.len(), "byte")
}

/// `, with 0a 0b 0c at offset 600`, the first bytes at which they differ from the others; empty if they do not.
fn at_difference(bytes: &[u8], others: &[u8]) -> String {
    if bytes == others {
        return String::new();
    }
    let offset = bytes
        .iter()
        .zip(others)
        .take_while(|(one, other)| one == other)
        .count();
    let hex: Vec<String> = (bytes[offset..].iter().take(SHOWN))
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let shown = if hex.is_empty() {
        "nothing".to_owned()
    } else {
        hex.join(" ")
    };
    format!(", with {shown} at offset {}", grouped(offset))
}

/// `30922 bytes, starting with ffd8ffe0…`
pub(super) fn beginning(bytes: &[u8]) -> String {
    let plural = if bytes.len() == 1 { "" } else { "s" };
    let mut text = format!("{} byte{plural}, starting with ", bytes.len());
    for byte in bytes.iter().take(32) {
        let _ = write!(text, "{byte:02x}");
    }
    text
}
