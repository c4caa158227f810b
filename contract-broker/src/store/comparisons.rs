//! Comparisons of contracts with descriptions: the queue, the claims of nodes, and the results.

use std::collections::HashMap;

use super::{
    Connection, Error, Result, Statement, in_parts, outbox, provider_contracts::read_specification, row,
};
use crate::domain::{
    bidirectional::{Compared, Specification, Summary},
    events::Event,
    time::now,
};

/// Number of newest branch heads that matter, on each side.
const RECENT: i64 = 100;

/// A content and a description.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Pairing {
    pub(crate) content: i64,
    pub(crate) description: i64,
}

/// The contents of a provider's contracts that matter: deployed, released, and the newest of main branches,
/// of recent branches and of each consumer. Each join goes from the shorter list to the longer one: `CROSS
/// JOIN` makes SQLite keep this order.
const CONTENTS: &str = "SELECT k.content_id AS id FROM integrations i CROSS JOIN current_deployments d \
    CROSS JOIN current_publications k WHERE i.provider_id = $1 AND d.pacticipant_id = i.consumer_id \
    AND k.consumer_version_id = d.version_id AND k.provider_id = i.provider_id \
    UNION SELECT k.content_id FROM integrations i CROSS JOIN pacticipants c CROSS JOIN branches b \
    CROSS JOIN branch_contracts h CROSS JOIN current_publications k WHERE i.provider_id = $1 AND c.id = i.consumer_id \
    AND b.pacticipant_id = c.id AND b.name = c.main_branch AND h.branch_id = b.id AND h.provider_id = i.provider_id \
    AND k.consumer_version_id = h.consumer_version_id AND k.provider_id = i.provider_id \
    UNION SELECT k.content_id FROM (SELECT h.consumer_version_id FROM branch_contracts h WHERE h.provider_id = $1 \
    ORDER BY h.published_at DESC LIMIT $2) r CROSS JOIN current_publications k \
    WHERE k.consumer_version_id = r.consumer_version_id AND k.provider_id = $1 \
    UNION SELECT k.content_id FROM integrations i CROSS JOIN current_publications k WHERE i.provider_id = $1 \
    AND k.consumer_version_id = (SELECT MAX(n.consumer_version_id) FROM current_publications n \
    WHERE n.provider_id = i.provider_id AND n.consumer_id = i.consumer_id) AND k.provider_id = i.provider_id";

/// Like [`CONTENTS`], for the descriptions of a provider that matter.
const DESCRIPTIONS: &str = "SELECT c.description_id AS id FROM current_deployments d CROSS JOIN provider_contracts c \
    WHERE d.pacticipant_id = $1 AND c.provider_version_id = d.version_id \
    UNION SELECT c.description_id FROM pacticipants p CROSS JOIN branches b CROSS JOIN branch_heads h \
    CROSS JOIN provider_contracts c WHERE p.id = $1 AND b.pacticipant_id = p.id AND b.name = p.main_branch \
    AND h.branch_id = b.id AND c.provider_version_id = h.version_id \
    UNION SELECT r.description_id FROM (SELECT c.provider_version_id, c.description_id FROM provider_contracts c \
    WHERE c.provider_id = $1 ORDER BY c.provider_version_id DESC LIMIT $2) r \
    CROSS JOIN branch_versions m CROSS JOIN branch_heads h WHERE m.version_id = r.provider_version_id \
    AND h.branch_id = m.branch_id AND h.version_id = m.version_id \
    UNION SELECT r.description_id FROM (SELECT c.description_id FROM provider_contracts c WHERE c.provider_id = $1 \
    ORDER BY c.provider_version_id DESC LIMIT 1) r";

