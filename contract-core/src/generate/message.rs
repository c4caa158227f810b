//! Generators applied to whole requests, responses and messages.

use crate::json::Value;
use crate::wire::target::NOT_IN_PATHS;

use super::body;
use super::context::Context;
use super::data_type::as_text;
use super::value::value;
use crate::contract::{
    ContentType, Generator, Generators, Headers, Matcher, MatchingRules, Message, Query, Request, Response,
    RuleList,
};
use crate::matching::Effort;
use crate::{Error, ErrorKind};

/// Returns the expected request with its generators applied: method, path, query, header fields, body.
///
/// ```
/// use contract_core::contract::{Generator, Request};
/// use contract_core::generate::{self, Context};
///
/// let mut expected = Request { method: "GET".to_owned(), path: "/orders/1".to_owned(), ..Request::default() };
/// expected.generators.path = Some(Generator::Regex("/orders/[1-9]{4}".to_owned()));
/// let made = generate::request(&expected, &Context::consumer().with_seed(7))?;
/// assert_eq!(made.path.len(), "/orders/1234".len());
/// # Ok::<(), contract_core::Error>(())
/// ```
///
/// # Errors
///
/// See [`value`]; the message names the part of the request.
pub fn request(expected: &Request, context: &Context) -> Result<Request, Error> {
    let _effort = Effort::begin();
    let mut request = expected.clone();
    let generators = &expected.generators;
    if let Some(generator) = &generators.method {
        let made = text(generator, Some(&request.method), context)
            .map_err(|e| e.context("generating the method"))?;
        request.method = made.unwrap_or(request.method);
    }
    if let Some(generator) = &generators.path {
        let made =
            text(generator, Some(&request.path), context).map_err(|e| e.context("generating the path"))?;
        if let Some(path) = made {
            request.path = url_path(&path);
        }
    }
    for (name, generator) in &generators.query {
        set_parameter(&mut request.query, name, generator, context)
            .map_err(|e| e.context(format!("generating the query parameter {name}")))?;
    }
    set_headers(&mut request.headers, &generators.headers, context)?;
    let content_type = content_type(&request.headers);
    body::apply(
        &mut request.body,
        content_type,
        &generators.body,
        &expected.rules,
        context,
    )?;
    Ok(request)
}

/// Returns the expected response with its generators applied: status, header fields, body.
///
/// # Errors
///
/// See [`value`]; the message names the part of the response.
pub fn response(expected: &Response, context: &Context) -> Result<Response, Error> {
    let _effort = Effort::begin();
    let mut response = expected.clone();
    let generators = &expected.generators;
    if let Some(generator) = &generators.status {
        response.status =
            status(generator, response.status, context).map_err(|e| e.context("generating the status"))?;
    }
    set_headers(&mut response.headers, &generators.headers, context)?;
    let content_type = content_type(&response.headers);
    body::apply(
        &mut response.body,
        content_type,
        &generators.body,
        &expected.rules,
        context,
    )?;
    Ok(response)
}

/// Returns the expected message with its generators applied: contents, metadata.
///
/// # Errors
///
/// See [`value`]; the message names the part of the message.
pub fn message(expected: &Message, context: &Context) -> Result<Message, Error> {
    let _effort = Effort::begin();
    let mut message = expected.clone();
    let generators = &expected.generators;
    for (name, generator) in &generators.metadata {
        let made = value(generator, message.metadata.get(name), context)
            .map_err(|e| e.context(format!("generating the metadata {name}")))?;
        if let Some(made) = made {
            message.metadata.insert(name.clone(), made);
        }
    }
    let content_type = ["contentType", "content-type", "Content-Type"]
        .iter()
        .find_map(|name| message.metadata.get(*name)?.as_str()?.parse().ok());
    body::apply(
        &mut message.contents,
        content_type,
        &generators.body,
        &expected.rules,
        context,
    )?;
    Ok(message)
}

