//! Tokens for CI jobs and for the command line, and their end (RFC 8693, 8628, 7009); log-outs at the provider.

use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use serde::Serialize;

use crate::{
    app::{Granted, NotGranted},
    domain::polling::INTERVAL,
    http::{
        address,
        call::Call,
        error::{Failure, Result},
        hal,
        request_body::Form,
        resource::{DeviceAuthorization, OAuthFailure, TokenGrant},
    },
};

const TOKEN_EXCHANGE: &str = "urn:ietf:params:oauth:grant-type:token-exchange";
const DEVICE_CODE: &str = "urn:ietf:params:oauth:grant-type:device_code";
/// The kinds of tokens that a job can bring: both are a signed token.
const SUBJECT_TYPES: [&str; 2] = [
    "urn:ietf:params:oauth:token-type:id_token",
    "urn:ietf:params:oauth:token-type:jwt",
];

/// `POST /oauth/token`
pub(super) async fn token(call: Call, Form(form): Form) -> Result<Response> {
    let required = |name: &str| {
        let missing = || NotGranted::refused("invalid_request", format!("{name} is missing"));
        form.get(name).ok_or_else(missing)
    };
    let origin = call.who.origin().clone();
    let app = call.app();
    let granted = async {
        match form.get("grant_type").unwrap_or_default() {
            TOKEN_EXCHANGE => {
                let kind = required("subject_token_type")?;
                if !SUBJECT_TYPES.contains(&kind) {
                    let message = format!("subject_token_type must be {}", SUBJECT_TYPES.join(" or "));
                    return Err(NotGranted::refused("invalid_request", message));
                }
                app.exchange_ci_token(origin, required("subject_token")?).await
            }
            DEVICE_CODE => app.complete_device_login(origin, required("device_code")?).await,
            _ => {
                let message = format!("grant_type must be {TOKEN_EXCHANGE} or {DEVICE_CODE}");
                Err(NotGranted::refused("unsupported_grant_type", message))
            }
        }
    };
    match granted.await {
        Ok(granted) => answer(StatusCode::OK, &grant(&granted)),
        Err(problem) => refusal(problem),
    }
}

fn grant(granted: &Granted) -> TokenGrant {
    TokenGrant {
        access_token: granted.token.expose().to_owned(),
        issued_token_type: "urn:ietf:params:oauth:token-type:access_token",
        token_type: "Bearer",
        expires_in: granted.seconds,
    }
}

/// `POST /oauth/device_authorization`
pub(super) async fn device(call: Call, Form(form): Form) -> Result<Response> {
    let client = form.get("client_id").unwrap_or("an unnamed client");
    match call.app().begin_device_login(call.who.origin(), client).await {
        Ok(begun) => {
            let page = call.base.to(address::DEVICE, []);
            let document = DeviceAuthorization {
                verification_uri_complete: format!("{page}?user_code={}", begun.user_code),
                verification_uri: page,
                device_code: begun.device_code,
                user_code: begun.user_code,
                expires_in: begun.seconds,
                interval: INTERVAL.as_secs(),
            };
            answer(StatusCode::OK, &document)
        }
        Err(problem) => refusal(problem),
    }
}

/// `POST /oauth/revoke`
pub(super) async fn revoke(call: Call, Form(form): Form) -> Result<Response> {
    let Some(token) = form.get("token") else {
        return refusal(NotGranted::refused("invalid_request", "token is missing"));
    };
    call.app()
        .give_token_back(call.who.origin().clone(), token)
        .await?;
    Ok(StatusCode::OK.into_response())
}

/// `POST /logout/backchannel`
pub(super) async fn log_out(call: Call, Form(form): Form) -> Result<Response> {
    let Some(token) = form.get("logout_token") else {
        return refusal(NotGranted::refused("invalid_request", "logout_token is missing"));
    };
    let origin = call.who.origin().clone();
    match call.app().log_out_by_provider(origin, token).await {
        Ok(()) => {
            let headers = [(header::CACHE_CONTROL, HeaderValue::from_static("no-store"))];
            Ok((StatusCode::OK, headers).into_response())
        }
        Err(problem) => refusal(problem),
    }
}

fn refusal(problem: NotGranted) -> Result<Response> {
    match problem {
        NotGranted::Refused { error, description } => answer(
            StatusCode::BAD_REQUEST,
            &OAuthFailure {
                error,
                error_description: description,
            },
        ),
        NotGranted::Failed(error) => Err(Failure::from(error)),
    }
}

/// JSON that nobody keeps.
fn answer<T: Serialize>(status: StatusCode, document: &T) -> Result<Response> {
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/json")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    Ok((status, headers, hal::write(document)?).into_response())
}
