//! Teams, with the accounts, applications and environments that belong to them.

use std::collections::HashMap;

use super::accounts::{self, Account, escaped};
use crate::{
    domain::{Refusal, count::counted, time::now},
    store::{Connection, Listed, Result, Slice, Statement, environments, row},
};

row! {
    /// A team as stored.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub(crate) struct Team {
        pub(crate) id: i64,
        pub(crate) uuid: String,
        pub(crate) name: String,
        pub(crate) members: i64,
        pub(crate) created_at: i64,
        pub(crate) updated_at: i64,
    }

    /// A team by its names.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub(crate) struct TeamName {
        pub(crate) uuid: String,
        pub(crate) name: String,
    }

    struct TeamOf {
        whose: i64,
        team: TeamName,
    }

    struct NameOfTeam {
        account: i64,
        team: String,
    }
}

/// What belongs to a team.
#[derive(Debug, Clone, Default)]
pub(crate) struct Belongings {
    pub(crate) pacticipants: Vec<String>,
    pub(crate) members: Vec<Account>,
    pub(crate) administrators: Vec<Account>,
    pub(crate) environments: Vec<environments::Environment>,
}

/// What a team is to be. What is `None` stays as it is.
#[derive(Debug, Clone, Default)]
pub(crate) struct Wanted {
    pub(crate) name: Option<String>,
    /// By name.
    pub(crate) pacticipants: Option<Vec<String>>,
    /// By uuid.
    pub(crate) administrators: Option<Vec<String>>,
    /// By uuid.
    pub(crate) environments: Option<Vec<String>>,
}

const DEFAULT: &str = "Default";

fn select(rest: &str) -> String {
    format!(
        "SELECT t.id, t.uuid, t.name, (SELECT COUNT(*) FROM team_members m WHERE m.team_id = t.id), t.created_at, \
         t.updated_at FROM teams t {rest}"
    )
}

/// Teams whose name contains a text, by name.
pub(crate) async fn list(
    connection: &mut Connection,
    like: Option<&str>,
    slice: Slice,
) -> Result<Listed<Team>> {
    let like = format!("%{}%", escaped(&like.unwrap_or_default().to_lowercase()));
    let rows: Vec<Team> = Statement::new(select(
        "WHERE LOWER(t.name) LIKE $1 ESCAPE '\\' ORDER BY LOWER(t.name), t.id LIMIT $2 OFFSET $3",
    ))
    .bind(&like)
    .bind(slice.limit)
    .bind(slice.offset)
    .all(connection)
    .await?;
    let total = match slice.total(&rows) {
        Some(total) => total,
        None => {
            Statement::new("SELECT COUNT(*) FROM teams t WHERE LOWER(t.name) LIKE $1 ESCAPE '\\'")
                .bind(&like)
                .one(connection)
                .await?
        }
    };
    Ok(Listed { rows, total })
}

/// The team with that uuid.
///
/// # Errors
/// Refused where there is none.
pub(crate) async fn require(connection: &mut Connection, uuid: &str) -> Result<Team> {
    find(connection, uuid)
        .await?
        .ok_or_else(|| Refusal::NotFound(format!("No team with uuid '{uuid}' found")).into())
}

pub(crate) async fn find(connection: &mut Connection, uuid: &str) -> Result<Option<Team>> {
    Statement::new(select("WHERE t.uuid = $1"))
        .bind(uuid)
        .optional(connection)
        .await
}

/// What belongs to a team.
pub(crate) async fn belongings(connection: &mut Connection, team: i64) -> Result<Belongings> {
    let accounts = |table| {
        let rest = format!(
            "JOIN {table} m ON m.account_id = a.id WHERE m.team_id = $1 ORDER BY LOWER(a.name), a.id"
        );
        Statement::new(accounts::select(&rest)).bind(team)
    };
    Ok(Belongings {
        pacticipants: Statement::new(
            "SELECT p.name FROM pacticipants p JOIN team_pacticipants tp ON tp.pacticipant_id = p.id \
             WHERE tp.team_id = $1 ORDER BY p.name",
        )
        .bind(team)
        .all(&mut *connection)
        .await?,
        members: accounts("team_members").all(&mut *connection).await?,
        administrators: accounts("team_administrators").all(&mut *connection).await?,
        environments: environments::of_team(connection, team).await?,
    })
}

/// The teams of each of these accounts, as pairs with the id of the account.
pub(crate) async fn of_accounts(
    connection: &mut Connection,
    accounts: &[i64],
) -> Result<Vec<(i64, TeamName)>> {
    of(
        connection,
        "SELECT m.account_id, t.uuid, t.name FROM team_members m JOIN teams t ON t.id = m.team_id \
         WHERE m.account_id IN {ids} ORDER BY LOWER(t.name), t.id",
        accounts,
    )
    .await
}

