//! Content that cannot be read.

use super::{bytes, content};
use crate::contract::Data;
use crate::json::Value;
use crate::matching::place::Place;
use crate::matching::reporter::Reporter;
use crate::matching::rule::Failure;
use crate::matching::{MismatchKind, show};

/// Received content that cannot be read as one of the expected kind, ready to be reported.
#[derive(Debug)]
pub(crate) struct Unreadable {
    example: Option<Value>,
    actual: Value,
    kind: MismatchKind,
    failure: Box<Failure>,
}

impl Unreadable {
    /// Content whose characters cannot be decoded. The number and the beginning of its bytes say more than what they look
    /// like as text.
    pub(crate) fn undecodable(actual: &Data, problem: &str) -> Self {
        Self {
            example: None,
            actual: Value::from(bytes::beginning(&content::bytes(actual))),
            kind: MismatchKind::Bytes,
            failure: Box::new(Failure {
                expectation: format!("a body that can be decoded: {problem}"),
                description: format!("Failed to decode the actual body: {problem}"),
                rule: String::new(),
            }),
        }
    }

    /// Content that breaks the rules of its kind. `article` and `kind` name it: `an`, `XML`.
    pub(crate) fn malformed(
        article: &str,
        kind: &str,
        example: Option<&Value>,
        actual: &Data,
        problem: &str,
    ) -> Self {
        Self {
            example: example.cloned(),
            actual: Value::from(show::cut(&content::text(actual)).into_owned()),
            kind: MismatchKind::Unreadable,
            failure: Box::new(Failure {
                expectation: format!("{article} {kind} document, and this cannot be read: {problem}"),
                description: format!("Failed to parse the actual body as {kind}: {problem}"),
                rule: String::new(),
            }),
        }
    }

    /// Adds the mismatch.
    pub(crate) fn report(self, reporter: &mut Reporter<'_>) {
        reporter.report_as(
            self.kind,
            &Place::ROOT,
            self.example,
            self.actual,
            *self.failure,
            None,
        );
    }
}
