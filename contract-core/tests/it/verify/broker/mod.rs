//! The client of a broker, against a small one that answers as the protocol says.

mod publication;
mod requests;
mod verification;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::extract::{Request, State};
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::{Json, Router};
use contract_core::ErrorKind;
use contract_core::broker::{Auth, CanIDeploy, Client, NewEnvironment, Publication, VerificationQuery};
use contract_core::provider::*;
use serde_json::{Value, json};

use super::provider::{Users, app, contract, contract_text, get_interaction, nobody, serve};

/// A broker with one contract; remembers what it was asked and can be made to refuse.
#[derive(Clone, Default)]
struct Stub {
    base: Arc<Mutex<String>>,
    calls: Arc<Mutex<Vec<(String, Value)>>>,
    /// Answers in place of the usual ones, the first first.
    refusals: Arc<Mutex<Vec<(StatusCode, Value)>>>,
    contract: Arc<Mutex<String>>,
    pending: Arc<Mutex<bool>>,
    /// Whether results are taken and never answered.
    is_silent: Arc<Mutex<bool>>,
}

impl Stub {
    async fn start() -> (Self, Client) {
        let stub = Self::default();
        let url = serve(Router::new().fallback(answer).with_state(stub.clone())).await;
        stub.base.lock().unwrap().clone_from(&url);
        let client = Client::new(&url, Auth::Bearer("t0ken".into()))
            .unwrap()
            .attempts(3, Duration::ZERO);
        (stub, client)
    }

    fn refuse(&self, status: u16, body: Value, times: usize) {
        let answer = (StatusCode::from_u16(status).unwrap(), body);
        self.refusals
            .lock()
            .unwrap()
            .extend(std::iter::repeat_n(answer, times));
    }

    /// What was asked but the index, as `POST /path`.
    fn asked(&self) -> Vec<String> {
        let calls = self.calls.lock().unwrap();
        calls
            .iter()
            .map(|(call, _)| call.clone())
            .filter(|call| call != "GET /")
            .collect()
    }

    fn body_of(&self, call: &str) -> Value {
        let calls = self.calls.lock().unwrap();
        calls.iter().find(|(made, _)| made == call).unwrap().1.clone()
    }
}

