//! Contracts of clients that others wrote, in our own words: what Terraform's provider and an MCP server ask of the admin
//! API. Each interaction is verified against a broker that has one of everything.

use std::path::Path;

use contract_broker::{Broker, Config};
use contract_core::{
    report::Style,
    verify::{Contracts, StateParams, Verifier},
};
use http::{Method, Request};
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use tower::ServiceExt as _;

use crate::process::KEY;

/// A broker of its own for each interaction.
#[derive(Clone)]
struct Fixture {
    router: axum::Router,
}

impl Fixture {
    async fn new() -> Self {
        let directory = tempfile::tempdir().unwrap().keep();
        let config = Config {
            database_url: format!("sqlite:{}", directory.join("broker.sqlite3").display()),
            webhook_encryption_key: Some(KEY.into()),
            auth_tokens: vec!["writer".into()],
            ..Config::default()
        };
        let broker = Broker::build(config).await.unwrap();
        Self {
            router: broker.router(),
        }
    }

    async fn ask(&self, method: Method, path: &str, body: Value) -> Value {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header("host", "broker.test")
            .header("authorization", "Bearer writer")
            .header("content-type", "application/json")
            .body(axum::body::Body::from(body.to_string()))
            .unwrap();
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (head, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        assert!(head.status.is_success(), "{path}: {} {text}", head.status);
        serde_json::from_str(&text).unwrap_or(Value::Null)
    }

    async fn create(&self, path: &str, body: Value) -> String {
        let created = self.ask(Method::POST, path, body).await;
        created["uuid"].as_str().unwrap().to_owned()
    }

    /// One of everything; gives their uuids, by name, and a token of a system account.
    async fn fill(&self) -> Value {
        self.ask(Method::PUT, "/pacticipants/web/versions/1", json!({}))
            .await;
        self.ask(Method::PUT, "/pacticipants/api/versions/1", json!({}))
            .await;
        let user = self
            .create(
                "/admin/users",
                json!({ "name": "Ann", "email": "ann@example.org" }),
            )
            .await;
        let permissions = ["audit:read:*", "contract_data:read:*", "token:manage:own"]
            .map(|scope| json!({ "scope": scope }));
        let role = self
            .create(
                "/admin/roles",
                json!({ "name": "role", "permissions": permissions }),
            )
            .await;
        let machine = self
            .create("/admin/system-accounts", json!({ "name": "ci" }))
            .await;
        self.ask(
            Method::PUT,
            &format!("/admin/users/{machine}/roles"),
            json!({ "roles": [role] }),
        )
        .await;
        let tokens = format!("/admin/system-accounts/{machine}/tokens");
        let issued = self
            .ask(Method::POST, &tokens, json!({ "description": "ci" }))
            .await;
        let body = json!({ "name": "shop", "pacticipantNames": ["web"], "administratorUuids": [user] });
        let team = self.create("/admin/teams", body).await;
        let members = format!("/admin/teams/{team}/users");
        self.ask(Method::PUT, &members, json!({ "users": [user] })).await;
        let body = json!({ "name": "test", "production": false, "teamUuids": [team] });
        let environment = self.create("/environments", body).await;
        let secret = json!({ "name": "ciToken", "description": "for builds", "value": "swordfish" });
        let secret = self.create("/secrets", secret).await;
        json!({
            "user": user,
            "role": role,
            "machine": machine,
            "team": team,
            "environment": environment,
            "secret": secret,
            "token": issued["uuid"],
            "value": issued["value"],
        })
    }

    /// With a webhook of the team: a team that has one is not deleted.
    async fn webhook(&self, team: &str) -> String {
        let body = json!({
            "description": "build",
            "teamUuid": team,
            "events": [{ "name": "contract_content_changed" }],
            "request": {
                "method": "POST",
                "url": "https://ci.example.org/build",
                "headers": { "Authorization": "Bearer ${user.ciToken}" },
            },
        });
        self.create("/webhooks", body).await
    }
}

fn verify(consumer: &str) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/contracts/{consumer}.json"));
        let report = Verifier::with_fixture("contract-broker", Fixture::new)
            .contracts(Contracts::file(file))
            .service_with(|fixture: Fixture| async move { fixture.router })
            .state("a broker in use", async |params: StateParams<Value, Fixture>| {
                contract_core::json::Value::from(params.fixture().fill().await)
            })
            .state(
                "a broker with a webhook",
                async |params: StateParams<Value, Fixture>| {
                    let mut found = params.fixture().fill().await;
                    let team = found["team"].as_str().unwrap().to_owned();
                    found["webhook"] = json!(params.fixture().webhook(&team).await);
                    contract_core::json::Value::from(found)
                },
            )
            .run()
            .await
            .unwrap();
        assert!(report.is_success(), "{}", report.to_text(Style::PLAIN));
        assert!(report.counts().run() > 30, "{consumer}");
    });
}

#[test]
fn terraform() {
    verify("terraform");
}

#[test]
fn mcp() {
    verify("mcp");
}
