//! The API answers as `openapi.yaml` says, and `openapi.yaml` says what consumers need.

use axum::http::Method;
use contract_core::contract::files_in;
use contract_openapi::report::{self, Issue};
use contract_openapi::{Comparator, CompareOptions, ContractFile, Description, Level};
use orders_api::{Build, Order, Store};
use serde_json::{Value, json};

use super::send;

fn description(build: Build) -> Description {
    Description::from_text("openapi.yaml", &build.description()).unwrap()
}

// ANCHOR: described
/// What the contract needs and the description does not say, for people; empty if there is nothing.
fn differences(description: &Description, contract: &ContractFile) -> String {
    let comparator = Comparator::new(description, CompareOptions::default()).unwrap();
    let comparison = comparator.compare(contract).unwrap();
    let errors: Vec<Issue> = comparison
        .findings
        .iter()
        .filter(|finding| finding.level == Level::Error)
        .map(|finding| Issue::of_finding(finding, contract.documents(), Some(description.documents())))
        .collect();
    if errors.is_empty() {
        return String::new();
    }
    report::text(&errors)
}

#[test]
fn consumers_need_what_the_description_says() {
    let description = description(Build::Current);
    for contract in contracts() {
        assert_eq!(differences(&description, &contract), "");
    }
}
// ANCHOR_END: described

#[test]
fn the_breaking_build_has_a_description_that_breaks_consumers() {
    let description = description(Build::RenamedField);
    let differences: String = contracts()
        .iter()
        .map(|contract| differences(&description, contract))
        .collect();
    assert!(
        differences.contains("must NOT have additional properties - status"),
        "{differences}"
    );
}

#[tokio::test]
async fn each_build_answers_as_its_description_says() {
    let new = json!({
        "customer": { "name": "Grace Hopper", "email": "grace@example.com" },
        "lines": [{ "sku": "TEA-250", "quantity": 3, "price": 8.95 }],
    });
    let empty = json!({ "customer": { "name": "Ada", "email": "ada@example.com" }, "lines": [] });
    for build in [Build::Current, Build::RenamedField] {
        let description = description(build);
        let store = Store::default();
        store.put(Order::default());
        for (method, path, query, body) in [
            (Method::GET, "/orders", "status=open", None),
            (Method::GET, "/orders/1", "", None),
            (Method::GET, "/orders/404", "", None),
            (Method::POST, "/orders", "", Some(&new)),
            (Method::POST, "/orders", "", Some(&empty)),
        ] {
            let target = format!("{path}?{query}");
            let answer = send(build.app(store.clone()), method.clone(), &target, body.cloned()).await;
            let mut request = json!({
                "method": method.as_str(),
                "path": path,
                "query": query,
                "headers": { "Content-Type": "application/json" },
            });
            if let Some(body) = body {
                request["body"] = body.clone();
            }
            let mut response = json!({
                "status": answer.status.as_u16(),
                "headers": { "Content-Type": "application/json" },
                "body": answer.body,
            });
            if let Some(location) = answer.location {
                response["headers"]["Location"] = Value::String(location);
            }
            let exchange = json!({
                "consumer": { "name": "the tests of the API" },
                "provider": { "name": "orders-api" },
                "interactions": [{ "description": target, "request": request, "response": response }],
            });
            let exchange = ContractFile::from_text("exchange.json", &exchange.to_string()).unwrap();
            assert_eq!(differences(&description, &exchange), "", "{build:?}");
        }
    }
}

/// The contracts of all consumers.
fn contracts() -> Vec<ContractFile> {
    let files = files_in("../../contracts").unwrap();
    let contracts: Vec<ContractFile> = files
        .iter()
        .map(|file| {
            let text = std::fs::read_to_string(file).unwrap();
            ContractFile::from_text(&file.to_string_lossy(), &text).unwrap()
        })
        .filter(|contract| {
            let contract = contract.contract().unwrap();
            contract.provider.name == "orders-api"
        })
        .collect();
    assert!(
        !contracts.is_empty(),
        "no contract of ../../contracts names orders-api"
    );
    contracts
}
