//! The secrets of webhooks: who sees them, where they go, and how they are kept.

use contract_broker::Config;
use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    broker::publish_body,
    database::Database,
    running::{Receiver, Running, with_each_database},
    webhooks::config,
};

const MASK: &str = "**********";

/// A webhook with a secret in each place that can have one; each begins with `swordfish`.
fn with_secrets(url: &str) -> Value {
    json!({
        "description": "Build the provider",
        "events": [{ "name": "contract_published" }],
        "request": {
            "method": "POST",
            "url": format!("{url}/swordfish-path?key=swordfish-query&who=${{pactbroker.consumerName}}"),
            "headers": {
                "X-Auth-Key": "swordfish-header",
                "Ocp-Apim-Subscription-Key": "swordfish-beside ${pactbroker.consumerName}",
                "X-Consumer": "${pactbroker.consumerName}",
                "Accept": "text/plain",
            },
            "username": "swordfish-user",
            "password": "swordfish-password",
            "body": { "token": "swordfish-body" },
        },
    })
}

/// Settings with an account that may write and one that may read.
fn with_accounts() -> Config {
    Config {
        auth_tokens: vec!["writer".into()],
        auth_read_only_tokens: vec!["reader".into()],
        ..config()
    }
}

async fn ask(broker: &Running, token: &str, accept: &str, path: &str) -> String {
    let request = broker.request(Method::GET, path).bearer_auth(token);
    let answer = request.header("accept", accept).send().await.unwrap();
    assert_eq!(answer.status(), 200, "{path}");
    answer.text().await.unwrap()
}

/// As a writer; the status is the expected one.
async fn write(broker: &Running, expected: u16, method: Method, path: &str, body: &Value) -> Value {
    let request = broker.request(method, path).bearer_auth("writer").json(body);
    let answer = request.send().await.unwrap();
    let status = answer.status();
    let text = answer.text().await.unwrap();
    assert_eq!(status, expected, "{path}: {text}");
    serde_json::from_str(&text).unwrap_or_default()
}

/// The first secrets that a text shows, by what stands after `swordfish-`.
fn shown(text: &str) -> Vec<String> {
    let parts = text.split("swordfish-").skip(1);
    let mut found: Vec<String> = parts
        .map(|rest| {
            rest.split(|c: char| !c.is_ascii_alphanumeric())
                .next()
                .unwrap()
                .to_owned()
        })
        .collect();
    found.sort();
    found.dedup();
    found
}

/// A delivery of the webhook that ended.
async fn delivered(broker: &Running) -> String {
    loop {
        let text = ask(
            broker,
            "reader",
            "application/hal+json",
            "/triggered-webhooks?status=success",
        )
        .await;
        let body: Value = serde_json::from_str(&text).unwrap();
        if let Some(uuid) = body["_embedded"]["triggeredWebhooks"][0]["uuid"].as_str() {
            return uuid.to_owned();
        }
        tokio::task::yield_now().await;
    }
}

