//! The position of an operation in a trace.

use std::{fmt, str::FromStr};

use http::{HeaderMap, HeaderName};
use tokio::task_local;

/// The header with the trace of a request.
pub(crate) const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");

task_local! {
    static CURRENT: TraceContext;
}

/// A trace, and the current span in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TraceContext {
    trace_id: u128,
    span_id: u64,
    /// Whether the caller may have recorded its part.
    sampled: bool,
}

impl TraceContext {
    /// Starts a trace. It is marked as sampled, so that receivers decide themselves whether to record their
    /// part.
    pub(crate) fn new() -> Self {
        Self {
            trace_id: not_zero(rand::random),
            span_id: not_zero(rand::random),
            sampled: true,
        }
    }

    /// Returns the trace in the headers of a request; `None` if the header is missing, invalid or repeated.
    pub(crate) fn of(headers: &HeaderMap) -> Option<Self> {
        let mut named = headers.get_all(TRACEPARENT).iter();
        let first = named.next()?.to_str().ok()?;
        if named.next().is_some() {
            return None;
        }
        first.parse().ok()
    }

    /// Returns a new span of the same trace.
    pub(crate) fn child(self) -> Self {
        Self {
            span_id: not_zero(rand::random),
            ..self
        }
    }

    /// Returns whether the trace may have been recorded, so that it can be looked up.
    pub(crate) fn is_sampled(self) -> bool {
        self.sampled
    }

    /// Returns the id of the trace as 32 hexadecimal digits.
    pub(crate) fn trace_id(self) -> String {
        format!("{:032x}", self.trace_id)
    }

    /// Returns the current span of this task, if it serves a request.
    pub(crate) fn current() -> Option<Self> {
        CURRENT.try_with(|context| *context).ok()
    }

    /// Runs `work` in this span.
    pub(crate) async fn during<T>(self, work: impl Future<Output = T>) -> T {
        CURRENT.scope(self, work).await
    }

    #[cfg(feature = "otel")]
    pub(super) fn as_otel(self) -> opentelemetry::trace::SpanContext {
        use opentelemetry::trace::{SpanContext, SpanId, TraceFlags, TraceId, TraceState};
        let flags = if self.sampled {
            TraceFlags::SAMPLED
        } else {
            TraceFlags::default()
        };
        let (trace, span) = (TraceId::from(self.trace_id), SpanId::from(self.span_id));
        SpanContext::new(trace, span, flags, true, TraceState::default())
    }

    /// Returns the context of an exported span; `None` if it is not exported.
    #[cfg(feature = "otel")]
    pub(super) fn of_otel(context: &opentelemetry::trace::SpanContext) -> Option<Self> {
        context.is_valid().then(|| Self {
            trace_id: u128::from_be_bytes(context.trace_id().to_bytes()),
            span_id: u64::from_be_bytes(context.span_id().to_bytes()),
            sampled: context.is_sampled(),
        })
    }
}

/// Formats it as in the header.
impl fmt::Display for TraceContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let flags = u8::from(self.sampled);
        write!(f, "00-{:032x}-{:016x}-{flags:02x}", self.trace_id, self.span_id)
    }
}

/// Parses the header (Trace Context, 3.2). Of versions later than 00, the fields of version 00 are parsed.
impl FromStr for TraceContext {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let text = text.trim();
        let mut parts = text.split('-');
        let mut part = |digits: usize| {
            let part = parts.next().ok_or(())?;
            let is_hex = part.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
            (part.len() == digits && is_hex).then_some(part).ok_or(())
        };
        let (version, trace_id, span_id, flags) = (part(2)?, part(32)?, part(16)?, part(2)?);
        let has_more = parts.next().is_some();
        if version == "ff" || (version == "00" && has_more) {
            return Err(());
        }
        let context = Self {
            trace_id: u128::from_str_radix(trace_id, 16).map_err(drop)?,
            span_id: u64::from_str_radix(span_id, 16).map_err(drop)?,
            sampled: u8::from_str_radix(flags, 16).map_err(drop)? & 1 == 1,
        };
        if context.trace_id == 0 || context.span_id == 0 {
            return Err(());
        }
        Ok(context)
    }
}

/// Returns a random id that is not zero.
fn not_zero<N: PartialEq + Default>(random: impl Fn() -> N) -> N {
    loop {
        let id = random();
        if id != N::default() {
            return id;
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
    const SPAN: &str = "00f067aa0ba902b7";

    #[test]
    fn only_what_the_specification_allows_is_a_trace() {
        for (text, is_read) in [
            (format!("00-{TRACE}-{SPAN}-01"), true),
            (format!("00-{TRACE}-{SPAN}-00"), true),
            (format!(" 00-{TRACE}-{SPAN}-01 "), true),
            (format!("cc-{TRACE}-{SPAN}-01-later-fields"), true),
            (format!("00-{TRACE}-{SPAN}-01-later-fields"), false),
            (format!("ff-{TRACE}-{SPAN}-01"), false),
            (format!("00-{}-{SPAN}-01", TRACE.to_uppercase()), false),
            (format!("00-{}-{SPAN}-01", "0".repeat(32)), false),
            (format!("00-{TRACE}-{}-01", "0".repeat(16)), false),
            (format!("00-{TRACE}-{SPAN}"), false),
            (format!("00-{TRACE}-{SPAN}-1"), false),
            (format!("00-{TRACE}{SPAN}-01"), false),
            (format!("00-+{}-{SPAN}-01", &TRACE[1..]), false),
            (String::new(), false),
        ] {
            assert_eq!(text.parse::<TraceContext>().is_ok(), is_read, "{text:?}");
        }
    }

    #[test]
    fn two_headers_are_none_and_a_child_stays_in_the_trace() {
        let mut headers = HeaderMap::new();
        assert_eq!(TraceContext::of(&headers), None);
        let value = format!("00-{TRACE}-{SPAN}-01");
        headers.append(TRACEPARENT, value.parse().expect("a value"));
        let context = TraceContext::of(&headers).expect("a trace");
        assert_eq!(
            (context.trace_id().as_str(), context.to_string()),
            (TRACE, value.clone())
        );
        let child = context.child();
        assert_eq!(child.trace_id(), TRACE);
        assert_ne!(child, context);
        headers.append(TRACEPARENT, value.parse().expect("a value"));
        assert_eq!(TraceContext::of(&headers), None);
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(trace_id in 1_u128.., span_id in 1_u64.., sampled: bool) {
            let context = TraceContext { trace_id, span_id, sampled };
            prop_assert_eq!(context.to_string().parse(), Ok(context));
        }

        #[test]
        fn whatever_a_client_sends_is_read_or_not(text in ".{0,80}") {
            let _ = text.parse::<TraceContext>();
        }
    }
}
