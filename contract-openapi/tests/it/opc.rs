//! The fixtures of openapi-pact-comparator: the same findings, at the same places.

use contract_openapi::{
    AsyncDescription, Comparator, CompareOptions, Comparison, ContractFile, Description, Finding,
};
use serde_json::{Value, json};

use crate::conformance::{Case, cases};

#[test]
fn parity_profile_finds_the_same() {
    let mut failed = Vec::new();
    for case in cases("opc") {
        let expected = sorted(case.json["expected"]["results"].as_array().unwrap().clone());
        let comparison = compare(&case, CompareOptions::parity());
        let found = sorted(comparison.findings.iter().map(summary).collect());
        if found != expected {
            failed.push(format!(
                "{}\n  expected {expected:#?}\n  found {found:#?}",
                case.id
            ));
        }
    }
    assert!(
        failed.is_empty(),
        "{} differ:\n{}",
        failed.len(),
        failed.join("\n")
    );
}

#[test]
fn messages_of_the_parity_profile_are_the_same() {
    for case in cases("opc") {
        let Some(file) = case.json["expected"]["results_file"].as_str() else {
            continue;
        };
        let expected: Vec<Value> = serde_json::from_str(&case.file(file)).unwrap();
        let comparison = compare(&case, CompareOptions::parity());
        let texts = |findings: Vec<Value>| -> Vec<Value> {
            findings
                .into_iter()
                .map(|finding| {
                    json!([
                        finding["code"],
                        finding["message"],
                        finding["mockDetails"]["interactionDescription"],
                        finding["mockDetails"]["interactionState"],
                        finding["specDetails"]["pathName"],
                        finding["specDetails"]["pathMethod"],
                    ])
                })
                .collect()
        };
        let found = comparison
            .findings
            .iter()
            .map(|finding| serde_json::to_value(finding).unwrap())
            .collect();
        assert_eq!(texts(found), texts(expected), "{}", case.id);
    }
}

fn compare(case: &Case, options: CompareOptions) -> Comparison {
    let description = case
        .input("oas")
        .map(|text| Description::from_text("oas.yaml", &text).unwrap());
    let messages = case
        .input("asyncapi")
        .map(|text| AsyncDescription::from_text("asyncapi.yaml", &text).unwrap());
    let contract = ContractFile::from_text("pact.json", &case.input("pact").unwrap()).unwrap();
    let comparator = Comparator::with(description.as_ref(), messages.as_ref(), options).unwrap();
    comparator
        .compare(&contract)
        .unwrap_or_else(|error| panic!("{}: {error}", case.id))
}

/// What of a finding is compared.
fn summary(finding: &Finding) -> Value {
    let mut json = serde_json::json!({"code": finding.code, "type": finding.level});
    if let Some(contract) = &finding.contract {
        json["mock"] = json!(contract.location);
    }
    if let Some(spec) = &finding.spec {
        json["spec"] = json!(spec.location);
    }
    if !finding.causes.is_empty() {
        json["causes"] = finding.causes.iter().map(summary).collect();
    }
    json
}

fn sorted(mut findings: Vec<Value>) -> Vec<String> {
    for finding in &mut findings {
        if let Some(object) = finding.as_object_mut() {
            object.retain(|_, value| !value.is_null());
        }
    }
    let mut texts: Vec<String> = findings.iter().map(ToString::to_string).collect();
    texts.sort();
    texts
}
