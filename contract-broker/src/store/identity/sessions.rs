//! Logins in browsers. Of what a browser has only a digest is stored.

use super::accounts::{self, Account};
use crate::{
    domain::{Refusal, time::now},
    store::{Connection, Result, Statement, row},
};

row! {
    /// A login as stored, without its digest.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub(crate) struct Session {
        pub(crate) id: i64,
        pub(crate) uuid: String,
        pub(crate) account_id: i64,
        pub(crate) created_at: i64,
        pub(crate) expires_at: i64,
        pub(crate) used_at: i64,
        /// Where the browser was when it logged in.
        pub(crate) address: Option<String>,
        pub(crate) user_agent: Option<String>,
    }
}

/// A login and whose it is.
#[derive(Debug, Clone)]
pub(crate) struct Found {
    pub(crate) session: Session,
    pub(crate) account: Account,
}

/// A login that is to be.
#[derive(Debug, Clone)]
pub(crate) struct NewSession {
    pub(crate) uuid: String,
    pub(crate) digest: String,
    pub(crate) expires_at: i64,
    pub(crate) address: Option<String>,
    pub(crate) user_agent: Option<String>,
    /// The digest of the name of the session at the provider, if the provider named one.
    pub(crate) provider_session: Option<String>,
}

const SELECT: &str =
    "SELECT id, uuid, account_id, created_at, expires_at, used_at, address, user_agent FROM sessions";

/// The login with that digest.
pub(crate) async fn find(connection: &mut Connection, digest: &str) -> Result<Option<Found>> {
    let session: Option<Session> = Statement::new(format!("{SELECT} WHERE digest = $1"))
        .bind(digest)
        .optional(&mut *connection)
        .await?;
    let Some(session) = session else {
        return Ok(None);
    };
    let account = accounts::by_id(connection, session.account_id).await?;
    Ok(Some(Found { session, account }))
}

/// The login with that uuid.
///
/// # Errors
/// Refused where there is none.
pub(crate) async fn require(connection: &mut Connection, uuid: &str) -> Result<Session> {
    let found: Option<Session> = Statement::new(format!("{SELECT} WHERE uuid = $1"))
        .bind(uuid)
        .optional(connection)
        .await?;
    found.ok_or_else(|| Refusal::NotFound(format!("No session with uuid '{uuid}' found")).into())
}

/// The logins of an account that did not expire, newest first.
pub(crate) async fn of_account(connection: &mut Connection, account: i64) -> Result<Vec<Session>> {
    Statement::new(format!(
        "{SELECT} WHERE account_id = $1 AND expires_at > $2 ORDER BY id DESC"
    ))
    .bind(account)
    .bind(now())
    .all(connection)
    .await
}

/// Writes down a login of an account.
pub(crate) async fn create(connection: &mut Connection, account: i64, new: &NewSession) -> Result<()> {
    Statement::new(
        "INSERT INTO sessions (uuid, account_id, digest, created_at, expires_at, used_at, address, user_agent, \
         provider_session) VALUES ($1, $2, $3, $4, $5, $4, $6, $7, $8)",
    )
    .bind(&new.uuid)
    .bind(account)
    .bind(&new.digest)
    .bind(now())
    .bind(new.expires_at)
    .bind(&new.address)
    .bind(&new.user_agent)
    .bind(&new.provider_session)
    .execute(connection)
    .await?;
    Ok(())
}

/// Ends the login with that uuid.
pub(crate) async fn delete(connection: &mut Connection, uuid: &str) -> Result<()> {
    Statement::new("DELETE FROM sessions WHERE uuid = $1")
        .bind(uuid)
        .execute(connection)
        .await?;
    Ok(())
}

/// Ends the login with that digest.
pub(crate) async fn delete_by_digest(connection: &mut Connection, digest: &str) -> Result<()> {
    Statement::new("DELETE FROM sessions WHERE digest = $1")
        .bind(digest)
        .execute(connection)
        .await?;
    Ok(())
}

/// Whose logins a provider ends: those of an account, those of one of its sessions, or those of both.
#[derive(Debug, Clone)]
pub(crate) struct OfProvider {
    pub(crate) account: Option<i64>,
    /// The digest of the name of the session.
    pub(crate) session: Option<String>,
}

/// Ends the logins that a provider names.
pub(crate) async fn delete_of_provider(connection: &mut Connection, of: &OfProvider) -> Result<()> {
    let statement = match (of.account, &of.session) {
        (None, None) => return Ok(()),
        (Some(account), None) => Statement::new("DELETE FROM sessions WHERE account_id = $1").bind(account),
        (None, Some(session)) => {
            Statement::new("DELETE FROM sessions WHERE provider_session = $1").bind(session)
        }
        // A login of which the provider named no session may be the one.
        (Some(account), Some(session)) => Statement::new(
            "DELETE FROM sessions WHERE account_id = $1 AND (provider_session = $2 OR provider_session IS NULL)",
        )
        .bind(account)
        .bind(session),
    };
    statement.execute(connection).await?;
    Ok(())
}

/// When a login was used.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Use {
    pub(crate) session: i64,
    pub(crate) at: i64,
}

/// Writes down when logins were last used.
pub(crate) async fn note_uses(connection: &mut Connection, uses: &[Use]) -> Result<()> {
    for used in uses {
        Statement::new("UPDATE sessions SET used_at = $2 WHERE id = $1 AND used_at < $2")
            .bind(used.session)
            .bind(used.at)
            .later(connection)
            .await?;
    }
    Ok(())
}
