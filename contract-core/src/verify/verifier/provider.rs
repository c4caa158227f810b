//! Where the provider is, and how it is started.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use tower::Service;

use super::{Target, Verifier};
use crate::Error;
use crate::http_client::Address;
use crate::verify::provider_command::ProviderCommand;
use crate::verify::transport::{self, HttpTransport, Transport};

impl<C: Clone + Send + Sync + 'static> Verifier<C> {
    /// Sets the address of the provider: `http://127.0.0.1:8080`, including a path prefix of its routes.
    ///
    /// Redirects are not followed: they are responses like any other.
    pub fn base_url(mut self, url: impl Into<String>) -> Self {
        self.target = Target::BaseUrl(url.into());
        self
    }

    /// Sets the address for interactions that name this transport (`"transport": "message"`), instead of the [base
    /// URL](Self::base_url).
    ///
    /// Messages without a transport are requested at the address of `message`, `async-message` or `sync-message`, if
    /// given.
    pub fn transport_url(mut self, name: impl Into<String>, url: impl Into<String>) -> Self {
        self.transports.insert(name.into(), url.into());
        self
    }

    /// Trusts the certificate authorities in this PEM file in addition to those of the system, for `https` addresses of
    /// the provider.
    pub fn ca_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.trust.authorities.push(path.into());
        self
    }

    /// Accepts any certificate of the provider. The report contains a warning.
    pub fn insecure(mut self) -> Self {
        self.trust.accept_any = true;
        self
    }

    /// Starts this command before the first interaction and stops it after the last; its output during an interaction
    /// is shown if the interaction fails.
    pub fn provider_command(mut self, command: ProviderCommand) -> Self {
        self.startup.command = Some(command);
        self
    }

    /// Waits before the first interaction until this address responds to `GET` with a status below 500, at most for the
    /// [start-up timeout](Self::startup_timeout).
    pub fn wait_for(mut self, url: impl Into<String>) -> Self {
        self.startup.wait_for = Some(url.into());
        self
    }

    /// Sets the start-up timeout of the provider; 60 seconds by default.
    pub fn startup_timeout(mut self, timeout: Duration) -> Self {
        self.startup.timeout = timeout;
        self
    }

    /// Verifies a tower service in this process, for example an axum `Router`; no port is needed. Each interaction gets
    /// its own instance.
    pub fn service<S, B, F, Fut>(self, make: F) -> Self
    where
        F: Fn() -> Fut + Send + Sync + 'static,
        Fut: Future<Output = S> + Send + 'static,
        S: Service<http::Request<Full<Bytes>>, Response = http::Response<B>> + Send + 'static,
        S::Future: Send,
        S::Error: fmt::Display,
        B: BodyExt + Send + 'static,
        B::Data: Send,
        B::Error: fmt::Display,
    {
        self.service_with(move |_| make())
    }

    /// Like [`service`](Self::service), created with the interaction's [fixture](Verifier::with_fixture).
    pub fn service_with<S, B, F, Fut>(mut self, make: F) -> Self
    where
        F: Fn(C) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = S> + Send + 'static,
        S: Service<http::Request<Full<Bytes>>, Response = http::Response<B>> + Send + 'static,
        S::Future: Send,
        S::Error: fmt::Display,
        B: BodyExt + Send + 'static,
        B::Data: Send,
        B::Error: fmt::Display,
    {
        self.target = Target::Service(transport::factory(make));
        self
    }

    pub(in crate::verify) fn transport(&mut self) -> Result<Transport<C>, Error> {
        Ok(match std::mem::replace(&mut self.target, Target::None) {
            Target::None => Transport::None,
            Target::BaseUrl(url) => {
                Address::parse(&url, "a provider")?.checked_as_base("a provider")?;
                Transport::Http(self.http_transport(&url)?)
            }
            Target::Service(factory) => Transport::Service {
                factory,
                body_limit: self.max_body_size,
            },
        })
    }

    pub(in crate::verify) fn http_transport(&self, url: &str) -> Result<HttpTransport, Error> {
        HttpTransport::new(url, &self.trust, self.request_timeout, self.max_body_size)
    }
}
