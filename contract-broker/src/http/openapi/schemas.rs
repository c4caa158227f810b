//! The bodies that clients send, and the failures that they get.

use serde_json::{Value, json};

use crate::domain::events::Event;

/// Every schema, by name.
pub(super) fn all() -> Value {
    let text = json!({ "type": "string" });
    let texts = json!({ "type": "array", "items": text });
    let flag = json!({ "type": "boolean" });
    let object = json!({ "type": "object" });
    json!({
        "Pacticipant": {
            "type": "object",
            "properties": {
                "name": text, "displayName": text, "mainBranch": text, "repositoryUrl": text,
                "repositoryName": text, "repositoryNamespace": text,
            },
        },
        "Version": {
            "type": "object",
            "properties": {
                "buildUrl": text,
                "tags": { "type": "array", "items": { "type": "object", "required": ["name"], "properties": { "name": text } } },
            },
        },
        "Publication": {
            "type": "object",
            "required": ["pacticipantName", "pacticipantVersionNumber", "contracts"],
            "properties": {
                "pacticipantName": text,
                "pacticipantVersionNumber": text,
                "branch": text,
                "tags": texts,
                "buildUrl": text,
                "contracts": { "type": "array", "items": {
                    "type": "object",
                    "required": ["consumerName", "providerName", "content", "contentType", "specification"],
                    "properties": {
                        "consumerName": text,
                        "providerName": text,
                        "content": { "type": "string", "contentEncoding": "base64", "contentMediaType": "application/json" },
                        "contentType": { "const": "application/json" },
                        "specification": { "const": "pact" },
                        "onConflict": { "enum": ["overwrite", "merge"] },
                    },
                } },
            },
        },
        "Contract": { "description": "A contract in one of the versions of the Pact format", "type": "object" },
        "VerificationSelection": {
            "type": "object",
            "properties": {
                "consumerVersionSelectors": { "type": "array", "items": {
                    "type": "object",
                    "properties": {
                        "mainBranch": { "const": true }, "matchingBranch": { "const": true },
                        "branch": { "type": ["string", "boolean"] }, "fallbackBranch": text,
                        "tag": text, "fallbackTag": text, "latest": flag, "consumer": text, "environment": text,
                        "deployed": { "const": true }, "released": { "const": true }, "deployedOrReleased": { "const": true },
                    },
                } },
                "providerVersionBranch": text,
                "providerVersionTags": texts,
                "includePendingStatus": flag,
                "includeWipPactsSince": { "type": "string", "format": "date" },
            },
        },
        "VerificationResult": {
            "type": "object",
            "required": ["success", "providerApplicationVersion"],
            "properties": {
                "success": flag, "providerApplicationVersion": text, "buildUrl": text,
                "testResults": {}, "verifiedBy": object,
            },
        },
        "Environment": {
            "type": "object",
            "required": ["name", "production"],
            "properties": {
                "name": text, "displayName": text, "production": flag,
                "contacts": { "type": "array", "items": {
                    "type": "object", "required": ["name"], "properties": { "name": text, "details": object },
                } },
            },
        },
        "Deployment": { "type": "object", "properties": { "applicationInstance": text } },
        "EndOfDeployment": {
            "type": "object", "required": ["currentlyDeployed"], "properties": { "currentlyDeployed": { "const": false } },
        },
        "EndOfSupport": {
            "type": "object", "required": ["currentlySupported"], "properties": { "currentlySupported": { "const": false } },
        },
        "Webhook": webhook(),
        "Failure": {
            "type": "object",
            "properties": {
                "error": { "type": ["string", "object"] },
                "errors": { "type": ["object", "array"] },
                "notices": { "type": "array", "items": {
                    "type": "object", "required": ["type", "text"], "properties": { "type": text, "text": text },
                } },
            },
        },
        "Problem": {
            "description": "Problem details, RFC 9457",
            "type": "object",
            "properties": {
                "type": text, "title": text, "status": { "type": "integer" }, "detail": text,
                "errors": { "type": ["object", "array"] },
            },
        },
    })
}

fn webhook() -> Value {
    let text = json!({ "type": "string" });
    let texts = json!({ "type": "array", "items": text });
    let party = json!({
        "description": "A name or a label, not both",
        "type": "object",
        "properties": { "name": text, "label": text },
    });
    json!({
        "type": "object",
        "required": ["request"],
        "properties": {
            "description": text,
            "enabled": { "type": "boolean", "default": true },
            "consumer": party,
            "provider": party,
            "events": { "type": "array", "items": {
                "type": "object",
                "required": ["name"],
                "properties": { "name": { "enum": Event::ALL.map(Event::as_str) } },
            } },
            "filters": {
                "type": "object",
                "properties": { "consumerBranches": texts, "providerBranches": texts, "environments": texts },
            },
            "request": {
                "type": "object",
                "required": ["method", "url"],
                "properties": {
                    "method": text,
                    "url": text,
                    "headers": { "type": "object", "additionalProperties": text },
                    "body": {},
                    "username": text,
                    "password": text,
                },
            },
        },
    })
}
