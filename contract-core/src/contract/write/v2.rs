//! Version 2: flat rules, one provider state without parameters, the query as text, no generators, no messages.

use std::borrow::Cow;

use crate::json::Value;

use super::target::{Target, Write, overlay, put};
use super::v3::{KNOWN, annotations, provider_states};
use super::{body, generators, rules};
use crate::contract::read::header_content_type;
use crate::contract::{
    Body, Combine, Data, Generators, Headers, Interaction, InteractionKind, Matcher, MatchingRules, Members,
    Path, Query, Request, Response, RuleList, Token,
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

/// What a request has in common in versions 2 and 3.
pub(super) fn request_without_rules(request: &Request) -> Write<Members> {
    let mut members = Members::new();
    members.insert("method".to_owned(), request.method.as_str().into());
    members.insert("path".to_owned(), request.path.as_str().into());
    let fields = fields(&request.headers, &request.body)?;
    put(&mut members, "headers", headers(&fields));
    let header = header_content_type(&fields);
    if let Some(body) = body::classic(&request.body, header.as_ref())? {
        members.insert("body".to_owned(), body);
    }
    Ok(members)
}

/// What a response has in common in versions 2 and 3.
pub(super) fn response_without_rules(response: &Response) -> Write<Members> {
    let mut members = Members::new();
    if let Some(status) = response.status {
        members.insert("status".to_owned(), status.into());
    }
    let fields = fields(&response.headers, &response.body)?;
    put(&mut members, "headers", headers(&fields));
    let header = header_content_type(&fields);
    if let Some(body) = body::classic(&response.body, header.as_ref())? {
        members.insert("body".to_owned(), body);
    }
    Ok(members)
}

/// The header fields, with the content type that only the body names: before version 4 it has no other place. JSON that is
/// a document needs none.
fn fields<'h>(headers: &'h Headers, body: &Body) -> Write<Cow<'h, Headers>> {
    let Some(content) = body.content() else {
        return Ok(Cow::Borrowed(headers));
    };
    let Some(own) = &content.content_type else {
        return Ok(Cow::Borrowed(headers));
    };
    match header_content_type(headers) {
        Some(header) if header.essence() != own.essence() => Err(format!(
            "its body names the content type {own} and its header {header}, and only version 4 has room for both; write version \
             4, or name one"
        )),
        Some(_) => Ok(Cow::Borrowed(headers)),
        None if own.is_json() && matches!(content.data, Data::Json(_)) => Ok(Cow::Borrowed(headers)),
        None => {
            let mut headers = headers.clone();
            headers.set("Content-Type", vec![own.as_str().to_owned()]);
            Ok(Cow::Owned(headers))
        }
    }
}

/// Values of one field are joined by commas, as HTTP allows (RFC 9110, section 5.3); the pairs of `Cookie` by semicolons
/// (RFC 6265, section 4.2.1).
fn headers(headers: &Headers) -> Members {
    let separator = |name: &str| {
        if name.eq_ignore_ascii_case("cookie") {
            "; "
        } else {
            ", "
        }
    };
    headers
        .iter()
        .map(|(name, values)| (name.to_owned(), values.join(separator(name)).into()))
        .collect()
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

/// The one rule that version 2 has room for.
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
        return Err(format!(
            "the rule `{}` at {path} came after version 2; write version 3 or 4",
            rule.matcher.name()
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
