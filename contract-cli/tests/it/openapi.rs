//! `contract openapi`

use std::fs;

use base64::Engine as _;
use insta::assert_snapshot;

use crate::run::contract;
use crate::stub::{Answers, nobody};

const DESCRIPTION: &str = "openapi: 3.0.3
info: {title: Shop, version: 1.0.0}
paths:
  /articles/{id}:
    get:
      parameters: [{name: id, in: path, required: true, schema: {type: integer}}]
      responses:
        200:
          description: an article
          content:
            application/json:
              schema: {$ref: 'article.yaml#/Article'}
";

const ARTICLE: &str = "Article:
  type: object
  required: [id, name]
  properties: {id: {type: integer}, name: {type: string}}
";

const CONTRACT: &str = r#"{
  "consumer": {"name": "web"},
  "provider": {"name": "shop"},
  "interactions": [{
    "description": "an article",
    "request": {"method": "GET", "path": "/articles/1"},
    "response": {
      "status": 200,
      "headers": {"Content-Type": "application/json"},
      "body": {"id": 1, "name": "tea"},
      "matchingRules": {"body": {"$": {"matchers": [{"match": "type"}]}}}
    }
  }],
  "metadata": {"pactSpecification": {"version": "3.0.0"}}
}"#;

fn folder() -> tempfile::TempDir {
    let directory = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| fs::write(directory.path().join(name), text).unwrap();
    fs::create_dir(directory.path().join("new")).unwrap();
    write("openapi.yaml", DESCRIPTION);
    write("article.yaml", ARTICLE);
    write("web-shop.json", CONTRACT);
    write(
        "wrong.json",
        &CONTRACT.replace("\"name\": \"tea\"", "\"nmae\": \"tea\""),
    );
    write("new/openapi.yaml", DESCRIPTION);
    write(
        "new/article.yaml",
        &ARTICLE
            .replace(", name]", "]")
            .replace(", name: {type: string}", ""),
    );
    directory
}

#[test]
fn contracts_are_compared_with_a_description() {
    let directory = folder();
    let run = |arguments: &[&str]| contract(directory.path(), arguments).shown(&[]);
    insta::assert_snapshot!(run(&["openapi", "compare", "openapi.yaml", "web-shop.json"]));
    insta::assert_snapshot!(run(&["openapi", "compare", "openapi.yaml", "wrong.json"]));
    insta::assert_snapshot!(run(&["openapi", "compare", "openapi.yaml", "none.json"]));
}

#[test]
fn a_change_names_whom_it_breaks() {
    let directory = folder();
    let run = |arguments: &[&str]| contract(directory.path(), arguments).shown(&[]);
    let both = [
        "openapi",
        "diff",
        "openapi.yaml",
        "new/openapi.yaml",
        "--contracts",
        "web-shop.json",
    ];
    insta::assert_snapshot!(run(&both));
    insta::assert_snapshot!(run(&["openapi", "diff", "openapi.yaml", "openapi.yaml"]));
}

#[test]
fn a_description_is_judged_and_counted() {
    let directory = folder();
    let run = |arguments: &[&str]| contract(directory.path(), arguments).shown(&[]);
    insta::assert_snapshot!(run(&["openapi", "check", "openapi.yaml"]));
    insta::assert_snapshot!(run(&[
        "openapi",
        "coverage",
        "openapi.yaml",
        "web-shop.json",
        "--min",
        "operations=100"
    ]));
}

/// The single file of a description.
const WHOLE: &str = "openapi: 3.0.3
info: {title: Shop, version: 1.0.0}
paths:
  /articles/{id}:
    get:
      parameters: [{name: id, in: path, required: true, schema: {type: integer}}]
      responses:
        200:
          description: an article
          content:
            application/json:
              schema: {type: object, required: [id, name], properties: {id: {type: integer}, name: {type: string}}}
";

