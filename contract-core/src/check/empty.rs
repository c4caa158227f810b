//! Finds rules that check nothing.

use super::finding::Finding;
use super::lint::Lint;
use super::part::Part;
use crate::contract::alternatives::Alternatives;
use crate::contract::empty_schema::accepts_anything;
use crate::contract::{EachRules, Matcher, Rule};

/// Finds rule lists without rules, and rules that check nothing by themselves, nested ones included.
pub(super) fn empty_rules(part: &Part<'_>, found: &mut Vec<Finding>) {
    for (place, list) in part.lists() {
        let mut empty = Vec::new();
        if list.rules.is_empty() {
            empty.push(format!(
                "the list of rules for {place} of the {} is empty: it checks nothing",
                part.name
            ));
        }
        for rule in with_nested(&list.rules) {
            empty.extend(why_empty(&rule.matcher).map(|why| {
                format!(
                    "the rule `{}` for {place} of the {} {why}",
                    rule.matcher.name(),
                    part.name
                )
            }));
        }
        found
            .extend((empty.into_iter()).map(|text| part.finding(Lint::EMPTY_RULE, &["matchingRules"], text)));
    }
}

/// Returns the rules with those inside them.
fn with_nested(rules: &[Rule]) -> Vec<Rule> {
    let mut all = Vec::new();
    for rule in rules {
        all.push(rule.clone());
        match &rule.matcher {
            Matcher::EachKey(each) | Matcher::EachValue(each) => all.extend(with_nested(&each.rules)),
            Matcher::ArrayContains(variants) => {
                let lists = variants.iter().flat_map(|variant| variant.rules.values());
                all.extend(lists.flat_map(|list| with_nested(&list.rules)));
            }
            Matcher::Schema(schema) => {
                let alternatives = Alternatives::of_schema(schema).ok().flatten();
                let patterns = alternatives.map(|alternatives| alternatives.patterns);
                let patterns = patterns.into_iter().flatten();
                all.extend(
                    patterns
                        .flat_map(|pattern| pattern.rules.into_values())
                        .flat_map(|list| with_nested(&list.rules)),
                );
            }
            _ => {}
        }
    }
    all
}

/// Returns what a rule lacks, as the end of a sentence; `None` if it checks something.
fn why_empty(matcher: &Matcher) -> Option<&'static str> {
    match matcher {
        Matcher::EachKey(each) if each.rules.is_empty() => Some("has no rules: it checks nothing"),
        Matcher::EachKey(each) if accepts_every_name(each) => {
            Some("accepts every name: its rules check nothing of a text")
        }
        Matcher::EachValue(each) if each.rules.is_empty() => {
            Some("has no rules: it compares values with the example's, as `values` does")
        }
        Matcher::Include(text) if text.is_empty() => {
            Some("looks for an empty text, which is in every text: it checks nothing of a text")
        }
        Matcher::Schema(schema) if accepts_anything(schema) => {
            Some("has a JSON Schema that accepts every value: only the type is compared")
        }
        _ => None,
    }
}

/// Returns whether the rules of `eachKey` accept every text.
fn accepts_every_name(each: &EachRules) -> bool {
    each.rules.iter().all(|rule| match &rule.matcher {
        Matcher::Type { .. } => true,
        Matcher::Include(text) => text.is_empty(),
        Matcher::Schema(schema) => accepts_anything(schema),
        _ => false,
    })
}
