//! Verification results of contents by provider versions.

use std::collections::BTreeSet;

use serde::de::DeserializeOwned;
use serde_json::Value;

use super::{
    Connection, Error, Result, Statement, contracts, deletion, outbox, pacticipants, row, together, versions,
};
use crate::domain::{Refusal, events::Event, selection::Selection, time::now};

/// A result to store.
#[derive(Debug, Clone)]
pub(crate) struct NewResult {
    pub(crate) consumer: String,
    pub(crate) provider: String,
    pub(crate) sha: String,
    pub(crate) provider_version: String,
    pub(crate) success: bool,
    pub(crate) build_url: Option<String>,
    /// JSON.
    pub(crate) verified_by: Option<String>,
    /// JSON.
    pub(crate) test_results: Option<String>,
    pub(crate) selection: Selection,
    /// The place in a trace of the request.
    pub(crate) traceparent: Option<String>,
}

row! {
    /// A stored result. The id is its number.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub(crate) struct Verification {
        pub(crate) id: i64,
        pub(crate) content_id: i64,
        pub(crate) provider_version_id: i64,
        pub(crate) consumer: String,
        pub(crate) provider: String,
        pub(crate) sha: String,
        pub(crate) provider_version: String,
        pub(crate) success: bool,
        pub(crate) build_url: Option<String>,
        /// JSON.
        verified_by: Option<String>,
        /// JSON: the selection with which the contract was fetched.
        selection: Option<String>,
        pub(crate) created_at: i64,
    }

    /// A result with the verifier's test results.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub(crate) struct WholeVerification {
        pub(crate) result: Verification,
        /// JSON.
        test_results: Option<String>,
    }

    /// A contract of a consumer version.
    struct VerifiableContract {
        content_id: i64,
        provider: String,
    }

    /// A current result.
    struct Verified {
        content_id: i64,
        wip: i64,
        created_at: i64,
    }

    /// A result that may become current again.
    struct Earlier {
        id: i64,
        success: i64,
        created_at: i64,
    }
}

impl Verification {
    /// Returns who verified; `None` if the verifier did not say.
    ///
    /// # Errors
    /// It cannot be parsed.
    pub(crate) fn verified_by(&self) -> Result<Option<Value>> {
        self.json("verified_by", self.verified_by.as_deref())
    }

    /// Returns the selection with which the contract was fetched; an empty one if there was none.
    ///
    /// # Errors
    /// It cannot be parsed.
    pub(crate) fn selection(&self) -> Result<Selection> {
        Ok(self
            .json("selection", self.selection.as_deref())?
            .unwrap_or_default())
    }

    fn json<T: DeserializeOwned>(&self, column: &'static str, text: Option<&str>) -> Result<Option<T>> {
        text.map(serde_json::from_str)
            .transpose()
            .map_err(|error| Error::unreadable("verifications", self.id, column, error))
    }
}

impl WholeVerification {
    /// Returns the verifier's test results, if any.
    ///
    /// # Errors
    /// They cannot be parsed.
    pub(crate) fn test_results(&self) -> Result<Option<Value>> {
        self.result.json("test_results", self.test_results.as_deref())
    }
}

const SELECT: &str = "SELECT r.id, r.content_id, r.provider_version_id, c.name, p.name, k.sha, v.number, r.success, \
                      r.build_url, r.verified_by, r.selection, r.created_at";

const FROM: &str = "FROM verifications r JOIN pacticipants c ON c.id = r.consumer_id JOIN pacticipants p ON p.id = r.provider_id \
                      JOIN contents k ON k.id = r.content_id JOIN versions v ON v.id = r.provider_version_id";

