//! What the pages show beside what the other modules read. Each function asks once, however many rows there are.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::{Connection, Result, distinct, in_list::select_in, statement::Statement};

/// The names of the branches of versions.
pub(crate) async fn branches(
    connection: &mut Connection,
    versions: &[i64],
) -> Result<HashMap<i64, Vec<String>>> {
    let versions = distinct(versions.iter().copied());
    let rows: Vec<(i64, String)> = select_in(
        connection,
        |list| {
            format!(
                "SELECT m.version_id, b.name FROM branch_versions m JOIN branches b ON b.id = m.branch_id \
                 WHERE m.version_id IN {list} ORDER BY m.id"
            )
        },
        &[],
        &versions,
    )
    .await?;
    let mut branches: HashMap<i64, Vec<String>> = HashMap::new();
    for (version, name) in rows {
        branches.entry(version).or_default().push(name);
    }
    Ok(branches)
}

/// Which of these pairs (provider, consumer) were ever verified.
pub(crate) async fn ever_verified(
    connection: &mut Connection,
    pairs: &[(i64, i64)],
) -> Result<BTreeSet<(i64, i64)>> {
    let providers = distinct(pairs.iter().map(|(provider, _)| *provider));
    let rows: Vec<(i64, i64)> = select_in(
        connection,
        |list| {
            format!(
                "SELECT i.provider_id, i.consumer_id FROM integrations i WHERE i.provider_id IN {list} AND EXISTS \
                 (SELECT 1 FROM verifications r WHERE r.provider_id = i.provider_id AND r.consumer_id = i.consumer_id)"
            )
        },
        &[],
        &providers,
    )
    .await?;
    Ok(rows.into_iter().collect())
}

/// A version of a contract.
pub(crate) struct ContractVersion {
    pub(crate) version_id: i64,
    pub(crate) number: String,
    pub(crate) content_id: i64,
    pub(crate) published_at: i64,
}

/// The contract versions of a pair, newest first, and how many there are.
pub(crate) async fn contracts_of_pair(
    connection: &mut Connection,
    provider: i64,
    consumer: i64,
    (limit, offset): (i64, i64),
) -> Result<(Vec<ContractVersion>, i64)> {
    let rows: Vec<(i64, String, i64, i64)> = Statement::new(
        "SELECT k.consumer_version_id, v.number, k.content_id, k.created_at FROM current_publications k \
         JOIN versions v ON v.id = k.consumer_version_id WHERE k.provider_id = $1 AND k.consumer_id = $2 \
         ORDER BY k.consumer_version_id DESC LIMIT $3 OFFSET $4",
    )
    .bind(provider)
    .bind(consumer)
    .bind(limit)
    .bind(offset)
    .all(&mut *connection)
    .await?;
    let (total,): (i64,) = Statement::new(
        "SELECT COUNT(*) FROM current_publications WHERE provider_id = $1 AND consumer_id = $2",
    )
    .bind(provider)
    .bind(consumer)
    .one(connection)
    .await?;
    let read = |(version_id, number, content_id, published_at)| ContractVersion {
        version_id,
        number,
        content_id,
        published_at,
    };
    Ok((rows.into_iter().map(read).collect(), total))
}

/// What a provider version said about a content.
pub(crate) struct ResultOfContent {
    /// The number in its address.
    pub(crate) id: i64,
    pub(crate) sha: String,
    pub(crate) content_id: i64,
    pub(crate) provider_version: String,
    pub(crate) success: bool,
    pub(crate) verified_at: i64,
}

