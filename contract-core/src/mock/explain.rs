//! What the mock provider says about requests that fit nothing and interactions that nobody asked for.

use std::fmt::Write as _;

use crate::json::{self, Value};
use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderName, HeaderValue, StatusCode};

use super::listener::Answer;
use super::record::Recorder;
use super::registry::named;
use super::session::{NearMiss, UnexpectedRequest};
use crate::Error;
use crate::contract::{Interaction, InteractionKind, Request};
use crate::report::{self, Exchange, Failure, Style};

/// The answer to a request that fits nothing: 500, as JSON where `Accept` asks for it, else as text.
pub(super) fn answer(recorder: &Recorder, base_url: &str, unexpected: &UnexpectedRequest) -> Answer {
    let request = &unexpected.request;
    let wants_json = request
        .headers
        .get("accept")
        .is_some_and(|values| values.iter().any(|value| value.contains("json")));
    let kind = if unexpected.nearest.is_some() {
        "Request-Mismatch"
    } else {
        "Unexpected-Request"
    };
    let (content_type, body) = if wants_json {
        (
            "application/json",
            as_json(recorder, base_url, unexpected).to_string(),
        )
    } else {
        (
            "text/plain; charset=utf-8",
            as_text(recorder, base_url, unexpected, Style::PLAIN),
        )
    };
    plain(content_type, kind, body)
}

/// The answer where an expected response cannot be made.
pub(super) fn broken(error: &Error) -> Answer {
    plain(
        "text/plain; charset=utf-8",
        "Response-Error",
        format!("making the expected response: {error}\n"),
    )
}

/// `X-Pact` is what mock servers of this format say which kind of refusal it is.
fn plain(content_type: &'static str, kind: &'static str, body: String) -> Answer {
    Answer {
        status: StatusCode::INTERNAL_SERVER_ERROR,
        headers: vec![
            (CONTENT_TYPE, HeaderValue::from_static(content_type)),
            (HeaderName::from_static("x-pact"), HeaderValue::from_static(kind)),
        ],
        body: Bytes::from(body),
    }
}

fn as_json(recorder: &Recorder, base_url: &str, unexpected: &UnexpectedRequest) -> Value {
    let request = &unexpected.request;
    let nearest = unexpected
        .nearest
        .as_ref()
        .map(|nearest| report::json(&failure(recorder, base_url, request, nearest)));
    json::object([
        ("error", "unexpected request".into()),
        ("consumer", recorder.consumer.as_str().into()),
        ("provider", recorder.provider.as_str().into()),
        (
            "request",
            json::object([
                ("method", request.method.as_str().into()),
                ("path", request.path.as_str().into()),
                ("query", request.query.to_text().into()),
            ]),
        ),
        ("nearest", nearest.into()),
    ])
}

fn as_text(recorder: &Recorder, base_url: &str, unexpected: &UnexpectedRequest, style: Style) -> String {
    let request = &unexpected.request;
    match &unexpected.nearest {
        Some(nearest) => format!(
            "unexpected request: {}\nthe nearest interaction differs:\n\n{}",
            line(request),
            report::text(&failure(recorder, base_url, request, nearest), style)
        ),
        None => format!(
            "unexpected request: {}\nno interaction is expected of the mock provider {:?}\n",
            line(request),
            recorder.provider
        ),
    }
}

fn failure<'a>(
    recorder: &'a Recorder,
    base_url: &str,
    request: &'a Request,
    nearest: &'a NearMiss,
) -> Failure<'a> {
    let expected = match &nearest.interaction.kind {
        InteractionKind::Http(http) => &http.request,
        // Only HTTP interactions are near a request.
        _ => request,
    };
    Failure {
        consumer: &recorder.consumer,
        provider: &recorder.provider,
        interaction: &nearest.interaction,
        source: None,
        mismatches: &nearest.mismatches,
        exchange: Exchange::Request {
            expected,
            actual: request,
        },
        reproduce: Some(report::curl(base_url, request)),
    }
}

/// Why a test's expectations were not met.
pub(super) fn unmet(
    recorder: &Recorder,
    base_url: &str,
    unused: &[Interaction],
    unexpected: &[UnexpectedRequest],
    further: usize,
    style: Style,
) -> String {
    let mut reasons = Vec::new();
    if !unexpected.is_empty() {
        reasons
            .push(count(unexpected.len() + further, "request fitted", "requests fitted") + " no interaction");
    }
    if !unused.is_empty() {
        reasons.push(count(unused.len(), "interaction was", "interactions were") + " not used");
    }
    let mut text = format!(
        "the mock provider {:?} was not used as expected: {}\n",
        recorder.provider,
        reasons.join(", ")
    );
    for unexpected in unexpected {
        let _ = write!(text, "\n{}", as_text(recorder, base_url, unexpected, style));
    }
    if further > 0 {
        let _ = writeln!(
            text,
            "\n… and {}",
            count(further, "request more", "requests more")
        );
    }
    for interaction in unused {
        let _ = write!(text, "\nnot used: {}", named(interaction));
        match &interaction.kind {
            InteractionKind::Http(http) => {
                let _ = write!(text, ": {} was never sent", line(&http.request));
            }
            _ => text.push_str(": no handler was called with it (verify_message)"),
        }
        text.push('\n');
    }
    text
}

/// `GET /users/42?full=yes`
fn line(request: &Request) -> String {
    let mut line = format!("{} {}", request.method, request.path);
    if !request.query.is_empty() {
        line.push('?');
        line.push_str(&request.query.to_text());
    }
    line
}

fn count(count: usize, one: &str, several: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { several })
}
