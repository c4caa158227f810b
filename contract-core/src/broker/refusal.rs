//! Errors for rejected requests: what was being done, where, and what to do.
//!
//! The kind is [`ErrorKind::Broker`] or [`ErrorKind::Conflict`] if the same request would be rejected again, and
//! [`ErrorKind::Unreachable`] if a later attempt may succeed.

use reqwest::{StatusCode, Url};
use serde_json::Value;

use super::Notice;
use crate::http_client::{Failure, without_credentials};
use crate::report::value::size;
use crate::{Error, ErrorKind};

/// Returns the error for an error response.
pub(super) fn refused(doing: &str, url: &str, status: StatusCode, body: &[u8], attempts: u32) -> Error {
    let said = reasons(body);
    let said = if said.is_empty() {
        String::new()
    } else {
        format!(": {}", joined(&said))
    };
    let (kind, text) = match status {
        StatusCode::UNAUTHORIZED => (
            ErrorKind::Broker,
            format!(
                "the broker refused the credentials (401) at {url}{said}; give a valid token, or user and password"
            ),
        ),
        StatusCode::FORBIDDEN => (
            ErrorKind::Broker,
            format!(
                "the credentials are not allowed to do this (403) at {url}{said}; use credentials that are"
            ),
        ),
        StatusCode::NOT_FOUND => (
            ErrorKind::Broker,
            format!("there is nothing at {url} (404){said}"),
        ),
        StatusCode::CONFLICT => (
            ErrorKind::Conflict,
            format!("the broker reported a conflict (409){said}"),
        ),
        StatusCode::PAYLOAD_TOO_LARGE => (
            ErrorKind::Broker,
            format!("the request is too large for the broker (413) at {url}{said}; raise its body limit"),
        ),
        StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_MANY_REQUESTS => (
            ErrorKind::Unreachable,
            format!("the broker is busy ({status}) at {url}{said}; try again later"),
        ),
        status if !status.is_server_error() => (
            ErrorKind::Broker,
            format!("the broker refused the request ({status}) at {url}{said}"),
        ),
        status => (
            ErrorKind::Unreachable,
            format!(
                "the broker failed ({status}) at {url}{}{said}; see its log",
                if attempts > 1 {
                    format!(", {attempts} times")
                } else {
                    String::new()
                }
            ),
        ),
    };
    Error::new(kind, text).context(doing)
}

/// Joins messages in one line, except indented ones, which are details of the message before them: each has a line.
fn joined(messages: &[String]) -> String {
    let mut text = String::new();
    for message in messages {
        if message.starts_with(' ') {
            text.push('\n');
        } else if !text.is_empty() {
            text.push_str("; ");
        }
        text.push_str(message);
    }
    text
}

/// Returns the error for a response that exceeds the limit.
pub(super) fn too_large(doing: &str, url: &str, limit: usize) -> Error {
    Error::new(
        ErrorKind::Broker,
        format!(
            "the response at {url} is longer than the limit of {} for contracts; check the address, \
             or split the contract",
            size(limit)
        ),
    )
    .context(doing)
}

/// Whose address did not respond.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Server {
    Broker,
    /// Another server, which a link or a user named.
    Other,
}

/// Returns the error for a redirect that is not followed.
pub(super) fn redirected(doing: &str, url: &str, status: StatusCode, to: &Url) -> Error {
    let text = format!(
        "{url} redirects to {} ({status}), which is not followed: give the broker's own address, without redirects",
        without_credentials(to.as_str())
    );
    Error::new(ErrorKind::Broker, text).context(doing)
}

/// Returns the error if something on the way to the broker responded.
pub(super) fn failed(doing: &str, url: &str, failure: &Failure) -> Error {
    Error::new(ErrorKind::Unreachable, format!("the broker at {url} {failure}")).context(doing)
}

/// Returns the error if a server did not respond.
pub(super) fn unreachable(doing: &str, server: Server, url: &str, error: reqwest::Error) -> Error {
    let (name, advice) = match server {
        Server::Broker => ("broker", "start it, or correct the broker's address"),
        Server::Other => ("server", "check the address"),
    };
    let asked = error.url().map(|url| without_credentials(url.as_str()));
    let place = match asked.filter(|asked| asked != url) {
        Some(elsewhere) => format!("{elsewhere}, to which {url} redirects"),
        None => format!("the {name} at {url}"),
    };
    let text = match Failure::of(&error) {
        Failure::Timeout => format!("{place} did not answer in time; see its log"),
        Failure::Connect(reason) => format!("cannot reach {place} ({reason}); {advice}"),
        failure => format!("{place} {failure}"),
    };
    Error::new(ErrorKind::Unreachable, text)
        .with_source(error)
        .context(doing)
}

