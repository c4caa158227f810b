//! What stands in the broker before a client is run, put there over HTTP.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::scene::{Scene, contract};

/// A version of a consumer with its contract.
#[derive(Clone, Copy)]
pub(crate) struct Consumer<'a> {
    pub(crate) name: &'a str,
    pub(crate) version: &'a str,
    pub(crate) branch: &'a str,
    pub(crate) tags: &'a [&'a str],
    /// One interaction for each.
    pub(crate) paths: &'a [&'a str],
}

impl Scene {
    /// Publishes the contract with user-api.
    pub(crate) async fn arrange(&self, consumer: Consumer<'_>) {
        self.arrange_with(consumer, "user-api").await;
    }

    pub(crate) async fn arrange_with(&self, consumer: Consumer<'_>, provider: &str) {
        let content = contract(consumer.name, provider, consumer.paths);
        let body = json!({
            "pacticipantName": consumer.name,
            "pacticipantVersionNumber": consumer.version,
            "branch": consumer.branch,
            "tags": consumer.tags,
            "contracts": [{
                "consumerName": consumer.name,
                "providerName": provider,
                "specification": "pact",
                "contentType": "application/json",
                "content": STANDARD.encode(content),
            }],
        });
        self.post("/contracts/publish", &body).await.expect(200);
    }

    pub(crate) async fn arrange_environment(&self, name: &str) {
        let body = json!({ "name": name, "production": true });
        self.post("/environments", &body).await.expect(201);
    }

    /// Records a deployment or a release of a version, by its link.
    pub(crate) async fn record(&self, relation: &str, name: &str, version: &str, environment: &str) {
        let shown = self
            .get(&format!("/pacticipants/{name}/versions/{version}"))
            .await
            .json;
        let links = shown["_links"][relation].as_array().unwrap();
        let link = links.iter().find(|link| link["name"] == environment).unwrap();
        self.post(link["href"].as_str().unwrap(), &json!({}))
            .await
            .expect(201);
    }

    /// Which contracts a version of user-api has results for: consumer, version and whether it fulfils it, sorted.
    pub(crate) async fn results(&self, provider_version: &str) -> Vec<String> {
        let query = format!("q[][pacticipant]=user-api&q[][version]={provider_version}");
        let matrix = self.get(&format!("/matrix?{query}")).await.json;
        let rows = matrix["matrix"].as_array().unwrap().iter();
        let mut results: Vec<_> = rows
            .filter(|row| row["verificationResult"].is_object())
            .map(|row| {
                let consumer = &row["consumer"];
                let text = |value: &Value| value.as_str().unwrap().to_owned();
                let success = if row["verificationResult"]["success"] == true {
                    "yes"
                } else {
                    "no"
                };
                format!(
                    "{} {} {success}",
                    text(&consumer["name"]),
                    text(&consumer["version"]["number"])
                )
            })
            .collect();
        results.sort();
        results
    }
}
