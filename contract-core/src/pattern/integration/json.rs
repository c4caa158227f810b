//! Integration JSON.

use crate::json::Value;

use super::Definition;
use crate::Error;
use crate::contract::read::place::{At, Fault, Read};
use crate::contract::read::{read_generator, read_rule, text_position};
use crate::contract::{
    EachRules, Generator, Matcher, Members, Path, Rule, StatusClass, StatusRule, Token, Variant,
};
use crate::pattern::Expanded;

const MATCHER: &str = "pact:matcher:type";
const GENERATOR: &str = "pact:generator:type";
/// Members with this prefix are instructions, never part of the example.
const INSTRUCTION: &str = "pact:";

/// Reads integration JSON from text; `origin` is prepended to errors.
///
/// # Errors
/// [`Malformed`](crate::ErrorKind::Malformed): the text is not JSON, or a rule or generator in it is invalid;
/// with line, column and path.
pub fn read(text: &str, origin: &str) -> Result<Expanded, Error> {
    let value: Value = crate::json::from_str(text).map_err(|error| {
        Error::new(
            crate::ErrorKind::Malformed,
            format!("{origin}: not valid JSON: {error}"),
        )
    })?;
    expand(value).map_err(|fault| {
        let (line, column) = text_position(text, &fault.steps);
        fault.into_error().context(format!("{origin}:{line}:{column}"))
    })
}

/// Reads integration JSON from a document.
///
/// # Errors
/// [`Malformed`](crate::ErrorKind::Malformed): a rule or generator in it is invalid; with its path.
pub fn from_json(document: impl Into<Value>) -> Result<Expanded, Error> {
    expand(document.into()).map_err(Fault::into_error)
}

/// Reads a path, a header or a query value: integration JSON as text, or any other text, which is an example
/// without rules.
///
/// # Errors
/// [`Malformed`](crate::ErrorKind::Malformed), see [`from_json`].
pub fn from_text(text: &str) -> Result<Expanded, Error> {
    match crate::json::from_str(text) {
        Ok(Value::Object(members)) if is_instruction(&members) => from_json(Value::Object(members)),
        _ => Ok(Expanded {
            example: text.into(),
            ..Expanded::default()
        }),
    }
}

fn is_instruction(members: &Members) -> bool {
    members.contains_key(MATCHER) || members.contains_key(GENERATOR)
}

fn expand(document: Value) -> Read<Expanded> {
    let mut out = Expanded::default();
    let example = walk(document, &Path::root(), Below::Plain, &mut out, &At::Root)?;
    Ok(Expanded { example, ..out })
}

/// The kind of rule above a value, which determines how the path to it is written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Below {
    /// No rule: elements by index, members by name.
    Plain,
    /// A rule: all elements alike.
    Rule,
    /// A rule for values: all members alike as well.
    Values,
}

/// Adds the rules and generators of this value to `out` and returns its example. The recursion is as deep as
/// the document, which the reader limits to 128 levels.
fn walk(value: Value, path: &Path, below: Below, out: &mut Expanded, at: &At) -> Read<Value> {
    match value {
        Value::Object(members) if is_instruction(&members) => instruction(members, path, out, at),
        Value::Object(mut members) => {
            members.retain(|name, _| !name.starts_with(INSTRUCTION));
            for (name, value) in &mut members {
                let token = match below {
                    Below::Values => Token::Star,
                    _ => Token::Field(name.clone()),
                };
                let example = walk(
                    std::mem::take(value),
                    &path.join(token),
                    Below::Plain,
                    out,
                    &at.member(name),
                )?;
                *value = example;
            }
            Ok(Value::Object(members))
        }
        Value::Array(elements) => elements
            .into_iter()
            .enumerate()
            .map(|(index, value)| {
                let token = match below {
                    Below::Plain => Token::Index(index),
                    _ => Token::StarIndex,
                };
                walk(value, &path.join(token), Below::Plain, out, &at.element(index))
            })
            .collect::<Read<Vec<_>>>()
            .map(Value::Array),
        scalar => Ok(scalar),
    }
}

