//! Which version is written, from which one the contract came, and what that means for members without a field.

use crate::json::Value;

use crate::contract::{Members, Specification};
use crate::{Error, ErrorKind};

/// A contract that was read as `from` is written as `to`.
#[derive(Clone, Copy)]
pub(crate) struct Target {
    pub(crate) to: Specification,
    pub(crate) from: Specification,
}

/// Why something cannot be written in the requested version.
pub(crate) type Write<T> = Result<T, String>;

impl Target {
    /// Returns whether a version is written that is older than the one that the contract was read or built as.
    pub(super) fn is_downgrade(self) -> bool {
        self.to < self.from
    }

    /// Returns the members to start from: what the reader kept. Members of these names are kept as they were only if the
    /// same version is written; another version may have another form for them.
    pub(super) fn start(self, extra: &Members, known: &[&str]) -> Members {
        let mut members = extra.clone();
        if self.to != self.from {
            for name in known {
                members.remove(*name);
            }
        }
        members
    }

    pub(crate) fn error(self, description: &str, why: &str) -> Error {
        Error::new(
            ErrorKind::Invalid,
            format!(
                "interaction {description:?} cannot be written in version {} of the contract format: {why}",
                self.to
            ),
        )
    }
}

/// Puts what the model says over what the reader kept in its place.
pub(super) fn overlay(mut kept: Members, says: Members) -> Members {
    for (name, value) in says {
        match (kept.get_mut(&name), value) {
            (Some(Value::Object(below)), Value::Object(above)) => {
                *below = overlay(std::mem::take(below), above);
            }
            (Some(slot), value) => *slot = value,
            (None, value) => {
                kept.insert(name, value);
            }
        }
    }
    kept
}

/// Adds the member unless it is empty.
pub(super) fn put(members: &mut Members, name: &str, value: Members) {
    if !value.is_empty() {
        members.insert(name.to_owned(), Value::Object(value));
    }
}
