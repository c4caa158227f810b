//! A provider reached over HTTP.

use std::time::Duration;

use bytes::Bytes;
use http::HeaderMap;

use super::{request_line, too_large};
use crate::contract::{Request, Response};
use crate::http_client::{self, Answer, Failure, Trust};
use crate::wire::{receive, send};
use crate::{Error, ErrorKind};

/// One client for all interactions. Redirects are not followed: an expected 302 is a response like any other.
pub(crate) struct HttpTransport {
    client: reqwest::Client,
    base: String,
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
        http_client::address(base, "a provider")?;
        let client = http_client::builder(trust)?.redirect(reqwest::redirect::Policy::none());
        let client = http_client::build(client)?;
        Ok(Self {
            client,
            base: base.to_owned(),
            timeout,
            body_limit,
        })
    }

    pub(crate) fn client(&self) -> &reqwest::Client {
        &self.client
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
            .client
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

    /// Sends a request and reads the whole response, up to the body limit.
    pub(crate) async fn answer(
        &self,
        sending: reqwest::RequestBuilder,
        doing: &str,
    ) -> Result<Answered, Error> {
        let failed = |error: reqwest::Error| self.explain(doing, error);
        let response = sending.send().await.map_err(failed)?;
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
        let failure = Failure::of(&error);
        let text = match &failure {
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
        Error::new(kind, text).with_source(error)
    }
}
