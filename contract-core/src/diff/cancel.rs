//! Cancels a long comparison.

/// Whether a comparison is still wanted. Loops that may take long check it in each iteration.
#[derive(Clone, Copy)]
pub(super) struct Cancel<'w> {
    wanted: &'w dyn Fn() -> bool,
}

/// The comparison was cancelled.
pub(super) struct Cancelled;

impl<'w> Cancel<'w> {
    pub(super) fn unless(wanted: &'w dyn Fn() -> bool) -> Self {
        Self { wanted }
    }

    pub(super) fn check(self) -> Result<(), Cancelled> {
        if (self.wanted)() { Ok(()) } else { Err(Cancelled) }
    }
}
