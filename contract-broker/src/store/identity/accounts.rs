//! People and machines.

use crate::{
    domain::{Refusal, time::now},
    store::{Connection, Error, Listed, Result, Slice, Statement, row},
};

/// What an account is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A person.
    User,
    /// A machine.
    System,
}

impl Kind {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::System => "system",
        }
    }

    /// # Errors
    /// The column holds something else.
    pub(crate) fn read(text: &str, uuid: &str) -> Result<Self> {
        match text {
            "user" => Ok(Self::User),
            "system" => Ok(Self::System),
            other => Err(Error::unreadable(
                "accounts",
                uuid,
                "kind",
                format!("there is no {other:?}"),
            )),
        }
    }
}

row! {
    /// An account as stored.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub(crate) struct Account {
        pub(crate) id: i64,
        pub(crate) uuid: String,
        kind: String,
        pub(crate) fields: Fields,
        pub(crate) created_at: i64,
        pub(crate) updated_at: i64,
    }

    /// What is said about an account.
    #[derive(Debug, Clone, PartialEq, Eq, Default)]
    pub(crate) struct Fields {
        pub(crate) name: String,
        pub(crate) email: Option<String>,
        pub(crate) first_name: Option<String>,
        pub(crate) last_name: Option<String>,
        pub(crate) external_id: Option<String>,
        pub(crate) external_name: Option<String>,
        pub(crate) active: bool,
    }
}

impl Account {
    /// # Errors
    /// What is stored cannot be read.
    pub(crate) fn kind(&self) -> Result<Kind> {
        Kind::read(&self.kind, &self.uuid)
    }
}

/// Which accounts are wanted.
#[derive(Debug, Clone, Default)]
pub(crate) struct Wanted {
    pub(crate) kind: Option<Kind>,
    pub(crate) active: Option<bool>,
    /// Part of the name or the email address.
    pub(crate) like: Option<String>,
}

const COLUMNS: &str = "a.id, a.uuid, a.kind, a.name, a.email, a.first_name, a.last_name, a.external_id, \
     a.external_name, a.active, a.created_at, a.updated_at";

pub(super) fn select(rest: &str) -> String {
    format!("SELECT {COLUMNS} FROM accounts a {rest}")
}

/// Accounts by name.
pub(crate) async fn list(
    connection: &mut Connection,
    wanted: &Wanted,
    slice: Slice,
) -> Result<Listed<Account>> {
    let like = wanted
        .like
        .as_ref()
        .map(|like| format!("%{}%", escaped(&like.to_lowercase())));
    let filtered = |mut statement: Statement<'static>| {
        statement = statement.sql("WHERE 1 = 1");
        if let Some(kind) = wanted.kind {
            statement = statement.sql(" AND a.kind = ").value(kind.as_str());
        }
        if let Some(active) = wanted.active {
            statement = statement.sql(" AND a.active = ").value(i64::from(active));
        }
        if let Some(like) = &like {
            statement = statement
                .sql(" AND (LOWER(a.name) LIKE ")
                .value(like.clone())
                .sql(" ESCAPE '\\' OR LOWER(a.email) LIKE ")
                .value(like.clone())
                .sql(" ESCAPE '\\')");
        }
        statement
    };
    let rows: Vec<Account> = filtered(Statement::new(select("")))
        .sql(" ORDER BY LOWER(a.name), a.id LIMIT ")
        .value(slice.limit)
        .sql(" OFFSET ")
        .value(slice.offset)
        .all(connection)
        .await?;
    let total = match slice.total(&rows) {
        Some(total) => total,
        None => {
            filtered(Statement::new("SELECT COUNT(*) FROM accounts a "))
                .one(connection)
                .await?
        }
    };
    Ok(Listed { rows, total })
}

/// A text as `LIKE` takes it literally, with `\` as the escape.
pub(crate) fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_")
}

/// The account with that uuid.
///
/// # Errors
/// Refused where there is none of this kind.
pub(crate) async fn require(connection: &mut Connection, uuid: &str, kind: Option<Kind>) -> Result<Account> {
    let found = find(connection, uuid).await?;
    let missing = || {
        let what = match kind {
            Some(Kind::User) => "user",
            Some(Kind::System) => "system account",
            None => "account",
        };
        Error::from(Refusal::NotFound(format!("No {what} with uuid '{uuid}' found")))
    };
    let found = found.ok_or_else(missing)?;
    match kind {
        Some(kind) if found.kind()? != kind => Err(missing()),
        _ => Ok(found),
    }
}

/// The account with that uuid.
pub(crate) async fn find(connection: &mut Connection, uuid: &str) -> Result<Option<Account>> {
    Statement::new(select("WHERE a.uuid = $1"))
        .bind(uuid)
        .optional(connection)
        .await
}

