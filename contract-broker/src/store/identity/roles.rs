//! Roles: sets of permissions with a name.

use std::collections::HashMap;

use crate::{
    domain::{
        Refusal,
        access::{ADMINISTRATOR, PREDEFINED, PredefinedRole, lacking_of_administrator},
        time::now,
    },
    store::{Connection, Error, Result, Statement, row},
};

row! {
    /// What [`SELECT`] gives.
    struct RoleRow {
        id: i64,
        uuid: String,
        name: String,
        description: Option<String>,
        permissions: String,
    }

    struct RoleOfAccount {
        account: i64,
        role: RoleRow,
    }
}

/// A role as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Role {
    pub(crate) id: i64,
    pub(crate) uuid: String,
    pub(crate) fields: Fields,
}

/// What is said about a role.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Fields {
    pub(crate) name: String,
    pub(crate) description: Option<String>,
    pub(crate) permissions: Vec<String>,
}

impl RoleRow {
    fn read(self) -> Result<Role> {
        Ok(Role {
            id: self.id,
            fields: Fields {
                permissions: permissions(&self.permissions, "roles", &self.uuid)?,
                name: self.name,
                description: self.description,
            },
            uuid: self.uuid,
        })
    }
}

/// Permissions from their JSON.
pub(super) fn permissions(text: &str, table: &'static str, uuid: &str) -> Result<Vec<String>> {
    serde_json::from_str(text).map_err(|error| Error::unreadable(table, uuid, "permissions", error))
}

/// Permissions as JSON.
pub(super) fn written(permissions: &[String]) -> Result<String> {
    serde_json::to_string(permissions).map_err(|error| Error::unavailable("writing permissions", error))
}

const SELECT: &str = "SELECT r.id, r.uuid, r.name, r.description, r.permissions FROM roles r";

/// Every role, by name.
pub(crate) async fn list(connection: &mut Connection) -> Result<Vec<Role>> {
    let rows: Vec<RoleRow> = Statement::new(format!("{SELECT} ORDER BY LOWER(r.name), r.id"))
        .all(connection)
        .await?;
    rows.into_iter().map(RoleRow::read).collect()
}

/// The role with that uuid.
pub(crate) async fn find(connection: &mut Connection, uuid: &str) -> Result<Option<Role>> {
    let found: Option<RoleRow> = Statement::new(format!("{SELECT} WHERE r.uuid = $1"))
        .bind(uuid)
        .optional(connection)
        .await?;
    found.map(RoleRow::read).transpose()
}

/// As [`find`].
///
/// # Errors
/// Refused where there is none.
pub(crate) async fn require(connection: &mut Connection, uuid: &str) -> Result<Role> {
    find(connection, uuid)
        .await?
        .ok_or_else(|| Refusal::NotFound(format!("No role with uuid '{uuid}' found")).into())
}

/// The roles with these uuids.
///
/// # Errors
/// Refused where one is missing.
pub(crate) async fn require_all(connection: &mut Connection, uuids: &[String]) -> Result<Vec<Role>> {
    let mut all = list(connection).await?;
    if let Some(uuid) = uuids
        .iter()
        .find(|uuid| !all.iter().any(|role| role.uuid == **uuid))
    {
        return Err(Refusal::invalid("roles", format!("there is no role with uuid '{uuid}'")).into());
    }
    all.retain(|role| uuids.contains(&role.uuid));
    Ok(all)
}

/// The roles with these names; there may be none of some.
pub(crate) async fn named(connection: &mut Connection, names: &[String]) -> Result<Vec<Role>> {
    let mut all = list(connection).await?;
    all.retain(|role| names.contains(&role.fields.name));
    Ok(all)
}

/// The roles of each of these accounts, by the id of the account.
pub(crate) async fn of_accounts(
    connection: &mut Connection,
    accounts: &[i64],
) -> Result<HashMap<i64, Vec<Role>>> {
    let rows: Vec<RoleOfAccount> = Statement::with_ids(
        "SELECT ar.account_id, r.id, r.uuid, r.name, r.description, r.permissions FROM account_roles ar \
         JOIN roles r ON r.id = ar.role_id WHERE ar.account_id IN {ids} ORDER BY LOWER(r.name), r.id",
        accounts,
    )
    .all(connection)
    .await?;
    let mut of: HashMap<i64, Vec<Role>> = HashMap::new();
    for row in rows {
        of.entry(row.account).or_default().push(row.role.read()?);
    }
    Ok(of)
}