/// The newest results of contents, at most three each, newest first.
pub(crate) async fn results(connection: &mut Connection, contents: &[i64]) -> Result<Vec<ResultOfContent>> {
    let contents = distinct(contents.iter().copied());
    // One step in an index for each of the three, however many results a content has.
    let newest = |place: u32| {
        format!(
            "(SELECT x.id FROM verifications x JOIN current_verifications c ON c.verification_id = x.id \
             WHERE x.content_id = t.id ORDER BY x.id DESC LIMIT 1 OFFSET {place})"
        )
    };
    let newest = [newest(0), newest(1), newest(2)].join(", ");
    let rows: Vec<(i64, String, i64, String, i64, i64)> = select_in(
        connection,
        |list| {
            format!(
                "SELECT r.id, t.sha, r.content_id, v.number, r.success, r.created_at FROM contents t \
                 JOIN verifications r ON r.id IN ({newest}) JOIN versions v ON v.id = r.provider_version_id \
                 WHERE t.id IN {list} ORDER BY r.id DESC"
            )
        },
        &[],
        &contents,
    )
    .await?;
    let read = |(id, sha, content_id, provider_version, success, verified_at)| ResultOfContent {
        id,
        sha,
        content_id,
        provider_version,
        success: success == 1,
        verified_at,
    };
    Ok(rows.into_iter().map(read).collect())
}

/// The newest result of a content: whether it is a success, and whether the content was pending.
pub(crate) async fn newest_result(connection: &mut Connection, content: i64) -> Result<Option<(bool, bool)>> {
    let row: Option<(i64, i64)> = Statement::new(
        "SELECT success, pending FROM verifications WHERE content_id = $1 ORDER BY id DESC LIMIT 1",
    )
    .bind(content)
    .optional(connection)
    .await?;
    Ok(row.map(|(success, pending)| (success == 1, pending == 1)))
}

/// The result of a content by one provider version.
pub(crate) async fn result_of(
    connection: &mut Connection,
    content: i64,
    version: i64,
) -> Result<Option<bool>> {
    let row: Option<(i64,)> = Statement::new(
        "SELECT success FROM current_verifications WHERE content_id = $1 AND provider_version_id = $2",
    )
    .bind(content)
    .bind(version)
    .optional(connection)
    .await?;
    Ok(row.map(|(success,)| success == 1))
}

/// Whom a pacticipant needs, and who needs it; by name.
pub(crate) async fn neighbours(connection: &mut Connection, id: i64) -> Result<(Vec<String>, Vec<String>)> {
    let rows: Vec<(i64, String)> = Statement::new(
        "SELECT 1, p.name FROM integrations i JOIN pacticipants p ON p.id = i.provider_id WHERE i.consumer_id = $1 \
         UNION ALL SELECT 0, c.name FROM integrations i JOIN pacticipants c ON c.id = i.consumer_id \
         WHERE i.provider_id = $1 ORDER BY 2",
    )
    .bind(id)
    .all(connection)
    .await?;
    let (providers, consumers): (Vec<_>, Vec<_>) = rows.into_iter().partition(|(provider, _)| *provider == 1);
    let names = |rows: Vec<(i64, String)>| rows.into_iter().map(|(_, name)| name).collect();
    Ok((names(providers), names(consumers)))
}

/// A version in an environment, now.
pub(crate) struct Placement {
    pub(crate) pacticipant: String,
    pub(crate) version: String,
    pub(crate) released: bool,
    pub(crate) instance: String,
    pub(crate) since: i64,
}

/// What is in every environment, by the environment's id.
pub(crate) async fn placements(connection: &mut Connection) -> Result<BTreeMap<i64, Vec<Placement>>> {
    let rows: Vec<(i64, String, String, String, String, i64)> = Statement::new(
        "SELECT d.environment_id, p.name, v.number, d.kind, d.slot, d.since FROM current_deployments d \
         JOIN pacticipants p ON p.id = d.pacticipant_id JOIN versions v ON v.id = d.version_id \
         ORDER BY p.name, d.since DESC",
    )
    .all(connection)
    .await?;
    let mut placements: BTreeMap<i64, Vec<Placement>> = BTreeMap::new();
    for (environment, pacticipant, version, kind, slot, since) in rows {
        let released = kind == "released";
        let instance = if released { String::new() } else { slot };
        placements.entry(environment).or_default().push(Placement {
            pacticipant,
            version,
            released,
            instance,
            since,
        });
    }
    Ok(placements)
}
