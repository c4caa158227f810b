//! The documents that clients get. Only members that are always there are required; others may be added.

use serde_json::{Value, json};

/// An object with these members, of which those in `required` are always there.
fn object(required: &[&str], properties: Value) -> Value {
    let mut schema = json!({ "type": "object", "required": required });
    schema["properties"] = properties;
    schema
}

fn list(of: &Value) -> Value {
    json!({ "type": "array", "items": of })
}

fn named(schema: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{schema}") })
}

/// A page of a list under `_embedded`.
fn embedded(name: &str, of: &str) -> Value {
    let inside = object(&[name], json!({ name: list(&named(of)) }));
    object(
        &["_embedded", "_links"],
        json!({ "_embedded": inside, "_links": named("Links"), "page": named("Page") }),
    )
}

/// A list of links.
fn links_only(relations: &[&str]) -> Value {
    let of_links: serde_json::Map<String, Value> = relations
        .iter()
        .map(|relation| ((*relation).to_owned(), list(&named("Link"))))
        .collect();
    let links = object(relations, Value::Object(of_links));
    object(&["_links"], json!({ "_links": links, "page": named("Page") }))
}

/// Every schema, by name.
pub(super) fn all() -> Value {
    let mut all = links();
    for part in [
        pacticipants(),
        contracts(),
        decisions(),
        environments(),
        webhooks(),
        overviews(),
    ] {
        crate::http::hal::extend(&mut all, part);
    }
    all
}

fn links() -> Value {
    let text = json!({ "type": "string" });
    let count = json!({ "type": "integer", "minimum": 0 });
    json!({
        "Link": object(&["href"], json!({
            "href": text, "title": text, "name": text, "templated": { "type": "boolean" },
        })),
        "Links": {
            "description": "By relation: a link, or a list of links",
            "type": "object",
            "additionalProperties": { "anyOf": [named("Link"), list(&named("Link"))] },
        },
        "Page": object(&["number", "size", "totalElements", "totalPages"], json!({
            "number": count, "size": count, "totalElements": count, "totalPages": count,
        })),
        "Linked": object(&["_links"], json!({ "_links": named("Links") })),
        "Notices": list(&object(&["type", "text"], json!({
            "type": { "enum": ["success", "info", "debug", "warning", "prompt", "error"] }, "text": text,
        }))),
        "Notified": object(&["notices"], json!({ "notices": named("Notices") })),
        "Relation": object(&["relation", "description", "_links"], json!({
            "relation": text, "description": text, "_links": named("Links"),
        })),
    })
}

fn pacticipants() -> Value {
    let text = json!({ "type": "string" });
    let time = json!({ "type": "string", "format": "date-time" });
    let name = object(&["name"], json!({ "name": text, "_links": named("Links") }));
    json!({
        "PacticipantDocument": object(&["name", "displayName", "createdAt", "_embedded", "_links"], json!({
            "name": text, "displayName": text, "mainBranch": text, "repositoryUrl": text, "repositoryName": text,
            "repositoryNamespace": text, "createdAt": time, "updatedAt": time,
            "_embedded": object(&["labels"], json!({
                "labels": list(&name), "latestVersion": object(&["number"], json!({ "number": text })),
            })),
            "_links": named("Links"),
        })),
        "PacticipantList": embedded("pacticipants", "PacticipantDocument"),
        "Label": object(&["name", "createdAt", "_links"], json!({ "name": text, "createdAt": time, "_links": named("Links") })),
        "LabelList": object(&["_embedded"], json!({
            "_embedded": object(&["labels"], json!({ "labels": list(&name) })), "page": named("Page"),
        })),
        "VersionDocument": object(&["number", "createdAt", "_embedded", "_links"], json!({
            "number": text, "buildUrl": text, "createdAt": time, "updatedAt": time,
            "_embedded": object(&["branches", "branchVersions", "tags"], json!({
                "branches": list(&name), "branchVersions": list(&name), "tags": list(&name),
            })),
            "_links": object(&["self"], json!({
                "pb:record-deployment": list(&named("Link")), "pb:record-release": list(&named("Link")),
            })),
        })),
        "VersionList": embedded("versions", "VersionDocument"),
        "Tag": object(&["name", "createdAt", "_links"], json!({ "name": text, "createdAt": time, "_links": named("Links") })),
        "Branch": object(&["name", "createdAt", "_links"], json!({
            "name": text, "createdAt": time, "updatedAt": time, "_links": named("Links"),
        })),
        "BranchList": embedded("branches", "Branch"),
        "BranchVersion": object(&["createdAt", "_links"], json!({ "createdAt": time, "_links": named("Links") })),
    })
}

