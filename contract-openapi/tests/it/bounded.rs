//! Small descriptions that stand for large schemas: the work on them ends, and what is not decided is said.

use std::cell::Cell;
use std::fmt::Write as _;

use contract_openapi::coverage::{CoverageInput, coverage, coverage_while};
use contract_openapi::{Comparator, CompareOptions, Comparison, ContractFile, Description, ErrorKind};
use serde_json::{Value, json};

/// A description whose response has this schema; `schemas` is YAML below `components/schemas`.
fn description(schema: &str, schemas: &str) -> Description {
    let text = format!(
        "
openapi: 3.0.3
info: {{title: a, version: '1'}}
paths:
  /pets/{{id}}:
    get:
      parameters:
        - {{name: id, in: path, required: true, schema: {{type: integer}}}}
        - {{name: kind, in: query, schema: {{$ref: '#/components/schemas/Kind'}}}}
      responses:
        200: {{description: a, content: {{application/json: {{schema: {schema}}}}}}}
components:
  schemas:
    Kind: {{type: string}}
{schemas}"
    );
    Description::from_text("openapi.yaml", &text).unwrap()
}

/// As many schemas, of which each has the next one twice below a keyword, and the last one.
fn doubled(keyword: &str, levels: usize, last: &str) -> String {
    let mut schemas = String::new();
    for level in 0..levels {
        let next = format!("{{$ref: '#/components/schemas/S{}'}}", level + 1);
        // Writing into a text cannot fail.
        let _ = writeln!(schemas, "    S{level}: {{{keyword}: [{next}, {next}]}}");
    }
    let _ = writeln!(schemas, "    S{levels}: {last}");
    schemas
}

fn contract(body: &Value) -> ContractFile {
    let contract = json!({
        "consumer": {"name": "web"},
        "provider": {"name": "pets"},
        "interactions": [{
            "description": "a pet",
            "request": {"method": "GET", "path": "/pets/7", "query": "kind=dog"},
            "response": {"status": 200, "headers": {"Content-Type": "application/json"}, "body": body},
        }],
    });
    ContractFile::from_text("web-pets.json", &contract.to_string()).unwrap()
}

fn compared(description: &Description, body: &Value) -> Result<Comparison, contract_openapi::Error> {
    Comparator::new(description, CompareOptions::default())?.compare(&contract(body))
}

fn messages(comparison: &Comparison) -> Vec<&str> {
    let errors = comparison.findings.iter();
    errors
        .filter(|finding| finding.code.to_string() == "response.body.incompatible")
        .map(|finding| finding.message.as_str())
        .collect()
}

#[test]
fn a_schema_that_applies_many_times_at_one_place_is_applied_once() {
    let last = "{type: object, required: [name], properties: {name: {type: string}}}";
    let nested = description("{$ref: '#/components/schemas/S0'}", &doubled("allOf", 40, last));
    assert_eq!(
        messages(&compared(&nested, &json!({"name": "Rex"})).unwrap()).len(),
        0
    );
    let wrong = compared(&nested, &json!({"name": 7, "age": 3})).unwrap();
    let told = messages(&wrong);
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(
        told.iter().any(|message| message.ends_with("must be string")),
        "{told:?}"
    );
    assert!(told.iter().any(|message| message.ends_with("- age")), "{told:?}");

    let contract = contract(&json!({"name": "Rex"}));
    let input = CoverageInput {
        consumer: "web".to_owned(),
        contract: &contract,
    };
    let covered = coverage(&nested, &[input]).unwrap();
    assert_eq!(covered.totals()[0].covered, 1);
}

#[test]
fn what_is_too_complex_is_an_error_that_names_the_operation() {
    let branches = doubled("oneOf", 40, "{type: array, items: {type: string}}");
    let properties = {
        let mut schemas = String::new();
        for level in 0..40 {
            let next = format!("{{allOf: [{{$ref: '#/components/schemas/S{}'}}]}}", level + 1);
            let _ = writeln!(
                schemas,
                "    S{level}: {{type: object, properties: {{a: {next}, b: {next}}}}}"
            );
        }
        schemas + "    S40: {type: string}\n"
    };
    for schemas in [branches, properties] {
        let description = description("{$ref: '#/components/schemas/S0'}", &schemas);
        for body in [json!({"name": "Rex"}), json!({"a": {"b": {}}})] {
            let error = compared(&description, &body).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Unsupported);
            let text = error.to_string();
            assert!(
                text.contains("a schema of GET /pets/{id} is too complex"),
                "{text}"
            );
            assert!(error.place().is_some(), "{text}");
        }
    }
    let parameter = doubled("anyOf", 40, "{type: integer}").replace("S0:", "Kind:");
    let query = "
