//! What the rows of a Pact Broker's database mean.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Map, Value, json};

use crate::{
    Error,
    operate::pact_broker::records::{Application, Deployment, Environment, Kind, ResultDetails, Webhook},
    store::pact_broker::{
        self as stored, ApplicationRow, DeploymentRow, EnvironmentRow, ResultDetailsRow, VerifiedByRow,
        WebhookRow,
    },
};

/// The id that stands for a place in the database.
///
/// # Errors
/// It is no number.
pub(super) fn id(at: &str) -> Result<i64, Error> {
    at.parse()
        .map_err(|error| Error::new(&format!("reading the id {at:?}"), error))
}

/// A time that may be missing; one that cannot be read is missing.
pub(super) fn time(text: Option<&str>) -> Option<i64> {
    text.and_then(stored::time)
}

/// A time that decides something.
///
/// # Errors
/// It is missing or no time.
pub(super) fn known_time(text: Option<&str>, table: &str, row: &str) -> Result<i64, Error> {
    time(text).ok_or_else(|| {
        Error::said(format!(
            "row {row} of the table {table} of the Pact Broker: {:?} is no time: correct it there",
            text.unwrap_or("NULL")
        ))
    })
}

fn json(text: &str, table: &str, row: &str, column: &str) -> Result<Value, Error> {
    serde_json::from_str(text).map_err(|error| {
        Error::new(
            &format!("reading the column {column} of row {row} of the table {table} of the Pact Broker"),
            error,
        )
    })
}

/// Members with those values that are there.
fn members<const N: usize>(values: [(&str, Option<Value>); N]) -> Map<String, Value> {
    values
        .into_iter()
        .filter_map(|(name, value)| Some((name.to_owned(), value?)))
        .collect()
}

pub(super) fn application(row: ApplicationRow, labels: Vec<String>) -> Application {
    Application {
        fields: members([
            ("displayName", row.display_name.map(Value::from)),
            ("repositoryUrl", row.repository_url.map(Value::from)),
            ("repositoryName", row.repository_name.map(Value::from)),
            ("repositoryNamespace", row.repository_namespace.map(Value::from)),
            ("mainBranch", row.main_branch.map(Value::from)),
        ]),
        name: row.name,
        labels,
    }
}

/// # Errors
/// Its contacts are no JSON.
pub(super) fn environment(row: EnvironmentRow) -> Result<Environment, Error> {
    let contacts = row
        .contacts
        .filter(|text| !text.trim().is_empty())
        .map(|text| json(&text, "environments", &row.name, "contacts"));
    Ok(Environment {
        fields: members([
            ("displayName", row.display_name.map(Value::from)),
            (
                "production",
                Some(Value::from(row.production.as_deref().is_some_and(stored::flag))),
            ),
            ("contacts", contacts.transpose()?.filter(|value| !value.is_null())),
        ]),
        uuid: row.uuid,
        name: row.name,
    })
}

/// # Errors
/// Its test results are no JSON.
pub(super) fn result_details(id: &str, row: ResultDetailsRow) -> Result<ResultDetails, Error> {
    let test_results = row
        .test_results
        .map(|text| json(&text, "verifications", id, "test_results"));
    Ok(ResultDetails {
        fields: members([
            ("buildUrl", row.build_url.map(Value::from)),
            ("testResults", test_results.transpose()?),
            ("verifiedBy", verified_by(row.verified_by)),
        ]),
        pending: row.pending.as_deref().is_some_and(stored::flag),
        wip: row.wip.as_deref().is_some_and(stored::flag),
    })
}

fn verified_by(row: VerifiedByRow) -> Option<Value> {
    let client = members([
        ("name", row.client_implementation.map(Value::from)),
        ("version", row.client_version.map(Value::from)),
        ("testFramework", row.client_test_framework.map(Value::from)),
    ]);
    let all = members([
        ("implementation", row.implementation.map(Value::from)),
        ("version", row.version.map(Value::from)),
        (
            "clientLanguage",
            (!client.is_empty()).then_some(Value::Object(client)),
        ),
    ]);
    (!all.is_empty()).then_some(Value::Object(all))
}

/// # Errors
/// Nothing says when it was made.
pub(super) fn deployment(kind: Kind, row: DeploymentRow) -> Result<Deployment, Error> {
    let table = match kind {
        Kind::Deployed => "deployed_versions",
        Kind::Released => "released_versions",
    };
    Ok(Deployment {
        kind,
        created_at: known_time(row.created_at.as_deref(), table, &row.uuid)?,
        ended_at: time(row.ended_at.as_deref()).or_else(|| time(row.replaced_at.as_deref())),
        uuid: row.uuid,
        environment: row.environment,
        pacticipant: row.pacticipant,
        number: row.number,
        instance: row.instance.filter(|name| !name.is_empty()),
    })
}

/// # Errors
/// Its headers or its body are no JSON, or its password is not in Base64.
pub(super) fn webhook(row: WebhookRow, events: Vec<String>) -> Result<Webhook, Error> {
    let uuid = &row.uuid;
    let body = match row.body {
        Some(text) if row.is_json_body.as_deref().is_some_and(stored::flag) => {
            Some(json(&text, "webhooks", uuid, "body")?)
        }
        other => other.map(Value::from),
    };
    let headers = row.headers.map(|text| json(&text, "webhooks", uuid, "headers"));
    let password = row.password.map(|text| {
        let decoded = STANDARD.decode(text.trim()).ok();
        let password = decoded.and_then(|bytes| String::from_utf8(bytes).ok());
        password.ok_or_else(|| {
            Error::said(format!(
                "the password of the webhook {uuid} of the Pact Broker is not in Base64: correct it there"
            ))
        })
    });
    let request = members([
        ("method", Some(Value::from(row.method))),
        ("url", Some(Value::from(row.url))),
        ("headers", headers.transpose()?.filter(|value| !value.is_null())),
        ("body", body),
        ("username", row.username.map(Value::from)),
        ("password", password.transpose()?.map(Value::from)),
    ]);
    let events: Vec<Value> = events.into_iter().map(|name| json!({ "name": name })).collect();
    Ok(Webhook {
        fields: members([
            ("description", row.description.map(Value::from)),
            ("events", Some(Value::from(events))),
            ("request", Some(Value::Object(request))),
            ("consumer", party(row.consumer, row.consumer_label)),
            ("provider", party(row.provider, row.provider_label)),
        ]),
        uuid: row.uuid,
    })
}

/// An application that a webhook is for, by its name or its label; any, if there is neither.
fn party(name: Option<String>, label: Option<String>) -> Option<Value> {
    match (name, label) {
        (Some(name), _) => Some(json!({ "name": name })),
        (None, Some(label)) => Some(json!({ "label": label })),
        (None, None) => None,
    }
}
