//! Pacticipants and their labels.

use std::collections::BTreeMap;

use super::{Connection, Listed, Result, Slice, Statement, in_parts, row};
use crate::domain::{Refusal, time::now};

row! {
    /// A stored pacticipant.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub(crate) struct Pacticipant {
        pub(crate) id: i64,
        pub(crate) name: String,
        pub(crate) profile: Profile,
        pub(crate) created_at: i64,
        pub(crate) updated_at: i64,
    }

    /// The editable fields of a pacticipant.
    #[derive(Debug, Clone, PartialEq, Eq, Default)]
    pub(crate) struct Profile {
        pub(crate) display_name: Option<String>,
        pub(crate) repository_url: Option<String>,
        pub(crate) repository_name: Option<String>,
        pub(crate) repository_namespace: Option<String>,
        pub(crate) main_branch: Option<String>,
    }

    /// A label of a pacticipant.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub(crate) struct Label {
        pacticipant_id: i64,
        pub(crate) name: String,
        pub(crate) created_at: i64,
    }

    /// The name of a pacticipant.
    pub(super) struct Name {
        pub(super) id: i64,
        pub(super) name: String,
    }
}

const COLUMNS: &str = "p.id, p.name, p.display_name, p.repository_url, p.repository_name, p.repository_namespace, \
                       p.main_branch, p.created_at, p.updated_at";

/// Returns the pacticipant with this name.
pub(crate) async fn find(connection: &mut Connection, name: &str) -> Result<Option<Pacticipant>> {
    let sql = format!("SELECT {COLUMNS} FROM pacticipants p WHERE p.name = $1");
    Statement::new(sql).bind(name).optional(connection).await
}

/// Like [`find`]; refused if the name is unknown.
pub(crate) async fn require(connection: &mut Connection, name: &str) -> Result<Pacticipant> {
    find(connection, name)
        .await?
        .ok_or_else(|| Refusal::no_pacticipant(name).into())
}

/// Returns the existing names with their ids.
pub(crate) async fn ids(connection: &mut Connection, names: &[String]) -> Result<BTreeMap<String, i64>> {
    let known: Vec<Name> = in_parts(connection, names, |part| {
        Statement::new("SELECT id, name FROM pacticipants WHERE name IN ").texts(part)
    })
    .await?;
    Ok(known.into_iter().map(|known| (known.name, known.id)).collect())
}

/// Returns the ids of the names, creating missing ones. New rows are inserted in name order, so that concurrent
/// transactions that create the same names cannot deadlock.
pub(crate) async fn ensure(connection: &mut Connection, names: &[String]) -> Result<BTreeMap<String, i64>> {
    let mut known = ids(connection, names).await?;
    let mut missing: Vec<&String> = names.iter().filter(|name| !known.contains_key(*name)).collect();
    missing.sort_unstable();
    missing.dedup();
    for name in missing {
        let inserted: Option<i64> = Statement::new(
            "INSERT INTO pacticipants (name, created_at, updated_at) VALUES ($1, $2, $2) ON CONFLICT DO NOTHING \
             RETURNING id",
        )
        .bind(name)
        .bind(now())
        .optional(&mut *connection)
        .await?;
        let id = match inserted {
            Some(id) => id,
            None => {
                Statement::new("SELECT id FROM pacticipants WHERE name = $1")
                    .bind(name)
                    .one(&mut *connection)
                    .await?
            }
        };
        known.insert(name.clone(), id);
    }
    Ok(known)
}

/// Returns the id of one name, creating it if it is missing.
pub(crate) async fn ensure_one(connection: &mut Connection, name: &str) -> Result<i64> {
    let known = ensure(connection, &[name.to_owned()]).await?;
    known
        .into_values()
        .next()
        .ok_or_else(|| Refusal::no_pacticipant(name).into())
}

/// Overwrites the fields of a pacticipant.
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

/// Sets the main branch if none is set.
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

/// Returns pacticipants by name, optionally those whose name contains `like` and those with the label.
pub(crate) async fn list(
    connection: &mut Connection,
    like: Option<&str>,
    label: Option<&str>,
    slice: Slice,
) -> Result<Listed<Pacticipant>> {
    let pattern = contains(like.unwrap_or_default());
    let chosen = |select: &str| {
        let statement = Statement::new(format!("{select} FROM pacticipants p"));
        let statement = match label {
            Some(label) => statement
                .sql(" JOIN labels l ON l.pacticipant_id = p.id AND l.name = ")
                .value(label),
            None => statement,
        };
        statement
            .sql(" WHERE LOWER(p.name) LIKE ")
            .value(&pattern)
            .sql(" ESCAPE '\\'")
    };
    let rows = chosen(&format!("SELECT {COLUMNS}"))
        .sql(" ORDER BY LOWER(p.name), p.id LIMIT ")
        .value(slice.limit)
        .sql(" OFFSET ")
        .value(slice.offset)
        .all(&mut *connection)
        .await?;
    let total = chosen("SELECT COUNT(*)").one(connection).await?;
    Ok(Listed { rows, total })
}

/// Returns a LIKE pattern for names that contain the text, ignoring ASCII case.
pub(super) fn contains(text: &str) -> String {
    let escaped = text
        .to_ascii_lowercase()
        .replace('\\', "\\\\")
        .replace('%', "\\%")
        .replace('_', "\\_");
    format!("%{escaped}%")
}

/// Filters rows whose consumer name `c` or provider name `p` matches the pattern, if there is one.
pub(super) fn either_contains<'a>(statement: Statement<'a>, pattern: Option<&'a String>) -> Statement<'a> {
    match pattern {
        None => statement,
        Some(pattern) => statement
            .sql(" WHERE LOWER(c.name) LIKE ")
            .value(pattern)
            .sql(" ESCAPE '\\' OR LOWER(p.name) LIKE ")
            .value(pattern)
            .sql(" ESCAPE '\\'"),
    }
}

/// Returns the labels of pacticipants, by pacticipant.
pub(crate) async fn labels(connection: &mut Connection, ids: &[i64]) -> Result<BTreeMap<i64, Vec<Label>>> {
    let found: Vec<Label> = in_parts(connection, ids, |part| {
        Statement::with_ids(
            "SELECT pacticipant_id, name, created_at FROM labels WHERE pacticipant_id IN {ids} ORDER BY name",
            part,
        )
    })
    .await?;
    let mut labels: BTreeMap<i64, Vec<Label>> = BTreeMap::new();
    for label in found {
        labels.entry(label.pacticipant_id).or_default().push(label);
    }
    Ok(labels)
}

/// Returns every label in use.
pub(crate) async fn all_labels(connection: &mut Connection, slice: Slice) -> Result<Listed<String>> {
    let rows = Statement::new("SELECT DISTINCT name FROM labels ORDER BY name LIMIT $1 OFFSET $2")
        .bind(slice.limit)
        .bind(slice.offset)
        .all(&mut *connection)
        .await?;
    let total = Statement::new("SELECT COUNT(DISTINCT name) FROM labels")
        .one(connection)
        .await?;
    Ok(Listed { rows, total })
}

/// Adds a label; returns true if it is new.
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

/// Removes a label; returns true if it existed.
pub(crate) async fn remove_label(connection: &mut Connection, id: i64, label: &str) -> Result<bool> {
    let done = Statement::new("DELETE FROM labels WHERE pacticipant_id = $1 AND name = $2")
        .bind(id)
        .bind(label)
        .execute(connection)
        .await?;
    Ok(done > 0)
}
