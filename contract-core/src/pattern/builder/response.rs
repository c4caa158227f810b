//! A response put together.

use super::http_message::MessageBuilder;
use crate::contract::{Matcher, Response, RuleList, StatusClass, StatusRule};

/// An expected response in the making; turns into a [`Response`].
///
/// ```
/// # use contract_core::prelude::*;
/// Response::ok().json(json_like!({ "id": integer(42), "name": "Ada Lovelace" }));
/// Response::status(StatusClass::ClientError).header("retry-after", regex(r"\d+", "30"));
/// ```
pub type ResponseBuilder = MessageBuilder<Response>;

/// A status code, a class of codes or several codes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusPattern {
    example: u16,
    rule: Option<StatusRule>,
}

impl From<u16> for StatusPattern {
    fn from(code: u16) -> Self {
        Self {
            example: code,
            rule: None,
        }
    }
}

/// The code of the `http` crate's type, which axum, hyper and reqwest use.
impl From<http::StatusCode> for StatusPattern {
    fn from(code: http::StatusCode) -> Self {
        code.as_u16().into()
    }
}

/// Any code of the class; the mock provider answers with the class's most usual one.
impl From<StatusClass> for StatusPattern {
    fn from(class: StatusClass) -> Self {
        let example = match class {
            StatusClass::Information => 100,
            StatusClass::Success | StatusClass::NonError => 200,
            StatusClass::Redirect => 302,
            StatusClass::ClientError | StatusClass::Error => 400,
            StatusClass::ServerError => 500,
        };
        Self {
            example,
            rule: Some(StatusRule::Class(class)),
        }
    }
}

/// One of these codes; the mock provider answers with the first.
impl<const N: usize> From<[http::StatusCode; N]> for StatusPattern {
    #[track_caller]
    fn from(codes: [http::StatusCode; N]) -> Self {
        codes.map(|code| code.as_u16()).into()
    }
}

/// One of these codes; the mock provider answers with the first.
impl<const N: usize> From<[u16; N]> for StatusPattern {
    #[track_caller]
    fn from(codes: [u16; N]) -> Self {
        assert!(N > 0, "a status needs at least one code");
        Self {
            example: codes[0],
            rule: Some(StatusRule::Codes(codes.to_vec())),
        }
    }
}

/// Entry points for tests.
impl Response {
    /// Begins a response with this status: a code, an [`http::StatusCode`], an array of codes, or a [`StatusClass`].
    ///
    /// ```
    /// # use contract_core::prelude::*;
    /// use http::StatusCode;
    ///
    /// Response::status(418);
    /// Response::status(StatusCode::IM_A_TEAPOT);
    /// Response::status([StatusCode::OK, StatusCode::CREATED]);
    /// Response::status(StatusClass::ClientError);
    /// ```
    ///
    /// # Panics
    ///
    /// If a code is not between 100 and 599, or an array of codes is empty.
    #[track_caller]
    pub fn status(status: impl Into<StatusPattern>) -> ResponseBuilder {
        let status = status.into();
        let codes = match &status.rule {
            Some(StatusRule::Codes(codes)) => codes.as_slice(),
            _ => &[status.example],
        };
        for code in codes {
            assert!(
                (100..600).contains(code),
                "{code} is not an HTTP status: codes go from 100 to 599"
            );
        }
        let mut response = Response {
            status: Some(status.example),
            ..Response::default()
        };
        response.rules.status = status.rule.map(|rule| RuleList::one(Matcher::StatusCode(rule)));
        MessageBuilder { message: response }
    }

    /// Begins a response with the status 200 OK.
    pub fn ok() -> ResponseBuilder {
        Self::status(200)
    }

    /// Begins a response with the status 201 Created.
    pub fn created() -> ResponseBuilder {
        Self::status(201)
    }

    /// Begins a response with the status 202 Accepted.
    pub fn accepted() -> ResponseBuilder {
        Self::status(202)
    }

    /// Begins a response with the status 204 No Content.
    pub fn no_content() -> ResponseBuilder {
        Self::status(204)
    }

    /// Begins a response with the status 400 Bad Request.
    pub fn bad_request() -> ResponseBuilder {
        Self::status(400)
    }

    /// Begins a response with the status 401 Unauthorized.
    pub fn unauthorized() -> ResponseBuilder {
        Self::status(401)
    }

    /// Begins a response with the status 403 Forbidden.
    pub fn forbidden() -> ResponseBuilder {
        Self::status(403)
    }

    /// Begins a response with the status 404 Not Found.
    pub fn not_found() -> ResponseBuilder {
        Self::status(404)
    }

    /// Begins a response with the status 409 Conflict.
    pub fn conflict() -> ResponseBuilder {
        Self::status(409)
    }

    /// Begins a response with the status 422 Unprocessable Content.
    pub fn unprocessable() -> ResponseBuilder {
        Self::status(422)
    }
}

impl From<ResponseBuilder> for Response {
    fn from(builder: ResponseBuilder) -> Self {
        builder.message
    }
}