/// Returns whether any value is generated: by the message's generators or those of the variants of its `arrayContains`
/// rules.
pub fn is_generated(generators: &Generators, rules: &MatchingRules) -> bool {
    !generators.is_empty() || rules.body.values().any(carries_generators)
}

fn carries_generators(list: &RuleList) -> bool {
    list.rules.iter().any(|rule| match &rule.matcher {
        Matcher::ArrayContains(variants) => variants
            .iter()
            .any(|variant| !variant.generators.is_empty() || variant.rules.values().any(carries_generators)),
        _ => false,
    })
}

fn content_type(headers: &Headers) -> Option<ContentType> {
    headers.first("content-type")?.parse().ok()
}

/// Generates a value as text, for paths, header fields and query parameters.
pub(crate) fn text(
    generator: &Generator,
    example: Option<&str>,
    context: &Context,
) -> Result<Option<String>, Error> {
    let example = example.map(Value::from);
    Ok(value(generator, example.as_ref(), context)?.map(|made| as_text(&made)))
}

fn status(generator: &Generator, example: Option<u16>, context: &Context) -> Result<Option<u16>, Error> {
    let Some(made) = value(generator, None, context)? else {
        return Ok(example);
    };
    let code = as_text(&made)
        .parse()
        .ok()
        .filter(|code| (100..=999).contains(code));
    code.map(Some).ok_or_else(|| {
        Error::new(
            ErrorKind::Invalid,
            format!("{made} is not a status code; generate a number from 100 to 999"),
        )
    })
}

/// Splits `name[0]` into name and index.
fn indexed(name: &str) -> (&str, Option<usize>) {
    let index = name
        .strip_suffix(']')
        .and_then(|rest| rest.rsplit_once('['))
        .and_then(|(name, index)| Some((name, index.parse().ok()?)));
    match index {
        Some((name, index)) => (name, Some(index)),
        None => (name, None),
    }
}

fn set_headers(
    headers: &mut Headers,
    generators: &std::collections::BTreeMap<String, Generator>,
    context: &Context,
) -> Result<(), Error> {
    for (name, generator) in generators {
        let (field, index) = indexed(name);
        let mut values = headers.get(field).unwrap_or_default().to_vec();
        let made = |example: Option<&str>| {
            text(generator, example, context).map_err(|e| e.context(format!("generating the header {name}")))
        };
        if values.is_empty() {
            values.extend(made(None)?);
        } else {
            for (at, present) in values.iter_mut().enumerate() {
                if index.is_none_or(|index| index == at)
                    && let Some(made) = made(Some(present))?
                {
                    *present = made;
                }
            }
        }
        if !values.is_empty() {
            headers.set(field, values);
        }
    }
    Ok(())
}

/// Sets a query parameter or form field, or one of its values; adds it if it is missing.
pub(crate) fn set_parameter(
    query: &mut Query,
    name: &str,
    generator: &Generator,
    context: &Context,
) -> Result<(), Error> {
    let (parameter, index) = if query.get(name).is_some() {
        (name, None)
    } else {
        indexed(name)
    };
    let mut values = query.get(parameter).unwrap_or_default().to_vec();
    if values.is_empty() {
        values.extend(text(generator, None, context)?.map(Some));
    } else {
        for (at, present) in values.iter_mut().enumerate() {
            if index.is_none_or(|index| index == at)
                && let Some(made) = text(generator, present.as_deref(), context)?
            {
                *present = Some(made);
            }
        }
    }
    if !values.is_empty() {
        query.set(parameter, values);
    }
    Ok(())
}

/// Returns a valid request path: with a leading slash and forbidden characters percent-encoded.
fn url_path(text: &str) -> String {
    let encoded = percent_encoding::utf8_percent_encode(text, NOT_IN_PATHS).to_string();
    if encoded.starts_with('/') {
        encoded
    } else {
        format!("/{encoded}")
    }
}