async fn answer(State(stub): State<Stub>, request: Request) -> Response {
    let call = format!("{} {}", request.method(), request.uri().path());
    let method = request.method().clone();
    let authorized = request
        .headers()
        .get("authorization")
        .is_some_and(|value| value == "Bearer t0ken");
    let path = request.uri().path().to_owned();
    let bytes = axum::body::to_bytes(request.into_body(), 1 << 20).await.unwrap();
    let body = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
    stub.calls.lock().unwrap().push((call, body));
    if !authorized {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    if path != "/" && !stub.refusals.lock().unwrap().is_empty() {
        let (status, body) = stub.refusals.lock().unwrap().remove(0);
        return (status, Json(body)).into_response();
    }
    if path == "/results" && *stub.is_silent.lock().unwrap() {
        std::future::pending::<()>().await;
    }
    let base = stub.base.lock().unwrap().clone();
    let link = |path: &str| json!({ "href": format!("{base}{path}") });
    let answer = match (method, path.as_str()) {
        (Method::GET, "/") => json!({ "_links": {
            "pb:publish-contracts": link("/contracts/publish"),
            "pb:provider-pacts-for-verification": link("/pacts/provider/{provider}/for-verification"),
            "pb:environments": link("/environments"),
            "pb:environment": link("/environments/{uuid}"),
            "pb:pacticipants": link("/pacticipants"),
            "pb:pacticipant": link("/pacticipants/{pacticipant}"),
            "pb:pacticipant-version": link("/pacticipants/{pacticipant}/versions/{version}"),
        }}),
        (Method::POST, "/contracts/publish") => json!({
            "notices": [{ "type": "success", "text": "Contract published" }],
            "_links": { "pb:contracts": [link("/pacts/1")] },
        }),
        (Method::POST, "/pacts/provider/user-api/for-verification") => json!({ "_embedded": { "pacts": [{
            "shortDescription": "latest from main branch",
            "verificationProperties": {
                "pending": *stub.pending.lock().unwrap(),
                "notices": [
                    { "when": "before_verification", "text": "chosen because of its branch" },
                    { "when": "after_verification:success_true_published_true", "text": "well done" },
                ],
            },
            "_links": { "self": link("/contract") },
        }]}}),
        (Method::GET, "/contract") => {
            let mut contract: Value = serde_json::from_str(&stub.contract.lock().unwrap()).unwrap();
            contract["_links"] = json!({
                "pb:provider": link("/pacticipants/user-api"),
                "pb:publish-verification-results": link("/results"),
            });
            contract
        }
        (Method::GET, "/pacticipants") => {
            json!({ "_embedded": { "pacticipants": [{ "name": "user-api" }, { "name": "web-app" }] } })
        }
        (Method::POST, "/pacts/provider/web-app/for-verification") => json!({ "_embedded": { "pacts": [] } }),
        (Method::GET, "/pacticipants/web-app") => json!({ "name": "web-app" }),
        (Method::GET, "/pacticipants/user-api") => json!({ "name": "user-api", "_links": {
            "pb:branch-version": link("/pacticipants/user-api/branches/{branch}/versions/{version}"),
            "pb:version-tag": link("/pacticipants/user-api/versions/{version}/tags/{tag}"),
        }}),
        (Method::POST, "/results") => json!({ "_links": { "self": link("/results/1") } }),
        (Method::GET, "/environments") => json!({ "_embedded": { "environments": [
            { "uuid": "e1", "name": "production", "displayName": "Production", "production": true },
        ]}}),
        (Method::POST, "/environments") => json!({ "uuid": "e2", "name": "test", "production": false }),
        (Method::GET, "/pacticipants/web-app/versions/1") => json!({ "_links": {
            "pb:record-deployment": [{ "name": "production", "href": format!("{base}/deploy") }],
            "pb:record-release": [{ "name": "production", "href": format!("{base}/releases") }],
        }}),
        (Method::GET, "/pacticipants/web-app/versions/2") => json!({ "_links": {
            "pb:record-release": [{ "name": "production", "href": format!("{base}/no-releases") }],
        }}),
        (Method::GET, "/environments/e1") => json!({ "_links": {
            "pb:currently-supported-released-versions": link("/supported"),
            "pb:currently-deployed-deployed-versions": link("/deployed"),
        }}),
        (Method::GET, "/deployed") => {
            let record = |instance: Option<&str>| {
                json!({
                    "applicationInstance": instance,
                    "_embedded": { "pacticipant": { "name": "web-app" }, "version": { "number": "1" } },
                    "_links": { "self": link("/deployed/1") },
                })
            };
            json!({ "_embedded": { "deployedVersions": [record(Some("green")), record(None)] } })
        }
        (Method::GET, "/supported" | "/no-releases") => json!({ "_embedded": { "releasedVersions": [] } }),
        (Method::GET, "/releases") => {
            json!({ "_embedded": { "releasedVersions": [{ "currentlySupported": false }] } })
        }
        (Method::PUT, _) | (Method::PATCH, "/deployed/1") => json!({}),
        (Method::POST, "/deploy") => {
            json!({ "_links": { "self": { "href": format!("{base}/deployed/1") } } })
        }
        (Method::GET, "/matrix") => json!({
            "summary": { "deployable": null, "reason": "no result yet", "unknown": 1 },
            "notices": [],
            "matrix": [{
                "consumer": { "name": "web-app", "version": { "number": "1" } },
                "provider": { "name": "user-api", "version": null },
                "verificationResult": null,
            }],
        }),
        _ => return (StatusCode::NOT_FOUND, Json(json!({ "error": "not here" }))).into_response(),
    };
    Json(answer).into_response()
}

fn verifier(client: Client) -> Verifier {
    Verifier::new("user-api")
        .contracts(Contracts::broker(client))
        .service(|| async { app(Users::default()) })
}

fn contract_with(statuses: &[u16]) -> String {
    let interactions: Vec<Value> = statuses
        .iter()
        .enumerate()
        .map(|(index, status)| {
            let mut interaction = get_interaction(&format!("request {index}"), &[], "/users/1", *status);
            interaction["_id"] = json!(format!("id-{index}"));
            interaction
        })
        .collect();
    contract_text("web-app", &interactions)
}
