//! What was acknowledged is there after the process was killed; many clients at once lose nothing.

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
};

use http::StatusCode;
use serde_json::{Value, json};

use crate::{
    broker::{on_each_database, publish_body},
    consistency,
    process::Process,
    running::{Receiver, client, with_each_database},
    webhooks::webhook,
};

/// How often a broker is killed on one database.
const KILLS: usize = 4;

/// What a broker at an address answers; `None` when it was killed before it had answered.
async fn send(client: &reqwest::Client, url: &str, body: Option<Value>) -> Option<(StatusCode, Value)> {
    let request = match body {
        Some(body) => client.post(url).json(&body),
        None => client.get(url),
    };
    let answer = request
        .header("accept", "application/hal+json")
        .send()
        .await
        .ok()?;
    let status = answer.status();
    Some((status, answer.json().await.ok()?))
}

/// Publishes versions, and a result for each, until it is told to stop or the broker is gone. Gives the versions that
/// were acknowledged, each with whether its result was.
async fn publish(
    address: String,
    round: usize,
    writer: usize,
    done: Arc<AtomicUsize>,
    stop: Arc<AtomicBool>,
) -> Vec<(String, bool)> {
    let client = client();
    let mut acknowledged = Vec::new();
    for number in 0.. {
        if stop.load(Ordering::Relaxed) {
            break;
        }
        let version = format!("{round}.{writer}.{number}");
        let body = publish_body("web", &version, Some("main"), "api", &version);
        let Some((status, _)) = send(&client, &format!("{address}/contracts/publish"), Some(body)).await
        else {
            break;
        };
        assert_eq!(status, StatusCode::OK);
        acknowledged.push((version.clone(), false));
        done.fetch_add(1, Ordering::Relaxed);
        let url = format!("{address}/pacts/provider/api/consumer/web/version/{version}");
        let Some((_, contract)) = send(&client, &url, None).await else {
            break;
        };
        let link = contract["_links"]["pb:publish-verification-results"]["href"]
            .as_str()
            .unwrap();
        let result = json!({ "success": true, "providerApplicationVersion": version });
        let Some((status, _)) = send(&client, link, Some(result)).await else {
            break;
        };
        assert_eq!(status, StatusCode::CREATED);
        acknowledged.last_mut().unwrap().1 = true;
    }
    acknowledged
}

/// Four writers on a broker that is killed when `enough` completes; gives what was acknowledged.
async fn until_killed(
    process: Process,
    round: usize,
    enough: impl AsyncFnOnce(&AtomicUsize),
) -> Vec<(String, bool)> {
    let (done, stop) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicBool::new(false)));
    let writers: Vec<_> = (0..4)
        .map(|writer| {
            tokio::spawn(publish(
                process.address.clone(),
                round,
                writer,
                done.clone(),
                stop.clone(),
            ))
        })
        .collect();
    enough(&done).await;
    process.kill();
    stop.store(true, Ordering::Relaxed);
    let mut acknowledged = Vec::new();
    for writer in writers {
        acknowledged.extend(writer.await.unwrap());
    }
    acknowledged
}