with_each_database! {
    async fn readers_see_no_secret_and_writers_what_they_wrote(database) {
        let mut receiver = Receiver::start(0).await;
        let broker = Running::start(database, with_accounts()).await;
        let created = write(&broker, 201, Method::POST, "/webhooks", &with_secrets(&receiver.url)).await;
        let own = format!("/webhooks/{}", created["uuid"].as_str().unwrap());
        write(&broker, 200, Method::POST, "/contracts/publish", &publish_body("web", "1", None, "api", "a")).await;
        let received = receiver.next().await;
        assert_eq!(received.headers["x-auth-key"], "swordfish-header");
        assert_eq!(received.headers["ocp-apim-subscription-key"], "swordfish-beside web");
        assert_eq!(received.uri.to_string(), "/swordfish-path?key=swordfish-query&who=web");
        assert_eq!(received.json(), json!({ "token": "swordfish-body" }));
        let delivery = delivered(&broker).await;
        let logs = format!("/triggered-webhooks/{delivery}/logs");
        for (path, accept, for_writers) in [
            (&*own, "application/hal+json", &["body", "path", "user"][..]),
            (&*own, "text/html", &["body", "path"]),
            ("/webhooks", "application/hal+json", &[]),
            ("/webhooks", "text/html", &["path"]),
            (&*logs, "application/hal+json", &["body", "path"]),
            (&*logs, "text/plain", &["body", "path"]),
            (&*logs, "text/html", &["body", "path"]),
            (&*format!("/triggered-webhooks/{delivery}"), "application/hal+json", &[]),
            (&*format!("/hal-browser/browser.html?path={own}"), "text/html", &["body", "path", "user"]),
            (&*format!("/hal-browser/browser.html?path={logs}"), "text/html", &["body", "path"]),
        ] {
            let reader = ask(&broker, "reader", accept, path).await;
            assert!(shown(&reader).is_empty(), "{path} as {accept}: {reader}");
            let writer = ask(&broker, "writer", accept, path).await;
            assert_eq!(shown(&writer), for_writers, "{path} as {accept}: {writer}");
            let is_read_twice = ask(&broker, "reader", accept, path).await;
            assert!(shown(&is_read_twice).is_empty(), "what is kept for a writer is given to a reader: {path}");
        }
        let text = ask(&broker, "reader", "text/plain", &logs).await;
        assert!(text.contains(&format!("POST {}/{MASK}?key={MASK}&who=", receiver.url)), "{text}");
        assert!(text.contains("Accept: text/plain\n") && text.contains(&format!("X-Auth-Key: {MASK}\n")), "{text}");
        assert!(text.contains("answered 200 after"), "{text}");
        let tried = write(&broker, 200, Method::POST, &format!("{own}/execute"), &Value::Null).await;
        assert_eq!(shown(&tried.to_string()), ["body", "path"], "{tried}");
        let bare = write(&broker, 200, Method::POST, "/webhooks/execute", &with_secrets(&receiver.url)).await;
        assert_eq!(shown(&bare.to_string()), ["body", "path"], "{bare}");
        broker.stop().await;
        let clear = "SELECT COUNT(*) FROM webhook_attempts WHERE log LIKE '%swordfish%' OR log LIKE '%POST %'";
        assert_eq!(database.numbers(clear.to_owned()).await, [0]);
        assert_eq!(database.numbers("SELECT COUNT(*) FROM webhook_attempts".to_owned()).await, [1]);
    }

    async fn a_webhook_that_is_sent_back_as_it_was_read_keeps_its_secrets(database) {
        let mut receiver = Receiver::start(0).await;
        let broker = Running::start(database, with_accounts()).await;
        let created = write(&broker, 201, Method::POST, "/webhooks", &with_secrets(&receiver.url)).await;
        let own = format!("/webhooks/{}", created["uuid"].as_str().unwrap());
        for token in ["writer", "reader"] {
            // Whoever may only read gives what he read to somebody who may write.
            let mut read: Value = serde_json::from_str(&ask(&broker, token, "application/hal+json", &own).await).unwrap();
            read["description"] = json!("Another");
            let changed = write(&broker, 200, Method::PUT, &own, &read).await;
            assert_eq!(changed["description"], "Another");
            write(&broker, 200, Method::POST, &format!("{own}/execute"), &Value::Null).await;
            let received = receiver.next().await;
            assert_eq!(received.headers["x-auth-key"], "swordfish-header");
            assert_eq!(received.headers["ocp-apim-subscription-key"], "swordfish-beside web".replace("web", "placeholder-consumer"));
            assert_eq!(received.headers["authorization"], "Basic c3dvcmRmaXNoLXVzZXI6c3dvcmRmaXNoLXBhc3N3b3Jk");
            assert_eq!(received.uri.to_string(), "/swordfish-path?key=swordfish-query&who=placeholder%2Dconsumer");
            assert_eq!(received.json(), json!({ "token": "swordfish-body" }));
        }
        broker.stop().await;
    }

    async fn secrets_do_not_follow_a_webhook_to_another_address(database) {
        let mut receiver = Receiver::start(0).await;
        let mut thief = Receiver::start(0).await;
        let broker = Running::start(database, with_accounts()).await;
        let created = write(&broker, 201, Method::POST, "/webhooks", &with_secrets(&receiver.url)).await;
        let own = format!("/webhooks/{}", created["uuid"].as_str().unwrap());
        let elsewhere = |url: &str| {
            let mut read = created.clone();
            read["request"]["url"] = json!(url);
            read
        };
        for url in [
            created["request"]["url"].as_str().unwrap().replace(&receiver.url, &thief.url),
            created["request"]["url"].as_str().unwrap().replace("http://", "https://"),
            format!("{}/?key={MASK}", thief.url),
            format!("https://thief.example.org/?key={MASK}"),
        ] {
            let refused = write(&broker, 400, Method::PUT, &own, &elsewhere(&url)).await;
            let errors = refused["errors"].as_object().unwrap();
            for field in [
                "request.url", "request.headers.X-Auth-Key", "request.headers.Ocp-Apim-Subscription-Key", "request.password",
            ] {
                let message = errors.get(field).unwrap_or_else(|| panic!("{url}: {field} in {refused}"))[0].as_str().unwrap();
                assert!(message.contains("must be sent again: the URL has another scheme, host or port"), "{message}");
            }
            assert!(!refused.to_string().contains("swordfish"), "{refused}");
        }
        let mut left_out = elsewhere(&thief.url);
        left_out["request"] = json!({ "method": "POST", "url": thief.url, "username": "me" });
        let refused = write(&broker, 400, Method::PUT, &own, &left_out).await;
        assert_eq!(refused["errors"].as_object().unwrap().keys().collect::<Vec<_>>(), ["request.password"]);
        // Nothing was changed, and nothing went there.
        let kept: Value = serde_json::from_str(&ask(&broker, "writer", "application/hal+json", &own).await).unwrap();
        assert_eq!(kept["request"], created["request"]);
        write(&broker, 200, Method::POST, &format!("{own}/execute"), &Value::Null).await;
        assert_eq!(receiver.next().await.headers["x-auth-key"], "swordfish-header");
        assert!(thief.rest().is_empty());
        // With secrets of its own it may go anywhere; what was stored is gone.
        let mut anew = with_secrets(&thief.url);
        anew["request"]["headers"] = json!({ "X-Auth-Key": "another" });
        write(&broker, 200, Method::PUT, &own, &anew).await;
        write(&broker, 200, Method::POST, &format!("{own}/execute"), &Value::Null).await;
        assert_eq!(thief.next().await.headers["x-auth-key"], "another");
        let mut back = anew.clone();
        back["request"]["url"] = created["request"]["url"].clone();
        back["request"]["headers"] = json!({ "X-Auth-Key": MASK });
        write(&broker, 400, Method::PUT, &own, &back).await;
        broker.stop().await;
    }

    async fn a_mask_without_anything_stored_and_what_cannot_be_sent_are_refused(database) {
        let broker = Running::start(database, config()).await;
        let body = |change: fn(&mut Value)| {
            let mut body = json!({ "request": { "method": "POST", "url": "https://ci.example.org/a" } });
            change(&mut body["request"]);
            body
        };
        for (change, field) in [
            ((|request| request["headers"] = json!({ "X-Key": "**********" })) as fn(&mut Value), "request.headers.X-Key"),
            (|request| { request["username"] = json!("ci"); request["password"] = json!("**********"); }, "request.password"),
            (|request| request["body"] = json!("**********"), "request.body"),
            (|request| request["url"] = json!("https://ci.example.org/?key=**********"), "request.url"),
            (|request| request["headers"] = json!({ "X-Key": "a\u{1}b" }), "request.headers.X-Key"),
            (|request| request["headers"] = json!({ "X-Key": "a\u{0}b" }), "request.headers.X-Key"),
            (|request| request["headers"] = json!({ "X-Key": "a\u{7f}" }), "request.headers.X-Key"),
            (|request| request["headers"] = json!({ "X-Key": "a\r\nX-Evil: b" }), "request.headers.X-Key"),
            (|request| request["headers"] = json!({ "X-Key": "${pactbroker.consumerName}\n" }), "request.headers.X-Key"),
            (|request| request["headers"] = json!({ "": "a" }), "request.headers."),
            (|request| request["headers"] = json!({ "X\u{fc}": "a" }), "request.headers.X\u{fc}"),
            (|request| request["url"] = json!("http:/${pactbroker.consumerName}"), "request.url"),
            (|request| request["url"] = json!("http:\\${pactbroker.consumerName}"), "request.url"),
            (|request| request["url"] = json!("https://ci.example.org/a\nb"), "request.url"),
        ] {
            let refused = broker.expect(400, Method::POST, "/webhooks", body(change)).await;
            assert!(refused["errors"][field].is_array(), "{field}: {refused}");
        }
        let (_, list) = broker.get("/webhooks").await;
        assert_eq!(list["_links"]["pb:webhooks"], json!([]));
        broker.stop().await;
    }

    async fn logs_of_an_older_broker_stay_readable_and_are_encrypted(database) {
        make_old(database).await;
        let broker = Running::start(database, with_accounts()).await;
        let logs = "/triggered-webhooks/11111111-1111-4111-8111-111111111111/logs";
        let check = async || {
            let writer = ask(&broker, "writer", "text/plain", logs).await;
            assert!(writer.contains("POST https://ci.example.org/a?key=**********\nAccept: text/plain\nX-Auth-Key: **********\n"), "{writer}");
            assert!(writer.contains("{\"swordfish\":1}\n\nanswered 500 after 12 ms\nsorry, swordfish\n"), "{writer}");
            assert!(writer.contains("the webhook was deleted\n"), "{writer}");
            let reader = ask(&broker, "reader", "text/plain", logs).await;
            assert!(reader.contains("answered 500 after 12 ms\n") && !reader.contains("swordfish"), "{reader}");
        };
        check().await;
        while database.numbers("SELECT COUNT(*) FROM webhook_attempts WHERE sealed = 0".to_owned()).await != [0] {
            tokio::task::yield_now().await;
        }
        check().await;
        broker.stop().await;
        let clear = "SELECT COUNT(*) FROM webhook_attempts WHERE log LIKE '%swordfish%' OR log LIKE '%deleted%'";
        assert_eq!(database.numbers(clear.to_owned()).await, [0]);
    }

    async fn events_come_back_in_the_order_in_which_they_were_sent(database) {
        let broker = Running::start(database, config()).await;
        let names = ["provider_verification_failed", "contract_published", "provider_verification_published", "contract_content_changed"];
        let body = crate::webhooks::webhook("https://ci.example.org/a", &names);
        let created = broker.expect(201, Method::POST, "/webhooks", body.clone()).await;
        assert_eq!(created["events"], body["events"]);
        let own = format!("/webhooks/{}", created["uuid"].as_str().unwrap());
        assert_eq!(broker.get(&own).await.1["events"], body["events"]);
        broker.stop().await;
    }
}

