//! Sends requests to the provider: over HTTP, or in process.

mod http;
mod request_line;
mod service;

pub(crate) use self::http::{Answered, HttpTransport};
pub(crate) use self::service::{ServiceFactory, factory};

use crate::contract::{Request, Response};
use crate::report::value::size;
use crate::{Error, ErrorKind};

/// Returns the error for a response whose body exceeds the limit.
fn too_large(doing: &str, limit: usize) -> Error {
    Error::new(
        ErrorKind::Verification,
        format!(
            "the provider's response to {doing} is longer than the limit of {}: check why it is so \
             large, or raise the limit (max_body_size, --max-body-size)",
            size(limit)
        ),
    )
}

/// How the provider is reached.
pub(crate) enum Transport<C> {
    /// Not at all: only messages can be verified.
    None,
    /// At an address.
    Http(HttpTransport),
    /// In this process: a service created for each interaction.
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
                "no provider is configured: call .base_url(…) or .service(…)",
            )),
            Self::Http(transport) => transport.send(request).await,
            Self::Service { factory, body_limit } => {
                service::send(factory, request, fixture, *body_limit).await
            }
        }
    }
}
