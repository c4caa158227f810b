//! Reads what requests and responses of all versions share.

use crate::json::Value;

use super::place::{At, Read, keep_empty, says_nothing, take};
use super::{rule_member, rules};
use crate::contract::{ContentType, Headers, Members, Query, Request, Response};

/// Returns a request or response without members.
pub(super) fn nothing() -> Value {
    Value::Object(Members::new())
}

/// Reads a request except its body; returns it with the remaining members.
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
        rules: rule_member::matching_rules(&mut rest, &["matchingRules", "requestMatchingRules"], at)?,
        generators: rule_member::generators(&mut rest, at)?,
        ..Request::default()
    };
    Ok((request, rest))
}

/// Reads a response except its body; returns it with the remaining members.
pub(super) fn response_head(mut rest: Members, at: &At) -> Read<(Response, Members)> {
    let mut response = Response {
        headers: headers(&mut rest, at)?,
        rules: rule_member::matching_rules(&mut rest, &["matchingRules", "responseMatchingRules"], at)?,
        generators: rule_member::generators(&mut rest, at)?,
        ..Response::default()
    };
    if let Some(value) = take(&mut rest, "status") {
        match rules::status_code(&value, &at.member("status")) {
            Ok(code) => response.status = Some(code),
            // Some libraries write 0 if a rule or generator decides.
            Err(_) if response.rules.status.is_some() || response.generators.status.is_some() => {
                rest.insert("status".to_owned(), value);
            }
            Err(fault) => return Err(fault),
        }
    }
    Ok((response, rest))
}

/// Reads a query: text (versions 1 and 2) or lists of values by name (from version 3).
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

/// Reads header fields: for each name a string, or (version 4) an array of strings.
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

/// Returns the content type in the headers.
pub(crate) fn header_content_type(headers: &Headers) -> Option<ContentType> {
    headers.first("content-type")?.parse().ok()
}
