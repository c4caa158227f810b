//! Actual values in the form that rules judge.

use std::fmt::{self, Write as _};

use crate::json::Value;

use super::show;
use crate::report::value::counted;

/// An actual value or an example: a value of a JSON document, text, or the bytes of a body.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Given<'a> {
    /// A value of a JSON document: keeps its type.
    Json(&'a Value),
    /// A path, a query parameter, a header, a form field, the text of an XML element or a text body. Text is untyped,
    /// so numbers and booleans are parsed from it.
    Text(&'a str),
    /// A binary body.
    Bytes(&'a [u8]),
}

impl<'a> Given<'a> {
    /// Calls `look` with the text form; JSON values that are not strings are serialised. Returns `None` for containers
    /// and bytes.
    ///
    /// Numbers are written to the stack to avoid an allocation.
    pub(crate) fn with_text<T>(self, look: impl FnOnce(&str) -> T) -> Option<T> {
        match self {
            Self::Text(text) => Some(look(text)),
            Self::Json(value) => match value {
                Value::String(text) => Some(look(text)),
                Value::Null => Some(look("null")),
                Value::Bool(true) => Some(look("true")),
                Value::Bool(false) => Some(look("false")),
                Value::Number(number) => {
                    let mut buffer = StackText::default();
                    Some(match write!(buffer, "{number}") {
                        Ok(()) => look(buffer.as_str()),
                        Err(fmt::Error) => look(&number.to_string()),
                    })
                }
                Value::Array(_) | Value::Object(_) => None,
            },
            Self::Bytes(_) => None,
        }
    }

    /// Returns the text if the value is text.
    pub(crate) fn as_text(self) -> Option<&'a str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Json(value) => value.as_str(),
            Self::Bytes(_) => None,
        }
    }

    /// Like [`with_text`](Self::with_text), and also accepts bytes that are UTF-8.
    pub(crate) fn with_readable<T>(self, look: impl FnOnce(&str) -> T) -> Option<T> {
        match self {
            Self::Bytes(_) => self.as_readable().map(look),
            Self::Json(_) | Self::Text(_) => self.with_text(look),
        }
    }

    /// Like [`as_text`](Self::as_text), and also accepts bytes that are UTF-8.
    pub(crate) fn as_readable(self) -> Option<&'a str> {
        match self {
            Self::Bytes(bytes) => std::str::from_utf8(bytes).ok(),
            Self::Json(_) | Self::Text(_) => self.as_text(),
        }
    }

    /// Returns whether the value is an array or an object.
    pub(crate) fn is_container(self) -> bool {
        matches!(self, Self::Json(Value::Array(_) | Value::Object(_)))
    }

    /// Returns the value quoted: `'dog'`, `100`.
    pub(crate) fn quoted(self) -> String {
        match self {
            Self::Json(value) => show::quoted(value),
            Self::Text(text) => format!("'{}'", show::cut(text)),
            Self::Bytes(bytes) => format!("[{}]", counted(bytes.len(), "byte")),
        }
    }

    /// Returns the value with its type: `'dog' (String)`, `100 (Integer)`.
    pub(crate) fn typed(self) -> String {
        match self {
            Self::Json(value) => show::typed(value),
            Self::Text(text) => format!("'{}' (String)", show::cut(text)),
            Self::Bytes([]) => "[] (0 bytes)".to_owned(),
            Self::Bytes(bytes) => format!("[…] ({})", counted(bytes.len(), "byte")),
        }
    }

    /// Returns the value as JSON for the report. Bytes are replaced by their number.
    pub(crate) fn to_value(self) -> Value {
        match self {
            Self::Json(value) => value.clone(),
            Self::Text(text) => Value::from(text),
            Self::Bytes(bytes) => Value::from(counted(bytes.len(), "byte")),
        }
    }
}

/// A short text on the stack. Numbers as `serde_json` writes them have at most 24 bytes.
struct StackText {
    bytes: [u8; 48],
    len: usize,
}

impl Default for StackText {
    fn default() -> Self {
        Self {
            bytes: [0; 48],
            len: 0,
        }
    }
}

impl StackText {
    fn as_str(&self) -> &str {
        std::str::from_utf8(&self.bytes[..self.len]).unwrap_or_default()
    }
}

impl fmt::Write for StackText {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let end = self.len + text.len();
        let space = self.bytes.get_mut(self.len..end).ok_or(fmt::Error)?;
        space.copy_from_slice(text.as_bytes());
        self.len = end;
        Ok(())
    }
}
