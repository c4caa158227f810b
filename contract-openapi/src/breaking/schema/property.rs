//! Properties of objects.

use super::walk::{Pair, Side, Walk};
use crate::breaking::lifecycle::{Sunset, grace_days, is_deprecated, is_too_near, stability};
use crate::document::Node;

/// Compares properties. If an object was wrapped in `oneOf`, its properties moved and are not removed.
pub(super) fn compare(walk: &mut Walk<'_, '_>, pair: Pair<'_>, is_wrapped: bool) {
    let (base, revision) = (walk.sink.base, walk.sink.revision);
    let (old, new) = (pair.old.get("properties"), pair.new.get("properties"));
    for (name, property) in old.into_iter().flat_map(Node::entries) {
        let way = join(pair.way, name);
        match new.and_then(|new| new.get(name)) {
            None if is_wrapped => {}
            None => removed(walk, pair, &way, name, base.resolve(property)),
            Some(other) => {
                let (before, after) = (base.resolve(property), revision.resolve(other));
                let below = Pair {
                    old: before,
                    new: after,
                    way: &way,
                };
                let requirement = Requirement::of(pair, name);
                required(walk, below, requirement);
                marks(walk, below, requirement);
                lifecycle(walk, below);
                walk.pair(property, other, &way);
            }
        }
    }
    for (name, property) in new.into_iter().flat_map(Node::entries) {
        if old.and_then(|old| old.get(name)).is_none() {
            added(
                walk,
                pair,
                &join(pair.way, name),
                name,
                revision.resolve(property),
            );
        }
    }
    undescribed(walk, pair);
}

/// Compares names in `required` that no property describes.
fn undescribed(walk: &mut Walk<'_, '_>, pair: Pair<'_>) {
    let is_described = |schema: &Node, name: &str| {
        schema
            .get("properties")
            .is_some_and(|properties| properties.get(name).is_some())
    };
    let gone = |one: &Node, other: &Node| -> Vec<String> {
        let names = one.get("required").into_iter().flat_map(Node::strings);
        let is_only_here = |name: &&str| {
            let others = other.get("required");
            !others
                .into_iter()
                .flat_map(Node::strings)
                .any(|other| other == *name)
        };
        names
            .filter(|name| !is_described(pair.old, name) && !is_described(pair.new, name))
            .filter(is_only_here)
            .map(str::to_owned)
            .collect()
    };
    for name in gone(pair.new, pair.old) {
        let text = format!("requires `{name}` now, which no property describes");
        walk.report(pair, "required-name-added", text, &[&name]);
    }
    for name in gone(pair.old, pair.new) {
        let text = format!("requires `{name}` no longer, which no property describes");
        walk.report(pair, "required-name-removed", text, &[&name]);
    }
}

/// Appends a step to the path of a place.
pub(super) fn join(way: &str, step: &str) -> String {
    if way.is_empty() {
        step.to_owned()
    } else {
        format!("{way}/{step}")
    }
}

fn is_marked(schema: &Node, mark: &str) -> bool {
    schema.get(mark).and_then(Node::as_bool) == Some(true)
}

/// Whether a property is required before and after.
#[derive(Debug, Clone, Copy)]
struct Requirement {
    old: bool,
    new: bool,
}

impl Requirement {
    fn of(pair: Pair<'_>, name: &str) -> Self {
        let lists = |schema: &Node| {
            schema
                .get("required")
                .into_iter()
                .flat_map(Node::strings)
                .any(|other| other == name)
        };
        Self {
            old: lists(pair.old),
            new: lists(pair.new),
        }
    }
}

fn removed(walk: &mut Walk<'_, '_>, pair: Pair<'_>, way: &str, name: &str, property: &Node) {
    let place = Pair {
        old: property,
        new: pair.new,
        way,
    };
    let kind = if Requirement::of(pair, name).old {
        "required"
    } else {
        "optional"
    };
    let id = match walk.side {
        Side::Request if is_marked(property, "readOnly") || walk.part.is_parameter() => return,
        Side::Request => "request-property-removed".to_owned(),
        Side::Response if is_marked(property, "writeOnly") => {
            format!("response-{kind}-write-only-property-removed")
        }
        Side::Response => format!("response-{kind}-property-removed"),
    };
    walk.report_as(&id, place, "was removed", &[]);
}

