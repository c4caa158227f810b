//! One line in the log for each request.

use std::{
    net::IpAddr,
    pin::Pin,
    task::{Context, Poll},
    time::Instant,
};

use axum::{
    body::{Body, Bytes, HttpBody},
    extract::{Request, State},
    middleware::Next,
    response::Response,
};
use http::{Method, header::HeaderMap};
use http_body::{Frame, SizeHint};

use super::{
    AppState, address,
    client_address::{Peer, client_address},
};
use crate::{auth::Asker, log_text::bounded};

/// The most characters that are shown of a path, and of a request's id.
const PATH: usize = 256;
const ID: usize = 64;

/// The address of the client, among the extensions of a request that came by a connection.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Client(pub(crate) IpAddr);

/// Logs the request when its answer was sent, or its client left.
pub(crate) async fn log(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    let peer = request.extensions().get::<Peer>().map(|peer| peer.0.ip());
    let client =
        peer.map(|peer| client_address(peer, request.headers(), &state.app.config.http_trusted_proxies));
    let asker = Asker::default();
    let mut line = Line {
        method: request.method().clone(),
        path: bounded(request.uri().path(), PATH),
        id: id(request.headers()),
        client,
        asker: asker.clone(),
        started: Instant::now(),
        status: None,
        bytes: 0,
    };
    request.extensions_mut().insert(asker);
    if let Some(client) = client {
        request.extensions_mut().insert(Client(client));
    }
    let response = next.run(request).await;
    line.status = Some(response.status().as_u16());
    response.map(|body| Body::new(Logged { body, line }))
}

fn id(headers: &HeaderMap) -> String {
    let id = headers.get("x-request-id").and_then(|id| id.to_str().ok());
    bounded(id.unwrap_or_default(), ID)
}

/// What is known of a request. Writes itself when it is dropped.
struct Line {
    method: Method,
    path: String,
    id: String,
    client: Option<IpAddr>,
    asker: Asker,
    started: Instant,
    /// None where the client left before there was an answer.
    status: Option<u16>,
    bytes: u64,
}

impl Line {
    /// Whether the line is only for those who look closely: probes of health and the files of pages come all the time,
    /// and of a flood of wrong credentials a few lines are enough.
    fn is_noise(&self) -> bool {
        let is_fine = self.status.is_some_and(|status| status < 400);
        let often = address::HEALTH.contains(&&*self.path) || self.path.starts_with("/assets/");
        (is_fine && often) || self.asker.is_flooding()
    }
}

macro_rules! write_line {
    ($level:ident, $line:expr) => {
        tracing::$level!(
            target: "contract_broker::access",
            method = $line.method.as_str(),
            path = $line.path,
            status = $line.status,
            duration_ms = milliseconds($line.started),
            bytes = $line.bytes,
            user = $line.asker.name(),
            address = $line.client.map(tracing::field::display),
            request_id = $line.id,
            "{}", if $line.status.is_some() { "request" } else { "request, cut off by the client" }
        )
    };
}

impl Drop for Line {
    fn drop(&mut self) {
        if self.is_noise() {
            write_line!(debug, self);
        } else {
            write_line!(info, self);
        }
    }
}

/// With one decimal.
fn milliseconds(since: Instant) -> f64 {
    (since.elapsed().as_secs_f64() * 10_000.0).round() / 10.0
}

/// A body that counts its bytes for the line.
struct Logged {
    body: Body,
    line: Line,
}

impl HttpBody for Logged {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let polled = Pin::new(&mut self.body).poll_frame(cx);
        if let Poll::Ready(Some(Ok(frame))) = &polled {
            let length = frame.data_ref().map_or(0, Bytes::len);
            self.line.bytes += u64::try_from(length).unwrap_or_default();
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
