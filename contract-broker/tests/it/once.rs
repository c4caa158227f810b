//! Requests with an `Idempotency-Key` are done once.

use http::Method;
use serde_json::{Value, json};

use crate::{
    accounts::{ADMINISTRATOR, ask, machine, with_writer},
    broker::{Answer, Database, TestBroker},
};

fn run(test: &impl AsyncFn(&TestBroker)) {
    TestBroker::run_with(Database::sqlite(), with_writer, async |broker| test(broker).await);
    if let Some(database) = Database::postgres() {
        TestBroker::run_with(database, with_writer, async |broker| test(broker).await);
    }
}

async fn post(broker: &TestBroker, token: &str, path: &str, key: &str, body: &Value) -> Answer {
    let request = broker
        .request(Method::POST, path)
        .header("authorization", &format!("Bearer {token}"))
        .header("accept", "application/hal+json")
        .header("idempotency-key", key);
    request.json(body).send().await
}

/// The texts that a query gives, one a row.
async fn texts(broker: &TestBroker, sql: &str) -> Vec<String> {
    let rows = broker.database.connect().await.rows(sql).await;
    rows.into_iter().flatten().collect()
}

async fn change(broker: &TestBroker, sql: &str) {
    broker.database.execute(sql.to_owned()).await;
}

async fn names(broker: &TestBroker, path: &str, list: &str) -> Vec<String> {
    let answer = ask(broker, "writer", Method::GET, path, None).await.expect(200);
    let found = answer.json[list]
        .as_array()
        .or_else(|| answer.json["_embedded"][list].as_array())
        .unwrap();
    let names = found.iter().map(|one| one["name"].as_str().unwrap().to_owned());
    names.collect()
}

#[test]
fn what_is_sent_again_is_answered_again_and_not_done_again() {
    run(&async |broker| {
        let body = json!({ "name": "web build" });
        let first = post(broker, "writer", "/admin/system-accounts", "\"a-1\"", &body).await;
        let first = first.expect(201);
        assert!(!first.headers.contains_key("idempotency-replayed"));
        let again = post(broker, "writer", "/admin/system-accounts", "a-1", &body).await;
        let again = again.expect(201);
        assert_eq!(again.headers["idempotency-replayed"], "true");
        assert_eq!(again.text, first.text);
        assert_eq!(again.headers["location"], first.headers["location"]);
        assert_eq!(again.headers["content-type"], first.headers["content-type"]);
        let all = names(broker, "/admin/system-accounts", "users").await;
        assert_eq!(all, ["web build"]);
        // Without a key, or with another one, it is another request.
        post(broker, "writer", "/admin/system-accounts", "a-2", &body)
            .await
            .expect(201);
        let all = names(broker, "/admin/system-accounts", "users").await;
        assert_eq!(all, ["web build", "web build"]);
        let events = ask(
            broker,
            "writer",
            Method::GET,
            "/audit?type=system_account.created",
            None,
        )
        .await;
        assert_eq!(events.expect(200).json["events"].as_array().unwrap().len(), 2);
    });
}

#[test]
fn a_key_is_for_one_request_of_one_caller() {
    run(&async |broker| {
        let body = json!({ "name": "Shop" });
        post(broker, "writer", "/admin/teams", "k", &body)
            .await
            .expect(201);
        for (path, body) in [
            ("/admin/teams", json!({ "name": "Stock" })),
            ("/admin/teams?x=1", body.clone()),
            ("/admin/roles", body.clone()),
        ] {
            let other = post(broker, "writer", path, "k", &body).await.expect(422);
            assert!(other.text.contains("use a new key"), "{}", other.text);
        }
        // The same key of somebody else is theirs.
        let other = machine(broker, "other", &[ADMINISTRATOR]).await;
        post(
            broker,
            &other.token,
            "/admin/teams",
            "k",
            &json!({ "name": "Stock" }),
        )
        .await
        .expect(201);
        let teams = names(broker, "/admin/teams", "teams").await;
        assert_eq!(teams, ["Default", "Shop", "Stock"]);
    });
}

#[test]
fn what_is_sent_at_once_is_done_once() {
    run(&async |broker| {
        let body = json!({ "name": "web" });
        let send = || post(broker, "writer", "/admin/system-accounts", "race", &body);
        let (a, b, c, d) = tokio::join!(send(), send(), send(), send());
        let mut done = Vec::new();
        for answer in [a, b, c, d] {
            match answer.status.as_u16() {
                201 => done.push(answer.json["uuid"].clone()),
                409 => assert!(answer.text.contains("is being done"), "{}", answer.text),
                status => panic!("{status}: {}", answer.text),
            }
        }
        done.dedup();
        assert_eq!(done.len(), 1, "{done:?}");
        let all = names(broker, "/admin/system-accounts", "users").await;
        assert_eq!(all, ["web"]);
        // It can be asked for when it is done.
        let later = send().await.expect(201);
        assert_eq!(later.json["uuid"], done[0]);
    });
}