/// Queues the comparisons of a description with the contracts that matter; returns the number of new ones.
pub(super) async fn queue_for_description(
    connection: &mut Connection,
    provider: i64,
    description: i64,
) -> Result<u64> {
    Statement::new(format!(
        "INSERT INTO comparisons (content_id, description_id, attempts, due_at, created_at) \
         SELECT x.id, $3, 0, $4, $4 FROM ({CONTENTS}) x WHERE 1 = 1 ON CONFLICT DO NOTHING"
    ))
    .bind(provider)
    .bind(RECENT)
    .bind(description)
    .bind(now())
    .execute(connection)
    .await
}

/// Queues the comparisons of a content with the descriptions of its provider that matter.
pub(super) async fn queue_for_content(
    connection: &mut Connection,
    provider: i64,
    content: i64,
) -> Result<()> {
    Statement::new(format!(
        "INSERT INTO comparisons (content_id, description_id, attempts, due_at, created_at) \
         SELECT $3, x.id, 0, $4, $4 FROM ({DESCRIPTIONS}) x WHERE 1 = 1 ON CONFLICT DO NOTHING"
    ))
    .bind(provider)
    .bind(RECENT)
    .bind(content)
    .bind(now())
    .later(connection)
    .await
}

/// Queues comparisons that a client requested.
pub(crate) async fn queue(connection: &mut Connection, pairings: &[Pairing]) -> Result<()> {
    let at = now();
    for Pairing { content, description } in pairings {
        // Contents and descriptions that were deleted concurrently are skipped.
        Statement::new(
            "INSERT INTO comparisons (content_id, description_id, attempts, due_at, created_at) \
             SELECT t.id, d.id, 0, $3, $3 FROM contents t JOIN descriptions d ON d.id = $2 WHERE t.id = $1 \
             ON CONFLICT DO NOTHING",
        )
        .bind(*content)
        .bind(*description)
        .bind(at)
        .later(connection)
        .await?;
    }
    Ok(())
}

/// A node's request to claim a comparison.
#[derive(Debug, Clone)]
pub(crate) struct Claim {
    /// Identifies this claim.
    pub(crate) token: String,
    pub(crate) now: i64,
    /// When the comparison becomes due again if the node does not finish it.
    pub(crate) until: i64,
}

row! {
    /// A comparison claimed by a node.
    #[derive(Debug, Clone)]
    pub(crate) struct Claimed {
        pub(crate) id: i64,
        pub(crate) content_id: i64,
        pub(crate) description_id: i64,
        /// Number of attempts, including this one.
        pub(crate) attempts: i64,
    }
}

/// Returns whether a comparison is due.
pub(crate) async fn is_any_due(connection: &mut Connection, now: i64) -> Result<bool> {
    let due: Option<i64> = Statement::new("SELECT 1 FROM comparisons WHERE due_at <= $1 LIMIT 1")
        .bind(now)
        .optional(connection)
        .await?;
    Ok(due.is_some())
}

/// Claims the oldest due comparison. Of several nodes one gets it: the others see a later due time.
pub(crate) async fn claim(connection: &mut Connection, claim: &Claim) -> Result<Option<Claimed>> {
    Statement::new(
        "UPDATE comparisons SET due_at = $1, claimed_by = $2, attempts = attempts + 1 WHERE due_at <= $3 AND id = \
         (SELECT id FROM comparisons WHERE due_at <= $3 ORDER BY due_at, id LIMIT 1) \
         RETURNING id, content_id, description_id, attempts",
    )
    .bind(claim.until)
    .bind(&claim.token)
    .bind(claim.now)
    .optional(connection)
    .await
}

row! {
    struct TextOf {
        id: i64,
        text: String,
    }

    struct Described {
        specification: String,
        document: String,
    }
}

/// A stored description.
pub(crate) struct StoredDescription {
    pub(crate) specification: Specification,
    pub(crate) document: String,
}

/// Returns the text of a content; `None` if it was deleted.
pub(crate) async fn contract(connection: &mut Connection, content: i64) -> Result<Option<String>> {
    Statement::new("SELECT document FROM contents WHERE id = $1")
        .bind(content)
        .optional(connection)
        .await
}

