//! The page of one tenant for operators: what it may use, whether it is served, and what was done to it.

use std::sync::Arc;

use askama::Template;
use axum::{
    Extension,
    extract::State,
    response::{IntoResponse as _, Redirect, Response},
};
use http::{HeaderMap, StatusCode};

use super::{
    fault::{Fault, Result},
    form::{action, optional, refused, unknown_action},
    page::page as render,
    relative_time::RelativeTime,
    tenants::{Layout, limits},
};
use crate::{
    auth::Operator,
    config::HostPattern,
    domain::{
        tenant::{TenantName, TenantStatus},
        time::now,
    },
    http::{path::Path, request_body::Form},
    tenants::{Alteration, Registry},
};

#[derive(Template)]
#[template(path = "tenant.html")]
struct TenantPage {
    layout: Layout,
    name: String,
    host: String,
    status: TenantStatus,
    created: RelativeTime,
    problem: String,
    applications: String,
    bytes: String,
    requests: String,
    events: Vec<Event>,
}

struct Event {
    at: RelativeTime,
    action: String,
    actor: String,
    details: String,
}

impl TenantPage {
    fn is_served(&self) -> bool {
        self.status == TenantStatus::Active
    }

    fn is_suspended(&self) -> bool {
        self.status == TenantStatus::Suspended
    }
}

/// The tenant of a path.
fn named(name: &str) -> std::result::Result<TenantName, Fault> {
    TenantName::read(name).map_err(Fault::missing)
}

/// `GET /admin/tenants/{name}`
pub(super) async fn page(
    State(registry): State<Arc<Registry>>,
    Extension(operator): Extension<Operator>,
    Path(name): Path<String>,
    headers: HeaderMap,
) -> Result<Response> {
    let name = named(&name)?;
    let tenant = registry.control().require(&name).await?;
    let events = registry.control().events(&name).await?;
    let now = now();
    let shown = |limit: Option<i64>| limit.map(|limit| limit.to_string()).unwrap_or_default();
    let hosts = registry.config().tenants_host.as_ref();
    let page = TenantPage {
        layout: Layout::new(&headers, &operator),
        host: hosts
            .map(|hosts: &HostPattern| hosts.host_of(&name))
            .unwrap_or_default(),
        problem: registry.problem(&name).unwrap_or_default(),
        name: name.to_string(),
        status: tenant.status,
        created: RelativeTime::new(tenant.created_at, now),
        applications: shown(tenant.limits.applications),
        bytes: shown(tenant.limits.bytes),
        requests: shown(tenant.limits.requests),
        events: events
            .into_iter()
            .map(|event| Event {
                at: RelativeTime::new(event.at, now),
                action: event.action,
                actor: event.actor,
                details: if event.details == "null" {
                    String::new()
                } else {
                    event.details
                },
            })
            .collect(),
    };
    render(StatusCode::OK, page)
}

/// `POST /admin/tenants/{name}` from a form.
pub(super) async fn change(
    State(registry): State<Arc<Registry>>,
    Extension(operator): Extension<Operator>,
    Path(name): Path<String>,
    headers: HeaderMap,
    Form(form): Form,
) -> Result<Response> {
    let name = named(&name)?;
    let layout = Layout::new(&headers, &operator);
    let actor = &operator.0;
    let alteration = match action(&form) {
        "limits" => Alteration::limits(limits(&form)?),
        "suspend" => Alteration::status(TenantStatus::Suspended),
        "resume" => Alteration::status(TenantStatus::Active),
        "delete" => {
            if optional(&form, "confirm").as_deref() != Some(name.as_str()) {
                let message = format!("must be {name}, the name of the tenant: nothing was deleted");
                return Err(refused("confirm", message));
            }
            registry.delete(actor, &name).await?;
            return Ok(Redirect::to(&layout.links.tenants()).into_response());
        }
        _ => return Err(unknown_action(&form)),
    };
    registry.control().alter(actor, &name, alteration).await?;
    Ok(Redirect::to(&layout.links.tenant(name.as_str())).into_response())
}
