//! What nobody means well with: deep and broken bodies, numbers out of bounds, names that are SQL, HTML, paths and
//! headers.

use http::Method;
use serde_json::{Value, json};

use crate::{
    broker::{TestBroker, on_each_database, publish_body},
    links, pages,
};

/// Names that are allowed and mean something elsewhere.
const NAMES: [&str; 11] = [
    "'; DROP TABLE versions; --",
    "\" OR \"\"=\"",
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "../../etc/passwd",
    "a/b?c=d#e&f",
    "${pactbroker.consumerName} $1 {version} {{ 7*7 }}",
    "100% %2F %00 %zz",
    "x.json",
    "\u{202e}gnp.exe \u{1f600}",
    "=cmd|'/c calc'!A1",
];

/// What may not appear in a page as it is.
const TAGS: [&str; 2] = ["<script>alert", "<img src=x"];

fn segment(name: &str) -> String {
    percent_encoding::utf8_percent_encode(name, percent_encoding::NON_ALPHANUMERIC).to_string()
}

/// Puts a name everywhere where a client can write text.
async fn write_everywhere(broker: &TestBroker, name: &str) {
    let at = segment(name);
    broker.publish(name, name, Some(name), "api", name).await;
    let mut body = publish_body("web", name, Some(name), name, name);
    body["tags"] = json!([name]);
    body["buildUrl"] = json!(name);
    broker.post("/contracts/publish", body).await.expect(200);
    let contract = broker
        .get(&format!("/pacts/provider/{at}/consumer/web/version/{at}"))
        .await
        .expect(200);
    let failed = json!([{ "interactionDescription": name, "success": false, "mismatches": [{ "description": name }] }]);
    let result = json!({
        "success": false, "providerApplicationVersion": name, "buildUrl": name, "testResults": failed,
        "verifiedBy": { "implementation": name, "version": name },
    });
    broker
        .post(&contract.link("pb:publish-verification-results"), result)
        .await
        .expect(201);
    let described =
        json!({ "name": name, "displayName": name, "repositoryUrl": name, "repositoryName": name });
    broker
        .patch(&format!("/pacticipants/{at}"), described)
        .await
        .expect(200);
    broker
        .put(&format!("/pacticipants/{at}/labels/{at}"), json!({}))
        .await
        .expect(201);
    let environment = name.replace(' ', "_");
    let body = json!({ "name": environment, "displayName": name, "production": false, "contacts": [{ "name": name }] });
    let environment = broker.post("/environments", body).await.expect(201).json["uuid"]
        .as_str()
        .unwrap()
        .to_owned();
    let record = format!("/pacticipants/{at}/versions/{at}/deployed-versions/environment/{environment}");
    broker
        .post(&record, json!({ "applicationInstance": name }))
        .await
        .expect(201);
    // Without a key to encrypt with (on PostgreSQL) webhooks are refused.
    let request = json!({ "method": "POST", "url": "https://ci.example.org/", "body": name, "headers": { "x-name": "1" } });
    let webhook = json!({ "description": name, "provider": { "name": name }, "request": request });
    let webhook = broker.post("/webhooks", webhook).await;
    assert!(
        webhook.status.as_u16() < 500 || webhook.text.contains("encryption"),
        "{}",
        webhook.text
    );
    let body = json!({
        "providerVersionBranch": name, "includePendingStatus": true, "includeWipPactsSince": "2020-01-01",
        "consumerVersionSelectors": [{ "branch": name }, { "tag": name }, { "latest": true, "consumer": name }],
    });
    let selected = broker
        .post(&format!("/pacts/provider/{at}/for-verification"), body)
        .await
        .expect(200);
    assert_eq!(
        selected.json["_embedded"]["pacts"].as_array().unwrap().len(),
        1,
        "{name}"
    );
}

