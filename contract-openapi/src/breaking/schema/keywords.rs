//! Keywords that contain a schema, or several schemas by name.

use super::normal::says_nothing;
use super::property::join;
use super::walk::{Pair, Walk};
use crate::document::{Node, Value};

/// Keywords that contain one schema, with their names in rules.
const SINGLE: [(&str, &str); 8] = [
    ("if", "if"),
    ("then", "then"),
    ("else", "else"),
    ("contains", "contains"),
    ("propertyNames", "property-names"),
    ("unevaluatedItems", "unevaluated-items"),
    ("unevaluatedProperties", "unevaluated-properties"),
    ("contentSchema", "content-schema"),
];

/// Keywords whose schema is about what no other keyword is about, with their names in rules.
const REST: [(&str, &str); 3] = [
    ("items", "items"),
    ("additionalProperties", "additional-properties"),
    ("additionalItems", "additional-items"),
];

/// Keywords that contain schemas by name, with their names in rules.
const NAMED: [(&str, &str); 2] = [
    ("patternProperties", "pattern-property"),
    ("dependentSchemas", "dependent-schema"),
];

pub(super) fn compare(walk: &mut Walk<'_, '_>, pair: Pair<'_>) {
    for (keyword, name) in SINGLE {
        match (pair.old.get(keyword), pair.new.get(keyword)) {
            (None, Some(_)) => walk.report(pair, &format!("{name}-added"), format!("got {keyword}"), &[]),
            (Some(_), None) => walk.report(pair, &format!("{name}-removed"), format!("lost {keyword}"), &[]),
            (Some(old), Some(new)) if is_schema(old) && is_schema(new) => {
                walk.pair(old, new, &join(pair.way, keyword));
            }
            _ => {}
        }
    }
    for (keyword, name) in REST {
        rest(walk, pair, keyword, name);
    }
    not(walk, pair);
    for (keyword, name) in NAMED {
        let (old, new) = (pair.old.get(keyword), pair.new.get(keyword));
        for (member, schema) in old.into_iter().flat_map(Node::entries) {
            if let Some(other) = new.and_then(|new| new.get(member)) {
                walk.pair(schema, other, &join(pair.way, &format!("{keyword}[{member}]")));
            } else {
                let text = format!("lost `{member}` of {keyword}");
                walk.report(pair, &format!("{name}-removed"), text, &[member]);
            }
        }
        for (member, _) in new.into_iter().flat_map(Node::entries) {
            if old.and_then(|old| old.get(member)).is_none() {
                let text = format!("got `{member}` in {keyword}");
                walk.report(pair, &format!("{name}-added"), text, &[member]);
            }
        }
    }
    prefix_items(walk, pair);
    contains_counts(walk, pair);
    dependent_required(walk, pair);
    for (keyword, suffix) in [
        ("contentMediaType", "content-media-type-changed"),
        ("contentEncoding", "content-encoding-changed"),
    ] {
        let text = |schema: &'_ Node| {
            schema
                .get(keyword)
                .and_then(Node::as_str)
                .unwrap_or("none")
                .to_owned()
        };
        let (old, new) = (text(pair.old), text(pair.new));
        if old != new {
            walk.report(
                pair,
                suffix,
                format!("changed its {keyword} from {old} to {new}"),
                &[&old, &new],
            );
        }
    }
}

/// What a schema allows where no other keyword says anything.
enum Rest<'n> {
    Anything,
    Nothing,
    Values(&'n Node),
}

impl<'n> Rest<'n> {
    fn of(schema: &'n Node, keyword: &str) -> Self {
        match schema.get(keyword) {
            Some(node) if node.as_bool() == Some(false) => Self::Nothing,
            Some(node) if is_schema(node) && !says_nothing(node) => Self::Values(node),
            Some(_) | None => Self::Anything,
        }
    }
}

fn rest(walk: &mut Walk<'_, '_>, pair: Pair<'_>, keyword: &str, name: &str) {
    let (suffix, text) = match (Rest::of(pair.old, keyword), Rest::of(pair.new, keyword)) {
        (Rest::Values(old), Rest::Values(new)) => {
            return walk.pair(old, new, &join(pair.way, keyword));
        }
        (Rest::Anything, Rest::Anything) | (Rest::Nothing, Rest::Nothing) => return,
        (Rest::Anything, Rest::Values(_)) => ("added", format!("restricts its {keyword} now")),
        (Rest::Values(_), Rest::Anything) => ("removed", format!("restricts its {keyword} no longer")),
        (_, Rest::Nothing) => ("closed", format!("allows no {keyword} any more")),
        (Rest::Nothing, _) => ("opened", format!("allows {keyword} now")),
    };
    walk.report(pair, &format!("{name}-{suffix}"), text, &[]);
}

