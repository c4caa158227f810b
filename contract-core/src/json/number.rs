//! Numbers with their original text.

use std::fmt;
use std::io::Write as _;
use std::str::FromStr;

use serde::{Serialize, Serializer};
use serde_json::value::RawValue;

/// A JSON number (RFC 8259, section 6) of any length and precision.
///
/// Two numbers are `==` if both are integers or neither is, and their values are equal: `1.10` equals `1.1`, but `1`
/// does not equal `1.0`. [`same_value`](Self::same_value) compares only the values.
#[derive(Clone)]
pub struct Number(Repr);

#[derive(Clone)]
enum Repr {
    Unsigned(u64),
    /// Negative.
    Signed(i64),
    /// Everything else, as written: fractions, exponents, `-0`, integers beyond 64 bits.
    Text(Box<str>),
}

impl Number {
    /// Returns the number with the text that `serde_json` writes for this double; `None` if it is infinite or NaN.
    ///
    /// ```
    /// use contract_core::json::Number;
    ///
    /// assert_eq!(Number::from_f64(1.5).unwrap().to_string(), "1.5");
    /// assert!(Number::from_f64(f64::NAN).is_none());
    /// ```
    pub fn from_f64(double: f64) -> Option<Self> {
        let text = serde_json::Number::from_f64(double)?.to_string();
        Some(Self(Repr::Text(text.into())))
    }

    /// Creates a number from its text, which must be valid JSON.
    pub(super) fn from_text(text: &str) -> Self {
        if let Ok(unsigned) = text.parse() {
            Self(Repr::Unsigned(unsigned))
        } else if let Ok(signed) = text.parse::<i64>()
            && signed != 0
        {
            Self(Repr::Signed(signed))
        } else {
            Self(Repr::Text(text.into()))
        }
    }

    /// Returns whether it is written without fraction and exponent: `2` and `-0` are integers, `2.0` and `2e0` are not.
    pub fn is_integer(&self) -> bool {
        match &self.0 {
            Repr::Unsigned(_) | Repr::Signed(_) => true,
            Repr::Text(text) => !text.contains(['.', 'e', 'E']),
        }
    }

    /// Returns the value if it is a 64-bit integer.
    pub fn as_i64(&self) -> Option<i64> {
        match &self.0 {
            Repr::Unsigned(unsigned) => i64::try_from(*unsigned).ok(),
            Repr::Signed(signed) => Some(*signed),
            Repr::Text(text) => text.parse().ok(),
        }
    }

    /// Returns the value if it is a non-negative 64-bit integer.
    pub fn as_u64(&self) -> Option<u64> {
        match &self.0 {
            Repr::Unsigned(unsigned) => Some(*unsigned),
            Repr::Signed(_) | Repr::Text(_) => None,
        }
    }

    /// Returns the nearest double.
    #[expect(clippy::cast_precision_loss, reason = "the nearest double is wanted")]
    pub fn as_f64(&self) -> f64 {
        match &self.0 {
            Repr::Unsigned(unsigned) => *unsigned as f64,
            Repr::Signed(signed) => *signed as f64,
            // Every JSON number can be parsed as a double.
            Repr::Text(text) => text.parse().unwrap_or(f64::NAN),
        }
    }

    /// Returns whether both have the same value, regardless of notation: `1`, `1.0` and `10e-1`. Every digit counts.
    ///
    /// ```
    /// use contract_core::json::Number;
    ///
    /// let number = |text: &str| text.parse::<Number>().unwrap();
    /// assert!(number("1").same_value(&number("10e-1")));
    /// assert!(!number("0.1").same_value(&number("0.10000000000000000001")));
    /// ```
    pub fn same_value(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (Repr::Unsigned(one), Repr::Unsigned(other)) => one == other,
            (Repr::Signed(one), Repr::Signed(other)) => one == other,
            (Repr::Text(one), Repr::Text(other)) if one == other => true,
            _ => self.with_text(|one| other.with_text(|other| same_decimal(one, other))),
        }
    }

    /// Calls `look` with the text, without allocating.
    pub(crate) fn with_text<T>(&self, look: impl FnOnce(&str) -> T) -> T {
        if let Repr::Text(text) = &self.0 {
            return look(text);
        }
        // The longest integer of 64 bits, `-9223372036854775808`, has 20 bytes.
        let mut buffer = [0; 20];
        let mut free = &mut buffer[..];
        let written = match &self.0 {
            Repr::Unsigned(unsigned) => write!(free, "{unsigned}"),
            Repr::Signed(signed) => write!(free, "{signed}"),
            Repr::Text(_) => Ok(()),
        };
        debug_assert!(written.is_ok(), "64 bits fit the buffer");
        let length = 20 - free.len();
        look(std::str::from_utf8(&buffer[..length]).unwrap_or_default())
    }
}

impl PartialEq for Number {
    fn eq(&self, other: &Self) -> bool {
        self.is_integer() == other.is_integer() && self.same_value(other)
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Repr::Unsigned(unsigned) => unsigned.fmt(f),
            Repr::Signed(signed) => signed.fmt(f),
            Repr::Text(text) => text.fmt(f),
        }
    }
}

impl fmt::Debug for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Number({self})")
    }
}

impl FromStr for Number {
    type Err = serde_json::Error;

    /// Parses a JSON number: no leading zeros, no `+`, digits on both sides of the decimal point.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        serde_json::from_str::<serde_json::Number>(text)?;
        Ok(Self::from_text(text.trim()))
    }
}

/// Numbers are serialised to `serde_json` with every digit.
impl Serialize for Number {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.0 {
            Repr::Unsigned(unsigned) => serializer.serialize_u64(*unsigned),
            Repr::Signed(signed) => serializer.serialize_i64(*signed),
            Repr::Text(text) => RawValue::from_string(text.to_string())
                .map_err(serde::ser::Error::custom)?
                .serialize(serializer),
        }
    }
}

