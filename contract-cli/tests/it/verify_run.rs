//! `contract verify`: a provider that it starts, reports, what failed last, selectors.

use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};

use serde_json::{Value, json};

use crate::run::{Ran, contract, contract_with};
use crate::stub::{Answers, broker, contract_text, nobody};

/// A contract with interactions that ask for `/a` and `/b`.
fn two_interactions() -> String {
    let interaction = |path: &str| {
        json!({
            "type": "Synchronous/HTTP",
            "description": format!("a request for {path}"),
            "request": { "method": "GET", "path": path },
            "response": { "status": 200 },
        })
    };
    json!({
        "consumer": { "name": "web-app" },
        "provider": { "name": "user-api" },
        "interactions": [interaction("/a"), interaction("/b")],
        "metadata": { "pactSpecification": { "version": "4.0" } },
    })
    .to_string()
}

fn verify(directory: &Path, url: &str, more: &[&str]) -> Ran {
    let mut arguments = vec!["verify", "--provider", "user-api", "--provider-url", url];
    arguments.extend(more);
    contract(directory, &arguments)
}

/// A port at which a program can listen. It is below the ports that the system gives to other tests meanwhile.
fn free_port() -> u16 {
    static TRIED: AtomicU32 = AtomicU32::new(0);
    loop {
        let place = (std::process::id() + TRIED.fetch_add(1, Ordering::Relaxed)) % 20_000;
        let port = 10_000 + u16::try_from(place).unwrap();
        if std::net::TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
}

#[cfg(unix)]
#[test]
fn the_provider_is_started_and_ended() {
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("a.json"), contract_text(None)).unwrap();
    let program = assert_cmd::cargo::cargo_bin("contract");
    let port = free_port();
    let url = format!("http://127.0.0.1:{port}");
    let command = format!("'{}' stub --port {port} a.json", program.display());
    let ran = verify(
        directory.path(),
        &url,
        &["--file", "a.json", "--provider-command", &command],
    );
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    assert!(
        std::net::TcpStream::connect(("127.0.0.1", port)).is_err(),
        "it still listens"
    );
}

#[cfg(unix)]
#[test]
fn a_provider_that_does_not_start_says_what_it_wrote() {
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("a.json"), contract_text(None)).unwrap();
    let url = nobody();
    let ran = verify(
        directory.path(),
        &url,
        &[
            "--file",
            "a.json",
            "--provider-command",
            "echo no database >&2; exit 7",
        ],
    );
    assert_eq!(ran.code, 3, "{}{}", ran.out, ran.err);
    assert!(
        ran.err
            .contains("ended by itself (exit status: 7); its output:\n    no database"),
        "{}",
        ran.err
    );
    // A process that it left behind keeps its output open.
    let ran = verify(
        directory.path(),
        &url,
        &[
            "--file",
            "a.json",
            "--provider-command",
            "sleep 60 & echo no database; exit 7",
        ],
    );
    assert_eq!(ran.code, 3, "{}{}", ran.out, ran.err);
    assert!(ran.err.contains("its output:\n    no database"), "{}", ran.err);
    let ran = verify(
        directory.path(),
        &url,
        &["--file", "a.json", "--wait-for", &url, "--startup-timeout", "0"],
    );
    assert_eq!(ran.code, 3, "{}{}", ran.out, ran.err);
    assert!(
        ran.err.contains("the provider was not ready within 0ns"),
        "{}",
        ran.err
    );
}

#[cfg(unix)]
#[test]
fn what_the_provider_writes_is_shown_with_the_failing_interaction() {
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("served.json"), contract_text(None)).unwrap();
    let other = contract_text(None).replace("\"Ada\"", "\"Grace\"");
    fs::write(directory.path().join("a.json"), other).unwrap();
    let program = assert_cmd::cargo::cargo_bin("contract");
    let port = free_port();
    let url = format!("http://127.0.0.1:{port}");
    let served = format!("'{}' stub --port {port} served.json", program.display());
    let command = format!("{served} & while sleep 0.01; do echo one line of its log; done");
    let ran = verify(
        directory.path(),
        &url,
        &["--file", "a.json", "--provider-command", &command],
    );
    assert_eq!(ran.code, 1, "{}{}", ran.out, ran.err);
    assert!(ran.out.contains("provider output:"), "{}", ran.out);
    assert!(ran.out.contains("    one line of its log\n"), "{}", ran.out);
}

