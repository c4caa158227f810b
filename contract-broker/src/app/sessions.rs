//! Logins in browsers: who one belongs to, and how it ends.

use std::time::Duration;

use serde_json::{Value, json};

use super::{Act, App, Error, Result};
use crate::{
    auth::{AccountOf, Holder, Known, Narrowed, Principal, SessionText, Via},
    domain::{
        access::{Action, Grants},
        time::now,
    },
    store::identity::{
        accounts::{self, Kind},
        device_logins::{self, Horizon},
        rights,
        sessions::{self, Session, Use},
    },
};

/// How much later a use must be to be written down again, in microseconds.
const COARSE: i64 = 5 * 60 * 1_000_000;
/// How long tokens of logins and CI jobs are kept after they expired: somebody may ask why one works no longer.
const KEPT: i64 = 24 * 60 * 60 * 1_000_000;

impl App {
    /// Who a session belongs to.
    ///
    /// # Errors
    /// The database's.
    pub(crate) async fn session_holder(&self, value: &SessionText) -> Result<Known> {
        let mut connection = self.store.read().await?;
        let Some(found) = sessions::find(&mut connection, &value.digest()).await? else {
            return Ok(Known::Nobody);
        };
        let (session, account) = (found.session, found.account);
        if self.is_over(&session) || !account.fields.active {
            return Ok(Known::Nobody);
        }
        let rights = rights::of(&mut connection, account.id).await?;
        self.sessions.note(session.id);
        Ok(Known::Holder(Box::new(Holder {
            grants: Grants::of(rights.permissions),
            narrowed: Narrowed::default(),
            account: AccountOf {
                id: account.id,
                is_system: account.kind()? == Kind::System,
                uuid: account.uuid,
                email: account.fields.email,
                via: Via::Session(session.uuid),
                teams: rights.teams,
                administers: rights.administers,
            },
            name: account.fields.name,
        })))
    }

    fn is_over(&self, session: &Session) -> bool {
        let idle = i64::try_from(self.config.session_idle_timeout.as_micros()).unwrap_or(i64::MAX);
        let used = self.sessions.last(session.id).max(session.used_at);
        session.expires_at <= now() || used.saturating_add(idle) <= now()
    }

    /// The logins of whoever asks; none of credentials that belong to no account.
    pub(crate) async fn own_sessions(&self, who: &Principal) -> Result<Vec<Session>> {
        match who.account() {
            Some(own) => self.sessions_of_account(own.id).await,
            None => Ok(Vec::new()),
        }
    }

    /// The logins of another account.
    ///
    /// # Errors
    /// Refused where there is no such account; forbidden for whoever may not end them.
    pub(crate) async fn sessions_of(&self, who: &Principal, uuid: &str) -> Result<Vec<Session>> {
        let account = self.account(who, uuid).await?.account;
        let is_own = who.account().is_some_and(|own| own.id == account.id);
        if !is_own {
            let act = Act::everywhere(Action::EndUserSession, "session", "");
            self.permit(who, act).await?;
        }
        self.sessions_of_account(account.id).await
    }

    async fn sessions_of_account(&self, account: i64) -> Result<Vec<Session>> {
        let mut found = sessions::of_account(&mut *self.store.read().await?, account).await?;
        found.retain(|session| !self.is_over(session));
        Ok(found)
    }

    /// Ends a login of whoever asks, or of somebody else.
    ///
    /// # Errors
    /// Refused where there is none; forbidden for one of somebody who may do more.
    pub(crate) async fn end_session(&self, who: &Principal, uuid: &str) -> Result<()> {
        let mut connection = self.store.read().await?;
        let session = sessions::require(&mut connection, uuid).await?;
        let account = accounts::by_id(&mut connection, session.account_id).await?;
        drop(connection);
        let is_own = who.account().is_some_and(|own| own.id == account.id);
        let act = if is_own {
            Act::own(Action::EndOwnSession, "session", uuid)
        } else {
            let act = Act::everywhere(Action::EndUserSession, "session", uuid);
            self.permit(who, act.clone()).await?;
            self.require_power_over(who, &account.uuid).await?;
            act
        };
        let act = act.changing(json!({ "account": account.fields.name }), Value::Null);
        self.writing(who, act, uuid.to_owned(), |connection, uuid| {
            Box::pin(sessions::delete(connection, uuid))
        })
        .await
    }

    /// Ends the login that is used for this; whoever does not use one has none to end.
    pub(crate) async fn log_out(&self, who: &Principal) -> Result<()> {
        let Some(Via::Session(uuid)) = who.account().map(|account| &account.via) else {
            return Ok(());
        };
        let act = Act::own(Action::LogOut, "session", uuid);
        self.writing(who, act, uuid.clone(), |connection, uuid| {
            Box::pin(sessions::delete(connection, uuid))
        })
        .await
    }

    /// Where somebody who logged out here can log out of the provider too; it then sends them to `then`.
    pub(crate) async fn log_out_of_provider(&self, then: &str) -> Option<String> {
        self.issuers.login.as_ref()?.end_session(then).await
    }

    /// Writes down when logins were used, those that are due alone and all in one transaction.
    ///
    /// # Errors
    /// The database's; nothing is forgotten then.
    pub(crate) async fn write_session_uses(&self) -> Result<()> {
        let due = self.sessions.due(COARSE);
        if due.is_empty() {
            return Ok(());
        }
        let uses: Vec<Use> = due
            .iter()
            .map(|(session, at)| Use {
                session: *session,
                at: *at,
            })
            .collect();
        let written = self.store.write(uses, |connection, uses| {
            Box::pin(sessions::note_uses(connection, uses))
        });
        written.await?;
        self.sessions.written(&due);
        Ok(())
    }

    /// Deletes what expired of logins and of tokens that nobody made.
    ///
    /// # Errors
    /// The database's.
    pub(crate) async fn forget_expired(&self) -> Result<()> {
        let horizon = horizon(now(), self.config.session_idle_timeout);
        let deleted = self.store.write(horizon, |connection, horizon| {
            Box::pin(device_logins::delete_expired(connection, horizon))
        });
        deleted.await.map_err(Error::from)
    }
}

/// What is deleted at this time, in microseconds since 1970, if sessions end after being unused for so long.
fn horizon(now: i64, idle: Duration) -> Horizon {
    let idle = i64::try_from(idle.as_micros()).unwrap_or(i64::MAX / 2);
    Horizon {
        now,
        // Uses are written down late.
        idle_since: now.saturating_sub(idle).saturating_sub(2 * COARSE),
        tokens_before: now - KEPT,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_over_is_deleted_and_what_somebody_may_ask_about_stays_for_a_day() {
        let hour = 60 * 60 * 1_000_000;
        let horizon = horizon(100 * hour, Duration::from_hours(24));
        assert_eq!(horizon.now, 100 * hour);
        assert_eq!(horizon.tokens_before, 76 * hour);
        // A use may not be written down yet.
        assert_eq!(horizon.idle_since, 76 * hour - 2 * COARSE);
    }
}