/// The teams of each of these environments, as pairs with the id of the environment.
pub(crate) async fn of_environments(
    connection: &mut Connection,
    environments: &[i64],
) -> Result<Vec<(i64, TeamName)>> {
    of(
        connection,
        "SELECT m.environment_id, t.uuid, t.name FROM team_environments m JOIN teams t ON t.id = m.team_id \
         WHERE m.environment_id IN {ids} ORDER BY LOWER(t.name), t.id",
        environments,
    )
    .await
}

async fn of(connection: &mut Connection, sql: &str, ids: &[i64]) -> Result<Vec<(i64, TeamName)>> {
    let rows: Vec<TeamOf> = Statement::with_ids(sql, ids).all(connection).await?;
    Ok(rows.into_iter().map(|row| (row.whose, row.team)).collect())
}

/// Creates a team; a name that is taken is refused.
pub(crate) async fn create(connection: &mut Connection, uuid: &str, name: &str) -> Result<Team> {
    insert(connection, uuid, name, false).await?;
    require(connection, uuid).await
}

/// Creates the team that every new account, and every application without a team, belongs to.
pub(super) async fn create_default(connection: &mut Connection) -> Result<()> {
    insert(connection, &uuid::Uuid::new_v4().to_string(), DEFAULT, true).await
}

async fn insert(connection: &mut Connection, uuid: &str, name: &str, is_default: bool) -> Result<()> {
    let inserted = Statement::new(
        "INSERT INTO teams (uuid, name, is_default, created_at, updated_at) VALUES ($1, $2, $3, $4, $4) \
         ON CONFLICT DO NOTHING",
    )
    .bind(uuid)
    .bind(name)
    .bind(i64::from(is_default))
    .bind(now())
    .execute(connection)
    .await?;
    if inserted == 0 {
        Err(taken(name).into())
    } else {
        Ok(())
    }
}

/// Changes a team and what belongs to it.
///
/// # Errors
/// Refused where the name is taken, or there is no such application, user or environment.
pub(crate) async fn change(connection: &mut Connection, team: i64, wanted: &Wanted) -> Result<()> {
    if let Some(name) = &wanted.name {
        let other: Option<i64> = Statement::new("SELECT id FROM teams WHERE name = $1 AND id <> $2")
            .bind(name)
            .bind(team)
            .optional(&mut *connection)
            .await?;
        if other.is_some() {
            return Err(taken(name).into());
        }
        Statement::new("UPDATE teams SET name = $1, updated_at = $2 WHERE id = $3")
            .bind(name)
            .bind(now())
            .bind(team)
            .execute(&mut *connection)
            .await?;
    }
    if let Some(names) = &wanted.pacticipants {
        let ids = ids(connection, "pacticipants", "name", names, |name| {
            Refusal::invalid(
                "pacticipantNames",
                format!("there is no application named '{name}'"),
            )
        })
        .await?;
        replace(connection, "team_pacticipants", "pacticipant_id", team, &ids).await?;
    }
    if let Some(uuids) = &wanted.environments {
        let ids = ids(connection, "environments", "uuid", uuids, |uuid| {
            Refusal::invalid(
                "environmentUuids",
                format!("there is no environment with uuid '{uuid}'"),
            )
        })
        .await?;
        replace(connection, "team_environments", "environment_id", team, &ids).await?;
    }
    if let Some(uuids) = &wanted.administrators {
        let found = accounts::require_all(connection, "administratorUuids", uuids).await?;
        let ids: Vec<i64> = found.iter().map(|account| account.id).collect();
        replace(connection, "team_administrators", "account_id", team, &ids).await?;
    }
    Ok(())
}

/// Gives a team these members and no others.
pub(crate) async fn set_members(connection: &mut Connection, team: i64, accounts: &[i64]) -> Result<()> {
    replace(connection, "team_members", "account_id", team, accounts).await
}

/// How an account belongs to a team.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Bond {
    Member,
    Administrator,
}

/// Returns the name of a team that each account belongs to in this way and that is none of these teams, by the id of the
/// account. Accounts without such a team are missing.
pub(crate) async fn beyond(
    connection: &mut Connection,
    bond: Bond,
    accounts: &[i64],
    teams: &[i64],
) -> Result<HashMap<i64, String>> {
    let table = match bond {
        Bond::Member => "team_members",
        Bond::Administrator => "team_administrators",
    };
    let rows: Vec<NameOfTeam> = Statement::new(format!(
        "SELECT m.account_id, MIN(t.name) FROM {table} m JOIN teams t ON t.id = m.team_id WHERE m.account_id IN "
    ))
    .numbers(accounts)
    .sql(" AND t.id NOT IN ")
    .numbers(teams)
    .sql(" GROUP BY m.account_id")
    .all(connection)
    .await?;
    Ok(rows.into_iter().map(|row| (row.account, row.team)).collect())
}

/// Adds an account to the default team, if there is one.
pub(crate) async fn join_default(connection: &mut Connection, account: i64) -> Result<()> {
    Statement::new(
        "INSERT INTO team_members (team_id, account_id) SELECT id, $1 FROM teams WHERE is_default = 1 \
         ON CONFLICT DO NOTHING",
    )
    .bind(account)
    .execute(connection)
    .await?;
    Ok(())
}