/// Returns the messages of an error body in any format that brokers use: `errors` by field or as a list, `error` with
/// or without a message, `notices`, problem details, or plain text.
fn reasons(body: &[u8]) -> Vec<String> {
    let Ok(json) = serde_json::from_slice::<Value>(body) else {
        let text = String::from_utf8_lossy(body);
        let text = text.trim();
        let readable = !text.is_empty() && !text.starts_with('<');
        return if readable {
            vec![text.chars().take(300).collect()]
        } else {
            Vec::new()
        };
    };
    let mut reasons = Vec::new();
    match json.get("errors") {
        Some(Value::Object(fields)) => {
            for (field, messages) in fields {
                texts(messages, &mut |text| reasons.push(format!("{field} {text}")));
            }
        }
        Some(other) => texts(other, &mut |text| reasons.push(text.to_owned())),
        None => {}
    }
    if let Some(error) = json.get("error") {
        let error = error.get("message").unwrap_or(error);
        texts(error, &mut |text| reasons.push(text.to_owned()));
    }
    for notice in Notice::all(&json) {
        if !reasons.iter().any(|reason| reason.contains(&notice.text)) {
            reasons.push(notice.text);
        }
    }
    if reasons.is_empty()
        && let Some(text) = json
            .get("detail")
            .or_else(|| json.get("title"))
            .and_then(Value::as_str)
    {
        reasons.push(text.to_owned());
    }
    reasons
}

/// Visits every text in a value: itself, those of a list, or the details of a list of objects.
fn texts(value: &Value, found: &mut impl FnMut(&str)) {
    match value {
        Value::String(text) => found(text),
        Value::Array(values) => values.iter().for_each(|value| texts(value, found)),
        Value::Object(members) => {
            if let Some(text) = members.get("detail").or_else(|| members.get("message")) {
                texts(text, found);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shape_of_error_body_is_read() {
        for (body, expected) in [
            (
                r#"{"errors":{"contracts":["is missing"],"branch":"is blank"}}"#,
                vec!["branch is blank", "contracts is missing"],
            ),
            (r#"{"errors":["no such version"]}"#, vec!["no such version"]),
            (
                r#"{"error":"No provider with name 'x'"}"#,
                vec!["No provider with name 'x'"],
            ),
            (r#"{"error":{"message":"oops","reference":"a1"}}"#, vec!["oops"]),
            (
                r#"{"notices":[{"type":"error","text":"changed"}],"errors":{"contracts":["changed"]}}"#,
                vec!["contracts changed"],
            ),
            (
                r#"{"title":"Server error","detail":"database gone","status":500}"#,
                vec!["database gone"],
            ),
            ("plain words", vec!["plain words"]),
            ("<html>", vec![]),
            ("", vec![]),
        ] {
            assert_eq!(reasons(body.as_bytes()), expected, "{body}");
        }
    }

    #[test]
    fn details_of_a_message_have_lines_of_their_own() {
        let body = r#"{
            "error": "The description of api version 2 is not compatible with that of version 1",
            "notices": [
                {"type": "error", "text": "The description of api version 2 is not compatible with that of version 1"},
                {"type": "error", "text": "  breaks web version 4: GET /a"},
                {"type": "error", "text": "  breaks app version 7: GET /b"}
            ]
        }"#;
        let error = refused(
            "publishing",
            "http://b/",
            StatusCode::CONFLICT,
            body.as_bytes(),
            1,
        );
        let text = error.to_string();
        let lines: Vec<&str> = text.lines().collect();
        assert!(lines[0].ends_with("that of version 1"), "{text}");
        assert_eq!(
            lines[1..],
            ["  breaks web version 4: GET /a", "  breaks app version 7: GET /b"]
        );
        assert_eq!(joined(&["one".to_owned(), "two".to_owned()]), "one; two");
    }

    #[test]
    fn a_conflict_is_a_conflict_and_a_failure_is_unreachable() {
        let kind = |status| refused("publishing", "http://b/", status, b"", 1).kind();
        assert_eq!(kind(StatusCode::CONFLICT), ErrorKind::Conflict);
        assert_eq!(kind(StatusCode::UNAUTHORIZED), ErrorKind::Broker);
        assert_eq!(kind(StatusCode::BAD_GATEWAY), ErrorKind::Unreachable);
        assert_eq!(kind(StatusCode::TOO_MANY_REQUESTS), ErrorKind::Unreachable);
    }
}
