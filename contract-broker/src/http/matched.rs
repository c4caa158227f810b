//! Which route a request was given to, for those who look at it from outside of the router.

use std::sync::{Arc, OnceLock};

use axum::extract::{MatchedPath, Request};

/// The route of a request. Whoever looks at requests puts one among the extensions of each; [`note`] fills it in. Clones are
/// the same.
#[derive(Debug, Clone, Default)]
pub(super) struct Matched(Arc<OnceLock<MatchedPath>>);

impl Matched {
    /// The template of the route; none before it was chosen, and at an address that no route has.
    pub(super) fn route(&self) -> Option<&str> {
        self.0.get().map(MatchedPath::as_str)
    }
}

/// Writes down the route that a router chose. A layer of that router.
pub(super) async fn note(request: Request) -> Request {
    let extensions = request.extensions();
    if let (Some(matched), Some(path)) = (extensions.get::<Matched>(), extensions.get::<MatchedPath>()) {
        let _ = matched.0.set(path.clone());
    }
    request
}
