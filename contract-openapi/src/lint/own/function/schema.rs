//! `schema`: a value is valid by a JSON Schema.

use std::fmt;

use jsonschema::{Draft, Validator};

use super::Failure;
use super::options::{Options, Refuse};
use crate::Error;
use crate::document::Node;
use crate::lint::finding::Segment;
use crate::lint::own::view::View;

/// `schema`
pub(in crate::lint) struct SchemaCheck {
    validator: Validator,
    /// Whether all errors are told, or the first one alone.
    tells_all: bool,
}

impl fmt::Debug for SchemaCheck {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SchemaCheck")
            .field("tells_all", &self.tells_all)
            .finish_non_exhaustive()
    }
}

impl SchemaCheck {
    pub(super) fn read(options: &Options<'_>, refuse: &Refuse<'_>) -> Result<Self, Error> {
        let node = options.required("schema", refuse)?;
        let schema = node.to_serde();
        let named = match options.get("dialect") {
            None => "auto",
            Some(dialect) => dialect.as_str().unwrap_or_default(),
        };
        let draft = match named {
            "auto" if node.get("$schema").is_some() => None,
            "auto" | "draft7" => Some(Draft::Draft7),
            "draft4" => Some(Draft::Draft4),
            "draft6" => Some(Draft::Draft6),
            "draft2019-09" => Some(Draft::Draft201909),
            "draft2020-12" => Some(Draft::Draft202012),
            _ => {
                let place = options.get("dialect").unwrap_or(node);
                return Err(refuse.at(
                    place,
                    "dialect must be auto, draft4, draft6, draft7, draft2019-09 or draft2020-12",
                ));
            }
        };
        let mut settings = jsonschema::options().should_validate_formats(true);
        if let Some(draft) = draft {
            settings = settings.with_draft(draft);
        }
        let validator = settings
            .build(&schema)
            .map_err(|error| refuse.at(node, format!("the schema cannot be used: {error}")))?;
        Ok(Self {
            validator,
            tells_all: options.get("allErrors").and_then(Node::as_bool).unwrap_or(false),
        })
    }

    pub(super) fn judge(&self, view: &View<'_>, value: Option<&Node>) -> Vec<Failure> {
        let Some(value) = value else {
            return Failure::here("must exist");
        };
        let Some(value) = view.whole(value) else {
            return Failure::here("is too large to be judged by a schema");
        };
        let most = if self.tells_all { usize::MAX } else { 1 };
        let errors = self.validator.iter_errors(&value).take(most);
        errors
            .map(|error| {
                let pointer = error.instance_path().to_string();
                Failure {
                    message: error.to_string(),
                    below: steps(&pointer),
                }
            })
            .collect()
    }
}

/// Returns the steps of a pointer. An index may name a member as well: both are looked up.
fn steps(pointer: &str) -> Vec<Segment> {
    pointer
        .split('/')
        .skip(1)
        .map(|token| Segment::Name(crate::document::unescape(token).into_owned()))
        .collect()
}
