//! A broker with one contract, which remembers the results that it was given.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::{Request, State};
use axum::response::Json;
use serde_json::{Value, json};

#[derive(Clone)]
pub(crate) struct Broker {
    pub(crate) url: String,
    contract: Value,
    results: Arc<Mutex<Vec<Value>>>,
}

impl Broker {
    /// Serves the contract until the process ends.
    pub(crate) fn serve(contract: Value) -> Self {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let broker = Self {
            url: format!("http://{}", listener.local_addr().unwrap()),
            contract,
            results: Arc::default(),
        };
        let app = Router::new().fallback(answer).with_state(broker.clone());
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.unwrap().block_on(async move {
                let listener = tokio::net::TcpListener::from_std(listener).unwrap();
                axum::serve(listener, app).await.unwrap();
            });
        });
        broker
    }

    pub(crate) fn results(&self) -> Vec<Value> {
        self.results.lock().unwrap().clone()
    }
}

async fn answer(State(broker): State<Broker>, request: Request) -> Json<Value> {
    let link = |path: &str| json!({ "href": format!("{}{path}", broker.url) });
    let path = request.uri().path().to_owned();
    Json(match path.as_str() {
        "/" => json!({ "_links": { "pb:provider-pacts-for-verification": link("/for-verification") } }),
        "/for-verification" => json!({ "_embedded": { "pacts": [{
            "shortDescription": "latest",
            "verificationProperties": { "notices": [] },
            "_links": { "self": link("/contract") },
        }]}}),
        "/results" => {
            let body = axum::body::to_bytes(request.into_body(), 1 << 20).await.unwrap();
            broker
                .results
                .lock()
                .unwrap()
                .push(serde_json::from_slice(&body).unwrap());
            json!({ "_links": { "self": link("/results/1") } })
        }
        _ => {
            let mut contract = broker.contract.clone();
            contract["_links"] = json!({ "pb:publish-verification-results": link("/results") });
            contract
        }
    })
}
