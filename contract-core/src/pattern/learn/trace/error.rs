//! Why a run ended, as reported by serde.

use std::fmt;

use serde::de;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Refusal {
    /// A required field is missing.
    Missing(&'static str),
    /// A name is not one of these.
    UnknownVariant(&'static [&'static str]),
    /// A field was given twice, under another of its names (`alias`), which serde lists as separate fields.
    Duplicate(&'static str),
    /// The type contains itself and has reached the maximum nesting.
    Recursion,
    /// The keys of an object are the names of fields, so it is not a map.
    NamedKeys,
    /// Anything else.
    Other(String),
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing(name) => write!(f, "missing field `{name}`"),
            Self::UnknownVariant(names) => write!(f, "unknown variant, expected one of {}", names.join(", ")),
            Self::Duplicate(name) => write!(f, "duplicate field `{name}`"),
            Self::Recursion => f.write_str("the type contains itself, and no example of it ends"),
            Self::NamedKeys => f.write_str("its keys are names of fields"),
            Self::Other(message) => f.write_str(message),
        }
    }
}

impl std::error::Error for Refusal {}

impl de::Error for Refusal {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::Other(message.to_string())
    }

    fn missing_field(field: &'static str) -> Self {
        Self::Missing(field)
    }

    fn duplicate_field(field: &'static str) -> Self {
        Self::Duplicate(field)
    }

    fn unknown_variant(_: &str, expected: &'static [&'static str]) -> Self {
        Self::UnknownVariant(expected)
    }
}
