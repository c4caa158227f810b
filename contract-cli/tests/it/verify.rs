//! `contract verify`, `can-i-deploy` and what they show.

use std::fs;

use insta::assert_snapshot;

use crate::run::{contract, contract_with};
use crate::stub::{Answers, broker, contract_text};

fn provider(name: &str) -> String {
    Answers::default()
        .with("GET /users/1", 200, format!(r#"{{"id": 1, "name": "{name}"}}"#))
        .serve()
}

#[test]
fn a_provider_that_fulfils_its_contract() {
    let directory = tempfile::tempdir().unwrap();
    fs::write(
        directory.path().join("a.json"),
        contract_text(Some("user exists")),
    )
    .unwrap();
    let ran = contract(
        directory.path(),
        &[
            "verify",
            "--provider",
            "user-api",
            "--provider-url",
            &provider("Ada"),
            "--file",
            "a.json",
            "--ignore-states",
        ],
    );
    assert_snapshot!(ran.shown(&[]), @r#"
    exit 0
    web-app → user-api   a.json
      ✓ a request for user 1 [user exists]
          warning: nothing sets provider state "user exists"

    user-api fulfils its contracts: 1 of 1 interaction passed
    "#);
}

#[test]
fn a_provider_that_breaks_its_contract() {
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("a.json"), contract_text(None)).unwrap();
    let url = provider("Grace");
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
    assert_snapshot!(verify(&[]).shown(&[(&url, "http://provider")]), @r#"
    exit 1
    web-app → user-api   a.json
      ✗ a request for user 1

    ✗ web-app → user-api: a request for user 1   a.json

      response body does not match (1 mismatch)

      $.name  expected "Ada"  got "Grace"

        {
          "id": 1,
      -   "name": "Ada"
      +   "name": "Grace"
        }

      reproduce: curl -i 'http://provider/users/1'

    user-api breaks its contracts: 1 of 1 interaction failed
    "#);

    let json = verify(&["--output", "json"]);
    assert_eq!(json.code, 1);
    let json: serde_json::Value = serde_json::from_str(&json.out).unwrap();
    assert_eq!(json["counts"]["failed"], 1);
    assert_eq!(
        json["contracts"][0]["interactions"][0]["failure"]["mismatches"][0]["path"],
        "$.name"
    );

    let junit = verify(&["--output", "junit"]);
    assert_eq!(junit.code, 1);
    assert!(
        junit
            .out
            .contains("<testsuite name=\"web-app → user-api\" tests=\"1\" failures=\"1\""),
        "{}",
        junit.out
    );
    assert!(
        junit.out.contains("<failure message=\"1 mismatch\">"),
        "{}",
        junit.out
    );

    let github = verify(&["--output", "github"]);
    let annotation = github.out.lines().last().unwrap();
    assert!(
        annotation.starts_with("::error file=a.json,title=web-app → user-api%3A a request for user 1::"),
        "{annotation}"
    );

    let html = verify(&["--output", "html", "--output-file", "report.html"]);
    assert!(html.out.contains("1 of 1 interaction failed"), "{}", html.out);
    let page = fs::read_to_string(directory.path().join("report.html")).unwrap();
    assert!(
        page.contains("<li class=\"failed\">a request for user 1<pre>"),
        "{page}"
    );
}

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
      web-app 1 → user-api 7  verified

    All required verification results are there
    yes: it may be deployed
    "#);
    assert_snapshot!(ask(answer("false", "false", "The verification failed")).shown(&[]), @r#"
    exit 1
      web-app 1 → user-api 7  failed

    The verification failed
    no: it may not be deployed
    "#);
    assert_eq!(ask(answer("null", "null", "No result yet")).code, 1);
}

#[test]
fn this_machine_is_not_reached_through_a_proxy_and_an_error_names_the_proxy() {
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("a.json"), contract_text(None)).unwrap();
    let proxy = nobody();
    let verify = |url: &str, variables: &[(&str, &str)]| {
        contract_with(
            directory.path(),
            variables,
            &[
                "verify",
                "--provider",
                "user-api",
                "--provider-url",
                url,
                "--file",
                "a.json",
            ],
        )
    };
    let url = provider("Ada");
    let named = url.replace("127.0.0.1", "localhost");
    for variable in ["HTTP_PROXY", "http_proxy", "ALL_PROXY"] {
        for url in [&url, &named] {
            let ran = verify(url, &[(variable, &proxy)]);
            assert_eq!(ran.code, 0, "{}", ran.shown(&[]));
        }
    }
    let elsewhere = "http://provider.example.com";
    assert_snapshot!(verify(elsewhere, &[("HTTP_PROXY", &proxy)]).shown(&[(&proxy, "http://proxy")]), @"
    exit 3
    error: the provider at http://provider.example.com cannot be reached through the proxy http://proxy (Connection refused): correct HTTP_PROXY, HTTPS_PROXY or ALL_PROXY, or name the host in NO_PROXY to go past the proxy
    ");
}

/// An address at which nobody listens.
fn nobody() -> String {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    format!("http://{}", listener.local_addr().unwrap())
}

#[test]
fn a_body_beyond_the_limit_fails_its_interaction() {
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("a.json"), contract_text(None)).unwrap();
    let verify = |size: &str| {
        contract(
            directory.path(),
            &[
                "verify",
                "--provider",
                "user-api",
                "--provider-url",
                &provider("Ada"),
                "--file",
                "a.json",
                "--max-body-size",
                size,
            ],
        )
    };
    assert_eq!(verify("1KiB").code, 0);
    let ran = verify("8");
    assert_eq!(ran.code, 1);
    assert!(
        ran.out.contains("longer than the limit of 8 bytes"),
        "{}",
        ran.shown(&[])
    );
    let ran = verify("many");
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("--max-body-size"), "{}", ran.shown(&[]));
}
