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

const BOUNDS: [Bound; 8] = [
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
];

pub(super) fn compare(walk: &mut Walk<'_, '_>, pair: Pair<'_>) {
    for bound in &BOUNDS {
        // 0 as the minimum number of elements is not a bound.
        let value = |schema: &Node| {
            let value = schema.get(bound.keyword).and_then(Node::as_f64);
            value.filter(|value| bound.keyword != "minItems" || *value > 0.0)
        };
        let (old, new) = (value(pair.old), value(pair.new));
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
