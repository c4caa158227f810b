//! Bounds and patterns.

use super::walk::{Pair, Side, Walk};
use crate::document::Node;

/// A keyword that bounds values.
struct Bound {
    keyword: &'static str,
    /// The name in rules.
    name: &'static str,
    /// The bound of a schema without the keyword, if there is one.
    default: Option<f64>,
}

const BOUNDS: [Bound; 10] = [
    Bound {
        keyword: "maximum",
        name: "max",
        default: None,
    },
    Bound {
        keyword: "minimum",
        name: "min",
        default: None,
    },
    Bound {
        keyword: "exclusiveMaximum",
        name: "exclusive-max",
        default: None,
    },
    Bound {
        keyword: "exclusiveMinimum",
        name: "exclusive-min",
        default: None,
    },
    Bound {
        keyword: "maxLength",
        name: "max-length",
        default: None,
    },
    Bound {
        keyword: "minLength",
        name: "min-length",
        default: Some(0.0),
    },
    Bound {
        keyword: "maxItems",
        name: "max-items",
        default: None,
    },
    Bound {
        keyword: "minItems",
        name: "min-items",
        default: None,
    },
    Bound {
        keyword: "maxProperties",
        name: "max-properties",
        default: None,
    },
    Bound {
        keyword: "minProperties",
        name: "min-properties",
        default: Some(0.0),
    },
];

impl Bound {
    /// Returns the bound of a schema. `exclusiveMaximum: true` beside `maximum` (OpenAPI 3.0) makes that exclusive.
    fn of(&self, schema: &Node) -> Option<f64> {
        let number = |keyword: &str| schema.get(keyword).and_then(Node::as_f64);
        let is_flagged = |keyword: &str| schema.get(keyword).and_then(Node::as_bool) == Some(true);
        match self.keyword {
            "maximum" if is_flagged("exclusiveMaximum") => None,
            "minimum" if is_flagged("exclusiveMinimum") => None,
            "exclusiveMaximum" if is_flagged("exclusiveMaximum") => number("maximum"),
            "exclusiveMinimum" if is_flagged("exclusiveMinimum") => number("minimum"),
            // 0 as the minimum number of elements is not a bound.
            "minItems" => number("minItems").filter(|value| *value > 0.0),
            keyword => number(keyword),
        }
    }
}

pub(super) fn compare(walk: &mut Walk<'_, '_>, pair: Pair<'_>) {
    for bound in &BOUNDS {
        let (old, new) = (bound.of(pair.old), bound.of(pair.new));
        let shown = |value: Option<f64>| value.map_or_else(|| "none".to_owned(), |value| value.to_string());
        let arguments = [shown(old), shown(new)];
        let suffix = match (old.or(bound.default), new.or(bound.default)) {
            (Some(before), Some(after)) if after > before => "increased",
            (Some(before), Some(after)) if after < before => "decreased",
            (None, Some(_)) => "set",
            (Some(_), None) => "unset",
            _ => continue,
        };
        let text = format!(
            "changed its {} from {} to {}",
            bound.keyword, arguments[0], arguments[1]
        );
        walk.report(
            pair,
            &format!("{}-{suffix}", bound.name),
            text,
            &[&arguments[0], &arguments[1]],
        );
    }
    pattern(walk, pair);
    multiple_of(walk, pair);
    unique_items(walk, pair);
}

fn multiple_of(walk: &mut Walk<'_, '_>, pair: Pair<'_>) {
    let value = |schema: &Node| schema.get("multipleOf").and_then(Node::as_f64);
    let (old, new) = (value(pair.old), value(pair.new));
    let divides = |one: f64, other: f64| (other / one).fract() == 0.0;
    let suffix = match (old, new) {
        (None, Some(_)) => "multiple-of-added",
        (Some(_), None) => "multiple-of-removed",
        (Some(before), Some(after)) if divides(before, after) && divides(after, before) => return,
        (Some(before), Some(after)) if divides(before, after) => "multiple-of-narrowed",
        (Some(before), Some(after)) if divides(after, before) => "multiple-of-widened",
        (Some(_), Some(_)) => "multiple-of-changed",
        (None, None) => return,
    };
    let shown = |value: Option<f64>| value.map_or_else(|| "none".to_owned(), |value| value.to_string());
    let (old, new) = (shown(old), shown(new));
    let text = format!("changed its multipleOf from {old} to {new}");
    walk.report(pair, suffix, text, &[&old, &new]);
}

fn unique_items(walk: &mut Walk<'_, '_>, pair: Pair<'_>) {
    let is_unique = |schema: &Node| schema.get("uniqueItems").and_then(Node::as_bool) == Some(true);
    match (is_unique(pair.old), is_unique(pair.new)) {
        (false, true) => walk.report(pair, "unique-items-added", "got uniqueItems".to_owned(), &[]),
        (true, false) => walk.report(pair, "unique-items-removed", "lost uniqueItems".to_owned(), &[]),
        _ => {}
    }
}

fn pattern(walk: &mut Walk<'_, '_>, pair: Pair<'_>) {
    let text = |schema: &'_ Node| schema.get("pattern").and_then(Node::as_str).map(str::to_owned);
    let (old, new) = (text(pair.old), text(pair.new));
    if old == new {
        return;
    }
    let suffix = match (&old, &new) {
        (None, _) => "pattern-added",
        (_, None) => "pattern-removed",
        (_, Some(new)) if new == ".*" && walk.side == Side::Request => "pattern-generalized",
        _ => "pattern-changed",
    };
    let shown = |text: Option<String>| text.unwrap_or_else(|| "none".to_owned());
    let (old, new) = (shown(old), shown(new));
    walk.report(
        pair,
        suffix,
        format!("changed its pattern from `{old}` to `{new}`"),
        &[&old, &new],
    );
}
