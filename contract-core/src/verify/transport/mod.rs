//! How a request reaches the provider: over HTTP, or in process.

mod http;
mod request_line;
mod service;

pub(crate) use self::http::{Answered, HttpTransport};
pub(crate) use self::service::{ServiceFactory, factory};

use crate::contract::{Request, Response};
use crate::{Error, ErrorKind};

/// An answer that is longer than a body may be.
fn too_large(doing: &str, limit: usize) -> Error {
    Error::new(
        ErrorKind::Verification,
        format!(
            "the provider's answer to {doing} is longer than the limit of {limit} bytes: see why it sends so much, or raise \
             the limit (max_body_size, --max-body-size)"
        ),
    )
}

/// Where the provider is.
pub(crate) enum Transport<C> {
    /// Nowhere: only messages can be verified.
    None,
    /// Behind an address.
    Http(HttpTransport),
    /// In this process: a service made for each interaction.
    Service {
        factory: ServiceFactory<C>,
        body_limit: usize,
    },
}

impl<C> Transport<C> {
    /// Sends the request and waits for the whole response.
    pub(crate) async fn send(&self, request: &Request, fixture: C) -> Result<Response, Error> {
        match self {
            Self::None => Err(Error::new(
                ErrorKind::Usage,
                "the verifier does not know where the provider is: give it .base_url(…) or .service(…)",
            )),
            Self::Http(transport) => transport.send(request).await,
            Self::Service { factory, body_limit } => {
                service::send(factory, request, fixture, *body_limit).await
            }
        }
    }
}
