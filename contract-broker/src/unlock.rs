//! Finding, at the start, the key that this database was encrypted with.
//!
//! A database without its key has lost what its webhooks send. The broker says so and does not start: a new key would
//! let every webhook fail, one delivery after the other.

use std::path::Path;

use crate::{
    config::Config,
    domain::count::counted,
    store::{
        Store,
        encryption::{self, Encrypted, EncryptedWebhook},
    },
    webhook::{Encryption, Key, make_key_file},
};

/// What the known text says, and what it belongs to.
const KNOWN: &str = "contract-broker";
pub(crate) const KNOWN_CONTEXT: &str = "encryption-check";

/// The key of this database. Where nothing was encrypted yet, SQLite gets a key file.
///
/// # Errors
/// There is no key, or another one than that of this database: what is missing and what can be done.
pub(crate) async fn unlock(store: &Store, config: &Config) -> Result<Encryption, String> {
    let key = Key::find(config)?;
    let encrypted = read(store).await?;
    // On one machine a new key does no harm while nothing is encrypted; other nodes have to agree on theirs.
    let anew = encrypted.is_empty() && config.is_sqlite();
    let (encryption, place) = match key {
        Key::Present { encryption, place } => (encryption, place),
        Key::Missing { file } if anew || encrypted.is_untouched() => {
            make_key_file(&file)
                .map_err(|error| format!("cannot make the key file {}: {error}", file.display()))?;
            match Key::find(config)? {
                Key::Present { encryption, place } => (encryption, place),
                Key::Missing { file } => return Err(format!("the key file {} is gone", file.display())),
            }
        }
        Key::Missing { file } => {
            return Err(encrypted.without(&file));
        }
    };
    if encrypted.is_opened_by(&encryption) {
        agree(store, &encryption, &place).await?;
    } else if anew {
        forget_check(store).await?;
        agree(store, &encryption, &place).await?;
    } else {
        return Err(encrypted.with_another(&place));
    }
    for lost in encrypted.unreadable(&encryption) {
        tracing::warn!(
            webhook = lost.title(),
            webhook_uuid = lost.uuid,
            "the encryption key does not decrypt this webhook: write it anew with PUT /webhooks/{{uuid}}, or delete it"
        );
    }
    Ok(encryption)
}

/// Checks, and changes nothing, whether a broker with these settings can decrypt what this database holds.
///
/// # Errors
/// As those of [`unlock`].
pub(crate) async fn check(store: &Store, config: &Config) -> Result<(), String> {
    let encrypted = read(store).await?;
    match Key::find(config)? {
        // A broker on one machine may begin anew.
        _ if encrypted.is_empty() && config.is_sqlite() => Ok(()),
        Key::Missing { .. } if encrypted.is_untouched() => Ok(()),
        Key::Missing { file } => Err(encrypted.without(&file)),
        Key::Present { encryption, .. } if encrypted.is_opened_by(&encryption) => Ok(()),
        Key::Present { place, .. } => Err(encrypted.with_another(&place)),
    }
}

/// The keys of these settings, for a broker that runs: one of them has to be that of its database.
///
/// # Errors
/// There is no key, or none is that of this database.
pub(crate) async fn renewed(store: &Store, config: &Config) -> Result<Encryption, String> {
    match Key::find(config)? {
        Key::Missing { file } => Err(format!("the key file {} is gone", file.display())),
        Key::Present { encryption, place } => {
            let encrypted = read(store).await?;
            if encrypted.is_opened_by(&encryption) {
                Ok(encryption)
            } else {
                Err(encrypted.with_another(&place))
            }
        }
    }
}

const WAY_OUT: &str = "If the key is lost, `contract-broker forget-webhook-secrets`, with the same settings as the \
                       broker, disables the webhooks that cannot be decrypted and accepts the key";

