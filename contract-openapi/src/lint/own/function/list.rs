//! Functions over members and elements.

use std::cmp::Ordering;
use std::collections::HashSet;

use super::Failure;
use crate::document::{Documents, Node, Value};
use crate::lint::document::holds_any;
use crate::lint::finding::Segment;

/// A value that has an order.
enum Key<'k> {
    Number(f64),
    Text(&'k str),
}

/// Tells the first member or element that stands before one that is less.
pub(super) fn alphabetical(value: &Node, keyed_by: Option<&str>) -> Vec<Failure> {
    let keys: Vec<Option<Key<'_>>> = match (&value.value, keyed_by) {
        (Value::Array(elements), Some(member)) => elements
            .iter()
            .map(|element| element.get(member).and_then(key))
            .collect(),
        (Value::Array(elements), None) => elements.iter().map(key).collect(),
        (Value::Object(object), _) => object.iter().map(|(name, _)| Some(Key::Text(name))).collect(),
        _ => return Vec::new(),
    };
    if keys.len() < 2 {
        return Vec::new();
    }
    let Some(keys) = keys.into_iter().collect::<Option<Vec<_>>>() else {
        return Failure::here("must consist of texts or numbers to be sorted");
    };
    let unsorted = keys.windows(2).position(|pair| match pair {
        [one, other] => order(one, other).is_gt(),
        _ => false,
    });
    let Some(index) = unsorted else { return Vec::new() };
    if keyed_by.is_some() {
        return Failure::here("properties must follow the alphabetical order");
    }
    let [Some(one), Some(other)] = [keys.get(index), keys.get(index + 1)] else {
        return Vec::new();
    };
    let step = match value.as_object() {
        Some(_) => Segment::Name(one.to_string()),
        None => Segment::Index(index),
    };
    vec![Failure {
        message: format!("{one} must be placed after {other}"),
        below: vec![step],
    }]
}

impl std::fmt::Display for Key<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Number(number) => write!(f, "{number}"),
            Self::Text(text) => f.write_str(text),
        }
    }
}

fn key(node: &Node) -> Option<Key<'_>> {
    match &node.value {
        Value::String(text) => Some(Key::Text(text)),
        Value::Number(number) => Some(Key::Number(number.as_f64())),
        _ => None,
    }
}

/// Numbers by value, also those written as texts; texts without regard to case first, then small letters first.
fn order(one: &Key<'_>, other: &Key<'_>) -> Ordering {
    let number = |key: &Key<'_>| match key {
        Key::Number(number) => Some(*number),
        Key::Text(text) => text.parse::<f64>().ok().filter(|number| number.is_finite()),
    };
    if let (Some(one), Some(other)) = (number(one), number(other)) {
        return one.total_cmp(&other);
    }
    let (one, other) = (one.to_string(), other.to_string());
    one.to_lowercase()
        .cmp(&other.to_lowercase())
        .then_with(|| other.cmp(&one))
}

/// Tells members of a place that no reference leads to.
pub(super) fn unreferenced(documents: &Documents, value: &Node, location: &str) -> Vec<Failure> {
    let mut references = Vec::new();
    for file in documents.files() {
        collect(documents.root_of(file), &mut references);
    }
    let referenced: HashSet<*const Node> = references
        .iter()
        .filter_map(|(node, reference)| documents.lookup(node.at.base(), reference).ok())
        .map(std::ptr::from_ref)
        .collect();
    let location = location.trim_end_matches('/');
    let unused = value.entries().filter(|(name, _)| {
        let pointer = format!("{location}/{}", crate::document::escape(name));
        let target = documents.lookup(documents.root().at.base(), &pointer).ok();
        // A reference to something within it uses it as well.
        !target.is_some_and(|target| holds_any(target, &referenced))
    });
    unused
        .map(|(name, _)| Failure {
            message: "potential orphaned reusable object has been detected: no reference leads to it"
                .to_owned(),
            below: vec![name.into()],
        })
        .collect()
}

fn collect<'n>(node: &'n Node, references: &mut Vec<(&'n Node, &'n str)>) {
    if let Some(reference) = node.get("$ref").and_then(Node::as_str) {
        references.push((node, reference));
    }
    match &node.value {
        Value::Array(elements) => elements.iter().for_each(|element| collect(element, references)),
        Value::Object(object) => object
            .iter()
            .for_each(|(_, member)| collect(&member.node, references)),
        _ => {}
    }
}
