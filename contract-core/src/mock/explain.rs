//! What the mock provider says about requests that match nothing and interactions that were not requested.

use std::fmt::Write as _;

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};

use super::handler::{Answer, BrokenRequest};
use super::registry::{Shortfall, named};
use super::terms::times;
use super::unexpected::{Came, NearMiss, UnexpectedRequest};
use crate::Error;
use crate::contract::{InteractionKind, Request};
use crate::json::{self, Value};
use crate::report::{self, Exchange, Failure, Style};

/// Between whom the contract is that an explanation is about.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Parties<'a> {
    pub(super) consumer: &'a str,
    pub(super) provider: &'a str,
    /// The contract's file or URL, if the interactions were read from one.
    pub(super) source: Option<&'a str>,
}

/// Returns the answer to a request that matches nothing: as JSON if `Accept` asks for it, else as text.
pub(super) fn answer(
    status: StatusCode,
    parties: &Parties<'_>,
    base_url: &str,
    unexpected: &UnexpectedRequest,
) -> Answer {
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
            as_json(parties, base_url, unexpected).to_string(),
        )
    } else {
        (
            "text/plain; charset=utf-8",
            as_text(parties, base_url, unexpected, Style::PLAIN),
        )
    };
    plain(status, content_type, kind, body)
}

/// Returns the answer where an expected response cannot be made.
pub(super) fn broken(error: &Error) -> Answer {
    plain(
        StatusCode::INTERNAL_SERVER_ERROR,
        "text/plain; charset=utf-8",
        "Response-Error",
        format!("making the expected response: {error}\n"),
    )
}

/// Returns the answer to a request that could not be read.
pub(super) fn unreadable(broken: &BrokenRequest) -> Answer {
    plain(
        broken.status,
        "text/plain; charset=utf-8",
        "Unreadable-Request",
        format!("the request cannot be read: {}\n", broken.problem),
    )
}

/// `X-Pact` is what mock servers of this format say which kind of refusal it is.
fn plain(status: StatusCode, content_type: &'static str, kind: &'static str, body: String) -> Answer {
    Answer {
        status,
        headers: HeaderMap::from_iter([
            (CONTENT_TYPE, HeaderValue::from_static(content_type)),
            (HeaderName::from_static("x-pact"), HeaderValue::from_static(kind)),
        ]),
        body: Bytes::from(body),
    }
}

fn as_json(parties: &Parties<'_>, base_url: &str, unexpected: &UnexpectedRequest) -> Value {
    let request = &unexpected.request;
    let nearest = unexpected
        .nearest
        .as_ref()
        .map(|nearest| report::json(&failure(parties, base_url, request, nearest)));
    json::object([
        ("error", "unexpected request".into()),
        ("consumer", parties.consumer.into()),
        ("provider", parties.provider.into()),
        ("contract", parties.source.into()),
        (
            "request",
            json::object([
                ("method", request.method.as_str().into()),
                ("path", request.path.as_str().into()),
                ("query", request.query.to_text().into()),
            ]),
        ),
        ("withheld", unexpected.withheld.as_deref().into()),
        ("nearest", nearest.into()),
    ])
}

fn as_text(parties: &Parties<'_>, base_url: &str, unexpected: &UnexpectedRequest, style: Style) -> String {
    let request = &unexpected.request;
    if let Some(problem) = &unexpected.problem {
        let line = if request.method.is_empty() {
            "a connection".to_owned()
        } else {
            line(request)
        };
        return format!("unreadable request: {line}\n  {problem}\n");
    }
    let mut text = format!("unexpected request: {}\n", line(request));
    if let Some(bytes) = unexpected.omitted_body {
        let _ = writeln!(text, "its body of {bytes} bytes is too large to be kept");
    }
    match (&unexpected.nearest, &unexpected.withheld) {
        (Some(nearest), Some(withheld)) => {
            let _ = writeln!(text, "the interaction {} {withheld}", named(&nearest.interaction));
        }
        (Some(nearest), None) => {
            let failure = failure(parties, base_url, request, nearest);
            let _ = write!(
                text,
                "the nearest interaction differs:\n\n{}",
                report::text(&failure, style)
            );
        }
        (None, _) => {
            let _ = writeln!(
                text,
                "no interaction is expected of the mock provider {:?}",
                parties.provider
            );
        }
    }
    text
}

fn failure<'a>(
    parties: &Parties<'a>,
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
        consumer: parties.consumer,
        provider: parties.provider,
        description: &nearest.interaction.description,
        provider_states: &nearest.interaction.provider_states,
        test: nearest.interaction.test_name(),
        source: parties.source,
        mismatches: &nearest.mismatches,
        exchange: Exchange::Request {
            expected,
            actual: request,
        },
        request: None,
        reproduce: Some(report::curl(base_url, request)),
        secrets: Vec::new(),
    }
}

/// Returns why a test's expectations were not met.
pub(super) fn unmet(
    parties: &Parties<'_>,
    base_url: &str,
    unused: &[Shortfall],
    came: &Came,
    style: Style,
) -> String {
    let mut reasons = Vec::new();
    let unreadable = came
        .kept()
        .iter()
        .filter(|unexpected| unexpected.problem.is_some());
    let unreadable = unreadable.count();
    let unmatched = came.kept().len() - unreadable + came.further();
    if unmatched > 0 {
        reasons.push(count(unmatched, "request matched", "requests matched") + " no interaction");
    }
    if unreadable > 0 {
        reasons.push(count(unreadable, "request", "requests") + " could not be read");
    }
    let never = unused.iter().filter(|one| one.asked == 0).count();
    if never > 0 {
        reasons.push(count(never, "interaction was", "interactions were") + " not used");
    }
    let seldom = unused.len() - never;
    if seldom > 0 {
        reasons.push(
            count(seldom, "interaction was", "interactions were") + " not requested as often as expected",
        );
    }
    let mut text = format!(
        "the mock provider {:?} was not used as expected: {}\n",
        parties.provider,
        reasons.join(", ")
    );
    for unexpected in came.kept() {
        let _ = write!(text, "\n{}", as_text(parties, base_url, unexpected, style));
    }
    if came.further() > 0 {
        let _ = writeln!(
            text,
            "\n… and {}",
            count(came.further(), "more request", "more requests")
        );
    }
    for shortfall in unused {
        let _ = writeln!(text, "\n{}", missing(shortfall));
    }
    text
}

/// Returns what is missing of an interaction.
fn missing(shortfall: &Shortfall) -> String {
    let Shortfall {
        interaction,
        asked,
        least,
        only_failed,
    } = shortfall;
    let name = named(interaction);
    let InteractionKind::Http(http) = &interaction.kind else {
        return format!("not used: {name}: no handler was called with it (verify_message)");
    };
    let request = line(&http.request);
    match asked {
        0 => format!("not used: {name}: {request} was never sent"),
        _ if *only_failed => format!(
            "not answered: {name}: {request} was sent {} and failed as the test says; it was not sent again",
            times(*asked)
        ),
        _ => format!(
            "requested too seldom: {name}: {request} was sent {}, expected at least {}",
            times(*asked),
            times(*least)
        ),
    }
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
