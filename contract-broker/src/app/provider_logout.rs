//! The provider says that somebody logged out there: their sessions here end (`OpenID` Connect Back-Channel Logout 1.0).

use serde_json::json;

use super::{Act, App, Error, NotGranted};
use crate::{
    auth::{LoggedOut, Origin, Principal, Problem},
    domain::access::{Action, digest},
    store::identity::{
        identities,
        sessions::{self, OfProvider},
        used_tokens::{self, UsedToken},
    },
};

/// How much longer than it is valid a logout token is remembered, in microseconds: clocks may differ.
const SPARE: i64 = 5 * 60 * 1_000_000;

/// A logout token that is to be taken, and whose sessions end.
struct Logout {
    used: UsedToken,
    of: OfProvider,
}

impl App {
    /// Ends the sessions that a logout token of the provider names. Each token is taken once. Whoever is logged out of
    /// nothing was logged out before.
    ///
    /// # Errors
    /// `invalid_request` with what is wrong with the token; the provider or the database cannot be asked.
    pub(crate) async fn log_out_by_provider(&self, origin: Origin, token: &str) -> Result<(), NotGranted> {
        let Some(provider) = self.issuers.login.as_ref() else {
            let message = "nobody logs in at this broker: oidc.issuer is not set";
            return Err(NotGranted::refused("invalid_request", message));
        };
        let logged_out = match provider.logged_out(token).await {
            Ok(logged_out) => logged_out,
            Err(Problem::Token(fault)) => {
                self.log_refusal(&origin, "a logout token was refused", &fault);
                return Err(NotGranted::refused("invalid_request", fault.to_string()));
            }
            Err(Problem::Unreachable(problem)) => {
                tracing::error!(problem, "the provider with which people log in cannot be asked");
                let message = "the provider cannot be asked for its keys at the moment; try again";
                return Err(Error::Unavailable(message).into());
            }
        };
        let who = Principal::provider(&logged_out.issuer, origin);
        self.end_sessions_of(&who, logged_out).await
    }

    async fn end_sessions_of(&self, who: &Principal, logged_out: LoggedOut) -> Result<(), NotGranted> {
        let LoggedOut {
            issuer,
            subject,
            session,
            id,
            expires_at,
        } = logged_out;
        let mut account = None;
        if let Some(subject) = &subject {
            let mut connection = self.store.read().await.map_err(Error::from)?;
            let found = identities::account_of(&mut connection, &issuer, subject).await;
            account = found.map_err(Error::from)?;
            if account.is_none() {
                // Somebody who never logged in here has no session here.
                return Ok(());
            }
        }
        let act = Act::own(Action::EndSessionsByProvider, "session", "").changing(
            json!({ "issuer": issuer, "account": account.as_ref().map(|account| &account.fields.name) }),
            serde_json::Value::Null,
        );
        let logout = Logout {
            used: UsedToken {
                issuer,
                token: digest(format!("logout {id}").as_bytes()),
                expires_at: expires_at.saturating_add(SPARE),
            },
            of: OfProvider {
                account: account.map(|account| account.id),
                session: session.map(|session| digest(session.as_bytes())),
            },
        };
        let written = self.writing(who, act, logout, |connection, logout| {
            Box::pin(async move {
                let again = "the logout token was used before";
                used_tokens::take(connection, &logout.used, again).await?;
                sessions::delete_of_provider(connection, &logout.of).await
            })
        });
        match written.await {
            Err(Error::Refused(refusal)) => Err(NotGranted::refused("invalid_request", refusal.to_string())),
            written => Ok(written?),
        }
    }
}
