//! Fetching contracts for verification, and publishing results.

use serde_json::{Value, json};

use crate::broker::{Answer, TestBroker, on_each_database};

/// What was selected: consumer, short description, pending, work in progress.
fn selected(answer: &Answer) -> Vec<(String, String, Value, Value)> {
    let list = answer.json["_embedded"]["pacts"]
        .as_array()
        .unwrap_or_else(|| panic!("{}", answer.text));
    list.iter()
        .map(|contract| {
            let properties = &contract["verificationProperties"];
            assert!(properties["notices"].is_array());
            let name = contract["_links"]["self"]["name"].as_str().unwrap();
            let version = name.split('(').nth(1).unwrap().split(')').next().unwrap();
            let short = contract["shortDescription"].as_str().unwrap().to_owned();
            (
                version.to_owned(),
                short,
                properties["pending"].clone(),
                properties["wip"].clone(),
            )
        })
        .collect()
}

async fn select(broker: &TestBroker, selectors: Value) -> Vec<(String, String)> {
    let body = json!({ "consumerVersionSelectors": selectors, "includePendingStatus": false });
    let answer = broker
        .post("/pacts/provider/api/for-verification", body)
        .await
        .expect(200);
    selected(&answer)
        .into_iter()
        .map(|(version, short, _, _)| (version, short))
        .collect()
}

fn pairs(list: &[(&str, &str)]) -> Vec<(String, String)> {
    list.iter()
        .map(|(a, b)| ((*a).to_owned(), (*b).to_owned()))
        .collect()
}