/// A broker whose provider `shop` has a description of version 2, on the branch `main` with the newer version 3.
fn broker_with_description() -> String {
    let description = serde_json::json!({
        "contentType": "application/yaml",
        "content": base64::engine::general_purpose::STANDARD.encode(WHOLE),
    });
    Answers::default()
        .with(
            "GET /",
            200,
            r#"{"_links":{
                "pb:pacticipant":{"href":"{base}/pacticipants/{pacticipant}"},
                "pb:environments":{"href":"{base}/environments"}
            }}"#,
        )
        .with("GET /environments", 200, r#"{"_embedded":{"environments":[]}}"#)
        .with("GET /pacticipants/shop", 200, r#"{"name":"shop"}"#)
        .with("GET /pacticipants/shop/branches/main", 200, r#"{"name":"main"}"#)
        .with(
            "GET /pacticipants/shop/branches/main/versions",
            200,
            r#"{"_embedded":{"versions":[{"number":"3"},{"number":"2"}]}}"#,
        )
        .with(
            "GET /provider-contracts/provider/shop",
            200,
            r#"{"_embedded":{"providerContracts":[{"providerVersionNumber":"2"}]}}"#,
        )
        .with(
            "GET /contracts/bi-directional/provider/shop/version/2/provider-contract",
            200,
            description.to_string(),
        )
        .with("GET /openapi.yaml", 200, DESCRIPTION)
        .with("GET /article.yaml", 200, ARTICLE)
        .serve()
}

#[test]
fn descriptions_come_from_the_broker_by_branch_and_version() {
    let directory = folder();
    let url = broker_with_description();
    let run = |description: &str| {
        let arguments = [
            "openapi",
            "compare",
            description,
            "wrong.json",
            "--broker-url",
            &url,
        ];
        contract(directory.path(), &arguments).shown(&[(&url, "BROKER")])
    };
    let on_branch = run("broker:shop@main");
    assert!(on_branch.starts_with("exit 1\n"), "{on_branch}");
    assert!(
        on_branch.contains("must NOT have additional properties - nmae"),
        "{on_branch}"
    );
    assert!(on_branch.contains("--> broker:shop@main:12:"), "{on_branch}");
    assert_eq!(run("broker:shop@2").replace("shop@2", "shop@main"), on_branch);
    assert_snapshot!(run("broker:shop@next"), @r#"
    exit 2
    error: broker:shop@next: "shop" has no branch, environment or version "next" with a description; versions with one: 2
    "#);
    assert_snapshot!(run("broker:other@main"), @r#"
    exit 2
    error: broker:other@main: the broker has no description of "other": publish one with contract publish-provider-contract
    "#);
    assert_snapshot!(run("broker:shop"), @r"
    exit 2
    error: broker:shop: not a description of the broker: write broker:PROVIDER@BRANCH, with the name of a branch, an environment or a version. A published description is one file
    ");
}

#[test]
fn without_a_broker_its_descriptions_are_not_known() {
    let directory = folder();
    let arguments = ["openapi", "check", "broker:shop@main"];
    assert_snapshot!(contract(directory.path(), &arguments).shown(&[]), @r"
    exit 2
    error: broker:shop@main: where is the broker? Give --broker-url, or set CONTRACT_BROKER_URL
    ");
    // A broker that cannot be reached may be there later.
    let url = nobody();
    let unreachable = [&arguments[..], &["--broker-attempts", "1", "--broker-url", &url]].concat();
    assert_eq!(contract(directory.path(), &unreachable).code, 3);
}

#[test]
fn descriptions_come_from_urls_with_the_files_beside_them() {
    let directory = folder();
    let url = broker_with_description();
    let run = |arguments: &[&str]| contract(directory.path(), arguments);
    let compared = run(&[
        "openapi",
        "compare",
        &format!("{url}/openapi.yaml"),
        "web-shop.json",
    ]);
    assert_eq!(compared.code, 0, "{}{}", compared.out, compared.err);

    // A file leads to a URL only if that is allowed.
    let remote = DESCRIPTION.replace("article.yaml", &format!("{url}/article.yaml"));
    fs::write(directory.path().join("remote.yaml"), remote).unwrap();
    let refused = run(&["openapi", "check", "remote.yaml"]);
    assert_eq!(refused.code, 1, "{}{}", refused.out, refused.err);
    assert!(
        refused
            .out
            .contains("references to URLs are not followed unless they are allowed"),
        "{}",
        refused.out
    );
    let followed = run(&["openapi", "check", "remote.yaml", "--allow-url-refs"]);
    assert_eq!(followed.code, 0, "{}{}", followed.out, followed.err);
}

#[test]
fn files_beside_a_committed_description_are_those_of_its_revision() {
    let directory = folder();
    let git = |arguments: &[&str]| {
        let done = std::process::Command::new("git")
            .args(["-c", "user.name=Ada", "-c", "user.email=ada@example.com"])
            .args(arguments)
            .current_dir(directory.path())
            .output()
            .unwrap();
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    };
    git(&["init", "-q"]);
    git(&["add", "openapi.yaml", "article.yaml"]);
    git(&["commit", "-q", "-m", "Describe the shop"]);
    let without_name = ARTICLE
        .replace(", name]", "]")
        .replace(", name: {type: string}", "");
    fs::write(directory.path().join("article.yaml"), without_name).unwrap();
    let changed = contract(
        directory.path(),
        &["openapi", "diff", "HEAD:openapi.yaml", "openapi.yaml"],
    );
    assert!(
        changed.out.contains("response-required-property-removed"),
        "{}{}",
        changed.out,
        changed.err
    );
}

#[test]
fn findings_that_were_there_before_are_accepted_by_a_baseline() {
    let directory = folder();
    let run = |arguments: &[&str]| contract(directory.path(), arguments);
    let lint = [
        "openapi",
        "lint",
        "openapi.yaml",
        "--fail-on",
        "info",
        "--baseline",
        "baseline.json",
    ];
    assert_eq!(run(&lint).code, 2, "there is no such file");
    let written = run(&[&lint[..], &["--update-baseline"]].concat());
    assert_eq!(written.code, 0, "{}{}", written.out, written.err);
    let accepted = run(&lint);
    assert_eq!(accepted.code, 0, "{}{}", accepted.out, accepted.err);
    assert!(
        accepted.err.contains("accepted by baseline.json: "),
        "{}",
        accepted.err
    );

    // What is new is found.
    let path = directory.path().join("openapi.yaml");
    fs::write(&path, DESCRIPTION.replace(", version: 1.0.0", "")).unwrap();
    let found = run(&lint);
    assert_ne!(found.code, 0, "{}{}", found.out, found.err);

    // A day that has passed counts no longer.
    fs::write(&path, DESCRIPTION).unwrap();
    let baseline = directory.path().join("baseline.json");
    let text = fs::read_to_string(&baseline).unwrap();
    fs::write(
        &baseline,
        text.replacen(
            r#""code""#,
            r#""until": "2001-01-01", "reason": "for now", "code""#,
            1,
        ),
    )
    .unwrap();
    let expired = run(&lint);
    assert_eq!(expired.code, 1, "{}{}", expired.out, expired.err);
    assert!(expired.err.contains("is accepted no longer"), "{}", expired.err);
}

#[test]
fn several_descriptions_are_judged_together() {
    let directory = folder();
    let write = |name: &str, text: &str| fs::write(directory.path().join(name), text).unwrap();
    write("first.yaml", &DESCRIPTION.replace(", version: 1.0.0", ""));
    write("second.yaml", &DESCRIPTION.replace("title: Shop, ", ""));
    let run = |command: &str, names: &[&str], output: &str| {
        let arguments = [&["openapi", command], names, &["--output", output]].concat();
        contract(directory.path(), &arguments)
    };
    for command in ["check", "lint"] {
        for output in ["text", "json", "junit", "sarif", "github", "markdown", "html"] {
            let shown = run(command, &["first.yaml", "second.yaml"], output);
            assert_eq!(shown.code, 1, "{command} {output}: {}", shown.err);
            for file in ["first.yaml", "second.yaml"] {
                assert!(shown.out.contains(file), "{command} {output}: {}", shown.out);
            }
            // An error of any description counts, in whatever order they are given.
            let other_order = run(command, &["second.yaml", "first.yaml"], output);
            assert_eq!(other_order.code, 1, "{command} {output}");
        }
        // What is found twice is told once.
        let twice = run(command, &["first.yaml", "first.yaml"], "json");
        assert_eq!(twice.out, run(command, &["first.yaml"], "json").out, "{command}");
    }
    // An input that cannot be read is never left out.
    let missing = run("lint", &["openapi.yaml", "none.yaml"], "text");
    assert_eq!(missing.code, 2, "{}{}", missing.out, missing.err);
}

#[test]
fn coverage_is_shown_in_every_format() {
    let directory = folder();
    fs::write(
        directory.path().join("openapi.yaml"),
        format!("{DESCRIPTION}  /carts:\n    get: {{responses: {{200: {{description: carts}}}}}}\n"),
    )
    .unwrap();
    let run = |arguments: &[&str]| {
        let coverage = [
            "openapi",
            "coverage",
            "openapi.yaml",
            "web-shop.json",
            "wrong.json",
        ];
        contract(directory.path(), &[&coverage[..], arguments].concat())
    };
    for output in ["junit", "sarif", "github", "markdown", "html"] {
        let shown = run(&["--output", output]);
        assert_eq!(shown.code, 0, "{output}: {}", shown.err);
        // Annotations of GitHub escape the sign.
        let out = shown.out.replace("%25", "%");
        for text in [
            "50 % covered: 1 of 2",
            "GET /carts",
            "no contract uses this operation",
            "nmae",
        ] {
            assert!(out.contains(text), "{output}: {text}: {out}");
        }
    }
    for more in [
        &["--min", "operations=51"][..],
        &["--fail-on-missing"],
        &["--fail-on", "warning"],
    ] {
        let arguments = [&["--output", "github"], more].concat();
        let shown = run(&arguments);
        assert_eq!(shown.code, 1, "{more:?}: {}{}", shown.out, shown.err);
        assert_eq!(
            shown.out.contains("::error "),
            !more.contains(&"warning"),
            "{}",
            shown.out
        );
    }
}
