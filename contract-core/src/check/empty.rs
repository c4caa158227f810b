//! Finds rules that check nothing.

use super::finding::Finding;
use super::lint::Lint;
use super::part::Part;
use crate::contract::empty_schema::accepts_anything;
use crate::contract::nested::each_rule;
use crate::contract::{EachRules, Matcher};

/// Finds rule lists without rules, and rules that check nothing by themselves, nested ones included.
pub(super) fn empty_rules(part: &Part<'_>, found: &mut Vec<Finding>) {
    for (place, list) in part.lists() {
        let mut report = |what: String| found.push(part.finding(Lint::EMPTY_RULE, &["matchingRules"], what));
        if list.rules.is_empty() {
            report(format!(
                "the list of rules for {place} of the {} is empty: it checks nothing",
                part.name
            ));
        }
        each_rule(&list.rules, &mut |matcher| {
            if let Some(why) = why_empty(matcher) {
                report(format!(
                    "the rule `{}` for {place} of the {} {why}",
                    matcher.name(),
                    part.name
                ));
            }
        });
    }
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