on_each_database! {
    async fn selectors_of_every_kind_find_their_contracts(broker) {
        let production = broker.environment("production").await;
        broker.publish("web", "1", Some("main"), "api", "one").await;
        broker.put("/pacticipants/web/versions/1/tags/prod", json!({})).await.expect(201);
        broker.publish("web", "2", Some("feat/x"), "api", "two").await;
        broker.publish("web", "3", Some("main"), "api", "three").await;
        broker.deploy("web", "1", "production").await;
        broker.post(&format!("/pacticipants/web/versions/2/released-versions/environment/{production}"), json!({}))
            .await.expect(201);
        for (selectors, expected) in [
            (json!([{ "mainBranch": true }]), pairs(&[("3", "latest from main branch")])),
            (json!([{ "branch": "feat/x" }]), pairs(&[("2", "latest from branch feat/x")])),
            (json!([{ "branch": true }]), pairs(&[("2", "latest from branch feat/x"), ("3", "latest from branch main")])),
            (json!([{ "branch": "none", "fallbackBranch": "main" }]), pairs(&[("3", "latest from branch main")])),
            (json!([{ "branch": "none" }]), pairs(&[])),
            (json!([{ "tag": "prod", "latest": true }]), pairs(&[("1", "latest with tag prod")])),
            (json!([{ "tag": "none", "latest": true, "fallbackTag": "prod" }]), pairs(&[("1", "latest with tag prod")])),
            (json!([{ "tag": "prod" }]), pairs(&[("1", "one of web prod")])),
            (json!([{ "latest": true }]), pairs(&[("3", "latest")])),
            (json!([{ "deployed": true }]), pairs(&[("1", "deployed to production")])),
            (json!([{ "released": true }]), pairs(&[("2", "released in production")])),
            (json!([{ "deployedOrReleased": true }]), pairs(&[("1", "deployed to production"), ("2", "released in production")])),
            (json!([{ "environment": "production" }]), pairs(&[("1", "deployed to production"), ("2", "released in production")])),
            (json!([{ "latest": true, "consumer": "other" }]), pairs(&[])),
            (json!([]), pairs(&[("1", "deployed to production"), ("2", "released in production"), ("3", "latest from main branch")])),
            (json!([{ "mainBranch": true }, { "latest": true }]), pairs(&[("3", "latest from main branch, latest")])),
        ] {
            assert_eq!(select(broker, selectors.clone()).await, expected, "{selectors}");
        }
        let body = json!({ "consumerVersionSelectors": [{ "matchingBranch": true }], "providerVersionBranch": "feat/x" });
        let answer = broker.post("/pacts/provider/api/for-verification", body).await.expect(200);
        assert_eq!(selected(&answer)[0].0, "2");
        let body = json!({ "consumerVersionSelectors": [{ "mainBranch": true }, { "matchingBranch": true }] });
        let refused = broker.post("/pacts/provider/api/for-verification", body).await.expect(400);
        assert!(refused.json["errors"]["consumerVersionSelectors"][0].as_str().unwrap().ends_with("(at index 1)"));
        broker.post("/pacts/provider/nobody/for-verification", json!({})).await.expect(404);
    }

    async fn a_branch_head_without_a_contract_falls_back_to_the_newest_that_has_one(broker) {
        broker.publish("web", "1", Some("main"), "api", "one").await;
        broker.branch("web", "main", "2").await;
        assert_eq!(select(broker, json!([{ "mainBranch": true }])).await, pairs(&[("1", "latest from main branch")]));
        // A contract that is published before its version is on the branch counts too.
        broker.publish("web", "3", None, "api", "three").await;
        broker.branch("web", "main", "3").await;
        assert_eq!(select(broker, json!([{ "mainBranch": true }])).await, pairs(&[("3", "latest from main branch")]));
    }

    async fn identical_content_is_selected_once_and_verified_once(broker) {
        broker.publish("web", "1", Some("main"), "api", "same").await;
        broker.publish("web", "2", Some("feat"), "api", "same").await;
        let found = select(broker, json!([{ "branch": true }])).await;
        assert_eq!(found, pairs(&[("2", "latest from branch feat, latest from branch main")]));
        broker.verify("web", "1", "api", "9", true).await;
        let second = broker.get("/pacts/provider/api/consumer/web/version/2/verification-results/latest").await.expect(200);
        assert_eq!(second.json["providerApplicationVersion"], "9");
    }

    async fn the_way_of_a_verifier(broker) {
        broker.publish("web", "1", Some("main"), "api", "one").await;
        // The verifier gets the address first, then posts to the link to itself.
        let bootstrap = broker.get("/pacts/provider/api/for-verification").await.expect(200);
        let body = json!({
            "consumerVersionSelectors": [{ "mainBranch": true }], "includePendingStatus": true, "providerVersionBranch": "main",
        });
        let answer = broker.post(&bootstrap.link("self"), body.clone()).await.expect(200);
        assert_eq!(selected(&answer)[0].2, true);
        let href = answer.json["_embedded"]["pacts"][0]["_links"]["self"]["href"].as_str().unwrap();
        let contract = broker.get(href.strip_prefix("http://broker.test").unwrap()).await.expect(200);
        assert_eq!(contract.json["_links"]["pb:consumer-versions"][0]["name"], "1");
        let provider = broker.get(&contract.link("pb:provider")).await.expect(200);
        let branch = provider.link("pb:branch-version").replace("{branch}", "main").replace("{version}", "7");
        broker.put(&branch, json!({})).await.expect(201);
        let result = json!({
            "success": true, "providerApplicationVersion": "7", "buildUrl": "http://ci/7",
            "verifiedBy": { "implementation": "rust", "version": "1", "clientLanguage": { "name": "rust" } },
            "testResults": [{ "interactionId": contract.json["interactions"][0]["_id"], "success": true }],
        });
        let stored = broker.post(&contract.link("pb:publish-verification-results"), result).await.expect(201);
        let read = broker.get(&stored.link("self")).await.expect(200);
        assert_eq!(read.json["testResults"][0]["success"], true);
        assert_eq!(read.json["verifiedBy"]["client_implementation"], "rust");
        // It passed on the branch: no longer pending there, nor on a branch that began later.
        let again = broker.post("/pacts/provider/api/for-verification", body.clone()).await.expect(200);
        assert_eq!(selected(&again)[0].2, false);
        let mut later = body;
        later["providerVersionBranch"] = json!("feat/later");
        assert_eq!(selected(&broker.post("/pacts/provider/api/for-verification", later).await)[0].2, false);
        let summary = broker.get("/verification-results/consumer/web/version/1/latest").await.expect(200);
        assert_eq!(summary.json["providerSummary"], json!({ "successful": ["api"], "failed": [], "unknown": [] }));
    }

    async fn results_are_checked(broker) {
        broker.publish("web", "1", Some("main"), "api", "one").await;
        let contract = broker.get("/pacts/provider/api/consumer/web/latest").await.expect(200);
        let link = contract.link("pb:publish-verification-results");
        let refused = broker.post(&link, json!({ "success": "yes" })).await.expect(400);
        assert_eq!(refused.json["errors"], json!({
            "success": ["must be true or false"], "providerApplicationVersion": ["is missing"],
        }));
        let wrong = link.replace("/pact-version/", "/pact-version/0");
        broker.post(&wrong, json!({ "success": true, "providerApplicationVersion": "1" })).await.expect(404);
        let stored = broker.verify("web", "1", "api", "1", false).await;
        let all = stored.link("self").rsplit_once('/').unwrap().0.to_owned() + "/all";
        broker.get(&all).await.expect(404);
        broker.delete(&stored.link("self")).await.expect(204);
        broker.get("/pacts/provider/api/consumer/web/latest/verification-results/latest").await.expect(404);
    }

    async fn a_contract_of_a_deployed_version_is_never_pending(broker) {
        broker.environment("production").await;
        broker.publish("web", "1", Some("main"), "api", "one").await;
        broker.deploy("web", "1", "production").await;
        let body = json!({ "consumerVersionSelectors": [{ "deployed": true }], "includePendingStatus": true });
        let answer = broker.post("/pacts/provider/api/for-verification", body).await.expect(200);
        assert_eq!(selected(&answer)[0].2, false);
    }

    async fn work_in_progress_is_what_has_not_passed_yet(broker) {
        broker.publish("web", "1", Some("main"), "api", "one").await;
        broker.publish("web", "2", Some("feat"), "api", "two").await;
        let body = json!({
            "consumerVersionSelectors": [{ "mainBranch": true }], "includePendingStatus": true,
            "providerVersionBranch": "main", "includeWipPactsSince": "2020-01-01",
        });
        let wanted = async || selected(&broker.post("/pacts/provider/api/for-verification", body.clone()).await.expect(200));
        let found = wanted().await;
        assert_eq!(found.len(), 2);
        assert_eq!((found[1].0.as_str(), &found[1].2, &found[1].3), ("2", &json!(true), &json!(true)));
        // A success that came as work in progress does not end it; one that was asked for does.
        let answer = broker.post("/pacts/provider/api/for-verification", body.clone()).await;
        let href = answer.json["_embedded"]["pacts"][1]["_links"]["self"]["href"].as_str().unwrap();
        let contract = broker.get(href.strip_prefix("http://broker.test").unwrap()).await.expect(200);
        broker.branch("api", "main", "8").await;
        let result = json!({ "success": true, "providerApplicationVersion": "8" });
        broker.post(&contract.link("pb:publish-verification-results"), result).await.expect(201);
        assert_eq!(wanted().await.len(), 2);
        broker.verify("web", "2", "api", "8", true).await;
        assert_eq!(wanted().await.len(), 1);
        let mut future = body.clone();
        future["includeWipPactsSince"] = json!("2999-01-01");
        assert_eq!(selected(&broker.post("/pacts/provider/api/for-verification", future).await).len(), 1);
        let mut wrong = body.clone();
        wrong["includeWipPactsSince"] = json!("soon");
        broker.post("/pacts/provider/api/for-verification", wrong).await.expect(400);
    }

    async fn a_result_shows_the_tags_of_its_provider_version_when_asked(broker) {
        broker.publish("web", "1", None, "api", "x").await;
        broker.put("/pacticipants/api/versions/7/tags/pro%2Fd", json!({})).await.expect(201);
        broker.put("/pacticipants/api/versions/8/tags/pro%2Fd", json!({})).await.expect(201);
        let link = broker.get("/pacts/provider/api/consumer/web/latest").await.link("pb:publish-verification-results");
        let result = json!({ "success": true, "providerApplicationVersion": "7" });
        let own = broker.post(&link, result).await.expect(201).link("self");
        for (accept, media, tags) in [
            ("application/hal+json", "application/hal+json;charset=utf-8", Value::Null),
            ("application/json", "application/json;charset=utf-8", Value::Null),
            (
                "application/vnd.pactbrokerextended.v1+json",
                "application/vnd.pactbrokerextended.v1+json;charset=utf-8",
                json!([{
                    "name": "pro/d", "latest": false,
                    "_links": { "self": {
                        "title": "Tag", "name": "pro/d",
                        "href": "http://broker.test/pacticipants/api/versions/7/tags/pro%2Fd",
                    } },
                }]),
            ),
        ] {
            let request = broker.request(http::Method::GET, &own).header("accept", accept);
            let answer = request.send().await.expect(200);
            assert_eq!(answer.header("content-type"), media);
            assert_eq!(answer.json["providerApplicationVersion"], "7", "{accept}");
            assert_eq!(answer.json["_embedded"]["tags"], tags, "{accept}");
        }
    }

    async fn what_was_triggered_is_listed_for_what_exists(broker) {
        for content in ["x", "y"] {
            broker.publish(content, "1", None, "api", content).await;
        }
        broker.verify("x", "1", "api", "7", true).await;
        let contract = broker.get("/pacts/provider/api/consumer/x/latest").await;
        let latest = broker.get(&contract.link("pb:latest-verification-results")).await.expect(200);
        let of_result = latest.link("pb:triggered-webhooks");
        let of_contract = contract.link("pb:triggered-webhooks");
        for path in [&of_result, &of_contract] {
            let list = broker.get(path).await.expect(200);
            assert_eq!(list.json["_embedded"]["triggeredWebhooks"], json!([]), "{path}");
        }
        // The number of a result under another pair or content, and what was never there.
        let sha = broker.get("/pacts/provider/api/consumer/y/latest").await.link("pb:pact-version");
        let sha = sha.rsplit('/').next().unwrap();
        let other_content = of_result.split('/').map(|part| if part.len() == sha.len() { sha } else { part });
        for path in [
            of_result.replace("consumer/x", "consumer/y"),
            of_result.replace("provider/api", "provider/web"),
            other_content.collect::<Vec<_>>().join("/"),
            of_result.replace("/triggered-webhooks", "0/triggered-webhooks"),
            of_contract.replace("version/1", "version/2"),
            of_contract.replace("consumer/x", "consumer/nobody"),
            "/webhooks/nothing-like-this/triggered-webhooks".to_owned(),
        ] {
            broker.get(&path).await.expect(404);
        }
    }
}
