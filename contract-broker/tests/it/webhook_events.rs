//! What sets webhooks off, and what they are told.

use std::collections::BTreeMap;

use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    broker::publish_body,
    running::{Receiver, Running, with_each_database},
    webhooks::{ask_idle, config, settled, webhook},
};

const EVENTS: [&str; 6] = [
    "contract_published",
    "contract_content_changed",
    "contract_requiring_verification_published",
    "provider_verification_published",
    "provider_verification_succeeded",
    "provider_verification_failed",
];

const PARAMETERS: [&str; 20] = [
    "eventName",
    "consumerName",
    "consumerVersionNumber",
    "consumerVersionBranch",
    "consumerVersionTags",
    "consumerLabels",
    "providerName",
    "providerVersionNumber",
    "providerVersionBranch",
    "providerVersionTags",
    "providerVersionDescriptions",
    "providerLabels",
    "currentlyDeployedProviderVersionNumber",
    "pactUrl",
    "verificationResultUrl",
    "buildUrl",
    "githubVerificationStatus",
    "bitbucketVerificationStatus",
    "azureDevOpsVerificationStatus",
    "gitlabVerificationStatus",
];

/// A webhook that tells everything it knows.
fn talkative(url: &str, events: &[&str]) -> Value {
    let mut body = webhook(url, events);
    body["request"]["body"] = PARAMETERS
        .iter()
        .map(|name| ((*name).to_owned(), json!(format!("${{pactbroker.{name}}}"))))
        .collect::<serde_json::Map<_, _>>()
        .into();
    body
}

async fn put(broker: &Running, path: &str, body: Value) {
    let (status, body) = broker.send(Method::PUT, path, body).await;
    assert!(status < 300, "{path}: {body}");
}

async fn environment(broker: &Running, name: &str) -> String {
    let body = json!({ "name": name, "production": name == "production" });
    let created = broker.expect(201, Method::POST, "/environments", body).await;
    created["uuid"].as_str().unwrap().to_owned()
}

async fn deploy(broker: &Running, pacticipant: &str, version: &str, environment: &str) {
    let path =
        format!("/pacticipants/{pacticipant}/versions/{version}/deployed-versions/environment/{environment}");
    broker.expect(201, Method::POST, &path, json!({})).await;
}

async fn verify(broker: &Running, consumer_version: &str, provider_version: &str, success: bool) {
    let (_, contract) = broker
        .get(&format!(
            "/pacts/provider/api/consumer/web/version/{consumer_version}"
        ))
        .await;
    let link = contract["_links"]["pb:publish-verification-results"]["href"]
        .as_str()
        .unwrap();
    let result = json!({
        "success": success,
        "providerApplicationVersion": provider_version,
        "buildUrl": "https://ci.example.org/api/9",
    });
    broker
        .expect(201, Method::POST, link.strip_prefix(&broker.url).unwrap(), result)
        .await;
}

/// The next requests, by the event that they are about and the provider version.
async fn told(receiver: &mut Receiver, count: usize) -> BTreeMap<(String, String), Value> {
    let mut told = BTreeMap::new();
    for _ in 0..count {
        let body = receiver.next().await.json();
        let text = |name: &str| body[name].as_str().unwrap().to_owned();
        let key = (text("eventName"), text("providerVersionNumber"));
        assert!(told.insert(key, body).is_none(), "each once");
    }
    told
}

