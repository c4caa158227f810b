//! Migrates the database without starting a broker.

use crate::{
    Config, Error,
    store::{self, Store},
};

/// Returns the newest migration that was applied to the database of these settings; 0 if it has no tables
/// yet.
///
/// # Errors
/// The database fails.
pub async fn schema_version(config: &Config) -> Result<i64, Error> {
    if config.sqlite_file().is_some_and(|file| !file.exists()) {
        return Ok(0);
    }
    Store::schema_of(&config.database_address()).await.map_err(failed)
}

/// Returns the migrations that [`migrate`] would run.
///
/// # Errors
/// The database fails.
pub async fn migration_plan(config: &Config) -> Result<Vec<&'static str>, Error> {
    Ok(Store::steps_after(schema_version(config).await?).collect())
}

/// Runs the missing migrations, regardless of `database.migrate`, and returns them.
///
/// # Errors
/// The database fails, was written by a newer broker version, or is in use for too long.
pub async fn migrate(config: &Config) -> Result<Vec<&'static str>, Error> {
    let plan = migration_plan(config).await?;
    let store = Store::open(&config.database_address(), 1).await.map_err(failed)?;
    store.close().await;
    Ok(plan)
}

fn failed(error: store::Error) -> Error {
    Error::new("migrating", error)
}
