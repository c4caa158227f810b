//! Two tenants with equal names of everything: what one of them stores is nowhere in what the other one sees, and its ids are,
//! for everyone else, ids of nothing.

use std::collections::{BTreeMap, BTreeSet};

use contract_broker::{operate, tenants::settings_of};
use http::Method;
use serde_json::Value;

use super::{
    BARE, Tenant, Tenants,
    seeded::{NAMES, ROLES, body, link, machine, seed},
    with_tenants,
};
use crate::broker::Answer;

/// The marks that stand in the texts of one tenant alone.
const OURS: &str = "alphamark";
const THEIRS: &str = "betamark";

/// A name in an address that stands for an id, and not for a name that both tenants have.
const IDS: [&str; 4] = ["{uuid}", "{sha}", "{metadata}", "{user}"];

/// An operation of the API.
struct Operation {
    method: Method,
    /// The address, with the names that both tenants have filled in.
    address: String,
}

impl Operation {
    fn has_ids(&self) -> bool {
        IDS.iter().any(|id| self.address.contains(id))
    }
}

/// Every operation that the broker describes.
async fn operations(tenants: &Tenants, tenant: &Tenant) -> Vec<Operation> {
    let described = tenants.get(tenant, "/openapi.json").await.expect(200).json;
    let mut found = Vec::new();
    for (template, item) in described["paths"].as_object().unwrap() {
        let address = NAMES
            .iter()
            .fold(template.clone(), |path, (name, value)| path.replace(name, value));
        for method in ["get", "post", "put", "patch", "delete"] {
            if item[method].is_object() {
                found.push(Operation {
                    method: Method::from_bytes(method.to_uppercase().as_bytes()).unwrap(),
                    address: address.clone(),
                });
            }
        }
    }
    assert!(found.len() > 200, "{}", found.len());
    found
}

/// The ids of a tenant, by what they look like.
#[derive(Debug, Default)]
struct Ids {
    uuids: BTreeSet<String>,
    shas: BTreeSet<String>,
    metadata: BTreeSet<String>,
}

impl Ids {
    /// Adds the ids in a text.
    fn read(&mut self, text: &str) {
        for rest in text.split("/metadata/").skip(1) {
            let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && !"-_=%".contains(c));
            let word = &rest[..end.unwrap_or(rest.len())];
            if word.len() > 8 {
                self.metadata.insert(word.to_owned());
            }
        }
        for word in text.split(|c: char| !c.is_ascii_alphanumeric() && c != '-') {
            let is_hex = word.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-');
            let is_uuid = word.len() == 36 && word.matches('-').count() == 4;
            if is_hex && is_uuid {
                self.uuids.insert(word.to_owned());
            } else if is_hex && word.len() == 40 && !word.contains('-') {
                self.shas.insert(word.to_owned());
            }
        }
    }

    /// The ids of one kind that stand in the place of a name.
    fn of(&self, name: &str) -> &BTreeSet<String> {
        match name {
            "{sha}" => &self.shas,
            "{metadata}" => &self.metadata,
            _ => &self.uuids,
        }
    }

    fn all(&self) -> impl Iterator<Item = &String> {
        self.uuids.iter().chain(&self.shas)
    }
}

/// Ids that nothing has: each stands for one that something of another tenant has.
#[derive(Default)]
struct Strangers(BTreeMap<String, String>);

impl Strangers {
    fn of(&mut self, id: &str) -> String {
        let new = || match id.len() {
            36 => uuid::Uuid::new_v4().to_string(),
            40 => format!(
                "{}{}",
                uuid::Uuid::new_v4().simple(),
                &uuid::Uuid::new_v4().simple().to_string()[..8]
            ),
            _ => {
                // As many characters, and the same ones in another order.
                let turned: String = id.chars().rev().collect();
                if turned == id { format!("{id}x") } else { turned }
            }
        };
        self.0.entry(id.to_owned()).or_insert_with(new).clone()
    }
}

/// An address with ids filled in: one for each id of the first name that stands in it, and a few of those that follow.
fn filled(address: &str, ids: &Ids) -> Vec<(String, Vec<String>)> {
    let mut filled = vec![(address.to_owned(), Vec::new())];
    for (place, name) in IDS.iter().filter(|name| address.contains(*name)).enumerate() {
        let most = if place == 0 { usize::MAX } else { 3 };
        filled = filled
            .into_iter()
            .flat_map(|(address, used)| {
                ids.of(name).iter().take(most).map(move |id| {
                    let used = used.iter().cloned().chain([id.clone()]).collect();
                    (address.replacen(name, id, 1), used)
                })
            })
            .collect();
    }
    filled
}

/// What of an answer says something: nothing that is different each time.
fn told(method: &Method, answer: &Answer, given: &[String]) -> String {
    let mut text = format!("{} {}", answer.status, answer.text);
    for id in given {
        text = text.replace(id.as_str(), "(the id)");
    }
    if let Some(reference) = answer.json["error"]["reference"].as_str() {
        text = text.replace(reference, "(a reference)");
    }
    // Of what both requests created, the times and the ids are new.
    if method != Method::GET && answer.status.as_u16() < 300 {
        return answer.status.to_string();
    }
    text
}

