//! Accepts connections, with timeouts for slow and silent clients, and at shutdown.

use std::{
    net::SocketAddr,
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use axum::{Router, http::Request, response::Response};
use http::{HeaderValue, Version, header};
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::conn::auto,
    service::TowerToHyperService,
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::watch,
};
use tower::ServiceExt as _;

use super::{
    client_address::Peer,
    io_timeout::{IoTimeout, Traffic},
};

/// Maximum duration of requests in progress at shutdown.
const DRAIN: Duration = Duration::from_secs(25);

/// At shutdown, a connection is closed when nothing came or went for so long. A client that sends requests all the time is
/// told before that the connection is closed: a request that arrives just when it is closed would be lost.
const SILENT: Duration = Duration::from_secs(1);

/// Serves until `shutdown` completes, for `delay` longer, and until the requests in progress are answered. In that time answers
/// say that their connection is closed. `idle` limits how long a client may take to send the head of a request (including the
/// next one on an open connection), and how long it may leave a response unread.
///
/// If nobody else holds `listener`, connections that wait to be accepted at the end are served as well.
pub(crate) async fn serve(
    listener: Arc<TcpListener>,
    router: Router,
    idle: Duration,
    shutdown: impl Future<Output = ()> + Send + 'static,
    delay: Duration,
) -> std::io::Result<()> {
    let server = Server::new(router, idle);
    let shutdown = async {
        shutdown.await;
        server.part();
        tokio::time::sleep(delay).await;
    };
    server.accept(&listener, shutdown).await;
    server.accept_rest(listener);
    server.drain().await;
    Ok(())
}

/// A server that accepts connections of listeners.
pub(super) struct Server {
    acceptor: Acceptor,
    /// Whether silent connections are closed.
    closing: watch::Sender<bool>,
}

impl Server {
    /// Creates a server; for `idle` see [`serve`].
    pub(super) fn new(router: Router, idle: Duration) -> Self {
        let (closing, is_closing) = watch::channel(false);
        let acceptor = Acceptor {
            router,
            idle,
            parting: Arc::default(),
            closing: is_closing,
        };
        Self { acceptor, closing }
    }

    /// Accepts connections until `end` completes.
    pub(super) async fn accept(&self, listener: &TcpListener, end: impl Future<Output = ()> + Send) {
        let mut end = pin!(end);
        loop {
            tokio::select! {
                accepted = listener.accept() => match accepted {
                    Ok((stream, peer)) => self.acceptor.serve(stream, peer),
                    Err(error) => {
                        // Too many open files, or a connection that was closed at once: continue with the others.
                        tracing::warn!(%error, "could not accept a connection");
                        tokio::time::sleep(Duration::from_millis(50)).await;
                    }
                },
                () = &mut end => return,
            }
        }
    }

    /// Accepts the connections that wait, and closes the listener unless somebody else holds it: the system resets
    /// connections that nobody has accepted when a listener is closed.
    fn accept_rest(&self, listener: Arc<TcpListener>) {
        // The runtime does not know yet of connections that came just now: the system is asked.
        let Some(Ok(listener)) = Arc::into_inner(listener).map(TcpListener::into_std) else {
            return;
        };
        while let Ok((stream, peer)) = listener.accept() {
            let accepted = stream.set_nonblocking(true);
            if let Ok(stream) = accepted.and_then(|()| TcpStream::from_std(stream)) {
                self.acceptor.serve(stream, peer);
            }
        }
    }

    /// Answers say from now on that their connection is closed.
    pub(super) fn part(&self) {
        self.acceptor.parting.store(true, Ordering::Relaxed);
    }

    /// Waits for requests in progress, and closes connections once they are silent.
    pub(super) async fn drain(self) {
        drop(self.acceptor);
        self.closing.send_replace(true);
        if tokio::time::timeout(DRAIN, self.closing.closed()).await.is_err() {
            tracing::warn!("some requests did not finish in time and were cut off");
        }
    }
}

/// Serves what was accepted, each connection in a task of its own.
struct Acceptor {
    router: Router,
    idle: Duration,
    /// Whether answers say that their connection is closed.
    parting: Arc<AtomicBool>,
    /// Whether silent connections are closed. Each connection holds a receiver until it has ended.
    closing: watch::Receiver<bool>,
}

impl Acceptor {
    /// Serves a connection in a task of its own.
    fn serve(&self, stream: TcpStream, peer: SocketAddr) {
        let _ = stream.set_nodelay(true);
        let traffic = Traffic::default();
        let stream = IoTimeout::new(stream, self.idle, traffic.clone());
        let (router, parting) = (self.router.clone(), self.parting.clone());
        let service = tower::service_fn(move |mut request: Request<_>| {
            let (router, parting) = (router.clone(), parting.clone());
            async move {
                request.extensions_mut().insert(Peer(peer));
                let version = request.version();
                let answered = router.oneshot(request).await;
                answered.map(|answer| saying_close(answer, version, &parting))
            }
        });
        let (idle, mut closing) = (self.idle, self.closing.clone());
        tokio::spawn(async move {
            let mut server = auto::Builder::new(TokioExecutor::new());
            server.http1().timer(TokioTimer::new()).header_read_timeout(idle);
            server.http2().timer(TokioTimer::new()).keep_alive_interval(idle);
            let service = TowerToHyperService::new(service);
            let mut connection = pin!(server.serve_connection_with_upgrades(TokioIo::new(stream), service));
            let to_close = async {
                // The sender outlives all receivers.
                let _ = closing.wait_for(|closing| *closing).await;
                traffic.silent_for(SILENT).await;
            };
            let ended = tokio::select! {
                ended = connection.as_mut() => ended,
                () = to_close => {
                    connection.as_mut().graceful_shutdown();
                    connection.await
                }
            };
            if let Err(error) = ended {
                tracing::debug!(error = %error, "a connection ended early");
            }
            drop(closing);
        });
    }
}

/// Tells the client, if the server is about to stop, that the connection is closed after this answer. HTTP/2 says it by a
/// frame.
fn saying_close(mut answer: Response, version: Version, parting: &AtomicBool) -> Response {
    if version < Version::HTTP_2 && parting.load(Ordering::Relaxed) {
        let close = HeaderValue::from_static("close");
        answer.headers_mut().insert(header::CONNECTION, close);
    }
    answer
}
