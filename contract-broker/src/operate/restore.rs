//! Restores a backup of a database.

use std::{
    fs::File,
    io::Read as _,
    path::{Path, PathBuf},
};

use super::{
    backup::{check, copy_key},
    place::{Unfinished, failed},
};
use crate::{
    Config, Error,
    store::Store,
    unlock,
    webhook::{key_beside, key_file},
};

/// What an export begins with.
const EXPORT: &[u8; 26] = b"{\"contract_broker_export\":";

/// Copies the backup `from` to the SQLite database of these settings, and its key file if there is none yet.
/// Migrates it, checks it for damage, and checks that it was encrypted with this key. Nothing is restored
/// unless all of this succeeds. Returns a summary for people.
///
/// # Errors
/// A database exists already; the key is missing or differs; the backup is damaged, or was made by a newer
/// broker version; the settings name PostgreSQL.
pub async fn restore(config: &Config, from: &Path) -> Result<String, Error> {
    let Some(place) = config.sqlite_file() else {
        return Err(Error::said(
            "PostgreSQL is restored with its own tools, such as pg_restore, and `contract-broker import` reads an export",
        ));
    };
    for left in [place.clone(), beside(&place, "-wal"), beside(&place, "-journal")] {
        if left.exists() {
            return Err(Error::said(format!(
                "{} exists: stop the broker, and move its database and the files beside it away",
                left.display()
            )));
        }
    }
    let log = beside(from, "-wal");
    if log.metadata().is_ok_and(|log| log.len() > 0) {
        return Err(Error::said(format!(
            "{} is beside the back-up: it was copied from a running broker, and not by `contract-broker backup`",
            log.display()
        )));
    }
    let mut back_up = File::open(from).map_err(|error| failed("reading", from, error))?;
    let (copy, mut file) = Unfinished::create(&place)?;
    std::io::copy(&mut back_up, &mut file).map_err(|error| failed("copying", from, error))?;
    drop(file);
    check(&copy.path).await.map_err(|error| unusable(from, &error))?;
    let new_key = key_to_copy(config, from);
    let checked = Config {
        database_url: format!("sqlite:{}", copy.path.display()),
        webhook_encryption_key_path: new_key.clone().or_else(|| key_file(config)),
        ..config.clone()
    };
    let store = Store::open(&checked.database_url, 1)
        .await
        .map_err(|error| Error::new("opening the copy", error))?;
    let unlocked = unlock::check(&store, &checked).await;
    store.close().await;
    unlocked.map_err(|problem| Error::said(format!("nothing was restored: {problem}")))?;
    let key = match (new_key, key_file(config)) {
        (Some(new), Some(wanted)) => {
            copy_key(&new, &wanted)?;
            format!(", and the encryption key to {}", wanted.display())
        }
        _ => String::new(),
    };
    copy.finish()?;
    Ok(format!("restored {} to {}{key}", from.display(), place.display()))
}

/// What is said of a back-up that cannot be used.
fn unusable(from: &Path, error: &Error) -> Error {
    let mut begin = [0; EXPORT.len()];
    let is_export = File::open(from)
        .and_then(|mut file| file.read_exact(&mut begin))
        .is_ok_and(|()| begin == *EXPORT);
    let from = from.display();
    Error::said(if is_export {
        format!("nothing was restored: {from} is an export: `contract-broker import --from {from}` reads it")
    } else {
        format!("nothing was restored: {from} is no back-up, or it is damaged: {error}; take another one")
    })
}

/// Returns the key file of the backup, if the broker has no key yet.
fn key_to_copy(config: &Config, back_up: &Path) -> Option<PathBuf> {
    let wanted = key_file(config)?;
    let is_missing = config.webhook_encryption_key.is_none() && !wanted.exists();
    Some(key_beside(back_up)).filter(|key| is_missing && key.exists())
}

fn beside(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(end);
    name.into()
}
