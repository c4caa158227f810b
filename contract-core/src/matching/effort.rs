//! Limits the work of one comparison, of compiling one plan, and of generating the values of one message.
//!
//! Documents and contracts are untrusted input, and a few rules multiply the work: a pattern that backtracks, nested
//! alternatives, each expected element compared with each element of an array. Steps are counted instead of time, so
//! that the same input always has the same result. If a comparison exceeds the limit, the value does not match and a
//! mismatch says so.
//!
//! A comparison runs on one thread from beginning to end, so the remaining steps are kept in a thread-local instead of
//! being passed through every function.

use std::cell::Cell;

use super::{Mismatch, MismatchKind, Part};
use crate::report::value::grouped;
use crate::{Error, ErrorKind};

/// Maximum number of steps of a comparison beyond those proportional to the size of its documents. A step takes a few
/// nanoseconds.
pub(crate) const STEPS: u64 = 40_000_000;

thread_local! {
    /// `None` outside of a comparison.
    static LEFT: Cell<Option<u64>> = const { Cell::new(None) };
}

/// A comparison in progress: its steps are counted until it is dropped. A nested comparison shares the budget of the
/// outer one.
#[derive(Debug)]
pub(crate) struct Effort {
    is_outermost: bool,
}

impl Effort {
    /// Begins a comparison, or joins the one in progress on this thread.
    pub(crate) fn begin() -> Self {
        let is_outermost = LEFT.get().is_none();
        if is_outermost {
            LEFT.set(Some(STEPS));
        }
        Self { is_outermost }
    }

    /// Returns the compiled plan, unless the budget was exceeded.
    ///
    /// # Errors
    ///
    /// `Invalid` if the budget was exceeded.
    pub(crate) fn compiled<P>(&self, plan: P) -> Result<P, Error> {
        if self.is_outermost && is_spent() {
            return Err(too_many_rules());
        }
        Ok(plan)
    }

    /// Returns the mismatches, with one that says the comparison is incomplete if the budget was exceeded.
    pub(crate) fn conclude(&self, mut found: Vec<Mismatch>) -> Vec<Mismatch> {
        if self.is_outermost && is_spent() {
            found.insert(0, given_up());
        }
        found
    }
}

impl Drop for Effort {
    fn drop(&mut self) {
        if self.is_outermost {
            LEFT.set(None);
        }
    }
}

/// Returns the number of steps left.
pub(crate) fn left() -> u64 {
    LEFT.get().unwrap_or(STEPS)
}

/// Spends steps. Returns false if not enough are left; the comparison is then given up.
pub(crate) fn spend(steps: u64) -> bool {
    let Some(left) = LEFT.get() else {
        return true;
    };
    LEFT.set(Some(left.saturating_sub(steps)));
    left > steps
}

/// Returns whether the budget is exhausted.
pub(crate) fn is_spent() -> bool {
    LEFT.get() == Some(0)
}

/// Returns the error for rules of one message that are too expensive to compile.
pub(crate) fn too_many_rules() -> Error {
    Error::new(
        ErrorKind::Invalid,
        format!(
            "the regular expressions of one message take more than {STEPS} steps to compile: use fewer of them, fewer at paths \
             that stand for many fields, or lower the bounds of their repetitions"
        ),
    )
}

fn given_up() -> Mismatch {
    let steps = grouped(usize::try_from(STEPS).unwrap_or(usize::MAX));
    Mismatch::of_comparison(
        MismatchKind::Undecided,
        Part::Body,
        "$".to_owned(),
        format!("a comparison of at most {steps} steps"),
        format!(
            "The comparison was given up after {steps} steps: it is too expensive to decide. Use fewer rules at one place, \
             fewer alternatives, shorter arrays under arrayContains, smaller JSON Schemas, or patterns that backtrack less"
        ),
    )
}
