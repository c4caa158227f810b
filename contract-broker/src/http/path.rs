//! Names in the path.

use std::convert::Infallible;

use axum::extract::{FromRequestParts, Path as AxumPath};
use http::{StatusCode, request::Parts};
use serde::de::DeserializeOwned;

use super::{error::Failure, query::Query};

/// Provider, consumer, and another name that belongs to the pair.
pub(crate) type PairAnd = (String, String, String);

/// The parameters of the path, percent-decoded.
pub(crate) struct Path<T>(pub(crate) T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Path<T> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure> {
        match AxumPath::<T>::from_request_parts(parts, state).await {
            Ok(AxumPath(names)) => Ok(Self(names)),
            Err(rejection) => Err(Failure::Status(
                StatusCode::BAD_REQUEST,
                format!("could not read the path: {}", rejection.body_text()),
            )),
        }
    }
}

/// The address of a request: its path as sent by the client, and its query.
pub(crate) struct At {
    pub(crate) path: String,
    pub(crate) query: Query,
}

impl<S: Sync> FromRequestParts<S> for At {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self {
            path: parts.uri.path().to_owned(),
            query: Query::parse(parts.uri.query().unwrap_or_default()),
        })
    }
}
