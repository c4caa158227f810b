//! Metrics of requests.

use std::time::{Duration, SystemTime};

use http::Method;
use prometheus_client::{
    encoding::EncodeLabelSet,
    metrics::{
        counter::Counter, exemplar::HistogramWithExemplars, family::Family, gauge::Gauge,
        histogram::Histogram,
    },
    registry::Registry,
};

use super::{
    buckets,
    label::{By, label},
};

label! {
    /// Why a request was rejected.
    "reason": AuthFailure { Unknown = "unknown", Expired = "expired", Forbidden = "forbidden", Throttled = "throttled" }
}

/// The status recorded for a response that the client did not wait for.
const CLIENT_LEFT: u16 = 499;
/// The route recorded for an address without a route.
const NO_ROUTE: &str = "none";

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfRequest {
    method: &'static str,
    route: String,
    status: u16,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfMethod {
    method: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfRoute {
    route: String,
}

/// The trace of an observation.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfTrace {
    trace_id: String,
}

/// A completed request.
#[derive(Debug)]
pub(crate) struct Finished<'a> {
    pub(crate) method: &'a Method,
    /// The template of its route, if it has one.
    pub(crate) route: Option<&'a str>,
    /// `None` if the client disconnected before there was a response.
    pub(crate) status: Option<u16>,
    pub(crate) took: Duration,
    /// Number of body bytes read; `sent` is the number of response bytes sent.
    pub(crate) received: u64,
    pub(crate) sent: u64,
    pub(crate) trace_id: Option<String>,
}

/// Metrics of requests. Clones share their state.
#[derive(Debug, Clone)]
pub(crate) struct RequestMetrics {
    duration: Family<OfRequest, HistogramWithExemplars<OfTrace>, fn() -> HistogramWithExemplars<OfTrace>>,
    active: Family<OfMethod, Gauge>,
    received: Family<OfRoute, Histogram, fn() -> Histogram>,
    sent: Family<OfRoute, Histogram, fn() -> Histogram>,
    auth_failures: By<AuthFailure, Counter>,
}

impl RequestMetrics {
    pub(crate) fn new() -> Self {
        Self {
            duration: Family::new_with_constructor(|| {
                HistogramWithExemplars::new(buckets::SECONDS.into_iter())
            }),
            active: Family::default(),
            received: Family::new_with_constructor(buckets::bytes),
            sent: Family::new_with_constructor(buckets::bytes),
            auth_failures: By::default(),
        }
    }

    /// Records the start of a request.
    pub(crate) fn begun(&self, method: &Method) {
        self.active.get_or_create(&OfMethod::of(method)).inc();
    }

    /// Records the end of a request.
    #[expect(
        clippy::cast_precision_loss,
        reason = "a size of more than 2^53 bytes is in the last bucket anyway"
    )]
    pub(crate) fn finished(&self, request: Finished<'_>) {
        let method = OfMethod::of(request.method);
        self.active.get_or_create(&method).dec();
        let route = request.route.unwrap_or(NO_ROUTE).to_owned();
        let labels = OfRequest {
            method: method.method,
            route: route.clone(),
            status: request.status.unwrap_or(CLIENT_LEFT),
        };
        let trace = request.trace_id.map(|trace_id| OfTrace { trace_id });
        let at = trace.is_some().then(SystemTime::now);
        self.duration
            .get_or_create(&labels)
            .observe(request.took.as_secs_f64(), trace, at);
        let of_route = OfRoute { route };
        self.received
            .get_or_create(&of_route)
            .observe(request.received as f64);
        self.sent.get_or_create(&of_route).observe(request.sent as f64);
    }

    /// Records a rejected request.
    pub(crate) fn refused(&self, reason: AuthFailure) {
        self.auth_failures.of(reason).inc();
    }

    pub(super) fn register(&self, registry: &mut Registry) {
        registry.register(
            "http_server_request_duration_seconds",
            "Time from the head of a request to the end of its answer",
            self.duration.clone(),
        );
        registry.register(
            "http_server_active_requests",
            "Requests that are being answered",
            self.active.clone(),
        );
        registry.register(
            "http_server_request_body_bytes",
            "Bytes of the bodies of requests that were read",
            self.received.clone(),
        );
        registry.register(
            "http_server_response_body_bytes",
            "Bytes of the bodies of answers that were sent",
            self.sent.clone(),
        );
        registry.register(
            "contract_broker_auth_failures",
            "Requests that were refused because of who asked",
            self.auth_failures.clone(),
        );
    }
}

impl OfMethod {
    /// Returns the label of a method: standard methods by name, any other as `other`.
    fn of(method: &Method) -> Self {
        let method = match *method {
            Method::GET => "GET",
            Method::HEAD => "HEAD",
            Method::POST => "POST",
            Method::PUT => "PUT",
            Method::PATCH => "PATCH",
            Method::DELETE => "DELETE",
            Method::OPTIONS => "OPTIONS",
            Method::CONNECT => "CONNECT",
            Method::TRACE => "TRACE",
            _ => "other",
        };
        Self { method }
    }
}
