//! Logging in and out.

use askama::Template;
use axum::response::{AppendHeaders, IntoResponse as _, Redirect, Response};
use http::{HeaderMap, StatusCode, header::SET_COOKIE};

use super::{
    fault::{Fault, Result},
    frame::Frame,
    page::{frame, page as render},
};
use crate::{
    auth::{Attempt, Cookies, Returned, SessionText, cookie},
    http::{address, call::Call, path::At},
};

/// The longest path that a login leads back to.
const LONGEST: usize = 2048;

fn cookies(call: &Call) -> Result<Cookies> {
    Cookies::new(&call.app().config)
        .ok_or_else(|| Fault::missing("Nobody logs in here: the setting oidc.issuer names no provider."))
}

/// `GET /login`
pub(super) async fn begin(call: Call, at: At) -> Result<Response> {
    let cookies = cookies(&call)?;
    let begun = call.app().begin_login(safe(at.query.get("back"))).await?;
    let kept = cookies.set_login(&begun.attempt, &begun.sealed, begun.seconds);
    Ok((AppendHeaders([(SET_COOKIE, kept)]), Redirect::to(&begun.url)).into_response())
}

/// The path that a login leads back to: one of this broker, or else its first page.
fn safe(back: Option<&str>) -> &str {
    let is_own = |path: &&str| {
        path.starts_with('/')
            && !path.starts_with("//")
            && path.len() <= LONGEST
            && path
                .bytes()
                .all(|byte| (0x21..0x7f).contains(&byte) && byte != b'\\')
    };
    back.filter(is_own).unwrap_or("/")
}

#[derive(Template)]
#[template(path = "login_failed.html")]
struct FailedPage {
    frame: Frame,
    message: String,
}

/// `GET /login/callback`
pub(super) async fn end(call: Call, at: At, headers: HeaderMap) -> Result<Response> {
    let cookies = cookies(&call)?;
    let text = |name: &str| at.query.get(name).map(str::to_owned);
    let returned = Returned {
        code: text("code"),
        state: text("state"),
        issuer: text("iss"),
        error: text("error"),
        error_description: text("error_description"),
    };
    let attempt = Attempt::name(returned.state.as_deref().unwrap_or_default());
    let sealed = cookie(&headers, &cookies.login(&attempt));
    let before = cookie(&headers, cookies.session()).and_then(SessionText::read);
    let origin = call.who.origin().clone();
    let over = cookies.set_login(&attempt, "", 0);
    match call
        .app()
        .finish_login(origin, sealed, &returned, before.as_ref())
        .await
    {
        Ok(logged_in) => {
            let session = cookies.set_session(&logged_in.session, logged_in.seconds);
            let to = call.base.join(&logged_in.back);
            let cookies = AppendHeaders([(SET_COOKIE, session), (SET_COOKIE, over)]);
            Ok((cookies, Redirect::to(&to)).into_response())
        }
        Err(error @ (crate::app::Error::Forbidden(_) | crate::app::Error::Refused(_))) => {
            let page = FailedPage {
                frame: frame(&call, None),
                message: error.to_string(),
            };
            let page = render(StatusCode::FORBIDDEN, page)?;
            Ok((AppendHeaders([(SET_COOKIE, over)]), page).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

/// `POST /logout`
pub(super) async fn log_out(call: Call) -> Result<Response> {
    let cookies = cookies(&call)?;
    call.app().log_out(&call.who).await?;
    let then = call.base.to(address::LOGGED_OUT, []);
    let cleared = AppendHeaders([(SET_COOKIE, cookies.clear_session())]);
    Ok((cleared, Redirect::to(&then)).into_response())
}

#[derive(Template)]
#[template(path = "logged_out.html")]
struct LoggedOutPage {
    frame: Frame,
    provider: String,
    /// Where one logs out of the provider too.
    end: Option<String>,
}

/// `GET /logged-out`
pub(super) async fn logged_out(call: Call) -> Result<Response> {
    let end = call
        .app()
        .log_out_of_provider(&call.base.to(address::LOGGED_OUT, []))
        .await;
    render(
        StatusCode::OK,
        LoggedOutPage {
            frame: frame(&call, None),
            provider: call.app().config.oidc_name.clone(),
            end: end.and_then(super::page::web_address),
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_login_leads_back_to_this_broker_alone() {
        for (back, expected) in [
            (Some("/pacticipants/a%2Fb?page=2"), "/pacticipants/a%2Fb?page=2"),
            (Some("//evil.test"), "/"),
            (Some("/\\evil.test"), "/"),
            (Some("/a\\b"), "/"),
            (Some("https://evil.test"), "/"),
            (Some("javascript:alert(1)"), "/"),
            (Some("/\t/evil.test"), "/"),
            (Some("/a\r\nx: y"), "/"),
            (Some(" /a"), "/"),
            (Some(""), "/"),
            (None, "/"),
        ] {
            assert_eq!(safe(back), expected, "{back:?}");
        }
        assert_eq!(safe(Some(&format!("/{}", "a".repeat(LONGEST)))), "/");
    }
}
