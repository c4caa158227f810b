//! Webhooks, as clients write them and as receivers get them.

use std::time::Duration;

use axum::{body::Body, http::Request};
use contract_broker::{Broker, Config};
use reqwest::Method;
use serde_json::{Value, json};
use tower::ServiceExt as _;

use crate::{
    broker::{Database, publish_body},
    running::{Receiver, Running, with_each_database},
};

/// Settings that let webhooks reach a receiver of the test, and repeat at once.
pub(crate) fn config() -> Config {
    Config {
        webhook_schemes: vec!["http".into(), "https".into()],
        webhook_allowed_hosts: vec!["127.0.0.1".into(), "*.example.org".into()],
        webhook_retry_schedule: vec![Duration::from_millis(1); 2],
        webhook_signing_secret: Some("whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA".into()),
        webhook_encryption_key: Some("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=".into()),
        ..Config::default()
    }
}

pub(crate) fn webhook(url: &str, events: &[&str]) -> Value {
    json!({
        "description": "Build the provider",
        "events": events.iter().map(|name| json!({ "name": name })).collect::<Vec<_>>(),
        "request": {
            "method": "POST",
            "url": url,
            "headers": {"Authorization": "Bearer swordfish", "Content-Type": "application/json"},
            "body": {
                "consumer": "${pactbroker.consumerName}",
                "version": "${pactbroker.consumerVersionNumber}",
                "branch": "${pactbroker.consumerVersionBranch}",
                "event": "${pactbroker.eventName}",
                "status": "${pactbroker.githubVerificationStatus}",
                "pact": "${pactbroker.pactUrl}",
            },
        },
    })
}

async fn publish(broker: &Running, version: &str, branch: &str, content: &str) {
    let body = publish_body("web \"1\"", version, Some(branch), "api", content);
    broker.expect(200, Method::POST, "/contracts/publish", body).await;
}

/// A receiver that takes connections and never answers.
struct Hanging {
    url: String,
    task: tokio::task::JoinHandle<()>,
}

impl Hanging {
    async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let task = tokio::spawn(async move {
            let mut taken = Vec::new();
            while let Ok((connection, _)) = listener.accept().await {
                taken.push(connection);
            }
        });
        Self {
            url: format!("http://localhost:{port}"),
            task,
        }
    }

    /// Closes every connection.
    fn stop(self) {
        self.task.abort();
    }
}

