//! Keywords that combine schemas, and keywords that list values.

use super::Verdict;
use super::evaluated::Evaluated;
use super::path::Step;
use super::validator::{Dialect, Walk};
use crate::document::Node;

/// Validates `const` and `enum`; a missing value matches neither.
pub(super) fn check_values(walk: &mut Walk<'_, '_>, schema: &Node, value: Option<&Node>) {
    if let Some(expected) = schema.get("const")
        && !value.is_some_and(|value| value.same_value(expected))
    {
        walk.fail(schema, "const", value, || "must be equal to constant".to_owned());
    }
    if let Some(allowed) = schema.get("enum").and_then(Node::as_array)
        && !value.is_some_and(|value| allowed.iter().any(|allowed| value.same_value(allowed)))
    {
        walk.fail(schema, "enum", value, || {
            "must be equal to one of the allowed values".to_owned()
        });
    }
}

/// Validates `not`, `anyOf`, `oneOf`, `allOf` and `if`.
pub(super) fn check<'w>(
    walk: &mut Walk<'_, 'w>,
    schema: &'w Node,
    value: &'w Node,
    evaluated: &mut Evaluated,
) {
    if let Some(not) = schema.get("not") {
        let mark = walk.mark();
        walk.below(&[Step::Name("not")], not, value);
        match walk.dropped(mark) {
            Verdict::Valid => walk.fail(schema, "not", Some(value), || "must NOT be valid".to_owned()),
            Verdict::Undecided(reason) => walk.leave_open(reason),
            Verdict::Invalid => {}
        }
    }
    if let Some(branches) = schema.get("anyOf").and_then(Node::as_array) {
        any_of(walk, schema, "anyOf", branches, value, evaluated);
    }
    let has_discriminator = schema.get("discriminator").is_some();
    if let Some(branches) = schema.get("oneOf").and_then(Node::as_array) {
        // A discriminator chooses the branch of an object; Ajv leaves out other values.
        let is_other_value = value.as_object().is_none() && walk.validator.dialect == Dialect::Draft202012;
        if !has_discriminator || is_other_value {
            one_of(walk, schema, branches, value, evaluated);
        }
    }
    for (index, branch) in schema
        .get("allOf")
        .and_then(Node::as_array)
        .unwrap_or_default()
        .iter()
        .enumerate()
    {
        let below = walk.below(&[Step::Name("allOf"), Step::Index(index)], branch, value);
        evaluated.merge(below);
    }
    if let Some(condition) = schema.get("if") {
        conditional(walk, schema, condition, value, evaluated);
    }
}

/// Validates the branches of a keyword, of which one must match.
pub(super) fn any_of<'w>(
    walk: &mut Walk<'_, 'w>,
    schema: &'w Node,
    keyword: &'static str,
    branches: &'w [Node],
    value: &'w Node,
    evaluated: &mut Evaluated,
) {
    let whole = walk.mark();
    let mut passes = false;
    let mut undecided = None;
    for (index, branch) in branches.iter().enumerate() {
        let mark = walk.mark();
        let below = walk.below(&[Step::Name(keyword), Step::Index(index)], branch, value);
        match walk.ended(mark) {
            Verdict::Valid => passes = true,
            Verdict::Undecided(reason) => undecided = Some(reason),
            Verdict::Invalid => continue,
        }
        evaluated.merge(below);
        if passes && walk.tracking == 0 {
            break;
        }
    }
    if passes {
        walk.reset(whole);
    } else if let Some(reason) = undecided {
        walk.reset(whole);
        walk.leave_open(reason);
    } else {
        walk.ended(whole);
        walk.fail(schema, keyword, Some(value), || {
            format!("must match a schema in {keyword}")
        });
    }
}

fn one_of<'w>(
    walk: &mut Walk<'_, 'w>,
    schema: &'w Node,
    branches: &'w [Node],
    value: &'w Node,
    evaluated: &mut Evaluated,
) {
    let whole = walk.mark();
    let mut passing = 0;
    let mut undecided = None;
    for (index, branch) in branches.iter().enumerate() {
        let mark = walk.mark();
        let below = walk.below(&[Step::Name("oneOf"), Step::Index(index)], branch, value);
        match walk.ended(mark) {
            Verdict::Valid => passing += 1,
            Verdict::Undecided(reason) => undecided = Some(reason),
            Verdict::Invalid => continue,
        }
        evaluated.merge(below);
        if passing > 1 {
            break;
        }
    }
    match (passing, undecided) {
        (1, None) => walk.reset(whole),
        (0 | 1, Some(reason)) => {
            walk.reset(whole);
            walk.leave_open(reason);
        }
        _ => {
            walk.ended(whole);
            walk.fail(schema, "oneOf", Some(value), || {
                "must match exactly one schema in oneOf".to_owned()
            });
        }
    }
}

fn conditional<'w>(
    walk: &mut Walk<'_, 'w>,
    schema: &'w Node,
    condition: &'w Node,
    value: &'w Node,
    evaluated: &mut Evaluated,
) {
    let mark = walk.mark();
    let below = walk.below(&[Step::Name("if")], condition, value);
    let holds = match walk.dropped(mark) {
        Verdict::Valid => true,
        Verdict::Invalid => false,
        Verdict::Undecided(reason) => {
            walk.leave_open(reason);
            return;
        }
    };
    if holds {
        evaluated.merge(below);
    }
    let clause = if holds { "then" } else { "else" };
    let Some(consequence) = schema.get(clause) else {
        return;
    };
    let mark = walk.mark();
    let below = walk.below(&[Step::Name(clause)], consequence, value);
    match walk.ended(mark) {
        Verdict::Valid => evaluated.merge(below),
        Verdict::Undecided(reason) => {
            evaluated.merge(below);
            walk.leave_open(reason);
        }
        Verdict::Invalid => walk.fail(schema, "if", Some(value), || {
            format!("must match \"{clause}\" schema")
        }),
    }
}
