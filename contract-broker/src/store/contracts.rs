//! Contracts as read: which version published which content.

use super::{
    Connection, Error, Result,
    connection::{self, FromRow},
    in_list::select_in,
    statement::Statement,
};
use crate::domain::{
    Refusal,
    content::{Edits, without_mark},
};

/// A publication that counts: the current revision of a consumer version's contract with a provider.
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

pub(super) type Row = (i64, i64, String, i64, String, i64, String, i64, String, i64);

pub(super) const COLUMNS: &str = "k.publication_id, k.consumer_id, c.name, k.consumer_version_id, v.number, k.provider_id, \
                       p.name, k.content_id, t.sha, k.created_at";

pub(super) const FROM: &str = "FROM current_publications k JOIN pacticipants c ON c.id = k.consumer_id \
                    JOIN pacticipants p ON p.id = k.provider_id JOIN versions v ON v.id = k.consumer_version_id \
                    JOIN contents t ON t.id = k.content_id";

pub(super) fn read(row: Row) -> Publication {
    Publication {
        id: row.0,
        consumer_id: row.1,
        consumer: row.2,
        consumer_version_id: row.3,
        consumer_version: row.4,
        provider_id: row.5,
        provider: row.6,
        content_id: row.7,
        sha: row.8,
        created_at: row.9,
    }
}

/// Which contract of a consumer with a provider is meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Which {
    /// Of this consumer version.
    Version(String),
    /// The newest.
    Latest,
    /// Of the newest version with the tag that has one.
    LatestWithTag(String),
    /// Of the newest version without any tag that has one.
    LatestUntagged,
    /// The newest on the branch.
    LatestOnBranch(String),
    /// The newest on the consumer's main branch.
    LatestOnMainBranch,
    /// The newest publication with this content.
    Sha(String),
}

/// The text of a content, and how to serve it.
#[derive(Debug, Clone)]
pub(crate) struct Document {
    /// As published, less a byte order mark.
    pub(crate) text: String,
    content: i64,
    /// JSON.
    edits: String,
}

impl Document {
    fn new(content: i64, stored: String, edits: String) -> Self {
        Self {
            text: readable(stored),
            content,
            edits,
        }
    }

    /// How to make the served form.
    ///
    /// # Errors
    /// The edits cannot be read: without them the contract would be served without the ids of its interactions.
    pub(crate) fn edits(&self) -> Result<Edits> {
        serde_json::from_str(&self.edits)
            .map_err(|error| Error::unreadable("contents", self.content, "edits", error))
    }
}

/// Finds a contract.
pub(crate) async fn find(
    connection: &mut Connection,
    provider: &str,
    consumer: &str,
    which: &Which,
) -> Result<Option<Publication>> {
    let row: Option<Row> = look_up(connection, COLUMNS, provider, consumer, which).await?;
    Ok(row.map(read))
}

/// Finds a contract and its document; refused when there is none.
pub(crate) async fn require_whole(
    connection: &mut Connection,
    provider: &str,
    consumer: &str,
    which: &Which,
) -> Result<(Publication, Document)> {
    let columns = format!("{COLUMNS}, t.document, t.edits");
    let found: Option<Whole> = look_up(connection, &columns, provider, consumer, which).await?;
    let Whole {
        publication,
        document,
    } = found.ok_or_else(|| missing(provider, consumer, which))?;
    Ok((publication, document))
}

/// A row with a document at its end.
struct Whole {
    publication: Publication,
    document: Document,
}

impl FromRow for Whole {
    fn from_row(row: &connection::Row<'_>) -> Result<Self> {
        let (text, edits): (String, String) = (row.column(10)?, row.column(11)?);
        let publication = read(Row::from_row(row)?);
        Ok(Self {
            document: Document::new(publication.content_id, text, edits),
            publication,
        })
    }
}

