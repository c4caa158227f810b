//! The spans of the broker: a request, a statement, a delivery attempt of a webhook, a run of a job. Names
//! and attributes follow OpenTelemetry's semantic conventions; none contains credentials, cookies, the query
//! of an address or a body.
//!
//! A log line shows the fields of the surrounding spans, so there are few of them. Data for exporters only is
//! set by [`attribute`], which does nothing in a build without the exporter.

use http::Method;
use tracing::{Span, field::Empty};

use super::TraceContext;

/// The target of every span, for filters.
pub const TARGET: &str = "contract_broker::trace";

/// Starts the span of a request; returns it with its position in a trace.
pub(crate) fn request(
    named: Option<TraceContext>,
    method: &Method,
    request_id: &str,
) -> (Span, TraceContext) {
    // At the highest level, so that every log line has the trace.
    let span = tracing::error_span!(
        target: TARGET, "request", otel.kind = Empty, trace_id = Empty, request_id
    );
    set_kind(&span, "server");
    let context = place(&span, named);
    span.record("trace_id", context.trace_id());
    if is_exported(&span) {
        rename(&span, method.to_string());
        attribute(&span, "http.request.method", method.as_str().to_owned());
    }
    (span, context)
}

/// Records the response of a request.
pub(crate) fn ended(span: &Span, method: &Method, route: Option<&str>, status: u16) {
    if !is_exported(span) {
        return;
    }
    if let Some(route) = route {
        rename(span, format!("{method} {route}"));
        attribute(span, "http.route", route.to_owned());
    }
    attribute(span, "http.response.status_code", i64::from(status));
    if status >= 500 {
        attribute(span, "error.type", status.to_string());
        fail(span, "");
    }
}

/// The span of a statement.
pub(crate) struct StatementSpan {
    pub(crate) inner: Span,
}

impl StatementSpan {
    /// Records the number of returned rows.
    pub(crate) fn gave(&self, rows: usize) {
        self.inner.record("db.response.returned_rows", rows);
    }
}

/// Starts the span of a statement. It only exists within another span: a check of an empty queue needs no
/// trace.
pub(crate) fn statement(system: &'static str, sql: &str) -> StatementSpan {
    let inner = if Span::current().is_none() {
        Span::none()
    } else {
        let operation = sql.split_whitespace().next().unwrap_or_default();
        tracing::debug_span!(
            target: TARGET,
            "statement",
            otel.name = operation,
            otel.kind = "client",
            db.system.name = system,
            db.operation.name = operation,
            db.response.returned_rows = Empty,
        )
    };
    StatementSpan { inner }
}

/// Starts the span of a background job.
pub(crate) fn job(name: &'static str) -> Span {
    tracing::error_span!(target: TARGET, "job", otel.name = format!("job {name}"), job = name)
}

/// A delivery attempt of a webhook.
#[derive(Debug)]
pub(crate) struct Attempt<'a> {
    pub(crate) webhook: &'a str,
    pub(crate) delivery: &'a str,
    /// Number of the attempt, counted from 1.
    pub(crate) number: i64,
    /// The context of the request that caused it, if it is known.
    pub(crate) cause: Option<TraceContext>,
}

/// Starts the span of a delivery attempt; returns it with its position in a trace, which is sent to the
/// receiver. It belongs to the trace of its cause, and is linked to it, because it may be much later.
pub(crate) fn attempt(attempt: &Attempt<'_>) -> (Span, TraceContext) {
    let span = tracing::error_span!(
        target: TARGET, parent: None, "delivery", otel.kind = Empty, trace_id = Empty
    );
    set_kind(&span, "client");
    let context = place(&span, attempt.cause);
    span.record("trace_id", context.trace_id());
    if is_exported(&span) {
        rename(&span, "POST webhook".to_owned());
        attribute(&span, "contract.webhook", attempt.webhook.to_owned());
        attribute(&span, "contract.delivery", attempt.delivery.to_owned());
        attribute(&span, "http.request.resend_count", attempt.number - 1);
        if let Some(cause) = attempt.cause {
            link(&span, cause);
        }
    }
    (span, context)
}

/// Records the outcome of an attempt.
pub(crate) fn record_attempt(span: &Span, status: Option<u16>, success: bool) {
    if !is_exported(span) {
        return;
    }
    if let Some(status) = status {
        attribute(span, "http.response.status_code", i64::from(status));
    }
    if !success {
        let kind = status.map_or_else(|| "no_answer".to_owned(), |status| status.to_string());
        attribute(span, "error.type", kind);
        fail(span, "not delivered");
    }
}

/// Returns the context of a span: that of the exporter if it is exported, otherwise a new span in the trace
/// of its cause, or in a new trace.
fn place(span: &Span, cause: Option<TraceContext>) -> TraceContext {
    exported_place(span, cause).unwrap_or_else(|| cause.map_or_else(TraceContext::new, TraceContext::child))
}

#[cfg(feature = "otel")]
mod exporting {
    use opentelemetry::{
        Context, Value,
        trace::{Status, TraceContextExt as _},
    };
    use tracing::Span;
    use tracing_opentelemetry::OpenTelemetrySpanExt as _;

    use crate::trace::TraceContext;

    pub(super) fn is_exported(span: &Span) -> bool {
        span.context().span().span_context().is_valid()
    }

    pub(super) fn exported_place(span: &Span, cause: Option<TraceContext>) -> Option<TraceContext> {
        if let Some(cause) = cause {
            let remote = Context::new().with_remote_span_context(cause.as_otel());
            // It fails if the span is not exported, or was already started.
            let _ = span.set_parent(remote);
        }
        let context = span.context();
        TraceContext::of_otel(context.span().span_context())
    }

    /// Sets the kind of a span before it has a context.
    pub(super) fn set_kind(span: &Span, kind: &'static str) {
        span.record("otel.kind", kind);
    }

    pub(super) fn rename(span: &Span, name: String) {
        span.context().span().update_name(name);
    }

    pub(super) fn attribute(span: &Span, key: &'static str, value: impl Into<Value>) {
        span.set_attribute(key, value);
    }

    pub(super) fn link(span: &Span, to: TraceContext) {
        span.add_link(to.as_otel());
    }

    pub(super) fn fail(span: &Span, why: &'static str) {
        span.set_status(Status::error(why));
    }
}

#[cfg(not(feature = "otel"))]
mod exporting {
    use tracing::Span;

    use crate::trace::TraceContext;

    pub(super) fn is_exported(_: &Span) -> bool {
        false
    }

    pub(super) fn exported_place(_: &Span, _: Option<TraceContext>) -> Option<TraceContext> {
        None
    }

    pub(super) fn set_kind(_: &Span, _: &'static str) {}

    pub(super) fn rename(_: &Span, _: String) {}

    pub(super) fn attribute<V>(_: &Span, _: &'static str, _: V) {}

    pub(super) fn link(_: &Span, _: TraceContext) {}

    pub(super) fn fail(_: &Span, _: &'static str) {}
}

use exporting::{attribute, exported_place, fail, is_exported, link, rename, set_kind};
