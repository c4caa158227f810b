//! `contract verify`: who answered is who was asked, and what was sent is what the contract says.

use std::fs;
use std::path::Path;

use serde_json::json;

use crate::run::{Ran, contract, contract_with};
use crate::stub::{Answers, contract_text};

fn verify(directory: &Path, more: &[&str]) -> Ran {
    let mut arguments = vec!["verify", "--provider", "user-api", "--file", "a.json"];
    arguments.extend(more);
    contract(directory, &arguments)
}

/// A directory with a contract that asks for this path.
fn asking_for(path: &str) -> tempfile::TempDir {
    let directory = tempfile::tempdir().unwrap();
    let contract = json!({
        "consumer": { "name": "web-app" },
        "provider": { "name": "user-api" },
        "interactions": [{
            "description": "an odd request",
            "request": { "method": "GET", "path": path },
            "response": { "status": 200 },
        }],
        "metadata": { "pactSpecification": { "version": "2.0.0" } },
    });
    fs::write(directory.path().join("a.json"), contract.to_string()).unwrap();
    directory
}

#[cfg(unix)]
#[test]
fn what_answers_before_the_provider_is_started_is_not_the_provider() {
    let directory = asking_for("/a");
    let other = Answers::default().with("GET /a", 200, "{}").serve();
    let ran = verify(
        directory.path(),
        &["--provider-url", &other, "--provider-command", "exit 3"],
    );
    assert_eq!(ran.code, 2, "{}{}", ran.out, ran.err);
    let expected = format!("something already answers at {other}");
    assert!(ran.err.contains(&expected), "{}", ran.err);
}

/// The address of a server that gives one answer, and is then gone.
fn answering_once(answer: &'static str) -> String {
    use std::io::{Read as _, Write as _};

    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        // Nobody gets into its queue once the first is answered.
        drop(listener);
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            stream.read_exact(&mut byte).unwrap();
            head.push(byte[0]);
        }
        stream.write_all(answer.as_bytes()).unwrap();
    });
    url
}

#[test]
fn what_was_verified_before_the_provider_was_gone_is_reported() {
    let interaction = |path: &str| {
        json!({
            "description": format!("a request for {path}"),
            "request": { "method": "GET", "path": path },
            "response": { "status": 200 },
        })
    };
    let directory = tempfile::tempdir().unwrap();
    let contract = json!({
        "consumer": { "name": "web-app" },
        "provider": { "name": "user-api" },
        "interactions": [interaction("/a"), interaction("/b"), interaction("/c")],
        "metadata": { "pactSpecification": { "version": "2.0.0" } },
    });
    fs::write(directory.path().join("a.json"), contract.to_string()).unwrap();
    for (answer, code, outcome) in [
        ("HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n", 3, "1 passed"),
        ("HTTP/1.1 500 Oops\r\nconnection: close\r\n\r\n", 1, "1 failed"),
    ] {
        let provider = answering_once(answer);
        let ran = verify(
            directory.path(),
            &[
                "--provider-url",
                &provider,
                "--parallel",
                "1",
                "--report",
                "json=report.json",
                "--report",
                "junit=junit.xml",
            ],
        );
        assert_eq!(ran.code, code, "{}{}", ran.out, ran.err);
        let expected = format!("error: no provider answers at {provider}");
        assert!(ran.out.contains(&expected), "{}", ran.out);
        assert!(ran.out.contains(&format!("{outcome} · 2 not run")), "{}", ran.out);
        assert!(ran.out.contains("the run ended early"), "{}", ran.out);
        let report = fs::read_to_string(directory.path().join("report.json")).unwrap();
        let report: serde_json::Value = serde_json::from_str(&report).unwrap();
        assert_eq!(report["success"], false);
        assert!(
            report["ended"]
                .as_str()
                .unwrap()
                .starts_with("no provider answers"),
            "{report}"
        );
        let junit = fs::read_to_string(directory.path().join("junit.xml")).unwrap();
        assert!(junit.contains("the run is complete"), "{junit}");
    }
}

