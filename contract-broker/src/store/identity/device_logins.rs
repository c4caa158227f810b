//! Logins of the command line that wait for somebody to allow them in a browser (RFC 8628), and what is left of logins of every
//! kind once they expired.

use crate::{
    domain::{Refusal, time::now},
    store::{Connection, Result, Statement, row},
};

row! {
    /// A login that waits.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub(crate) struct DeviceLogin {
        pub(crate) id: i64,
        pub(crate) user_code: String,
        /// Who allowed it.
        pub(crate) account_id: Option<i64>,
        pub(crate) denied: bool,
        /// What asked for it.
        pub(crate) client: String,
        pub(crate) address: Option<String>,
        pub(crate) created_at: i64,
        pub(crate) expires_at: i64,
    }
}

/// A login that is to wait.
#[derive(Debug, Clone)]
pub(crate) struct NewDeviceLogin {
    pub(crate) digest: String,
    pub(crate) user_code: String,
    pub(crate) client: String,
    pub(crate) address: Option<String>,
    pub(crate) expires_at: i64,
}

const SELECT: &str =
    "SELECT id, user_code, account_id, denied, client, address, created_at, expires_at FROM device_logins";

/// The login that the command line waits for.
pub(crate) async fn find(connection: &mut Connection, digest: &str) -> Result<Option<DeviceLogin>> {
    Statement::new(format!("{SELECT} WHERE digest = $1"))
        .bind(digest)
        .optional(connection)
        .await
}

/// The login that waits under a code that people type, and did not expire.
pub(crate) async fn waiting(connection: &mut Connection, user_code: &str) -> Result<Option<DeviceLogin>> {
    Statement::new(format!(
        "{SELECT} WHERE user_code = $1 AND expires_at > $2 AND account_id IS NULL AND denied = 0"
    ))
    .bind(user_code)
    .bind(now())
    .optional(connection)
    .await
}

/// Begins to wait.
///
/// # Errors
/// Refused where `most` wait already.
pub(crate) async fn create(connection: &mut Connection, new: &NewDeviceLogin, most: i64) -> Result<()> {
    let waiting: i64 = Statement::new("SELECT COUNT(*) FROM device_logins WHERE expires_at > $1")
        .bind(now())
        .one(&mut *connection)
        .await?;
    if waiting >= most {
        let message = "too many logins wait to be allowed: try again in ten minutes";
        return Err(Refusal::Conflict(message.to_owned()).into());
    }
    Statement::new(
        "INSERT INTO device_logins (digest, user_code, denied, client, address, created_at, expires_at) \
         VALUES ($1, $2, 0, $3, $4, $5, $6)",
    )
    .bind(&new.digest)
    .bind(&new.user_code)
    .bind(&new.client)
    .bind(&new.address)
    .bind(now())
    .bind(new.expires_at)
    .execute(connection)
    .await?;
    Ok(())
}

/// Somebody allowed a login (with their account), or denied it.
///
/// # Errors
/// Refused where it waits no longer.
pub(crate) async fn decide(connection: &mut Connection, id: i64, account: Option<i64>) -> Result<()> {
    let changed = Statement::new(
        "UPDATE device_logins SET account_id = $2, denied = $3 WHERE id = $1 AND account_id IS NULL AND denied = 0",
    )
    .bind(id)
    .bind(account)
    .bind(i64::from(account.is_none()))
    .execute(connection)
    .await?;
    if changed == 0 {
        let message = "this login waits no longer: begin it again with `contract login`";
        return Err(Refusal::Conflict(message.to_owned()).into());
    }
    Ok(())
}

/// Ends the wait: the command line got what it waited for.
///
/// # Errors
/// Refused where it got it before.
pub(crate) async fn delete(connection: &mut Connection, id: i64) -> Result<()> {
    let deleted = Statement::new("DELETE FROM device_logins WHERE id = $1")
        .bind(id)
        .execute(connection)
        .await?;
    if deleted == 0 {
        return Err(Refusal::Conflict("this login was completed before".to_owned()).into());
    }
    Ok(())
}

/// When what is left over is deleted, in microseconds since 1970.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Horizon {
    pub(crate) now: i64,
    /// Sessions that were not used since then are over.
    pub(crate) idle_since: i64,
    /// Tokens that came from logins and CI jobs and expired before then.
    pub(crate) tokens_before: i64,
}

/// Deletes what expired of logins, tokens of CI jobs, and tokens that came from either.
pub(crate) async fn delete_expired(connection: &mut Connection, horizon: &Horizon) -> Result<()> {
    for (sql, before) in [
        ("DELETE FROM device_logins WHERE expires_at <= $1", horizon.now),
        ("DELETE FROM used_tokens WHERE expires_at <= $1", horizon.now),
        ("DELETE FROM sessions WHERE expires_at <= $1", horizon.now),
        ("DELETE FROM sessions WHERE used_at <= $1", horizon.idle_since),
        (
            "DELETE FROM tokens WHERE origin IS NOT NULL AND expires_at <= $1",
            horizon.tokens_before,
        ),
    ] {
        Statement::new(sql).bind(before).execute(&mut *connection).await?;
    }
    Ok(())
}
