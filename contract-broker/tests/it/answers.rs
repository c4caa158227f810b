//! Answers show what was written before the question, whichever node wrote it.

use axum::body::Body;
use contract_broker::{Broker, Config};
use futures_util::future::{join_all, poll_immediate};
use http::{Method, Request};
use serde_json::{Value, json};
use tower::ServiceExt as _;

use crate::{
    broker::{TestBroker, on_each_database, publish_body},
    process::KEY,
};

/// The same question several times, and its answer.
async fn asked_often(broker: &TestBroker, path: &str) -> Value {
    let first = broker.get(path).await.expect(200);
    for _ in 0..3 {
        let again = broker.get(path).await.expect(200);
        assert_eq!(again.text, first.text);
        assert_eq!(again.header("content-type"), first.header("content-type"));
    }
    first.json
}

on_each_database! {
    async fn what_another_node_changes_is_seen_at_once(broker) {
        let config = Config {
            database_url: broker.database.url(),
            webhook_encryption_key: Some(KEY.into()),
            ..Config::default()
        };
        let other = Broker::build(config).await.unwrap().router();
        broker.publish("web", "0", Some("main"), "api", "x").await;
        broker.environment("production").await;
        let deploy = "/can-i-deploy?pacticipant=web&version=0&environment=production";
        assert_eq!(asked_often(broker, deploy).await["summary"]["unknown"], 1);
        for number in 1..4 {
            let body = publish_body("web", &number.to_string(), Some("main"), "api", &format!("content {number}"));
            let request = Request::builder().method(Method::POST).uri("/contracts/publish").header("content-type", "application/json");
            let answer = other.clone().oneshot(request.body(Body::from(body.to_string())).unwrap()).await.unwrap();
            assert!(answer.status().is_success());
            let list = asked_often(broker, "/pacts/provider/api/for-verification?provider_version_branch=main").await;
            let name = list["_embedded"]["pacts"][0]["_links"]["self"]["name"].as_str().unwrap().to_owned();
            assert_eq!(name, format!("Contract between web ({number}) and api"));
            let matrix = asked_often(broker, "/matrix/provider/api/consumer/web").await;
            assert_eq!(matrix["matrix"].as_array().unwrap().len(), number + 1);
        }
    }

    async fn questions_that_differ_in_body_address_or_type_have_answers_of_their_own(broker) {
        broker.publish("web", "1", Some("main"), "api", "x").await;
        broker.publish("web", "2", Some("feat/y"), "api", "y").await;
        for _ in 0..2 {
            for (branch, version) in [("main", "1"), ("feat/y", "2")] {
                let body = json!({ "consumerVersionSelectors": [{ "branch": branch }] });
                let list = broker.post("/pacts/provider/api/for-verification", body).await.expect(200).json;
                let name = &list["_embedded"]["pacts"][0]["_links"]["self"]["name"];
                assert_eq!(name, &json!(format!("Contract between web ({version}) and api")));
            }
            for host in ["one.example.org", "two.example.org"] {
                let answer = broker.request(Method::GET, "/matrix/provider/api/consumer/web").header("x-forwarded-host", host).send().await;
                assert!(answer.expect(200).text.contains(&format!("http://{host}/pacts/provider/api")));
            }
            for (accept, expected) in [("application/hal+json", "{\"summary\""), ("text/plain", "CONSUMER"), ("text/html", "<!doctype")] {
                let answer = broker.request(Method::GET, "/matrix/provider/api/consumer/web").header("accept", accept).send().await;
                let text = answer.expect(200).text;
                assert!(text.to_lowercase().starts_with(&expected.to_lowercase()), "{accept}: {text}");
            }
        }
    }

    async fn many_who_ask_at_once_see_what_they_wrote(broker) {
        let one = async |worker: usize| {
            for round in 0..10 {
                let name = format!("p{worker}-{round}");
                broker.post("/pacticipants", json!({ "name": name })).await.expect(201);
                // This one leaves while others may wait for the same thing.
                let _ = poll_immediate(broker.get("/pacticipants")).await;
                let list = broker.get("/pacticipants").await.expect(200);
                assert!(list.text.contains(&format!("\"{name}\"")), "{name}");
            }
        };
        join_all((0..6).map(one)).await;
    }
}
