//! `schema`: valid according to a JSON Schema.

#[cfg(feature = "schema")]
pub(crate) use self::compiled::Schema;
#[cfg(not(feature = "schema"))]
pub(crate) use self::missing::Schema;

use super::failure::Rejected;
use super::matching_rule::{Inherited, MatchingRule};
use super::verdict::Verdict;
use crate::json::Value;
use crate::matching::Unexpected;
use crate::matching::given::Given;

impl MatchingRule for Schema {
    fn name(&self) -> &'static str {
        "schema"
    }

    fn inherited(&self) -> Inherited {
        Inherited::Nothing
    }

    fn judge(&self, _: Option<&Value>, actual: &Value, _: Unexpected) -> Verdict {
        Verdict::holds_if(self.is_valid(actual))
    }

    fn holds(&self, given: Given<'_>) -> bool {
        match given {
            Given::Json(value) => self.is_valid(value),
            Given::Text(_) | Given::Bytes(_) => {
                given.as_readable().is_some_and(|text| self.is_valid_text(text))
            }
        }
    }

    fn checks_type(&self) -> bool {
        false
    }

    fn describe(&self, rejected: &Rejected<'_>) -> String {
        match rejected.actual {
            Given::Json(value) => self.problems(value),
            _ => format!("Expected {} to be valid under the schema", rejected.typed()),
        }
    }

    fn expect(&self, _: Option<Given<'_>>) -> String {
        "a value that is valid under the JSON Schema".to_owned()
    }
}

#[cfg(feature = "schema")]
mod compiled {
    use crate::json::Value;
    use jsonschema::Validator;

    use crate::matching::effort;
    use crate::matching::rule::schema_cost;
    use crate::{Error, ErrorKind};

    /// Maximum number of problems in a description.
    const SHOWN: usize = 5;

    /// Larger schemas, counted with every reference followed, are rejected.
    const SIZE_LIMIT: u64 = 100_000;

    /// The cost of applying one schema to one value, in steps.
    const STEPS_OF_MEETING: u64 = 20;

    /// Validations that would cost more are not run, regardless of the remaining steps.
    const MOST_MEETINGS: u64 = 2_000_000;

    /// Maximum number of backtracks of a schema's pattern on one text.
    const BACKTRACK_LIMIT: usize = 5_000;

    /// If schemas apply to values more often than this, problems are not listed: listing costs more than detecting.
    const MOST_TOLD: u64 = 100_000;

    /// A compiled JSON Schema. References must stay within the schema: nothing is fetched.
    #[derive(Debug)]
    pub(crate) struct Schema {
        document: serde_json::Value,
        validator: Validator,
        /// Whether its patterns need a backtracking engine.
        backtracks: bool,
    }

    /// Returns why a schema cannot be used.
    fn reason(error: &jsonschema::ValidationError<'_>) -> String {
        match error.kind() {
            jsonschema::error::ValidationErrorKind::Referencing(_) => {
                format!(
                    "a $ref leads to no schema within it, and nothing is fetched: write that schema into it ({error})"
                )
            }
            _ => error.to_string(),
        }
    }

    impl Schema {
        /// Compiles the schema.
        pub(crate) fn compile(schema: &Value) -> Result<Self, Error> {
            let schema = schema.to_serde();
            if schema_cost::size(&schema) > SIZE_LIMIT {
                return Err(Error::new(
                    ErrorKind::Invalid,
                    format!(
                        "the JSON Schema of a rule expands to more than {SIZE_LIMIT} schemas when its \
                         references are followed: use fewer levels of anyOf, allOf and oneOf"
                    ),
                ));
            }
            // Patterns that need no backtracking run on the engine without it.
            let linear = jsonschema::options()
                .with_pattern_options(jsonschema::PatternOptions::regex())
                .build(&schema);
            let backtracks = linear.is_err();
            let backtracking = |_| {
                let patterns = jsonschema::PatternOptions::fancy_regex().backtrack_limit(BACKTRACK_LIMIT);
                jsonschema::options()
                    .with_pattern_options(patterns)
                    .build(&schema)
            };
            let validator = linear.or_else(backtracking).map_err(|error| {
                let place = error.instance_path().to_string();
                let place = if place.is_empty() {
                    "its root".to_owned()
                } else {
                    place
                };
                Error::new(
                    ErrorKind::Malformed,
                    format!(
                        "the JSON Schema of a rule cannot be used, at {place}: {}",
                        reason(&error)
                    ),
                )
            })?;
            Ok(Self {
                document: schema,
                validator,
                backtracks,
            })
        }

