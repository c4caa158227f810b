//! Every text has a bound, every list a page, every request a limit: the same on both databases.

use std::collections::BTreeSet;

use http::Method;
use serde_json::{Value, json};

use crate::broker::{TestBroker, on_each_database, publish_body};

/// A request with a text of that many characters, the member that holds it, and the most characters that it may have.
type Written = (Method, &'static str, fn(&str) -> Value, &'static str, usize);

#[expect(clippy::needless_pass_by_value, reason = "the table reads better")]
fn webhook(request: Value) -> Value {
    let mut body = json!({ "request": { "method": "POST", "url": "https://ci.example.org/" } });
    for (name, value) in request.as_object().unwrap() {
        body["request"][name] = value.clone();
    }
    body
}

/// Every text that a client may write.
const TEXTS: &[Written] = &[
    (
        Method::POST,
        "/pacticipants",
        |text| json!({ "name": text }),
        "name",
        255,
    ),
    (
        Method::PATCH,
        "/pacticipants/web",
        |text| json!({ "displayName": text }),
        "displayName",
        255,
    ),
    (
        Method::PATCH,
        "/pacticipants/web",
        |text| json!({ "repositoryUrl": text }),
        "repositoryUrl",
        2048,
    ),
    (
        Method::PATCH,
        "/pacticipants/web",
        |text| json!({ "repositoryName": text }),
        "repositoryName",
        255,
    ),
    (
        Method::PATCH,
        "/pacticipants/web",
        |text| json!({ "repositoryNamespace": text }),
        "repositoryNamespace",
        255,
    ),
    (
        Method::PATCH,
        "/pacticipants/web",
        |text| json!({ "mainBranch": text }),
        "mainBranch",
        255,
    ),
    (
        Method::PUT,
        "/pacticipants/web/versions/1",
        |text| json!({ "buildUrl": text }),
        "buildUrl",
        2048,
    ),
    (
        Method::POST,
        "/environments",
        |text| json!({ "name": text, "production": false }),
        "name",
        255,
    ),
    (
        Method::POST,
        "/environments",
        |text| json!({ "name": "e1", "displayName": text, "production": false }),
        "displayName",
        255,
    ),
    (
        Method::POST,
        "/contracts/publish",
        |text| publish_body("web", text, None, "api", "x"),
        "pacticipantVersionNumber",
        255,
    ),
    (
        Method::POST,
        "/contracts/publish",
        |text| publish_body("web", "1", Some(text), "api", "x"),
        "branch",
        255,
    ),
    (
        Method::POST,
        "/contracts/publish",
        |text| {
            let mut body = publish_body("web", "1", None, "api", "x");
            body["buildUrl"] = json!(text);
            body
        },
        "buildUrl",
        2048,
    ),
    (
        Method::POST,
        "/contracts/publish",
        |text| {
            let mut body = publish_body("web", "1", None, "api", "x");
            body["tags"] = json!([text]);
            body
        },
        "tags",
        255,
    ),
    (
        Method::POST,
        "/pacts/provider/api/for-verification",
        |text| json!({ "providerVersionBranch": text }),
        "providerVersionBranch",
        255,
    ),
    (
        Method::POST,
        "/pacts/provider/api/for-verification",
        |text| json!({ "providerVersionTags": [text] }),
        "providerVersionTags",
        255,
    ),
    (
        Method::POST,
        "/webhooks",
        |text| {
            let mut body = webhook(json!({}));
            body["description"] = json!(text);
            body
        },
        "description",
        1000,
    ),
    (
        Method::POST,
        "/webhooks",
        |text| {
            let mut body = webhook(json!({}));
            body["provider"] = json!({ "label": text });
            body
        },
        "provider.label",
        255,
    ),
    (
        Method::POST,
        "/webhooks",
        |text| webhook(json!({ "username": text })),
        "request.username",
        255,
    ),
    (
        Method::POST,
        "/webhooks",
        |text| webhook(json!({ "username": "ci", "password": text })),
        "request.password",
        1024,
    ),
    (
        Method::POST,
        "/webhooks",
        |text| webhook(json!({ "headers": { "x-a": text } })),
        "request.headers.x-a",
        8192,
    ),
    (
        Method::POST,
        "/webhooks",
        |text| {
            let mut body = webhook(json!({}));
            body["filters"] = json!({ "environments": [text] });
            body
        },
        "filters.environments",
        255,
    ),
];

/// What an answer says about a member; empty where it has nothing against it.
fn fault(answer: &Value, member: &str) -> String {
    answer["errors"][member]
        .as_array()
        .map(|messages| messages[0].as_str().unwrap().to_owned())
        .unwrap_or_default()
}