async fn look_up<R>(
    connection: &mut Connection,
    columns: &str,
    provider: &str,
    consumer: &str,
    which: &Which,
) -> Result<Option<R>>
where
    R: FromRow,
{
    // Ids by subselects: constants for the planner, so that the newest is one step in the index of the pair.
    let pair = "k.provider_id = (SELECT id FROM pacticipants WHERE name = $1) \
                AND k.consumer_id = (SELECT id FROM pacticipants WHERE name = $2)";
    let newest = "ORDER BY k.consumer_version_id DESC LIMIT 1";
    let (rest, name) = match which {
        Which::Version(number) => (
            format!(
                "WHERE {pair} AND k.consumer_version_id = (SELECT n.id FROM versions n JOIN pacticipants o \
                 ON o.id = n.pacticipant_id WHERE o.name = $2 AND n.number = $3)"
            ),
            number.as_str(),
        ),
        Which::Latest => (format!("WHERE {pair} AND $3 = $3 {newest}"), ""),
        Which::LatestWithTag(tag) => (
            format!(
                "JOIN tag_contracts g ON g.pacticipant_id = k.consumer_id AND g.provider_id = k.provider_id \
                 AND g.consumer_version_id = k.consumer_version_id WHERE {pair} AND g.name = $3"
            ),
            tag.as_str(),
        ),
        Which::LatestUntagged => (
            format!(
                "WHERE {pair} AND $3 = $3 \
                 AND NOT EXISTS (SELECT 1 FROM tags g WHERE g.version_id = k.consumer_version_id) {newest}"
            ),
            "",
        ),
        Which::LatestOnBranch(branch) => (
            format!(
                "JOIN branches b ON b.pacticipant_id = k.consumer_id JOIN branch_contracts h ON h.branch_id = b.id \
                 AND h.provider_id = k.provider_id AND h.consumer_version_id = k.consumer_version_id \
                 WHERE {pair} AND b.name = $3"
            ),
            branch.as_str(),
        ),
        Which::LatestOnMainBranch => (
            format!(
                "JOIN branches b ON b.pacticipant_id = k.consumer_id AND b.name = c.main_branch \
                 JOIN branch_contracts h ON h.branch_id = b.id AND h.provider_id = k.provider_id \
                 AND h.consumer_version_id = k.consumer_version_id WHERE {pair} AND $3 = $3"
            ),
            "",
        ),
        Which::Sha(sha) => (
            format!(
                "WHERE k.content_id = (SELECT id FROM contents WHERE sha = $3 \
                 AND provider_id = (SELECT id FROM pacticipants WHERE name = $1) \
                 AND consumer_id = (SELECT id FROM pacticipants WHERE name = $2)) {newest}"
            ),
            sha.as_str(),
        ),
    };
    let sql = format!("SELECT {columns} {FROM} {rest}");
    Statement::new(sql)
        .bind(provider)
        .bind(consumer)
        .bind(name)
        .optional(connection)
        .await
}

/// As [`find`]; refused when there is none.
pub(crate) async fn require(
    connection: &mut Connection,
    provider: &str,
    consumer: &str,
    which: &Which,
) -> Result<Publication> {
    find(connection, provider, consumer, which)
        .await?
        .ok_or_else(|| missing(provider, consumer, which).into())
}

fn missing(provider: &str, consumer: &str, which: &Which) -> Refusal {
    Refusal::NotFound(match which {
        Which::Version(number) => {
            format!("No contract between version {number} of {consumer} and {provider} found")
        }
        Which::Sha(sha) => {
            format!("No contract between {consumer} and {provider} with content {sha} found")
        }
        _ => format!("No such contract between {consumer} and {provider} found"),
    })
}

/// The contract of `number` if its content is `sha`, else the newest with that content.
pub(crate) async fn require_sha(
    connection: &mut Connection,
    provider: &str,
    consumer: &str,
    sha: &str,
    number: Option<&String>,
) -> Result<Publication> {
    if let Some(number) = number
        && let Some(publication) =
            find(connection, provider, consumer, &Which::Version(number.clone())).await?
        && publication.sha == sha
    {
        return Ok(publication);
    }
    require(connection, provider, consumer, &Which::Sha(sha.to_owned())).await
}

