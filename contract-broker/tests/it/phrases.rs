//! What clients of the original look for: their tests and people's scripts match these texts and members.

use http::Method;
use serde_json::{Value, json};

use crate::broker::{TestBroker, on_each_database, publish_body};

/// The texts of all notices, a line each.
fn notices(body: &Value) -> String {
    let list = body["notices"].as_array().map(Vec::as_slice).unwrap_or_default();
    list.iter()
        .map(|notice| notice["text"].as_str().unwrap().to_owned() + "\n")
        .collect()
}

/// The reason of a matrix, with its notices.
async fn reason(broker: &TestBroker, query: &str) -> String {
    let body = broker.get(&format!("/matrix?{query}")).await.expect(200).json;
    format!(
        "{}\n{}",
        body["summary"]["reason"].as_str().unwrap(),
        notices(&body)
    )
}

/// What a verifier is told about the only contract.
async fn told(broker: &TestBroker, question: Value) -> String {
    let answer = broker
        .post("/pacts/provider/api/for-verification", question)
        .await
        .expect(200);
    notices(&answer.json["_embedded"]["pacts"][0]["verificationProperties"])
}

fn has(text: &str, phrases: &[&str]) {
    for phrase in phrases {
        assert!(text.contains(phrase), "{phrase:?} is not in {text}");
    }
}

