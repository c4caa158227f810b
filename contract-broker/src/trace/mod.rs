//! Traces (W3C Trace Context, <https://www.w3.org/TR/trace-context/>), and the spans of the broker.
//!
//! A request with a `traceparent` belongs to that trace; any other request starts one. The trace appears in
//! log lines and problem details. Events keep the trace of the request that caused them: a webhook's delivery
//! is sent with a `traceparent` of the same trace. With the Cargo feature `otel` the spans are exported as
//! well; nothing else differs.

mod context;
#[cfg(feature = "otel")]
pub mod otlp;
mod spans;

pub(crate) use context::TRACEPARENT;
pub(crate) use context::TraceContext;
pub use spans::TARGET;
pub(crate) use spans::{Attempt, StatementSpan, attempt, ended, job, record_attempt, request, statement};
