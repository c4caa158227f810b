//! The caller of a request, for the log.

use std::sync::{
    Arc, OnceLock,
    atomic::{AtomicBool, Ordering},
};

use super::Principal;

/// The caller of a request. The logging layer adds one to the extensions of each request; the guard sets it.
/// Clones share their state.
#[derive(Debug, Clone, Default)]
pub struct Asker(Arc<Known>);

#[derive(Debug, Default)]
struct Known {
    name: OnceLock<Arc<str>>,
    principal: OnceLock<Principal>,
    flooding: AtomicBool,
}

impl Asker {
    /// Returns the name of the account; for a token of the settings the name of the setting and its index;
    /// `-` for an unknown caller.
    pub fn name(&self) -> &str {
        self.known_name().unwrap_or("-")
    }

    /// As [`Self::name`]; `None` for an unknown caller.
    pub(crate) fn known_name(&self) -> Option<&str> {
        self.0.name.get().map(AsRef::as_ref)
    }

    /// Returns whether there are so many requests with wrong credentials that this one should not be logged
    /// separately.
    pub fn is_flooding(&self) -> bool {
        self.0.flooding.load(Ordering::Relaxed)
    }

    /// Returns who asks, once the guard knows.
    pub(crate) fn principal(&self) -> Option<&Principal> {
        self.0.principal.get()
    }

    pub(super) fn is(&self, principal: &Principal) {
        let _ = self.0.principal.set(principal.clone());
    }

    pub(super) fn is_called(&self, name: &Arc<str>) {
        let _ = self.0.name.set(name.clone());
    }

    pub(super) fn floods(&self) {
        self.0.flooding.store(true, Ordering::Relaxed);
    }
}
