//! Sends the request of a webhook.

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    sync::Arc,
    time::{Duration, Instant},
};

use futures_util::StreamExt as _;
use http::{HeaderName, HeaderValue, Method};
use reqwest::{Client, redirect::Policy};
use rustls::ClientConfig;

use super::{
    AttemptLog, Guard, Outgoing, Rendered, Signer,
    redact::{Secrets, shown_answer_header},
    ssrf::Checked,
    tls,
};
use crate::{
    config::{Config, StatusRange},
    domain::count::counted,
    trace::{TRACEPARENT, TraceContext},
};

/// Number of response bytes kept.
const ANSWER: usize = 16 * 1024;

/// Sends requests: one connection each, to checked addresses only, without redirects and without a proxy.
#[derive(Clone)]
pub(crate) struct Sender {
    guard: Guard,
    signer: Option<Signer>,
    success: Vec<StatusRange>,
    timeout: Duration,
    tls: Arc<ClientConfig>,
}

/// The metadata of a request, in addition to its author's definition.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Message<'a> {
    /// Identifies the delivery, and is the same for each attempt.
    pub(crate) id: &'a str,
    /// In seconds since 1970.
    pub(crate) time: i64,
    /// The receiver's part of the trace begins here, unless the author wrote a `traceparent`.
    pub(crate) trace: TraceContext,
}

/// The outcome of one attempt.
#[derive(Debug, Clone)]
pub(crate) struct Outcome {
    pub(crate) success: bool,
    /// The response, if there was one.
    pub(crate) answer: Option<Answer>,
    /// Why there was no response.
    pub(crate) error: Option<String>,
    /// The wait requested by the receiver.
    pub(crate) retry_after: Option<Duration>,
    /// The log of the attempt, secrets masked.
    pub(crate) log: AttemptLog,
}

/// The receiver's response, without the secrets of the request; the beginning of its body.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) body: String,
}

impl Sender {
    /// Creates a sender from the settings.
    ///
    /// # Errors
    /// Which setting cannot be used, and why.
    pub(crate) fn new(config: &Config) -> Result<Self, String> {
        let signer = config
            .webhook_signing_secret
            .as_ref()
            .map(Signer::new)
            .transpose();
        Ok(Self {
            guard: Guard::new(config)?,
            signer: signer.map_err(|problem| format!("webhook.signing_secret: {problem}"))?,
            success: config.webhook_success_codes.clone(),
            timeout: config.webhook_timeout,
            tls: Arc::new(tls::client(config.webhook_ca_file.as_deref())?),
        })
    }

    pub(crate) fn guard(&self) -> &Guard {
        &self.guard
    }

    /// Sends the request once. `id` identifies the delivery and is the same for each attempt; `now` is in seconds since
    /// 1970.
    pub(crate) async fn send(&self, outgoing: &Outgoing, message: &Message<'_>) -> Outcome {
        let started = Instant::now();
        let exchange = self.exchange(&outgoing.request, message);
        let result = match tokio::time::timeout(self.timeout, exchange).await {
            Ok(result) => result,
            Err(_) => Err(format!(
                "no complete answer within {}",
                counted(self.timeout.as_secs_f32(), "second")
            )),
        };
        let took = started.elapsed().as_millis();
        match result {
            Ok((answer, retry_after)) => {
                let answer = answer.without(&outgoing.secrets);
                let status = answer.status;
                let mut outcome = format!("answered {status} after {took} ms\n");
                if (300..400).contains(&status) {
                    outcome.push_str("redirects are not followed: give the webhook the final address\n");
                }
                Outcome {
                    success: self.success.iter().any(|range| range.contains(status)),
                    log: AttemptLog::new(&outgoing.shown, outcome, Some(self.shown(&answer))),
                    answer: Some(answer),
                    error: None,
                    retry_after,
                }
            }
            Err(error) => {
                let outcome = format!("failed after {took} ms: {error}\n");
                Outcome {
                    success: false,
                    answer: None,
                    error: Some(error),
                    retry_after: None,
                    log: AttemptLog::new(&outgoing.shown, outcome, None),
                }
            }
        }
    }

    /// Returns the response for the log. It is hidden unless the operator listed the hosts: otherwise users who may
    /// write webhooks could read any page that the broker can reach.
    fn shown(&self, answer: &Answer) -> String {
        if !self.guard.lists_hosts() {
            return "(the answer is not shown, because webhook.allowed_hosts lists no hosts)\n".to_owned();
        }
        let mut text = String::new();
        for (name, value) in &answer.shown_headers() {
            let _ = writeln!(text, "{name}: {value}");
        }
        if !answer.body.is_empty() {
            let _ = writeln!(text, "\n{}", answer.body);
        }
        text
    }

    async fn exchange(
        &self,
        request: &Rendered,
        message: &Message<'_>,
    ) -> Result<(Answer, Option<Duration>), String> {
        self.guard
            .check_method(&request.method)
            .map_err(|refused| format!("the method {refused}"))?;
        let checked = self
            .guard
            .check(&request.url)
            .await
            .map_err(|refused| format!("the URL {refused}"))?;
        self.exchange_with(checked, request, message).await
    }

