//! Re-encrypts stored data with the first of several keys.

use crate::{
    Config, Error,
    domain::count::counted,
    jobs::{log_of, secret_of},
    store::{
        Store,
        encryption::{self, Rotated},
    },
    unlock::{KNOWN_CONTEXT, check},
    webhook::{Encryption, Key},
};

/// Maximum number of logs encrypted per transaction.
const BATCH: i64 = 100;

/// Re-encrypts everything that was encrypted with another key, using the first key of these settings. After
/// that, the other keys can be removed. Brokers may run at the same time, if each has all the keys, the new
/// one first. Returns a summary for people.
///
/// # Errors
/// There is no key; something was encrypted with a key that is not set, which the message names; the database
/// fails.
pub async fn rotate_secrets(config: &Config) -> Result<String, Error> {
    let Key::Present { encryption, place } = Key::find(config).map_err(Error::said)? else {
        return Err(Error::said(
            "there is no encryption key to rotate to: start the broker once, or set one",
        ));
    };
    let store = super::place::open_existing(config).await?;
    let rotated = match check(&store, config).await {
        Ok(()) => rotate(&store, &encryption).await,
        Err(problem) => Err(Error::said(problem)),
    };
    store.close().await;
    let count = rotated?;
    Ok(format!(
        "{} encrypted anew with the key {} of {place}; the others are not needed any more",
        counted(count, "secret"),
        encryption.id()
    ))
}

async fn rotate(store: &Store, encryption: &Encryption) -> Result<usize, Error> {
    let failed = |error| Error::new("rotating", error);
    let anew = |sealed: &str, context: &str, what: &str| {
        encryption
            .open(sealed, context)
            .map(|plain| encryption.seal(&plain, context))
            .map_err(|problem| Error::said(format!("{what}: {problem}")))
    };
    let mut count = 0;
    let encrypted = encryption::read(&mut *store.read().await.map_err(failed)?)
        .await
        .map_err(failed)?;
    let mut rotated = Vec::new();
    for webhook in encrypted.webhooks {
        if !encryption.is_current(&webhook.request) {
            rotated.push(Rotated::Request {
                to: anew(
                    &webhook.request,
                    &webhook.uuid,
                    &format!("webhook {}", webhook.uuid),
                )?,
                uuid: webhook.uuid,
                from: webhook.request,
            });
        }
    }
    for secret in encrypted.secrets {
        if !encryption.is_current(&secret.sealed) {
            let what = format!("the secret {:?} ({})", secret.name, secret.uuid);
            rotated.push(Rotated::Secret {
                to: anew(&secret.sealed, &secret_of(&secret.uuid), &what)?,
                uuid: secret.uuid,
                from: secret.sealed,
            });
        }
    }
    count += put(store, rotated).await?;
    let mut last = 0;
    loop {
        let logs = encryption::sealed_logs(&mut *store.read().await.map_err(failed)?, last, BATCH)
            .await
            .map_err(failed)?;
        let Some(newest) = logs.last() else { break };
        last = newest.attempt;
        let mut rotated = Vec::new();
        for log in logs {
            if !encryption.is_current(&log.log) {
                rotated.push(Rotated::Log {
                    to: anew(
                        &log.log,
                        &log_of(&log.uuid),
                        &format!("the log of delivery {}", log.uuid),
                    )?,
                    attempt: log.attempt,
                    from: log.log,
                });
            }
        }
        count += put(store, rotated).await?;
    }
    // Last, because brokers without the old key detect by it that the rotation is not complete.
    if let Some(from) = encrypted.check.filter(|check| !encryption.is_current(check)) {
        let to = anew(&from, KNOWN_CONTEXT, "the known text")?;
        count += put(store, vec![Rotated::Check { from, to }]).await?;
    }
    Ok(count)
}

async fn put(store: &Store, rotated: Vec<Rotated>) -> Result<usize, Error> {
    let count = rotated.len();
    if count > 0 {
        store
            .write(rotated, |connection, rotated| {
                Box::pin(encryption::rotate(connection, rotated))
            })
            .await
            .map_err(|error| Error::new("rotating", error))?;
    }
    Ok(count)
}
