//! `equality`: the same value as the example.

use super::failure::Rejected;
use super::matching_rule::{Inherited, MatchingRule, ParameterValue, Role};
use super::verdict::Verdict;
use crate::json::Value;
use crate::matching::given::Given;
use crate::matching::{Unexpected, show};
use crate::report::value::counted;

/// The example's value.
#[derive(Debug)]
pub(crate) struct Equality;

/// Returns whether both are the same scalar; the walk compares containers.
///
/// JSON has one kind of number (RFC 8259, section 6): `1` and `1.0` are the same.
pub(crate) fn scalars(example: &Value, actual: &Value) -> bool {
    match (example, actual) {
        (Value::Number(example), Value::Number(actual)) => example.same_value(actual),
        (Value::String(example), Value::String(actual)) => example == actual,
        (Value::Bool(example), Value::Bool(actual)) => example == actual,
        (Value::Null, Value::Null) => true,
        _ => false,
    }
}

impl MatchingRule for Equality {
    fn name(&self) -> &'static str {
        "equality"
    }

    fn inherited(&self) -> Inherited {
        Inherited::Rule
    }

    fn judge(&self, example: Option<&Value>, actual: &Value, _: Unexpected) -> Verdict {
        match (example, actual) {
            (None, _) => Verdict::holds_at(actual),
            (Some(Value::Array(_)), Value::Array(_)) | (Some(Value::Object(_)), Value::Object(_)) => {
                Verdict::Descend
            }
            (Some(example), actual) => Verdict::holds_if(scalars(example, actual)),
        }
    }

    fn holds(&self, _: Given<'_>) -> bool {
        true
    }

    fn holds_beside(&self, example: Option<Given<'_>>, actual: Given<'_>) -> bool {
        match (example, actual) {
            (Some(Given::Text(example)), Given::Text(actual)) => example == actual,
            (Some(Given::Bytes(example)), Given::Bytes(actual)) => example == actual,
            _ => true,
        }
    }

    fn holds_parameter(&self, example: Option<ParameterValue<'_>>, actual: ParameterValue<'_>) -> bool {
        example.is_none_or(|example| example == actual)
    }

    fn describe(&self, rejected: &Rejected<'_>) -> String {
        let (actual, example) = match rejected.actual {
            Given::Json(_) => (rejected.typed(), rejected.example_typed()),
            actual => (
                actual.quoted(),
                rejected
                    .example
                    .map_or_else(|| "the example".to_owned(), Given::quoted),
            ),
        };
        format!("Expected {actual} to be equal to {example}")
    }

    fn expect(&self, example: Option<Given<'_>>) -> String {
        match example {
            Some(Given::Json(value)) => show::cut(&value.to_string()).into_owned(),
            Some(Given::Text(text)) => format!("{:?}", show::cut(text)),
            Some(Given::Bytes(bytes)) => format!("the example's {}", counted(bytes.len(), "byte")),
            None => "anything".to_owned(),
        }
    }

    fn role(&self) -> Role<'_> {
        Role::Equality
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json;

    #[test]
    fn numbers_are_equal_by_value() {
        for (example, actual, equal) in [
            ("1", "1.0", true),
            ("-0.0", "0", true),
            ("1", "1.5", false),
            ("18446744073709551615", "18446744073709551615", true),
            ("18446744073709551615", "-1", false),
            ("9007199254740993", "9007199254740992.0", false),
            ("98765432109876543210", "98765432109876543211", false),
            ("1e300", "1e300", true),
            ("1", "\"1\"", false),
        ] {
            let (example, actual) = (json::from_str(example).unwrap(), json::from_str(actual).unwrap());
            assert_eq!(scalars(&example, &actual), equal, "{example} {actual}");
        }
    }
}
