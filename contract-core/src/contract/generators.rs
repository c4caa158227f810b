//! Generators: values made fresh for each use of an example.

use std::collections::BTreeMap;

use super::{Members, Path};

/// The generators of one request, response or message, by what they apply to.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Generators {
    /// For the method.
    pub method: Option<Generator>,
    /// For the path.
    pub path: Option<Generator>,
    /// For the status.
    pub status: Option<Generator>,
    /// For query parameters, by name; `name[0]` for one value of several.
    pub query: BTreeMap<String, Generator>,
    /// For header fields, by name as written.
    pub headers: BTreeMap<String, Generator>,
    /// For the body, by path from its root.
    pub body: BTreeMap<Path, Generator>,
    /// For a message's metadata, by name.
    pub metadata: BTreeMap<String, Generator>,
    /// Categories that this library does not know.
    pub extra: Members,
}

/// How a value is made (specification, "generators", versions 3 and 4).
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Generator {
    /// `RandomInt`: from `min` to `max`, both included.
    RandomInt {
        /// The least value.
        min: i64,
        /// The greatest value.
        max: i64,
    },
    /// `RandomDecimal` with this many digits in all.
    RandomDecimal {
        /// Digits before and behind the point together.
        digits: usize,
    },
    /// `RandomHexadecimal` with this many digits.
    RandomHexadecimal {
        /// How many digits.
        digits: usize,
    },
    /// `RandomString` of this many letters and digits.
    RandomString {
        /// How many characters.
        size: usize,
    },
    /// `Regex`: a text that matches.
    Regex(String),
    /// `Uuid`
    Uuid(Option<UuidFormat>),
    /// `Date`
    Date {
        /// Java's letters; ISO 8601 where absent.
        format: Option<String>,
        /// What to add to today: `+1 week`, `next friday`.
        expression: Option<String>,
    },
    /// `Time`
    Time {
        /// Java's letters; ISO 8601 where absent.
        format: Option<String>,
        /// What to add to now.
        expression: Option<String>,
    },
    /// `DateTime`
    DateTime {
        /// Java's letters; ISO 8601 where absent.
        format: Option<String>,
        /// What to add to now: a date expression, `@`, a time expression.
        expression: Option<String>,
    },
    /// `RandomBoolean`
    RandomBoolean,
    /// `ProviderState`: a value that the provider state's handler returned.
    ProviderState {
        /// A name, or text with `${name}` in it.
        expression: String,
        /// The type that the value is converted to.
        data_type: Option<DataType>,
    },
    /// `MockServerURL`: the example with the mock provider's address.
    MockServerUrl {
        /// The URL in the example.
        example: String,
        /// Its first group is what follows the address.
        regex: String,
    },
    /// A generator that this library does not know, with its members but `type`.
    Unknown {
        /// The `type` member.
        name: String,
        /// The other members.
        members: Members,
    },
}

/// How a UUID is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum UuidFormat {
    /// `simple`: 32 digits.
    Simple,
    /// `lower-case-hyphenated`
    LowerCaseHyphenated,
    /// `upper-case-hyphenated`
    UpperCaseHyphenated,
    /// `URN`
    Urn,
}

/// The type of a provider state's value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum DataType {
    /// `STRING`
    String,
    /// `INTEGER`
    Integer,
    /// `DECIMAL`
    Decimal,
    /// `FLOAT`
    Float,
    /// `RAW`: as it is.
    Raw,
    /// `BOOLEAN`
    Boolean,
}

impl Generators {
    /// Whether there is not a generator at all.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}
