//! Reads generators in all known notations.

use std::collections::BTreeMap;

use crate::json::Value;

use super::flat_path;
use super::place::{At, Read, remove, says_nothing, take};
use super::rules::{self, generators_by_path};
use crate::contract::{DataType, Generator, Generators, Members, UuidFormat};

/// Reads the generators of a request, response or message.
///
/// Members of a category or generator that are not part of the model are kept in [`Generators::extra`].
pub(crate) fn generators(value: Value, at: &At) -> Read<Generators> {
    let mut rest = at.object(value)?;
    let mut read = Generators::default();
    let flat: Vec<String> = rest
        .keys()
        .filter(|key| flat_path::is_path(key))
        .cloned()
        .collect();
    for key in flat {
        let at = at.member(&key);
        let path = rules::path(&key, &at)?;
        if let Some(target) = flat_path::Target::of(&path, &key)
            && let Some(value) = take(&mut rest, &key)
        {
            let (generator, left) = optional(value, &at)?;
            if generator.is_none() || !left.is_empty() {
                rest.insert(key.clone(), Value::Object(left));
            }
            if let Some(generator) = generator {
                flat_path::put_generator(&mut read, target, generator);
            }
        }
    }
    for (name, slot) in [
        ("method", &mut read.method),
        ("path", &mut read.path),
        ("status", &mut read.status),
    ] {
        if let Some(value) = take(&mut rest, name) {
            let (generator, left) = single(value, &at.member(name))?;
            *slot = generator;
            keep(&mut rest, name, slot.is_some(), left);
        }
    }
    for (names, slot) in [
        (["query"].as_slice(), &mut read.query),
        (&["header", "headers"], &mut read.headers),
        (&["metadata", "metaData"], &mut read.metadata),
    ] {
        for name in names {
            if let Some(value) = take(&mut rest, name) {
                let left = by_name(value, slot, &at.member(name))?;
                keep(&mut rest, names[0], !slot.is_empty(), left);
            }
        }
    }
    for name in ["body", "content", "contents"] {
        if let Some(value) = take(&mut rest, name) {
            let (generators, left) = generators_by_path(value, &at.member(name))?;
            read.body.extend(generators);
            keep(&mut rest, "body", !read.body.is_empty(), left);
        }
    }
    read.extra = rest;
    Ok(read)
}

/// Puts back what the model does not represent: unknown members, and an empty category.
fn keep(rest: &mut Members, name: &str, says_something: bool, left: Members) {
    if !says_something || !left.is_empty() {
        rest.insert(name.to_owned(), Value::Object(left));
    }
}

/// Reads a generator for something without a name; some writers give it one.
fn single(value: Value, at: &At) -> Read<(Option<Generator>, Members)> {
    let mut members = at.object(value)?;
    if members.is_empty() {
        return Ok((None, members));
    }
    if !members.get("type").is_some_and(Value::is_string)
        && members.len() == 1
        && let Some(key) = members.keys().next().cloned()
        && members[&key].is_object()
    {
        let value = members.remove(&key).unwrap_or_default();
        let (generator, left) = generator(value, &at.member(&key))?;
        return Ok((Some(generator), left));
    }
    let (generator, left) = generator(Value::Object(members), at)?;
    Ok((Some(generator), left))
}

/// Reads generators by name. A name may be written as a path (`$['X-A'][0]`).
fn by_name(value: Value, into: &mut BTreeMap<String, Generator>, at: &At) -> Read<Members> {
    let mut left = Members::new();
    for (name, value) in at.object(value)? {
        let (generator, rest) = optional(value, &at.member(&name))?;
        let name = flat_path::parameter(&name);
        if generator.is_none() || !rest.is_empty() {
            left.insert(name.clone(), Value::Object(rest));
        }
        if let Some(generator) = generator {
            into.insert(name, generator);
        }
    }
    Ok(left)
}

/// Like [`generator`], but accepts an empty object, which is not a generator.
pub(crate) fn optional(value: Value, at: &At) -> Read<(Option<Generator>, Members)> {
    if says_nothing(&value) {
        return Ok((None, Members::new()));
    }
    let (generator, left) = generator(value, at)?;
    Ok((Some(generator), left))
}

