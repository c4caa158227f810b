//! Descriptions that providers publish, and their comparison with the contracts of consumers.

use std::ops::RangeInclusive;

use base64::Engine as _;
use contract_broker::Config;
use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    broker::TestBroker,
    database::Database,
    running::{Receiver, Running, with_each_database},
    webhooks::{config, webhook},
};

/// A description of orders with these properties of an order.
pub(crate) fn description(properties: &str) -> String {
    format!(
        "openapi: 3.0.3
info: {{title: Orders, version: 1.0.0}}
paths:
  /orders/{{id}}:
    get:
      summary: An order
      parameters: [{{name: id, in: path, required: true, schema: {{type: integer}}}}]
      responses:
        '200':
          description: the order
          content:
            application/json:
              schema: {{type: object, required: [id], properties: {{{properties}}}, additionalProperties: false}}
"
    )
}

pub(crate) const WITH_TOTAL: &str = "id: {type: integer}, total: {type: number}";
pub(crate) const WITHOUT_TOTAL: &str = "id: {type: integer}";

pub(crate) fn encoded(text: &str) -> String {
    base64::engine::general_purpose::STANDARD.encode(text)
}

/// A body as the command lines of others send it.
pub(crate) fn provider_contract(
    version: &str,
    branch: Option<&str>,
    properties: &str,
    success: Option<bool>,
) -> Value {
    let mut contract = json!({
        "content": encoded(&description(properties)),
        "contentType": "application/yaml",
        "specification": "oas",
    });
    if let Some(success) = success {
        contract["selfVerificationResults"] = json!({
            "success": success, "content": encoded("all passed"), "contentType": "text/plain",
            "format": "text", "verifier": "drift", "verifierVersion": "1.0",
        });
    }
    json!({ "pacticipantVersionNumber": version, "tags": [], "branch": branch, "contract": contract })
}

/// A body that publishes the contract of a consumer that needs the total.
pub(crate) fn consumer_contract(version: &str, branch: Option<&str>) -> Value {
    contract_about_orders(version, branch, 7..=7)
}

/// A contract with an interaction for each of these orders.
fn contract_about_orders(version: &str, branch: Option<&str>, orders: RangeInclusive<u32>) -> Value {
    let interaction = |order: u32| {
        json!({
            "description": if order == 7 { "an order".to_owned() } else { format!("order {order}") },
            "request": { "method": "GET", "path": format!("/orders/{order}") },
            "response": {
                "status": 200,
                "headers": { "Content-Type": "application/json" },
                "body": { "id": order, "total": 3.5 },
                "matchingRules": { "$.body": { "match": "type" } },
            },
        })
    };
    let contract = json!({
        "consumer": { "name": "web" },
        "provider": { "name": "api" },
        "interactions": orders.map(interaction).collect::<Vec<_>>(),
        "metadata": { "pactSpecification": { "version": "2.0.0" } },
    });
    json!({
        "pacticipantName": "web",
        "pacticipantVersionNumber": version,
        "branch": branch,
        "contracts": [{
            "consumerName": "web", "providerName": "api", "specification": "pact", "contentType": "application/json",
            "content": encoded(&contract.to_string()),
        }],
    })
}

pub(crate) const PUBLISH: &str = "/provider-contracts/provider/api/publish";
pub(crate) const CAN_I_DEPLOY: &str = "/can-i-deploy?pacticipant=web&version=1&environment=production";

pub(crate) fn comparison_of(provider_version: &str, consumer_version: &str) -> String {
    format!(
        "/contracts/bi-directional/provider/api/version/{provider_version}/consumer/web/version/{consumer_version}/\
         cross-contract-verification-results"
    )
}

/// Asks until the answer is known, as a client does that is told to try again.
pub(crate) async fn decided(broker: &Running, path: &str) -> Value {
    loop {
        let response = broker.request(Method::GET, path).send().await.unwrap();
        let again = response.headers().contains_key("retry-after");
        let body: Value = response.json().await.unwrap();
        if !again {
            return body;
        }
        tokio::task::yield_now().await;
    }
}

