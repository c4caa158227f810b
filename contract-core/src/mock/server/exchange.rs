//! One request and its answer.

use std::error::Error;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use bytes::Bytes;
use http::header::{CONNECTION, CONTENT_LENGTH, HeaderValue};
use http::{Method, StatusCode};
use http_body_util::Full;
use hyper::body::Incoming;

use super::body::{self, BodyProblem};
use super::target;
use crate::contract::{Body, Request};
use crate::mock::handler::{Answer, BrokenRequest, Handler};
use crate::wire::receive;

/// Reads requests, asks the handler and makes the responses.
pub(super) struct Exchange {
    handler: Arc<dyn Handler>,
    body_limit: usize,
}

impl Exchange {
    pub(super) fn new(handler: Arc<dyn Handler>, body_limit: usize) -> Self {
        Self { handler, body_limit }
    }

    /// Reads the request to its end and returns the response to it.
    pub(super) async fn answer(&self, request: hyper::Request<Incoming>) -> hyper::Response<Full<Bytes>> {
        let (head, body) = request.into_parts();
        let request = |body: Bytes| {
            let (path, query) = (head.uri.path(), head.uri.query());
            receive::request(
                head.method.as_str(),
                &target::path(path),
                query.map(target::query).as_deref(),
                &head.headers,
                body,
                self.body_limit,
            )
        };
        match body::read(body, &head.headers, self.body_limit).await {
            Ok(body) => self.respond(&head.method, &request(body)),
            Err(problem) => self.unreadable(&head.method, request(Bytes::new()), &problem),
        }
    }

    /// Records a connection that ended with an error of the client.
    pub(super) fn broken_off(&self, error: impl Into<Box<dyn Error + Send + Sync>>) {
        let error = error.into();
        let Some(error) = error.downcast_ref::<hyper::Error>() else {
            return;
        };
        // Errors within a body reach the exchange; a client that closes a connection between requests is fine.
        if error.is_parse() {
            // hyper has answered it already.
            self.handler.broken(BrokenRequest {
                request: Request::default(),
                status: StatusCode::BAD_REQUEST,
                problem: format!("it is not HTTP that this server reads ({error})"),
            });
        }
    }

    fn respond(&self, method: &Method, request: &Request) -> hyper::Response<Full<Bytes>> {
        let asked = AssertUnwindSafe(|| self.handler.answer(request));
        // The panic itself is printed by a thread whose output nobody looks at.
        let answer = std::panic::catch_unwind(asked).unwrap_or_else(|_| {
            self.handler.broken(BrokenRequest {
                request: Request {
                    body: Body::Missing,
                    ..request.clone()
                },
                status: StatusCode::INTERNAL_SERVER_ERROR,
                problem: "the mock server panicked while it answered; this is a bug".to_owned(),
            })
        });
        response(method, &answer)
    }

    fn unreadable(
        &self,
        method: &Method,
        request: Request,
        problem: &BodyProblem,
    ) -> hyper::Response<Full<Bytes>> {
        let answer = self.handler.broken(BrokenRequest {
            request,
            status: match problem {
                BodyProblem::TooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
                BodyProblem::Broken(_) => StatusCode::BAD_REQUEST,
            },
            problem: problem.to_string(),
        });
        let mut response = response(method, &answer);
        // What follows on this connection is the rest of the body.
        response
            .headers_mut()
            .insert(CONNECTION, HeaderValue::from_static("close"));
        response
    }
}

fn response(method: &Method, answer: &Answer) -> hyper::Response<Full<Bytes>> {
    let mut response = hyper::Response::new(Full::new(answer.body.clone()));
    *response.status_mut() = answer.status;
    *response.headers_mut() = answer.headers.clone();
    if method != Method::HEAD {
        // An interaction for HEAD may have a rule about the method.
        response.headers_mut().remove(CONTENT_LENGTH);
    }
    response
}

#[cfg(test)]
mod tests {
    use std::io::{Read as _, Write as _};
    use std::net::{TcpListener, TcpStream};
    use std::sync::Mutex;

    use super::*;
    use crate::mock::server::Server;

    /// Panics whenever it is asked.
    #[derive(Default)]
    struct Panicking {
        broken: Mutex<Vec<BrokenRequest>>,
    }

    impl Handler for Panicking {
        fn answer(&self, _: &Request) -> Arc<Answer> {
            panic!("a bug");
        }

        fn broken(&self, broken: BrokenRequest) -> Arc<Answer> {
            let status = broken.status;
            self.broken.lock().unwrap().push(broken);
            Arc::new(Answer {
                status,
                headers: http::HeaderMap::new(),
                body: Bytes::new(),
            })
        }
    }

    #[test]
    fn a_panic_of_the_handler_is_heard_of() {
        let handler = Arc::new(Panicking::default());
        let socket = TcpListener::bind("127.0.0.1:0").unwrap();
        let server = Server::start(socket, Arc::clone(&handler) as Arc<_>, 1_000).unwrap();
        let mut stream = TcpStream::connect(server.address()).unwrap();
        // The connection outlives it.
        for _ in 0..2 {
            stream
                .write_all(b"PUT /a HTTP/1.1\r\nhost: h\r\ncontent-length: 1\r\n\r\nx")
                .unwrap();
            let mut status = [0; 12];
            stream.read_exact(&mut status).unwrap();
            assert_eq!(&status, b"HTTP/1.1 500");
            let (mut rest, mut byte) = (Vec::new(), [0]);
            while !rest.ends_with(b"\r\n\r\n") {
                stream.read_exact(&mut byte).unwrap();
                rest.extend(byte);
            }
        }
        let broken = handler.broken.lock().unwrap();
        assert_eq!(broken.len(), 2);
        assert_eq!(broken[0].request.path, "/a");
        assert!(broken[0].problem.contains("panicked"));
    }
}
