//! Reads one file, YAML or JSON, into nodes.

use std::fmt;

use contract_core::json::Number;
use serde::de::{self, Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_saphyr::{Location, Options, Spanned};

use super::explained::explained;
use super::{FileId, Limits, Member, Node, Object, Position, Value};

/// Why a text is not a valid document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadError {
    /// What is wrong, as a lower-case fragment, with what to do about it.
    pub message: String,
    /// The place, if it is known.
    pub at: Position,
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.at.is_known() {
            write!(
                f,
                "line {}, column {}: {}",
                self.at.line, self.at.column, self.message
            )
        } else {
            f.write_str(&self.message)
        }
    }
}

impl std::error::Error for ReadError {}

/// Reads a text in YAML 1.2 or JSON.
///
/// Anchors are expanded and merge keys (`<<`) merged. Names of members are strings, even if they look like
/// numbers (`200:`). Only `true` and `false` are Booleans. Numbers keep their text: `1.10` stays `1.10`.
///
/// # Errors
///
/// The text is neither YAML nor JSON, contains several documents, repeats a name in one object, has a tag or
/// value that JSON does not support (`.nan`, `!!binary`), or exceeds a limit.
///
/// ```
/// use contract_openapi::document::{FileId, Limits, read};
///
/// let node = read("responses:\n  200: &ok {description: no}\n  201: *ok\n", FileId::ROOT, &Limits::default())?;
/// let created = node.descend(["responses", "201", "description"]).unwrap();
/// assert_eq!(created.as_str(), Some("no"));
///
/// let error = read("a: 1\na: 2\n", FileId::ROOT, &Limits::default()).unwrap_err();
/// assert_eq!((error.at.line, error.at.column), (2, 1));
/// # Ok::<(), contract_openapi::document::ReadError>(())
/// ```
pub fn read(text: &str, file: FileId, limits: &Limits) -> Result<Node, ReadError> {
    if text.len() > limits.max_bytes {
        return Err(ReadError {
            message: format!(
                "the file has {} bytes, more than the limit of {}: split it or raise the limit",
                text.len(),
                limits.max_bytes
            ),
            at: Position::default(),
        });
    }
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let raw: Raw = serde_saphyr::from_str_with_options(text, options(limits)).map_err(|error| {
        let location = error.location();
        ReadError {
            message: explained(&error, limits),
            at: Position::new(
                file,
                location.map_or(0, |location| as_u32(location.line())),
                location.map_or(0, |location| as_u32(location.column())),
            ),
        }
    })?;
    Convert { text, file }.node(raw)
}

/// Returns the settings of the YAML reader.
fn options(limits: &Limits) -> Options {
    let mut budget = serde_saphyr::budget::Budget::default();
    budget.max_depth = limits.max_depth;
    budget.flow_nesting_limit = limits.max_depth.min(255);
    budget.max_nodes = limits.max_nodes;
    // A node has up to two events: begin and end.
    budget.max_events = limits.max_nodes.saturating_mul(2);
    budget.max_documents = 1;
    let mut options = Options::default();
    options.budget = Some(budget);
    options.strict_booleans = true;
    options.with_snippet = false;
    options.leading_zero_numbers_as_strings = true;
    options.underscored_numbers_as_strings = true;
    options
}

/// Converts a line or column; larger numbers are capped.
fn as_u32(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// A value from serde. The doubles among its numbers are replaced later, from their text.
///
/// The reader's [`Spanned`] takes a multiple of the value itself, so each one is made compact as soon as it is read.
struct Raw {
    value: RawValue,
    at: RawPosition,
}

enum RawValue {
    Null,
    Bool(bool),
    Integer(Number),
    Double(RawDouble),
    String(Box<str>),
    Array(Vec<Raw>),
    Object(Vec<RawMember>),
}

/// A double, and the bytes of the text that it was read from; empty if they are unknown.
struct RawDouble {
    double: f64,
    start: u32,
    length: u32,
}

struct RawMember {
    name: Box<str>,
    name_at: RawPosition,
    raw: Raw,
}

/// A position in the file that is read.
#[derive(Clone, Copy)]
struct RawPosition {
    line: u32,
    column: u32,
}

impl From<Location> for RawPosition {
    fn from(location: Location) -> Self {
        Self {
            line: as_u32(location.line()),
            column: as_u32(location.column()),
        }
    }
}

impl RawPosition {
    fn of(self, file: FileId) -> Position {
        Position::new(file, self.line, self.column)
    }
}

impl<'de> Deserialize<'de> for Raw {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let spanned: Spanned<RawValue> = Spanned::deserialize(deserializer)?;
        let mut value = spanned.value;
        if let RawValue::Double(double) = &mut value {
            let span = spanned.defined.span();
            if let (Some(start), Some(length)) = (span.byte_offset(), span.byte_len()) {
                double.start = as_u32(start);
                double.length = as_u32(length);
            }
        }
        Ok(Self {
            value,
            at: spanned.referenced.into(),
        })
    }
}