fn instruction(mut members: Members, path: &Path, out: &mut Expanded, at: &At) -> Read<Value> {
    let mut said = Definition::default();
    if let Some(matcher) = members.remove(MATCHER) {
        said = rules(matcher, &members, &at.member(MATCHER), at)?;
    }
    if let Some(reference) = said.references.first() {
        return Err(at.member(MATCHER).fault(format!(
            "matching($'{reference}') refers to rules elsewhere, which integration JSON does not have: write them here"
        )));
    }
    if let Some(generator) = members.remove(GENERATOR) {
        said.generator = Some(generator_of(generator, &members, &at.member(GENERATOR), at)?);
    }
    let below = match said.rules.as_slice() {
        [] => Below::Plain,
        rules if rules.iter().any(|rule| is_for_values(&rule.matcher)) => Below::Values,
        _ => Below::Rule,
    };
    let example = match (members.remove("value"), said.example) {
        // The variants are the example, with their own rules.
        (_, Some(example))
            if said
                .rules
                .iter()
                .any(|rule| matches!(rule.matcher, Matcher::ArrayContains(_))) =>
        {
            example
        }
        (Some(value), _) => walk(value, path, below, out, &at.member("value"))?,
        (None, Some(example)) => example,
        (None, None) => example_of(&said.rules),
    };
    if !said.rules.is_empty() {
        // The rules of the value itself (`like(integer(1))`) apply in addition to these.
        let list = out.rules.entry(path.clone()).or_default();
        let inner = std::mem::replace(&mut list.rules, said.rules);
        for rule in inner {
            if !list.rules.contains(&rule) {
                list.rules.push(rule);
            }
        }
    }
    if let Some(generator) = said.generator {
        out.generators.insert(path.clone(), generator);
    }
    Ok(example)
}

/// Returns whether a rule applies to an object's values (or keys) regardless of their names.
fn is_for_values(matcher: &Matcher) -> bool {
    matches!(
        matcher,
        Matcher::Values | Matcher::EachValue(_) | Matcher::EachKey(_)
    )
}

/// Returns the example of a rule without one.
fn example_of(rules: &[Rule]) -> Value {
    rules
        .iter()
        .find_map(|rule| match &rule.matcher {
            Matcher::StatusCode(StatusRule::Codes(codes)) => codes.first().map(|code| Value::from(*code)),
            Matcher::StatusCode(StatusRule::Class(class)) => Some(Value::from(match class {
                StatusClass::Information => 100,
                StatusClass::Success | StatusClass::NonError => 200,
                StatusClass::Redirect => 302,
                StatusClass::ClientError | StatusClass::Error => 400,
                StatusClass::ServerError => 500,
            })),
            _ => None,
        })
        .unwrap_or_default()
}

/// Returns the rules in `pact:matcher:type`: one by name, any number by definition, or all of an array.
fn rules(matcher: Value, members: &Members, at: &At, object: &At) -> Read<Definition> {
    match matcher {
        Value::String(text) if text.contains('(') => {
            text.parse().map_err(|error: Error| at.fault(error.to_string()))
        }
        Value::String(name) => named(&name, members, at, object),
        Value::Array(matchers) => {
            let mut all = Definition::default();
            for (index, matcher) in matchers.into_iter().enumerate() {
                let at = at.element(index);
                let part = match matcher {
                    Value::Object(mut own) => match own.remove(MATCHER) {
                        Some(matcher) => {
                            let mut outer = rules(matcher, &own, &at.member(MATCHER), &at)?;
                            outer.rules.extend(rules_of_value(own.remove("value"), &at)?);
                            outer
                        }
                        None => {
                            return Err(
                                at.fault(format!("expected a `{MATCHER}` member: each element is a rule"))
                            );
                        }
                    },
                    matcher => rules(matcher, members, &at, object)?,
                };
                all.rules.extend(part.rules);
                all.example = all.example.or(part.example);
                all.generator = all.generator.or(part.generator);
                all.references.extend(part.references);
            }
            Ok(all)
        }
        other => Err(at.expected(
            "the name of a rule, a matching definition, or an array of objects that have them",
            &other,
        )),
    }
}

