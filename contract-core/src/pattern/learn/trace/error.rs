//! Why a run ended, kept as serde says it.

use std::fmt;

use serde::de;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Refusal {
    /// A field that the type requires is not there.
    Missing(&'static str),
    /// A name is not one of these.
    UnknownVariant(&'static [&'static str]),
    /// A field was given twice: under another of its names (`alias`), which serde lists as fields of their own.
    Duplicate(&'static str),
    /// The type contains itself and is shown often enough.
    Recursion,
    /// The keys of an object are the names of fields: they are not free.
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
