//! The pages for operators of a broker with tenants: which there are, and a new one.

use std::sync::Arc;

use askama::Template;
use axum::{
    Extension,
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use http::{HeaderMap, StatusCode};

use super::{
    assets::FINGERPRINT,
    fault::{Fault, Result, prefers_pages, put_into},
    form::{optional, refused},
    links::Links,
    page::{links, page as render},
    relative_time::RelativeTime,
};
use crate::{
    auth::{Asker, Operator},
    config::{ByteSize, Raw, Secret, Value as _},
    domain::{
        tenant::{TenantLimits, TenantName},
        time::now,
    },
    http::{base_url::BaseUrl, query::Query, request_body::Form},
    store::control::Tenant,
    tenants::{NewTenant, Registry},
};

/// The layout of these pages.
pub(super) struct Layout {
    pub(super) links: Links,
    pub(super) operator: String,
}

impl Layout {
    pub(super) fn new(headers: &HeaderMap, operator: &Operator) -> Self {
        Self::of(headers, &operator.0)
    }

    fn of(headers: &HeaderMap, operator: &str) -> Self {
        Self {
            links: links(&BaseUrl::of(None, headers)),
            operator: operator.to_owned(),
        }
    }

    #[expect(clippy::unused_self, reason = "templates call methods of the layout")]
    pub(super) fn version(&self) -> &'static str {
        env!("CARGO_PKG_VERSION")
    }

    pub(super) fn asset(&self, name: &str) -> String {
        format!("{}?v={}", self.links.asset(name), *FINGERPRINT)
    }
}

#[derive(Template)]
#[template(path = "tenants_fault.html")]
struct FaultPage {
    layout: Layout,
    title: &'static str,
    message: String,
}

/// Shows operators in a browser why something was refused. What somebody is told who is not known stays as it is: it is the
/// same whichever tenant they name.
pub(crate) async fn failures_as_pages_of_operators(request: Request, next: Next) -> Response {
    if !prefers_pages(request.headers()) {
        return next.run(request).await;
    }
    let headers = request.headers().clone();
    let asker = request.extensions().get::<Asker>().cloned().unwrap_or_default();
    let mut response = next.run(request).await;
    if response.status() == StatusCode::UNAUTHORIZED {
        return response;
    }
    if let Some(fault) = Fault::taken_from(&mut response) {
        let page = FaultPage {
            layout: Layout::of(&headers, asker.known_name().unwrap_or_default()),
            title: fault.title,
            message: fault.message,
        };
        match render(fault.status, page) {
            Ok(page) => put_into(&mut response, page),
            Err(fault) => return fault.into_response(),
        }
    }
    response
}

/// A tenant in a list.
struct Row {
    name: String,
    status: &'static str,
    is_served: bool,
    created: RelativeTime,
    /// Why its store does not open.
    problem: String,
}

#[derive(Template)]
#[template(path = "tenants.html")]
struct TenantsPage {
    layout: Layout,
    tenants: Vec<Row>,
}

#[derive(Template)]
#[template(path = "tenant_created.html")]
struct CreatedPage {
    layout: Layout,
    name: String,
    token: Secret,
}

/// `GET /admin/tenants`
pub(super) async fn list(
    State(registry): State<Arc<Registry>>,
    Extension(operator): Extension<Operator>,
    headers: HeaderMap,
) -> Result<Response> {
    let now = now();
    let row = |tenant: Tenant| Row {
        status: tenant.status.as_str(),
        is_served: tenant.status == crate::domain::tenant::TenantStatus::Active,
        created: RelativeTime::new(tenant.created_at, now),
        problem: registry.problem(&tenant.name).unwrap_or_default(),
        name: tenant.name.to_string(),
    };
    let tenants = registry.control().all().await?;
    let page = TenantsPage {
        tenants: tenants.into_iter().map(row).collect(),
        layout: Layout::new(&headers, &operator),
    };
    render(StatusCode::OK, page)
}

/// `POST /admin/tenants` from a form. The token is on the page that is the answer, and nowhere else.
pub(super) async fn create(
    State(registry): State<Arc<Registry>>,
    Extension(operator): Extension<Operator>,
    headers: HeaderMap,
    Form(form): Form,
) -> Result<Response> {
    let name = optional(&form, "name").unwrap_or_default();
    let name = TenantName::read(&name).map_err(|problem| refused("name", problem))?;
    let email = optional(&form, "email").ok_or_else(|| refused("email", "is missing"))?;
    let new = NewTenant {
        name: name.clone(),
        limits: limits(&form)?,
        admin_name: email.clone(),
        email,
        from: None,
    };
    let token = registry.create(&operator.0, new).await?;
    let page = CreatedPage {
        layout: Layout::new(&headers, &operator),
        name: name.to_string(),
        token,
    };
    render(StatusCode::CREATED, page)
}

/// The limits that a form sets; one that is left empty is none.
///
/// # Errors
/// Which cannot be read.
pub(super) fn limits(form: &Query) -> Result<TenantLimits> {
    let count = |member: &str| match optional(form, member) {
        None => Ok(None),
        Some(text) => match text.parse::<u32>() {
            Ok(most) if most > 0 => Ok(Some(i64::from(most))),
            _ => Err(refused(member, "must be a number of at least 1, or left empty")),
        },
    };
    let bytes = match optional(form, "bytes") {
        None => None,
        Some(text) => {
            let size = ByteSize::parse(Raw::Text(text)).map_err(|problem| refused("bytes", problem))?;
            Some(i64::try_from(size.bytes()).unwrap_or(i64::MAX))
        }
    };
    Ok(TenantLimits {
        applications: count("applications")?,
        bytes,
        requests: count("requests")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_sets_limits_and_leaves_others_out() {
        let limits = |text: &str| limits(&Query::parse(text)).map_err(|fault| fault.message);
        let set = limits("applications=5&bytes=2GiB&requests=").expect("limits");
        assert_eq!(
            set,
            TenantLimits {
                applications: Some(5),
                bytes: Some(2 << 30),
                requests: None
            }
        );
        assert_eq!(limits(""), Ok(TenantLimits::default()));
        for (form, member) in [
            ("applications=0", "applications"),
            ("applications=many", "applications"),
            ("requests=-1", "requests"),
            ("bytes=big", "bytes"),
        ] {
            let message = limits(form).expect_err(form);
            assert!(message.contains(member), "{message}");
        }
    }
}
