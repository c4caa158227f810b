//! Accounts, roles, teams and tokens: who may do what, and what nobody may do.

mod roles;
mod routes;
mod teams;
mod tokens;

use contract_broker::{Config, config::Secret};
use http::Method;
use serde_json::{Value, json};

use crate::broker::{Answer, Database, TestBroker, publish_body};

pub(crate) const ADMINISTRATOR: &str = "cf75d7c2-416b-11ea-af5e-53c3b1a4efd8";
pub(crate) const USER: &str = "e9282e22-416b-11ea-a16e-57ee1bb61d18";
pub(crate) const CI: &str = "c1878b8e-d09e-11ea-8fde-af02c4677eb7";
const READ_ONLY: &str = "9fa50562-a42b-4771-aa8e-4bb3d623ae60";

pub(crate) fn with_writer(config: &mut Config) {
    config.auth_tokens = vec![Secret::new("writer")];
    config.auth_read_only_tokens = vec![Secret::new("reader")];
}

/// Asks with a token.
pub(crate) async fn ask(
    broker: &TestBroker,
    token: &str,
    method: Method,
    path: &str,
    body: Option<Value>,
) -> Answer {
    let request = broker
        .request(method, path)
        .header("authorization", &format!("Bearer {token}"))
        .header("accept", "application/hal+json");
    match body {
        Some(body) => request.json(&body).send().await,
        None => request.send().await,
    }
}

/// A system account with these roles; gives its uuid and a token.
pub(crate) struct Machine {
    pub(crate) uuid: String,
    pub(crate) token: String,
}

pub(crate) async fn machine(broker: &TestBroker, name: &str, roles: &[&str]) -> Machine {
    let created = ask(
        broker,
        "writer",
        Method::POST,
        "/admin/system-accounts",
        Some(json!({ "name": name })),
    )
    .await;
    let uuid = created.expect(201).json["uuid"].as_str().unwrap().to_owned();
    let path = format!("/admin/users/{uuid}/roles");
    ask(
        broker,
        "writer",
        Method::PUT,
        &path,
        Some(json!({ "roles": roles })),
    )
    .await
    .expect(204);
    let path = format!("/admin/system-accounts/{uuid}/tokens");
    let issued = ask(
        broker,
        "writer",
        Method::POST,
        &path,
        Some(json!({ "description": "ci" })),
    )
    .await;
    let token = issued.expect(201).json["value"].as_str().unwrap().to_owned();
    Machine { uuid, token }
}

/// A role with these permissions.
pub(crate) async fn role(broker: &TestBroker, name: &str, permissions: &[&str]) -> String {
    let permissions: Vec<Value> = permissions
        .iter()
        .map(|scope| json!({ "scope": scope }))
        .collect();
    let body = json!({ "name": name, "permissions": permissions });
    let created = ask(broker, "writer", Method::POST, "/admin/roles", Some(body)).await;
    created.expect(201).json["uuid"].as_str().unwrap().to_owned()
}

async fn team(broker: &TestBroker, body: Value) -> String {
    let created = ask(broker, "writer", Method::POST, "/admin/teams", Some(body)).await;
    created.expect(201).json["uuid"].as_str().unwrap().to_owned()
}

async fn set_members(broker: &TestBroker, team: &str, users: &[&str]) {
    let path = format!("/admin/teams/{team}/users");
    ask(
        broker,
        "writer",
        Method::PUT,
        &path,
        Some(json!({ "users": users })),
    )
    .await
    .expect(200);
}

async fn drop_default_team(broker: &TestBroker) {
    let listed = ask(broker, "writer", Method::GET, "/admin/teams", None)
        .await
        .json;
    let uuid = listed["teams"][0]["uuid"].as_str().unwrap().to_owned();
    assert_eq!(listed["teams"][0]["name"], "Default");
    ask(
        broker,
        "writer",
        Method::DELETE,
        &format!("/admin/teams/{uuid}"),
        None,
    )
    .await
    .expect(204);
}

async fn publish(broker: &TestBroker, token: &str, consumer: &str, version: &str) -> Answer {
    let body = publish_body(consumer, version, None, "api", "x");
    ask(broker, token, Method::POST, "/contracts/publish", Some(body)).await
}

fn run(test: &impl AsyncFn(&TestBroker)) {
    TestBroker::run_with(Database::sqlite(), with_writer, async |broker| test(broker).await);
    if let Some(database) = Database::postgres() {
        TestBroker::run_with(database, with_writer, async |broker| test(broker).await);
    }
}
