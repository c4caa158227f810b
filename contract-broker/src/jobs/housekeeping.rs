//! What a node does about accounts now and then: writes down when tokens and logins were used, deletes what expired of
//! them, and seals the audit log.

use std::{pin::pin, sync::Arc, time::Duration};

use crate::{
    app::{self, App},
    domain::time::now,
    store::periodic::Lease,
};

/// How often a node looks.
const NAP: Duration = Duration::from_mins(1);
/// The name under which nodes agree on who seals.
const JOB: &str = "audit-seals";
/// The name under which nodes agree on who deletes what expired, and how often.
const EXPIRY: &str = "expired-logins";
const BETWEEN: Duration = Duration::from_mins(10);
/// The name under which nodes agree on who deletes what is too old, and how often.
const PRUNING: &str = "audit-retention";
const PRUNE_EVERY: Duration = Duration::from_hours(1);
/// How long a node may be silent before another takes over.
const PATIENCE: Duration = Duration::from_mins(2);

/// Works until `shutdown` completes; last uses that are due are written then as well.
pub(crate) async fn keep_house(app: Arc<App>, shutdown: impl Future<Output = ()>) {
    let mut shutdown = pin!(shutdown);
    loop {
        let stopped = tokio::select! {
            biased;
            () = &mut shutdown => true,
            () = tokio::time::sleep(NAP) => false,
        };
        if let Err(error) = look(&app, stopped).await {
            tracing::error!(%error, "uses of tokens and logins could not be written down, or the audit log not be sealed");
        }
        if stopped {
            return;
        }
    }
}

async fn look(app: &App, stopped: bool) -> app::Result<()> {
    app.write_uses().await?;
    app.write_session_uses().await?;
    if stopped {
        return Ok(());
    }
    forget_if_due(app).await?;
    seal_if_due(app).await?;
    prune_if_due(app).await
}

/// Deletes expired logins, tokens and answers of repeatable requests, unless another node just did.
///
/// # Errors
/// The database's.
async fn forget_if_due(app: &App) -> app::Result<()> {
    let lease = Lease {
        job: EXPIRY,
        token: uuid::Uuid::new_v4().to_string(),
        patience: super::micros(PATIENCE),
    };
    if app.claims(&lease).await? {
        app.forget_expired().await?;
        app.forget_done_requests().await?;
        app.gives_back(lease, now() + super::micros(BETWEEN)).await?;
    }
    Ok(())
}

/// Deletes what of the audit log is too old, unless another node just does.
async fn prune_if_due(app: &App) -> app::Result<()> {
    let lease = Lease {
        job: PRUNING,
        token: uuid::Uuid::new_v4().to_string(),
        patience: super::micros(PATIENCE),
    };
    if app.claims(&lease).await? {
        app.prune_audit().await?;
        app.gives_back(lease, now() + super::micros(PRUNE_EVERY)).await?;
    }
    Ok(())
}

/// Seals what of the audit log is old enough, unless another node just does.
///
/// # Errors
/// The database's.
pub(crate) async fn seal_if_due(app: &App) -> app::Result<()> {
    let lease = Lease {
        job: JOB,
        token: uuid::Uuid::new_v4().to_string(),
        patience: super::micros(PATIENCE),
    };
    // A store in which nothing happens is not written to. Of several nodes one seals at a time: seals are a chain.
    if app.has_unsealed_events().await? && app.claims(&lease).await? {
        app.seal_audit().await?;
        app.gives_back(lease, now() + super::micros(NAP) / 2).await?;
    }
    Ok(())
}
