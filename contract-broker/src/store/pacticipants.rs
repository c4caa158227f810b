//! Pacticipants and their labels.

use std::collections::BTreeMap;

use super::{Connection, Result, in_list::select_in, statement::Statement};
use crate::domain::{Refusal, time::now};

/// A pacticipant as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Pacticipant {
    pub(crate) id: i64,
    pub(crate) name: String,
    pub(crate) profile: Profile,
    pub(crate) created_at: i64,
    pub(crate) updated_at: i64,
}

/// What can be said about a pacticipant.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Profile {
    pub(crate) display_name: Option<String>,
    pub(crate) repository_url: Option<String>,
    pub(crate) repository_name: Option<String>,
    pub(crate) repository_namespace: Option<String>,
    pub(crate) main_branch: Option<String>,
}

type Row = (
    i64,
    String,
    Option<String>,
    Option<String>,
    Option<String>,
    Option<String>,
    Option<String>,
    i64,
    i64,
);

const COLUMNS: &str = "p.id, p.name, p.display_name, p.repository_url, p.repository_name, p.repository_namespace, \
                       p.main_branch, p.created_at, p.updated_at";

fn read(row: Row) -> Pacticipant {
    let (
        id,
        name,
        display_name,
        repository_url,
        repository_name,
        repository_namespace,
        main_branch,
        created,
        updated,
    ) = row;
    let profile = Profile {
        display_name,
        repository_url,
        repository_name,
        repository_namespace,
        main_branch,
    };
    Pacticipant {
        id,
        name,
        profile,
        created_at: created,
        updated_at: updated,
    }
}

/// The pacticipant of that name.
pub(crate) async fn find(connection: &mut Connection, name: &str) -> Result<Option<Pacticipant>> {
    let sql = format!("SELECT {COLUMNS} FROM pacticipants p WHERE p.name = $1");
    let row: Option<Row> = Statement::new(sql).bind(name).optional(connection).await?;
    Ok(row.map(read))
}

/// As [`find`]; a name that nobody has is refused.
pub(crate) async fn require(connection: &mut Connection, name: &str) -> Result<Pacticipant> {
    find(connection, name)
        .await?
        .ok_or_else(|| Refusal::no_pacticipant(name).into())
}

/// Those of the names that exist, with their ids.
pub(crate) async fn ids(connection: &mut Connection, names: &[String]) -> Result<BTreeMap<String, i64>> {
    let rows: Vec<(i64, String)> = select_in(
        connection,
        |list| format!("SELECT id, name FROM pacticipants WHERE name IN {list}"),
        &[],
        names,
    )
    .await?;
    Ok(rows.into_iter().map(|(id, name)| (name, id)).collect())
}

/// The ids of the names; those that are missing are created. New rows are taken in the order of their names, so that
/// transactions which create the same names never wait for each other in a circle.
pub(crate) async fn ensure(connection: &mut Connection, names: &[String]) -> Result<BTreeMap<String, i64>> {
    let mut known = ids(connection, names).await?;
    let mut missing: Vec<&String> = names.iter().filter(|name| !known.contains_key(*name)).collect();
    missing.sort_unstable();
    missing.dedup();
    for name in missing {
        let inserted: Option<(i64,)> = Statement::new(
            "INSERT INTO pacticipants (name, created_at, updated_at) VALUES ($1, $2, $2) ON CONFLICT DO NOTHING \
             RETURNING id",
        )
        .bind(name)
        .bind(now())
        .optional(&mut *connection)
        .await?;
        let id = if let Some((id,)) = inserted {
            id
        } else {
            let (id,): (i64,) = Statement::new("SELECT id FROM pacticipants WHERE name = $1")
                .bind(name)
                .one(&mut *connection)
                .await?;
            id
        };
        known.insert(name.clone(), id);
    }
    Ok(known)
}

/// The id of one name, created where it is missing.
pub(crate) async fn ensure_one(connection: &mut Connection, name: &str) -> Result<i64> {
    let known = ensure(connection, &[name.to_owned()]).await?;
    known
        .into_values()
        .next()
        .ok_or_else(|| Refusal::no_pacticipant(name).into())
}

/// Overwrites what is said about a pacticipant.
pub(crate) async fn update(connection: &mut Connection, id: i64, profile: &Profile) -> Result<()> {
    Statement::new(
        "UPDATE pacticipants SET display_name = $1, repository_url = $2, repository_name = $3, \
         repository_namespace = $4, main_branch = $5, updated_at = $6 WHERE id = $7",
    )
    .bind(&profile.display_name)
    .bind(&profile.repository_url)
    .bind(&profile.repository_name)
    .bind(&profile.repository_namespace)
    .bind(&profile.main_branch)
    .bind(now())
    .bind(id)
    .execute(connection)
    .await?;
    Ok(())
}

