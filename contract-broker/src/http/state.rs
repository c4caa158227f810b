//! What every handler can reach.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use http::{Extensions, request::Parts};

use super::{at_once::Places, error::Failure, rate::Limits};
use crate::{Config, app::App, auth::Guard, metrics::RequestMetrics};

/// A broker, or the broker of one tenant: its use cases, and who may use them.
#[derive(Clone)]
pub(crate) struct Site {
    pub(crate) app: Arc<App>,
    pub(super) guard: Guard,
    /// `None`: requests are not limited.
    pub(super) limits: Option<Limits>,
    /// `None`: any number of requests is answered at once.
    pub(super) places: Option<Places>,
}

impl Site {
    pub(crate) fn new(app: Arc<App>) -> Self {
        Self {
            guard: Guard::new(&app),
            limits: Limits::new(&app.config),
            places: Places::new(&app.config),
            app,
        }
    }
}

/// What is the same for all requests, and whose use cases a request gets. A route and each layer around it keep one, and copy
/// it for every request: a few counts go up.
#[derive(Clone)]
pub(crate) struct AppState {
    pub(crate) config: Arc<Config>,
    /// The only broker. With tenants there is none: each request has the site of its tenant among its extensions, and one
    /// that has none reaches nothing.
    only: Option<Site>,
    /// What requests count; none if nobody reads it.
    pub(super) requests: Option<Arc<RequestMetrics>>,
}

impl AppState {
    /// The state of one broker.
    pub(crate) fn new(app: Arc<App>) -> Self {
        let config = app.config.clone();
        let requests = config.metrics_bind.map(|_| Arc::new(RequestMetrics::new()));
        Self {
            config,
            only: Some(Site::new(app)),
            requests,
        }
    }

    /// The state of the routes that all tenants share. The headers of each request say its address: whoever chose the tenant
    /// has put there what `base_url` says of it.
    pub(crate) fn of_tenants(config: &Config, requests: Option<Arc<RequestMetrics>>) -> Self {
        let config = Config {
            base_url: None,
            ..config.clone()
        };
        Self {
            config: Arc::new(config),
            only: None,
            requests,
        }
    }

    /// The site that a request is for.
    ///
    /// # Errors
    /// None was chosen for it.
    pub(crate) fn site<'r>(&'r self, extensions: &'r Extensions) -> Result<&'r Site, Failure> {
        self.only
            .as_ref()
            .or_else(|| extensions.get())
            .ok_or_else(|| Failure::internal(&"nobody said which tenant a request is for"))
    }
}

impl FromRequestParts<AppState> for Site {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Failure> {
        state.site(&parts.extensions).cloned()
    }
}
