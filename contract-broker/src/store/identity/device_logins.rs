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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Store;

    const ROWS: &str = "
        INSERT INTO accounts (id, uuid, kind, name, active, created_at, updated_at) VALUES (70, 'a', 'user', 'Ann', 1, 1, 1);
        INSERT INTO sessions (uuid, account_id, digest, created_at, expires_at, used_at) VALUES
            ('used', 70, '1', 1, 101, 90), ('expired', 70, '2', 1, 100, 90), ('unused', 70, '3', 1, 101, 50);
        INSERT INTO used_tokens (issuer, token, expires_at) VALUES ('i', 'valid', 101), ('i', 'expired', 100);
        INSERT INTO device_logins (digest, user_code, denied, client, created_at, expires_at) VALUES
            ('1', 'waits', 0, 'x', 1, 101), ('2', 'expired', 0, 'x', 1, 100);
        INSERT INTO tokens (uuid, account_id, name, read_only, created_at, expires_at, origin) VALUES
            ('1', 70, 'just expired', 0, 1, 31, 'ci'), ('2', 70, 'expired', 0, 1, 30, 'device'),
            ('3', 70, 'made by somebody', 0, 1, 30, NULL)";

    #[tokio::test]
    async fn what_expired_is_deleted_and_nothing_else() {
        let directory = tempfile::tempdir().expect("a directory");
        let url = format!("sqlite:{}", directory.path().join("broker").display());
        let store = Store::open(&url, 1).await.expect("a database");
        let horizon = Horizon {
            now: 100,
            idle_since: 50,
            tokens_before: 30,
        };
        let written = store.write(horizon, |connection, horizon| {
            Box::pin(async move {
                connection.script(ROWS).await?;
                delete_expired(connection, horizon).await
            })
        });
        written.await.expect("deleted");
        let mut connection = store.read().await.expect("a connection");
        for (sql, left) in [
            ("SELECT uuid FROM sessions", &["used"][..]),
            ("SELECT token FROM used_tokens", &["valid"]),
            ("SELECT user_code FROM device_logins", &["waits"]),
            (
                "SELECT name FROM tokens ORDER BY uuid",
                &["just expired", "made by somebody"],
            ),
        ] {
            let found: Vec<String> = Statement::new(sql).all(&mut connection).await.expect("texts");
            assert_eq!(found, left, "{sql}");
        }
    }
}
