//! Tokens of accounts: what they are good for, until when, and how they are kept.

use base64::Engine as _;
use http::Method;
use serde_json::{Value, json};

use super::{CI, ask, machine, publish, role, run};
use crate::broker::{Database, TestBroker};

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
        let read = get(&ci.token).await.expect(200);
        assert_eq!(read.header("cache-control"), "no-cache");
        let path = format!("/admin/system-accounts/{}/tokens", ci.uuid);
        let body = json!({ "description": "other" });
        let made = ask(broker, "writer", Method::POST, &path, Some(body)).await;
        assert_eq!(made.expect(201).header("cache-control"), "no-store");
        let mistyped = mistype(&ci.token);
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

/// The token with another last character.
fn mistype(token: &str) -> String {
    let (start, last) = token.split_at(token.len() - 1);
    let other = if last == "x" { "y" } else { "x" };
    format!("{start}{other}")
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
