//! Contracts that pact-js and pact-python wrote, through the broker and back.

use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use regex::Regex;
use reqwest::Method;
use serde_json::{Value, json};

use crate::provider::Provider;
use crate::recorder::Recorder;
use crate::scene::{Family, Scene};
use crate::suite::Suite;
use crate::verification::{Source, Verification};

pub(crate) fn add_to(suite: &mut Suite) {
    if folder().is_none() {
        println!(
            "clients: the contracts of other libraries are skipped, CONTRACT_CONFORMANCE_DIR is not set"
        );
        return;
    }
    suite.both(the_broker_serves_the_bytes_that_the_client_sent);
    for family in [Family::Rust, Family::JavaScript, Family::Python] {
        suite.add(family, verifiers_read_the_same_from_the_broker_as_from_the_file);
    }
}

/// The folder beside the conformance suites.
fn folder() -> Option<PathBuf> {
    let conformance = std::env::var_os("CONTRACT_CONFORMANCE_DIR")?;
    Some(Path::new(&conformance).join("../interop"))
}

struct File {
    path: PathBuf,
    contract: Value,
    bytes: Vec<u8>,
}

impl File {
    fn name(&self, role: &str) -> &str {
        self.contract[role]["name"].as_str().unwrap()
    }
}

fn files() -> Vec<File> {
    let folder = folder().unwrap();
    let mut files = Vec::new();
    for library in ["js", "py"] {
        for entry in std::fs::read_dir(folder.join(library)).unwrap() {
            let path = entry.unwrap().path();
            let bytes = std::fs::read(&path).unwrap();
            let contract = serde_json::from_slice(&bytes).unwrap();
            files.push(File {
                path,
                contract,
                bytes,
            });
        }
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    assert!(files.len() >= 10, "expected ten files below {}", folder.display());
    files
}

async fn the_broker_serves_the_bytes_that_the_client_sent(scene: &Scene) {
    let recorder = Recorder::before(scene, &[]).await;
    let client = scene.through(&recorder);
    for (number, file) in files().iter().enumerate() {
        let path = file.path.to_str().unwrap();
        let version = format!("v{number}");
        client
            .broker_with(&format!("publish --consumer-app-version {version}"), &[path])
            .await
            .ok();
        let published = recorder.seen().pop().unwrap();
        assert_eq!(
            (published.method, published.path.as_str()),
            (Method::POST, "/contracts/publish")
        );
        let published: Value = serde_json::from_slice(&published.body).unwrap();
        let sent = STANDARD
            .decode(published["contracts"][0]["content"].as_str().unwrap())
            .unwrap();
        let sent = String::from_utf8(sent).unwrap();

        let served = serve(scene, file, &version).await;
        assert_eq!(without_additions(&served), sent, "{path}");
        // The client sends the file in another layout, but says the same.
        let sent: Value = serde_json::from_str(&sent).unwrap();
        assert_eq!(sent, file.contract, "{path}");
    }
}

async fn serve(scene: &Scene, file: &File, version: &str) -> String {
    let (consumer, provider) = (file.name("consumer"), file.name("provider"));
    let path = format!("/pacts/provider/{provider}/consumer/{consumer}/version/{version}");
    scene.get(&path).await.text
}

/// The document without what the broker adds: an id to each interaction, and its own members at the end.
fn without_additions(served: &str) -> String {
    let end = served.rfind(r#","createdAt":"#).unwrap();
    let id = Regex::new(r#""_id":"[0-9a-f]{40}",?"#).unwrap();
    format!("{}}}", id.replace_all(&served[..end], ""))
}

/// Against a provider that fulfils nothing, as then a verifier says everything that it expected.
async fn verifiers_read_the_same_from_the_broker_as_from_the_file(scene: &Scene) {
    let files = files();
    for file in &files {
        let body = json!({
            "pacticipantName": file.name("consumer"),
            "pacticipantVersionNumber": "1",
            "contracts": [{
                "consumerName": file.name("consumer"),
                "providerName": file.name("provider"),
                "specification": "pact",
                "contentType": "application/json",
                "content": STANDARD.encode(&file.bytes),
            }],
        });
        scene.post("/contracts/publish", &body).await.expect(200);
        let served = serve(scene, file, "1").await;
        // The end of a file: the broker's members stand before the last bracket.
        let text = String::from_utf8(file.bytes.clone()).unwrap();
        let end = text.trim_end().trim_end_matches('}').trim_end();
        assert_eq!(without_additions(&served).trim_end_matches('}').trim_end(), end);
    }
    for name in ["orders", "orders-events"] {
        let provider = Provider::named(name, &[]).await;
        let from_files = Verification {
            source: Source::Files(
                files
                    .iter()
                    .filter(|file| file.name("provider") == name)
                    .map(|file| file.path.clone())
                    .collect(),
            ),
            ..Verification::default()
        };
        let from_broker = Verification {
            source: Source::Selectors(vec![json!({ "latest": true })]),
            ..Verification::default()
        };
        let expected = scene.verify(&provider, &from_files).await.fails(1);
        let found = scene.verify(&provider, &from_broker).await.fails(1);
        let interactions: usize = files
            .iter()
            .filter(|file| file.name("provider") == name)
            .flat_map(|file| [&file.contract["interactions"], &file.contract["messages"]])
            .filter_map(|list| list.as_array().map(Vec::len))
            .sum();
        let (expected, found) = (findings(&expected.out), findings(&found.out));
        assert!(expected.len() > interactions, "{expected:#?}");
        assert_eq!(less(&expected, &found), [""; 0], "said of the files alone");
        assert_eq!(
            less(&found, &expected),
            [""; 0],
            "said of the broker's contracts alone"
        );
    }
}

/// The lines about what was expected, without what differs from run to run, sorted. Why a contract is verified only
/// the broker says.
fn findings(output: &str) -> Vec<String> {
    let varying = Regex::new(r"\([^()]* loading, [^()]* verification\)|^ *[0-9.]+\) ").unwrap();
    let why_verified =
        Regex::new(r"^ *(The pact at .* is being verified because|\* latest version of )").unwrap();
    let mut lines: Vec<_> = output
        .lines()
        .filter(|line| !line.contains(" WARN ") && !why_verified.is_match(line))
        .map(|line| varying.replace_all(line, "").trim().to_owned())
        // Of the headers that differ the summary names any one; the details name each.
        .filter(|line| {
            !line.is_empty() && !line.starts_with("includes header '") && !line.contains("] ERROR (")
        })
        .collect();
    lines.sort();
    lines
}

/// What is in the first list and not in the second, each as often as it is.
fn less(list: &[String], other: &[String]) -> Vec<String> {
    let mut other = other.to_vec();
    let mut rest = list.to_vec();
    rest.retain(|line| match other.iter().position(|known| known == line) {
        Some(position) => {
            other.swap_remove(position);
            false
        }
        None => true,
    });
    rest
}
