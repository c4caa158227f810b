//! How a request reaches the provider: over HTTP, or in process.

mod http;
mod service;
mod wire;

pub(crate) use self::http::HttpTransport;
pub(crate) use self::service::{ServiceFactory, factory};
pub(crate) use self::wire::body_from_wire;

use crate::Error;
use crate::contract::{Request, Response};

/// Where the provider is.
pub(crate) enum Transport<C> {
    /// Nowhere: only messages can be verified.
    None,
    /// Behind an address.
    Http(HttpTransport),
    /// In this process: a service made for each interaction.
    Service(ServiceFactory<C>),
}

impl<C> Transport<C> {
    /// Sends the request and waits for the whole response.
    pub(crate) async fn send(&self, request: &Request, fixture: C) -> Result<Response, Error> {
        match self {
            Self::None => Err(Error::new(
                crate::ErrorKind::Usage,
                "the verifier does not know where the provider is: give it .base_url(…) or .service(…)",
            )),
            Self::Http(transport) => transport.send(request).await,
            Self::Service(factory) => service::send(factory, request, fixture).await,
        }
    }
}
