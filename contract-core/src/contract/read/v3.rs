//! Version 3 added rules by category, provider states with parameters, messages and generators.

use std::collections::BTreeMap;

use crate::json::Value;

use super::annotations::{annotations, metadata};
use super::place::{At, Read, keep_empty, says_nothing, take};
use super::{body, example, flat_path, ruby, rule_member, rules, v1, v4};
use crate::contract::{Interaction, InteractionKind, MatchingRules, Members, Message, Path, RuleList};

/// Reads an entry of `interactions` in a file of versions 1 to 3. Some tools put messages there.
pub(super) fn interaction_or_message(members: Members, at: &At) -> Read<Interaction> {
    let type_name = members.get("type").and_then(Value::as_str);
    match kind(type_name, |name| members.contains_key(name)) {
        v4::Kind::SyncMessage => v4::interaction(members, at),
        v4::Kind::Message => interaction(members, at),
        v4::Kind::Http => v1::interaction(members, at),
    }
}

/// Returns the kind of an entry of `interactions` in a file of versions 1 to 3, from its `type`, which few tools write,
/// or from the members that it has.
pub(super) fn kind(type_name: Option<&str>, has_member: impl Fn(&str) -> bool) -> v4::Kind {
    match type_name.and_then(v4::Kind::named) {
        Some(kind) => kind,
        None if has_member("contents") && !has_member("request") => v4::Kind::Message,
        None => v4::Kind::Http,
    }
}

/// Returns a message of a version 3 file.
pub(super) fn interaction(members: Members, at: &At) -> Read<Interaction> {
    let (mut interaction, rest) = annotations(members, at)?;
    let (message, rest) = message_members(rest, at)?;
    interaction.kind = InteractionKind::Message(Box::new(message));
    interaction.extra = rest;
    Ok(interaction)
}

/// Reads a message without description and provider states.
pub(crate) fn message(value: Value, at: &At) -> Read<Message> {
    let (mut message, rest) = message_members(at.object(value)?, at)?;
    message.extra = rest;
    Ok(message)
}

fn message_members(mut rest: Members, at: &At) -> Read<(Message, Members)> {
    let matchers = ruby::take_matchers(&mut rest, at)?;
    let metadata = metadata(&mut rest, at)?;
    let content_type = body::metadata_content_type(&metadata);
    // Early libraries wrote `content`.
    let member = if !rest.contains_key("contents") && rest.contains_key("content") {
        "content"
    } else {
        "contents"
    };
    let mut message = Message {
        contents: body::classic(&mut rest, member, content_type.as_ref()),
        metadata,
        rules: rule_member::matching_rules(&mut rest, &["matchingRules"], at)?,
        generators: rule_member::generators(&mut rest, at)?,
        extra: Members::new(),
    };
    matchers.put_into(&mut message.rules);
    example::settle_message(&mut message);
    Ok((message, rest))
}

/// Reads rules by category: `{"body": {"$.id": {..}}, "header": {"Accept": {..}}, "path": {..}}`. Other categories are
/// kept.
pub(super) fn matching_rules(members: Members, at: &At) -> Read<MatchingRules> {
    let mut rest = members;
    let mut read = MatchingRules::default();
    for (name, slot) in [
        ("method", &mut read.method),
        ("path", &mut read.path),
        ("status", &mut read.status),
    ] {
        if let Some(value) = take(&mut rest, name) {
            *slot = single(value, &at.member(name))?;
            if slot.is_none() {
                keep_empty(&mut rest, name, Members::new());
            }
        }
    }
    for (names, slot) in [
        (["query"].as_slice(), &mut read.query),
        (&["header", "headers"], &mut read.headers),
        (&["metadata", "metaData"], &mut read.metadata),
    ] {
        for name in names {
            if let Some(value) = take(&mut rest, name) {
                by_name(value, slot, &at.member(name))?;
                if slot.is_empty() {
                    keep_empty(&mut rest, names[0], Members::new());
                }
            }
        }
    }
    for name in ["body", "content", "contents"] {
        if let Some(value) = take(&mut rest, name) {
            let at = at.member(name);
            if value.as_object().is_some_and(rules::is_list) {
                read.body.insert(Path::root(), rules::list(value, &at)?);
            } else {
                read.body.extend(rules::lists_by_path(value, &at)?);
            }
            if read.body.is_empty() {
                keep_empty(&mut rest, "body", Members::new());
            }
        }
    }
    read.extra = rest;
    Ok(read)
}

/// Reads rules for something without a name; some writers give it one (`$` or the empty name).
fn single(value: Value, at: &At) -> Read<Option<RuleList>> {
    match value {
        value if says_nothing(&value) => Ok(None),
        Value::Object(mut members)
            if !rules::is_list(&members) && members.len() == 1 && members.values().all(Value::is_object) =>
        {
            let key = members.keys().next().cloned().unwrap_or_default();
            let value = members.remove(&key).unwrap_or_default();
            let list = rules::list(value, &at.member(&key))?;
            Ok(Some(RuleList {
                sub_key: Some(key),
                ..list
            }))
        }
        value => rules::list(value, at).map(Some),
    }
}

/// Reads rules by name. A rule list without a name applies to all, and gets the empty name.
fn by_name(value: Value, into: &mut BTreeMap<String, RuleList>, at: &At) -> Read<()> {
    let members = at.object(value)?;
    if rules::is_list(&members) {
        into.insert(String::new(), rules::list(Value::Object(members), at)?);
        return Ok(());
    }
    for (name, value) in members {
        let list = rules::list(value, &at.member(&name))?;
        into.insert(flat_path::parameter(&name), list);
    }
    Ok(())
}
