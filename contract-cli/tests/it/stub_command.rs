//! `contract stub` as a user runs it.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use crate::run::contract;

/// A running stub; it is killed with the test.
struct Running {
    child: Child,
    /// What it printed when it had started.
    started: String,
    host: String,
}

impl Running {
    fn start(directory: &Path, arguments: &[&str]) -> Self {
        Self::start_command("stub", directory, arguments)
    }

    fn start_command(command: &str, directory: &Path, arguments: &[&str]) -> Self {
        let mut child = Command::new(assert_cmd::cargo::cargo_bin("contract"))
            .current_dir(directory)
            .env("NO_COLOR", "1")
            .arg(command)
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut started = lines.next().unwrap().unwrap();
        let host = started.split(' ').next().unwrap();
        let host = host.split_once("://").unwrap().1.to_owned();
        // A stub says what it serves, a line for each contract.
        let contracts = std::fs::read_dir(directory).unwrap().count() * usize::from(command == "stub");
        for line in lines.take(contracts) {
            started.push('\n');
            started.push_str(&line.unwrap());
        }
        Self { child, started, host }
    }

    /// Ends it with SIGTERM; it must exit with 0.
    #[cfg(unix)]
    fn terminate(&mut self) {
        let pid = self.child.id().to_string();
        let kill = Command::new("sh")
            .args(["-c", &format!("kill -TERM {pid}")])
            .status();
        assert!(kill.unwrap().success());
        assert!(self.child.wait().unwrap().success());
    }

    fn ask(&self, request: &str) -> String {
        self.ask_with(request, "")
    }

    fn ask_with(&self, request: &str, body: &str) -> String {
        let mut stream = TcpStream::connect(&self.host).unwrap();
        write!(
            stream,
            "{request}host: {}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
            self.host,
            body.len()
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // One that has ended already needs no killing.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn write_contract(directory: &Path, name: &str, consumer: &str, interactions: &str) {
    let text = format!(
        r#"{{
            "consumer": {{ "name": "{consumer}" }},
            "provider": {{ "name": "stock" }},
            "interactions": [{interactions}],
            "metadata": {{ "pactSpecification": {{ "version": "2.0.0" }} }}
        }}"#
    );
    std::fs::write(directory.join(name), text).unwrap();
}

const TWO_STATES: &str = r#"
    { "description": "an item", "providerState": "in stock",
      "request": { "method": "GET", "path": "/items/1" }, "response": { "status": 200, "body": "tea" } },
    { "description": "an item", "providerState": "sold out",
      "request": { "method": "GET", "path": "/items/1" }, "response": { "status": 410 } }"#;

const SAME_WORDS: &str = r#"
    { "description": "an item", "request": { "method": "GET", "path": "/items/2" }, "response": { "status": 200 } },
    { "description": "an item", "request": { "method": "GET", "path": "/items/3" }, "response": { "status": 201 } }"#;

