//! The relation of an account to applications, environments, webhooks and other accounts: through a team, or
//! as their creator.

use std::collections::HashMap;

use crate::{
    domain::access::Tie,
    store::{Connection, Result, Statement, row},
};

/// An account and its teams.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Whose<'a> {
    pub(crate) account: i64,
    pub(crate) teams: &'a [i64],
}

row! {
    struct Application {
        name: String,
        created_by: Option<i64>,
        teams: i64,
        shared: i64,
    }

    struct Member {
        account: i64,
        team: i64,
    }
}

/// Returns the weakest of the account's ties to these applications. An application that does not exist counts
/// as its own.
pub(crate) async fn to_applications(
    connection: &mut Connection,
    whose: Whose<'_>,
    names: &[String],
) -> Result<Tie> {
    let default_is_shared: i64 = Statement::with_ids(
        "SELECT COUNT(*) FROM teams WHERE is_default = 1 AND id IN {ids}",
        whose.teams,
    )
    .one(&mut *connection)
    .await?;
    let found: Vec<Application> = Statement::new(
        "SELECT p.name, c.account_id, (SELECT COUNT(*) FROM team_pacticipants a WHERE a.pacticipant_id = p.id), \
         (SELECT COUNT(*) FROM team_pacticipants b WHERE b.pacticipant_id = p.id AND b.team_id IN ",
    )
    .numbers(whose.teams)
    .sql(") FROM pacticipants p LEFT JOIN pacticipant_creators c ON c.pacticipant_id = p.id WHERE p.name IN ")
    .texts(names)
    .all(connection)
    .await?;
    let mut weakest = Tie::ANY;
    for name in names {
        let tie = match found.iter().find(|application| application.name == *name) {
            None => Tie {
                team: false,
                own: true,
            },
            Some(application) => Tie {
                team: application.shared > 0 || (application.teams == 0 && default_is_shared > 0),
                own: application.created_by == Some(whose.account),
            },
        };
        weakest = Tie {
            team: weakest.team && tie.team,
            own: weakest.own && tie.own,
        };
    }
    Ok(weakest)
}

/// Returns the names that are not names of applications.
pub(crate) async fn missing(connection: &mut Connection, names: &[String]) -> Result<Vec<String>> {
    let found: Vec<String> = Statement::new("SELECT name FROM pacticipants WHERE name IN ")
        .texts(names)
        .all(connection)
        .await?;
    Ok(names
        .iter()
        .filter(|name| !found.contains(name))
        .cloned()
        .collect())
}

/// Records the account as the creator of applications.
pub(crate) async fn created(connection: &mut Connection, account: i64, names: &[String]) -> Result<()> {
    Statement::new("INSERT INTO pacticipant_creators (pacticipant_id, account_id) SELECT id, ")
        .value(account)
        .sql(" FROM pacticipants WHERE name IN ")
        .texts(names)
        .sql(" ON CONFLICT DO NOTHING")
        .execute(connection)
        .await?;
    Ok(())
}

/// Returns the teams of an environment; it is open to everyone if there are none.
pub(crate) async fn teams_of_environment(connection: &mut Connection, uuid: &str) -> Result<Vec<i64>> {
    Statement::new(
        "SELECT te.team_id FROM team_environments te JOIN environments e ON e.id = te.environment_id WHERE e.uuid = $1",
    )
    .bind(uuid)
    .all(connection)
    .await
}

/// Returns the teams of accounts, by the ids of the accounts.
pub(crate) async fn teams_of_accounts(
    connection: &mut Connection,
    accounts: &[i64],
) -> Result<HashMap<i64, Vec<i64>>> {
    let members: Vec<Member> = Statement::with_ids(
        "SELECT account_id, team_id FROM team_members WHERE account_id IN {ids}",
        accounts,
    )
    .all(connection)
    .await?;
    let mut teams: HashMap<i64, Vec<i64>> = HashMap::new();
    for Member { account, team } in members {
        teams.entry(account).or_default().push(team);
    }
    Ok(teams)
}

/// Returns the teams of an account.
pub(crate) async fn teams_of_account(connection: &mut Connection, uuid: &str) -> Result<Vec<i64>> {
    Statement::new(
        "SELECT m.team_id FROM team_members m JOIN accounts a ON a.id = m.account_id WHERE a.uuid = $1",
    )
    .bind(uuid)
    .all(connection)
    .await
}
