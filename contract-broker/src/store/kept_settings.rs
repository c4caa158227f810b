//! Settings that are set through the API, such as who may log in: JSON, by name.

use super::{Connection, Error, Result, Statement};
use crate::domain::time::now;

/// Returns the value of a setting.
pub(crate) async fn find(connection: &mut Connection, name: &str) -> Result<Option<serde_json::Value>> {
    let found: Option<String> = Statement::new("SELECT value FROM kept_settings WHERE name = $1")
        .bind(name)
        .optional(connection)
        .await?;
    let read = |text: String| {
        serde_json::from_str(&text).map_err(|error| Error::unreadable("kept_settings", name, "value", error))
    };
    found.map(read).transpose()
}

/// Sets a value.
pub(crate) async fn put(connection: &mut Connection, name: &str, value: &serde_json::Value) -> Result<()> {
    Statement::new(
        "INSERT INTO kept_settings (name, value, updated_at) VALUES ($1, $2, $3) \
         ON CONFLICT (name) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at",
    )
    .bind(name)
    .bind(value.to_string())
    .bind(now())
    .execute(connection)
    .await?;
    Ok(())
}
