//! What clients of PactFlow ask for besides accounts: counts and integrations by team, the network of an application, links.

use serde_json::{Value, json};

use crate::broker::{TestBroker, on_each_database};

/// A team that one application belongs to; gives its uuid.
async fn team_of(broker: &TestBroker, name: &str, application: &str) -> String {
    let team = json!({ "name": name, "pacticipantNames": [application] });
    let created = broker.post("/admin/teams", team).await.expect(201);
    created.json["uuid"].as_str().unwrap().to_owned()
}

fn pairs(list: &Value) -> Vec<String> {
    let pairs = list.as_array().unwrap().iter();
    pairs
        .map(|pair| {
            let name = |side: &str| pair[side]["name"].as_str().unwrap().to_owned();
            format!("{} {}", name("consumer"), name("provider"))
        })
        .collect()
}

on_each_database! {
    async fn the_integrations_of_a_team_are_those_of_its_applications(broker) {
        for (consumer, provider) in [("web", "orders"), ("orders", "stock"), ("cron", "stock")] {
            broker.publish(consumer, "1", None, provider, "a").await;
        }
        let team = team_of(broker, "Shop", "orders").await;
        let path = format!("/integrations/team/{team}");
        let found = broker.get(&path).await.expect(200).json;
        assert_eq!(pairs(&found["_embedded"]["integrations"]), ["orders stock", "web orders"]);
        let first = broker.get(&format!("{path}?page=1&size=1")).await.expect(200).json;
        assert_eq!(pairs(&first["_embedded"]["integrations"]), ["orders stock"]);
        assert_eq!(first["page"]["totalElements"], 2);
        broker.get("/integrations/team/nonesuch").await.expect(404);
    }

    async fn the_network_of_an_application_has_everyone_who_is_connected_with_it(broker) {
        for (consumer, provider) in [("web", "orders"), ("orders", "stock"), ("mail", "letters")] {
            broker.publish(consumer, "1", None, provider, "a").await;
        }
        broker.post("/pacticipants", json!({ "name": "lonely" })).await.expect(201);
        let network = async |name: &str| broker.get(&format!("/pacticipant/{name}/network")).await;
        let found = network("stock").await.expect(200).json;
        let mut found = pairs(&found["integrations"]);
        found.sort_unstable();
        assert_eq!(found, ["orders stock", "web orders"]);
        assert_eq!(network("lonely").await.expect(200).json["integrations"], json!([]));
        network("nonesuch").await.expect(404);
    }

    async fn what_belongs_to_each_team_is_counted(broker) {
        for (consumer, provider) in [("web", "orders"), ("orders", "stock"), ("cron", "stock")] {
            broker.publish(consumer, "1", None, provider, "a").await;
        }
        team_of(broker, "Shop", "orders").await;
        let found = broker.get("/metrics/teams").await.expect(200).json;
        let shop = found["teams"].as_array().unwrap().iter().find(|team| team["name"] == "Shop").unwrap();
        let expected = json!({
            "members": 0, "pacticipants": 1, "integrations": 2, "environments": 0, "webhooks": 0, "secrets": 0,
        });
        assert_eq!(shop["metrics"], expected);
        assert!(found["teams"].as_array().unwrap().iter().any(|team| team["name"] == "Default"));
    }

    async fn a_webhook_that_is_created_twice_is_told_of_its_twin(broker) {
        let webhook = json!({
            "events": [{ "name": "contract_published" }],
            "request": { "method": "POST", "url": "https://ci.example.org/x", "body": { "a": 1 } },
        });
        let first = broker.post("/webhooks", webhook.clone()).await.expect(201).json;
        assert!(first["notices"].is_null(), "{first}");
        let second = broker.post("/webhooks", webhook.clone()).await.expect(201).json;
        let notice = &second["notices"][0];
        assert_eq!(notice["type"], "warning");
        assert!(notice["text"].as_str().unwrap().contains(first["uuid"].as_str().unwrap()), "{notice}");
        // Another request, or another event, is another webhook.
        for (member, value) in [
            ("request", json!({ "method": "POST", "url": "https://ci.example.org/y" })),
            ("events", json!([{ "name": "contract_content_changed" }])),
        ] {
            let mut other = webhook.clone();
            other[member] = value;
            let other = broker.post("/webhooks", other).await.expect(201).json;
            assert!(other["notices"].is_null(), "{other}");
        }
        // It is said once, and not whenever the webhook is read.
        let path = format!("/webhooks/{}", second["uuid"].as_str().unwrap());
        assert!(broker.get(&path).await.expect(200).json["notices"].is_null());
    }

    async fn the_index_leads_to_everything_that_these_clients_ask_for(broker) {
        let links = broker.get("/").await.expect(200).json["_links"].clone();
        for relation in ["pf:user", "pf:admin-users", "pf:admin-teams", "pf:admin-roles", "pf:secrets", "pf:audit", "pf:team-metrics"] {
            let href = links[relation]["href"].as_str().unwrap_or_else(|| panic!("no link {relation}"));
            let path = href.strip_prefix("http://broker.test").unwrap();
            broker.get(path).await.expect(200);
        }
        for relation in ["pf:admin-user", "pf:network", "pf:integrations-of-team"] {
            assert_eq!(links[relation]["templated"], true, "{relation}");
        }
    }
}