on_each_database! {
    async fn text_of_every_kind_is_kept_as_it_is_and_shown_as_text(broker) {
        for name in NAMES {
            write_everywhere(broker, name).await;
        }
        for name in NAMES {
            let at = segment(name);
            let shown = broker.get(&format!("/pacticipants/{at}")).await.expect(200);
            assert_eq!(shown.json["name"], name);
            assert_eq!(shown.json["displayName"], name);
            let version = broker.get(&format!("/pacticipants/web/versions/{at}")).await.expect(200);
            assert_eq!((&version.json["number"], &version.json["buildUrl"]), (&json!(name), &json!(name)));
            assert_eq!(version.json["_embedded"]["tags"][0]["name"], name);
            let head = broker.get(&format!("/pacticipants/web/branches/{at}/latest-version")).await.expect(200);
            assert_eq!(head.json["number"], name);
            let question = format!("/matrix?q[][pacticipant]=web&q[][version]={at}&q[][pacticipant]={at}&latestby=cvpv");
            let answer = broker.get(&question).await.expect(200);
            assert_eq!(answer.json["matrix"][0]["provider"]["version"]["number"], name);
            let search = broker.get(&format!("/pacticipants?q={at}")).await.expect(200);
            assert!(search.json["pacticipants"].as_array().unwrap().iter().any(|found| found["name"] == name), "{name}");
        }
        // Every link that the names are in leads to them, in answers and in pages.
        let walk = links::crawl(broker, "/pacticipants", &[]).await;
        assert!(walk.answers.len() > 100, "{}", walk.answers.len());
        for address in ["/", "/pacticipants", "/environments", "/webhooks", "/matrix"] {
            for (path, answer) in pages::crawl(broker, address, 60).await {
                for tag in TAGS {
                    assert!(!answer.text.contains(tag), "{tag} in {path}: {}", answer.text);
                }
            }
        }
        for path in ["/relationships", "/groups/web.csv"] {
            let csv = broker.get(path).await.expect(200).text;
            assert!(csv.contains("'=cmd") && !csv.contains(",=cmd"), "{csv}");
        }
        let badge = broker.get(&format!("/pacts/provider/{}/consumer/web/latest/badge.svg", segment(NAMES[2]))).await.expect(200);
        assert!(!badge.text.contains(TAGS[0]), "{}", badge.text);
    }

    async fn no_operation_fails_whatever_it_is_sent(broker) {
        broker.publish("web", "1", Some("main"), "api", "x").await;
        broker.verify("web", "1", "api", "7", false).await;
        let description = broker.get("/openapi.json").await.expect(200).json;
        let segments = ["%FF", "%00", "a%0D%0AX-Evil:%201", "..%2F..%2Fetc", "%27%20OR%201=1", "web", &"x".repeat(2000), "-1", "9".repeat(40).leak()];
        for (path, operations) in description["paths"].as_object().unwrap() {
            for (method, operation) in operations.as_object().unwrap().iter().filter(|(key, _)| *key != "parameters") {
                let method: Method = method.to_uppercase().parse().unwrap();
                let is_asked_for = path == "/test/error";
                let query: Vec<String> = operation["parameters"].as_array().into_iter().flatten()
                    .map(|parameter| format!("{}=%FF%27\u{3c}x%00&", parameter["name"].as_str().unwrap()))
                    .collect();
                for segment in segments {
                    if !path.contains('{') && segment != "web" {
                        continue;
                    }
                    let filled: String = path.split('/').map(|part| if part.starts_with('{') { segment } else { part })
                        .collect::<Vec<_>>().join("/");
                    let address = format!("{filled}?{}", query.concat().replace('<', "%3C"));
                    for body in [None, Some("{"), Some("null"), Some("[[[["), Some("{\"name\":1e999}"), Some("\u{feff}{}")] {
                        if body.is_some() && method == Method::GET {
                            continue;
                        }
                        let request = broker.request(method.clone(), &address);
                        let answer = match body {
                            Some(body) => request.header("content-type", "application/json").body(body).send().await,
                            None => request.send().await,
                        };
                        let status = answer.status.as_u16();
                        assert!(status < 500 || is_asked_for, "{method} {address} {body:?}: {}", answer.text);
                        assert!(!answer.headers.contains_key("x-evil"));
                    }
                }
            }
        }
    }

    async fn headers_of_every_kind_are_no_fault_of_the_broker(broker) {
        broker.publish("web", "1", Some("main"), "api", "x").await;
        let long = "x".repeat(10_000);
        for (name, value) in [
            ("accept", ";;;,q=,*"), ("accept", "text/html;q=NaN"), ("accept", &long), ("content-type", "application/json; charset=\u{fc}"),
            ("if-none-match", "\"\"\","), ("if-none-match", &long), ("authorization", "Basic \u{fc}"), ("authorization", "Bearer"),
            ("host", "\"><script>"), ("x-forwarded-host", "a/../b"), ("x-forwarded-proto", "javascript"), ("x-forwarded-prefix", "//evil"),
            ("x-forwarded-port", "99999999"), ("x-request-id", &long), ("accept-encoding", "gzip;q=9, br;q=x"), ("origin", "\u{fc}"),
            ("traceparent", "00-zz"), ("range", "bytes=-1-"), ("content-length", "x"),
        ] {
            for path in ["/", "/pacts/provider/api/consumer/web/version/1", "/pacticipants.json", "/matrix?q[][pacticipant]=web"] {
                let answer = broker.request(Method::GET, path).header(name, value).send().await;
                assert!(answer.status.as_u16() < 500, "{name}: {value:.50} {path}: {}", answer.text);
                assert!(!answer.text.contains("<script>") && !answer.text.contains("javascript:"), "{}", answer.text);
            }
        }
    }

    async fn hostile_bodies_are_refused_with_a_reason(broker) {
        let path = "/pacts/provider/api/consumer/web/version/1";
        let put = async |body: Vec<u8>| {
            broker.request(Method::PUT, path).header("content-type", "application/json").body(body).send().await
        };
        for (body, expected) in [
            (["[".repeat(500_000), "]".repeat(500_000)].concat().into_bytes(), "nested deeper"),
            (vec![b'"', 0xff, b'"'], "not UTF-8"),
            (b"{\"a\":1".to_vec(), "EOF while parsing"),
            (b"{\"a\":\"\\ud800\"}".to_vec(), "hex escape"),
            (Vec::new(), "EOF while parsing"),
        ] {
            let answer = put(body).await.expect(400);
            assert!(answer.json["error"].as_str().unwrap().contains(expected), "{}", answer.text);
        }
        put(b"{\"n\":1e999999,\"m\":123456789012345678901234567890}".to_vec()).await.expect(201);
        broker.publish("web", "2", None, "api", "x").await;
        let deep = format!("{{\"success\":true,\"x\":{}1{}}}", "[".repeat(5000), "]".repeat(5000));
        let contract = broker.get("/pacts/provider/api/consumer/web/latest").await;
        let link = contract.link("pb:publish-verification-results");
        broker.request(Method::POST, &link).header("content-type", "application/json").body(deep).send().await.expect(400);
    }

    async fn hostile_names_are_refused_or_kept_as_text(broker) {
        for path in [
            "/pacticipants/a%0Ab/versions/1", "/pacticipants/a%00b/versions/1", "/pacticipants/a%09b/versions/1",
        ] {
            broker.put(path, json!({})).await.expect(422);
        }
        broker.put("/pacticipants/a%01b/versions/1", json!({})).await.expect(400);
        broker.put("/pacticipants/%FF/versions/1", json!({})).await.expect(400);
        broker.put("/pacticipants/../versions/1", json!({})).await.expect(400);
        broker.put(&format!("/pacticipants/{}/versions/1", "x".repeat(300)), json!({})).await.expect(400);
        for name in ["..%2F..%2Fetc%2Fpasswd", "%27%3B%20DROP%20TABLE%20versions%3B--", "%3Cscript%3E", "%25", "a%0D%0Ab"] {
            let answer = broker.put(&format!("/pacticipants/{name}/versions/1"), json!({})).await;
            assert!(matches!(answer.status.as_u16(), 201 | 422), "{name}: {}", answer.text);
            if answer.status == 201 {
                assert_eq!(answer.header("location"), format!("http://broker.test/pacticipants/{name}/versions/1"));
                broker.get(&format!("/pacticipants/{name}")).await.expect(200);
            }
        }
        let body = json!({ "pacticipantName": "a\u{0}b", "pacticipantVersionNumber": "1", "contracts": [] });
        broker.post("/contracts/publish", body).await.expect(400);
    }

    async fn wrong_types_everywhere_are_client_errors(broker) {
        broker.publish("web", "1", Some("main"), "api", "x").await;
        let uuid = broker.environment("production").await;
        let link = broker.get("/pacts/provider/api/consumer/web/latest").await.link("pb:publish-verification-results");
        let environment = format!("/environments/{uuid}");
        let deploy = format!("/pacticipants/web/versions/1/deployed-versions/environment/{uuid}");
        for (method, path) in [
            (Method::POST, "/contracts/publish"), (Method::POST, "/pacticipants"), (Method::PATCH, "/pacticipants/web"),
            (Method::PUT, "/pacticipants/web/versions/1"), (Method::POST, "/environments"), (Method::PUT, &environment),
            (Method::POST, &deploy), (Method::POST, &link), (Method::POST, "/pacts/provider/api/for-verification"),
            (Method::POST, "/webhooks"),
        ] {
            for body in hostile_values() {
                let answer = broker.request(method.clone(), path).json(&body).send().await;
                assert!(answer.status.as_u16() < 500, "{method} {path} {body}: {}", answer.text);
            }
        }
        for query in ["page=99999999999999999999", "page=1&size=0", "q[]=a&q[][]=b&q[][pacticipant]", "limit=-1", "%ff=%ff"] {
            for path in ["/pacticipants", "/matrix", "/can-i-deploy", "/integrations.json", "/dashboard"] {
                let answer = broker.get(&format!("{path}?{query}")).await;
                assert!(answer.status.as_u16() < 500, "{path}?{query}: {}", answer.text);
            }
        }
    }
}

/// Values that no resource expects, in members that some resource reads.
fn hostile_values() -> Vec<Value> {
    let inner = [
        json!(null),
        json!(1),
        json!(-1.5),
        json!(true),
        json!("\u{0}"),
        json!("' OR 1=1 --"),
        json!([]),
        json!([null, 1, {}]),
        json!({ "a": {} }),
    ];
    let keys = [
        "name",
        "displayName",
        "production",
        "contacts",
        "pacticipantName",
        "pacticipantVersionNumber",
        "contracts",
        "tags",
        "branch",
        "buildUrl",
        "success",
        "providerApplicationVersion",
        "verifiedBy",
        "consumerVersionSelectors",
        "providerVersionTags",
        "includeWipPactsSince",
        "applicationInstance",
        "events",
        "request",
        "consumer",
    ];
    let mut values: Vec<Value> = inner.to_vec();
    for value in inner {
        let object: serde_json::Map<String, Value> = keys
            .iter()
            .map(|key| ((*key).to_owned(), value.clone()))
            .collect();
        values.push(Value::Object(object));
    }
    values
}
