//! Bytes: the rules at the root, or equality.

use std::fmt::Write as _;

use super::content;
use super::format::{Actual, Comparison, Expected, ExpectedContent, Format};
use super::unreadable::Unreadable;
use crate::Error;
use crate::contract::{Content, ContentType, Data, Path};
use crate::json::Value;
use crate::matching::Mismatch;
use crate::matching::given::Given;
use crate::matching::place::Place;
use crate::matching::reporter::Reporter;
use crate::matching::rule::Failure;
use crate::matching::scope::Scope;
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
        (!self.bytes.is_empty()).then(|| Value::from(format!("{} bytes", self.bytes.len())))
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
        for failure in failures {
            let value = |bytes| Some(Given::Bytes(bytes).to_value());
            let decided = scope.applied().map(|applied| (applied, &scope));
            reporter.report(
                &Place::ROOT,
                value(&self.bytes),
                value(actual.bytes),
                failure,
                decided,
            );
        }
    }

    /// Returns the mismatch of bytes that differ: both by type, number and beginning.
    fn difference(&self, actual: &TypedBytes<'_>) -> Failure {
        let example = TypedBytes {
            bytes: &self.bytes,
            content_type: &self.content_type,
        };
        Failure {
            expectation: format!(
                "the example's {} bytes of {}",
                self.bytes.len(),
                self.content_type.essence()
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

/// `30922 bytes, starting with ffd8ffe0…`
pub(super) fn beginning(bytes: &[u8]) -> String {
    let mut text = format!("{} bytes, starting with ", bytes.len());
    for byte in bytes.iter().take(32) {
        let _ = write!(text, "{byte:02x}");
    }
    text
}
