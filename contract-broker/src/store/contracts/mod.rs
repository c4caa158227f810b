//! Reads contracts: which version published which content.

mod aliases;
mod documents;
mod list;

pub(super) use self::aliases::{keep_alias, own_sha};
pub(crate) use self::{
    documents::{Document, document, documents},
    list::{ContractSet, Parties, list},
};
use super::{Connection, FromRow, Result, Statement, in_parts, integrations::PairIds, row};
use crate::domain::Refusal;

row! {
    /// A current publication: the latest revision of a consumer version's contract with a provider.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub(crate) struct Publication {
        pub(crate) id: i64,
        pub(crate) consumer_id: i64,
        pub(crate) consumer: String,
        pub(crate) consumer_version_id: i64,
        pub(crate) consumer_version: String,
        pub(crate) provider_id: i64,
        pub(crate) provider: String,
        pub(crate) content_id: i64,
        pub(crate) sha: String,
        pub(crate) created_at: i64,
    }
}

impl Publication {
    /// Returns its consumer and its provider.
    pub(crate) fn pair(&self) -> PairIds {
        PairIds {
            consumer: self.consumer_id,
            provider: self.provider_id,
        }
    }
}

/// The columns of a [`Publication`].
pub(super) const COLUMNS: &str = "k.publication_id, k.consumer_id, c.name, k.consumer_version_id, v.number, k.provider_id, \
                       p.name, k.content_id, t.sha, k.created_at";

/// The tables of a [`Publication`].
pub(super) const FROM: &str = "FROM current_publications k JOIN pacticipants c ON c.id = k.consumer_id \
                    JOIN pacticipants p ON p.id = k.provider_id JOIN versions v ON v.id = k.consumer_version_id \
                    JOIN contents t ON t.id = k.content_id";

/// Identifies a contract of a consumer with a provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ContractRef {
    /// Of this consumer version.
    Version(String),
    /// The newest.
    Latest,
    /// That of the newest version with the tag that has one.
    LatestWithTag(String),
    /// That of the newest version without any tag that has one.
    LatestUntagged,
    /// The newest on the branch.
    LatestOnBranch(String),
    /// The newest on the consumer's main branch.
    LatestOnMainBranch,
    /// The newest publication with this content.
    Sha(String),
}

/// Finds a contract.
pub(crate) async fn find(
    connection: &mut Connection,
    provider: &str,
    consumer: &str,
    which: &ContractRef,
) -> Result<Option<Publication>> {
    look_up(connection, COLUMNS, provider, consumer, which).await
}

/// Finds a contract and its document; refused if there is none.
pub(crate) async fn require_whole(
    connection: &mut Connection,
    provider: &str,
    consumer: &str,
    which: &ContractRef,
) -> Result<WholeContract> {
    let columns = format!("{COLUMNS}, t.document, t.edits");
    let found: Option<PublicationWithDocument> =
        look_up(connection, &columns, provider, consumer, which).await?;
    let PublicationWithDocument {
        publication,
        document,
        edits,
    } = found.ok_or_else(|| missing(provider, consumer, which))?;
    Ok(WholeContract {
        document: Document::new(publication.content_id, document, edits),
        publication,
    })
}

/// A contract with its document.
#[derive(Debug)]
pub(crate) struct WholeContract {
    pub(crate) publication: Publication,
    pub(crate) document: Document,
}

row! {
    struct PublicationWithDocument {
        publication: Publication,
        document: String,
        edits: String,
    }
}

/// Finds a contract; by the SHA that its content had at another broker as well.
async fn look_up<R: FromRow>(
    connection: &mut Connection,
    columns: &str,
    provider: &str,
    consumer: &str,
    which: &ContractRef,
) -> Result<Option<R>> {
    let found = look_up_own(connection, columns, provider, consumer, which).await?;
    let ContractRef::Sha(sha) = which else {
        return Ok(found);
    };
    if found.is_some() {
        return Ok(found);
    }
    match own_sha(connection, provider, consumer, sha).await? {
        Some(own) => look_up_own(connection, columns, provider, consumer, &ContractRef::Sha(own)).await,
        None => Ok(None),
    }
}

