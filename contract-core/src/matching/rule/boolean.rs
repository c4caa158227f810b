//! `boolean`: `true` or `false`.

use super::failure::Rejected;
use super::matching_rule::{Inherited, MatchingRule};
use crate::json::Value;
use crate::matching::given::Given;

/// "A boolean value, or the string `true` or `false`" (specification 3 and 4, "matchers").
#[derive(Debug)]
pub(crate) struct Boolean;

impl MatchingRule for Boolean {
    fn name(&self) -> &'static str {
        "boolean"
    }

    fn inherited(&self) -> Inherited {
        Inherited::Rule
    }

    fn holds(&self, given: Given<'_>) -> bool {
        matches!(given, Given::Json(Value::Bool(_))) || matches!(given.as_text(), Some("true" | "false"))
    }

    fn describe(&self, rejected: &Rejected<'_>) -> String {
        format!("Expected {} to match a boolean", rejected.typed())
    }

    fn expect(&self, _: Option<Given<'_>>) -> String {
        "a boolean".to_owned()
    }
}
