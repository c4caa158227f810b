//! Webhooks: reading, writing and trying them out.

use serde_json::{Map, Value};

use super::{App, Error, Result};
use crate::{
    auth::{Access, Principal},
    domain::{Refusal, time::now},
    store::{
        Connection, event_facts,
        webhooks::{self, Listener, Webhook},
    },
    trace::TraceContext,
    webhook::{Definition, Facts, Message, Outcome, Party, Rendered},
};

/// A webhook that was tried out.
pub(crate) struct TriedWebhook {
    /// What was sent.
    pub(crate) request: Rendered,
    pub(crate) outcome: Outcome,
    /// Whether what the receiver answered may be shown: the operator said which hosts may be called.
    pub(crate) shows_answer: bool,
}

/// A webhook with its request decrypted.
pub(crate) struct OpenWebhook {
    pub(crate) uuid: String,
    pub(crate) definition: Definition,
    pub(crate) created_at: i64,
    pub(crate) updated_at: i64,
}

impl App {
    /// All webhooks, without what they send.
    pub(crate) async fn listeners(&self, who: &Principal) -> Result<Vec<Listener>> {
        Ok(webhooks::listeners(&mut *self.reading(who).await?).await?)
    }

    /// The webhooks that are for these, by name, by label or because they are for everyone.
    ///
    /// # Errors
    /// Refused where there is no such consumer or provider.
    pub(crate) async fn listeners_for(
        &self,
        who: &Principal,
        consumer: Option<&str>,
        provider: Option<&str>,
    ) -> Result<Vec<Listener>> {
        let mut connection = self.reading(who).await?;
        let mut found = webhooks::listeners(&mut connection).await?;
        if let Some(consumer) = consumer {
            let labels = webhooks::labels(&mut connection, consumer).await?;
            found.retain(|webhook| webhook.scope.consumer.covers(consumer, &labels));
        }
        if let Some(provider) = provider {
            let labels = webhooks::labels(&mut connection, provider).await?;
            found.retain(|webhook| webhook.scope.provider.covers(provider, &labels));
        }
        Ok(found)
    }

    /// All webhooks, with what they send encrypted.
    pub(crate) async fn webhooks(&self, who: &Principal) -> Result<Vec<Webhook>> {
        Ok(webhooks::all(&mut *self.reading(who).await?).await?)
    }

    /// # Errors
    /// Refused where there is none with this uuid.
    pub(crate) async fn webhook(&self, who: &Principal, uuid: &str) -> Result<Webhook> {
        find(&mut *self.reading(who).await?, uuid).await
    }

    /// A webhook with what it sends.
    ///
    /// # Errors
    /// Refused where there is none with this uuid; it may not be possible to decrypt it.
    pub(crate) async fn open_webhook(&self, who: &Principal, uuid: &str) -> Result<OpenWebhook> {
        let webhook = self.webhook(who, uuid).await?;
        let (created_at, updated_at) = (webhook.created_at, webhook.updated_at);
        Ok(OpenWebhook {
            uuid: uuid.to_owned(),
            definition: self.decrypted(webhook)?,
            created_at,
            updated_at,
        })
    }

    /// Creates a webhook for a consumer, a provider, both or everyone: names win over those of the definition.
    ///
    /// # Errors
    /// Refused where the definition is wrong, or there is no such consumer or provider.
    pub(crate) async fn create_webhook(
        &self,
        who: &Principal,
        mut definition: Map<String, Value>,
        consumer: Option<String>,
        provider: Option<String>,
    ) -> Result<OpenWebhook> {
        for (side, name) in [("consumer", consumer), ("provider", provider)] {
            if let Some(name) = name {
                webhooks::labels(&mut *self.reading(who).await?, &name).await?;
                definition.insert(side.to_owned(), serde_json::json!({ "name": name }));
            }
        }
        let uuid = uuid::Uuid::new_v4().to_string();
        let definition = self.read_webhook(&definition, None)?;
        self.save_webhook(who, &uuid, definition).await?;
        self.open_webhook(who, &uuid).await
    }

