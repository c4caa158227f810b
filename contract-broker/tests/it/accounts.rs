//! Accounts, roles, teams and tokens: who may do what, and what nobody may do.

use std::{collections::BTreeSet, fmt::Write as _};

use base64::Engine as _;
use contract_broker::{Config, config::Secret};
use http::Method;
use serde_json::{Value, json};

use crate::broker::{Answer, Database, TestBroker, contract, publish_body};

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

#[test]
fn a_token_works_as_bearer_and_as_password_and_is_stored_as_a_digest() {
    run(&async |broker| {
        let ci = machine(broker, "ci", &[CI]).await;
        assert!(
            ci.token.starts_with("ctb_rw_") && ci.token.len() == 65,
            "{}",
            ci.token.len()
        );
        publish(broker, &ci.token, "web", "1").await.expect(200);
        for user in ["ci", "_token", "anybody"] {
            let basic = base64::engine::general_purpose::STANDARD.encode(format!("{user}:{}", ci.token));
            let request = broker.request(Method::GET, "/pacticipants/web");
            request
                .header("authorization", &format!("Basic {basic}"))
                .send()
                .await
                .expect(200);
        }
        let own = ask(broker, &ci.token, Method::GET, "/user", None)
            .await
            .expect(200)
            .json;
        assert_eq!(
            (&own["uuid"], &own["name"], &own["type"]),
            (&json!(ci.uuid), &json!("ci"), &json!(1))
        );
        let digests = "SELECT COUNT(*) FROM tokens WHERE digest IS NOT NULL AND LENGTH(digest) = 64";
        assert_eq!(broker.database.numbers(digests.to_owned()).await, [1]);
        let listed = ask(broker, &ci.token, Method::GET, "/settings/tokens", None)
            .await
            .expect(200);
        assert!(!listed.text.contains(&ci.token));
        let names: Vec<_> = listed.json["_embedded"]["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|item| item["description"].clone())
            .collect();
        assert_eq!(
            names,
            ["Read only token (developer)", "Read/write token (CI)", "ci"]
        );
    });
}

#[test]
fn tokens_are_refused_that_are_mistyped_revoked_expired_or_of_an_inactive_account() {
    run(&async |broker| {
        let ci = machine(broker, "ci", &[CI]).await;
        let get = async |token: &str| ask(broker, token, Method::GET, "/", None).await;
        get(&ci.token).await.expect(200);
        let mistyped = format!("{}x", &ci.token[..64]);
        assert!(
            get(&mistyped)
                .await
                .expect(401)
                .text
                .contains("authentication is needed")
        );
        let account = format!("/admin/users/{}", ci.uuid);
        ask(
            broker,
            "writer",
            Method::PUT,
            &account,
            Some(json!({ "active": false })),
        )
        .await
        .expect(200);
        assert!(get(&ci.token).await.expect(401).text.contains("inactive"));
        ask(
            broker,
            "writer",
            Method::PUT,
            &account,
            Some(json!({ "active": true })),
        )
        .await
        .expect(200);
        get(&ci.token).await.expect(200);
        let tokens = ask(
            broker,
            "writer",
            Method::GET,
            &format!("/admin/system-accounts/{}/tokens", ci.uuid),
            None,
        )
        .await
        .json;
        let uuid = tokens["_embedded"]["items"][2]["uuid"]
            .as_str()
            .unwrap()
            .to_owned();
        broker
            .database
            .execute(format!("UPDATE tokens SET expires_at = 1 WHERE uuid = '{uuid}'"))
            .await;
        assert!(
            get(&ci.token)
                .await
                .expect(401)
                .text
                .contains("expired at 1970-01-01")
        );
        broker
            .database
            .execute(format!(
                "UPDATE tokens SET expires_at = NULL WHERE uuid = '{uuid}'"
            ))
            .await;
        ask(
            broker,
            "writer",
            Method::DELETE,
            &format!("/settings/tokens/{uuid}"),
            None,
        )
        .await
        .expect(204);
        assert!(get(&ci.token).await.expect(401).text.contains("revoked"));
        let past = json!({ "description": "x", "expiresAt": "2020-01-01" });
        let path = format!("/admin/system-accounts/{}/tokens", ci.uuid);
        let refused = ask(broker, "writer", Method::POST, &path, Some(past))
            .await
            .expect(400);
        assert!(refused.json["errors"]["expiresAt"].is_array(), "{}", refused.text);
    });
}

#[test]
fn a_token_is_renewed_with_and_without_an_overlap() {
    run(&async |broker| {
        let role = role(
            broker,
            "own tokens",
            &["contract_data:read:*", "token:manage:own"],
        )
        .await;
        let ci = machine(broker, "ci", &[&role]).await;
        let uuid = own_token(broker, &ci.token).await;
        let path = format!("/settings/tokens/{uuid}/regenerate");
        let renewed = ask(
            broker,
            &ci.token,
            Method::POST,
            &path,
            Some(json!({ "overlapSeconds": 60 })),
        )
        .await;
        let second = renewed.expect(201).json["value"].as_str().unwrap().to_owned();
        for token in [&ci.token, &second] {
            ask(broker, token, Method::GET, "/", None).await.expect(200);
        }
        // As clients of PactFlow ask: without a body, and the value before ends at once.
        let renewed = ask(broker, &second, Method::POST, &path, None).await;
        let third = renewed.expect(201).json["value"].as_str().unwrap().to_owned();
        ask(broker, &third, Method::GET, "/", None).await.expect(200);
        for token in [&ci.token, &second] {
            ask(broker, token, Method::GET, "/", None).await.expect(401);
        }
        let long = ask(
            broker,
            &third,
            Method::POST,
            &path,
            Some(json!({ "overlapSeconds": 2_592_001 })),
        )
        .await;
        assert!(long.expect(400).json["errors"]["overlapSeconds"].is_array());
    });
}

async fn own_token(broker: &TestBroker, token: &str) -> String {
    let listed = ask(broker, token, Method::GET, "/settings/tokens", None)
        .await
        .expect(200)
        .json;
    let items = listed["_embedded"]["items"].as_array().unwrap();
    let item = items.iter().find(|item| item["description"] == "ci").unwrap();
    item["uuid"].as_str().unwrap().to_owned()
}

#[test]
fn a_narrowed_token_does_no_more_than_it_says_and_makes_none_that_does() {
    run(&async |broker| {
        let role = role(
            broker,
            "all",
            &[
                "contract_data:read:*",
                "contract_data:manage:*",
                "token:manage:own",
            ],
        )
        .await;
        let ci = machine(broker, "ci", &[&role]).await;
        let make = async |token: &str, body: Value| {
            ask(broker, token, Method::POST, "/settings/tokens", Some(body)).await
        };
        let reading = make(&ci.token, json!({ "description": "r", "readOnly": true }))
            .await
            .expect(201);
        let reading = reading.json["value"].as_str().unwrap().to_owned();
        assert!(reading.starts_with("ctb_ro_"));
        ask(broker, &reading, Method::GET, "/pacticipants", None)
            .await
            .expect(200);
        let refused = publish(broker, &reading, "web", "1").await.expect(403);
        assert!(
            refused.text.contains("this token may only read")
                && refused.text.contains("contract_data:manage"),
            "{}",
            refused.text
        );
        let narrow =
            json!({ "description": "n", "permissions": ["contract_data:read:*", "token:manage:own"] });
        let narrow = make(&ci.token, narrow).await.expect(201).json["value"]
            .as_str()
            .unwrap()
            .to_owned();
        let refused = publish(broker, &narrow, "web", "1").await.expect(403);
        assert!(
            refused.text.contains("narrowed") && refused.text.contains("contract_data:manage"),
            "{}",
            refused.text
        );
        let wider = json!({ "description": "w", "permissions": ["contract_data:manage:*"] });
        make(&narrow, wider).await.expect(403);
        // A token without permissions of its own is as narrow as the one that made it.
        let inherited = make(&narrow, json!({ "description": "i" })).await.expect(201);
        assert_eq!(
            inherited.json["permissions"],
            json!(["contract_data:read:*", "token:manage:own"])
        );
        let wide = own_token(broker, &ci.token).await;
        ask(
            broker,
            &narrow,
            Method::POST,
            &format!("/settings/tokens/{wide}/regenerate"),
            None,
        )
        .await
        .expect(403);
        let unknown = make(
            &ci.token,
            json!({ "description": "u", "permissions": ["contract_data:raed:*"] }),
        )
        .await;
        assert!(
            unknown
                .expect(400)
                .text
                .contains("did you mean \\\"contract_data:read:*\\\"?")
        );
    });
}

#[test]
fn a_team_decides_whose_applications_an_account_may_change() {
    run(&async |broker| {
        let ours = machine(broker, "ours", &[CI]).await;
        let theirs = machine(broker, "theirs", &[CI]).await;
        drop_default_team(broker).await;
        // What does not exist yet is created; then it is its creator's.
        publish(broker, &ours.token, "web", "1").await.expect(200);
        publish(broker, &ours.token, "web", "2").await.expect(200);
        let refused = publish(broker, &theirs.token, "web", "3").await.expect(403);
        assert!(refused.text.contains("contract_data:manage"), "{}", refused.text);
        let refused = ask(
            broker,
            &theirs.token,
            Method::DELETE,
            "/pacticipants/web/versions/1",
            None,
        )
        .await;
        refused.expect(403);
        let team = team(
            broker,
            json!({ "name": "shop", "pacticipantNames": ["web", "api"] }),
        )
        .await;
        set_members(broker, &team, &[&theirs.uuid]).await;
        publish(broker, &theirs.token, "web", "3").await.expect(200);
        // Results are the provider's.
        let shown = ask(
            broker,
            "writer",
            Method::GET,
            "/pacts/provider/api/consumer/web/latest",
            None,
        )
        .await;
        let results = shown.link("pb:publish-verification-results");
        let result = json!({ "success": true, "providerApplicationVersion": "1" });
        ask(broker, &ours.token, Method::POST, &results, Some(result.clone()))
            .await
            .expect(403);
        ask(broker, &theirs.token, Method::POST, &results, Some(result))
            .await
            .expect(201);
        // Nobody but managers deletes many things at once.
        ask(broker, &theirs.token, Method::DELETE, "/pacticipants/web", None)
            .await
            .expect(403);
        ask(broker, "writer", Method::DELETE, "/pacticipants/web", None)
            .await
            .expect(204);
    });
}

#[test]
fn without_other_teams_everything_belongs_to_the_default_team() {
    run(&async |broker| {
        ask(
            broker,
            "writer",
            Method::PUT,
            "/pacticipants/old/versions/1",
            Some(json!({})),
        )
        .await
        .expect(201);
        let ci = machine(broker, "ci", &[CI]).await;
        publish(broker, &ci.token, "old", "2").await.expect(200);
    });
}

#[test]
fn environments_of_a_team_are_seen_and_used_by_it_alone() {
    run(&async |broker| {
        let permissions = [
            "contract_data:read:*",
            "environment:read:team",
            "deployment_and_release:record:team",
            "contract_data:manage:team",
        ];
        let role = role(broker, "team only", &permissions).await;
        let ours = machine(broker, "ours", &[&role]).await;
        let theirs = machine(broker, "theirs", &[&role]).await;
        publish(broker, "writer", "web", "1").await.expect(200);
        let team = team(broker, json!({ "name": "shop", "pacticipantNames": ["web"] })).await;
        set_members(broker, &team, &[&ours.uuid]).await;
        let create = async |name: &str, teams: Value| {
            let body = json!({ "name": name, "production": false, "teamUuids": teams });
            let created = ask(broker, "writer", Method::POST, "/environments", Some(body))
                .await
                .expect(201);
            created.json["uuid"].as_str().unwrap().to_owned()
        };
        let (closed, open) = (
            create("closed", json!([team])).await,
            create("open", Value::Null).await,
        );
        let seen = async |token: &str| {
            let listed = ask(broker, token, Method::GET, "/environments", None)
                .await
                .expect(200)
                .json;
            let all = listed["_embedded"]["environments"].as_array().unwrap().clone();
            all.iter()
                .map(|one| one["name"].as_str().unwrap().to_owned())
                .collect::<BTreeSet<_>>()
        };
        assert_eq!(
            seen(&ours.token).await,
            BTreeSet::from(["closed".to_owned(), "open".to_owned()])
        );
        assert_eq!(seen(&theirs.token).await, BTreeSet::from(["open".to_owned()]));
        ask(
            broker,
            &theirs.token,
            Method::GET,
            &format!("/environments/{closed}"),
            None,
        )
        .await
        .expect(404);
        let record = |environment: &str| {
            format!("/pacticipants/web/versions/1/deployed-versions/environment/{environment}")
        };
        for (machine, environment, status) in [
            (&ours, &closed, 201),
            (&ours, &open, 201),
            (&theirs, &closed, 403),
            (&theirs, &open, 403),
        ] {
            let answer = ask(
                broker,
                &machine.token,
                Method::POST,
                &record(environment),
                Some(json!({})),
            )
            .await;
            answer.expect(status);
        }
        let refused = ask(
            broker,
            &ours.token,
            Method::PUT,
            &format!("/environments/{closed}"),
            Some(json!({ "name": "x", "production": true })),
        )
        .await;
        assert!(refused.expect(403).text.contains("environment:manage"));
    });
}

#[test]
fn nobody_gives_more_than_they_have() {
    run(&async |broker| {
        let manager = role(
            broker,
            "manager",
            &[
                "user:manage:*",
                "user:read:*",
                "role:read:*",
                "role:manage:*",
                "system_account:manage:*",
                "team:manage:*",
                "team:read:*",
                "contract_data:read:*",
            ],
        )
        .await;
        let boss = machine(broker, "boss", &[&manager]).await;
        let admin = machine(broker, "admin", &[ADMINISTRATOR]).await;
        let other = machine(broker, "other", &[READ_ONLY]).await;
        let as_boss = async |method: Method, path: String, body: Value| {
            ask(broker, &boss.token, method, &path, Some(body)).await
        };
        let lacks = |answer: Answer, what: &str| {
            let answer = answer.expect(403);
            assert!(answer.text.contains(what), "{}", answer.text);
        };
        let roles = |uuid: &str| format!("/admin/users/{uuid}/roles");
        lacks(
            as_boss(Method::PUT, roles(&boss.uuid), json!({ "roles": [] })).await,
            "their own roles",
        );
        lacks(
            as_boss(
                Method::PUT,
                roles(&other.uuid),
                json!({ "roles": [ADMINISTRATOR] }),
            )
            .await,
            "audit:read:*",
        );
        lacks(
            as_boss(
                Method::PUT,
                format!("/admin/users/{}/role/admin", other.uuid),
                json!({}),
            )
            .await,
            "nobody may give others more",
        );
        let role = json!({ "name": "sneaky", "permissions": [{ "scope": "webhook:manage:*" }] });
        lacks(
            as_boss(Method::POST, "/admin/roles".to_owned(), role.clone()).await,
            "webhook:manage:*",
        );
        lacks(
            as_boss(Method::PUT, format!("/admin/roles/{manager}"), role).await,
            "webhook:manage:*",
        );
        lacks(
            as_boss(
                Method::POST,
                format!("/admin/system-accounts/{}/tokens", admin.uuid),
                json!({ "description": "x" }),
            )
            .await,
            "nobody may give others more",
        );
        lacks(
            as_boss(
                Method::PUT,
                format!("/admin/users/{}", admin.uuid),
                json!({ "active": false }),
            )
            .await,
            "nobody may give others more",
        );
        lacks(
            as_boss(Method::DELETE, format!("/admin/users/{}", admin.uuid), json!({})).await,
            "nobody may give others more",
        );
        publish(broker, "writer", "web", "1").await.expect(200);
        let team = json!({ "name": "mine", "pacticipantNames": ["web"] });
        lacks(
            as_boss(Method::POST, "/admin/teams".to_owned(), team).await,
            "contract_data:manage",
        );
        as_boss(Method::PUT, roles(&other.uuid), json!({ "roles": [] }))
            .await
            .expect(204);
        // The kind, the roles and the teams of an account are not changed by its own document.
        let changed = as_boss(
            Method::PUT,
            format!("/admin/users/{}", other.uuid),
            json!({ "type": 0, "roles": [ADMINISTRATOR], "uuid": "x", "name": "new" }),
        )
        .await
        .expect(200)
        .json;
        assert_eq!(
            (&changed["type"], &changed["name"], &changed["_embedded"]["roles"]),
            (&json!(1), &json!("new"), &json!([]))
        );
    });
}

#[test]
fn roles_hold_known_permissions_and_are_reset() {
    run(&async |broker| {
        let body = json!({ "name": "x", "permissions": [{ "scope": "contract_data:manage:everything" }, { "scope": "environment:raed:*" }] });
        let refused = ask(broker, "writer", Method::POST, "/admin/roles", Some(body))
            .await
            .expect(400);
        assert!(
            refused
                .text
                .contains("did you mean \\\"environment:read:*\\\"? (at index 1)"),
            "{}",
            refused.text
        );
        let body = json!({ "name": "User", "permissions": [] });
        ask(
            broker,
            "writer",
            Method::PUT,
            &format!("/admin/roles/{USER}"),
            Some(body),
        )
        .await
        .expect(200);
        let reset = ask(
            broker,
            "writer",
            Method::POST,
            "/admin/roles/reset",
            Some(json!({})),
        )
        .await
        .expect(200)
        .json;
        let user = reset["_embedded"]["roles"]
            .as_array()
            .unwrap()
            .iter()
            .find(|role| role["uuid"] == USER)
            .unwrap()
            .clone();
        assert_eq!(user["permissions"].as_array().unwrap().len(), 14);
        ask(
            broker,
            "writer",
            Method::DELETE,
            &format!("/admin/roles/{ADMINISTRATOR}"),
            None,
        )
        .await
        .expect(409);
    });
}

#[test]
fn a_broker_is_open_until_somebody_makes_a_token() {
    TestBroker::run(Database::sqlite(), async |broker| {
        broker.get("/pacticipants").await.expect(200);
        let created = broker
            .post("/admin/system-accounts", json!({ "name": "ci" }))
            .await
            .expect(201);
        let uuid = created.json["uuid"].as_str().unwrap().to_owned();
        broker.get("/pacticipants").await.expect(200);
        let path = format!("/admin/system-accounts/{uuid}/tokens");
        let issued = broker
            .post(&path, json!({ "description": "ci" }))
            .await
            .expect(201);
        let token = issued.json["value"].as_str().unwrap().to_owned();
        broker.get("/pacticipants").await.expect(401);
        ask(broker, &token, Method::GET, "/pacticipants", None)
            .await
            .expect(200);
        broker.get("/healthz").await.expect(200);
    });
}

#[test]
fn requests_write_nothing_about_tokens() {
    run(&async |broker| {
        let ci = machine(broker, "ci", &[CI]).await;
        let rows = "SELECT COUNT(*) FROM tokens WHERE last_used_at IS NOT NULL";
        for _ in 0..20 {
            ask(broker, &ci.token, Method::GET, "/pacticipants", None)
                .await
                .expect(200);
        }
        assert_eq!(broker.database.numbers(rows.to_owned()).await, [0]);
    });
}

/// Each route of the description with its method, and which of the predefined roles are refused: generated from the router.
#[test]
fn who_may_use_which_route() {
    TestBroker::run_with(Database::sqlite(), with_writer, async |broker| {
        let roles = [
            ("Administrator", ADMINISTRATOR),
            ("User", USER),
            ("CI/CD", CI),
            ("Read-Only", READ_ONLY),
        ];
        let mut machines = Vec::new();
        for (name, uuid) in roles {
            machines.push(machine(broker, name, &[uuid]).await);
        }
        machines.push(machine(broker, "Nobody", &[]).await);
        let description = ask(broker, "writer", Method::GET, "/openapi.json", None)
            .await
            .expect(200)
            .json;
        let mut matrix = String::new();
        let mut asked = 0;
        for (path, item) in description["paths"].as_object().unwrap() {
            for method in ["get", "post", "put", "patch", "delete"] {
                if !item[method].is_object()
                    || ["/healthz", "/readyz", "/diagnostic/status/heartbeat"].contains(&path.as_str())
                {
                    continue;
                }
                // Names that nothing has: what is refused is refused before anything is looked for.
                let address = path.split('/').map(|part| {
                    if part.starts_with('{') {
                        "nothing-is-called-so"
                    } else {
                        part
                    }
                });
                let address = address.collect::<Vec<_>>().join("/");
                let mut marks = String::new();
                for machine in &machines {
                    let verb = Method::from_bytes(method.to_uppercase().as_bytes()).unwrap();
                    let request = broker
                        .request(verb, &address)
                        .header("authorization", &format!("Bearer {}", machine.token))
                        .header("accept", "*/*")
                        .header("content-type", "application/json");
                    let body = if method == "get" || method == "delete" {
                        String::new()
                    } else {
                        contract("nothing-is-called-so", "nothing-is-called-so", "x").to_string()
                    };
                    let answer = request.body(body).send().await;
                    asked += 1;
                    assert_ne!(answer.status, 401, "{method} {path}: {}", answer.text);
                    if answer.status == 403 {
                        assert!(
                            answer.text.contains(':'),
                            "{method} {path} names no permission: {}",
                            answer.text
                        );
                    }
                    marks.push(if answer.status == 403 { '-' } else { '+' });
                }
                let _ = writeln!(matrix, "{marks} {} {path}", method.to_uppercase());
            }
        }
        assert!(asked > 800, "{asked}");
        let lines: Vec<&str> = matrix.lines().collect();
        insta::assert_snapshot!("who_may_use_which_route", lines.join("\n"));
    });
}

#[test]
fn a_user_makes_system_accounts_and_tokens_for_their_team() {
    run(&async |broker| {
        let person = machine(broker, "person", &[USER]).await;
        let create =
            async |path: &str, body: Value| ask(broker, &person.token, Method::POST, path, Some(body)).await;
        let created = create("/admin/system-accounts", json!({ "name": "build" }))
            .await
            .expect(201);
        let uuid = created.json["uuid"].as_str().unwrap().to_owned();
        assert_eq!(created.json["_embedded"]["roles"][0]["name"], "CI/CD");
        let path = format!("/admin/system-accounts/{uuid}/tokens");
        let token = create(&path, json!({ "description": "x" })).await.expect(201);
        publish(broker, token.json["value"].as_str().unwrap(), "web", "1")
            .await
            .expect(200);
        // Not for one of another team, and not for one that may do more.
        let strong = machine(broker, "strong", &[ADMINISTRATOR]).await;
        let path = format!("/admin/system-accounts/{}/tokens", strong.uuid);
        create(&path, json!({ "description": "x" })).await.expect(403);
        drop_default_team(broker).await;
        let other = machine(broker, "other", &[CI]).await;
        let path = format!("/admin/system-accounts/{}/tokens", other.uuid);
        let refused = create(&path, json!({ "description": "x" })).await.expect(403);
        assert!(refused.text.contains("system_account:manage"), "{}", refused.text);
    });
}
