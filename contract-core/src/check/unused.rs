//! Finds what has no effect: unused rules and generators, empty rule lists, parts that specify nothing.

use crate::json::Value;

use super::dates::dates;
use super::empty::empty_rules;
use super::finding::Finding;
use super::lint::Lint;
use super::nowhere::{leads_nowhere, nowhere_in_variants};
use super::part::{Part, parts};
use crate::contract::{Contract, Data, Interaction, InteractionKind, Matcher, Members};

impl Contract {
    /// Returns what has no effect in the contract, each with its interaction: unused rules, empty rule lists, responses
    /// that specify nothing. None of it fails a verification, but it is probably not what the author intended.
    pub fn warnings(&self) -> Vec<String> {
        let mut warnings = Vec::new();
        for interaction in &self.interactions {
            let found = self.warnings_of(interaction).into_iter();
            warnings.extend(found.map(|text| format!("interaction {:?}: {text}", interaction.description)));
        }
        warnings
    }

    /// Returns what has no effect in one interaction; like [`warnings`](Self::warnings), without the interaction's
    /// name.
    pub fn warnings_of(&self, interaction: &Interaction) -> Vec<String> {
        let found = unused(interaction).into_iter();
        found.map(|finding| finding.message).collect()
    }
}

/// Returns what has no effect in an interaction.
pub(super) fn unused(interaction: &Interaction) -> Vec<Finding> {
    let mut found = Vec::new();
    for part in parts(interaction) {
        if part.is_empty {
            let text = format!("its {} specifies nothing: any is accepted", part.name);
            found.push(part.finding(Lint::SAYS_NOTHING, &[], text));
        }
        flat_rules(&part, &mut found);
        names(&part, &mut found);
        body_paths(&part, &mut found);
        empty_rules(&part, &mut found);
        matchers_as_data(&part, &mut found);
        dates(&part, &mut found);
    }
    if let InteractionKind::SyncMessage(exchange) = &interaction.kind
        && exchange.responses.is_empty()
    {
        found.push(Finding {
            lint: Lint::SAYS_NOTHING,
            interaction: None,
            message: "it has no response message: nothing is compared".to_owned(),
            steps: Vec::new(),
        });
    }
    found
}

/// Finds rules in places that the format does not have.
fn flat_rules(part: &Part<'_>, found: &mut Vec<Finding>) {
    let says_something = |value: &Value| match value {
        Value::Object(members) => !members.is_empty(),
        Value::Array(elements) => !elements.is_empty(),
        _ => false,
    };
    for (key, value) in &part.rules.extra {
        if says_something(value) {
            let text = format!(
                "the rule {key:?} of the {} is not used: it matches nothing",
                part.name
            );
            found.push(part.finding(Lint::UNUSED_RULE, &["matchingRules", key], text));
        }
    }
}

/// Finds rules for header fields, query parameters and metadata that the example does not have, and generators for
/// values of them that it does not have. A generator for a missing name adds it.
fn names(part: &Part<'_>, found: &mut Vec<Finding>) {
    let headers = |name: &str| part.headers.and_then(|headers| headers.get(name)).map(<[_]>::len);
    let query = |name: &str| part.query.and_then(|query| query.get(name)).map(<[_]>::len);
    let metadata = |name: &str| {
        let is_present = part.metadata.is_some_and(|metadata| metadata.contains_key(name));
        is_present.then_some(1)
    };
    let count_of = |what: &str, name: &str| match what {
        "header" => headers(name),
        "query parameter" => query(name),
        _ => metadata(name),
    };
    let (rules, generators) = (part.rules, part.generators);
    for (category, what, lists) in [
        ("header", "header", &rules.headers),
        ("query", "query parameter", &rules.query),
        ("metadata", "metadata entry", &rules.metadata),
    ] {
        for name in lists.keys() {
            let whole = indexed(name).map_or(name.as_str(), |(name, _)| name);
            if count_of(what, name).or_else(|| count_of(what, whole)).is_none() {
                let place = if name.is_empty() {
                    format!("all {what}s")
                } else {
                    format!("{what} {name:?}")
                };
                let text = format!(
                    "the rule for {place} is not used: the {} has no such {what}",
                    part.name
                );
                found.push(part.finding(Lint::UNUSED_RULE, &["matchingRules", category, name], text));
            }
        }
    }
    for (category, what, by_name) in [
        ("header", "header", &generators.headers),
        ("query", "query parameter", &generators.query),
    ] {
        for name in by_name.keys() {
            if count_of(what, name).is_none()
                && let Some((whole, index)) = indexed(name)
                && let Some(count) = count_of(what, whole)
                && index >= count
            {
                let text = format!(
                    "the generator for {what} {name:?} is not used: the {} has {count} of it",
                    part.name
                );
                found.push(part.finding(Lint::UNUSED_RULE, &["generators", category, name], text));
            }
        }
    }
}

