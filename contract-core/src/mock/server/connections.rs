//! Accepts connections and serves them.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{oneshot, watch};
use tokio::task::JoinSet;

use super::exchange::Exchange;
use super::running::Protection;
use super::stream::{ResetSwitch, Stream};

/// Delay after a connection could not be accepted, for example because no descriptor was free.
const ACCEPT_PAUSE: Duration = Duration::from_millis(10);

/// Serves all connections until `stop` is sent or dropped; then waits for the exchanges in progress for the
/// duration that was sent.
pub(super) async fn serve(
    listener: TcpListener,
    exchange: Arc<Exchange>,
    protection: Protection,
    mut stop: oneshot::Receiver<Duration>,
) {
    let (stopping, watching) = watch::channel(());
    let mut open = JoinSet::new();
    let grace = loop {
        tokio::select! {
            stopped = &mut stop => break stopped.unwrap_or(Duration::ZERO),
            Some(_) = open.join_next() => {}
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    // This only affects speed.
                    let _ = stream.set_nodelay(true);
                    open.spawn(protected(stream, protection.clone(), Arc::clone(&exchange), watching.clone()));
                }
                Err(_) => tokio::time::sleep(ACCEPT_PAUSE).await,
            }
        }
    };
    drop(listener);
    drop(stopping);
    if !grace.is_zero() {
        let all_closed = async { while open.join_next().await.is_some() {} };
        // Connections still open after this time are closed with the runtime.
        let _ = tokio::time::timeout(grace, all_closed).await;
    }
}

/// Performs the TLS handshake, if TLS is used, and serves one connection.
async fn protected(
    stream: TcpStream,
    protection: Protection,
    exchange: Arc<Exchange>,
    stopping: watch::Receiver<()>,
) {
    let reset = ResetSwitch::default();
    let stream = Stream::new(stream, reset.clone());
    match protection {
        Protection::None => connection(stream, reset, exchange, stopping).await,
        #[cfg(any(feature = "tls-ring", feature = "tls-aws-lc-rs"))]
        Protection::Tls(tls) => {
            // A client that does not trust the certificate disconnects, and reports the error itself.
            if let Ok(stream) = tls.acceptor().accept(stream).await {
                connection(stream, reset, exchange, stopping).await;
            }
        }
    }
}

/// Serves one connection until the client closes it, or until the exchange in progress ends after `stopping`
/// is closed.
async fn connection<S>(
    stream: S,
    reset: ResetSwitch,
    exchange: Arc<Exchange>,
    mut stopping: watch::Receiver<()>,
) where
    S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    let service = {
        let (exchange, stopping) = (Arc::clone(&exchange), stopping.clone());
        service_fn(move |request| {
            let (exchange, reset, stopping) = (Arc::clone(&exchange), reset.clone(), stopping.clone());
            async move { exchange.answer(request, &reset, &stopping).await }
        })
    };
    let protocol = protocol();
    let mut connection = pin!(protocol.serve_connection(TokioIo::new(stream), service));
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        _ = stopping.changed() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        exchange.broken_off(error);
    }
}

/// Returns the HTTP/1.1 settings. A client may close its sending side after the request and still read the
/// response.
#[cfg(not(feature = "http2"))]
fn protocol() -> hyper::server::conn::http1::Builder {
    let mut protocol = hyper::server::conn::http1::Builder::new();
    protocol.half_close(true);
    protocol
}

/// Returns the settings for HTTP/1.1, or HTTP/2 if the client starts with its preface.
#[cfg(feature = "http2")]
fn protocol() -> hyper_util::server::conn::auto::Builder<hyper_util::rt::TokioExecutor> {
    let mut protocol = hyper_util::server::conn::auto::Builder::new(hyper_util::rt::TokioExecutor::new());
    protocol.http1().half_close(true);
    protocol
}
