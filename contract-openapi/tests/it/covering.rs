//! Coverage of a description by contracts.

use contract_openapi::coverage::{
    CoverageInput, CoverageReport, CoverageThresholds, Covered, Dimension, coverage,
};
use contract_openapi::{ContractFile, Description};
use serde_json::json;

const DESCRIPTION: &str = "
openapi: 3.0.3
paths:
  /orders:
    get:
      security: [{key: []}, {}]
      parameters:
        - {name: limit, in: query, schema: {type: integer}}
        - {name: page, in: query, schema: {type: integer}}
      responses:
        200:
          content:
            application/json:
              schema:
                type: object
                required: [items]
                properties:
                  items: {type: array, items: {$ref: '#/components/schemas/Order'}}
                  next: {type: string}
        404: {description: none}
  /hidden:
    delete: {x-internal: true, responses: {204: {description: gone}}}
components:
  securitySchemes: {key: {type: apiKey, in: header, name: X-Key}}
  schemas:
    Order:
      type: object
      properties:
        state: {enum: [open, paid]}
        parent: {$ref: '#/components/schemas/Order'}
        by:
          oneOf:
            - {type: object, title: card, properties: {kind: {const: card}}}
            - {type: object, title: bill, properties: {kind: {const: bill}}}
";

fn report() -> CoverageReport {
    let description = Description::from_text("openapi.yaml", DESCRIPTION).unwrap();
    let contract = json!({"interactions": [
        {
            "description": "orders",
            "request": {"method": "GET", "path": "/orders", "query": {"limit": ["5"]}, "headers": {"X-Key": "k"}},
            "response": {
                "status": 200,
                "headers": {"Content-Type": "application/json"},
                "body": {"items": [{"state": "open", "by": {"kind": "card"}}]},
            },
        },
        {"description": "no such", "request": {"method": "GET", "path": "/nowhere"}, "response": {"status": 200}},
    ]});
    let contract = ContractFile::from_text("web.json", &contract.to_string()).unwrap();
    coverage(
        &description,
        &[CoverageInput {
            consumer: "web".to_owned(),
            contract: &contract,
        }],
    )
    .unwrap()
}

fn covered(report: &CoverageReport, dimension: Dimension) -> Vec<String> {
    let rows = report
        .rows
        .iter()
        .filter(|row| row.dimension == dimension && row.covered == Covered::Fully);
    rows.map(|row| row.unit.clone()).collect()
}

#[test]
fn every_dimension_is_counted() {
    let report = report();
    assert_eq!(covered(&report, Dimension::Operation), [""]);
    assert_eq!(covered(&report, Dimension::Response), ["200 application/json"]);
    assert_eq!(covered(&report, Dimension::Parameter), ["query limit"]);
    assert_eq!(covered(&report, Dimension::Security), ["key", ""]);
    assert_eq!(
        covered(&report, Dimension::EnumValue),
        ["200 /items/*/state = \"open\""]
    );
    assert_eq!(
        covered(&report, Dimension::Branch),
        ["200 /items/*/by oneOf card"]
    );
    assert!(covered(&report, Dimension::ResponseField).contains(&"200 /items/*/state".to_owned()));
    assert!(covered(&report, Dimension::Optionality).contains(&"200 /next".to_owned()));
    let totals = report.totals();
    let operations = totals
        .iter()
        .find(|total| total.dimension == Dimension::Operation)
        .unwrap();
    assert_eq!(
        (operations.covered, operations.counted, operations.excluded),
        (1, 1, 1)
    );
    let responses = totals
        .iter()
        .find(|total| total.dimension == Dimension::Response)
        .unwrap();
    assert_eq!(responses.percent(), Some(50));
}

#[test]
fn what_the_description_lacks_is_told_apart() {
    let report = report();
    assert_eq!(report.missing_in_spec.len(), 1);
    assert!(
        report.missing_in_spec[0].message.contains("/nowhere"),
        "{:?}",
        report.missing_in_spec
    );
    assert_eq!(report.population, ["web"]);
}

#[test]
fn thresholds_name_what_is_below() {
    let report = report();
    let thresholds = CoverageThresholds::parse("operations=100, responses=60").unwrap();
    let below: Vec<Dimension> = report
        .below(&thresholds)
        .into_iter()
        .map(|total| total.dimension)
        .collect();
    assert_eq!(below, [Dimension::Response]);
    assert!(CoverageThresholds::parse("responses=101").is_err());
}

#[test]
fn cookies_and_fields_of_forms_are_parameters() {
    let text = "
swagger: '2.0'
consumes: [application/x-www-form-urlencoded]
paths:
  /orders:
    post:
      parameters:
        - {name: item, in: formData, type: string}
        - {name: note, in: formData, type: string}
      responses: {201: {description: ordered}}
";
    let newer = "
openapi: 3.0.3
paths:
  /orders:
    post:
      parameters: [{name: item, in: cookie, schema: {type: string}}, {name: note, in: cookie, schema: {type: string}}]
      requestBody: {content: {application/x-www-form-urlencoded: {schema: {type: object}}}}
      responses: {201: {description: ordered}}
";
    let contract = json!({"interactions": [{
        "description": "an order",
        "request": {
            "method": "POST", "path": "/orders", "body": "item=chair",
            "headers": {"Content-Type": "application/x-www-form-urlencoded", "Cookie": "theme=dark; item=chair"},
        },
        "response": {"status": 201},
    }]});
    let contract = ContractFile::from_text("web.json", &contract.to_string()).unwrap();
    for text in [text, newer] {
        let description = Description::from_text("openapi.yaml", text).unwrap();
        let input = CoverageInput {
            consumer: "web".to_owned(),
            contract: &contract,
        };
        let report = coverage(&description, &[input]).unwrap();
        let names = covered(&report, Dimension::Parameter);
        assert_eq!(names.len(), 1, "{names:?}");
        assert!(names[0].ends_with(" item"), "{names:?}");
    }
}
