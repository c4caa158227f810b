//! The log of one delivery attempt, as stored and as displayed.

use std::{collections::BTreeMap, fmt::Write as _};

use serde::{Deserialize, Serialize};

use super::{
    MASK, Rendered,
    redact::{shown_header, shown_url},
};
use crate::auth::Access;

/// The request and its outcome, without the secrets of the request. Stored encrypted, because the body is complete.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) struct AttemptLog {
    /// `None` if nothing was sent.
    pub(super) request: Option<SentRequest>,
    /// Lines that describe the outcome.
    pub(super) outcome: String,
    /// The receiver's response, as far as it may be shown.
    pub(super) answer: Option<String>,
}

/// A sent request; secrets are masked.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct SentRequest {
    pub(super) method: String,
    pub(super) url: String,
    pub(super) headers: BTreeMap<String, String>,
    pub(super) body: String,
}

impl AttemptLog {
    /// Returns the log of an attempt in which nothing was sent, with the reason.
    pub(crate) fn nothing_sent(reason: &str) -> Self {
        Self {
            outcome: format!("{reason}\n"),
            ..Self::default()
        }
    }

    pub(super) fn new(shown: &Rendered, outcome: String, answer: Option<String>) -> Self {
        Self {
            request: Some(SentRequest {
                method: shown.method.clone(),
                url: shown.url.clone(),
                headers: shown.headers.clone(),
                body: shown.body.clone(),
            }),
            outcome,
            answer,
        }
    }

    /// Parses a log stored as text by broker versions that did not encrypt logs: headers and the query of the URL are
    /// masked by current rules. Only such logs are parsed here; anything not understood counts as the request body.
    pub(crate) fn of_text(text: &str) -> Self {
        let Some((head, rest)) = text.split_once("\n\n") else {
            return Self {
                outcome: text.to_owned(),
                ..Self::default()
            };
        };
        let mut lines = head.lines();
        let Some((method, url)) = lines.next().and_then(|line| line.split_once(' ')) else {
            return Self {
                outcome: text.to_owned(),
                ..Self::default()
            };
        };
        let headers = lines
            .filter_map(|line| line.split_once(": "))
            .map(|(name, value)| (name.to_owned(), shown_header(name, value).to_owned()))
            .collect();
        let (body, outcome, answer) = split_outcome(rest);
        Self {
            request: Some(SentRequest {
                method: method.to_owned(),
                url: shown_url(url, Access::Write),
                headers,
                body: body.trim_end_matches('\n').to_owned(),
            }),
            outcome,
            answer,
        }
    }

    /// Returns the log for a reader with this access: read-only users see neither the request nor the response.
    pub(crate) fn text(&self, access: Access) -> String {
        let mut text = String::new();
        if let Some(request) = &self.request {
            request.write(&mut text, access);
            text.push('\n');
        }
        text.push_str(&self.outcome);
        match &self.answer {
            Some(answer) if access == Access::Write => text.push_str(answer),
            Some(_) => text.push_str("(the answer is shown to those who may write)\n"),
            None => {}
        }
        text
    }
}

impl SentRequest {
    fn write(&self, text: &mut String, access: Access) {
        let reads_only = access == Access::Read;
        let url = if reads_only {
            shown_url(&self.url, access)
        } else {
            self.url.clone()
        };
        let _ = writeln!(text, "{} {url}", self.method);
        for (name, value) in &self.headers {
            let _ = writeln!(text, "{name}: {value}");
        }
        if !self.body.is_empty() {
            let body = if reads_only { MASK } else { self.body.as_str() };
            let _ = writeln!(text, "\n{body}");
        }
    }
}

/// Splits a log stored as text into body, outcome and response. A line that looks like an outcome may be part of the
/// body or response: the last one is used, so that no part of the body counts as the outcome.
fn split_outcome(text: &str) -> (&str, String, Option<String>) {
    let mut start = 0;
    let mut found = None;
    for line in text.split_inclusive('\n') {
        if is_outcome(line.trim_end()) {
            found = Some((start, start + line.len()));
        }
        start += line.len();
    }
    let Some((from, to)) = found else {
        return (text, String::new(), None);
    };
    let answer = Some(&text[to..]).filter(|answer| !answer.is_empty());
    (
        &text[..from],
        text[from..to].to_owned(),
        answer.map(str::to_owned),
    )
}

/// Returns whether a line is `answered 204 after 12 ms` or `failed after 12 ms: …`.
fn is_outcome(line: &str) -> bool {
    let number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let words: Vec<&str> = line.splitn(5, ' ').collect();
    match words.as_slice() {
        ["answered", status, "after", took, "ms"] => number(status) && number(took),
        ["failed", "after", took, "ms:", _] => number(took),
        _ => false,
    }
}

/// Bodies must not appear in the process log.
impl std::fmt::Debug for AttemptLog {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("AttemptLog")
            .field(&self.text(Access::Read))
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn readers_see_that_something_was_sent_and_writers_what() {
        let shown = Rendered {
            method: "POST".to_owned(),
            url: "https://ci.example.org/secret-path?key=**********".to_owned(),
            headers: [("X-Key".to_owned(), MASK.to_owned())].into(),
            body: "secret-body".to_owned(),
        };
        let log = AttemptLog::new(
            &shown,
            "answered 200 after 3 ms\n".to_owned(),
            Some("secret-answer\n".to_owned()),
        );
        assert_eq!(
            log.text(Access::Write),
            "POST https://ci.example.org/secret-path?key=**********\nX-Key: **********\n\nsecret-body\n\n\
             answered 200 after 3 ms\nsecret-answer\n"
        );
        assert_eq!(
            log.text(Access::Read),
            "POST https://ci.example.org/**********?key=**********\nX-Key: **********\n\n**********\n\n\
             answered 200 after 3 ms\n(the answer is shown to those who may write)\n"
        );
        assert!(!format!("{log:?}").contains("secret-"));
    }

    #[test]
    fn a_log_that_was_kept_as_text_is_read_and_masked() {
        let old = "POST https://ci.example.org/a?key=secret\nAccept: text/plain\nX-Auth-Key: secret\n\n\
                   {\"secret\":1}\nanswered 1 after 1 ms\nfailed after x\n\nanswered 500 after 12 ms\nx: y\n\nsorry\n";
        let log = AttemptLog::of_text(old);
        assert_eq!(
            log.text(Access::Write),
            "POST https://ci.example.org/a?key=**********\nAccept: text/plain\nX-Auth-Key: **********\n\n\
             {\"secret\":1}\nanswered 1 after 1 ms\nfailed after x\n\nanswered 500 after 12 ms\nx: y\n\nsorry\n"
        );
        assert!(!log.text(Access::Read).contains("secret"));
        assert!(log.text(Access::Read).contains("\nanswered 500 after 12 ms\n"));
        for text in [
            "the webhook was deleted\n",
            "POST https://ci.example.org/a\n\nfailed after 3 ms: cannot connect\n",
            "POST https://ci.example.org/a\nA: **********\n\nanswered 204 after 3 ms\n",
        ] {
            assert_eq!(AttemptLog::of_text(text).text(Access::Write), text);
        }
        let cut_off = AttemptLog::of_text("POST https://h/\nA: secret\n\nsecret answer without an end");
        assert!(!cut_off.text(Access::Read).contains("secret"));
    }
}