#[test]
fn contracts_are_served_as_their_files_stand() {
    let directory = tempfile::tempdir().unwrap();
    write_contract(directory.path(), "shop.json", "shop", TWO_STATES);
    write_contract(directory.path(), "till.json", "till", SAME_WORDS);
    let stub = Running::start(directory.path(), &[".", "--cors"]);
    let port = stub.host.split(':').next_back().unwrap();
    insta::assert_snapshot!(stub.started.replace(port, "PORT"), @r"
    http://127.0.0.1:PORT serves 4 interactions; stop it with Ctrl-C
      ./shop.json: shop → stock, 2 interactions
      ./till.json: till → stock, 2 interactions
    ");

    for _ in 0..3 {
        assert!(stub.ask("GET /items/1 HTTP/1.1\r\n").ends_with("\r\n\r\ntea"));
    }
    assert!(stub.ask("GET /items/3 HTTP/1.1\r\n").starts_with("HTTP/1.1 201 "));
    let unknown = stub.ask("GET /items/4 HTTP/1.1\r\norigin: http://localhost:3000\r\n");
    assert!(unknown.starts_with("HTTP/1.1 404 "), "{unknown}");
    assert!(
        unknown.contains("access-control-allow-origin: http://localhost:3000\r\n"),
        "{unknown}"
    );
    assert!(unknown.contains(".json") && !unknown.contains(".rs"), "{unknown}");
    let preflight = stub.ask(
        "OPTIONS /items/1 HTTP/1.1\r\norigin: http://localhost:3000\r\naccess-control-request-method: PUT\r\n",
    );
    assert!(preflight.starts_with("HTTP/1.1 204 "), "{preflight}");
    assert!(
        preflight.contains("access-control-allow-methods: PUT\r\n"),
        "{preflight}"
    );
}

#[cfg(unix)]
#[test]
fn each_request_is_printed_and_a_signal_ends_it() {
    let directory = tempfile::tempdir().unwrap();
    write_contract(directory.path(), "shop.json", "shop", TWO_STATES);
    let mut stub = Running::start(
        directory.path(),
        &[
            "shop.json",
            "--verbose",
            "--cors",
            "--state",
            "sold out",
            "--state",
            "sold ot",
        ],
    );
    assert!(stub.ask("GET /items/1 HTTP/1.1\r\n").starts_with("HTTP/1.1 410 "));
    stub.ask("GET /nobody?q=1 HTTP/1.1\r\n");
    stub.ask("OPTIONS /items/1 HTTP/1.1\r\norigin: http://localhost:3000\r\naccess-control-request-method: PUT\r\n");
    stub.terminate();
    let mut log = String::new();
    stub.child
        .stderr
        .take()
        .unwrap()
        .read_to_string(&mut log)
        .unwrap();
    assert_eq!(
        log,
        "warning: no interaction has the provider state \"sold ot\" (--state)\n\
         GET /items/1 → 410 an item [sold out] (shop.json)\nGET /nobody?q=1 → 404 no interaction matches\n\
         OPTIONS /items/1 → 204 a preflight of a browser, allowed by --cors\n"
    );
}

#[test]
fn a_mock_between_parties_without_names_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    for (consumer, provider) in [(" ", "stock"), ("shop", " ")] {
        let ran = contract(
            directory.path(),
            &["mock", "--consumer", consumer, "--provider", provider],
        );
        assert_eq!(ran.code, 2, "{}", ran.err);
        assert!(
            ran.err.contains("consumer and provider need names"),
            "{}",
            ran.err
        );
    }
}

#[test]
fn a_contract_without_http_interactions_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    write_contract(directory.path(), "empty.json", "shop", "");
    let ran = contract(directory.path(), &["stub", "empty.json"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("no HTTP interaction to serve"), "{}", ran.err);
}

#[test]
fn changed_files_are_served_anew() {
    let directory = tempfile::tempdir().unwrap();
    write_contract(directory.path(), "shop.json", "shop", TWO_STATES);
    let mut stub = Running::start(
        directory.path(),
        &["shop.json", "--watch", "--state-header", "X-State"],
    );
    let mut said = BufReader::new(stub.child.stderr.take().unwrap()).lines();
    let sold_out = stub.ask("GET /items/1 HTTP/1.1\r\nx-state: sold out\r\n");
    assert!(sold_out.starts_with("HTTP/1.1 410 "), "{sold_out}");

    write_contract(
        directory.path(),
        "shop.json",
        "shop",
        r#"{ "description": "an order", "request": { "method": "GET", "path": "/orders/1" }, "response": { "status": 204 } }"#,
    );
    // A file that is read while it is written may be an error first.
    assert!(said.by_ref().any(|line| line.unwrap().starts_with("reloaded: ")));
    assert!(
        stub.ask("GET /orders/1 HTTP/1.1\r\n")
            .starts_with("HTTP/1.1 204 ")
    );

    std::fs::write(directory.path().join("shop.json"), "{").unwrap();
    let line = said
        .find_map(|line| line.ok().filter(|line| line.contains("error:")))
        .unwrap();
    assert!(line.contains("shop.json"), "{line}");
    assert!(
        stub.ask("GET /orders/1 HTTP/1.1\r\n")
            .starts_with("HTTP/1.1 204 ")
    );
}

