//! Paths and operations.

use std::collections::{HashMap, HashSet};

use super::lifecycle::{Sunset, grace_days, is_before, is_deprecated, is_too_near, stability};
use super::schema::is_alike;
use super::sink::{Report, Sink, Subject};
use super::{BreakingOptions, parameter, request_body, response, security, server};
use crate::description::{Description, Operation};
use crate::document::{Node, Object};

/// Identifies an operation: its path without parameter names, and its method.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Key {
    path: String,
    method: String,
}

impl Key {
    fn of(operation: &Operation<'_>) -> Self {
        Self {
            path: without_names(operation.path),
            method: operation.method.to_ascii_lowercase(),
        }
    }
}

/// Returns a path template whose parameters have no names: `/users/{}`.
pub(super) fn without_names(path: &str) -> String {
    let mut text = String::with_capacity(path.len());
    let mut rest = path;
    while let Some(start) = rest.find('{') {
        let Some(length) = rest[start..].find('}') else {
            break;
        };
        text.push_str(&rest[..=start]);
        text.push('}');
        rest = &rest[start + length + 1..];
    }
    text.push_str(rest);
    text
}

/// Returns whether two path templates match the same paths: only names of parameters differ.
pub(super) fn is_same_endpoint(one: &str, other: &str) -> bool {
    without_names(one) == without_names(other)
}

/// Compares all operations, including those of webhooks.
pub(super) fn compare(sink: &mut Sink<'_>, options: &BreakingOptions) {
    let (base, revision) = (sink.base, sink.revision);
    let old = base.operations();
    let new = revision.operations();
    compare_operations(sink, options, &old, &new);
    webhooks(sink, options, base, revision);
}

fn compare_operations<'a>(
    sink: &mut Sink<'a>,
    options: &BreakingOptions,
    old: &[Operation<'a>],
    new: &[Operation<'a>],
) {
    let by_key: HashMap<Key, &Operation<'a>> = new
        .iter()
        .map(|operation| (Key::of(operation), operation))
        .collect();
    let paths: HashSet<&str> = by_key.keys().map(|key| key.path.as_str()).collect();
    let mut kept = HashSet::new();
    for operation in old {
        if !(sink.wanted)() {
            return;
        }
        let key = Key::of(operation);
        if let Some(other) = by_key.get(&key) {
            compare_operation(sink, options, operation, other);
        } else {
            removed(sink, options, operation, paths.contains(key.path.as_str()));
        }
        kept.insert(key);
    }
    for operation in new {
        if !kept.contains(&Key::of(operation)) {
            let report = Report {
                id: "endpoint-added",
                text: "the operation was added".to_owned(),
                arguments: Vec::new(),
                base: None,
                revision: Some(operation.at),
            };
            sink.report(Some(Subject::of(operation)), report);
        }
    }
}

/// Reports an operation that was removed, alone or with its path.
fn removed(sink: &mut Sink<'_>, options: &BreakingOptions, operation: &Operation<'_>, path_stays: bool) {
    let subject = Some(Subject::of(operation));
    let report = |id, text: String, arguments| Report {
        id,
        text,
        arguments,
        base: Some(operation.at),
        revision: None,
    };
    let level = stability(operation.node);
    if let Err(level) = &level {
        let text = format!("the stability level {level} is none of draft, alpha, beta and stable");
        sink.report(
            subject,
            report("api-invalid-stability-level", text, vec![level.clone()]),
        );
        return;
    }
    if level.is_ok_and(|level| level < options.lowest_stability) {
        return;
    }
    let what = if path_stays { "operation" } else { "path" };
    let id = |of_path, of_operation| if path_stays { of_operation } else { of_path };
    if !is_deprecated(operation.node) {
        let id = id(
            "api-path-removed-without-deprecation",
            "api-removed-without-deprecation",
        );
        sink.report(
            subject,
            report(
                id,
                format!("the {what} was removed without deprecation"),
                Vec::new(),
            ),
        );
        return;
    }
    let with_deprecation = id(
        "api-path-removed-with-deprecation",
        "api-removed-with-deprecation",
    );
    match Sunset::of(operation.node) {
        Sunset::Missing => {
            sink.report(
                subject,
                report(
                    with_deprecation,
                    format!("the deprecated {what} was removed"),
                    Vec::new(),
                ),
            );
        }
        Sunset::Unreadable => {
            let sunset = Sunset::text(operation.node);
            let text = format!("the {what} was removed, and its x-sunset `{sunset}` is no date");
            sink.report(subject, report("api-path-sunset-parse", text, vec![sunset]));
        }
        Sunset::On(date) if is_before(options, date) => {
            let id = id("api-path-removed-before-sunset", "api-removed-before-sunset");
            let text = format!("the {what} was removed before its sunset on {date}");
            sink.report(subject, report(id, text, vec![date.to_string()]));
        }
        Sunset::On(date) => {
            let text = format!("the {what} was removed after its sunset on {date}");
            sink.report(subject, report(with_deprecation, text, Vec::new()));
        }
    }
}

fn compare_operation<'a>(
    sink: &mut Sink<'a>,
    options: &BreakingOptions,
    old: &Operation<'a>,
    new: &Operation<'a>,
) {
    if !compare_stability(sink, options, old, new) {
        return;
    }
    compare_deprecation(sink, options, old, new);
    compare_names(sink, old, new);
    security::compare_operations(sink, options, old, new);
    parameter::compare(sink, options, old, new);
    request_body::compare(sink, options, old, new);
    response::compare(sink, options, old, new);
    callbacks(sink, old, new);
    server::compare(sink, old, new);
}

