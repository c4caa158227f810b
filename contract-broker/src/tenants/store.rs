//! Where the store of a tenant is: a SQLite file in a folder, or a schema in PostgreSQL.

use std::{
    io,
    path::{Path, PathBuf},
};

use crate::{
    Config,
    app::{Error, Result},
    domain::tenant::TenantName,
    store::{Store, control},
    webhook::key_beside,
};

/// Makes the place for the store of a tenant; one that is there stays.
///
/// # Errors
/// The folder cannot be made, or the database fails.
pub(super) async fn make(control: &Store, config: &Config, tenant: &TenantName) -> Result<()> {
    let Some(directory) = config
        .tenant_directory()
        .map_err(|problem| Error::internal(&problem))?
    else {
        let schema = config
            .schema_of(tenant)
            .map_err(|problem| Error::internal(&problem))?;
        control
            .write(schema, |connection, schema| {
                Box::pin(control::create_schema(connection, schema))
            })
            .await?;
        return Ok(());
    };
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder
        .create(&directory)
        .map_err(|error| failed("making the folder", &directory, &error))
}

/// Deletes the store of a tenant with its encryption key. Nobody may have it open.
///
/// # Errors
/// A file cannot be removed, or the database fails. What is left is deleted by trying again.
pub(super) async fn delete(control: &Store, config: &Config, tenant: &TenantName) -> Result<()> {
    let own = config
        .of_tenant(tenant)
        .map_err(|problem| Error::internal(&problem))?;
    let Some(file) = own.sqlite_file() else {
        let schema = config
            .schema_of(tenant)
            .map_err(|problem| Error::internal(&problem))?;
        control
            .write(schema, |connection, schema| {
                Box::pin(control::drop_schema(connection, schema))
            })
            .await?;
        return Ok(());
    };
    for path in files(&file) {
        match std::fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(failed("deleting", &path, &error));
            }
            _ => {}
        }
    }
    Ok(())
}

/// Refuses to go on where the file of a tenant is gone: SQLite would make an empty one in its place.
///
/// # Errors
/// There is no such file.
pub(super) fn require(own: &Config) -> Result<(), String> {
    match own.sqlite_file() {
        Some(file) if !file.exists() => Err(format!(
            "there is no file {}: is the volume mounted, and is tenants.directory right?",
            file.display()
        )),
        _ => Ok(()),
    }
}

/// The database, what SQLite puts beside it, and the key.
fn files(database: &Path) -> Vec<PathBuf> {
    let beside = |end: &str| {
        let mut name = database.as_os_str().to_owned();
        name.push(end);
        PathBuf::from(name)
    };
    vec![
        beside("-wal"),
        beside("-shm"),
        key_beside(database),
        database.to_owned(),
    ]
}

fn failed(doing: &str, path: &Path, error: &io::Error) -> Error {
    Error::internal(&format_args!("{doing} {}: {error}", path.display()))
}
