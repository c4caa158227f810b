//! Environments, what was and is in them, webhooks, and what stays behind.

use super::{Connection, Result, Statement, row};

row! {
    /// An environment.
    #[derive(Debug)]
    pub(crate) struct EnvironmentRow {
        pub(crate) uuid: String,
        pub(crate) name: String,
        pub(crate) display_name: Option<String>,
        pub(crate) production: Option<String>,
        /// JSON.
        pub(crate) contacts: Option<String>,
    }

    /// A deployment or a release.
    #[derive(Debug)]
    pub(crate) struct DeploymentRow {
        pub(crate) uuid: String,
        pub(crate) environment: String,
        pub(crate) pacticipant: String,
        pub(crate) number: String,
        pub(crate) instance: Option<String>,
        pub(crate) created_at: Option<String>,
        pub(crate) ended_at: Option<String>,
        /// When it was changed last, if it counts no more.
        pub(crate) replaced_at: Option<String>,
    }

    /// A webhook.
    #[derive(Debug)]
    pub(crate) struct WebhookRow {
        pub(crate) id: i64,
        pub(crate) uuid: String,
        pub(crate) description: Option<String>,
        pub(crate) method: String,
        pub(crate) url: String,
        pub(crate) body: Option<String>,
        pub(crate) is_json_body: Option<String>,
        pub(crate) username: Option<String>,
        /// In Base64, and not encrypted.
        pub(crate) password: Option<String>,
        /// JSON.
        pub(crate) headers: Option<String>,
        pub(crate) consumer: Option<String>,
        pub(crate) provider: Option<String>,
        pub(crate) consumer_label: Option<String>,
        pub(crate) provider_label: Option<String>,
    }
}

/// Returns the environments, oldest first.
///
/// # Errors
/// Database errors.
pub(crate) async fn environments(connection: &mut Connection) -> Result<Vec<EnvironmentRow>> {
    Statement::new(
        "SELECT uuid, name, display_name, CAST(production AS TEXT), contacts FROM environments ORDER BY id",
    )
    .all(connection)
    .await
}

/// Returns deployments, oldest first. One that is not in the table of those that count was replaced, even if nobody wrote
/// down when.
///
/// # Errors
/// Database errors.
pub(crate) async fn deployments(connection: &mut Connection) -> Result<Vec<DeploymentRow>> {
    Statement::new(
        "SELECT d.uuid, e.name, p.name, v.number, d.target, CAST(d.created_at AS TEXT), CAST(d.undeployed_at AS TEXT), \
         CASE WHEN NOT EXISTS (SELECT 1 FROM currently_deployed_version_ids c WHERE c.deployed_version_id = d.id) \
         THEN CAST(COALESCE(d.updated_at, d.created_at) AS TEXT) END FROM deployed_versions d \
         JOIN environments e ON e.id = d.environment_id JOIN versions v ON v.id = d.version_id \
         JOIN pacticipants p ON p.id = v.pacticipant_id ORDER BY d.created_at, d.id",
    )
    .all(connection)
    .await
}

/// Returns releases, oldest first.
///
/// # Errors
/// Database errors.
pub(crate) async fn releases(connection: &mut Connection) -> Result<Vec<DeploymentRow>> {
    Statement::new(
        "SELECT r.uuid, e.name, p.name, v.number, CAST(NULL AS TEXT), CAST(r.created_at AS TEXT), \
         CAST(r.support_ended_at AS TEXT), CAST(NULL AS TEXT) FROM released_versions r \
         JOIN environments e ON e.id = r.environment_id JOIN versions v ON v.id = r.version_id \
         JOIN pacticipants p ON p.id = v.pacticipant_id ORDER BY r.created_at, r.id",
    )
    .all(connection)
    .await
}

/// Returns the webhooks, oldest first.
///
/// # Errors
/// Database errors.
pub(crate) async fn webhooks(connection: &mut Connection) -> Result<Vec<WebhookRow>> {
    Statement::new(
        "SELECT w.id, w.uuid, w.description, w.method, w.url, w.body, CAST(w.is_json_request_body AS TEXT), w.username, \
         w.password, w.headers, c.name, p.name, w.consumer_label, w.provider_label FROM webhooks w \
         LEFT JOIN pacticipants c ON c.id = w.consumer_id LEFT JOIN pacticipants p ON p.id = w.provider_id \
         ORDER BY w.id",
    )
    .all(connection)
    .await
}

/// Returns the names of the events of a webhook.
///
/// # Errors
/// Database errors.
pub(crate) async fn events_of_webhook(connection: &mut Connection, webhook: i64) -> Result<Vec<String>> {
    Statement::new("SELECT name FROM webhook_events WHERE webhook_id = $1 AND name IS NOT NULL ORDER BY id")
        .bind(webhook)
        .all(connection)
        .await
}

/// Returns what the certificates are called that webhooks trust.
///
/// # Errors
/// Database errors.
pub(crate) async fn certificates(connection: &mut Connection) -> Result<Vec<String>> {
    Statement::new("SELECT COALESCE(description, uuid) FROM certificates ORDER BY id")
        .all(connection)
        .await
}

/// Returns how many successes are known by the tag of their provider version alone: their results were cleaned.
///
/// # Errors
/// Database errors.
pub(crate) async fn cleaned_results(connection: &mut Connection) -> Result<i64> {
    Statement::new(
        "SELECT COUNT(*) FROM pact_version_provider_tag_successful_verifications WHERE verification_id IS NULL",
    )
    .one(connection)
    .await
}