/// The accounts with these uuids, in any order.
///
/// # Errors
/// Refused where one of them is missing; `field` is the member that names it.
pub(crate) async fn require_all(
    connection: &mut Connection,
    field: &str,
    uuids: &[String],
) -> Result<Vec<Account>> {
    if uuids.is_empty() {
        return Ok(Vec::new());
    }
    let found: Vec<Account> = Statement::new(select("WHERE a.uuid IN "))
        .texts(uuids)
        .all(connection)
        .await?;
    match uuids
        .iter()
        .find(|uuid| !found.iter().any(|account| account.uuid == **uuid))
    {
        Some(uuid) => Err(Refusal::invalid(field, format!("there is no user with uuid '{uuid}'")).into()),
        None => Ok(found),
    }
}

/// The system accounts of that name, or the one with that uuid.
pub(crate) async fn system_accounts_called(connection: &mut Connection, name: &str) -> Result<Vec<Account>> {
    Statement::new(select(
        "WHERE a.kind = 'system' AND (a.name = $1 OR a.uuid = $1) ORDER BY a.id LIMIT 2",
    ))
    .bind(name)
    .all(connection)
    .await
}

/// The account with that email address.
pub(crate) async fn with_email(connection: &mut Connection, email: &str) -> Result<Option<Account>> {
    Statement::new(select("WHERE a.email = $1"))
        .bind(email)
        .optional(connection)
        .await
}

/// Creates an account; an email address that is taken is refused.
pub(crate) async fn create(
    connection: &mut Connection,
    uuid: &str,
    kind: Kind,
    fields: &Fields,
) -> Result<Account> {
    let inserted: Option<i64> = Statement::new(
        "INSERT INTO accounts (uuid, kind, name, email, first_name, last_name, external_id, external_name, active, \
         created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10) ON CONFLICT DO NOTHING \
         RETURNING id",
    )
    .bind(uuid)
    .bind(kind.as_str())
    .bind(&fields.name)
    .bind(&fields.email)
    .bind(&fields.first_name)
    .bind(&fields.last_name)
    .bind(&fields.external_id)
    .bind(&fields.external_name)
    .bind(i64::from(fields.active))
    .bind(now())
    .optional(&mut *connection)
    .await?;
    if inserted.is_none() {
        return Err(taken(fields).into());
    }
    require(connection, uuid, None).await
}

/// Overwrites what is said about an account.
pub(crate) async fn update(connection: &mut Connection, account: &Account, fields: &Fields) -> Result<()> {
    if let Some(email) = &fields.email
        && with_email(connection, email)
            .await?
            .is_some_and(|other| other.id != account.id)
    {
        return Err(taken(fields).into());
    }
    Statement::new(
        "UPDATE accounts SET name = $1, email = $2, first_name = $3, last_name = $4, external_id = $5, \
         external_name = $6, active = $7, updated_at = $8 WHERE id = $9",
    )
    .bind(&fields.name)
    .bind(&fields.email)
    .bind(&fields.first_name)
    .bind(&fields.last_name)
    .bind(&fields.external_id)
    .bind(&fields.external_name)
    .bind(i64::from(fields.active))
    .bind(now())
    .bind(account.id)
    .execute(connection)
    .await?;
    Ok(())
}

/// Deletes an account with its tokens and logins.
pub(crate) async fn delete(connection: &mut Connection, account: &Account) -> Result<()> {
    for sql in [
        "DELETE FROM tokens WHERE account_id = $1",
        "DELETE FROM sessions WHERE account_id = $1",
        "DELETE FROM identities WHERE account_id = $1",
        "DELETE FROM device_logins WHERE account_id = $1",
        "DELETE FROM account_roles WHERE account_id = $1",
        "DELETE FROM team_members WHERE account_id = $1",
        "DELETE FROM team_administrators WHERE account_id = $1",
        "DELETE FROM pacticipant_creators WHERE account_id = $1",
        "DELETE FROM accounts WHERE id = $1",
    ] {
        Statement::new(sql).bind(account.id).execute(connection).await?;
    }
    Ok(())
}

fn taken(fields: &Fields) -> Refusal {
    let email = fields.email.as_deref().unwrap_or_default();
    Refusal::invalid(
        "email",
        format!("email '{email}' is already used by an existing user"),
    )
}

/// The account of that id.
///
/// # Errors
/// It was deleted meanwhile.
pub(crate) async fn by_id(connection: &mut Connection, id: i64) -> Result<Account> {
    Statement::new(select("WHERE a.id = $1"))
        .bind(id)
        .one(connection)
        .await
}
