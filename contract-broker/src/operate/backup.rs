//! Backs up a SQLite database while the broker runs, with the key next to it.

use std::{
    io::Write as _,
    path::{Path, PathBuf},
};

use super::place::{Unfinished, failed, open_existing};
use crate::{
    Config, Error,
    store::Store,
    webhook::{key_beside, key_file},
};

/// A completed backup.
#[derive(Debug)]
pub struct BackUp {
    /// The key file next to the copy; `None` if the key is not in the backup.
    pub key: Option<PathBuf>,
    /// A summary for people.
    pub summary: String,
}

/// Copies the SQLite database of these settings to the file `to`, and its key file to `to` with `.key`
/// appended to the name. The broker may run at the same time: the copy is a consistent snapshot, is checked
/// for damage, and is on disk when this returns.
///
/// # Errors
/// The database is PostgreSQL (which has its own tools) or does not exist; a file with this name exists or
/// cannot be written; the copy is damaged.
pub async fn back_up(config: &Config, to: &Path, with_key: bool) -> Result<BackUp, Error> {
    if !config.is_sqlite() {
        return Err(Error::said(
            "PostgreSQL has tools of its own for back-ups, such as pg_dump -Fc: use them, and keep a copy of \
             webhook.encryption_key; `contract-broker export` writes everything as JSON lines",
        ));
    }
    let path = plain(to)?;
    let store = open_existing(config).await?;
    let (copy, file) = Unfinished::create(Path::new(path))?;
    drop(file);
    let copied = store.copy_to(plain(&copy.path)?).await;
    store.close().await;
    copied.map_err(|error| Error::new("copying the database", error))?;
    check(&copy.path).await?;
    let key = match key_file(config) {
        Some(file) if with_key && config.webhook_encryption_key.is_none() && file.exists() => {
            let beside = key_beside(to);
            copy_key(&file, &beside)?;
            Some(beside)
        }
        _ => None,
    };
    if let Err(error) = copy.finish() {
        if let Some(key) = &key {
            let _ = std::fs::remove_file(key);
        }
        return Err(error);
    }
    let summary = match &key {
        Some(key) => format!("backed up to {path}, the encryption key to {}", key.display()),
        None => format!(
            "backed up to {path}, WITHOUT the encryption key: keep a copy of it elsewhere, because a broker with webhooks \
             does not start without it"
        ),
    };
    Ok(BackUp { key, summary })
}

/// Checks a copy for damage.
///
/// # Errors
/// The damage.
pub(super) async fn check(copy: &Path) -> Result<(), Error> {
    let failed = |error| Error::new("checking the copy", error);
    let store = Store::open(&format!("sqlite:{}", plain(copy)?), 1)
        .await
        .map_err(failed)?;
    let damage = store.damage().await;
    store.close().await;
    match damage.map_err(failed)?.first() {
        None => Ok(()),
        Some(first) => Err(Error::said(format!("the copy is damaged: {first}"))),
    }
}

/// Copies a key file for its owner only.
///
/// # Errors
/// It cannot be read, or a file with that name exists.
pub(super) fn copy_key(from: &Path, to: &Path) -> Result<(), Error> {
    let text = std::fs::read(from).map_err(|error| failed("reading the key file", from, error))?;
    let (unfinished, mut file) = Unfinished::create(to)?;
    file.write_all(&text)
        .map_err(|error| failed("writing", to, error))?;
    unfinished.finish()
}

/// Returns the path in the form that SQLite accepts.
fn plain(path: &Path) -> Result<&str, Error> {
    path.to_str()
        .filter(|path| !path.contains('?') && !path.is_empty())
        .ok_or_else(|| {
            Error::said(format!(
                "{} cannot be the name of a database: it is not UTF-8, or has a question mark",
                path.display()
            ))
        })
}