    /// Connects to the checked addresses; the host name is not resolved again.
    async fn exchange_with(
        &self,
        checked: Checked,
        request: &Rendered,
        message: &Message<'_>,
    ) -> Result<(Answer, Option<Duration>), String> {
        let client = Client::builder()
            .tls_backend_preconfigured(ClientConfig::clone(&self.tls))
            .redirect(Policy::none())
            .no_proxy()
            .referer(false)
            .timeout(self.timeout)
            .user_agent(concat!("contract-broker/", env!("CARGO_PKG_VERSION")))
            .resolve_to_addrs(&checked.host, &checked.addresses)
            .build()
            .map_err(|error| explain(&error))?;
        let method =
            Method::from_bytes(request.method.as_bytes()).map_err(|_| "the method is not one of HTTP")?;
        let mut outgoing = client.request(method, checked.url).body(request.body.clone());
        let signature = self
            .signer
            .as_ref()
            .map(|signer| signer.headers(message.id, message.time, request.body.as_bytes()));
        let signature = signature
            .iter()
            .flatten()
            .map(|(name, value)| (*name, value.as_str()));
        for (name, value) in request
            .headers
            .iter()
            .map(|(n, v)| (n.as_str(), v.as_str()))
            .chain(signature)
        {
            let name = HeaderName::try_from(name).map_err(|_| format!("{name:?} is no header name"))?;
            if is_of_connection(&name) {
                continue;
            }
            let value = HeaderValue::try_from(value)
                .map_err(|_| format!("the value of the header {name} cannot be sent"))?;
            outgoing = outgoing.header(name, value);
        }
        let mut names = request.headers.keys();
        if !names.any(|name| name.eq_ignore_ascii_case(TRACEPARENT.as_str())) {
            outgoing = outgoing.header(TRACEPARENT, message.trace.to_string());
        }
        let response = outgoing.send().await.map_err(|error| explain(&error))?;
        let status = response.status().as_u16();
        let headers: BTreeMap<String, String> = response
            .headers()
            .iter()
            .map(|(name, value)| {
                (
                    name.to_string(),
                    String::from_utf8_lossy(value.as_bytes()).into_owned(),
                )
            })
            .collect();
        let asked = headers.get("retry-after").filter(|_| matches!(status, 429 | 503));
        let retry_after = asked
            .and_then(|text| text.trim().parse().ok())
            .map(Duration::from_secs);
        let mut body = Vec::new();
        let mut chunks = response.bytes_stream();
        while body.len() < ANSWER
            && let Some(chunk) = chunks.next().await
        {
            body.extend_from_slice(&chunk.map_err(|error| explain(&error))?);
        }
        body.truncate(ANSWER);
        let body = String::from_utf8_lossy(&body).into_owned();
        Ok((
            Answer {
                status,
                headers,
                body,
            },
            retry_after,
        ))
    }
}

impl Answer {
    /// Returns the response without secrets repeated from the request: a receiver that echoes its request must not
    /// reveal a secret.
    fn without(self, secrets: &Secrets) -> Self {
        let headers = self.headers.into_iter();
        Self {
            status: self.status,
            headers: headers
                .map(|(name, value)| (secrets.remove_from(&name), secrets.remove_from(&value)))
                .collect(),
            body: secrets.remove_from(&self.body),
        }
    }

    /// Returns the headers for display.
    pub(crate) fn shown_headers(&self) -> BTreeMap<&str, &str> {
        let headers = self.headers.iter();
        headers
            .map(|(name, value)| (name.as_str(), shown_answer_header(name, value)))
            .collect()
    }
}

/// Headers of the connection, not of the message; the author cannot set them.
fn is_of_connection(name: &HeaderName) -> bool {
    matches!(
        name.as_str(),
        "host"
            | "content-length"
            | "connection"
            | "transfer-encoding"
            | "upgrade"
            | "te"
            | "trailer"
            | "keep-alive"
            | "proxy-connection"
    )
}