/// Stores a result, with its events. A missing provider version is created.
pub(crate) async fn publish(connection: &mut Connection, result: &NewResult) -> Result<WholeVerification> {
    let content = contracts::content_id(connection, &result.provider, &result.consumer, &result.sha).await?;
    let names = [result.consumer.clone(), result.provider.clone()];
    let ids = pacticipants::ensure(connection, &names).await?;
    let (consumer, provider) = (ids[&result.consumer], ids[&result.provider]);
    let version = versions::ensure(connection, provider, &result.provider_version, None)
        .await?
        .id;
    let at = now();
    let success = i64::from(result.success);
    let selection = serde_json::to_string(&result.selection)
        .map_err(|error| Error::unavailable("writing a verification result", error))?;
    let id = Statement::new(
        "INSERT INTO verifications (content_id, provider_version_id, consumer_id, provider_id, success, wip, pending, \
         build_url, verified_by, selection, created_at, test_results) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) RETURNING id",
    )
    .bind(content)
    .bind(version)
    .bind(consumer)
    .bind(provider)
    .bind(success)
    .bind(i64::from(result.selection.wip))
    .bind(i64::from(result.selection.pending))
    .bind(&result.build_url)
    .bind(&result.verified_by)
    .bind(selection)
    .bind(at)
    .bind(&result.test_results)
    .one(&mut *connection)
    .await?;
    set_current(connection, content, version, id, success, at).await?;
    if result.success {
        let wip = i64::from(result.selection.wip);
        let (mut branches, mut tags) = (Vec::<String>::new(), Vec::<String>::new());
        together(
            connection,
            &mut [
                Statement::new(
                    "SELECT b.name FROM branch_versions m JOIN branches b ON b.id = m.branch_id \
                     WHERE m.version_id = $1 ORDER BY b.name",
                )
                .bind(version)
                .into_rows(&mut branches),
                Statement::new("SELECT name FROM tags WHERE version_id = $1 ORDER BY name")
                    .bind(version)
                    .into_rows(&mut tags),
            ],
        )
        .await?;
        let branches = branches.iter().map(|name| BranchOrTag::Branch(name));
        for line in branches.chain(tags.iter().map(|name| BranchOrTag::Tag(name))) {
            note_success(connection, content, line, wip, at).await?;
        }
    }
    let numbers: BTreeSet<&String> = result.selection.consumer_versions.iter().collect();
    let numbers: Vec<String> = numbers.into_iter().cloned().collect();
    let mut subjects: Vec<Option<i64>> = versions::ids(connection, consumer, &numbers)
        .await?
        .into_iter()
        .map(Some)
        .collect();
    if subjects.is_empty() {
        subjects.push(contracts::newest_version_with(connection, content).await?);
    }
    let outcome = if result.success {
        Event::ProviderVerificationSucceeded
    } else {
        Event::ProviderVerificationFailed
    };
    let entries: Vec<outbox::Entry> = subjects
        .into_iter()
        .flat_map(|consumer_version| {
            [Event::ProviderVerificationPublished, outcome].map(|event| outbox::Entry {
                consumer_version,
                provider_version: Some(version),
                content: Some(content),
                verification: Some(id),
                traceparent: result.traceparent.clone(),
                ..outbox::Entry::new(event, consumer, provider)
            })
        })
        .collect();
    outbox::add(connection, &entries).await?;
    require(connection, &result.provider, &result.consumer, &result.sha, id).await
}

/// Makes a result the current one for its content and provider version, unless a newer one is.
async fn set_current(
    connection: &mut Connection,
    content: i64,
    version: i64,
    verification: i64,
    success: i64,
    at: i64,
) -> Result<()> {
    let inserted = Statement::new(
        "INSERT INTO current_verifications (content_id, provider_version_id, verification_id, success, created_at) \
         VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
    )
    .bind(content)
    .bind(version)
    .bind(verification)
    .bind(success)
    .bind(at)
    .execute(&mut *connection)
    .await?;
    if inserted == 0 {
        Statement::new(
            "UPDATE current_verifications SET verification_id = $1, success = $2, created_at = $3 \
             WHERE content_id = $4 AND provider_version_id = $5 AND verification_id < $1",
        )
        .bind(verification)
        .bind(success)
        .bind(at)
        .bind(content)
        .bind(version)
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}

/// The name of a branch or a tag.
#[derive(Debug, Clone, Copy)]
pub(super) enum BranchOrTag<'a> {
    Branch(&'a str),
    Tag(&'a str),
}

impl<'a> BranchOrTag<'a> {
    /// Returns the stored kind.
    pub(super) fn kind(self) -> &'static str {
        match self {
            Self::Branch(_) => "branch",
            Self::Tag(_) => "tag",
        }
    }

    pub(super) fn name(self) -> &'a str {
        match self {
            Self::Branch(name) | Self::Tag(name) => name,
        }
    }
}

