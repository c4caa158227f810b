//! An edit of what several operations refer to is one change.

use contract_openapi::breaking::{
    BreakingOptions, Consumer, Effect, JudgedChangelog, Population, compare_descriptions,
    compare_for_consumers,
};
use contract_openapi::report::{Issue, sarif, text};
use contract_openapi::{ContractFile, Description};
use serde_json::json;

/// Ten operations whose responses lead to one schema, two of them twice.
fn description(name: &str, schema: &str) -> Description {
    let paths: Vec<String> = (0..10)
        .map(|number| {
            let created = if number < 2 {
                ", '201': {$ref: '#/components/responses/One'}"
            } else {
                ""
            };
            format!("  /a{number}: {{get: {{responses: {{'200': {{$ref: '#/components/responses/One'}}{created}}}}}}}")
        })
        .collect();
    let paths = paths.join("\n");
    let text = format!(
        "openapi: 3.0.3\ninfo: {{title: a, version: '1'}}\npaths:\n{paths}\ncomponents:\n  responses:\n    One: {{description: one, content: \
         {{application/json: {{schema: {{$ref: '#/components/schemas/Outer'}}}}}}}}\n  schemas:\n    Outer: {{type: object, properties: \
         {{inner: {{$ref: '#/components/schemas/Inner'}}}}}}\n    Inner: {schema}\n"
    );
    Description::from_text(name, &text).unwrap()
}

fn pair() -> (Description, Description) {
    (
        description(
            "old.yaml",
            "{type: object, required: [id], properties: {id: {type: string}, name: {type: string}}}",
        ),
        description(
            "new.yaml",
            "{type: object, required: [id], properties: {id: {type: integer}, name: {type: string}}}",
        ),
    )
}

fn judged(consumers: &[Consumer<'_>]) -> (Description, Description, JudgedChangelog) {
    let (before, after) = pair();
    let options = BreakingOptions::default();
    let changelog = compare_for_consumers(&before, &after, consumers, Population::Closed, &options).unwrap();
    (before, after, changelog)
}

#[test]
fn a_change_behind_references_is_told_once_with_what_it_reaches() {
    let (before, after) = pair();
    let changes = compare_descriptions(&before, &after, &BreakingOptions::default()).changes;
    let found: Vec<(&str, usize, usize)> = changes
        .iter()
        .map(|change| (change.id.as_str(), change.places, change.reaches.len()))
        .collect();
    assert_eq!(found, [("response-property-type-changed", 12, 9)]);
    assert_eq!(changes[0].path.as_deref(), Some("/a0"));
    assert_eq!(changes[0].reaches[0].path, "/a1");
    let value = serde_json::to_value(&changes[0]).unwrap();
    assert_eq!(value["places"], 12);
    assert_eq!(value["reaches"][8], json!({ "operation": "GET", "path": "/a9" }));
}

#[test]
fn two_edits_are_two_changes() {
    let before = description(
        "old.yaml",
        "{type: object, properties: {id: {type: string}, name: {type: string}}}",
    );
    let after = description(
        "new.yaml",
        "{type: object, properties: {id: {type: integer}, name: {type: integer}}}",
    );
    let changes = compare_descriptions(&before, &after, &BreakingOptions::default()).changes;
    assert_eq!(changes.len(), 2);
    assert!(changes.iter().all(|change| change.places == 12));
}

#[test]
fn reports_say_what_is_reached() {
    let (before, after, changelog) = judged(&[]);
    let issues: Vec<Issue> = changelog
        .changes
        .iter()
        .map(|change| Issue::of_change(change, 1, before.documents(), after.documents()))
        .collect();
    let note = "reaches 12 places, also of GET /a1, GET /a2, GET /a3 and 6 other operations";
    assert!(text(&issues).contains(note), "{}", text(&issues));
    assert_eq!(issues.len(), 1);
    let sarif = sarif(&issues);
    assert_eq!(sarif["runs"][0]["results"].as_array().unwrap().len(), 1);
    let message = sarif["runs"][0]["results"][0]["message"]["text"]
        .as_str()
        .unwrap();
    assert!(message.contains(note), "{message}");
}

#[test]
fn a_consumer_of_any_operation_that_is_reached_is_affected() {
    let contract = |path: &str| {
        let contract = json!({
            "consumer": {"name": "web"},
            "provider": {"name": "api"},
            "interactions": [{
                "description": "one",
                "request": {"method": "GET", "path": path},
                "response": {"status": 200, "headers": {"Content-Type": "application/json"}, "body": {"inner": {"id": "a"}}},
            }],
        });
        ContractFile::from_text("web-api.json", &contract.to_string()).unwrap()
    };
    let used = contract("/a7");
    let consumer = |contract| Consumer {
        name: "web".to_owned(),
        version: None,
        environments: Vec::new(),
        contract,
    };
    let (_, _, changelog) = judged(&[consumer(&used)]);
    assert_eq!(changelog.changes[0].effect, Effect::Breaks);
    assert_eq!(changelog.changes[0].consumers.len(), 1);
}
