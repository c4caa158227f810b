//! How many requests are answered at once.

use std::sync::Arc;

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use tokio::sync::Semaphore;

use super::{AppState, error::Failure, held::holding, rate::is_free};
use crate::config::Config;

/// The name of the policy.
const NAME: &str = "at-once";
/// After how many seconds whoever was refused may try again.
const RETRY_AFTER: u64 = 1;

/// The places for requests, on one node and for one site.
#[derive(Clone)]
pub(crate) struct Places(Arc<Semaphore>);

impl Places {
    /// The places that the settings allow; `None` if there is no limit.
    pub(crate) fn new(config: &Config) -> Option<Self> {
        let most = usize::try_from(config.limits_requests_at_once?).unwrap_or(Semaphore::MAX_PERMITS);
        Some(Self(Arc::new(Semaphore::new(most.min(Semaphore::MAX_PERMITS)))))
    }
}

/// Answers 429 to whoever comes while the settings allow no more. A place is taken until the answer was sent. Health, counts and
/// what pages load are never limited.
pub(crate) async fn at_once(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let places = match state.site(request.extensions()) {
        Ok(site) => site.places.clone(),
        Err(failure) => return failure.into_response(),
    };
    let Some(Places(places)) = places.filter(|_| !is_free(&request)) else {
        return next.run(request).await;
    };
    match places.try_acquire_owned() {
        Ok(place) => next.run(request).await.map(|body| holding(body, place)),
        Err(_) => Failure::TooMany {
            policy: NAME,
            retry_after: RETRY_AFTER,
        }
        .into_response(),
    }
}
