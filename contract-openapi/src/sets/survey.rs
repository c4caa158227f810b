//! Walks a schema and an example of a contract together: collects values to try, and what is proved.

use std::cell::Cell;
use std::collections::BTreeMap;

use contract_core::contract::{Matcher, Path, RuleList};

use super::alternative::Alternative;
use super::candidate::candidates;
use super::edit::{Edit, EditKind, MAX_EDITS, Step};
use super::instance::{BUDGET, Maker, length};
use super::rules::{Accepts, accepts, is_iso_date};
use crate::document::{Node, Value};
use crate::schema::{Bundle, Patterns};

/// The result of a walk.
#[derive(Debug, Default)]
pub(crate) struct Survey<'e> {
    /// The example with all members that the schema requires.
    pub(super) base: Option<Node>,
    /// Changes of it that the schema is likely to allow.
    pub(super) edits: Vec<Edit<'e>>,
    /// Why it is not proved that the contract accepts all that the schema allows; `None` if it is proved.
    pub(super) unproved: Option<&'static str>,
}

/// Maximum number of elements of an array that is tried.
const MAX_ELEMENTS: usize = 1_000;

/// Walks a schema of the values that the provider may send, together with what a contract expects.
pub(crate) fn survey<'e>(
    bundle: &Bundle,
    patterns: &Patterns,
    example: &'e Node,
    rules: &BTreeMap<Path, RuleList>,
) -> Survey<'e> {
    let budget = Cell::new(BUDGET);
    let maker = Maker {
        bundle,
        patterns,
        budget: &budget,
    };
    let mut walk = Walk {
        maker,
        rules,
        survey: Survey::default(),
        steps: Vec::new(),
    };
    walk.survey.base = maker.complete(&[&bundle.root], example, 0);
    walk.place(&[&bundle.root], example);
    walk.survey
}

struct Walk<'a, 'r, 'e> {
    maker: Maker<'a>,
    rules: &'r BTreeMap<Path, RuleList>,
    survey: Survey<'e>,
    steps: Vec<Step<'e>>,
}

impl<'a, 'e> Walk<'a, '_, 'e> {
    fn unproved(&mut self, reason: &'static str) {
        self.survey.unproved.get_or_insert(reason);
    }

    fn edit(&mut self, kind: EditKind, value: Option<Node>) {
        if self.survey.edits.len() < MAX_EDITS {
            self.survey.edits.push(Edit {
                steps: self.steps.clone(),
                kind,
                value,
            });
        } else {
            self.unproved("budget");
        }
    }

    fn place(&mut self, schemas: &[&'a Node], example: &'e Node) {
        let Some(alternatives) = self.maker.alternatives(schemas, self.steps.len()) else {
            self.unproved("budget");
            return;
        };
        for alternative in &alternatives {
            self.alternative(alternative, example, alternatives.len() > 1);
        }
    }

    fn alternative(&mut self, alternative: &Alternative<'a>, example: &'e Node, is_one_of_several: bool) {
        let accepted = accepts(self.rules, &self.steps);
        match judge(alternative, example, accepted) {
            // Elements beyond those of the example are judged by trying an array that has them.
            Proof::Accepted if example.as_array().is_some() => self.candidates(alternative, example),
            Proof::Accepted => {}
            Proof::EachTried => self.candidates(alternative, example),
            Proof::Unproved(reason) => {
                self.unproved(reason);
                self.candidates(alternative, example);
            }
        }
        if let (Accepts::Rule(Matcher::Type { max: Some(max), .. }), Some([first, ..])) =
            (accepted, example.as_array())
            && *max < MAX_ELEMENTS
        {
            self.edit(EditKind::Value, Some(vec![first.clone(); max + 1].into()));
        }
        if is_one_of_several && let Some(value) = self.maker.least_of(alternative, 0) {
            self.edit(EditKind::Value, Some(value));
        }
        match &example.value {
            Value::Object(object) => {
                for (name, member) in object.iter() {
                    let maker = self.maker;
                    let schemas = alternative.member(name, &|pattern| maker.is_match(pattern, name));
                    self.steps.push(Step::Member(name));
                    if !alternative.requires(name) {
                        self.edit(EditKind::Absent, None);
                        self.unproved("optional-member");
                    }
                    match schemas {
                        Some(schemas) => self.place(&schemas, &member.node),
                        None => self.unproved("forbidden-member"),
                    }
                    self.steps.pop();
                }
            }
            Value::Array(elements) => {
                for (index, element) in elements.iter().enumerate().take(3) {
                    let Some(schemas) = alternative.element(index) else {
                        continue;
                    };
                    self.steps.push(Step::Element(index));
                    self.place(&schemas, element);
                    self.steps.pop();
                }
            }
            _ => {}
        }
    }

    /// Adds the values to try at this place. Members of an object are changed one by one.
    fn candidates(&mut self, alternative: &Alternative<'a>, example: &Node) {
        for value in candidates(&self.maker, alternative) {
            let kind = match &value.value {
                Value::Null => EditKind::Null,
                Value::Array(elements) if elements.is_empty() => EditKind::Empty,
                _ => EditKind::Value,
            };
            let is_same_kind = value.as_object().is_some() && example.as_object().is_some();
            if !value.same_value(example) && !is_same_kind {
                self.edit(kind, Some(value));
            }
        }
    }
}