/// The steps of the schema before logs were encrypted, and two attempts as a broker of that time left them.
async fn make_old(database: &Database) {
    macro_rules! steps {
        ($dialect:literal: $($name:literal),+) => {
            [$(include_str!(concat!("../../src/store/engine/migrations/", $dialect, "/", $name, ".sql"))),+]
        };
    }
    let steps = match database {
        Database::Sqlite(directory) => {
            std::fs::write(directory.path().join("broker.sqlite3"), "").unwrap();
            steps!("sqlite": "0001_contracts", "0002_webhooks", "0003_periodic_jobs", "0004_dead_letters", "0005_webhooks_after_events", "0006_leaner_publishing")
        }
        Database::Postgres { .. } => {
            steps!("postgres": "0001_contracts", "0002_webhooks", "0003_periodic_jobs", "0004_dead_letters", "0005_webhooks_after_events", "0006_leaner_publishing")
        }
    };
    for step in steps {
        database.execute(step.to_owned()).await;
    }
    let known = (1..=steps.len())
        .map(|number| format!("({number}, 'step', 1)"))
        .collect::<Vec<_>>()
        .join(", ");
    let log = "POST https://ci.example.org/a?key=swordfish\nAccept: text/plain\nX-Auth-Key: swordfish\n\n\
               {\"swordfish\":1}\n\nanswered 500 after 12 ms\nsorry, swordfish\n";
    database
        .execute(format!(
            "CREATE TABLE schema_migrations (number BIGINT NOT NULL PRIMARY KEY, name TEXT NOT NULL, applied_at BIGINT NOT NULL);
             INSERT INTO schema_migrations VALUES {known};
             INSERT INTO pacticipants (name, created_at, updated_at) VALUES ('web', 1, 1), ('api', 1, 1);
             INSERT INTO triggered_webhooks (uuid, webhook_uuid, event_name, trigger_type, consumer_id, provider_id, parameters,
               status, attempts, failures, created_at, updated_at) VALUES ('11111111-1111-4111-8111-111111111111', 'w', 'contract_published',
               'resource_creation', 1, 2, '{{}}', 'failure', 2, 2, 1, 1);
             INSERT INTO webhook_attempts (triggered_webhook_id, success, log, created_at) VALUES
               (1, 0, '{log}', 1), (1, 0, 'the webhook was deleted\n', 2)"
        ))
        .await;
}
