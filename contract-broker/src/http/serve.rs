//! Accepts connections, with timeouts for slow and silent clients, and at shutdown.

use std::{
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use axum::{Router, http::Request};
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::{conn::auto, graceful::GracefulShutdown},
    service::TowerToHyperService,
};
use tokio::net::TcpListener;
use tower::ServiceExt as _;

use super::{client_address::Peer, io_timeout::IoTimeout};

/// Maximum duration of requests in progress at shutdown.
const DRAIN: Duration = Duration::from_secs(25);

/// Whether this server is about to take no more requests; among the extensions of each request.
#[derive(Debug, Clone, Default)]
pub(super) struct Parting(Arc<AtomicBool>);

impl Parting {
    pub(super) fn has_begun(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// Serves until `shutdown` completes, for `delay` longer, and until the requests in progress are answered. In that time answers
/// say that their connection is closed: a request that comes just when it is would be lost. `idle` limits how long a client
/// may take to send the head of a request (including the next one on an open connection), and how long it may leave a response
/// unread.
pub(crate) async fn serve(
    listener: Arc<TcpListener>,
    router: Router,
    idle: Duration,
    shutdown: impl Future<Output = ()> + Send + 'static,
    delay: Duration,
) -> std::io::Result<()> {
    let graceful = GracefulShutdown::new();
    let parting = Parting::default();
    let mut shutdown = pin!(async {
        shutdown.await;
        parting.0.store(true, Ordering::Relaxed);
        tokio::time::sleep(delay).await;
    });
    let mut server = auto::Builder::new(TokioExecutor::new());
    server.http1().timer(TokioTimer::new()).header_read_timeout(idle);
    server.http2().timer(TokioTimer::new()).keep_alive_interval(idle);
    loop {
        let (stream, peer) = tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    // Too many open files, or a connection that was closed at once: continue with the others.
                    tracing::warn!(%error, "could not accept a connection");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                    continue;
                }
            },
            () = &mut shutdown => break,
        };
        let _ = stream.set_nodelay(true);
        let parting = parting.clone();
        let service = router.clone().map_request(move |mut request: Request<_>| {
            request.extensions_mut().insert(Peer(peer));
            request.extensions_mut().insert(parting.clone());
            request
        });
        let connection = server
            .serve_connection_with_upgrades(
                TokioIo::new(IoTimeout::new(stream, idle)),
                TowerToHyperService::new(service),
            )
            .into_owned();
        let connection = graceful.watch(connection);
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(error = %error, "a connection ended early");
            }
        });
    }
    drop(listener);
    if tokio::time::timeout(DRAIN, graceful.shutdown()).await.is_err() {
        tracing::warn!("some requests did not finish in time and were cut off");
    }
    Ok(())
}
