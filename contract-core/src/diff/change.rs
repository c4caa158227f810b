//! One change.

use std::fmt;

use serde::Serialize;

use crate::json::Value;
use crate::report::value::inline;

/// What a change means for the provider. The worse is the greater.
///
/// It is judged by what the contracts say, not by what a provider does: where it cannot be told, a change counts as
/// breaking, and the verification decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Effect {
    /// The new contract demands the same.
    Neutral,
    /// The new contract demands less.
    Relaxing,
    /// A provider that fulfilled the old contract may fail the new one.
    Breaking,
}

impl Effect {
    /// Returns `neutral`, `relaxing` or `breaking`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Neutral => "neutral",
            Self::Relaxing => "relaxing",
            Self::Breaking => "breaking",
        }
    }
}

/// What happened at a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ChangeKind {
    /// It is only in the new contract.
    Added,
    /// It is only in the old contract.
    Removed,
    /// It is another value.
    Changed,
    /// The value is held to another rule.
    #[serde(rename = "rule changed")]
    Rule,
}

impl ChangeKind {
    /// Returns `added`, `removed`, `changed` or `rule changed`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Removed => "removed",
            Self::Changed => "changed",
            Self::Rule => "rule changed",
        }
    }
}

/// One change of an interaction.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Change {
    /// The part of the interaction: `request body`, `response header`, …
    pub part: String,
    /// The place in it: a path such as `$.items[0].id` in a body, else a name; empty for the part as a whole.
    pub path: String,
    /// What happened there.
    #[serde(rename = "change")]
    pub kind: ChangeKind,
    /// What it means for the provider.
    pub effect: Effect,
    /// The old value, or the old rules in a few words; none if there was nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<Value>,
    /// The new value, or the new rules in a few words; none if there is nothing any more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<Value>,
}

impl Change {
    /// `"a" → "b"`, or the one value that there is; each cut to about `limit` characters. No rule means equality.
    pub(super) fn values(&self, limit: usize) -> String {
        if self.kind == ChangeKind::Rule {
            let rule = |rule: &Option<Value>| {
                rule.as_ref()
                    .and_then(Value::as_str)
                    .unwrap_or("equality")
                    .to_owned()
            };
            return format!("{} → {}", rule(&self.before), rule(&self.after));
        }
        let values = [&self.before, &self.after].into_iter().flatten();
        let values: Vec<String> = values.map(|value| inline(value, limit)).collect();
        values.join(" → ")
    }

    /// The part and the place in it.
    pub(super) fn place(&self) -> String {
        format!("{} {}", self.part, self.path).trim_end().to_owned()
    }
}

/// As one line, long values cut: `breaking: response body $.id changed: 1 → 2`.
impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (effect, kind) = (self.effect.as_str(), self.kind.as_str());
        write!(f, "{effect}: {} {kind}", self.place())?;
        match self.values(LONGEST_VALUE) {
            values if values.is_empty() => Ok(()),
            values => write!(f, ": {values}"),
        }
    }
}

/// Characters of a value in a line.
const LONGEST_VALUE: usize = 60;

/// Which side of an interaction a change is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    /// What the consumer sends: the provider has to understand it.
    Sent,
    /// What the consumer expects: the provider has to give it.
    Expected,
}

impl Side {
    /// What it means on either side that something is in the new contract only: a consumer that sends more or expects
    /// more may ask too much.
    pub(super) const ADDED: Effect = Effect::Breaking;

    /// What it means that something is in the old contract only. To expect less is to demand less; to send less may
    /// leave out what the provider needs.
    pub(super) fn removed(self) -> Effect {
        match self {
            Self::Sent => Effect::Breaking,
            Self::Expected => Effect::Relaxing,
        }
    }
}

/// How much of a difference is still shown; what is beyond that is counted.
#[derive(Debug)]
pub(super) struct Room {
    changes: usize,
    bytes: usize,
}

impl Room {
    /// An answer of a few megabytes, however large the contracts are.
    pub(super) fn new() -> Self {
        Self {
            changes: 10_000,
            bytes: 4 << 20,
        }
    }

    /// Takes room for something of that size, if there is any.
    pub(super) fn take(&mut self, bytes: usize) -> bool {
        if self.changes == 0 || bytes > self.bytes {
            return false;
        }
        self.changes -= 1;
        self.bytes -= bytes;
        true
    }
}

/// The changes of one interaction, as far as there is room to show them.
pub(super) struct Changes<'r> {
    room: &'r mut Room,
    pub(super) shown: Vec<Change>,
    pub(super) not_shown: usize,
    /// The worst of all, shown or not.
    pub(super) worst: Option<Effect>,
}

impl<'r> Changes<'r> {
    pub(super) fn new(room: &'r mut Room) -> Self {
        Self {
            room,
            shown: Vec::new(),
            not_shown: 0,
            worst: None,
        }
    }

    pub(super) fn push(&mut self, change: Change) {
        self.worst = self.worst.max(Some(change.effect));
        let values = [&change.before, &change.after];
        let size = values.into_iter().flatten().map(size).sum::<usize>();
        self.add(change.path.len() + size, || change);
    }

    /// Adds a change that is made only if there is room for its values and its path.
    pub(super) fn push_with<'v>(
        &mut self,
        effect: Effect,
        values: impl Iterator<Item = &'v Value>,
        path: usize,
        change: impl FnOnce() -> Change,
    ) {
        self.worst = self.worst.max(Some(effect));
        self.add(path + values.map(size).sum::<usize>(), change);
    }

    fn add(&mut self, size: usize, change: impl FnOnce() -> Change) {
        if self.room.take(size + OVERHEAD) {
            self.shown.push(change());
        } else {
            self.not_shown += 1;
        }
    }
}

/// What a change takes beside its texts.
const OVERHEAD: usize = 96;

/// About how many bytes a value is as text.
fn size(value: &Value) -> usize {
    match value {
        Value::Null | Value::Bool(_) => 5,
        Value::Number(number) => number.to_string().len(),
        Value::String(text) => text.len() + 2,
        Value::Array(items) => items.iter().map(|item| size(item) + 1).sum::<usize>() + 2,
        Value::Object(members) => {
            members
                .iter()
                .map(|(name, value)| name.len() + size(value) + 4)
                .sum::<usize>()
                + 2
        }
    }
}
