//! Changes of requests, responses and messages, part by part.

use std::{cmp::Ordering, collections::BTreeMap};

use contract_core::contract::{
    Body, Data, Headers, HttpInteraction, MatchingRules, Message, Query, RuleList, SyncMessage, Undecoded,
};
use contract_core::json::Value;

use super::{
    change::{Change, ChangeKind, Effect, Side},
    document::{Document, rules_shown},
    loose,
};

/// The changes of an HTTP interaction.
pub(super) fn http(before: &HttpInteraction, after: &HttpInteraction) -> Vec<Change> {
    let mut changes = Vec::new();
    let (old, new) = (&before.request, &after.request);
    let sent = |name: &str, rules: (Option<&RuleList>, Option<&RuleList>), before: &str, after: &str| {
        value(
            &format!("request {name}"),
            "",
            Side::Sent,
            rules,
            Some(Value::from(before)),
            Some(Value::from(after)),
        )
    };
    let method = (old.rules.method.as_ref(), new.rules.method.as_ref());
    changes.extend(sent(
        "method",
        method,
        &old.method.to_uppercase(),
        &new.method.to_uppercase(),
    ));
    changes.extend(sent(
        "path",
        (old.rules.path.as_ref(), new.rules.path.as_ref()),
        &old.path,
        &new.path,
    ));
    let queries = (query_values(&old.query), query_values(&new.query));
    changes.extend(named(
        "request query",
        Side::Sent,
        (&old.rules.query, &new.rules.query),
        &queries,
    ));
    changes.extend(headers(
        Side::Sent,
        (&old.headers, &new.headers),
        (&old.rules, &new.rules),
    ));
    changes.extend(body(
        "request body",
        Side::Sent,
        (&old.body, &new.body),
        (&old.rules, &new.rules),
    ));

    let (old, new) = (&before.response, &after.response);
    let rules = (old.rules.status.as_ref(), new.rules.status.as_ref());
    let (status_before, status_after) = (old.status.map(Value::from), new.status.map(Value::from));
    changes.extend(value(
        "response status",
        "",
        Side::Expected,
        rules,
        status_before,
        status_after,
    ));
    changes.extend(headers(
        Side::Expected,
        (&old.headers, &new.headers),
        (&old.rules, &new.rules),
    ));
    changes.extend(body(
        "response body",
        Side::Expected,
        (&old.body, &new.body),
        (&old.rules, &new.rules),
    ));
    changes
}

/// The changes of a message that the consumer expects.
pub(super) fn message(before: &Message, after: &Message) -> Vec<Change> {
    one_message("message", Side::Expected, before, after)
}

/// The changes of a request message and its responses.
pub(super) fn sync_message(before: &SyncMessage, after: &SyncMessage) -> Vec<Change> {
    let mut changes = one_message("request message", Side::Sent, &before.request, &after.request);
    let (old, new) = (before.responses.len(), after.responses.len());
    for (index, (before, after)) in before.responses.iter().zip(&after.responses).enumerate() {
        let part = if old.max(new) > 1 {
            format!("response message {}", index + 1)
        } else {
            "response message".into()
        };
        changes.extend(one_message(&part, Side::Expected, before, after));
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
    changes
}

fn one_message(part: &str, side: Side, before: &Message, after: &Message) -> Vec<Change> {
    let rules = (&before.rules, &after.rules);
    let metadata = |message: &Message| {
        message
            .metadata
            .iter()
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect()
    };
    let values = (metadata(before), metadata(after));
    let mut changes = named(
        &format!("{part} metadata"),
        side,
        (&before.rules.metadata, &after.rules.metadata),
        &values,
    );
    changes.extend(body(
        &format!("{part} contents"),
        side,
        (&before.contents, &after.contents),
        rules,
    ));
    changes
}

/// One value with its rules; nothing where it did not change.
fn value(
    part: &str,
    path: &str,
    side: Side,
    (old, new): (Option<&RuleList>, Option<&RuleList>),
    before: Option<Value>,
    after: Option<Value>,
) -> Vec<Change> {
    let change = |kind, effect, before, after| Change {
        kind,
        effect,
        part: part.to_owned(),
        path: path.to_owned(),
        before,
        after,
    };
    match (before, after) {
        (None, None) => Vec::new(),
        (Some(before), None) => vec![change(ChangeKind::Removed, side.removed(), Some(before), None)],
        (None, Some(after)) => vec![change(ChangeKind::Added, Side::ADDED, None, Some(after))],
        (Some(before), Some(after)) => {
            let mut changes = Vec::new();
            if old != new {
                let effect = match (side, loose::compare(old, new)) {
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
                let effect = if loose::is_free(new) {
                    Effect::Neutral
                } else {
                    Effect::Breaking
                };
                changes.push(change(ChangeKind::Changed, effect, Some(before), Some(after)));
            }
            changes
        }
    }
}

/// Values by name: query parameters, headers, metadata.
fn named(
    part: &str,
    side: Side,
    (old, new): (&BTreeMap<String, RuleList>, &BTreeMap<String, RuleList>),
    (before, after): &(BTreeMap<String, Value>, BTreeMap<String, Value>),
) -> Vec<Change> {
    let names: std::collections::BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let rule = |rules: &BTreeMap<String, RuleList>, name: &str| {
        rules
            .iter()
            .find(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, list)| list.clone())
    };
    names
        .into_iter()
        .flat_map(|name| {
            let (old, new) = (rule(old, name), rule(new, name));
            let (before, after) = (before.get(name).cloned(), after.get(name).cloned());
            value(part, name, side, (old.as_ref(), new.as_ref()), before, after)
        })
        .collect()
}

fn headers(
    side: Side,
    (before, after): (&Headers, &Headers),
    (old, new): (&MatchingRules, &MatchingRules),
) -> Vec<Change> {
    let values = |headers: &Headers| {
        headers
            .iter()
            .map(|(name, values)| (name.to_ascii_lowercase(), Value::from(values.join(", "))))
            .collect()
    };
    let part = if side == Side::Sent {
        "request header"
    } else {
        "response header"
    };
    named(
        part,
        side,
        (&old.headers, &new.headers),
        &(values(before), values(after)),
    )
}

fn query_values(query: &Query) -> BTreeMap<String, Value> {
    query
        .iter()
        .map(|(name, values)| (name.to_owned(), values.iter().cloned().collect()))
        .collect()
}

fn body(
    part: &str,
    side: Side,
    (before, after): (&Body, &Body),
    (old, new): (&MatchingRules, &MatchingRules),
) -> Vec<Change> {
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
        .compare(before, after);
    }
    let root = contract_core::contract::Path::root();
    let rules = (old.body.get(&root), new.body.get(&root));
    value(part, "", side, rules, shown(before), shown(after))
}

/// A body as a value to compare; nothing for one that the contract does not speak of.
fn shown(body: &Body) -> Option<Value> {
    match body {
        Body::Missing => None,
        Body::Empty => Some(Value::from("")),
        Body::Null => Some(Value::Null),
        Body::Present(content) => Some(match &content.data {
            Data::Json(value) => value.clone(),
            Data::Text(text) => Value::from(text.as_str()),
            Data::Binary(bytes) | Data::Undecoded(Undecoded { bytes, .. }) => {
                Value::from(format!("{} bytes, SHA-256 {}", bytes.len(), hash(bytes)))
            }
        }),
    }
}

fn hash(bytes: &[u8]) -> String {
    use sha2::{Digest, Sha256};
    use std::fmt::Write as _;
    Sha256::digest(bytes)
        .iter()
        .fold(String::new(), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
}
