//! Parses the values of parameters.

use std::sync::Arc;

use crate::compare::contract::at_position;
use crate::compare::judge::Judge;
use crate::compare::text::{Delimited, Encoding, Notation, list_or_object};
use crate::description::{MediaType, Parameter, Style};
use crate::document::{FileId, Limits, Node, Object, Position, read};
use crate::schema::{Bundle, Direction};

impl<'a> Judge<'_, 'a> {
    /// Returns the schema of a path parameter and the value that a percent-encoded text represents.
    pub(in crate::compare) fn path_value(
        &self,
        parameter: &Parameter<'a>,
        text: &str,
    ) -> Option<(Arc<Bundle>, Node)> {
        let decoded = Encoding::Percent.decoded(text);
        if let Some(value) = self.content_value(parameter, &decoded, self.mock.path_at) {
            return value;
        }
        let bundle = self.parameter_bundle(parameter);
        if self.mends().parameter_styles {
            let kind = kind_of(&bundle, &bundle.root, 0);
            let notation = Notation::of(parameter, kind, Encoding::Percent);
            let value = self.fitting(&bundle, notation.readings(text));
            return Some((bundle, value));
        }
        let text = &*decoded;
        let named_type = parameter
            .schema_or_self()
            .get("type")
            .and_then(Node::as_str)
            .map(str::to_owned);
        let value = if named_type.as_deref() == Some("string") {
            Node::from(text)
        } else {
            list_or_object(text)
        };
        if self.skips_complex(&bundle, Some(&value)) {
            return None;
        }
        let separator = match (parameter.style(), parameter.explodes()) {
            (Style::Label, true) => ".",
            (Style::Matrix, true) => ";",
            _ => ",",
        };
        let value = match value.as_str() {
            Some(text) if named_type.as_deref() == Some("array") => split(text, separator),
            _ => value,
        };
        Some((bundle, value))
    }

    /// Returns the value of a parameter that is serialised as a document; `None` if it is not, `Some(None)`
    /// if it is not checked. `at` is the position of the text.
    #[expect(
        clippy::option_option,
        reason = "not a document, or a document that is not checked"
    )]
    pub(in crate::compare) fn content_value(
        &self,
        parameter: &Parameter<'a>,
        text: &str,
        at: Position,
    ) -> Option<Option<(Arc<Bundle>, Node)>> {
        let (media_type, schema) = parameter.content()?;
        if !self.mends().content_parameters {
            return Some(None);
        }
        let Some(schema) = schema.filter(|_| MediaType::parse(media_type).is_json()) else {
            return Some(None);
        };
        let bundle = self.comparator.bundle(schema, Direction::Sent);
        // Text that is not JSON is checked as text.
        let value = serde_json::from_str::<serde::de::IgnoredAny>(text)
            .ok()
            .and_then(|_| read(text, FileId::ROOT, &Limits::default()).ok())
            .unwrap_or_else(|| Node::from(text));
        Some(Some((bundle, at_position(value, at))))
    }

    /// Returns the first of several values that a text may stand for which the schema accepts, otherwise the last one.
    pub(super) fn fitting(&self, bundle: &Bundle, mut readings: Vec<Node>) -> Node {
        let last = readings.pop().unwrap_or_default();
        let mut others = readings.into_iter();
        others.find(|value| self.accepts(bundle, value)).unwrap_or(last)
    }

    /// Returns whether a schema accepts the value of a parameter.
    fn accepts(&self, bundle: &Bundle, value: &Node) -> bool {
        let undecided = self.undecided.take();
        let accepts = self.failures(bundle, Some(value), true).is_empty();
        // Only the validation of the value that is chosen counts.
        *self.undecided.borrow_mut() = undecided;
        accepts
    }

    /// Returns whether a setting of the description disables checks of lists and objects in parameters.
    pub(super) fn skips_complex(&self, bundle: &Bundle, value: Option<&Node>) -> bool {
        let is_empty = value.is_none_or(|value| value.as_str() == Some(""));
        let root = bundle.resolve(&bundle.root);
        let is_complex = matches!(root.get("type").and_then(Node::as_str), Some("array" | "object"));
        self.comparator.prepared.quirks.no_validate_complex_parameters && is_complex && !is_empty
    }
}

/// Splits a text into a list.
pub(super) fn split(text: &str, separator: &str) -> Node {
    text.split(separator).map(Node::from).collect::<Vec<_>>().into()
}

/// Returns whether a schema describes lists, objects or scalars.
pub(super) fn kind_of(bundle: &Bundle, schema: &Node, depth: usize) -> Delimited {
    let schema = bundle.resolve(schema);
    let types: Vec<&str> = match schema.get("type") {
        Some(node) => node.as_str().into_iter().chain(node.strings()).collect(),
        None => Vec::new(),
    };
    if types
        .iter()
        .any(|name| !matches!(*name, "array" | "object" | "null"))
    {
        return Delimited::Text;
    }
    if types.contains(&"array") || schema.get("items").is_some() {
        return Delimited::List;
    }
    if types.contains(&"object") || schema.get("properties").is_some() {
        return Delimited::Object;
    }
    let branches = ["allOf", "oneOf", "anyOf"]
        .iter()
        .flat_map(|keyword| schema.get(keyword).and_then(Node::as_array).unwrap_or_default());
    if depth > 8 {
        return Delimited::Text;
    }
    let mut kinds = branches.map(|branch| kind_of(bundle, branch, depth + 1));
    let Some(first) = kinds.next() else {
        return Delimited::Text;
    };
    if kinds.all(|kind| kind == first) {
        first
    } else {
        Delimited::Text
    }
}

/// Returns whether a schema for objects says that they may have members which it does not name.
pub(super) fn names_others(bundle: &Bundle) -> bool {
    let schema = bundle.resolve(&bundle.root);
    let rest = schema.get("additionalProperties");
    rest.is_some_and(|rest| rest.as_bool() != Some(false)) || schema.get("patternProperties").is_some()
}

/// Returns the properties in a schema for objects.
pub(super) fn property_names(bundle: &Bundle) -> Vec<String> {
    let schema = bundle.resolve(&bundle.root);
    let properties = schema.get("properties").and_then(Node::as_object);
    properties
        .into_iter()
        .flat_map(Object::iter)
        .map(|(name, _)| name.to_owned())
        .collect()
}
