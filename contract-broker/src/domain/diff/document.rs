//! Changes within a JSON document, with the rules that hold at each place.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use contract_core::contract::{Matcher, Path, RuleList, Token};
use contract_core::json::Value;

use super::{
    change::{Change, ChangeKind, Effect, Side},
    loose,
};

type Rules = BTreeMap<Path, RuleList>;

/// Compares two documents and their rules.
pub(super) struct Document<'a> {
    pub(super) part: &'a str,
    pub(super) side: Side,
    pub(super) before: &'a Rules,
    pub(super) after: &'a Rules,
}

impl Document<'_> {
    /// The changes from one document to the other, in the order of the document.
    pub(super) fn compare(&self, before: &Value, after: &Value) -> Vec<Change> {
        let mut changes = Vec::new();
        self.walk(&Path::root(), before, after, &mut changes);
        changes
    }

    fn walk(&self, path: &Path, before: &Value, after: &Value, changes: &mut Vec<Change>) {
        let (old, new) = (governing(self.before, path), governing(self.after, path));
        self.rules(path, old.as_ref(), new.as_ref(), changes);
        match (before, after) {
            (Value::Object(old), Value::Object(new)) => {
                for (name, value) in old {
                    let path = path.join(Token::Field(name.clone()));
                    match new.get(name) {
                        Some(other) => self.walk(&path, value, other, changes),
                        None => self.removed(&path, value, changes),
                    }
                }
                for (name, value) in new.iter().filter(|(name, _)| !old.contains_key(*name)) {
                    self.added(&path.join(Token::Field(name.clone())), value, changes);
                }
            }
            (Value::Array(before), Value::Array(after)) => {
                for (index, (value, other)) in before.iter().zip(after).enumerate() {
                    self.walk(&path.join(Token::Index(index)), value, other, changes);
                }
                // Where a rule frees the elements, more or fewer of them are another example of the same.
                let free = loose::is_free(new.as_ref()) && loose::is_free(old.as_ref());
                let common = before.len().min(after.len());
                for (index, value) in before.iter().enumerate().skip(common) {
                    let path = path.join(Token::Index(index));
                    let effect = if free { Effect::Neutral } else { Effect::Breaking };
                    changes.push(self.change(ChangeKind::Removed, effect, &path, Some(value), None));
                }
                for (index, value) in after.iter().enumerate().skip(common) {
                    let path = path.join(Token::Index(index));
                    let effect = if free { Effect::Neutral } else { Side::ADDED };
                    changes.push(self.change(ChangeKind::Added, effect, &path, None, Some(value)));
                }
            }
            (before, after) if before == after => {}
            (before, after) => {
                // The rule was compared above; under a rule that leaves the value open, another example of the same
                // kind says nothing new.
                let open = loose::is_free(new.as_ref()) && kind(before) == kind(after);
                let effect = if open { Effect::Neutral } else { Effect::Breaking };
                changes.push(self.change(ChangeKind::Changed, effect, path, Some(before), Some(after)));
            }
        }
    }

    fn rules(
        &self,
        path: &Path,
        before: Option<&RuleList>,
        after: Option<&RuleList>,
        changes: &mut Vec<Change>,
    ) {
        // A rule that only cascades from above was reported there.
        let own = |rules: &Rules| {
            rules
                .keys()
                .any(|key| key.tokens().len() == path.tokens().len() && covers(key, path))
        };
        if before == after || !(own(self.before) || own(self.after)) {
            return;
        }
        let effect = match (self.side, loose::compare(before, after)) {
            // What is sent is the example; a rule on it binds the consumer's own test only.
            (Side::Sent, _) | (_, Some(Ordering::Equal)) => Effect::Neutral,
            (Side::Expected, Some(Ordering::Greater)) => Effect::Relaxing,
            (Side::Expected, Some(Ordering::Less) | None) => Effect::Breaking,
        };
        let (before, after) = (before.map(rules_shown), after.map(rules_shown));
        changes.push(self.change(ChangeKind::Rule, effect, path, before.as_ref(), after.as_ref()));
    }

    fn removed(&self, path: &Path, value: &Value, changes: &mut Vec<Change>) {
        changes.push(self.change(ChangeKind::Removed, self.side.removed(), path, Some(value), None));
    }

    fn added(&self, path: &Path, value: &Value, changes: &mut Vec<Change>) {
        changes.push(self.change(ChangeKind::Added, Side::ADDED, path, None, Some(value)));
    }

    fn change(
        &self,
        kind: ChangeKind,
        effect: Effect,
        path: &Path,
        before: Option<&Value>,
        after: Option<&Value>,
    ) -> Change {
        Change {
            kind,
            effect,
            part: self.part.to_owned(),
            path: path.as_str().to_owned(),
            before: before.cloned(),
            after: after.cloned(),
        }
    }
}

/// The rules that hold at a place: its own, or else those of the nearest place above that pass on to what is below.
/// Of several at one depth the one with the fewest wildcards holds.
fn governing(rules: &Rules, path: &Path) -> Option<RuleList> {
    let depth = path.tokens().len();
    rules
        .iter()
        .filter(|(key, _)| covers(key, path))
        .filter(|(key, list)| {
            key.tokens().len() == depth || list.rules.iter().all(|rule| cascades(&rule.matcher))
        })
        .max_by_key(|(key, _)| (key.tokens().len(), std::cmp::Reverse(wildcards(key))))
        .map(|(key, list)| {
            if key.tokens().len() == depth {
                list.clone()
            } else {
                RuleList::one(Matcher::TYPE)
            }
        })
}

fn cascades(matcher: &Matcher) -> bool {
    matches!(matcher, Matcher::Type { .. })
}

fn covers(key: &Path, path: &Path) -> bool {
    key.tokens().len() <= path.tokens().len()
        && key
            .tokens()
            .iter()
            .zip(path.tokens())
            .all(|(key, token)| match key {
                Token::Star => true,
                Token::StarIndex => matches!(token, Token::Index(_)),
                key => key == token,
            })
}

fn wildcards(path: &Path) -> usize {
    path.tokens()
        .iter()
        .filter(|token| matches!(token, Token::Star | Token::StarIndex))
        .count()
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
    Value::from(loose::describe_rules(rules))
}
