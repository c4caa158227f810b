//! Whether the broker is alive and can serve.

use http::StatusCode;

use crate::http::{
    Site, address,
    base_url::BaseUrl,
    hal::Hal,
    resource::{Dependencies, Health, Heartbeat, Link, Links},
};

pub(super) async fn alive() -> Hal<Health> {
    Hal::ok(Health {
        ok: true,
        problem: None,
    })
}

pub(super) async fn ready(site: Site) -> Hal<Health> {
    let problem = site.app.ready().await.err();
    let ok = problem.is_none();
    let status = if ok {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    Hal::ok(Health { ok, problem }).with_status(status)
}

pub(super) async fn heartbeat(base: BaseUrl) -> Hal<Heartbeat> {
    let itself = Link::to(base.to(address::HEARTBEAT, []));
    Hal::ok(Heartbeat {
        ok: true,
        links: Links::itself(itself),
    })
}

pub(super) async fn dependencies(site: Site, base: BaseUrl) -> Hal<Dependencies> {
    let ok = site.app.database_serves().await.is_ok();
    let status = if ok {
        StatusCode::OK
    } else {
        StatusCode::INTERNAL_SERVER_ERROR
    };
    let itself = Link::to(base.to(address::DEPENDENCIES, []));
    Hal::ok(Dependencies {
        database: Health { ok, problem: None },
        links: Links::itself(itself),
    })
    .with_status(status)
}