#[test]
fn a_request_without_an_answer_can_be_sent_again_as_well() {
    let directory = asking_for("/a");
    let provider = answering_once("");
    let ran = verify(directory.path(), &["--provider-url", &provider]);
    assert_eq!(ran.code, 1, "{}{}", ran.out, ran.err);
    assert!(
        ran.out.contains("closed the connection before it answered"),
        "{}",
        ran.out
    );
    let expected = format!("\n  reproduce: curl -i '{provider}/a'\n");
    assert!(ran.out.contains(&expected), "{}", ran.out);
}

#[test]
fn a_message_can_be_requested_again() {
    let directory = tempfile::tempdir().unwrap();
    let contract = json!({
        "consumer": { "name": "web-app" },
        "provider": { "name": "user-api" },
        "interactions": [{
            "type": "Asynchronous/Messages",
            "description": "a user's news",
            "contents": { "content": { "id": 1 }, "contentType": "application/json", "encoded": false },
        }],
        "metadata": { "pactSpecification": { "version": "4.0" } },
    });
    fs::write(directory.path().join("a.json"), contract.to_string()).unwrap();
    for (status, answer) in [(404, "{}"), (200, r#"{"id": 2}"#)] {
        let provider = Answers::default().with("POST /messages", status, answer).serve();
        let transport = format!("message={provider}/messages");
        let ran = verify(
            directory.path(),
            &["--provider-url", &provider, "--transport", &transport],
        );
        assert_eq!(ran.code, 1, "{}{}", ran.out, ran.err);
        let expected = format!(
            "reproduce: curl -i '{provider}/messages' -H 'content-type: application/json' \
             --data-raw '{{\"description\":\"a user'\\''s news\",\"providerStates\":[]}}'"
        );
        assert!(ran.out.contains(&expected), "{}", ran.out);
    }
}

#[test]
fn a_path_that_the_client_would_change_is_not_sent() {
    let provider = Answers::default().with("GET /b", 200, "{}").serve();
    for path in ["/a/../b", "/a/%2E%2e/b", "/./b", "/b/.", "*"] {
        let directory = asking_for(path);
        let ran = verify(directory.path(), &["--provider-url", &provider]);
        assert_eq!(ran.code, 1, "{path}: {}{}", ran.out, ran.err);
        assert!(
            ran.out.contains("cannot be sent as written"),
            "{path}: {}",
            ran.out
        );
    }
    let directory = asking_for("/b");
    assert_eq!(verify(directory.path(), &["--provider-url", &provider]).code, 0);
}

#[test]
fn a_proxy_variable_that_is_no_address_is_named() {
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("a.json"), contract_text(None)).unwrap();
    let ran = contract_with(
        directory.path(),
        &[("http_proxy", "not a url")],
        &[
            "verify",
            "--provider",
            "user-api",
            "--file",
            "a.json",
            "--provider-url",
            "http://api.example.com",
        ],
    );
    assert_eq!(ran.code, 2, "{}{}", ran.out, ran.err);
    assert!(
        ran.err.contains("http_proxy is not the address of a proxy"),
        "{}",
        ran.err
    );
}

#[test]
fn a_proxy_that_asks_for_credentials_is_not_the_provider() {
    let directory = asking_for("/a");
    let proxy = Answers::default()
        .with("GET http://api.example.com/a", 407, "{}")
        .serve();
    let ran = contract_with(
        directory.path(),
        &[("HTTP_PROXY", &proxy)],
        &[
            "verify",
            "--provider",
            "user-api",
            "--file",
            "a.json",
            "--provider-url",
            "http://api.example.com",
        ],
    );
    assert_eq!(ran.code, 3, "{}{}", ran.out, ran.err);
    let expected = format!("through the proxy {proxy} (407 Proxy Authentication Required)");
    assert!(ran.err.contains(&expected), "{}", ran.err);
}
