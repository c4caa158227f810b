//! A server from its start to its end.

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::{Arc, mpsc};
use std::thread::JoinHandle;
use std::time::Duration;

use tokio::sync::oneshot;

use super::connections;
use super::exchange::Exchange;
use crate::mock::handler::Handler;
use crate::{Error, ErrorKind};

/// How connections are protected.
#[derive(Debug, Clone, Default)]
pub(in crate::mock) enum Protection {
    /// Not at all.
    #[default]
    None,
    /// By TLS.
    #[cfg(any(feature = "tls-ring", feature = "tls-aws-lc-rs"))]
    Tls(super::tls::ServerTls),
}

impl Protection {
    /// Returns the certificate that clients have to trust, as PEM; `None` without TLS.
    #[cfg(any(feature = "tls-ring", feature = "tls-aws-lc-rs"))]
    pub(in crate::mock) fn certificate(&self) -> Option<Arc<str>> {
        match self {
            Self::None => None,
            Self::Tls(tls) => Some(tls.shared_certificate()),
        }
    }

    /// Returns the scheme of the server's address.
    pub(in crate::mock) fn scheme(&self) -> &'static str {
        match self {
            Self::None => "http",
            #[cfg(any(feature = "tls-ring", feature = "tls-aws-lc-rs"))]
            Self::Tls(_) => "https",
        }
    }
}

/// An HTTP server that passes each request to a [`Handler`] until it is stopped or dropped.
pub(in crate::mock) struct Server {
    address: SocketAddr,
    /// Stops the server. Dropping it stops it at once; sending a duration lets exchanges under way end first.
    stop: Option<oneshot::Sender<Duration>>,
    /// Ends when the thread has nothing more to do.
    ended: oneshot::Receiver<()>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    /// Starts a server on this socket. Connections are accepted from now on.
    ///
    /// # Errors
    ///
    /// `Io` if the system refuses a thread or a descriptor.
    pub(in crate::mock) fn start(
        socket: TcpListener,
        handler: Arc<dyn Handler>,
        body_limit: usize,
        protection: Protection,
    ) -> Result<Self, Error> {
        let failed =
            |error: io::Error| Error::new(ErrorKind::Io, "starting the mock server").with_source(error);
        let address = socket.local_addr().map_err(failed)?;
        socket.set_nonblocking(true).map_err(failed)?;
        let exchange = Arc::new(Exchange::new(handler, body_limit));
        let (stop, stopped) = oneshot::channel();
        let (ending, ended) = oneshot::channel();
        let (started, starting) = mpsc::sync_channel(1);
        let thread = std::thread::Builder::new()
            .name(format!("mock {}", address.port()))
            .spawn(move || {
                run(socket, exchange, protection, stopped, &started);
                drop(ending);
            })
            .map_err(failed)?;
        // The thread sends once; a thread that ends without has panicked.
        match starting.recv() {
            Ok(Ok(())) => {}
            Ok(Err(error)) => return Err(failed(error)),
            Err(_) => return Err(failed(io::Error::other("its thread panicked"))),
        }
        Ok(Self {
            address,
            stop: Some(stop),
            ended,
            thread: Some(thread),
        })
    }

    /// Returns the address that the server listens on.
    pub(in crate::mock) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Stops the server: no new connections, and exchanges under way have `grace` to end.
    pub(in crate::mock) async fn stop(mut self, grace: Duration) {
        if let Some(stop) = self.stop.take() {
            // A thread that is gone already needs no stopping.
            let _ = stop.send(grace);
        }
        let _ = (&mut self.ended).await;
    }

    /// As [`stop`](Self::stop), but blocks the thread.
    pub(in crate::mock) fn stop_blocking(mut self, grace: Duration) {
        if let Some(stop) = self.stop.take() {
            // A thread that is gone already needs no stopping.
            let _ = stop.send(grace);
        }
        // Dropping it waits for the thread.
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop = None;
        if let Some(thread) = self.thread.take() {
            // A panic of the thread was printed where it happened.
            let _ = thread.join();
        }
    }
}

fn run(
    socket: TcpListener,
    exchange: Arc<Exchange>,
    protection: Protection,
    stopped: oneshot::Receiver<Duration>,
    started: &mpsc::SyncSender<io::Result<()>>,
) {
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            let _ = started.send(Err(error));
            return;
        }
    };
    runtime.block_on(async {
        match tokio::net::TcpListener::from_std(socket) {
            Ok(listener) => {
                let _ = started.send(Ok(()));
                connections::serve(listener, exchange, protection, stopped).await;
            }
            Err(error) => {
                let _ = started.send(Err(error));
            }
        }
    });
    // Dropping the runtime closes the connections that are still open.
}