/// Returns the texts of contents, by id.
pub(crate) async fn contracts(connection: &mut Connection, contents: &[i64]) -> Result<HashMap<i64, String>> {
    let found: Vec<TextOf> = in_parts(connection, contents, |part| {
        Statement::with_ids("SELECT id, document FROM contents WHERE id IN {ids}", part)
    })
    .await?;
    Ok(found.into_iter().map(|row| (row.id, row.text)).collect())
}

/// Returns a description; `None` if it was deleted.
pub(crate) async fn description(connection: &mut Connection, id: i64) -> Result<Option<StoredDescription>> {
    let found: Option<Described> =
        Statement::new("SELECT specification, document FROM descriptions WHERE id = $1")
            .bind(id)
            .optional(connection)
            .await?;
    found
        .map(|found| {
            Ok(StoredDescription {
                specification: read_specification(id, &found.specification)?,
                document: found.document,
            })
        })
        .transpose()
}

/// A completed comparison.
#[derive(Debug, Clone)]
pub(crate) struct Made {
    pub(crate) claimed: Claimed,
    /// The claim under which it was made.
    pub(crate) token: String,
    pub(crate) compared: Compared,
}

row! {
    /// The consumer and the provider of a comparison, with their newest versions.
    struct Subjects {
        consumer_id: i64,
        provider_id: i64,
        consumer_version: Option<i64>,
        provider_version: Option<i64>,
    }
}

/// Stores a comparison, and adds events if its verdict differs from the previous one. Returns false if the
/// claim has expired and another node has the comparison.
pub(crate) async fn finish(connection: &mut Connection, made: &Made) -> Result<bool> {
    let Made {
        claimed,
        token,
        compared,
    } = made;
    let unwritable = |error| Error::unavailable("writing a comparison", error);
    let summary = serde_json::to_string(&compared.summary).map_err(unwritable)?;
    let result = serde_json::to_string(&compared.comparison).map_err(unwritable)?;
    let written = Statement::new(
        "UPDATE comparisons SET success = $1, summary = $2, result = $3, compared_at = $4, due_at = NULL, \
         claimed_by = NULL WHERE id = $5 AND claimed_by = $6",
    )
    .bind(compared.success.map(i64::from))
    .bind(summary)
    .bind(result)
    .bind(now())
    .bind(claimed.id)
    .bind(token)
    .execute(&mut *connection)
    .await?;
    if written == 0 {
        return Ok(false);
    }
    let Some(success) = compared.success else {
        return Ok(true);
    };
    if verdict_before(&mut *connection, claimed).await? == Some(success) {
        return Ok(true);
    }
    let subjects: Option<Subjects> = Statement::new(
        "SELECT t.consumer_id, t.provider_id, \
         (SELECT MAX(k.consumer_version_id) FROM current_publications k WHERE k.content_id = t.id), \
         (SELECT MAX(c.provider_version_id) FROM provider_contracts c WHERE c.description_id = $2) \
         FROM contents t WHERE t.id = $1",
    )
    .bind(claimed.content_id)
    .bind(claimed.description_id)
    .optional(&mut *connection)
    .await?;
    let Some(subjects) = subjects else { return Ok(true) };
    let outcome = if success {
        Event::ProviderVerificationSucceeded
    } else {
        Event::ProviderVerificationFailed
    };
    let entries = [Event::ProviderVerificationPublished, outcome].map(|event| outbox::Entry {
        consumer_version: subjects.consumer_version,
        provider_version: subjects.provider_version,
        content: Some(claimed.content_id),
        ..outbox::Entry::new(event, subjects.consumer_id, subjects.provider_id)
    });
    outbox::add(connection, &entries).await?;
    Ok(true)
}

/// Returns whether the contract fits the previous description that it was compared with; `None` if there is
/// no such description.
async fn verdict_before(connection: &mut Connection, claimed: &Claimed) -> Result<Option<bool>> {
    let success: Option<i64> = Statement::new(
        "SELECT success FROM comparisons WHERE content_id = $1 AND description_id < $2 AND success IS NOT NULL \
         ORDER BY description_id DESC LIMIT 1",
    )
    .bind(claimed.content_id)
    .bind(claimed.description_id)
    .optional(connection)
    .await?;
    Ok(success.map(|success| success != 0))
}

