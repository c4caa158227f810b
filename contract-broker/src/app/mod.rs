//! What the broker does, one file per use case. Each function takes who asks and named values, and gives named values back;
//! it owns its transaction, the check whether this is allowed, and the events. It knows neither HTTP nor HTML nor SQL:
//! handlers, pages, jobs and the commands of the program call the same functions.

mod error;
mod health;
mod heavy;
mod publish;

use std::sync::Arc;

use crate::{
    Config,
    auth::{Access, Principal},
    jobs::{Courier, Retention},
    store::Store,
};

pub(crate) use error::{Error, Result};
pub(crate) use heavy::Heavy;
pub(crate) use publish::{Difference, PublishRequest};

/// The broker's use cases, and what they need.
pub(crate) struct App {
    pub(crate) store: Store,
    pub(crate) config: Arc<Config>,
    pub(crate) courier: Courier,
    pub(crate) retention: Retention,
    pub(crate) heavy: Heavy,
}

impl App {
    pub(crate) fn new(store: Store, config: Arc<Config>, courier: Courier) -> Self {
        Self {
            heavy: Heavy::new(),
            retention: Retention::new(store.clone(), &config),
            store,
            config,
            courier,
        }
    }
}

/// Whether a principal may do this.
///
/// # Errors
/// [`Error::Forbidden`]: it may only read.
fn allow(who: &Principal, needed: Access) -> Result<()> {
    if who.access() >= needed {
        Ok(())
    } else {
        Err(Error::Forbidden)
    }
}
