//! The HTTP side.

use axum::extract::{Path, Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{Build, NewOrder, Status, Store};

#[derive(Clone)]
struct Service {
    build: Build,
    store: Store,
}

pub(crate) fn router(build: Build, store: Store) -> Router {
    Router::new()
        .route("/orders", get(list).post(place))
        .route("/orders/{id}", get(show))
        .with_state(Service { build, store })
}

async fn show(State(service): State<Service>, Path(id): Path<u64>) -> Response {
    match service.store.find(id) {
        Some(order) => Json(service.build.render(&order)).into_response(),
        None => refuse(StatusCode::NOT_FOUND, &format!("there is no order {id}")),
    }
}

#[derive(Deserialize)]
struct Filter {
    status: Option<Status>,
}

async fn list(State(service): State<Service>, Query(filter): Query<Filter>) -> Json<Vec<Value>> {
    let orders = service.store.list(filter.status);
    Json(orders.iter().map(|order| service.build.render(order)).collect())
}

async fn place(State(service): State<Service>, Json(new): Json<NewOrder>) -> Response {
    if new.lines.is_empty() {
        return refuse(
            StatusCode::UNPROCESSABLE_ENTITY,
            "an order needs at least one line",
        );
    }
    let order = service.store.place(new);
    let location = format!("/orders/{}", order.id);
    (
        StatusCode::CREATED,
        [(header::LOCATION, location)],
        Json(service.build.render(&order)),
    )
        .into_response()
}

fn refuse(status: StatusCode, error: &str) -> Response {
    (status, Json(json!({ "error": error }))).into_response()
}
