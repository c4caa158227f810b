//! Changes of requests, responses and messages, part by part.

use std::{
    cmp::Ordering,
    collections::{BTreeMap, BTreeSet, HashMap},
    fmt::Write as _,
};

use crate::contract::{
    Body, Data, Headers, HttpInteraction, MatchingRules, Message, Path, Query, RuleList, SyncMessage,
    Undecoded,
};
use crate::json::Value;
use crate::map_of;

use super::cancel::{Cancel, Cancelled};
use super::{
    change::{Change, ChangeKind, Changes, Effect, Side},
    document::{Document, rules_shown},
    looseness,
};

/// Adds the changes of an HTTP interaction.
pub(super) fn http(
    before: &HttpInteraction,
    after: &HttpInteraction,
    changes: &mut Changes<'_>,
    cancel: Cancel<'_>,
) -> Result<(), Cancelled> {
    let (old, new) = (&before.request, &after.request);
    let rules = (old.rules.method.as_ref(), new.rules.method.as_ref());
    let methods = (old.method.to_uppercase(), new.method.to_uppercase());
    value(
        "request method",
        "",
        Side::Sent,
        rules,
        (Some(methods.0.into()), Some(methods.1.into())),
        changes,
    );
    let rules = (old.rules.path.as_ref(), new.rules.path.as_ref());
    let paths = (Some(Value::from(&old.path)), Some(Value::from(&new.path)));
    value("request path", "", Side::Sent, rules, paths, changes);
    named(
        "request query",
        Side::Sent,
        (&old.rules.query, &new.rules.query),
        (query_values(&old.query), query_values(&new.query)),
        changes,
        cancel,
    )?;
    headers(
        Side::Sent,
        (&old.headers, &new.headers),
        (&old.rules, &new.rules),
        changes,
        cancel,
    )?;
    body(
        "request body",
        Side::Sent,
        (&old.body, &new.body),
        (&old.rules, &new.rules),
        changes,
        cancel,
    )?;

    let (old, new) = (&before.response, &after.response);
    let rules = (old.rules.status.as_ref(), new.rules.status.as_ref());
    let statuses = (old.status.map(Value::from), new.status.map(Value::from));
    value("response status", "", Side::Expected, rules, statuses, changes);
    headers(
        Side::Expected,
        (&old.headers, &new.headers),
        (&old.rules, &new.rules),
        changes,
        cancel,
    )?;
    body(
        "response body",
        Side::Expected,
        (&old.body, &new.body),
        (&old.rules, &new.rules),
        changes,
        cancel,
    )
}

/// Adds the changes of a message that the consumer expects.
pub(super) fn message(
    before: &Message,
    after: &Message,
    changes: &mut Changes<'_>,
    cancel: Cancel<'_>,
) -> Result<(), Cancelled> {
    one_message("message", Side::Expected, before, after, changes, cancel)
}

/// Adds the changes of a request message and its responses.
pub(super) fn sync_message(
    before: &SyncMessage,
    after: &SyncMessage,
    changes: &mut Changes<'_>,
    cancel: Cancel<'_>,
) -> Result<(), Cancelled> {
    let part = "request message";
    one_message(part, Side::Sent, &before.request, &after.request, changes, cancel)?;
    let (old, new) = (before.responses.len(), after.responses.len());
    for (index, (before, after)) in before.responses.iter().zip(&after.responses).enumerate() {
        let part = if old.max(new) > 1 {
            format!("response message {}", index + 1)
        } else {
            "response message".into()
        };
        one_message(&part, Side::Expected, before, after, changes, cancel)?;
    }
    if old != new {
        let effect = if new < old {
            Effect::Relaxing
        } else {
            Effect::Breaking
        };
        changes.push(Change {
            kind: ChangeKind::Changed,
            effect,
            part: "response messages".to_owned(),
            path: String::new(),
            before: Some(Value::from(old)),
            after: Some(Value::from(new)),
        });
    }
    Ok(())
}

fn one_message(
    part: &str,
    side: Side,
    before: &Message,
    after: &Message,
    changes: &mut Changes<'_>,
    cancel: Cancel<'_>,
) -> Result<(), Cancelled> {
    let metadata = |message: &Message| message.metadata.clone();
    named(
        &format!("{part} metadata"),
        side,
        (&before.rules.metadata, &after.rules.metadata),
        (metadata(before), metadata(after)),
        changes,
        cancel,
    )?;
    body(
        &format!("{part} contents"),
        side,
        (&before.contents, &after.contents),
        (&before.rules, &after.rules),
        changes,
        cancel,
    )
}

/// Adds the changes of one value and its rules.
fn value(
    part: &str,
    path: &str,
    side: Side,
    (old, new): (Option<&RuleList>, Option<&RuleList>),
    (before, after): (Option<Value>, Option<Value>),
    changes: &mut Changes<'_>,
) {
    let change = |kind, effect, before, after| Change {
        kind,
        effect,
        part: part.to_owned(),
        path: path.to_owned(),
        before,
        after,
    };
    match (before, after) {
        (None, None) => {}
        (Some(before), None) => changes.push(change(ChangeKind::Removed, side.removed(), Some(before), None)),
        (None, Some(after)) => changes.push(change(ChangeKind::Added, Side::ADDED, None, Some(after))),
        (Some(before), Some(after)) => {
            if old != new {
                let effect = match (side, looseness::compare(old, new)) {
                    (Side::Sent, _) | (_, Some(Ordering::Equal)) => Effect::Neutral,
                    (_, Some(Ordering::Greater)) => Effect::Relaxing,
                    (_, Some(Ordering::Less) | None) => Effect::Breaking,
                };
                changes.push(change(
                    ChangeKind::Rule,
                    effect,
                    old.map(rules_shown),
                    new.map(rules_shown),
                ));
            }
            if before != after {
                let effect = if looseness::is_free(new) {
                    Effect::Neutral
                } else {
                    Effect::Breaking
                };
                changes.push(change(ChangeKind::Changed, effect, Some(before), Some(after)));
            }
        }
    }
}

