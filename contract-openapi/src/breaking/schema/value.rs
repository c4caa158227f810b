//! Values: `enum`, `const`, `default`.

use super::walk::{Pair, Part, Side, Walk};
use crate::document::Node;

pub(super) fn compare(walk: &mut Walk<'_, '_>, pair: Pair<'_>) {
    enums(walk, pair);
    extensible_enums(walk, pair);
    single(walk, pair, "const", "const");
    let is_required_parameter = matches!(
        walk.part,
        Part::Parameter {
            is_required: true,
            ..
        }
    );
    if !is_required_parameter {
        single(walk, pair, "default", "default-value");
    }
}

fn listed<'n>(schema: &'n Node, keyword: &str) -> &'n [Node] {
    schema.get(keyword).and_then(Node::as_array).unwrap_or_default()
}

fn enums(walk: &mut Walk<'_, '_>, pair: Pair<'_>) {
    let (old, new) = (listed(pair.old, "enum"), listed(pair.new, "enum"));
    match (old.is_empty(), new.is_empty()) {
        (true, false) => {
            let text = "is restricted to an enum now".to_owned();
            walk.report(pair, "became-enum", text.clone(), &[]);
            if walk.part.is_header() && !pair.way.is_empty() {
                walk.report_as("request-header-property-became-enum", pair, &text, &[]);
            }
        }
        // Without an enum any value is allowed, so no value is removed.
        (_, true) => {}
        (false, false) => {
            let is_extensible =
                pair.old.get("x-extensible-enum").is_some() || pair.new.get("x-extensible-enum").is_some();
            for value in old.iter().filter(|value| !new.contains(value)) {
                let shown = value.to_json().to_string();
                let text = format!("lost the enum value {shown}");
                if walk.side == Side::Response && pair.way.is_empty() {
                    walk.report_as("response-mediatype-enum-value-removed", pair, &text, &[&shown]);
                } else {
                    walk.report(pair, "enum-value-removed", text, &[&shown]);
                }
            }
            for value in new.iter().filter(|value| !old.contains(value) && !is_extensible) {
                let shown = value.to_json().to_string();
                walk.report(
                    pair,
                    "enum-value-added",
                    format!("got the enum value {shown}"),
                    &[&shown],
                );
            }
        }
    }
}

/// Compares `x-extensible-enum`: values may be added at any time, but listed ones must stay.
fn extensible_enums(walk: &mut Walk<'_, '_>, pair: Pair<'_>) {
    if pair.new.get("x-extensible-enum").is_none() {
        return;
    }
    let (old, new) = (
        listed(pair.old, "x-extensible-enum"),
        listed(pair.new, "x-extensible-enum"),
    );
    for value in old.iter().filter(|value| !new.contains(value)) {
        let shown = value.to_json().to_string();
        let text = format!("lost the x-extensible-enum value {shown}");
        walk.report(pair, "x-extensible-enum-value-removed", text, &[&shown]);
    }
}

/// Compares a keyword that contains one value.
fn single(walk: &mut Walk<'_, '_>, pair: Pair<'_>, keyword: &str, name: &str) {
    let (old, new) = (pair.old.get(keyword), pair.new.get(keyword));
    let shown =
        |node: Option<&Node>| node.map_or_else(|| "none".to_owned(), |node| node.to_json().to_string());
    let suffix = match (old, new) {
        (None, Some(_)) => "added",
        (Some(_), None) => "removed",
        (Some(old), Some(new)) if !old.same_value(new) => "changed",
        _ => return,
    };
    let (old, new) = (shown(old), shown(new));
    let text = format!("changed its {keyword} from {old} to {new}");
    walk.report(pair, &format!("{name}-{suffix}"), text, &[&old, &new]);
}
