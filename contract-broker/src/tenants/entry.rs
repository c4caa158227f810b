//! A tenant as this node knows it, open or not.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Instant,
};

use super::opened::{Opened, Visit};
use crate::{app, domain::tenant::TenantName, store::control::Tenant};

/// Why nobody is let in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Turned {
    /// There is no such tenant, or not yet, or not any more.
    Unknown,
    Suspended,
    /// So many requests of the tenant are under way already.
    TooMany(u32),
    /// Its store does not open, or the node has too many in use.
    Unavailable(&'static str),
    /// The control store fails.
    Failed(String),
}

impl From<app::Error> for Turned {
    fn from(error: app::Error) -> Self {
        match error {
            app::Error::Unavailable(message) => Self::Unavailable(message),
            error => Self::Failed(error.to_string()),
        }
    }
}

/// A tenant as this node knows it.
pub(super) struct Entry {
    pub(super) known: Mutex<Known>,
    /// The open tenant. Whoever takes it out, or puts it in, has the turn.
    pub(super) opened: Mutex<Option<Arc<Opened>>>,
    pub(super) turn: tokio::sync::Mutex<()>,
    pub(super) failed: Mutex<Option<Failed>>,
}

/// What the control store said of a tenant, and when.
pub(super) struct Known {
    pub(super) tenant: Tenant,
    pub(super) at: Instant,
}

/// Why a tenant did not open.
#[derive(Clone)]
pub(super) struct Failed {
    pub(super) problem: String,
    pub(super) at: Instant,
}

impl Entry {
    pub(super) fn opened(&self) -> Option<Arc<Opened>> {
        locked(&self.opened).clone()
    }
}

pub(super) fn locked<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Begins a request of a tenant that is open; none if it is closed.
pub(super) fn begin(entry: &Entry) -> Option<Result<Visit, Turned>> {
    let known = locked(&entry.known);
    let opened = locked(&entry.opened);
    let opened = opened.as_ref().filter(|opened| opened.is_of(&known.tenant));
    opened.map(|opened| opened.begin().map_err(Turned::TooMany))
}

/// Closes a tenant, unless it is in use. Whoever wants to open it waits for the turn until it is closed.
pub(super) async fn close(name: &TenantName, entry: &Entry, _: &tokio::sync::MutexGuard<'_, ()>) -> bool {
    let taken = {
        let mut opened = locked(&entry.opened);
        match opened.as_ref() {
            None => return true,
            Some(open) if open.is_used() => return false,
            Some(_) => opened.take(),
        }
    };
    if let Some(opened) = taken {
        opened.close(name).await;
    }
    true
}
