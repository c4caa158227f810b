//! A reference that leads nowhere is an error, never a schema that accepts everything.

use contract_openapi::breaking::{BreakingOptions, Population, compare_for_consumers};
use contract_openapi::coverage::coverage;
use contract_openapi::document::{LoadOptions, MemorySources};
use contract_openapi::lint::{Ruleset, lint};
use contract_openapi::{Comparator, CompareOptions, Comparison, ContractFile, Description, ErrorKind, Level};

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

/// Two schemas with an address of their own, whose definitions have the same name.
const ADDRESSED: &str = "openapi: 3.1.0
paths:
  /rooms:
    get:
      responses:
        200: {description: a room, content: {application/json: {schema: {$ref: '#/components/schemas/Room'}}}}
  /seats:
    get:
      responses:
        200: {description: a seat, content: {application/json: {schema: {$ref: '#/components/schemas/Seat'}}}}
components:
  schemas:
    Code: {type: boolean}
    Room:
      $id: https://schemas.example/hall/room
      type: object
      example: {$anchor: code}
      properties:
        code: {$ref: '#/$defs/code'}
        anchored: {$ref: '#code'}
        beside: {$ref: 'seat#/$defs/code'}
        inside: {$ref: '#'}
        outside: {$ref: '#/components/schemas/Code'}
      $defs: {code: {$anchor: code, type: integer}}
    Seat:
      $id: https://schemas.example/hall/seat
      type: object
      properties: {code: {$ref: '#/$defs/code'}, anchored: {$ref: '#code'}}
      $defs: {code: {$anchor: code, type: string}}
";

/// The places of the errors in a body that `GET` of this path is answered with.
fn told_of(description: &str, path: &str, body: &serde_json::Value) -> Vec<String> {
    let description = Description::from_text("openapi.yaml", description).unwrap();
    let contract = serde_json::json!({"interactions": [{
        "description": "one", "request": {"method": "GET", "path": path},
        "response": {"status": 200, "headers": {"Content-Type": "application/json"}, "body": body},
    }]});
    let contract = ContractFile::from_text("web.json", &contract.to_string()).unwrap();
    let comparator = Comparator::new(&description, CompareOptions::default()).unwrap();
    let findings = comparator.compare(&contract).unwrap().findings;
    let side = |finding: &contract_openapi::Finding| finding.contract.clone().unwrap().location;
    let errors = findings.iter().filter(|finding| finding.level == Level::Error);
    errors.map(side).collect()
}

#[test]
fn a_fragment_is_looked_up_in_the_schema_with_an_id_around_it() {
    let good = serde_json::json!(
        {"code": 1, "anchored": 1, "beside": "A", "inside": {"code": 2}, "outside": true}
    );
    assert_eq!(told_of(ADDRESSED, "/rooms", &good), Vec::<String>::new());
    let bad = serde_json::json!(
        {"code": "A", "anchored": "A", "beside": 1, "inside": {"code": "A"}, "outside": 1}
    );
    let at = |way: &str| format!("[root].interactions[0].response.body.{way}");
    assert_eq!(
        told_of(ADDRESSED, "/rooms", &bad),
        ["code", "anchored", "beside", "inside.code", "outside"].map(at)
    );
    let seat = serde_json::json!({"code": "A", "anchored": "A"});
    assert_eq!(told_of(ADDRESSED, "/seats", &seat), Vec::<String>::new());
    let seat = serde_json::json!({"code": 1, "anchored": 1});
    assert_eq!(told_of(ADDRESSED, "/seats", &seat), ["code", "anchored"].map(at));
}

#[test]
fn an_id_that_is_a_name_or_a_value_is_no_address() {
    let text = ADDRESSED.replace(
        "      example: {$anchor: code}\n",
        "      example: {$id: 'https://schemas.example/hall/seat', $ref: '#/nowhere'}\n",
    );
    let text = text.replace(
        "        code: {$ref: '#/$defs/code'}\n",
        "        $id: {type: string}\n        code: {$ref: '#/$defs/code'}\n",
    );
    let body = serde_json::json!({"$id": "x", "code": 1, "beside": "A"});
    assert_eq!(told_of(&text, "/rooms", &body), Vec::<String>::new());
}

#[test]
fn a_change_behind_an_id_is_found_in_its_schema() {
    let changed = ADDRESSED.replace("$anchor: code, type: string", "$anchor: code, type: integer");
    let (before, after) = (loaded(ADDRESSED), loaded(&changed));
    let changelog = compare_for_consumers(
        &before,
        &after,
        &[],
        Population::Open,
        &BreakingOptions::default(),
    )
    .unwrap();
    let [judged] = &changelog.changes[..] else {
        panic!("{:?}", changelog.changes);
    };
    let change = &judged.change;
    assert_eq!(change.id, "response-property-type-changed");
    let reached: Vec<&str> = change
        .reaches
        .iter()
        .map(|reached| reached.path.as_str())
        .collect();
    assert_eq!(
        (change.path.as_deref(), reached),
        (Some("/rooms"), vec!["/seats"])
    );
}
