//! Collects the findings of one rule.

use super::document::Doc;
use super::finding::{LintFinding, Segment, Severity};
use crate::document::{Place, Position};

/// Access to places of a document for findings.
pub(super) trait Places {
    /// Returns the longest existing prefix of the path.
    fn existing(&self, path: &[Segment]) -> Vec<Segment>;

    /// Returns the position of a place.
    fn position(&self, path: &[Segment]) -> Position;

    /// Returns a position with the name of its file.
    fn place(&self, at: Position) -> Option<Place>;
}

impl Places for Doc<'_> {
    fn existing(&self, path: &[Segment]) -> Vec<Segment> {
        Doc::existing(self, path)
    }

    fn position(&self, path: &[Segment]) -> Position {
        Doc::position(self, path)
    }

    fn place(&self, at: Position) -> Option<Place> {
        self.documents.place(at)
    }
}

/// Collects the findings of one rule.
pub(super) struct Findings<'f> {
    pub(super) code: &'static str,
    pub(super) severity: Severity,
    pub(super) doc: &'f dyn Places,
    pub(super) found: Vec<LintFinding>,
}

impl Findings<'_> {
    /// Reports a place. If it does not exist, its nearest existing parent is reported.
    pub(super) fn at(&mut self, path: &[Segment], message: impl Into<String>) {
        let existing = self.doc.existing(path);
        let at = self.doc.position(&existing);
        self.push(existing, at, message.into());
    }

    /// Reports a place exactly as given, even if it does not exist.
    pub(super) fn exactly(&mut self, path: &[Segment], message: impl Into<String>) {
        let at = self.doc.position(&self.doc.existing(path));
        self.push(path.to_vec(), at, message.into());
    }

    fn push(&mut self, path: Vec<Segment>, at: Position, message: String) {
        // A place in a path may be reached through several of its operations.
        if self
            .found
            .iter()
            .any(|other| other.path == path && other.message == message)
        {
            return;
        }
        self.found.push(LintFinding {
            code: self.code.to_owned(),
            severity: self.severity,
            message,
            path,
            place: self.doc.place(at),
        });
    }
}