/// The text of a content and how to serve it.
pub(crate) async fn document(connection: &mut Connection, content: i64) -> Result<Document> {
    let row: Option<(String, String)> = Statement::new("SELECT document, edits FROM contents WHERE id = $1")
        .bind(content)
        .optional(connection)
        .await?;
    let (text, edits) =
        row.ok_or_else(|| Refusal::NotFound("The contract was deleted meanwhile".to_owned()))?;
    Ok(Document::new(content, text, edits))
}

/// A stored document without its byte order mark.
fn readable(stored: String) -> String {
    match without_mark(&stored) {
        text if text.len() < stored.len() => text.to_owned(),
        _ => stored,
    }
}

/// The texts of contents, without byte order marks.
pub(crate) async fn documents(connection: &mut Connection, contents: &[i64]) -> Result<Vec<(i64, String)>> {
    let rows: Vec<(i64, String)> = select_in(
        connection,
        |list| format!("SELECT id, document FROM contents WHERE id IN {list}"),
        &[],
        contents,
    )
    .await?;
    let texts = rows
        .into_iter()
        .map(|(content, stored)| (content, readable(stored)));
    Ok(texts.collect())
}

/// The id of a content.
pub(crate) async fn content_id(
    connection: &mut Connection,
    provider: &str,
    consumer: &str,
    sha: &str,
) -> Result<i64> {
    let row: Option<(i64,)> = Statement::new(
        "SELECT t.id FROM pacticipants c, pacticipants p, contents t \
         WHERE c.name = $1 AND p.name = $2 AND t.consumer_id = c.id AND t.provider_id = p.id AND t.sha = $3",
    )
    .bind(consumer)
    .bind(provider)
    .bind(sha)
    .optional(connection)
    .await?;
    row.map(|(id,)| id).ok_or_else(|| {
        Refusal::NotFound(format!(
            "No contract between {consumer} and {provider} with content {sha} found"
        ))
        .into()
    })
}

/// The newest consumer version whose contract has a content.
pub(crate) async fn newest_version_with(connection: &mut Connection, content: i64) -> Result<Option<i64>> {
    let row: Option<(i64,)> = Statement::new(
        "SELECT consumer_version_id FROM current_publications WHERE content_id = $1 \
         ORDER BY consumer_version_id DESC LIMIT 1",
    )
    .bind(content)
    .optional(connection)
    .await?;
    Ok(row.map(|row| row.0))
}

/// The contract before this one with other content.
pub(crate) async fn previous_distinct(
    connection: &mut Connection,
    publication: &Publication,
) -> Result<Option<Publication>> {
    let row: Option<Row> = Statement::new(format!(
        "SELECT {COLUMNS} {FROM} WHERE k.provider_id = $1 AND k.consumer_id = $2 AND k.consumer_version_id < $3 \
         AND k.content_id <> $4 ORDER BY k.consumer_version_id DESC LIMIT 1"
    ))
    .bind(publication.provider_id)
    .bind(publication.consumer_id)
    .bind(publication.consumer_version_id)
    .bind(publication.content_id)
    .optional(connection)
    .await?;
    Ok(row.map(read))
}

/// Which contracts of a provider, or of a pair, a list holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Set {
    Every,
    Latest,
    WithTag(String),
    LatestWithTag(String),
    OnBranch(String),
    LatestOnBranch(String),
    OnMainBranch,
    LatestOnMainBranch,
    InEnvironment(i64),
}

/// All contracts that [`list`] would give.
pub(crate) const WHOLE: (i64, i64) = (i64::MAX, 0);

