//! The matrix and can-i-deploy.

use serde_json::{Value, json};

use crate::broker::{Answer, TestBroker, on_each_database};

/// Deployable, and the counts of success, failed and unknown.
fn verdict(answer: &Answer) -> (Value, u64, u64, u64) {
    let summary = &answer.json["summary"];
    let count = |name: &str| {
        summary[name]
            .as_u64()
            .unwrap_or_else(|| panic!("{}", answer.text))
    };
    (
        summary["deployable"].clone(),
        count("success"),
        count("failed"),
        count("unknown"),
    )
}

async fn to_production(broker: &TestBroker, pacticipant: &str, version: &str) -> Answer {
    let path = format!("/can-i-deploy?pacticipant={pacticipant}&version={version}&environment=production");
    broker.get(&path).await.expect(200)
}

fn reason(answer: &Answer) -> &str {
    answer.json["summary"]["reason"].as_str().unwrap()
}

on_each_database! {
    async fn a_consumer_needs_its_provider_in_the_environment(broker) {
        broker.environment("production").await;
        broker.publish("web", "1", Some("main"), "api", "x").await;
        let absent = to_production(broker, "web", "1").await;
        assert_eq!(verdict(&absent), (Value::Null, 0, 0, 1));
        assert!(reason(&absent).contains("no version is currently recorded as deployed or released in this environment"));
        assert!(absent.json["notices"].as_array().unwrap().iter().any(|notice| {
            notice["text"].as_str().unwrap().contains("record its deployment")
        }));
        // A provider whose consumers are not there may go.
        broker.verify("web", "1", "api", "7", true).await;
        assert_eq!(verdict(&to_production(broker, "api", "7").await), (json!(true), 0, 0, 0));
        broker.deploy("api", "7", "production").await;
        let yes = to_production(broker, "web", "1").await;
        assert_eq!(verdict(&yes), (json!(true), 1, 0, 0));
        assert_eq!(reason(&yes), "All required verification results are published and successful");
        let row = &yes.json["matrix"][0];
        assert_eq!(row["consumer"]["version"]["branch"], "main");
        assert_eq!(row["provider"]["version"]["number"], "7");
        assert_eq!(row["provider"]["version"]["environments"][0]["name"], "production");
        assert_eq!(row["verificationResult"]["success"], true);
    }

    async fn a_failure_is_no_and_names_the_interaction(broker) {
        broker.environment("production").await;
        broker.publish("web", "1", Some("main"), "api", "x").await;
        broker.branch("api", "main", "7").await;
        broker.deploy("api", "7", "production").await;
        let contract = broker.get("/pacts/provider/api/consumer/web/latest").await;
        let result = json!({
            "success": false, "providerApplicationVersion": "7",
            "testResults": [{ "interactionId": contract.json["interactions"][0]["_id"], "success": false }],
        });
        broker.post(&contract.link("pb:publish-verification-results"), result).await.expect(201);
        let no = to_production(broker, "web", "1").await;
        assert_eq!(verdict(&no), (json!(false), 0, 1, 0));
        assert_eq!(
            reason(&no),
            "The verification for the pact between version 1 of web and the version of api currently in production (7) failed"
        );
        let texts: Vec<&str> =
            no.json["notices"].as_array().unwrap().iter().map(|notice| notice["text"].as_str().unwrap()).collect();
        assert!(texts.iter().any(|text| text.contains("'a request for x'") && text.contains("api version 7")), "{texts:?}");
    }

    async fn a_failure_is_told_since_when(broker) {
        broker.publish("web", "1", Some("main"), "api", "x").await;
        broker.publish("web", "2", Some("main"), "api", "other").await;
        for (consumer_version, provider_version, success) in [
            ("1", "4", false), ("1", "5", true), ("2", "5", false), ("1", "6", false), ("1", "7", false),
        ] {
            broker.verify("web", consumer_version, "api", provider_version, success).await;
        }
        let question = async |provider_version: &str| {
            let path = format!("/matrix?q[][pacticipant]=web&q[][version]=1&q[][pacticipant]=api&q[][version]={provider_version}");
            let answer = broker.get(&format!("{path}&latestby=cvpv")).await.expect(200);
            answer.json["notices"][1]["text"].as_str().unwrap_or_default().to_owned()
        };
        // The failure before the last success, and that of other content, are not of this row of failures.
        assert!(question("7").await.contains("(first seen in provider version 6)"), "{}", question("7").await);
        assert!(question("4").await.contains("(first seen in provider version 4)"), "{}", question("4").await);
        assert_eq!(question("5").await, "");
    }

    async fn every_provider_version_that_is_there_has_to_have_passed(broker) {
        broker.environment("production").await;
        broker.publish("web", "1", Some("main"), "api", "x").await;
        for version in ["7", "8"] {
            broker.branch("api", "main", version).await;
        }
        broker.deploy("api", "7", "production").await;
        let shown = broker.get("/pacticipants/api/versions/8").await;
        let link = shown.named_link("pb:record-deployment", "production");
        broker.post(&link, json!({ "applicationInstance": "blue" })).await.expect(201);
        broker.verify("web", "1", "api", "7", true).await;
        let unknown = to_production(broker, "web", "1").await;
        assert_eq!(verdict(&unknown), (Value::Null, 1, 0, 1));
        assert!(reason(&unknown).contains("one of the versions of api currently in production (8)"), "{}", reason(&unknown));
        broker.verify("web", "1", "api", "8", true).await;
        assert_eq!(verdict(&to_production(broker, "web", "1").await), (json!(true), 2, 0, 0));
    }

    async fn a_provider_must_keep_its_deployed_consumers(broker) {
        broker.environment("production").await;
        broker.publish("web", "1", Some("main"), "api", "x").await;
        broker.publish("web", "2", Some("main"), "api", "y").await;
        broker.deploy("web", "1", "production").await;
        broker.branch("api", "main", "7").await;
        assert_eq!(verdict(&to_production(broker, "api", "7").await), (Value::Null, 0, 0, 1));
        broker.verify("web", "1", "api", "7", false).await;
        assert_eq!(verdict(&to_production(broker, "api", "7").await), (json!(false), 0, 1, 0));
        broker.verify("web", "1", "api", "7", true).await;
        assert_eq!(verdict(&to_production(broker, "api", "7").await), (json!(true), 1, 0, 0));
    }

    async fn identical_content_is_verified_before_it_is_published_again(broker) {
        broker.environment("production").await;
        broker.publish("web", "1", Some("main"), "api", "x").await;
        broker.verify("web", "1", "api", "7", true).await;
        broker.deploy("api", "7", "production").await;
        broker.publish("web", "2", Some("main"), "api", "x").await;
        assert_eq!(verdict(&to_production(broker, "web", "2").await), (json!(true), 1, 0, 0));
    }

    async fn the_ways_of_the_clients(broker) {
        broker.environment("production").await;
        broker.publish("web", "1", Some("main"), "api", "x").await;
        broker.verify("web", "1", "api", "7", true).await;
        broker.branch("api", "main", "7").await;
        broker.put("/pacticipants/api/versions/7/tags/prod", json!({})).await.expect(201);
        for (query, expected) in [
            ("q[][pacticipant]=web&q[][version]=1&latestby=cvpv&q[][pacticipant]=api&q[][version]=7", (json!(true), 1, 0, 0)),
            ("q%5B%5D%5Bpacticipant%5D=web&q%5B%5D%5Bversion%5D=1&latestby=cvp&latest=true", (json!(true), 1, 0, 0)),
            ("q[][pacticipant]=web&q[][branch]=main&q[][latest]=true&latestby=cvp&latest=true&mainBranch=true", (json!(true), 1, 0, 0)),
            ("q[][pacticipant]=web&q[][version]=1&latestby=cvp&latest=true&tag=prod", (json!(true), 1, 0, 0)),
            ("q[][pacticipant]=web&q[][version]=1&latestby=cvp&latest=true&tag=none", (Value::Null, 0, 0, 1)),
            ("q[][pacticipant]=web&q[][mainBranch]=true&q[][latest]=true&latestby=cvp&environment=production", (Value::Null, 0, 0, 1)),
            ("q[][pacticipant]=web&q[][version]=1&latestby=cvp&environment=production&ignore[]=api", (json!(true), 0, 0, 0)),
            ("q[][pacticipant]=web&q[][version]=9&latestby=cvp&environment=production", (json!(false), 0, 0, 0)),
            ("q[][pacticipant]=web&q[][pacticipant]=api&latestby=cvpv", (json!(true), 1, 0, 0)),
            ("q[][pacticipant]=web", (json!(true), 1, 0, 0)),
            ("q[][pacticipant]=api&q[][version]=7", (json!(true), 1, 0, 0)),
        ] {
            let answer = broker.get(&format!("/matrix?{query}")).await.expect(200);
            assert_eq!(verdict(&answer), expected, "{query}: {}", answer.text);
        }
        let ignored = broker.get("/matrix?q[][pacticipant]=web&q[][version]=1&latestby=cvp&latest=true&ignore[][pacticipant]=none").await;
        assert_eq!(ignored.json["summary"]["ignored"], 0);
        assert!(reason(&ignored).starts_with("WARN: Cannot ignore none"));
        let by_tags = broker.get("/pacticipants/api/latest-version/prod/can-i-deploy/to/none").await.expect(200);
        assert_eq!(by_tags.json["summary"]["deployable"], true);
        let by_branch =
            broker.get("/pacticipants/web/branches/main/latest-version/can-i-deploy/to-environment/production").await;
        assert_eq!(by_branch.json["summary"]["deployable"], Value::Null);
        let text = broker.request(http::Method::GET, "/matrix?q[][pacticipant]=web&q[][pacticipant]=api&latestby=cvpv")
            .header("accept", "text/plain").send().await.expect(200);
        assert!(text.text.contains("web      | 1         | api      | 7         | true"), "{}", text.text);
    }

    async fn a_limit_hides_no_row_that_is_wanted(broker) {
        // Forty versions of one content with many results, then what is looked for among the oldest.
        for version in 0..40 {
            let content = if version < 2 { "old" } else { "new" };
            broker.publish("web", &version.to_string(), Some("main"), "api", content).await;
            if version == 1 {
                broker.verify("web", "1", "api", "first", false).await;
            }
        }
        for result in 0..6 {
            broker.verify("web", "39", "api", &format!("later-{result}"), true).await;
        }
        let rows = async |query: &str| {
            let path = format!("/matrix?q[][pacticipant]=web&q[][pacticipant]=api&{query}");
            broker.get(&path).await.expect(200).json["matrix"].as_array().unwrap().clone()
        };
        let versions = |rows: &[Value], side: &str| -> Vec<String> {
            rows.iter().map(|row| row[side]["version"]["number"].as_str().unwrap().to_owned()).collect()
        };
        let failed = rows("success=false&limit=5").await;
        assert_eq!(versions(&failed, "consumer"), ["1", "0"]);
        assert_eq!(versions(&failed, "provider"), ["first", "first"]);
        let newest_of_each = rows("latestby=cvp&limit=40").await;
        assert_eq!(newest_of_each.len(), 40);
        assert_eq!(versions(&newest_of_each, "provider").iter().filter(|number| *number == "later-5").count(), 38);
        let failed_of_each = rows("latestby=cvp&success=false&limit=3").await;
        assert_eq!(versions(&failed_of_each, "consumer"), ["1", "0"]);
        let pair = rows("latestby=cp&limit=1").await;
        assert_eq!((versions(&pair, "consumer"), versions(&pair, "provider")), (vec!["39".into()], vec!["later-5".into()]));
        assert!(rows("latestby=cp&success=false&limit=1").await.is_empty());
        let of_version = broker.get("/matrix?q[][pacticipant]=api&q[][version]=first&latestby=cvpv&limit=1").await.expect(200);
        assert_eq!(of_version.json["matrix"][0]["consumer"]["version"]["number"], "1");
    }

    async fn wrong_questions_are_refused(broker) {
        broker.publish("web", "1", Some("main"), "api", "x").await;
        for (query, expected) in [
            ("", "Please provide 1 or more version selectors."),
            ("q[][version]=1", "Please specify the pacticipant name"),
            ("q[][pacticipant]=nobody", "Pacticipant nobody not found"),
            ("q[][pacticipant]=web&q[][version]=1&q[][latest]=true", "A version number and latest flag cannot both be specified"),
            ("q[][pacticipant]=web&environment=e&tag=t", "Cannot specify more than one of tag, environment and mainBranch"),
            ("q[][pacticipant]=web&environment=e&latest=true", "Cannot specify both latest=true and an environment"),
            ("q[][pacticipant]=web&environment=nowhere", "Environment with name 'nowhere' does not exist"),
            ("q[][pacticipant]=web&limit=0", "The limit must be 1 or greater"),
        ] {
            let answer = broker.get(&format!("/matrix?{query}")).await.expect(400);
            assert_eq!(answer.json["errors"], json!([expected]), "{query}");
        }
        broker.get("/can-i-deploy?pacticipant=web&version=1").await.expect(400);
        broker.get("/can-i-deploy?pacticipant=web&version=1&to=a&environment=b").await.expect(400);
        let unknown = broker.get("/can-i-deploy?pacticipant=nobody&version=1&to=a").await.expect(400);
        assert_eq!(unknown.json["errors"], json!(["Pacticipant nobody not found"]));
        broker.get("/pacticipants/nobody/latest-version/a/can-i-deploy/to/b").await.expect(404);
        let branch = "/pacticipants/nobody/branches/main/latest-version/can-i-deploy/to-environment/e";
        broker.get(branch).await.expect(404);
    }

    async fn a_pair_shows_its_history_newest_first(broker) {
        for number in 1..=5 {
            broker.publish("web", &number.to_string(), Some("main"), "api", &format!("c{number}")).await;
            broker.verify("web", &number.to_string(), "api", &format!("p{number}"), number % 2 == 0).await;
        }
        let all = broker.get("/matrix/provider/api/consumer/web").await.expect(200);
        let numbers: Vec<&str> = all.json["matrix"].as_array().unwrap().iter()
            .map(|row| row["consumer"]["version"]["number"].as_str().unwrap()).collect();
        assert_eq!(numbers, ["5", "4", "3", "2", "1"]);
        let two = broker.get("/matrix/provider/api/consumer/web?limit=2").await.expect(200);
        assert_eq!(two.json["matrix"].as_array().unwrap().len(), 2);
        let failed = broker.get("/matrix?q[][pacticipant]=web&q[][pacticipant]=api&latestby=cvpv&success[]=false").await;
        assert_eq!(failed.json["matrix"].as_array().unwrap().len(), 3);
    }
}
