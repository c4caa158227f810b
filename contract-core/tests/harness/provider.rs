//! The provider's test target.

use axum::Router;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::routing::get;
use contract_core::provider::{Contracts, ProviderTests, PublishResults};

/// A provider that answers `GET /status/{code}` with that status. Its contracts are in the directory, if one is named, and at
/// the broker of the environment.
pub(crate) fn tests(contracts: String) -> ProviderTests {
    async fn status(Path(code): Path<u16>) -> StatusCode {
        StatusCode::from_u16(code).unwrap()
    }
    let mut tests = ProviderTests::new("user-api");
    if !contracts.is_empty() {
        tests = tests.contracts(Contracts::dir(contracts));
    }
    tests
        .contracts(Contracts::broker_from_env())
        .service(|| async { Router::new().route("/status/{code}", get(status)) })
        .publish(PublishResults::from_env())
}
