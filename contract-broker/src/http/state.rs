//! What every handler can reach.

use std::sync::Arc;

use super::Answers;
use crate::{
    Config,
    jobs::{Courier, Retention},
    store::Store,
};

/// Shared by all requests; cheap to clone.
#[derive(Clone)]
pub(crate) struct AppState {
    pub(crate) store: Store,
    pub(crate) config: Arc<Config>,
    pub(crate) courier: Courier,
    pub(crate) retention: Retention,
    pub(crate) answers: Answers,
}