async fn look_up_own<R: FromRow>(
    connection: &mut Connection,
    columns: &str,
    provider: &str,
    consumer: &str,
    which: &ContractRef,
) -> Result<Option<R>> {
    // Ids from subselects are constants for the planner, so that the newest is one step in the index of the pair.
    let pair = "k.provider_id = (SELECT id FROM pacticipants WHERE name = $1) \
                AND k.consumer_id = (SELECT id FROM pacticipants WHERE name = $2)";
    let newest = "ORDER BY k.consumer_version_id DESC LIMIT 1";
    let (rest, name) = match which {
        ContractRef::Version(number) => (
            format!(
                "WHERE {pair} AND k.consumer_version_id = (SELECT n.id FROM versions n JOIN pacticipants o \
                 ON o.id = n.pacticipant_id WHERE o.name = $2 AND n.number = $3)"
            ),
            Some(number),
        ),
        ContractRef::Latest => (format!("WHERE {pair} {newest}"), None),
        ContractRef::LatestWithTag(tag) => (
            format!(
                "JOIN tag_contracts g ON g.pacticipant_id = k.consumer_id AND g.provider_id = k.provider_id \
                 AND g.consumer_version_id = k.consumer_version_id WHERE {pair} AND g.name = $3"
            ),
            Some(tag),
        ),
        ContractRef::LatestUntagged => (
            format!(
                "WHERE {pair} AND NOT EXISTS (SELECT 1 FROM tags g WHERE g.version_id = k.consumer_version_id) {newest}"
            ),
            None,
        ),
        ContractRef::LatestOnBranch(branch) => (
            format!(
                "JOIN branches b ON b.pacticipant_id = k.consumer_id JOIN branch_contracts h ON h.branch_id = b.id \
                 AND h.provider_id = k.provider_id AND h.consumer_version_id = k.consumer_version_id \
                 WHERE {pair} AND b.name = $3"
            ),
            Some(branch),
        ),
        ContractRef::LatestOnMainBranch => (
            format!(
                "JOIN branches b ON b.pacticipant_id = k.consumer_id AND b.name = c.main_branch \
                 JOIN branch_contracts h ON h.branch_id = b.id AND h.provider_id = k.provider_id \
                 AND h.consumer_version_id = k.consumer_version_id WHERE {pair}"
            ),
            None,
        ),
        ContractRef::Sha(sha) => (
            format!(
                "WHERE k.content_id = (SELECT id FROM contents WHERE sha = $3 \
                 AND provider_id = (SELECT id FROM pacticipants WHERE name = $1) \
                 AND consumer_id = (SELECT id FROM pacticipants WHERE name = $2)) {newest}"
            ),
            Some(sha),
        ),
    };
    let mut statement = Statement::new(format!("SELECT {columns} {FROM} {rest}"))
        .bind(provider)
        .bind(consumer);
    if let Some(name) = name {
        statement = statement.bind(name);
    }
    statement.optional(connection).await
}

/// Like [`find`]; refused if there is none.
pub(crate) async fn require(
    connection: &mut Connection,
    provider: &str,
    consumer: &str,
    which: &ContractRef,
) -> Result<Publication> {
    find(connection, provider, consumer, which)
        .await?
        .ok_or_else(|| missing(provider, consumer, which).into())
}

fn missing(provider: &str, consumer: &str, which: &ContractRef) -> Refusal {
    Refusal::NotFound(match which {
        ContractRef::Version(number) => {
            format!("No contract between version {number} of {consumer} and {provider} found")
        }
        ContractRef::Sha(sha) => {
            format!("No contract between {consumer} and {provider} with content {sha} found")
        }
        _ => format!("No such contract between {consumer} and {provider} found"),
    })
}

