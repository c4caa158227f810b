//! SARIF 2.1.0 (OASIS), which code scanning services read.

use percent_encoding::{AsciiSet, utf8_percent_encode};
use serde_json::{Value, json};

use crate::verify::report::{ContractDocument, Document, InteractionDocument};
use crate::wire::target::NOT_IN_PATHS;

/// Characters of a file's path that are encoded in a URI.
const IN_FILES: &AsciiSet = &NOT_IN_PATHS.add(b'%');

/// Returns a result per mismatch, or per interaction that could not be verified.
pub(super) fn render(report: &Document) -> String {
    let results: Vec<Value> = report
        .interactions()
        .filter(|(_, interaction)| interaction.outcome != "passed")
        .flat_map(|(contract, interaction)| results(contract, interaction))
        .chain(report.unreadable.iter().map(|error| {
            json!({ "ruleId": "contract-unreadable", "level": "error", "message": { "text": error } })
        }))
        .chain(report.ended.iter().chain(&report.publish_error).map(|error| {
            json!({ "ruleId": "contract-error", "level": "error", "message": { "text": error } })
        }))
        .collect();
    let rules: Vec<Value> = RULES
        .iter()
        .map(|(id, text)| json!({ "id": id, "shortDescription": { "text": text } }))
        .collect();
    let document = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "contract",
                "version": env!("CARGO_PKG_VERSION"),
                "informationUri": "https://github.com/contract-rs/contract",
                "rules": rules,
            }},
            "invocations": [invocation(report)],
            "results": results,
        }],
    });
    format!("{document:#}\n")
}

/// Returns whether the run was complete, and why not.
fn invocation(report: &Document) -> Value {
    let notifications: Vec<Value> = (report.ended.iter().chain(&report.publish_error))
        .map(|error| json!({ "level": "error", "message": { "text": error } }))
        .collect();
    let mut invocation = json!({
        "executionSuccessful": notifications.is_empty(),
        "toolExecutionNotifications": notifications,
    });
    if report.interrupted {
        invocation["exitCodeDescription"] = json!("interrupted");
    }
    invocation
}

/// The rules that results refer to.
const RULES: [(&str, &str); 4] = [
    (
        "contract-mismatch",
        "The provider's response does not match the contract",
    ),
    (
        "contract-error",
        "An interaction could not be verified, or a result not be published, because of an error",
    ),
    (
        "contract-not-verifiable",
        "An interaction is not verifiable by this tool",
    ),
    ("contract-unreadable", "A contract could not be read"),
];

/// Returns the place of an interaction.
fn location(contract: &ContractDocument, interaction: &InteractionDocument) -> Value {
    let mut location = json!({
        "logicalLocations": [{ "fullyQualifiedName": interaction.name, "kind": "interaction" }],
    });
    if let Some(line) = interaction.line_of_file(contract) {
        let uri = utf8_percent_encode(&contract.source.replace('\\', "/"), IN_FILES).to_string();
        location["physicalLocation"] = json!({
            "artifactLocation": { "uri": uri },
            "region": { "startLine": line },
        });
    }
    location
}

fn results(contract: &ContractDocument, interaction: &InteractionDocument) -> Vec<Value> {
    let rule = match interaction.outcome.as_str() {
        "failed" => "contract-mismatch",
        "error" => "contract-error",
        _ => "contract-not-verifiable",
    };
    let result = |text: String, place: &str| {
        json!({
            "ruleId": rule,
            "level": if interaction.fails { "error" } else { "warning" },
            "message": { "text": text },
            "locations": [location(contract, interaction)],
            // Code scanning uses it to recognise known problems.
            "partialFingerprints": { "interaction/v1": format!("{}#{place}", interaction.name) },
        })
    };
    if let Some(error) = &interaction.error {
        return vec![result(format!("{}: {error}", interaction.name), "")];
    }
    interaction
        .mismatches()
        .iter()
        .map(|mismatch| {
            let member = |name: &str| mismatch[name].as_str().unwrap_or_default();
            let place = format!("{} {}", member("part"), member("path"));
            let text = format!("{}: {}", interaction.name, member("description"));
            result(text, place.trim_end())
        })
        .collect()
}
