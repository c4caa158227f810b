//! A reference that leads nowhere is an error, never a schema that accepts everything.

use contract_openapi::breaking::{BreakingOptions, Population, compare_for_consumers};
use contract_openapi::coverage::coverage;
use contract_openapi::document::{LoadOptions, MemorySources};
use contract_openapi::lint::{Ruleset, lint};
use contract_openapi::{Comparator, CompareOptions, Comparison, ContractFile, Description, ErrorKind};

fn description(schema: &str) -> String {
    format!(
        "openapi: 3.1.0
info: {{title: Shop, version: 1.0.0}}
paths:
  /articles:
    get:
      responses:
        default:
          description: articles
          content: {{application/json: {{schema: {schema}}}}}
components:
  schemas:
    Article:
      type: object
      example: {{$ref: '#/nowhere'}}
      properties: {{default: {{type: string, $anchor: word}}}}
"
    )
}

fn loaded(text: &str) -> Description {
    let sources = MemorySources::from([
        ("openapi.yaml", text),
        (
            "there.yaml",
            "Good: {type: string}\nBad: {items: {$ref: '#/Gone'}}\n",
        ),
    ]);
    Description::load("openapi.yaml", &sources, &LoadOptions::default()).unwrap()
}

/// The message of the error of everything that compares; all say the same.
fn refusal(text: &str) -> Option<String> {
    let (description, whole) = (loaded(text), loaded(&description("{}")));
    let options = BreakingOptions::default();
    let compared = Comparator::new(&description, CompareOptions::default()).err();
    let others = [
        coverage(&description, &[]).err(),
        compare_for_consumers(&description, &whole, &[], Population::Open, &options).err(),
        compare_for_consumers(&whole, &description, &[], Population::Open, &options).err(),
    ];
    for other in others {
        assert_eq!(other, compared);
    }
    let error = compared?;
    assert_eq!(error.kind(), ErrorKind::Reference);
    Some(error.to_string())
}

#[test]
fn a_reference_that_leads_nowhere_is_named_with_its_place() {
    for (schema, at, why) in [
        (
            "{$ref: '#/components/schemas/Articel'}",
            "9:55",
            "openapi.yaml has nothing at",
        ),
        (
            "{items: {$ref: gone.yaml}}",
            "9:63",
            "file gone.yaml could not be read",
        ),
        (
            "{items: {$ref: 'https://schemas.example/a.json'}}",
            "9:63",
            "--allow-url-refs",
        ),
        ("{anyOf: [{$ref: '#wort'}]}", "9:64", "#wort is no JSON Pointer"),
        (
            "{properties: {default: {$ref: '#/x'}}}",
            "9:78",
            "has nothing at #/x",
        ),
    ] {
        let text = refusal(&description(schema)).unwrap();
        assert!(
            text.starts_with(&format!("openapi.yaml:{at}: the reference ")),
            "{text}"
        );
        assert!(text.contains(why), "{text}");
    }
    let text = refusal(&description("{$ref: 'there.yaml#/Bad'}")).unwrap();
    assert!(text.starts_with("there.yaml:2:"), "{text}");
    let text = refusal(&description("{anyOf: [{$ref: '#/a'}, {$ref: '#/b'}]}")).unwrap();
    assert!(
        text.contains("#/a leads nowhere") && text.ends_with("1 more lead nowhere."),
        "{text}"
    );
}

#[test]
fn values_and_what_nobody_refers_to_are_no_references() {
    for schema in [
        "{$ref: '#/components/schemas/Article'}",
        "{$ref: '#word'}",
        "{$ref: 'there.yaml#/Good'}",
        "{enum: [{$ref: '#/x'}], default: {$ref: '#/x'}, x-note: {$ref: '#/x'}}",
        "{properties: {$ref: {type: string}}}",
    ] {
        assert_eq!(refusal(&description(schema)), None, "{schema}");
    }
}

/// A description whose `GET /tree` is answered by a tree; its leaves have a value of this type.
fn tree(anchors: &str) -> String {
    format!(
        "openapi: 3.1.0
paths:
  /tree:
    get:
      responses:
        200:
          description: a tree
          content:
            application/json:
              schema:
                $id: https://schemas.example/tree
                $dynamicAnchor: node
                type: object
                properties:
                  value: {{type: integer}}
                  children: {{type: array, items: {{$dynamicRef: '#node'}}}}
  /again:
    get:
      responses:
        200:
          description: the same tree
          content: {{application/json: {{schema: {{$ref: 'https://schemas.example/tree'}}}}}}
components: {{schemas: {{Other: {{{anchors}}}}}}}
"
    )
}

/// The comparison of a tree whose inner value is a text.
fn compared(description: &str, path: &str) -> Comparison {
    let description = Description::from_text("openapi.yaml", description).unwrap();
    let contract = serde_json::json!({"interactions": [{
        "description": "a tree", "request": {"method": "GET", "path": path},
        "response": {"status": 200, "headers": {"Content-Type": "application/json"},
            "body": {"value": 1, "children": [{"value": "x"}]}},
    }]});
    let contract = ContractFile::from_text("web.json", &contract.to_string()).unwrap();
    let comparator = Comparator::new(&description, CompareOptions::default()).unwrap();
    comparator.compare(&contract).unwrap()
}

#[test]
fn dynamic_and_embedded_references_are_followed_or_unknown() {
    for path in ["/tree", "/again"] {
        let comparison = compared(&tree("type: string"), path);
        assert!(!comparison.is_compatible(), "{path}: {comparison:?}");
    }
    let several = tree("$dynamicAnchor: node, type: object");
    let comparison = compared(&several, "/tree");
    assert_eq!(comparison.unknown_reasons.get("dynamic-reference"), Some(&1));
    let description = Description::from_text("openapi.yaml", &several).unwrap();
    let findings = lint(description.documents(), &Ruleset::default());
    assert!(
        findings
            .iter()
            .any(|finding| finding.code == "contract-dynamic-reference"),
        "{findings:?}"
    );
}