/// Reports callbacks that differ: there are no rules about what is in them.
fn callbacks(sink: &mut Sink<'_>, old: &Operation<'_>, new: &Operation<'_>) {
    let none = Node::from(Object::default());
    let of = |operation: &Operation<'_>| {
        operation
            .node
            .get("callbacks")
            .cloned()
            .unwrap_or_else(|| none.clone())
    };
    let (before, after) = (of(old), of(new));
    if is_alike(sink.base, &before, sink.revision, &after) {
        return;
    }
    let report = Report {
        id: "api-callbacks-changed",
        text: "the callbacks changed, and no rule is about that".to_owned(),
        arguments: Vec::new(),
        base: Some(old.at),
        revision: Some(new.at),
    };
    sink.report(Some(Subject::of(new)), report);
}

/// Compares stability levels; returns whether to compare the operation further.
fn compare_stability(
    sink: &mut Sink<'_>,
    options: &BreakingOptions,
    old: &Operation<'_>,
    new: &Operation<'_>,
) -> bool {
    let subject = Some(Subject::of(new));
    let report = |id, text: String, arguments| Report {
        id,
        text,
        arguments,
        base: Some(old.at),
        revision: Some(new.at),
    };
    let (before, after) = match (stability(old.node), stability(new.node)) {
        (Ok(before), Ok(after)) => (before, after),
        (Err(level), _) | (_, Err(level)) => {
            let text = format!("the stability level {level} is none of draft, alpha, beta and stable");
            sink.report(subject, report("api-invalid-stability-level", text, vec![level]));
            return true;
        }
    };
    let arguments = vec![
        format!("{before:?}").to_lowercase(),
        format!("{after:?}").to_lowercase(),
    ];
    let text = |verb: &str| {
        format!(
            "the stability level was {verb} from {} to {}",
            arguments[0], arguments[1]
        )
    };
    if after < before && before >= options.lowest_stability {
        let text = text("decreased");
        sink.report(subject, report("api-stability-decreased", text, arguments));
    } else if after > before {
        let text = text("increased");
        sink.report(subject, report("api-stability-increased", text, arguments));
    }
    before >= options.lowest_stability
}

fn compare_deprecation(
    sink: &mut Sink<'_>,
    options: &BreakingOptions,
    old: &Operation<'_>,
    new: &Operation<'_>,
) {
    let subject = Some(Subject::of(new));
    let Ok(level) = stability(new.node) else { return };
    let days = grace_days(options, level);
    let report = |id, text: String, arguments| Report {
        id,
        text,
        arguments,
        base: Some(old.at),
        revision: Some(new.at),
    };
    let sunset = Sunset::text(new.node);
    let arguments = vec![sunset.clone(), days.to_string()];
    match (is_deprecated(old.node), is_deprecated(new.node)) {
        (true, false) => {
            sink.report(
                subject,
                report(
                    "endpoint-reactivated",
                    "the operation is no longer deprecated".to_owned(),
                    Vec::new(),
                ),
            );
        }
        (false, true) => {
            let (id, text) = match Sunset::of(new.node) {
                Sunset::Missing if days == 0 => {
                    ("endpoint-deprecated", "the operation was deprecated".to_owned())
                }
                Sunset::Missing => (
                    "api-deprecated-sunset-missing",
                    format!("the operation was deprecated without x-sunset, which must be {days} days away"),
                ),
                Sunset::Unreadable => (
                    "api-deprecated-sunset-parse",
                    format!("the operation was deprecated, and its x-sunset `{sunset}` is no date"),
                ),
                Sunset::On(date) if is_too_near(options, date, days) => (
                    "api-sunset-date-too-small",
                    format!(
                        "the operation was deprecated with the sunset {date}, which must be {days} days away"
                    ),
                ),
                Sunset::On(date) => (
                    "endpoint-deprecated-with-sunset",
                    format!("the operation was deprecated with the sunset {date}"),
                ),
            };
            sink.report(subject, report(id, text, arguments));
        }
        (true, true) => match (Sunset::of(old.node), Sunset::of(new.node)) {
            (Sunset::On(_) | Sunset::Unreadable, Sunset::Missing) => {
                let text = "the x-sunset of the deprecated operation was deleted".to_owned();
                sink.report(subject, report("sunset-deleted", text, arguments));
            }
            (Sunset::On(_) | Sunset::Unreadable, Sunset::Unreadable)
            | (Sunset::Unreadable, Sunset::On(_))
                if Sunset::text(old.node) != sunset =>
            {
                let unreadable = if matches!(Sunset::of(new.node), Sunset::Unreadable) {
                    new.node
                } else {
                    old.node
                };
                let sunset = Sunset::text(unreadable);
                let text = format!("the x-sunset `{sunset}` is no date");
                sink.report(subject, report("api-path-sunset-parse", text, arguments));
            }
            (Sunset::On(before), Sunset::On(after))
                if after < before && is_too_near(options, after, days) =>
            {
                let text =
                    format!("the sunset was moved from {before} to {after}, which must be {days} days away");
                sink.report(
                    subject,
                    report("api-sunset-date-changed-too-small", text, arguments),
                );
            }
            _ => {}
        },
        (false, false) => {}
    }
}

