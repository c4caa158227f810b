//! Requests to an issuer. Its address is a setting of the operator, and often a private one: the guard over the addresses of
//! webhooks does not apply. Answers are bounded and redirects are not followed.

use std::{path::Path, sync::Arc, time::Duration};

use futures_util::StreamExt as _;
use http::{Method, StatusCode, header};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::{Client, redirect::Policy};
use rustls::RootCertStore;
use rustls_platform_verifier::Verifier;

use crate::{config::Config, tls};

/// How long one request may take.
const TIMEOUT: Duration = Duration::from_secs(5);
/// The longest answer that is read, in bytes.
const LONGEST: usize = 1024 * 1024;
/// What is left as it is in the parameters of a query or a form.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// Sends requests to issuers. Clones share connections.
#[derive(Debug, Clone)]
pub(super) struct IssuerClient(Client);

/// How a client says who it is.
#[derive(Debug, Clone, Copy)]
pub(super) enum Credentials<'c> {
    None,
    Bearer(&'c str),
    Basic { name: &'c str, password: &'c str },
}

/// An answer.
#[derive(Debug)]
pub(super) struct Reply {
    pub(super) status: StatusCode,
    pub(super) body: Vec<u8>,
}

impl IssuerClient {
    /// A client that trusts the authorities of this machine, and those of `auth.issuer_ca_file`.
    ///
    /// # Errors
    /// The file cannot be read, or TLS cannot be set up.
    pub(super) fn new(config: &Config) -> Result<Self, String> {
        let client = Client::builder()
            .tls_backend_preconfigured(tls_of(config.auth_issuer_ca_file.as_deref())?)
            .redirect(Policy::none())
            .referer(false)
            .timeout(TIMEOUT)
            .user_agent(concat!("contract-broker/", env!("CARGO_PKG_VERSION")))
            .build();
        Ok(Self(client.map_err(|error| {
            format!("auth: cannot set up the client of issuers: {error}")
        })?))
    }

    /// Reads a document.
    ///
    /// # Errors
    /// Why there is no answer; the text names the address.
    pub(super) async fn get(&self, url: &str, credentials: Credentials<'_>) -> Result<Reply, String> {
        self.send(Method::GET, url, credentials, None).await
    }

    /// Sends a form.
    ///
    /// # Errors
    /// Why there is no answer; the text names the address.
    pub(super) async fn post(
        &self,
        url: &str,
        credentials: Credentials<'_>,
        form: &[(&str, &str)],
    ) -> Result<Reply, String> {
        self.send(Method::POST, url, credentials, Some(encoded(form)))
            .await
    }

    async fn send(
        &self,
        method: Method,
        url: &str,
        credentials: Credentials<'_>,
        form: Option<String>,
    ) -> Result<Reply, String> {
        let failed = |error: reqwest::Error| {
            let error = error.without_url();
            let cause = std::error::Error::source(&error).map(ToString::to_string);
            format!("{url} cannot be reached: {error} {}", cause.unwrap_or_default())
        };
        let mut request = self
            .0
            .request(method, url)
            .header(header::ACCEPT, "application/json");
        request = match credentials {
            Credentials::None => request,
            Credentials::Bearer(token) => request.bearer_auth(token),
            // RFC 6749, 2.3.1: both are encoded as in a form.
            Credentials::Basic { name, password } => request.basic_auth(encode(name), Some(encode(password))),
        };
        if let Some(form) = form {
            request = request
                .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
                .body(form);
        }
        let response = request.send().await.map_err(failed)?;
        let status = response.status();
        let mut body = Vec::new();
        let mut chunks = response.bytes_stream();
        while let Some(chunk) = chunks.next().await {
            body.extend_from_slice(&chunk.map_err(failed)?);
            if body.len() > LONGEST {
                return Err(format!("the answer of {url} is longer than 1 MiB"));
            }
        }
        Ok(Reply { status, body })
    }
}

/// Parameters as a query or a form has them.
pub(super) fn encoded(parameters: &[(&str, &str)]) -> String {
    let pairs = parameters
        .iter()
        .map(|(name, value)| format!("{}={}", encode(name), encode(value)));
    pairs.collect::<Vec<_>>().join("&")
}

fn encode(text: &str) -> String {
    utf8_percent_encode(text, PLAIN).to_string()
}

fn tls_of(authorities: Option<&Path>) -> Result<rustls::ClientConfig, String> {
    let (own, roots) = match authorities {
        Some(path) => tls::authorities("auth.issuer_ca_file", path)?,
        None => (Vec::new(), RootCertStore::empty()),
    };
    let provider = tls::provider();
    let builder = tls::builder(provider.clone())?;
    Ok(match Verifier::new_with_extra_roots(own, provider) {
        Ok(verifier) => builder
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(verifier))
            .with_no_client_auth(),
        // This machine has no authorities: the file's count alone.
        Err(_) => builder.with_root_certificates(roots).with_no_client_auth(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_encoded_as_a_form_has_them() {
        let form = encoded(&[("code", "a+b/c=&"), ("redirect_uri", "https://x.test/ü")]);
        assert_eq!(
            form,
            "code=a%2Bb%2Fc%3D%26&redirect_uri=https%3A%2F%2Fx.test%2F%C3%BC"
        );
    }

    #[test]
    fn a_file_of_authorities_that_is_no_use_stops_the_start() {
        let config = Config {
            auth_issuer_ca_file: Some("/nowhere/authority.pem".into()),
            ..Config::default()
        };
        let problem = IssuerClient::new(&config).expect_err("there is no file");
        assert!(
            problem.contains("auth.issuer_ca_file: cannot read /nowhere"),
            "{problem}"
        );
    }
}
