//! Version 2: flat rules, one provider state without parameters, the query as text, no generators, no messages.

use crate::json::Value;

use super::annotations::{KNOWN, annotations, provider_states};
use super::http::{request_without_rules, response_without_rules};
use super::target::{Target, Write, overlay, put};
use super::{generators, rules};
use crate::contract::{
    Combine, Generators, Interaction, InteractionKind, Matcher, MatchingRules, Members, Path, Query, Request,
    Response, RuleList, Token,
};

pub(super) fn interaction(interaction: &Interaction, target: Target) -> Write<Members> {
    let InteractionKind::Http(http) = &interaction.kind else {
        return Err("it is not an HTTP interaction; write version 4".to_owned());
    };
    let mut members = annotations(interaction, target)?;
    match interaction.provider_states.as_slice() {
        [] => {}
        [state] if state.params.is_empty() && state.extra.is_empty() => {
            members.insert("providerState".to_owned(), state.name.as_str().into());
        }
        states if !target.is_downgrade() => {
            members.insert("providerStates".to_owned(), provider_states(states));
        }
        [_] => {
            return Err("its provider state has parameters; write version 3 or 4".to_owned());
        }
        _ => {
            return Err("it has several provider states; write version 3 or 4".to_owned());
        }
    }
    members.insert("request".to_owned(), request(&http.request, target)?.into());
    members.insert("response".to_owned(), response(&http.response, target)?.into());
    Ok(overlay(target.start(&interaction.extra, KNOWN), members))
}

fn request(request: &Request, target: Target) -> Write<Members> {
    let mut members = request_without_rules(request)?;
    let query = query(&request.query);
    if !query.is_empty() {
        members.insert("query".to_owned(), query.into());
    }
    put(&mut members, "matchingRules", flat(&request.rules, target)?);
    put(
        &mut members,
        "generators",
        known_generators(&request.generators, target)?,
    );
    Ok(overlay(target.start(&request.extra, KNOWN), members))
}

fn response(response: &Response, target: Target) -> Write<Members> {
    let mut members = response_without_rules(response)?;
    put(&mut members, "matchingRules", flat(&response.rules, target)?);
    put(
        &mut members,
        "generators",
        known_generators(&response.generators, target)?,
    );
    Ok(overlay(target.start(&response.extra, KNOWN), members))
}

fn query(query: &Query) -> String {
    query.to_text()
}

fn known_generators(generators: &Generators, target: Target) -> Write<Members> {
    let written = generators::by_category(generators);
    if target.is_downgrade() && !generators.is_empty() {
        return Err("generators came with version 3; write version 3 or 4".to_owned());
    }
    Ok(written)
}

/// `{"$.body.id": {"match": "type"}}`
fn flat(rules: &MatchingRules, target: Target) -> Write<Members> {
    let mut members = Members::new();
    let mut add = |path: String, list: &RuleList| -> Write<()> {
        let rule = one_rule(&path, list, target)?;
        members.insert(path, rule);
        Ok(())
    };
    for (name, list) in [
        ("$.method", &rules.method),
        ("$.path", &rules.path),
        ("$.status", &rules.status),
    ] {
        if let Some(list) = list {
            add(name.to_owned(), list)?;
        }
    }
    for (category, lists) in [("headers", &rules.headers), ("query", &rules.query)] {
        for (name, list) in lists {
            add(named(category, name), list)?;
        }
    }
    if let Some(list) = &rules.query_text {
        add("$.query".to_owned(), list)?;
    }
    for (path, list) in &rules.body {
        add(in_body(path), list)?;
    }
    if !rules.metadata.is_empty() {
        return Err("rules for metadata came with version 3; write version 3 or 4".to_owned());
    }
    let mut kept = rules.extra.clone();
    kept.retain(|name, _| name.starts_with('$'));
    Ok(overlay(kept, members))
}

/// Returns the only rule that version 2 can write.
fn one_rule(path: &str, list: &RuleList, target: Target) -> Write<Value> {
    let [rule] = list.rules.as_slice() else {
        let how = match list.combine {
            Combine::And => "all must hold",
            Combine::Or => "one must hold",
        };
        return Err(format!(
            "{path} has {} rules of which {how}, and version 2 has room for one; write version 3 or 4",
            list.rules.len()
        ));
    };
    let known = matches!(rule.matcher, Matcher::Regex(_) | Matcher::Type { .. });
    if !known && target.is_downgrade() {
        let name = match &rule.matcher {
            Matcher::Schema(_) => "schema",
            other => other.name(),
        };
        return Err(format!(
            "the rule `{name}` at {path} came after version 2; write version 3 or 4"
        ));
    }
    Ok(rules::rule(rule).into())
}

/// `$.query.page`, `$.headers['X-Trace'][0]`
fn named(category: &str, name: &str) -> String {
    let mut tokens = vec![Token::Field(category.to_owned())];
    match indexed(name) {
        Some((name, token)) => tokens.extend([Token::Field(name.to_owned()), token]),
        None => tokens.push(Token::Field(name.to_owned())),
    }
    Path::from_tokens(tokens).to_string()
}

/// `name[0]` in its parts.
fn indexed(name: &str) -> Option<(&str, Token)> {
    let (name, index) = name.strip_suffix(']')?.rsplit_once('[')?;
    match index {
        "*" => Some((name, Token::StarIndex)),
        digits => Some((name, Token::Index(digits.parse().ok()?))),
    }
}

fn in_body(path: &Path) -> String {
    if let Some(rest) = path.as_str().strip_prefix('$') {
        return format!("$.body{rest}");
    }
    let mut tokens = vec![Token::Field("body".to_owned())];
    tokens.extend_from_slice(path.tokens());
    Path::from_tokens(tokens).to_string()
}
