//! Expected responses, prepared for sending.

use std::sync::Arc;

use http::StatusCode;

use super::handler::Answer;
use crate::contract::{HttpInteraction, Response};
use crate::generate::{self, Context};
use crate::wire::send;
use crate::{Error, ErrorKind};

/// A prepared response of an interaction.
#[derive(Debug)]
pub(super) enum Prepared {
    /// The same response each time.
    Fixed(Arc<Answer>),
    /// A response with values generated for each request.
    Generated,
}

impl Prepared {
    /// Prepares the response of an interaction.
    ///
    /// # Errors
    ///
    /// `Invalid` if the status, a header or the body cannot be sent; `MissingFeature` if its content coding
    /// or charset needs a feature.
    pub(super) fn new(http: &HttpInteraction) -> Result<Self, Error> {
        let answer = to_wire(&http.response, is_to_head(http))?;
        let response = &http.response;
        Ok(if generate::is_generated(&response.generators, &response.rules) {
            Self::Generated
        } else {
            Self::Fixed(Arc::new(answer))
        })
    }

    /// Returns the response to one request. `http` must be the interaction that this was prepared from; its
    /// response is used only for generated values. `base_url` is the server's own address.
    ///
    /// # Errors
    ///
    /// `Invalid` if a generator fails.
    pub(super) fn answer(&self, http: &HttpInteraction, base_url: &str) -> Result<Arc<Answer>, Error> {
        match self {
            Self::Fixed(answer) => Ok(Arc::clone(answer)),
            Self::Generated => {
                let context = Context::consumer().with_mock_server_url(base_url);
                let generated = generate::response(&http.response, &context)?;
                Ok(Arc::new(to_wire(&generated, is_to_head(http))?))
            }
        }
    }
}

/// Returns a response to the interaction's request, with the examples of its patterns.
///
/// # Errors
///
/// See [`Prepared::new`].
pub(super) fn example(response: &Response, to: &HttpInteraction) -> Result<Answer, Error> {
    to_wire(response, is_to_head(to))
}

fn is_to_head(http: &HttpInteraction) -> bool {
    http.request.method.eq_ignore_ascii_case("HEAD")
}

fn to_wire(response: &Response, to_head: bool) -> Result<Answer, Error> {
    let outgoing = send::response(response, to_head)?;
    Ok(Answer {
        status: status_to_wire(response.example_status().unwrap_or(200))?,
        headers: outgoing.headers,
        body: outgoing.body,
    })
}

fn status_to_wire(status: u16) -> Result<StatusCode, Error> {
    let invalid = |problem: &str| {
        Error::new(
            ErrorKind::Invalid,
            format!("the response's status {status} {problem}"),
        )
    };
    let status = StatusCode::from_u16(status).map_err(|_| invalid("is not an HTTP status"))?;
    if status.is_informational() {
        return Err(invalid("announces another response and cannot be the only one"));
    }
    Ok(status)
}