with_each_database! {
    async fn a_webhook_hears_of_nothing_that_was_before_it(database) {
        let (mut old, mut new) = (Receiver::start(0).await, Receiver::start(0).await);
        let told = |receiver: &Receiver| webhook(&receiver.url, &["contract_published"]);
        let publish = |version: &str| {
            let body = publish_body("web", version, Some("main"), "api", version);
            (Method::POST, "/contracts/publish", body)
        };
        ask_idle(database, [
            (Method::PUT, "/webhooks/0123456789abcdef-old", told(&old)),
            publish("1"),
            (Method::PUT, "/webhooks/0123456789abcdef-new", told(&new)),
            publish("2"),
            // Who is changed is no younger.
            (Method::PUT, "/webhooks/0123456789abcdef-new", told(&new)),
        ])
        .await;
        let broker = Running::start(database, config()).await;
        for (uuid, receiver, expected) in [("old", &mut old, &["1", "2"][..]), ("new", &mut new, &["2"])] {
            settled(&broker, &format!("0123456789abcdef-{uuid}")).await;
            let mut versions: Vec<_> = receiver.rest().iter().map(|received| received.json()["version"].clone()).collect();
            versions.sort_by_key(Value::to_string);
            assert_eq!(versions, expected, "{uuid}");
        }
        broker.stop().await;
    }

    async fn each_event_comes_once_with_what_is_known(database) {
        let mut receiver = Receiver::start(0).await;
        let broker = Running::start(database, config()).await;
        let production = environment(&broker, "production").await;
        put(&broker, "/pacticipants/api/branches/main/versions/6", json!({})).await;
        put(&broker, "/pacticipants/api/branches/main/versions/7", json!({})).await;
        broker.expect(200, Method::PATCH, "/pacticipants/api", json!({ "mainBranch": "main" })).await;
        put(&broker, "/pacticipants/api/versions/6/tags/live", Value::Null).await;
        put(&broker, "/pacticipants/api/labels/core", Value::Null).await;
        put(&broker, "/pacticipants/web/labels/front", Value::Null).await;
        deploy(&broker, "api", "6", &production).await;
        broker.expect(201, Method::POST, "/webhooks", talkative(&receiver.url, &EVENTS)).await;

        let mut body = publish_body("web", "1", Some("main"), "api", "a");
        body["tags"] = json!(["beta"]);
        body["buildUrl"] = json!("https://ci.example.org/web/1");
        broker.expect(200, Method::POST, "/contracts/publish", body).await;
        let events = told(&mut receiver, 4).await;
        let key = |event: &str, provider: &str| (event.to_owned(), provider.to_owned());
        let published = &events[&key("contract_published", "")];
        let pact = published["pactUrl"].as_str().unwrap();
        let (_, contract) = broker.get(pact.strip_prefix(&broker.url).unwrap()).await;
        assert_eq!(contract["consumer"]["name"], "web");
        let expected = json!({
            "eventName": "contract_published",
            "consumerName": "web",
            "consumerVersionNumber": "1",
            "consumerVersionBranch": "main",
            "consumerVersionTags": "beta",
            "consumerLabels": "front",
            "providerName": "api",
            "providerVersionNumber": "",
            "providerVersionBranch": "",
            "providerVersionTags": "",
            "providerVersionDescriptions": "",
            "providerLabels": "core",
            "currentlyDeployedProviderVersionNumber": "6",
            "pactUrl": pact,
            "verificationResultUrl": "",
            "buildUrl": "https://ci.example.org/web/1",
            "githubVerificationStatus": "pending",
            "bitbucketVerificationStatus": "INPROGRESS",
            "azureDevOpsVerificationStatus": "pending",
            "gitlabVerificationStatus": "pending",
        });
        assert_eq!(*published, expected);
        assert!(events.contains_key(&key("contract_content_changed", "")));
        // One for each provider version that ought to verify it: what is deployed, and the newest of the main branch.
        let deployed = &events[&key("contract_requiring_verification_published", "6")];
        assert_eq!((&deployed["providerVersionBranch"], &deployed["providerVersionTags"]), (&json!("main"), &json!("live")));
        assert!(deployed["providerVersionDescriptions"].as_str().unwrap().contains("production"), "{deployed}");
        let newest = &events[&key("contract_requiring_verification_published", "7")];
        assert!(newest["providerVersionDescriptions"].as_str().unwrap().contains("main"), "{newest}");

        verify(&broker, "1", "7", true).await;
        let events = told(&mut receiver, 2).await;
        assert!(events.contains_key(&key("provider_verification_published", "7")));
        let succeeded = &events[&key("provider_verification_succeeded", "7")];
        for (name, value) in [
            ("consumerVersionNumber", "1"),
            ("buildUrl", "https://ci.example.org/api/9"),
            ("githubVerificationStatus", "success"),
            ("bitbucketVerificationStatus", "SUCCESSFUL"),
            ("azureDevOpsVerificationStatus", "succeeded"),
            ("gitlabVerificationStatus", "success"),
        ] {
            assert_eq!(succeeded[name], value, "{name}");
        }
        let result = succeeded["verificationResultUrl"].as_str().unwrap();
        assert_eq!(broker.get(result.strip_prefix(&broker.url).unwrap()).await.1["success"], true);
        verify(&broker, "1", "6", false).await;
        let events = told(&mut receiver, 2).await;
        assert!(events.contains_key(&key("provider_verification_published", "6")));
        assert_eq!(events[&key("provider_verification_failed", "6")]["bitbucketVerificationStatus"], "FAILED");

        // The same content again is a publication and no change, and both versions have verified it.
        let body = publish_body("web", "2", Some("main"), "api", "a");
        broker.expect(200, Method::POST, "/contracts/publish", body).await;
        assert!(told(&mut receiver, 1).await.contains_key(&key("contract_published", "")));
        broker.stop().await;
        assert!(receiver.rest().is_empty());
    }

    async fn filters_pick_events_by_branch_and_environment(database) {
        let mut receiver = Receiver::start(0).await;
        let broker = Running::start(database, config()).await;
        let production = environment(&broker, "production").await;
        let mut live = talkative(&format!("{}/live", receiver.url), &["provider_verification_published"]);
        live["filters"] = json!({ "environments": ["production"] });
        broker.expect(201, Method::POST, "/webhooks", live).await;
        let mut release = talkative(&format!("{}/release", receiver.url), &["provider_verification_published"]);
        release["filters"] = json!({ "providerBranches": ["release"] });
        broker.expect(201, Method::POST, "/webhooks", release).await;
        for version in ["1", "2"] {
            let body = publish_body("web", version, Some("main"), "api", version);
            broker.expect(200, Method::POST, "/contracts/publish", body).await;
        }
        put(&broker, "/pacticipants/api/branches/release/versions/8", json!({})).await;
        put(&broker, "/pacticipants/api/branches/main/versions/9", json!({})).await;
        deploy(&broker, "web", "2", &production).await;
        // Neither; then the branch of the provider; then the environment of the consumer.
        verify(&broker, "1", "9", true).await;
        verify(&broker, "1", "8", true).await;
        verify(&broker, "2", "9", true).await;
        let mut told = Vec::new();
        for _ in 0..2 {
            let received = receiver.next().await;
            told.push((received.uri.path().to_owned(), received.json()["consumerVersionNumber"].clone()));
        }
        told.sort_by(|a, b| a.0.cmp(&b.0));
        assert_eq!(told, [("/live".to_owned(), json!("2")), ("/release".to_owned(), json!("1"))]);
        broker.stop().await;
        assert!(receiver.rest().is_empty());
    }

    async fn one_log_is_kept_for_each_attempt_and_a_dead_node_loses_its_claim(database) {
        let mut receiver = Receiver::start(1).await;
        let broker = Running::start(database, config()).await;
        let body = webhook(&receiver.url, &["contract_published"]);
        broker.expect(201, Method::PUT, "/webhooks/0123456789abcdef", body).await;
        let body = publish_body("web", "1", Some("main"), "api", "a");
        broker.expect(200, Method::POST, "/contracts/publish", body).await;
        receiver.next().await;
        receiver.next().await;
        let logs = "SELECT COUNT(*) FROM webhook_attempts GROUP BY triggered_webhook_id";
        while database.numbers(logs.to_owned()).await != [2] {
            tokio::task::yield_now().await;
        }
        // Another node has the next delivery in hand, dies, and its time runs out.
        let claimed = |due: &str| {
            format!("UPDATE triggered_webhooks SET status = 'not_run', claimed_by = 'dead', due_at = {due}")
        };
        database.execute(claimed("9000000000000000")).await;
        let body = publish_body("web", "2", Some("main"), "api", "b");
        broker.expect(200, Method::POST, "/contracts/publish", body).await;
        assert_eq!(receiver.next().await.json()["version"], "2", "the first is left to the other node");
        database.execute(format!("{} WHERE claimed_by = 'dead'", claimed("1"))).await;
        assert_eq!(receiver.next().await.json()["version"], "1");
        broker.stop().await;
        assert!(receiver.rest().is_empty());
    }
}
