//! Links lead somewhere, and what they mean can be read.

use std::collections::BTreeSet;

use http::Method;
use serde_json::{Value, json};

use crate::broker::{Answer, TestBroker, on_each_database};

/// Relations whose target may not be there yet.
const MAYBE: [&str; 15] = [
    // The index has templates with the same name for environments.
    "pb:webhook",
    "pf:token",
    "pf:admin-user",
    "pf:admin-system-account-tokens",
    "pf:admin-team",
    "pf:admin-team-users",
    "pf:admin-role",
    "pf:secret",
    // No description was published.
    "pf:provider-contract",
    "pb:previous-distinct",
    "pb:diff-previous-distinct",
    "pb:latest-untagged-pact-version",
    "pb:latest-verification-results",
    "pb:latest-pact-version",
    "pb:tag-prod-version",
];

/// The links of a document and of the documents in it: relation and address; templates have their names filled in
/// where `fill` knows all of them.
fn links(document: &Value, fill: &[(&str, &str)], found: &mut Vec<(String, String)>) {
    match document {
        Value::Object(map) => {
            for (relation, value) in map.get("_links").and_then(Value::as_object).into_iter().flatten() {
                let list = value
                    .as_array()
                    .map_or(std::slice::from_ref(value), Vec::as_slice);
                for link in list {
                    let mut href = link["href"].as_str().unwrap().to_owned();
                    for (name, value) in fill {
                        href = href.replace(&format!("{{{name}}}"), value);
                    }
                    if !href.contains('{') {
                        found.push((relation.clone(), href));
                    }
                }
            }
            for (name, value) in map {
                if name != "_links" {
                    links(value, fill, found);
                }
            }
        }
        Value::Array(list) => list.iter().for_each(|value| links(value, fill, found)),
        _ => {}
    }
}

/// Something of everything; gives the uuid of an environment.
pub(crate) async fn seeded(broker: &TestBroker) -> String {
    broker.publish("team/web", "1", Some("feat/x"), "api", "a").await;
    broker.publish("team/web", "2", Some("main"), "api", "b").await;
    broker.verify("team%2Fweb", "2", "api", "2", true).await;
    broker.branch("api", "main", "2").await;
    let uuid = broker.environment("test").await;
    broker.deploy("api", "2", "test").await;
    broker.deploy("team%2Fweb", "2", "test").await;
    broker
        .put("/pacticipants/api/versions/2/tags/prod", json!({}))
        .await
        .expect(201);
    for name in ["api", "team%2Fweb"] {
        let path = format!("/pacticipants/{name}/labels/core");
        broker.put(&path, json!({})).await.expect(201);
    }
    broker
        .post(
            "/webhooks",
            json!({
                "provider": {"name": "api"}, "request": {"method": "POST", "url": "https://ci.example.org/x"},
            }),
        )
        .await;
    uuid
}

/// Values for the names of templates, of what [`seeded`] made.
pub(crate) fn names(uuid: &str) -> [(&str, &str); 9] {
    [
        ("provider", "api"),
        ("consumer", "team%2Fweb"),
        ("pacticipant", "team%2Fweb"),
        ("version", "2"),
        ("consumerApplicationVersion", "2"),
        ("branch", "main"),
        ("environment", "test"),
        ("label", "core"),
        ("uuid", uuid),
    ]
}

/// What a walk along links met.
pub(crate) struct Walk {
    pub(crate) relations: BTreeSet<String>,
    /// Each address, without the broker's own, with its answer.
    pub(crate) answers: Vec<(String, Answer)>,
}

/// Follows every link from an address. Templates are followed where `fill` has values for their names.
pub(crate) async fn crawl(broker: &TestBroker, start: &str, fill: &[(&str, &str)]) -> Walk {
    let mut answers = Vec::new();
    let mut seen = BTreeSet::new();
    let mut relations = BTreeSet::new();
    let mut waiting = vec![("self".to_owned(), format!("http://broker.test{start}"))];
    while let Some((relation, href)) = waiting.pop() {
        relations.insert(relation.clone());
        if relation == "curies" || !seen.insert(href.clone()) {
            continue;
        }
        let path = href
            .strip_prefix("http://broker.test")
            .unwrap_or_else(|| panic!("{relation}: {href}"));
        let accept = "application/hal+json, */*;q=0.1";
        let request = broker.request(Method::GET, path).header("accept", accept);
        let answer = request.send().await;
        match answer.status.as_u16() {
            200 | 405 => {}
            404 if MAYBE.contains(&relation.as_str()) => {}
            status => panic!("{relation} {href}: {status} {}", answer.text),
        }
        if answer.header("content-type").contains("hal+json") {
            links(&answer.json, fill, &mut waiting);
        }
        answers.push((path.to_owned(), answer));
    }
    Walk { relations, answers }
}

on_each_database! {
    async fn every_link_of_an_answer_leads_somewhere(broker) {
        let uuid = seeded(broker).await;
        let Walk { relations, answers } = crawl(broker, "/", &names(&uuid)).await;
        assert!(answers.len() > 90, "{}", answers.len());
        for relation in relations.iter().filter(|relation| relation.contains(':')) {
            broker.get(&format!("/doc/{relation}?context=index")).await.expect(200);
            broker.get(&format!("/doc/{}", relation.split(':').next_back().unwrap())).await.expect(200);
        }
        assert!(relations.len() > 60, "{}: {relations:#?}", relations.len());
    }

    async fn what_a_relation_means_can_be_read(broker) {
        let template = broker.get("/").await.json["_links"]["curies"][0]["href"].as_str().unwrap().to_owned();
        let path = template.strip_prefix("http://broker.test").unwrap().replace("{rel}", "publish-contracts");
        let json = broker.get(&path).await.expect(200);
        assert!(json.json["description"].as_str().unwrap().contains("POST all contracts"), "{}", json.text);
        for (accept, media) in [("text/html", "text/html; charset=utf-8"), ("text/plain", "text/plain;charset=utf-8")] {
            let answer = broker.request(Method::GET, &path).header("accept", accept).send().await.expect(200);
            assert_eq!(answer.header("content-type"), media);
            assert!(answer.text.contains("POST all contracts"), "{}", answer.text);
        }
        broker.get("/doc/unheard-of").await.expect(404);
        broker.request(Method::GET, &path).header("accept", "image/png").send().await.expect(406);
    }
}
