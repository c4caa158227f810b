//! The drill: back up a broker under load, kill it, restore, and look whether everything is there.

use std::{
    fs,
    path::Path,
    process::Command,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
};

use reqwest::StatusCode;

use crate::{
    broker::publish_body,
    consistency,
    database::Database,
    process::{Process, command, ended},
    running::client,
    webhooks::webhook,
};

fn file(database: &Database) -> &Path {
    match database {
        Database::Sqlite(directory) => directory.path(),
        Database::Postgres { .. } => unreachable!("back-ups are of SQLite"),
    }
}

/// Runs the broker's binary with a sub-command on a database.
fn run(database: &Database, arguments: &[&str]) -> (Option<i32>, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_contract-broker"));
    command
        .args(arguments)
        .args(["--database-url", &database.url()])
        .env_clear();
    ended(&mut command)
}

async fn publish(address: &str, number: usize) {
    let version = number.to_string();
    let body = publish_body(
        "Shop",
        &version,
        Some("main"),
        "Stock",
        &format!("c{}", number % 7),
    );
    let answer = client()
        .post(format!("{address}/contracts/publish"))
        .json(&body)
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_acknowledged_before_a_back_up_under_load_is_there_after_the_restore() {
    let (source, target) = (Database::sqlite(), Database::sqlite());
    let broker = Process::spawn(&mut command(&source.url()));
    let made = client()
        .post(format!("{}/webhooks", broker.address))
        .json(&webhook("https://ci.example.org/a", &["contract_published"]))
        .send()
        .await
        .unwrap();
    assert_eq!(made.status(), StatusCode::CREATED);
    let (done, is_over) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicBool::new(false)));
    let load = tokio::spawn({
        let (address, done, is_over) = (broker.address.clone(), done.clone(), is_over.clone());
        async move {
            while !is_over.load(Ordering::SeqCst) {
                publish(&address, done.load(Ordering::SeqCst) + 1).await;
                done.fetch_add(1, Ordering::SeqCst);
            }
        }
    });
    while done.load(Ordering::SeqCst) < 20 {
        tokio::task::yield_now().await;
    }
    let acknowledged = done.load(Ordering::SeqCst);
    let copy = file(&source).join("copy");
    let copy = copy.to_str().unwrap();
    let (code, said, error) = run(&source, &["backup", "--to", copy]);
    assert_eq!(code, Some(0), "{error}");
    assert!(
        said.contains("the encryption key to") && said.contains("copy.key"),
        "{said}"
    );
    is_over.store(true, Ordering::SeqCst);
    load.await.unwrap();
    broker.kill();

    let (code, said, error) = run(&target, &["restore", "--from", copy]);
    assert_eq!(code, Some(0), "{error}");
    assert!(said.starts_with("restored "), "{said}");
    consistency::holds(&target).await;
    let versions = target.numbers("SELECT COUNT(*) FROM versions".to_owned()).await[0];
    assert!(
        usize::try_from(versions).unwrap() >= acknowledged,
        "{versions} of {acknowledged}"
    );
    // It starts with the key of the back-up.
    let broker = Process::spawn(&mut command(&target.url()));
    publish(&broker.address, 1_000_000).await;
    broker.stop();
    consistency::holds(&target).await;
}

/// A broker with one webhook, closed, and its back-up.
async fn backed_up(flags: &[&str]) -> (Database, String) {
    let database = Database::sqlite();
    let broker = Process::spawn(&mut command(&database.url()));
    let made = client()
        .post(format!("{}/webhooks", broker.address))
        .json(&webhook("https://ci.example.org/a", &["contract_published"]))
        .send()
        .await
        .unwrap();
    assert_eq!(made.status(), StatusCode::CREATED);
    broker.stop();
    let copy = file(&database).join("copy").display().to_string();
    let (code, _, error) = run(&database, &[&["backup", "--to", &copy], flags].concat());
    assert_eq!(code, Some(0), "{error}");
    (database, copy)
}

#[tokio::test]
async fn a_restore_without_the_key_or_with_another_one_puts_nothing_in_place() {
    let (source, copy) = backed_up(&["--without-key"]).await;
    let target = Database::sqlite();
    let (code, _, error) = run(&target, &["restore", "--from", &copy]);
    assert_eq!(code, Some(1));
    assert!(
        error.contains("nothing was restored: the key file") && error.contains("what 1 webhook sends"),
        "{error}"
    );
    assert_eq!(
        fs::read_dir(file(&target)).unwrap().count(),
        0,
        "nothing is left behind"
    );
    let key = file(&target).join("broker.sqlite3.key");
    fs::write(&key, "BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBA=").unwrap();
    let (code, _, error) = run(&target, &["restore", "--from", &copy]);
    assert_eq!(code, Some(1));
    assert!(error.contains("is not the key of this database"), "{error}");
    fs::copy(file(&source).join("broker.sqlite3.key"), &key).unwrap();
    let (code, _, error) = run(&target, &["restore", "--from", &copy]);
    assert_eq!(code, Some(0), "{error}");
}

#[tokio::test]
async fn back_ups_and_restores_overwrite_nothing_and_notice_damage() {
    let (source, copy) = backed_up(&[]).await;
    let (code, _, error) = run(&source, &["backup", "--to", &copy]);
    assert_eq!(code, Some(1));
    assert!(error.contains("copy exists: choose another name"), "{error}");
    let (code, _, error) = run(&source, &["restore", "--from", &copy]);
    assert_eq!(code, Some(1));
    assert!(error.contains("exists: stop the broker"), "{error}");
    let nowhere = Database::sqlite();
    let (code, _, error) = run(&nowhere, &["backup", "--to", &format!("{copy}2")]);
    assert_eq!(code, Some(1));
    assert!(error.contains("there is no database"), "{error}");
    let mut bytes = fs::read(&copy).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle..].fill(7);
    fs::write(&copy, bytes).unwrap();
    let (code, _, error) = run(&nowhere, &["restore", "--from", &copy]);
    assert_eq!(code, Some(1), "{error}");
    assert!(!file(&nowhere).join("broker.sqlite3").exists());
}
