//! Cancels a long computation.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

/// Cancellation of a computation. Loops that may take long check it in each iteration.
#[derive(Debug, Clone, Default)]
pub(crate) struct Cancel(Arc<AtomicBool>);

/// The computation was cancelled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the computation was cancelled")]
pub(crate) struct Cancelled;

impl Cancel {
    /// Cancels the computation at its next check.
    pub(crate) fn cancel(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// # Errors
    /// The computation was cancelled.
    pub(crate) fn check(&self) -> Result<(), Cancelled> {
        if self.0.load(Ordering::Relaxed) {
            return Err(Cancelled);
        }
        Ok(())
    }
}
