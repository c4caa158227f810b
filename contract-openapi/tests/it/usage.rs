//! Changes, judged by the contracts of known consumers.

use contract_openapi::breaking::{
    BreakingOptions, ChangeLevel, Consumer, Effect, JudgedChangelog, Population, VersionBump,
    compare_for_consumers,
};
use contract_openapi::{ContractFile, Description};
use serde_json::json;

const BASE: &str = "
openapi: 3.0.3
info: {title: Shop, version: 1.0.0}
paths:
  /orders/{id}:
    get:
      parameters: [{name: id, in: path, required: true, schema: {type: integer}}]
      responses:
        200:
          content:
            application/json:
              schema:
                type: object
                required: [id, total, note]
                properties: {id: {type: integer}, total: {type: number}, note: {type: string}}
  /reports:
    get: {responses: {200: {description: reports}}}
";

fn judged(revision: &str, population: Population) -> JudgedChangelog {
    judged_from(BASE, revision, population)
}

fn judged_from(base: &str, revision: &str, population: Population) -> JudgedChangelog {
    let base = Description::from_text("old.yaml", base).unwrap();
    let revision = Description::from_text("new.yaml", revision).unwrap();
    let contract = json!({
        "consumer": {"name": "web"},
        "provider": {"name": "shop"},
        "interactions": [{
            "description": "an order",
            "request": {"method": "GET", "path": "/orders/7"},
            "response": {
                "status": 200,
                "headers": {"Content-Type": "application/json"},
                "body": {"id": 7, "total": 9.5},
                "matchingRules": {"body": {"$": {"matchers": [{"match": "type"}]}}},
            },
        }],
        "metadata": {"pactSpecification": {"version": "3.0.0"}},
    });
    let contract = ContractFile::from_text("web-shop.json", &contract.to_string()).unwrap();
    let consumer = Consumer {
        name: "web".to_owned(),
        version: Some("4.2.0".to_owned()),
        environments: vec!["production".to_owned()],
        contract: &contract,
    };
    compare_for_consumers(
        &base,
        &revision,
        &[consumer],
        population,
        &BreakingOptions::default(),
    )
    .unwrap()
}

#[test]
fn a_used_property_that_goes_breaks_its_consumer() {
    let revision = BASE.replace("total, ", "").replace("total: {type: number}, ", "");
    let changelog = judged(&revision, Population::Closed);
    let change = changelog
        .changes
        .iter()
        .find(|change| change.change.id == "response-required-property-removed")
        .unwrap();
    assert_eq!(
        (change.change.level, change.effect),
        (ChangeLevel::Error, Effect::Breaks)
    );
    let consumer = &change.consumers[0];
    assert_eq!(
        (consumer.consumer.as_str(), consumer.environments.as_slice()),
        ("web", &["production".to_owned()][..])
    );
    assert_eq!(
        consumer.findings[0]
            .contract
            .as_ref()
            .unwrap()
            .description
            .as_deref(),
        Some("an order")
    );
    assert!(!changelog.decision.is_compatible);
    assert_eq!(
        (
            changelog.decision.version_bump,
            changelog.decision.broken_consumers
        ),
        (VersionBump::Major, 1)
    );
}

#[test]
fn an_unused_property_that_goes_is_harmless_only_if_all_consumers_are_known() {
    let revision = BASE.replace(", note]", "]").replace(", note: {type: string}", "");
    let closed = judged(&revision, Population::Closed);
    assert_eq!(closed.changes[0].change.level, ChangeLevel::Info);
    assert_eq!(closed.changes[0].rule_level, ChangeLevel::Error);
    assert!(closed.decision.is_compatible);
    let open = judged(&revision, Population::Open);
    assert_eq!(
        (open.changes[0].change.level, open.changes[0].effect),
        (ChangeLevel::Error, Effect::Harmless)
    );
    assert!(!open.decision.is_compatible);
}

#[test]
fn an_optional_property_breaks_who_needs_it() {
    let revision = BASE.replace("[id, total, note]", "[id, note]");
    let changelog = judged(&revision, Population::Closed);
    assert_eq!(
        changelog.changes[0].change.id,
        "response-property-became-optional"
    );
    assert_eq!(changelog.changes[0].effect, Effect::Breaks);
    assert!(changelog.changes[0].consumers[0].findings[0].witness.is_some());
}

#[test]
fn an_unused_operation_may_go() {
    let revision = BASE.split("  /reports:").next().unwrap().to_owned();
    let changelog = judged(&revision, Population::Closed);
    assert_eq!(
        changelog.changes[0].change.id,
        "api-path-removed-without-deprecation"
    );
    assert_eq!(
        (changelog.changes[0].change.level, changelog.changes[0].effect),
        (ChangeLevel::Info, Effect::Harmless)
    );
}

#[test]
fn nothing_changed() {
    let changelog = judged(BASE, Population::Open);
    assert_eq!(
        (changelog.changes.len(), changelog.decision.version_bump),
        (0, VersionBump::Patch)
    );
}

#[test]
fn what_a_change_breaks_is_told_with_its_own_property() {
    let revision = BASE
        .replace("[id, total, note]", "[note]")
        .replace("total: {type: number}, ", "")
        .replace("{id: {type: integer}", "{id: {type: string}");
    let changelog = judged(&revision, Population::Open);
    let told = |id: &str| {
        let change = changelog
            .changes
            .iter()
            .find(|change| change.change.id == id)
            .unwrap();
        let findings = &change.consumers[0].findings;
        let messages: Vec<&str> = findings.iter().map(|finding| finding.message.as_str()).collect();
        messages.join("\n")
    };
    let removed = told("response-required-property-removed");
    assert!(
        removed.ends_with("- total") && removed.lines().count() == 1,
        "{removed}"
    );
    let changed = told("response-property-type-changed");
    assert!(
        changed.ends_with("must be string") && changed.lines().count() == 1,
        "{changed}"
    );
}

#[test]
fn a_contract_that_did_not_fit_before_is_not_broken_by_what_is_added() {
    // Before, `total` was not described at all; now it may be absent.
    let base = BASE
        .replace("[id, total, note]", "[id, note]")
        .replace("total: {type: number}, ", "");
    let revision = BASE.replace("[id, total, note]", "[id, note]");
    let changelog = judged_from(&base, &revision, Population::Open);
    let broken: Vec<&str> = changelog
        .changes
        .iter()
        .flat_map(|change| &change.consumers)
        .map(|consumer| consumer.consumer.as_str())
        .collect();
    assert_eq!(broken, Vec::<&str>::new());
    assert_eq!(changelog.decision.broken_consumers, 0);
}