/// Creates a role; a name that is taken is refused.
pub(crate) async fn create(connection: &mut Connection, uuid: &str, fields: &Fields) -> Result<Role> {
    let inserted: Option<i64> = Statement::new(
        "INSERT INTO roles (uuid, name, description, permissions, created_at, updated_at) \
         VALUES ($1, $2, $3, $4, $5, $5) ON CONFLICT DO NOTHING RETURNING id",
    )
    .bind(uuid)
    .bind(&fields.name)
    .bind(&fields.description)
    .bind(written(&fields.permissions)?)
    .bind(now())
    .optional(&mut *connection)
    .await?;
    if inserted.is_none() {
        return Err(taken(&fields.name).into());
    }
    require(connection, uuid).await
}

/// Overwrites a role; a name that another one has is refused.
pub(crate) async fn update(connection: &mut Connection, role: &Role, fields: &Fields) -> Result<()> {
    let other: Option<i64> = Statement::new("SELECT id FROM roles WHERE name = $1 AND id <> $2")
        .bind(&fields.name)
        .bind(role.id)
        .optional(&mut *connection)
        .await?;
    if other.is_some() {
        return Err(taken(&fields.name).into());
    }
    Statement::new(
        "UPDATE roles SET name = $1, description = $2, permissions = $3, updated_at = $4 WHERE id = $5",
    )
    .bind(&fields.name)
    .bind(&fields.description)
    .bind(written(&fields.permissions)?)
    .bind(now())
    .bind(role.id)
    .execute(connection)
    .await?;
    Ok(())
}

/// Deletes a role; accounts that have it lose it.
pub(crate) async fn delete(connection: &mut Connection, role: &Role) -> Result<()> {
    for sql in [
        "DELETE FROM account_roles WHERE role_id = $1",
        "DELETE FROM roles WHERE id = $1",
    ] {
        Statement::new(sql).bind(role.id).execute(connection).await?;
    }
    Ok(())
}

/// Gives an account these roles and no others. A role that it has already stays as it was given.
pub(crate) async fn assign(connection: &mut Connection, account: i64, roles: &[Role]) -> Result<()> {
    let ids: Vec<i64> = roles.iter().map(|role| role.id).collect();
    Statement::new("DELETE FROM account_roles WHERE account_id = ")
        .value(account)
        .sql(" AND role_id NOT IN ")
        .numbers(&ids)
        .execute(&mut *connection)
        .await?;
    for id in ids {
        Statement::new(
            "INSERT INTO account_roles (account_id, role_id) VALUES ($1, $2) ON CONFLICT DO NOTHING",
        )
        .bind(account)
        .bind(id)
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}

/// Gives the predefined roles the names and permissions that they began with, and creates those that are missing.
pub(crate) async fn reset(connection: &mut Connection) -> Result<()> {
    for predefined in PREDEFINED {
        restore(connection, predefined).await?;
    }
    Ok(())
}

async fn restore(connection: &mut Connection, predefined: &PredefinedRole) -> Result<Role> {
    let permissions = predefined.permissions.iter();
    let fields = Fields {
        name: predefined.name.to_owned(),
        description: Some(predefined.description.to_owned()),
        permissions: permissions.map(|text| (*text).to_owned()).collect(),
    };
    match find(connection, predefined.uuid).await? {
        Some(role) => update(connection, &role, &fields).await?,
        None => {
            create(connection, predefined.uuid, &fields).await?;
        }
    }
    require(connection, predefined.uuid).await
}

fn taken(name: &str) -> Refusal {
    Refusal::invalid(
        "name",
        format!("name '{name}' is already used by an existing role"),
    )
}

/// Makes an account an administrator; its other roles stay. The role gets back what it lacks.
pub(crate) async fn add_administrator(connection: &mut Connection, account: i64) -> Result<()> {
    let role = match find(connection, ADMINISTRATOR.uuid).await? {
        Some(role) if lacking_of_administrator(&role.fields.permissions).is_none() => role,
        _ => restore(connection, ADMINISTRATOR).await?,
    };
    Statement::new("INSERT INTO account_roles (account_id, role_id) VALUES ($1, $2) ON CONFLICT DO NOTHING")
        .bind(account)
        .bind(role.id)
        .execute(connection)
        .await?;
    Ok(())
}
