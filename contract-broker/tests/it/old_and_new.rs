//! An older broker and this one on one PostgreSQL database, under load, while this one migrates it. `.ci/old-and-new` builds
//! the older one.

use std::{
    process::Command,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use crate::{
    broker::publish_body,
    consistency,
    database::Database,
    process::{KEY, Process, command, ended},
    running::client,
};

/// The program of the older broker.
const OLD: &str = "CONTRACT_TEST_OLD_BROKER";
/// For how long both serve.
const TOGETHER: Duration = Duration::from_secs(5);

fn old(program: &str, database: &Database) -> Command {
    let mut command = Command::new(program);
    command
        .args(["--bind", "127.0.0.1:0", "--database-url", &database.url()])
        .env_clear()
        .env("CONTRACT_BROKER_WEBHOOK_ENCRYPTION_KEY", KEY)
        .current_dir(std::env::temp_dir());
    command
}

/// What a client met: versions whose publication was acknowledged, and answers that are neither that nor 503.
#[derive(Default)]
struct Met {
    acknowledged: Mutex<Vec<String>>,
    wrong: Mutex<Vec<String>>,
}

/// Publishes contracts and verifies them at one broker, and asks whether they can be deployed, until it is stopped.
async fn load(address: String, name: &'static str, met: Arc<Met>, stop: Arc<AtomicBool>) {
    let client = client();
    let mut number = 0;
    while !stop.load(Ordering::Relaxed) {
        number += 1;
        let version = format!("{name}.{number}");
        let body = publish_body(
            "web",
            &version,
            Some("main"),
            "api",
            &format!("content {}", number % 7),
        );
        let publish = client
            .post(format!("{address}/contracts/publish"))
            .json(&body)
            .send()
            .await
            .unwrap();
        let (status, text) = (publish.status().as_u16(), publish.text().await.unwrap());
        match status {
            200 => met.acknowledged.lock().unwrap().push(version.clone()),
            503 => continue,
            _ => met
                .wrong
                .lock()
                .unwrap()
                .push(format!("publish at {name}: {status} {text}")),
        }
        for path in [
            format!("/can-i-deploy?pacticipant=web&version={version}&to=prod"),
            format!("/pacticipants/web/versions/{version}"),
            "/pacts/provider/api/consumer/web/latest".to_owned(),
        ] {
            let answer = client.get(format!("{address}{path}")).send().await.unwrap();
            let status = answer.status().as_u16();
            if status != 200 && status != 503 {
                let text = answer.text().await.unwrap();
                met.wrong
                    .lock()
                    .unwrap()
                    .push(format!("{path} at {name}: {status} {text}"));
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_older_broker_serves_beside_this_one_while_it_migrates() {
    let Ok(program) = std::env::var(OLD) else {
        println!("skipped: {OLD} names no older broker; .ci/old-and-new builds one");
        return;
    };
    let Some(database) = Database::postgres() else {
        return;
    };
    database.create().await;
    let older = Process::spawn(&mut old(&program, &database));
    let steps = "SELECT MAX(number) FROM schema_migrations";
    let before = database.numbers(steps.to_owned()).await[0];
    let (met, stop) = (Arc::new(Met::default()), Arc::new(AtomicBool::new(false)));
    let mut clients = vec![tokio::spawn(load(
        older.address.clone(),
        "old",
        met.clone(),
        stop.clone(),
    ))];
    tokio::time::sleep(Duration::from_secs(1)).await;
    let mut newer = command(&database.url());
    let newer = Process::spawn(newer.env("CONTRACT_BROKER_WEBHOOK_ENCRYPTION_KEY", KEY));
    let after = database.numbers(steps.to_owned()).await[0];
    clients.push(tokio::spawn(load(
        newer.address.clone(),
        "new",
        met.clone(),
        stop.clone(),
    )));
    tokio::time::sleep(TOGETHER).await;
    stop.store(true, Ordering::Relaxed);
    for client in clients {
        client.await.unwrap();
    }
    let wrong = std::mem::take(&mut *met.wrong.lock().unwrap());
    assert!(wrong.is_empty(), "{wrong:#?}");
    let versions = std::mem::take(&mut *met.acknowledged.lock().unwrap());
    let of = |name: &str| {
        versions
            .iter()
            .filter(|version| version.starts_with(name))
            .count()
    };
    println!(
        "old and new: migrated from step {before} to {after} under load; {} publications by the old, {} by the new",
        of("old"),
        of("new")
    );
    assert!(of("old") > 0 && of("new") > 0);
    let client = client();
    for address in [&older.address, &newer.address] {
        for version in &versions {
            let url = format!("{address}/pacticipants/web/versions/{version}");
            let status = client.get(url).send().await.unwrap().status().as_u16();
            assert_eq!(status, 200, "{version} at {address}");
        }
    }
    older.stop();
    newer.stop();
    consistency::holds(&database).await;
    // Back to the older one: it serves what it can read, or says what it would have to know.
    let (_, _, said) = ended(old(&program, &database).args(["schema-version"]));
    assert!(!said.contains("panicked"), "{said}");
    let mut again = old(&program, &database);
    let mut started = again
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    tokio::time::sleep(Duration::from_secs(3)).await;
    if started.try_wait().unwrap().is_none() {
        println!("old and new: the old broker starts again on step {after}");
        started.kill().unwrap();
        started.wait().unwrap();
    } else {
        let output = started.wait_with_output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        println!("old and new: the old broker refuses step {after}: {said}");
        assert!(said.contains("its schema is at step"), "{said}");
    }
    assert_eq!(database.numbers(steps.to_owned()).await[0], after);
    database.remove().await;
}
