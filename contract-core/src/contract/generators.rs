//! Generators: values generated anew for each use of an example.

use std::collections::BTreeMap;

use super::{Members, Path};

/// The generators of one request, response or message.
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

/// How a value is generated (specification, "generators", versions 3 and 4).
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Generator {
    /// `RandomInt`: from `min` to `max`, both included.
    RandomInt {
        /// The minimum.
        min: i64,
        /// The maximum.
        max: i64,
    },
    /// `RandomDecimal` with this many digits.
    RandomDecimal {
        /// Number of digits before and after the decimal point.
        digits: usize,
    },
    /// `RandomHexadecimal` with this many digits.
    RandomHexadecimal {
        /// Number of digits.
        digits: usize,
    },
    /// `RandomString` of this many letters and digits.
    RandomString {
        /// Number of characters.
        size: usize,
    },
    /// `Regex`: a text that matches the pattern.
    Regex(String),
    /// `Uuid`
    Uuid(Option<UuidFormat>),
    /// `Date`
    Date {
        /// A pattern in Java's syntax; ISO 8601 by default.
        format: Option<String>,
        /// An offset from today: `+1 week`, `next friday`.
        expression: Option<String>,
    },
    /// `Time`
    Time {
        /// A pattern in Java's syntax; ISO 8601 by default.
        format: Option<String>,
        /// An offset from now.
        expression: Option<String>,
    },
    /// `DateTime`
    DateTime {
        /// A pattern in Java's syntax; ISO 8601 by default.
        format: Option<String>,
        /// An offset from now: a date expression, `@`, a time expression.
        expression: Option<String>,
    },
    /// `RandomBoolean`
    RandomBoolean,
    /// `ProviderState`: a value that the provider state's handler returned.
    ProviderState {
        /// A name, or text that contains `${name}`.
        expression: String,
        /// The type that the value is converted to.
        data_type: Option<DataType>,
    },
    /// `MockServerURL`: the example with the address of the mock provider.
    MockServerUrl {
        /// The URL in the example.
        example: String,
        /// A pattern whose first group is the part after the address.
        regex: String,
    },
    /// A generator unknown to this library, with its members except `type`.
    Unknown {
        /// The `type` member.
        name: String,
        /// The other members.
        members: Members,
    },
}

/// The notation of a UUID.
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
    /// Returns whether there are no generators.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}
