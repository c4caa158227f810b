//! What was learnt about a type.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::probe::{Learner, Reading};
use super::trace::{self, Invented};
use crate::json;
use crate::pattern::{IntoPattern, Pattern};
use crate::{Error, ErrorKind};

/// The result of probing a type: which fields it requires, and what it tolerates.
///
/// ```
/// use contract_core::pattern::Learned;
/// use serde::Deserialize;
///
/// #[derive(Deserialize)]
/// struct User {
///     id: u64,
///     name: Option<String>,
/// }
///
/// let learned = Learned::of::<User>()?;
/// let id = learned.field("$.id").unwrap();
/// assert!(id.required && !id.null_tolerated);
/// assert!(!learned.field("$.name").unwrap().required);
/// assert_eq!(learned.field("$").unwrap().unknown_fields_tolerated, Some(true));
/// assert_eq!(learned.pattern().expand().example, serde_json::json!({ "id": 1 }));
/// # Ok::<(), contract_core::Error>(())
/// ```
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Learned {
    /// The type's name.
    pub type_name: String,
    /// Each place in a document of the type, in document order; the first one is the whole document.
    pub fields: Vec<LearnedField>,
    /// The pattern; not part of what is serialised.
    #[serde(skip)]
    pattern: Option<Pattern>,
}

/// What was learnt about a place in a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct LearnedField {
    /// The path: `$.roles[*].id`; `$` is the whole document.
    pub path: String,
    /// The kind of value that the type reads.
    pub kind: FieldKind,
    /// The accepted forms of text: `UUID`, or the names of an enumeration. Empty for other kinds, and if any
    /// text is accepted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub forms: Vec<String>,
    /// Whether the document cannot be read without it. Always true for the whole document and for elements of
    /// arrays.
    pub required: bool,
    /// Whether `null` is accepted.
    pub null_tolerated: bool,
    /// Whether unknown members are accepted or ignored; only for objects.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unknown_fields_tolerated: Option<bool>,
    /// Whether unknown names are accepted; only for enumerations and for texts that are read by names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unknown_values_tolerated: Option<bool>,
}

/// A kind of value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum FieldKind {
    /// An object with known members.
    Object,
    /// An object with any keys.
    Map,
    /// An array of any length.
    List,
    /// An array with a pattern for each element.
    Tuple,
    /// A text.
    Text,
    /// One of several texts.
    Enumeration,
    /// A number without a fraction.
    Integer,
    /// A number.
    Number,
    /// `true` or `false`.
    Boolean,
    /// `null` alone.
    Null,
    /// Any value at all.
    Anything,
    /// Unknown: the field is not required, and nothing that was tried is accepted.
    Unknown,
}

impl Learned {
    /// Learns from what the type requests when it is deserialised, and from which changed documents it
    /// accepts: a member is removed, set to `null` or to another kind, or an unknown one is added.
    ///
    /// A list is tried with one element, an enum with its first variant that can be read. The type's
    /// `Deserialize` runs a few times for each field; it should have no side effects.
    ///
    /// # Errors
    ///
    /// If no document is found that the type can read: it deserialises a field manually, or tries one form
    /// after the other (`untagged`). The message names the field; [`of_example`](Self::of_example) learns
    /// from a given document.
    pub fn of<T: DeserializeOwned>() -> Result<Self, Error> {
        learn::<T>(&trace::invent::<T>()?)
    }

    /// Like [`of`](Self::of), but learns from a document that the type can read. A text that is accepted in
    /// an unknown form (see [`LearnedField::forms`]) matches any text in the pattern.
    ///
    /// ```
    /// use contract_core::pattern::Learned;
    /// use serde::Deserialize;
    ///
    /// #[derive(Deserialize)]
    /// #[serde(untagged)]
    /// enum Amount {
    ///     Money { cents: u64, currency: String },
    ///     Percent { percent: u8 },
    /// }
    ///
    /// let learned = Learned::of_example::<Amount>(serde_json::json!({ "cents": 150, "currency": "EUR" }))?;
    /// assert_eq!(learned.pattern().expand().example, serde_json::json!({ "cents": 150, "currency": "EUR" }));
    /// # Ok::<(), contract_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If the type cannot read the document.
    pub fn of_example<T: DeserializeOwned>(example: impl Serialize) -> Result<Self, Error> {
        let document = json::to_value(example).map_err(|error| {
            Error::new(ErrorKind::Invalid, "an example cannot be written as JSON").with_source(error)
        })?;
        learn::<T>(&Invented {
            document,
            is_given: true,
            given_up: BTreeSet::new(),
            enums: BTreeMap::new(),
        })
    }

