//! The control API: health of the broker as a whole, and its tenants, for operators.

use std::sync::Arc;

use axum::{
    Router,
    extract::{Path, Request, State},
    middleware::{self, Next},
    response::{IntoResponse as _, Response},
    routing::get,
};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use serde::Serialize;
use tower::ServiceBuilder;
use utoipa::openapi::OpenApi;
use utoipa_axum::router::OpenApiRouter;

use super::{
    document::{CreatedTenant, EventDocument, TenantDocument, TenantList},
    export, refusals,
    request::{self, TenantChange, TenantRequest},
};
use crate::{
    auth::{AskedOfOperators, Challenge, NoOperator, Operator, Operators},
    domain::{Refusal, tenant::TenantName},
    http::{
        AppState, Watched as _, address,
        base_url::BaseUrl,
        error::{Failure, RETRY_AFTER, Result},
        hal, layers, matched,
        openapi::{self, Group, about, at},
        query::Query,
        request_body::Json,
        resource::Health,
        router::surrounded,
    },
    tenants::Registry,
    web,
};

/// What everybody is told at the host of no tenant who is not known there, whichever tenant their token names: the answer
/// says nothing about what tenants there are.
pub(super) const CHALLENGE: Challenge = Challenge {
    header: "Basic realm=\"contract-broker operators\", charset=\"UTF-8\"",
    message: "authentication is needed: send credentials of an operator, which auth.tokens or auth.username name in the \
              settings, or a token of a tenant with the name of the tenant and a dot in front",
};

type Tenants = State<Arc<Registry>>;

/// The routes of the broker itself, with what is around every request.
pub(super) fn routes(registry: &Arc<Registry>, state: AppState) -> Router {
    let operators = Operators::new(registry.config());
    let around = ServiceBuilder::new()
        .layer(middleware::from_fn(refusals))
        .layer(middleware::map_request(matched::note))
        .layer(middleware::from_fn(web::failures_as_pages_of_operators))
        .layer(middleware::from_fn_with_state(operators, guard));
    let (api, description) = described();
    let describe =
        async move |headers: HeaderMap| openapi::served(&description, &BaseUrl::of(None, &headers));
    let routes = api
        .merge(web::assets())
        .route(address::DESCRIPTION.route(), get(describe))
        .route(address::ALIVE.route(), get(alive))
        .route(address::HEARTBEAT.route(), get(alive))
        .route(address::READY.route(), get(ready))
        .fallback(nothing)
        .method_not_allowed_fallback(layers::method_not_allowed)
        .with_state(Arc::clone(registry));
    let routes = web::with_pages_of_tenants(routes, registry).layer(around);
    surrounded(routes, state)
}

/// What operators do about tenants, and its description.
fn described() -> (Router<Arc<Registry>>, OpenApi) {
    let mut frame = openapi::frame();
    "contract-broker: tenants".clone_into(&mut frame.info.title);
    frame.info.description = Some(
        "Creates, limits, suspends, exports and deletes the tenants of a broker, at the host that belongs to none of them, \
         with credentials of an operator."
            .to_owned(),
    );
    let (routes, description) = OpenApiRouter::with_openapi(frame)
        .merge(operations())
        .split_for_parts();
    (routes, openapi::complete(description))
}

// One line for each operation.
#[rustfmt::skip]
fn operations() -> OpenApiRouter<Arc<Registry>> {
    Group::new("Tenants")
        .route(at(address::TENANTS)
            .get(list, about("List the tenants").gives::<TenantList>())
            .post(create, about("Create a tenant with an administrator").takes::<TenantRequest>().creates::<CreatedTenant>().each_time()))
        .route(at(address::TENANT)
            .get(show, about("Show a tenant, with what was done to it").gives::<TenantDocument>())
            .patch(change, about("Limit, suspend or resume a tenant").takes::<TenantChange>().gives::<TenantDocument>())
            .delete(delete, about("Delete a tenant with everything that it stores").query(&["confirm"]).gives_nothing()))
        .route(at(address::TENANT_EXPORT)
            .post(export_all, about("Export everything that a tenant stores as JSON lines").gives_media("application/x-ndjson").each_time()))
        .routes()
}

/// Lets operators through, and everyone who asks for health. Whoever brings wrong credentials is told so wherever they ask.
async fn guard(State(operators): State<Operators>, mut request: Request, next: Next) -> Response {
    let path = request.uri().path();
    if address::HEALTH.contains(&path) {
        return next.run(request).await;
    }
    let is_of_operators = path.starts_with(address::TENANTS.route()) || path == address::DESCRIPTION.route();
    match operators.of(AskedOfOperators::of(&request)).await {
        Ok(operator) => {
            request.extensions_mut().insert(operator);
            next.run(request).await
        }
        Err(NoOperator::Silent) if !is_of_operators => next.run(request).await,
        Err(no_operator) => refused(no_operator),
    }
}

