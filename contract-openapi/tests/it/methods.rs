//! What is read of OpenAPI 3.2: the method `query`, `additionalOperations`, whole queries, media types by reference.

use contract_openapi::breaking::{BreakingOptions, compare_descriptions};
use contract_openapi::coverage::{CoverageInput, coverage};
use contract_openapi::document::{Documents, LoadOptions, MemorySources};
use contract_openapi::lint::{Ruleset, lint};
use contract_openapi::{Comparator, CompareOptions, ContractFile, Description, Level, bundle};
use serde_json::json;

const SEARCH: &str = "openapi: 3.2.0
info: {title: Shop, version: 1.0.0}
paths:
  /articles/{shelf}:
    parameters: [{name: shelf, in: path, required: true, schema: {type: integer}}]
    query:
      requestBody: {required: true, content: {application/json: {schema: {type: object, properties: {word: {type: string}}}}}}
      responses:
        200: {content: {application/json: {schema: {type: array, items: {type: string}}}}}
    additionalOperations:
      COPY:
        parameters: [{name: to, in: query, required: true, schema: {type: integer}}]
        responses: {204: {description: copied}}
";

fn described(text: &str) -> Description {
    Description::from_text("openapi.yaml", text).unwrap()
}

/// A contract with a search for this word, and a copy to this shelf.
fn contract(word: &serde_json::Value, to: &str) -> ContractFile {
    let contract = json!({"interactions": [
        {
            "description": "a search",
            "request": {
                "method": "QUERY", "path": "/articles/3",
                "headers": {"Content-Type": "application/json"}, "body": {"word": word},
            },
            "response": {"status": 200, "headers": {"Content-Type": "application/json"}, "body": ["chair"]},
        },
        {
            "description": "a copy",
            "request": {"method": "COPY", "path": "/articles/3", "query": {"to": [to]}},
            "response": {"status": 204},
        },
    ], "metadata": {"pactSpecification": {"version": "3.0.0"}}});
    ContractFile::from_text("web.json", &contract.to_string()).unwrap()
}

/// The errors with their places in the description.
fn compared(text: &str, contract: &ContractFile) -> Vec<String> {
    let description = described(text);
    let comparator = Comparator::new(&description, CompareOptions::default()).unwrap();
    let findings = comparator.compare(contract).unwrap().findings;
    let errors = findings.iter().filter(|finding| finding.level == Level::Error);
    errors
        .map(|finding| format!("{} {}", finding.code, finding.spec.as_ref().unwrap().location))
        .collect()
}

#[test]
fn contracts_are_compared() {
    assert_eq!(
        compared(SEARCH, &contract(&json!("chair"), "4")),
        Vec::<String>::new()
    );
    assert_eq!(
        compared(SEARCH, &contract(&json!(1), "x")),
        [
            "request.body.incompatible [root].paths./articles/{shelf}.query.requestBody.content.application/json.schema.properties.word.type",
            "request.query.incompatible [root].paths./articles/{shelf}.additionalOperations.COPY.parameters[0].schema.type",
        ]
    );
    // Earlier versions have neither.
    let earlier = SEARCH.replace("3.2.0", "3.1.0");
    assert_eq!(
        compared(&earlier, &contract(&json!("chair"), "4")),
        ["request.path-or-method.unknown [root].paths"; 2]
    );
}

#[test]
fn changes_are_found() {
    let without_copy = SEARCH.split("    additionalOperations:").next().unwrap();
    let changed = without_copy.replace("word: {type: string}", "word: {type: integer}");
    let changelog = compare_descriptions(
        &described(SEARCH),
        &described(&changed),
        &BreakingOptions::default(),
    );
    let told: Vec<String> = changelog
        .changes
        .iter()
        .filter(|change| change.method.is_some())
        .map(|change| format!("{} {}", change.id, change.method.clone().unwrap_or_default()))
        .collect();
    assert_eq!(
        told,
        [
            "api-removed-without-deprecation COPY",
            "request-property-type-changed QUERY"
        ]
    );
}

#[test]
fn operations_are_covered() {
    let description = described(SEARCH);
    let contract = contract(&json!("chair"), "4");
    let inputs = [CoverageInput {
        consumer: "web".into(),
        contract: &contract,
    }];
    let report = coverage(&description, &inputs).unwrap();
    let operations = &report.totals()[0];
    assert_eq!((operations.covered, operations.counted), (2, 2));
    assert!(report.missing_in_spec.is_empty());
}