    /// Returns the pattern with exactly what the type requires.
    pub fn pattern(&self) -> Pattern {
        self.pattern
            .clone()
            .unwrap_or_else(|| crate::json::Value::Null.into_pattern())
    }

    /// Returns what was learnt about the place with this path.
    pub fn field(&self, path: &str) -> Option<&LearnedField> {
        self.fields.iter().find(|field| field.path == path)
    }
}

fn learn<T: DeserializeOwned>(invented: &Invented) -> Result<Learned, Error> {
    let type_name = std::any::type_name::<T>();
    let read: Reading = |document| {
        json::from_value::<T>(document)
            .map(drop)
            .map_err(|error| error.to_string())
    };
    let mut learner = Learner::new(invented, read);
    let pattern = learner.learn().map_err(|error| error.context(type_name))?;
    Ok(Learned {
        type_name: type_name.to_owned(),
        fields: learner.fields,
        pattern: Some(pattern),
    })
}

/// Writes one line for each place: `$.id: integer, required`.
impl fmt::Display for Learned {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} reads", self.type_name)?;
        self.fields.iter().try_for_each(|field| writeln!(f, "  {field}"))
    }
}

impl fmt::Display for LearnedField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path, self.kind)?;
        if !self.forms.is_empty() {
            write!(f, " ({})", self.forms.join(" | "))?;
        }
        f.write_str(if self.required {
            ", required"
        } else {
            ", may be missing"
        })?;
        if self.null_tolerated {
            f.write_str(", may be null")?;
        }
        match self.unknown_fields_tolerated {
            Some(true) => f.write_str(", ignores unknown fields")?,
            Some(false) => f.write_str(", refuses unknown fields")?,
            None => {}
        }
        match self.unknown_values_tolerated {
            Some(true) => f.write_str(", accepts unknown values"),
            Some(false) => f.write_str(", refuses unknown values"),
            None => Ok(()),
        }
    }
}

impl fmt::Display for FieldKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Object => "object",
            Self::Map => "map",
            Self::List => "list",
            Self::Tuple => "tuple",
            Self::Text => "text",
            Self::Enumeration => "enumeration",
            Self::Integer => "integer",
            Self::Number => "number",
            Self::Boolean => "boolean",
            Self::Null => "null",
            Self::Anything => "anything",
            Self::Unknown => "unknown",
        })
    }
}

/// Returns a pattern with exactly what a type requires when it is deserialised, without a derive.
/// [`Learned::of`] describes how, and returns an error instead of a panic.
///
/// ```
/// use contract_core::prelude::*;
/// use serde::Deserialize;
///
/// #[derive(Deserialize)]
/// struct User {
///     id: u64,
///     roles: Vec<String>,
///     nickname: Option<String>,
/// }
///
/// let pattern = pattern_of::<User>();
/// assert_eq!(pattern.expand().example, serde_json::json!({ "id": 1, "roles": ["text"] }));
/// assert!(pattern.matches(&serde_json::json!({ "id": 7, "roles": [] })));
/// ```
///
/// # Panics
///
/// If no document is found that the type can read; the message names the field and what to do.
#[track_caller]
pub fn pattern_of<T: DeserializeOwned>() -> Pattern {
    match Learned::of::<T>() {
        Ok(learned) => learned.pattern(),
        Err(error) => panic!("pattern_of::<{}>(): {error}", std::any::type_name::<T>()),
    }
}

/// Like [`pattern_of`], with a given example.
///
/// ```
/// use contract_core::prelude::*;
/// use serde::Deserialize;
///
/// #[derive(Deserialize)]
/// struct User {
///     id: u64,
///     name: Option<String>,
/// }
///
/// let pattern = pattern_of_example::<User>(serde_json::json!({ "id": 42, "name": "Ada" }));
/// assert_eq!(pattern.expand().example, serde_json::json!({ "id": 42 }));
/// ```
///
/// # Panics
///
/// If the type cannot read the example.
#[track_caller]
pub fn pattern_of_example<T: DeserializeOwned>(example: impl Serialize) -> Pattern {
    match Learned::of_example::<T>(example) {
        Ok(learned) => learned.pattern(),
        Err(error) => panic!("pattern_of_example::<{}>(…): {error}", std::any::type_name::<T>()),
    }
}
