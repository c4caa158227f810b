//! Generates values that a schema allows: the smallest one, and a given one with its missing parts.

use std::cell::Cell;

use contract_core::json::Number;

use super::alternative::{Alternative, alternatives};
use crate::document::{Node, Object, Value};
use crate::schema::{Bundle, Format, Patterns, number_of};

/// Generates values from a schema. They are only likely to be valid: the caller validates them.
#[derive(Clone, Copy)]
pub(super) struct Maker<'a> {
    pub(super) bundle: &'a Bundle,
    pub(super) patterns: &'a Patterns,
    /// Number of values that may still be generated.
    pub(super) budget: &'a Cell<usize>,
}

/// Maximum number of values generated for one body.
pub(super) const BUDGET: usize = 20_000;

/// Maximum nesting of a place that is walked.
const MAX_PLACE: usize = 24;
/// Maximum nesting of generated values.
const MAX_DEPTH: usize = 12;
const MAX_LENGTH: usize = 64;

impl<'a> Maker<'a> {
    /// Returns a small value for the conjunction of these schemas.
    pub(super) fn least(&self, schemas: &[&'a Node], depth: usize) -> Option<Node> {
        let alternatives = alternatives(self.bundle, schemas)?;
        alternatives
            .iter()
            .find_map(|alternative| self.least_of(alternative, depth))
    }

    /// Returns the alternatives of a place at this depth; `None` if they are too many, or it is too deep or too late.
    pub(super) fn alternatives(&self, schemas: &[&'a Node], depth: usize) -> Option<Vec<Alternative<'a>>> {
        if depth > MAX_PLACE || !self.spend() {
            return None;
        }
        alternatives(self.bundle, schemas)
    }

    /// Returns whether another value may be generated.
    pub(super) fn spend(&self) -> bool {
        let left = self.budget.get();
        self.budget.set(left.saturating_sub(1));
        left > 0
    }

    /// Returns a small value for one alternative.
    pub(super) fn least_of(&self, alternative: &Alternative<'a>, depth: usize) -> Option<Node> {
        if depth > MAX_DEPTH || !self.spend() {
            return None;
        }
        if let Some(values) = alternative.values() {
            return values.into_iter().next();
        }
        alternative
            .types()
            .iter()
            .find_map(|name| self.least_of_type(alternative, name, depth))
    }

    /// Returns a small value of one type.
    pub(super) fn least_of_type(
        &self,
        alternative: &Alternative<'a>,
        name: &str,
        depth: usize,
    ) -> Option<Node> {
        match name {
            "null" => Some(Node::default()),
            "boolean" => Some(Node::from(true)),
            "integer" => number_between(alternative, true),
            "number" => number_between(alternative, false),
            "string" => text_for(alternative).map(|text| Node::from(text.as_str())),
            "array" => self.array(alternative, depth),
            "object" => self.complete_object(alternative, &Object::default(), depth),
            _ => None,
        }
    }

    fn array(&self, alternative: &Alternative<'a>, depth: usize) -> Option<Node> {
        let count = length(alternative.greatest("minItems"));
        if count > MAX_LENGTH {
            return None;
        }
        let elements: Option<Vec<Node>> = (0..count)
            .map(|index| self.least(&alternative.element(index)?, depth + 1))
            .collect();
        elements.map(Node::from)
    }

    /// Adds everything that the schema requires and the value lacks. Existing members are kept.
    pub(super) fn complete(&self, schemas: &[&'a Node], value: &Node, depth: usize) -> Option<Node> {
        if depth > MAX_DEPTH || !self.spend() {
            return Some(value.clone());
        }
        let alternatives = alternatives(self.bundle, schemas)?;
        let fitting = alternatives
            .iter()
            .filter(|alternative| is_like(alternative, value));
        let mut completed = fitting.filter_map(|alternative| self.complete_by(alternative, value, depth));
        completed.next().or_else(|| Some(value.clone()))
    }

    fn complete_by(&self, alternative: &Alternative<'a>, value: &Node, depth: usize) -> Option<Node> {
        match &value.value {
            Value::Object(object) => self.complete_object(alternative, object, depth),
            Value::Array(elements) => {
                let elements: Option<Vec<Node>> = elements
                    .iter()
                    .enumerate()
                    .map(|(index, element)| self.complete(&alternative.element(index)?, element, depth + 1))
                    .collect();
                elements.map(Node::from)
            }
            _ => Some(value.clone()),
        }
    }

    /// Returns an object with all members that are required.
    pub(super) fn complete_object(
        &self,
        alternative: &Alternative<'a>,
        object: &Object,
        depth: usize,
    ) -> Option<Node> {
        let mut completed = Object::default();
        for (name, member) in object.iter() {
            let schemas = alternative.member(name, &|pattern| self.is_match(pattern, name))?;
            completed.insert(name, self.complete(&schemas, &member.node, depth + 1)?);
        }
        for name in alternative.required() {
            if !completed.contains(name) {
                let schemas = alternative.member(name, &|pattern| self.is_match(pattern, name))?;
                completed.insert(name, self.least(&schemas, depth + 1)?);
            }
        }
        Some(completed.into())
    }

    pub(super) fn is_match(&self, pattern: &str, name: &str) -> bool {
        self.patterns.pattern(pattern).is_match(name) == Some(true)
    }
}

/// Returns whether a value has a type that the alternative allows, and the constants that distinguish
/// alternatives.
pub(super) fn is_like(alternative: &Alternative<'_>, value: &Node) -> bool {
    let types = alternative.types();
    let has_type = match &value.value {
        Value::Null => types.contains(&"null"),
        Value::Bool(_) => types.contains(&"boolean"),
        Value::Number(_) => types.contains(&"number") || types.contains(&"integer"),
        Value::String(_) => types.contains(&"string"),
        Value::Array(_) => types.contains(&"array"),
        Value::Object(_) => types.contains(&"object"),
    };
    let has_tags = value.entries().all(|(name, member)| {
        alternative
            .keyword("properties")
            .filter_map(|properties| properties.get(name))
            .all(|property| {
                let constant = property
                    .get("const")
                    .is_none_or(|constant| constant.same_value(member));
                let listed = property.get("enum").and_then(Node::as_array);
                constant && listed.is_none_or(|listed| listed.contains(member))
            })
    });
    has_type && has_tags
}

/// Returns a keyword's value as a count.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "bounded before"
)]
pub(super) fn length(bound: Option<f64>) -> usize {
    bound.map_or(0, |bound| bound.clamp(0.0, 1.0e6) as usize)
}

/// Returns a number within the bounds.
pub(super) fn number_between(alternative: &Alternative<'_>, is_whole: bool) -> Option<Node> {
    let step = alternative.greatest("multipleOf").filter(|step| *step > 0.0);
    let unit = step.unwrap_or(if is_whole { 1.0 } else { 0.5 });
    let low = alternative.greatest("minimum");
    let above = alternative.greatest("exclusiveMinimum");
    let high = alternative.least("maximum");
    let below = alternative.least("exclusiveMaximum");
    let snapped = |bound: f64, up: bool| {
        let count = bound / unit;
        (if up { count.ceil() } else { count.floor() }) * unit
    };
    let candidates = [
        Some(unit),
        Some(0.0),
        low.map(|low| snapped(low, true)),
        above.map(|above| snapped(above, true) + unit),
        above.map(|above| snapped(above, true)),
        high.map(|high| snapped(high, false)),
        below.map(|below| snapped(below, false) - unit),
        below.map(|below| snapped(below, false)),
        low.zip(high).map(|(low, high)| f64::midpoint(low, high)),
    ];
    let fits = |number: f64| {
        low.is_none_or(|low| number >= low)
            && above.is_none_or(|above| number > above)
            && high.is_none_or(|high| number <= high)
            && below.is_none_or(|below| number < below)
            && (!is_whole || number.fract() == 0.0)
    };
    candidates
        .into_iter()
        .flatten()
        .find(|number| fits(*number))
        .and_then(number_node)
}

/// Returns a number as a node; integers are written without a fraction.
#[expect(clippy::cast_possible_truncation, reason = "bounded before")]
pub(super) fn number_node(number: f64) -> Option<Node> {
    let number = if number.fract() == 0.0 && number.abs() < 9.0e15 {
        Number::from(number as i64)
    } else {
        Number::from_f64(number)?
    };
    Some(Node::new(Value::Number(number)))
}

/// Returns an integer as a node.
pub(super) fn integer_node(integer: i128) -> Option<Node> {
    number_of(integer).map(|number| Node::new(Value::Number(number)))
}

/// Returns a string for a format.
pub(super) fn sample_of_format(format: &str) -> Option<&'static str> {
    Some(match format {
        "date" => "2000-02-29",
        "time" => "10:00:00.5Z",
        "date-time" => "2000-02-29T10:00:00.5Z",
        "duration" => "P1D",
        "email" | "idn-email" => "a@example.com",
        "hostname" | "idn-hostname" => "example.com",
        "ipv4" => "192.0.2.1",
        "ipv6" => "2001:db8::1",
        "uri" | "url" | "iri" => "https://example.com/",
        "uri-reference" | "iri-reference" | "json-pointer" => "/a",
        "uri-template" => "/{a}",
        "uuid" => "00000000-0000-4000-8000-000000000000",
        "relative-json-pointer" => "0",
        "regex" => "a",
        "byte" => "YQ==",
        _ => return None,
    })
}

/// Returns a string within the bounds.
pub(super) fn text_for(alternative: &Alternative<'_>) -> Option<String> {
    let least = length(alternative.greatest("minLength"));
    if least > 10_000 {
        return None;
    }
    let format = alternative
        .keyword("format")
        .filter_map(Node::as_str)
        .find(|name| Format::named(name).is_some());
    if let Some(sample) = format.and_then(sample_of_format) {
        return Some(sample.to_owned());
    }
    if let Some(pattern) = alternative.keyword("pattern").find_map(Node::as_str) {
        return jsonschema_regex::pattern_witness(pattern).map(|text| pad(&text, least));
    }
    Some(pad("", least))
}

fn pad(text: &str, least: usize) -> String {
    let missing = least.saturating_sub(text.chars().count());
    format!("{text}{}", "a".repeat(missing))
}
