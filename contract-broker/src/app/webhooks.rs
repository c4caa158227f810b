//! Webhooks: reading, writing and trying them out.

use serde_json::{Map, Value};

use super::{Act, App, Error, Result};
use crate::{
    auth::{Access, Principal},
    domain::{Refusal, access::Action, time::now},
    store::{
        Connection, event_facts,
        identity::teams,
        secrets,
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
    pub(crate) team: Option<Team>,
    pub(crate) created_at: i64,
    pub(crate) updated_at: i64,
}

/// The team of a webhook.
#[derive(Debug, Clone)]
pub(crate) struct Team {
    pub(crate) id: i64,
    pub(crate) uuid: String,
}

/// To which team a webhook is to belong.
#[derive(Debug, Clone, Default)]
pub(crate) enum TeamChange {
    /// To the one that it belongs to.
    #[default]
    Keep,
    /// To the one with this uuid, or to none.
    Set(Option<String>),
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
        let team = webhook.team_id.zip(webhook.team_uuid.clone());
        Ok(OpenWebhook {
            team: team.map(|(id, uuid)| Team { id, uuid }),
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
        team: TeamChange,
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
        self.save_webhook(who, &uuid, definition, team, None).await?;
        self.open_webhook(who, &uuid).await
    }

    /// The uuid of another webhook of the same team that sends the same for the same events: both would be sent.
    pub(crate) async fn twin_of(&self, who: &Principal, webhook: &OpenWebhook) -> Result<Option<String>> {
        let team = webhook.team.as_ref().map(|team| team.id);
        let mut others = webhooks::all(&mut *self.reading(who).await?).await?;
        others.retain(|other| {
            other.uuid != webhook.uuid && other.team_id == team && other.scope == webhook.definition.scope
        });
        let twin = others.into_iter().find_map(|other| {
            let uuid = other.uuid.clone();
            // One that cannot be decrypted sends nothing.
            let definition = self.dispatcher.open(other).ok()?;
            (definition.request == webhook.definition.request).then_some(uuid)
        });
        Ok(twin)
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
        team: TeamChange,
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
        let opened = stored
            .clone()
            .and_then(|webhook| self.dispatcher.open(webhook).ok());
        let definition = self.read_webhook(definition, opened.as_ref())?;
        self.save_webhook(who, uuid, definition, team, stored).await
    }

    async fn save_webhook(
        &self,
        who: &Principal,
        uuid: &str,
        definition: Definition,
        team: TeamChange,
        stored: Option<Webhook>,
    ) -> Result<bool> {
        let before = stored.as_ref().and_then(|webhook| webhook.team_id);
        let team_id = match team {
            TeamChange::Keep => before,
            TeamChange::Set(None) => None,
            TeamChange::Set(Some(uuid)) => {
                let found = teams::find(&mut *self.reading(who).await?, &uuid).await?;
                let missing = || Refusal::invalid("teamUuid", format!("there is no team with uuid '{uuid}'"));
                Some(found.ok_or_else(missing)?.id)
            }
        };
        let action = if stored.is_some() {
            Action::ChangeWebhook
        } else {
            Action::CreateWebhook
        };
        // Whoever gives a webhook to another team must be allowed to manage those of both.
        if before != team_id && stored.is_some() {
            self.permit(who, Act::of_team(action, before, "webhook", uuid))
                .await?;
        }
        let shown =
            |definition: &Definition| serde_json::to_value(definition.show(Access::Read)).unwrap_or_default();
        let earlier = stored.and_then(|webhook| self.dispatcher.open(webhook).ok());
        let earlier = earlier.as_ref().map(shown).unwrap_or_default();
        let act = Act::of_team(action, team_id, "webhook", uuid).changing(earlier, shown(&definition));
        let sealed = self
            .dispatcher
            .seal(uuid, &definition.request)
            .map_err(Error::Encryption)?;
        let now = now();
        let webhook = Webhook {
            uuid: uuid.to_owned(),
            description: definition.description,
            scope: definition.scope,
            team_id,
            team_uuid: None,
            sealed,
            created_at: now,
            updated_at: now,
        };
        self.writing(who, act, webhook, |connection, webhook| {
            Box::pin(webhooks::save(connection, webhook))
        })
        .await
    }

    /// # Errors
    /// Refused where there is none with this uuid.
    pub(crate) async fn delete_webhook(&self, who: &Principal, uuid: &str) -> Result<()> {
        let owner = webhooks::owner(&mut *self.reading(who).await?, uuid).await?;
        let owner = owner.ok_or_else(|| missing(uuid))?;
        let act = Act::of_team(Action::DeleteWebhook, owner.team_id, "webhook", owner.uuid);
        let deleted = self
            .writing(who, act, uuid.to_owned(), |connection, uuid| {
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
    /// [`Error::Forbidden`] for those who may not manage webhooks of this team.
    pub(crate) async fn try_webhook(
        &self,
        who: &Principal,
        definition: &Definition,
        team: Option<i64>,
        base: &str,
    ) -> Result<TriedWebhook> {
        let act = Act::of_team(Action::ExecuteWebhook, team, "webhook", definition.title());
        let permit = self.permit(who, act).await?;
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
        let mut values = facts.unwrap_or_else(placeholder).values(base);
        let secrets = secrets::of_team(&mut *self.reading(who).await?, team).await?;
        self.dispatcher.add_secrets(&mut values, &secrets);
        let outgoing = definition.request.render(&values);
        let id = uuid::Uuid::new_v4().to_string();
        let sender = self.dispatcher.sender();
        let message = Message {
            id: &id,
            time: now() / 1_000_000,
            trace: TraceContext::current().map_or_else(TraceContext::new, TraceContext::child),
        };
        // First it is written down: it is sent once, whatever happens then.
        self.done(permit).await?;
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