/// Returns the chain of causes, without the URL (which is already in the log).
fn explain(error: &reqwest::Error) -> String {
    let mut text = match error {
        error if error.is_connect() => "cannot connect".to_owned(),
        error if error.is_timeout() => "no answer in time".to_owned(),
        _ => "the request failed".to_owned(),
    };
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use axum::{Router, http::HeaderMap, response::Redirect, routing::post};

    use super::*;
    use crate::{
        auth::Access,
        webhook::{RequestTemplate, Values},
    };

    /// Starts a receiver on a free port and returns its address.
    async fn receiver() -> String {
        let app = Router::new()
            .route(
                "/ok",
                post(|headers: HeaderMap, body: String| async move {
                    let is_right = headers.get("x-token").is_some_and(|token| token == "swordfish");
                    format!("{headers:?}{body} the token is right: {is_right}")
                }),
            )
            .route("/moved", post(|| async { Redirect::to("/ok") }))
            .route(
                "/busy",
                post(|| async { (http::StatusCode::SERVICE_UNAVAILABLE, [("retry-after", "77")]) }),
            )
            .route("/never", post(std::future::pending::<()>));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
            .await
            .expect("a free port");
        let address = listener.local_addr().expect("an address");
        tokio::spawn(async move { axum::serve(listener, app).await });
        format!("http://localhost:{}", address.port())
    }

    fn config() -> Config {
        Config {
            webhook_schemes: vec!["http".to_owned()],
            webhook_allowed_hosts: vec!["localhost".to_owned()],
            webhook_signing_secret: Some("whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA".into()),
            webhook_timeout: Duration::from_secs(1),
            ..Config::default()
        }
    }

    async fn send(config: &Config, url: String) -> Outcome {
        let template = RequestTemplate {
            method: "POST".to_owned(),
            url,
            headers: [
                ("Host".to_owned(), "evil".to_owned()),
                ("X-Token".to_owned(), "swordfish".to_owned()),
            ]
            .into(),
            body: Some(serde_json::json!({"a": 1})),
            ..RequestTemplate::default()
        };
        let request = template.render(&Values::default());
        Sender::new(config)
            .expect("a sender")
            .send(&request, &message(1_700_000_000))
            .await
    }

    fn message(time: i64) -> Message<'static> {
        Message {
            id: "msg_1",
            time,
            trace: TraceContext::new(),
        }
    }

    #[tokio::test]
    async fn delivers_signed_and_logs_without_secrets() {
        let outcome = send(&config(), format!("{}/ok", receiver().await)).await;
        let answer = outcome.answer.expect("an answer");
        assert!(outcome.success);
        for part in [
            "\"webhook-id\": \"msg_1\"",
            "webhook-signature",
            "the token is right: true",
            "{\"a\":1}",
            "localhost:",
        ] {
            assert!(answer.body.contains(part), "{part}: {}", answer.body);
        }
        assert!(!answer.body.contains("evil"), "{}", answer.body);
        assert!(
            !answer.body.contains("swordfish"),
            "the receiver repeats what it got: {}",
            answer.body
        );
        let log = outcome.log.text(Access::Write);
        let (request, _) = log.split_once("answered 200").expect("a log");
        assert!(
            request.contains("X-Token: **********") && !log.contains("swordfish"),
            "{log}"
        );
    }

    #[tokio::test]
    async fn a_name_that_answers_differently_the_second_time_changes_nothing() {
        let receiver = receiver().await;
        let url = receiver.replacen("localhost", "rebound.invalid", 1) + "/ok";
        let port = receiver.rsplit(':').next().and_then(|port| port.parse().ok());
        // Resolving this name now would return no address.
        let checked = Checked {
            url: url.parse().expect("a URL"),
            host: "rebound.invalid".to_owned(),
            addresses: vec![(std::net::Ipv4Addr::LOCALHOST, port.expect("a port")).into()],
        };
        let template = RequestTemplate {
            method: "POST".to_owned(),
            url,
            ..RequestTemplate::default()
        };
        let request = template.render(&Values::default());
        let sender = Sender::new(&config()).expect("a sender");
        let (answer, _) = sender
            .exchange_with(checked, &request.request, &message(1))
            .await
            .expect("an answer");
        assert_eq!(answer.status, 200);
        assert!(answer.body.contains("rebound.invalid"), "{}", answer.body);
    }

    #[tokio::test]
    async fn redirects_busy_receivers_and_silence_are_failures() {
        let receiver = receiver().await;
        let moved = send(&config(), format!("{receiver}/moved")).await;
        assert!(
            !moved.success
                && moved
                    .log
                    .text(Access::Read)
                    .contains("redirects are not followed"),
            "{:?}",
            moved.log
        );
        let busy = send(&config(), format!("{receiver}/busy")).await;
        assert_eq!(
            (busy.success, busy.retry_after),
            (false, Some(Duration::from_secs(77)))
        );
        let impatient = Config {
            webhook_timeout: Duration::from_millis(20),
            ..config()
        };
        let silent = send(&impatient, format!("{receiver}/never")).await;
        assert!(!silent.success && silent.error.is_some(), "{:?}", silent.log);
        let nobody = send(&config(), "http://localhost:1/".to_owned()).await;
        assert!(
            nobody
                .error
                .is_some_and(|error| error.starts_with("cannot connect"))
        );
    }

    #[tokio::test]
    async fn what_is_not_listed_is_not_reached_and_answers_stay_hidden() {
        let receiver = receiver().await;
        let closed = Config {
            webhook_allowed_hosts: Vec::new(),
            ..config()
        };
        let outcome = send(&closed, format!("{receiver}/ok")).await;
        assert!(
            outcome
                .error
                .is_some_and(|error| error.contains("webhook.allowed_hosts does not list it"))
        );
    }
}
