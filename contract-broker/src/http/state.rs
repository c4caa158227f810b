//! What every handler can reach.

use std::{ops::Deref, sync::Arc};

use super::ResponseCache;
use crate::app::App;

/// Shared by all requests. A route and each layer around it keep one, and copy it for every request: one count goes up.
#[derive(Clone)]
pub(crate) struct AppState(Arc<Parts>);

/// What there is one of.
pub(crate) struct Parts {
    pub(crate) app: App,
    pub(crate) cache: ResponseCache,
}

impl AppState {
    pub(crate) fn new(parts: Parts) -> Self {
        Self(Arc::new(parts))
    }
}

impl Deref for AppState {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}
