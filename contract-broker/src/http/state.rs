//! What every handler can reach.

use std::sync::Arc;

use crate::app::App;

/// The broker's use cases, shared by all requests. A route and each layer around it keep one, and copy it for every
/// request: one count goes up.
#[derive(Clone)]
pub(crate) struct AppState {
    pub(crate) app: Arc<App>,
}

impl AppState {
    pub(crate) fn new(app: App) -> Self {
        Self { app: Arc::new(app) }
    }
}
