//! When a broker is ready, and when not any more.

use std::{sync::Arc, time::Duration};

use contract_broker::{Broker, Config, Monitor};
use reqwest::Client;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};

use crate::{
    database::Database,
    monitored::Monitored,
    process::{KEY, Process, command, ended},
    running::client,
};

/// The status and the body at an address.
async fn ask(client: &Client, url: &str) -> (u16, String) {
    let answer = client.get(url).send().await.unwrap();
    (answer.status().as_u16(), answer.text().await.unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broker_that_migrates_is_alive_and_not_ready() {
    let database = Database::sqlite();
    // Somebody else writes, so that the migration waits.
    let path = database.url().replace("sqlite:", "");
    let other = rusqlite::Connection::open(path).unwrap();
    other
        .execute_batch("PRAGMA journal_mode=WAL; BEGIN IMMEDIATE")
        .unwrap();

    let listen = async || TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (listener, metrics) = (Arc::new(listen().await), listen().await);
    let address = format!("http://{}", listener.local_addr().unwrap());
    let monitoring = format!("http://{}", metrics.local_addr().unwrap());
    let monitor = Monitor::start(metrics);
    let config = Config {
        database_url: database.url(),
        metrics_bind: Some(([127, 0, 0, 1], 0).into()),
        ..Config::default()
    };
    let building = {
        let listener = listener.clone();
        tokio::spawn(async move { Broker::build_behind(config, &listener).await.unwrap() })
    };
    let client = client();
    for base in [&address, &monitoring] {
        assert_eq!(ask(&client, &format!("{base}/healthz")).await.0, 200, "{base}");
        let (status, body) = ask(&client, &format!("{base}/readyz")).await;
        assert_eq!(status, 503, "{base}: {body}");
        assert!(body.contains("the broker is starting"), "{body}");
    }
    let publish = client
        .post(format!("{address}/contracts/publish"))
        .send()
        .await
        .unwrap();
    assert_eq!(publish.status(), 503);
    assert!(publish.headers().contains_key("retry-after"));
    assert_eq!(ask(&client, &format!("{monitoring}/metrics")).await.0, 503);
    assert!(!building.is_finished());

    other.execute_batch("ROLLBACK").unwrap();
    let broker = building.await.unwrap();
    monitor.watch(&broker);
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let serving = tokio::spawn(broker.serve(listener, async { drop(stopped.await) }));
    // The connections to the broker that was starting are closed, perhaps just when they are used again.
    let client = crate::running::client();
    for base in [&address, &monitoring] {
        assert_eq!(ask(&client, &format!("{base}/readyz")).await.0, 200, "{base}");
    }
    drop(stop);
    serving.await.unwrap().unwrap();
    monitor.stop().await;
}

#[tokio::test]
async fn a_broker_that_is_to_stop_is_not_ready_and_serves_on_for_a_while() {
    let database = Database::sqlite();
    let mut command = command(&database.url());
    command
        .args(["--metrics-bind=127.0.0.1:0", "--shutdown-delay=2s"])
        .env("CONTRACT_BROKER_WEBHOOK_ENCRYPTION_KEY", KEY);
    let broker = Monitored::spawn(&mut command);
    let client = client();
    let ready = format!("{}/readyz", broker.process.address);
    let before = client.get(&ready).send().await.unwrap();
    assert_eq!(
        (before.status().as_u16(), before.headers().get("connection")),
        (200, None)
    );
    broker.process.signal("TERM");
    let stopping = loop {
        let (status, body) = ask(&client, &ready).await;
        if status != 200 {
            break (status, body);
        }
    };
    assert_eq!(stopping.0, 503);
    assert!(stopping.1.contains("about to stop"), "{}", stopping.1);
    assert_eq!(broker.monitoring("/readyz").await.0, 503);
    // Requests that come meanwhile are served, and what it depends on is well.
    for path in ["/", "/healthz", "/diagnostic/status/dependencies"] {
        let url = format!("{}{path}", broker.process.address);
        let answer = client.get(&url).send().await.unwrap();
        assert_eq!(answer.status(), 200, "{path}");
        // The next request of this client goes elsewhere, before this connection is closed.
        let connection = answer
            .headers()
            .get("connection")
            .map(http::HeaderValue::as_bytes);
        assert_eq!(connection, Some(&b"close"[..]), "{path}");
    }
    broker.process.stop();
}

/// One answer on a connection that stays open: its head and its body.
async fn answer_on(stream: &mut TcpStream) -> std::io::Result<String> {
    stream
        .write_all(b"GET /pacticipants HTTP/1.1\r\nhost: localhost\r\n\r\n")
        .await?;
    let mut answer = Vec::new();
    loop {
        if stream.read_buf(&mut answer).await? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        let text = String::from_utf8_lossy(&answer);
        let length = text
            .split_once("content-length: ")
            .and_then(|(_, rest)| rest.split_once("\r\n"));
        if let (Some((_, body)), Some((length, _))) = (text.split_once("\r\n\r\n"), length)
            && body.len() >= length.parse().unwrap()
        {
            return Ok(text.into_owned());
        }
    }
}

/// Asks again and again, over a connection as long as the broker keeps it, until nobody listens; gives the number of answers.
async fn ask_until_gone(address: String) -> std::io::Result<u32> {
    let mut answers = 0;
    while let Ok(mut stream) = TcpStream::connect(&address).await {
        loop {
            let answer = answer_on(&mut stream).await?;
            assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
            answers += 1;
            if answer.contains("connection: close") {
                break;
            }
        }
    }
    Ok(answers)
}

#[tokio::test(flavor = "multi_thread")]
async fn no_request_is_lost_while_a_broker_under_load_stops() {
    for delay in ["0s", "200ms"] {
        let database = Database::sqlite();
        let broker = Process::start_with(&database.url(), &["--shutdown-delay", delay]);
        let address = broker.address.replace("http://", "");
        let clients: Vec<_> = (0..20)
            .map(|_| tokio::spawn(ask_until_gone(address.clone())))
            .collect();
        let mut first = TcpStream::connect(&address).await.unwrap();
        for _ in 0..50 {
            answer_on(&mut first).await.unwrap();
        }
        // A connection that nobody uses does not delay the end.
        broker.signal("TERM");
        for client in clients {
            assert!(client.await.unwrap().unwrap() > 0);
        }
        let log = broker.stop();
        assert!(!log.contains("cut off"), "{log}");
    }
}

#[tokio::test]
async fn readiness_needs_no_connection_of_the_pool_and_answers_within_its_time() {
    let Some(database) = Database::postgres() else {
        return;
    };
    database.create().await;
    let mut command = command(&database.url());
    command
        .args([
            "--metrics-bind=127.0.0.1:0",
            "--database-max-connections=1",
            "--http-request-timeout=20s",
        ])
        .env("CONTRACT_BROKER_WEBHOOK_ENCRYPTION_KEY", KEY);
    let broker = Monitored::spawn(&mut command);
    // The one connection waits for a table that somebody else has locked.
    let beside = database.connect().await;
    beside
        .rows("BEGIN; LOCK TABLE pacticipants IN ACCESS EXCLUSIVE MODE")
        .await;
    let url = format!("{}/pacticipants", broker.process.address);
    let waiting = tokio::spawn(client().get(url).send());
    let used = |scrape: &crate::monitored::Scrape| {
        scrape
            .text
            .contains("contract_broker_database_pool_connections{state=\"used\"} 1")
    };
    broker.scrape_until(used).await;
    let asked = tokio::time::timeout(Duration::from_secs(2), broker.monitoring("/readyz")).await;
    assert_eq!(asked.unwrap().0, 200);
    beside.rows("ROLLBACK").await;
    assert_eq!(waiting.await.unwrap().unwrap().status(), 200);
    broker.process.stop();
    database.remove().await;
}

#[tokio::test]
async fn the_command_for_containers_says_whether_a_broker_is_ready() {
    let database = Database::sqlite();
    let mut serving = command(&database.url());
    serving
        .args(["--metrics-bind=127.0.0.1:0", "--shutdown-delay=2s"])
        .env("CONTRACT_BROKER_WEBHOOK_ENCRYPTION_KEY", KEY);
    let broker = Monitored::spawn(&mut serving);
    let health = |args: &[&str]| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_contract-broker"));
        ended(command.arg("health").args(args).env_clear())
    };
    let metrics = broker.process.metrics.clone().unwrap().replace("/metrics", "");
    let bind = broker.process.address.replace("http://", "--bind=");
    let metrics_bind = metrics.replace("http://", "--metrics-bind=");
    for args in [
        &["--url", broker.process.address.as_str()][..],
        &["--url", metrics.as_str()],
        &[&bind],
        &[&metrics_bind],
    ] {
        let (code, said, errors) = health(args);
        assert_eq!(code, Some(0), "{args:?}: {errors}");
        assert!(said.contains("/readyz answers 200"), "{args:?}: {said}");
    }
    let missing = format!("{}/nothing/here", broker.process.address);
    let (code, said, errors) = health(&["--url", &missing]);
    assert_eq!((code, &*said), (Some(1), ""), "{errors}");
    assert!(errors.contains("answers 404"), "{errors}");
    broker.process.signal("TERM");
    let (code, errors) = loop {
        let (code, _, errors) = health(&[&bind]);
        if code != Some(0) {
            break (code, errors);
        }
    };
    assert_eq!(code, Some(1));
    assert!(
        errors.contains("answers 503 Service Unavailable: the broker is about to stop"),
        "{errors}"
    );
    broker.process.stop();
    let (code, _, errors) = health(&[&bind]);
    assert_eq!(code, Some(1));
    assert!(errors.contains("asking http://127.0.0.1:"), "{errors}");
}
