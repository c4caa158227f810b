//! The results of contents.

use std::collections::HashMap;

use super::{
    super::{Columns, Connection, FromRow, MOST, NO_ID, Result, Statement, row},
    pairs::{ENOUGH, Tables},
};
use crate::domain::matrix::{Query, Verification, VersionRef};

row! {
    /// A result of a content by a version.
    #[derive(Debug, Clone)]
    pub(super) struct Outcome {
        content_id: i64,
        pub(super) version: VersionRef,
        pub(super) verification: Verification,
    }
}

impl FromRow for Verification {
    const COLUMNS: usize = 3;

    fn from_row(columns: &mut Columns<'_>) -> Result<Self> {
        Ok(Self {
            id: columns.next()?,
            success: columns.next()?,
            verified_at: columns.next()?,
        })
    }
}

/// Returns the results of contents by versions, by content.
pub(super) async fn outcomes(
    connection: &mut Connection,
    tables: &Tables,
    contents: &[i64],
    versions: &[i64],
) -> Result<HashMap<i64, Vec<Outcome>>> {
    let mut found: Vec<Outcome> = Vec::new();
    for contents in contents.chunks(MOST) {
        for versions in versions.chunks(MOST) {
            let statement = Statement::new(tables.results)
                .sql("r.content_id IN ")
                .numbers(contents)
                .sql(" AND r.provider_version_id IN ")
                .numbers(versions);
            found.append(&mut statement.all(connection).await?);
        }
    }
    Ok(by_content(found))
}

/// Returns all results by versions, by content.
pub(super) async fn outcomes_by(
    connection: &mut Connection,
    tables: &Tables,
    versions: &[i64],
) -> Result<HashMap<i64, Vec<Outcome>>> {
    let mut found: Vec<Outcome> = Vec::new();
    for versions in versions.chunks(MOST) {
        let statement = Statement::new(tables.results)
            .sql("r.provider_version_id IN ")
            .numbers(versions);
        found.append(&mut statement.all(connection).await?);
    }
    Ok(by_content(found))
}

/// Returns the results of each content by its newest versions: as many as the response can show.
pub(super) async fn newest_outcomes(
    connection: &mut Connection,
    query: &Query,
    tables: &Tables,
    contents: &[i64],
) -> Result<HashMap<i64, Vec<Outcome>>> {
    let each = if query.wants_newest_result_only() {
        1
    } else {
        query.options.limit.unwrap_or(ENOUGH)
    };
    let outcome = match query.only_outcome() {
        None => "",
        Some(true) => " AND r.success = 1",
        Some(false) => " AND r.success = 0",
    };
    let mut statement = Statement::default();
    for index in 0..contents.len().next_power_of_two() {
        statement = statement
            .sql(if index == 0 {
                "SELECT * FROM ("
            } else {
                " UNION ALL SELECT * FROM ("
            })
            .sql(tables.results)
            .sql("r.content_id = ")
            .value(contents.get(index).copied().unwrap_or(NO_ID))
            .sql(outcome)
            .sql(" ORDER BY r.provider_version_id DESC LIMIT ")
            .value(i64::try_from(each).unwrap_or(i64::MAX))
            .sql(") x");
    }
    Ok(by_content(statement.all(connection).await?))
}

fn by_content(rows: Vec<Outcome>) -> HashMap<i64, Vec<Outcome>> {
    let mut map: HashMap<i64, Vec<Outcome>> = HashMap::new();
    for outcome in rows {
        map.entry(outcome.content_id).or_default().push(outcome);
    }
    map
}
