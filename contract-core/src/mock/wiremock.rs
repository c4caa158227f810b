//! The listener on wiremock: one catch-all mock, whose responder is our handler.
//!
//! wiremock's own pool, matchers and recording are not used: the first would share a server between tests, and recording
//! keeps a copy of every request.

use std::net::{SocketAddr, TcpListener};
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Waker};

use bytes::Bytes;
use wiremock::{Mock, MockServer, Respond, ResponseTemplate};

use super::listener::{Handler, Listener};
use crate::contract::Request;
use crate::wire::{BODY_LIMIT, receive};

/// Starts a server on this socket.
pub(super) async fn listen(socket: TcpListener, handler: Arc<dyn Handler>) -> Box<dyn Listener> {
    let server = MockServer::builder()
        .listener(socket)
        .disable_request_recording()
        .start()
        .await;
    Mock::given(wiremock::matchers::any())
        .respond_with(Responder(handler))
        .mount(&server)
        .await;
    Box::new(Server {
        address: *server.address(),
        server: Some(server),
    })
}

struct Server {
    address: SocketAddr,
    /// There until it is dropped.
    server: Option<MockServer>,
}

impl Listener for Server {
    fn address(&self) -> SocketAddr {
        self.address
    }
}

/// wiremock waits for a lock when its server is dropped, in a loop of its own. Where the task has used up tokio's
/// cooperative budget, tokio gives no lock until the task yields, which a drop cannot do: it would wait for ever. So the
/// server is dropped beside the budget.
impl Drop for Server {
    fn drop(&mut self) {
        let server = self.server.take();
        let dropping = pin!(tokio::task::unconstrained(async move { drop(server) }));
        // Ready at once: there is nothing in it to wait for.
        let _ = dropping.poll(&mut Context::from_waker(Waker::noop()));
    }
}

struct Responder(Arc<dyn Handler>);

impl Respond for Responder {
    fn respond(&self, request: &wiremock::Request) -> ResponseTemplate {
        let answer = self.0.answer(from_wire(request));
        let mut template = ResponseTemplate::new(answer.status).set_body_bytes(answer.body.to_vec());
        for (name, value) in &answer.headers {
            template = template.append_header(name.clone(), value.clone());
        }
        template
    }
}

fn from_wire(request: &wiremock::Request) -> Request {
    receive::request(
        request.method.as_str(),
        request.url.path(),
        request.url.query(),
        &request.headers,
        Bytes::copy_from_slice(&request.body),
        BODY_LIMIT,
    )
}
