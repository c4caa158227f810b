//! What is written down of each request: one line in the log, its figures, its span.

use std::{
    net::IpAddr,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
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

use tracing::{Instrument as _, Span};

use super::{
    AppState, address,
    client_address::{Peer, client_address},
    matched::Matched,
    tenants::Served,
};
use crate::{
    auth::Asker,
    log_text::bounded,
    metrics::{AuthFailure, Finished, RequestMetrics},
    trace::{self, TraceContext},
};

/// The most characters that are shown of a path, and of a request's id.
const PATH: usize = 256;
const ID: usize = 64;

/// The address of the client, among the extensions of a request that came by a connection.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Client(pub(crate) IpAddr);

/// Logs and counts the request when its answer was sent, or its client left. What is done for it belongs to the trace that
/// it names, or to a new one.
pub(crate) async fn log(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    let peer = request.extensions().get::<Peer>().map(|peer| peer.0.ip());
    let client = peer.map(|peer| client_address(peer, request.headers(), &state.config.http_trusted_proxies));
    let (asker, matched) = (Asker::default(), Matched::default());
    let id = id(request.headers());
    let (span, trace) = trace::request(TraceContext::of(request.headers()), request.method(), &id);
    let metrics = state.requests.clone();
    if let Some(metrics) = &metrics {
        metrics.begun(request.method());
    }
    let received = Arc::new(AtomicU64::new(0));
    let tenant = request.extensions().get::<Served>().cloned();
    let mut line = Line {
        tenant,
        method: request.method().clone(),
        path: bounded(request.uri().path(), PATH),
        matched: matched.clone(),
        id,
        trace,
        span: span.clone(),
        metrics,
        client,
        asker: asker.clone(),
        started: Instant::now(),
        status: None,
        received: received.clone(),
        bytes: 0,
    };
    request.extensions_mut().insert(asker);
    request.extensions_mut().insert(matched);
    if let Some(client) = client {
        request.extensions_mut().insert(Client(client));
    }
    if line.metrics.is_some() && !request.body().is_end_stream() {
        request = request.map(|body| Body::new(Counted { body, received }));
    }
    let answer = trace.during(next.run(request)).instrument(span);
    let response = answer.await;
    line.status = Some(response.status().as_u16());
    if let (Some(metrics), Some(reason)) = (&line.metrics, response.extensions().get::<AuthFailure>()) {
        metrics.refused(*reason);
    }
    response.map(|body| Body::new(Logged { body, line }))
}

fn id(headers: &HeaderMap) -> String {
    let id = headers.get("x-request-id").and_then(|id| id.to_str().ok());
    bounded(id.unwrap_or_default(), ID)
}

/// What is known of a request. Writes itself when it is dropped.
struct Line {
    /// Of a broker with tenants.
    tenant: Option<Served>,
    method: Method,
    path: String,
    matched: Matched,
    id: String,
    trace: TraceContext,
    /// Ends with this.
    span: Span,
    metrics: Option<Arc<RequestMetrics>>,
    client: Option<IpAddr>,
    asker: Asker,
    started: Instant,
    /// None where the client left before there was an answer.
    status: Option<u16>,
    /// How much of the body of the request was read, if that is counted.
    received: Arc<AtomicU64>,
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
            route = $line.matched.route(),
            status = $line.status,
            duration_ms = milliseconds($line.started),
            bytes = $line.bytes,
            tenant = $line.tenant.as_ref().map(|tenant| tenant.0.as_str()),
            user = $line.asker.name(),
            address = $line.client.map(tracing::field::display),
            request_id = $line.id,
            trace_id = $line.trace.trace_id(),
            "{}", if $line.status.is_some() { "request" } else { "request, cut off by the client" }
        )
    };
}

impl Drop for Line {
    fn drop(&mut self) {
        if let Some(status) = self.status {
            trace::ended(&self.span, &self.method, self.matched.route(), status);
        }
        if let Some(metrics) = &self.metrics {
            metrics.finished(Finished {
                method: &self.method,
                route: self.matched.route(),
                status: self.status,
                took: self.started.elapsed(),
                received: self.received.load(Ordering::Relaxed),
                sent: self.bytes,
                trace_id: self.trace.is_sampled().then(|| self.trace.trace_id()),
            });
        }
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

/// The body of a request, whose bytes are counted as they are read.
struct Counted {
    body: Body,
    received: Arc<AtomicU64>,
}

impl HttpBody for Counted {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let polled = Pin::new(&mut self.body).poll_frame(cx);
        self.received.fetch_add(length(&polled), Ordering::Relaxed);
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// How many bytes a frame has.
fn length(polled: &Poll<Option<Result<Frame<Bytes>, axum::Error>>>) -> u64 {
    match polled {
        Poll::Ready(Some(Ok(frame))) => {
            let length = frame.data_ref().map_or(0, Bytes::len);
            u64::try_from(length).unwrap_or_default()
        }
        _ => 0,
    }
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
        self.line.bytes += length(&polled);
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
