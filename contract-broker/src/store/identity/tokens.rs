//! Tokens. Of their values only digests are stored.

use super::roles;
use crate::{
    domain::{Refusal, access::TokenText, time::now},
    store::{Connection, Result, Statement, row, together},
};

row! {
    /// A token as stored, without its digests.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub(crate) struct Token {
        pub(crate) id: i64,
        pub(crate) uuid: String,
        pub(crate) account_id: i64,
        pub(crate) name: String,
        pub(crate) read_only: bool,
        permissions: Option<String>,
        /// Whether a value was given out.
        pub(crate) issued: bool,
        /// Until when the value before works, if there is one.
        pub(crate) previous_until: Option<i64>,
        pub(crate) created_at: i64,
        pub(crate) renewed_at: Option<i64>,
        pub(crate) expires_at: Option<i64>,
        pub(crate) revoked_at: Option<i64>,
        pub(crate) last_used_at: Option<i64>,
    }

    /// What a token is checked by, with its account.
    struct HolderRow {
        token: i64,
        token_uuid: String,
        digest: Option<String>,
        previous_digest: Option<String>,
        previous_until: Option<i64>,
        read_only: bool,
        permissions: Option<String>,
        expires_at: Option<i64>,
        revoked_at: Option<i64>,
        account: i64,
        account_uuid: String,
        kind: String,
        name: String,
        email: Option<String>,
        active: bool,
    }

    struct RolePermissions {
        uuid: String,
        permissions: String,
    }
}

/// Whoever a token belongs to, and what they may do.
#[derive(Debug, Clone)]
pub(crate) struct Holder {
    pub(crate) token: i64,
    pub(crate) token_uuid: String,
    pub(crate) digest: Option<String>,
    /// Of the value before; only while it works.
    pub(crate) previous_digest: Option<String>,
    pub(crate) read_only: bool,
    /// What the token is narrowed to.
    pub(crate) narrowed: Option<Vec<String>>,
    pub(crate) expires_at: Option<i64>,
    pub(crate) revoked: bool,
    pub(crate) account: i64,
    pub(crate) account_uuid: String,
    pub(crate) kind: super::accounts::Kind,
    pub(crate) name: String,
    pub(crate) email: Option<String>,
    pub(crate) active: bool,
    /// Of all its roles.
    pub(crate) permissions: Vec<String>,
    pub(crate) teams: Vec<i64>,
    /// The teams that the account administers.
    pub(crate) administers: Vec<i64>,
}

/// The two tokens that each account has from the beginning, as clients of PactFlow look for them.
pub(crate) const READ_ONLY: &str = "Read only token (developer)";
pub(crate) const READ_WRITE: &str = "Read/write token (CI)";

const SELECT: &str = "SELECT id, uuid, account_id, name, read_only, permissions, \
     CASE WHEN digest IS NULL THEN 0 ELSE 1 END, previous_until, created_at, renewed_at, expires_at, revoked_at, \
     last_used_at FROM tokens";

impl Token {
    /// What it is narrowed to; `None` is everything that its account may do.
    ///
    /// # Errors
    /// What is stored cannot be read.
    pub(crate) fn permissions(&self) -> Result<Option<Vec<String>>> {
        let read = |text| roles::permissions(text, "tokens", &self.uuid);
        self.permissions.as_deref().map(read).transpose()
    }
}

/// A token that is to be.
#[derive(Debug, Clone)]
pub(crate) struct NewToken {
    pub(crate) uuid: String,
    pub(crate) account_id: i64,
    pub(crate) name: String,
    pub(crate) read_only: bool,
    pub(crate) permissions: Option<Vec<String>>,
    /// `None` until a value is given out.
    pub(crate) value: Option<TokenText>,
    pub(crate) expires_at: Option<i64>,
    /// How it came about, unless somebody made it.
    pub(crate) origin: Option<Origin>,
}

/// What gave a token that nobody made. Such tokens are deleted some time after they expired.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Origin {
    /// The exchange of a token of a CI job.
    Ci,
    /// A login of the command line.
    Device,
}

impl Origin {
    fn as_str(self) -> &'static str {
        match self {
            Self::Ci => "ci",
            Self::Device => "device",
        }
    }
}

/// Whether any value was ever given out.
pub(crate) async fn any_issued(connection: &mut Connection) -> Result<bool> {
    let found: Option<i64> = Statement::new("SELECT id FROM tokens WHERE digest IS NOT NULL LIMIT 1")
        .optional(connection)
        .await?;
    Ok(found.is_some())
}