/// Compares `operationId` and `tags`.
fn compare_names(sink: &mut Sink<'_>, old: &Operation<'_>, new: &Operation<'_>) {
    let subject = Some(Subject::of(new));
    let at = |node: &Node, member: &str| node.get(member).map(|node| node.at);
    if old.id() != new.id() {
        let (id, text, argument) = match (old.id(), new.id()) {
            (Some(before), _) => (
                "api-operation-id-removed",
                format!("the operationId `{before}` was removed"),
                before,
            ),
            (None, after) => {
                let after = after.unwrap_or_default();
                (
                    "api-operation-id-added",
                    format!("the operationId `{after}` was added"),
                    after,
                )
            }
        };
        let report = Report {
            id,
            text,
            arguments: vec![argument.to_owned()],
            base: at(old.node, "operationId"),
            revision: at(new.node, "operationId"),
        };
        sink.report(subject, report);
    }
    let tags = |node: &Node| -> Vec<String> {
        node.get("tags")
            .into_iter()
            .flat_map(Node::strings)
            .map(str::to_owned)
            .collect()
    };
    let (before, after) = (tags(old.node), tags(new.node));
    for (id, verb, tag) in before
        .iter()
        .filter(|tag| !after.contains(tag))
        .map(|tag| ("api-tag-removed", "removed", tag))
        .chain(
            after
                .iter()
                .filter(|tag| !before.contains(tag))
                .map(|tag| ("api-tag-added", "added", tag)),
        )
    {
        let report = Report {
            id,
            text: format!("the tag `{tag}` was {verb}"),
            arguments: vec![tag.clone()],
            base: at(old.node, "tags"),
            revision: at(new.node, "tags"),
        };
        sink.report(subject, report);
    }
}

/// Compares webhooks (OpenAPI 3.1): one that is in both is compared like a path.
fn webhooks<'a>(
    sink: &mut Sink<'a>,
    options: &BreakingOptions,
    base: &'a Description,
    revision: &'a Description,
) {
    let (old, new) = (base.root().get("webhooks"), revision.root().get("webhooks"));
    let get = |node: Option<&'a Node>, name: &str| node.and_then(|node| node.get(name));
    for (name, member) in old.into_iter().flat_map(Node::members) {
        let Some(other) = get(new, name) else {
            let report = Report {
                id: "webhook-removed",
                text: format!("the webhook `{name}` was removed"),
                arguments: vec![name.to_owned()],
                base: Some(member.name_at),
                revision: None,
            };
            let path = format!("webhook:{name}");
            sink.report(
                Some(Subject {
                    path: &path,
                    method: "",
                    operation_id: None,
                }),
                report,
            );
            continue;
        };
        let (mut before, mut after) = (Vec::new(), Vec::new());
        Operation::of_item(base, name, &member.node, &mut before);
        Operation::of_item(revision, name, other, &mut after);
        compare_operations(sink, options, &before, &after);
    }
    for (name, member) in new.into_iter().flat_map(Node::members) {
        if get(old, name).is_none() {
            let report = Report {
                id: "webhook-added",
                text: format!("the webhook `{name}` was added"),
                arguments: vec![name.to_owned()],
                base: None,
                revision: Some(member.name_at),
            };
            let path = format!("webhook:{name}");
            sink.report(
                Some(Subject {
                    path: &path,
                    method: "",
                    operation_id: None,
                }),
                report,
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::without_names;

    #[test]
    fn names_of_parameters_do_not_count() {
        assert_eq!(
            without_names("/users/{id}/posts/{post}.json"),
            "/users/{}/posts/{}.json"
        );
        assert_eq!(without_names("/users/{id"), "/users/{id");
    }
}
