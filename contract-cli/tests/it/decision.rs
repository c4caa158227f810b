//! `contract can-i-deploy` and what it shows.

use insta::assert_snapshot;

use crate::run::{contract, contract_with};
use crate::stub::broker;

#[test]
fn may_it_be_deployed() {
    let directory = tempfile::tempdir().unwrap();
    let answer = |deployable: &str, success: &str, text: &str| {
        format!(
            r#"{{"summary":{{"deployable":{deployable},"reason":"{text}","unknown":0}},
            "notices":[{{"type":"info","text":"{text}"}}],
            "matrix":[{{"consumer":{{"name":"web-app","version":{{"number":"1"}}}},
                "provider":{{"name":"user-api","version":{{"number":"7"}}}},
                "verificationResult":{{"success":{success}}}}}]}}"#
        )
    };
    let ask = |body: String| {
        let broker = broker().with("GET /matrix", 200, body).serve();
        contract(
            directory.path(),
            &[
                "can-i-deploy",
                "web-app",
                "--version",
                "1",
                "--to",
                "production",
                "--broker-url",
                &broker,
            ],
        )
    };
    assert_snapshot!(ask(answer("true", "true", "All required verification results are there")).shown(&[]), @r#"
    exit 0
    safe to deploy: web-app to production

    CONSUMER   PROVIDER    RESULT
    web-app 1  user-api 7  verified

    All required verification results are there
    "#);
    assert_snapshot!(ask(answer("false", "false", "The verification failed")).shown(&[]), @r#"
    exit 1
    not safe to deploy: web-app to production

    CONSUMER   PROVIDER    RESULT
    web-app 1  user-api 7  failed

    The verification failed
    "#);
    assert_eq!(ask(answer("null", "null", "No result yet")).code, 1);
    // One result is missing, and another one failed.
    let decided = ask(answer("null", "false", "No result yet"));
    assert_eq!(decided.code, 1);
    assert!(decided.out.starts_with("not safe to deploy"), "{}", decided.out);
}

#[test]
fn a_comparison_under_way_is_asked_for_again_when_the_broker_says() {
    let directory = tempfile::tempdir().unwrap();
    let matrix = |deployable: &str, unknown: u8| {
        format!(
            r#"{{"summary":{{"deployable":{deployable},"reason":"compared","unknown":{unknown}}},"notices":[],"matrix":[]}}"#
        )
    };
    let asked = |more: &[&str]| {
        let broker = broker()
            .first("GET /matrix", matrix("null", 1))
            .with("GET /matrix", 200, matrix("true", 0))
            .serve();
        let question = [
            "can-i-deploy",
            "web-app",
            "--version",
            "1",
            "--to",
            "production",
            "--broker-url",
            &broker,
        ];
        contract(directory.path(), &[&question[..], more].concat())
    };
    // The broker asks for a second; the command's own pause would be half an hour.
    let waited = asked(&["--retry-while-unknown", "1", "--retry-interval", "1800"]);
    assert_eq!(waited.code, 0, "{}{}", waited.out, waited.err);
    let told = "1 verification result is missing; retrying in 1 s, as the broker asks (retry 1 of 1800)";
    assert!(waited.err.contains(told), "{}", waited.err);
    // Without retries nothing is waited for.
    let at_once = asked(&[]);
    assert_eq!(at_once.code, 1, "{}{}", at_once.out, at_once.err);
    assert!(!at_once.err.contains("retrying"), "{}", at_once.err);
}

/// A matrix with a verified, a failed and an unverified pair; the first two have results with builds.
const THREE_PAIRS: &str = r#"{"summary":{"deployable":false,"reason":"One failed","unknown":1},
    "notices":[{"type":"error","text":"One failed"}],
    "matrix":[
        {"consumer":{"name":"web-app","version":{"number":"1"}},
         "provider":{"name":"user-api","version":{"number":"7"}},
         "pact":{"_links":{"self":{"href":"{base}/contracts/user-api"}}},
         "verificationResult":{"success":true,"verifiedAt":"2026-01-02T03:04:05+00:00",
            "_links":{"self":{"href":"{base}/results/7"}}}},
        {"consumer":{"name":"web-app","version":{"number":"1"}},
         "provider":{"name":"stock-api","version":{"number":"8"}},
         "verificationResult":{"success":false,"_links":{"self":{"href":"{base}/results/8"}}}},
        {"consumer":{"name":"web-app","version":{"number":"1"}},
         "provider":{"name":"mail-api","version":null},
         "pact":{"_links":{"self":{"href":"{base}/contracts/mail-api"}}},
         "verificationResult":null}]}"#;

