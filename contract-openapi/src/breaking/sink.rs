//! Collects changes.

use std::collections::HashSet;
use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};

use super::rule::rule;
use super::{Change, ChangeLevel};
use crate::description::{Description, Operation};
use crate::document::Position;

/// The operation that changes are about.
#[derive(Debug, Clone, Copy)]
pub(super) struct Subject<'s> {
    pub(super) path: &'s str,
    pub(super) method: &'s str,
    pub(super) operation_id: Option<&'s str>,
}

impl<'s> Subject<'s> {
    pub(super) fn of(operation: &'s Operation<'_>) -> Self {
        Self {
            path: operation.path,
            method: operation.method,
            operation_id: operation.id(),
        }
    }
}

/// The details of a change.
pub(super) struct Report<'r> {
    pub(super) id: &'r str,
    pub(super) text: String,
    pub(super) arguments: Vec<String>,
    pub(super) base: Option<Position>,
    pub(super) revision: Option<Position>,
}

/// Collects changes. A report without a rule for its id is dropped: not every keyword has a rule at every place.
pub(super) struct Sink<'a> {
    pub(super) base: &'a Description,
    pub(super) revision: &'a Description,
    /// Returns whether somebody still waits for the changes.
    pub(super) wanted: &'a dyn Fn() -> bool,
    pub(super) changes: Vec<Change>,
    /// Reported changes, by fingerprint and places: a schema may be reached several ways.
    told: HashSet<Told>,
    /// Number of reports, including duplicates.
    pub(super) reports: usize,
    /// Pairs of schemas without changes, including everything that they refer to.
    pub(super) unchanged: HashSet<SchemaPair>,
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Told {
    fingerprint: String,
    base: Option<Position>,
    revision: Option<Position>,
}

/// Two schemas by their places, and the side that sends their values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct SchemaPair {
    pub(super) old: Position,
    pub(super) new: Position,
    pub(super) is_request: bool,
}

impl<'a> Sink<'a> {
    pub(super) fn new(
        base: &'a Description,
        revision: &'a Description,
        wanted: &'a dyn Fn() -> bool,
    ) -> Self {
        Self {
            base,
            revision,
            wanted,
            changes: Vec::new(),
            told: HashSet::new(),
            reports: 0,
            unchanged: HashSet::new(),
        }
    }

    /// Returns whether references lead to the same parts before and after: both descriptions are one file with the same
    /// components.
    pub(super) fn has_same_components(&self) -> bool {
        let is_one_file = |description: &Description| description.documents().len() == 1;
        let is_same = |member: &str| match (self.base.root().get(member), self.revision.root().get(member)) {
            (None, None) => true,
            (Some(old), Some(new)) => old.same_value(new),
            _ => false,
        };
        is_one_file(self.base)
            && is_one_file(self.revision)
            && is_same("components")
            && is_same("definitions")
    }

    /// Reports a change at the level of its rule.
    pub(super) fn report(&mut self, subject: Option<Subject<'_>>, report: Report<'_>) {
        if let Some(rule) = rule(report.id) {
            self.report_at(rule.level, subject, report);
        }
    }

    /// Reports a change at a level of its own.
    pub(super) fn report_at(&mut self, level: ChangeLevel, subject: Option<Subject<'_>>, report: Report<'_>) {
        self.reports += 1;
        let method = subject.map(|subject| subject.method.to_ascii_uppercase());
        let path = subject.map(|subject| subject.path.to_owned());
        let fingerprint = fingerprint(report.id, method.as_deref(), path.as_deref(), &report.arguments);
        let told = Told {
            fingerprint: fingerprint.clone(),
            base: report.base,
            revision: report.revision,
        };
        if !self.told.insert(told) {
            return;
        }
        let change = Change {
            id: report.id.to_owned(),
            level,
            text: report.text,
            arguments: report.arguments,
            method,
            operation_id: subject
                .and_then(|subject| subject.operation_id)
                .map(str::to_owned),
            section: if path.is_some() { "paths" } else { "components" }.to_owned(),
            path,
            base: report.base.and_then(|at| self.base.documents().place(at)),
            revision: report.revision.and_then(|at| self.revision.documents().place(at)),
            places: 1,
            reaches: Vec::new(),
            fingerprint,
        };
        self.changes.push(change);
    }
}

/// Returns the first 12 hexadecimal digits of SHA-256 over id, operation, path and arguments.
fn fingerprint(id: &str, method: Option<&str>, path: Option<&str>, arguments: &[String]) -> String {
    let text = format!(
        "{id}:{}:{}:{}",
        method.unwrap_or_default(),
        path.unwrap_or_default(),
        arguments.join(";")
    );
    let digest = Sha256::digest(text.as_bytes());
    let mut hexadecimal = String::with_capacity(12);
    for byte in digest.iter().take(6) {
        // Writing to a string cannot fail.
        let _ = write!(hexadecimal, "{byte:02x}");
    }
    hexadecimal
}
