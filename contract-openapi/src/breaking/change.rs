//! A single change.

use std::collections::HashMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::document::Place;

/// The level of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ChangeLevel {
    /// Breaks no consumer.
    Info,
    /// May break a consumer: the description is not specific enough.
    Warning,
    /// Breaks consumers that rely on it.
    Error,
}

impl fmt::Display for ChangeLevel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        })
    }
}

/// One change between two descriptions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Change {
    /// The id of the rule.
    pub id: String,
    /// The level.
    pub level: ChangeLevel,
    /// What changed, as a sentence.
    pub text: String,
    /// The names and values that the rule mentions: the name of a property, old and new values.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub arguments: Vec<String>,
    /// The method of the operation, in upper case.
    #[serde(rename = "operation", skip_serializing_if = "Option::is_none", default)]
    pub method: Option<String>,
    /// `operationId` of the operation.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub operation_id: Option<String>,
    /// The path template of the operation in the newer description.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub path: Option<String>,
    /// `paths` or `components`.
    pub section: String,
    /// The place in the older description.
    #[serde(rename = "baseSource", skip_serializing_if = "Option::is_none", default)]
    pub base: Option<Place>,
    /// The place in the newer description.
    #[serde(rename = "revisionSource", skip_serializing_if = "Option::is_none", default)]
    pub revision: Option<Place>,
    /// Number of places that the change reaches: 1, or more if references lead to what changed from several of them.
    #[serde(skip_serializing_if = "is_one", default = "one")]
    pub places: usize,
    /// The other operations that it reaches, in the order of their paths.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub reaches: Vec<ReachedOperation>,
    /// Identifies the change independently of wording and position, so that an approval stays valid: 12 hexadecimal
    /// digits.
    pub fingerprint: String,
}

/// An operation that a change reaches by references.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ReachedOperation {
    /// The method, in upper case.
    #[serde(rename = "operation")]
    pub method: String,
    /// The path template in the newer description.
    pub path: String,
    /// `operationId`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub operation_id: Option<String>,
}

impl Change {
    /// Returns the operation that the change is about, if it is about one, and those that it reaches.
    pub fn operations(&self) -> impl Iterator<Item = ReachedOperation> {
        self.own_operation()
            .into_iter()
            .chain(self.reaches.iter().cloned())
    }

    fn own_operation(&self) -> Option<ReachedOperation> {
        Some(ReachedOperation {
            method: self.method.clone()?,
            path: self.path.clone()?,
            operation_id: self.operation_id.clone(),
        })
    }

    /// Adds what another report of the same edit reaches.
    fn absorb(&mut self, other: &Self) {
        self.places += 1;
        let own = self.own_operation();
        if let Some(operation) = other
            .own_operation()
            .filter(|operation| own.as_ref() != Some(operation))
            && !self.reaches.contains(&operation)
        {
            self.reaches.push(operation);
        }
    }
}

/// Tells each edit once: reports of one rule about the same places of both descriptions are one change, which counts what
/// it reaches. The first one stays.
pub(super) fn told_once(changes: Vec<Change>) -> Vec<Change> {
    let mut indices: HashMap<Edit, usize> = HashMap::new();
    let mut told: Vec<Change> = Vec::with_capacity(changes.len());
    for change in changes {
        let Some(edit) = Edit::of(&change) else {
            told.push(change);
            continue;
        };
        if let Some(first) = indices.get(&edit).and_then(|index| told.get_mut(*index)) {
            first.absorb(&change);
        } else {
            indices.insert(edit, told.len());
            told.push(change);
        }
    }
    told
}

/// What makes two reports the same edit.
#[derive(PartialEq, Eq, Hash)]
struct Edit {
    id: String,
    level: ChangeLevel,
    base: Option<Place>,
    revision: Option<Place>,
}

impl Edit {
    /// Returns the edit of a change of an operation; `None` if its places are not known.
    fn of(change: &Change) -> Option<Self> {
        let is_placed = change.base.is_some() || change.revision.is_some();
        (is_placed && change.path.is_some()).then(|| Self {
            id: change.id.clone(),
            level: change.level,
            base: change.base.clone(),
            revision: change.revision.clone(),
        })
    }
}

fn one() -> usize {
    1
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands out a reference")]
fn is_one(places: &usize) -> bool {
    *places == 1
}