/// Sets the main branch where none is set.
pub(crate) async fn default_main_branch(connection: &mut Connection, id: i64, branch: &str) -> Result<()> {
    Statement::new(
        "UPDATE pacticipants SET main_branch = $1, updated_at = $2 WHERE id = $3 AND main_branch IS NULL",
    )
    .bind(branch)
    .bind(now())
    .bind(id)
    .execute(connection)
    .await?;
    Ok(())
}

/// Pacticipants by name: whose name contains `like`, with the label; and how many there are.
pub(crate) async fn list(
    connection: &mut Connection,
    like: Option<&str>,
    label: Option<&str>,
    (limit, offset): (i64, i64),
) -> Result<(Vec<Pacticipant>, i64)> {
    let from = match label {
        Some(_) => "pacticipants p JOIN labels l ON l.pacticipant_id = p.id AND l.name = $2",
        None => "pacticipants p",
    };
    let condition = "LOWER(p.name) LIKE $1 ESCAPE '\\'";
    let pattern = contains(like.unwrap_or_default());
    let label = label.unwrap_or_default();
    // Both placeholders are used in both forms, so that one set of values fits.
    let condition = if from.contains("$2") {
        condition.to_owned()
    } else {
        format!("{condition} AND $2 = $2")
    };
    let sql = format!(
        "SELECT {COLUMNS} FROM {from} WHERE {condition} ORDER BY LOWER(p.name), p.id LIMIT $3 OFFSET $4"
    );
    let rows: Vec<Row> = Statement::new(sql)
        .bind(&pattern)
        .bind(label)
        .bind(limit)
        .bind(offset)
        .all(&mut *connection)
        .await?;
    let sql = format!("SELECT COUNT(*) FROM {from} WHERE {condition}");
    let (total,): (i64,) = Statement::new(sql)
        .bind(pattern)
        .bind(label)
        .one(&mut *connection)
        .await?;
    Ok((rows.into_iter().map(read).collect(), total))
}

/// A LIKE pattern for names that contain the text, in any case of ASCII letters.
pub(super) fn contains(text: &str) -> String {
    let escaped = text
        .to_ascii_lowercase()
        .replace('\\', "\\\\")
        .replace('%', "\\%")
        .replace('_', "\\_");
    format!("%{escaped}%")
}

/// The labels of pacticipants.
pub(crate) async fn labels(
    connection: &mut Connection,
    ids: &[i64],
) -> Result<BTreeMap<i64, Vec<(String, i64)>>> {
    let rows: Vec<(i64, String, i64)> = select_in(
        connection,
        |list| {
            format!("SELECT pacticipant_id, name, created_at FROM labels WHERE pacticipant_id IN {list} ORDER BY name")
        },
        &[],
        ids,
    )
    .await?;
    let mut labels: BTreeMap<i64, Vec<(String, i64)>> = BTreeMap::new();
    for (id, name, created_at) in rows {
        labels.entry(id).or_default().push((name, created_at));
    }
    Ok(labels)
}

/// Every label that is in use, once.
pub(crate) async fn all_labels(
    connection: &mut Connection,
    (limit, offset): (i64, i64),
) -> Result<(Vec<String>, i64)> {
    let rows: Vec<(String,)> =
        Statement::new("SELECT DISTINCT name FROM labels ORDER BY name LIMIT $1 OFFSET $2")
            .bind(limit)
            .bind(offset)
            .all(&mut *connection)
            .await?;
    let (total,): (i64,) = Statement::new("SELECT COUNT(DISTINCT name) FROM labels")
        .one(&mut *connection)
        .await?;
    Ok((rows.into_iter().map(|row| row.0).collect(), total))
}

/// Adds a label; true when it is new.
pub(crate) async fn add_label(connection: &mut Connection, id: i64, label: &str) -> Result<bool> {
    let done = Statement::new(
        "INSERT INTO labels (pacticipant_id, name, created_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
    )
    .bind(id)
    .bind(label)
    .bind(now())
    .execute(connection)
    .await?;
    Ok(done > 0)
}

/// Removes a label; true when it was there.
pub(crate) async fn remove_label(connection: &mut Connection, id: i64, label: &str) -> Result<bool> {
    let done = Statement::new("DELETE FROM labels WHERE pacticipant_id = $1 AND name = $2")
        .bind(id)
        .bind(label)
        .execute(connection)
        .await?;
    Ok(done > 0)
}
