//! Reads matching rules and rule lists in all known notations.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use crate::json::Value;

use super::generators;
use super::place::{At, Fault, Read, remove, take};
use crate::contract::{
    Combine, EachRules, Generator, Matcher, Members, Path, Rule, RuleList, StatusClass, StatusRule, Variant,
};

/// Reads a rule: `{"match": "type", "min": 1}`, or one of the older notations without `match`.
pub(crate) fn rule(value: Value, at: &At) -> Read<Rule> {
    let mut members = at.object(value)?;
    let name = match take(&mut members, "match") {
        Some(name) => at.member("match").string(name)?,
        None => guess(&mut members).ok_or_else(|| {
            at.fault("expected a matching rule: an object with a `match` member that names the rule, such as {\"match\": \"type\"}")
        })?,
    };
    let matcher = matcher(&name, &mut members, at)?;
    Ok(Rule {
        matcher,
        extra: members,
    })
}

/// Returns the rule's name if the writer omitted it: old files contain only `{"regex": …}` or `{"min": 1}`, and the
/// text of the specification calls the member `type`.
fn guess(members: &mut Members) -> Option<String> {
    for name in ["regex", "timestamp", "datetime", "date", "time"] {
        if members.get(name).is_some_and(Value::is_string) {
            return Some(name.to_owned());
        }
    }
    if members.contains_key("min") || members.contains_key("max") {
        return Some("type".to_owned());
    }
    match members.get("type") {
        Some(Value::String(_)) => match remove(members, "type") {
            Some(Value::String(name)) => Some(name),
            _ => None,
        },
        _ => None,
    }
}

fn matcher(name: &str, members: &mut Members, at: &At) -> Read<Matcher> {
    Ok(match name {
        "equality" => Matcher::Equality,
        "regex" => Matcher::Regex(needed_text(members, "regex", name, at)?),
        "type" if members.contains_key("schema") => {
            Matcher::Schema(remove(members, "schema").unwrap_or_default())
        }
        "type" | "min" | "max" | "min-type" | "max-type" | "min-max-type" | "minmax-type" => {
            // Writing it as `type` would turn its member into a JSON Schema.
            remove(members, "schema");
            Matcher::Type {
                min: size(members, "min", at)?,
                max: size(members, "max", at)?,
            }
        }
        "include" => Matcher::Include(needed_text(members, "value", name, at)?),
        "number" => Matcher::Number,
        "integer" => Matcher::Integer,
        "decimal" | "real" => Matcher::Decimal,
        "boolean" => Matcher::Boolean,
        "null" => Matcher::Null,
        "date" => Matcher::Date(format(members, &["format", "date"], at)?),
        "time" => Matcher::Time(format(members, &["format", "time"], at)?),
        "datetime" | "timestamp" => {
            Matcher::DateTime(format(members, &["format", "timestamp", "datetime"], at)?)
        }
        "contentType" | "content-type" => Matcher::ContentType(needed_text(members, "value", name, at)?),
        "values" => Matcher::Values,
        "eachKey" | "each-key" => Matcher::EachKey(each_rules(members, at)?),
        "eachValue" | "each-value" => Matcher::EachValue(each_rules(members, at)?),
        "arrayContains" | "array-contains" => Matcher::ArrayContains(variants(members, at)?),
        "statusCode" | "status-code" => Matcher::StatusCode(status(members, at)?),
        "notEmpty" | "not-empty" => Matcher::NotEmpty,
        "semver" => Matcher::Semver,
        unknown => Matcher::Unknown {
            name: unknown.to_owned(),
            members: std::mem::take(members),
        },
    })
}

fn needed_text(members: &mut Members, member: &str, rule: &str, at: &At) -> Read<String> {
    match take(members, member) {
        Some(value) => at.member(member).text(value),
        None => Err(at.fault(format!("expected a `{member}` member: a `{rule}` rule needs one"))),
    }
}

