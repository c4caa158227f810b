//! Who an account is at the provider with which people log in, and what the rules of the login gave it.

use super::{
    accounts::{self, Account},
    roles::Role,
};
use crate::{
    domain::{Refusal, time::now},
    store::{Connection, Result, Statement},
};

/// The account of somebody.
pub(crate) async fn account_of(
    connection: &mut Connection,
    issuer: &str,
    subject: &str,
) -> Result<Option<Account>> {
    Statement::new(accounts::select(
        "JOIN identities i ON i.account_id = a.id WHERE i.issuer = $1 AND i.subject = $2",
    ))
    .bind(issuer)
    .bind(subject)
    .optional(connection)
    .await
}

/// Whether an account belongs to anybody at that provider.
pub(crate) async fn is_linked(connection: &mut Connection, issuer: &str, account: i64) -> Result<bool> {
    let found: Option<i64> =
        Statement::new("SELECT account_id FROM identities WHERE account_id = $1 AND issuer = $2 LIMIT 1")
            .bind(account)
            .bind(issuer)
            .optional(connection)
            .await?;
    Ok(found.is_some())
}

/// Writes down whose account it is.
///
/// # Errors
/// Refused where somebody logs in for the first time twice at once.
pub(crate) async fn link(
    connection: &mut Connection,
    issuer: &str,
    subject: &str,
    account: i64,
) -> Result<()> {
    let inserted = Statement::new(
        "INSERT INTO identities (issuer, subject, account_id, created_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
    )
    .bind(issuer)
    .bind(subject)
    .bind(account)
    .bind(now())
    .execute(connection)
    .await?;
    if inserted == 0 {
        let message = "this is your first login, and it was made twice at once: log in again";
        return Err(Refusal::Conflict(message.to_owned()).into());
    }
    Ok(())
}

/// Gives an account the roles and teams that the rules give, beside those that people gave.
pub(crate) async fn set_managed(
    connection: &mut Connection,
    account: i64,
    roles: &[Role],
    teams: &[i64],
) -> Result<()> {
    let role_ids: Vec<i64> = roles.iter().map(|role| role.id).collect();
    for (table, column, ids) in [
        ("account_roles", "role_id", &role_ids[..]),
        ("team_members", "team_id", teams),
    ] {
        Statement::new(format!("DELETE FROM {table} WHERE account_id = "))
            .value(account)
            .sql(&format!(" AND managed = 1 AND {column} NOT IN "))
            .numbers(ids)
            .execute(&mut *connection)
            .await?;
        for id in ids {
            Statement::new(format!(
                "INSERT INTO {table} (account_id, {column}, managed) VALUES ($1, $2, 1) ON CONFLICT DO NOTHING"
            ))
            .bind(account)
            .bind(*id)
            .execute(&mut *connection)
            .await?;
        }
    }
    Ok(())
}

/// Whether an account has any role.
pub(crate) async fn has_role(connection: &mut Connection, account: i64) -> Result<bool> {
    let found: Option<i64> =
        Statement::new("SELECT role_id FROM account_roles WHERE account_id = $1 LIMIT 1")
            .bind(account)
            .optional(connection)
            .await?;
    Ok(found.is_some())
}
