//! What a handler needs to answer a request.

use axum::extract::FromRequestParts;
use http::request::Parts;

use super::{AppState, Site, base_url::BaseUrl, error::Failure};
use crate::{app::App, auth::Principal};

/// The use cases, who asks, and the address that links start with.
pub(crate) struct Call {
    site: Site,
    pub(crate) who: Principal,
    pub(crate) base: BaseUrl,
}

impl Call {
    pub(crate) fn app(&self) -> &App {
        &self.site.app
    }
}

impl FromRequestParts<AppState> for Call {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Failure> {
        let who = parts.extensions.get::<Principal>().cloned();
        Ok(Self {
            site: state.site(&parts.extensions)?.clone(),
            who: who.ok_or_else(|| Failure::internal(&"the guard did not say who asks"))?,
            base: BaseUrl::of(state.config.base_url.as_deref(), &parts.headers),
        })
    }
}
