//! Publishing and reading contracts.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use serde_json::{Value, json};

use crate::broker::{contract, on_each_database, publish_body};

on_each_database! {
    async fn a_published_contract_is_served_with_ids_and_links(broker) {
        let answer = broker.publish("web", "1", Some("main"), "api", "x").await;
        assert_eq!(answer.json["_embedded"]["version"]["number"], "1");
        assert!(answer.json["_links"]["pb:pacticipant-version-tags"].as_array().unwrap().is_empty());
        assert!(answer.json["logs"][0]["deprecationWarning"].is_string());
        let link = answer.json["_links"]["pb:contracts"][0]["href"].as_str().unwrap();
        let path = link.strip_prefix("http://broker.test").unwrap();

        let served = broker.get(path).await.expect(200);
        let mut body = served.json.clone();
        assert_eq!(served.header("content-type"), "application/hal+json;charset=utf-8");
        assert_eq!(served.header("x-pact-consumer-version"), "1");
        assert!(body["interactions"][0]["_id"].as_str().is_some_and(|id| id.len() == 40));
        body["interactions"][0].as_object_mut().unwrap().remove("_id");
        for added in ["_links", "createdAt"] {
            assert!(!body.as_object_mut().unwrap().remove(added).unwrap().is_null());
        }
        assert_eq!(body, contract("web", "api", "x"));
        broker.get(&served.link("pb:provider")).await.expect(200);
        broker.get(&served.link("pb:consumer-version")).await.expect(200);
        broker.get(&served.link("pb:pact-version")).await.expect(200);
        broker.get(&served.link("pb:latest-pact-version")).await.expect(200);
    }

    async fn the_bytes_that_were_published_come_back(broker) {
        let path = "/pacts/provider/api/consumer/web/version/1";
        let text = "{ \"z\": 1.50, \"n\": 12345678901234567890123,\n \"a\": \"\\u00e9\" , \"interactions\": [ ] }";
        broker.request(http::Method::PUT, path).header("content-type", "application/json").body(text).send().await
            .expect(201);
        let served = broker.get(path).await.expect(200).text;
        assert!(served.starts_with(text.trim_end_matches(" }")), "{served}");
    }

    async fn a_byte_order_mark_is_stored_and_not_served(broker) {
        let marked = |content: &str| format!("\u{feff}{}", contract("web", "api", content));
        broker.publish("web", "1", Some("main"), "api", "x").await;
        let plain = broker.get("/pacts/provider/api/consumer/web/version/1").await.expect(200);
        // As the body of a request, and in base64 as clients send it.
        let put = broker.request(http::Method::PUT, "/pacts/provider/api/consumer/web/version/2")
            .header("content-type", "application/json").body(marked("x")).send().await.expect(201);
        let mut body = publish_body("web", "3", Some("main"), "api", "x");
        body["contracts"][0]["content"] = BASE64_STANDARD.encode(marked("x")).into();
        broker.post("/contracts/publish", body).await.expect(200);
        for version in ["2", "3"] {
            let served = broker.get(&format!("/pacts/provider/api/consumer/web/version/{version}")).await.expect(200);
            assert_eq!(served.json["interactions"], plain.json["interactions"]);
            assert_eq!(served.link("pb:pact-version"), plain.link("pb:pact-version"));
        }
        assert!(put.text.starts_with('{'), "{}", put.text);
        // A mark alone is no new content, and a content that has one is merged and compared like any other.
        broker.request(http::Method::PUT, "/pacts/provider/api/consumer/web/version/4")
            .header("content-type", "application/json").body(marked("y")).send().await.expect(201);
        let texts = broker.database.connect().await.rows("SELECT document FROM contents ORDER BY id").await;
        assert_eq!(texts, [[contract("web", "api", "x").to_string()], [marked("y")]]);
        for path in ["diff/version/1", "changes"] {
            let compared = broker.get(&format!("/pacts/provider/api/consumer/web/version/4/{path}")).await.expect(200);
            assert!(!compared.text.contains('\u{feff}') && !compared.text.contains("\\ufeff"), "{}", compared.text);
        }
        for page in ["/pacts/provider/api/consumer/web/version/4", "/pacts/provider/api/consumer/web/version/4/changes"] {
            let page = broker.request(http::Method::GET, page).header("accept", "text/html").send().await.expect(200);
            assert!(page.text.contains("a request for y"), "{}", page.text);
        }
        broker.request(http::Method::PATCH, "/pacts/provider/api/consumer/web/version/4")
            .header("content-type", "application/json").body(marked("z")).send().await.expect(200);
        let merged = broker.get("/pacts/provider/api/consumer/web/version/4").await.expect(200);
        assert_eq!(merged.json["interactions"].as_array().unwrap().len(), 2);
    }

    async fn republishing_the_same_content_changes_nothing(broker) {
        broker.publish("web", "1", Some("main"), "api", "x").await;
        let first = broker.get("/pacts/provider/api/consumer/web/latest").await.expect(200);
        broker.publish("web", "1", Some("main"), "api", "x").await;
        let second = broker.get("/pacts/provider/api/consumer/web/latest").await.expect(200);
        assert_eq!(first.text, second.text);
        let put = broker.put("/pacts/provider/api/consumer/web/version/1", contract("web", "api", "x")).await;
        assert_eq!(put.status, 200);
    }

    async fn whether_content_changed_is_seen_branch_by_branch(broker) {
        for (version, branch, content, expected) in [
            ("1", Some("main"), "x", "(first time the contract was published for branch main)"),
            ("2", Some("feat"), "x", "(first time the contract was published for branch feat)"),
            ("3", Some("main"), "x", ""),
            ("4", Some("feat"), "y", "(content is different to the previous contract for branch feat)"),
            // The newest contract of all is another one; that of the branch is the same.
            ("5", Some("main"), "x", ""),
            ("6", Some("main"), "y", "(content is different to the previous contract for branch main)"),
            ("7", None, "y", ""),
            ("8", None, "z", "(content is different to the previous contract)"),
        ] {
            let published = broker.publish("web", version, branch, "api", content).await;
            let notices = published.json["notices"].as_array().unwrap();
            let mut texts = notices.iter().map(|notice| notice["text"].as_str().unwrap());
            let event = texts.find_map(|text| text.strip_prefix("  Events detected: contract_published")).unwrap();
            let expected = if expected.is_empty() { String::new() } else { format!(", contract_content_changed {expected}") };
            assert_eq!(event, expected, "{version}");
        }
    }

    async fn other_content_for_the_same_version_is_a_conflict(broker) {
        broker.publish("web", "1", Some("main"), "api", "x").await;
        let refused = broker.post("/contracts/publish", publish_body("web", "1", Some("other"), "api", "y")).await
            .expect(409);
        assert!(refused.json["errors"]["contracts"][0].as_str().unwrap().contains("version 1 of web"));
        assert_eq!(refused.json["notices"][0]["type"], "error");
        assert!(refused.json["notices"][1]["text"].as_str().unwrap().contains("+      \"description\": \"a request for y\""));
        // Nothing of the refused request was kept.
        broker.get("/pacticipants/web/branches/other").await.expect(404);
        let put = broker.put("/pacts/provider/api/consumer/web/version/1", contract("web", "api", "y")).await
            .expect(409);
        assert!(put.json["error"].is_string());
    }

    async fn merging_adds_interactions(broker) {
        let path = "/pacts/provider/api/consumer/web/version/1";
        broker.patch(path, contract("web", "api", "x")).await.expect(201);
        let merged = broker.patch(path, contract("web", "api", "y")).await.expect(200);
        let descriptions: Vec<&str> =
            merged.json["interactions"].as_array().unwrap().iter().filter_map(|i| i["description"].as_str()).collect();
        assert_eq!(descriptions, ["a request for x", "a request for y"]);
        let mut changed = contract("web", "api", "x");
        changed["interactions"][0]["response"]["status"] = json!(404);
        broker.patch(path, changed).await.expect(409);
    }

    async fn a_provider_is_named_once(broker) {
        let mut body = publish_body("web", "1", Some("main"), "api", "a");
        let again = publish_body("web", "1", None, "api", "b")["contracts"][0].clone();
        body["contracts"].as_array_mut().unwrap().push(again);
        let refused = broker.post("/contracts/publish", body).await.expect(400);
        assert_eq!(refused.json["errors"]["contracts"], json!(["more than one contract with api is given"]));
        broker.get("/pacticipants/web").await.expect(404);
    }

    async fn wrong_requests_say_what_is_wrong(broker) {
        for (body, expected) in [
            (json!({}), json!({
                "pacticipantName": ["is missing"], "pacticipantVersionNumber": ["is missing"], "contracts": ["is missing"],
            })),
            (json!({ "pacticipantName": "a", "pacticipantVersionNumber": "1\n", "contracts": [{}] }), json!({
                "pacticipantVersionNumber": ["cannot contain a new line"],
                "contracts": [
                    "consumerName is missing (at index 0)", "providerName is missing (at index 0)",
                    "content is missing (at index 0)",
                ],
            })),
        ] {
            let answer = broker.post("/contracts/publish", body).await.expect(400);
            assert_eq!(answer.json["errors"], expected);
        }
        let mut other = contract("web", "other", "x");
        other["consumer"]["name"] = json!("web");
        let answer = broker.put("/pacts/provider/api/consumer/web/version/1", other).await.expect(400);
        assert!(answer.json["errors"]["provider.name"][0].as_str().unwrap().contains("'other'"));
        let answer = broker
            .request(http::Method::PUT, "/pacts/provider/api/consumer/web/version/1")
            .header("content-type", "application/json").body("{\n x").send().await.expect(400);
        assert!(answer.json["error"].as_str().unwrap().contains("line 2, column 2"), "{}", answer.text);
    }

    async fn names_may_hold_slashes_spaces_and_more(broker) {
        let name = "wéb ui/\"<b>'; DROP TABLE versions;--";
        broker.publish(name, "1.0+é/x", Some("feat/ü x"), "a b", "x").await;
        let listed = broker.get("/pacticipants").await.expect(200);
        let link = listed.named_link("pb:pacticipants", name);
        let shown = broker.get(&link).await.expect(200);
        assert_eq!(shown.json["name"], name);
        assert_eq!(shown.json["_embedded"]["latestVersion"]["number"], "1.0+é/x");
        let versions = broker.get(&shown.link("pb:versions")).await.expect(200);
        let version = broker.get(&versions.named_link("pb:versions", "1.0+é/x")).await.expect(200);
        assert_eq!(version.json["_embedded"]["branches"][0]["name"], "feat/ü x");
        let contract = broker.get(&version.json["_links"]["pb:pact-versions"][0]["href"].as_str().unwrap()
            .replace("http://broker.test", "")).await.expect(200);
        assert_eq!(contract.json["consumer"]["name"], name);
    }

    async fn a_contract_is_not_sent_again_to_those_who_have_it(broker) {
        broker.publish("web", "1", None, "api", "x").await;
        let path = "/pacts/provider/api/consumer/web/version/1";
        let first = broker.get(path).await.expect(200);
        let tag = first.header("etag").to_owned();
        let again = broker.request(http::Method::GET, path).header("if-none-match", &tag).send().await.expect(304);
        assert!(again.text.is_empty());
        broker.request(http::Method::GET, path).header("if-none-match", "\"other\"").send().await.expect(200);
    }

    async fn a_document_that_is_no_contract_can_be_stored(broker) {
        let path = "/pacts/provider/api/consumer/web/version/1";
        broker.put(path, json!([1, 2, { "a": null }])).await.expect(201);
        assert_eq!(broker.get(path).await.expect(200).json, json!([1, 2, { "a": null }]));
    }

    async fn the_newest_contract_is_found_by_line_of_development(broker) {
        broker.publish("web", "1", Some("main"), "api", "one").await;
        broker.publish("web", "2", Some("feat/x"), "api", "two").await;
        broker.put("/pacticipants/web/versions/1/tags/prod", json!({})).await.expect(201);
        let description = async |path: &str| -> Value {
            let answer = broker.get(&format!("/pacts/provider/api/consumer/web/{path}")).await.expect(200);
            answer.json["interactions"][0]["description"].clone()
        };
        assert_eq!(description("latest").await, "a request for two");
        assert_eq!(description("latest/prod").await, "a request for one");
        assert_eq!(description("latest-untagged").await, "a request for two");
        assert_eq!(description("branch/main/latest").await, "a request for one");
        assert_eq!(description("branch/feat%2Fx/latest").await, "a request for two");
        broker.get("/pacts/provider/api/consumer/web/branch/none/latest").await.expect(404);
        broker.get("/pacts/provider/api/consumer/web/latest/none").await.expect(404);
    }
}
