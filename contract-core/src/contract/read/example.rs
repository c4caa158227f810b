//! Uses the example to resolve what ambiguous rules apply to.
//!
//! Some writers put rules in places that the format does not define (`$.query` for the whole query, `$[0].id`
//! for the body) or wrote names with dots without quotes (`$.body.@odata.context`). Such a rule is moved if
//! the example has exactly one place for it; otherwise it is kept as written, and `contract check` lists it.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::json::Value;

use super::place::At;
use super::{flat_path, rules};
use crate::contract::lead::lead;
use crate::contract::{
    Body, Data, Generators, Headers, Matcher, MatchingRules, Message, Path, Query, Request, Response,
    RuleList, Token,
};

pub(super) fn settle_request(request: &mut Request) {
    let Request {
        rules,
        generators,
        headers,
        query,
        body,
        ..
    } = request;
    settle_headers(rules, headers);
    settle_query(rules, query);
    settle_body(rules, generators, body);
}

pub(super) fn settle_response(response: &mut Response) {
    settle_headers(&mut response.rules, &response.headers);
    settle_body(&mut response.rules, &mut response.generators, &response.body);
}

pub(super) fn settle_message(message: &mut Message) {
    let names = message.metadata.keys();
    spread(&mut message.rules.metadata, names.map(String::as_str));
    settle_body(&mut message.rules, &mut message.generators, &message.contents);
}

fn settle_headers(rules: &mut MatchingRules, headers: &Headers) {
    spread(&mut rules.headers, headers.iter().map(|(name, _)| name));
    // pact-jvm 3.5 omitted the dot: `$.headerContent-Type`.
    for (key, tokens) in unplaced(rules) {
        let [Token::Field(name)] = tokens.as_slice() else {
            continue;
        };
        let glued = name
            .strip_prefix("headers")
            .or_else(|| name.strip_prefix("header"));
        if let Some(name) = glued
            && headers.get(name).is_some()
        {
            place(rules, &key, flat_path::Target::Header(name.to_owned()));
        }
    }
}

fn settle_query(rules: &mut MatchingRules, query: &Query) {
    if query.get("").is_some() {
        return;
    }
    spread(&mut rules.query, query.iter().map(|(name, _)| name));
    if let Some(list) = rules.query.remove("") {
        rules.query_text = Some(list);
    }
}

/// Replaces a `type` rule for all header fields, parameters or metadata by a `type` rule for each.
fn spread<'n>(lists: &mut BTreeMap<String, RuleList>, names: impl Iterator<Item = &'n str>) {
    let is_type = |list: &RuleList| {
        !list.rules.is_empty() && list.rules.iter().all(|rule| rule.matcher == Matcher::TYPE)
    };
    let mut names = names.peekable();
    if !lists.get("").is_some_and(is_type) || names.peek().is_none() {
        return;
    }
    if let Some(list) = lists.remove("") {
        for name in names {
            lists.entry(name.to_owned()).or_insert_with(|| list.clone());
        }
    }
}

fn settle_body(rules: &mut MatchingRules, generators: &mut Generators, body: &Body) {
    let Some(Data::Json(example)) = body.content().map(|content| &content.data) else {
        return;
    };
    for (key, tokens) in unplaced(rules) {
        if let Some(found) = lead(&tokens, example)
            && !tokens.is_empty()
        {
            let path = Path::from_tokens(found.into_owned());
            place(rules, &key, flat_path::Target::Body(path));
        }
    }
    reread(&mut rules.body, example);
    reread(&mut generators.body, example);
}

/// Moves each entry to the path at which it exists in the example.
fn reread<T>(by_path: &mut BTreeMap<Path, T>, example: &Value) {
    let other_paths: Vec<(Path, Path)> = by_path
        .keys()
        .filter_map(|path| match lead(path.tokens(), example)? {
            Cow::Owned(tokens) => Some((path.clone(), Path::from_tokens(tokens))),
            Cow::Borrowed(_) => None,
        })
        .filter(|(_, to)| !by_path.contains_key(to))
        .collect();
    for (from, to) in other_paths {
        if let Some(entry) = by_path.remove(&from) {
            by_path.insert(to, entry);
        }
    }
}

/// Returns flat rules that name no part of a request, response or message.
fn unplaced(rules: &MatchingRules) -> Vec<(String, Vec<Token>)> {
    let keys = rules.extra.keys().filter(|key| flat_path::is_path(key));
    keys.filter_map(|key| Some((key.clone(), Path::read(key).ok()?.tokens().to_vec())))
        .collect()
}

/// Moves a flat rule to its place if there is one.
fn place(rules: &mut MatchingRules, key: &str, target: flat_path::Target) {
    if let Some(value) = rules.extra.get(key)
        && let Ok(list) = rules::list(value.clone(), &At::Root)
    {
        rules.extra.remove(key);
        flat_path::put(rules, target, list);
    }
}
