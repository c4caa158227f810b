//! Logins: those of browsers, and tokens for CI jobs and for the command line.

use utoipa_axum::router::OpenApiRouter;

use super::super::{oauth, sessions};
use crate::http::{
    AppState, address, layers,
    openapi::{Group, about, at},
    resource::{DeviceAuthorization, SessionList, TokenGrant, request},
};

const GROUP: &str = "Logins";

// One line for each operation.
#[rustfmt::skip]
pub(super) fn routes() -> OpenApiRouter<AppState> {
    Group::new(GROUP)
        .route(at(address::OWN_SESSIONS).get(sessions::own, about("List the logins of the account that asks").gives::<SessionList>()))
        .route(at(address::SESSIONS_OF).get(sessions::of_account, about("List the logins of a user").gives::<SessionList>()))
        .route(at(address::END_SESSION).post(sessions::end, about("End a login in a browser").gives_nothing()))
        .route(at(address::OAUTH_TOKEN).post(oauth::token, about("Exchange the token of a CI job, or complete a login of the command line").takes_form::<request::GrantRequest>().gives_json::<TokenGrant>()))
        .route(at(address::OAUTH_DEVICE).post(oauth::device, about("Begin a login of the command line").takes_form::<request::DeviceRequest>().gives_json::<DeviceAuthorization>()))
        .route(at(address::OAUTH_REVOKE).post(oauth::revoke, about("Give a token back").takes_form::<request::RevocationRequest>()))
        .route(at(address::PROVIDER_LOGOUT).post(oauth::log_out, about("End the sessions of somebody who logged out at the provider (back-channel logout)").takes_form::<request::LogoutRequest>()))
        .served_as(layers::JSON)
}
