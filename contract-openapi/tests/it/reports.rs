//! How findings are shown.

use contract_openapi::report::{Issue, github, html, junit, markdown, sarif, text};
use contract_openapi::{Comparator, CompareOptions, ContractFile, Description};
use serde_json::json;

fn issues() -> Vec<Issue> {
    let description = Description::from_text(
        "openapi.yaml",
        "openapi: 3.0.3\npaths:\n  /a:\n    get:\n      responses:\n        200:\n          content:\n            application/json:\n              schema: {type: object, properties: {id: {type: integer}}}\n",
    )
    .unwrap();
    let contract = json!({
        "consumer": {"name": "web"},
        "provider": {"name": "api"},
        "interactions": [{
            "description": "a <b> | c",
            "request": {"method": "GET", "path": "/a"},
            "response": {"status": 200, "headers": {"Content-Type": "application/json"}, "body": {"id": 1, "nmae": "x"}},
        }],
    });
    let text = serde_json::to_string_pretty(&contract).unwrap();
    let contract = ContractFile::from_text("web-api.json", &text).unwrap();
    let comparison = Comparator::new(&description, CompareOptions::default())
        .unwrap()
        .compare(&contract)
        .unwrap();
    let documents = (contract.documents(), Some(description.documents()));
    comparison
        .findings
        .iter()
        .map(|finding| Issue::of_finding(finding, documents.0, documents.1))
        .collect()
}

#[test]
fn for_people() {
    insta::assert_snapshot!(text(&issues()), @r#"
    error response.body.incompatible: Response body is incompatible with the response body schema in the spec file: must NOT have additional properties - nmae
      a <b> | c
      --> web-api.json:15:11 (contract)
          15 |           "nmae": "x"
      --> openapi.yaml:9:23 (description)
           9 |               schema: {type: object, properties: {id: {type: integer}}}

    1 error, 0 warnings, 0 info
    "#);
}

#[test]
fn for_programs() {
    let issues = issues();
    assert_eq!(github(&issues).lines().count(), issues.len());
    assert!(
        github(&issues).starts_with("::error title=response.body.incompatible,file=openapi.yaml,line=9,col=")
    );
    assert!(markdown(&issues).contains("| error | `response.body.incompatible` |"));
    assert!(html("a & b", &issues).contains("<h1>a &amp; b</h1>") && !html("t", &issues).contains("a <b>"));
    let xml = junit("openapi", &issues);
    assert!(xml.contains("failures=\"1\"") && xml.contains("a &lt;b&gt; | c"));
    assert!(junit("openapi", &[]).contains("no findings"));
    let sarif = sarif(&issues);
    assert_eq!(sarif["runs"][0]["results"][0]["level"], "error");
    assert_eq!(
        sarif["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"],
        "openapi.yaml"
    );
}