with_each_database! {
    async fn everything_acknowledged_survives_kills(database) {
        let mut acknowledged = Vec::new();
        for round in 0..KILLS {
            let process = Process::start(database);
            let more = until_killed(process, round, async |done: &AtomicUsize| {
                while done.load(Ordering::Relaxed) < 20 {
                    tokio::task::yield_now().await;
                }
            });
            acknowledged.extend(more.await);
            consistency::holds(database).await;
        }
        let process = Process::start(database);
        let client = client();
        for (version, verified) in &acknowledged {
            let url = format!("{}/pacts/provider/api/consumer/web/version/{version}", process.address);
            let (status, body) = send(&client, &url, None).await.unwrap();
            assert_eq!(status, StatusCode::OK, "{version} was acknowledged and is gone");
            assert_eq!(body["interactions"][0]["description"], format!("a request for {version}"));
            let (status, result) = send(&client, &format!("{url}/verification-results/latest"), None).await.unwrap();
            if *verified {
                assert_eq!(status, StatusCode::OK, "the result of {version} was acknowledged and is gone");
                assert_eq!(result["providerApplicationVersion"], *version);
            }
        }
        let url = format!("{}/pacticipants/web/branches/main/latest-version", process.address);
        let (_, head) = send(&client, &url, None).await.unwrap();
        assert!(head["number"].as_str().unwrap().starts_with(&format!("{}.", KILLS - 1)), "{head}");
        process.stop();
    }

    async fn each_event_is_delivered_though_the_broker_is_killed(database) {
        let mut receiver = Receiver::start(0).await;
        // Two deliveries are under way at once.
        let flags = ["--webhook-schemes", "http", "--webhook-allowed-hosts", "127.0.0.1", "--webhook-concurrency", "2"];
        let start = || Process::start_with(&database.url(), &flags);
        let process = start();
        let hook = webhook(&receiver.url, &["contract_published"]);
        let (status, _) = send(&client(), &format!("{}/webhooks", process.address), Some(hook)).await.unwrap();
        assert_eq!(status, StatusCode::CREATED);
        process.stop();
        let (mut acknowledged, mut received) = (Vec::new(), Vec::new());
        for round in 0..KILLS {
            let more = until_killed(start(), round, async |_: &AtomicUsize| {
                for _ in 0..10 {
                    received.push(receiver.next().await);
                }
            });
            acknowledged.extend(more.await);
            // The time passes after which a node that did not come back is given up.
            database.execute("UPDATE triggered_webhooks SET due_at = 0 WHERE due_at IS NOT NULL".to_owned()).await;
        }
        let process = start();
        let left = "SELECT COUNT(*) FROM events_outbox WHERE name = 'contract_published' \
                    UNION ALL SELECT COUNT(*) FROM triggered_webhooks WHERE due_at IS NOT NULL";
        while database.numbers(left.to_owned()).await != [0, 0] {
            tokio::task::yield_now().await;
        }
        process.stop();
        received.extend(receiver.rest());
        // How often each delivery came, by the version that it is about.
        let mut deliveries: BTreeMap<String, BTreeMap<String, usize>> = BTreeMap::new();
        for one in &received {
            let version = one.json()["version"].as_str().unwrap().to_owned();
            let id = one.headers["webhook-id"].to_str().unwrap().to_owned();
            *deliveries.entry(version).or_default().entry(id).or_default() += 1;
        }
        for (version, _) in &acknowledged {
            let found = deliveries.get(version).map_or(0, BTreeMap::len);
            assert_eq!(found, 1, "deliveries for {version}");
        }
        let again: usize = deliveries.values().flat_map(BTreeMap::values).map(|count| count - 1).sum();
        assert!(again <= 2 * KILLS, "{again} came again, though two were under way at each kill");
        assert!(deliveries.values().all(|ids| ids.len() == 1), "each event is one delivery");
    }
}

on_each_database! {
    async fn many_clients_at_once_lose_nothing(broker) {
        let tasks: Vec<_> = (0..32)
            .map(|task| async move {
                // Every other client publishes versions of one shared pacticipant, all the same ones.
                let shared = task % 2 == 0;
                let consumer = if shared { "shared".to_owned() } else { format!("own-{task}") };
                for number in 0..6 {
                    let version = number.to_string();
                    let content = format!("{consumer}-{version}");
                    let body = publish_body(&consumer, &version, Some("main"), &format!("api-{}", number % 3), &content);
                    broker.post("/contracts/publish", body).await.expect(200);
                    let tag = format!("/pacticipants/{consumer}/versions/{version}/tags/t{}", task % 3);
                    assert!(broker.put(&tag, json!({})).await.status.is_success());
                }
            })
            .collect();
        futures_util::future::join_all(tasks).await;
        for consumer in ["shared", "own-1", "own-31"] {
            let versions = broker.get(&format!("/pacticipants/{consumer}/versions")).await.expect(200);
            let numbers: Vec<&str> = versions.json["_embedded"]["versions"].as_array().unwrap().iter()
                .map(|version| version["number"].as_str().unwrap()).collect();
            assert_eq!(numbers, ["5", "4", "3", "2", "1", "0"], "{consumer}");
            let head = broker.get(&format!("/pacticipants/{consumer}/branches/main/latest-version")).await.expect(200);
            assert_eq!(head.json["number"], "5", "{consumer}");
            let latest = broker.get(&format!("/pacts/provider/api-2/consumer/{consumer}/branch/main/latest")).await;
            assert_eq!(latest.expect(200).header("x-pact-consumer-version"), "5");
        }
        let metrics = broker.get("/metrics").await.json;
        assert_eq!(metrics["pactPublications"]["count"], 17 * 6);
        assert_eq!(metrics["integrations"]["count"], 17 * 3);
    }

    async fn several_nodes_start_at_once_and_migrate_once(broker) {
        let nodes: Vec<Process> = std::thread::scope(|scope| {
            let starts: Vec<_> = (0..4).map(|_| scope.spawn(|| Process::start(&broker.database))).collect();
            starts.into_iter().map(|start| start.join().unwrap()).collect()
        });
        for node in nodes {
            let (status, _) = send(&client(), &format!("{}/readyz", node.address), None).await.unwrap();
            assert_eq!(status, StatusCode::OK);
            node.kill();
        }
    }
}