#[test]
fn each_pair_has_the_links_to_its_result_and_its_build() {
    let directory = tempfile::tempdir().unwrap();
    let broker = broker()
        .with("GET /matrix", 200, THREE_PAIRS)
        .with(
            "GET /results/7",
            200,
            r#"{"success":true,"buildUrl":"https://ci.example.org/builds/7"}"#,
        )
        .with(
            "GET /results/8",
            200,
            r#"{"success":false,"buildUrl":"https://ci.example.org/builds/8"}"#,
        )
        .serve();
    let ask = |format: &str| {
        let arguments = [
            "can-i-deploy",
            "web-app",
            "--version",
            "1",
            "--to",
            "production",
            "--broker-url",
            &broker,
            "--output",
            format,
        ];
        contract_with(
            directory.path(),
            &[("GITHUB_STEP_SUMMARY", ""), ("TZ", "UTC")],
            &arguments,
        )
    };
    let shown = |format: &str| narrow(&ask(format).shown(&[(&broker, "http://broker")]));
    assert_snapshot!(shown("text"), @r#"
    exit 1
    not safe to deploy: web-app to production

    CONSUMER  PROVIDER  RESULT  SINCE  DETAILS  BUILD
    web-app 1  user-api 7  verified  2026-01-02 03:04  http://broker/results/7  https://ci.example.org/builds/7
    web-app 1  stock-api 8  failed  http://broker/results/8  https://ci.example.org/builds/8
    web-app 1  mail-api (none)  not verified yet  http://broker/contracts/mail-api

    One failed

    Next: verify the contract, in a checkout of mail-api:
      contract verify --provider mail-api --provider-url http://127.0.0.1:8080 --url http://broker/contracts/mail-api --publish --provider-version "$(git rev-parse HEAD)"

    Next: if a version of mail-api is in production but not recorded, in a checkout of that version:
      contract record-deployment mail-api --version "$(git rev-parse HEAD)" --environment production --broker-url http://broker
    "#);
    assert_eq!(shown("table"), shown("text"));
    assert_snapshot!(shown("markdown").split("Next").next().unwrap(), @"
    exit 1
    ### not safe to deploy: web-app to production

    | consumer | provider | result | since | details | build |
    | --- | --- | --- | --- | --- | --- |
    | web-app 1 | user-api 7 | verified | 2026-01-02 03:04 | [result](http://broker/results/7) | [build](https://ci.example.org/builds/7) |
    | web-app 1 | stock-api 8 | failed |  | [result](http://broker/results/8) | [build](https://ci.example.org/builds/8) |
    | web-app 1 | mail-api (none) | not verified yet |  | [contract](http://broker/contracts/mail-api) |  |

    One failed
    ");
    let github = shown("github");
    let annotations: Vec<&str> = github.lines().filter(|line| line.starts_with("::")).collect();
    assert_snapshot!(annotations.join("\n"), @r"
    ::error title=not safe to deploy%3A web-app::web-app 1 → stock-api 8%0Aresult: http://broker/results/8%0Abuild: https://ci.example.org/builds/8
    ::error title=not safe to deploy%3A web-app::web-app 1 → mail-api (none)
    ");
    let document: serde_json::Value = serde_json::from_str(&ask("json").out).unwrap();
    let links: Vec<&serde_json::Value> = document["matrix"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| &row["verificationResult"]["buildUrl"])
        .collect();
    assert_eq!(
        links,
        [
            "https://ci.example.org/builds/7",
            "https://ci.example.org/builds/8"
        ]
        .map(serde_json::Value::from)
        .iter()
        .chain([&serde_json::Value::Null])
        .collect::<Vec<_>>()
    );
    assert_eq!(document["decision"], "not safe to deploy");
    let in_the_way = document["inTheWay"].as_array().unwrap();
    assert_eq!(in_the_way.len(), 2);
    assert_eq!(
        in_the_way[0]["result"]["buildUrl"],
        "https://ci.example.org/builds/8"
    );
}

#[test]
fn a_result_that_cannot_be_read_takes_only_its_build_away() {
    let directory = tempfile::tempdir().unwrap();
    let broker = broker().with("GET /matrix", 200, THREE_PAIRS).serve();
    let ran = contract(
        directory.path(),
        &[
            "can-i-deploy",
            "web-app",
            "--version",
            "1",
            "--to",
            "production",
            "--broker-url",
            &broker,
        ],
    );
    assert_eq!(ran.code, 1, "{}", ran.err);
    assert!(ran.out.contains("/results/7"), "{}", ran.out);
    assert!(!ran.out.contains("BUILD"), "{}", ran.out);
}

/// The text with at most two spaces in a row: the widths of columns depend on the port of the broker.
fn narrow(text: &str) -> String {
    let mut narrow = text.to_owned();
    while narrow.contains("   ") {
        narrow = narrow.replace("   ", "  ");
    }
    narrow
}
