//! Changing the log level of a broker that runs.

use std::{fs, path::Path};

use crate::{
    database::Database,
    process::{KEY, Process, command},
    running::client,
};

/// Waits until a file has a text: the test's own time limit ends a wait for what never comes.
async fn until(file: &Path, text: &str) {
    while !fs::read_to_string(file).unwrap().contains(text) {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_hangup_reads_the_level_again_and_a_wrong_one_changes_nothing() {
    let (database, directory) = (Database::sqlite(), tempfile::tempdir().unwrap());
    let settings = directory.path().join("broker.toml");
    let write = |level: &str| {
        fs::write(
            &settings,
            format!("[log]\nlevel = \"{level}\"\nformat = \"json\"\n"),
        )
        .unwrap();
    };
    write("warn");
    let log = directory.path().join("log");
    let mut command = command(&database.url());
    command
        .args(["--config", settings.to_str().unwrap()])
        .env("CONTRACT_BROKER_WEBHOOK_ENCRYPTION_KEY", KEY);
    let process = Process::spawn_logging_to(&mut command, fs::File::create(&log).unwrap());
    let client = client();
    let ask = async |path: &str| {
        client
            .get(format!("{}{path}", process.address))
            .send()
            .await
            .unwrap();
    };
    ask("/before").await;

    write("info");
    process.signal("HUP");
    until(&log, "the log level was read again").await;
    ask("/after").await;
    until(&log, "\"path\":\"/after\"").await;

    write("info,contract_broker=loud");
    process.signal("HUP");
    until(&log, "the log level stays as it is").await;
    ask("/still").await;
    until(&log, "\"path\":\"/still\"").await;
    process.stop();
    let written = fs::read_to_string(&log).unwrap();
    assert!(!written.contains("/before"), "{written}");
    let origin = format!("\"origin\":\"{}:2\"", settings.display());
    assert!(written.contains(&origin), "{written}");
}