fn size(members: &mut Members, member: &str, at: &At) -> Read<Option<usize>> {
    take(members, member)
        .map(|value| at.member(member).size(&value))
        .transpose()
}

/// Reads a date or time pattern; an empty one means the default and is kept for writing.
fn format(members: &mut Members, names: &[&str], at: &At) -> Read<Option<String>> {
    for name in names {
        match members.get(*name) {
            None | Some(Value::Null) => {}
            Some(Value::String(text)) if text.is_empty() => return Ok(None),
            Some(_) => {
                let value = remove(members, name).unwrap_or_default();
                return at.member(name).string(value).map(Some);
            }
        }
    }
    Ok(None)
}

fn each_rules(members: &mut Members, at: &At) -> Read<EachRules> {
    let mut rules = Vec::new();
    if let Some(value) = take(members, "rules") {
        let at = at.member("rules");
        for (index, value) in at.array(value)?.into_iter().enumerate() {
            rules.push(rule(value, &at.element(index))?);
        }
    }
    let value = remove(members, "value");
    let generator = match take(members, "generator") {
        Some(value) => {
            let (generator, left) = generators::optional(value, &at.member("generator"))?;
            if generator.is_none() || !left.is_empty() {
                members.insert("generator".to_owned(), Value::Object(left));
            }
            generator.map(Box::new)
        }
        None => None,
    };
    Ok(EachRules {
        rules,
        value,
        generator,
    })
}

fn variants(members: &mut Members, at: &At) -> Read<Vec<Variant>> {
    let Some(value) = take(members, "variants") else {
        return Ok(Vec::new());
    };
    let at = at.member("variants");
    at.array(value)?
        .into_iter()
        .enumerate()
        .map(|(position, value)| variant(value, position, &at.element(position)))
        .collect()
}

fn variant(value: Value, position: usize, at: &At) -> Read<Variant> {
    let mut extra = at.object(value)?;
    let index = size(&mut extra, "index", at)?.unwrap_or(position);
    let rules = match take(&mut extra, "rules") {
        Some(value) => lists_by_path(value, &at.member("rules"))?,
        None => BTreeMap::new(),
    };
    let mut generators = BTreeMap::new();
    if let Some(value) = take(&mut extra, "generators") {
        let left;
        (generators, left) = generators_by_path(value, &at.member("generators"))?;
        if generators.is_empty() || !left.is_empty() {
            extra.insert("generators".to_owned(), Value::Object(left));
        }
    }
    Ok(Variant {
        index,
        rules,
        generators,
        extra,
    })
}

fn status(members: &mut Members, at: &At) -> Read<StatusRule> {
    let Some(value) = take(members, "status") else {
        return Ok(StatusRule::Class(StatusClass::Success));
    };
    let at = at.member("status");
    if let Value::Array(codes) = value {
        let codes = codes
            .iter()
            .enumerate()
            .map(|(index, code)| status_code(code, &at.element(index)))
            .collect::<Read<_>>()?;
        return Ok(StatusRule::Codes(codes));
    }
    if value.is_number() {
        return Ok(StatusRule::Codes(vec![status_code(&value, &at)?]));
    }
    let class = match value.as_str() {
        Some("info") => StatusClass::Information,
        Some("success") => StatusClass::Success,
        Some("redirect") => StatusClass::Redirect,
        Some("clientError") => StatusClass::ClientError,
        Some("serverError") => StatusClass::ServerError,
        Some("nonError") => StatusClass::NonError,
        Some("error") => StatusClass::Error,
        _ => {
            return Err(at.expected(
                "an array of status codes or one of info, success, redirect, clientError, serverError, nonError, error",
                &value,
            ));
        }
    };
    Ok(StatusRule::Class(class))
}