#[test]
fn several_reports_are_written_at_once() {
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("a.json"), two_interactions()).unwrap();
    let url = Answers::default().with("GET /a", 200, "").serve();
    let summary = directory.path().join("summary.md");
    let arguments = [
        "verify",
        "--provider",
        "user-api",
        "--provider-url",
        &url,
        "--file",
        "a.json",
        "--report",
        "junit=reports/junit.xml",
        "--report",
        "json=reports/report.json",
        "--report",
        "html=reports/report.html",
        "--report",
        "sarif=reports/report.sarif",
        "--report",
        "github",
    ];
    let variables = [("GITHUB_STEP_SUMMARY", summary.to_str().unwrap())];
    let ran = contract_with(directory.path(), &variables, &arguments);
    assert_eq!(ran.code, 1, "{}{}", ran.out, ran.err);
    assert!(ran.out.contains("::error file=a.json,"), "{}", ran.out);
    for name in ["junit.xml", "report.json", "report.html", "report.sarif"] {
        let written = fs::read_to_string(directory.path().join("reports").join(name)).unwrap();
        assert!(written.contains("a request for /b"), "{name}: {written}");
    }
    assert!(
        fs::read_to_string(summary)
            .unwrap()
            .starts_with("## ❌ user-api breaks its contracts")
    );

    let wrong = verify(
        directory.path(),
        &url,
        &["--file", "a.json", "--report", "pdf=x.pdf"],
    );
    assert_eq!(wrong.code, 2);
    assert!(
        wrong
            .err
            .contains("\"pdf\" is not a report format: use one of json, junit, html, markdown, sarif"),
        "{}",
        wrong.err
    );
}

#[test]
fn a_problem_has_the_place_of_its_interaction_in_the_file() {
    let directory = tempfile::tempdir().unwrap();
    fs::create_dir(directory.path().join("my contracts")).unwrap();
    let contract = r#"{
  "consumer": { "name": "web-app" },
  "provider": { "name": "user-api" },
  "messages": [
    { "description": "news", "contents": 1 }
  ],
  "interactions": [
    { "description": "fine", "request": { "path": "/a" }, "response": { "status": 200 } },
    {
      "description": "wrong", "request": { "path": "/b" }, "response": { "status": 200 }
    }
  ],
  "metadata": { "pactSpecification": { "version": "3.0.0" } }
}"#;
    let file = "my contracts/a b.json";
    fs::write(directory.path().join(file), contract).unwrap();
    let url = Answers::default()
        .with("GET /a", 200, "")
        .with("POST /", 200, "2")
        .serve();
    let reports = [
        "--file",
        file,
        "--report",
        "sarif=report.sarif",
        "--report",
        "github",
    ];
    let ran = verify(directory.path(), &url, &reports);
    assert_eq!(ran.code, 1, "{}{}", ran.out, ran.err);
    let sarif = fs::read_to_string(directory.path().join("report.sarif")).unwrap();
    let sarif: Value = serde_json::from_str(&sarif).unwrap();
    let mut places: Vec<&Value> = (sarif["runs"][0]["results"].as_array().unwrap().iter())
        .map(|result| &result["locations"][0]["physicalLocation"])
        .collect();
    places.dedup();
    let place = |line: u8| json!({ "artifactLocation": { "uri": "my%20contracts/a%20b.json" }, "region": { "startLine": line } });
    assert_eq!(places, [&place(9), &place(5)]);
    for line in [5, 9] {
        let annotation = format!("::error file=my contracts/a b.json,line={line},title=");
        assert!(ran.out.contains(&annotation), "{}", ran.out);
    }
}

#[test]
fn what_failed_last_is_verified_alone() {
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("a.json"), two_interactions()).unwrap();
    let url = Answers::default().with("GET /a", 200, "").serve();
    let ran = verify(directory.path(), &url, &["--file", "a.json"]);
    assert!(ran.out.contains("1 passed · 1 failed"), "{}", ran.out);
    let again = verify(directory.path(), &url, &["--file", "a.json", "--last-failed"]);
    assert_eq!(again.code, 1);
    assert!(
        again.out.contains("2 interactions · 1 failed · 1 not run"),
        "{}",
        again.out
    );
    let fixed = Answers::default()
        .with("GET /a", 200, "")
        .with("GET /b", 200, "")
        .serve();
    let fixed = |more: &[&str]| verify(directory.path(), &fixed, more);
    assert_eq!(fixed(&["--file", "a.json", "--last-failed"]).code, 0);
    let all = fixed(&["--file", "a.json", "--last-failed"]);
    assert!(all.out.contains("2 interactions · 2 passed"), "{}", all.out);

    // What was not run keeps failing until it is run.
    let broken = Answers::default().serve();
    let ran = verify(directory.path(), &broken, &["--file", "a.json"]);
    assert!(ran.out.contains("2 failed"), "{}", ran.out);
    let one = fixed(&["--file", "a.json", "--filter-description", "/a"]);
    assert_eq!(one.code, 0, "{}", one.out);
    let rest = fixed(&["--file", "a.json", "--last-failed"]);
    assert!(
        rest.out.contains("2 interactions · 1 passed · 1 not run"),
        "{}",
        rest.out
    );

    // What was renamed cannot be verified again.
    assert_eq!(verify(directory.path(), &broken, &["--file", "a.json"]).code, 1);
    let renamed = two_interactions().replace("a request for", "another request for");
    fs::write(directory.path().join("a.json"), renamed).unwrap();
    let all = fixed(&["--file", "a.json", "--last-failed"]);
    assert_eq!(all.code, 0, "{}{}", all.out, all.err);
    assert!(all.out.contains("exist no longer"), "{}", all.out);
    assert!(all.out.contains("2 interactions · 2 passed"), "{}", all.out);
}