/// Compares `not`: what it contains is forbidden, so its parts cannot be judged like those of other keywords.
fn not(walk: &mut Walk<'_, '_>, pair: Pair<'_>) {
    let (suffix, text) = match (pair.old.get("not"), pair.new.get("not")) {
        (Some(old), Some(new)) if !walk.options.compares_meaning => {
            return walk.pair(old, new, &join(pair.way, "not"));
        }
        (None, Some(_)) => ("not-added", "got not"),
        (Some(_), None) => ("not-removed", "lost not"),
        (Some(old), Some(new)) if !walk.is_alike(old, new) => ("not-changed", "changed its not"),
        _ => return,
    };
    walk.report(pair, suffix, text.to_owned(), &[]);
}

fn is_schema(node: &Node) -> bool {
    matches!(node.value, Value::Object(_))
}

fn prefix_items(walk: &mut Walk<'_, '_>, pair: Pair<'_>) {
    let list = |schema: &'_ Node| -> Vec<Node> {
        schema
            .get("prefixItems")
            .and_then(Node::as_array)
            .unwrap_or_default()
            .to_vec()
    };
    let (old, new) = (list(pair.old), list(pair.new));
    for (index, (before, after)) in old.iter().zip(&new).enumerate() {
        walk.pair(
            before,
            after,
            &join(pair.way, &format!("prefixItems[{}]", index + 1)),
        );
    }
    let count = (old.len().to_string(), new.len().to_string());
    if new.len() > old.len() {
        let text = format!("got more prefixItems: {} instead of {}", count.1, count.0);
        walk.report(pair, "prefix-items-added", text, &[&count.0, &count.1]);
    } else if new.len() < old.len() {
        let text = format!("lost prefixItems: {} instead of {}", count.1, count.0);
        walk.report(pair, "prefix-items-removed", text, &[&count.0, &count.1]);
    }
}

/// Compares `minContains`, which is 1 by default, and `maxContains`.
fn contains_counts(walk: &mut Walk<'_, '_>, pair: Pair<'_>) {
    if pair.old.get("contains").is_none() || pair.new.get("contains").is_none() {
        return;
    }
    for (keyword, name, default) in [
        ("minContains", "min-contains", Some(1)),
        ("maxContains", "max-contains", None),
    ] {
        let count = |schema: &Node| {
            schema
                .get(keyword)
                .and_then(Node::as_u64)
                .or(default)
                .unwrap_or(u64::MAX)
        };
        let (old, new) = (count(pair.old), count(pair.new));
        let verb = match new.cmp(&old) {
            std::cmp::Ordering::Greater => "increased",
            std::cmp::Ordering::Less => "decreased",
            std::cmp::Ordering::Equal => continue,
        };
        let shown = |count: u64| {
            if count == u64::MAX {
                "none".to_owned()
            } else {
                count.to_string()
            }
        };
        let (old, new) = (shown(old), shown(new));
        let text = format!("changed its {keyword} from {old} to {new}");
        walk.report(pair, &format!("{name}-{verb}"), text, &[&old, &new]);
    }
}

fn dependent_required(walk: &mut Walk<'_, '_>, pair: Pair<'_>) {
    let (old, new) = (
        pair.old.get("dependentRequired"),
        pair.new.get("dependentRequired"),
    );
    let names = |node: &Node| -> Vec<String> {
        let mut names: Vec<String> = node.strings().map(str::to_owned).collect();
        names.sort();
        names
    };
    for (member, before) in old.into_iter().flat_map(Node::entries) {
        match new.and_then(|new| new.get(member)) {
            None => {
                let text = format!("lost `{member}` of dependentRequired");
                walk.report(pair, "dependent-required-removed", text, &[member]);
            }
            Some(after) if names(before) != names(after) => {
                let (before, after) = (names(before).join(", "), names(after).join(", "));
                let text = format!("needs {after} beside `{member}` instead of {before}");
                walk.report(
                    pair,
                    "dependent-required-changed",
                    text,
                    &[member, &before, &after],
                );
            }
            Some(_) => {}
        }
    }
    for (member, after) in new.into_iter().flat_map(Node::entries) {
        if old.and_then(|old| old.get(member)).is_none() {
            let text = format!("needs {} beside `{member}`", names(after).join(", "));
            walk.report(pair, "dependent-required-added", text, &[member]);
        }
    }
}