/// Returns the rules of the value next to a rule in a list of rules.
fn rules_of_value(value: Option<Value>, at: &At) -> Read<Vec<Rule>> {
    let at = at.member("value");
    let Some(value) = value else {
        return Ok(Vec::new());
    };
    let mut inner = Expanded::default();
    walk(value, &Path::root(), Below::Plain, &mut inner, &at)?;
    let own = inner.rules.remove(&Path::root()).unwrap_or_default();
    match inner.rules.keys().next() {
        None => Ok(own.rules),
        Some(path) => Err(at.fault(format!(
            "a rule for {path} in the value of one rule of several: give the value to the whole"
        ))),
    }
}

/// Returns a rule by its name, with its parameters from the members next to it.
fn named(name: &str, members: &Members, at: &At, object: &At) -> Read<Definition> {
    let matcher = match name {
        "eachKey" | "each-key" => Matcher::EachKey(each_rules(members, object)?),
        "eachValue" | "each-value" => Matcher::EachValue(each_rules(members, object)?),
        "arrayContains" | "array-contains" => return array_contains(members, object),
        _ => {
            let mut rule = Members::new();
            for (member, value) in members {
                // Only these rules use the example as a parameter.
                let is_example =
                    member == "value" && !matches!(name, "include" | "contentType" | "content-type");
                if !member.starts_with(INSTRUCTION) && !is_example && member != "match" {
                    rule.insert(member.clone(), value.clone());
                }
            }
            rule.insert("match".to_owned(), name.into());
            match read_rule(Value::Object(rule), object)?.matcher {
                Matcher::Unknown { name, .. } => {
                    return Err(at.fault(format!(
                        "expected the name of a rule (type, regex, integer, …) or a matching definition, found {name:?}"
                    )));
                }
                matcher => matcher,
            }
        }
    };
    Ok(Definition {
        rules: vec![matcher.into()],
        ..Definition::default()
    })
}

/// Returns the `rules` of `eachKey` and `eachValue`: rules in the same format, or in that of a contract.
fn each_rules(members: &Members, at: &At) -> Read<EachRules> {
    let mut each = EachRules::default();
    let Some(value) = members.get("rules") else {
        return Ok(each);
    };
    let at = at.member("rules");
    for (index, value) in at.array(value.clone())?.into_iter().enumerate() {
        let at = at.element(index);
        let mut own = at.object(value)?;
        match own.remove(MATCHER) {
            Some(matcher) => {
                each.rules
                    .extend(rules(matcher, &own, &at.member(MATCHER), &at)?.rules);
                each.rules.extend(rules_of_value(own.remove("value"), &at)?);
            }
            None => each.rules.push(read_rule(Value::Object(own), &at)?),
        }
    }
    Ok(each)
}

/// Reads `arrayContains`. Each variant is a separate document, with rules from its own root.
fn array_contains(members: &Members, at: &At) -> Read<Definition> {
    let at = at.member("variants");
    let variants = members
        .get("variants")
        .ok_or_else(|| at.fault("expected an array: `arrayContains` looks for each of its `variants`"))?;
    let mut read = Vec::new();
    let mut examples = Vec::new();
    for (index, value) in at.array(variants.clone())?.into_iter().enumerate() {
        let mut out = Expanded::default();
        let example = walk(value, &Path::root(), Below::Plain, &mut out, &at.element(index))?;
        examples.push(example);
        read.push(Variant {
            index,
            rules: out.rules,
            generators: out.generators,
            ..Variant::default()
        });
    }
    Ok(Definition {
        rules: vec![Matcher::ArrayContains(read).into()],
        example: Some(examples.into()),
        ..Definition::default()
    })
}

fn generator_of(name: Value, members: &Members, at: &At, object: &At) -> Read<Generator> {
    let name = at.string(name)?;
    let mut generator = members.clone();
    generator.retain(|member, _| !member.starts_with(INSTRUCTION) && member != "value");
    generator.insert("type".to_owned(), name.into());
    match read_generator(Value::Object(generator), object)?.0 {
        Generator::Unknown { name, .. } => Err(at.fault(format!(
            "expected the name of a generator (Uuid, RandomInt, …), found {name:?}"
        ))),
        generator => Ok(generator),
    }
}

#[cfg(test)]
mod tests;