/// Who a token belongs to, with everything that says what they may do.
pub(crate) async fn holder(connection: &mut Connection, uuid: &str) -> Result<Option<Holder>> {
    let (mut found, mut of_roles): (Vec<HolderRow>, Vec<RolePermissions>) = Default::default();
    let (mut teams, mut administers): (Vec<i64>, Vec<i64>) = Default::default();
    let of_token = |sql: &'static str| Statement::new(sql).bind(uuid);
    together(
        connection,
        &mut [
            of_token(
                "SELECT t.id, t.uuid, t.digest, t.previous_digest, t.previous_until, t.read_only, t.permissions, \
                 t.expires_at, t.revoked_at, a.id, a.uuid, a.kind, a.name, a.email, a.active FROM tokens t \
                 JOIN accounts a ON a.id = t.account_id WHERE t.uuid = $1",
            )
            .into_rows(&mut found),
            of_token(
                "SELECT r.uuid, r.permissions FROM tokens t JOIN account_roles ar ON ar.account_id = t.account_id \
                 JOIN roles r ON r.id = ar.role_id WHERE t.uuid = $1",
            )
            .into_rows(&mut of_roles),
            of_token(
                "SELECT m.team_id FROM tokens t JOIN team_members m ON m.account_id = t.account_id WHERE t.uuid = $1",
            )
            .into_rows(&mut teams),
            of_token(
                "SELECT m.team_id FROM tokens t JOIN team_administrators m ON m.account_id = t.account_id \
                 WHERE t.uuid = $1",
            )
            .into_rows(&mut administers),
        ],
    )
    .await?;
    let Some(row) = found.into_iter().next() else {
        return Ok(None);
    };
    let mut permissions = Vec::new();
    for role in &of_roles {
        permissions.append(&mut roles::permissions(&role.permissions, "roles", &role.uuid)?);
    }
    let narrowed = row.permissions.as_deref();
    let narrowed = narrowed.map(|text| roles::permissions(text, "tokens", &row.token_uuid));
    Ok(Some(Holder {
        narrowed: narrowed.transpose()?,
        kind: super::accounts::Kind::read(&row.kind, &row.account_uuid)?,
        token: row.token,
        token_uuid: row.token_uuid,
        digest: row.digest,
        previous_digest: row
            .previous_digest
            .filter(|_| row.previous_until.is_some_and(|until| until > now())),
        read_only: row.read_only,
        expires_at: row.expires_at,
        revoked: row.revoked_at.is_some(),
        account: row.account,
        account_uuid: row.account_uuid,
        name: row.name,
        email: row.email,
        active: row.active,
        permissions,
        teams,
        administers,
    }))
}

/// The tokens of an account, oldest first, without those of CI jobs, which may be many and end soon.
pub(crate) async fn of_account(connection: &mut Connection, account: i64) -> Result<Vec<Token>> {
    Statement::new(format!(
        "{SELECT} WHERE account_id = $1 AND COALESCE(origin, '') <> 'ci' ORDER BY id"
    ))
    .bind(account)
    .all(connection)
    .await
}

/// The token with that uuid.
///
/// # Errors
/// Refused where there is none.
pub(crate) async fn require(connection: &mut Connection, uuid: &str) -> Result<Token> {
    let found: Option<Token> = Statement::new(format!("{SELECT} WHERE uuid = $1"))
        .bind(uuid)
        .optional(connection)
        .await?;
    found.ok_or_else(|| Refusal::NotFound(format!("No token with uuid '{uuid}' found")).into())
}

/// Creates a token.
pub(crate) async fn create(connection: &mut Connection, token: &NewToken) -> Result<Token> {
    let permissions = token.permissions.as_deref().map(roles::written).transpose()?;
    Statement::new(
        "INSERT INTO tokens (uuid, account_id, name, read_only, permissions, digest, created_at, expires_at, origin) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(&token.uuid)
    .bind(token.account_id)
    .bind(&token.name)
    .bind(i64::from(token.read_only))
    .bind(&permissions)
    .bind(token.value.as_ref().map(TokenText::digest))
    .bind(now())
    .bind(token.expires_at)
    .bind(token.origin.map(Origin::as_str))
    .execute(&mut *connection)
    .await?;
    require(connection, &token.uuid).await
}

/// The two tokens that an account begins with; nobody has a value of them yet.
pub(crate) async fn create_first(
    connection: &mut Connection,
    account: i64,
    uuids: &[String; 2],
) -> Result<()> {
    for (uuid, (name, read_only)) in uuids.iter().zip([(READ_ONLY, true), (READ_WRITE, false)]) {
        let token = NewToken {
            uuid: uuid.clone(),
            account_id: account,
            name: name.to_owned(),
            read_only,
            permissions: None,
            value: None,
            expires_at: None,
            origin: None,
        };
        create(connection, &token).await?;
    }
    Ok(())
}

/// Gives a token a new value. The one before works for `overlap` microseconds more.
pub(crate) async fn renew(
    connection: &mut Connection,
    token: &Token,
    value: &TokenText,
    overlap: i64,
    expires_at: Option<i64>,
) -> Result<()> {
    let now = now();
    let until = (overlap > 0 && token.issued).then_some(now.saturating_add(overlap));
    Statement::new(
        "UPDATE tokens SET previous_digest = CASE WHEN $4 > 0 THEN digest ELSE NULL END, previous_until = $5, \
         digest = $2, renewed_at = $3, expires_at = $6, revoked_at = NULL WHERE id = $1",
    )
    .bind(token.id)
    .bind(value.digest())
    .bind(now)
    .bind(i64::from(until.is_some()))
    .bind(until)
    .bind(expires_at)
    .execute(connection)
    .await?;
    Ok(())
}

/// Ends a token: it and the value before it work no longer.
pub(crate) async fn revoke(connection: &mut Connection, token: &Token) -> Result<()> {
    Statement::new(
        "UPDATE tokens SET revoked_at = $2, previous_digest = NULL, previous_until = NULL WHERE id = $1 AND revoked_at IS NULL",
    )
    .bind(token.id)
    .bind(now())
    .execute(connection)
    .await?;
    Ok(())
}

/// When a token was used.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Use {
    pub(crate) token: i64,
    pub(crate) at: i64,
}

/// Writes down when tokens were last used.
pub(crate) async fn note_uses(connection: &mut Connection, uses: &[Use]) -> Result<()> {
    for used in uses {
        Statement::new(
            "UPDATE tokens SET last_used_at = $2 WHERE id = $1 AND (last_used_at IS NULL OR last_used_at < $2)",
        )
        .bind(used.token)
        .bind(used.at)
        .later(connection)
        .await?;
    }
    Ok(())
}
