//! A provider to verify: it has the paths that it was started with.

use std::sync::{Arc, Mutex};

use axum::extract::State;
use axum::http::{StatusCode, Uri};
use axum::routing::post;
use axum::{Json, Router};
use orders_api::Order;
use serde_json::Value;
use tokio::net::TcpListener;

pub(crate) struct Provider {
    pub(crate) name: &'static str,
    pub(crate) port: u16,
    states: Arc<Mutex<Vec<String>>>,
}

impl Provider {
    /// The provider user-api with these paths.
    pub(crate) async fn with(paths: &'static [&'static str]) -> Self {
        Self::named("user-api", paths).await
    }

    /// Answers these paths with 200 and any other with 404; sets every state that it is asked for.
    pub(crate) async fn named(name: &'static str, paths: &'static [&'static str]) -> Self {
        let states = Arc::new(Mutex::new(Vec::new()));
        let answer = move |uri: Uri| async move {
            if paths.contains(&uri.path()) {
                StatusCode::OK
            } else {
                StatusCode::NOT_FOUND
            }
        };
        let app = Router::new()
            .route("/states", post(set_state))
            .with_state(Arc::clone(&states))
            .fallback(answer);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self { name, port, states }
    }

    /// The orders API of the examples, whose states fill its store.
    pub(crate) async fn of_orders() -> Self {
        let states = Arc::new(Mutex::new(Vec::new()));
        let store = orders_api::Store::default();
        let (asked, filled) = (Arc::clone(&states), store.clone());
        let set = move |Json(change): Json<Value>| async move {
            let name = change["state"].as_str().unwrap_or_default().to_owned();
            filled.clear();
            if name == "an order exists" {
                // What the contract does not say of the order is that of the default.
                let order: Order = serde_json::from_value(change["params"].clone()).unwrap_or_default();
                filled.put(order);
            }
            asked.lock().unwrap().push(name);
            Json(Value::Object(serde_json::Map::new()))
        };
        let app = orders_api::app(store).route("/states", post(set));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self {
            name: "orders-api",
            port,
            states,
        }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    pub(crate) fn states_url(&self) -> String {
        format!("{}/states", self.url())
    }

    /// The states that were asked for, in order of their names.
    pub(crate) fn states(&self) -> Vec<String> {
        let mut states = self.states.lock().unwrap().clone();
        states.sort();
        states.dedup();
        states
    }
}

async fn set_state(State(states): State<Arc<Mutex<Vec<String>>>>, Json(change): Json<Value>) -> Json<Value> {
    if let Some(state) = change["state"].as_str() {
        states.lock().unwrap().push(state.to_owned());
    }
    Json(Value::Object(serde_json::Map::new()))
}
