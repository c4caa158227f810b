//! Tags of versions, the newest version with each tag, and its newest contract for every provider.

use super::{Connection, Result, Statement, branches, contracts, deployments, row, verifications};
use crate::domain::{Refusal, time::now};

/// How long after its creation a version without a branch uses its first tag as its branch.
const FIRST_TAG_IS_BRANCH: i64 = 10_000_000;

row! {
    /// A tagged version.
    pub(crate) struct Tagged {
        pub(crate) version_id: i64,
        /// When it was tagged.
        pub(crate) created_at: i64,
    }
}

/// Returns the version with this number if it has the tag.
pub(crate) async fn find(
    connection: &mut Connection,
    pacticipant: &str,
    version: &str,
    tag: &str,
) -> Result<Tagged> {
    let tagged: Option<Tagged> = Statement::new(
        "SELECT v.id, t.created_at FROM pacticipants p JOIN versions v ON v.pacticipant_id = p.id \
         JOIN tags t ON t.version_id = v.id WHERE p.name = $1 AND v.number = $2 AND t.name = $3",
    )
    .bind(pacticipant)
    .bind(version)
    .bind(tag)
    .optional(connection)
    .await?;
    tagged.ok_or_else(|| {
        Refusal::NotFound(format!(
            "No tag '{tag}' of version {version} of '{pacticipant}' found"
        ))
        .into()
    })
}

/// Tags a version; returns true if the tag is new. The first tag of a new version without a branch also becomes its
/// branch; a tag with the name of an environment records a deployment there (both for compatibility with clients that
/// only know tags).
pub(crate) async fn add(
    connection: &mut Connection,
    pacticipant: i64,
    version: i64,
    tag: &str,
    main_candidates: &[String],
) -> Result<bool> {
    let at = now();
    if !add_alone(connection, pacticipant, version, tag, at).await? {
        return Ok(false);
    }
    let young: bool = Statement::new(
        "SELECT CASE WHEN v.created_at > $2 \
         AND NOT EXISTS (SELECT 1 FROM branch_versions m WHERE m.version_id = v.id) \
         AND NOT EXISTS (SELECT 1 FROM tags t WHERE t.version_id = v.id AND t.name <> $3) \
         THEN 1 ELSE 0 END FROM versions v WHERE v.id = $1",
    )
    .bind(version)
    .bind(at - FIRST_TAG_IS_BRANCH)
    .bind(tag)
    .one(&mut *connection)
    .await?;
    if young {
        branches::add_version(connection, pacticipant, version, tag, true, main_candidates).await?;
    }
    deployments::deploy_to_environment_named(connection, pacticipant, version, tag).await?;
    Ok(true)
}

/// Tags a version as [`add`], at that time, and without its effects on branches and deployments.
pub(super) async fn add_alone(
    connection: &mut Connection,
    pacticipant: i64,
    version: i64,
    tag: &str,
    at: i64,
) -> Result<bool> {
    let inserted = Statement::new(
        "INSERT INTO tags (version_id, name, pacticipant_id, created_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
    )
    .bind(version)
    .bind(tag)
    .bind(pacticipant)
    .bind(at)
    .execute(&mut *connection)
    .await?;
    if inserted == 0 {
        return Ok(false);
    }
    set_head(connection, pacticipant, tag, version, at).await?;
    let published = contracts::published_under(connection, version).await?;
    for contract in published {
        set_contract(
            connection,
            pacticipant,
            tag,
            contract.provider_id,
            version,
            contract.created_at,
        )
        .await?;
    }
    verifications::note_line(connection, version, verifications::BranchOrTag::Tag(tag)).await?;
    Ok(true)
}

/// Records the newest version with a tag and the tag's first use. If two transactions tag concurrently on PostgreSQL,
/// the later one here may have tagged first.
async fn set_head(
    connection: &mut Connection,
    pacticipant: i64,
    tag: &str,
    version: i64,
    at: i64,
) -> Result<()> {
    // The row that blocked the insert may be deleted before it is updated; a repeated insert then succeeds.
    for _ in 0..2 {
        let inserted = Statement::new(
            "INSERT INTO tag_heads (pacticipant_id, name, version_id, first_tagged_at) VALUES ($1, $2, $3, $4) \
             ON CONFLICT DO NOTHING",
        )
        .bind(pacticipant)
        .bind(tag)
        .bind(version)
        .bind(at)
        .execute(&mut *connection)
        .await?;
        if inserted > 0 {
            break;
        }
        let updated = Statement::new(
            "UPDATE tag_heads SET version_id = CASE WHEN version_id < $1 THEN $1 ELSE version_id END, \
             first_tagged_at = CASE WHEN first_tagged_at > $4 THEN $4 ELSE first_tagged_at END \
             WHERE pacticipant_id = $2 AND name = $3 AND (version_id < $1 OR first_tagged_at > $4)",
        )
        .bind(version)
        .bind(pacticipant)
        .bind(tag)
        .bind(at)
        .execute(&mut *connection)
        .await?;
        if updated > 0 {
            break;
        }
    }
    Ok(())
}

/// Makes the contract of a version the newest with the tag for the provider, unless a newer version has one.
pub(super) async fn set_contract(
    connection: &mut Connection,
    pacticipant: i64,
    tag: &str,
    provider: i64,
    version: i64,
    published_at: i64,
) -> Result<()> {
    for _ in 0..2 {
        let inserted = Statement::new(
            "INSERT INTO tag_contracts (pacticipant_id, name, provider_id, consumer_version_id, published_at) \
             VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
        )
        .bind(pacticipant)
        .bind(tag)
        .bind(provider)
        .bind(version)
        .bind(published_at)
        .execute(&mut *connection)
        .await?;
        if inserted > 0 {
            break;
        }
        let updated = Statement::new(
            "UPDATE tag_contracts SET consumer_version_id = $1, published_at = $2 \
             WHERE pacticipant_id = $3 AND name = $4 AND provider_id = $5 AND consumer_version_id <= $1",
        )
        .bind(version)
        .bind(published_at)
        .bind(pacticipant)
        .bind(tag)
        .bind(provider)
        .execute(&mut *connection)
        .await?;
        if updated > 0 {
            break;
        }
    }
    Ok(())
}