#[test]
fn a_list_of_failures_that_cannot_be_read_is_named_and_not_replaced() {
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("a.json"), two_interactions()).unwrap();
    let cache = tempfile::tempdir().unwrap();
    let variables = [("XDG_CACHE_HOME", cache.path().to_str().unwrap())];
    let broken = Answers::default().serve();
    let start = [
        "verify",
        "--provider",
        "user-api",
        "--provider-url",
        &broken,
        "--file",
        "a.json",
    ];
    let run = |more: &[&str]| contract_with(directory.path(), &variables, &[&start, more].concat());
    assert_eq!(run(&[]).code, 1);
    let mut lists = fs::read_dir(cache.path().join("contract")).unwrap();
    let list = lists.next().unwrap().unwrap().path();
    fs::write(&list, "[\"a request").unwrap();
    // A run of one interaction cannot say which of the others failed.
    assert_eq!(run(&["--filter-description", "/a"]).code, 1);
    assert_eq!(fs::read_to_string(&list).unwrap(), "[\"a request");
    let last = run(&["--last-failed"]);
    assert_eq!(last.code, 2, "{}{}", last.out, last.err);
    assert!(last.err.contains(list.to_str().unwrap()), "{}", last.err);
    // A run of all of them can.
    assert_eq!(run(&[]).code, 1);
    assert_eq!(run(&["--last-failed"]).code, 1);
}

#[test]
fn a_report_that_cannot_be_written_hides_neither_the_verdict_nor_other_reports() {
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("a.json"), two_interactions()).unwrap();
    fs::create_dir(directory.path().join("folder")).unwrap();
    let reports = [
        "--file",
        "a.json",
        "--report",
        "junit=folder",
        "--report",
        "json=report.json",
    ];
    let report = directory.path().join("report.json");
    let failing = Answers::default().with("GET /a", 200, "").serve();
    let passing = Answers::default()
        .with("GET /a", 200, "")
        .with("GET /b", 200, "")
        .serve();
    for (url, code) in [(failing, 1), (passing, 2)] {
        let ran = verify(directory.path(), &url, &reports);
        assert_eq!(ran.code, code, "{}{}", ran.out, ran.err);
        assert!(
            ran.err
                .contains("error: cannot write the junit report to folder: "),
            "{}",
            ran.err
        );
        assert!(report.exists());
        fs::remove_file(&report).unwrap();
    }
}

#[test]
fn selectors_are_given_as_json_as_other_tools_have_them() {
    let directory = tempfile::tempdir().unwrap();
    let url = broker()
        .with(
            "POST /pacts/provider/user-api/for-verification",
            200,
            r#"{"_embedded":{"pacts":[]}}"#,
        )
        .with("GET /pacticipants/user-api", 200, r#"{"name":"user-api"}"#)
        .serve();
    let with = |selectors: &str| {
        let arguments = [
            "--broker-url",
            &url,
            "--allow-empty",
            "--consumer-version-selectors",
            selectors,
        ];
        verify(directory.path(), "http://127.0.0.1:1", &arguments)
    };
    for selectors in [
        r#"{"mainBranch": true}"#,
        r#"[{"mainBranch": true}, {"deployedOrReleased": true}]"#,
    ] {
        let ran = with(selectors);
        assert_eq!(ran.code, 0, "{selectors}: {}{}", ran.out, ran.err);
    }
    let ran = with(r#"{"mainBranches": true}"#);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("unknown field `mainBranches`"), "{}", ran.err);
}

#[test]
fn the_report_for_programs_is_a_document() {
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("a.json"), two_interactions()).unwrap();
    let url = Answers::default()
        .with("GET /a", 200, "")
        .with("GET /b", 200, "")
        .serve();
    let ran = verify(directory.path(), &url, &["--file", "a.json", "--output", "json"]);
    let document: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(document["version"], 1);
    assert_eq!(document["counts"]["passed"], 2);
}

#[test]
fn results_are_published_under_the_version_that_ci_names_or_not_at_all() {
    let directory = tempfile::tempdir().unwrap();
    let contract = contract_text(None).replace(
        "\"metadata\"",
        r#""_links": {"pb:publish-verification-results": {"href": "{base}/results"}}, "metadata""#,
    );
    let url = Answers::default()
        .with("GET /contract", 200, contract)
        .with("GET /users/1", 200, r#"{"id": 1, "name": "Ada"}"#)
        .with(
            "POST /results",
            201,
            r#"{"_links": {"self": {"href": "{base}/results/1"}}}"#,
        )
        .serve();
    let contract_url = format!("{url}/contract");
    let arguments = [
        "verify",
        "--provider",
        "user-api",
        "--provider-url",
        &url,
        "--url",
        &contract_url,
        "--publish",
    ];
    let unknown = contract_with(directory.path(), &[], &arguments);
    assert_eq!(unknown.code, 2, "{}{}", unknown.out, unknown.err);
    assert!(unknown.err.contains("Give --provider-version"), "{}", unknown.err);

    let variables = [("GITHUB_ACTIONS", "true"), ("GITHUB_SHA", "5b267ba5")];
    let named = contract_with(directory.path(), &variables, &arguments);
    assert!(named.err.contains("5b267ba5"), "{}{}", named.out, named.err);
}
