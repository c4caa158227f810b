//! How many requests a caller may send.

use contract_broker::Config;
use http::Method;
use serde_json::json;

use crate::{
    accounts::{CI, machine, with_writer},
    broker::{Answer, Database, TestBroker},
};

fn limited(config: &mut Config) {
    with_writer(config);
    config.limits_requests_per_minute = Some(1);
    config.limits_burst = 6;
}

fn limited_and_public(config: &mut Config) {
    limited(config);
    config.auth_public_read = true;
}

async fn get(broker: &TestBroker, token: &str, path: &str) -> Answer {
    let request = broker.request(Method::GET, path);
    let request = request.header("accept", "application/problem+json, application/hal+json");
    if token.is_empty() {
        return request.send().await;
    }
    request
        .header("authorization", &format!("Bearer {token}"))
        .send()
        .await
}

#[test]
fn who_sends_too_many_requests_is_told_when_to_come_again() {
    TestBroker::run_with(Database::sqlite(), limited_and_public, async |broker| {
        let first = get(broker, "reader", "/pacticipants").await.expect(200);
        assert_eq!(first.headers["ratelimit-policy"], "\"default\";q=6;w=360");
        assert_eq!(first.headers["ratelimit"], "\"default\";r=5;t=60");
        for _ in 0..5 {
            get(broker, "reader", "/pacticipants").await.expect(200);
        }
        let refused = get(broker, "reader", "/pacticipants").await.expect(429);
        assert_eq!(
            refused.headers["content-type"],
            "application/problem+json;charset=utf-8"
        );
        assert_eq!(
            refused.json["type"],
            "https://iana.org/assignments/http-problem-types#quota-exceeded"
        );
        assert_eq!(refused.json["violated-policies"], json!(["default"]));
        let after: u64 = refused.headers["retry-after"].to_str().unwrap().parse().unwrap();
        assert!((1..=60).contains(&after), "{after}");
        assert_eq!(refused.headers["ratelimit"], "\"default\";r=0;t=360");
        // Others are counted for themselves, and so is everyone who does not say who they are.
        get(broker, "writer", "/pacticipants").await.expect(200);
        let anonymous = get(broker, "", "/pacticipants").await.expect(200);
        assert_eq!(anonymous.headers["ratelimit"], "\"default\";r=5;t=60");
        // What tells whether the broker is well is never limited.
        for path in ["/healthz", "/readyz", "/metrics"] {
            let free = get(broker, "reader", path).await.expect(200);
            assert!(!free.headers.contains_key("ratelimit"), "{path}");
        }
    });
}

#[test]
fn accounts_are_counted_each_for_itself_whichever_token_they_use() {
    TestBroker::run_with(Database::sqlite(), limited, async |broker| {
        let (one, two) = (machine_of(broker, "one").await, machine_of(broker, "two").await);
        for _ in 0..6 {
            get(broker, &one, "/pacticipants").await.expect(200);
        }
        get(broker, &one, "/pacticipants").await.expect(429);
        get(broker, &two, "/pacticipants").await.expect(200);
        // Wrong credentials are no way to use up somebody's requests.
        get(broker, "wrong", "/pacticipants").await.expect(401);
    });
}

/// A system account, made with few requests of the operator.
async fn machine_of(broker: &TestBroker, name: &str) -> String {
    machine(broker, name, &[CI]).await.token
}

#[test]
fn without_the_setting_nobody_is_limited() {
    TestBroker::run_with(Database::sqlite(), with_writer, async |broker| {
        for _ in 0..250 {
            let answer = get(broker, "reader", "/pacticipants").await.expect(200);
            assert!(!answer.headers.contains_key("ratelimit"));
        }
    });
}
