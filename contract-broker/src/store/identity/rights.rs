//! What an account may do.

use super::roles;
use crate::store::{Connection, Result, Statement, row, together};

row! {
    struct RolePermissions {
        uuid: String,
        permissions: String,
    }
}

/// What an account may do, and for which teams.
#[derive(Debug, Clone, Default)]
pub(crate) struct Rights {
    /// Of all its roles.
    pub(crate) permissions: Vec<String>,
    pub(crate) teams: Vec<i64>,
    /// The teams that it administers.
    pub(crate) administers: Vec<i64>,
}

/// What an account may do.
pub(crate) async fn of(connection: &mut Connection, account: i64) -> Result<Rights> {
    let mut of_roles: Vec<RolePermissions> = Vec::new();
    let mut rights = Rights::default();
    let about = |sql: &'static str| Statement::new(sql).bind(account);
    together(
        connection,
        &mut [
            about(
                "SELECT r.uuid, r.permissions FROM account_roles ar JOIN roles r ON r.id = ar.role_id \
                 WHERE ar.account_id = $1",
            )
            .into_rows(&mut of_roles),
            about("SELECT team_id FROM team_members WHERE account_id = $1").into_rows(&mut rights.teams),
            about("SELECT team_id FROM team_administrators WHERE account_id = $1")
                .into_rows(&mut rights.administers),
        ],
    )
    .await?;
    for role in &of_roles {
        let mut permissions = roles::permissions(&role.permissions, "roles", &role.uuid)?;
        rights.permissions.append(&mut permissions);
    }
    Ok(rights)
}