impl<'de> Deserialize<'de> for RawValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(RawVisitor)
    }
}

struct RawVisitor;

impl<'de> Visitor<'de> for RawVisitor {
    type Value = RawValue;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value that JSON has as well")
    }

    fn visit_unit<E: de::Error>(self) -> Result<RawValue, E> {
        Ok(RawValue::Null)
    }

    fn visit_none<E: de::Error>(self) -> Result<RawValue, E> {
        Ok(RawValue::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<RawValue, D::Error> {
        RawValue::deserialize(deserializer)
    }

    fn visit_bool<E: de::Error>(self, flag: bool) -> Result<RawValue, E> {
        Ok(RawValue::Bool(flag))
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<RawValue, E> {
        Ok(RawValue::Integer(number.into()))
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<RawValue, E> {
        Ok(RawValue::Integer(number.into()))
    }

    fn visit_i128<E: de::Error>(self, number: i128) -> Result<RawValue, E> {
        // Every integer is a number of JSON.
        number
            .to_string()
            .parse()
            .map(RawValue::Integer)
            .map_err(E::custom)
    }

    fn visit_f64<E: de::Error>(self, double: f64) -> Result<RawValue, E> {
        Ok(RawValue::Double(RawDouble {
            double,
            start: 0,
            length: 0,
        }))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<RawValue, E> {
        Ok(RawValue::String(text.into()))
    }

    fn visit_string<E: de::Error>(self, text: String) -> Result<RawValue, E> {
        Ok(RawValue::String(text.into()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<RawValue, A::Error> {
        let mut elements = Vec::new();
        while let Some(element) = access.next_element()? {
            elements.push(element);
        }
        Ok(RawValue::Array(elements))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<RawValue, A::Error> {
        let mut members = Vec::new();
        while let Some(name) = access.next_key::<Spanned<String>>()? {
            members.push(RawMember {
                name: name.value.into(),
                name_at: name.referenced.into(),
                raw: access.next_value()?,
            });
        }
        Ok(RawValue::Object(members))
    }
}

/// Converts the values from serde to nodes.
struct Convert<'a> {
    text: &'a str,
    file: FileId,
}

impl Convert<'_> {
    fn node(&self, raw: Raw) -> Result<Node, ReadError> {
        let at = raw.at.of(self.file);
        let value = match raw.value {
            RawValue::Null => Value::Null,
            RawValue::Bool(flag) => Value::Bool(flag),
            RawValue::Integer(number) => Value::Number(number),
            RawValue::Double(double) => Value::Number(self.number(&double).ok_or_else(|| ReadError {
                message: "this number does not exist in JSON: write it as a text in quotes".to_owned(),
                at,
            })?),
            RawValue::String(text) => Value::String(text),
            RawValue::Array(elements) => {
                // Collecting in place would keep the larger memory of the vector that is read.
                let mut nodes = Vec::with_capacity(elements.len());
                for element in elements {
                    nodes.push(self.node(element)?);
                }
                Value::Array(nodes)
            }
            RawValue::Object(members) => {
                let mut object = Object::with_capacity(members.len());
                for member in members {
                    let name_at = member.name_at.of(self.file);
                    let node = self.node(member.raw)?;
                    object.insert_member(member.name, Member { name_at, node });
                }
                Value::Object(object)
            }
        };
        Ok(Node { value, at })
    }

    /// Returns the number with its original text, if that is a JSON number; otherwise by its value. `None` if JSON has no
    /// such number.
    fn number(&self, double: &RawDouble) -> Option<Number> {
        let start = usize::try_from(double.start).ok()?;
        let end = start.checked_add(usize::try_from(double.length).ok()?)?;
        let written = self
            .text
            .get(start..end)
            .and_then(|text| text.trim().parse().ok());
        written.or_else(|| Number::from_f64(double.double))
    }
}
