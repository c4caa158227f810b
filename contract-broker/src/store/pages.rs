//! Data of the pages beyond what the other modules read. Each function runs one query, independent of the number of
//! rows.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::{
    Connection, Error, Listed, Result, Slice, Statement, deployments::Kind, distinct, in_parts,
    integrations::PairIds, row, together,
};

row! {
    struct BranchOfVersion {
        version_id: i64,
        name: String,
    }

    struct VerifiedPair {
        consumer: i64,
        provider: i64,
    }

    /// A version of a contract.
    pub(crate) struct ContractVersion {
        pub(crate) version_id: i64,
        pub(crate) number: String,
        pub(crate) content_id: i64,
        pub(crate) published_at: i64,
    }

    /// The result of a provider version for a content.
    pub(crate) struct ResultOfContent {
        /// The number in its URL.
        pub(crate) id: i64,
        pub(crate) sha: String,
        pub(crate) content_id: i64,
        pub(crate) provider_version: String,
        pub(crate) success: bool,
        pub(crate) verified_at: i64,
    }

    /// The newest result of a content.
    #[derive(Debug, Clone, Copy)]
    pub(crate) struct NewestResult {
        pub(crate) success: bool,
        /// Whether the content was pending.
        pub(crate) pending: bool,
    }

    struct PlacementRow {
        environment_id: i64,
        pacticipant: String,
        version: String,
        kind: String,
        slot: String,
        since: i64,
    }
}

/// Returns the names of the branches of versions.
pub(crate) async fn branches(
    connection: &mut Connection,
    versions: &[i64],
) -> Result<HashMap<i64, Vec<String>>> {
    let versions = distinct(versions.iter().copied());
    let found: Vec<BranchOfVersion> = in_parts(connection, &versions, |part| {
        Statement::with_ids(
            "SELECT m.version_id, b.name FROM branch_versions m JOIN branches b ON b.id = m.branch_id \
             WHERE m.version_id IN {ids} ORDER BY m.id",
            part,
        )
    })
    .await?;
    let mut branches: HashMap<i64, Vec<String>> = HashMap::new();
    for branch in found {
        branches.entry(branch.version_id).or_default().push(branch.name);
    }
    Ok(branches)
}

/// Returns the pairs of these providers that were ever verified.
pub(crate) async fn ever_verified(
    connection: &mut Connection,
    providers: impl Iterator<Item = i64>,
) -> Result<BTreeSet<PairIds>> {
    let providers = distinct(providers);
    let found: Vec<VerifiedPair> = in_parts(connection, &providers, |part| {
        Statement::with_ids(
            "SELECT i.consumer_id, i.provider_id FROM integrations i WHERE i.provider_id IN {ids} AND EXISTS \
             (SELECT 1 FROM verifications r WHERE r.provider_id = i.provider_id AND r.consumer_id = i.consumer_id)",
            part,
        )
    })
    .await?;
    Ok(found
        .into_iter()
        .map(|VerifiedPair { consumer, provider }| PairIds { consumer, provider })
        .collect())
}

/// Returns the contract versions of a pair, newest first.
pub(crate) async fn contracts_of_pair(
    connection: &mut Connection,
    pair: PairIds,
    slice: Slice,
) -> Result<Listed<ContractVersion>> {
    let rows = Statement::new(
        "SELECT k.consumer_version_id, v.number, k.content_id, k.created_at FROM current_publications k \
         JOIN versions v ON v.id = k.consumer_version_id WHERE k.provider_id = $1 AND k.consumer_id = $2 \
         ORDER BY k.consumer_version_id DESC LIMIT $3 OFFSET $4",
    )
    .bind(pair.provider)
    .bind(pair.consumer)
    .bind(slice.limit)
    .bind(slice.offset)
    .all(&mut *connection)
    .await?;
    let total = Statement::new(
        "SELECT COUNT(*) FROM current_publications WHERE provider_id = $1 AND consumer_id = $2",
    )
    .bind(pair.provider)
    .bind(pair.consumer)
    .one(connection)
    .await?;
    Ok(Listed { rows, total })
}

