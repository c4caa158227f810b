//! Tokens of CI jobs and logout tokens of the provider that were taken.

use crate::{
    domain::Refusal,
    store::{Connection, Result, Statement},
};

/// A token that is taken once.
#[derive(Debug, Clone)]
pub(crate) struct UsedToken {
    pub(crate) issuer: String,
    /// The digest of its id.
    pub(crate) token: String,
    /// Until when nobody may use it again.
    pub(crate) expires_at: i64,
}

/// Takes a token.
///
/// # Errors
/// Refused where it was taken before: `again` says so.
pub(crate) async fn take(connection: &mut Connection, used: &UsedToken, again: &str) -> Result<()> {
    let inserted = Statement::new(
        "INSERT INTO used_tokens (issuer, token, expires_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
    )
    .bind(&used.issuer)
    .bind(&used.token)
    .bind(used.expires_at)
    .execute(connection)
    .await?;
    if inserted == 0 {
        return Err(Refusal::Conflict(again.to_owned()).into());
    }
    Ok(())
}
