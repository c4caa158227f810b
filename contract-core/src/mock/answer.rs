//! An expected response made ready for the wire.

use std::sync::Arc;

use http::StatusCode;

use super::listener::Answer;
use crate::contract::{Request, Response};
use crate::generate::{self, Context};
use crate::wire::send;
use crate::{Error, ErrorKind};

/// How an interaction is answered.
#[derive(Debug)]
pub(super) enum Prepared {
    /// Always the same.
    Fixed(Arc<Answer>),
    /// With values made fresh for each request.
    Generated { response: Box<Response>, to_head: bool },
}

impl Prepared {
    /// Makes the response to this request ready.
    ///
    /// # Errors
    ///
    /// `Invalid` where the status, a header or the body cannot go over the wire; `MissingFeature` where its coding or
    /// charset needs one.
    pub(super) fn new(request: &Request, response: &Response) -> Result<Self, Error> {
        let to_head = request.method.eq_ignore_ascii_case("HEAD");
        let answer = to_wire(response, to_head)?;
        Ok(if generate::is_generated(&response.generators, &response.rules) {
            Self::Generated {
                response: Box::new(response.clone()),
                to_head,
            }
        } else {
            Self::Fixed(Arc::new(answer))
        })
    }

    /// The answer to one request; `base_url` is the mock provider's own.
    pub(super) fn answer(&self, base_url: &str) -> Result<Arc<Answer>, Error> {
        match self {
            Self::Fixed(answer) => Ok(Arc::clone(answer)),
            Self::Generated { response, to_head } => {
                let context = Context::consumer().with_mock_server_url(base_url);
                let generated = generate::response(response, &context)?;
                Ok(Arc::new(to_wire(&generated, *to_head)?))
            }
        }
    }
}

fn to_wire(response: &Response, to_head: bool) -> Result<Answer, Error> {
    let status = response.example_status().unwrap_or(200);
    let status = StatusCode::from_u16(status).map_err(|_| {
        Error::new(
            ErrorKind::Invalid,
            format!("the response's status {status} is not one of HTTP"),
        )
    })?;
    let outgoing = send::response(response, to_head)?;
    let mut headers = Vec::with_capacity(outgoing.headers.len());
    let mut name = None;
    for (next, value) in outgoing.headers {
        // Further values of a field come without its name.
        name = next.or(name);
        if let Some(name) = &name {
            headers.push((name.clone(), value));
        }
    }
    Ok(Answer {
        status,
        headers,
        body: outgoing.body,
    })
}
