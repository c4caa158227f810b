//! The rules, by what they look at.

pub(super) mod components;
pub(super) mod examples;
pub(super) mod info;
pub(super) mod operations;
pub(super) mod owasp;
pub(super) mod parameters;
pub(super) mod paths;
pub(super) mod readiness;
pub(super) mod schemas;
pub(super) mod security;
pub(super) mod servers;
pub(super) mod tags;
pub(super) mod validity;

use std::collections::HashSet;

use super::document::{Doc, Spot};
use super::finding::Segment;
use super::group::Findings;
use crate::document::Node;

/// Returns the index of the first element that occurs before.
fn first_repeated(elements: &[Node]) -> Option<usize> {
    let mut seen = HashSet::new();
    elements.iter().position(|element| {
        // Numbers are the same value however they are written.
        let text = match element.as_f64() {
            Some(number) => number.to_string(),
            None => element.to_serde().to_string(),
        };
        !seen.insert(text)
    })
}

/// Reports a field that is missing or empty.
fn truthy(findings: &mut Findings<'_>, spot: &Spot<'_>, field: &str, message: &str) {
    let is_there = spot.node.get(field).is_some_and(is_truthy);
    if !is_there {
        findings.at(&spot.below(field), message);
    }
}

/// Returns whether a value is truthy in JavaScript.
fn is_truthy(node: &Node) -> bool {
    match node.scalar_text() {
        Some(text) => !matches!(text.as_str(), "" | "false" | "0"),
        None => !node.is_null(),
    }
}