fn refused(no_operator: NoOperator) -> Response {
    let (status, message) = match no_operator {
        NoOperator::Silent | NoOperator::Unknown => (StatusCode::UNAUTHORIZED, CHALLENGE.message),
        NoOperator::TooMany => (
            StatusCode::TOO_MANY_REQUESTS,
            "too many requests with wrong credentials: check the user name and password or the token, and try later",
        ),
        NoOperator::MayOnlyRead => (
            StatusCode::FORBIDDEN,
            "these credentials may only read: use credentials of an operator that may write (tenant:manage:* is needed)",
        ),
    };
    let mut response = Failure::Status(status, message.to_owned()).into_response();
    let header = match no_operator {
        NoOperator::Silent | NoOperator::Unknown => Some((header::WWW_AUTHENTICATE, CHALLENGE.header)),
        NoOperator::TooMany => Some((header::RETRY_AFTER, RETRY_AFTER)),
        NoOperator::MayOnlyRead => None,
    };
    if let Some((name, value)) = header {
        response
            .headers_mut()
            .insert(name, HeaderValue::from_static(value));
    }
    response
}

async fn alive() -> axum::Json<Health> {
    axum::Json(Health {
        ok: true,
        problem: None,
    })
}

/// The broker is ready if its control store answers. A tenant whose store does not open has 503 of its own.
async fn ready(State(registry): Tenants) -> Response {
    let problem = registry.ready().await.err();
    let ok = problem.is_none();
    let status = if ok {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    (status, axum::Json(Health { ok, problem })).into_response()
}

async fn nothing(State(registry): Tenants) -> Failure {
    let hosts = registry.config().tenants_host.as_ref();
    let pattern = hosts.map(crate::config::Value::show).unwrap_or_default();
    Failure::not_found(format!(
        "there is nothing at this address: this broker has tenants, each at a host of its own, {pattern}; a token with the \
         name of its tenant and a dot in front reaches it at any other host"
    ))
}

async fn list(State(registry): Tenants) -> Result<Response> {
    let tenants = registry.control().all().await?;
    let tenants = tenants
        .iter()
        .map(|tenant| TenantDocument::of(tenant, registry.problem(&tenant.name)))
        .collect();
    json(StatusCode::OK, &TenantList { tenants })
}

async fn create(
    State(registry): Tenants,
    operator: axum::Extension<Operator>,
    body: Json,
) -> Result<Response> {
    let new = request::new_tenant(&body.object()?)?;
    let name = new.name.to_string();
    let token = registry.create(&operator.0.0, new).await?;
    json(StatusCode::CREATED, &CreatedTenant::of(&name, &token))
}

async fn show(State(registry): Tenants, Path(name): Path<String>) -> Result<Response> {
    let name = named(&name)?;
    let tenant = registry.control().require(&name).await?;
    let events = registry.control().events(&name).await?;
    let events: std::result::Result<Vec<_>, _> = events.into_iter().map(EventDocument::of).collect();
    let document = TenantDocument {
        events: Some(events.map_err(|error| Failure::internal(&error))?),
        ..TenantDocument::of(&tenant, registry.problem(&name))
    };
    json(StatusCode::OK, &document)
}

async fn change(
    State(registry): Tenants,
    operator: axum::Extension<Operator>,
    Path(name): Path<String>,
    body: Json,
) -> Result<Response> {
    let name = named(&name)?;
    let alteration = request::alteration(&body.object()?)?;
    let tenant = registry.control().alter(&operator.0.0, &name, alteration).await?;
    json(
        StatusCode::OK,
        &TenantDocument::of(&tenant, registry.problem(&name)),
    )
}

async fn delete(
    State(registry): Tenants,
    operator: axum::Extension<Operator>,
    Path(name): Path<String>,
    query: Query,
) -> Result<Response> {
    let name = named(&name)?;
    if query.get("confirm") != Some(name.as_str()) {
        let message = format!("add ?confirm={name} to delete this tenant and everything that it stores");
        return Err(Refusal::Malformed(message).into());
    }
    registry.delete(&operator.0.0, &name).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

async fn export_all(
    State(registry): Tenants,
    operator: axum::Extension<Operator>,
    Path(name): Path<String>,
) -> Result<Response> {
    let name = named(&name)?;
    let own = registry.control().begin_export(&operator.0.0, &name).await?;
    let file = format!("attachment; filename=\"{name}.jsonl\"");
    let disposition = HeaderValue::try_from(file).map_err(|error| Failure::internal(&error))?;
    let headers = [
        (
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/x-ndjson"),
        ),
        (header::CONTENT_DISPOSITION, disposition),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    Ok((headers, export::body(own)).into_response())
}

/// The tenant that a path names. A name that no tenant can have is none that there is.
fn named(name: &str) -> Result<TenantName> {
    TenantName::read(name).map_err(Failure::not_found)
}

fn json(status: StatusCode, document: &impl Serialize) -> Result<Response> {
    let mut response = hal::written(hal::write(document)?);
    *response.status_mut() = status;
    Ok(response)
}
