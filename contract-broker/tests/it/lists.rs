//! Lists of contracts, overviews, differences.

use serde_json::json;

use crate::broker::{Answer, TestBroker, on_each_database};

/// The consumer versions of the contracts that a list links to.
fn versions(answer: &Answer) -> Vec<String> {
    let links = answer.json["_links"]["pb:pacts"]
        .as_array()
        .or(answer.json["_links"]["pb:pact-versions"].as_array())
        .unwrap_or_else(|| panic!("{}", answer.text));
    links
        .iter()
        .map(|link| {
            link["href"]
                .as_str()
                .unwrap()
                .rsplit('/')
                .next()
                .unwrap()
                .to_owned()
        })
        .collect()
}

async fn seeded(broker: &TestBroker) {
    broker.publish("web", "1", Some("main"), "api", "one").await;
    broker
        .put("/pacticipants/web/versions/1/tags/prod", json!({}))
        .await
        .expect(201);
    broker.publish("web", "2", Some("feat/x"), "api", "two").await;
    broker.publish("web", "3", Some("main"), "api", "three").await;
    broker.publish("app", "9", Some("main"), "api", "nine").await;
}

on_each_database! {
    async fn contracts_are_listed_by_provider_and_by_pair(broker) {
        seeded(broker).await;
        for (path, expected) in [
            ("/pacts/provider/api", &["9", "3", "2", "1"][..]),
            ("/pacts/provider/api/latest", &["9", "3"]),
            ("/pacts/provider/api/tag/prod", &["1"]),
            ("/pacts/provider/api/latest/prod", &["1"]),
            ("/pacts/provider/api/branch", &["9", "3", "1"]),
            ("/pacts/provider/api/branch/latest", &["9", "3"]),
            ("/pacts/provider/api/branch/feat%2Fx", &["2"]),
            ("/pacts/provider/api/branch/main/latest", &["9", "3"]),
            ("/pacts/provider/api/consumer/web/versions", &["3", "2", "1"]),
            ("/pacts/provider/api/consumer/web/tag/prod", &["1"]),
            ("/pacts/provider/api/consumer/web/branch/versions", &["3", "1"]),
            ("/pacts/provider/api/consumer/web/branch", &["3", "1"]),
            ("/pacts/provider/api/consumer/web/branch/feat%2Fx", &["2"]),
            ("/pacts/provider/api/consumer/web/branch/latest/versions", &["3"]),
            ("/pacts/provider/api/consumer/web/branch/main/latest/versions", &["3"]),
            ("/pacts/latest", &["9", "3"]),
        ] {
            assert_eq!(versions(&broker.get(path).await.expect(200)), expected, "{path}");
        }
        let latest = broker.get("/pacts/latest").await;
        assert_eq!(latest.json["pacts"][0]["_embedded"]["consumer"]["_embedded"]["version"]["number"], "9");
        let head = broker.get("/pacts/provider/api/consumer/web/branch/latest").await.expect(200);
        assert_eq!(head.json["interactions"][0]["description"], "a request for three");
        broker.get("/pacts/provider/nobody/latest").await.expect(404);
        // Clients of before read the list under its old name.
        assert!(broker.get("/pacts/provider/api/latest").await.json["_links"]["pacts"].is_array());
    }

    async fn every_list_of_contracts_is_paged_when_asked(broker) {
        seeded(broker).await;
        for (path, total, second) in [
            ("/pacts/provider/api", 4, "3"),
            ("/pacts/provider/api/latest", 2, "3"),
            ("/pacts/provider/api/branch/main", 3, "3"),
            ("/pacts/provider/api/consumer/web/versions", 3, "2"),
            ("/pacts/provider/api/consumer/web/branch/main", 2, "1"),
            ("/pacts/latest", 2, "3"),
        ] {
            let page = broker.get(&format!("{path}?page=2&size=1")).await.expect(200);
            assert_eq!(versions(&page), [second], "{path}");
            assert_eq!(page.json["page"], json!({ "number": 2, "size": 1, "totalElements": total, "totalPages": total }));
            assert_eq!(page.json["_links"]["self"]["href"], format!("http://broker.test{path}"));
            assert_eq!(page.json["_links"]["previous"]["href"], format!("http://broker.test{path}?page=1&size=1"));
            assert_eq!(page.json["_links"]["next"].is_null(), total == 2, "{path}");
            broker.get(&format!("{path}?page=0")).await.expect(400);
        }
    }

    async fn differences_compare_the_right_pair(broker) {
        seeded(broker).await;
        broker.publish("web", "4", Some("main"), "api", "three").await;
        let root = "/pacts/provider/api/consumer/web/version";
        let diff = broker.get(&format!("{root}/3/diff/version/1")).await.expect(200);
        assert!(diff.text.contains("-      \"description\": \"a request for one\""), "{}", diff.text);
        assert!(diff.text.contains("+      \"description\": \"a request for three\""), "{}", diff.text);
        let previous = broker.get(&format!("{root}/4/previous-distinct")).await.expect(200);
        assert_eq!(previous.json["interactions"][0]["description"], "a request for two");
        let diff = broker.get(&format!("{root}/4/diff/previous-distinct")).await.expect(200);
        assert!(diff.text.contains("-      \"description\": \"a request for two\""), "{}", diff.text);
        assert_eq!(broker.get(&format!("{root}/4/diff/version/3")).await.text, "no difference\n");
        broker.get(&format!("{root}/1/diff/previous-distinct")).await.expect(404);
    }

    async fn integrations_and_networks_show_who_consumes_whom(broker) {
        seeded(broker).await;
        broker.publish("api", "1", Some("main"), "=store", "s").await;
        broker.publish("other", "1", Some("main"), "island", "s").await;
        let hal = "application/hal+json";
        let list = broker.request(http::Method::GET, "/integrations?q=store").header("accept", hal).send().await.expect(200);
        assert_eq!(list.json["_embedded"]["integrations"][0]["consumer"]["name"], "api");
        let page = broker.request(http::Method::GET, "/integrations?page=2&size=2").header("accept", hal).send().await;
        assert_eq!(page.json["page"]["totalPages"], 2);
        assert!(broker.get("/integrations").await.text.contains("\"web\" -> \"api\""));
        let all = broker.get("/relationships").await.expect(200);
        assert_eq!(all.text.lines().count(), 6);
        let group = broker.get("/groups/web.csv").await.expect(200);
        assert_eq!(group.header("content-type"), "text/csv;charset=utf-8");
        assert_eq!(group.text.lines().count(), 4);
        assert!(!group.text.contains("island") && group.text.contains("'=store"), "{}", group.text);
        let json = broker.get("/groups/web.json").await.expect(200);
        assert_eq!(json.json["_embedded"]["integrations"].as_array().unwrap().len(), 3);
        broker.get("/groups/nobody").await.expect(404);
    }

    async fn the_dashboard_says_how_every_contract_stands(broker) {
        seeded(broker).await;
        broker.verify("web", "1", "api", "5", true).await;
        broker.verify("app", "9", "api", "5", false).await;
        let all = broker.get("/dashboard").await.expect(200);
        let standing: Vec<(&str, &str)> = all.json["items"].as_array().unwrap().iter()
            .map(|item| (item["consumer"]["name"].as_str().unwrap(), item["verificationStatus"].as_str().unwrap()))
            .collect();
        assert_eq!(standing, [("app", "failed"), ("web", "stale")]);
        let pair = broker.get("/dashboard/provider/api/consumer/web").await.expect(200);
        let standing: Vec<(&str, &str)> = pair.json["items"].as_array().unwrap().iter()
            .map(|item| (item["consumer"]["version"]["number"].as_str().unwrap(), item["verificationStatus"].as_str().unwrap()))
            .collect();
        assert_eq!(standing, [("3", "stale"), ("2", "stale"), ("1", "success")]);
        let text = broker.request(http::Method::GET, "/dashboard").header("accept", "text/plain").send().await;
        assert!(text.text.contains("app 9 -> api 5: failed"), "{}", text.text);
    }

    async fn metrics_count_what_is_stored(broker) {
        seeded(broker).await;
        broker.verify("web", "1", "api", "5", true).await;
        broker.environment("production").await;
        broker.deploy("web", "1", "production").await;
        let metrics = broker.get("/metrics").await.expect(200).json;
        assert_eq!(metrics["pacticipants"]["count"], 3);
        assert_eq!(metrics["pactPublications"]["count"], 4);
        assert_eq!(metrics["interactions"]["latestInteractionsCount"], 2);
        assert_eq!(metrics["verificationResults"]["count"], 1);
        assert_eq!(metrics["deployedVersions"]["currentlyDeployedCount"], 1);
        assert_eq!(metrics["pactRevisionsPerConsumerVersion"]["distribution"]["1"], 4);
    }

    async fn provider_states_are_collected(broker) {
        let uuid = broker.environment("production").await;
        let contract = json!({ "interactions": [{ "description": "x", "providerStates": [{ "name": "user exists", "params": { "id": 1 } }] }] });
        broker.put("/pacts/provider/api/consumer/web/version/1", contract).await.expect(201);
        broker.branch("web", "main", "1").await;
        broker.deploy("web", "1", "production").await;
        let expected = json!([{ "name": "user exists", "params": { "id": 1 }, "consumers": ["web"] }]);
        for path in ["", "/branch/main", "/environment/production", &format!("/environment/{uuid}")] {
            let answer = broker.get(&format!("/pacts/provider/api/provider-states{path}")).await.expect(200);
            assert_eq!(answer.json["providerStates"], expected, "{path}");
        }
    }

    async fn the_contracts_of_a_branch_that_is_named_latest_can_be_deleted(broker) {
        broker.publish("web", "1", Some("main"), "api", "a").await;
        broker.patch("/pacticipants/web", json!({ "mainBranch": "main" })).await.expect(200);
        broker.publish("web", "2", Some("latest"), "api", "b").await;
        let root = "/pacts/provider/api/consumer/web";
        broker.delete(&format!("{root}/branch/latest")).await.expect(200);
        broker.get(&format!("{root}/version/2")).await.expect(404);
        broker.get(&format!("{root}/version/1")).await.expect(200);
        broker.get(&format!("{root}/branch/latest")).await.expect(200);
    }
}