#[test]
fn what_was_refused_was_not_done_and_may_be_sent_again() {
    run(&async |broker| {
        let team = json!({ "name": "Shop", "pacticipantNames": ["web"] });
        let refused = post(broker, "writer", "/admin/teams", "k", &team).await;
        assert!(refused.status.is_client_error(), "{}", refused.text);
        ask(
            broker,
            "writer",
            Method::POST,
            "/pacticipants",
            Some(json!({ "name": "web" })),
        )
        .await
        .expect(201);
        let done = post(broker, "writer", "/admin/teams", "k", &team)
            .await
            .expect(201);
        assert!(!done.headers.contains_key("idempotency-replayed"));
    });
}

#[test]
fn several_changes_of_one_request_are_one() {
    run(&async |broker| {
        let users = json!({ "users": [
            { "name": "Ann", "email": "ann@example.org" },
            { "name": "Bob", "email": "bob@example.org" },
        ] });
        let first = post(broker, "writer", "/admin/users/invite-users", "k", &users)
            .await
            .expect(200);
        let again = post(broker, "writer", "/admin/users/invite-users", "k", &users)
            .await
            .expect(200);
        assert_eq!(again.text, first.text);
        let all = names(broker, "/admin/users?userType=0", "users").await;
        assert_eq!(all, ["Ann", "Bob"]);
    });
}

#[test]
fn a_token_that_was_answered_is_not_readable_in_the_database() {
    run(&async |broker| {
        let account = machine(broker, "build", &[]).await;
        let path = format!("/admin/system-accounts/{}/tokens", account.uuid);
        let body = json!({ "description": "GitHub" });
        let first = post(broker, "writer", &path, "k", &body).await.expect(201);
        let again = post(broker, "writer", &path, "k", &body).await.expect(201);
        let value = again.json["value"].as_str().unwrap().to_owned();
        assert_eq!(first.json["value"], value);
        let kept = texts(broker, "SELECT answer FROM keyed_requests").await;
        assert_eq!(kept.len(), 1);
        assert!(
            !kept[0].contains(&value) && !kept[0].contains("GitHub"),
            "{kept:?}"
        );
        // A renewal makes a new value, once.
        let renew = format!(
            "/settings/tokens/{}/regenerate",
            first.json["uuid"].as_str().unwrap()
        );
        let renewed = post(broker, "writer", &renew, "r", &json!({})).await.expect(201);
        let again = post(broker, "writer", &renew, "r", &json!({})).await.expect(201);
        assert_eq!(renewed.json["value"], again.json["value"]);
        assert_ne!(renewed.json["value"], value);
    });
}

#[test]
fn what_expired_is_forgotten_and_what_has_no_answer_says_so() {
    run(&async |broker| {
        let body = json!({ "name": "Shop" });
        post(broker, "writer", "/admin/teams", "k", &body)
            .await
            .expect(201);
        // As a node leaves it that was killed before it answered.
        change(broker, "UPDATE keyed_requests SET answer = NULL").await;
        let running = post(broker, "writer", "/admin/teams", "k", &body)
            .await
            .expect(409);
        assert!(running.text.contains("is being done"), "{}", running.text);
        change(broker, "UPDATE keyed_requests SET done_at = 1").await;
        let lost = post(broker, "writer", "/admin/teams", "k", &body)
            .await
            .expect(409);
        assert!(lost.text.contains("its answer was not kept"), "{}", lost.text);
        // After a day the key is as good as new.
        change(broker, "UPDATE keyed_requests SET expires_at = 1").await;
        let taken = post(broker, "writer", "/admin/teams", "k", &body)
            .await
            .expect(400);
        assert!(taken.text.contains("Shop"), "{}", taken.text);
        let other = json!({ "name": "Stock" });
        post(broker, "writer", "/admin/teams", "k", &other)
            .await
            .expect(201);
    });
}

#[test]
fn a_key_is_checked_and_of_a_read_nothing_is_kept() {
    run(&async |broker| {
        let body = json!({ "name": "Shop" });
        for key in ["", "\"\"", "two words", &"k".repeat(256)] {
            let refused = post(broker, "writer", "/admin/teams", key, &body)
                .await
                .expect(400);
            assert!(refused.text.contains("Idempotency-Key"), "{}", refused.text);
        }
        let read = json!({ "consumerVersionSelectors": [] });
        let path = "/pacts/provider/api/for-verification";
        post(broker, "writer", path, "k", &read).await;
        let kept = texts(broker, "SELECT owner FROM keyed_requests").await;
        assert_eq!(kept, Vec::<String>::new());
    });
}
