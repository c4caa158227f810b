//! One request and its answer.

use std::error::Error;
use std::fmt;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use bytes::Bytes;
use http::header::{CONNECTION, HeaderValue};
use http::{StatusCode, Version, request};
use hyper::body::Incoming;
use tokio::sync::watch;

use super::body::{self, BodyProblem};
use super::response::{ResponseBody, response};
use super::stream::ResetSwitch;
use super::target;
use crate::contract::{Body, Request};
use crate::mock::handler::{BrokenRequest, Delivery, Handler, Reply};
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

    /// Reads the request to its end and returns the response to it. A response that is held back is given up when
    /// `stopping` is closed.
    ///
    /// # Errors
    ///
    /// If the connection is to end without a response; `reset` is set if it ends with a reset.
    pub(super) async fn answer(
        &self,
        request: hyper::Request<Incoming>,
        reset: &ResetSwitch,
        stopping: &watch::Receiver<()>,
    ) -> Result<hyper::Response<ResponseBody>, NoResponse> {
        let (head, body) = request.into_parts();
        let body = match body::read(body, &head.headers, self.body_limit).await {
            Ok(body) => body,
            Err(problem) => return Ok(self.unreadable(&head, &problem)),
        };
        let reply = self.ask(&Arc::new(self.request(&head, body)));
        if !reply.delay.is_zero() {
            let mut stopping = stopping.clone();
            tokio::select! {
                () = tokio::time::sleep(reply.delay) => {}
                _ = stopping.changed() => return Err(NoResponse),
            }
        }
        match reply.delivery {
            Delivery::Closed => Err(NoResponse),
            Delivery::Reset => {
                // A connection of HTTP/2 has other requests; hyper resets the stream of this one.
                if head.version < Version::HTTP_2 {
                    reset.set();
                }
                Err(NoResponse)
            }
            delivery => Ok(response(&head.method, head.version, &reply.answer, delivery)),
        }
    }

    fn request(&self, head: &request::Parts, body: Bytes) -> Request {
        receive::request(
            head.method.as_str(),
            &target::path(head.uri.path()),
            head.uri.query().map(target::query).as_deref(),
            &head.headers,
            body,
            self.body_limit,
        )
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

    fn ask(&self, request: &Arc<Request>) -> Reply {
        let asked = AssertUnwindSafe(|| self.handler.answer(request));
        // The panic itself is printed by a thread whose output nobody looks at.
        std::panic::catch_unwind(asked).unwrap_or_else(|_| {
            let answer = self.handler.broken(BrokenRequest {
                request: Request {
                    body: Body::Missing,
                    ..Request::clone(request)
                },
                status: StatusCode::INTERNAL_SERVER_ERROR,
                problem: "the mock server panicked while it answered; this is a bug".to_owned(),
            });
            answer.into()
        })
    }

    fn unreadable(&self, head: &request::Parts, problem: &BodyProblem) -> hyper::Response<ResponseBody> {
        let answer = self.handler.broken(BrokenRequest {
            request: self.request(head, Bytes::new()),
            status: match problem {
                BodyProblem::TooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
                BodyProblem::Broken(_) => StatusCode::BAD_REQUEST,
            },
            problem: problem.to_string(),
        });
        let mut response = response(&head.method, head.version, &answer, Delivery::Whole);
        // What follows on this connection is the rest of the body.
        response
            .headers_mut()
            .insert(CONNECTION, HeaderValue::from_static("close"));
        response
    }
}

/// Why a request gets no response: its test wants it so, or the server stops.
#[derive(Debug)]
pub(super) struct NoResponse;

impl fmt::Display for NoResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the connection ends without a response")
    }
}

impl Error for NoResponse {}

#[cfg(test)]
mod tests {
    use std::io::{Read as _, Write as _};
    use std::net::{TcpListener, TcpStream};
    use std::sync::Mutex;

    use super::*;
    use crate::mock::handler::Answer;
    use crate::mock::server::{Protection, Server};

    /// Panics whenever it is asked.
    #[derive(Default)]
    struct Panicking {
        broken: Mutex<Vec<BrokenRequest>>,
    }

    impl Handler for Panicking {
        fn answer(&self, _: &Arc<Request>) -> Reply {
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
        let server = Server::start(socket, Arc::clone(&handler) as Arc<_>, 1_000, Protection::None).unwrap();
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