/// Makes requests of a node that answers them and never works on its queues.
pub(crate) async fn ask_idle(
    database: &Database,
    requests: impl IntoIterator<Item = (Method, &'static str, Value)>,
) {
    let config = Config {
        database_url: database.url(),
        ..config()
    };
    let node = Broker::build(config).await.unwrap().router();
    for (method, path, body) in requests {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header("content-type", "application/json");
        let request = request.body(Body::from(body.to_string())).unwrap();
        let answer = node.clone().oneshot(request).await.unwrap();
        assert!(answer.status().is_success(), "{path}");
    }
}

/// The deliveries of a webhook, newest first, once none is under way.
pub(crate) async fn settled(broker: &Running, uuid: &str) -> Vec<Value> {
    loop {
        let (_, body) = broker.get(&format!("/webhooks/{uuid}/triggered-webhooks")).await;
        let found = body["_embedded"]["triggeredWebhooks"].as_array().unwrap().clone();
        let done = |one: &Value| one["status"] == "success" || one["status"] == "failure";
        if !found.is_empty() && found.iter().all(done) {
            return found;
        }
        tokio::task::yield_now().await;
    }
}

with_each_database! {
    async fn a_webhook_is_created_read_changed_listed_and_removed(database) {
        let broker = Running::start(database, config()).await;
        let body = webhook("https://ci.example.org/a", &["contract_published"]);
        let created = broker.expect(201, Method::POST, "/webhooks", body).await;
        let own = format!("/webhooks/{}", created["uuid"].as_str().unwrap());
        assert_eq!(created["request"]["headers"]["Authorization"], "**********");
        assert!(created["_links"]["pb:execute"]["href"].as_str().unwrap().ends_with("/execute"));

        let mut changed = created.clone();
        changed["description"] = json!("Another");
        changed["enabled"] = json!(false);
        let changed = broker.expect(200, Method::PUT, &own, changed).await;
        assert_eq!((&changed["description"], &changed["enabled"]), (&json!("Another"), &json!(false)));

        let (_, list) = broker.get("/webhooks").await;
        assert_eq!(list["_links"]["pb:webhooks"][0]["title"], "Another");
        broker.expect(204, Method::DELETE, &own, Value::Null).await;
        broker.expect(404, Method::GET, &own, Value::Null).await;
        broker.expect(404, Method::DELETE, &own, Value::Null).await;
        broker.stop().await;
    }

    async fn a_client_chooses_the_uuid_with_put(database) {
        let broker = Running::start(database, config()).await;
        let body = webhook("https://ci.example.org/a", &[]);
        broker.expect(201, Method::PUT, "/webhooks/0123456789abcdef", body.clone()).await;
        broker.expect(200, Method::PUT, "/webhooks/0123456789abcdef", body.clone()).await;
        broker.expect(400, Method::PUT, "/webhooks/short", body).await;
        broker.stop().await;
    }

    async fn webhooks_are_listed_and_created_for_names_and_labels(database) {
        let broker = Running::start(database, config()).await;
        for name in ["web", "api"] {
            broker.expect(201, Method::POST, "/pacticipants", json!({ "name": name })).await;
        }
        broker.expect(201, Method::PUT, "/pacticipants/api/labels/core", Value::Null).await;
        let body = webhook("https://ci.example.org/a", &[]);
        let created = broker.expect(201, Method::POST, "/webhooks/provider/api/consumer/web", body.clone()).await;
        assert_eq!((&created["consumer"]["name"], &created["provider"]["name"]), (&json!("web"), &json!("api")));
        let mut labelled = body.clone();
        labelled["provider"] = json!({"label": "core"});
        broker.expect(201, Method::POST, "/webhooks", labelled).await;
        let count = async |path: &str| broker.get(path).await.1["_links"]["pb:webhooks"].as_array().unwrap().len();
        assert_eq!(count("/webhooks/provider/api").await, 2);
        assert_eq!(count("/pacts/provider/api/consumer/web/webhooks").await, 2);
        assert_eq!(count("/webhooks/provider/web").await, 0);
        broker.expect(404, Method::GET, "/webhooks/provider/nobody", Value::Null).await;
        broker.expect(404, Method::POST, "/webhooks/provider/nobody", body).await;
        broker.stop().await;
    }

    async fn what_is_wrong_with_a_webhook_is_said_by_member(database) {
        let broker = Running::start(database, config()).await;
        let body = broker.expect(400, Method::POST, "/webhooks", webhook("http://169.254.169.254/", &[])).await;
        let message = body["errors"]["request.url"][0].as_str().unwrap();
        assert!(message.contains("must not reach 169.254.169.254"), "{message}");
        let mut unknown = webhook("https://ci.example.org/a", &[]);
        unknown["provider"] = json!({"name": "nobody"});
        let body = broker.expect(400, Method::POST, "/webhooks", unknown).await;
        assert!(body["errors"]["provider.name"].is_array(), "{body}");
        broker.stop().await;
    }

    async fn a_webhook_can_be_tried_out_before_anything_was_published(database) {
        let mut receiver = Receiver::start(0).await;
        let broker = Running::start(database, config()).await;
        let body = webhook(&format!("{}/try", receiver.url), &[]);
        let created = broker.expect(201, Method::POST, "/webhooks", body).await;
        let execute = format!("/webhooks/{}/execute", created["uuid"].as_str().unwrap());
        let result = broker.expect(200, Method::POST, &execute, Value::Null).await;
        assert_eq!((&result["success"], &result["response"]["status"]), (&json!(true), &json!(200)));
        assert_eq!(result["request"]["headers"]["Authorization"], "**********");
        let received = receiver.next().await;
        assert_eq!(received.uri.path(), "/try");
        assert_eq!(received.headers["authorization"], "Bearer swordfish");
        assert!(received.headers["webhook-signature"].to_str().unwrap().starts_with("v1,"));
        assert_eq!((&received.json()["consumer"], &received.json()["event"]), (&json!("placeholder-consumer"), &json!("test")));
        let body = webhook(&receiver.url, &[]);
        assert_eq!(broker.expect(200, Method::POST, "/webhooks/execute", body).await["success"], true);
        broker.stop().await;
    }

    async fn a_publication_sets_off_the_webhooks_that_are_for_it(database) {
        let mut receiver = Receiver::start(0).await;
        let broker = Running::start(database, config()).await;
        let mut wanted = webhook(&receiver.url, &["contract_content_changed"]);
        wanted["filters"] = json!({"consumerBranches": ["main", "feat/\"x\""]});
        let uuid = broker.expect(201, Method::POST, "/webhooks", wanted).await["uuid"].as_str().unwrap().to_owned();
        publish(&broker, "1", "other", "a").await;
        publish(&broker, "2", "feat/\"x\"", "b").await;
        let received = receiver.next().await.json();
        assert_eq!(received["consumer"], "web \"1\"");
        assert_eq!((&received["version"], &received["branch"]), (&json!("2"), &json!("feat/\"x\"")));
        assert_eq!((&received["event"], &received["status"]), (&json!("contract_content_changed"), &json!("pending")));
        let contract = received["pact"].as_str().unwrap().strip_prefix(&broker.url).unwrap().to_owned();
        broker.expect(200, Method::GET, &contract, Value::Null).await;
        let sent = settled(&broker, &uuid).await;
        assert_eq!((sent.len(), &sent[0]["status"], &sent[0]["attemptsMade"]), (1, &json!("success"), &json!(1)));
        let of = broker.get("/pacts/provider/api/consumer/web%20%221%22/version/2/triggered-webhooks").await.1;
        assert_eq!(of["_embedded"]["triggeredWebhooks"].as_array().unwrap().len(), 1);
        let status = broker.get("/pacts/provider/api/consumer/web%20%221%22/webhooks/status").await.1;
        assert_eq!(status["summary"], json!({"successful": 1, "failed": 0}));
        assert!(receiver.rest().is_empty());
        // What was sent stays to be read when the webhook is gone.
        let own = format!("/webhooks/{uuid}");
        broker.expect(204, Method::DELETE, &own, Value::Null).await;
        let kept = broker.expect(200, Method::GET, &format!("{own}/triggered-webhooks"), Value::Null).await;
        assert_eq!(kept["_embedded"]["triggeredWebhooks"].as_array().unwrap().len(), 1);
        broker.stop().await;
    }

    async fn what_fails_is_repeated_with_the_same_id_then_kept_to_be_replayed(database) {
        let mut receiver = Receiver::start(3).await;
        let broker = Running::start(database, config()).await;
        let standing = async || broker.get("/dashboard").await.1["items"][0].clone();
        let body = webhook(&receiver.url, &["contract_published"]);
        let uuid = broker.expect(201, Method::POST, "/webhooks", body).await["uuid"].as_str().unwrap().to_owned();
        publish(&broker, "1", "main", "a").await;
        let failed = settled(&broker, &uuid).await.remove(0);
        assert_eq!(standing().await["webhookStatus"], "failure");
        assert_eq!((&failed["status"], &failed["attemptsMade"], &failed["attemptsRemaining"]), (&json!("failure"), &json!(3), &json!(0)));
        let ids: Vec<_> = receiver.rest().iter().map(|one| one.headers["webhook-id"].clone()).collect();
        assert_eq!(ids.len(), 3);
        assert!(ids.iter().all(|id| *id == ids[0]));
        let dead = broker.get("/triggered-webhooks?status=failure").await.1;
        assert_eq!(dead["_embedded"]["triggeredWebhooks"][0]["uuid"], failed["uuid"]);

        let own = format!("/triggered-webhooks/{}", failed["uuid"].as_str().unwrap());
        broker.expect(202, Method::POST, &format!("{own}/replay"), Value::Null).await;
        assert_eq!(receiver.next().await.headers["webhook-id"], ids[0]);
        let replayed = settled(&broker, &uuid).await.remove(0);
        assert_eq!((&replayed["status"], &replayed["attemptsMade"]), (&json!("success"), &json!(4)));
        assert_eq!(standing().await["webhookStatus"], "success");
        assert!(standing().await["latestWebhookExecution"]["triggeredAt"].is_string());
        let logs = broker.get(&format!("{own}/logs")).await.1;
        let outcomes: Vec<_> = logs["executions"].as_array().unwrap().iter().map(|one| one["success"].clone()).collect();
        assert_eq!(outcomes, [json!(false), json!(false), json!(false), json!(true)]);
        assert!(!logs.to_string().contains("swordfish"), "{logs}");
        broker.stop().await;
    }

    async fn the_publisher_is_told_who_is_told(database) {
        let broker = Running::start(database, config()).await;
        let notices = async |version: &str, branch: &str| -> Vec<String> {
            let body = publish_body("web", version, Some(branch), "api", version);
            let answer = broker.expect(200, Method::POST, "/contracts/publish", body).await;
            let notices = answer["notices"].as_array().unwrap();
            notices.iter().map(|notice| notice["text"].as_str().unwrap().to_owned()).collect()
        };
        let none = notices("1", "main").await;
        assert!(none.contains(&"  No enabled webhooks found for the detected events".to_owned()), "{none:?}");
        let mut wanted = webhook("https://ci.example.org/a", &["contract_content_changed"]);
        wanted["filters"] = json!({"consumerBranches": ["main"]});
        broker.expect(201, Method::POST, "/webhooks", wanted.clone()).await;
        wanted["enabled"] = json!(false);
        wanted["description"] = json!("Asleep");
        broker.expect(201, Method::POST, "/webhooks", wanted).await;
        let logs = format!("    View logs at {}/pacts/provider/api/consumer/web/version/2/triggered-webhooks", broker.url);
        let told = notices("2", "main").await;
        let at = told.iter().position(|text| text.starts_with("  Events detected: contract_published, ")).unwrap();
        let expected = ["  Webhook \"Build the provider\" triggered for event contract_content_changed".to_owned(), logs];
        assert_eq!(told[at + 1..=at + 2], expected);
        let other = notices("3", "feat/x").await;
        assert!(other.contains(&"  No enabled webhooks found for the detected events".to_owned()), "{other:?}");
        broker.stop().await;
    }

    async fn the_dashboard_says_how_webhooks_stand(database) {
        let broker = Running::start(database, config()).await;
        publish(&broker, "1", "main", "a").await;
        let status = async || broker.get("/dashboard").await.1["items"][0]["webhookStatus"].clone();
        assert_eq!(status().await, "none");
        let mut wanted = webhook("https://ci.example.org/a", &["contract_published"]);
        wanted["provider"] = json!({"label": "watched"});
        broker.expect(201, Method::POST, "/webhooks", wanted).await;
        assert_eq!(status().await, "none");
        broker.expect(201, Method::PUT, "/pacticipants/api/labels/watched", Value::Null).await;
        assert_eq!(status().await, "not_run");
        broker.stop().await;
    }

    async fn a_page_sends_a_dead_letter_again_for_those_who_may_write(database) {
        let mut receiver = Receiver::start(3).await;
        let accounts = Config {
            auth_tokens: vec!["writer".into()],
            auth_read_only_tokens: vec!["reader".into()],
            ..config()
        };
        let broker = Running::start(database, accounts).await;
        let call = async |token: &str, method: Method, path: &str, body: Value| {
            let request = broker.request(method, path).bearer_auth(token);
            let request = if body.is_null() { request } else { request.json(&body) };
            request.send().await.unwrap()
        };
        let visit = async |token: &str, path: &str| {
            let answer = broker.request(Method::GET, path).bearer_auth(token).header("accept", "text/html").send().await.unwrap();
            answer.text().await.unwrap()
        };
        call("writer", Method::POST, "/webhooks", webhook(&receiver.url, &["contract_published"])).await;
        call("writer", Method::POST, "/contracts/publish", publish_body("web", "1", None, "api", "a")).await;
        let button = "<button class=\"small\">Send again</button>";
        let text = loop {
            let text = visit("writer", "/webhooks").await;
            if text.contains(button) {
                break text;
            }
            tokio::task::yield_now().await;
        };
        assert_eq!(receiver.rest().len(), 3);
        assert!(!visit("reader", "/webhooks").await.contains(button));
        let action = text.split("action=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        let send = async |token: &str, site: &str| {
            let form = broker.request(Method::POST, &action).bearer_auth(token).header("accept", "text/html");
            let form = form.header("content-type", "application/x-www-form-urlencoded").header("sec-fetch-site", site);
            form.send().await.unwrap()
        };
        assert_eq!(send("reader", "same-origin").await.status(), 403);
        assert_eq!(send("writer", "cross-site").await.status(), 403);
        assert!(receiver.rest().is_empty());
        let sent = send("writer", "same-origin").await;
        assert_eq!(sent.status(), 303);
        receiver.next().await;
        assert!(visit("writer", sent.headers()["location"].to_str().unwrap()).await.contains("Attempt 3"));
        broker.stop().await;
    }

    async fn a_receiver_that_hangs_holds_up_its_own_deliveries_only(database) {
        let (hanging, mut receiver) = (Hanging::start().await, Receiver::start(0).await);
        let settings = Config {
            // Whoever waits for the receiver that hangs waits for ever.
            webhook_timeout: Duration::from_hours(1),
            webhook_concurrency: 5,
            webhook_concurrency_per_host: 2,
            webhook_allowed_hosts: vec!["127.0.0.1".into(), "localhost".into()],
            ..config()
        };
        let broker = Running::start(database, settings).await;
        for url in [&hanging.url, &hanging.url, &receiver.url] {
            broker.expect(201, Method::POST, "/webhooks", webhook(url, &["contract_published"])).await;
        }
        for number in 0..12 {
            publish(&broker, &number.to_string(), "main", &number.to_string()).await;
        }
        let mut versions: Vec<u64> = Vec::new();
        for _ in 0..12 {
            versions.push(receiver.next().await.json()["version"].as_str().unwrap().parse().unwrap());
        }
        versions.sort_unstable();
        assert_eq!(versions, (0..12).collect::<Vec<_>>());
        hanging.stop();
        broker.stop().await;
    }

    async fn what_was_sent_is_shown_with_its_webhook_versions_and_answers(database) {
        let receiver = Receiver::start(3).await;
        let broker = Running::start(database, config()).await;
        let hook = webhook(&receiver.url, &["contract_published"]);
        let uuid = broker.expect(201, Method::POST, "/webhooks", hook).await["uuid"].as_str().unwrap().to_owned();
        publish(&broker, "0123456789abcdef0123456789abcdef01234567", "main", "a").await;
        settled(&broker, &uuid).await;
        let page = async |path: &str| {
            let answer = broker.request(Method::GET, path).header("accept", "text/html").send().await.unwrap();
            assert_eq!(answer.status(), 200, "{path}");
            answer.text().await.unwrap()
        };
        let contract = "/pacts/provider/api/consumer/web%20%221%22/version/0123456789abcdef0123456789abcdef01234567";
        for path in ["/webhooks", &format!("/webhooks/{uuid}"), &format!("{contract}/triggered-webhooks")] {
            let text = page(path).await;
            for part in ["contract_published", "title=\"0123456789abcdef0123456789abcdef01234567\">0123456789…</span>", ">failed</a>", ">500</span>"] {
                assert!(text.contains(part), "{part} in {path}: {text}");
            }
        }
        assert!(page("/webhooks").await.contains(">Build the provider</a>"));
        assert!(page(&format!("{contract}/triggered-webhooks")).await.contains(">Build the provider</a>"));
        broker.stop().await;
    }

    async fn an_event_of_a_node_that_died_is_delivered_by_the_next(database) {
        let mut receiver = Receiver::start(0).await;
        ask_idle(database, [
            (Method::PUT, "/webhooks/0123456789abcdef", webhook(&receiver.url, &["contract_published"])),
            (Method::POST, "/contracts/publish", publish_body("web", "1", Some("main"), "api", "a")),
        ]).await;
        assert!(receiver.rest().is_empty());
        let broker = Running::start(database, config()).await;
        assert_eq!(receiver.next().await.json()["version"], "1");
        assert_eq!(settled(&broker, "0123456789abcdef").await.len(), 1);
        broker.stop().await;
        assert!(receiver.rest().is_empty());
    }

    async fn several_nodes_deliver_each_event_once(database) {
        let mut receiver = Receiver::start(0).await;
        let first = Running::start(database, config()).await;
        let second = Running::start(database, config()).await;
        let body = webhook(&receiver.url, &["contract_published"]);
        first.expect(201, Method::PUT, "/webhooks/0123456789abcdef", body).await;
        for number in 0..20 {
            let node = if number % 2 == 0 { &first } else { &second };
            publish(node, &number.to_string(), "main", &number.to_string()).await;
        }
        let mut versions: Vec<u64> = Vec::new();
        for _ in 0..20 {
            versions.push(receiver.next().await.json()["version"].as_str().unwrap().parse().unwrap());
        }
        versions.sort_unstable();
        assert_eq!(versions, (0..20).collect::<Vec<_>>());
        assert_eq!(settled(&first, "0123456789abcdef").await.len(), 20);
        first.stop().await;
        second.stop().await;
        assert!(receiver.rest().is_empty());
    }

    async fn a_result_is_told_with_its_status_and_address(database) {
        let mut receiver = Receiver::start(0).await;
        let broker = Running::start(database, config()).await;
        let mut body = webhook(&receiver.url, &["provider_verification_failed"]);
        body["request"]["body"]["result"] = json!("${pactbroker.verificationResultUrl}");
        broker.expect(201, Method::POST, "/webhooks", body).await;
        publish(&broker, "1", "main", "a").await;
        let contract = broker.get("/pacts/provider/api/consumer/web%20%221%22/version/1").await.1;
        let link = contract["_links"]["pb:publish-verification-results"]["href"].as_str().unwrap().to_owned();
        let link = link.strip_prefix(&broker.url).unwrap();
        broker.expect(201, Method::POST, link, json!({"success": false, "providerApplicationVersion": "9"})).await;
        let received = receiver.next().await.json();
        assert_eq!((&received["status"], &received["event"]), (&json!("failure"), &json!("provider_verification_failed")));
        let result = received["result"].as_str().unwrap().strip_prefix(&broker.url).unwrap().to_owned();
        assert_eq!(broker.get(&result).await.1["success"], false);
        broker.stop().await;
    }
}

#[tokio::test]
async fn secrets_are_not_in_the_database_in_clear() {
    let database = crate::broker::Database::sqlite();
    let broker = Running::start(
        &database,
        Config {
            webhook_encryption_key: None,
            ..config()
        },
    )
    .await;
    broker
        .expect(
            201,
            Method::POST,
            "/webhooks",
            webhook("https://ci.example.org/a", &[]),
        )
        .await;
    let crate::broker::Database::Sqlite(directory) = &database else {
        unreachable!("it is SQLite")
    };
    let files: Vec<_> = std::fs::read_dir(directory.path())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    assert!(
        files
            .iter()
            .any(|path| path.extension().is_some_and(|extension| extension == "key"))
    );
    for path in files {
        let bytes = std::fs::read(&path).unwrap();
        assert!(
            !bytes.windows(9).any(|part| part == b"swordfish"),
            "{}",
            path.display()
        );
    }
    broker.stop().await;
}