/// What is known of the values of an alternative at one place, apart from nested ones.
enum Proof {
    /// The contract accepts all of them: none has to be tried.
    Accepted,
    /// They are few, so that trying each one decides.
    EachTried,
    /// It is not proved that the contract accepts all of them, for this reason.
    Unproved(&'static str),
}

/// Judges the values that an alternative allows at a place by what the contract accepts there.
fn judge(alternative: &Alternative<'_>, example: &Node, accepted: Accepts<'_>) -> Proof {
    if alternative
        .values()
        .is_some_and(|values| values.iter().all(|value| !is_nested(value)))
    {
        return Proof::EachTried;
    }
    let types = alternative.types();
    let all = |names: &[&str]| types.iter().all(|name| names.contains(name));
    let proved_if = |is_proved: bool, reason| {
        if is_proved {
            Proof::Accepted
        } else {
            Proof::Unproved(reason)
        }
    };
    if example.as_object().is_some()
        && matches!(accepted, Accepts::Example | Accepts::Rule(Matcher::Type { .. }))
    {
        return proved_if(all(&["object"]), "type");
    }
    match accepted {
        Accepts::Rule(Matcher::Type { min, max }) => {
            if !all(types_like(example)) {
                return Proof::Unproved("type");
            }
            match &example.value {
                Value::Array(elements) => judge_array(alternative, elements, *min, *max),
                _ => Proof::Accepted,
            }
        }
        Accepts::Rule(Matcher::Number) => proved_if(all(&["integer", "number"]), "rule"),
        Accepts::Rule(Matcher::Integer) => proved_if(all(&["integer"]), "rule"),
        Accepts::Rule(Matcher::Boolean) => proved_if(all(&["boolean"]), "rule"),
        Accepts::Rule(Matcher::Null) => proved_if(all(&["null"]), "rule"),
        Accepts::Rule(Matcher::Regex(pattern)) if all(&["string"]) => {
            let mut patterns = alternative.keyword("pattern").filter_map(Node::as_str);
            proved_if(
                patterns.any(|other| is_same_pattern(pattern, other)),
                "regex-inclusion",
            )
        }
        Accepts::Rule(Matcher::Date(format)) if is_iso_date(format.as_deref()) => {
            proved_if(all(&["string"]) && has_format(alternative, "date"), "rule")
        }
        Accepts::Example => Proof::Unproved("example-only"),
        // A JSON Schema of the contract, or alternatives that are each written completely.
        Accepts::Rule(Matcher::Schema(_)) => Proof::Unproved("schema-rule"),
        Accepts::Rule(_) => Proof::Unproved("rule"),
        Accepts::Other => Proof::Unproved("rules"),
    }
}

/// Returns the types that the rule `type` accepts for an example.
fn types_like(example: &Node) -> &'static [&'static str] {
    match &example.value {
        Value::Null => &["null"],
        Value::Bool(_) => &["boolean"],
        Value::Number(_) => &["integer", "number"],
        Value::String(_) => &["string"],
        Value::Array(_) => &["array"],
        Value::Object(_) => &["object"],
    }
}

fn judge_array(
    alternative: &Alternative<'_>,
    elements: &[Node],
    min: Option<usize>,
    max: Option<usize>,
) -> Proof {
    let least = length(alternative.greatest("minItems"));
    let most = alternative.least("maxItems").map(|most| length(Some(most)));
    let may_be_short = min.is_some_and(|min| min > least);
    let may_be_long = max.is_some_and(|max| most.is_none_or(|most| most > max));
    if may_be_short || may_be_long {
        Proof::Unproved("array-bounds")
    } else if elements.len() != 1 {
        Proof::Unproved("array-elements")
    } else {
        Proof::Accepted
    }
}

fn is_nested(value: &Node) -> bool {
    matches!(value.value, Value::Array(_) | Value::Object(_))
}

fn has_format(alternative: &Alternative<'_>, name: &str) -> bool {
    alternative
        .keyword("format")
        .filter_map(Node::as_str)
        .any(|format| format == name)
}

/// Returns whether a pattern of a description only finds texts that a whole-text pattern of a contract
/// matches: it is the same pattern, anchored at both ends.
fn is_same_pattern(contract: &str, description: &str) -> bool {
    let inner = |pattern: &str| {
        pattern
            .strip_prefix('^')
            .and_then(|rest| rest.strip_suffix('$'))
            .map(str::to_owned)
    };
    match (inner(contract), inner(description)) {
        (Some(one), Some(other)) => one == other,
        (None, Some(other)) => other == contract,
        _ => false,
    }
}
