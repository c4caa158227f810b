//! An expected response made ready for the wire.

use std::sync::Arc;

use http::header::CONTENT_TYPE;
use http::{HeaderName, HeaderValue, StatusCode};

use super::listener::Answer;
use crate::contract::{Content, Response};
use crate::generate::{self, Context};
use crate::{Error, ErrorKind};

/// How an interaction is answered.
#[derive(Debug)]
pub(super) enum Prepared {
    /// Always the same.
    Fixed(Arc<Answer>),
    /// With values made fresh for each request.
    Generated(Box<Response>),
}

impl Prepared {
    /// Makes the response ready.
    ///
    /// # Errors
    ///
    /// `Invalid` where the status or a header cannot go over the wire.
    pub(super) fn new(response: &Response) -> Result<Self, Error> {
        let answer = to_wire(response)?;
        Ok(if generate::is_generated(&response.generators, &response.rules) {
            Self::Generated(Box::new(response.clone()))
        } else {
            Self::Fixed(Arc::new(answer))
        })
    }

    /// The answer to one request; `base_url` is the mock provider's own.
    pub(super) fn answer(&self, base_url: &str) -> Result<Arc<Answer>, Error> {
        match self {
            Self::Fixed(answer) => Ok(Arc::clone(answer)),
            Self::Generated(response) => {
                let context = Context::consumer().with_mock_server_url(base_url);
                let generated = generate::response(response, &context)?;
                Ok(Arc::new(to_wire(&generated)?))
            }
        }
    }
}

fn to_wire(response: &Response) -> Result<Answer, Error> {
    let invalid = |what: String| Error::new(ErrorKind::Invalid, what);
    let status = response.example_status().unwrap_or(200);
    let status = StatusCode::from_u16(status)
        .map_err(|_| invalid(format!("the response's status {status} is not one of HTTP")))?;
    let mut headers = Vec::new();
    for (name, values) in response.headers.iter() {
        let header = HeaderName::from_bytes(name.as_bytes()).map_err(|_| {
            invalid(format!(
                "the response's header {name:?} is not the name of a header field"
            ))
        })?;
        for value in values {
            let value = HeaderValue::from_str(value).map_err(|_| {
                invalid(format!(
                    "the response's header {name:?} cannot go over the wire: {value:?}"
                ))
            })?;
            headers.push((header.clone(), value));
        }
    }
    if !headers.iter().any(|(name, _)| name == CONTENT_TYPE)
        && let Some(Content {
            content_type: Some(content_type),
            ..
        }) = response.body.content()
        && let Ok(value) = HeaderValue::from_str(content_type.as_str())
    {
        headers.push((CONTENT_TYPE, value));
    }
    Ok(Answer {
        status,
        headers,
        body: response.body.to_bytes(),
    })
}
