//! Keywords for arrays.

use super::Verdict;
use super::evaluated::Evaluated;
use super::path::Step;
use super::validator::{Dialect, Walk};
use crate::document::{Node, Value};

/// The keywords that only apply to arrays.
pub(super) const KEYWORDS: &[&str] = &[
    "maxItems",
    "minItems",
    "additionalItems",
    "items",
    "contains",
    "uniqueItems",
    "unevaluatedItems",
];

/// Validates the keywords for arrays.
pub(super) fn check<'w>(
    walk: &mut Walk<'_, 'w>,
    schema: &'w Node,
    value: &'w Node,
    evaluated: &mut Evaluated,
) {
    let Some(elements) = value.as_array() else { return };
    let count = elements.len() as u64;
    if let Some(maximum) = schema
        .get("maxItems")
        .and_then(Node::as_u64)
        .filter(|maximum| count > *maximum)
    {
        walk.fail(schema, "maxItems", Some(value), || {
            format!("must NOT have more than {maximum} items")
        });
    }
    if let Some(minimum) = schema
        .get("minItems")
        .and_then(Node::as_u64)
        .filter(|minimum| count < *minimum)
    {
        walk.fail(schema, "minItems", Some(value), || {
            format!("must NOT have fewer than {minimum} items")
        });
    }
    items(walk, schema, value, elements, evaluated);
    contains(walk, schema, value, elements, evaluated);
    if schema.get("uniqueItems").and_then(Node::as_bool) == Some(true) {
        unique(walk, schema, value, elements);
    }
    if let Some(unevaluated) = schema.get("unevaluatedItems") {
        for (index, element) in elements.iter().enumerate() {
            if !evaluated.has_element(index) {
                walk.inside(
                    Step::Index(index),
                    &[Step::Name("unevaluatedItems")],
                    unevaluated,
                    element,
                );
            }
        }
        evaluated.all_elements();
    }
}

fn items<'w>(
    walk: &mut Walk<'_, 'w>,
    schema: &'w Node,
    value: &'w Node,
    elements: &'w [Node],
    evaluated: &mut Evaluated,
) {
    let is_new = walk.validator.dialect == Dialect::Draft202012;
    let items = schema.get("items");
    let (prefix_keyword, prefix) = match items.map(|items| &items.value) {
        Some(Value::Array(prefix)) => ("items", prefix.as_slice()),
        _ if is_new => (
            "prefixItems",
            schema
                .get("prefixItems")
                .and_then(Node::as_array)
                .unwrap_or_default(),
        ),
        _ => ("prefixItems", [].as_slice()),
    };
    for (index, (element, item)) in elements.iter().zip(prefix).enumerate() {
        walk.inside(
            Step::Index(index),
            &[Step::Name(prefix_keyword), Step::Index(index)],
            item,
            element,
        );
        walk.evaluated_element(evaluated, index);
    }
    let (rest_keyword, rest) = if prefix_keyword == "items" {
        ("additionalItems", schema.get("additionalItems"))
    } else {
        ("items", items)
    };
    let Some(rest) = rest else { return };
    evaluated.all_elements();
    if elements.len() <= prefix.len() {
        return;
    }
    if rest.as_bool() == Some(false) && !prefix.is_empty() {
        let keyword = if rest_keyword == "items" {
            "items"
        } else {
            "additionalItems"
        };
        let allowed = prefix.len();
        walk.fail(schema, keyword, Some(value), || {
            format!("must NOT have more than {allowed} items")
        });
        return;
    }
    for (index, element) in elements.iter().enumerate().skip(prefix.len()) {
        if walk.is_settled() {
            return;
        }
        walk.inside(Step::Index(index), &[Step::Name(rest_keyword)], rest, element);
    }
}

fn contains<'w>(
    walk: &mut Walk<'_, 'w>,
    schema: &'w Node,
    value: &'w Node,
    elements: &'w [Node],
    evaluated: &mut Evaluated,
) {
    let Some(wanted) = schema.get("contains") else {
        return;
    };
    let minimum = schema.get("minContains").and_then(Node::as_u64).unwrap_or(1);
    let maximum = schema.get("maxContains").and_then(Node::as_u64);
    let whole = walk.mark();
    let mut count = 0;
    let mut undecided = None;
    let mut possible = 0;
    for (index, element) in elements.iter().enumerate() {
        let mark = walk.mark();
        walk.inside(Step::Index(index), &[Step::Name("contains")], wanted, element);
        match walk.ended(mark) {
            Verdict::Valid => count += 1,
            Verdict::Undecided(reason) => undecided = Some(reason),
            Verdict::Invalid => continue,
        }
        possible += 1;
        if walk.validator.dialect == Dialect::Draft202012 {
            walk.evaluated_element(evaluated, index);
        }
    }
    let suits = |count: u64| count >= minimum && maximum.is_none_or(|maximum| count <= maximum);
    if (count..=possible).any(suits) {
        walk.reset(whole);
        if let Some(reason) = undecided.filter(|_| !(count..=possible).all(suits)) {
            walk.leave_open(reason);
        }
        return;
    }
    walk.ended(whole);
    walk.fail(schema, "contains", Some(value), || match maximum {
        None => format!("must contain at least {minimum} valid item(s)"),
        Some(maximum) => {
            format!("must contain at least {minimum} and no more than {maximum} valid item(s)")
        }
    });
}

fn unique(walk: &mut Walk<'_, '_>, schema: &Node, value: &Node, elements: &[Node]) {
    // The number of pairwise comparisons is limited: long arrays are compared by their text first.
    let mut seen: Vec<(String, usize)> = Vec::with_capacity(elements.len());
    for (index, element) in elements.iter().enumerate() {
        seen.push((element.to_json().to_string(), index));
    }
    seen.sort();
    let repeated = seen.windows(2).find(|pair| pair[0].0 == pair[1].0);
    if let Some([first, second]) = repeated {
        let (one, other) = (first.1, second.1);
        walk.fail(schema, "uniqueItems", Some(value), || {
            format!("must NOT have duplicate items (items ## {one} and {other} are identical)")
        });
    }
}
