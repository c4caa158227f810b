//! A server between a client and the broker that passes everything on and remembers what was asked.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, Method, Response, Uri, header};
use serde_json::Value;
use tokio::net::TcpListener;

use crate::scene::Scene;

pub(crate) struct Recorder {
    pub(crate) url: String,
    seen: Arc<Mutex<Vec<Request>>>,
}

#[derive(Clone)]
pub(crate) struct Request {
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) body: Bytes,
}

#[derive(Clone)]
struct Between {
    broker: String,
    /// These links are taken out of the index, as if the broker were too old for them.
    hidden: &'static [&'static str],
    seen: Arc<Mutex<Vec<Request>>>,
}

impl Recorder {
    pub(crate) async fn before(scene: &Scene, hidden: &'static [&'static str]) -> Self {
        let seen = Arc::new(Mutex::new(Vec::new()));
        let between = Between {
            broker: scene.url(""),
            hidden,
            seen: Arc::clone(&seen),
        };
        let app = Router::new().fallback(pass_on).with_state(between);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self { url, seen }
    }

    pub(crate) fn seen(&self) -> Vec<Request> {
        self.seen.lock().unwrap().clone()
    }

    /// Whether this path was asked for.
    pub(crate) fn saw(&self, path: &str) -> bool {
        self.seen().iter().any(|request| request.path == path)
    }
}

async fn pass_on(
    State(between): State<Between>,
    method: Method,
    uri: Uri,
    mut headers: HeaderMap,
    body: Bytes,
) -> Response<Body> {
    between.seen.lock().unwrap().push(Request {
        method: method.clone(),
        path: uri.path().to_owned(),
        body: body.clone(),
    });
    // The host stays, so that the broker's links lead through here; the length is that of the body.
    for name in [
        header::CONNECTION,
        header::CONTENT_LENGTH,
        header::TRANSFER_ENCODING,
        header::ACCEPT_ENCODING,
    ] {
        headers.remove(name);
    }
    let answer = reqwest::Client::new()
        .request(method, format!("{}{uri}", between.broker))
        .headers(headers)
        .body(body)
        .send()
        .await
        .unwrap();
    let mut response = Response::builder().status(answer.status());
    if let Some(content_type) = answer.headers().get(header::CONTENT_TYPE) {
        response = response.header(header::CONTENT_TYPE, content_type);
    }
    let mut content = answer.bytes().await.unwrap();
    if uri.path() == "/" && !between.hidden.is_empty() {
        let mut index: Value = serde_json::from_slice(&content).unwrap();
        for relation in between.hidden {
            let hidden = index["_links"].as_object_mut().unwrap().remove(*relation);
            assert!(hidden.is_some(), "the index has no {relation}");
        }
        content = index.to_string().into();
    }
    response.body(Body::from(content)).unwrap()
}
