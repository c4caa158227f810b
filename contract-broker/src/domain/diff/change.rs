//! One change.

use contract_core::json::Value;

/// What a change means for the provider. The worse is the greater.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Effect {
    /// The new contract demands the same.
    Neutral,
    /// The new contract demands less.
    Relaxing,
    /// A provider that fulfilled the old contract may fail the new one.
    Breaking,
}

impl Effect {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Neutral => "neutral",
            Self::Relaxing => "relaxing",
            Self::Breaking => "breaking",
        }
    }
}

/// What happened at a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ChangeKind {
    /// It is only in the new contract.
    Added,
    /// It is only in the old contract.
    Removed,
    /// It is another value.
    Changed,
    /// The value is held to another rule.
    Rule,
}

impl ChangeKind {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Removed => "removed",
            Self::Changed => "changed",
            Self::Rule => "rule changed",
        }
    }
}

/// One change of an interaction.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Change {
    pub(crate) kind: ChangeKind,
    pub(crate) effect: Effect,
    /// The part of the interaction: `request body`, `response header`, …
    pub(crate) part: String,
    /// The place in it: a path such as `$.items[0].id` in a body, else a name; empty for the part as a whole.
    pub(crate) path: String,
    pub(crate) before: Option<Value>,
    pub(crate) after: Option<Value>,
}

/// Which side of an interaction a change is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
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
