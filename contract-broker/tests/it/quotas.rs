//! What a broker without tenants stores and answers at most, if its settings say so.

use contract_broker::{
    Config,
    config::{ByteSize, Raw, Value as _},
};
use http::Method;
use serde_json::json;
use tokio::{io::AsyncWriteExt as _, net::TcpStream};

use crate::{
    broker::{Database, TestBroker, publish_body},
    running::{Running, with_each_database},
};

fn databases() -> impl Iterator<Item = Database> {
    [Some(Database::sqlite()), Database::postgres()]
        .into_iter()
        .flatten()
}

#[test]
fn there_are_no_more_applications_than_the_settings_allow() {
    for database in databases() {
        let two = |config: &mut Config| config.limits_applications = Some(2);
        TestBroker::run_with(database, two, async |broker| {
            broker.publish("web", "1", None, "api", "a").await;
            let body = publish_body("web", "2", None, "new", "b");
            let refused = broker.post("/contracts/publish", body).await.expect(403);
            let message = "the limit on applications is reached: there may be 2";
            assert!(refused.text.contains(message), "{}", refused.text);
            broker
                .post("/pacticipants", json!({ "name": "third" }))
                .await
                .expect(403);
            // What is there can be changed, and one that is deleted makes room.
            broker.publish("web", "3", None, "api", "c").await;
            broker.delete("/pacticipants/api").await.expect(204);
            broker.publish("web", "4", None, "new", "d").await;
        });
    }
}

#[test]
fn nothing_is_published_into_a_database_that_takes_more_than_the_settings_allow() {
    for database in databases() {
        // Its tables alone take more.
        let full = |config: &mut Config| {
            config.limits_bytes = ByteSize::parse(Raw::Text("64KiB".to_owned())).ok();
        };
        TestBroker::run_with(database, full, async |broker| {
            let body = publish_body("web", "1", None, "api", "a");
            let refused = broker.post("/contracts/publish", body).await.expect(403);
            let message = "the limit on bytes is reached: the database takes ";
            assert!(refused.text.contains(message), "{}", refused.text);
            broker.get("/pacticipants").await.expect(200);
            broker.environment("production").await;
        });
    }
}

with_each_database! {
    async fn no_more_requests_are_answered_at_once_than_the_settings_allow(database) {
        let config = Config { limits_requests_at_once: Some(1), ..Config::default() };
        let broker = Running::start(database, config).await;
        broker.expect(200, Method::GET, "/pacticipants", json!(null)).await;
        // A request whose body does not come is under way.
        let mut unfinished = TcpStream::connect(broker.address).await.unwrap();
        let head = b"POST /pacticipants HTTP/1.1\r\nhost: b\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n{";
        unfinished.write_all(head).await.unwrap();
        let refused = loop {
            let response = broker.request(Method::GET, "/pacticipants");
            let response = response.header("accept", "application/problem+json").send().await.unwrap();
            if response.status() != 200 {
                break response;
            }
        };
        assert_eq!(refused.status(), 429);
        assert_eq!(refused.headers()["retry-after"], "1");
        let problem: serde_json::Value = serde_json::from_slice(&refused.bytes().await.unwrap()).unwrap();
        assert_eq!(problem["violated-policies"], json!(["at-once"]));
        // What tells whether the broker is well is answered all the same.
        for path in ["/healthz", "/readyz", "/metrics"] {
            broker.expect(200, Method::GET, path, json!(null)).await;
        }
        drop(unfinished);
        while broker.get("/pacticipants").await.0 == 429 {}
        broker.stop().await;
    }
}

#[test]
fn what_builds_write_is_left_out_of_the_audit_log_if_the_settings_say_so() {
    for database in databases() {
        let without = |config: &mut Config| config.audit_data = false;
        TestBroker::run_with(database, without, async |broker| {
            broker.publish("web", "1", Some("main"), "api", "a").await;
            broker.environment("production").await;
            let audit = broker.get("/audit").await.expect(200).json;
            let kinds: Vec<_> = audit["events"]
                .as_array()
                .unwrap()
                .iter()
                .map(|event| &event["type"])
                .collect();
            assert_eq!(kinds, ["environment.created"], "{audit}");
        });
    }
}