type Named = BTreeMap<String, Value>;

/// Adds the changes of named values: query parameters, headers, metadata.
fn named(
    part: &str,
    side: Side,
    (old, new): (&BTreeMap<String, RuleList>, &BTreeMap<String, RuleList>),
    (mut before, mut after): (Named, Named),
    changes: &mut Changes<'_>,
    cancel: Cancel<'_>,
) -> Result<(), Cancelled> {
    let (old, new) = (by_lower_case(old), by_lower_case(new));
    let names: BTreeSet<String> = before.keys().chain(after.keys()).cloned().collect();
    for name in names {
        cancel.check()?;
        let lower = name.to_ascii_lowercase();
        let rules = (old.get(&lower).copied(), new.get(&lower).copied());
        let values = (before.remove(&name), after.remove(&name));
        value(part, &name, side, rules, values, changes);
    }
    Ok(())
}

/// Returns rules by lower-case name; the first if there are several.
fn by_lower_case(rules: &BTreeMap<String, RuleList>) -> HashMap<String, &RuleList> {
    let mut by_name = HashMap::with_capacity(rules.len());
    for (name, list) in rules {
        by_name.entry(name.to_ascii_lowercase()).or_insert(list);
    }
    by_name
}

fn headers(
    side: Side,
    (before, after): (&Headers, &Headers),
    (old, new): (&MatchingRules, &MatchingRules),
    changes: &mut Changes<'_>,
    cancel: Cancel<'_>,
) -> Result<(), Cancelled> {
    let values = |headers: &Headers| {
        let joined =
            |(name, values): (&str, &[String])| (name.to_ascii_lowercase(), values.join(", ").into());
        map_of(headers.iter().map(joined))
    };
    let part = if side == Side::Sent {
        "request header"
    } else {
        "response header"
    };
    let rules = (&old.headers, &new.headers);
    named(
        part,
        side,
        rules,
        (values(before), values(after)),
        changes,
        cancel,
    )
}

fn query_values(query: &Query) -> BTreeMap<String, Value> {
    let listed =
        |(name, values): (&str, &[Option<String>])| (name.to_owned(), values.iter().cloned().collect());
    map_of(query.iter().map(listed))
}

fn body(
    part: &str,
    side: Side,
    (before, after): (&Body, &Body),
    (old, new): (&MatchingRules, &MatchingRules),
    changes: &mut Changes<'_>,
    cancel: Cancel<'_>,
) -> Result<(), Cancelled> {
    if let (Some(Data::Json(before)), Some(Data::Json(after))) = (
        before.content().map(|content| &content.data),
        after.content().map(|content| &content.data),
    ) {
        return Document {
            part,
            side,
            before: &old.body,
            after: &new.body,
        }
        .compare(before, after, changes, cancel);
    }
    let root = Path::root();
    let rules = (old.body.get(&root), new.body.get(&root));
    let shown = match (bytes(before), bytes(after)) {
        (Some(before), Some(after)) => {
            let same = before
                .iter()
                .zip(after)
                .take_while(|(one, other)| one == other)
                .count();
            (Some(binary(before, same)), Some(binary(after, same)))
        }
        _ => (shown(before), shown(after)),
    };
    value(part, "", side, rules, shown, changes);
    Ok(())
}

/// Returns a body as a value to compare; `None` if the contract has none.
fn shown(body: &Body) -> Option<Value> {
    match body {
        Body::Missing => None,
        Body::Empty => Some(Value::from("")),
        Body::Null => Some(Value::Null),
        Body::Present(content) => Some(match &content.data {
            Data::Json(value) => value.clone(),
            Data::Text(text) => Value::from(text.as_str()),
            Data::Binary(bytes) | Data::Undecoded(Undecoded { bytes, .. }) => binary(bytes, 0),
        }),
    }
}

/// Returns the bytes of a body that is not text.
fn bytes(body: &Body) -> Option<&[u8]> {
    match &body.content()?.data {
        Data::Binary(bytes) | Data::Undecoded(Undecoded { bytes, .. }) => Some(bytes),
        Data::Json(_) | Data::Text(_) => None,
    }
}

/// Describes bytes by their number and an excerpt from where they differ.
fn binary(bytes: &[u8], from: usize) -> Value {
    let mut text = format!("{} bytes", bytes.len());
    if let Some(rest) = bytes.get(from..).filter(|rest| !rest.is_empty()) {
        let _ = write!(text, ", from byte {from}:");
        for byte in &rest[..rest.len().min(16)] {
            let _ = write!(text, " {byte:02x}");
        }
    }
    Value::from(text)
}