/// Releases the claim on a comparison, so that it is due now.
pub(crate) async fn give_back(connection: &mut Connection, made_by: &(Claimed, String)) -> Result<()> {
    let (claimed, token) = made_by;
    Statement::new("UPDATE comparisons SET due_at = $1, claimed_by = NULL WHERE id = $2 AND claimed_by = $3")
        .bind(now())
        .bind(claimed.id)
        .bind(token)
        .execute(connection)
        .await?;
    Ok(())
}

row! {
    /// A stored comparison.
    #[derive(Debug, Clone)]
    pub(crate) struct StoredComparison {
        pub(crate) id: i64,
        pub(crate) success: Option<bool>,
        pub(crate) compared_at: Option<i64>,
        summary: Option<String>,
    }

    /// A contract that was or will be compared with a description.
    #[derive(Debug, Clone)]
    pub(crate) struct ComparedContract {
        pub(crate) consumer: String,
        pub(crate) consumer_version: String,
        pub(crate) content_id: i64,
        pub(crate) comparison: StoredComparison,
    }
}

fn read_summary(id: i64, text: &str) -> Result<Summary> {
    serde_json::from_str(text).map_err(|error| Error::unreadable("comparisons", id, "summary", error))
}

impl StoredComparison {
    /// Returns the summary of the comparison; `None` until it is made.
    ///
    /// # Errors
    /// The stored summary cannot be parsed.
    pub(crate) fn summary(&self) -> Result<Option<Summary>> {
        self.summary
            .as_deref()
            .map(|text| read_summary(self.id, text))
            .transpose()
    }
}

/// Returns the comparison of a pairing; `None` if it was never queued.
pub(crate) async fn find(connection: &mut Connection, pairing: Pairing) -> Result<Option<StoredComparison>> {
    Statement::new(
        "SELECT id, success, compared_at, summary FROM comparisons WHERE content_id = $1 AND description_id = $2",
    )
    .bind(pairing.content)
    .bind(pairing.description)
    .optional(connection)
    .await
}

/// Returns the findings of a comparison, as JSON; `None` until it is made.
pub(crate) async fn result(connection: &mut Connection, id: i64) -> Result<Option<String>> {
    let found: Option<Option<String>> = Statement::new("SELECT result FROM comparisons WHERE id = $1")
        .bind(id)
        .optional(connection)
        .await?;
    Ok(found.flatten())
}

/// Returns summaries of comparisons, by id.
pub(crate) async fn summaries(connection: &mut Connection, ids: &[i64]) -> Result<HashMap<i64, Summary>> {
    let found: Vec<TextOf> = in_parts(connection, ids, |part| {
        Statement::with_ids(
            "SELECT id, summary FROM comparisons WHERE summary IS NOT NULL AND id IN {ids}",
            part,
        )
    })
    .await?;
    found
        .into_iter()
        .map(|row| Ok((row.id, read_summary(row.id, &row.text)?)))
        .collect()
}

/// Returns the newest contract of each content that was or will be compared with a description.
pub(crate) async fn of_description(
    connection: &mut Connection,
    description: i64,
) -> Result<Vec<ComparedContract>> {
    Statement::new(
        "SELECT c.name, v.number, t.id, k.id, k.success, k.compared_at, k.summary FROM comparisons k \
         JOIN contents t ON t.id = k.content_id JOIN pacticipants c ON c.id = t.consumer_id \
         JOIN versions v ON v.id = (SELECT MAX(o.consumer_version_id) FROM current_publications o \
         WHERE o.content_id = t.id) WHERE k.description_id = $1 ORDER BY c.name, v.id DESC LIMIT 500",
    )
    .bind(description)
    .all(connection)
    .await
}
