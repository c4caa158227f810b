//! `contract verify` that is stopped by a signal.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::time::Duration;

use serde_json::{Value, json};

use crate::run::Ran;
use crate::stub::nobody;

/// No test waits longer for a request.
const LONG: Duration = Duration::from_secs(60);

/// A provider that answers everything but `/hangs` and the teardown of the state `busy`.
struct Provider {
    url: String,
    /// What was asked and is not answered: `GET /hangs`, `teardown`.
    unanswered: Receiver<String>,
}

impl Provider {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (tell, unanswered) = mpsc::channel();
        std::thread::spawn(move || {
            let mut open = Vec::new();
            for stream in listener.incoming().flatten() {
                let asked = request(&stream);
                // The interaction without a state has the state without a name.
                let is_teardown = asked.contains(r#""action":"teardown""#) && asked.contains("busy");
                let is_fine = !is_teardown && !asked.starts_with("GET /hangs ");
                if is_fine {
                    let answer = "HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
                    (&stream).write_all(answer.as_bytes()).unwrap();
                    continue;
                }
                let what = if is_teardown { "teardown" } else { "GET /hangs" };
                // The test may be over.
                let _ = tell.send(what.to_owned());
                open.push(stream);
            }
        });
        Self { url, unanswered }
    }

    /// Waits until something was asked that is not answered.
    fn wait_for(&self, what: &str) {
        let asked = self.unanswered.recv_timeout(LONG);
        assert_eq!(asked.as_deref(), Ok(what));
    }
}

/// The request, with its body.
fn request(stream: &TcpStream) -> String {
    let mut reader = BufReader::new(stream);
    let mut text = String::new();
    let mut length = 0;
    while reader.read_line(&mut text).is_ok_and(|count| count > 2) {
        let last = text.lines().last().unwrap_or_default().to_ascii_lowercase();
        if let Some(value) = last.strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
    }
    reader.take(length).read_to_string(&mut text).unwrap();
    text
}

/// A contract that asks for `/fine`, then for `/hangs` in a state.
fn contract() -> String {
    let interaction = |name: &str, states: Value| {
        json!({
            "type": "Synchronous/HTTP",
            "description": name,
            "providerStates": states,
            "request": { "method": "GET", "path": format!("/{name}") },
            "response": { "status": 200 },
        })
    };
    json!({
        "consumer": { "name": "web-app" },
        "provider": { "name": "user-api" },
        "interactions": [interaction("fine", json!([])), interaction("hangs", json!([{ "name": "busy" }]))],
        "metadata": { "pactSpecification": { "version": "4.0" } },
    })
    .to_string()
}