#[test]
fn contracts_of_a_broker_are_served() {
    use crate::stub::{Answers, broker, contract_text};

    let newest = r#"{ "pacts": [{
        "_embedded": { "consumer": { "name": "web-app" }, "provider": { "name": "user-api" } },
        "_links": { "self": [{ "href": "{base}/newest.json" }] } }],
        "_links": {} }"#;
    let answers: Answers =
        broker()
            .with("GET /pacts/latest", 200, newest)
            .with("GET /newest.json", 200, contract_text(None));
    let broker = answers.serve();
    let directory = tempfile::tempdir().unwrap();
    let stub = Running::start(
        directory.path(),
        &["--broker-url", &broker, "--provider", "user-api"],
    );
    assert!(
        stub.ask("GET /users/1 HTTP/1.1\r\n").contains("Ada"),
        "{}",
        stub.started
    );

    let without = contract(directory.path(), &["stub"]);
    assert_eq!(without.code, 2);
    assert!(without.err.contains("--broker-url"), "{}", without.err);
}

#[cfg(unix)]
#[test]
fn a_mock_provider_writes_what_was_verified_when_it_ends() {
    let directory = tempfile::tempdir().unwrap();
    let mut mock = Running::start_command(
        "mock",
        directory.path(),
        &["--consumer", "web", "--provider", "api", "--dir", "written"],
    );
    let interaction = r#"{"description": "a user", "request": {"method": "GET", "path": "/users/1"}, "response": {"status": 204}}"#;
    let registered = mock.ask_with(
        "POST /interactions HTTP/1.1\r\nx-pact-mock-service: 1\r\n",
        interaction,
    );
    assert!(registered.starts_with("HTTP/1.1 200 "), "{registered}");
    assert!(mock.ask("GET /users/1 HTTP/1.1\r\n").starts_with("HTTP/1.1 204 "));
    mock.terminate();
    let written = std::fs::read_to_string(directory.path().join("written/web-api.json")).unwrap();
    assert!(written.contains("a user"), "{written}");
}

#[cfg(unix)]
#[test]
fn a_mock_speaks_tls_and_lets_pages_of_other_origins_use_it() {
    let directory = tempfile::tempdir().unwrap();
    let text = crate::stub::contract_text(None);
    std::fs::write(directory.path().join("a.json"), text).unwrap();
    let page = "origin: http://localhost:3000\r\n";
    let allowed = "access-control-allow-origin: http://localhost:3000\r\n";

    let mut mock = Running::start_command(
        "mock",
        directory.path(),
        &["a.json", "--tls-self-signed", "--dir", "written"],
    );
    let url = format!("https://{}", mock.host);
    let verified = contract(
        directory.path(),
        &[
            "verify",
            "--provider",
            "user-api",
            "--provider-url",
            &url,
            "--file",
            "a.json",
            "--insecure",
        ],
    );
    assert_eq!(verified.code, 0, "{}", verified.err);
    mock.terminate();
    assert!(directory.path().join("written/web-app-user-api.json").is_file());

    let mock = Running::start_command("mock", directory.path(), &["a.json", "--cors"]);
    let answer = mock.ask(&format!("GET /users/1 HTTP/1.1\r\n{page}"));
    assert!(answer.contains(allowed), "{answer}");
    let directed = mock.ask(&format!(
        "DELETE /interactions HTTP/1.1\r\nx-pact-mock-service: 1\r\n{page}"
    ));
    assert!(directed.contains(allowed), "{directed}");
}

#[test]
fn a_stub_speaks_tls_with_a_certificate_of_its_own() {
    let directory = tempfile::tempdir().unwrap();
    let text = crate::stub::contract_text(None);
    std::fs::write(directory.path().join("a.json"), text).unwrap();
    let stub = Running::start(directory.path(), &["a.json", "--tls-self-signed"]);
    let url = format!("https://{}", stub.host);
    let verify = |more: &[&str]| {
        let mut arguments = vec![
            "verify",
            "--provider",
            "user-api",
            "--provider-url",
            &url,
            "--file",
            "a.json",
        ];
        arguments.extend(more);
        contract(directory.path(), &arguments)
    };
    assert_eq!(verify(&["--insecure"]).code, 0, "{}", verify(&["--insecure"]).err);
    let untrusted = verify(&[]);
    assert_eq!(untrusted.code, 3);
    assert!(untrusted.err.contains("certificate"), "{}", untrusted.err);

    let missing = contract(
        directory.path(),
        &[
            "stub",
            "a.json",
            "--tls-certificate",
            "a.json",
            "--tls-key",
            "a.json",
        ],
    );
    assert_eq!(missing.code, 2);
    assert!(missing.err.contains("BEGIN CERTIFICATE"), "{}", missing.err);
}