    /// Replaces a webhook, or creates it with this uuid. Says whether it created it.
    ///
    /// # Errors
    /// Refused where the definition or the uuid is wrong.
    pub(crate) async fn put_webhook(
        &self,
        who: &Principal,
        uuid: &str,
        definition: &Map<String, Value>,
    ) -> Result<bool> {
        let fine = (16..=255).contains(&uuid.len())
            && uuid
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'));
        if !fine {
            let rule = "can only contain the characters A-Z, a-z, 0-9, _ and -, and must be 16 or more characters \
                        (at most 255)";
            return Err(Refusal::invalid("uuid", rule).into());
        }
        // A webhook whose request cannot be decrypted any more can still be replaced.
        let stored = webhooks::find(&mut *self.reading(who).await?, uuid).await?;
        let stored = stored.and_then(|webhook| self.dispatcher.open(webhook).ok());
        let definition = self.read_webhook(definition, stored.as_ref())?;
        self.save_webhook(who, uuid, definition).await
    }

    async fn save_webhook(&self, who: &Principal, uuid: &str, definition: Definition) -> Result<bool> {
        let sealed = self
            .dispatcher
            .seal(uuid, &definition.request)
            .map_err(Error::Encryption)?;
        let now = now();
        let webhook = Webhook {
            uuid: uuid.to_owned(),
            description: definition.description,
            scope: definition.scope,
            sealed,
            created_at: now,
            updated_at: now,
        };
        self.writing(who, webhook, |connection, webhook| {
            Box::pin(webhooks::save(connection, webhook))
        })
        .await
    }

    /// # Errors
    /// Refused where there is none with this uuid.
    pub(crate) async fn delete_webhook(&self, who: &Principal, uuid: &str) -> Result<()> {
        let deleted = self
            .writing(who, uuid.to_owned(), |connection, uuid| {
                Box::pin(webhooks::delete(connection, uuid))
            })
            .await?;
        if deleted { Ok(()) } else { Err(missing(uuid)) }
    }

    /// A definition as it was sent; what it leaves out of secrets is taken from the stored one.
    ///
    /// # Errors
    /// Refused with every fault of it.
    pub(crate) fn read_webhook(
        &self,
        sent: &Map<String, Value>,
        stored: Option<&Definition>,
    ) -> Result<Definition> {
        Definition::parse(sent, stored, self.dispatcher.sender().guard())
            .map_err(|faults| Refusal::Invalid(faults).into())
    }

    /// A webhook with its request decrypted.
    ///
    /// # Errors
    /// The encryption key is not the one that it was encrypted with.
    pub(crate) fn decrypted(&self, webhook: Webhook) -> Result<Definition> {
        self.dispatcher.open(webhook).map_err(Error::Encryption)
    }

    /// Sends a webhook once, with the newest contract that it is for. `base` is the address that links start with.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for those who may only read.
    pub(crate) async fn try_webhook(
        &self,
        who: &Principal,
        definition: &Definition,
        base: &str,
    ) -> Result<TriedWebhook> {
        super::allow(who, Access::Write)?;
        let name = |party: &Party| match party {
            Party::Name(name) => Some(name.clone()),
            Party::Any | Party::Label(_) => None,
        };
        let (consumer, provider) = (name(&definition.scope.consumer), name(&definition.scope.provider));
        let mut connection = self.reading(who).await?;
        let newest = event_facts::newest(&mut connection, consumer.as_deref(), provider.as_deref()).await?;
        let facts = match newest {
            Some(event) => event_facts::facts(&mut connection, &[event])
                .await?
                .pop()
                .flatten(),
            None => None,
        };
        drop(connection);
        let placeholder = || Facts {
            consumer: consumer.unwrap_or_else(|| "placeholder-consumer".to_owned()),
            provider: provider.unwrap_or_else(|| "placeholder-provider".to_owned()),
            ..Facts::placeholder()
        };
        let values = facts.unwrap_or_else(placeholder).values(base);
        let outgoing = definition.request.render(&values);
        let id = uuid::Uuid::new_v4().to_string();
        let sender = self.dispatcher.sender();
        let message = Message {
            id: &id,
            time: now() / 1_000_000,
            trace: TraceContext::current().map_or_else(TraceContext::new, TraceContext::child),
        };
        let outcome = sender.send(&outgoing, &message).await;
        Ok(TriedWebhook {
            request: outgoing.shown,
            outcome,
            shows_answer: sender.guard().lists_hosts(),
        })
    }
}

async fn find(connection: &mut Connection, uuid: &str) -> Result<Webhook> {
    let found = webhooks::find(connection, uuid).await?;
    found.ok_or_else(|| missing(uuid))
}

fn missing(uuid: &str) -> Error {
    Error::not_found(format!("No webhook with uuid '{uuid}' found"))
}
