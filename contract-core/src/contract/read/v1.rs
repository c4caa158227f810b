//! What version 1 brought: an HTTP request and its response, with the body as it is.
//!
//! Versions 1.1, 2 and 3 keep this shape, so that one reader serves all four; it takes each member in every spelling
//! that one of them, or a file in the wild, has for it.

use crate::json::Value;

use super::place::{At, Read, keep_empty, says_nothing, take, take_any};
use super::{body, example, generators, ruby, rules, v2, v3};
use crate::contract::{
    ContentType, Generators, Headers, HttpInteraction, Interaction, InteractionKind, MatchingRules, Members,
    Query, Request, Response,
};

/// An HTTP interaction of versions 1 to 3. A request that is not there is `GET /`; a response that is not there says
/// nothing.
pub(super) fn interaction(members: Members, at: &At) -> Read<Interaction> {
    let (mut interaction, mut rest) = v3::annotations(members, at)?;
    let request = request(
        take(&mut rest, "request").unwrap_or_else(nothing),
        &at.member("request"),
    )?;
    let response = response(
        take(&mut rest, "response").unwrap_or_else(nothing),
        &at.member("response"),
    )?;
    interaction.kind = InteractionKind::Http(Box::new(HttpInteraction { request, response }));
    interaction.extra = rest;
    Ok(interaction)
}

/// A request or response without members.
pub(super) fn nothing() -> Value {
    Value::Object(Members::new())
}

/// A request of versions 1 to 3.
pub(crate) fn request(value: Value, at: &At) -> Read<Request> {
    let mut members = at.object(value)?;
    let matchers = ruby::take_matchers(&mut members, at)?;
    let (mut request, mut rest) = request_head(members, at)?;
    let content_type = header_content_type(&request.headers);
    request.body = body::classic(&mut rest, "body", content_type.as_ref());
    request.extra = rest;
    matchers.put_into(&mut request.rules);
    example::settle_request(&mut request);
    Ok(request)
}

/// A response of versions 1 to 3.
pub(crate) fn response(value: Value, at: &At) -> Read<Response> {
    let mut members = at.object(value)?;
    let matchers = ruby::take_matchers(&mut members, at)?;
    let (mut response, mut rest) = response_head(members, at)?;
    let content_type = header_content_type(&response.headers);
    response.body = body::classic(&mut rest, "body", content_type.as_ref());
    response.extra = rest;
    matchers.put_into(&mut response.rules);
    example::settle_response(&mut response);
    Ok(response)
}

/// All of a request but its body, and what is left.
pub(super) fn request_head(mut rest: Members, at: &At) -> Read<(Request, Members)> {
    let method = match take(&mut rest, "method") {
        Some(value) => at.member("method").string(value)?,
        None => "GET".to_owned(),
    };
    let path = match take(&mut rest, "path") {
        Some(value) => at.member("path").string(value)?,
        None => "/".to_owned(),
    };
    let request = Request {
        method,
        path,
        query: query(&mut rest, at)?,
        headers: headers(&mut rest, at)?,
        rules: matching_rules(&mut rest, &["matchingRules", "requestMatchingRules"], at)?,
        generators: generator_member(&mut rest, at)?,
        ..Request::default()
    };
    Ok((request, rest))
}

/// All of a response but its body, and what is left.
pub(super) fn response_head(mut rest: Members, at: &At) -> Read<(Response, Members)> {
    let mut response = Response {
        headers: headers(&mut rest, at)?,
        rules: matching_rules(&mut rest, &["matchingRules", "responseMatchingRules"], at)?,
        generators: generator_member(&mut rest, at)?,
        ..Response::default()
    };
    if let Some(value) = take(&mut rest, "status") {
        match rules::status_code(&value, &at.member("status")) {
            Ok(code) => response.status = Some(code),
            // Where a rule or generator decides, some libraries write 0.
            Err(_) if response.rules.status.is_some() || response.generators.status.is_some() => {
                rest.insert("status".to_owned(), value);
            }
            Err(fault) => return Err(fault),
        }
    }
    Ok((response, rest))
}

