//! Who a request is from, for the log.

use std::sync::{
    Arc, OnceLock,
    atomic::{AtomicBool, Ordering},
};

/// Who asks. Whoever logs requests puts one among the extensions of each; the guard fills it in. Clones are the same.
#[derive(Debug, Clone, Default)]
pub struct Asker(Arc<Known>);

#[derive(Debug, Default)]
struct Known {
    name: OnceLock<Arc<str>>,
    flooding: AtomicBool,
}

impl Asker {
    /// The name of the account; of a token the setting that has it, and its place there. `-` for nobody known.
    pub fn name(&self) -> &str {
        self.0.name.get().map_or("-", |name| name)
    }

    /// Whether the request is one of so many with wrong credentials that not each of them is worth a line.
    pub fn is_flooding(&self) -> bool {
        self.0.flooding.load(Ordering::Relaxed)
    }

    pub(super) fn is_called(&self, name: &Arc<str>) {
        let _ = self.0.name.set(name.clone());
    }

    pub(super) fn floods(&self) {
        self.0.flooding.store(true, Ordering::Relaxed);
    }
}