/// Puts an environment into these teams and no others.
pub(crate) async fn set_of_environment(
    connection: &mut Connection,
    environment: i64,
    uuids: &[String],
) -> Result<()> {
    let ids = ids(connection, "teams", "uuid", uuids, |uuid| {
        Refusal::invalid("teamUuids", format!("there is no team with uuid '{uuid}'"))
    })
    .await?;
    Statement::new("DELETE FROM team_environments WHERE environment_id = $1")
        .bind(environment)
        .execute(&mut *connection)
        .await?;
    for team in ids {
        Statement::new(
            "INSERT INTO team_environments (team_id, environment_id) VALUES ($1, $2) ON CONFLICT DO NOTHING",
        )
        .bind(team)
        .bind(environment)
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}

/// Deletes a team; what belonged to it stays.
///
/// # Errors
/// Refused where it still has secrets or webhooks.
pub(crate) async fn delete(connection: &mut Connection, team: &Team) -> Result<()> {
    for (table, one) in [("secrets", "secret"), ("webhooks", "webhook")] {
        let left: i64 = Statement::new(format!("SELECT COUNT(*) FROM {table} WHERE team_id = $1"))
            .bind(team.id)
            .one(&mut *connection)
            .await?;
        if left > 0 {
            let message = format!(
                "team '{}' still has {}: delete what it has, or give it to another team first",
                team.name,
                counted(left, one)
            );
            return Err(Refusal::Conflict(message).into());
        }
    }
    for sql in [
        "DELETE FROM team_members WHERE team_id = $1",
        "DELETE FROM team_administrators WHERE team_id = $1",
        "DELETE FROM team_pacticipants WHERE team_id = $1",
        "DELETE FROM team_environments WHERE team_id = $1",
        "DELETE FROM teams WHERE id = $1",
    ] {
        Statement::new(sql)
            .bind(team.id)
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

async fn replace(
    connection: &mut Connection,
    table: &'static str,
    column: &'static str,
    team: i64,
    ids: &[i64],
) -> Result<()> {
    // What is there already stays as it was given.
    Statement::new(format!("DELETE FROM {table} WHERE team_id = "))
        .value(team)
        .sql(&format!(" AND {column} NOT IN "))
        .numbers(ids)
        .execute(&mut *connection)
        .await?;
    for id in ids {
        let sql = format!("INSERT INTO {table} (team_id, {column}) VALUES ($1, $2) ON CONFLICT DO NOTHING");
        Statement::new(sql)
            .bind(team)
            .bind(*id)
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

row! {
    struct Identified {
        id: i64,
        text: String,
    }
}

/// The ids of the rows that are named by these texts.
async fn ids(
    connection: &mut Connection,
    table: &'static str,
    column: &'static str,
    texts: &[String],
    missing: impl Fn(&str) -> Refusal,
) -> Result<Vec<i64>> {
    if texts.is_empty() {
        return Ok(Vec::new());
    }
    let found: Vec<Identified> =
        Statement::new(format!("SELECT id, {column} FROM {table} WHERE {column} IN "))
            .texts(texts)
            .all(connection)
            .await?;
    match texts
        .iter()
        .find(|text| !found.iter().any(|row| row.text == **text))
    {
        Some(text) => Err(missing(text).into()),
        None => Ok(found.into_iter().map(|row| row.id).collect()),
    }
}

fn taken(name: &str) -> Refusal {
    Refusal::invalid(
        "name",
        format!("name '{name}' is already used by an existing team"),
    )
}

row! {
    struct Owner {
        environment: i64,
        team: i64,
    }
}

/// The ids of the teams of environments, by the id of the environment.
pub(crate) async fn ids_of_environments(
    connection: &mut Connection,
    environments: &[i64],
) -> Result<std::collections::HashMap<i64, Vec<i64>>> {
    let rows: Vec<Owner> = Statement::with_ids(
        "SELECT environment_id, team_id FROM team_environments WHERE environment_id IN {ids}",
        environments,
    )
    .all(connection)
    .await?;
    let mut of: std::collections::HashMap<i64, Vec<i64>> = std::collections::HashMap::new();
    for row in rows {
        of.entry(row.environment).or_default().push(row.team);
    }
    Ok(of)
}

/// The teams with these names; there may be none of some.
pub(crate) async fn named(connection: &mut Connection, names: &[String]) -> Result<Vec<Team>> {
    Statement::new(select("WHERE t.name IN "))
        .texts(names)
        .all(connection)
        .await
}

/// Adds an account to these teams.
pub(crate) async fn join(connection: &mut Connection, account: i64, teams: &[i64]) -> Result<()> {
    for team in teams {
        Statement::new(
            "INSERT INTO team_members (team_id, account_id) VALUES ($1, $2) ON CONFLICT DO NOTHING",
        )
        .bind(*team)
        .bind(account)
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}