/// Accepts the key of the settings, and disables the webhooks that it does not decrypt. Gives each of these to `line`.
///
/// # Errors
/// There is no key that can be used, or the database fails.
pub(crate) async fn forget(
    store: &Store,
    config: &Config,
    mut line: impl FnMut(String) + Send,
) -> Result<(), String> {
    if let Key::Missing { file } = Key::find(config)? {
        make_key_file(&file)
            .map_err(|error| format!("cannot make the key file {}: {error}", file.display()))?;
    }
    let Key::Present { encryption, place } = Key::find(config)? else {
        return Err("the key file is gone".to_owned());
    };
    let encrypted = read(store).await?;
    let lost = encrypted.unreadable(&encryption);
    for webhook in &lost {
        line(format!("disabled: {} ({})", webhook.title(), webhook.uuid));
    }
    let uuids: Vec<String> = lost.iter().map(|webhook| webhook.uuid.clone()).collect();
    let count = uuids.len();
    forget_check(store).await?;
    store
        .write(uuids, |connection, uuids| {
            Box::pin(encryption::disable(connection, uuids))
        })
        .await
        .map_err(|error| error.to_string())?;
    agree(store, &encryption, &place).await?;
    line(format!(
        "{} disabled; write them anew with PUT /webhooks/{{uuid}}, or delete them",
        counted(count, "webhook")
    ));
    Ok(())
}

async fn read(store: &Store) -> Result<Encrypted, String> {
    let mut connection = store.read().await.map_err(|error| error.to_string())?;
    encryption::read(&mut connection)
        .await
        .map_err(|error| error.to_string())
}

async fn forget_check(store: &Store) -> Result<(), String> {
    store
        .write((), |connection, ()| {
            Box::pin(encryption::remove_check(connection))
        })
        .await
        .map_err(|error| error.to_string())
}

/// Stores the known text where there is none. Of several nodes that start at once one does, and the key of the others
/// has to be the same.
async fn agree(store: &Store, encryption: &Encryption, place: &str) -> Result<(), String> {
    let opens = |check: &Option<String>| check.as_ref().is_some_and(|check| is_known(encryption, check));
    if opens(&read(store).await?.check) {
        return Ok(());
    }
    store
        .write(encryption.seal(KNOWN, KNOWN_CONTEXT), |connection, sealed| {
            Box::pin(encryption::add_check(connection, sealed))
        })
        .await
        .map_err(|error| error.to_string())?;
    if opens(&read(store).await?.check) {
        Ok(())
    } else {
        Err(format!(
            "{place} is not the key that another node of this database uses"
        ))
    }
}

fn is_known(encryption: &Encryption, check: &str) -> bool {
    encryption
        .open(check, KNOWN_CONTEXT)
        .is_ok_and(|text| text == KNOWN)
}

impl Encrypted {
    fn is_untouched(&self) -> bool {
        self.check.is_none() && self.is_empty()
    }

    /// Whether no webhook and no secret depends on the key.
    fn is_empty(&self) -> bool {
        self.webhooks.is_empty() && self.secrets.is_empty()
    }

    /// Whether the key is that of the database: by the known text, or, in a database that has none yet, by the
    /// webhooks, of which one may have been written with a key that was lost earlier.
    fn is_opened_by(&self, encryption: &Encryption) -> bool {
        match &self.check {
            Some(check) => is_known(encryption, check),
            None => self.webhooks.is_empty() || self.unreadable(encryption).len() < self.webhooks.len(),
        }
    }

    fn unreadable(&self, encryption: &Encryption) -> Vec<&EncryptedWebhook> {
        self.webhooks
            .iter()
            .filter(|webhook| encryption.open(&webhook.request, &webhook.uuid).is_err())
            .collect()
    }

    /// What is said if the key is missing.
    fn without(&self, file: &Path) -> String {
        format!(
            "the key file {} is missing: {}. Put it back, from the back-up or from the machine that this database \
             comes from, or set webhook.encryption_key. {WAY_OUT}",
            file.display(),
            self.needs()
        )
    }

    /// What is said if the key is another one.
    fn with_another(&self, place: &str) -> String {
        format!(
            "{place} is not the key of this database: {}. Use the key that it was encrypted with. {WAY_OUT}",
            self.needs()
        )
    }

    /// What is lost without the key.
    fn needs(&self) -> String {
        match self.webhooks.len() {
            0 => "the database was set up with another one".to_owned(),
            1 => "what 1 webhook sends is encrypted with it".to_owned(),
            count => format!("what {count} webhooks send is encrypted with it"),
        }
    }
}

impl EncryptedWebhook {
    fn title(&self) -> &str {
        self.description.as_deref().unwrap_or("without a description")
    }
}