openapi: 3.0.3
info: {title: a, version: '1'}
paths:
  /pets/{id}:
    get:
      parameters: [{name: kind, in: query, schema: {$ref: '#/components/schemas/Kind'}}]
      responses: {200: {description: a}}
components:
  schemas:
";
    let description = Description::from_text("openapi.yaml", &format!("{query}{parameter}")).unwrap();
    assert!(compared(&description, &json!(null)).is_err());
}

#[test]
fn a_schema_that_refers_to_itself_at_the_same_place_says_nothing_more_there() {
    let schemas = "
    Pet: {type: object, properties: {kind: {type: string}}, oneOf: [{$ref: '#/components/schemas/Dog'}, {$ref: '#/components/schemas/Cat'}]}
    Dog: {allOf: [{$ref: '#/components/schemas/Pet'}, {type: object, properties: {barks: {type: boolean}}}]}
    Cat: {allOf: [{$ref: '#/components/schemas/Pet'}, {type: object, properties: {lives: {type: integer}}}]}
";
    let description = description("{$ref: '#/components/schemas/Pet'}", schemas);
    let fitting = compared(&description, &json!({"barks": true})).unwrap();
    assert_eq!(messages(&fitting), Vec::<&str>::new());
    let wrong = compared(&description, &json!({"barks": "loud", "lives": "nine"})).unwrap();
    assert_ne!(messages(&wrong), Vec::<&str>::new());
}

#[test]
fn a_comparison_ends_between_two_values_when_it_is_not_wanted() {
    let description = description(
        "{type: object, required: [name], properties: {name: {type: string}}}",
        "",
    );
    let comparator = Comparator::new(&description, CompareOptions::default()).unwrap();
    let contract = contract(&json!({"name": "Rex"}));
    let asked = Cell::new(0);
    let whole = comparator.compare_while(&contract, &|| {
        asked.set(asked.get() + 1);
        true
    });
    assert!(whole.unwrap().is_some());
    assert!(asked.get() > 3, "{}", asked.get());
    for wanted in 0..asked.get() {
        let left: Cell<usize> = Cell::new(wanted);
        let ended = comparator.compare_while(&contract, &|| left.replace(left.get().saturating_sub(1)) > 0);
        assert!(ended.unwrap().is_none(), "{wanted}");
    }
    let inputs = [CoverageInput {
        consumer: "web".to_owned(),
        contract: &contract,
    }];
    assert!(
        coverage_while(&description, &inputs, &|| false)
            .unwrap()
            .is_none()
    );
}

/// Needs more steps than a pattern may take for a long text, whose end does not match.
const SLOW: &str = "'^(x|xx)+(?=y)$'";

#[test]
fn a_pattern_that_takes_too_long_is_unknown_and_never_matched() {
    let long = json!({"name": format!("{}!", "x".repeat(60))});
    let with = |schema: &str| description(&format!("{{type: object, properties: {{name: {schema}}}}}"), "");
    let undecided = compared(&with(&format!("{{type: string, pattern: {SLOW}}}")), &long).unwrap();
    assert_eq!(messages(&undecided), Vec::<&str>::new());
    assert_eq!(undecided.unknown_reasons["pattern"], 2, "{undecided:?}");

    let short = json!({"name": "xx!"});
    let decided = compared(&with(&format!("{{type: string, pattern: {SLOW}}}")), &short).unwrap();
    assert_eq!(messages(&decided).len(), 1);
    assert_eq!(decided.unknown_reasons.get("pattern"), None);

    // What depends on it is as unknown, and what does not is decided.
    for (schema, errors, is_unknown) in [
        (format!("{{not: {{pattern: {SLOW}}}}}"), 0, true),
        (
            format!("{{oneOf: [{{pattern: {SLOW}}}, {{type: string}}]}}"),
            0,
            true,
        ),
        (
            format!("{{anyOf: [{{pattern: {SLOW}}}, {{type: string}}]}}"),
            0,
            false,
        ),
        (
            format!("{{anyOf: [{{pattern: {SLOW}}}, {{type: integer}}]}}"),
            0,
            true,
        ),
        (
            format!("{{type: string, maxLength: 3, pattern: {SLOW}}}"),
            1,
            true,
        ),
    ] {
        let comparison = compared(&with(&schema), &long).unwrap();
        assert_eq!(messages(&comparison).len(), errors, "{schema}");
        assert_eq!(
            comparison.unknown_reasons.contains_key("pattern"),
            is_unknown,
            "{schema}: {comparison:?}"
        );
    }
}
