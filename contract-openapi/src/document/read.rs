//! Reads one file, YAML or JSON, into nodes.

use std::fmt;

use contract_core::json::Number;
use serde::de::{self, Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_saphyr::{Options, Spanned};

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
    let raw: Spanned<Raw> = serde_saphyr::from_str_with_options(text, options(limits)).map_err(|error| {
        let location = error.location();
        ReadError {
            message: message_of(&error),
            at: Position {
                file,
                line: location.map_or(0, |location| as_u32(location.line())),
                column: location.map_or(0, |location| as_u32(location.column())),
            },
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

/// Returns the first line of the YAML reader's message, because positions are reported separately.
fn message_of(error: &serde_saphyr::Error) -> String {
    let text = error.without_snippet().to_string();
    let line = text.lines().next().unwrap_or_default();
    let line = line.split_once(" at line ").map_or(line, |(message, _)| message);
    line.trim_start_matches("error: ").to_owned()
}

/// Converts a line or column; larger numbers are capped.
fn as_u32(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// A value from serde. Numbers are replaced later, from their text.
enum Raw {
    Null,
    Bool(bool),
    Number(RawNumber),
    String(Box<str>),
    Array(Vec<Spanned<Raw>>),
    Object(Vec<RawMember>),
}

/// A number from serde.
enum RawNumber {
    Exact(i128),
    Double(f64),
}

struct RawMember {
    name: Spanned<String>,
    value: Spanned<Raw>,
}

impl<'de> Deserialize<'de> for Raw {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(RawVisitor)
    }
}

struct RawVisitor;

impl<'de> Visitor<'de> for RawVisitor {
    type Value = Raw;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value that JSON has as well")
    }

    fn visit_unit<E: de::Error>(self) -> Result<Raw, E> {
        Ok(Raw::Null)
    }

    fn visit_none<E: de::Error>(self) -> Result<Raw, E> {
        Ok(Raw::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Raw, D::Error> {
        Raw::deserialize(deserializer)
    }

    fn visit_bool<E: de::Error>(self, flag: bool) -> Result<Raw, E> {
        Ok(Raw::Bool(flag))
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<Raw, E> {
        Ok(Raw::Number(RawNumber::Exact(number.into())))
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<Raw, E> {
        Ok(Raw::Number(RawNumber::Exact(number.into())))
    }

    fn visit_i128<E: de::Error>(self, number: i128) -> Result<Raw, E> {
        Ok(Raw::Number(RawNumber::Exact(number)))
    }

    fn visit_f64<E: de::Error>(self, number: f64) -> Result<Raw, E> {
        Ok(Raw::Number(RawNumber::Double(number)))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Raw, E> {
        Ok(Raw::String(text.into()))
    }

    fn visit_string<E: de::Error>(self, text: String) -> Result<Raw, E> {
        Ok(Raw::String(text.into()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Raw, A::Error> {
        let mut elements = Vec::new();
        while let Some(element) = access.next_element()? {
            elements.push(element);
        }
        Ok(Raw::Array(elements))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Raw, A::Error> {
        let mut members = Vec::new();
        while let Some(name) = access.next_key()? {
            members.push(RawMember {
                name,
                value: access.next_value()?,
            });
        }
        Ok(Raw::Object(members))
    }
}

/// Converts the values from serde to nodes.
struct Convert<'a> {
    text: &'a str,
    file: FileId,
}

impl Convert<'_> {
    fn position(&self, location: serde_saphyr::Location) -> Position {
        Position {
            file: self.file,
            line: as_u32(location.line()),
            column: as_u32(location.column()),
        }
    }

    fn node(&self, raw: Spanned<Raw>) -> Result<Node, ReadError> {
        let at = self.position(raw.referenced);
        let value = match raw.value {
            Raw::Null => Value::Null,
            Raw::Bool(flag) => Value::Bool(flag),
            Raw::Number(number) => Value::Number(self.number(&number, raw.defined, at)?),
            Raw::String(text) => Value::String(text),
            Raw::Array(elements) => {
                let elements: Result<_, _> = elements.into_iter().map(|element| self.node(element)).collect();
                Value::Array(elements?)
            }
            Raw::Object(members) => {
                let mut object = Object::default();
                for member in members {
                    let name_at = self.position(member.name.referenced);
                    let node = self.node(member.value)?;
                    object.insert_member(member.name.value.into(), Member { name_at, node });
                }
                Value::Object(object)
            }
        };
        Ok(Node { value, at })
    }

    /// Returns the number with its original text, if that is a JSON number; otherwise by its value.
    fn number(
        &self,
        number: &RawNumber,
        defined: serde_saphyr::Location,
        at: Position,
    ) -> Result<Number, ReadError> {
        if let RawNumber::Exact(exact) = number
            && let Ok(number) = exact.to_string().parse()
        {
            return Ok(number);
        }
        let span = defined.span();
        let written = span
            .byte_offset()
            .zip(span.byte_len())
            .and_then(|(offset, length)| {
                let start = usize::try_from(offset).ok()?;
                let end = start.checked_add(usize::try_from(length).ok()?)?;
                self.text.get(start..end)?.trim().parse().ok()
            });
        let by_value = || match number {
            RawNumber::Double(double) => Number::from_f64(*double),
            RawNumber::Exact(_) => None,
        };
        written.or_else(by_value).ok_or_else(|| ReadError {
            message: "this number does not exist in JSON: write it as a text in quotes".to_owned(),
            at,
        })
    }
}
