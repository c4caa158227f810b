//! A provider behind an address.

use std::time::Duration;

use super::wire;
use crate::contract::{Request, Response};
use crate::http_client;
use crate::{Error, ErrorKind};

/// One client for all interactions. Redirects are not followed: an expected 302 is an answer like any other.
pub(crate) struct HttpTransport {
    client: reqwest::Client,
    base: String,
    timeout: Duration,
}

impl HttpTransport {
    pub(crate) fn new(base: &str, timeout: Duration) -> Result<Self, Error> {
        http_client::address(base, "a provider")?;
        let client = http_client::builder()?
            .redirect(reqwest::redirect::Policy::none())
            .timeout(timeout);
        let client = http_client::build(client)?;
        Ok(Self {
            client,
            base: base.to_owned(),
            timeout,
        })
    }

    pub(crate) fn client(&self) -> &reqwest::Client {
        &self.client
    }

    pub(crate) fn base(&self) -> &str {
        &self.base
    }

    pub(crate) async fn send(&self, request: &Request) -> Result<Response, Error> {
        let url = wire::url(&self.base, request)?;
        let method = wire::method(request)?;
        let sending = self
            .client
            .request(method.clone(), url.clone())
            .headers(wire::headers_to_wire(request)?)
            .body(request.body.to_bytes());
        let failed = |error: reqwest::Error| self.explain(&format!("{method} {url}"), error);
        let response = sending.send().await.map_err(failed)?;
        let (status, headers) = (response.status(), response.headers().clone());
        let body = response.bytes().await.map_err(failed)?;
        Ok(wire::response(status, &headers, body))
    }

    /// What failed, where, and what to do. Only a provider that cannot be connected to is unreachable: one that hangs or breaks
    /// off fails the interaction.
    pub(crate) fn explain(&self, doing: &str, error: reqwest::Error) -> Error {
        let (kind, message) = if error.is_connect() {
            let text = format!(
                "no provider answers at {} ({}): start it, or give the address where it listens",
                self.base,
                http_client::root_cause(&error)
            );
            (ErrorKind::Unreachable, text)
        } else if error.is_timeout() {
            let text = format!(
                "the provider did not answer {doing} within {:?}: see why it hangs, or raise the request timeout",
                self.timeout
            );
            (ErrorKind::Verification, text)
        } else {
            let text = format!(
                "the exchange {doing} with the provider broke off ({})",
                http_client::root_cause(&error)
            );
            (ErrorKind::Verification, text)
        };
        Error::new(kind, message).with_source(error)
    }
}
