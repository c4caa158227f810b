//! Secrets for webhooks. Their values are never returned.

use serde_json::{Value, json};

use super::{Act, App, Error, Result};
use crate::{
    auth::Principal,
    domain::{
        Refusal,
        access::{Action, Right},
    },
    store::{
        identity::teams,
        secrets::{self, Secret, Wanted},
    },
};

/// The fields of a secret to create or update.
#[derive(Debug, Clone, Default)]
pub(crate) struct SecretRequest {
    pub(crate) name: String,
    pub(crate) description: Option<String>,
    /// `None` keeps the existing value.
    pub(crate) value: Option<crate::config::Secret>,
    pub(crate) team: Option<String>,
}

impl App {
    /// Returns the secrets that the caller may see, without their values.
    pub(crate) async fn secrets(&self, who: &Principal) -> Result<Vec<Secret>> {
        let mut all = secrets::list(&mut *self.reading_for(who, Action::ReadSecrets).await?).await?;
        all.retain(|secret| sees(who, secret));
        Ok(all)
    }

    /// # Errors
    /// Refused if there is no secret with this uuid that the caller may see.
    pub(crate) async fn secret(&self, who: &Principal, uuid: &str) -> Result<Secret> {
        let found = secrets::require(&mut *self.reading_for(who, Action::ReadSecrets).await?, uuid).await?;
        if sees(who, &found) {
            Ok(found)
        } else {
            Err(Error::not_found(format!("No secret with uuid '{uuid}' found")))
        }
    }

    /// # Errors
    /// Refused if its team has a secret with this name, or it has no value.
    pub(crate) async fn create_secret(&self, who: &Principal, request: SecretRequest) -> Result<Secret> {
        let Some(value) = &request.value else {
            return Err(Refusal::invalid("value", "is missing").into());
        };
        let team_id = match &request.team {
            Some(uuid) => {
                let found = teams::find(&mut *self.store.read().await?, uuid).await?;
                let missing = || Refusal::invalid("teamUuid", format!("there is no team with uuid '{uuid}'"));
                Some(found.ok_or_else(missing)?.id)
            }
            None => None,
        };
        let uuid = uuid::Uuid::new_v4().to_string();
        let act = Act::of_team(Action::CreateSecret, team_id, "secret", &request.name);
        let act = act.changing(
            Value::Null,
            shown(&request.name, request.description.as_deref(), true),
        );
        let wanted = Wanted {
            sealed: self.dispatcher.seal_secret(&uuid, value.expose()),
            uuid: uuid.clone(),
            name: request.name,
            description: request.description,
            team_id,
        };
        self.writing(who, act, wanted, |connection, wanted| {
            Box::pin(secrets::create(connection, wanted))
        })
        .await?;
        Ok(secrets::require(&mut *self.store.read().await?, &uuid).await?)
    }

    /// Replaces the fields of a secret; without a new value, the existing one is kept.
    ///
    /// # Errors
    /// Refused if there is no secret with this uuid, its team has another secret with this name, or its team
    /// would change.
    pub(crate) async fn replace_secret(
        &self,
        who: &Principal,
        uuid: &str,
        request: SecretRequest,
    ) -> Result<Secret> {
        let before = self.secret(who, uuid).await?;
        if request.team.is_some() && request.team != before.team_uuid {
            let message = "cannot be changed: the value may belong to the team alone; create another secret";
            return Err(Refusal::invalid("teamUuid", message).into());
        }
        let act = Act::of_team(Action::ChangeSecret, before.team_id, "secret", &before.name).changing(
            shown(&before.name, before.description.as_deref(), false),
            shown(
                &request.name,
                request.description.as_deref(),
                request.value.is_some(),
            ),
        );
        let sealed = match &request.value {
            Some(value) => self.dispatcher.seal_secret(uuid, value.expose()),
            None => before.sealed,
        };
        let wanted = Wanted {
            uuid: uuid.to_owned(),
            name: request.name,
            description: request.description,
            team_id: before.team_id,
            sealed,
        };
        self.writing(who, act, wanted, |connection, wanted| {
            Box::pin(secrets::update(connection, wanted))
        })
        .await?;
        Ok(secrets::require(&mut *self.store.read().await?, uuid).await?)
    }

    /// # Errors
    /// Refused if there is no secret with this uuid.
    pub(crate) async fn delete_secret(&self, who: &Principal, uuid: &str) -> Result<()> {
        let before = self.secret(who, uuid).await?;
        let act = Act::of_team(Action::DeleteSecret, before.team_id, "secret", &before.name);
        let act = act.changing(
            shown(&before.name, before.description.as_deref(), false),
            Value::Null,
        );
        self.writing(who, act, uuid.to_owned(), |connection, uuid| {
            Box::pin(secrets::delete(connection, uuid))
        })
        .await
    }
}

fn sees(who: &Principal, secret: &Secret) -> bool {
    who.may(Right::SecretRead, who.tie_to_team(secret.team_id))
}

/// Returns the secret's fields for the audit log, without its value.
fn shown(name: &str, description: Option<&str>, new_value: bool) -> Value {
    let mut shown = json!({ "name": name, "description": description });
    if new_value {
        shown["value"] = json!("changed");
    }
    shown
}