/// A query as text (versions 1 and 2) or as lists of values by name (from version 3).
fn query(rest: &mut Members, at: &At) -> Read<Query> {
    let at = at.member("query");
    match take(rest, "query") {
        None => Ok(Query::new()),
        Some(Value::String(text)) if text.is_empty() => {
            rest.insert("query".to_owned(), text.into());
            Ok(Query::new())
        }
        Some(Value::String(text)) => Ok(Query::parse(&text)),
        Some(value) if says_nothing(&value) => {
            keep_empty(rest, "query", Members::new());
            Ok(Query::new())
        }
        Some(Value::Object(members)) => {
            let mut query = Query::new();
            for (name, value) in members {
                let at = at.member(&name);
                let values = match value {
                    Value::Array(values) => values
                        .into_iter()
                        .enumerate()
                        .map(|(index, value)| match value {
                            Value::Null => Ok(None),
                            value => at.element(index).text(value).map(Some),
                        })
                        .collect::<Read<_>>()?,
                    Value::Null => vec![None],
                    value => vec![Some(at.text(value)?)],
                };
                query.set(name.clone(), values);
            }
            Ok(query)
        }
        Some(other) => Err(at.expected(
            "a string, or an object with an array of values for each name",
            &other,
        )),
    }
}

/// Header fields: one string, or (version 4) an array of strings, for each name.
fn headers(rest: &mut Members, at: &At) -> Read<Headers> {
    let at = at.member("headers");
    let mut headers = Headers::new();
    let Some(value) = take(rest, "headers") else {
        return Ok(headers);
    };
    let members = at.object(value)?;
    if members.is_empty() {
        keep_empty(rest, "headers", members);
        return Ok(headers);
    }
    for (name, value) in members {
        let at = at.member(&name);
        let values = match value {
            Value::Array(values) => values
                .into_iter()
                .enumerate()
                .map(|(index, value)| at.element(index).text(value))
                .collect::<Read<_>>()?,
            value => vec![at.text(value)?],
        };
        if headers.get(&name).is_some() {
            for value in values {
                headers.append(name.clone(), value);
            }
        } else {
            headers.set(name.clone(), values);
        }
    }
    Ok(headers)
}

/// Matching rules in either syntax. The version does not decide which: files of version 3 with the flat paths of
/// version 2 are about.
pub(super) fn matching_rules(rest: &mut Members, names: &[&str], at: &At) -> Read<MatchingRules> {
    let Some((name, value)) = take_any(rest, names) else {
        return Ok(MatchingRules::default());
    };
    let at = at.member(name);
    let members = at.object(value)?;
    if members.is_empty() {
        keep_empty(rest, names[0], members);
        return Ok(MatchingRules::default());
    }
    rules_of_any_version(members, &at)
}

/// Matching rules, flat (version 2), by category (from version 3), or some of each.
pub(crate) fn rules_of_any_version(members: Members, at: &At) -> Read<MatchingRules> {
    let (flat, categories): (Members, Members) = members.into_iter().partition(|(key, _)| v2::is_path(key));
    let mut read = v3::matching_rules(categories, at)?;
    v2::matching_rules(flat, &mut read, at)?;
    Ok(read)
}

pub(super) fn generator_member(rest: &mut Members, at: &At) -> Read<Generators> {
    let Some(value) = take(rest, "generators") else {
        return Ok(Generators::default());
    };
    if says_nothing(&value) {
        keep_empty(rest, "generators", Members::new());
        return Ok(Generators::default());
    }
    generators::generators(value, &at.member("generators"))
}

/// The content type that the headers name, if it is one.
pub(crate) fn header_content_type(headers: &Headers) -> Option<ContentType> {
    headers.first("content-type")?.parse().ok()
}
