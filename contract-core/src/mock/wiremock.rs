//! The listener on wiremock: one catch-all mock, whose responder is our handler.
//!
//! wiremock's own pool, matchers and recording are not used: the first would share a server between tests, and recording
//! keeps a copy of every request.

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;

use bytes::Bytes;
use wiremock::{Mock, MockServer, Respond, ResponseTemplate};

use super::listener::{Handler, Listener};
use crate::contract::{Body, ContentType, Headers, Query, Request};

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
    Box::new(Server(server))
}

struct Server(MockServer);

impl Listener for Server {
    fn address(&self) -> SocketAddr {
        *self.0.address()
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
    let mut headers = Headers::new();
    let mut content_type: Option<ContentType> = None;
    for (name, value) in &request.headers {
        let value = String::from_utf8_lossy(value.as_bytes());
        if name == http::header::CONTENT_TYPE {
            content_type = value.parse().ok();
        }
        headers.append(name.as_str(), value);
    }
    Request {
        method: request.method.as_str().to_owned(),
        path: request.url.path().to_owned(),
        query: request.url.query().map_or_else(Query::new, Query::parse),
        headers,
        body: Body::from_wire(Bytes::copy_from_slice(&request.body), content_type),
        ..Request::default()
    }
}
