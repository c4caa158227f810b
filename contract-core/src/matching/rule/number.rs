//! `number`, `integer` and `decimal`.

use crate::json::Value;

use crate::matching::given::Given;

/// A number. In a JSON document of that type; in text a JSON number, where zeros may lead.
pub(crate) fn is_number(given: Given<'_>) -> bool {
    match given {
        Given::Json(value) => value.is_number(),
        Given::Text(text) => Shape::of(text).is_some(),
        Given::Bytes(_) => false,
    }
}

/// A number without fraction and exponent. In a JSON document `100.0` is none.
pub(crate) fn is_integer(given: Given<'_>) -> bool {
    match given {
        Given::Json(Value::Number(number)) => number.is_integer(),
        Given::Text(text) => Shape::of(text) == Some(Shape::Integer),
        Given::Json(_) | Given::Bytes(_) => false,
    }
}

/// A number with a fraction or an exponent. `100` is none, in text neither.
pub(crate) fn is_decimal(given: Given<'_>) -> bool {
    match given {
        Given::Json(Value::Number(number)) => !number.is_integer(),
        Given::Text(text) => Shape::of(text) == Some(Shape::Decimal),
        Given::Json(_) | Given::Bytes(_) => false,
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    Integer,
    Decimal,
}

impl Shape {
    /// `-`? digits (`.` digits)? (`e` sign? digits)?
    fn of(text: &str) -> Option<Self> {
        let rest = text.strip_prefix('-').unwrap_or(text);
        let mut shape = Self::Integer;
        let mut rest = digits(rest)?;
        if let Some(fraction) = rest.strip_prefix('.') {
            rest = digits(fraction)?;
            shape = Self::Decimal;
        }
        if let Some(exponent) = rest.strip_prefix(['e', 'E']) {
            rest = digits(exponent.strip_prefix(['+', '-']).unwrap_or(exponent))?;
            shape = Self::Decimal;
        }
        rest.is_empty().then_some(shape)
    }
}

/// What follows the digits at the beginning, of which there must be one.
fn digits(text: &str) -> Option<&str> {
    let rest = text.trim_start_matches(|c: char| c.is_ascii_digit());
    (rest.len() < text.len()).then_some(rest)
}

#[cfg(test)]
mod tests {
    use crate::json;

    use super::*;

    #[test]
    fn numbers_in_text() {
        for (text, number, integer, decimal) in [
            ("100", true, true, false),
            ("-5", true, true, false),
            ("007", true, true, false),
            ("1.5", true, false, true),
            ("-0.5", true, false, true),
            ("1e3", true, false, true),
            ("1E-3", true, false, true),
            ("", false, false, false),
            ("-", false, false, false),
            ("+5", false, false, false),
            ("1.", false, false, false),
            (".5", false, false, false),
            ("1e", false, false, false),
            ("NaN", false, false, false),
            ("Infinity", false, false, false),
            ("100X01", false, false, false),
            ("٣", false, false, false),
            ("99999999999999999999999", true, true, false),
        ] {
            let given = Given::Text(text);
            assert_eq!(is_number(given), number, "{text} number");
            assert_eq!(is_integer(given), integer, "{text} integer");
            assert_eq!(is_decimal(given), decimal, "{text} decimal");
        }
    }

    #[test]
    fn numbers_in_json_keep_their_type() {
        for (value, number, integer, decimal) in [
            ("100", true, true, false),
            ("-5", true, true, false),
            ("-0", true, true, false),
            ("100.0", true, false, true),
            ("100.1", true, false, true),
            ("18446744073709551615", true, true, false),
            ("98765432109876543210", true, true, false),
            ("1e20", true, false, true),
            (r#""100""#, false, false, false),
            ("true", false, false, false),
            ("null", false, false, false),
        ] {
            let value = json::from_str(value).unwrap();
            let given = Given::Json(&value);
            assert_eq!(is_number(given), number, "{value} number");
            assert_eq!(is_integer(given), integer, "{value} integer");
            assert_eq!(is_decimal(given), decimal, "{value} decimal");
        }
    }
}
