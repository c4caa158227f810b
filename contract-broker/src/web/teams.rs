//! The list of teams.

use askama::Template;
use axum::response::{IntoResponse as _, Redirect, Response};
use http::StatusCode;

use super::{
    fault::Result,
    form::named,
    frame::{Frame, Section},
    page::{ROWS, frame, links, number, page as render},
    paging::{Paging, slice},
};
use crate::{
    domain::access::{Right, Tie},
    http::{call::Call, path::At, request_body::Form},
    store::identity::teams::{Team, Wanted},
};

#[derive(Template)]
#[template(path = "teams.html")]
struct TeamsPage {
    frame: Frame,
    teams: Vec<Team>,
    paging: Paging,
    may_create: bool,
}

/// `GET /admin/teams`
pub(super) async fn list(call: Call, at: At) -> Result<Response> {
    let number = number(&at.query);
    let found = call.app().teams(&call.who, None, slice(number, ROWS)).await?;
    let frame = frame(&call, Some(Section::Accounts));
    render(
        StatusCode::OK,
        TeamsPage {
            paging: Paging {
                number,
                size: ROWS,
                total: found.total,
                href: frame.links.teams(),
                query: Vec::new(),
            },
            frame,
            teams: found.rows,
            may_create: call.who.may(Right::TeamManage, Tie::NONE),
        },
    )
}

/// `POST /admin/teams` from a form.
pub(super) async fn create(call: Call, Form(form): Form) -> Result<Response> {
    let wanted = Wanted {
        name: Some(named(&form, "name")?),
        ..Wanted::default()
    };
    let created = call.app().create_team(&call.who, wanted).await?;
    let links = links(&call.base);
    Ok(Redirect::to(&links.team(&created.team.uuid)).into_response())
}
