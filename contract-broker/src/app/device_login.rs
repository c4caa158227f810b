//! Logins of the command line: it shows a code, and somebody who is logged in allows it in a browser (RFC 8628).

use std::{
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use serde_json::json;

use super::{Act, App, Error, Granted, NotGranted, Result};
use crate::{
    auth::{Known, Origin, Principal, SessionText, Via},
    domain::{
        access::{Action, TokenText, digest},
        polling::Polls,
        time::{iso, now},
    },
    log_text::bounded,
    store::identity::{
        accounts,
        device_logins::{self, DeviceLogin, NewDeviceLogin},
        tokens::{self, NewToken},
    },
};

/// The letters of codes that people type: no vowels, so no words, and none that looks like a digit.
const LETTERS: &[u8; 20] = b"BCDFGHJKLMNPQRSTVWXZ";
/// How long a login waits to be allowed, in seconds.
const PATIENCE: i64 = 10 * 60;
/// The most that wait at once.
const MOST: i64 = 1000;

/// A login that begins.
#[derive(Debug, Clone)]
pub(crate) struct BegunDeviceLogin {
    /// What the command line asks with; nobody else sees it.
    pub(crate) device_code: String,
    /// What somebody types in a browser.
    pub(crate) user_code: String,
    pub(crate) seconds: i64,
}

/// How often the command line asks for each login that waits, on this node.
#[derive(Debug, Default)]
pub(super) struct DevicePolls(Mutex<Polls<i64>>);

impl DevicePolls {
    /// Whether it asks too early for a login.
    fn is_early(&self, login: i64) -> bool {
        let mut polls = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        polls.forget(Duration::from_secs(PATIENCE.unsigned_abs()), now);
        polls.is_early(login, now)
    }
}

/// Somebody's answer to a login that waits.
struct Decision {
    id: i64,
    account: Option<i64>,
}

/// A login that was allowed, and the token for it.
struct Completion {
    id: i64,
    token: NewToken,
}

impl App {
    /// Begins a login of a client, which says what it is.
    ///
    /// # Errors
    /// Nobody logs in here, or too many logins wait.
    pub(crate) async fn begin_device_login(
        &self,
        origin: &Origin,
        client: &str,
    ) -> Result<BegunDeviceLogin, NotGranted> {
        if self.issuers.login.is_none() {
            let message = "nobody logs in at this broker (oidc.issuer is not set): use a token";
            return Err(NotGranted::refused("unauthorized_client", message));
        }
        let device_code = SessionText::new().expose().to_owned();
        let letters: Vec<u8> = (0..8)
            .map(|_| LETTERS[rand::random_range(0..LETTERS.len())])
            .collect();
        let letters = String::from_utf8_lossy(&letters).into_owned();
        let new = NewDeviceLogin {
            digest: digest(device_code.as_bytes()),
            user_code: letters.clone(),
            client: bounded(client, 100),
            address: origin.ip.map(|ip| ip.to_string()),
            expires_at: now() + PATIENCE * 1_000_000,
        };
        let written = self.store.write(new, |connection, new| {
            Box::pin(device_logins::create(connection, new, MOST))
        });
        written.await.map_err(|error| NotGranted::of(error.into()))?;
        Ok(BegunDeviceLogin {
            device_code,
            user_code: format!("{}-{}", &letters[..4], &letters[4..]),
            seconds: PATIENCE,
        })
    }

    /// The login that waits under a code as somebody typed it.
    ///
    /// # Errors
    /// Refused where none does; forbidden for whoever did not log in in a browser.
    pub(crate) async fn waiting_device_login(&self, who: &Principal, code: &str) -> Result<DeviceLogin> {
        require_session(who)?;
        let code: String = code
            .chars()
            .filter(char::is_ascii_alphabetic)
            .map(|letter| letter.to_ascii_uppercase())
            .collect();
        let found = device_logins::waiting(&mut *self.store.read().await?, &code).await?;
        found.ok_or_else(|| {
            Error::not_found("no login waits under this code: check it, or begin again with `contract login`")
        })
    }

    /// Allows or denies a login that waits.
    ///
    /// # Errors
    /// As [`Self::waiting_device_login`].
    pub(crate) async fn decide_device_login(&self, who: &Principal, code: &str, allow: bool) -> Result<()> {
        let waiting = self.waiting_device_login(who, code).await?;
        let action = if allow {
            Action::AllowDevice
        } else {
            Action::DenyDevice
        };
        let act = Act::own(action, "login", &waiting.client)
            .changing(serde_json::Value::Null, json!({ "address": waiting.address }));
        let decision = Decision {
            id: waiting.id,
            account: who.account().filter(|_| allow).map(|own| own.id),
        };
        self.writing(who, act, decision, |connection, decision| {
            Box::pin(device_logins::decide(connection, decision.id, decision.account))
        })
        .await
    }

    /// Gives the command line its token, once somebody allowed it.
    ///
    /// # Errors
    /// `authorization_pending` while nobody did, `slow_down` to whoever asks too often; `access_denied`; `expired_token`.
    pub(crate) async fn complete_device_login(
        &self,
        origin: Origin,
        device_code: &str,
    ) -> Result<Granted, NotGranted> {
        let mut connection = self.store.read().await.map_err(Error::from)?;
        let found = device_logins::find(&mut connection, &digest(device_code.as_bytes())).await;
        let Some(login) = found
            .map_err(Error::from)?
            .filter(|login| login.expires_at > now())
        else {
            let message = "nobody allowed this login in time, or it was completed before: begin again";
            return Err(NotGranted::refused("expired_token", message));
        };
        if login.denied {
            return Err(NotGranted::refused(
                "access_denied",
                "the login was denied in the browser",
            ));
        }
        let Some(account) = login.account_id else {
            if self.device_polls.is_early(login.id) {
                let message =
                    "this login is asked for too often: wait 5 seconds longer between requests from now on";
                return Err(NotGranted::refused("slow_down", message));
            }
            return Err(NotGranted::refused(
                "authorization_pending",
                "nobody allowed this login yet",
            ));
        };
        let account = accounts::by_id(&mut connection, account)
            .await
            .map_err(Error::from)?;
        drop(connection);
        if !account.fields.active {
            return Err(NotGranted::refused("access_denied", "the account is inactive"));
        }
        let id = uuid::Uuid::new_v4();
        let value = TokenText::new(id, false);
        let lifetime = self.config.oidc_token_lifetime.as_secs();
        let seconds = i64::try_from(lifetime).unwrap_or(i64::MAX / 2_000_000);
        let expires_at = now().saturating_add(seconds.saturating_mul(1_000_000));
        let who = Principal::device(&account.fields.name, origin);
        let act = Act::own(Action::CreateDeviceToken, "token", &login.client).changing(
            serde_json::Value::Null,
            json!({ "account": account.fields.name, "expiresAt": iso(expires_at) }),
        );
        let completion = Completion {
            id: login.id,
            token: NewToken {
                uuid: id.to_string(),
                account_id: account.id,
                name: format!("{} (login)", login.client),
                read_only: false,
                permissions: None,
                value: Some(value.clone()),
                expires_at: Some(expires_at),
                origin: Some(tokens::Origin::Device),
            },
        };
        let written = self.writing(&who, act, completion, |connection, completion| {
            Box::pin(async move {
                device_logins::delete(connection, completion.id).await?;
                tokens::create(connection, &completion.token).await
            })
        });
        written.await.map_err(NotGranted::of)?;
        Ok(Granted {
            token: value,
            seconds,
        })
    }

    /// Ends the token that somebody has, which is proof enough that they may. Nothing is said about one that is none.
    ///
    /// # Errors
    /// The database's.
    pub(crate) async fn give_token_back(&self, origin: Origin, text: &str) -> Result<()> {
        let Some(token) = TokenText::read(text) else {
            return Ok(());
        };
        let Known::Holder(holder) = self.holder(&token).await? else {
            return Ok(());
        };
        let uuid = holder.account.via.uuid().to_owned();
        let who = holder.principal(origin);
        let found = tokens::require(&mut *self.store.read().await?, &uuid).await?;
        let act = Act::own(Action::GiveTokenBack, "token", &found.name);
        self.writing(&who, act, found, |connection, token| {
            Box::pin(tokens::revoke(connection, token))
        })
        .await
    }
}

/// Who holds a token makes no other with it this way.
fn require_session(who: &Principal) -> Result<()> {
    if let Some(Via::Session(_)) = who.account().map(|account| &account.via) {
        return Ok(());
    }
    let message = "only somebody who logged in in a browser allows the command line to log in";
    Err(Error::Forbidden(message.to_owned()))
}
