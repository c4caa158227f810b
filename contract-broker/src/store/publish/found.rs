//! Looks up the names in a request, and its version.

use std::collections::{BTreeMap, HashMap};

use super::{
    super::{Connection, Result, Statement, row, together},
    Existing, Lines, Publish,
};
use crate::domain::time::now;

/// The existing names in a request.
pub(super) struct Found {
    /// Pacticipants that exist, with their ids.
    pub(super) ids: BTreeMap<String, i64>,
    /// The consumer version, if the consumer exists.
    pub(super) version: Option<i64>,
    /// Whether the version was created by this transaction.
    pub(super) created: bool,
    pub(super) branch: Option<Branch>,
    /// The version's position on the branch, if it was added by this transaction.
    pub(super) position: Option<i64>,
}

row! {
    /// The branch of a request.
    pub(super) struct Branch {
        pub(super) id: i64,
        /// The position of its head, if it has one.
        pub(super) head: Option<i64>,
    }

    struct Known {
        id: i64,
        name: String,
    }

    /// An existing contract of a version with a provider.
    struct ExistingContract {
        provider_id: i64,
        existing: Existing,
    }
}

/// Looks up the names in a request, creates the version of an existing consumer, and adds it to an existing branch.
pub(super) async fn begin(connection: &mut Connection, publish: &Publish, names: &[String]) -> Result<Found> {
    let Publish {
        consumer,
        version,
        branch,
        build_url,
        ..
    } = publish;
    let (mut known, mut versions, mut branches) =
        (Vec::<Known>::new(), Vec::<i64>::new(), Vec::<Branch>::new());
    let (mut created, mut position) = (Vec::<i64>::new(), Vec::<i64>::new());
    together(
        connection,
        &mut [
            Statement::new("SELECT id, name FROM pacticipants WHERE name IN ")
                .texts(names)
                .into_rows(&mut known),
            Statement::new(
                "SELECT v.id FROM pacticipants p JOIN versions v ON v.pacticipant_id = p.id \
                 WHERE p.name = $1 AND v.number = $2",
            )
            .bind(consumer)
            .bind(version)
            .into_rows(&mut versions),
            Statement::new(
                "SELECT b.id, h.position FROM pacticipants p JOIN branches b ON b.pacticipant_id = p.id \
                 LEFT JOIN branch_heads h ON h.branch_id = b.id WHERE p.name = $1 AND b.name = $2",
            )
            .bind(consumer)
            .bind(branch)
            .into_rows(&mut branches),
            Statement::new(
                "INSERT INTO versions (pacticipant_id, number, build_url, created_at, updated_at) \
                 SELECT id, $2, $3, $4, $4 FROM pacticipants WHERE name = $1 ON CONFLICT DO NOTHING RETURNING id",
            )
            .bind(consumer)
            .bind(version)
            .bind(build_url)
            .bind(now())
            .into_rows(&mut created),
            Statement::new(
                "INSERT INTO branch_versions (branch_id, version_id, auto_created, created_at) \
                 SELECT b.id, v.id, 0, $4 FROM pacticipants p JOIN branches b ON b.pacticipant_id = p.id \
                 JOIN versions v ON v.pacticipant_id = p.id WHERE p.name = $1 AND b.name = $2 AND v.number = $3 \
                 ON CONFLICT DO NOTHING RETURNING id",
            )
            .bind(consumer)
            .bind(branch)
            .bind(version)
            .bind(now())
            .into_rows(&mut position),
        ],
    )
    .await?;
    Ok(Found {
        ids: known.into_iter().map(|known| (known.name, known.id)).collect(),
        version: created.first().or(versions.first()).copied(),
        created: !created.is_empty(),
        branch: branches.into_iter().next(),
        position: position.first().copied(),
    })
}

/// The state of a version that may have existed before.
pub(super) struct Standing {
    /// The lines of development that it belongs to.
    pub(super) lines: Lines,
    /// Its contracts, by provider.
    pub(super) existing: HashMap<i64, Existing>,
}

/// Returns the lines of development of a version, and its contracts with these providers.
pub(super) async fn standing(
    connection: &mut Connection,
    version: i64,
    providers: &[i64],
) -> Result<Standing> {
    let mut lines = Lines::default();
    let mut existing = Vec::<ExistingContract>::new();
    together(
        connection,
        &mut [
            Statement::new(
                "SELECT b.id, b.name, m.id FROM branch_versions m JOIN branches b ON b.id = m.branch_id \
                 WHERE m.version_id = $1 ORDER BY b.id",
            )
            .bind(version)
            .into_rows(&mut lines.branches),
            Statement::new("SELECT name FROM tags WHERE version_id = $1 ORDER BY name")
                .bind(version)
                .into_rows(&mut lines.tags),
            Statement::new(
                "SELECT k.provider_id, k.publication_id, k.content_id, n.revision, t.sha, OCTET_LENGTH(t.document) \
                 FROM current_publications k \
                 JOIN publications n ON n.id = k.publication_id JOIN contents t ON t.id = k.content_id \
                 WHERE k.consumer_version_id = ",
            )
            .value(version)
            .sql(" AND k.provider_id IN ")
            .numbers(providers)
            .into_rows(&mut existing),
        ],
    )
    .await?;
    let existing = existing.into_iter().map(|one| (one.provider_id, one.existing));
    Ok(Standing {
        lines,
        existing: existing.collect(),
    })
}
