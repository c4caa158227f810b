//! `eachKey`: the name of each member matches the inner rules.

use super::failure::{self, Rejected};
use super::list;
use super::matching_rule::{CompiledRule, Inherited, MatchingRule, Role};
use super::verdict::Verdict;
use crate::contract::{EachRules, Matcher};
use crate::json::Value;
use crate::matching::Unexpected;
use crate::matching::given::Given;
use crate::{Error, ErrorKind};

/// The rules for the names of members.
#[derive(Debug)]
pub(crate) struct EachKey {
    rules: Vec<CompiledRule>,
    /// The example of a name, for `equality`.
    pub(crate) example: Option<String>,
}

impl EachKey {
    /// Compiles the inner rules.
    ///
    /// # Errors
    ///
    /// If there are no rules, or one that cannot judge a name and would accept every name.
    pub(crate) fn compile(each: &EachRules) -> Result<Self, Error> {
        let invalid = |problem: String| Err(Error::new(ErrorKind::Invalid, problem));
        if each.rules.is_empty() {
            return invalid(
                "it has no rules, so an OR with it would always match; add rules or remove it".to_owned(),
            );
        }
        let example = each.value.as_ref().and_then(Value::as_str).map(str::to_owned);
        let mut rules = Vec::with_capacity(each.rules.len());
        for rule in &each.rules {
            match &rule.matcher {
                Matcher::Values | Matcher::EachKey(_) | Matcher::EachValue(_) | Matcher::ArrayContains(_) => {
                    return invalid(format!(
                        "{} says nothing about the name of a member; use regex or another rule about text",
                        rule.matcher.name()
                    ));
                }
                Matcher::Equality if example.is_none() => {
                    return invalid(
                        "equality needs the name to be equal to: give eachKey a `value` that is a string"
                            .to_owned(),
                    );
                }
                matcher => rules.push(list::compile(matcher)?),
            }
        }
        Ok(Self { rules, example })
    }

    /// Returns the rules that a name does not match.
    pub(crate) fn failing<'c>(&'c self, name: &'c str) -> impl Iterator<Item = &'c CompiledRule> {
        let example = self.example.as_deref().map(Given::Text);
        self.rules
            .iter()
            .filter(move |rule| !rule.holds_beside(example, Given::Text(name)))
    }
}

impl MatchingRule for EachKey {
    fn name(&self) -> &'static str {
        "eachKey"
    }

    fn inherited(&self) -> Inherited {
        Inherited::Nothing
    }

    fn judge(&self, example: Option<&Value>, actual: &Value, _: Unexpected) -> Verdict {
        match (example, actual) {
            (None | Some(Value::Object(_)), Value::Object(members)) => {
                if members.keys().all(|name| self.failing(name).next().is_none()) {
                    Verdict::Descend
                } else {
                    Verdict::FailsDescend
                }
            }
            _ => Verdict::Fails,
        }
    }

    /// A text has no members.
    fn holds(&self, _: Given<'_>) -> bool {
        false
    }

    fn describe(&self, rejected: &Rejected<'_>) -> String {
        format!("Expected {} to be an object", rejected.typed())
    }

    fn expect(&self, _: Option<Given<'_>>) -> String {
        format!("keys that are each {}", failure::all_of(&self.rules, None))
    }

    fn role(&self) -> Role<'_> {
        Role::EachKey(self)
    }
}
