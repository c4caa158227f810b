//! Which trace something belongs to (W3C Trace Context, <https://www.w3.org/TR/trace-context/>), and the spans of the broker.
//!
//! A request that names a trace by `traceparent` is part of it, any other begins one. The trace is in log lines and in
//! problem details, and the events that a request causes keep it: a webhook's delivery is sent with a `traceparent` of the
//! same trace. With the Cargo feature `otel` the spans are exported as well; nothing else differs.

mod context;
#[cfg(feature = "otel")]
pub mod otlp;
mod spans;

pub(crate) use context::TRACEPARENT;
pub(crate) use context::TraceContext;
pub use spans::TARGET;
pub(crate) use spans::{Attempt, StatementSpan, attempt, ended, job, record_attempt, request, statement};
