//! Generators applied to bodies.

use std::collections::BTreeMap;

use crate::json::Value;

use super::context::Context;
use super::value::value;
use crate::Error;
use crate::contract::{Body, ContentType, Data, Generator, Matcher, MatchingRules, Path, RuleList, Token};
use crate::format;
use crate::matching::detect;

/// Applies generators to a body, including those of the variants of `arrayContains` rules.
pub(super) fn apply(
    body: &mut Body,
    content_type: Option<ContentType>,
    generators: &BTreeMap<Path, Generator>,
    rules: &MatchingRules,
    context: &Context,
) -> Result<(), Error> {
    let Body::Present(content) = body else {
        return Ok(());
    };
    let content_type = content.content_type.clone().or(content_type);
    match &mut content.data {
        Data::Json(document) => apply_json(document, generators, &rules.body, context),
        Data::Text(document) if !generators.is_empty() => {
            let content_type = content_type.unwrap_or_else(|| detect::content_type(document.as_bytes()));
            *document = format::of_type(&content_type).generate(document, generators, context)?;
            Ok(())
        }
        Data::Text(_) | Data::Binary(_) | Data::Undecoded(_) => Ok(()),
    }
}

/// Adds the body path to an error of its generator.
pub(crate) fn at_body_path(error: Error, path: &Path) -> Error {
    error.context(format!("generating {path} of the body"))
}

fn apply_json(
    document: &mut Value,
    generators: &BTreeMap<Path, Generator>,
    rules: &BTreeMap<Path, RuleList>,
    context: &Context,
) -> Result<(), Error> {
    for (path, generator) in generators {
        each(document, path.tokens(), &mut |example| {
            if let Some(made) = value(generator, Some(example), context)? {
                *example = made;
            }
            Ok(())
        })
        .map_err(|error| at_body_path(error, path))?;
    }
    for (path, list) in rules {
        for rule in &list.rules {
            let Matcher::ArrayContains(variants) = &rule.matcher else {
                continue;
            };
            each(document, path.tokens(), &mut |array| {
                for variant in variants {
                    if let Some(element) = array.get_mut(variant.index) {
                        apply_json(element, &variant.generators, &variant.rules, context)?;
                    }
                }
                Ok(())
            })
            .map_err(|error| at_body_path(error, path))?;
        }
    }
    Ok(())
}

/// Visits every value that the steps lead to. Each step leads one level deeper, so the document bounds the recursion.
fn each(
    value: &mut Value,
    tokens: &[Token],
    visit: &mut dyn FnMut(&mut Value) -> Result<(), Error>,
) -> Result<(), Error> {
    let Some((token, rest)) = tokens.split_first() else {
        return visit(value);
    };
    match (token, value) {
        (Token::Field(name), Value::Object(members)) => match members.get_mut(name) {
            Some(member) => each(member, rest, visit),
            None => Ok(()),
        },
        (Token::Index(index), Value::Object(members)) => match members.get_mut(&index.to_string()) {
            Some(member) => each(member, rest, visit),
            None => Ok(()),
        },
        (Token::Index(index), Value::Array(elements)) => match elements.get_mut(*index) {
            Some(element) => each(element, rest, visit),
            None => Ok(()),
        },
        (Token::Star, Value::Object(members)) => members
            .values_mut()
            .try_for_each(|member| each(member, rest, visit)),
        (Token::Star | Token::StarIndex, Value::Array(elements)) => elements
            .iter_mut()
            .try_for_each(|element| each(element, rest, visit)),
        _ => Ok(()),
    }
}
