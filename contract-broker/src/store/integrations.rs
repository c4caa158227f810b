//! Integrations: pairs of consumer and provider.

use super::{
    Connection, Listed, Result, Slice, Statement,
    pacticipants::{contains, either_contains},
    row, together,
};

row! {
    /// An integration with its newest contract and result.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub(crate) struct Integration {
        pub(crate) consumer_id: i64,
        pub(crate) provider_id: i64,
        pub(crate) consumer: String,
        pub(crate) provider: String,
        /// The newest contract; `None` if every contract was deleted.
        pub(crate) latest_contract: Option<LatestContract>,
        /// The newest result for that contract's content.
        pub(crate) latest_result: Option<LatestResult>,
    }

    /// The newest contract of an integration.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub(crate) struct LatestContract {
        pub(crate) consumer_version_id: i64,
        pub(crate) consumer_version: String,
        pub(crate) content_id: i64,
        pub(crate) published_at: i64,
    }

    /// The newest result for a contract.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub(crate) struct LatestResult {
        pub(crate) provider_version: String,
        pub(crate) success: bool,
        pub(crate) pending: bool,
        pub(crate) verified_at: i64,
    }
}

/// The ids of a consumer and a provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct PairIds {
    pub(crate) consumer: i64,
    pub(crate) provider: i64,
}

/// Returns integrations by names, optionally those whose consumer's or provider's name contains `like`. One index
/// lookup per row, independent of the number of versions.
pub(crate) async fn list(
    connection: &mut Connection,
    like: Option<&str>,
    slice: Slice,
) -> Result<Listed<Integration>> {
    let pattern = like.map(contains);
    let chosen = Statement::new(
        "SELECT i.consumer_id, i.provider_id, i.consumer, i.provider, k.consumer_version_id, v.number, \
         k.content_id, k.created_at, w.number, r.success, r.pending, r.created_at FROM ( \
           SELECT n.consumer_id, n.provider_id, c.name AS consumer, p.name AS provider, LOWER(c.name) AS consumer_order, \
           LOWER(p.name) AS provider_order FROM integrations n",
    );
    let chosen = named(chosen, pattern.as_ref())
        .sql(" ORDER BY consumer_order, provider_order, n.consumer_id, n.provider_id LIMIT ")
        .value(slice.limit)
        .sql(" OFFSET ")
        .value(slice.offset)
        .sql(
            ") i LEFT JOIN current_publications k ON k.provider_id = i.provider_id AND k.consumer_version_id = \
             (SELECT MAX(m.consumer_version_id) FROM current_publications m \
             WHERE m.provider_id = i.provider_id AND m.consumer_id = i.consumer_id) \
             LEFT JOIN versions v ON v.id = k.consumer_version_id LEFT JOIN verifications r \
             ON r.id = (SELECT MAX(x.id) FROM verifications x WHERE x.content_id = k.content_id) \
             LEFT JOIN versions w ON w.id = r.provider_version_id \
             ORDER BY i.consumer_order, i.provider_order, i.consumer_id, i.provider_id",
        );
    let count = Statement::new("SELECT COUNT(*) FROM integrations n");
    let count = if pattern.is_some() {
        named(count, pattern.as_ref())
    } else {
        count
    };
    let (mut rows, mut total) = (Vec::new(), Vec::<i64>::new());
    together(
        connection,
        &mut [chosen.into_rows(&mut rows), count.into_rows(&mut total)],
    )
    .await?;
    let total = total.into_iter().sum();
    Ok(Listed { rows, total })
}

/// Joins integrations `n` with their consumers `c` and providers `p`, optionally filtered by a name pattern.
fn named<'a>(statement: Statement<'a>, pattern: Option<&'a String>) -> Statement<'a> {
    let joined = statement
        .sql(" JOIN pacticipants c ON c.id = n.consumer_id JOIN pacticipants p ON p.id = n.provider_id");
    either_contains(joined, pattern)
}

/// Returns the consumers of a provider, by id.
pub(crate) async fn of_provider(connection: &mut Connection, provider: i64) -> Result<Vec<i64>> {
    Statement::new("SELECT consumer_id FROM integrations WHERE provider_id = $1 ORDER BY consumer_id")
        .bind(provider)
        .all(connection)
        .await
}

/// Returns whether the integration exists, even if its contracts were deleted.
pub(crate) async fn exists(connection: &mut Connection, pair: PairIds) -> Result<bool> {
    let found: Option<i64> =
        Statement::new("SELECT 1 FROM integrations WHERE consumer_id = $1 AND provider_id = $2")
            .bind(pair.consumer)
            .bind(pair.provider)
            .optional(connection)
            .await?;
    Ok(found.is_some())
}