pub(crate) async fn production(broker: &Running, provider_version: &str) {
    let (_, environments) = broker.get("/environments").await;
    let known = environments["_embedded"]["environments"][0]["uuid"]
        .as_str()
        .map(str::to_owned);
    let uuid = if let Some(uuid) = known {
        uuid
    } else {
        let body = json!({ "name": "production", "production": true });
        let created = broker.expect(201, Method::POST, "/environments", body).await;
        created["uuid"].as_str().unwrap().to_owned()
    };
    let path = format!("/pacticipants/api/versions/{provider_version}/deployed-versions/environment/{uuid}");
    broker.expect(201, Method::POST, &path, json!({})).await;
}

with_each_database! {
    async fn a_description_that_loses_a_field_is_not_deployable(database) {
        let broker = Running::start(database, config()).await;
        broker.expect(200, Method::POST, "/contracts/publish", consumer_contract("1", Some("main"))).await;
        let published = broker
            .expect(200, Method::POST, PUBLISH, provider_contract("10", Some("main"), WITH_TOTAL, Some(true)))
            .await;
        assert_eq!(published["_embedded"]["version"]["number"], "10");
        assert_eq!(published["_links"]["pb:pacticipant-version-tags"], json!([]));
        assert!(published["_links"]["pb:branch-version"]["href"].is_string());
        assert_eq!(published["notices"][1]["text"], "Provider contract published for api version 10");
        production(&broker, "10").await;
        let yes = decided(&broker, CAN_I_DEPLOY).await;
        assert_eq!(yes["summary"]["deployable"], true, "{yes:#}");
        let row = &yes["matrix"][0];
        assert_eq!(row["verificationType"], "BDCT");
        assert_eq!(row["verificationResult"]["success"], true);
        assert!(row["verificationResult"]["_links"]["self"]["href"].as_str().unwrap().ends_with(&comparison_of("10", "1")));

        broker.expect(200, Method::POST, PUBLISH, provider_contract("11", Some("main"), WITHOUT_TOTAL, Some(true))).await;
        production(&broker, "11").await;
        let no = decided(&broker, CAN_I_DEPLOY).await;
        assert_eq!(no["summary"]["deployable"], false, "{no:#}");
        assert_eq!(
            no["summary"]["reason"],
            "The cross contract comparison between the pact for version 1 of web and the oas for the version of api \
             currently in production (11) failed"
        );
        let texts: Vec<&str> = no["notices"].as_array().unwrap().iter().filter_map(|notice| notice["text"].as_str()).collect();
        assert!(
            texts.iter().any(|text| text.contains("GET /orders/{id}") && text.contains("total")
                && text.contains("response.body.incompatible") && text.contains("'an order'")),
            "{texts:#?}"
        );
        broker.stop().await;
    }

    async fn both_kinds_of_evidence_have_to_pass(database) {
        let broker = Running::start(database, config()).await;
        broker.expect(200, Method::POST, "/contracts/publish", consumer_contract("1", Some("main"))).await;
        broker.expect(200, Method::POST, PUBLISH, provider_contract("10", Some("main"), WITH_TOTAL, None)).await;
        production(&broker, "10").await;
        let yes = decided(&broker, CAN_I_DEPLOY).await;
        assert_eq!(yes["summary"]["deployable"], true, "{yes:#}");
        let text = yes["notices"].to_string();
        assert!(text.contains("Nothing shows that api version 10 does what its description says"), "{text}");
        let (_, contract) = broker.get("/pacts/provider/api/consumer/web/version/1").await;
        let link = contract["_links"]["pb:publish-verification-results"]["href"].as_str().unwrap();
        let path = link.strip_prefix(&broker.url).unwrap();
        broker.expect(201, Method::POST, path, json!({ "success": false, "providerApplicationVersion": "10" })).await;
        let no = decided(&broker, CAN_I_DEPLOY).await;
        assert_eq!(no["summary"]["deployable"], false, "{no:#}");
        let mut kinds: Vec<&str> = no["matrix"].as_array().unwrap().iter().filter_map(|row| row["verificationType"].as_str()).collect();
        kinds.sort_unstable();
        assert_eq!(kinds, ["BDCT", "CDCT"]);
        // The results of all contracts that the description is compared with.
        let results = "/contracts/bi-directional/provider/api/version/10/consumer-contract-verification-results";
        let (_, listed) = broker.get(results).await;
        assert_eq!(listed["verificationStatus"], "failed", "{listed:#}");
        let listed = &listed["_embedded"]["verificationResults"];
        assert_eq!((listed.as_array().unwrap().len(), &listed[0]["consumerName"]), (1, &json!("web")), "{listed:#}");
        let one = listed[0]["_links"]["self"]["href"].as_str().unwrap().strip_prefix(&broker.url).unwrap();
        let (_, one) = broker.get(one).await;
        assert_eq!(one["verificationStatus"], "failed", "{one:#}");
        // A build that runs again says that it failed itself.
        broker.expect(201, Method::POST, path, json!({ "success": true, "providerApplicationVersion": "10" })).await;
        assert_eq!(decided(&broker, CAN_I_DEPLOY).await["summary"]["deployable"], true);
        broker.expect(200, Method::POST, PUBLISH, provider_contract("10", Some("main"), WITH_TOTAL, Some(false))).await;
        let no = decided(&broker, CAN_I_DEPLOY).await;
        assert_eq!(no["summary"]["deployable"], false, "{no:#}");
        assert_eq!(no["summary"]["reason"], "The self-verification of the oas for the version of api currently in production (10) failed");
        broker.stop().await;
    }

    async fn several_nodes_make_a_comparison_once(database) {
        let mut receiver = Receiver::start(0).await;
        let nodes = match database {
            Database::Sqlite { .. } => vec![Running::start(database, config()).await],
            Database::Postgres { .. } => vec![
                Running::start(database, config()).await,
                Running::start(database, config()).await,
                Running::start(database, config()).await,
            ],
        };
        let events = ["provider_contract_published", "provider_verification_published", "provider_verification_failed"];
        let path = "/webhooks/0123456789abcdef-told";
        nodes[0].expect(201, Method::PUT, path, webhook(&receiver.url, &events)).await;
        nodes[0].expect(200, Method::POST, "/contracts/publish", consumer_contract("1", Some("main"))).await;
        nodes[nodes.len() - 1]
            .expect(200, Method::POST, PUBLISH, provider_contract("10", Some("main"), WITHOUT_TOTAL, Some(true)))
            .await;
        let mut told = Vec::new();
        for _ in 0..3 {
            let body = receiver.next().await.json();
            told.push(format!("{} {} {}", body["event"], body["consumer"], body["status"]).replace('"', ""));
        }
        told.sort();
        assert_eq!(told, [
            "provider_contract_published  pending",
            "provider_verification_failed web failure",
            "provider_verification_published web failure",
        ]);
        // The same contents under other versions are compared already.
        nodes[0].expect(200, Method::POST, PUBLISH, provider_contract("11", Some("main"), WITHOUT_TOTAL, Some(true))).await;
        nodes[0].expect(200, Method::POST, "/contracts/publish", consumer_contract("2", Some("main"))).await;
        let made = decided(&nodes[0], &comparison_of("11", "2")).await;
        assert_eq!(made["crossContractVerificationResults"]["success"], false);
        assert_eq!(database.numbers("SELECT COUNT(*) FROM comparisons".to_owned()).await, [1]);
        assert_eq!(database.numbers("SELECT attempts FROM comparisons".to_owned()).await, [1]);
        assert_eq!(database.numbers("SELECT COUNT(*) FROM descriptions".to_owned()).await, [1]);
        crate::consistency::holds(database).await;
        for node in nodes {
            node.stop().await;
        }
    }

    async fn events_tell_of_a_verdict_that_changed(database) {
        let mut receiver = Receiver::start(0).await;
        let broker = Running::start(database, config()).await;
        let events = ["provider_verification_published"];
        broker.expect(201, Method::PUT, "/webhooks/0123456789abcdef-verdict", webhook(&receiver.url, &events)).await;
        broker.expect(200, Method::POST, "/contracts/publish", consumer_contract("1", Some("main"))).await;
        let note = "note: {type: string}";
        let mut verdicts = Vec::new();
        for (version, properties, is_changed) in [
            ("10", WITH_TOTAL.to_owned(), true),
            ("11", format!("{WITH_TOTAL}, {note}"), false),
            ("12", WITHOUT_TOTAL.to_owned(), true),
            ("13", format!("{WITHOUT_TOTAL}, {note}"), false),
            ("14", format!("{WITH_TOTAL}, other: {{type: string}}"), true),
        ] {
            broker.expect(200, Method::POST, PUBLISH, provider_contract(version, Some("main"), &properties, None)).await;
            let made = decided(&broker, &comparison_of(version, "1")).await;
            let success = made["crossContractVerificationResults"]["success"].as_bool().unwrap();
            verdicts.push(success);
            if is_changed {
                // An event of a version that changed nothing would come before this one.
                let body = receiver.next().await.json();
                assert_eq!(body["status"], if success { "success" } else { "failure" }, "{version}");
            }
        }
        assert_eq!(verdicts, [true, true, false, false, true]);
        broker.stop().await;
        assert!(receiver.rest().is_empty());
    }

    async fn a_comparison_that_takes_too_long_ends_and_says_so(database) {
        let broker = Running::start(database, Config { comparison_timeout: std::time::Duration::ZERO, ..config() }).await;
        // One that takes a while, so that its end does not come before anybody looks at the time.
        let contract = contract_about_orders("1", None, 1..=2_000);
        broker.expect(200, Method::POST, "/contracts/publish", contract).await;
        broker.expect(200, Method::POST, PUBLISH, provider_contract("10", None, WITH_TOTAL, None)).await;
        let made = decided(&broker, &comparison_of("10", "1")).await;
        assert_eq!(made["verificationStatus"], "failed");
        let reason = &made["crossContractVerificationResults"]["results"]["failureReason"];
        assert_eq!(*reason, "it did not end within 0s");
        broker.stop().await;
    }

    async fn what_is_asked_for_first_by_can_i_deploy_is_compared_then(database) {
        let broker = Running::start(database, config()).await;
        broker.expect(200, Method::POST, "/contracts/publish", consumer_contract("1", Some("feat/a"))).await;
        // Neither head nor newest any more when the description comes.
        let mut other = consumer_contract("2", Some("feat/a"));
        let content = consumer_contract("2", Some("feat/a"))["contracts"][0]["content"].as_str().unwrap().to_owned();
        let text = base64::engine::general_purpose::STANDARD.decode(content).unwrap();
        let text = String::from_utf8(text).unwrap().replace("/orders/7", "/orders/8");
        other["contracts"][0]["content"] = json!(encoded(&text));
        broker.expect(200, Method::POST, "/contracts/publish", other).await;
        broker.expect(200, Method::POST, PUBLISH, provider_contract("10", Some("main"), WITH_TOTAL, Some(true))).await;
        production(&broker, "10").await;
        decided(&broker, &comparison_of("10", "2")).await;
        assert_eq!(database.numbers("SELECT COUNT(*) FROM comparisons".to_owned()).await, [1]);
        let first = broker.request(Method::GET, CAN_I_DEPLOY).send().await.unwrap();
        assert_eq!(first.headers()["retry-after"], "1");
        let first: Value = first.json().await.unwrap();
        assert_eq!(first["summary"]["deployable"], Value::Null);
        assert_eq!(first["summary"]["unknown"], 1);
        assert!(first["summary"]["reason"].as_str().unwrap().ends_with("is not finished yet"), "{first:#}");
        assert_eq!(decided(&broker, CAN_I_DEPLOY).await["summary"]["deployable"], true);
        broker.stop().await;
    }
}