/// Records that a content was verified successfully on a branch or with a tag.
async fn note_success(
    connection: &mut Connection,
    content: i64,
    line: BranchOrTag<'_>,
    wip: i64,
    at: i64,
) -> Result<()> {
    let inserted = Statement::new(
        "INSERT INTO verified_on (content_id, kind, name, wip, first_at, last_at) VALUES ($1, $2, $3, $4, $5, $5) \
         ON CONFLICT DO NOTHING",
    )
    .bind(content)
    .bind(line.kind())
    .bind(line.name())
    .bind(wip)
    .bind(at)
    .execute(&mut *connection)
    .await?;
    if inserted == 0 {
        Statement::new(
            "UPDATE verified_on SET last_at = $1 \
             WHERE content_id = $2 AND kind = $3 AND name = $4 AND wip = $5 AND last_at < $1",
        )
        .bind(at)
        .bind(content)
        .bind(line.kind())
        .bind(line.name())
        .bind(wip)
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}

/// Records for every content that a version verified successfully that the version was on a branch or had a tag.
pub(super) async fn note_line(
    connection: &mut Connection,
    version: i64,
    line: BranchOrTag<'_>,
) -> Result<()> {
    let verified: Vec<Verified> = Statement::new(
        "SELECT c.content_id, r.wip, c.created_at FROM current_verifications c \
         JOIN verifications r ON r.id = c.verification_id \
         WHERE c.provider_version_id = $1 AND c.success = 1 ORDER BY c.content_id",
    )
    .bind(version)
    .all(&mut *connection)
    .await?;
    for one in verified {
        note_success(connection, one.content_id, line, one.wip, one.created_at).await?;
    }
    Ok(())
}

/// Returns the result with this number. The content may be named by its SHA at the broker from which it was moved in.
pub(crate) async fn require(
    connection: &mut Connection,
    provider: &str,
    consumer: &str,
    sha: &str,
    number: i64,
) -> Result<WholeVerification> {
    let mut found = numbered(connection, provider, consumer, sha, number).await?;
    if found.is_none()
        && let Some(own) = contracts::own_sha(connection, provider, consumer, sha).await?
    {
        found = numbered(connection, provider, consumer, &own, number).await?;
    }
    found.ok_or_else(|| Refusal::NotFound(format!("No verification result {number} found")).into())
}

async fn numbered(
    connection: &mut Connection,
    provider: &str,
    consumer: &str,
    sha: &str,
    number: i64,
) -> Result<Option<WholeVerification>> {
    Statement::new(format!(
        "{SELECT}, r.test_results {FROM} WHERE r.id = $1 AND p.name = $2 AND c.name = $3 AND k.sha = $4"
    ))
    .bind(number)
    .bind(provider)
    .bind(consumer)
    .bind(sha)
    .optional(connection)
    .await
}

/// Returns the newest result for a content.
pub(crate) async fn latest_of_content(
    connection: &mut Connection,
    content: i64,
) -> Result<Option<WholeVerification>> {
    Statement::new(format!("{SELECT}, r.test_results {FROM} {NEWEST}"))
        .bind(content)
        .optional(connection)
        .await
}

/// The newest result of a content by a provider version.
pub(crate) async fn latest_by(
    connection: &mut Connection,
    content: i64,
    version: i64,
) -> Result<Option<WholeVerification>> {
    Statement::new(format!(
        "{SELECT}, r.test_results {FROM} WHERE r.content_id = $1 AND r.provider_version_id = $2 \
         ORDER BY r.id DESC LIMIT 1"
    ))
    .bind(content)
    .bind(version)
    .optional(connection)
    .await
}

const NEWEST: &str = "WHERE r.content_id = $1 ORDER BY r.id DESC LIMIT 1";

/// Returns the newest result of a provider version for each content that a description was or will be compared with.
pub(crate) async fn of_compared(
    connection: &mut Connection,
    version: i64,
    description: i64,
) -> Result<Vec<Verification>> {
    Statement::new(format!(
        "{SELECT} {FROM} JOIN current_verifications q ON q.verification_id = r.id \
         JOIN comparisons m ON m.content_id = q.content_id AND m.description_id = $2 \
         WHERE q.provider_version_id = $1"
    ))
    .bind(version)
    .bind(description)
    .all(connection)
    .await
}

/// A contract with its newest result.
#[derive(Debug)]
pub(crate) struct LatestOfProvider {
    pub(crate) provider: String,
    /// `None` if it was never verified.
    pub(crate) result: Option<Verification>,
}

/// Returns the newest result for each content of a consumer version, by provider; without test results, which each
/// result has at its own URL.
pub(crate) async fn latest_of_consumer_version(
    connection: &mut Connection,
    version: i64,
) -> Result<Vec<LatestOfProvider>> {
    let contracts: Vec<VerifiableContract> = Statement::new(
        "SELECT c.content_id, p.name FROM current_publications c JOIN pacticipants p ON p.id = c.provider_id \
         WHERE c.consumer_version_id = $1 ORDER BY p.name",
    )
    .bind(version)
    .all(&mut *connection)
    .await?;
    let mut results = Vec::with_capacity(contracts.len());
    for contract in contracts {
        let result = Statement::new(format!("{SELECT} {FROM} {NEWEST}"))
            .bind(contract.content_id)
            .optional(&mut *connection)
            .await?;
        results.push(LatestOfProvider {
            provider: contract.provider,
            result,
        });
    }
    Ok(results)
}

/// Deletes a result and the deliveries that it triggered, except pending ones; the previous one for the same content
/// and provider version becomes current again.
pub(crate) async fn delete(connection: &mut Connection, found: &Verification) -> Result<()> {
    // Other transactions that publish a result of this version wait.
    deletion::lock_versions(connection, &[found.provider_version_id]).await?;
    for sql in [
        "DELETE FROM triggered_webhooks WHERE verification_id = $1 AND due_at IS NULL",
        "DELETE FROM current_verifications WHERE verification_id = $1",
        "DELETE FROM verifications WHERE id = $1",
    ] {
        Statement::new(sql)
            .bind(found.id)
            .execute(&mut *connection)
            .await?;
    }
    let before: Option<Earlier> = Statement::new(
        "SELECT id, success, created_at FROM verifications WHERE content_id = $1 AND provider_version_id = $2 \
         ORDER BY id DESC LIMIT 1",
    )
    .bind(found.content_id)
    .bind(found.provider_version_id)
    .optional(&mut *connection)
    .await?;
    if let Some(before) = before {
        set_current(
            connection,
            found.content_id,
            found.provider_version_id,
            before.id,
            before.success,
            before.created_at,
        )
        .await?;
    }
    Ok(())
}
