//! How much work may go into one comparison, into compiling one plan, and into making the values of one message.
//!
//! Documents and contracts come from outside, and a few rules multiply the work: a pattern that backtracks, alternatives
//! inside of alternatives, each wanted element tried on each of an array. Their steps are counted, never the time, so
//! that the same input always ends in the same way. What cannot be decided within the bound does not match, and the
//! comparison says so.
//!
//! A comparison runs on one thread from its beginning to its end, so that what is left of its steps is kept there and
//! not handed through every function that judges a value.

use std::cell::Cell;

use super::{Mismatch, Part};
use crate::{Error, ErrorKind};

/// How many steps a comparison may do that the size of its documents does not account for. A step takes a few
/// nanoseconds.
pub(crate) const STEPS: u64 = 40_000_000;

thread_local! {
    /// `None` outside of a comparison.
    static LEFT: Cell<Option<u64>> = const { Cell::new(None) };
}

/// One comparison under way: its steps are counted until it is dropped. A comparison inside of another one is part of
/// that one.
#[derive(Debug)]
pub(crate) struct Effort {
    is_outermost: bool,
}

impl Effort {
    /// Begins a comparison, or joins the one under way on this thread.
    pub(crate) fn begin() -> Self {
        let is_outermost = LEFT.get().is_none();
        if is_outermost {
            LEFT.set(Some(STEPS));
        }
        Self { is_outermost }
    }

    /// The plan that was compiled, unless the steps did not suffice.
    ///
    /// # Errors
    ///
    /// `Invalid` if they did not.
    pub(crate) fn compiled<P>(&self, plan: P) -> Result<P, Error> {
        if self.is_outermost && is_spent() {
            return Err(too_many_rules());
        }
        Ok(plan)
    }

    /// What was found, and that it is not all where the steps did not suffice.
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

/// How many steps are left.
pub(crate) fn left() -> u64 {
    LEFT.get().unwrap_or(STEPS)
}

/// Does this many steps. False if they are not left: the comparison is given up.
pub(crate) fn spend(steps: u64) -> bool {
    let Some(left) = LEFT.get() else {
        return true;
    };
    LEFT.set(Some(left.saturating_sub(steps)));
    left > steps
}

/// Whether no steps are left.
pub(crate) fn is_spent() -> bool {
    LEFT.get() == Some(0)
}

/// The rules of one message are too expensive to compile.
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
    Mismatch {
        part: Part::Body,
        path: "$".to_owned(),
        expected: None,
        actual: None,
        expectation: format!("a comparison of at most {STEPS} steps"),
        description: format!(
            "The comparison was given up after {STEPS} steps: it is too expensive to decide. Use fewer rules at one place, \
             fewer alternatives, shorter arrays under arrayContains, or patterns that backtrack less"
        ),
        rule: None,
        nearest: Vec::new(),
    }
}