#[test]
fn descriptions_are_linted() {
    let told = |text: &str| -> Vec<String> {
        let description = described(text);
        let findings = lint(description.documents(), &Ruleset::default());
        let told = findings
            .iter()
            .map(|finding| format!("{} {}", finding.code, finding.message));
        told.filter(|text| text.contains("shelf") || text.contains("quer") || text.contains("additional"))
            .collect()
    };
    let note = "contract-version-known";
    assert!(
        told(SEARCH).iter().all(|text| text.starts_with(note)),
        "{:?}",
        told(SEARCH)
    );
    let without = SEARCH.replace(
        "    parameters: [{name: shelf, in: path, required: true, schema: {type: integer}}]\n",
        "",
    );
    assert_eq!(
        told(&without)
            .iter()
            .filter(|text| text.contains("must define the path parameter shelf"))
            .count(),
        2,
        "{:?}",
        told(&without)
    );
}

#[test]
fn references_in_them_are_bundled() {
    let text = SEARCH.replace("{type: array, items: {type: string}}", "{$ref: 'names.yaml'}");
    let sources = MemorySources::from([
        ("openapi.yaml", text.as_str()),
        ("names.yaml", "type: array\nitems: {type: string}\n"),
    ]);
    let documents = Documents::load("openapi.yaml", &sources, &LoadOptions::default()).unwrap();
    let bundled = bundle(&documents).unwrap().to_serde();
    let way = "/paths/~1articles~1{shelf}/query/responses/200/content/application~1json/schema/$ref";
    assert_eq!(bundled.pointer(way), Some(&json!("#/components/schemas/names")));
}

#[test]
fn a_parameter_may_be_the_whole_query() {
    let text = |content: &str| {
        format!(
            "openapi: 3.2.0
paths:
  /articles:
    get:
      parameters: [{{name: q, in: querystring, required: true, content: {content}}}]
      responses: {{200: {{description: a}}}}
"
        )
    };
    let asked = |query: &serde_json::Value| {
        let contract = json!({"interactions": [{
            "description": "articles",
            "request": {"method": "GET", "path": "/articles", "query": query},
            "response": {"status": 200},
        }], "metadata": {"pactSpecification": {"version": "3.0.0"}}});
        ContractFile::from_text("web.json", &contract.to_string()).unwrap()
    };
    let form = text(
        "{application/x-www-form-urlencoded: {schema: {type: object, properties: {size: {type: integer}}}}}",
    );
    assert_eq!(
        compared(&form, &asked(&json!({"size": ["3"]}))),
        Vec::<String>::new()
    );
    let place = "request.query.incompatible [root].paths./articles.get.parameters[0]";
    assert_eq!(
        compared(&form, &asked(&json!({"size": ["x"]}))),
        [format!("{place}.schema.properties.size.type")]
    );
    assert_eq!(compared(&form, &asked(&json!({}))), [place]);
    let document = text("{application/json: {schema: {type: object, properties: {size: {type: integer}}}}}");
    assert_eq!(
        compared(&document, &asked(&json!("%7B%22size%22:3%7D"))),
        Vec::<String>::new()
    );
    assert_eq!(
        compared(&document, &asked(&json!("%7B%22size%22:%22x%22%7D"))),
        [format!("{place}.schema.properties.size.type")]
    );
}

#[test]
fn a_media_type_may_be_a_reference() {
    let text = SEARCH.replace(
        "requestBody: {required: true, content: {application/json: {schema: {type: object, properties: {word: {type: string}}}}}}",
        "requestBody: {required: true, content: {application/json: {$ref: '#/components/mediaTypes/Search'}}}",
    ) + "components: {mediaTypes: {Search: {schema: {type: object, properties: {word: {type: string}}}}}}\n";
    assert_eq!(
        compared(&text, &contract(&json!(1), "4")),
        [
            "request.body.incompatible [root].paths./articles/{shelf}.query.requestBody.content.application/json.schema.properties.word.type"
        ]
    );
    let changed = text.replace("word: {type: string}", "word: {type: integer}");
    let changelog = compare_descriptions(
        &described(&text),
        &described(&changed),
        &BreakingOptions::default(),
    );
    assert_eq!(changelog.changes[0].id, "request-property-type-changed");
}
