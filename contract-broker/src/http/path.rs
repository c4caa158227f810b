//! Names in the path.

use axum::extract::{FromRequestParts, Path as AxumPath};
use http::{StatusCode, request::Parts};
use serde::de::DeserializeOwned;

use super::error::Failure;

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
