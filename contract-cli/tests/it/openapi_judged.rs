//! What `contract openapi` decides: a break is shown in every output, and what cannot be compared is an error.

use std::fs;

use crate::run::{Ran, contract};

const BEFORE: &str = "openapi: 3.0.3
info: {title: Shop, version: 1.0.0}
paths:
  /articles/{id}:
    get:
      parameters: [{name: id, in: path, required: true, schema: {type: string}}]
      responses: {200: {$ref: '#/components/responses/Article'}}
components:
  responses:
    Article:
      description: an article
      content: {application/json: {schema: {type: object, required: [name], properties: {name: {type: string}}}}}
";

/// A more exact path that takes the consumer's requests over: the only change is that it was added.
const MORE: &str = "  /articles/newest:
    get:
      responses:
        200:
          description: a draft
          content: {application/json: {schema: {type: object, properties: {draft: {type: boolean}}, additionalProperties: false}}}
components:
";

fn folder() -> tempfile::TempDir {
    let directory = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| fs::write(directory.path().join(name), text).unwrap();
    write("before.yaml", BEFORE);
    write("after.yaml", &BEFORE.replace("components:\n", MORE));
    write(
        "lost.yaml",
        &BEFORE.replace(
            "schema: {type: object",
            "schema: {$ref: '#/components/schemas/Article', type: object",
        ),
    );
    let interaction = serde_json::json!({
        "description": "the newest article",
        "request": {"method": "GET", "path": "/articles/newest"},
        "response": {"status": 200, "headers": {"Content-Type": "application/json"}, "body": {"name": "tea"}},
    });
    let contract = serde_json::json!({
        "consumer": {"name": "web"}, "provider": {"name": "shop"}, "interactions": [interaction],
        "metadata": {"pactSpecification": {"version": "3.0.0"}},
    });
    write("web-shop.json", &contract.to_string());
    directory
}

fn diff(directory: &tempfile::TempDir, more: &[&str]) -> Ran {
    let both = [
        "openapi",
        "diff",
        "before.yaml",
        "after.yaml",
        "--contracts",
        "web-shop.json",
    ];
    contract(directory.path(), &[&both[..], more].concat())
}

#[test]
fn a_break_that_only_a_contract_shows_is_a_finding_in_every_output() {
    let directory = folder();
    for output in ["text", "junit", "sarif", "github", "markdown", "html", "json"] {
        let shown = diff(&directory, &["--output", output]);
        assert_eq!(shown.code, 1, "{output}: {}{}", shown.out, shown.err);
        for what in ["response.body.incompatible", "the newest article", "web"] {
            assert!(shown.out.contains(what), "{output}: {what}: {}", shown.out);
        }
    }
    let text = diff(&directory, &[]).out;
    assert!(
        text.ends_with("not compatible: major version, 1 of 1 known consumer would break\n"),
        "{text}"
    );
    let changelog = contract(
        directory.path(),
        &[
            "openapi",
            "changelog",
            "before.yaml",
            "after.yaml",
            "--contracts",
            "web-shop.json",
        ],
    );
    assert!(
        changelog.out.contains("response.body.incompatible"),
        "{}",
        changelog.out
    );
}

#[test]
fn the_decision_says_why_the_exit_code_is_another() {
    let directory = folder();
    let never = diff(&directory, &["--fail-on", "never"]);
    assert_eq!(never.code, 0);
    assert!(
        never.out.ends_with("would break, but --fail-on accepts it\n"),
        "{}",
        never.out
    );
    let accepted = diff(&directory, &["--baseline", "known.json", "--update-baseline"]);
    assert_eq!(accepted.code, 0, "{}{}", accepted.out, accepted.err);
    assert!(
        accepted.out.ends_with("would break, accepted by the baseline\n"),
        "{}",
        accepted.out
    );
    let asked = contract(
        directory.path(),
        &[
            "openapi",
            "diff",
            "before.yaml",
            "before.yaml",
            "--fail-on",
            "info",
        ],
    );
    assert_eq!(asked.code, 0);
    assert!(
        asked
            .out
            .ends_with("compatible: patch version, no contract was given\n"),
        "{}",
        asked.out
    );
}

#[test]
fn what_is_not_judged_is_said() {
    let directory = folder();
    let strange = BEFORE.replace("{type: string}}}}}", "{type: string, shape: round}}}}}");
    fs::write(directory.path().join("strange.yaml"), strange).unwrap();
    let shown = contract(
        directory.path(),
        &["openapi", "diff", "before.yaml", "strange.yaml"],
    );
    assert_eq!(shown.code, 0);
    assert!(
        shown.out.contains("warning response-property-keyword-changed"),
        "{}",
        shown.out
    );
    assert!(
        shown.out.ends_with(
            "compatible as far as it is judged: minor version, no contract was given, 1 change is not judged: look at it\n"
        ),
        "{}",
        shown.out
    );
}

#[test]
fn a_reference_that_leads_nowhere_is_an_error() {
    let directory = folder();
    for arguments in [
        &["compare", "lost.yaml", "web-shop.json"][..],
        &["compare", "lost.yaml", "web-shop.json", "--parity"],
        &["diff", "before.yaml", "lost.yaml"],
        &["diff", "lost.yaml", "before.yaml"],
        &["changelog", "before.yaml", "lost.yaml"],
        &["coverage", "lost.yaml", "web-shop.json"],
    ] {
        let ran = contract(directory.path(), &[&["openapi"], arguments].concat());
        assert_eq!(ran.code, 2, "{arguments:?}: {}{}", ran.out, ran.err);
        assert!(
            ran.err
                .contains("lost.yaml:12:51: the reference #/components/schemas/Article leads nowhere"),
            "{arguments:?}: {}",
            ran.err
        );
    }
}

#[cfg(unix)]
#[test]
fn a_link_does_not_lead_out_of_the_folder_of_the_description() {
    let directory = folder();
    let path = |name: &str| directory.path().join(name);
    fs::create_dir(path("api")).unwrap();
    fs::write(path("secret.yaml"), "Article: {type: object}\n").unwrap();
    fs::write(path("api/there.yaml"), "Article: {type: object}\n").unwrap();
    std::os::unix::fs::symlink("../secret.yaml", path("api/out.yaml")).unwrap();
    std::os::unix::fs::symlink("there.yaml", path("api/in.yaml")).unwrap();
    for (file, code) in [("out.yaml", 2), ("in.yaml", 0)] {
        let text = BEFORE.replace(
            "{type: object, required: [name], properties: {name: {type: string}}}",
            &format!("{{$ref: '{file}#/Article'}}"),
        );
        fs::write(path("api/openapi.yaml"), text).unwrap();
        let ran = contract(
            directory.path(),
            &["openapi", "diff", "api/openapi.yaml", "api/openapi.yaml"],
        );
        assert_eq!(ran.code, code, "{file}: {}{}", ran.out, ran.err);
        assert_eq!(
            ran.err
                .contains("it is a link out of the folder of the description"),
            code == 2,
            "{}",
            ran.err
        );
    }
}
