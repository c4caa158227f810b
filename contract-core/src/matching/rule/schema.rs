//! `schema`: valid under a JSON Schema.

#[cfg(feature = "schema")]
pub(crate) use self::compiled::Schema;
#[cfg(not(feature = "schema"))]
pub(crate) use self::missing::Schema;

#[cfg(feature = "schema")]
mod compiled {
    use jsonschema::Validator;
    use serde_json::Value;

    use crate::{Error, ErrorKind};

    /// How many problems a description names.
    const SHOWN: usize = 5;

    /// A JSON Schema, compiled. References lead within the schema: nothing is fetched.
    #[derive(Debug)]
    pub(crate) struct Schema {
        validator: Validator,
    }

    impl Schema {
        /// Compiles the schema.
        pub(crate) fn compile(schema: &Value) -> Result<Self, Error> {
            let validator = jsonschema::validator_for(schema).map_err(|error| {
                let place = error.instance_path().to_string();
                let place = if place.is_empty() {
                    "its root".to_owned()
                } else {
                    place
                };
                Error::new(
                    ErrorKind::Malformed,
                    format!("the JSON Schema of a rule cannot be used, at {place}: {error}"),
                )
            })?;
            Ok(Self { validator })
        }

        /// Whether the value is valid.
        pub(crate) fn holds(&self, actual: &Value) -> bool {
            self.validator.is_valid(actual)
        }

        /// Why the value is not valid.
        pub(crate) fn description(&self, actual: &Value) -> String {
            let mut problems: Vec<String> = self
                .validator
                .iter_errors(actual)
                .take(SHOWN + 1)
                .map(|error| match error.instance_path().to_string() {
                    path if path.is_empty() => error.to_string(),
                    path => format!("{path}: {error}"),
                })
                .collect();
            if problems.len() > SHOWN {
                problems.truncate(SHOWN);
                problems.push("and more".to_owned());
            }
            format!(
                "Expected a value that is valid under the JSON Schema: {}",
                problems.join("; ")
            )
        }
    }
}

#[cfg(not(feature = "schema"))]
mod missing {
    use serde_json::Value;

    use crate::{Error, ErrorKind};

    /// Stands for a JSON Schema in a build that has no feature for it; there is none.
    #[derive(Debug)]
    pub(crate) struct Schema {
        never: std::convert::Infallible,
    }

    impl Schema {
        /// Says which feature is missing.
        pub(crate) fn compile(_schema: &Value) -> Result<Self, Error> {
            Err(Error::new(
                ErrorKind::MissingFeature,
                "a rule uses a JSON Schema, which needs the feature `schema` of contract-core; enable it",
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
}
