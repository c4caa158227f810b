//! Branches, their versions and heads, and the newest contract of each branch for every provider.

use super::{
    Connection, Listed, Result, Slice, Statement, contracts, pacticipants::contains, row, verifications,
};
use crate::domain::{Refusal, time::now};

row! {
    /// A branch as stored.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub(crate) struct Branch {
        pub(crate) id: i64,
        pub(crate) name: String,
        pub(crate) created_at: i64,
        pub(crate) updated_at: i64,
    }

    /// A version on a branch.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub(crate) struct Membership {
        pub(crate) branch_id: i64,
        pub(crate) version_id: i64,
        pub(crate) created_at: i64,
    }
}

/// Returns the branch with this name.
pub(crate) async fn find(
    connection: &mut Connection,
    pacticipant: i64,
    name: &str,
) -> Result<Option<Branch>> {
    Statement::new(
        "SELECT id, name, created_at, updated_at FROM branches WHERE pacticipant_id = $1 AND name = $2",
    )
    .bind(pacticipant)
    .bind(name)
    .optional(connection)
    .await
}

/// Like [`find`], by the pacticipant's name; refused if either name is unknown.
pub(crate) async fn require(connection: &mut Connection, pacticipant: &str, name: &str) -> Result<Branch> {
    let owner = super::pacticipants::require(connection, pacticipant).await?;
    find(connection, owner.id, name).await?.ok_or_else(|| {
        Refusal::NotFound(format!("No branch '{name}' of pacticipant '{pacticipant}' found")).into()
    })
}

/// Returns branches, most recently changed first.
pub(crate) async fn list(
    connection: &mut Connection,
    pacticipant: i64,
    like: Option<&str>,
    slice: Slice,
) -> Result<Listed<Branch>> {
    let pattern = contains(like.unwrap_or_default());
    let rows = Statement::new(
        "SELECT id, name, created_at, updated_at FROM branches WHERE pacticipant_id = $1 \
         AND LOWER(name) LIKE $2 ESCAPE '\\' ORDER BY updated_at DESC, id DESC LIMIT $3 OFFSET $4",
    )
    .bind(pacticipant)
    .bind(&pattern)
    .bind(slice.limit)
    .bind(slice.offset)
    .all(&mut *connection)
    .await?;
    let total = Statement::new(
        "SELECT COUNT(*) FROM branches WHERE pacticipant_id = $1 AND LOWER(name) LIKE $2 ESCAPE '\\'",
    )
    .bind(pacticipant)
    .bind(pattern)
    .one(&mut *connection)
    .await?;
    Ok(Listed { rows, total })
}

/// Returns the version's membership of the branch.
pub(crate) async fn membership(
    connection: &mut Connection,
    pacticipant: &str,
    branch: &str,
    version: &str,
) -> Result<Membership> {
    let membership: Option<Membership> = Statement::new(
        "SELECT m.branch_id, m.version_id, m.created_at FROM pacticipants p \
         JOIN branches b ON b.pacticipant_id = p.id JOIN versions v ON v.pacticipant_id = p.id \
         JOIN branch_versions m ON m.branch_id = b.id AND m.version_id = v.id \
         WHERE p.name = $1 AND b.name = $2 AND v.number = $3",
    )
    .bind(pacticipant)
    .bind(branch)
    .bind(version)
    .optional(connection)
    .await?;
    membership.ok_or_else(|| {
        Refusal::NotFound(format!(
            "No version {version} of '{pacticipant}' on branch '{branch}' found"
        ))
        .into()
    })
}

/// Adds a version to a branch, creating the branch if it is missing; returns true if the version was not on it before.
/// The new version becomes its head. A branch named in `main_candidates` becomes the main branch of a pacticipant that
/// has none.
pub(crate) async fn add_version(
    connection: &mut Connection,
    pacticipant: i64,
    version: i64,
    name: &str,
    auto_created: bool,
    main_candidates: &[String],
) -> Result<bool> {
    let branch = ensure(connection, pacticipant, name, main_candidates).await?;
    let Some(position) = join(connection, branch, version, auto_created).await? else {
        return Ok(false);
    };
    set_head(connection, branch, version, position).await?;
    catch_up(connection, branch, name, version, position).await?;
    Ok(true)
}

/// Returns the id of a branch, creating it if it is missing.
pub(super) async fn ensure(
    connection: &mut Connection,
    pacticipant: i64,
    name: &str,
    main_candidates: &[String],
) -> Result<i64> {
    if let Some(branch) = find(connection, pacticipant, name).await? {
        return Ok(branch.id);
    }
    if main_candidates.iter().any(|candidate| candidate == name) {
        super::pacticipants::default_main_branch(connection, pacticipant, name).await?;
    }
    let inserted: Option<i64> = Statement::new(
        "INSERT INTO branches (pacticipant_id, name, created_at, updated_at) VALUES ($1, $2, $3, $3) \
         ON CONFLICT DO NOTHING RETURNING id",
    )
    .bind(pacticipant)
    .bind(name)
    .bind(now())
    .optional(&mut *connection)
    .await?;
    match inserted {
        Some(id) => Ok(id),
        None => {
            Statement::new("SELECT id FROM branches WHERE pacticipant_id = $1 AND name = $2")
                .bind(pacticipant)
                .bind(name)
                .one(connection)
                .await
        }
    }
}

