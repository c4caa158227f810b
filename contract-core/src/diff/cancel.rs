//! Ending a long comparison that nobody waits for any more.

/// Whether a comparison is still wanted. Loops that may take long ask in each round.
#[derive(Clone, Copy)]
pub(super) struct Cancel<'w> {
    wanted: &'w dyn Fn() -> bool,
}

/// A comparison was ended, as nobody waits for it any more.
pub(super) struct Cancelled;

impl<'w> Cancel<'w> {
    pub(super) fn unless(wanted: &'w dyn Fn() -> bool) -> Self {
        Self { wanted }
    }

    pub(super) fn check(self) -> Result<(), Cancelled> {
        if (self.wanted)() { Ok(()) } else { Err(Cancelled) }
    }
}