/// Reads one generator; returns it with its unknown members.
pub(crate) fn generator(value: Value, at: &At) -> Read<(Generator, Members)> {
    let mut members = at.object(value)?;
    let Some(name) = take(&mut members, "type") else {
        return Err(at.fault(
            "expected a generator: an object with a `type` member that names it, such as {\"type\": \"Uuid\"}",
        ));
    };
    let name = at.member("type").string(name)?;
    let generator = known(&name, &mut members, at)?;
    Ok((generator, members))
}

pub(crate) fn known(name: &str, members: &mut Members, at: &At) -> Read<Generator> {
    /// The reference implementation's defaults.
    const MAX: i64 = 10;
    const LENGTH: usize = 10;
    Ok(match name {
        "RandomInt" => Generator::RandomInt {
            min: integer(members, "min", at)?.unwrap_or(0),
            max: integer(members, "max", at)?.unwrap_or(MAX),
        },
        "RandomDecimal" => Generator::RandomDecimal {
            digits: size(members, "digits", at)?.unwrap_or(LENGTH),
        },
        "RandomHexadecimal" => Generator::RandomHexadecimal {
            digits: size(members, "digits", at)?.unwrap_or(LENGTH),
        },
        "RandomString" => Generator::RandomString {
            size: size(members, "size", at)?.unwrap_or(LENGTH),
        },
        "Regex" => Generator::Regex(needed(members, "regex", name, at)?),
        "Uuid" => Generator::Uuid(one_of(members, "format", |text| match text {
            "simple" => Some(UuidFormat::Simple),
            "lower-case-hyphenated" => Some(UuidFormat::LowerCaseHyphenated),
            "upper-case-hyphenated" => Some(UuidFormat::UpperCaseHyphenated),
            "URN" => Some(UuidFormat::Urn),
            _ => None,
        })),
        "Date" => Generator::Date {
            format: text(members, "format", at)?,
            expression: text(members, "expression", at)?,
        },
        "Time" => Generator::Time {
            format: text(members, "format", at)?,
            expression: text(members, "expression", at)?,
        },
        "DateTime" => Generator::DateTime {
            format: text(members, "format", at)?,
            expression: text(members, "expression", at)?,
        },
        "RandomBoolean" => Generator::RandomBoolean,
        "ProviderState" => Generator::ProviderState {
            expression: needed(members, "expression", name, at)?,
            data_type: one_of(members, "dataType", |text| match text {
                "STRING" => Some(DataType::String),
                "INTEGER" => Some(DataType::Integer),
                "DECIMAL" => Some(DataType::Decimal),
                "FLOAT" => Some(DataType::Float),
                "RAW" => Some(DataType::Raw),
                "BOOLEAN" => Some(DataType::Boolean),
                _ => None,
            }),
        },
        "MockServerURL" => Generator::MockServerUrl {
            example: needed(members, "example", name, at)?,
            regex: needed(members, "regex", name, at)?,
        },
        unknown => Generator::Unknown {
            name: unknown.to_owned(),
            members: std::mem::take(members),
        },
    })
}

fn integer(members: &mut Members, name: &str, at: &At) -> Read<Option<i64>> {
    take(members, name)
        .map(|value| at.member(name).integer(&value))
        .transpose()
}

fn size(members: &mut Members, name: &str, at: &At) -> Read<Option<usize>> {
    take(members, name)
        .map(|value| at.member(name).size(&value))
        .transpose()
}

fn text(members: &mut Members, name: &str, at: &At) -> Read<Option<String>> {
    take(members, name)
        .map(|value| at.member(name).string(value))
        .transpose()
}

fn needed(members: &mut Members, name: &str, generator: &str, at: &At) -> Read<String> {
    text(members, name, at)?.ok_or_else(|| {
        at.fault(format!(
            "expected a `{name}` member: a `{generator}` generator needs one"
        ))
    })
}

/// Reads one of a list of words; an unknown word means the default and is kept for writing.
fn one_of<T>(members: &mut Members, name: &str, known: impl Fn(&str) -> Option<T>) -> Option<T> {
    let found = known(members.get(name)?.as_str()?)?;
    remove(members, name);
    Some(found)
}
