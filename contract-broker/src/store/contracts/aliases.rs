//! The SHAs that contents had at the broker from which they were moved in: addresses in old builds still lead to them.

use super::super::{Connection, Result, Statement};

/// Returns the SHA of a content here, from the one that it had at the broker from which it was moved in.
pub(in crate::store) async fn own_sha(
    connection: &mut Connection,
    provider: &str,
    consumer: &str,
    sha: &str,
) -> Result<Option<String>> {
    Statement::new(
        "SELECT t.sha FROM content_aliases a JOIN contents t ON t.id = a.content_id WHERE a.sha = $3 \
         AND a.provider_id = (SELECT id FROM pacticipants WHERE name = $1) \
         AND a.consumer_id = (SELECT id FROM pacticipants WHERE name = $2)",
    )
    .bind(provider)
    .bind(consumer)
    .bind(sha)
    .optional(connection)
    .await
}

/// Keeps the SHA that a content had elsewhere, unless it has the same here.
pub(in crate::store) async fn keep_alias(connection: &mut Connection, content: i64, sha: &str) -> Result<()> {
    Statement::new(
        "INSERT INTO content_aliases (consumer_id, provider_id, sha, content_id) \
         SELECT consumer_id, provider_id, $2, id FROM contents WHERE id = $1 AND sha <> $2 ON CONFLICT DO NOTHING",
    )
    .bind(content)
    .bind(sha)
    .execute(connection)
    .await?;
    Ok(())
}