fn verify(directory: &Path, provider: &Provider, more: &[&str]) -> Child {
    fs::write(directory.join("a.json"), contract()).unwrap();
    Command::new(assert_cmd::cargo::cargo_bin("contract"))
        .current_dir(directory)
        .env("XDG_CACHE_HOME", directory)
        .args(["verify", "--provider", "user-api", "--file", "a.json"])
        .args(["--provider-url", &provider.url])
        .args([
            "--report",
            "junit=reports/junit.xml",
            "--report",
            "json=reports/report.json",
        ])
        .args(more)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

fn interrupt(child: &Child) {
    let pid = child.id().to_string();
    let sent = Command::new("kill").args(["-INT", &pid]).status().unwrap();
    assert!(sent.success());
}

fn ended(child: Child) -> Ran {
    let output = child.wait_with_output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Ran {
        code: output.status.code().unwrap_or(-1),
        out: text(output.stdout),
        err: text(output.stderr),
    }
}

#[test]
fn the_reports_have_what_was_verified_until_then() {
    let directory = tempfile::tempdir().unwrap();
    let provider = Provider::start();
    let child = verify(directory.path(), &provider, &["--ignore-states"]);
    provider.wait_for("GET /hangs");
    interrupt(&child);
    let ran = ended(child);
    assert_eq!(ran.code, 130, "{}{}", ran.out, ran.err);
    assert!(ran.err.contains("interrupted: "), "{}", ran.err);
    assert!(
        ran.out
            .contains("error: the verification was interrupted: nothing was published\n"),
        "{}",
        ran.out
    );
    let read = |name: &str| fs::read_to_string(directory.path().join("reports").join(name)).unwrap();
    let report: Value = serde_json::from_str(&read("report.json")).unwrap();
    assert_eq!(report["interrupted"], true);
    assert_eq!(report["success"], false);
    let names: Vec<&Value> = (report["contracts"][0]["interactions"].as_array().unwrap().iter())
        .map(|interaction| &interaction["description"])
        .collect();
    assert_eq!(names, ["fine"]);
    assert_eq!(report["counts"]["leftOut"], 1);
    let junit = read("junit.xml");
    assert!(junit.contains(r#"<error type="interrupted""#), "{junit}");
}

#[test]
fn loading_contracts_can_be_interrupted() {
    let directory = tempfile::tempdir().unwrap();
    let provider = Provider::start();
    let url = format!("{}/hangs", provider.url);
    let child = verify(directory.path(), &provider, &["--url", &url]);
    provider.wait_for("GET /hangs");
    interrupt(&child);
    let ran = ended(child);
    assert_eq!(ran.code, 130, "{}{}", ran.out, ran.err);
    let report = fs::read_to_string(directory.path().join("reports/report.json")).unwrap();
    let report: Value = serde_json::from_str(&report).unwrap();
    assert_eq!(report["interrupted"], true);
    assert_eq!(report["contracts"], json!([]));
}

#[test]
fn the_result_for_programs_is_a_document_even_then() {
    let directory = tempfile::tempdir().unwrap();
    let provider = Provider::start();
    let child = verify(
        directory.path(),
        &provider,
        &["--ignore-states", "--output", "json"],
    );
    provider.wait_for("GET /hangs");
    interrupt(&child);
    let ran = ended(child);
    assert_eq!(ran.code, 130, "{}{}", ran.out, ran.err);
    let report: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(report["interrupted"], true);
}

#[test]
fn a_second_signal_does_not_wait_for_states() {
    let directory = tempfile::tempdir().unwrap();
    let provider = Provider::start();
    let states = format!("{}/states", provider.url);
    let child = verify(
        directory.path(),
        &provider,
        &["--state-change-url", &states, "--state-change-teardown"],
    );
    provider.wait_for("GET /hangs");
    interrupt(&child);
    provider.wait_for("teardown");
    interrupt(&child);
    let ran = ended(child);
    assert_eq!(ran.code, 130, "{}{}", ran.out, ran.err);
    assert!(
        ran.err
            .contains("interrupted twice: provider states may not be torn down"),
        "{}",
        ran.err
    );
}

#[test]
fn a_start_that_is_waited_for_can_be_interrupted_and_its_process_ends() {
    let directory = tempfile::tempdir().unwrap();
    let pipe = directory.path().join("started");
    let made = Command::new("mkfifo").arg(&pipe).status().unwrap();
    assert!(made.success());
    let nobody = nobody();
    let child = verify(
        directory.path(),
        &Provider::start(),
        &[
            "--wait-for",
            &nobody,
            "--provider-command",
            "echo $$ > started; sleep 60",
        ],
    );
    let process = fs::read_to_string(&pipe).unwrap();
    interrupt(&child);
    let ran = ended(child);
    assert_eq!(ran.code, 130, "{}{}", ran.out, ran.err);
    assert!(ran.out.contains("2 interactions · 2 not run"), "{}", ran.out);
    let report = fs::read_to_string(directory.path().join("reports/report.json")).unwrap();
    let report: Value = serde_json::from_str(&report).unwrap();
    assert_eq!(report["interrupted"], true);
    let lives = Command::new("kill")
        .args(["-0", process.trim()])
        .output()
        .unwrap();
    assert!(!lives.status.success(), "{process} still runs");
}

#[test]
fn work_that_blocks_is_ended_by_the_second_signal() {
    let directory = tempfile::tempdir().unwrap();
    let pipe = directory.path().join("pipe");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let mut child = verify(directory.path(), &Provider::start(), &["--file", "pipe"]);
    // It is being read, and nothing is written into it.
    let open = fs::OpenOptions::new().write(true).open(&pipe).unwrap();
    // The system may deliver two signals as one.
    while child.try_wait().unwrap().is_none() {
        interrupt(&child);
        std::thread::sleep(Duration::from_millis(20));
    }
    let ran = ended(child);
    drop(open);
    assert_eq!(ran.code, 130, "{}{}", ran.out, ran.err);
}
