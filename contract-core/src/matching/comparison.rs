//! The outcome of comparing one message with its plan.

use super::Mismatch;

/// All mismatches, in the order method, path, query, headers, status, metadata, body; within a body in document order.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Comparison {
    mismatches: Vec<Mismatch>,
}

impl Comparison {
    /// Creates a comparison with these mismatches.
    pub fn new(mismatches: Vec<Mismatch>) -> Self {
        Self { mismatches }
    }

    /// Returns whether there are no mismatches.
    pub fn is_match(&self) -> bool {
        self.mismatches.is_empty()
    }

    /// Returns the mismatches.
    pub fn mismatches(&self) -> &[Mismatch] {
        &self.mismatches
    }

    /// Returns the mismatches by value.
    pub fn into_mismatches(self) -> Vec<Mismatch> {
        self.mismatches
    }
}
