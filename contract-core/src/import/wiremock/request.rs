//! The conditions of a stub on a request.

use super::body;
use super::matcher::{self, Matched, example_of_regex};
use crate::contract::{Matcher, Query, Request, RuleList};
use crate::import::at::At;
use crate::import::finding::{Notes, Unfit};
use crate::import::url::Url;
use crate::json::Value;

/// Returns the methods; a contract requires explicit ones.
pub(super) fn methods(request: &At<'_>) -> Result<Vec<String>, Unfit> {
    let Some(method) = request.get("method") else {
        return Err(any_method(request));
    };
    if let Some(one_of) = method.get("oneOf") {
        return one_of.items().iter().map(At::text).collect();
    }
    match method.value {
        Value::String(name) if name != "ANY" => Ok(vec![name.to_ascii_uppercase()]),
        _ => Err(any_method(&method)),
    }
}

fn any_method(at: &At<'_>) -> Unfit {
    at.unfit("the stub answers any method, an interaction has one: write the method that the consumer sends")
}

/// Reads everything except the method.
pub(super) fn read(asked: &At<'_>, notes: &mut Notes) -> Result<Request, Unfit> {
    if let Some(custom) = asked.get("customMatcher") {
        return Err(custom.unfit("a matcher in code cannot be read"));
    }
    for name in ["scheme", "host", "port", "clientIp"] {
        if let Some(at) = asked.get(name) {
            notes.lost(at.place, "an interaction has no address");
        }
    }
    let mut request = Request::default();
    path(asked, &mut request, notes)?;
    query(asked, &mut request, notes)?;
    headers(asked, &mut request, notes)?;
    cookies(asked, &mut request, notes)?;
    body::read(asked, &mut request, notes)?;
    Ok(request)
}

fn path(asked: &At<'_>, request: &mut Request, notes: &mut Notes) -> Result<(), Unfit> {
    if let Some(url) = asked.first(&["url", "urlPath"]) {
        let Url { path, query, .. } = Url::parse(&url.text()?);
        request.path = path;
        request.query = query;
    } else if let Some(pattern) = asked.first(&["urlPathPattern", "urlPattern"]) {
        let expression = pattern.text()?;
        let of_path = match expression.split_once(r"\?") {
            Some((of_path, _)) => {
                notes.lost(
                    pattern.place.clone(),
                    "the expression covers the query too: an interaction has rules by parameter, so write queryParameters",
                );
                of_path.to_owned()
            }
            None => expression,
        };
        request.path = example_of_regex(&of_path, &pattern, notes)?;
        request.rules.path = Some(RuleList::one(Matcher::Regex(of_path)));
    } else if let Some(template) = asked.get("urlPathTemplate") {
        from_template(asked, &template, request, notes)?;
    } else {
        return Err(asked.unfit("the stub answers any path: write urlPath"));
    }
    Ok(())
}

/// Reads `/users/{id}`, with the examples of `pathParameters`.
fn from_template(
    asked: &At<'_>,
    template: &At<'_>,
    request: &mut Request,
    notes: &mut Notes,
) -> Result<(), Unfit> {
    let text = template.text()?;
    let parameters = asked.get("pathParameters");
    let (mut path, mut expression) = (String::new(), String::new());
    for segment in text.split('/').skip(usize::from(text.starts_with('/'))) {
        path.push('/');
        expression.push('/');
        let name = segment.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
        let Some(name) = name else {
            path.push_str(segment);
            expression.push_str(&regex::escape(segment));
            continue;
        };
        let matched = parameters.as_ref().and_then(|parameters| parameters.get(name));
        let matched = matched
            .map(|at| matcher::read(&at, notes).map(|matched| (at, matched)))
            .transpose()?;
        match matched {
            Some((_, Matched::Value { example, rules })) if rules.rules.is_empty() => {
                path.push_str(&example);
                expression.push_str(&regex::escape(&example));
            }
            Some((_, Matched::Value { example, rules })) => {
                path.push_str(&example);
                match rules.rules.first().map(|rule| &rule.matcher) {
                    Some(Matcher::Regex(of_segment)) => {
                        expression.push_str("(?:");
                        expression.push_str(of_segment);
                        expression.push(')');
                    }
                    _ => expression.push_str("[^/]+"),
                }
            }
            _ => {
                path.push_str(name);
                expression.push_str("[^/]+");
            }
        }
    }
    request.path = path;
    request.rules.path = Some(RuleList::one(Matcher::Regex(expression)));
    Ok(())
}

fn query(asked: &At<'_>, request: &mut Request, notes: &mut Notes) -> Result<(), Unfit> {
    let Some(parameters) = asked.get("queryParameters") else {
        return Ok(());
    };
    let mut query = Query::new();
    for (name, values) in request.query.iter() {
        query.set(name, values.to_vec());
    }
    for (name, at) in parameters.members() {
        match matcher::read(&at, notes)? {
            Matched::Value { example, rules } => {
                query.set(name, vec![Some(example)]);
                if !rules.rules.is_empty() {
                    request.rules.query.insert(name.to_owned(), rules);
                }
            }
            Matched::Several(values) => query.set(name, values.into_iter().map(Some).collect()),
            Matched::Nothing => {}
        }
    }
    request.query = query;
    Ok(())
}

fn headers(asked: &At<'_>, request: &mut Request, notes: &mut Notes) -> Result<(), Unfit> {
    if let Some(headers) = asked.get("headers") {
        for (name, at) in headers.members() {
            match matcher::read(&at, notes)? {
                Matched::Value { example, rules } => {
                    request.headers.set(name, vec![example]);
                    if !rules.rules.is_empty() {
                        request.rules.headers.insert(name.to_owned(), rules);
                    }
                }
                Matched::Several(values) => request.headers.set(name, values),
                Matched::Nothing => {}
            }
        }
    }
    if let Some(credentials) = asked.first(&["basicAuthCredentials", "basicAuth"]) {
        use base64::Engine as _;
        let user = credentials.text_of("username")?.unwrap_or_default();
        let password = credentials.text_of("password")?.unwrap_or_default();
        let encoded = base64::engine::general_purpose::STANDARD.encode(format!("{user}:{password}"));
        request
            .headers
            .set("Authorization", vec![format!("Basic {encoded}")]);
    }
    Ok(())
}

fn cookies(asked: &At<'_>, request: &mut Request, notes: &mut Notes) -> Result<(), Unfit> {
    let Some(cookies) = asked.get("cookies") else {
        return Ok(());
    };
    let mut pairs = Vec::new();
    for (name, at) in cookies.members() {
        if let Matched::Value { example, rules } = matcher::read(&at, notes)? {
            if !rules.rules.is_empty() {
                notes.lost(
                    at.place,
                    "an interaction compares cookies as one header: any value is accepted",
                );
                request
                    .rules
                    .headers
                    .insert("Cookie".to_owned(), RuleList::one(Matcher::TYPE));
            }
            pairs.push(format!("{name}={example}"));
        }
    }
    if !pairs.is_empty() {
        request.headers.set("Cookie", vec![pairs.join("; ")]);
    }
    Ok(())
}
