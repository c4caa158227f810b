//! A provider reached over HTTP.

use std::borrow::Cow;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::HeaderMap;

use super::{request_line, too_large};
use crate::contract::{Request, Response};
use crate::http_client::{self, Address, Answer, Credentials, Failure, Trust};
use crate::report::{curl, curl_at};
use crate::wire::{receive, send};
use crate::{Error, ErrorKind};

/// One client for all interactions. Redirects are not followed: an expected 302 is a response like any other.
pub(crate) struct HttpTransport {
    client: reqwest::Client,
    base: String,
    /// The credentials of the address, sent with every request that has no `Authorization` of its own.
    credentials: Option<Credentials>,
    timeout: Duration,
    body_limit: usize,
}

/// A received response with its body.
pub(crate) struct Answered {
    pub(crate) status: http::StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl HttpTransport {
    pub(crate) fn new(
        base: &str,
        trust: &Trust,
        timeout: Duration,
        body_limit: usize,
    ) -> Result<Self, Error> {
        let Address {
            text: base,
            credentials,
            ..
        } = Address::parse(base, "a provider")?;
        let client = http_client::builder(trust)?.redirect(reqwest::redirect::Policy::none());
        let client = http_client::build(client)?;
        Ok(Self {
            client,
            base,
            credentials,
            timeout,
            body_limit,
        })
    }

    pub(crate) fn client(&self) -> &reqwest::Client {
        &self.client
    }

    /// Starts a request.
    pub(crate) fn request(
        &self,
        method: http::Method,
        url: impl reqwest::IntoUrl,
    ) -> reqwest::RequestBuilder {
        let request = self.client.request(method, url);
        match &self.credentials {
            Some(Credentials { user, password }) => request.basic_auth(user, Some(password)),
            None => request,
        }
    }

    pub(crate) fn base(&self) -> &str {
        &self.base
    }

    /// Returns the time limit of a response. It is enforced by the caller: the client would create a new timer for each
    /// request.
    pub(crate) fn timeout(&self) -> Duration {
        self.timeout
    }

    pub(crate) fn body_limit(&self) -> usize {
        self.body_limit
    }

    pub(crate) async fn send(&self, request: &Request) -> Result<Response, Error> {
        let url = request_line::url(&self.base, request)?;
        let method = request_line::method(request)?;
        let outgoing = send::request(request)?;
        let doing = format!("{method} {url}");
        let sending = self
            .request(method, url)
            .headers(outgoing.headers)
            .body(outgoing.body);
        let answered = self.answer(sending, &doing).await?;
        Ok(receive::response(
            answered.status,
            &answered.headers,
            answered.body,
            self.body_limit,
        ))
    }

    /// Returns a command that repeats the request; secrets are masked.
    pub(crate) fn reproduce(&self, request: &Request) -> String {
        curl(&self.base, &self.with_credentials(request))
    }

    /// Like [`reproduce`](Self::reproduce), of a request to the address itself.
    pub(crate) fn reproduce_at_base(&self, request: &Request) -> String {
        curl_at(&self.base, &self.with_credentials(request))
    }

    /// Returns the request with the credentials of the address, if it has none of its own.
    fn with_credentials<'r>(&self, request: &'r Request) -> Cow<'r, Request> {
        let Some(Credentials { user, password }) = &self.credentials else {
            return Cow::Borrowed(request);
        };
        if request.headers.first("authorization").is_some() {
            return Cow::Borrowed(request);
        }
        let mut request = request.clone();
        let encoded = STANDARD.encode(format!("{user}:{password}"));
        request
            .headers
            .append("authorization", format!("Basic {encoded}"));
        Cow::Owned(request)
    }

    /// Sends a request and reads the whole response, up to the body limit.
    pub(crate) async fn answer(
        &self,
        sending: reqwest::RequestBuilder,
        doing: &str,
    ) -> Result<Answered, Error> {
        let failed = |error: reqwest::Error| self.explain(doing, error);
        let response = sending.send().await.map_err(failed)?;
        if let Some(failure) = Failure::of_proxy(&response) {
            return Err(self.explained(doing, &failure));
        }
        let (status, headers) = (response.status(), response.headers().clone());
        match http_client::read(response, self.body_limit)
            .await
            .map_err(failed)?
        {
            Answer::Whole(body) => Ok(Answered {
                status,
                headers,
                body,
            }),
            Answer::TooLarge => Err(too_large(doing, self.body_limit)),
        }
    }

    /// Explains a failure and what to do. A provider is unreachable only if no connection can be established: one that
    /// hangs or closes the connection fails the interaction.
    fn explain(&self, doing: &str, error: reqwest::Error) -> Error {
        self.explained(doing, &Failure::of(&error)).with_source(error)
    }

    fn explained(&self, doing: &str, failure: &Failure) -> Error {
        let text = match failure {
            Failure::Connect(reason) => format!(
                "no provider answers at {} ({reason}): start it, or give the address where it listens",
                self.base
            ),
            Failure::Certificate(reason) => format!(
                "the provider at {} has a certificate that is not trusted ({reason}): give the file with the \
                 certificate of its authority (ca_file, --ca-file), or add that to those of this system",
                self.base
            ),
            Failure::Timeout => format!(
                "the provider did not answer {doing} within {:?}: see why it hangs, or raise the request timeout",
                self.timeout
            ),
            failure if failure.is_unreachable() => format!("the provider at {} {failure}", self.base),
            failure => format!("{doing}: the provider {failure}"),
        };
        let kind = if failure.is_unreachable() {
            ErrorKind::Unreachable
        } else {
            ErrorKind::Verification
        };
        Error::new(kind, text)
    }
}