/// Contracts of a provider (and of one consumer), of all providers where none is given, and how many there are; newest
/// first within a pair. `limit` is how many are wanted and how many are left out before them.
pub(crate) async fn list(
    connection: &mut Connection,
    provider: Option<i64>,
    consumer: Option<i64>,
    set: &Set,
    limit: (i64, i64),
) -> Result<(Vec<Publication>, i64)> {
    let mut conditions = vec!["$3 = $3".to_owned()];
    if provider.is_some() {
        conditions.push("k.provider_id = $1".into());
    } else {
        conditions.push("$1 = $1".into());
    }
    conditions.push(if consumer.is_some() {
        "k.consumer_id = $2".into()
    } else {
        "$2 = $2".to_owned()
    });
    let (joins, condition, name) = match set {
        Set::Every => ("", "", ""),
        Set::Latest => (
            "JOIN integrations i ON i.provider_id = k.provider_id AND i.consumer_id = k.consumer_id",
            "k.consumer_version_id = (SELECT MAX(n.consumer_version_id) FROM current_publications n \
             WHERE n.provider_id = i.provider_id AND n.consumer_id = i.consumer_id)",
            "",
        ),
        Set::WithTag(tag) => (
            "JOIN tags g ON g.version_id = k.consumer_version_id",
            "g.name = $3",
            tag.as_str(),
        ),
        Set::LatestWithTag(tag) => (
            "JOIN tag_contracts g ON g.pacticipant_id = k.consumer_id AND g.provider_id = k.provider_id \
             AND g.consumer_version_id = k.consumer_version_id",
            "g.name = $3",
            tag.as_str(),
        ),
        Set::OnBranch(branch) => (
            "JOIN branch_versions m ON m.version_id = k.consumer_version_id JOIN branches b ON b.id = m.branch_id",
            "b.name = $3",
            branch.as_str(),
        ),
        Set::OnMainBranch => (
            "JOIN branches b ON b.pacticipant_id = k.consumer_id AND b.name = c.main_branch \
             JOIN branch_versions m ON m.branch_id = b.id AND m.version_id = k.consumer_version_id",
            "",
            "",
        ),
        Set::LatestOnBranch(branch) => (
            "JOIN branches b ON b.pacticipant_id = k.consumer_id JOIN branch_contracts h ON h.branch_id = b.id \
             AND h.provider_id = k.provider_id AND h.consumer_version_id = k.consumer_version_id",
            "b.name = $3",
            branch.as_str(),
        ),
        Set::LatestOnMainBranch => (
            "JOIN branches b ON b.pacticipant_id = k.consumer_id AND b.name = c.main_branch \
             JOIN branch_contracts h ON h.branch_id = b.id AND h.provider_id = k.provider_id \
             AND h.consumer_version_id = k.consumer_version_id",
            "",
            "",
        ),
        Set::InEnvironment(_) => (
            "",
            "k.consumer_version_id IN (SELECT d.version_id FROM current_deployments d \
             WHERE d.environment_id = $4 AND d.pacticipant_id = k.consumer_id)",
            "",
        ),
    };
    if !condition.is_empty() {
        conditions.push(condition.to_owned());
    }
    let environment = if let Set::InEnvironment(id) = set { *id } else { 0 };
    let rest = format!("{FROM} {joins} WHERE {} AND $4 = $4", conditions.join(" AND "));
    let rows: Vec<Row> = Statement::new(format!(
        "SELECT {COLUMNS} {rest} ORDER BY c.name, p.name, k.consumer_version_id DESC LIMIT $5 OFFSET $6"
    ))
    .bind(provider.unwrap_or_default())
    .bind(consumer.unwrap_or_default())
    .bind(name)
    .bind(environment)
    .bind(limit.0)
    .bind(limit.1)
    .all(&mut *connection)
    .await?;
    let given = i64::try_from(rows.len()).unwrap_or(i64::MAX);
    let total = if limit.1 == 0 && given < limit.0 {
        given
    } else {
        let (total,): (i64,) = Statement::new(format!("SELECT COUNT(*) {rest}"))
            .bind(provider.unwrap_or_default())
            .bind(consumer.unwrap_or_default())
            .bind(name)
            .bind(environment)
            .one(connection)
            .await?;
        total
    };
    Ok((rows.into_iter().map(read).collect(), total))
}

/// The contracts of consumer versions.
pub(crate) async fn of_versions(connection: &mut Connection, versions: &[i64]) -> Result<Vec<Publication>> {
    let rows: Vec<Row> = select_in(
        connection,
        |list| format!("SELECT {COLUMNS} {FROM} WHERE k.consumer_version_id IN {list} ORDER BY p.name"),
        &[],
        versions,
    )
    .await?;
    Ok(rows.into_iter().map(read).collect())
}