fn contracts() -> Value {
    let text = json!({ "type": "string" });
    let time = json!({ "type": "string", "format": "date-time" });
    let flag = json!({ "type": "boolean" });
    let texts = list(&text);
    let listed = object(
        &["createdAt", "_embedded", "_links"],
        json!({ "createdAt": time, "_links": named("Links") }),
    );
    let selected = object(
        &["shortDescription", "verificationProperties", "_links"],
        json!({
            "shortDescription": text,
            "verificationProperties": object(&["notices"], json!({
                "notices": list(&object(&["when", "text"], json!({ "when": text, "text": text }))),
                "pending": flag, "wip": flag,
            })),
            "_links": object(&["self"], json!({ "self": named("Link") })),
        }),
    );
    json!({
        "ContractDocument": {
            "description": "The contract as it was published, with an _id for each interaction, createdAt and links",
            "type": "object",
        },
        "ContractList": object(&["pacts", "_links"], json!({
            "pacts": list(&object(&["createdAt", "_embedded", "_links"], json!({ "createdAt": time }))),
            "_links": named("Links"), "page": named("Page"),
        })),
        "ProviderContracts": links_only(&["pb:pacts", "pacts"]),
        "PairContracts": object(&["_embedded", "_links"], json!({
            "_embedded": object(&["pacts"], json!({ "pacts": list(&listed) })),
            "_links": named("Links"), "page": named("Page"),
        })),
        "PublishedDocument": object(&["notices", "logs", "_embedded", "_links"], json!({
            "notices": named("Notices"),
            "_embedded": object(&["pacticipant", "version"], json!({
                "pacticipant": object(&["name"], json!({ "name": text })),
                "version": object(&["number"], json!({ "number": text })),
            })),
            "_links": object(&["pb:pacticipant-version-tags", "pb:contracts"], json!({
                "pb:pacticipant-version-tags": list(&named("Link")), "pb:contracts": list(&named("Link")),
            })),
        })),
        "ContractsForVerification": object(&["_embedded", "_links"], json!({
            "_embedded": object(&["pacts"], json!({ "pacts": list(&selected) })), "_links": named("Links"),
        })),
        "ProviderStates": object(&["providerStates"], json!({
            "providerStates": list(&object(&["name", "consumers"], json!({
                "name": text, "params": { "type": "object" }, "consumers": texts,
            }))),
        })),
        "Changes": object(&["effect", "unchangedInteractions", "interactions", "_links"], json!({
            "effect": { "description": "The worst of all; null where nothing changed", "type": ["string", "null"] },
            "unchangedInteractions": { "type": "integer" },
            "interactions": list(&object(&["description", "type", "status", "effect", "changes"], json!({
                "description": text, "type": text, "status": text, "effect": text,
                "changes": list(&object(&["part", "path", "change", "effect"], json!({
                    "part": text, "path": text, "change": text, "effect": text, "before": {}, "after": {},
                }))),
            }))),
            "_links": named("Links"),
        })),
        "ResultDocument": object(&["providerName", "providerApplicationVersion", "success", "verificationDate", "_links"], json!({
            "providerName": text, "providerApplicationVersion": text, "success": flag, "verificationDate": time,
            "buildUrl": text, "testResults": {}, "verifiedBy": { "type": "object" }, "_links": named("Links"),
        })),
        "ResultSummary": object(&["success", "providerSummary", "_embedded", "_links"], json!({
            "success": flag,
            "providerSummary": object(&["successful", "failed", "unknown"], json!({
                "successful": texts, "failed": texts, "unknown": texts,
            })),
            "_embedded": object(&["verificationResults"], json!({ "verificationResults": list(&named("ResultDocument")) })),
            "_links": named("Links"),
        })),
    })
}

