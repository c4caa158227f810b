//! A tenant that has something of everything, under names that every such tenant has, with texts that no other one has.

use http::Method;
use serde_json::{Value, json};

use super::{Tenant, Tenants};
use crate::{accounts, broker::contract};

/// Values for the names in addresses: every seeded tenant has them.
pub(super) const NAMES: &[(&str, &str)] = &[
    ("{pacticipant}", "web"),
    ("{consumer}", "web"),
    ("{provider}", "api"),
    ("{version}", "1"),
    ("{other}", "2"),
    ("{branch}", "main"),
    ("{environment}", "production"),
    ("{tag}", "gold"),
    ("{to}", "production"),
    ("{toTag}", "gold"),
    ("{providerTag}", "gold"),
    ("{label}", "core"),
    ("{number}", "1"),
    ("{relation}", "pact"),
    ("{name}", "TOKEN"),
    ("{path}", "style.css"),
];

/// A description of an API, in which `mark` stands.
fn description(mark: &str) -> String {
    json!({
        "openapi": "3.0.3",
        "info": { "title": format!("API of {mark}"), "version": "1" },
        "paths": { format!("/{mark}"): { "get": { "responses": { "200": { "description": mark } } } } },
    })
    .to_string()
}

fn published(consumer: &str, version: &str, provider: &str, content: &str) -> Value {
    crate::broker::publish_body(consumer, version, Some("main"), provider, content)
}

/// Fills a tenant; `mark` stands in every text that people write, and in no name.
pub(super) async fn seed(tenants: &Tenants, tenant: &Tenant, mark: &str) {
    let send = async |method: Method, path: &str, body: Value| {
        let answer = tenants.of(tenant, method.clone(), path, Some(body)).await;
        assert!(
            answer.status.is_success(),
            "{method} {path}: {} {}",
            answer.status,
            answer.text
        );
        answer
    };
    let post = async |path: &str, body: Value| send(Method::POST, path, body).await;
    let put = async |path: &str, body: Value| send(Method::PUT, path, body).await;
    let team = post("/admin/teams", json!({ "name": "Checkout" })).await;
    post("/secrets", json!({ "name": "TOKEN", "description": format!("token of {mark}"), "value": format!("{mark}-secret") })).await;
    post(
        "/webhooks",
        json!({
            "description": format!("build of {mark}"),
            "events": [{ "name": "contract_published" }],
            "request": {
                "method": "POST", "url": format!("https://{mark}.invalid/build"), "body": { "of": mark },
                "headers": { "x-token": "${user.TOKEN}" },
            },
        }),
    )
    .await;
    for version in ["1", "2"] {
        let content = format!("{mark}-{version}");
        post("/contracts/publish", published("web", version, "api", &content)).await;
    }
    // The same content in every tenant: it has the same hash.
    post("/contracts/publish", published("twin", "1", "api", "same")).await;
    put("/pacticipants/web/versions/1/tags/gold", json!({})).await;
    put("/pacticipants/web/labels/core", json!({})).await;
    put("/pacticipants/api/labels/core", json!({})).await;
    put(
        "/pacticipants/api",
        json!({ "displayName": format!("API of {mark}"), "mainBranch": "main" }),
    )
    .await;
    let shown = tenants
        .get(tenant, "/pacts/provider/api/consumer/web/version/1")
        .await
        .expect(200);
    let path = link(&shown.json, "pb:publish-verification-results");
    post(
        &path,
        json!({ "success": true, "providerApplicationVersion": "1", "buildUrl": format!("https://ci.{mark}.invalid/1") }),
    )
    .await;
    put("/pacticipants/api/branches/main/versions/1", json!({})).await;
    put("/pacticipants/api/versions/1/tags/gold", json!({})).await;
    let environment = post(
        "/environments",
        json!({ "name": "production", "displayName": format!("Production of {mark}"), "production": true }),
    )
    .await;
    let uuid = environment.json["uuid"].as_str().unwrap().to_owned();
    for pacticipant in ["web", "api"] {
        post(
            &format!("/pacticipants/{pacticipant}/versions/1/deployed-versions/environment/{uuid}"),
            json!({}),
        )
        .await;
        post(
            &format!("/pacticipants/{pacticipant}/versions/1/released-versions/environment/{uuid}"),
            json!({}),
        )
        .await;
    }
    let encoded = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, description(mark));
    post(
        "/provider-contracts/provider/api/publish",
        json!({
            "pacticipantVersionNumber": "3", "tags": ["gold"], "branch": "main",
            "contract": {
                "content": encoded, "contentType": "application/json", "specification": "oas",
                "selfVerificationResults": {
                    "success": true, "content": encoded, "contentType": "text/plain", "format": "text",
                    "verifier": format!("verifier of {mark}"), "verifierVersion": "1",
                },
            },
        }),
    )
    .await;
    let account = post(
        "/admin/system-accounts",
        json!({ "name": format!("machine of {mark}") }),
    )
    .await;
    let account = account.json["uuid"].as_str().unwrap().to_owned();
    post(
        &format!("/admin/system-accounts/{account}/tokens"),
        json!({ "description": format!("token of {mark}") }),
    )
    .await;
    post(
        "/admin/roles",
        json!({ "name": "Release", "description": format!("role of {mark}"), "permissions": [{ "scope": "contract_data:read:*" }] }),
    )
    .await;
    let team = team.json["uuid"].as_str().unwrap().to_owned();
    put(
        &format!("/admin/teams/{team}/users"),
        json!({ "users": [account] }),
    )
    .await;
}

/// An account of a tenant that has one role, with a token.
pub(super) async fn machine(tenants: &Tenants, tenant: &Tenant, role: &str) -> String {
    let body = json!({ "name": "somebody" });
    let created = tenants
        .of(tenant, Method::POST, "/admin/system-accounts", Some(body))
        .await
        .expect(201);
    let uuid = created.json["uuid"].as_str().unwrap();
    let roles = format!("/admin/users/{uuid}/roles");
    let body = json!({ "roles": [role] });
    tenants
        .of(tenant, Method::PUT, &roles, Some(body))
        .await
        .expect(204);
    let path = format!("/admin/system-accounts/{uuid}/tokens");
    let body = json!({ "description": "ci" });
    let issued = tenants
        .of(tenant, Method::POST, &path, Some(body))
        .await
        .expect(201);
    issued.json["value"].as_str().unwrap().to_owned()
}

/// The roles that the accounts of a tenant have here, beside its administrator.
pub(super) const ROLES: [&str; 2] = [accounts::USER, accounts::CI];

/// The path of a link.
pub(super) fn link(document: &Value, relation: &str) -> String {
    let href = document["_links"][relation]["href"].as_str().unwrap();
    let (_, path) = href.split_once("://").unwrap().1.split_once('/').unwrap();
    format!("/{path}")
}

/// A body that fits many requests a little, and none that names something of another tenant.
pub(super) fn body() -> Value {
    contract("nobody", "nothing", "x")
}
