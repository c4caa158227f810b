//! The outcome of comparing one message with its plan.

use super::Mismatch;

/// Every mismatch that was found, in the order method, path, query, headers, status, metadata, body; within a body in
/// document order.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Comparison {
    mismatches: Vec<Mismatch>,
}

impl Comparison {
    /// Creates the outcome with these mismatches.
    pub fn new(mismatches: Vec<Mismatch>) -> Self {
        Self { mismatches }
    }

    /// Whether nothing differs.
    pub fn is_match(&self) -> bool {
        self.mismatches.is_empty()
    }

    /// Returns what differs.
    pub fn mismatches(&self) -> &[Mismatch] {
        &self.mismatches
    }

    /// Returns what differs, by value.
    pub fn into_mismatches(self) -> Vec<Mismatch> {
        self.mismatches
    }
}
