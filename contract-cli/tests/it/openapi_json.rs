//! The JSON of `contract openapi` is as its schemas in the book say, and the badge of coverage.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::run::contract;

const DESCRIPTION: &str = "openapi: 3.0.3
info: {title: Shop, version: 1.0.0}
paths:
  /articles/{id}: &article
    get:
      operationId: article
      parameters: [{name: id, in: path, required: true, schema: {type: integer}}]
      responses:
        '200':
          description: an article
          content: {application/json: {schema: {$ref: '#/components/schemas/Article'}}}
  /goods/{id}: *article
components:
  schemas:
    Article: {type: object, required: [id], properties: {id: {type: integer}, name: {type: string}}}
";

fn folder() -> tempfile::TempDir {
    let directory = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| fs::write(directory.path().join(name), text).unwrap();
    write("openapi.yaml", DESCRIPTION);
    write(
        "new.yaml",
        &DESCRIPTION.replace("name: {type: string}", "name: {type: integer}"),
    );
    let interaction = |description: &str, path: &str, body: Value| {
        json!({
            "description": description,
            "providerStates": [{ "name": "it is there" }],
            "request": { "method": "GET", "path": path },
            "response": { "status": 200, "headers": { "Content-Type": "application/json" }, "body": body },
        })
    };
    let web = json!({
        "consumer": { "name": "web" },
        "provider": { "name": "shop" },
        "interactions": [
            interaction("an article", "/articles/1", json!({ "id": 1, "name": "tea" })),
            interaction("an article with a typo", "/articles/2", json!({ "id": 1, "nmae": "tea" })),
            interaction("no such path", "/article/1", json!({ "id": 1 })),
        ],
        "metadata": { "pactSpecification": { "version": "3.0.0" } },
    });
    write("web.json", &web.to_string());
    directory
}

/// Runs a command and checks its output against a schema, which must refuse a member that it does not describe.
fn fits(schema: &str, arguments: &[&str]) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../docs/src/schemas")
        .join(schema);
    let schema: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    let validator = jsonschema::draft202012::new(&schema).unwrap();
    let directory = folder();
    let mut all = vec!["openapi"];
    all.extend(arguments);
    all.extend(["--output", "json"]);
    let shown = contract(directory.path(), &all).shown(&[]);
    let start = shown.find(['{', '[']).unwrap_or_else(|| panic!("{shown}"));
    let mut documents = serde_json::Deserializer::from_str(&shown[start..]).into_iter::<Value>();
    let document = documents
        .next()
        .unwrap()
        .unwrap_or_else(|error| panic!("{error}: {shown}"));
    let errors: Vec<String> = validator
        .iter_errors(&document)
        .map(|error| format!("{} {error}", error.instance_path()))
        .collect();
    assert_eq!(errors, Vec::<String>::new(), "{shown}");
    let mut more = document.clone();
    let first = match &mut more {
        Value::Array(elements) => elements.first_mut().unwrap(),
        other => other,
    };
    first["colour"] = json!("green");
    assert!(!validator.is_valid(&more), "whoever adds a member describes it");
    document
}

#[test]
fn findings_about_a_description() {
    for command in ["check", "lint"] {
        let findings = fits("openapi-findings.json", &[command, "openapi.yaml"]);
        assert!(!findings.as_array().unwrap().is_empty(), "{command}");
    }
    let findings = fits("openapi-findings.json", &["lint", "openapi.yaml", "--owasp"]);
    let has_security = |finding: &Value| finding["code"].as_str().unwrap().starts_with("owasp-");
    assert!(findings.as_array().unwrap().iter().any(has_security));
}

#[test]
fn contracts_compared_with_a_description() {
    let results = fits(
        "openapi-comparison.json",
        &["compare", "openapi.yaml", "web.json"],
    );
    assert_eq!(results[0]["contract"], "web.json");
    let levels: Vec<&Value> = results[0]["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|finding| &finding["type"])
        .collect();
    assert!(
        levels.contains(&&json!("error")) && levels.contains(&&json!("warning")),
        "{levels:?}"
    );
}

#[test]
fn changes_of_a_description() {
    for command in ["diff", "changelog"] {
        let changes = fits(
            "openapi-changes.json",
            &[command, "openapi.yaml", "new.yaml", "--contracts", "web.json"],
        );
        let change = &changes["changes"][0];
        assert_eq!(
            (&change["places"], &change["reaches"][0]["path"]),
            (&json!(2), &json!("/goods/{id}"))
        );
        assert_eq!(change["effect"], "breaks");
    }
}

#[test]
fn coverage_and_its_badge() {
    let arguments = ["coverage", "openapi.yaml", "web.json"];
    let report = fits("openapi-coverage.json", &arguments);
    assert_eq!(
        report["totals"][0],
        json!({ "dimension": "operation", "covered": 1, "partly": 0, "counted": 2, "excluded": 0 })
    );
    let directory = folder();
    let badge = |more: &[&str]| {
        let arguments = [&["openapi"], &arguments[..], &["--badge", "badge.svg"], more].concat();
        contract(directory.path(), &arguments).shown(&[]);
        fs::read_to_string(directory.path().join("badge.svg")).unwrap()
    };
    let (green, yellow, red) = ("#2e8540", "#9a6700", "#b3261e");
    assert!(badge(&[]).contains("<title>contract coverage: 50 % of operations</title>"));
    assert!(badge(&[]).contains(yellow));
    assert!(badge(&["--min", "operations=50"]).contains(green));
    assert!(badge(&["--min", "operations=51"]).contains(red));
    let shown = contract(
        directory.path(),
        &[
            "openapi",
            "coverage",
            "openapi.yaml",
            "web.json",
            "--badge",
            "none/badge.svg",
        ],
    )
    .shown(&[]);
    assert!(shown.contains("writing none/badge.svg: "), "{shown}");
}

#[test]
fn a_rule_file_extends_one_beside_it() {
    let directory = folder();
    fs::create_dir(directory.path().join("rules")).unwrap();
    let write = |name: &str, text: &str| fs::write(directory.path().join(name), text).unwrap();
    write(
        "rules/base.yaml",
        "rules: {titled: {given: '$.info.title', then: {function: length, functionOptions: {max: 2}}, severity: error}}\n",
    );
    write("rules/team.yaml", "extends: [./base.yaml, [spectral:oas, off]]\n");
    let lint = |rules: &str| {
        contract(
            directory.path(),
            &["openapi", "lint", "openapi.yaml", "--ruleset", rules],
        )
        .shown(&[])
    };
    let shown = lint("rules/team.yaml");
    assert!(shown.starts_with("exit 1\n"), "{shown}");
    assert!(
        shown.contains("error titled: must be shorter than or equal to 2"),
        "{shown}"
    );
    assert!(shown.contains("openapi.yaml:2:15"), "{shown}");
    write(
        "rules/bad.yaml",
        "rules:\n  titled:\n    given: $.info[?(@.title =~ /a/)]\n    then: {function: truthy}\n",
    );
    let shown = lint("rules/bad.yaml");
    assert!(shown.starts_with("exit 2\n"), "{shown}");
    assert!(
        shown.contains(
            "rules/bad.yaml:3:12: the JSONPath $.info[?(@.title =~ /a/)] cannot be used: character 18"
        ),
        "{shown}"
    );
}
