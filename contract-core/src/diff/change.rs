//! A single change.

use std::fmt;

use serde::Serialize;

use crate::json::Value;
use crate::report::value::inline;

/// The effect of a change on the provider, ordered by severity.
///
/// It is derived from the contracts alone: if it cannot be decided, a change counts as breaking, and the verification
/// decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Effect {
    /// The new contract requires the same.
    Neutral,
    /// The new contract requires less.
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

/// The kind of change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ChangeKind {
    /// Only in the new contract.
    Added,
    /// Only in the old contract.
    Removed,
    /// The value differs.
    Changed,
    /// The rule for the value differs.
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
    /// The place in it: a path such as `$.items[0].id` in a body, otherwise a name; empty for the part as a whole.
    pub path: String,
    /// The kind of change.
    #[serde(rename = "change")]
    pub kind: ChangeKind,
    /// The effect on the provider.
    pub effect: Effect,
    /// The old value, or a summary of the old rules; `None` if there was none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<Value>,
    /// The new value, or a summary of the new rules; `None` if there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<Value>,
}

impl Change {
    /// Returns `"a" → "b"`, or the only value, each cut to about `limit` characters. No rule means equality.
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

    /// Returns the part and the place in it.
    pub(super) fn place(&self) -> String {
        format!("{} {}", self.part, self.path).trim_end().to_owned()
    }
}

/// Writes one line with long values cut: `breaking: response body $.id changed: 1 → 2`.
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

/// Maximum number of characters of a value on a line.
const LONGEST_VALUE: usize = 60;

/// The side of an interaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    /// Sent by the consumer: the provider must understand it.
    Sent,
    /// Expected by the consumer: the provider must send it.
    Expected,
}

impl Side {
    /// The effect of something that is only in the new contract: a consumer that sends or expects more may require too
    /// much.
    pub(super) const ADDED: Effect = Effect::Breaking;

    /// Returns the effect of something that is only in the old contract. Expecting less is relaxing; sending less may
    /// omit what the provider needs.
    pub(super) fn removed(self) -> Effect {
        match self {
            Self::Sent => Effect::Breaking,
            Self::Expected => Effect::Relaxing,
        }
    }
}

/// The remaining space for changes that are shown; further ones are only counted.
#[derive(Debug)]
pub(super) struct Room {
    changes: usize,
    bytes: usize,
}

impl Room {
    /// Limits the result to a few megabytes, regardless of the size of the contracts.
    pub(super) fn new() -> Self {
        Self {
            changes: 10_000,
            bytes: 4 << 20,
        }
    }

    /// Reserves space for something of that size, if available.
    pub(super) fn take(&mut self, bytes: usize) -> bool {
        if self.changes == 0 || bytes > self.bytes {
            return false;
        }
        self.changes -= 1;
        self.bytes -= bytes;
        true
    }
}

/// The changes of one interaction, as far as there is space to show them.
pub(super) struct Changes<'r> {
    room: &'r mut Room,
    pub(super) shown: Vec<Change>,
    pub(super) not_shown: usize,
    /// The worst effect of all changes, shown or not.
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

    /// Adds a change, built only if there is space for its values and its path.
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

/// The size of a change without its texts.
const OVERHEAD: usize = 96;

/// Returns the approximate size of a value as text, in bytes.
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