macro_rules! from_integers {
    ($($integer:ty),*) => {$(
        impl From<$integer> for Number {
            fn from(integer: $integer) -> Self {
                match u64::try_from(integer) {
                    Ok(unsigned) => Self(Repr::Unsigned(unsigned)),
                    #[allow(clippy::allow_attributes, clippy::cast_possible_wrap, clippy::cast_lossless, reason = "negative, so of a signed type of at most 64 bits")]
                    Err(_) => Self(Repr::Signed(integer as i64)),
                }
            }
        }
    )*};
}
from_integers!(u8, u16, u32, u64, usize, i8, i16, i32, i64, isize);

impl From<serde_json::Number> for Number {
    fn from(number: serde_json::Number) -> Self {
        Self::from_text(&number.to_string())
    }
}

/// Returns whether two JSON number texts have the same value.
fn same_decimal(one: &str, other: &str) -> bool {
    let (one, other) = (Decimal::of(one), Decimal::of(other));
    match (one.magnitude(), other.magnitude()) {
        (None, None) => true,
        (Some(left), Some(right)) => {
            one.is_negative == other.is_negative
                && left.scale.is_some()
                && left.scale == right.scale
                && left.digits.eq(right.digits)
        }
        _ => false,
    }
}

/// The parts of a number text.
struct Decimal<'t> {
    is_negative: bool,
    whole: &'t str,
    fraction: &'t str,
    exponent: &'t str,
}

/// A non-zero value as `0.d₁d₂d₃… × 10^scale`, with a non-zero first and last digit.
struct Magnitude<D> {
    digits: D,
    /// `None` if it is beyond 128 bits.
    scale: Option<i128>,
}

impl<'t> Decimal<'t> {
    fn of(text: &'t str) -> Self {
        let (is_negative, text) = match text.strip_prefix('-') {
            Some(text) => (true, text),
            None => (false, text),
        };
        let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        Self {
            is_negative,
            whole,
            fraction,
            exponent,
        }
    }

    /// Returns the magnitude; `None` for 0.
    fn magnitude(&self) -> Option<Magnitude<impl Iterator<Item = u8> + use<'t>>> {
        let is_zero = |digit: &u8| *digit == b'0';
        let digits = self.whole.bytes().chain(self.fraction.bytes());
        let leading = digits.clone().take_while(is_zero).count();
        let trailing = digits.clone().rev().take_while(is_zero).count();
        let length = self.whole.len() + self.fraction.len();
        if leading == length {
            return None;
        }
        let point = self.whole.len() as i128 - leading as i128;
        let exponent = self.exponent.parse::<i128>().ok();
        Some(Magnitude {
            digits: digits.skip(leading).take(length - leading - trailing),
            scale: exponent.and_then(|exponent| exponent.checked_add(point)),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> Number {
        text.parse().unwrap()
    }

    #[test]
    fn the_text_is_kept() {
        for text in [
            "0",
            "-0",
            "1",
            "-1",
            "18446744073709551615",
            "18446744073709551616",
            "-9223372036854775808",
            "-9223372036854775809",
            "1.10",
            "1.0",
            "1e3",
            "1E+03",
            "0.1234567890123456789",
            "98765432109876543210",
            "1e-400",
        ] {
            let number = number(text);
            assert_eq!(number.to_string(), text);
            assert_eq!(serde_json::to_string(&number).unwrap(), text);
            assert_eq!(number.with_text(str::to_owned), text);
        }
    }

    #[test]
    fn equal_values() {
        for (one, other, same) in [
            ("1", "1.0", true),
            ("1", "1e0", true),
            ("100", "1E2", true),
            ("100", "0.1e3", true),
            ("-1.50", "-15e-1", true),
            ("0", "-0.0", true),
            ("0", "0e99999999999999999999999999999999999999999", true),
            ("1", "-1", false),
            ("1", "2", false),
            ("10", "1", false),
            ("1", "0.1", false),
            ("98765432109876543210", "98765432109876543211", false),
            ("98765432109876543210", "9876543210987654321e1", true),
            ("0.1234567890123456789", "0.12345678901234568", false),
            ("9007199254740993", "9007199254740992.0", false),
            ("18446744073709551616", "18446744073709551616.0", true),
            (
                "1e-99999999999999999999999999999999999999999",
                "1e-99999999999999999999999999999999999999998",
                false,
            ),
        ] {
            assert_eq!(number(one).same_value(&number(other)), same, "{one} {other}");
            assert_eq!(number(other).same_value(&number(one)), same, "{other} {one}");
        }
        assert_eq!(number("1.10"), number("1.1"));
        assert_ne!(number("1"), number("1.0"));
    }

    #[test]
    fn integers_by_their_text() {
        for (text, integer, signed, unsigned) in [
            ("1", true, Some(1), Some(1)),
            ("-1", true, Some(-1), None),
            ("-0", true, Some(0), None),
            ("1.0", false, None, None),
            ("1e3", false, None, None),
            ("18446744073709551615", true, None, Some(u64::MAX)),
            ("-9223372036854775808", true, Some(i64::MIN), None),
            ("98765432109876543210", true, None, None),
        ] {
            let number = number(text);
            assert_eq!(number.is_integer(), integer, "{text}");
            assert_eq!(number.as_i64(), signed, "{text}");
            assert_eq!(number.as_u64(), unsigned, "{text}");
        }
    }

    #[test]
    fn what_is_no_number_of_json() {
        for text in ["", "01", "+1", "1.", ".5", "1e", "NaN", "0x1", "1 2"] {
            assert!(text.parse::<Number>().is_err(), "{text}");
        }
    }
}