on_each_database! {
    async fn a_filter_with_a_value_that_it_does_not_know_is_refused(broker) {
        seeded(broker).await;
        let long = "x".repeat(1000);
        let matrix = "/matrix?q[][pacticipant]=web";
        let selected = "/pacts/provider/api/for-verification?";
        for (path, says) in [
            ("/audit?type=x".to_owned(), "application.changed"),
            ("/triggered-webhooks?status=x".to_owned(), "not_run"),
            ("/retention?goes=x".to_owned(), "must be true or false"),
            ("/admin/users?active=x".to_owned(), "must be true or false"),
            ("/admin/users?userType=7".to_owned(), "system accounts"),
            ("/groups/web?maxPacticipants=many".to_owned(), "must be a whole number"),
            ("/pacticipant/web/network?maxPacticipants=-1".to_owned(), "must be a whole number"),
            (format!("{matrix}&latest=1"), "latest must be true or false"),
            (format!("{matrix}&mainBranch=yes"), "mainBranch must be true or false"),
            (format!("{matrix}&q[][latest]=1"), "latest must be true or false"),
            (format!("{selected}include_pending_status=1"), "must be true or false"),
            (format!("{selected}consumer_version_selectors[][latest]=1"), "must be true or false"),
            (format!("/admin/users?q={long}"), "is too long"),
            (format!("/admin/teams?q={long}"), "is too long"),
            (format!("/pacticipants?q={long}"), "is too long"),
        ] {
            let refused = broker.get(&path).await;
            assert_eq!(refused.status, 400, "{path}: {}", refused.text);
            assert!(refused.text.contains(says), "{path}: {}", refused.text);
        }
        // As clients write them, and without a value.
        for path in [
            format!("{matrix}&latest=true&mainBranch="),
            format!("{matrix}&q[][latest]=true&latest=false"),
            format!("{selected}include_pending_status=true&consumer_version_selectors[][latest]=true"),
            "/audit?type=&sort=".to_owned(),
        ] {
            broker.get(&path).await.expect(200);
        }
    }
}
