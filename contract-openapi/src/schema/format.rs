//! The supported values of `format`, and their checks.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::sync::OnceLock;

use contract_core::json::Number;
use jsonschema::Validator;

use crate::document::{Node, Value};

/// A format that is checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Format {
    /// A format of JSON Schema, by its name there.
    Schema(&'static str),
    /// `int32`: an integer of 32 bits (OpenAPI 3.0, "data types").
    Int32,
    /// `int64`: an integer of 64 bits.
    Int64,
    /// An integer of any size.
    Integer,
    /// `byte`: base64 (RFC 4648, section 4).
    Byte,
}

/// The formats of JSON Schema 2020-12 (validation, section 7.3), and other common names for them.
const SCHEMA_FORMATS: &[&str] = &[
    "date",
    "time",
    "date-time",
    "duration",
    "email",
    "hostname",
    "ipv4",
    "ipv6",
    "uri",
    "uri-reference",
    "uri-template",
    "iri",
    "iri-reference",
    "idn-hostname",
    "idn-email",
    "uuid",
    "json-pointer",
    "relative-json-pointer",
    "regex",
];

impl Format {
    /// Returns the format with this name, if it is checked.
    pub(crate) fn named(name: &str) -> Option<Self> {
        match name {
            "int32" => Some(Self::Int32),
            "int64" => Some(Self::Int64),
            "byte" => Some(Self::Byte),
            "url" => Some(Self::Schema("uri")),
            _ => SCHEMA_FORMATS
                .iter()
                .find(|known| **known == name)
                .map(|known| Self::Schema(known)),
        }
    }

    /// Returns whether a value has the format; values of other types have every format.
    pub(crate) fn admits(self, value: &Node) -> bool {
        match (self, &value.value) {
            (Self::Schema(name), Value::String(text)) => schema_format_admits(name, text),
            (Self::Byte, Value::String(text)) => is_base64(text),
            (Self::Integer, Value::Number(number)) => number.as_f64().fract() == 0.0,
            (Self::Int32 | Self::Int64, Value::Number(number)) => {
                self.integers().is_none_or(|integers| holds(&integers, number))
            }
            _ => true,
        }
    }

    /// Returns the only integers that numbers of the format can be.
    pub(crate) fn integers(self) -> Option<RangeInclusive<i64>> {
        match self {
            Self::Int32 => Some(i32::MIN.into()..=i32::MAX.into()),
            Self::Int64 => Some(i64::MIN..=i64::MAX),
            _ => None,
        }
    }
}

/// Returns whether a number is one of these integers, however it is written.
#[expect(clippy::cast_precision_loss, reason = "a power of two is exact")]
fn holds(integers: &RangeInclusive<i64>, number: &Number) -> bool {
    if number.is_integer() {
        return number.as_i64().is_some_and(|integer| integers.contains(&integer));
    }
    // The least integer of so many bits is a power of two, and the greatest is one less.
    let least = *integers.start() as f64;
    let double = number.as_f64();
    double.fract() == 0.0 && (least..-least).contains(&double)
}

/// Returns an integer as a number.
pub(crate) fn number_of(integer: i128) -> Option<Number> {
    integer.to_string().parse().ok()
}

/// Returns whether it is Base64 with padding, in the alphabet of RFC 4648, section 4.
fn is_base64(text: &str) -> bool {
    let data = text.trim_end_matches('=');
    let padding = text.len() - data.len();
    padding <= 2
        && text.len().is_multiple_of(4)
        && data
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'+' || byte == b'/')
}

fn schema_format_admits(name: &str, text: &str) -> bool {
    static VALIDATORS: OnceLock<BTreeMap<&'static str, Validator>> = OnceLock::new();
    let validators = VALIDATORS.get_or_init(|| {
        let validator = |name: &'static str| {
            jsonschema::options()
                .with_draft(jsonschema::Draft::Draft202012)
                .should_validate_formats(true)
                .build(&serde_json::json!({ "format": name }))
                .ok()
                .map(|validator| (name, validator))
        };
        SCHEMA_FORMATS.iter().copied().filter_map(validator).collect()
    });
    validators
        .get(name)
        .is_none_or(|validator| validator.is_valid(&serde_json::Value::String(text.to_owned())))
}

#[cfg(test)]
mod tests {
    use super::{Format, Value};
    use crate::document::Node;

    #[test]
    fn formats_judge_values_of_their_type() {
        let cases = [
            ("date", "2026-02-28", true),
            ("date", "2026-02-30", false),
            ("date-time", "2026-01-01T00:00:00Z", true),
            ("date-time", "2026-01-01T00:00:00", false),
            ("uuid", "9b0e7c2e-4c39-4a58-9f0c-0e0f5a1d7a11", true),
            ("uuid", "9b0e7c2e", false),
            ("byte", "aGk=", true),
            ("byte", "aGk", false),
            ("ipv4", "127.0.0.1", true),
            ("ipv4", "127.0.0.256", false),
            ("email", "ada@example.com", true),
            ("email", "ada", false),
        ];
        for (name, text, expected) in cases {
            let format = Format::named(name).unwrap();
            assert_eq!(format.admits(&Node::from(text)), expected, "{name} {text}");
        }
        let int32 = Format::named("int32").unwrap();
        assert!(int32.admits(&serde_json::json!(2_147_483_647).into()));
        assert!(!int32.admits(&serde_json::json!(2_147_483_648_i64).into()));
        assert!(int32.admits(&Node::from("text")));
        let admits = |format: &str, number: &str| {
            let number = Node::new(Value::Number(number.parse().unwrap()));
            Format::named(format).unwrap().admits(&number)
        };
        for (format, number, expected) in [
            ("int32", "-2147483648", true),
            ("int32", "-2147483649", false),
            ("int32", "2e9", true),
            ("int32", "2.2e9", false),
            ("int32", "1.5", false),
            ("int64", "9223372036854775807", true),
            ("int64", "9223372036854775808", false),
            ("int64", "-9223372036854775808", true),
            ("int64", "-9223372036854775809", false),
            ("int64", "1e30", false),
            ("int64", "9223372036854775808.0", false),
            ("int64", "1e3", true),
        ] {
            assert_eq!(admits(format, number), expected, "{format} {number}");
        }
        assert_eq!(Format::named("colour"), None);
    }
}
