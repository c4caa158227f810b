//! The results of contents.

use std::collections::HashMap;

use super::{
    super::{Columns, Connection, FromRow, MOST, NO_ID, Result, Statement, row, together},
    pairs::{ENOUGH, Tables},
};
use crate::domain::matrix::{CrossContract, Evidence, Query, Verification, VersionRef};

/// The evidence for a content and a provider version: a result or a comparison.
#[derive(Debug, Clone)]
pub(super) struct Outcome {
    content_id: i64,
    pub(super) version: VersionRef,
    pub(super) evidence: Evidence,
}

row! {
    /// A result of a content by a version.
    struct Verified {
        content_id: i64,
        version: VersionRef,
        verification: Verification,
    }

    /// A content, and a version with whose description it was or will be compared.
    struct Compared {
        content_id: i64,
        version: VersionRef,
        comparison: CrossContract,
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

impl FromRow for CrossContract {
    const COLUMNS: usize = 5;

    fn from_row(columns: &mut Columns<'_>) -> Result<Self> {
        Ok(Self {
            description_id: columns.next()?,
            self_success: columns.next()?,
            comparison_id: columns.next()?,
            compatible: columns.next()?,
            compared_at: columns.next()?,
        })
    }
}

impl From<Verified> for Outcome {
    fn from(row: Verified) -> Self {
        Self {
            content_id: row.content_id,
            version: row.version,
            evidence: Evidence::Verified(row.verification),
        }
    }
}

impl From<Compared> for Outcome {
    fn from(row: Compared) -> Self {
        Self {
            content_id: row.content_id,
            version: row.version,
            evidence: Evidence::Compared(row.comparison),
        }
    }
}

const COMPARED: &str = "SELECT t.id, c.provider_version_id, v.number, c.description_id, c.self_success, k.id, k.success, \
                        k.compared_at ";

/// Each content with the description of each version of its provider, compared or not. Comparisons that were
/// made but have no verdict are omitted.
const WITH_DESCRIPTION: &str = "FROM provider_contracts c JOIN versions v ON v.id = c.provider_version_id \
    JOIN contents t ON t.provider_id = c.provider_id \
    LEFT JOIN comparisons k ON k.content_id = t.id AND k.description_id = c.description_id \
    WHERE (k.compared_at IS NULL OR k.success IS NOT NULL) AND ";

/// Each content with the versions with whose descriptions it was compared.
const BY_DESCRIPTION: &str = "FROM provider_contracts c JOIN versions v ON v.id = c.provider_version_id \
    JOIN comparisons k ON k.description_id = c.description_id JOIN contents t ON t.id = k.content_id \
    WHERE k.success IS NOT NULL AND ";

/// Returns the results of contents by versions, by content.
pub(super) async fn outcomes(
    connection: &mut Connection,
    tables: &Tables,
    contents: &[i64],
    versions: &[i64],
) -> Result<HashMap<i64, Vec<Outcome>>> {
    let (mut verified, mut compared) = (Vec::<Verified>::new(), Vec::<Compared>::new());
    for contents in contents.chunks(MOST) {
        for versions in versions.chunks(MOST) {
            let results = Statement::new(tables.results)
                .sql("r.content_id IN ")
                .numbers(contents)
                .sql(" AND r.provider_version_id IN ")
                .numbers(versions);
            let comparisons = Statement::new(COMPARED)
                .sql(WITH_DESCRIPTION)
                .sql("t.id IN ")
                .numbers(contents)
                .sql(" AND c.provider_version_id IN ")
                .numbers(versions);
            together(
                connection,
                &mut [
                    results.into_rows(&mut verified),
                    comparisons.into_rows(&mut compared),
                ],
            )
            .await?;
        }
    }
    Ok(by_content(verified, compared))
}

/// Returns all results by versions, by content.
pub(super) async fn outcomes_by(
    connection: &mut Connection,
    tables: &Tables,
    versions: &[i64],
) -> Result<HashMap<i64, Vec<Outcome>>> {
    let (mut verified, mut compared) = (Vec::<Verified>::new(), Vec::<Compared>::new());
    for versions in versions.chunks(MOST) {
        let results = Statement::new(tables.results)
            .sql("r.provider_version_id IN ")
            .numbers(versions);
        let comparisons = Statement::new(COMPARED)
            .sql(BY_DESCRIPTION)
            .sql("c.provider_version_id IN ")
            .numbers(versions);
        together(
            connection,
            &mut [
                results.into_rows(&mut verified),
                comparisons.into_rows(&mut compared),
            ],
        )
        .await?;
    }
    Ok(by_content(verified, compared))
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
    let (of_results, of_comparisons) = match query.only_outcome() {
        None => ("", ""),
        Some(true) => (
            " AND r.success = 1",
            " AND k.success = 1 AND COALESCE(c.self_success, 1) = 1",
        ),
        Some(false) => (
            " AND r.success = 0",
            " AND (k.success = 0 OR COALESCE(c.self_success, 1) = 0)",
        ),
    };
    let newest = |select: &str, column: &str, outcome: &str, version: &str| {
        let mut statement = Statement::default();
        for index in 0..contents.len().next_power_of_two() {
            statement = statement
                .sql(if index == 0 {
                    "SELECT * FROM ("
                } else {
                    " UNION ALL SELECT * FROM ("
                })
                .sql(select)
                .sql(column)
                .sql(" = ")
                .value(contents.get(index).copied().unwrap_or(NO_ID))
                .sql(outcome)
                .sql(" ORDER BY ")
                .sql(version)
                .sql(" DESC LIMIT ")
                .value(i64::try_from(each).unwrap_or(i64::MAX))
                .sql(") x");
        }
        statement
    };
    let results = newest(
        tables.results,
        "r.content_id",
        of_results,
        "r.provider_version_id",
    );
    let select = format!("{COMPARED}{BY_DESCRIPTION}");
    let comparisons = newest(&select, "k.content_id", of_comparisons, "c.provider_version_id");
    let (mut verified, mut compared) = (Vec::<Verified>::new(), Vec::<Compared>::new());
    together(
        connection,
        &mut [
            results.into_rows(&mut verified),
            comparisons.into_rows(&mut compared),
        ],
    )
    .await?;
    Ok(by_content(verified, compared))
}

fn by_content(verified: Vec<Verified>, compared: Vec<Compared>) -> HashMap<i64, Vec<Outcome>> {
    let mut map: HashMap<i64, Vec<Outcome>> = HashMap::new();
    let all = verified.into_iter().map(Outcome::from);
    for outcome in all.chain(compared.into_iter().map(Outcome::from)) {
        map.entry(outcome.content_id).or_default().push(outcome);
    }
    map
}
