//! Keywords for numbers and strings.

use std::cmp::Ordering;

use contract_core::json::Number;

use super::Undecided;
use super::validator::Walk;
use crate::document::{Node, Value};
use crate::schema::Format;

/// Validates the keywords for numbers and strings.
pub(super) fn check(walk: &mut Walk<'_, '_>, schema: &Node, value: &Node) {
    match &value.value {
        Value::Number(number) => {
            check_number(walk, schema, value, number);
            check_format(walk, schema, value);
        }
        Value::String(text) => {
            check_length(walk, schema, value, text);
            check_pattern(walk, schema, value, text);
            check_format(walk, schema, value);
        }
        _ => {}
    }
}

fn check_number(walk: &mut Walk<'_, '_>, schema: &Node, value: &Node, number: &Number) {
    let exceeds = |bound: &Number| order(number, bound) == Ordering::Greater;
    let is_below = |bound: &Number| order(number, bound) == Ordering::Less;
    let bound = |keyword| schema.get(keyword).and_then(Node::as_number);
    let equal = |bound: &Number| number.same_value(bound);
    if let Some(bound) = bound("maximum")
        && exceeds(bound)
    {
        walk.fail(schema, "maximum", Some(value), || format!("must be <= {bound}"));
    }
    if let Some(bound) = bound("minimum")
        && is_below(bound)
    {
        walk.fail(schema, "minimum", Some(value), || format!("must be >= {bound}"));
    }
    if let Some(bound) = bound("exclusiveMaximum")
        && (exceeds(bound) || equal(bound))
    {
        walk.fail(schema, "exclusiveMaximum", Some(value), || {
            format!("must be < {bound}")
        });
    }
    if let Some(bound) = bound("exclusiveMinimum")
        && (is_below(bound) || equal(bound))
    {
        walk.fail(schema, "exclusiveMinimum", Some(value), || {
            format!("must be > {bound}")
        });
    }
    if let Some(divisor) = bound("multipleOf")
        && !is_multiple(number.as_f64(), divisor.as_f64())
    {
        walk.fail(schema, "multipleOf", Some(value), || {
            format!("must be multiple of {divisor}")
        });
    }
}

/// Compares two numbers. Integers of 64 bits are compared exactly.
fn order(one: &Number, other: &Number) -> Ordering {
    if let (Some(one), Some(other)) = (one.as_i64(), other.as_i64()) {
        return one.cmp(&other);
    }
    if let (Some(one), Some(other)) = (one.as_u64(), other.as_u64()) {
        return one.cmp(&other);
    }
    one.as_f64()
        .partial_cmp(&other.as_f64())
        .unwrap_or(Ordering::Equal)
}

/// Returns whether a number is a multiple of another, up to rounding errors of doubles: `0.3` is a multiple
/// of `0.1`.
pub(crate) fn is_multiple(number: f64, divisor: f64) -> bool {
    if divisor <= 0.0 {
        return true;
    }
    let quotient = number / divisor;
    let distance = (quotient - quotient.round()).abs();
    distance <= quotient.abs().max(1.0) * 4.0 * f64::EPSILON
}

fn check_length(walk: &mut Walk<'_, '_>, schema: &Node, value: &Node, text: &str) {
    let limit = |keyword| schema.get(keyword).and_then(Node::as_u64);
    let (maximum, minimum) = (limit("maxLength"), limit("minLength"));
    if maximum.is_none() && minimum.is_none() {
        return;
    }
    let length = text.chars().count() as u64;
    if let Some(maximum) = maximum.filter(|maximum| length > *maximum) {
        walk.fail(schema, "maxLength", Some(value), || {
            format!("must NOT have more than {maximum} characters")
        });
    }
    if let Some(minimum) = minimum.filter(|minimum| length < *minimum) {
        walk.fail(schema, "minLength", Some(value), || {
            format!("must NOT have fewer than {minimum} characters")
        });
    }
}

fn check_pattern(walk: &mut Walk<'_, '_>, schema: &Node, value: &Node, text: &str) {
    let Some(pattern) = schema.get("pattern").and_then(Node::as_str) else {
        return;
    };
    match walk.validator.patterns.pattern(pattern).is_match(text) {
        Some(true) => {}
        Some(false) => walk.fail(schema, "pattern", Some(value), || {
            format!("must match pattern \"{pattern}\"")
        }),
        None => walk.leave_open(Undecided::Pattern),
    }
}

fn check_format(walk: &mut Walk<'_, '_>, schema: &Node, value: &Node) {
    let Some(name) = schema.get("format").and_then(Node::as_str) else {
        return;
    };
    let format = match Format::named(name) {
        Some(Format::Int64) if !walk.validator.bounds_int64 => Some(Format::Integer),
        format => format,
    };
    if format.is_some_and(|format| !format.admits(value)) {
        walk.fail(schema, "format", Some(value), || {
            format!("must match format \"{name}\"")
        });
    }
}
