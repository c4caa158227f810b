//! The supported values of `format`, and their checks.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use jsonschema::Validator;

use crate::document::{Node, Value};

/// A format that is checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Format {
    /// A format of JSON Schema, by its name there.
    Schema(&'static str),
    /// `int32`: an integer of 32 bits (OpenAPI 3.0, "data types").
    Int32,
    /// `int64`: an integer.
    Int64,
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
            (Self::Int32, Value::Number(number)) => {
                let double = number.as_f64();
                double.fract() == 0.0 && (-2_147_483_648.0..=2_147_483_647.0).contains(&double)
            }
            (Self::Int64, Value::Number(number)) => number.as_f64().fract() == 0.0,
            _ => true,
        }
    }
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
    use super::Format;
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
        assert_eq!(Format::named("colour"), None);
    }
}