#[test]
fn retention_keeps_the_description_that_decides_on_a_version_that_stays() {
    for database in [Some(Database::sqlite()), Database::postgres()]
        .into_iter()
        .flatten()
    {
        let strict = |config: &mut Config| {
            config.retention_keep_days = 0;
            config.retention_keep_newest = 1;
            config.retention_keep_main_branch = false;
        };
        TestBroker::run_with(database, strict, async |broker| {
            broker
                .post("/contracts/publish", consumer_contract("1", Some("main")))
                .await
                .expect(200);
            // The newest that was compared with the contract is neither head nor newest.
            for (version, properties) in [
                ("10", WITH_TOTAL),
                ("11", WITHOUT_TOTAL),
                ("12", "id: {type: number}"),
            ] {
                let body = provider_contract(version, Some("main"), properties, Some(true));
                broker.post(PUBLISH, body).await.expect(200);
            }
            broker
                .database
                .execute("DELETE FROM comparisons WHERE id > 2".to_owned())
                .await;
            broker.broker.retain(false, |_| {}).await.unwrap();
            let left = "SELECT CAST(v.number AS BIGINT) FROM versions v JOIN pacticipants p ON p.id = v.pacticipant_id \
                        WHERE p.name = 'api' ORDER BY v.id";
            assert_eq!(broker.database.numbers(left.to_owned()).await, [11, 12]);
            crate::consistency::holds(&broker.database).await;
        });
    }
}