/// Splits a name and its index: `ids[0]`.
fn indexed(name: &str) -> Option<(&str, usize)> {
    let (name, index) = name.strip_suffix(']')?.rsplit_once('[')?;
    // `[*]` means all of them.
    let index = if index == "*" { 0 } else { index.parse().ok()? };
    Some((name, index))
}

/// Finds rules and generators for places that the body does not have.
fn body_paths(part: &Part<'_>, found: &mut Vec<Finding>) {
    let rules = part.rules.body.keys().map(|path| ("rule", "matchingRules", path));
    let generators = part
        .generators
        .body
        .keys()
        .map(|path| ("generator", "generators", path));
    for (what, member, path) in rules.chain(generators) {
        if let Some(why) = leads_nowhere(path, part) {
            let text = format!("the {what} for {path} of the {} is not used: {why}", part.name);
            found.push(part.finding(Lint::UNUSED_RULE, &[member, "body", path.as_str()], text));
        }
    }
    for (path, list) in &part.rules.body {
        for rule in &list.rules {
            let Matcher::ArrayContains(variants) = &rule.matcher else {
                continue;
            };
            for (what, below) in nowhere_in_variants(path, variants, part) {
                let text = format!(
                    "the {what} for {below} of a variant of `arrayContains` at {path} of the {} is not used: it matches nothing in \
                     the variant's example",
                    part.name
                );
                found.push(part.finding(Lint::UNUSED_RULE, &["matchingRules", "body", path.as_str()], text));
            }
        }
    }
}

/// Finds matchers that the writer left in the example as data: those of the integration format, and Ruby's.
fn matchers_as_data(part: &Part<'_>, found: &mut Vec<Finding>) {
    let Some(Data::Json(example)) = part.body.content().map(|content| &content.data) else {
        return;
    };
    let marks = [
        (
            "pact:matcher:type",
            holds(example, &|members| members.contains_key("pact:matcher:type")),
        ),
        ("json_class", holds(example, &is_ruby)),
    ];
    for (mark, _) in marks.into_iter().filter(|(_, is_held)| *is_held) {
        let text = format!(
            "the {}'s body holds {mark:?} as data: the tool that wrote the contract does not support this \
             matcher, and the provider would have to respond with it",
            part.name
        );
        found.push(part.finding(Lint::MATCHER_AS_DATA, &["body"], text));
    }
}

/// Returns whether these are the members of a matcher serialised by Ruby.
fn is_ruby(members: &Members) -> bool {
    matches!(members.get("json_class"), Some(Value::String(class)) if class.starts_with("Pact::") || class == "Regexp")
}

/// Returns whether an object with such members occurs anywhere in the value.
fn holds(value: &Value, is_it: &impl Fn(&Members) -> bool) -> bool {
    match value {
        Value::Object(members) => is_it(members) || members.values().any(|member| holds(member, is_it)),
        Value::Array(elements) => elements.iter().any(|element| holds(element, is_it)),
        _ => false,
    }
}
