//! Where somebody allows the command line to log in.

use askama::Template;
use axum::response::Response;
use http::StatusCode;

use super::{
    fault::Result,
    frame::{Frame, Section},
    page::{frame, page as render},
    relative_time::RelativeTime,
};
use crate::{
    domain::time::now,
    http::{call::Call, path::At, request_body::Form},
};

#[derive(Template)]
#[template(path = "device.html")]
struct DevicePage {
    frame: Frame,
    who: String,
    code: String,
    /// What asks, where the code is right.
    waiting: Option<Waiting>,
    /// What became of it.
    done: &'static str,
}

struct Waiting {
    client: String,
    address: String,
    began: RelativeTime,
}

/// `GET /device`
pub(super) async fn show(call: Call, at: At) -> Result<Response> {
    let code = at.query.get("user_code").unwrap_or_default();
    let waiting = if code.is_empty() {
        None
    } else {
        let found = call.app().waiting_device_login(&call.who, code).await?;
        Some(Waiting {
            client: found.client,
            address: found.address.unwrap_or_default(),
            began: RelativeTime::new(found.created_at, now()),
        })
    };
    page(&call, code, waiting, "")
}

/// `POST /device`
pub(super) async fn decide(call: Call, Form(form): Form) -> Result<Response> {
    let code = form.get("user_code").unwrap_or_default();
    let allow = form.get("decision") == Some("allow");
    call.app().decide_device_login(&call.who, code, allow).await?;
    let done = if allow {
        "The command line is logged in. You can close this page."
    } else {
        "The command line was not logged in. You can close this page."
    };
    page(&call, "", None, done)
}

fn page(call: &Call, code: &str, waiting: Option<Waiting>, done: &'static str) -> Result<Response> {
    render(
        StatusCode::OK,
        DevicePage {
            frame: frame(call, Some(Section::Accounts)),
            who: call
                .who
                .account()
                .map(|_| call.who.name().to_owned())
                .unwrap_or_default(),
            code: code.to_owned(),
            waiting,
            done,
        },
    )
}
