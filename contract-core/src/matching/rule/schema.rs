//! `schema`: valid under a JSON Schema.

use serde_json::Value;

use crate::{Error, ErrorKind};

/// A JSON Schema, compiled.
#[derive(Debug)]
pub(crate) struct Schema {
    never: std::convert::Infallible,
}

impl Schema {
    /// Compiles the schema.
    pub(crate) fn compile(_schema: &Value) -> Result<Self, Error> {
        Err(Error::new(
            ErrorKind::MissingFeature,
            "a rule uses a JSON Schema: build contract-core with its feature `schema`",
        ))
    }

    /// Whether the value is valid.
    pub(crate) fn holds(&self, _actual: &Value) -> bool {
        match self.never {}
    }

    /// Why the value is not valid.
    pub(crate) fn description(&self, _actual: &Value) -> String {
        match self.never {}
    }
}
