//! The outside of a broker with tenants: which tenant a request goes to, and what is answered where it goes to none.

mod addressing;
mod api;
mod document;
mod export;
mod request;

use std::sync::Arc;

use axum::{
    Router,
    extract::{Request, State},
    middleware,
    response::{IntoResponse as _, Response},
};
use http::StatusCode;
use tower::ServiceExt as _;

use self::addressing::{Addressee, Addressing};
use super::{AppState, error::Failure, layers, router::router as routes_of_tenants};
use crate::{
    domain::{count::counted, tenant::TenantName},
    metrics::TurnedAway,
    tenants::{Registry, Turned},
};

/// The tenant that a request went to, for the log.
#[derive(Debug, Clone)]
pub(super) struct Served(pub(super) TenantName);

/// What a request gets that reaches no tenant.
#[derive(Clone)]
pub(super) struct Refused(Failure);

/// What decides where a request goes.
struct Entrance {
    registry: Arc<Registry>,
    addressing: Option<Addressing>,
    /// The routes of every tenant: the site of the tenant is among the extensions of a request.
    tenants: Router,
    /// The routes of the broker itself.
    control: Router,
}

/// The broker with tenants as a service.
pub(crate) fn router(registry: Arc<Registry>) -> Router {
    let state = AppState::of_tenants(registry.config(), registry.requests().cloned());
    let entrance = Entrance {
        addressing: Addressing::new(registry.config()),
        tenants: routes_of_tenants(state.clone()),
        control: api::routes(&registry, state),
        registry,
    };
    Router::new()
        .fallback(enter)
        .with_state(Arc::new(entrance))
        .layer(middleware::from_fn(layers::host))
}

/// Sends a request where it belongs.
async fn enter(State(entrance): State<Arc<Entrance>>, mut request: Request) -> Response {
    let addressee = match &entrance.addressing {
        Some(addressing) => addressing.of(&mut request),
        None => Addressee::Control,
    };
    let (tenant, is_by_host) = match addressee {
        Addressee::Control => return answered(&entrance.control, request).await,
        Addressee::NoTenant => return entrance.turn_away(request, &Turned::Unknown, true).await,
        Addressee::ByHost(tenant) => (tenant, true),
        Addressee::ByToken(tenant) => (tenant, false),
    };
    let visit = match entrance.registry.enter(&tenant).await {
        Ok(visit) => visit,
        Err(turned) => return entrance.turn_away(request, &turned, is_by_host).await,
    };
    request.extensions_mut().insert(visit.site().clone());
    request.extensions_mut().insert(Served(tenant.clone()));
    if !is_by_host {
        request.extensions_mut().insert(api::CHALLENGE);
    }
    let response = answered(&entrance.tenants, request).await;
    entrance
        .registry
        .metrics()
        .answered(tenant.as_str(), response.status());
    response.map(|body| visit.during(body))
}

async fn answered(routes: &Router, request: Request) -> Response {
    match routes.clone().oneshot(request).await {
        Ok(response) => response,
        Err(never) => match never {},
    }
}

impl Entrance {
    /// Answers a request that reaches no tenant.
    async fn turn_away(&self, mut request: Request, turned: &Turned, is_by_host: bool) -> Response {
        let reason = match turned {
            Turned::Unknown => TurnedAway::Unknown,
            Turned::Suspended => TurnedAway::Suspended,
            Turned::TooMany(_) => TurnedAway::Requests,
            Turned::Unavailable(_) | Turned::Failed(_) => TurnedAway::Unavailable,
        };
        self.registry.metrics().turned_away(reason);
        // Whoever guesses names of tenants with a token is told what a wrong token is told.
        let is_wrong_token = matches!(turned, Turned::Unknown) && !is_by_host;
        if !is_wrong_token {
            request.extensions_mut().insert(Refused(failure(turned)));
        }
        answered(&self.control, request).await
    }
}

fn failure(turned: &Turned) -> Failure {
    match turned {
        Turned::Unknown => Failure::not_found(
            "there is no tenant at this host: check the host name, or ask the operator of the broker",
        ),
        Turned::Suspended => Failure::Status(
            StatusCode::FORBIDDEN,
            "this tenant is suspended: ask the operator of the broker to resume it".to_owned(),
        ),
        Turned::TooMany(most) => Failure::Status(
            StatusCode::TOO_MANY_REQUESTS,
            format!(
                "the limit requests of this tenant is reached: {} under way. Try again later, or ask the \
                 operator of the broker for more",
                counted(*most, "request")
            ),
        ),
        Turned::Unavailable(message) => Failure::Unavailable(message),
        Turned::Failed(problem) => Failure::internal(problem),
    }
}

/// Answers a request that was refused before.
async fn refusals(request: Request, next: middleware::Next) -> Response {
    let refused = request.extensions().get::<Refused>().cloned();
    match refused {
        Some(Refused(failure)) => {
            let is_busy = matches!(failure, Failure::Status(StatusCode::TOO_MANY_REQUESTS, _));
            let mut response = failure.into_response();
            if is_busy {
                let after = http::HeaderValue::from_static(super::error::RETRY_AFTER);
                response.headers_mut().insert(http::header::RETRY_AFTER, after);
            }
            response
        }
        None => next.run(request).await,
    }
}
