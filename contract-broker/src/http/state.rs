//! What every handler can reach.

use std::sync::Arc;

use crate::{app::App, metrics::RequestMetrics};

/// The broker's use cases, shared by all requests. A route and each layer around it keep one, and copy it for every
/// request: two counts go up.
#[derive(Clone)]
pub(crate) struct AppState {
    pub(crate) app: Arc<App>,
    /// What requests count; none if nobody reads it.
    pub(super) requests: Option<Arc<RequestMetrics>>,
}

impl AppState {
    pub(crate) fn new(app: App) -> Self {
        let requests = app.config.metrics_bind.map(|_| Arc::new(RequestMetrics::new()));
        Self {
            app: Arc::new(app),
            requests,
        }
    }
}