/// Reads a status code, 100 to 999, also from digits in a string.
pub(crate) fn status_code(value: &Value, at: &At) -> Read<u16> {
    at.size(value)
        .ok()
        .and_then(|code| u16::try_from(code).ok())
        .filter(|code| (100..1000).contains(code))
        .ok_or_else(|| at.expected("an HTTP status code such as 200", value))
}

/// Reads the rules for one place: `{"combine": "AND", "matchers": [..]}`; a single rule or an array of rules is also
/// accepted.
pub(crate) fn list(value: Value, at: &At) -> Read<RuleList> {
    let mut extra = match value {
        Value::Array(_) => Members::from_iter([("matchers".to_owned(), value)]),
        Value::Object(members) if is_rule(&members) => {
            return Ok(RuleList {
                rules: vec![rule(Value::Object(members), at)?],
                ..RuleList::default()
            });
        }
        other => at.object(other)?,
    };
    let mut rules = Vec::new();
    if let Some(value) = take(&mut extra, "matchers") {
        let at = at.member("matchers");
        let values = at.array(value)?;
        rules.reserve_exact(values.len());
        for (index, value) in values.into_iter().enumerate() {
            rules.push(rule(value, &at.element(index))?);
        }
    }
    let combine = match take(&mut extra, "combine") {
        None => Combine::And,
        Some(Value::String(text)) if text.eq_ignore_ascii_case("and") => Combine::And,
        Some(Value::String(text)) if text.eq_ignore_ascii_case("or") => Combine::Or,
        Some(other) => return Err(at.member("combine").expected("\"AND\" or \"OR\"", &other)),
    };
    Ok(RuleList {
        combine,
        rules,
        sub_key: None,
        extra,
    })
}

fn is_rule(members: &Members) -> bool {
    !members.contains_key("matchers")
        && ["match", "regex", "min", "max", "timestamp", "date", "time"]
            .iter()
            .any(|name| {
                members
                    .get(*name)
                    .is_some_and(|value| !value.is_object() && !value.is_array())
            })
}

/// Returns whether the object is a rule list itself, not rules by name.
pub(crate) fn is_list(members: &Members) -> bool {
    is_rule(members) || members.get("matchers").is_some_and(Value::is_array)
}

/// Reads rules by path expression.
pub(crate) fn lists_by_path(value: Value, at: &At) -> Read<BTreeMap<Path, RuleList>> {
    let mut lists = BTreeMap::new();
    for (key, value) in at.object(value)? {
        let at = at.member(&key);
        let path = path(&key, &at)?;
        let list = list(value, &at)?;
        match lists.entry(path) {
            Entry::Vacant(entry) => drop(entry.insert(list)),
            // Two notations of one path.
            Entry::Occupied(mut entry) if entry.get().combine == list.combine => {
                let present = &mut entry.get_mut().rules;
                for rule in list.rules {
                    if !present.contains(&rule) {
                        present.push(rule);
                    }
                }
            }
            Entry::Occupied(entry) => {
                return Err(at.fault(format!(
                    "expected one list of rules for {}, which is spelt in two ways here: keep one",
                    entry.key()
                )));
            }
        }
    }
    Ok(lists)
}

/// Reads generators by path expression, and the unknown members of each.
pub(crate) fn generators_by_path(value: Value, at: &At) -> Read<(BTreeMap<Path, Generator>, Members)> {
    let mut left = Members::new();
    let mut read = BTreeMap::new();
    for (key, value) in at.object(value)? {
        let at = at.member(&key);
        let path = path(&key, &at)?;
        let (generator, rest) = generators::optional(value, &at)?;
        if generator.is_none() || !rest.is_empty() {
            left.insert(path.to_string(), Value::Object(rest));
        }
        if let Some(generator) = generator {
            read.insert(path, generator);
        }
    }
    Ok((read, left))
}

pub(crate) fn path(key: &str, at: &At) -> Read<Path> {
    Path::read(key).map_err(|error| Fault {
        is_about_path: true,
        ..at.fault(error.to_string())
    })
}