fn added(walk: &mut Walk<'_, '_>, pair: Pair<'_>, way: &str, name: &str, property: &Node) {
    let place = Pair {
        old: pair.old,
        new: property,
        way,
    };
    let is_required = Requirement::of(pair, name).new;
    let kind = if is_required { "required" } else { "optional" };
    let id = match walk.side {
        Side::Request if walk.part.is_header() && is_required => {
            "new-required-request-header-property".to_owned()
        }
        Side::Request if is_marked(property, "readOnly") || walk.part.is_parameter() => return,
        Side::Request if is_required && property.get("default").is_some() => {
            "new-required-request-property-with-default".to_owned()
        }
        Side::Request => format!("new-{kind}-request-property"),
        Side::Response if is_marked(property, "writeOnly") => {
            format!("response-{kind}-write-only-property-added")
        }
        Side::Response => format!("response-{kind}-property-added"),
    };
    walk.report_as(&id, place, &format!("was added as {kind} property"), &[]);
}

fn required(walk: &mut Walk<'_, '_>, property: Pair<'_>, requirement: Requirement) {
    let became = match (requirement.old, requirement.new) {
        (false, true) => "became-required",
        (true, false) => "became-optional",
        _ => return,
    };
    let text = became.replace('-', " ");
    let id = match walk.side {
        Side::Request if walk.part.is_header() => format!("request-header-property-{became}"),
        Side::Request if walk.part.is_parameter() || is_marked(property.new, "readOnly") => return,
        Side::Request if requirement.new && property.new.get("default").is_some() => {
            format!("request-property-{became}-with-default")
        }
        Side::Request => format!("request-property-{became}"),
        Side::Response if is_marked(property.new, "writeOnly") || is_marked(property.old, "writeOnly") => {
            format!("response-write-only-property-{became}")
        }
        Side::Response => format!("response-property-{became}"),
    };
    walk.report_as(&id, property, &text, &[]);
}

/// Compares `readOnly` and `writeOnly`.
fn marks(walk: &mut Walk<'_, '_>, property: Pair<'_>, requirement: Requirement) {
    if walk.part.is_parameter() {
        return;
    }
    let side = match walk.side {
        Side::Request => "request",
        Side::Response => "response",
    };
    let kind = if requirement.new { "required" } else { "optional" };
    for (mark, name) in [("readOnly", "read-only"), ("writeOnly", "write-only")] {
        let became = match (is_marked(property.old, mark), is_marked(property.new, mark)) {
            (false, true) => format!("became-{name}"),
            (true, false) => format!("became-not-{name}"),
            _ => continue,
        };
        let id = format!("{side}-{kind}-property-{became}");
        walk.report_as(&id, property, &became.replacen('-', " ", 1), &[]);
    }
}

/// Compares deprecation, sunset and stability of a property.
fn lifecycle(walk: &mut Walk<'_, '_>, property: Pair<'_>) {
    if walk.part.is_parameter() {
        return;
    }
    let days = stability(walk.operation.node).map_or(0, |level| grace_days(walk.options, level));
    let side = match walk.side {
        Side::Request => "request",
        Side::Response => "response",
    };
    match (is_deprecated(property.old), is_deprecated(property.new)) {
        (true, false) => {
            let id = format!("{side}-property-reactivated");
            walk.report_as(&id, property, "is no longer deprecated", &[]);
        }
        (false, true) => {
            let sunset = Sunset::text(property.new);
            let (suffix, text) = match Sunset::of(property.new) {
                Sunset::Missing if days == 0 => ("deprecated", "was deprecated".to_owned()),
                Sunset::Missing => (
                    "deprecated-sunset-missing",
                    format!("was deprecated without x-sunset, which must be {days} days away"),
                ),
                Sunset::Unreadable => (
                    "deprecated-sunset-invalid",
                    format!("was deprecated, and its x-sunset `{sunset}` is no date"),
                ),
                Sunset::On(date) if is_too_near(walk.options, date, days) => (
                    "sunset-date-too-small",
                    format!("was deprecated with the sunset {date}, which must be {days} days away"),
                ),
                Sunset::On(date) => (
                    "deprecated-with-sunset",
                    format!("was deprecated with the sunset {date}"),
                ),
            };
            walk.report_as(&format!("{side}-property-{suffix}"), property, &text, &[&sunset]);
        }
        _ => {}
    }
    if let (Ok(before), Ok(after)) = (stability(property.old), stability(property.new))
        && before != after
    {
        let verb = if after < before { "decreased" } else { "increased" };
        let text = format!("{verb} its stability level from {before:?} to {after:?}").to_lowercase();
        walk.report_as(&format!("{side}-property-stability-{verb}"), property, &text, &[]);
    }
}
