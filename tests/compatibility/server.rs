//! Servers on a free loopback port, each closed when it is dropped.

use axum::Router;
use tokio::task::JoinHandle;

/// A server that answers until it is dropped.
#[derive(Debug)]
pub(crate) struct Server {
    url: String,
    task: JoinHandle<()>,
}

impl Server {
    /// Serves the routes that are made for the server's own address.
    pub(crate) async fn start(routes: impl FnOnce(&str) -> Router) -> Self {
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0))
            .await
            .expect("the loopback has a free port");
        let address = listener.local_addr().expect("a bound socket has an address");
        let url = format!("http://{address}");
        let routes = routes(&url);
        let task = tokio::spawn(async move {
            axum::serve(listener, routes).await.expect("the server runs");
        });
        Self { url, task }
    }

    /// `http://127.0.0.1:…`
    pub(crate) fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}