/// Adds a version to a branch and returns its position; `None` if it is already there.
pub(super) async fn join(
    connection: &mut Connection,
    branch: i64,
    version: i64,
    auto_created: bool,
) -> Result<Option<i64>> {
    Statement::new(
        "INSERT INTO branch_versions (branch_id, version_id, auto_created, created_at) VALUES ($1, $2, $3, $4) \
         ON CONFLICT DO NOTHING RETURNING id",
    )
    .bind(branch)
    .bind(version)
    .bind(i64::from(auto_created))
    .bind(now())
    .optional(connection)
    .await
}

/// Applies the existing contracts and results of a version to a branch that it was added to.
pub(super) async fn catch_up(
    connection: &mut Connection,
    branch: i64,
    name: &str,
    version: i64,
    position: i64,
) -> Result<()> {
    let published = contracts::published_under(connection, version).await?;
    for contract in published {
        set_contracts(
            connection,
            branch,
            &[contract.provider_id],
            version,
            position,
            contract.created_at,
        )
        .await?;
    }
    verifications::note_line(connection, version, verifications::BranchOrTag::Branch(name)).await
}

/// Makes a version the head unless a later one is.
pub(super) async fn set_head(
    connection: &mut Connection,
    branch: i64,
    version: i64,
    position: i64,
) -> Result<()> {
    // An insert skips rows that another transaction added concurrently; a repeated update finds them.
    for _ in 0..2 {
        let updated = moving_head(branch, version, position)
            .execute(&mut *connection)
            .await?;
        if updated > 0 {
            break;
        }
        let inserted = Statement::new(
            "INSERT INTO branch_heads (branch_id, version_id, position) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
        )
        .bind(branch)
        .bind(version)
        .bind(position)
        .execute(&mut *connection)
        .await?;
        if inserted > 0 {
            break;
        }
    }
    touch(branch).later(connection).await
}

/// Like [`set_head`], for a branch that is known to have a head.
pub(super) async fn move_head(
    connection: &mut Connection,
    branch: i64,
    version: i64,
    position: i64,
) -> Result<()> {
    moving_head(branch, version, position).later(connection).await?;
    touch(branch).later(connection).await
}

fn moving_head(branch: i64, version: i64, position: i64) -> Statement<'static> {
    Statement::new(
        "UPDATE branch_heads SET version_id = $1, position = $2 WHERE branch_id = $3 AND position <= $2",
    )
    .bind(version)
    .bind(position)
    .bind(branch)
}

fn touch(branch: i64) -> Statement<'static> {
    Statement::new("UPDATE branches SET updated_at = $1 WHERE id = $2")
        .bind(now())
        .bind(branch)
}

/// Makes the contracts of a version the newest of the branch for the providers, unless a later version has one.
pub(super) async fn set_contracts(
    connection: &mut Connection,
    branch: i64,
    providers: &[i64],
    version: i64,
    position: i64,
    published_at: i64,
) -> Result<()> {
    let mut waiting = providers.to_vec();
    // An insert skips rows that another transaction added concurrently; a repeated update finds them.
    for _ in 0..2 {
        if waiting.is_empty() {
            break;
        }
        let updated: Vec<i64> = moving_contracts(branch, &waiting, version, position, published_at)
            .sql(" RETURNING provider_id")
            .all(connection)
            .await?;
        waiting.retain(|provider| !updated.contains(provider));
        if waiting.is_empty() {
            break;
        }
        let mut insert = Statement::new(
            "INSERT INTO branch_contracts (branch_id, provider_id, consumer_version_id, position, published_at) VALUES ",
        );
        for (index, provider) in waiting.iter().enumerate() {
            let values = [branch, *provider, version, position, published_at];
            insert = insert.sql(if index == 0 { "" } else { ", " }).row(&values);
        }
        let inserted: Vec<i64> = insert
            .sql(" ON CONFLICT DO NOTHING RETURNING provider_id")
            .all(connection)
            .await?;
        waiting.retain(|provider| !inserted.contains(provider));
    }
    Ok(())
}

/// Like [`set_contracts`], for providers that are known to have a contract on the branch.
pub(super) fn moving_contracts(
    branch: i64,
    providers: &[i64],
    version: i64,
    position: i64,
    published_at: i64,
) -> Statement<'static> {
    Statement::new("UPDATE branch_contracts SET consumer_version_id = ")
        .value(version)
        .sql(", position = ")
        .value(position)
        .sql(", published_at = ")
        .value(published_at)
        .sql(" WHERE branch_id = ")
        .value(branch)
        .sql(" AND position <= ")
        .value(position)
        .sql(" AND provider_id IN ")
        .numbers(providers)
}
