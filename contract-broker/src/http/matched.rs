//! The matched route of a request, for layers outside of the router.

use std::sync::{Arc, OnceLock};

use axum::extract::{MatchedPath, Request};

/// The route of a request. A layer outside of the router adds one to the extensions of each request; [`note`]
/// sets it. Clones share their state.
#[derive(Debug, Clone, Default)]
pub(super) struct Matched(Arc<OnceLock<MatchedPath>>);

impl Matched {
    /// Returns the template of the route; `None` before one was matched, and if none matches.
    pub(super) fn route(&self) -> Option<&str> {
        self.0.get().map(MatchedPath::as_str)
    }
}

/// Records the route that a router matched. A layer of that router.
pub(super) async fn note(request: Request) -> Request {
    let extensions = request.extensions();
    if let (Some(matched), Some(path)) = (extensions.get::<Matched>(), extensions.get::<MatchedPath>()) {
        let _ = matched.0.set(path.clone());
    }
    request
}
