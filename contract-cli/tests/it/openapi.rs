//! `contract openapi`

use std::fs;

use crate::run::contract;

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
