//! Answers that are given again as long as nothing in the database changed. Builds, dashboards and badges ask the same
//! few questions far more often than anything is published.
//!
//! Nothing here is believed without asking: before an answer is given again the database tells whether it is in the
//! state in which the answer was made, so that several nodes on one database never contradict each other.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use axum::{
    body::{Body, Bytes},
    extract::{self, MatchedPath, Request},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use http::{HeaderMap, HeaderName, Method, StatusCode, Uri, header, response::Parts};
use http_body_util::BodyExt as _;

use super::{AppState, address};
use crate::store::State;

/// How old an answer may become: pages say how long ago something happened.
const LONGEST: Duration = Duration::from_secs(20);
/// The longest body of a question that is looked at.
const QUESTION: u64 = 64 * 1024;
/// What the answers depend on beside address and body: type, links, and who asks.
const HEADERS: [HeaderName; 10] = [
    header::ACCEPT,
    header::AUTHORIZATION,
    header::COOKIE,
    header::HOST,
    header::IF_NONE_MATCH,
    HeaderName::from_static("x-forwarded-proto"),
    HeaderName::from_static("x-forwarded-scheme"),
    HeaderName::from_static("x-forwarded-host"),
    HeaderName::from_static("x-forwarded-port"),
    HeaderName::from_static("x-forwarded-prefix"),
];

/// The answers that were given since the database last changed.
pub(crate) struct ResponseCache {
    kept: Mutex<Entries>,
    /// The most bytes that are kept.
    room: usize,
}

#[derive(Default)]
struct Entries {
    /// The state of the database that the answers were made from.
    state: Option<State>,
    answers: HashMap<Question, Answer>,
    bytes: usize,
}

#[derive(PartialEq, Eq, Hash)]
struct Question {
    method: Method,
    uri: Uri,
    headers: Vec<u8>,
    body: Bytes,
}

impl Question {
    fn size(&self) -> usize {
        self.uri.path().len()
            + self.uri.query().map_or(0, str::len)
            + self.headers.len()
            + self.body.len()
            + 128
    }
}

struct Answer {
    at: Instant,
    headers: HeaderMap,
    body: Bytes,
}

impl ResponseCache {
    /// Keeps at most `room` bytes; with 0 nothing.
    pub(crate) fn new(room: usize) -> Self {
        Self {
            kept: Mutex::default(),
            room,
        }
    }

    /// The answer to a question, if it was given in this state of the database.
    fn given(&self, question: &Question, state: &State) -> Option<Response> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.state.as_ref() != Some(state) {
            return None;
        }
        let answer = kept.answers.get(question)?;
        if answer.at.elapsed() > LONGEST {
            return None;
        }
        let mut response = Response::new(Body::from(answer.body.clone()));
        *response.headers_mut() = answer.headers.clone();
        Some(response)
    }

    fn keep(&self, question: Question, state: State, head: &Parts, body: &Bytes) {
        let size = question.size() + body.len();
        if size > self.room / 4 {
            return;
        }
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.state.as_ref() != Some(&state) || kept.bytes + size > self.room {
            *kept = Entries {
                state: Some(state),
                ..Entries::default()
            };
        }
        let answer = Answer {
            at: Instant::now(),
            headers: head.headers.clone(),
            body: body.clone(),
        };
        kept.bytes += size;
        if let Some(old) = kept.answers.insert(question, answer) {
            // The question was there before: counted once, with the answer that is gone.
            kept.bytes = kept.bytes.saturating_sub(size - body.len() + old.body.len());
        }
    }
}

/// Gives the answer to a question again, or has it made: to a GET, and to the one POST that changes nothing. For addresses
/// whose answer depends on the database, the question and its base address alone.
pub(crate) async fn answer(
    extract::State(state): extract::State<AppState>,
    request: Request,
    next: Next,
) -> Response {
    let answers = &state.cache;
    let route = request.extensions().get::<MatchedPath>().map(MatchedPath::as_str);
    let asks = request.method() == Method::GET
        || (request.method() == Method::POST && route == Some(address::FOR_VERIFICATION));
    let length = content_length(request.headers());
    if answers.room == 0 || !asks || length.is_none_or(|length| length > QUESTION) {
        return next.run(request).await;
    }
    let (head, body) = request.into_parts();
    // Of a body that breaks off the handler says so.
    let Ok(collected) = body.collect().await else {
        return next.run(Request::from_parts(head, Body::empty())).await;
    };
    let body = collected.to_bytes();
    let question = Question {
        method: head.method.clone(),
        uri: head.uri.clone(),
        headers: relevant(&head.headers),
        body: body.clone(),
    };
    let Ok(database) = state.app.database_state().await else {
        return next.run(Request::from_parts(head, Body::from(body))).await;
    };
    if let Some(response) = answers.given(&question, &database) {
        return response;
    }
    let response = next.run(Request::from_parts(head, Body::from(body))).await;
    if response.status() != StatusCode::OK {
        return response;
    }
    let (head, body) = response.into_parts();
    match body.collect().await {
        Ok(collected) => {
            let body = collected.to_bytes();
            answers.keep(question, database, &head, &body);
            Response::from_parts(head, Body::from(body))
        }
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// The announced length of a body; none is announced where there is none. `None`: it comes in pieces.
fn content_length(headers: &HeaderMap) -> Option<u64> {
    if headers.contains_key(header::TRANSFER_ENCODING) {
        return None;
    }
    match headers.get(header::CONTENT_LENGTH) {
        None => Some(0),
        Some(value) => value.to_str().ok()?.parse().ok(),
    }
}

fn relevant(headers: &HeaderMap) -> Vec<u8> {
    let mut all = Vec::with_capacity(96);
    for name in &HEADERS {
        for value in headers.get_all(name) {
            all.extend_from_slice(value.as_bytes());
            all.push(b'\n');
        }
        all.push(b'\r');
    }
    all
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn whoever_asks_by_other_credentials_asks_another_question() {
        let with = |name: HeaderName, value: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(name, HeaderValue::from_static(value));
            relevant(&headers)
        };
        for name in [header::AUTHORIZATION, header::COOKIE, header::ACCEPT] {
            assert_ne!(with(name.clone(), "ada"), with(name.clone(), "bob"), "{name}");
            assert_ne!(with(name.clone(), "ada"), relevant(&HeaderMap::new()), "{name}");
        }
        assert_ne!(with(header::COOKIE, "ada"), with(header::AUTHORIZATION, "ada"));
        assert_eq!(with(header::USER_AGENT, "a"), with(header::USER_AGENT, "b"));
    }
}