fn decisions() -> Value {
    let text = json!({ "type": "string" });
    let time = json!({ "type": "string", "format": "date-time" });
    let count = json!({ "type": "integer", "minimum": 0 });
    let version = json!({
        "description": "Null where no version has a result",
        "type": ["object", "null"],
        "required": ["number", "branches", "tags", "environments"],
        "properties": { "number": text, "branch": { "type": ["string", "null"] } },
    });
    let side = object(
        &["name", "version", "_links"],
        json!({ "name": text, "version": version, "_links": named("Links") }),
    );
    let row = object(
        &["consumer", "provider", "pact", "verificationResult"],
        json!({
            "consumer": side, "provider": side,
            "pact": object(&["createdAt", "_links"], json!({ "createdAt": time, "_links": named("Links") })),
            "verificationResult": {
                "type": ["object", "null"],
                "required": ["success", "verifiedAt", "_links"],
                "properties": { "success": { "type": "boolean" }, "verifiedAt": time, "_links": named("Links") },
            },
            "ignored": { "type": "boolean" },
        }),
    );
    json!({
        "Matrix": object(&["summary", "notices", "matrix"], json!({
            "summary": object(&["deployable", "reason", "success", "failed", "unknown"], json!({
                "deployable": { "description": "Null where it is not known yet", "type": ["boolean", "null"] },
                "reason": text, "success": count, "failed": count, "unknown": count, "ignored": count,
            })),
            "notices": named("Notices"),
            "matrix": list(&row),
        })),
    })
}

fn environments() -> Value {
    let text = json!({ "type": "string" });
    let time = json!({ "type": "string", "format": "date-time" });
    let flag = json!({ "type": "boolean" });
    let record = |now: &str, ended: &str| {
        object(
            &["uuid", "createdAt", now, "_embedded", "_links"],
            json!({
                "uuid": text, "createdAt": time, "updatedAt": time, now: flag, ended: time,
                "applicationInstance": { "type": ["string", "null"] },
                "_embedded": object(&["version", "pacticipant", "environment"], json!({
                    "version": object(&["number"], json!({ "number": text })),
                    "pacticipant": object(&["name"], json!({ "name": text })),
                    "environment": object(&["uuid", "name"], json!({ "uuid": text, "name": text })),
                })),
                "_links": named("Links"),
            }),
        )
    };
    json!({
        "EnvironmentDocument": object(&["uuid", "name", "displayName", "production", "createdAt", "_links"], json!({
            "uuid": text, "name": text, "displayName": text, "production": flag, "createdAt": time, "updatedAt": time,
            "contacts": list(&object(&["name"], json!({}))), "_links": named("Links"),
        })),
        "EnvironmentList": embedded("environments", "EnvironmentDocument"),
        "DeployedVersion": record("currentlyDeployed", "undeployedAt"),
        "DeployedVersionList": embedded("deployedVersions", "DeployedVersion"),
        "ReleasedVersion": record("currentlySupported", "supportEndedAt"),
        "ReleasedVersionList": embedded("releasedVersions", "ReleasedVersion"),
    })
}

