//! What of a contract checks nothing: rules and generators that lead nowhere, lists without rules, parts that say nothing.

use crate::json::Value;

use super::dates::dates;
use super::part::{Part, parts};
use crate::contract::lead::lead;
use crate::contract::{Body, Contract, Data, Interaction, InteractionKind, Matcher, Path, RuleList};

impl Contract {
    /// What of the contract checks nothing, each with its interaction: rules that lead nowhere, lists without rules,
    /// responses that say nothing. None of it makes a verification fail or wrong, but its author probably meant something.
    pub fn warnings(&self) -> Vec<String> {
        let mut warnings = Vec::new();
        for interaction in &self.interactions {
            let found = self.warnings_of(interaction).into_iter();
            warnings.extend(found.map(|text| format!("interaction {:?}: {text}", interaction.description)));
        }
        warnings
    }

    /// What of one interaction checks nothing; as [`warnings`](Self::warnings), without the interaction's name.
    pub fn warnings_of(&self, interaction: &Interaction) -> Vec<String> {
        let mut found = Vec::new();
        for part in parts(interaction) {
            if part.is_empty {
                found.push(format!("its {} says nothing: any is accepted", part.name));
            }
            flat_rules(&part, &mut found);
            names(&part, &mut found);
            body_paths(&part, &mut found);
            lists(&part, &mut found);
            matchers_as_data(&part, &mut found);
            dates(&part, &mut found);
        }
        if let InteractionKind::SyncMessage(exchange) = &interaction.kind
            && exchange.responses.is_empty()
        {
            found.push("it has no response message: nothing is compared".to_owned());
        }
        found
    }
}

/// Rules in places that the format does not have.
fn flat_rules(part: &Part<'_>, found: &mut Vec<String>) {
    let says_something = |value: &Value| match value {
        Value::Object(members) => !members.is_empty(),
        Value::Array(elements) => !elements.is_empty(),
        _ => false,
    };
    for (key, value) in &part.rules.extra {
        if says_something(value) {
            found.push(format!(
                "the rule {key:?} of the {} is not used: it leads nowhere",
                part.name
            ));
        }
    }
}

/// Rules for header fields, query parameters and metadata that the example does not have.
fn names(part: &Part<'_>, found: &mut Vec<String>) {
    let mut absent = |what: &str, name: &str| {
        let place = if name.is_empty() {
            format!("all {what}s")
        } else {
            format!("{what} {name:?}")
        };
        found.push(format!(
            "the rule for {place} is not used: the {} has no such {what}",
            part.name
        ));
    };
    for name in part.rules.headers.keys() {
        if !part
            .headers
            .is_some_and(|headers| has(name, |name| headers.get(name).is_some()))
        {
            absent("header", name);
        }
    }
    for name in part.rules.query.keys() {
        if !part
            .query
            .is_some_and(|query| has(name, |name| query.get(name).is_some()))
        {
            absent("query parameter", name);
        }
    }
    for name in part.rules.metadata.keys() {
        if !part
            .metadata
            .is_some_and(|metadata| has(name, |name| metadata.contains_key(name)))
        {
            absent("metadata entry", name);
        }
    }
}

/// Whether there is something of this name, or of the name without its index: `ids[0]`.
fn has(name: &str, is_present: impl Fn(&str) -> bool) -> bool {
    let without_index = name
        .strip_suffix(']')
        .and_then(|rest| rest.rsplit_once('['))
        .map(|(name, _)| name);
    is_present(name) || without_index.is_some_and(is_present)
}

/// Rules and generators for places that the body does not have.
fn body_paths(part: &Part<'_>, found: &mut Vec<String>) {
    let rules = part.rules.body.keys().map(|path| ("rule", path));
    let generators = part.generators.body.keys().map(|path| ("generator", path));
    for (what, path) in rules.chain(generators) {
        if let Some(why) = leads_nowhere(path, part.body) {
            found.push(format!(
                "the {what} for {path} of the {} is not used: {why}",
                part.name
            ));
        }
    }
}

fn leads_nowhere(path: &Path, body: &Body) -> Option<&'static str> {
    let content = match body {
        Body::Missing => return Some("it has no body"),
        Body::Empty => return Some("its body is empty"),
        Body::Null => return (!path.tokens().is_empty()).then_some("its body is null"),
        Body::Present(content) => content,
    };
    match &content.data {
        Data::Json(example) => lead(path.tokens(), example)
            .is_none()
            .then_some("it leads nowhere in the body"),
        // Forms, XML and multipart bodies have paths of their own.
        Data::Text(_) | Data::Binary(_) | Data::Undecoded(_) => None,
    }
}

/// Lists of rules that demand nothing.
fn lists(part: &Part<'_>, found: &mut Vec<String>) {
    for (place, list) in part.lists() {
        if list.rules.is_empty() {
            found.push(format!(
                "the list of rules for {place} of the {} is empty: it checks nothing",
                part.name
            ));
        }
        if has_key_rule_without_rules(list) {
            found.push(format!(
                "the rule `eachKey` for {place} of the {} has no rules: it checks nothing",
                part.name
            ));
        }
    }
}

fn has_key_rule_without_rules(list: &RuleList) -> bool {
    list.rules
        .iter()
        .any(|rule| matches!(&rule.matcher, Matcher::EachKey(each) if each.rules.is_empty()))
}

/// Matchers that the writer left in the example as if they were data.
fn matchers_as_data(part: &Part<'_>, found: &mut Vec<String>) {
    const MARK: &str = "pact:matcher:type";
    let Some(Data::Json(example)) = part.body.content().map(|content| &content.data) else {
        return;
    };
    if holds_member(example, MARK) {
        found.push(format!(
            "the {}'s body holds {MARK:?} as data: whoever wrote the contract did not understand the matcher, and the provider \
             would have to answer with it",
            part.name
        ));
    }
}

fn holds_member(value: &Value, name: &str) -> bool {
    match value {
        Value::Object(members) => {
            members.contains_key(name) || members.values().any(|member| holds_member(member, name))
        }
        Value::Array(elements) => elements.iter().any(|element| holds_member(element, name)),
        _ => false,
    }
}