/// Adds pacticipants, versions of `web`, and environments by the thousand.
async fn crowd(broker: &TestBroker, count: u32) {
    for sql in [
        format!(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count}) \
             INSERT INTO versions (pacticipant_id, number, created_at, updated_at) \
             SELECT p.id, 'v' || n.i, 1, 1 FROM n, pacticipants p WHERE p.name = 'web'"
        ),
        format!(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count}) \
             INSERT INTO pacticipants (name, created_at, updated_at) SELECT 'other-' || n.i, 1, 1 FROM n"
        ),
        format!(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count}) \
             INSERT INTO environments (uuid, name, display_name, production, contacts, created_at, updated_at) \
             SELECT 'e-' || n.i, 'e-' || n.i, 'E', 0, '[]', 1, 1 FROM n"
        ),
        "INSERT INTO labels (pacticipant_id, name, created_at) SELECT id, name, 1 FROM pacticipants".to_owned(),
        "INSERT INTO integrations (consumer_id, provider_id, created_at) SELECT id, (SELECT id FROM pacticipants \
         WHERE name = 'api'), 1 FROM pacticipants WHERE name LIKE 'other-%'"
            .to_owned(),
    ] {
        broker.database.execute(sql).await;
    }
}

on_each_database! {
    async fn a_text_that_is_too_long_is_refused_with_its_member_and_its_limit(broker) {
        broker.publish("web", "1", Some("main"), "api", "x").await;
        for (method, path, body, member, most) in TEXTS {
            let send = async |text: &str| broker.request(method.clone(), path).json(&body(text)).send().await;
            let long = send(&"é".repeat(most + 1)).await.expect(400);
            let said = fault(&long.json, member);
            assert!(said.contains(&format!("at most {most} characters")), "{path} {member}: {}", long.text);
            let nul = send("a\u{0}b").await.expect(400);
            assert!(!fault(&nul.json, member).is_empty(), "{path} {member}: {}", nul.text);
            let fits = send(&"x".repeat(*most)).await;
            assert!(!fits.text.contains("too long"), "{path} {member}: {}", fits.text);
        }
        let label = broker.put(&format!("/pacticipants/web/labels/{}", "x".repeat(256)), json!({})).await.expect(400);
        assert!(fault(&label.json, "name").contains("255"), "{}", label.text);
        let uuid = broker.put(&format!("/webhooks/{}", "x".repeat(5000)), webhook(json!({}))).await.expect(400);
        assert!(fault(&uuid.json, "uuid").contains("255"), "{}", uuid.text);
        let contacts = json!({ "name": "e2", "production": false, "contacts": [{ "name": "x".repeat(10_000) }] });
        let contacts = broker.post("/environments", contacts).await.expect(400);
        assert!(fault(&contacts.json, "contacts").contains("10000"), "{}", contacts.text);
        let body = broker.post("/webhooks", webhook(json!({ "body": "x".repeat(262_144) }))).await.expect(400);
        assert!(fault(&body.json, "request.body").contains("262144"), "{}", body.text);
        let search = broker.get(&format!("/pacticipants?q={}", "x".repeat(60_000))).await.expect(400);
        assert!(fault(&search.json, "q").contains("255"), "{}", search.text);
        let contract = broker.get("/pacts/provider/api/consumer/web/version/1").await;
        let result = json!({
            "success": true, "providerApplicationVersion": "1", "buildUrl": "x".repeat(2049),
            "verifiedBy": { "implementation": "x".repeat(256) },
        });
        let result = broker.post(&contract.link("pb:publish-verification-results"), result).await.expect(400);
        assert!(fault(&result.json, "buildUrl").contains("2048"), "{}", result.text);
        assert!(fault(&result.json, "verifiedBy").contains("255"), "{}", result.text);
    }

    async fn a_request_with_hundreds_of_selectors_is_answered_and_with_too_many_refused(broker) {
        broker.publish("web", "1", Some("main"), "api", "x").await;
        broker.publish("web", "2", Some("branch-599"), "api", "y").await;
        broker.publish("app", "1", Some("main"), "api", "z").await;
        let select = async |selectors: Vec<Value>| {
            let body = json!({ "consumerVersionSelectors": selectors, "includePendingStatus": true });
            broker.post("/pacts/provider/api/for-verification", body).await
        };
        let branches = |count: usize| (0..count).map(|number| json!({ "branch": format!("branch-{number}") })).collect::<Vec<_>>();
        let names = |answer: &Value| {
            let pacts = answer["_embedded"]["pacts"].as_array().unwrap().iter();
            pacts.map(|pact| pact["_links"]["self"]["name"].as_str().unwrap().to_owned()).collect::<BTreeSet<_>>()
        };
        let mut mixed = branches(600);
        mixed.extend((0..300).map(|number| json!({ "tag": format!("tag-{number}"), "latest": true })));
        mixed.push(json!({ "mainBranch": true, "consumer": "app" }));
        let found = select(mixed).await.expect(200);
        assert_eq!(names(&found.json), BTreeSet::from([
            "Contract between app (1) and api".to_owned(), "Contract between web (2) and api".to_owned(),
        ]));
        // Equal ones count once.
        let same = select(vec![json!({ "mainBranch": true }); 5000]).await.expect(200);
        assert_eq!(names(&same.json).len(), 2);
        let refused = select(branches(1001)).await.expect(400);
        assert!(fault(&refused.json, "consumerVersionSelectors").contains("at most 1000"), "{}", refused.text);
        let tags: Vec<String> = (0..101).map(|number| format!("t{number}")).collect();
        let refused = broker.post("/pacts/provider/api/for-verification", json!({ "providerVersionTags": tags })).await.expect(400);
        assert!(fault(&refused.json, "providerVersionTags").contains("at most 100"), "{}", refused.text);
        let question = |count: usize| {
            let selectors: Vec<String> = (0..count).map(|number| format!("q[][pacticipant]=web&q[][version]={number}")).collect();
            format!("/matrix?{}&latestby=cvp", selectors.join("&"))
        };
        broker.get(&question(600)).await.expect(200);
        let refused = broker.get(&question(1001)).await.expect(400);
        assert!(refused.text.contains("at most 1000"), "{}", refused.text);
    }

    async fn a_publication_with_hundreds_of_tags_is_stored_and_with_too_many_refused(broker) {
        let publish = async |version: &str, tags: Vec<String>| {
            let mut body = publish_body("web", version, Some("main"), "api", "x");
            body["tags"] = json!(tags);
            broker.post("/contracts/publish", body).await
        };
        let tags = |count: usize| (0..count).map(|number| format!("tag-{number}")).collect::<Vec<_>>();
        publish("1", tags(600)).await.expect(200);
        publish("2", vec!["same".to_owned(); 5000]).await.expect(200);
        // The lines of development are told apart: the content is new on the tag that had another one.
        let changed = broker.publish("web", "3", None, "api", "y").await;
        assert!(changed.text.contains("contract_content_changed"), "{}", changed.text);
        let again = publish("4", tags(600)).await.expect(200);
        assert!(!again.text.contains("contract_content_changed"), "{}", again.text);
        let refused = publish("5", tags(1001)).await.expect(400);
        assert!(fault(&refused.json, "tags").contains("at most 1000"), "{}", refused.text);
        let mut many = publish_body("web", "6", None, "api", "x");
        many["contracts"] = Value::Array(vec![many["contracts"][0].clone(); 501]);
        let refused = broker.post("/contracts/publish", many).await.expect(400);
        assert!(fault(&refused.json, "contracts").contains("at most 500"), "{}", refused.text);
    }

    async fn a_list_that_is_too_long_to_be_answered_whole_has_pages(broker) {
        broker.publish("web", "1", Some("main"), "api", "x").await;
        let list = async |path: &str| {
            broker.request(Method::GET, path).header("accept", "application/hal+json").send().await.expect(200).json
        };
        let paths = [
            ("/pacticipants/web/versions", "versions", 1001),
            ("/pacticipants", "pacticipants", 1002),
            ("/environments", "environments", 1000),
            ("/labels", "labels", 1002),
            ("/integrations", "integrations", 1001),
        ];
        for (path, ..) in paths {
            assert!(list(path).await["page"].is_null(), "{path}");
        }
        crowd(broker, 1000).await;
        for (path, name, total) in paths {
            let answer = list(path).await;
            let items = answer["_embedded"][name].as_array().unwrap().len();
            assert_eq!(items, 1000.min(total), "{path}");
            if total == 1000 {
                assert!(answer["page"].is_null(), "{path}");
                continue;
            }
            assert_eq!(answer["page"]["totalElements"], total, "{path}");
            let next = answer["_links"]["next"]["href"].as_str().unwrap().strip_prefix("http://broker.test").unwrap();
            let rest = list(next).await;
            assert_eq!(rest["_embedded"][name].as_array().unwrap().len(), total - 1000, "{path}");
            assert!(rest["_links"]["next"].is_null() && !rest["_links"]["previous"].is_null(), "{path}");
            let refused = broker.request(Method::GET, &format!("{path}?size=1001")).header("accept", "application/hal+json").send().await;
            assert!(fault(&refused.expect(400).json, "size").contains("at most 1000"), "{path}");
        }
        // What is the same for every version is told by the version alone.
        let versions = list("/pacticipants/web/versions?size=1").await;
        assert!(versions["_embedded"]["versions"][0]["_links"]["pb:record-deployment"].is_null());
        assert_eq!(list("/pacticipants/web/versions/1").await["_links"]["pb:record-deployment"].as_array().unwrap().len(), 1000);
    }
}