fn webhooks() -> Value {
    let text = json!({ "type": "string" });
    let time = json!({ "type": "string", "format": "date-time" });
    let flag = json!({ "type": "boolean" });
    let count = json!({ "type": "integer", "minimum": 0 });
    let status = json!({ "enum": ["not_run", "retrying", "success", "failure"] });
    json!({
        "WebhookDocument": object(&["uuid", "enabled", "events", "request", "_links"], json!({
            "uuid": text, "description": text, "enabled": flag, "createdAt": time,
            "events": list(&object(&["name"], json!({ "name": text }))),
            "request": object(&["method", "url"], json!({ "method": text, "url": text })),
            "_links": object(&["self", "pb:execute"], json!({ "self": named("Link"), "pb:execute": named("Link") })),
        })),
        "WebhookList": links_only(&["pb:webhooks"]),
        "WebhookTrial": object(&["request", "success", "logs", "_links"], json!({
            "request": { "type": "object" }, "response": { "type": "object" }, "success": flag, "logs": text,
            "_links": named("Links"),
        })),
        "Delivery": object(&["name", "uuid", "status", "attemptsMade", "attemptsRemaining", "eventName", "triggeredAt", "_links"], json!({
            "name": text, "uuid": text, "status": status, "attemptsMade": count, "attemptsRemaining": count,
            "triggerType": text, "eventName": text, "triggeredAt": time, "nextAttemptAt": time, "_links": named("Links"),
        })),
        "DeliveryLogs": object(&["eventName", "executions", "_links"], json!({
            "eventName": text, "consumerName": text, "providerName": text,
            "executions": list(&object(&["success", "logs", "createdAt"], json!({
                "success": flag, "logs": text, "createdAt": time,
            }))),
            "_links": named("Links"),
        })),
        "DeliveryList": embedded("triggeredWebhooks", "Delivery"),
        "WebhookStatus": object(&["summary", "_embedded", "_links"], json!({
            "summary": object(&["successful", "failed"], json!({
                "successful": count, "failed": count, "retrying": count, "notRun": count,
            })),
            "_embedded": object(&["triggeredWebhooks"], json!({ "triggeredWebhooks": list(&named("Delivery")) })),
            "_links": object(&["pb:error-logs"], json!({ "pb:error-logs": list(&named("Link")) })),
        })),
    })
}

fn overviews() -> Value {
    let text = json!({ "type": "string" });
    let side = object(&["name"], json!({ "name": text }));
    json!({
        "Integration": object(&["consumer", "provider", "_links"], json!({
            "consumer": side, "provider": side, "_links": named("Links"),
        })),
        "IntegrationList": embedded("integrations", "Integration"),
        "Dashboard": object(&["items", "_links"], json!({
            "items": list(&object(&["consumer", "provider", "pact", "verificationStatus", "webhookStatus"], json!({
                "consumer": side, "provider": side,
                "verificationStatus": { "enum": ["success", "stale", "failed", "failed_pending", "never"] },
                "webhookStatus": { "enum": ["none", "not_run", "success", "failure", "retrying"] },
                "latestWebhookExecution": { "type": ["object", "null"] },
            }))),
            "_links": named("Links"), "page": named("Page"),
        })),
        "Network": object(&["_embedded", "_links"], json!({
            "_embedded": object(&["pacticipants", "integrations"], json!({
                "pacticipants": list(&side),
                "integrations": list(&object(&["consumer", "provider"], json!({ "consumer": side, "provider": side }))),
            })),
            "_links": named("Links"),
        })),
        "Health": object(&["ok"], json!({ "ok": { "type": "boolean" } })),
        "Dependencies": object(&["database"], json!({
            "database": object(&["ok"], json!({ "ok": { "type": "boolean" } })),
        })),
        "Retention": object(&["enabled", "rules", "summary", "versions", "page", "_links"], json!({
            "enabled": { "type": "boolean" },
            "rules": { "type": "object" },
            "summary": object(&["versions", "going", "staying"], json!({
                "versions": { "type": "integer" }, "going": { "type": "integer" }, "staying": { "type": "object" },
            })),
            "versions": list(&object(&["pacticipant", "number", "createdAt", "goes", "reasons"], json!({
                "pacticipant": text, "number": text, "goes": { "type": "boolean" }, "reasons": list(&text),
            }))),
            "page": named("Page"), "_links": named("Links"),
        })),
        "Metrics": object(&["pacticipants", "integrations", "pactPublications", "verificationResults"], json!({
            "pacticipants": object(&["count"], json!({ "count": { "type": "integer" } })),
        })),
    })
}
