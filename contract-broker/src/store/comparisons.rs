//! Comparisons of contracts with descriptions: which are to be made, by whom, and what they came to.

use std::collections::HashMap;

use super::{
    Connection, Error, Result, Statement, in_parts, outbox, provider_contracts::read_specification, row,
};
use crate::domain::{
    bidirectional::{Compared, Specification, Summary},
    events::Event,
    time::now,
};

/// How many of the newest heads of branches matter, on each side.
const RECENT: i64 = 100;

/// A content and a description.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Pairing {
    pub(crate) content: i64,
    pub(crate) description: i64,
}

/// The contents of a provider's contracts that matter: deployed, released, the newest of main branches, of recent branches,
/// and of each consumer. Always asked from the short list to the long one: `CROSS JOIN` keeps SQLite to this order.
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

/// As [`CONTENTS`], the descriptions of a provider that matter.
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

/// Queues the comparisons of a description with the contracts that matter; says how many are new.
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

/// Queues comparisons that somebody asks for.
pub(crate) async fn queue(connection: &mut Connection, pairings: &[Pairing]) -> Result<()> {
    let at = now();
    for Pairing { content, description } in pairings {
        // What was deleted meanwhile is not compared any more.
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

/// What a node asks for when it claims a comparison.
#[derive(Debug, Clone)]
pub(crate) struct Claim {
    /// Names this claim and no other.
    pub(crate) token: String,
    pub(crate) now: i64,
    /// When the comparison is due again if the node does not come back.
    pub(crate) until: i64,
}

row! {
    /// A comparison that a node has in hand.
    #[derive(Debug, Clone)]
    pub(crate) struct Claimed {
        pub(crate) id: i64,
        pub(crate) content_id: i64,
        pub(crate) description_id: i64,
        /// How often it was begun, this time included.
        pub(crate) attempts: i64,
    }
}

/// Whether a comparison is due.
pub(crate) async fn is_any_due(connection: &mut Connection, now: i64) -> Result<bool> {
    let due: Option<i64> = Statement::new("SELECT 1 FROM comparisons WHERE due_at <= $1 LIMIT 1")
        .bind(now)
        .optional(connection)
        .await?;
    Ok(due.is_some())
}

/// Claims the oldest comparison that is due. Of several nodes one gets it: whoever comes second finds it due later.
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

/// A description as it is stored.
pub(crate) struct StoredDescription {
    pub(crate) specification: Specification,
    pub(crate) document: String,
}

/// The text of a content; `None` where it is gone.
pub(crate) async fn contract(connection: &mut Connection, content: i64) -> Result<Option<String>> {
    Statement::new("SELECT document FROM contents WHERE id = $1")
        .bind(content)
        .optional(connection)
        .await
}

/// The texts of contents, by id.
pub(crate) async fn contracts(connection: &mut Connection, contents: &[i64]) -> Result<HashMap<i64, String>> {
    let found: Vec<TextOf> = in_parts(connection, contents, |part| {
        Statement::with_ids("SELECT id, document FROM contents WHERE id IN {ids}", part)
    })
    .await?;
    Ok(found.into_iter().map(|row| (row.id, row.text)).collect())
}

/// A description; `None` where it is gone.
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

/// What a node says of a comparison that it made.
#[derive(Debug, Clone)]
pub(crate) struct Made {
    pub(crate) claimed: Claimed,
    /// The claim under which it was made.
    pub(crate) token: String,
    pub(crate) compared: Compared,
}

row! {
    /// Whom a comparison is about.
    struct Subjects {
        consumer_id: i64,
        provider_id: i64,
        consumer_version: Option<i64>,
        provider_version: Option<i64>,
    }
}

/// Writes a comparison down, with the events that follow if the contract fits no longer, or fits now; false where another
/// node has it in hand now.
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

/// Returns whether the contract fits the newest description before this one with which it was compared; `None` if there
/// is none.
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

/// Gives a comparison back, to be made again at once.
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
    /// A comparison as it is stored.
    #[derive(Debug, Clone)]
    pub(crate) struct StoredComparison {
        pub(crate) id: i64,
        pub(crate) success: Option<bool>,
        pub(crate) compared_at: Option<i64>,
        summary: Option<String>,
    }

    /// A contract that was or is to be compared with a description.
    #[derive(Debug, Clone)]
    pub(crate) struct ComparedContract {
        pub(crate) consumer: String,
        pub(crate) consumer_version: String,
        pub(crate) comparison: StoredComparison,
    }
}

fn read_summary(id: i64, text: &str) -> Result<Summary> {
    serde_json::from_str(text).map_err(|error| Error::unreadable("comparisons", id, "summary", error))
}

impl StoredComparison {
    /// The comparison in short; `None` until it is made.
    ///
    /// # Errors
    /// It cannot be read.
    pub(crate) fn summary(&self) -> Result<Option<Summary>> {
        self.summary
            .as_deref()
            .map(|text| read_summary(self.id, text))
            .transpose()
    }
}

/// The comparison of a pairing, if anybody asked for it.
pub(crate) async fn find(connection: &mut Connection, pairing: Pairing) -> Result<Option<StoredComparison>> {
    Statement::new(
        "SELECT id, success, compared_at, summary FROM comparisons WHERE content_id = $1 AND description_id = $2",
    )
    .bind(pairing.content)
    .bind(pairing.description)
    .optional(connection)
    .await
}

/// The findings of a comparison, as JSON; `None` until it is made.
pub(crate) async fn result(connection: &mut Connection, id: i64) -> Result<Option<String>> {
    let found: Option<Option<String>> = Statement::new("SELECT result FROM comparisons WHERE id = $1")
        .bind(id)
        .optional(connection)
        .await?;
    Ok(found.flatten())
}

/// Comparisons in short, by id.
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

/// The newest contract of each content that was or is to be compared with a description.
pub(crate) async fn of_description(
    connection: &mut Connection,
    description: i64,
) -> Result<Vec<ComparedContract>> {
    Statement::new(
        "SELECT c.name, v.number, k.id, k.success, k.compared_at, k.summary FROM comparisons k \
         JOIN contents t ON t.id = k.content_id JOIN pacticipants c ON c.id = t.consumer_id \
         JOIN versions v ON v.id = (SELECT MAX(o.consumer_version_id) FROM current_publications o \
         WHERE o.content_id = t.id) WHERE k.description_id = $1 ORDER BY c.name, v.id DESC LIMIT 500",
    )
    .bind(description)
    .all(connection)
    .await
}