on_each_database! {
    async fn publishing_says_what_scripts_look_for(broker) {
        let publish = async |version: &str, branch: Option<&str>, content: &str, how: Option<&str>, status: u16| {
            let mut body = publish_body("web", version, branch, "api", content);
            if let Some(how) = how {
                body["contracts"][0]["onConflict"] = json!(how);
            }
            broker.post("/contracts/publish", body).await.expect(status).json
        };
        has(&notices(&publish("1", Some("main"), "a", None, 200).await), &[
            "Created web version 1 with branch main",
            "Pact successfully published for web version 1 and provider api",
            "View the published pact at http://broker.test/pacts/provider/api/consumer/web/version/1",
            "Events detected: contract_published, contract_content_changed",
            "Next steps:",
            "Add Pact verification tests to the api build",
        ]);
        has(&notices(&publish("1", None, "a", None, 200).await), &[
            "Updated web version 1",
            "Pact successfully republished for web version 1 and provider api with no content changes",
            "Configure the version branch to be the value of your repository branch",
        ]);
        let refused = publish("1", None, "b", None, 409).await;
        let phrase = "Cannot change the content of the pact for web version 1 and provider api";
        has(&notices(&refused), &[phrase, "Each pact must be published with a unique consumer version number"]);
        has(refused["errors"]["contracts"][0].as_str().unwrap(), &[phrase]);
        let changed = crate::broker::contract("web", "api", "b");
        has(&broker.put("/pacts/provider/api/consumer/web/version/1", changed).await.expect(409).text, &[phrase]);
        let merged = publish("1", None, "c", Some("merge"), 200).await;
        has(&notices(&merged), &["Pact content merged with existing content for web version 1 and provider api"]);
    }

    async fn can_i_deploy_says_what_scripts_look_for(broker) {
        broker.publish("web", "1", Some("main"), "api", "x").await;
        broker.environment("production").await;
        let deploy = "environment=production&latestby=cvp";
        has(&reason(broker, &format!("q[][pacticipant]=web&q[][version]=1&{deploy}")).await, &[
            "There is no verified pact between version 1 of web and a version of api currently in production (no version is \
             currently recorded as deployed or released in this environment)",
        ]);
        has(&reason(broker, &format!("q[][pacticipant]=web&q[][version]=9&{deploy}")).await, &[
            "No pacts or verifications have been published for version 9 of web",
        ]);
        has(&reason(broker, "q[][pacticipant]=web&q[][branch]=none&q[][latest]=true&latestby=cvp&latest=true").await, &[
            "No version of web from branch none exists",
            "WARN: It is recommended to specify the environment into which you are deploying. Without the environment, this \
             result will not be reliable",
        ]);
        has(&reason(broker, "q[][pacticipant]=web&q[][tag]=none&q[][latest]=true&latestby=cvp").await, &[
            "No version with tag none exists for web",
        ]);
        has(&reason(broker, "q[][pacticipant]=web&q[][mainBranch]=true&q[][latest]=true&q[][pacticipant]=api&q[][mainBranch]=true&q[][latest]=true").await, &[
            "No version of api from the main branch exists",
        ]);
        broker.verify("web", "1", "api", "7", false).await;
        broker.deploy("api", "7", "production").await;
        has(&reason(broker, &format!("q[][pacticipant]=web&q[][version]=1&{deploy}")).await, &[
            "The verification for the pact between version 1 of web and the version of api currently in production (7) failed",
        ]);
        has(&reason(broker, &format!("q[][pacticipant]=web&q[][version]=1&{deploy}&ignore[][pacticipant]=nobody")).await, &[
            "WARN: Cannot ignore nobody",
        ]);
        broker.verify("web", "1", "api", "7", true).await;
        has(&reason(broker, &format!("q[][pacticipant]=web&q[][version]=1&{deploy}")).await, &[
            "All required verification results are published and successful",
        ]);
        has(&reason(broker, &format!("q[][pacticipant]=api&q[][version]=7&{deploy}")).await, &[
            "There are no missing dependencies",
        ]);
    }

    async fn verifiers_are_told_what_scripts_look_for(broker) {
        broker.publish("web", "1", Some("main"), "api", "x").await;
        let question = json!({
            "consumerVersionSelectors": [{ "branch": "main" }], "providerVersionBranch": "main", "includePendingStatus": true,
        });
        has(&told(broker, question.clone()).await, &[
            "The pact at http://broker.test/pacts/provider/api/consumer/web/pact-version/",
            " is being verified because the pact content belongs to the consumer version matching the following criterion:\n    * latest version of web from branch main (1)",
            "This pact is in pending state for this version of api because a successful verification result for a version of api from branch 'main' has not yet been published. If this verification fails, it will not cause the overall build to fail.",
            "This pact is still in pending state for any version of api from branch 'main' as the successful verification results have not yet been published",
            "This pact is still in pending state for any version of api from branch 'main' as a successful verification result has not yet been published",
            "This pact is no longer in pending state for any version of api from branch 'main', as a successful verification result has been published",
        ]);
        let wip = json!({
            "consumerVersionSelectors": [{ "tag": "none", "latest": true }], "providerVersionBranch": "main",
            "includePendingStatus": true, "includeWipPactsSince": "2020-01-01",
        });
        has(&told(broker, wip).await, &[" is being verified because it is a 'work in progress' pact"]);
        broker.branch("api", "main", "7").await;
        broker.verify("web", "1", "api", "7", true).await;
        has(&told(broker, question).await, &[
            "This pact has previously been successfully verified by a version of api from branch 'main'. If this verification fails, it will fail the build.",
        ]);
    }

    async fn refusals_say_what_scripts_look_for(broker) {
        let uuid = broker.environment("test").await;
        broker.publish("web", "1", Some("main"), "api", "x").await;
        let record = broker.deploy("web", "1", "test").await.link("self");
        broker.patch(&record, json!({ "currentlyDeployed": false })).await.expect(200);
        let webhook = |url: &str| json!({ "request": { "method": "POST", "url": url } });
        let production = json!({ "name": "test", "production": true });
        for (status, method, path, body, phrase) in [
            (400, Method::POST, "/environments", production, "name 'test' is already used by an existing environment"),
            (400, Method::POST, "/environments", json!({ "name": "a b", "production": true }), "cannot contain spaces"),
            (404, Method::GET, "/pacticipants/nobody", json!({}), "No pacticipant with name 'nobody' found"),
            (404, Method::GET, "/pacts/provider/nobody/for-verification", json!({}), "No provider with name 'nobody' found"),
            (422, Method::PATCH, &*record, json!({ "currentlyDeployed": true }), "The currentlyDeployed property cannot be set back to true. Please record a new deployment"),
            (422, Method::GET, "/pacticipants/a%0Ab", json!({}), "URL path cannot contain a new line character"),
            (400, Method::GET, "/matrix", json!({}), "Please provide 1 or more version selectors."),
            (400, Method::GET, "/matrix?q[][pacticipant]=nobody", json!({}), "Pacticipant nobody not found"),
            (400, Method::GET, "/matrix?q[][pacticipant]=web&limit=0", json!({}), "The limit must be 1 or greater"),
            (400, Method::GET, "/matrix?q[][pacticipant]=web&environment=test&tag=a", json!({}), "Cannot specify more than one of tag, environment and mainBranch"),
            (400, Method::GET, "/matrix?q[][pacticipant]=web&environment=nowhere", json!({}), "nvironment with name 'nowhere' does not exist"),
            (400, Method::POST, "/webhooks", webhook("https://${pactbroker.consumerName}/"), "cannot have a template parameter in the host"),
            (400, Method::PUT, "/webhooks/short", webhook("https://ci.example.org/"), "can only contain the characters A-Z, a-z, 0-9, _ and -, and must be 16 or more characters"),
            (400, Method::POST, "/contracts/publish", json!({}), "is missing"),
            (400, Method::POST, "/pacts/provider/api/for-verification", json!({ "consumerVersionSelectors": [{ "matchingBranch": true }] }), "the providerVersionBranch must be specified when the selector matchingBranch=true is used"),
            (400, Method::POST, "/pacts/provider/api/for-verification", json!({ "consumerVersionSelectors": [{ "tag": "a", "branch": "b" }] }), "cannot specify both a tag and a branch"),
        ] {
            let request = broker.request(method.clone(), path);
            let media = if method == Method::PATCH { "application/merge-patch+json" } else { "application/json" };
            let answer = request.header("content-type", media).body(body.to_string()).send().await.expect(status);
            has(&answer.text, &[phrase]);
        }
        broker.get(&format!("/environments/{uuid}")).await.expect(200);
    }

    async fn lists_are_as_the_clients_of_the_original_expect_them(broker) {
        broker.publish("web", "1", Some("main"), "api", "x").await;
        broker.publish("web", "2", Some("main"), "api", "y").await;
        broker.publish("mobile", "1", Some("main"), "api", "z").await;
        let pacticipants = broker.get("/pacticipants").await.expect(200).json;
        for link in pacticipants["_links"]["pacticipants"].as_array().unwrap() {
            assert_eq!(link["title"], link["name"]);
        }
        for link in pacticipants["_links"]["pb:pacticipants"].as_array().unwrap() {
            assert_eq!(link["title"], "Pacticipant");
        }
        let latest = broker.get("/pacts/latest").await.expect(200).json;
        let contract = latest["pacts"].as_array().unwrap().iter().find(|one| one["_embedded"]["consumer"]["name"] == "web").unwrap();
        let pair = "http://broker.test/pacts/provider/api/consumer/web";
        assert_eq!(
            contract["_links"]["self"],
            json!([{ "href": format!("{pair}/latest") }, { "href": format!("{pair}/version/2") }])
        );
        for (consumer, version, success) in [("web", "1", true), ("mobile", "1", false), ("web", "2", true)] {
            broker.verify(consumer, version, "api", "7", success).await;
        }
        let query = "q[][pacticipant]=api&q[][version]=7&latestby=cvpv";
        for (ignore, expected) in [
            ("ignore[][pacticipant]=mobile", [("web", "2"), ("web", "1"), ("mobile", "1")]),
            ("ignore[][pacticipant]=web", [("mobile", "1"), ("web", "2"), ("web", "1")]),
            ("ignore[][pacticipant]=web&ignore[][version]=2", [("mobile", "1"), ("web", "1"), ("web", "2")]),
        ] {
            let matrix = broker.get(&format!("/matrix?{query}&{ignore}")).await.expect(200).json;
            let rows = matrix["matrix"].as_array().unwrap();
            let found: Vec<(&str, &str)> = rows
                .iter()
                .map(|row| (row["consumer"]["name"].as_str().unwrap(), row["consumer"]["version"]["number"].as_str().unwrap()))
                .collect();
            assert_eq!(found, expected, "{ignore}");
            let ignored: Vec<bool> = rows.iter().map(|row| row["ignored"] == true).collect();
            assert!(ignored.is_sorted() && ignored[2], "{ignored:?}");
        }
    }
}