/// The tables that background jobs write.
const OF_JOBS: [&str; 6] = [
    "audit_seals",
    "comparisons",
    "events_outbox",
    "tokens",
    "triggered_webhooks",
    "webhook_attempts",
];

/// Everything that a tenant stores, but for what background jobs write.
async fn stored(tenants: &Tenants, tenant: &Tenant) -> Vec<String> {
    let own = settings_of(&tenants.config, &tenant.name).await.unwrap();
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("export");
    operate::export(&own, file.to_str().unwrap(), |_| {})
        .await
        .unwrap();
    let text = std::fs::read_to_string(file).unwrap();
    // What background jobs change on their own is left out.
    let is_of_people = |line: &&str| {
        let table = line
            .strip_prefix("{\"table\":\"")
            .and_then(|rest| rest.split('"').next());
        table.is_some_and(|table| !OF_JOBS.contains(&table))
    };
    text.lines().filter(is_of_people).map(str::to_owned).collect()
}

fn opened(config: &mut contract_broker::Config) {
    config.auth_public_badges = true;
    config.tenants_max_requests = 256;
}

with_tenants! {
    async fn nothing_of_a_tenant_is_in_what_another_one_sees(tenants) with opened; {
        let (ours, theirs) = (tenants.create("ours").await, tenants.create("theirs").await);
        seed(tenants, &ours, OURS).await;
        seed(tenants, &theirs, THEIRS).await;
        let mut tokens = vec![theirs.token.clone()];
        for role in ROLES {
            tokens.push(machine(tenants, &theirs, role).await);
        }
        let foreign = [ours.token.clone(), machine(tenants, &ours, ROLES[1]).await];
        let operations = operations(tenants, &ours).await;
        // What there is of ours: everything that our administrator sees.
        let mut ids = Ids::default();
        let mut seen = 0;
        for operation in operations.iter().filter(|operation| operation.method == Method::GET && !operation.has_ids()) {
            let answer = tenants.get(&ours, &operation.address).await;
            seen += usize::from(answer.text.contains(OURS));
            assert!(!answer.text.contains(THEIRS), "{}: {}", operation.address, answer.text);
            ids.read(&answer.text);
        }
        assert!(seen > 15, "only {seen} answers say what is ours");
        assert!(ids.uuids.len() > 10 && ids.shas.len() >= 2, "{ids:?}");
        // Both have what both were given: the predefined roles, the same content.
        let mut common = Ids::default();
        for operation in operations.iter().filter(|operation| operation.method == Method::GET && !operation.has_ids()) {
            common.read(&tenants.get(&theirs, &operation.address).await.text);
        }
        ids.uuids.retain(|id| !common.uuids.contains(id));
        ids.shas.retain(|id| !common.shas.contains(id));
        assert!(ids.uuids.len() > 10 && !ids.shas.is_empty(), "{ids:?}");
        let before = stored(tenants, &ours).await;
        let mut tried = 0_u64;
        // Names that both have: what they see is their own, whoever asks.
        for operation in operations.iter().filter(|operation| operation.method == Method::GET && !operation.has_ids()) {
            for token in tokens.iter().map(|token| Some(token.as_str())).chain([None]) {
                let answer = tenants.ask(&theirs.host(), token, Method::GET, &operation.address, None).await;
                tried += 1;
                assert!(!answer.text.contains(OURS), "GET {}: {}", operation.address, answer.text);
                if let Some(id) = ids.all().find(|id| answer.text.contains(id.as_str())) {
                    panic!("GET {} tells {id}: {}", operation.address, answer.text);
                }
            }
        }
        // Our ids: what they are told is what they are told about an id of nothing.
        let mut strangers = Strangers::default();
        for operation in operations.iter().filter(|operation| operation.has_ids()) {
            for (address, used) in filled(&operation.address, &ids) {
                let unknown: Vec<String> = used.iter().map(|id| strangers.of(id)).collect();
                let elsewhere = used.iter().zip(&unknown).fold(address.clone(), |address, (id, unknown)| address.replace(id.as_str(), unknown));
                let body = (operation.method != Method::GET && operation.method != Method::DELETE).then(body);
                for token in &tokens {
                    let mut answers = Vec::new();
                    for (path, given) in [(&address, &used), (&elsewhere, &unknown)] {
                        let answer = tenants.ask(&theirs.host(), Some(token), operation.method.clone(), path, body.clone()).await;
                        assert!(!answer.text.contains(OURS), "{} {path}: {}", operation.method, answer.text);
                        answers.push(told(&operation.method, &answer, given));
                        tried += 1;
                    }
                    assert_eq!(answers[0], answers[1], "{} {address}", operation.method);
                }
            }
        }
        // Our credentials at their host: those of nobody.
        for operation in &operations {
            let is_public = ["/healthz", "/readyz", "/diagnostic/status/heartbeat"].contains(&operation.address.as_str())
                || operation.address.contains("badge") || operation.address.contains("can-i-deploy/");
            let address = IDS.iter().fold(operation.address.clone(), |path, name| path.replace(name, "00000000-0000-4000-8000-000000000000"));
            for token in &foreign {
                let answer = tenants.ask(&theirs.host(), Some(token), operation.method.clone(), &address, None).await;
                tried += 1;
                // Tokens are asked for by those who have none, and a provider says by its signature who it is.
                let is_for_strangers = operation.address.starts_with("/oauth/") || operation.address == "/logout/backchannel";
                assert!(answer.status == 401 || is_public || is_for_strangers, "{} {address}: {}", operation.method, answer.text);
                assert!(!answer.text.contains(OURS) && !answer.text.contains(THEIRS) || is_public, "{}", answer.text);
            }
        }
        assert_eq!(stored(tenants, &ours).await, before, "what is ours was changed");
        // A token that names one tenant and belongs to another one: a failed login, which the log of the tenant has.
        for (name, token) in [("theirs", &ours.token), ("ours", &theirs.token)] {
            let named = format!("{name}.{token}");
            for host in [BARE, "127.0.0.1:9292", &ours.host(), &theirs.host()] {
                tenants.ask(host, Some(&named), Method::GET, "/pacticipants", None).await.expect(401);
                tried += 1;
            }
        }
        let without_log = |lines: Vec<String>| {
            lines.into_iter().filter(|line| !line.starts_with("{\"table\":\"audit_events\"")).collect::<Vec<_>>()
        };
        assert_eq!(without_log(stored(tenants, &ours).await), without_log(before), "what is ours was changed");
        println!("{tried} combinations of route, tenant and role were tried: no leak");
        assert!(tried > 2_000, "{tried}");
    }

    async fn equal_contents_have_results_of_their_own(tenants) {
        let (ours, theirs) = (tenants.create("ours").await, tenants.create("theirs").await);
        for tenant in [&ours, &theirs] {
            let body = crate::broker::publish_body("twin", "1", None, "api", "same");
            tenants.of(tenant, Method::POST, "/contracts/publish", Some(body)).await.expect(200);
        }
        let path = "/pacts/provider/api/consumer/twin/version/1";
        let results = |answer: &Answer| link(&answer.json, "pb:publish-verification-results");
        let (one, two) = (tenants.get(&ours, path).await.expect(200), tenants.get(&theirs, path).await.expect(200));
        assert_eq!(results(&one), results(&two), "equal content has an equal hash");
        let body = serde_json::json!({ "success": true, "providerApplicationVersion": "7" });
        tenants.of(&ours, Method::POST, &results(&one), Some(body)).await.expect(201);
        let verdict = async |tenant: &Tenant| {
            let path = "/matrix?q[][pacticipant]=twin&q[][pacticipant]=api";
            tenants.get(tenant, path).await.expect(200).json["summary"]["success"].clone()
        };
        assert_eq!((verdict(&ours).await, verdict(&theirs).await), (Value::from(1), Value::from(0)));
        tenants.get(&theirs, "/pacts/provider/api/consumer/twin/latest/verification-results/latest").await.expect(404);
    }

    async fn badges_and_pages_are_those_of_the_host(tenants) with opened; {
        let (ours, theirs) = (tenants.create("ours").await, tenants.create("theirs").await);
        seed(tenants, &ours, OURS).await;
        let answer = tenants.get(&ours, "/pacts/provider/api/consumer/web/version/2").await.expect(200);
        let body = serde_json::json!({ "success": true, "providerApplicationVersion": "1" });
        let results = link(&answer.json, "pb:publish-verification-results");
        tenants.of(&ours, Method::POST, &results, Some(body)).await.expect(201);
        let badge = "/pacts/provider/api/consumer/web/latest/badge.svg";
        let shown = tenants.ask(&ours.host(), None, Method::GET, badge, None).await.expect(200);
        let other = tenants.ask(&theirs.host(), None, Method::GET, badge, None).await.expect(200);
        assert_ne!(shown.text, other.text, "both say: {}", shown.text);
        let page = http::Request::builder()
            .uri("/hal-browser/browser.html?path=/pacticipants/web")
            .header("host", theirs.host())
            .header("accept", "text/html")
            .header("authorization", format!("Bearer {}", theirs.token));
        let page = tenants.send(page.body(axum::body::Body::empty()).unwrap()).await.expect(200);
        assert!(page.text.contains("404") && !page.text.contains(OURS), "{}", page.text);
        // A search finds what is one's own.
        let found = tenants.get(&theirs, "/pacticipants?q=web").await.expect(200);
        assert_eq!(found.json["_embedded"]["pacticipants"].as_array().map(Vec::len), Some(0), "{}", found.text);
    }
}
