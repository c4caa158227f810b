//! Numbers in text, for `number`, `integer` and `decimal`.

/// The form of a number in text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NumberText {
    /// Without fraction and exponent.
    Integer,
    /// With a fraction, an exponent, or both.
    Decimal,
}

impl NumberText {
    /// Returns the form of a text that is a JSON number (RFC 8259, section 6), optionally with leading zeros.
    pub(super) fn of(text: &str) -> Option<Self> {
        let rest = text.strip_prefix('-').unwrap_or(text);
        let mut form = Self::Integer;
        let mut rest = without_digits(rest)?;
        if let Some(fraction) = rest.strip_prefix('.') {
            rest = without_digits(fraction)?;
            form = Self::Decimal;
        }
        if let Some(exponent) = rest.strip_prefix(['e', 'E']) {
            rest = without_digits(exponent.strip_prefix(['+', '-']).unwrap_or(exponent))?;
            form = Self::Decimal;
        }
        rest.is_empty().then_some(form)
    }
}

/// Returns what follows the leading digits; `None` if there are none.
fn without_digits(text: &str) -> Option<&str> {
    let rest = text.trim_start_matches(|c: char| c.is_ascii_digit());
    (rest.len() < text.len()).then_some(rest)
}

#[cfg(test)]
mod tests {
    use crate::json;
    use crate::matching::given::Given;
    use crate::matching::rule::decimal::Decimal;
    use crate::matching::rule::integer::Integer;
    use crate::matching::rule::matching_rule::MatchingRule as _;
    use crate::matching::rule::number::Number;

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
            assert_eq!(Number.holds(given), number, "{text} number");
            assert_eq!(Integer.holds(given), integer, "{text} integer");
            assert_eq!(Decimal.holds(given), decimal, "{text} decimal");
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
            assert_eq!(Number.holds(given), number, "{value} number");
            assert_eq!(Integer.holds(given), integer, "{value} integer");
            assert_eq!(Decimal.holds(given), decimal, "{value} decimal");
        }
    }
}
