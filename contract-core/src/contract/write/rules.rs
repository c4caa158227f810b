//! Writes matching rules: one rule, a list of rules, or rules by category.

use std::collections::BTreeMap;

use crate::json::Value;
use crate::map_of;

use super::generators;
use super::target::{overlay, put};
use crate::contract::{
    Combine, EachRules, Matcher, MatchingRules, Members, Path, Rule, RuleList, StatusRule, Variant,
};

/// Returns a rule: `{"match": "type", "min": 1}`.
pub(super) fn rule(rule: &Rule) -> Members {
    let mut members = Members::new();
    members.insert("match".to_owned(), rule.matcher.name().into());
    let mut set = |name: &str, value: Value| {
        members.insert(name.to_owned(), value);
    };
    match &rule.matcher {
        Matcher::Regex(regex) => set("regex", regex.as_str().into()),
        Matcher::Type { min, max } => {
            for (name, size) in [("min", min), ("max", max)] {
                if let Some(size) = size {
                    set(name, (*size).into());
                }
            }
        }
        Matcher::Schema(schema) => set("schema", schema.clone()),
        Matcher::Include(text) | Matcher::ContentType(text) => set("value", text.as_str().into()),
        Matcher::Date(format) | Matcher::Time(format) | Matcher::DateTime(format) => {
            if let Some(format) = format {
                set("format", format.as_str().into());
            }
        }
        Matcher::EachKey(each) | Matcher::EachValue(each) => members.extend(each_rules(each)),
        Matcher::ArrayContains(variants) => {
            set(
                "variants",
                variants.iter().map(variant).map(Value::Object).collect(),
            );
        }
        Matcher::StatusCode(StatusRule::Class(class)) => set("status", class.name().into()),
        Matcher::StatusCode(StatusRule::Codes(codes)) => set("status", codes.iter().copied().collect()),
        Matcher::Unknown { members: unknown, .. } => {
            for (name, value) in unknown {
                set(name, value.clone());
            }
        }
        Matcher::Equality
        | Matcher::Number
        | Matcher::Integer
        | Matcher::Decimal
        | Matcher::Boolean
        | Matcher::Null
        | Matcher::Values
        | Matcher::NotEmpty
        | Matcher::Semver => {}
    }
    overlay(rule.extra.clone(), members)
}

fn each_rules(each: &EachRules) -> Members {
    let mut members = Members::new();
    members.insert("rules".to_owned(), rules(&each.rules));
    if let Some(value) = &each.value {
        members.insert("value".to_owned(), value.clone());
    }
    if let Some(generator) = &each.generator {
        members.insert(
            "generator".to_owned(),
            Value::Object(generators::generator(generator)),
        );
    }
    members
}

fn rules(rules: &[Rule]) -> Value {
    rules.iter().map(rule).map(Value::Object).collect()
}

fn variant(variant: &Variant) -> Members {
    let mut members = Members::new();
    members.insert("index".to_owned(), variant.index.into());
    members.insert("rules".to_owned(), Value::Object(lists_by_path(&variant.rules)));
    put(
        &mut members,
        "generators",
        generators::by_path(&variant.generators),
    );
    overlay(variant.extra.clone(), members)
}

/// Returns a list of rules: `{"combine": "AND", "matchers": [..]}`.
pub(super) fn list(list: &RuleList) -> Members {
    let combine = match list.combine {
        Combine::And => "AND",
        Combine::Or => "OR",
    };
    let mut members = Members::new();
    members.insert("combine".to_owned(), combine.into());
    members.insert("matchers".to_owned(), rules(&list.rules));
    overlay(list.extra.clone(), members)
}

pub(super) fn lists_by_path(lists: &BTreeMap<Path, RuleList>) -> Members {
    let written = |(path, rules): (&Path, &RuleList)| (path.to_string(), Value::Object(list(rules)));
    map_of(lists.iter().map(written))
}

/// Returns rules by category, as in versions 3 and 4. These have no place for a rule about the query as one
/// text; it is written below `$`, where this library reads it.
pub(super) fn by_category(rules: &MatchingRules) -> Members {
    let mut members = Members::new();
    let whole_query = rules.query_text.as_ref();
    for (name, rules) in [
        ("method", &rules.method),
        ("path", &rules.path),
        ("status", &rules.status),
    ] {
        if let Some(rules) = rules {
            let written = list(rules);
            let written = match &rules.sub_key {
                Some(key) => Members::from_iter([(key.clone(), Value::Object(written))]),
                None => written,
            };
            members.insert(name.to_owned(), Value::Object(written));
        }
    }
    for (name, rules) in [
        ("query", &rules.query),
        ("header", &rules.headers),
        ("metadata", &rules.metadata),
    ] {
        let by_name = |(name, rules): (&String, &RuleList)| (name.clone(), Value::Object(list(rules)));
        let mut written = map_of(rules.iter().map(by_name));
        if name == "query"
            && let Some(whole) = whole_query
        {
            written.insert("$".to_owned(), Value::Object(list(whole)));
        }
        put(&mut members, name, written);
    }
    put(&mut members, "body", lists_by_path(&rules.body));
    // A flat rule of version 2 for which later versions have no category.
    let mut kept = rules.extra.clone();
    kept.retain(|name, _| !name.starts_with('$'));
    overlay(kept, members)
}
