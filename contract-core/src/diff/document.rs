//! Changes within a JSON document, with the rules that apply at each place.

use std::{
    cmp::Ordering,
    collections::{BTreeMap, HashMap},
};

use crate::contract::{Path, RuleList, Token};
use crate::json::Value;

use super::cancel::{Cancel, Cancelled};
use super::{
    change::{Change, ChangeKind, Changes, Effect, Side},
    looseness,
    rules::{PlaceId, Rules},
};

/// A body in both contracts: its part and its rules.
pub(super) struct Document<'a> {
    pub(super) part: &'a str,
    pub(super) side: Side,
    pub(super) before: &'a BTreeMap<Path, RuleList>,
    pub(super) after: &'a BTreeMap<Path, RuleList>,
}

impl Document<'_> {
    /// Adds the changes from one document to the other, in document order. A changed rule is reported at the first
    /// place where it applies.
    pub(super) fn compare(
        &self,
        before: &Value,
        after: &Value,
        changes: &mut Changes<'_>,
        cancel: Cancel<'_>,
    ) -> Result<(), Cancelled> {
        let mut walk = Walk {
            document: self,
            before: Rules::new(self.before),
            after: Rules::new(self.after),
            judged: HashMap::new(),
            steps: Vec::new(),
            changes,
            cancel,
        };
        walk.at((Rules::ROOT, Rules::ROOT), before, after)
    }
}

/// Walks two documents and their rules together.
struct Walk<'w, 'c> {
    document: &'w Document<'w>,
    before: Rules<'w>,
    after: Rules<'w>,
    /// What the rules of a pair of places leave open.
    judged: HashMap<(PlaceId, PlaceId), Open>,
    /// The path from the root to the current place.
    steps: Vec<Step<'w>>,
    changes: &'w mut Changes<'c>,
    cancel: Cancel<'w>,
}

#[derive(Clone, Copy)]
enum Step<'d> {
    Member(&'d str),
    Element(usize),
}

/// What the rules at a place leave open.
#[derive(Clone, Copy)]
struct Open {
    /// Whether the new rules allow the value to differ from the example.
    value: bool,
    /// Whether both old and new rules allow a different number of elements.
    length: bool,
}

impl<'w> Walk<'w, '_> {
    fn at(
        &mut self,
        places: (PlaceId, PlaceId),
        before: &'w Value,
        after: &'w Value,
    ) -> Result<(), Cancelled> {
        self.cancel.check()?;
        let open = self.open(places);
        match (before, after) {
            (Value::Object(old), Value::Object(new)) => {
                for (name, value) in old {
                    self.steps.push(Step::Member(name));
                    match new.get(name) {
                        Some(other) => {
                            let places = self.member(places, name);
                            self.at(places, value, other)?;
                        }
                        None => self.removed(value, self.document.side.removed()),
                    }
                    self.steps.pop();
                }
                for (name, value) in new.iter().filter(|(name, _)| !old.contains_key(*name)) {
                    self.steps.push(Step::Member(name));
                    self.added(value, Side::ADDED);
                    self.steps.pop();
                }
            }
            (Value::Array(before), Value::Array(after)) => {
                for (index, (value, other)) in before.iter().zip(after).enumerate() {
                    self.steps.push(Step::Element(index));
                    let places = (
                        self.before.element(places.0, index),
                        self.after.element(places.1, index),
                    );
                    self.at(places, value, other)?;
                    self.steps.pop();
                }
                // If a rule frees the elements, more or fewer of them are another example of the same.
                let (fewer, more) = if open.length {
                    (Effect::Neutral, Effect::Neutral)
                } else {
                    (Effect::Breaking, Side::ADDED)
                };
                let common = before.len().min(after.len());
                for (index, value) in before.iter().enumerate().skip(common) {
                    self.steps.push(Step::Element(index));
                    self.removed(value, fewer);
                    self.steps.pop();
                }
                for (index, value) in after.iter().enumerate().skip(common) {
                    self.steps.push(Step::Element(index));
                    self.added(value, more);
                    self.steps.pop();
                }
            }
            (before, after) if before == after => {}
            (before, after) => {
                // Under a rule that leaves the value open, another example of the same type is no change.
                let effect = if open.value && kind(before) == kind(after) {
                    Effect::Neutral
                } else {
                    Effect::Breaking
                };
                self.push(ChangeKind::Changed, effect, Some(before), Some(after));
            }
        }
        Ok(())
    }

    fn member(&mut self, (before, after): (PlaceId, PlaceId), name: &str) -> (PlaceId, PlaceId) {
        (self.before.member(before, name), self.after.member(after, name))
    }

    /// Returns what the rules of two places leave open. Reports a change of the rules the first time.
    fn open(&mut self, places: (PlaceId, PlaceId)) -> Open {
        if let Some(known) = self.judged.get(&places) {
            return *known;
        }
        let (old, new) = (self.before.governing(places.0), self.after.governing(places.1));
        let value = looseness::is_free(new);
        let open = Open {
            value,
            length: value && looseness::is_free(old),
        };
        // An inherited rule was reported above.
        let own = self.before.has_own(places.0) || self.after.has_own(places.1);
        if own && old != new {
            let effect = match (self.document.side, looseness::compare(old, new)) {
                // The example is what is sent; a rule for it only constrains the consumer's own test.
                (Side::Sent, _) | (_, Some(Ordering::Equal)) => Effect::Neutral,
                (Side::Expected, Some(Ordering::Greater)) => Effect::Relaxing,
                (Side::Expected, Some(Ordering::Less) | None) => Effect::Breaking,
            };
            let (old, new) = (old.map(rules_shown), new.map(rules_shown));
            self.push(ChangeKind::Rule, effect, old.as_ref(), new.as_ref());
        }
        self.judged.insert(places, open);
        open
    }

    fn removed(&mut self, value: &Value, effect: Effect) {
        self.push(ChangeKind::Removed, effect, Some(value), None);
    }

    fn added(&mut self, value: &Value, effect: Effect) {
        self.push(ChangeKind::Added, effect, None, Some(value));
    }

    fn push(&mut self, kind: ChangeKind, effect: Effect, before: Option<&Value>, after: Option<&Value>) {
        let Self {
            document,
            steps,
            changes,
            ..
        } = self;
        let values = [before, after];
        changes.push_with(effect, values.into_iter().flatten(), path_size(steps), || {
            Change {
                kind,
                effect,
                part: document.part.to_owned(),
                path: path(steps),
                before: before.cloned(),
                after: after.cloned(),
            }
        });
    }
}

fn path_size(steps: &[Step<'_>]) -> usize {
    let size = |step: &Step<'_>| match step {
        Step::Member(name) => name.len() + 1,
        Step::Element(_) => 4,
    };
    steps.iter().map(size).sum()
}

fn path(steps: &[Step<'_>]) -> String {
    let token = |step: &Step<'_>| match step {
        Step::Member(name) => Token::Field((*name).to_owned()),
        Step::Element(index) => Token::Index(*index),
    };
    Path::from_tokens(steps.iter().map(token).collect())
        .as_str()
        .to_owned()
}

fn kind(value: &Value) -> u8 {
    match value {
        Value::Null => 0,
        Value::Bool(_) => 1,
        Value::Number(_) => 2,
        Value::String(_) => 3,
        Value::Array(_) => 4,
        Value::Object(_) => 5,
    }
}

pub(super) fn rules_shown(rules: &RuleList) -> Value {
    Value::from(looseness::describe_rules(rules))
}
