//! A trace goes from a publication to the receiver of a webhook, whether spans are exported or not.

use reqwest::{Method, StatusCode};
use serde_json::Value;

use crate::{
    broker::publish_body,
    database::Database,
    monitored::Monitored,
    process::{KEY, command},
    running::{Receiver, Running, client, with_each_database},
    webhooks::{config, webhook},
};

const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const SPAN: &str = "00f067aa0ba902b7";

/// Trace and span of a header.
fn parts(traceparent: &str) -> (&str, &str) {
    let parts: Vec<&str> = traceparent.split('-').collect();
    assert_eq!(
        (parts.len(), parts[0], parts[3]),
        (4, "00", "01"),
        "{traceparent}"
    );
    (parts[1], parts[2])
}

with_each_database! {
    async fn each_attempt_of_a_webhook_is_part_of_the_trace_of_its_publication(database) {
        let broker = Running::start(database, config()).await;
        let mut receiver = Receiver::start(1).await;
        let events = ["contract_published", "provider_verification_published"];
        broker.expect(201, Method::POST, "/webhooks", webhook(&receiver.url, &events)).await;
        let body = publish_body("web", "1", None, "api", "a");
        let published = broker
            .request(Method::POST, "/contracts/publish")
            .header("traceparent", format!("00-{TRACE}-{SPAN}-01"))
            .json(&body)
            .send()
            .await
            .unwrap();
        assert_eq!(published.status(), StatusCode::OK);
        let mut spans = vec![SPAN.to_owned()];
        for attempt in 1..=2 {
            let received = receiver.next().await;
            let (trace, span) = parts(received.headers["traceparent"].to_str().unwrap());
            assert_eq!(trace, TRACE, "attempt {attempt}");
            assert!(!spans.contains(&span.to_owned()), "each attempt has a span of its own");
            spans.push(span.to_owned());
        }
        // What names no trace, or none that can be read, begins one.
        let (_, contract) = broker.get("/pacts/provider/api/consumer/web/latest").await;
        let link = contract["_links"]["pb:publish-verification-results"]["href"].as_str().unwrap();
        let mut traces = vec![TRACE.to_owned()];
        for header in [None, Some("00-xyz"), Some("00-00000000000000000000000000000000-00f067aa0ba902b7-01")] {
            let mut request = client()
                .post(link)
                .json(&serde_json::json!({ "success": true, "providerApplicationVersion": "1" }));
            if let Some(header) = header {
                request = request.header("traceparent", header);
            }
            assert_eq!(request.send().await.unwrap().status(), StatusCode::CREATED);
            let received = receiver.next().await;
            let (trace, _) = parts(received.headers["traceparent"].to_str().unwrap());
            assert!(!traces.contains(&trace.to_owned()), "{trace}");
            traces.push(trace.to_owned());
        }
        broker.stop().await;
    }

    async fn a_webhook_that_names_a_trace_itself_keeps_it(database) {
        let broker = Running::start(database, config()).await;
        let mut receiver = Receiver::start(0).await;
        let own = format!("00-{}-{SPAN}-00", "ab".repeat(16));
        let mut hook = webhook(&receiver.url, &["contract_published"]);
        hook["request"]["headers"]["Traceparent"] = own.clone().into();
        broker.expect(201, Method::POST, "/webhooks", hook).await;
        broker.expect(200, Method::POST, "/contracts/publish", publish_body("web", "1", None, "api", "a")).await;
        let received = receiver.next().await;
        let sent: Vec<_> = received.headers.get_all("traceparent").iter().collect();
        assert_eq!(sent, [own.as_str()]);
        broker.stop().await;
    }
}

#[tokio::test]
async fn log_lines_and_problem_details_name_the_trace() {
    let (database, mut receiver) = (Database::sqlite(), Receiver::start(9).await);
    let mut command = command(&database.url());
    command
        .args([
            "--log-format=json",
            "--metrics-bind=127.0.0.1:0",
            "--webhook-schemes=http",
            "--webhook-allowed-hosts=127.0.0.1",
            "--webhook-retry-schedule=1ms",
        ])
        .env("CONTRACT_BROKER_WEBHOOK_ENCRYPTION_KEY", KEY);
    let broker = Monitored::spawn(&mut command);
    let client = client();
    let named = format!("00-{TRACE}-{SPAN}-01");
    let hook = webhook(&receiver.url, &["contract_published"]);
    assert_eq!(broker.send(Method::POST, "/webhooks", hook).await.0, 201);
    let problem = client
        .get(format!("{}/pacticipants/nobody", broker.process.address))
        .header("accept", "application/problem+json")
        .header("traceparent", &named);
    let problem: Value = problem.send().await.unwrap().json().await.unwrap();
    assert_eq!(
        (&problem["status"], &problem["traceId"]),
        (&404.into(), &TRACE.into())
    );
    let failing = client
        .get(format!("{}/test/error", broker.process.address))
        .header("traceparent", &named);
    assert_eq!(failing.send().await.unwrap().status(), 500);
    let publish = client
        .post(format!("{}/contracts/publish", broker.process.address))
        .header("traceparent", &named)
        .json(&publish_body("web", "1", None, "api", "a"));
    assert_eq!(publish.send().await.unwrap().status(), 200);
    receiver.next().await;
    receiver.next().await;
    let log = broker.process.stop();
    let lines: Vec<Value> = log
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let requests: Vec<&Value> = lines
        .iter()
        .filter(|line| line["target"] == "contract_broker::access" && line["fields"]["trace_id"] == TRACE)
        .collect();
    let routes: Vec<&str> = requests
        .iter()
        .filter_map(|line| line["fields"]["route"].as_str())
        .collect();
    assert_eq!(
        routes,
        ["/pacticipants/{pacticipant}", "/test/error", "/contracts/publish"],
        "{log}"
    );
    for message in [
        "a request failed",
        "webhook not delivered, will be tried again",
        "webhook not delivered, gave up",
    ] {
        let line = lines.iter().find(|line| line["fields"]["message"] == message);
        let line = line.unwrap_or_else(|| panic!("{message}: {log}"));
        assert_eq!(line["span"]["trace_id"], TRACE, "{line}");
    }
}
