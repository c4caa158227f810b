//! Text of no known structure: the rules at the root, or equality.

use crate::matching::place::Place;
use crate::matching::reporter::Reporter;
use crate::matching::rule::Rules;
use crate::matching::scope::Scope;

/// Compares a text with its example.
pub(crate) fn compare(rules: &Rules, example: &str, actual: &str, reporter: &mut Reporter<'_>) -> bool {
    let wording = |expected: &str, actual: &str| {
        format!("Expected body '{expected}' to match '{actual}' using equality but did not match")
    };
    reporter.text(&Place::ROOT, &Scope::root(rules), Some(example), actual, wording)
}
