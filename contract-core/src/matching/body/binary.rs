//! Bytes: the rules at the root, or equality.

use std::fmt::Write as _;

use crate::contract::ContentType;
use crate::matching::given::Given;
use crate::matching::place::Place;
use crate::matching::reporter::Reporter;
use crate::matching::rule::{Failure, Rules};
use crate::matching::scope::Scope;

/// Compares bytes with their example. The content types are for the description alone.
pub(crate) fn compare(
    rules: &Rules,
    example: (&[u8], &ContentType),
    actual: (&[u8], &ContentType),
    reporter: &mut Reporter<'_>,
) -> bool {
    let scope = Scope::root(rules);
    let failures = match scope.applied() {
        Some(applied) => match applied.check_bytes(Some(example.0), actual.0) {
            Ok(()) => return true,
            Err(failures) => failures,
        },
        None if example.0 == actual.0 => return true,
        None => vec![difference(example, actual)],
    };
    for failure in failures {
        let value = |bytes| Some(Given::Bytes(bytes).to_value());
        let decided = scope.applied().map(|applied| (applied, &scope));
        reporter.report(&Place::ROOT, value(example.0), value(actual.0), failure, decided);
    }
    false
}

/// That the bytes differ: both by type, number and beginning.
pub(crate) fn difference(example: (&[u8], &ContentType), actual: (&[u8], &ContentType)) -> Failure {
    Failure {
        expectation: format!(
            "the example's {} bytes of {}",
            example.0.len(),
            example.1.essence()
        ),
        description: format!(
            "Actual body [{}] is not equal to the expected body [{}]",
            summary(actual),
            summary(example)
        ),
        rule: String::new(),
    }
}

/// `image/jpeg, 30922 bytes, starting with ffd8ffe0…`
fn summary((bytes, content_type): (&[u8], &ContentType)) -> String {
    format!("{}, {}", content_type.essence(), beginning(bytes))
}

/// `30922 bytes, starting with ffd8ffe0…`
pub(crate) fn beginning(bytes: &[u8]) -> String {
    let mut text = format!("{} bytes, starting with ", bytes.len());
    for byte in bytes.iter().take(32) {
        let _ = write!(text, "{byte:02x}");
    }
    text
}