/// Returns the newest results of contents, at most three each, newest first.
pub(crate) async fn results(connection: &mut Connection, contents: &[i64]) -> Result<Vec<ResultOfContent>> {
    let contents = distinct(contents.iter().copied());
    // One index step for each of the three, independent of the number of results of a content.
    let newest = |place: u32| {
        format!(
            "(SELECT x.id FROM verifications x JOIN current_verifications c ON c.verification_id = x.id \
             WHERE x.content_id = t.id ORDER BY x.id DESC LIMIT 1 OFFSET {place})"
        )
    };
    let newest = [newest(0), newest(1), newest(2)].join(", ");
    let sql = format!(
        "SELECT r.id, t.sha, r.content_id, v.number, r.success, r.created_at FROM contents t \
         JOIN verifications r ON r.id IN ({newest}) JOIN versions v ON v.id = r.provider_version_id \
         WHERE t.id IN {{ids}} ORDER BY r.id DESC"
    );
    in_parts(connection, &contents, |part| Statement::with_ids(&sql, part)).await
}

/// Returns the newest result of a content.
pub(crate) async fn newest_result(connection: &mut Connection, content: i64) -> Result<Option<NewestResult>> {
    Statement::new(
        "SELECT success, pending FROM verifications WHERE content_id = $1 ORDER BY id DESC LIMIT 1",
    )
    .bind(content)
    .optional(connection)
    .await
}

/// Returns the result of a content by one provider version.
pub(crate) async fn result_of(
    connection: &mut Connection,
    content: i64,
    version: i64,
) -> Result<Option<bool>> {
    Statement::new(
        "SELECT success FROM current_verifications WHERE content_id = $1 AND provider_version_id = $2",
    )
    .bind(content)
    .bind(version)
    .optional(connection)
    .await
}

/// The providers and consumers of a pacticipant, by name.
#[derive(Debug, Default)]
pub(crate) struct Neighbours {
    pub(crate) providers: Vec<String>,
    pub(crate) consumers: Vec<String>,
}

/// Returns the neighbours of a pacticipant.
pub(crate) async fn neighbours(connection: &mut Connection, id: i64) -> Result<Neighbours> {
    let mut neighbours = Neighbours::default();
    let providers = Statement::new(
        "SELECT p.name FROM integrations i JOIN pacticipants p ON p.id = i.provider_id WHERE i.consumer_id = $1 \
         ORDER BY p.name",
    );
    let consumers = Statement::new(
        "SELECT c.name FROM integrations i JOIN pacticipants c ON c.id = i.consumer_id WHERE i.provider_id = $1 \
         ORDER BY c.name",
    );
    together(
        connection,
        &mut [
            providers.bind(id).into_rows(&mut neighbours.providers),
            consumers.bind(id).into_rows(&mut neighbours.consumers),
        ],
    )
    .await?;
    Ok(neighbours)
}

/// A version that is currently in an environment.
pub(crate) struct Placement {
    pub(crate) pacticipant: String,
    pub(crate) version: String,
    pub(crate) released: bool,
    pub(crate) instance: String,
    pub(crate) since: i64,
}

/// Returns what is in every environment, by the environment's id.
pub(crate) async fn placements(connection: &mut Connection) -> Result<BTreeMap<i64, Vec<Placement>>> {
    let rows: Vec<PlacementRow> = Statement::new(
        "SELECT d.environment_id, p.name, v.number, d.kind, d.slot, d.since FROM current_deployments d \
         JOIN pacticipants p ON p.id = d.pacticipant_id JOIN versions v ON v.id = d.version_id \
         ORDER BY p.name, d.since DESC",
    )
    .all(connection)
    .await?;
    let mut placements: BTreeMap<i64, Vec<Placement>> = BTreeMap::new();
    for row in rows {
        let known_by = || {
            format!(
                "of {} {} in the environment {}",
                row.pacticipant, row.version, row.environment_id
            )
        };
        let kind = Kind::read(&row.kind)
            .map_err(|problem| Error::unreadable("current_deployments", known_by(), "kind", problem))?;
        placements.entry(row.environment_id).or_default().push(Placement {
            released: kind == Kind::Released,
            instance: match kind {
                Kind::Released => String::new(),
                Kind::Deployed => row.slot,
            },
            pacticipant: row.pacticipant,
            version: row.version,
            since: row.since,
        });
    }
    Ok(placements)
}
