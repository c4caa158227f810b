//! Data of the dashboard: newest contracts with their newest results.

use std::collections::HashMap;

use super::{
    Connection, Listed, Result, Slice, Statement,
    contracts::{self, Publication},
    in_parts, row,
};

row! {
    /// The newest result for a content.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub(crate) struct Outcome {
        content_id: i64,
        pub(crate) number: i64,
        pub(crate) success: bool,
        pub(crate) pending: bool,
        pub(crate) verified_at: i64,
        pub(crate) provider_version_id: i64,
        pub(crate) provider_version: String,
    }
}

/// Returns the newest result for each of these contents.
pub(crate) async fn outcomes(connection: &mut Connection, contents: &[i64]) -> Result<HashMap<i64, Outcome>> {
    let outcomes: Vec<Outcome> = in_parts(connection, contents, |part| {
        Statement::with_ids(
            "SELECT k.id, r.id, r.success, r.pending, r.created_at, v.id, v.number FROM contents k \
             JOIN verifications r ON r.id = (SELECT MAX(x.id) FROM verifications x WHERE x.content_id = k.id) \
             JOIN versions v ON v.id = r.provider_version_id WHERE k.id IN {ids}",
            part,
        )
    })
    .await?;
    Ok(outcomes
        .into_iter()
        .map(|outcome| (outcome.content_id, outcome))
        .collect())
}

/// Returns the newest contract of each integration, by names.
pub(crate) async fn newest(connection: &mut Connection, slice: Slice) -> Result<Listed<Publication>> {
    let columns = contracts::COLUMNS;
    let rows = Statement::new(format!(
        "SELECT {columns} FROM ( \
           SELECT n.consumer_id, n.provider_id, LOWER(c.name) AS consumer_order, LOWER(p.name) AS provider_order, \
           (SELECT MAX(m.consumer_version_id) FROM current_publications m \
            WHERE m.provider_id = n.provider_id AND m.consumer_id = n.consumer_id) AS version_id \
           FROM integrations n JOIN pacticipants c ON c.id = n.consumer_id JOIN pacticipants p ON p.id = n.provider_id \
           ORDER BY LOWER(c.name), LOWER(p.name), n.consumer_id, n.provider_id LIMIT $1 OFFSET $2 \
         ) i JOIN current_publications k ON k.consumer_version_id = i.version_id AND k.provider_id = i.provider_id \
         JOIN pacticipants c ON c.id = k.consumer_id JOIN pacticipants p ON p.id = k.provider_id \
         JOIN versions v ON v.id = k.consumer_version_id JOIN contents t ON t.id = k.content_id \
         ORDER BY i.consumer_order, i.provider_order, k.consumer_id, k.provider_id"
    ))
    .bind(slice.limit)
    .bind(slice.offset)
    .all(&mut *connection)
    .await?;
    let total = Statement::new("SELECT COUNT(*) FROM integrations")
        .one(connection)
        .await?;
    Ok(Listed { rows, total })
}

/// Returns the newest contracts of a pair: overall, of each branch and with each tag; newest first.
pub(crate) async fn newest_of_pair(
    connection: &mut Connection,
    consumer: i64,
    provider: i64,
    slice: Slice,
) -> Result<Listed<Publication>> {
    let columns = contracts::COLUMNS;
    let from = contracts::FROM;
    let newest = "WHERE k.provider_id = $2 AND k.consumer_version_id IN ( \
           SELECT MAX(m.consumer_version_id) FROM current_publications m WHERE m.provider_id = $2 AND m.consumer_id = $1 \
           UNION SELECT h.consumer_version_id FROM branches b JOIN branch_contracts h ON h.branch_id = b.id \
           WHERE b.pacticipant_id = $1 AND h.provider_id = $2 \
           UNION SELECT g.consumer_version_id FROM tag_contracts g WHERE g.pacticipant_id = $1 AND g.provider_id = $2)";
    let rows = Statement::new(format!(
        "SELECT {columns} {from} {newest} ORDER BY k.consumer_version_id DESC LIMIT $3 OFFSET $4"
    ))
    .bind(consumer)
    .bind(provider)
    .bind(slice.limit)
    .bind(slice.offset)
    .all(&mut *connection)
    .await?;
    let total = match slice.total(&rows) {
        Some(total) => total,
        None => {
            Statement::new(format!("SELECT COUNT(*) FROM current_publications k {newest}"))
                .bind(consumer)
                .bind(provider)
                .one(connection)
                .await?
        }
    };
    Ok(Listed { rows, total })
}
