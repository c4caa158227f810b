//! `equality`: the same value.

use crate::json::Value;

/// Whether both are the same scalar; containers are compared by the walk.
///
/// JSON knows one kind of number (RFC 8259, section 6), so that `1` and `1.0` are the same however they were written.
pub(crate) fn scalars(example: &Value, actual: &Value) -> bool {
    match (example, actual) {
        (Value::Number(example), Value::Number(actual)) => example.same_value(actual),
        (Value::String(example), Value::String(actual)) => example == actual,
        (Value::Bool(example), Value::Bool(actual)) => example == actual,
        (Value::Null, Value::Null) => true,
        _ => false,
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
