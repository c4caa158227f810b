//! Who a token belongs to, and whether the broker is open to everyone.

use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};

use subtle::ConstantTimeEq as _;

use super::{App, Result, uses::Uses};
use crate::{
    auth::{AccountOf, Holder, Known, Narrowed, Via},
    domain::{
        access::{Grants, TokenText},
        time::{iso, now},
    },
    store::identity::{
        accounts::Kind,
        seed,
        tokens::{self, Use},
    },
};

/// How long a node believes that nobody made a token, in microseconds.
const OPEN_FOR: i64 = 5_000_000;
/// How much later a use must be to be written down again, in microseconds.
const COARSE: i64 = 10 * 60 * 1_000_000;

/// What a node keeps about tokens between requests. Nothing that decides anything, but for a few seconds whether there are
/// any.
#[derive(Default)]
pub(crate) struct Tokens {
    /// Whether there was a token once: it stays so.
    closed: AtomicBool,
    looked_at: AtomicI64,
    /// When each token was last used, and when that was last written down.
    uses: Uses,
}

impl App {
    /// Makes what a new database begins with.
    ///
    /// # Errors
    /// The database's.
    pub(crate) async fn seed(&self) -> Result<()> {
        let is_done = seed::is_done(&mut *self.store.read().await?).await?;
        if !is_done {
            self.store
                .write((), |connection, ()| Box::pin(seed::seed(connection)))
                .await?;
        }
        Ok(())
    }

    /// Whether nobody made a token yet, and nobody logs in. Without accounts in the settings such a broker is open to everyone.
    ///
    /// # Errors
    /// The database's: nobody is let in where it cannot be asked.
    pub(crate) async fn is_open(&self) -> Result<bool> {
        let kept = &self.tokens;
        // Where people log in or jobs get tokens, nobody is let in without either.
        if self.config.has_login() || self.issuers.ci.is_on() {
            return Ok(false);
        }
        if kept.closed.load(Ordering::Relaxed) {
            return Ok(false);
        }
        let now = now();
        if now - kept.looked_at.load(Ordering::Relaxed) < OPEN_FOR {
            return Ok(true);
        }
        let any = tokens::any_issued(&mut *self.store.read().await?).await?;
        if any {
            kept.closed.store(true, Ordering::Relaxed);
        } else {
            kept.looked_at.store(now, Ordering::Relaxed);
        }
        Ok(!any)
    }

    /// A token was made: the broker is open no longer.
    pub(crate) fn close_to_everyone(&self) {
        self.tokens.closed.store(true, Ordering::Relaxed);
    }

    /// Who a token belongs to.
    ///
    /// # Errors
    /// The database's.
    pub(crate) async fn holder(&self, token: &TokenText) -> Result<Known> {
        let Some(id) = token.id() else {
            return Ok(Known::Nobody);
        };
        let found = tokens::holder(&mut *self.store.read().await?, &id.to_string()).await?;
        let Some(found) = found else {
            return Ok(Known::Nobody);
        };
        let given = token.digest();
        let is = |digest: &Option<String>| {
            let digest = digest.as_deref().unwrap_or_default();
            bool::from(digest.as_bytes().ct_eq(given.as_bytes()))
        };
        let (newest, before) = (is(&found.digest), is(&found.previous_digest));
        if !(newest | before) {
            return Ok(Known::Nobody);
        }
        if found.revoked {
            return Ok(Known::Ended("this token was revoked: use another one".to_owned()));
        }
        if let Some(expired) = found.expires_at.filter(|at| *at <= now()) {
            let at = iso(expired);
            return Ok(Known::Ended(format!(
                "this token expired at {at}: renew it, or use another one"
            )));
        }
        if !found.active {
            let message = "the account of this token is inactive: ask an administrator to activate it";
            return Ok(Known::Ended(message.to_owned()));
        }
        self.tokens.uses.note(found.token);
        Ok(Known::Holder(Box::new(Holder {
            name: found.name,
            grants: Grants::of(found.permissions),
            narrowed: Narrowed {
                read_only: found.read_only,
                permissions: found.narrowed.map(Grants::of),
            },
            account: AccountOf {
                id: found.account,
                uuid: found.account_uuid,
                email: found.email,
                is_system: found.kind == Kind::System,
                via: Via::Token(found.token_uuid),
                teams: found.teams,
                administers: found.administers,
            },
        })))
    }

    /// Writes down when tokens were used, those that are due alone and all in one transaction.
    ///
    /// # Errors
    /// The database's; nothing is forgotten then.
    pub(crate) async fn write_uses(&self) -> Result<()> {
        let due = self.tokens.uses.due(COARSE);
        if due.is_empty() {
            return Ok(());
        }
        let uses: Vec<Use> = due
            .iter()
            .map(|(token, at)| Use {
                token: *token,
                at: *at,
            })
            .collect();
        let written = self.store.write(uses, |connection, uses| {
            Box::pin(tokens::note_uses(connection, uses))
        });
        written.await?;
        self.tokens.uses.written(&due);
        Ok(())
    }
}