        /// Returns whether the value is valid. A value that is too expensive to validate is not.
        pub(crate) fn is_valid(&self, actual: &Value) -> bool {
            let actual = actual.to_serde();
            let meetings = schema_cost::meetings(&self.document, &actual, self.backtracks);
            effort::spend(meetings.saturating_mul(STEPS_OF_MEETING))
                && meetings <= MOST_MEETINGS
                && self.validator.is_valid(&actual)
        }

        /// Returns whether a text is valid: as a string, or as the number or boolean that it represents.
        pub(crate) fn is_valid_text(&self, actual: &str) -> bool {
            let read = || crate::json::from_str(actual).ok();
            self.is_valid(&Value::from(actual))
                || read()
                    .is_some_and(|value| (value.is_number() || value.is_boolean()) && self.is_valid(&value))
        }

        /// Returns why the value is not valid.
        pub(crate) fn problems(&self, actual: &Value) -> String {
            let actual = actual.to_serde();
            if schema_cost::meetings(&self.document, &actual, self.backtracks) > MOST_TOLD {
                return "Expected a value that is valid under the JSON Schema".to_owned();
            }
            let mut problems: Vec<String> = self
                .validator
                .iter_errors(&actual)
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
    use crate::json::Value;

    use crate::{Error, ErrorKind};

    /// Replaces the JSON Schema in a build without the feature; it has no values.
    #[derive(Debug)]
    pub(crate) struct Schema {
        never: std::convert::Infallible,
    }

    impl Schema {
        /// Returns the error that names the missing feature.
        pub(crate) fn compile(_schema: &Value) -> Result<Self, Error> {
            Err(Error::new(
                ErrorKind::MissingFeature,
                "a rule uses a JSON Schema, which needs the feature `schema` of contract-core; enable it",
            ))
        }

        /// Returns whether the value is valid.
        pub(crate) fn is_valid(&self, _actual: &Value) -> bool {
            match self.never {}
        }

        /// Returns whether a text is valid.
        pub(crate) fn is_valid_text(&self, _actual: &str) -> bool {
            match self.never {}
        }

        /// Returns why the value is not valid.
        pub(crate) fn problems(&self, _actual: &Value) -> String {
            match self.never {}
        }
    }
}

#[cfg(feature = "schema")]
#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use crate::json::{Value, json};

    use crate::contract::{Body, Matcher, Response, RuleList};
    use crate::matching::ResponsePlan;

    fn plan(schema: Value) -> Result<ResponsePlan, crate::Error> {
        let mut expected = Response {
            body: Body::json(json!({"user": {"id": 1}})),
            ..Response::default()
        };
        expected.rules.body =
            BTreeMap::from([("$.user".parse().unwrap(), RuleList::one(Matcher::Schema(schema)))]);
        ResponsePlan::compile(&expected)
    }

    fn descriptions(plan: &ResponsePlan, user: &Value) -> Vec<String> {
        let actual = Response {
            body: Body::json(json!({"user": user})),
            ..Response::default()
        };
        let mismatches = plan.compare(&actual).into_mismatches();
        mismatches
            .into_iter()
            .map(|mismatch| format!("{}: {}", mismatch.path, mismatch.description))
            .collect()
    }

    #[test]
    fn a_value_is_judged_by_its_schema_alone() {
        let plan = plan(json!({
            "type": "object",
            "required": ["id"],
            "properties": {"id": {"$ref": "#/$defs/id"}, "tags": {"items": {"pattern": "^[a-z]+$"}}},
            "$defs": {"id": {"type": "integer", "minimum": 1}},
        }))
        .unwrap();
        assert_eq!(
            descriptions(&plan, &json!({"id": 7, "tags": ["a"], "more": null})),
            [""; 0]
        );
        let found = descriptions(&plan, &json!({"id": 0, "tags": ["A"]}));
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(
            found[0].starts_with("$.user: ") && found[0].contains("/id: ") && found[0].contains("/tags/0: ")
        );
        assert_eq!(descriptions(&plan, &json!([])).len(), 1);
    }

    #[test]
    fn a_schema_that_cannot_be_used_is_an_error_at_its_rule() {
        for schema in [
            json!({"type": "nothing"}),
            json!({"$ref": "http://localhost/schema.json"}),
            json!({"pattern": "("}),
        ] {
            let error = plan(schema).unwrap_err().to_string();
            assert!(
                error.contains("JSON Schema") && error.contains("$.user"),
                "{error}"
            );
        }
    }
}