/// Returns the contract of `number` if its content is `sha`, otherwise the newest with that content.
pub(crate) async fn require_sha(
    connection: &mut Connection,
    provider: &str,
    consumer: &str,
    sha: &str,
    number: Option<&String>,
) -> Result<Publication> {
    if let Some(number) = number
        && let Some(publication) = find(
            connection,
            provider,
            consumer,
            &ContractRef::Version(number.clone()),
        )
        .await?
        && (publication.sha == sha
            || own_sha(connection, provider, consumer, sha).await?.as_ref() == Some(&publication.sha))
    {
        return Ok(publication);
    }
    require(connection, provider, consumer, &ContractRef::Sha(sha.to_owned())).await
}

/// Returns the id of a content, from its SHA here or at the broker from which it was moved in.
pub(crate) async fn content_id(
    connection: &mut Connection,
    provider: &str,
    consumer: &str,
    sha: &str,
) -> Result<i64> {
    if let Some(id) = id_of_sha(connection, provider, consumer, sha).await? {
        return Ok(id);
    }
    if let Some(own) = own_sha(connection, provider, consumer, sha).await?
        && let Some(id) = id_of_sha(connection, provider, consumer, &own).await?
    {
        return Ok(id);
    }
    Err(Refusal::NotFound(format!(
        "No contract between {consumer} and {provider} with content {sha} found"
    ))
    .into())
}

async fn id_of_sha(
    connection: &mut Connection,
    provider: &str,
    consumer: &str,
    sha: &str,
) -> Result<Option<i64>> {
    Statement::new(
        "SELECT t.id FROM pacticipants c, pacticipants p, contents t \
         WHERE c.name = $1 AND p.name = $2 AND t.consumer_id = c.id AND t.provider_id = p.id AND t.sha = $3",
    )
    .bind(consumer)
    .bind(provider)
    .bind(sha)
    .optional(connection)
    .await
}

/// Returns the newest consumer version whose contract has a content.
pub(crate) async fn newest_version_with(connection: &mut Connection, content: i64) -> Result<Option<i64>> {
    Statement::new(
        "SELECT consumer_version_id FROM current_publications WHERE content_id = $1 \
         ORDER BY consumer_version_id DESC LIMIT 1",
    )
    .bind(content)
    .optional(connection)
    .await
}

/// Returns the previous contract with different content.
pub(crate) async fn previous_distinct(
    connection: &mut Connection,
    publication: &Publication,
) -> Result<Option<Publication>> {
    Statement::new(format!(
        "SELECT {COLUMNS} {FROM} WHERE k.provider_id = $1 AND k.consumer_id = $2 AND k.consumer_version_id < $3 \
         AND k.content_id <> $4 ORDER BY k.consumer_version_id DESC LIMIT 1"
    ))
    .bind(publication.provider_id)
    .bind(publication.consumer_id)
    .bind(publication.consumer_version_id)
    .bind(publication.content_id)
    .optional(connection)
    .await
}

row! {
    /// The providers of a consumer version's contracts.
    pub(super) struct PublishedUnder {
        pub(super) provider_id: i64,
        pub(super) created_at: i64,
    }
}

/// Returns the contracts of a consumer version, by provider.
pub(super) async fn published_under(
    connection: &mut Connection,
    version: i64,
) -> Result<Vec<PublishedUnder>> {
    Statement::new(
        "SELECT provider_id, created_at FROM current_publications WHERE consumer_version_id = $1 ORDER BY provider_id",
    )
    .bind(version)
    .all(connection)
    .await
}

/// Returns the contracts of consumer versions.
pub(crate) async fn of_versions(connection: &mut Connection, versions: &[i64]) -> Result<Vec<Publication>> {
    let sql = format!("SELECT {COLUMNS} {FROM} WHERE k.consumer_version_id IN {{ids}} ORDER BY p.name");
    in_parts(connection, versions, |part| Statement::with_ids(&sql, part)).await
}
